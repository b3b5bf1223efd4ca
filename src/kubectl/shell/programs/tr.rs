//! `tr`

use super::{Given, Io, Program, refused, wrong};
use crate::manifests::Failure;
use std::rc::Rc;

#[derive(Debug)]
struct Tr {
    from: Vec<char>,
    to: Vec<char>,
    complements: bool,
    deletes: bool,
    squeezes: bool,
}

/// `tr [-c] [-d] [-s] SET1 [SET2]`
pub fn parse(name: &str, arguments: &[String]) -> Result<Rc<dyn Program>, Failure> {
    let long = [
        ("complement", 'c'),
        ("delete", 'd'),
        ("squeeze-repeats", 's'),
    ];
    let given = Given::parse(name, "cCds", &long, arguments)?;
    let (deletes, squeezes) = (given.has('d'), given.has('s'));
    let (from, to) = match given.words.as_slice() {
        [] => return Err(wrong(name, "missing operand")),
        [from] if deletes || squeezes => (set(name, from)?, Vec::new()),
        [from, to] if !deletes => (set(name, from)?, set(name, to)?),
        [from] => return Err(wrong(name, format!("missing operand after '{from}'"))),
        [_, _] if squeezes => return Err(refused(name, "-ds")),
        [_, other, ..] => return Err(wrong(name, format!("extra operand '{other}'"))),
    };
    if given.words.len() == 2 && to.is_empty() {
        return Err(wrong(
            name,
            "when not truncating set1, string2 must be non-empty",
        ));
    }
    Ok(Rc::new(Tr {
        from,
        to,
        complements: given.has('c') || given.has('C'),
        deletes,
        squeezes,
    }))
}

/// The characters of a set, with ranges and classes.
fn set(name: &str, text: &str) -> Result<Vec<char>, Failure> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        if let Some((class, after)) = rest
            .strip_prefix("[:")
            .and_then(|rest| rest.split_once(":]"))
        {
            let is_of = |letter: &char| match class {
                "lower" => letter.is_ascii_lowercase(),
                "upper" => letter.is_ascii_uppercase(),
                "digit" => letter.is_ascii_digit(),
                "alpha" => letter.is_ascii_alphabetic(),
                "alnum" => letter.is_ascii_alphanumeric(),
                "punct" => letter.is_ascii_punctuation(),
                "space" => letter.is_ascii_whitespace() || *letter == '\u{b}',
                "blank" => matches!(letter, ' ' | '\t'),
                _ => false,
            };
            let before = found.len();
            found.extend((0..128_u8).map(char::from).filter(is_of));
            if found.len() == before {
                return Err(wrong(name, format!("invalid character class '{class}'")));
            }
            rest = after;
            continue;
        }
        let (first, after) = one(name, letter, rest)?;
        rest = after;
        // A range, unless the hyphen is the last character.
        let end = rest.strip_prefix('-').filter(|after| !after.is_empty());
        let Some(end) = end else {
            found.push(first);
            continue;
        };
        let (last, after) = one(name, end.chars().next().unwrap_or(first), end)?;
        if last < first || (first..=last).count() > 1_000 {
            return Err(wrong(
                name,
                format!(
                    "range-endpoints of '{first}-{last}' are in reverse collating sequence order"
                ),
            ));
        }
        found.extend(first..=last);
        rest = after;
    }
    Ok(found)
}

/// A character at the beginning of a text, perhaps escaped, and the rest.
fn one<'t>(name: &str, letter: char, text: &'t str) -> Result<(char, &'t str), Failure> {
    let rest = text.get(letter.len_utf8()..).unwrap_or_default();
    if letter != '\\' {
        return Ok((letter, rest));
    }
    let Some(escaped) = rest.chars().next() else {
        return Ok((letter, rest));
    };
    let meant = match escaped {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        other if other.is_ascii_alphanumeric() => return Err(refused(name, &format!("\\{other}"))),
        other => other,
    };
    Ok((meant, rest.get(escaped.len_utf8()..).unwrap_or_default()))
}

impl Program for Tr {
    fn run(&self, io: &mut Io<'_>) -> i32 {
        let mut last = None;
        for letter in io.stdin.chars() {
            let place = self.from.iter().rposition(|known| *known == letter);
            let is_in = place.is_some() != self.complements;
            if is_in && self.deletes {
                continue;
            }
            let place = if self.complements {
                usize::MAX
            } else {
                place.unwrap_or(0)
            };
            let to = self.to.get(place).or(self.to.last()).filter(|_| is_in);
            let to = to.copied().unwrap_or(letter);
            let of = if self.to.is_empty() {
                is_in
            } else {
                self.to.contains(&to)
            };
            if self.squeezes && of && last == Some(to) {
                continue;
            }
            last = Some(to);
            io.out.push(to);
        }
        0
    }
}
