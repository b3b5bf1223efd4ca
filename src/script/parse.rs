//! Parsing scripts.

use crate::api::go::parse_duration;
use crate::kubectl::typed;
use std::cell::Cell;

/// The syntax of all page actions.
pub const FORMS: &[&str] = &[
    "@settle",
    "@step [N]",
    "@advance TIME",
    "@back [N]",
    "@why",
    "@trace",
    "@page END",
];

/// A syntax error in a script.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScriptError {
    /// A line that begins with `@` and matches none of [`FORMS`].
    #[error("line {line}: {typed} is none of {}", FORMS.join(", "))]
    Unknown {
        /// Line number, from 1.
        line: usize,
        /// The text of the line.
        typed: String,
    },
    /// A page action with a wrong argument.
    #[error("line {line}: {typed} should be {form}, with {wanted}")]
    Argument {
        /// Line number, from 1.
        line: usize,
        /// The text of the line.
        typed: String,
        /// The syntax of the action.
        form: &'static str,
        /// The expected argument.
        wanted: &'static str,
    },
    /// A `@page` text without its end marker.
    #[error("line {line}: the text of @page has no line {end} at its end")]
    OpenText {
        /// Line number of its beginning, from 1.
        line: usize,
        /// The missing end marker.
        end: String,
    },
}

/// A command or a page action.
pub enum ScriptPart {
    Command(String),
    Settle,
    Step(usize),
    Advance(i64),
    Back(usize),
    Why,
    Trace,
    Page(String),
}

/// All commands and page actions, each with its line number and text.
pub fn parts(text: &str) -> Result<Vec<(usize, String, ScriptPart)>, ScriptError> {
    let count = Cell::new(0);
    let mut lines = text.lines().inspect(|_| count.set(count.get() + 1));
    let mut parts = Vec::new();
    while let Some(first) = lines.next() {
        let line = count.get();
        if first.trim_start().starts_with('@') {
            let typed = first.trim();
            let part = press(line, typed, &mut lines)?;
            parts.push((line, typed.to_owned(), part));
        } else if let Some(command) = typed::command(first, &mut lines) {
            parts.push((line, command.clone(), ScriptPart::Command(command)));
        }
    }
    Ok(parts)
}

fn press<'l>(
    line: usize,
    typed: &str,
    lines: &mut impl Iterator<Item = &'l str>,
) -> Result<ScriptPart, ScriptError> {
    let (word, rest) = typed.split_once(char::is_whitespace).unwrap_or((typed, ""));
    let rest = rest.trim();
    let form = FORMS
        .iter()
        .find(|form| form.split(' ').next() == Some(word));
    let Some(form) = form else {
        return Err(ScriptError::Unknown {
            line,
            typed: typed.to_owned(),
        });
    };
    let fault = |wanted| ScriptError::Argument {
        line,
        typed: typed.to_owned(),
        form,
        wanted,
    };
    let count = || match rest {
        "" => Ok(1),
        _ => rest.parse().map_err(|_| fault("a number of steps")),
    };
    Ok(match word {
        "@step" => ScriptPart::Step(count()?),
        "@back" => ScriptPart::Back(count()?),
        "@advance" => {
            let millis = parse_duration(rest).filter(|millis| *millis >= 0);
            ScriptPart::Advance(millis.ok_or_else(|| fault("a time such as 30s or 1m30s"))?)
        }
        "@page" if rest.is_empty() || rest.contains(char::is_whitespace) => {
            return Err(fault("the line that ends the text"));
        }
        "@page" => ScriptPart::Page(page(line, rest, lines)?),
        _ if !rest.is_empty() => return Err(fault("nothing behind it")),
        "@settle" => ScriptPart::Settle,
        "@why" => ScriptPart::Why,
        _ => ScriptPart::Trace,
    })
}

/// The lines up to the end marker.
fn page<'l>(
    line: usize,
    end: &str,
    lines: &mut impl Iterator<Item = &'l str>,
) -> Result<String, ScriptError> {
    let mut text = String::new();
    for next in lines {
        if next.trim_end() == end {
            return Ok(text);
        }
        text.push_str(next);
        text.push('\n');
    }
    Err(ScriptError::OpenText {
        line,
        end: end.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrong_presses_say_where_and_what_there_is() {
        for (text, error) in [
            (
                "# a remark\n\nkubectl apply -f - <<E\n@no\nE\n@setle",
                "line 6: @setle is none of @settle, @step [N], @advance TIME, @back [N], @why, @trace, @page END",
            ),
            (
                "@step three",
                "line 1: @step three should be @step [N], with a number of steps",
            ),
            (
                "@advance soon",
                "line 1: @advance soon should be @advance TIME, with a time such as 30s or 1m30s",
            ),
            (
                "@why not",
                "line 1: @why not should be @why, with nothing behind it",
            ),
            (
                "@page",
                "line 1: @page should be @page END, with the line that ends the text",
            ),
            (
                "@page E\na: 1\n",
                "line 1: the text of @page has no line E at its end",
            ),
        ] {
            let found = parts(text).err().map(|error| error.to_string());
            assert_eq!(found.as_deref(), Some(error), "{text}");
        }
    }
}
