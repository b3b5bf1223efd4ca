//! `sort` and `uniq`

use super::{Given, Io, Program, joined, refused};
use crate::api::light;
use crate::manifests::Failure;
use std::cmp::Ordering;
use std::rc::Rc;

/// How texts are compared.
#[derive(Debug, Clone, Copy, Default)]
struct Style {
    numeric: bool,
    folds: bool,
    reverses: bool,
    skips_blanks: bool,
}

/// A sort key: the first field and the last one, from 1.
#[derive(Debug)]
struct SortKey {
    first: usize,
    last: Option<usize>,
    style: Style,
}

#[derive(Debug)]
struct Sort {
    keys: Vec<SortKey>,
    style: Style,
    separator: Option<char>,
    unique: bool,
    stable: bool,
    files: Vec<String>,
}

/// `sort [-bfnrsu] [-t SEPARATOR] [-k FIRST[,LAST]]… [FILE…]`
pub fn sort(name: &str, arguments: &[String]) -> Result<Rc<dyn Program>, Failure> {
    let long = [
        ("field-separator", 't'),
        ("ignore-case", 'f'),
        ("ignore-leading-blanks", 'b'),
        ("key", 'k'),
        ("numeric-sort", 'n'),
        ("reverse", 'r'),
        ("stable", 's'),
        ("unique", 'u'),
    ];
    let given = Given::parse(name, "bfnrsut:k:", &long, arguments)?;
    let style = Style {
        numeric: given.has('n'),
        folds: given.has('f'),
        reverses: given.has('r'),
        skips_blanks: given.has('b'),
    };
    let mut letters = given.value('t').unwrap_or_default().chars();
    let separator = letters.next();
    if letters.next().is_some() {
        return Err(refused(name, "-t with several characters"));
    }
    let keys = given.options.iter().filter(|(letter, _)| *letter == 'k');
    let keys =
        keys.map(|(_, text)| key(text, style).ok_or_else(|| refused(name, &format!("-k {text}"))));
    Ok(Rc::new(Sort {
        keys: keys.collect::<Result<_, _>>()?,
        style,
        separator,
        unique: given.has('u'),
        stable: given.has('s'),
        files: given.words,
    }))
}

/// `2`, `2,3`, `2nr`, `2,2n`; without options of its own a key has those of the command.
fn key(text: &str, usual: Style) -> Option<SortKey> {
    let mut style = Style::default();
    let mut has_own = false;
    let mut field = |text: &str| {
        let digits = text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
        for letter in text.get(digits.len()..)?.chars() {
            has_own = true;
            match letter {
                'n' => style.numeric = true,
                'f' => style.folds = true,
                'r' => style.reverses = true,
                'b' => style.skips_blanks = true,
                _ => return None,
            }
        }
        digits.parse::<usize>().ok().filter(|number| *number > 0)
    };
    let (first, last) = match text.split_once(',') {
        Some((first, last)) => (field(first)?, Some(field(last)?)),
        None => (field(text)?, None),
    };
    Some(SortKey {
        first,
        last,
        style: if has_own { style } else { usual },
    })
}

impl Sort {
    /// The part of a line that a key compares. Without a separator a field includes the blanks before it.
    fn part<'l>(&self, key: &SortKey, line: &'l str) -> &'l str {
        let mut from = None;
        let mut to = line.len();
        for (number, (start, end)) in self.fields(line).into_iter().enumerate() {
            if number + 1 == key.first {
                from = Some(start);
            }
            if Some(number + 1) == key.last {
                to = end;
            }
        }
        from.and_then(|from| line.get(from..to)).unwrap_or_default()
    }

    fn fields(&self, line: &str) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        let mut from = 0;
        if let Some(separator) = self.separator {
            for (at, _) in line.match_indices(separator) {
                found.push((from, at));
                from = at + separator.len_utf8();
            }
        } else {
            let mut was_blank = true;
            for (at, letter) in line.char_indices() {
                let is_blank = matches!(letter, ' ' | '\t');
                if is_blank && !was_blank {
                    found.push((from, at));
                    from = at;
                }
                was_blank = is_blank;
            }
        }
        found.push((from, line.len()));
        found
    }

    fn compare(&self, a: &str, b: &str) -> Ordering {
        for key in &self.keys {
            let order = key.style.compare(self.part(key, a), self.part(key, b));
            if order.is_ne() {
                return order;
            }
        }
        if self.keys.is_empty() {
            let order = self.style.compare(a, b);
            if order.is_ne() {
                return order;
            }
        }
        Ordering::Equal
    }

    /// Lines whose keys are equal are compared as a whole.
    fn last(&self, a: &str, b: &str) -> Ordering {
        match (self.stable || self.unique, self.style.reverses) {
            (true, _) => Ordering::Equal,
            (false, true) => b.cmp(a),
            (false, false) => a.cmp(b),
        }
    }
}

