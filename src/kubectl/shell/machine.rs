//! Runs the instructions of a command line. Where a command waits, it stops, and goes on later.

use super::compile::{Op, PipelineStage};
use super::expand::Values;
use super::pipe::Files;
use super::start::{Call, Preparation, RunningCommand};
use super::syntax::For;
use super::terminal::Terminal;
use super::watch::WatchArguments;
use crate::engine::Engine;
use crate::kubectl::commands::{CommandInput, WaitingCommand};
use crate::kubectl::run::Output;
use crate::manifests::Failure;
use std::collections::VecDeque;
use std::rc::Rc;

/// Maximum number of instructions that a line runs.
const OPS_MAX: usize = 100_000;

/// A command line that is running.
#[derive(Debug, Clone)]
pub struct Shell {
    /// The instructions: those of the line, and of `watch`.
    pub(super) frames: Vec<CallFrame>,
    pub(super) running: Option<RunningCommand>,
    /// The words left of each loop.
    loops: Vec<VecDeque<String>>,
    /// The output of substitutions.
    values: Vec<String>,
    /// What is being collected instead of printed.
    pub(super) collected: Vec<String>,
    /// What comes through a pipe.
    piped: Option<String>,
    status: i32,
    pub(super) commands: usize,
    ops: usize,
    pub(super) terminal: Terminal,
    pub(super) stdin: Option<Rc<str>>,
    pub(super) given: Rc<[(String, String)]>,
}

#[derive(Debug, Clone)]
pub(super) struct CallFrame {
    pub(super) ops: Rc<[Op]>,
    pub(super) at: usize,
    /// The `watch` whose command this is.
    pub(super) watch: Option<WatchArguments>,
}

/// What a step did.
pub(super) enum MachineStep {
    Went,
    Waits(WaitingCommand),
    Ended,
}

impl Shell {
    /// A command line, before it runs.
    pub fn new(ops: Rc<[Op]>, input: CommandInput<'_>, terminal: &Terminal) -> Self {
        Self {
            frames: vec![CallFrame {
                ops,
                at: 0,
                watch: None,
            }],
            running: None,
            loops: Vec::new(),
            values: Vec::new(),
            collected: Vec::new(),
            piped: None,
            status: 0,
            commands: 0,
            ops: 0,
            terminal: terminal.clone(),
            stdin: input.stdin.map(Into::into),
            given: input.files.into(),
        }
    }

    /// Runs until a command has printed something, or waits, or to the end.
    pub fn go(mut self, engine: &mut Engine) -> (Output, Option<WaitingCommand>) {
        let mut output = Output::default();
        loop {
            let step = self.step(engine, &mut output);
            output.exit = self.exit();
            let has_printed = !(output.stdout.is_empty() && output.stderr.is_empty());
            match step {
                MachineStep::Ended => return (output, None),
                MachineStep::Waits(waiting) => return (output, Some(waiting.within(engine, self))),
                MachineStep::Went if has_printed && self.has_more() => {
                    return (
                        output,
                        Some(WaitingCommand::for_turn().within(engine, self)),
                    );
                }
                MachineStep::Went => {}
            }
        }
    }

    /// Goes on after a wait that ended with an exit code.
    pub fn resume(mut self, engine: &mut Engine, exit: i32) -> (Output, Option<WaitingCommand>) {
        if let Some(running) = &mut self.running {
            running.exit = exit;
        }
        self.go(engine)
    }

    /// Goes on with what a command did after its wait.
    pub fn carry_on(
        mut self,
        engine: &mut Engine,
        given: (Output, Option<WaitingCommand>),
    ) -> (Output, Option<WaitingCommand>) {
        let (given, waiting) = given;
        let mut output = Output::default();
        self.print(&given, &mut output);
        if let Some(running) = &mut self.running {
            running.exit = given.exit;
        }
        if let Some(waiting) = waiting {
            output.exit = self.exit();
            return (output, Some(waiting.within(engine, self)));
        }
        let (next, waiting) = self.go(engine);
        output.stdout.push_str(&next.stdout);
        output.stderr.push_str(&next.stderr);
        output.exit = next.exit;
        (output, waiting)
    }

    /// Runs a command of kubectl next, as part of the current one.
    pub fn then(&mut self, words: Vec<String>) {
        if let Some(running) = &mut self.running {
            running.queue.push_front(Call::kubectl(words));
        }
    }

