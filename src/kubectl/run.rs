//! Runs command lines.

use super::commands::{CANCELLED, CommandInput, WaitingCommand};
use super::shell::{self, Shell, Terminal};
use crate::api::time::Time;
use crate::engine::{Engine, Run};
use crate::manifests::Failure;

/// Maximum number of steps to wait for.
const STEPS_MAX: usize = 100_000;
/// Maximum wait in milliseconds for a script without a timeout: an hour of the virtual clock.
const WAIT_MAX: i64 = 3_600_000;
const NOTHING_HAPPENS: &str = "this would wait for ever: nothing more happens by itself";

/// The name under which `-f` finds the editor's text.
pub const EDITOR: &str = "editor";

/// The output and exit code of a command.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Output {
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
    /// The exit code; 0 means success.
    pub exit: i32,
}

/// Runs a command line, with or without the word `kubectl`. Its changes are one step of the timeline; a failing
/// command changes nothing that kubectl would not have changed. Commands that wait let the cluster run.
pub fn run(engine: &mut Engine, line: &str, stdin: Option<&str>) -> Output {
    let input = CommandInput {
        stdin,
        ..CommandInput::default()
    };
    run_with(engine, line, input)
}

/// Like [`run`], with files for `-f`. Several lines are run in sequence until one fails. They share variables and files.
pub fn run_with(engine: &mut Engine, text: &str, input: CommandInput<'_>) -> Output {
    run_in(engine, text, input, &Terminal::default())
}

/// Like [`run_with`], with the variables and files of earlier lines.
pub fn run_in(
    engine: &mut Engine,
    text: &str,
    input: CommandInput<'_>,
    terminal: &Terminal,
) -> Output {
    let mut all = Output::default();
    let mut rest = text;
    loop {
        // A line that cannot be split is refused when it is run.
        let length = shell::first(rest).map_or(rest.len(), |(_, length)| length);
        let (line, next) = rest.split_at_checked(length).unwrap_or((rest, ""));
        let (mut output, waiting) = start_in(engine, line, input, terminal);
        if let Some(waiting) = waiting {
            wait(engine, waiting, &mut output);
        }
        all.stdout.push_str(&output.stdout);
        all.stderr.push_str(&output.stderr);
        all.exit = output.exit;
        rest = next;
        if all.exit != 0 || shell::is_blank(rest) {
            return all;
        }
    }
}

/// Like [`run_with`] for a single line, but leaves waiting to the caller, who calls [`WaitingCommand::poll`] after each
/// step. A line of several commands also stops between them, so that what each printed can be shown.
pub fn start(
    engine: &mut Engine,
    line: &str,
    input: CommandInput<'_>,
) -> (Output, Option<WaitingCommand>) {
    start_in(engine, line, input, &Terminal::default())
}

/// Like [`start`], with the variables and files of earlier lines.
pub fn start_in(
    engine: &mut Engine,
    line: &str,
    input: CommandInput<'_>,
    terminal: &Terminal,
) -> (Output, Option<WaitingCommand>) {
    match shell::line(line) {
        Ok(ops) => Shell::new(ops, input, terminal).go(engine),
        Err(failure) => (Output::failed(&failure), None),
    }
}

/// Steps the cluster until the command line has ended. An endless wait ends when the cluster makes no more progress by
/// itself.
fn wait(engine: &mut Engine, mut waiting: WaitingCommand, output: &mut Output) {
    let last = engine.now().plus_millis(WAIT_MAX);
    let mut steps = STEPS_MAX;
    loop {
        if waiting.edit().is_some() {
            output.stderr.push_str(CANCELLED);
            waiting.close(Ok(()), output);
        } else {
            let (end, is_stuck) = wait_once(engine, &mut waiting, last, &mut steps, output);
            waiting.close(end, output);
            if is_stuck {
                waiting.abandon();
            }
        }
        if !waiting.goes_on(output.exit == 0) {
            return;
        }
        let (next, again) = waiting.go_on(engine);
        output.stdout.push_str(&next.stdout);
        output.stderr.push_str(&next.stderr);
        output.exit = next.exit;
        match again {
            Some(again) => waiting = again,
            None => return,
        }
    }
}

/// Steps the cluster until a wait ends. Returns its result, and whether nothing more happens.
fn wait_once(
    engine: &mut Engine,
    waiting: &mut WaitingCommand,
    last: Time,
    steps: &mut usize,
    output: &mut Output,
) -> (Result<(), Failure>, bool) {
    while *steps > 0 {
        let poll = waiting.poll(engine);
        output.stdout.push_str(&poll.text);
        if let Some(result) = poll.end {
            return (result, false);
        }
        if waiting.work().is_some() {
            continue;
        }
        *steps -= 1;
        if waiting.is_endless() {
            if engine.settle(1) == Run::Limit {
                continue;
            }
            // A watch shows what it has come to.
            let last = waiting.poll(engine);
            output.stdout.push_str(&last.text);
            let is_stuck = last.end.is_none();
            return (last.end.unwrap_or(Ok(())), is_stuck);
        }
        let known = engine.cursor() < engine.steps().len();
        if known || !engine.is_quiescent() {
            engine.step();
            continue;
        }
        if waiting.is_stuck(engine) {
            break;
        }
        let timer = engine.queues().timers().next().map(|timer| timer.due);
        let due = waiting.due();
        let end = match waiting.is_asleep() {
            true => due.unwrap_or(last),
            false => waiting.deadline.unwrap_or(last),
        };
        match (timer, due) {
            (Some(timer), due) if timer <= end && due.is_none_or(|due| timer <= due) => {
                engine.advance(timer);
            }
            (_, Some(due)) if due <= end => {
                engine.advance(due);
                if waiting.deadline == Some(due) {
                    return (Err(waiting.timed_out()), false);
                }
            }
            _ => break,
        }
    }
    (Err(Failure::Usage(NOTHING_HAPPENS.to_owned())), true)
}

impl Output {
    /// The output of a successful command.
    #[must_use]
    pub fn printed(stdout: impl Into<String>) -> Self {
        Self {
            stdout: stdout.into(),
            ..Self::default()
        }
    }

    /// The output of a failed command.
    #[must_use]
    pub fn failed(failure: &Failure) -> Self {
        let mut output = Self::default();
        output.end(Err(failure.clone()));
        output
    }

    /// The output in reading order: warnings first, then the operations, then the error.
    #[must_use]
    pub fn in_order(self) -> [String; 2] {
        if self.exit == 0 {
            [self.stderr, self.stdout]
        } else {
            [self.stdout, self.stderr]
        }
    }

    /// Ends the command.
    pub fn end(&mut self, result: Result<(), Failure>) {
        if let Err(failure) = result {
            let text = failure.to_string();
            self.stderr.push_str(&text);
            if !text.is_empty() && !text.ends_with('\n') {
                self.stderr.push('\n');
            }
            self.exit = 1;
        }
    }
}
