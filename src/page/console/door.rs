//! The page's only access to kubectl, so that kubectl need not be part of the module loaded first. With the feature
//! `split` it is a module of its own, loaded by [`fetch`].

use super::screen::Stream;
use kubestep::engine::{self, Engine};
use kubestep::kubectl::{self, CommandInput, EDITOR, Output, Terminal, WaitingCommand, typed};
use kubestep::scenario::{ReadField, read_field};
use std::ops::Deref;

/// Output in reading order.
pub type OutputLines = Vec<(Stream, String)>;

/// Completions at a byte offset of a line: the start of the word, the completions' common prefix, and the
/// completions.
pub type WordCompletions = (usize, String, Vec<String>);

/// The result of a command line.
pub struct CommandResult {
    /// What it printed.
    pub printed: OutputLines,
    /// Its exit code, unless it waits.
    pub exit: i32,
    /// What it waits for.
    pub waiting: Option<WaitingCommand>,
}

/// kubectl's functions for the page.
#[derive(Debug)]
pub struct KubectlFunctions {
    /// The command lines of a text.
    pub commands: fn(&str) -> Vec<String>,
    /// Runs a command line as far as possible without stepping the cluster. Standard input is the editor's text, which
    /// is also available as a file. Without a terminal the line has variables and files of its own.
    pub run: fn(&mut Engine, line: &str, editor: &str, Option<&Terminal>) -> CommandResult,
    /// Saves an object being edited; `None` if the waiting command is not an edit.
    pub save: fn(&mut Engine, &WaitingCommand, text: &str) -> Option<CommandResult>,
    /// Polls a waiting command: its output, and its exit code once it has finished.
    pub poll: fn(&Engine, &mut WaitingCommand) -> (OutputLines, Option<i32>),
    /// Continues after a wait ([`WaitingCommand::goes_on`]).
    pub go_on: fn(&mut Engine, WaitingCommand) -> CommandResult,
    /// Completes a line at a position.
    pub complete: fn(&Engine, line: &str, cursor: usize, &Terminal) -> WordCompletions,
    /// Repeats what was entered earlier; whether it caused a step.
    pub repeat: fn(&mut Engine, &engine::Input) -> bool,
    /// Reads a field for the texts and answers of a scenario.
    pub read_field: ReadField,
}

/// kubectl, once loaded.
#[derive(Debug, Clone, Copy)]
pub struct Door(&'static KubectlFunctions);

impl PartialEq for Door {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.0, other.0)
    }
}

impl Deref for Door {
    type Target = KubectlFunctions;

    fn deref(&self) -> &KubectlFunctions {
        self.0
    }
}

impl Door {
    /// Runs command lines on copies of a cluster; an error is its message.
    pub fn line(self) -> impl Fn(&mut Engine, &str) -> Result<(), String> {
        move |engine, line| {
            let answer = (self.run)(engine, line, "", None);
            let mut lines = answer.printed.into_iter();
            match lines.find(|(kind, _)| *kind == Stream::Error) {
                Some((_, text)) => Err(text),
                None => Ok(()),
            }
        }
    }
}

static FUNCTIONS: KubectlFunctions = KubectlFunctions {
    commands: typed::commands,
    run,
    save,
    poll,
    go_on,
    complete,
    repeat: kubectl::repeat,
    read_field,
};

/// kubectl, if it is available from the start.
pub fn at_hand() -> Option<Door> {
    #[cfg(feature = "split")]
    return None;
    #[cfg(not(feature = "split"))]
    Some(Door(&FUNCTIONS))
}

/// Loads kubectl.
#[cfg(all(feature = "split", target_arch = "wasm32"))]
#[wasm_split_helpers::wasm_split(kubectl, fallible)]
pub fn fetch() -> Result<Door, wasm_split_helpers::SplitLoaderError> {
    Ok(Door(&FUNCTIONS))
}

/// kubectl, which is part of the same module.
#[cfg(all(not(feature = "split"), target_arch = "wasm32"))]
pub async fn fetch() -> Result<Door, std::convert::Infallible> {
    Ok(Door(&FUNCTIONS))
}

fn run(
    engine: &mut Engine,
    line: &str,
    editor: &str,
    terminal: Option<&Terminal>,
) -> CommandResult {
    let own = Terminal::default();
    let terminal = terminal.unwrap_or(&own);
    let files = [(EDITOR.to_owned(), editor.to_owned())];
    let input = CommandInput {
        stdin: Some(editor),
        files: &files,
    };
    let (output, waiting) = kubectl::start_in(engine, line, input, terminal);
    answer(output, waiting)
}

fn save(engine: &mut Engine, waiting: &WaitingCommand, text: &str) -> Option<CommandResult> {
    let (output, again) = waiting.save(engine, text)?;
    Some(answer(output, again))
}

fn poll(engine: &Engine, waiting: &mut WaitingCommand) -> (OutputLines, Option<i32>) {
    let now = engine.now();
    let is_over = |end| end <= now;
    // After its deadline a command no longer checks the cluster.
    let looks = waiting.deadline.is_none_or(|end| now <= end);
    let poll = looks.then(|| waiting.poll(engine));
    let (text, end) = poll.map_or_else(Default::default, |poll| (poll.text, poll.end));
    let mut output = Output::printed(text);
    let over = match end {
        Some(end) => {
            waiting.close(end, &mut output);
            true
        }
        None if waiting.deadline.is_some_and(is_over) => {
            waiting.give_up(&mut output);
            true
        }
        None => false,
    };
    let exit = output.exit;
    (answer(output, None).printed, over.then_some(exit))
}

fn go_on(engine: &mut Engine, waiting: WaitingCommand) -> CommandResult {
    let (output, again) = waiting.go_on(engine);
    answer(output, again)
}

fn complete(engine: &Engine, line: &str, cursor: usize, terminal: &Terminal) -> WordCompletions {
    let found = kubectl::complete_in(line, cursor, engine, terminal);
    (found.start, found.common().to_owned(), found.words)
}

fn answer(output: Output, waiting: Option<WaitingCommand>) -> CommandResult {
    let exit = output.exit;
    let kinds = if exit == 0 {
        [Stream::Warning, Stream::Output]
    } else {
        [Stream::Output, Stream::Error]
    };
    let printed = kinds.into_iter().zip(output.in_order());
    let printed = printed.filter(|(_, text)| !text.is_empty()).collect();
    CommandResult {
        printed,
        exit,
        waiting,
    }
}
