//! The one way from the page into kubectl: nothing else of the page knows it, so that it can be left out of what is
//! loaded first. With the feature `split` it is a module of its own, which is fetched by [`fetch`].

use super::screen::Printed;
use kubestep::engine::Engine;
use kubestep::kubectl::{self, EDITOR, Input, Output, Waiting};
use std::ops::Deref;

/// What was printed, in the order in which it is read.
pub type Lines = Vec<(Printed, String)>;

/// What may stand at a place of a line, in bytes: where the word begins, what all possible words begin with, and the
/// words.
pub type Words = (usize, String, Vec<String>);

/// What came of a command line.
pub struct Answer {
    /// What it printed.
    pub printed: Lines,
    /// Its exit code, if it waits for nothing.
    pub exit: i32,
    /// What it still waits for.
    pub waiting: Option<Waiting>,
}

/// What kubectl does for the page.
#[derive(Debug)]
pub struct Functions {
    /// Runs a command line as far as it goes without the cluster going on. Standard input is what was typed for it,
    /// else the text of the editor, which is a file as well.
    pub run: fn(&mut Engine, line: &str, stdin: Option<&str>, editor: &str) -> Answer,
    /// Saves an object that is being edited; `None` where what waits is no edit.
    pub save: fn(&mut Engine, &Waiting, text: &str) -> Option<Answer>,
    /// Lets a command that waits look at the cluster: what it prints, and its exit code if that was the end.
    pub poll: fn(&Engine, &mut Waiting) -> (Lines, Option<i32>),
    /// What comes after a wait ([`Waiting::goes_on`]).
    pub go_on: fn(&mut Engine, Waiting) -> Answer,
    /// What may stand at a place of a line.
    pub complete: fn(&Engine, line: &str, cursor: usize) -> Words,
}

/// kubectl, once it is there.
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
    run,
    save,
    poll,
    go_on,
    complete,
};

/// kubectl where it is there from the beginning.
pub fn at_hand() -> Option<Door> {
    #[cfg(feature = "split")]
    return None;
    #[cfg(not(feature = "split"))]
    Some(Door(&FUNCTIONS))
}

/// Fetches kubectl.
#[cfg(all(feature = "split", target_arch = "wasm32"))]
#[wasm_split_helpers::wasm_split(kubectl, fallible)]
pub fn fetch() -> Result<Door, wasm_split_helpers::SplitLoaderError> {
    Ok(Door(&FUNCTIONS))
}

/// kubectl, which is in the same module.
#[cfg(all(not(feature = "split"), target_arch = "wasm32"))]
pub async fn fetch() -> Result<Door, std::convert::Infallible> {
    Ok(Door(&FUNCTIONS))
}

fn run(engine: &mut Engine, line: &str, stdin: Option<&str>, editor: &str) -> Answer {
    let files = [(EDITOR.to_owned(), editor.to_owned())];
    let input = Input {
        stdin: stdin.or(Some(editor)),
        files: &files,
    };
    let (output, waiting) = kubectl::start(engine, line, input);
    answer(output, waiting)
}

fn save(engine: &mut Engine, waiting: &Waiting, text: &str) -> Option<Answer> {
    let (output, again) = waiting.edit()?.save(engine, text);
    Some(answer(output, again))
}

fn poll(engine: &Engine, waiting: &mut Waiting) -> (Lines, Option<i32>) {
    let now = engine.now();
    let is_over = |end| end <= now;
    // Whoever looks after the deadline has looked too late.
    let looks = waiting.deadline.is_none_or(|end| now <= end);
    let poll = looks.then(|| waiting.poll(engine));
    let (text, end) = poll.map_or_else(Default::default, |poll| (poll.text, poll.end));
    let mut output = Output::printed(text);
    let over = match end {
        Some(end) => {
            output.end(end);
            true
        }
        None if waiting.deadline.is_some_and(is_over) => {
            waiting.give_up(&mut output);
            true
        }
        None => false,
    };
    let exit = waiting.pipe_exit().unwrap_or(output.exit);
    (answer(output, None).printed, over.then_some(exit))
}

fn go_on(engine: &mut Engine, waiting: Waiting) -> Answer {
    let (output, again) = waiting.go_on(engine);
    answer(output, again)
}

fn complete(engine: &Engine, line: &str, cursor: usize) -> Words {
    let found = kubectl::complete(line, cursor, engine);
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
