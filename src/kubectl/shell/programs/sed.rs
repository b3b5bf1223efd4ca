//! `sed`: substitute, delete, print and quit, with addresses.

use super::pattern::{self, Syntax};
use super::{Given, Io, Program, refused, wrong};
use crate::manifests::Failure;
use regex_lite::{Captures, Regex};
use std::rc::Rc;

#[derive(Debug)]
struct Sed {
    commands: Vec<Command>,
    /// Whether lines are only printed on demand (`-n`).
    quiet: bool,
    files: Vec<String>,
}

#[derive(Debug)]
struct Command {
    from: Option<Address>,
    to: Option<Address>,
    negated: bool,
    action: Action,
}

#[derive(Debug)]
enum Address {
    Line(usize),
    Last,
    Matching(Regex),
}

#[derive(Debug)]
enum Action {
    Substitute(Substitute),
    Delete,
    Print,
    Quit,
}

#[derive(Debug)]
struct Substitute {
    regex: Regex,
    replacement: Vec<Piece>,
    /// The first match that is replaced, from 1, and whether those after it are too.
    nth: usize,
    global: bool,
    prints: bool,
}

#[derive(Debug)]
enum Piece {
    Text(String),
    /// A group; 0 is the whole match.
    Group(usize),
}

/// `sed [-n] [-E] SCRIPT [FILE…]`
pub fn parse(name: &str, arguments: &[String]) -> Result<Rc<dyn Program>, Failure> {
    let long = [
        ("quiet", 'n'),
        ("silent", 'n'),
        ("regexp-extended", 'E'),
        ("expression", 'e'),
    ];
    let given = Given::parse(name, "nErse:", &long, arguments)?;
    let mut files = given.words.clone();
    let options = given.options.iter();
    let mut scripts: Vec<String> = options
        .filter(|(letter, _)| *letter == 'e')
        .map(|(_, text)| text.clone())
        .collect();
    if scripts.is_empty() {
        if files.is_empty() {
            return Err(Failure::Raw(
                "Usage: sed [OPTION]... {script-only-if-no-other-script} [input-file]..."
                    .to_owned(),
            ));
        }
        scripts.push(files.remove(0));
    }
    let extended = given.has('E') || given.has('r');
    let syntax = if extended {
        Syntax::Extended
    } else {
        Syntax::Basic
    };
    let mut commands = Vec::new();
    for script in &scripts {
        let mut parser = Script {
            name,
            rest: script,
            syntax,
        };
        while let Some(command) = parser.command()? {
            commands.push(command);
        }
    }
    Ok(Rc::new(Sed {
        commands,
        quiet: given.has('n'),
        files,
    }))
}

/// The part of a script that is not parsed yet.
struct Script<'s> {
    name: &'s str,
    rest: &'s str,
    syntax: Syntax,
}

