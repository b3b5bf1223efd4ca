//! Scripts: command lines and presses of the page's buttons in a text, and what the page would show of each.
//!
//! A line is a command line, with or without a here-document; a press, which begins with `@` ([`FORMS`]); or a remark
//! behind `#`. Commands that fail do not end a script: what they print is what is looked for.
//!
//! ```
//! use kubestep::engine::{Config, Engine};
//! use kubestep::script;
//!
//! let mut engine = Engine::new(Config::default());
//! let entries = script::run(&mut engine, "
//! kubectl create deployment web --image=nginx:1.25 --replicas=2
//! @settle
//! kubectl get deployment web -o jsonpath={.status.readyReplicas}
//! ").expect("a script without faults");
//! assert_eq!(entries[0].output.stdout, "deployment.apps/web created\n");
//! assert_eq!(entries[2].output.stdout, "2");
//! ```

mod parse;
mod press;

use crate::engine::Engine;
use crate::kubectl::typed::Command;
use crate::kubectl::{EDITOR, Input, Output, run_with};
use parse::Part;
pub use parse::{FORMS, ScriptError};
use std::fmt;

/// A command or a press, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The line it begins in, from 1.
    pub line: usize,
    /// As it stands in the script.
    pub typed: String,
    /// What the page would show.
    pub output: Output,
}

/// Runs a script to its end.
///
/// # Errors
/// A press that there is not; then nothing is run.
pub fn run(engine: &mut Engine, text: &str) -> Result<Vec<Entry>, ScriptError> {
    let parts = parse::parts(text)?;
    let mut editor = None;
    let done = parts.into_iter().map(|(line, typed, part)| {
        let output = match part {
            Part::Command(command) => run_command(engine, &command, editor.as_deref()),
            Part::Settle => press::settle(engine),
            Part::Step(count) => press::step(engine, count),
            Part::Advance(millis) => press::advance(engine, millis),
            Part::Back(count) => press::back(engine, count),
            Part::Why => press::why(engine),
            Part::Trace => press::trace(engine),
            Part::Page(text) => press::apply(engine, editor.insert(text)),
        };
        Entry {
            line,
            typed,
            output,
        }
    });
    Ok(done.collect())
}

/// As the console does: what stands in the editor is a file, and standard input where nothing else is.
fn run_command(engine: &mut Engine, command: &Command, editor: Option<&str>) -> Output {
    let files: Vec<(String, String)> = editor
        .map(|text| (EDITOR.to_owned(), text.to_owned()))
        .into_iter()
        .collect();
    let input = Input {
        stdin: command.stdin.as_deref().or(editor),
        files: &files,
    };
    run_with(engine, &command.line, input)
}

impl fmt::Display for Entry {
    /// As in a terminal: the command behind a prompt, what it printed, and an exit code that is not 0.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let prompt = if self.typed.starts_with('@') {
            ""
        } else {
            "$ "
        };
        writeln!(f, "{prompt}{}", self.typed)?;
        for text in self.output.clone().in_order() {
            f.write_str(&text)?;
            if !text.is_empty() && !text.ends_with('\n') {
                f.write_str("\n")?;
            }
        }
        match self.output.exit {
            0 => Ok(()),
            exit => writeln!(f, "[exit {exit}]"),
        }
    }
}
