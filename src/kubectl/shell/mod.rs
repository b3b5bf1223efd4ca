//! A small shell around kubectl: quotes, variables, `$(…)`, lists, pipelines, loops over words, redirections, and the
//! programs that command lines are usually piped into.
//!
//! [`parse`] makes a tree of a line, [`compile`] a flat list of instructions, and [`machine`] runs these. It can stop
//! wherever a command waits for the cluster. The whole line is checked before anything of it runs: what is not
//! simulated is refused by name.
//!
//! What the timeline records are the commands of kubectl with the words and the input that they were given, so that
//! repeating them needs neither variables nor files.

mod call;
mod check;
mod compile;
mod expand;
mod machine;
mod parse;
mod pipe;
pub mod programs;
mod start;
mod syntax;
mod terminal;
mod watch;
mod word;
mod xargs;

pub use machine::Shell;
pub use parse::{first, is_blank};
pub use syntax::ShellError;
pub use terminal::Terminal;

use crate::manifests::Failure;
use syntax::ShellCommand;

/// The names of commands that are neither kubectl's nor programs that only read and print text.
pub const BUILT_IN: &[&str] = &["export", "for", "sleep", "unset", "watch", "xargs"];

/// The names of all commands beside kubectl, in order.
pub fn names() -> Vec<&'static str> {
    let mut names: Vec<&str> = programs::names().chain(BUILT_IN.iter().copied()).collect();
    crate::api::light::sort(&mut names, Ord::cmp);
    names
}

/// The instructions of a single line.
///
/// # Errors
/// It is malformed, or something in it is not simulated.
pub fn line(text: &str) -> Result<std::rc::Rc<[compile::Op]>, Failure> {
    check::line(text)
}

/// The words of a line that is a single command without anything to be expanded.
pub fn words(text: &str) -> Option<Vec<String>> {
    let list = parse::line(text).ok()?;
    match list.items.as_slice() {
        [item] if !item.negated => match item.commands.as_slice() {
            [ShellCommand::Simple(simple)]
                if simple.redirects.is_empty() && simple.assignments.is_empty() =>
            {
                simple.literal()
            }
            _ => None,
        },
        _ => None,
    }
}

/// The words of a line that is one pipeline, as those that sessions contain are; `None` for other lines.
pub fn pipeline(text: &str) -> Option<Vec<String>> {
    let list = parse::line(text).ok()?;
    let [item] = list.items.as_slice() else {
        return None;
    };
    let words = item.commands.iter().map(|command| match command {
        ShellCommand::Simple(simple) if simple.substitutions.is_empty() => simple.literal(),
        _ => None,
    });
    let words = words.collect::<Option<Vec<_>>>()?.concat();
    let is_built_in = words.iter().any(|word| BUILT_IN.contains(&word.as_str()));
    (!is_built_in).then_some(words)
}

/// The words of a command without what may precede it: a prompt, `sudo`, `kubectl`, `k`. Also returns whether it is
/// kubectl's by name.
pub fn bare_words(mut words: Vec<String>) -> (Vec<String>, bool) {
    let mut is_kubectl = false;
    for names in [&["$"][..], &["sudo"], &["kubectl", "k"]] {
        if words
            .first()
            .is_some_and(|word| names.contains(&word.as_str()))
        {
            words.remove(0);
            is_kubectl = names.contains(&"kubectl");
        }
    }
    (words, is_kubectl)
}

/// A word in single quotes if a shell would change it otherwise.
pub fn quoted(word: &str) -> String {
    let is_plain = |letter: char| letter.is_alphanumeric() || "_-./:=,@%+^".contains(letter);
    match !word.is_empty() && word.chars().all(is_plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', r"'\''")),
    }
}

/// A time of `sleep` or `watch`, in milliseconds: seconds, or a number with a unit.
fn millis(text: &str) -> Option<i64> {
    let (number, unit) = match text.char_indices().last()? {
        (at, 's') => (text.get(..at)?, 1_000.0),
        (at, 'm') => (text.get(..at)?, 60_000.0),
        (at, 'h') => (text.get(..at)?, 3_600_000.0),
        (at, 'd') => (text.get(..at)?, 86_400_000.0),
        _ => (text, 1_000.0),
    };
    let is_number = number
        .chars()
        .all(|letter| letter.is_ascii_digit() || letter == '.');
    let number: f64 = number.parse().ok().filter(|_| is_number)?;
    let millis = (number * unit).round();
    (millis <= 1e12).then_some(millis as i64)
}

/// The time that `sleep` takes, in milliseconds.
fn sleep(arguments: &[String]) -> Result<i64, Failure> {
    let Some(first) = arguments.first() else {
        let text = "sleep: missing operand\nTry 'sleep --help' for more information.";
        return Err(Failure::Raw(text.to_owned()));
    };
    if let Some(option) = arguments.iter().find(|argument| argument.starts_with('-')) {
        return Err(Failure::NotSimulated(format!("sleep {option}")));
    }
    let mut sum = 0;
    for argument in arguments {
        let time = millis(argument).ok_or_else(|| {
            let text = format!("sleep: invalid time interval '{argument}'\nTry 'sleep --help' for more information.");
            Failure::Raw(text)
        })?;
        sum += time;
    }
    match sum > 1_000_000_000_000 {
        true => Err(Failure::NotSimulated(format!("sleep {first}"))),
        false => Ok(sum),
    }
}