impl Script<'_> {
    fn next(&mut self) -> Option<char> {
        let letter = self.rest.chars().next()?;
        self.rest = self.rest.get(letter.len_utf8()..).unwrap_or_default();
        Some(letter)
    }

    fn take(&mut self, text: &str) -> bool {
        let rest = self.rest.strip_prefix(text);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn command(&mut self) -> Result<Option<Command>, Failure> {
        let between = |letter: char| letter.is_whitespace() || letter == ';';
        self.rest = self.rest.trim_start_matches(between);
        if self.rest.is_empty() {
            return Ok(None);
        }
        let from = self.address()?;
        let to = match from.is_some() && self.take(",") {
            true => Some(
                self.address()?
                    .ok_or_else(|| wrong(self.name, "unexpected `,'"))?,
            ),
            false => None,
        };
        self.rest = self.rest.trim_start();
        let negated = self.take("!");
        self.rest = self.rest.trim_start();
        let action = match self.next() {
            None => return Err(wrong(self.name, "missing command")),
            Some('s') => Action::Substitute(self.substitute()?),
            Some('d') => Action::Delete,
            Some('p') => Action::Print,
            Some('q') if to.is_none() => Action::Quit,
            Some(other) => return Err(refused(self.name, &format!("with the command {other}"))),
        };
        self.rest = self.rest.trim_start_matches([' ', '\t']);
        if !(self.rest.is_empty() || self.rest.starts_with([';', '\n'])) {
            return Err(refused(self.name, &format!("with {}", self.rest)));
        }
        Ok(Some(Command {
            from,
            to,
            negated,
            action,
        }))
    }

    fn address(&mut self) -> Result<Option<Address>, Failure> {
        let digits = self
            .rest
            .trim_start_matches(|letter: char| letter.is_ascii_digit());
        let number = self
            .rest
            .get(..self.rest.len() - digits.len())
            .unwrap_or_default();
        if !number.is_empty() {
            let line = number.parse().map_err(|_| refused(self.name, number))?;
            if line == 0 {
                return Err(wrong(self.name, "invalid usage of line address 0"));
            }
            self.rest = digits;
            if self.rest.starts_with('~') {
                return Err(refused(self.name, "with the address FIRST~STEP"));
            }
            return Ok(Some(Address::Line(line)));
        }
        if self.take("$") {
            return Ok(Some(Address::Last));
        }
        if self.take("/") {
            let text = self.until('/', "unterminated address regex")?;
            let folds = self.take("I");
            let regex = pattern::compile(self.name, &text, self.syntax, folds)?;
            return Ok(Some(Address::Matching(regex)));
        }
        Ok(None)
    }

    /// The text up to a delimiter; escaped delimiters are part of it, without their backslashes.
    fn until(&mut self, delimiter: char, unterminated: &str) -> Result<String, Failure> {
        let mut found = String::new();
        while let Some(letter) = self.next() {
            match letter {
                letter if letter == delimiter => return Ok(found),
                '\\' => match self.next() {
                    Some(next) if next == delimiter => found.push(next),
                    Some('n') => found.push('\n'),
                    Some('t') => found.push('\t'),
                    Some(next) => found.extend(['\\', next]),
                    None => break,
                },
                other => found.push(other),
            }
        }
        Err(wrong(
            self.name,
            format!("-e expression #1: {unterminated}"),
        ))
    }

    fn substitute(&mut self) -> Result<Substitute, Failure> {
        let unterminated = "unterminated `s' command";
        let delimiter = self
            .next()
            .filter(|letter| *letter != '\n' && *letter != '\\');
        let Some(delimiter) = delimiter else {
            return Err(wrong(
                self.name,
                format!("-e expression #1: {unterminated}"),
            ));
        };
        let text = self.until(delimiter, unterminated)?;
        let replacement = self.until(delimiter, unterminated)?;
        let (mut nth, mut global, mut prints, mut folds) = (1, false, false, false);
        loop {
            let letter = self.rest.chars().next();
            match letter {
                Some('g') => global = true,
                Some('p') => prints = true,
                Some('i' | 'I') => folds = true,
                Some(digit @ '1'..='9') => nth = digit as usize - '0' as usize,
                None | Some(';' | '\n' | ' ') => break,
                Some(other) => return Err(refused(self.name, &format!("s with the flag {other}"))),
            }
            self.next();
        }
        let regex = pattern::compile(self.name, &text, self.syntax, folds)?;
        let replacement = pieces(&replacement).map_err(|text| refused(self.name, &text))?;
        let most = regex.captures_len();
        let unknown = |piece: &&Piece| matches!(piece, Piece::Group(group) if *group >= most);
        if let Some(Piece::Group(group)) = replacement.iter().find(unknown) {
            let text =
                format!("-e expression #1: invalid reference \\{group} on `s' command's RHS");
            return Err(wrong(self.name, text));
        }
        Ok(Substitute {
            regex,
            replacement,
            nth,
            global,
            prints,
        })
    }
}

/// A replacement with `&` and `\1`; fails with what is not simulated.
fn pieces(text: &str) -> Result<Vec<Piece>, String> {
    let mut found = Vec::new();
    let mut plain = String::new();
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        let group = match letter {
            '&' => 0,
            '\\' => match letters.next() {
                Some(digit @ '0'..='9') => digit as usize - '0' as usize,
                Some(other) if other.is_ascii_alphabetic() => {
                    return Err(format!("s with \\{other} in the replacement"));
                }
                other => {
                    plain.extend(other);
                    continue;
                }
            },
            other => {
                plain.push(other);
                continue;
            }
        };
        found.push(Piece::Text(std::mem::take(&mut plain)));
        found.push(Piece::Group(group));
    }
    found.push(Piece::Text(plain));
    Ok(found)
}

