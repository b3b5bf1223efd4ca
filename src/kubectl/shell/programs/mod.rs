//! The programs beside kubectl that read and print text.
//!
//! Each parses its arguments before anything runs, and refuses by name what it does not simulate.

mod awk;
mod cut;
mod grep;
mod jq;
mod lines;
mod pattern;
mod print;
mod remove;
mod sed;
mod sort;
mod tr;

use crate::manifests::Failure;
use std::fmt::Debug;
use std::rc::Rc;

/// A program with its arguments.
pub trait Program: Debug {
    /// Runs it; returns its exit code.
    fn run(&self, io: &mut Io<'_>) -> i32;

    /// Whether it treats each line by itself, so that lines can be passed on as they come.
    fn is_by_line(&self) -> bool {
        false
    }
}

/// What a program reads and prints.
pub struct Io<'a> {
    /// Standard input.
    pub stdin: &'a str,
    /// The content of a file.
    pub file: &'a dyn Fn(&str) -> Option<String>,
    /// The names of all files.
    pub files: &'a [String],
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
    /// Files to be written: name, content, and whether it is appended.
    pub writes: Vec<(String, String, bool)>,
    /// Files to be removed.
    pub removes: Vec<String>,
}

impl Io<'_> {
    /// The content of files, one after the other, or standard input without any. Missing files are reported.
    fn read(&mut self, program: &str, files: &[String]) -> (String, bool) {
        let (mut text, mut well) = (String::new(), true);
        if files.is_empty() {
            return (self.stdin.to_owned(), true);
        }
        for name in files {
            if name == "-" {
                text.push_str(self.stdin);
                continue;
            }
            match (self.file)(name) {
                Some(content) => text.push_str(&content),
                None => {
                    let error = format!("{program}: {name}: No such file or directory\n");
                    self.err.push_str(&error);
                    well = false;
                }
            }
        }
        (text, well)
    }

    fn line(&mut self, line: &str) {
        self.out.push_str(line);
        self.out.push('\n');
    }
}

type Parse = fn(&str, &[String]) -> Result<Rc<dyn Program>, Failure>;

/// The programs, by name.
const TABLE: &[(&str, Parse)] = &[
    ("awk", awk::parse),
    ("cat", lines::cat),
    ("cut", cut::parse),
    ("echo", print::echo),
    ("false", print::fixed),
    ("grep", grep::parse),
    ("head", lines::head),
    ("jq", jq::parse),
    ("ls", print::list),
    ("rm", remove::parse),
    ("sed", sed::parse),
    ("seq", print::sequence),
    ("sort", sort::sort),
    ("tac", lines::tac),
    ("tail", lines::tail),
    ("tee", lines::tee),
    ("tr", tr::parse),
    ("true", print::fixed),
    ("uniq", sort::uniq),
    ("wc", lines::wc),
];

/// The names of all programs.
pub fn names() -> impl Iterator<Item = &'static str> {
    TABLE.iter().map(|(name, _)| *name)
}

/// Whether there is a program of a name.
pub fn is_known(name: &str) -> bool {
    name == "egrep" || names().any(|known| known == name)
}

/// A program with its arguments; `None` if there is none of this name.
///
/// # Errors
/// An argument is not simulated.
pub fn find(words: &[String]) -> Option<Result<Rc<dyn Program>, Failure>> {
    let (name, arguments) = words.split_first()?;
    if name == "egrep" {
        let extended = [&["-E".to_owned()], arguments].concat();
        return Some(grep::parse("grep", &extended));
    }
    let (name, parse) = TABLE.iter().find(|(known, _)| known == name)?;
    Some(parse(name, arguments))
}

/// The refusal of an argument.
pub(super) fn refused(program: &str, argument: &str) -> Failure {
    Failure::NotSimulated(format!("{program} {argument}"))
}

/// An error of usage in the program's own words.
fn wrong(program: &str, text: impl std::fmt::Display) -> Failure {
    Failure::Raw(format!("{program}: {text}"))
}

/// Options and other arguments of a program.
#[derive(Debug, Default)]
pub(super) struct Given {
    pub options: Vec<(char, String)>,
    pub words: Vec<String>,
}

impl Given {
    /// Parses arguments. `letters` has the options, those with a value followed by a colon; `long` has the long names
    /// of options.
    pub fn parse(
        program: &str,
        letters: &str,
        long: &[(&str, char)],
        arguments: &[String],
    ) -> Result<Self, Failure> {
        let mut given = Self::default();
        let mut arguments = arguments.iter();
        let takes_value = |letter: char| {
            let (_, rest) = letters.split_once(letter).filter(|_| letter != ':')?;
            Some(rest.starts_with(':'))
        };
        let missing = |option: &str| {
            wrong(
                program,
                format!("option requires an argument -- '{option}'"),
            )
        };
        while let Some(argument) = arguments.next() {
            if argument == "--" {
                given.words.extend(arguments.cloned());
                break;
            }
            if let Some(name) = argument.strip_prefix("--") {
                let (name, value) = match name.split_once('=') {
                    Some((name, value)) => (name, Some(value.to_owned())),
                    None => (name, None),
                };
                let known = long.iter().find(|(known, _)| *known == name);
                let (_, letter) = known.ok_or_else(|| refused(program, argument))?;
                let value = match (takes_value(*letter), value) {
                    (Some(true), None) => {
                        Some(arguments.next().ok_or_else(|| missing(name))?.clone())
                    }
                    (Some(false), Some(_)) => return Err(refused(program, argument)),
                    (_, value) => value,
                };
                given.options.push((*letter, value.unwrap_or_default()));
                continue;
            }
            let Some(cluster) = argument.strip_prefix('-').filter(|rest| !rest.is_empty()) else {
                given.words.push(argument.clone());
                continue;
            };
            let mut rest = cluster.chars();
            while let Some(letter) = rest.next() {
                match takes_value(letter) {
                    None => return Err(refused(program, argument)),
                    Some(false) => given.options.push((letter, String::new())),
                    Some(true) => {
                        let attached = rest.as_str().to_owned();
                        let value = match attached.is_empty() {
                            true => arguments
                                .next()
                                .ok_or_else(|| missing(&letter.to_string()))?
                                .clone(),
                            false => attached,
                        };
                        given.options.push((letter, value));
                        break;
                    }
                }
            }
        }
        Ok(given)
    }

    pub fn has(&self, letter: char) -> bool {
        self.options.iter().any(|(known, _)| *known == letter)
    }

    pub fn value(&self, letter: char) -> Option<&str> {
        let mut options = self.options.iter().rev();
        let (_, value) = options.find(|(known, _)| *known == letter)?;
        Some(value)
    }

    /// The value of an option as a number.
    pub fn number(&self, program: &str, letter: char) -> Result<Option<usize>, Failure> {
        let Some(text) = self.value(letter) else {
            return Ok(None);
        };
        let number = text
            .parse()
            .map_err(|_| refused(program, &format!("-{letter} {text}")))?;
        Ok(Some(number))
    }
}

/// The lines of a text, each followed by a line end.
fn joined<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// The name that a text begins with; empty if it begins with something else.
fn leading_name(text: &str) -> &str {
    let is_letter = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let end = text.find(|letter| !is_letter(letter)).unwrap_or(text.len());
    let name = text.get(..end).unwrap_or_default();
    match name.starts_with(|letter: char| letter.is_ascii_digit()) {
        true => "",
        false => name,
    }
}