impl Style {
    fn compare(self, a: &str, b: &str) -> Ordering {
        let blanks: &[char] = &[' ', '\t'];
        let (a, b) = match self.skips_blanks {
            true => (a.trim_start_matches(blanks), b.trim_start_matches(blanks)),
            false => (a, b),
        };
        let order = match (self.numeric, self.folds) {
            (true, _) => number(a).total_cmp(&number(b)),
            (_, true) => a.to_uppercase().cmp(&b.to_uppercase()),
            _ => a.cmp(b),
        };
        if self.reverses {
            order.reverse()
        } else {
            order
        }
    }
}

/// The number at the beginning of a text; 0 if there is none.
fn number(text: &str) -> f64 {
    let text = text.trim_start();
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_other = |letter: char| !(letter.is_ascii_digit() || letter == '.');
    let end = digits.find(is_other).unwrap_or(digits.len());
    let end = end + text.len() - digits.len();
    text.get(..end)
        .and_then(|text| text.parse().ok())
        .unwrap_or(0.0)
        + 0.0
}

impl Program for Sort {
    fn run(&self, io: &mut Io<'_>) -> i32 {
        let (text, well) = io.read("sort", &self.files);
        if !well {
            return 2;
        }
        let mut lines: Vec<&str> = text.lines().collect();
        light::sort(&mut lines, |a, b| {
            self.compare(a, b).then_with(|| self.last(a, b))
        });
        if self.unique {
            lines.dedup_by(|b, a| self.compare(a, b).is_eq());
        }
        io.out.push_str(&joined(lines.into_iter()));
        0
    }
}

#[derive(Debug)]
struct Uniq {
    counts: bool,
    only_repeated: bool,
    only_unique: bool,
    folds: bool,
    files: Vec<String>,
}

/// `uniq [-c] [-d] [-i] [-u] [FILE]`
pub fn uniq(name: &str, arguments: &[String]) -> Result<Rc<dyn Program>, Failure> {
    let long = [
        ("count", 'c'),
        ("repeated", 'd'),
        ("ignore-case", 'i'),
        ("unique", 'u'),
    ];
    let given = Given::parse(name, "cdiu", &long, arguments)?;
    if given.words.len() > 1 {
        return Err(refused(name, "with an output file"));
    }
    Ok(Rc::new(Uniq {
        counts: given.has('c'),
        only_repeated: given.has('d'),
        only_unique: given.has('u'),
        folds: given.has('i'),
        files: given.words,
    }))
}

impl Program for Uniq {
    fn run(&self, io: &mut Io<'_>) -> i32 {
        let (text, well) = io.read("uniq", &self.files);
        let mut groups: Vec<(&str, usize)> = Vec::new();
        for line in text.lines() {
            let is_same = |known: &str| match self.folds {
                true => known.to_lowercase() == line.to_lowercase(),
                false => known == line,
            };
            match groups.last_mut() {
                Some((known, count)) if is_same(known) => *count += 1,
                _ => groups.push((line, 1)),
            }
        }
        for (line, count) in groups {
            if self.only_repeated && count == 1 || self.only_unique && count > 1 {
                continue;
            }
            match self.counts {
                true => io.line(&format!("{count:>7} {line}")),
                false => io.line(line),
            }
        }
        i32::from(!well)
    }
}
