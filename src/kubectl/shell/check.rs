//! Refuses by name what is not simulated, before any command of the line runs.

use super::syntax::{Simple, Word};
use super::{bare_words, compile, parse, programs};
use crate::kubectl::commands;
use crate::manifests::Failure;

/// Commands of a shell that are not simulated.
const OTHERS: &[&str] = &[
    ".", "alias", "bg", "break", "cd", "continue", "eval", "exit", "fg", "jobs", "local", "printf",
    "pwd", "read", "return", "shift", "source", "time", "trap", "type", "which",
];

/// The name of a command, without what may precede it; `None` if it is not known before it runs.
pub fn name(simple: &Simple) -> Option<String> {
    let words = simple.words.iter().map(Word::literal);
    words.flatten().find(|word| word != "sudo" && word != "$")
}

/// Checks a command as far as its words are known.
///
/// # Errors
/// Something is not simulated.
pub fn command(simple: &Simple, is_piped: bool) -> Result<(), Failure> {
    if let Some((name, _)) = simple
        .assignments
        .iter()
        .find(|(name, _)| name == "KUBECONFIG")
    {
        return Err(Failure::NotSimulated(format!("{name}=")));
    }
    match simple.literal() {
        Some(words) => self::words(words, is_piped),
        None => match name(simple).filter(|_| {
            simple
                .words
                .first()
                .is_some_and(|word| word.literal().is_some())
        }) {
            Some(name) if is_unknown(&name, is_piped) => Err(unknown(&name, is_piped)),
            _ => Ok(()),
        },
    }
}

/// Checks the words of a command.
///
/// # Errors
/// Something is not simulated.
pub fn words(words: Vec<String>, is_piped: bool) -> Result<(), Failure> {
    let (words, is_kubectl) = bare_words(words);
    let Some(name) = words.first().filter(|_| !is_kubectl) else {
        return commands::check(&words);
    };
    let rest = words.get(1..).unwrap_or_default();
    match name.as_str() {
        "xargs" => {
            let xargs = super::xargs::Xargs::parse(rest)?;
            match xargs.command.is_empty() {
                true => Ok(()),
                false => self::words(xargs.command, true),
            }
        }
        "watch" => {
            let watch = super::watch::WatchArguments::parse(rest)?;
            compile::compile(&watch.list()?).map(drop)
        }
        "sleep" => super::sleep(rest).map(drop),
        "export" | "unset" => {
            let option = rest.iter().find(|word| word.starts_with('-'));
            option.map_or(Ok(()), |option| {
                Err(Failure::NotSimulated(format!("{name} {option}")))
            })
        }
        _ => match programs::find(&words) {
            Some(found) => found.map(drop),
            None if is_unknown(name, is_piped) => Err(unknown(name, is_piped)),
            None => match (name.as_str(), rest.first()) {
                ("set", Some(option))
                    if option.starts_with(['-', '+']) && option != "-h" && option != "--help" =>
                {
                    Err(Failure::NotSimulated(format!("set {option}")))
                }
                _ => commands::check(&words),
            },
        },
    }
}

/// Whether there is no such program. Outside pipelines other words are kubectl's commands.
fn is_unknown(name: &str, is_piped: bool) -> bool {
    let is_built_in = [
        "sim", "xargs", "watch", "sleep", "export", "unset", "kubectl", "k",
    ]
    .contains(&name);
    OTHERS.contains(&name) || is_piped && !is_built_in && !programs::is_known(name)
}

fn unknown(name: &str, is_piped: bool) -> Failure {
    Failure::NotSimulated(match is_piped {
        true => format!("| {name}"),
        false => name.to_owned(),
    })
}

fn refused(error: super::ShellError) -> Failure {
    Failure::Usage(error.to_string())
}

/// The instructions of a line.
///
/// # Errors
/// It is malformed, or something in it is not simulated.
pub fn line(text: &str) -> Result<std::rc::Rc<[compile::Op]>, Failure> {
    let mut list = parse::line(text).map_err(refused)?;
    if text.trim().is_empty() {
        // kubectl without arguments prints its help.
        list = parse::line("kubectl").map_err(refused)?;
    }
    compile::compile(&list)
}