impl Substitute {
    /// The line after the substitution; `None` if nothing matches.
    fn apply(&self, line: &str) -> Option<String> {
        let mut found = String::new();
        let mut from = 0;
        let mut done = false;
        for (index, captures) in self.regex.captures_iter(line).enumerate() {
            let place = index + 1;
            let Some(whole) = captures.get(0) else {
                continue;
            };
            if place < self.nth || place > self.nth && !self.global {
                continue;
            }
            found.push_str(line.get(from..whole.start()).unwrap_or_default());
            self.replace(&captures, &mut found);
            from = whole.end();
            done = true;
        }
        found.push_str(line.get(from..).unwrap_or_default());
        done.then_some(found)
    }

    fn replace(&self, captures: &Captures<'_>, found: &mut String) {
        for piece in &self.replacement {
            match piece {
                Piece::Text(text) => found.push_str(text),
                Piece::Group(group) => {
                    let text = captures.get(*group).map(|group| group.as_str());
                    found.push_str(text.unwrap_or_default());
                }
            }
        }
    }
}

/// A line, and where it is.
struct Place<'l> {
    number: usize,
    is_last: bool,
    line: &'l str,
}

impl Address {
    fn is_at(&self, place: &Place<'_>) -> bool {
        match self {
            Self::Line(number) => *number == place.number,
            Self::Last => place.is_last,
            Self::Matching(regex) => regex.is_match(place.line),
        }
    }
}

impl Command {
    /// Whether it applies to a line; `within` is whether it is within a range of lines.
    fn applies(&self, place: &Place<'_>, within: &mut bool) -> bool {
        let Some(from) = &self.from else {
            return !self.negated;
        };
        let applies = match &self.to {
            None => from.is_at(place),
            Some(to) if *within => {
                let is_past = matches!(to, Address::Line(number) if *number < place.number);
                *within = !(to.is_at(place) || is_past);
                !is_past
            }
            Some(to) => {
                let starts = from.is_at(place);
                // A range whose end is not below its beginning is one line.
                *within = starts && !matches!(to, Address::Line(number) if *number <= place.number);
                *within &= !(matches!(to, Address::Last) && place.is_last);
                starts
            }
        };
        applies != self.negated
    }
}

impl Program for Sed {
    fn run(&self, io: &mut Io<'_>) -> i32 {
        let (text, well) = io.read("sed", &self.files);
        let count = text.lines().count();
        let mut within = vec![false; self.commands.len()];
        'lines: for (index, line) in text.lines().enumerate() {
            let mut line = line.to_owned();
            let mut quits = false;
            for (command, within) in self.commands.iter().zip(&mut within) {
                let place = Place {
                    number: index + 1,
                    is_last: index + 1 == count,
                    line: &line,
                };
                if !command.applies(&place, within) {
                    continue;
                }
                match &command.action {
                    Action::Delete => continue 'lines,
                    Action::Print => io.line(&line),
                    Action::Quit => {
                        quits = true;
                        break;
                    }
                    Action::Substitute(substitute) => {
                        if let Some(new) = substitute.apply(&line) {
                            line = new;
                            if substitute.prints {
                                io.line(&line);
                            }
                        }
                    }
                }
            }
            if !self.quiet {
                io.line(&line);
            }
            if quits {
                break;
            }
            if index + 1 == count && !text.ends_with('\n') && io.out.ends_with('\n') {
                io.out.pop();
            }
        }
        i32::from(!well) * 2
    }

    fn is_by_line(&self) -> bool {
        let is_free =
            |address: &Option<Address>| matches!(address, None | Some(Address::Matching(_)));
        self.commands.iter().all(|command| {
            is_free(&command.from)
                && command.to.is_none()
                && !matches!(command.action, Action::Quit)
        })
    }
}
