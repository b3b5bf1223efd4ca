//! The commands, one per file, which apply arguments and flags to the store and print kubectl's output.

mod again;
pub(in crate::kubectl) mod apply;
mod can_i;
mod create;
mod delete;
mod describe;
mod diff;
pub(in crate::kubectl) mod documents;
mod drain;
mod edit;
mod env;
mod events;
mod exec;
mod explain;
mod expose;
mod features;
mod flags;
mod force;
mod forecast;
mod get;
mod help;
mod import;
mod info;
mod kustomize;
mod last_applied;
mod logs;
mod metadata;
mod node;
mod output;
mod ownership;
mod patch;
mod paths;
mod prune;
mod resources;
mod rollout;
mod rows;
mod run_pod;
mod scale;
mod selection;
mod server_side;
pub(in crate::kubectl) mod session;
mod set;
mod sim;
mod subresource;
mod table;
mod top;
mod unknown;
mod wait;
mod waiting;

pub(in crate::kubectl) use again::{repeat_writes, restart};
pub(in crate::kubectl) use drain::repeat_drain;
pub(in crate::kubectl) use edit::CANCELLED;
pub use edit::Edit;
pub use flags::Invocation;
pub(in crate::kubectl) use flags::{FlagName, flag_names};
pub(in crate::kubectl) use kustomize::kustomization;
pub(in crate::kubectl) use paths::by_directory;
pub(super) use resources::kind as kind_of;
pub(in crate::kubectl) use session::Execution;
pub use waiting::{Poll, WaitingCommand};

use super::run::Output;
use super::shell;
use crate::engine::Engine;
use crate::manifests::Failure;
use crate::versions::Version;
use table::Command;
pub(in crate::kubectl) use table::TABLE;

/// Input of a command other than its command line.
#[derive(Debug, Clone, Copy, Default)]
pub struct CommandInput<'a> {
    /// Standard input.
    pub stdin: Option<&'a str>,
    /// Files available to `-f`: name and content.
    pub files: &'a [(String, String)],
}

/// Finds the command and runs it. Returns its output, and what it waits for.
pub(super) fn dispatch(
    engine: &mut Engine,
    line: &str,
    words: &[String],
    input: CommandInput<'_>,
) -> (Output, Option<WaitingCommand>) {
    if words.is_empty() {
        return (Output::printed(help::all()), None);
    }
    let (command, words) = match find(words) {
        Ok(found) => found,
        Err(failure) => return (Output::failed(&failure), None),
    };
    if let Err(failure) = unknown::simulated(command.path, &words) {
        return (Output::failed(&failure), None);
    }
    let version = engine.store().version();
    let mut invocation = match Invocation::parse(version, command.path, command.flags, &words) {
        Ok(invocation) => invocation,
        Err(failure) => return (Output::failed(&failure), None),
    };
    if invocation.switch("help", false) {
        let text = help::of(version, command.path).unwrap_or_default();
        return (Output::printed(text), None);
    }
    let mut err = String::new();
    let prepared = kustomize::prepared(&mut invocation, input, &mut err);
    let (files, ready) = match prepared {
        Ok(files) => (files, Ok(())),
        Err(failure) => (None, Err(failure)),
    };
    let input = CommandInput {
        files: files.as_deref().unwrap_or(input.files),
        ..input
    };
    let mut session = Execution::new(engine, line, command.path, invocation, input);
    session.err.push_str(&err);
    let result = check_required(command, &session.invocation)
        .and(ready)
        .and_then(|()| (command.run)(&mut session));
    session.end(result)
}

/// Refuses by name a command that is not simulated. Other errors are left to the command itself.
///
/// # Errors
/// It is not simulated.
pub(in crate::kubectl) fn check(words: &[String]) -> Result<(), Failure> {
    match find(words) {
        Ok((command, words)) => unknown::simulated(command.path, &words),
        Err(failure @ Failure::NotSimulated(_)) => Err(failure),
        Err(_) => Ok(()),
    }
}

/// The arguments and flags of a command line, without the word `kubectl`.
fn invocation(line: &str) -> Option<Invocation> {
    let (words, _) = shell::bare_words(shell::words(line)?);
    let (command, words) = find(&words).ok()?;
    Invocation::parse(Version::default(), command.path, command.flags, &words).ok()
}

/// The command of a command line, and its arguments.
fn find(words: &[String]) -> Result<(&'static Command, Vec<String>), Failure> {
    let mut rest = words.to_vec();
    let mut path = String::new();
    let mut found = None;
    let mut at = 0;
    // The longest path wins: `create service clusterip` before `create`.
    while let Some((place, word)) = take_word(&mut rest, at) {
        let word = if path.is_empty() {
            word
        } else {
            unknown::alias(&path, &word).to_owned()
        };
        let longer = format!("{path} {word}").trim_start().to_owned();
        let known = TABLE.iter().find(|command| command.path == longer);
        if let Some(command) = known {
            found = Some((command, rest.clone()));
        }
        let prefix = format!("{longer} ");
        if !TABLE
            .iter()
            .any(|command| command.path.starts_with(&prefix))
        {
            if known.is_none() {
                rest.insert(place, word.clone());
            }
            if known.is_none() && (found.is_none() || is_group_only(&path)) {
                return Err(match path.as_str() {
                    "" => unknown::command(&word),
                    group => unknown::sub_command(group, &rest),
                });
            }
            if known.is_some() {
                path.clear();
            }
            break;
        }
        at = place;
        path = longer;
    }
    found
        .filter(|_| !is_group_only(&path))
        .ok_or_else(|| match path.as_str() {
            "" => Failure::Raw(help::all()),
            // `kubectl set --help` asks for help, so it is not an error.
            group => unknown::sub_command(group, &rest),
        })
}

/// Whether a path is a group that is not a command itself.
fn is_group_only(path: &str) -> bool {
    !path.is_empty() && TABLE.iter().all(|command| command.path != path)
}

/// Removes the first word at or after an index that is neither a flag nor a flag's value.
fn take_word(words: &mut Vec<String>, from: usize) -> Option<(usize, String)> {
    let mut at = from;
    while let Some(word) = words.get(at) {
        if !word.starts_with('-') {
            return Some((at, words.remove(at)));
        }
        // Only common flags can precede the command.
        at += if matches!(word.as_str(), "-n" | "--namespace") {
            2
        } else {
            1
        };
    }
    None
}

/// cobra's check of required flags.
fn check_required(command: &Command, invocation: &Invocation) -> Result<(), Failure> {
    let missing: Vec<String> = command
        .required
        .iter()
        .filter(|name| !invocation.has(name))
        .map(|name| format!("\"{name}\""))
        .collect();
    if missing.is_empty() || invocation.has("help") {
        return Ok(());
    }
    Err(Failure::Usage(format!(
        "required flag(s) {} not set",
        missing.join(", ")
    )))
}
