//! `grep`

use super::pattern::{self, Syntax};
use super::{Given, Io, Program, refused};
use crate::manifests::Failure;
use regex_lite::Regex;
use std::rc::Rc;

const LONG: &[(&str, char)] = &[
    ("after-context", 'A'),
    ("before-context", 'B'),
    ("context", 'C'),
    ("count", 'c'),
    ("extended-regexp", 'E'),
    ("fixed-strings", 'F'),
    ("ignore-case", 'i'),
    ("invert-match", 'v'),
    ("line-number", 'n'),
    ("line-regexp", 'x'),
    ("max-count", 'm'),
    ("no-filename", 'h'),
    ("only-matching", 'o'),
    ("quiet", 'q'),
    ("regexp", 'e'),
    ("silent", 'q'),
    ("word-regexp", 'w'),
];

#[derive(Debug)]
struct Grep {
    patterns: Vec<Regex>,
    inverts: bool,
    files: Vec<String>,
    counts: bool,
    only_matching: bool,
    quiet: bool,
    numbers: bool,
    most: usize,
    before: usize,
    after: usize,
}

/// `grep [OPTIONS] PATTERN [FILE]`
pub fn parse(name: &str, arguments: &[String]) -> Result<Rc<dyn Program>, Failure> {
    // `-2` means `-C2`.
    let is_number =
        |text: &str| !text.is_empty() && text.chars().all(|letter| letter.is_ascii_digit());
    let arguments = arguments
        .iter()
        .map(|argument| match argument.strip_prefix('-') {
            Some(number) if is_number(number) => format!("-C{number}"),
            _ => argument.clone(),
        });
    let arguments: Vec<String> = arguments.collect();
    let given = Given::parse(name, "A:B:C:cEFGhim:noqsvwxe:", LONG, &arguments)?;
    let mut words = given.words.clone();
    let mut texts: Vec<String> = given
        .options
        .iter()
        .filter(|(letter, _)| *letter == 'e')
        .map(|(_, text)| text.clone())
        .collect();
    if texts.is_empty() {
        if words.is_empty() {
            let text = "Usage: grep [OPTION]... PATTERNS [FILE]...\nTry 'grep --help' for more information.";
            return Err(Failure::Raw(text.to_owned()));
        }
        texts.push(words.remove(0));
    }
    if words.len() > 1 && !given.has('h') {
        return Err(refused(name, "with several files"));
    }
    let syntax = match (given.has('F'), given.has('E')) {
        (true, _) => Syntax::Fixed,
        (_, true) => Syntax::Extended,
        _ => Syntax::Basic,
    };
    // Each line of a pattern is a pattern.
    let texts = texts.iter().flat_map(|text| text.split('\n'));
    let patterns = texts.map(|text| {
        let regex = pattern::compile(name, text, syntax, given.has('i'))?;
        let wrapped = match (given.has('x'), given.has('w')) {
            (true, _) => format!("^(?:{})$", regex.as_str()),
            (_, true) => format!("\\b{{start-half}}(?:{})\\b{{end-half}}", regex.as_str()),
            _ => return Ok(regex),
        };
        pattern::build(name, &wrapped, given.has('i'))
    });
    let context = given.number(name, 'C')?.unwrap_or(0);
    Ok(Rc::new(Grep {
        patterns: patterns.collect::<Result<_, Failure>>()?,
        inverts: given.has('v'),
        files: words,
        counts: given.has('c'),
        only_matching: given.has('o'),
        quiet: given.has('q'),
        numbers: given.has('n'),
        most: given.number(name, 'm')?.unwrap_or(usize::MAX),
        before: given.number(name, 'B')?.unwrap_or(context),
        after: given.number(name, 'A')?.unwrap_or(context),
    }))
}

impl Grep {
    fn selects(&self, line: &str) -> bool {
        self.patterns.iter().any(|pattern| pattern.is_match(line)) != self.inverts
    }

    /// The matching parts of a line, each on a line of its own.
    fn parts(&self, line: &str, number: &str, io: &mut Io<'_>) {
        let mut from = 0;
        while from <= line.len() && !self.inverts {
            let found = self
                .patterns
                .iter()
                .filter_map(|pattern| pattern.find_at(line, from));
            let first = found.min_by_key(|found| (found.start(), std::cmp::Reverse(found.end())));
            let Some(found) = first else { break };
            if !found.is_empty() {
                io.line(&format!("{number}{}", found.as_str()));
            }
            let next = line.get(found.end()..).and_then(|rest| rest.chars().next());
            from = match found.is_empty() {
                true => found.end() + next.map_or(1, char::len_utf8),
                false => found.end(),
            };
        }
    }

    fn print(&self, lines: &[&str], selected: &[usize], io: &mut Io<'_>) {
        let number = |at: usize, mark: char| match self.numbers {
            true => format!("{}{mark}", at + 1),
            false => String::new(),
        };
        if self.only_matching {
            for at in selected {
                self.parts(
                    lines.get(*at).copied().unwrap_or_default(),
                    &number(*at, ':'),
                    io,
                );
            }
            return;
        }
        let has_context = self.before > 0 || self.after > 0;
        // The next line that has not been printed.
        let mut next = 0;
        for (index, at) in selected.iter().enumerate() {
            let from = at.saturating_sub(self.before).max(next);
            let limit = selected.get(index + 1).copied().unwrap_or(lines.len());
            let to = at
                .saturating_add(self.after)
                .saturating_add(1)
                .min(limit)
                .max(at + 1);
            if has_context && index > 0 && from > next {
                io.line("--");
            }
            for (place, line) in lines.iter().enumerate().take(to).skip(from) {
                let mark = if place == *at { ':' } else { '-' };
                io.line(&format!("{}{line}", number(place, mark)));
            }
            next = to;
        }
    }
}

impl Program for Grep {
    fn run(&self, io: &mut Io<'_>) -> i32 {
        let (text, well) = io.read("grep", &self.files);
        let lines: Vec<&str> = text.lines().collect();
        let numbered = lines.iter().enumerate();
        let selected: Vec<usize> = numbered
            .filter(|(_, line)| self.selects(line))
            .map(|(at, _)| at)
            .take(self.most)
            .collect();
        match (self.quiet, self.counts) {
            (true, _) => {}
            (_, true) => io.line(&selected.len().to_string()),
            _ => self.print(&lines, &selected, io),
        }
        match (well, selected.is_empty()) {
            (true, false) => 0,
            (true, true) => 1,
            (false, _) => 2,
        }
    }

    fn is_by_line(&self) -> bool {
        let plain = !(self.counts || self.quiet || self.numbers);
        plain && self.most == usize::MAX && self.before == 0 && self.after == 0
    }
}
