//! `xargs`

use super::programs::{Given, refused};
use crate::manifests::Failure;

/// Words per command without `-n`; the real limit is the size of a command line.
const WORDS_MAX: usize = 5_000;

/// The arguments of `xargs`.
#[derive(Debug)]
pub struct Xargs {
    /// The command; without one, `echo`.
    pub command: Vec<String>,
    most: usize,
    /// `-I`: the text that stands for a line of the input.
    replaced: Option<String>,
    skips_empty: bool,
    delimiter: Option<char>,
}

impl Xargs {
    /// Parses arguments; options end at the command.
    ///
    /// # Errors
    /// One is not simulated.
    pub fn parse(arguments: &[String]) -> Result<Self, Failure> {
        let takes_value = |option: &str| {
            matches!(
                option,
                "-n" | "-I" | "-d" | "--max-args" | "--delimiter" | "-L" | "-P"
            )
        };
        let mut at = 0;
        while let Some(option) = arguments.get(at).filter(|word| word.starts_with('-')) {
            at += if takes_value(option) { 2 } else { 1 };
        }
        let at = at.min(arguments.len());
        let (options, command) = arguments.split_at(at);
        let long = [
            ("max-args", 'n'),
            ("no-run-if-empty", 'r'),
            ("delimiter", 'd'),
        ];
        let given = Given::parse("xargs", "n:I:d:r", &long, options)?;
        let most = given.number("xargs", 'n')?.unwrap_or(WORDS_MAX);
        let delimiter = match given.value('d') {
            None => None,
            Some("\\n") => Some('\n'),
            Some(text) => {
                let mut letters = text.chars();
                match (letters.next(), letters.next()) {
                    (Some(letter), None) if letter != '\\' => Some(letter),
                    _ => return Err(refused("xargs", &format!("-d {text}"))),
                }
            }
        };
        if most == 0 {
            return Err(refused("xargs", "-n 0"));
        }
        Ok(Self {
            command: command.to_vec(),
            most,
            replaced: given.value('I').map(str::to_owned),
            skips_empty: given.has('r'),
            delimiter,
        })
    }

    /// The commands for an input.
    ///
    /// # Errors
    /// A quote in it is not closed.
    pub fn commands(&self, input: &str) -> Result<Vec<Vec<String>>, Failure> {
        let command = match self.command.is_empty() {
            true => vec!["echo".to_owned()],
            false => self.command.clone(),
        };
        if let Some(replaced) = self.replaced.as_deref().filter(|text| !text.is_empty()) {
            let lines = input
                .lines()
                .map(str::trim_start)
                .filter(|line| !line.is_empty());
            let of = |line: &str| {
                let words = command.iter().map(|word| word.replace(replaced, line));
                words.collect()
            };
            return Ok(lines.map(of).collect());
        }
        let words = match self.delimiter {
            None => split(input)?,
            Some(delimiter) => {
                let input = input.strip_suffix(delimiter).unwrap_or(input);
                input
                    .split(delimiter)
                    .filter(|_| !input.is_empty())
                    .map(str::to_owned)
                    .collect()
            }
        };
        if words.is_empty() {
            // Without input the command runs once.
            return Ok(if self.skips_empty {
                Vec::new()
            } else {
                vec![command]
            });
        }
        let chunks = words
            .chunks(self.most)
            .map(|words| [command.as_slice(), words].concat());
        Ok(chunks.collect())
    }
}

/// Splits at spaces and line ends; quotes and backslashes keep words together.
fn split(text: &str) -> Result<Vec<String>, Failure> {
    let mut found = Vec::new();
    let mut word: Option<String> = None;
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\'' | '"' => {
                let word = word.get_or_insert_default();
                loop {
                    match letters.next() {
                        Some(end) if end == letter => break,
                        None | Some('\n') => {
                            let kind = if letter == '"' { "double" } else { "single" };
                            let text = format!(
                                "xargs: unmatched {kind} quote; by default quotes are special to xargs unless you use \
                                 the -0 option"
                            );
                            return Err(Failure::Raw(text));
                        }
                        Some(other) => word.push(other),
                    }
                }
            }
            '\\' => word.get_or_insert_default().extend(letters.next()),
            space if space.is_whitespace() => found.extend(word.take()),
            other => word.get_or_insert_default().push(other),
        }
    }
    found.extend(word);
    Ok(found)
}
