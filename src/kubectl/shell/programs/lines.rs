//! `cat`, `head`, `tail`, `tac`, `tee` and `wc`.

use super::{Given, Io, Program, joined, refused};
use crate::manifests::Failure;
use std::rc::Rc;

/// What becomes of the text.
#[derive(Debug, Clone, Copy)]
enum What {
    /// All of it, or with numbers before the lines.
    Cat(bool),
    /// The first lines, or all but the last.
    Head(usize, bool),
    /// The last lines, or all from a line on.
    Tail(usize, bool),
    /// The lines from the last to the first.
    Tac,
}

#[derive(Debug)]
struct Lines {
    name: &'static str,
    what: What,
    files: Vec<String>,
}

fn lines(name: &'static str, what: What, files: Vec<String>) -> Rc<dyn Program> {
    Rc::new(Lines { name, what, files })
}

/// `cat [-n] [FILE…]`
pub fn cat(name: &str, arguments: &[String]) -> Result<Rc<dyn Program>, Failure> {
    let given = Given::parse(name, "nu", &[("number", 'n')], arguments)?;
    Ok(lines("cat", What::Cat(given.has('n')), given.words))
}

/// `tac [FILE…]`
pub fn tac(name: &str, arguments: &[String]) -> Result<Rc<dyn Program>, Failure> {
    let given = Given::parse(name, "", &[], arguments)?;
    Ok(lines("tac", What::Tac, given.words))
}

/// `head [-n [-]N] [FILE]`
pub fn head(name: &str, arguments: &[String]) -> Result<Rc<dyn Program>, Failure> {
    let (text, files) = count(name, arguments)?;
    let (number, is_rest) = match text.strip_prefix('-') {
        Some(number) => (number, true),
        None => (text.as_str(), false),
    };
    let number = number.parse().map_err(|_| refused(name, &text))?;
    Ok(lines("head", What::Head(number, is_rest), files))
}

/// `tail [-n [+]N] [FILE]`
pub fn tail(name: &str, arguments: &[String]) -> Result<Rc<dyn Program>, Failure> {
    let (text, files) = count(name, arguments)?;
    let (number, is_rest) = match text.strip_prefix('+') {
        Some(number) => (number, true),
        None => (text.trim_start_matches('-'), false),
    };
    let number = number.parse().map_err(|_| refused(name, &text))?;
    Ok(lines("tail", What::Tail(number, is_rest), files))
}

/// `-n 5`, `-n5` or `-5`, by default ten; and the file.
fn count(name: &str, arguments: &[String]) -> Result<(String, Vec<String>), Failure> {
    let is_number = |text: &str| text.starts_with(|letter: char| letter.is_ascii_digit());
    let mut arguments = arguments.to_vec();
    if let Some(first) = arguments.first_mut()
        && let Some(number) = first.strip_prefix('-').filter(|text| is_number(text))
    {
        *first = format!("-n{number}");
    }
    let given = Given::parse(name, "n:q", &[("lines", 'n'), ("quiet", 'q')], &arguments)?;
    if given.words.len() > 1 {
        return Err(refused(name, "with several files"));
    }
    let number = given.value('n').unwrap_or("10").to_owned();
    Ok((number, given.words))
}

impl Program for Lines {
    fn run(&self, io: &mut Io<'_>) -> i32 {
        let (text, well) = io.read(self.name, &self.files);
        let lines: Vec<&str> = text.lines().collect();
        let count = lines.len();
        let part = |from: usize, to: usize| joined(lines.iter().copied().take(to).skip(from));
        let out = match self.what {
            What::Cat(true) => {
                let numbers = lines.iter().enumerate();
                let numbered = numbers.map(|(at, line)| format!("{:>6}\t{line}\n", at + 1));
                numbered.collect()
            }
            What::Cat(false) => text.clone(),
            What::Head(number, true) => part(0, count.saturating_sub(number)),
            What::Head(number, false) => part(0, number),
            What::Tail(number, true) => part(number.saturating_sub(1), count),
            What::Tail(number, false) => part(count.saturating_sub(number), count),
            What::Tac => joined(lines.iter().copied().rev()),
        };
        // An unfinished last line stays one.
        let is_unfinished =
            !text.ends_with('\n') && matches!(self.what, What::Head(..) | What::Tail(..));
        let last = lines.last().filter(|_| is_unfinished);
        let ends = last.and_then(|last| out.strip_suffix('\n').filter(|out| out.ends_with(last)));
        io.out.push_str(
            ends.filter(|kept| {
                kept.lines().count() == count || !matches!(self.what, What::Head(..))
            })
            .unwrap_or(&out),
        );
        i32::from(!well)
    }

    fn is_by_line(&self) -> bool {
        matches!(self.what, What::Cat(false))
    }
}

#[derive(Debug)]
struct Tee {
    files: Vec<String>,
    appends: bool,
}

/// `tee [-a] FILE…`
pub fn tee(name: &str, arguments: &[String]) -> Result<Rc<dyn Program>, Failure> {
    let given = Given::parse(name, "a", &[("append", 'a')], arguments)?;
    Ok(Rc::new(Tee {
        appends: given.has('a'),
        files: given.words,
    }))
}

impl Program for Tee {
    fn run(&self, io: &mut Io<'_>) -> i32 {
        io.out.push_str(io.stdin);
        for file in self.files.iter().filter(|file| *file != "/dev/null") {
            io.writes
                .push((file.clone(), io.stdin.to_owned(), self.appends));
        }
        0
    }
}

#[derive(Debug)]
struct Count {
    letters: Vec<char>,
    files: Vec<String>,
}

/// `wc [-l] [-w] [-c] [-m] [FILE]`
pub fn wc(name: &str, arguments: &[String]) -> Result<Rc<dyn Program>, Failure> {
    let long = [
        ("lines", 'l'),
        ("words", 'w'),
        ("bytes", 'c'),
        ("chars", 'm'),
    ];
    let given = Given::parse(name, "lwcm", &long, arguments)?;
    if given.words.len() > 1 {
        return Err(refused(name, "with several files"));
    }
    let letters: Vec<char> = given.options.iter().map(|(letter, _)| *letter).collect();
    Ok(Rc::new(Count {
        letters: match letters.is_empty() {
            true => vec!['l', 'w', 'c'],
            false => letters,
        },
        files: given.words,
    }))
}

impl Program for Count {
    fn run(&self, io: &mut Io<'_>) -> i32 {
        let (text, well) = io.read("wc", &self.files);
        if !well {
            return 1;
        }
        let count = |letter: char| match letter {
            'l' => text.matches('\n').count(),
            'w' => text.split_whitespace().count(),
            'm' => text.chars().count(),
            _ => text.len(),
        };
        // GNU's order, whatever the order of the options.
        let counts = ['l', 'w', 'm', 'c'].into_iter();
        let counts: Vec<usize> = counts
            .filter(|letter| self.letters.contains(letter))
            .map(count)
            .collect();
        let name = self
            .files
            .first()
            .map(|name| format!(" {name}"))
            .unwrap_or_default();
        // The width is that of the size of a file; for standard input it is 7.
        let width = match (counts.len(), self.files.is_empty()) {
            (1, _) => 0,
            (_, true) => 7,
            (_, false) => text.len().to_string().len(),
        };
        let counts: Vec<String> = counts
            .iter()
            .map(|count| format!("{count:>width$}"))
            .collect();
        io.line(&format!("{}{name}", counts.join(" ")));
        0
    }
}
