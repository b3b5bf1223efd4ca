//! Runs command lines.

use super::commands::{self, CANCELLED, Input, Waiting};
use super::filters::Pipe;
use super::shell;
use crate::api::time::Time;
use crate::engine::{self, Engine, Run};
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
    let input = Input {
        stdin,
        ..Input::default()
    };
    run_with(engine, line, input)
}

/// Like [`run`], with files for `-f`. Several lines are run in sequence until one fails.
pub fn run_with(engine: &mut Engine, text: &str, input: Input<'_>) -> Output {
    let mut all = Output::default();
    let mut rest = text;
    loop {
        // A line that cannot be split is refused when it is run.
        let length = shell::first(rest).map_or(rest.len(), |line| line.length);
        let (line, next) = rest.split_at_checked(length).unwrap_or((rest, ""));
        let (mut output, waiting) = start(engine, line, input);
        if let Some(waiting) = waiting {
            wait(engine, waiting, &mut output);
        }
        all.stdout.push_str(&output.stdout);
        all.stderr.push_str(&output.stderr);
        all.exit = output.exit;
        rest = next;
        if all.exit != 0 || rest.trim().is_empty() {
            return all;
        }
    }
}

/// Like [`run_with`] for a single line, but leaves waiting to the caller, who calls [`Waiting::poll`] after each
/// step.
pub fn start(engine: &mut Engine, line: &str, input: Input<'_>) -> (Output, Option<Waiting>) {
    match begin(engine, line, input) {
        Ok(begun) => begun,
        Err(failure) => (Output::failed(&failure), None),
    }
}

fn begin(
    engine: &mut Engine,
    line: &str,
    input: Input<'_>,
) -> Result<(Output, Option<Waiting>), Failure> {
    let usage = |error: shell::ShellError| Failure::Usage(error.to_string());
    let shell::Line { commands, text, .. } = shell::line(line).map_err(usage)?;
    let entered = entered(line, &commands, input);
    let mut commands = commands.into_iter();
    let mut words = commands.next().unwrap_or_default();
    let mut label = shell::bare(line).to_owned();
    let mut stdin = text;
    if words.first().is_some_and(|word| word == "cat") {
        stdin = Some(cat(&words, stdin, input)?);
        let next = commands.next();
        words = next.ok_or_else(|| Failure::NotSimulated("cat without | kubectl".to_owned()))?;
        shell::strip(&mut words);
        label = words.join(" ");
    } else {
        shell::strip(&mut words);
    }
    let input = Input {
        stdin: stdin.as_deref().or(input.stdin),
        files: input.files,
    };
    let label = label.lines().next().unwrap_or_default().to_owned();
    // Unsupported programs are refused before the command runs.
    let mut pipe = Pipe::new(commands.collect())?;
    let (mut output, mut waiting) = engine.enter(entered, |engine| {
        commands::dispatch(engine, &label, &words, input)
    });
    match &mut waiting {
        Some(waiting) => output.stdout = waiting.begin(engine, pipe, &output.stdout),
        None => {
            output.stdout = pipe.pass(&output.stdout, true);
            output.exit = pipe.exit().unwrap_or(output.exit);
        }
    }
    Ok((output, waiting))
}

/// The command line with what it reads, for repeating it.
fn entered(line: &str, commands: &[Vec<String>], input: Input<'_>) -> engine::Input {
    let words = || commands.iter().flatten();
    let reads = words().any(|word| word == "cat" || word == "-" || word.ends_with("=-"))
        || words().any(|word| word.starts_with("-f") && word.ends_with('-'));
    let files = input.files.iter();
    let named = files.filter(|(name, _)| words().any(|word| word.contains(name)));
    engine::Input::Command {
        line: line.trim().into(),
        stdin: input.stdin.filter(|_| reads).map(Into::into),
        files: named
            .map(|(name, text)| (name.as_str().into(), text.as_str().into()))
            .collect(),
    }
}

/// `cat FILE…` and `cat <<END` before a pipe.
fn cat(words: &[String], text: Option<String>, input: Input<'_>) -> Result<String, Failure> {
    let mut all = String::new();
    let names = words.get(1..).unwrap_or_default();
    if names.is_empty() {
        all.push_str(text.as_deref().or(input.stdin).unwrap_or_default());
    }
    for name in names {
        let file = input.files.iter().find(|(known, _)| known == name);
        let (_, text) =
            file.ok_or_else(|| Failure::Raw(format!("cat: {name}: No such file or directory")))?;
        all.push_str(text);
    }
    Ok(all)
}

/// Steps the cluster until the command and what follows its waits have ended. An endless wait ends when the cluster
/// makes no more progress by itself.
fn wait(engine: &mut Engine, mut waiting: Waiting, output: &mut Output) {
    if waiting.edit().is_some() {
        output.stderr.push_str(CANCELLED);
        return;
    }
    let last = engine.now().plus_millis(WAIT_MAX);
    loop {
        let (end, late) = wait_once(engine, &mut waiting, last, output);
        let well = end.is_ok();
        if !(well || late) || !waiting.goes_on(well) {
            output.stdout.push_str(&waiting.rest());
            output.end(end);
            output.exit = waiting.pipe_exit().unwrap_or(output.exit);
            return;
        }
        output.end(end);
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

/// Steps the cluster until a wait ends. Returns its result, and whether it timed out.
fn wait_once(
    engine: &mut Engine,
    waiting: &mut Waiting,
    last: Time,
    output: &mut Output,
) -> (Result<(), Failure>, bool) {
    for _ in 0..STEPS_MAX {
        let poll = waiting.poll(engine);
        output.stdout.push_str(&poll.text);
        if let Some(result) = poll.end {
            return (result, false);
        }
        if waiting.is_endless() {
            if engine.settle(1) == Run::Limit {
                continue;
            }
            return (Ok(()), false);
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
        let end = waiting.deadline.unwrap_or(last);
        match (timer, due) {
            (Some(timer), due) if timer <= end && due.is_none_or(|due| timer <= due) => {
                engine.advance(timer);
            }
            (_, Some(due)) if due <= end => {
                engine.advance(due);
                if waiting.deadline == Some(due) {
                    return (Err(waiting.timed_out()), true);
                }
            }
            _ => break,
        }
    }
    (Err(Failure::Usage(NOTHING_HAPPENS.to_owned())), false)
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
            if !text.ends_with('\n') {
                self.stderr.push('\n');
            }
            self.exit = 1;
        }
    }
}