    /// Runs the last command of kubectl again.
    pub fn again(&mut self) {
        if let Some(running) = &mut self.running {
            let last = running.last.take();
            last.into_iter()
                .for_each(|call| running.queue.push_front(call));
        }
    }

    /// Stops the innermost `watch`.
    pub fn stop_watch(&mut self) {
        if let Some(place) = self.frames.iter().rposition(|frame| frame.watch.is_some()) {
            self.frames.truncate(place);
            self.collected.pop();
            self.status = 0;
        }
    }

    /// Whether commands or instructions are left.
    pub fn has_more(&self) -> bool {
        let queued = self
            .running
            .as_ref()
            .is_some_and(|running| !running.queue.is_empty());
        let is_left = |frame: &CallFrame| frame.at < frame.ops.len() || frame.watch.is_some();
        queued || self.frames.iter().any(is_left)
    }

    /// Passes on what the running command prints; returns what reaches the terminal. `ends` says that it is the last
    /// of it.
    pub fn hear(&mut self, out: &str, err: &str, ends: bool) -> (String, String) {
        let given = Output {
            stdout: out.to_owned(),
            stderr: err.to_owned(),
            ..Output::default()
        };
        let mut output = Output::default();
        self.print(&given, &mut output);
        if ends
            && self
                .running
                .as_ref()
                .is_some_and(|running| running.queue.is_empty())
        {
            self.flush(&mut output);
        }
        (output.stdout, output.stderr)
    }

    /// The exit code of the last program of the running pipeline, which takes precedence.
    pub fn pipe_exit(&self) -> Option<i32> {
        self.running.as_ref()?.pipe.exit()
    }

    fn exit(&self) -> i32 {
        match &self.running {
            Some(running) => running.pipe.exit().unwrap_or(running.exit),
            None => self.status,
        }
    }

    fn step(&mut self, engine: &mut Engine, output: &mut Output) -> MachineStep {
        if let Some(running) = &mut self.running {
            return match running.queue.pop_front() {
                Some(call) => self.call(engine, call, output),
                None => {
                    self.finish(output);
                    MachineStep::Went
                }
            };
        }
        let Some(frame) = self.frames.last_mut() else {
            return MachineStep::Ended;
        };
        match frame.ops.get(frame.at).cloned() {
            Some(op) => {
                frame.at += 1;
                self.ops += 1;
                match self.ops > OPS_MAX {
                    true => self.give_up(
                        &format!("more than {OPS_MAX} instructions in a line"),
                        output,
                    ),
                    false => self.perform(op, output),
                }
                MachineStep::Went
            }
            None => self.end_frame(engine, output),
        }
    }

    /// Ends the whole line.
    pub(super) fn give_up(&mut self, what: &str, output: &mut Output) {
        self.frames.clear();
        self.running = None;
        self.collected.clear();
        self.status = 1;
        output
            .stderr
            .push_str(&format!("{}\n", Failure::NotSimulated(what.to_owned())));
    }

    fn perform(&mut self, op: Op, output: &mut Output) {
        let collected = |shell: &mut Self| shell.collected.pop().unwrap_or_default();
        match op {
            Op::Collect => self.collected.push(String::new()),
            Op::Value => {
                let text = collected(self);
                self.values.push(text.trim_end_matches('\n').to_owned());
            }
            Op::Pipe => self.piped = Some(collected(self)),
            Op::Words(each) => self.begin_loop(&each, output),
            Op::Next(each, end) => match self.loops.last_mut().and_then(VecDeque::pop_front) {
                Some(word) => self.terminal.set(&each.name, word),
                None => {
                    self.loops.pop();
                    self.jump(end);
                }
            },
            Op::Jump(to) => self.jump(to),
            Op::JumpIf(succeeded, to) => {
                if succeeded == (self.status == 0) {
                    self.jump(to);
                }
            }
            Op::Not => self.status = i32::from(self.status == 0),
            Op::Succeed => self.status = 0,
            Op::Run(stage) => self.begin(&stage, output),
        }
    }

    fn jump(&mut self, to: usize) {
        if let Some(frame) = self.frames.last_mut() {
            frame.at = to;
        }
    }

