//! Repeats what was entered earlier, from a recorded input.

use super::commands::{self, Edit, repeat_drain, repeat_writes, restart};
use super::shell;
use crate::engine::{self, Engine};
use crate::manifests;

/// Repeats an input. Commands that wait do their first part; the steps meanwhile are recorded separately. Returns
/// whether it caused a step.
pub fn repeat(engine: &mut Engine, input: &engine::Input) -> bool {
    let before = engine.current().map(std::rc::Rc::as_ptr);
    match input {
        engine::Input::Manifests(text) => drop(manifests::apply(engine, text)),
        engine::Input::State(text) => drop(manifests::state::start(engine, text)),
        engine::Input::Command { line, .. } if runs_the_cluster(line) => {}
        engine::Input::Command { line, stdin, files } => {
            let files: Vec<(String, String)> = files
                .iter()
                .map(|(name, text)| (name.to_string(), text.to_string()))
                .collect();
            let input = commands::CommandInput {
                stdin: stdin.as_deref(),
                files: &files,
            };
            drop(super::start(engine, line, input));
        }
        engine::Input::Edit {
            before,
            text,
            record,
            subresource,
            manager,
        } => {
            let options = [record, subresource, manager].map(|option| option.as_deref());
            if let Some(edit) = Edit::again(engine.store().customs(), before, options) {
                drop(edit.save(engine, text));
            }
        }
        engine::Input::Drain { line, nodes, pods } => repeat_drain(engine, line, nodes, pods),
        engine::Input::Again { line, features } => restart(engine, line, *features),
        engine::Input::Repeat { future, step } => repeat_writes(engine, *future, *step),
        engine::Input::More => {}
    }
    engine.current().map(std::rc::Rc::as_ptr) != before
}

/// Whether a command takes steps itself. They are recorded instead of the command, which could take any number of
/// them. Lines of several commands are never recorded.
fn runs_the_cluster(line: &str) -> bool {
    let takes_steps = |word: &String| word == "clock" || word.starts_with("--again");
    shell::pipeline(line).is_none_or(|words| words.iter().any(takes_steps))
}
