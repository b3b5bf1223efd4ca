//! POSIX' regular expressions, as GNU's programs extend them.
//!
//! Of several alternatives the first that matches counts, while POSIX wants the longest: this shows only where the
//! matched text itself matters, as in `grep -o`.

use crate::manifests::Failure;
use regex_lite::{Regex, RegexBuilder};

/// The syntax of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Syntax {
    /// `grep`, `sed`: `\(`, `\|`, `\+`, `\?` and `\{` are special with a backslash.
    Basic,
    /// `grep -E`, `sed -E`, `awk`: they are special without one.
    Extended,
    /// `grep -F`: nothing is special.
    Fixed,
}

/// Compiles a pattern.
///
/// # Errors
/// It is malformed, or has something that is not simulated.
pub fn compile(
    program: &str,
    text: &str,
    syntax: Syntax,
    ignores_case: bool,
) -> Result<Regex, Failure> {
    let translated = match syntax {
        Syntax::Fixed => escape(text),
        _ => translate(text, syntax == Syntax::Basic)
            .map_err(|name| super::refused(program, &format!("{name} in a pattern")))?,
    };
    build(program, &translated, ignores_case)
}

/// Builds a regular expression in the syntax of the library.
pub fn build(program: &str, text: &str, ignores_case: bool) -> Result<Regex, Failure> {
    let mut builder = RegexBuilder::new(text);
    builder.case_insensitive(ignores_case).size_limit(1 << 18);
    builder
        .build()
        .map_err(|error| super::wrong(program, format!("{text}: {error}")))
}

/// The pattern that matches a text.
pub fn escape(text: &str) -> String {
    text.chars().flat_map(escaped).collect()
}

fn escaped(letter: char) -> impl Iterator<Item = char> {
    let is_special = letter.is_ascii_punctuation();
    is_special.then_some('\\').into_iter().chain([letter])
}

/// A pattern in the syntax of the library; fails with the name of what is not simulated.
fn translate(text: &str, is_basic: bool) -> Result<String, String> {
    let mut found = String::new();
    let mut letters = text.chars().peekable();
    // Whether a repetition has nothing to repeat here, so that it is literal in a basic pattern.
    let mut starts = true;
    while let Some(letter) = letters.next() {
        let was_start = std::mem::replace(&mut starts, false);
        match letter {
            '\\' => match letters.next() {
                None => return Err("a trailing backslash".to_owned()),
                Some(next @ ('(' | ')' | '{' | '}' | '|' | '+' | '?')) if is_basic => {
                    starts = matches!(next, '(' | '|');
                    found.push(next);
                }
                Some('<') => found.push_str("\\b{start}"),
                Some('>') => found.push_str("\\b{end}"),
                Some(next @ ('w' | 'W' | 's' | 'S' | 'b' | 'B')) => found.extend(['\\', next]),
                Some(next) if next.is_ascii_alphanumeric() => return Err(format!("\\{next}")),
                Some(next) => found.extend(escaped(next)),
            },
            '[' => found.push_str(&brackets(&mut letters)?),
            '*' if is_basic && was_start => found.push_str("\\*"),
            '^' if is_basic && !was_start => found.push_str("\\^"),
            '$' if is_basic && !ends(&letters) => found.push_str("\\$"),
            '^' | '|' | '(' if !is_basic || letter == '^' => {
                starts = true;
                found.push(letter);
            }
            '{' if !is_basic && !is_interval(&letters) => found.push_str("\\{"),
            '.' | '*' | '$' => found.push(letter),
            ')' | '+' | '?' | '{' if !is_basic => found.push(letter),
            '}' if !is_basic
                && found.ends_with(|last: char| last.is_ascii_digit() || last == ',') =>
            {
                found.push(letter);
            }
            other => found.extend(escaped(other)),
        }
    }
    Ok(found)
}

type Letters<'l> = std::iter::Peekable<std::str::Chars<'l>>;

/// Whether a basic pattern or a group of it ends here.
fn ends(letters: &Letters<'_>) -> bool {
    let rest: String = letters.clone().take(2).collect();
    rest.is_empty() || rest == "\\)" || rest == "\\|"
}

/// Whether digits and a closing brace follow an opening one.
fn is_interval(letters: &Letters<'_>) -> bool {
    let mut rest = letters
        .clone()
        .skip_while(|letter| letter.is_ascii_digit() || *letter == ',');
    letters
        .clone()
        .next()
        .is_some_and(|letter| letter.is_ascii_digit())
        && rest.next() == Some('}')
}

/// A bracket expression after its `[`; a backslash means itself in it.
fn brackets(letters: &mut Letters<'_>) -> Result<String, String> {
    let mut found = "[".to_owned();
    if letters.next_if_eq(&'^').is_some() {
        found.push('^');
    }
    let mut is_first = true;
    while let Some(letter) = letters.next() {
        match letter {
            ']' if !is_first => {
                found.push(']');
                return Ok(found);
            }
            '[' if letters.next_if_eq(&':').is_some() => {
                let class: String = letters
                    .by_ref()
                    .take_while(|letter| *letter != ':')
                    .collect();
                let known = [
                    "alnum", "alpha", "blank", "cntrl", "digit", "graph", "lower", "print",
                    "punct", "space", "upper", "xdigit",
                ];
                if !known.contains(&class.as_str()) || letters.next() != Some(']') {
                    return Err(format!("[:{class}:]"));
                }
                found.push_str(&format!("[:{class}:]"));
            }
            '[' if matches!(letters.peek(), Some('.' | '=')) => return Err("[.".to_owned()),
            '-' if is_first || letters.peek() == Some(&']') => found.push_str("\\-"),
            '-' => found.push('-'),
            other => found.extend(escaped(other)),
        }
        is_first = false;
    }
    Err("[ without ]".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_those_of_posix() {
        for (pattern, syntax, text, expected) in [
            ("a+b", Syntax::Basic, "aab", false),
            ("a+b", Syntax::Basic, "a+b", true),
            ("a\\+b", Syntax::Basic, "aab", true),
            ("a+b", Syntax::Extended, "aab", true),
            ("*a", Syntax::Basic, "*a", true),
            ("^a|b$", Syntax::Basic, "a|b", true),
            ("^a|b$", Syntax::Basic, "ab", false),
            ("a\\|b", Syntax::Basic, "b", true),
            ("(a|b)c", Syntax::Extended, "bc", true),
            ("a{2}", Syntax::Extended, "aa", true),
            ("{a}", Syntax::Extended, "{a}", true),
            ("[[:digit:]]-[^]a]", Syntax::Basic, "1-b", true),
            ("[\\d]", Syntax::Basic, "\\", true),
            ("\\<web", Syntax::Basic, "a web", true),
            ("a.c", Syntax::Fixed, "abc", false),
            ("x$y", Syntax::Basic, "x$y", true),
        ] {
            let regex = compile("grep", pattern, syntax, false).unwrap();
            assert_eq!(regex.is_match(text), expected, "{pattern} {text}");
        }
        for pattern in ["\\1", "[a", "\\d", "[[:x:]]", "a\\"] {
            assert!(
                compile("grep", pattern, Syntax::Basic, false).is_err(),
                "{pattern}"
            );
        }
    }
}
