//! The one way from the page into kubectl: nothing else of the page knows it, so that a build can leave it out of
//! what is loaded first.

use super::screen::Printed;
use kubestep::engine::Engine;
use kubestep::kubectl::{self, Input, Output, Waiting};

/// What came of a command line.
pub struct Answer {
    /// What it printed, in the order in which it is read.
    pub printed: Vec<(Printed, String)>,
    /// What it still waits for.
    pub waiting: Option<Waiting>,
}

/// The name by which `-f` finds the text of the editor.
pub const EDITOR: &str = "editor";

/// Runs a command line as far as it goes without the cluster going on. Standard input is what was typed for it,
/// else the text of the editor, which is a file as well.
#[inline(never)]
pub fn run(engine: &mut Engine, line: &str, stdin: Option<&str>, editor: &str) -> Answer {
    let files = [(EDITOR.to_owned(), editor.to_owned())];
    let input = Input {
        stdin: stdin.or(Some(editor)),
        files: &files,
    };
    let (output, waiting) = kubectl::start(engine, line, input);
    answer(output, waiting)
}

/// Saves an object that is being edited; `None` where what waits is no edit.
#[inline(never)]
pub fn save(engine: &mut Engine, waiting: &Waiting, text: &str) -> Option<Answer> {
    let (output, again) = waiting.edit()?.save(engine, text);
    Some(answer(output, again))
}

/// Lets a command that waits look at the cluster: what it prints, and whether that was the end.
#[inline(never)]
pub fn poll(engine: &Engine, waiting: &mut Waiting) -> (Vec<(Printed, String)>, bool) {
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
    (answer(output, None).printed, over)
}

/// What may stand at a place of a line, in bytes: where the word begins, what all possible words begin with, and
/// the words.
#[inline(never)]
pub fn complete(engine: &Engine, line: &str, cursor: usize) -> (usize, String, Vec<String>) {
    let found = kubectl::complete(line, cursor, engine);
    (found.start, found.common().to_owned(), found.words)
}

/// Warnings come before what was done, the reason of a failure comes last.
fn answer(output: Output, waiting: Option<Waiting>) -> Answer {
    let Output {
        stdout,
        stderr,
        exit,
    } = output;
    let mut printed = if exit == 0 {
        vec![(Printed::Warning, stderr), (Printed::Output, stdout)]
    } else {
        vec![(Printed::Output, stdout), (Printed::Error, stderr)]
    };
    printed.retain(|(_, text)| !text.is_empty());
    Answer { printed, waiting }
}
