//! Scripts of command lines and page actions, and the output that the page would show for each.
//!
//! A line is a command line, with or without a here-document; a page action, which begins with `@` ([`FORMS`]); or a
//! comment after `#`. A failing command does not stop the script.
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
use crate::kubectl::{CommandInput, EDITOR, Output, Terminal, run_in};
use parse::ScriptPart;
pub use parse::{FORMS, ScriptError};
use std::fmt;

/// A command or a page action, with its output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchange {
    /// The line number of its first line, from 1.
    pub line: usize,
    /// Its text in the script.
    pub typed: String,
    /// The output that the page would show.
    pub output: Output,
}

/// Runs a script to its end.
///
/// # Errors
/// The script has an unknown or malformed page action; nothing is run.
pub fn run(engine: &mut Engine, text: &str) -> Result<Vec<Exchange>, ScriptError> {
    let parts = parse::parts(text)?;
    let mut editor = None;
    let terminal = Terminal::default();
    let done = parts.into_iter().map(|(line, typed, part)| {
        let output = match part {
            ScriptPart::Command(command) => {
                run_command(engine, &command, editor.as_deref(), &terminal)
            }
            ScriptPart::Settle => press::settle(engine),
            ScriptPart::Step(count) => press::step(engine, count),
            ScriptPart::Advance(millis) => press::advance(engine, millis),
            ScriptPart::Back(count) => press::back(engine, count),
            ScriptPart::Why => press::why(engine),
            ScriptPart::Trace => press::trace(engine),
            ScriptPart::Page(text) => press::apply(engine, editor.insert(text)),
        };
        Exchange {
            line,
            typed,
            output,
        }
    });
    Ok(done.collect())
}

/// Like the console: the text of the editor is a file, and the default standard input.
fn run_command(
    engine: &mut Engine,
    line: &str,
    editor: Option<&str>,
    terminal: &Terminal,
) -> Output {
    let files: Vec<(String, String)> = editor
        .map(|text| (EDITOR.to_owned(), text.to_owned()))
        .into_iter()
        .collect();
    let input = CommandInput {
        stdin: editor,
        files: &files,
    };
    run_in(engine, line, input, terminal)
}

impl fmt::Display for Exchange {
    /// As in a terminal: the prompt and the command, its output, and its exit code unless it is 0.
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