    /// The values of the last substitutions.
    fn last_values(&mut self, count: usize) -> Vec<String> {
        self.values
            .split_off(self.values.len().saturating_sub(count))
    }

    fn begin_loop(&mut self, each: &For, output: &mut Output) {
        let outputs = self.last_values(each.substitutions.len());
        let values = Values {
            terminal: &self.terminal,
            outputs: &outputs,
            status: self.status,
        };
        match values.all(&each.words) {
            Ok(words) => self.loops.push(words.into()),
            Err(error) => {
                self.loops.push(VecDeque::new());
                self.fail(&Failure::Usage(error.to_string()), output);
            }
        }
    }

    fn begin(&mut self, stage: &PipelineStage, output: &mut Output) {
        let count = stage
            .commands()
            .map(|command| command.substitutions.len())
            .sum();
        let outputs = self.last_values(count);
        let start = Preparation {
            terminal: &self.terminal,
            given: &self.given,
            outputs,
            status: self.status,
            piped: self.piped.take().filter(|_| stage.is_piped),
            stdin: self.stdin.as_deref().unwrap_or_default(),
        };
        match start.prepare(stage) {
            Ok(Some(running)) => self.running = Some(running),
            // What a substitution returned is the exit code of an assignment.
            Ok(None) if count > 0 => {}
            Ok(None) => self.status = 0,
            Err(failure) => self.fail(&failure, output),
        }
    }

    /// A command that cannot run.
    fn fail(&mut self, failure: &Failure, output: &mut Output) {
        let mut failed = Output::default();
        failed.end(Err(failure.clone()));
        self.show(&failed.stdout, &failed.stderr, output);
        self.status = 1;
    }

    /// Sends what the running command prints through its pipe.
    pub(super) fn print(&mut self, given: &Output, output: &mut Output) {
        let Some(running) = &mut self.running else {
            return self.show(&given.stdout, &given.stderr, output);
        };
        let files = Files {
            terminal: &self.terminal,
            given: &self.given,
        };
        let (mut next, mut err) = (String::new(), String::new());
        let both = [(&given.stderr, true), (&given.stdout, false)];
        let both = if given.exit == 0 {
            both
        } else {
            [both[1], both[0]]
        };
        for (text, is_error) in both {
            running
                .streams
                .send(text, is_error, &mut next, &mut err, &files);
        }
        let out = running.pipe.pass(&next, false, &mut err, &files);
        self.show(&out, &err, output);
    }

    /// Passes the end of the output through the pipe.
    fn flush(&mut self, output: &mut Output) {
        let Some(running) = &mut self.running else {
            return;
        };
        let files = Files {
            terminal: &self.terminal,
            given: &self.given,
        };
        let mut err = String::new();
        let out = running.pipe.pass("", true, &mut err, &files);
        self.show(&out, &err, output);
    }

    /// The running command and its pipe have ended.
    fn finish(&mut self, output: &mut Output) {
        self.flush(output);
        self.status = self.exit();
        self.running = None;
    }

    /// Prints text to the terminal, or to what is being collected.
    fn show(&mut self, out: &str, err: &str, output: &mut Output) {
        let is_watched = self.frames.iter().any(|frame| frame.watch.is_some());
        match self.collected.last_mut() {
            Some(collected) => {
                collected.push_str(out);
                // `watch` shows both streams.
                let stderr = if is_watched {
                    collected
                } else {
                    &mut output.stderr
                };
                stderr.push_str(err);
            }
            None => {
                output.stdout.push_str(out);
                output.stderr.push_str(err);
            }
        }
    }

    /// The end of the line, or of a run of `watch`.
    fn end_frame(&mut self, engine: &Engine, output: &mut Output) -> MachineStep {
        let Some(frame) = self.frames.last_mut() else {
            return MachineStep::Ended;
        };
        let Some(watch) = &mut frame.watch else {
            self.frames.pop();
            return MachineStep::Went;
        };
        let text = self
            .collected
            .last_mut()
            .map(std::mem::take)
            .unwrap_or_default();
        output.stdout.push_str(&watch.show(text));
        frame.at = 0;
        // Each run counts by itself: time limits their number.
        (self.commands, self.ops) = (0, 0);
        MachineStep::Waits(WaitingCommand::for_tick(engine, watch.next(engine.now())))
    }
}
