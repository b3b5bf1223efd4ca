//! `echo`, `ls`, `seq`, `true` and `false`.

use super::{Given, Io, Program, refused, wrong};
use crate::manifests::Failure;
use crate::manifests::folder::below;
use std::rc::Rc;

/// Maximum number of lines of `seq`.
const LINES_MAX: i64 = 10_000;

/// A text and an exit code.
#[derive(Debug)]
struct Fixed(String, i32);

impl Program for Fixed {
    fn run(&self, io: &mut Io<'_>) -> i32 {
        io.out.push_str(&self.0);
        self.1
    }
}

/// `echo [-n] [-e] WORD…`
pub fn echo(name: &str, arguments: &[String]) -> Result<Rc<dyn Program>, Failure> {
    let (mut newline, mut escapes) = (true, false);
    let mut words = arguments;
    while let Some((first, rest)) = words.split_first() {
        let letters = first.strip_prefix('-').unwrap_or_default();
        if letters.is_empty()
            || !letters
                .chars()
                .all(|letter| matches!(letter, 'n' | 'e' | 'E'))
        {
            break;
        }
        newline &= !letters.contains('n');
        escapes = letters.contains('e');
        words = rest;
    }
    let mut text = words.join(" ");
    if escapes {
        text = unescaped(&text).map_err(|escape| refused(name, &format!("-e with {escape}")))?;
    }
    if newline {
        text.push('\n');
    }
    Ok(Rc::new(Fixed(text, 0)))
}

/// The text that escapes stand for; fails with one that is not simulated.
fn unescaped(text: &str) -> Result<String, String> {
    let mut found = String::new();
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match (letter, letter == '\\') {
            (_, true) => match letters.next() {
                Some('n') => found.push('\n'),
                Some('t') => found.push('\t'),
                Some('\\') | None => found.push('\\'),
                Some(other) if other.is_ascii_alphanumeric() => return Err(format!("\\{other}")),
                Some(other) => found.extend(['\\', other]),
            },
            (other, false) => found.push(other),
        }
    }
    Ok(found)
}

/// `true` and `false`
pub fn fixed(name: &str, _: &[String]) -> Result<Rc<dyn Program>, Failure> {
    Ok(Rc::new(Fixed(String::new(), i32::from(name == "false"))))
}

/// `seq [FIRST [STEP]] LAST`
pub fn sequence(name: &str, arguments: &[String]) -> Result<Rc<dyn Program>, Failure> {
    let is_option = |word: &&String| {
        word.strip_prefix('-')
            .is_some_and(|rest| !rest.starts_with(|letter: char| letter.is_ascii_digit()))
    };
    if let Some(option) = arguments.iter().find(is_option) {
        return Err(refused(name, option));
    }
    let number = |text: &String| {
        let number = text.parse::<i32>().map(i64::from);
        number.map_err(|_| wrong(name, format!("invalid integer argument: '{text}'")))
    };
    let numbers = arguments
        .iter()
        .map(number)
        .collect::<Result<Vec<i64>, _>>()?;
    let (first, step, last) = match numbers.as_slice() {
        [last] => (1, 1, *last),
        [first, last] => (*first, 1, *last),
        [first, step, last] => (*first, *step, *last),
        [] => return Err(wrong(name, "missing operand")),
        _ => return Err(wrong(name, "extra operand")),
    };
    if step == 0 {
        return Err(wrong(name, "invalid Zero increment value: '0'"));
    }
    let count = ((last - first) / step + 1).max(0);
    let count = if (last - first).signum() == -step.signum() {
        0
    } else {
        count
    };
    if count > LINES_MAX {
        return Err(refused(name, &format!("with more than {LINES_MAX} lines")));
    }
    let lines = (0..count).map(|index| format!("{}\n", first + index * step));
    Ok(Rc::new(Fixed(lines.collect(), 0)))
}

#[derive(Debug)]
struct List(Vec<String>);

/// `ls [FILE…]`
pub fn list(name: &str, arguments: &[String]) -> Result<Rc<dyn Program>, Failure> {
    let given = Given::parse(name, "1", &[], arguments)?;
    Ok(Rc::new(List(given.words)))
}

impl Program for List {
    fn run(&self, io: &mut Io<'_>) -> i32 {
        let here = [".".to_owned()];
        let names = match self.0.is_empty() {
            true => here.as_slice(),
            false => &self.0,
        };
        let mut exit = 0;
        for name in names {
            if (io.file)(name).is_some() {
                io.line(name);
                continue;
            }
            let directory = name.trim_start_matches('.').trim_matches('/');
            let below = io.files.iter().filter_map(|file| below(directory, file));
            // Of what is in a directory of this one, only the directory.
            let mut entries: Vec<String> = below
                .filter_map(|rest| rest.split('/').next().map(str::to_owned))
                .collect();
            entries.dedup();
            if entries.is_empty() && !directory.is_empty() {
                let error = format!("ls: cannot access '{name}': No such file or directory\n");
                io.err.push_str(&error);
                exit = 2;
            }
            for entry in &entries {
                io.line(entry);
            }
        }
        exit
    }
}
