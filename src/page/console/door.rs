//! The page's only access to kubectl, so that kubectl need not be part of the module loaded first. With the feature
//! `split` it is a module of its own, loaded by [`fetch`].

use super::screen::Printed;
use kubestep::engine::{self, Engine};
use kubestep::kubectl::{self, EDITOR, Input, Output, Terminal, Waiting, typed};
use kubestep::scenario::{ReadField, read_field};
use std::ops::Deref;

/// Output in reading order.
pub type Lines = Vec<(Printed, String)>;

/// Completions at a byte offset of a line: the start of the word, the completions' common prefix, and the
/// completions.
pub type Words = (usize, String, Vec<String>);

/// The result of a command line.
pub struct Answer {
    /// What it printed.
    pub printed: Lines,
    /// Its exit code, unless it waits.
    pub exit: i32,
    /// What it waits for.
    pub waiting: Option<Waiting>,
}

/// kubectl's functions for the page.
#[derive(Debug)]
pub struct Functions {
    /// The command lines of a text.
    pub commands: fn(&str) -> Vec<String>,
    /// Runs a command line as far as possible without stepping the cluster. Standard input is the editor's text, which
    /// is also available as a file. Without a terminal the line has variables and files of its own.
    pub run: fn(&mut Engine, line: &str, editor: &str, Option<&Terminal>) -> Answer,
    /// Saves an object being edited; `None` if the waiting command is not an edit.
    pub save: fn(&mut Engine, &Waiting, text: &str) -> Option<Answer>,
    /// Polls a waiting command: its output, and its exit code once it has finished.
    pub poll: fn(&Engine, &mut Waiting) -> (Lines, Option<i32>),
    /// Continues after a wait ([`Waiting::goes_on`]).
    pub go_on: fn(&mut Engine, Waiting) -> Answer,
    /// Completes a line at a position.
    pub complete: fn(&Engine, line: &str, cursor: usize, &Terminal) -> Words,
    /// Repeats what was entered earlier; whether it caused a step.
    pub repeat: fn(&mut Engine, &engine::Input) -> bool,
    /// Reads a field for the texts and answers of a scenario.
    pub read_field: ReadField,
}

/// kubectl, once loaded.
#[derive(Debug, Clone, Copy)]
pub struct Door(&'static Functions);

impl PartialEq for Door {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.0, other.0)
    }
}

impl Deref for Door {
    type Target = Functions;

    fn deref(&self) -> &Functions {
        self.0
    }
}

static FUNCTIONS: Functions = Functions {
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

fn run(engine: &mut Engine, line: &str, editor: &str, terminal: Option<&Terminal>) -> Answer {
    let own = Terminal::default();
    let terminal = terminal.unwrap_or(&own);
    let files = [(EDITOR.to_owned(), editor.to_owned())];
    let input = Input {
        stdin: Some(editor),
        files: &files,
    };
    let (output, waiting) = kubectl::start_in(engine, line, input, terminal);
    answer(output, waiting)
}

fn save(engine: &mut Engine, waiting: &Waiting, text: &str) -> Option<Answer> {
    let (output, again) = waiting.save(engine, text)?;
    Some(answer(output, again))
}

fn poll(engine: &Engine, waiting: &mut Waiting) -> (Lines, Option<i32>) {
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

fn go_on(engine: &mut Engine, waiting: Waiting) -> Answer {
    let (output, again) = waiting.go_on(engine);
    answer(output, again)
}

fn complete(engine: &Engine, line: &str, cursor: usize, terminal: &Terminal) -> Words {
    let found = kubectl::complete_in(line, cursor, engine, terminal);
    (found.start, found.common().to_owned(), found.words)
}

fn answer(output: Output, waiting: Option<Waiting>) -> Answer {
    let exit = output.exit;
    let kinds = if exit == 0 {
        [Printed::Warning, Printed::Output]
    } else {
        [Printed::Output, Printed::Error]
    };
    let printed = kinds.into_iter().zip(output.in_order());
    let printed = printed.filter(|(_, text)| !text.is_empty()).collect();
    Answer {
        printed,
        exit,
        waiting,
    }
}
