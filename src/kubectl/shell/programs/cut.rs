//! `cut`

use super::{Given, Io, Program, refused, wrong};
use crate::manifests::Failure;
use std::rc::Rc;

#[derive(Debug)]
struct Cut {
    /// The delimiter of fields; without one, characters are cut.
    delimiter: Option<char>,
    between: String,
    /// First and last of each range, from 1.
    ranges: Vec<(usize, usize)>,
    only_delimited: bool,
    files: Vec<String>,
}

/// `cut -f LIST [-d DELIMITER] [FILE…]`, `cut -c LIST [FILE…]`
pub fn parse(name: &str, arguments: &[String]) -> Result<Rc<dyn Program>, Failure> {
    let long = [
        ("delimiter", 'd'),
        ("fields", 'f'),
        ("characters", 'c'),
        ("only-delimited", 's'),
        ("output-delimiter", 'O'),
    ];
    let given = Given::parse(name, "d:f:c:b:sO:", &long, arguments)?;
    let list = match (given.value('f'), given.value('c').or(given.value('b'))) {
        (Some(list), None) | (None, Some(list)) => list,
        (None, None) => {
            return Err(wrong(
                name,
                "you must specify a list of bytes, characters, or fields",
            ));
        }
        _ => return Err(wrong(name, "only one list may be specified")),
    };
    let mut letters = given.value('d').unwrap_or("\t").chars();
    let (Some(delimiter), None) = (letters.next(), letters.next()) else {
        return Err(wrong(name, "the delimiter must be a single character"));
    };
    let delimiter = given.has('f').then_some(delimiter);
    let ranges = list
        .split(',')
        .map(|range| parsed(range).ok_or_else(|| refused(name, &format!("with the list {list}"))));
    let usual = delimiter.map(String::from).unwrap_or_default();
    Ok(Rc::new(Cut {
        delimiter,
        between: given.value('O').map_or(usual, str::to_owned),
        ranges: ranges.collect::<Result<_, _>>()?,
        only_delimited: given.has('s'),
        files: given.words,
    }))
}

/// `2`, `2-`, `-3` or `2-3`
fn parsed(range: &str) -> Option<(usize, usize)> {
    let end = |text: &str, default| match text {
        "" => Some(default),
        text => text.parse().ok().filter(|number| *number > 0),
    };
    let (from, to) = match range.split_once('-') {
        Some((from, to)) if range.len() > 1 => (end(from, 1)?, end(to, usize::MAX)?),
        _ => (range.parse().ok()?, range.parse().ok()?),
    };
    (from > 0 && from <= to).then_some((from, to))
}

impl Cut {
    fn has(&self, place: usize) -> bool {
        let place = place + 1;
        self.ranges
            .iter()
            .any(|(from, to)| (*from..=*to).contains(&place))
    }
}

impl Program for Cut {
    fn run(&self, io: &mut Io<'_>) -> i32 {
        let (text, well) = io.read("cut", &self.files);
        for line in text.lines() {
            let Some(delimiter) = self.delimiter else {
                let kept = line.chars().enumerate().filter(|(at, _)| self.has(*at));
                let kept: String = kept.map(|(_, letter)| letter).collect();
                io.line(&kept);
                continue;
            };
            // Lines without the delimiter are printed whole.
            if !line.contains(delimiter) {
                if !self.only_delimited {
                    io.line(line);
                }
                continue;
            }
            let fields = line.split(delimiter).enumerate();
            let kept: Vec<&str> = fields
                .filter(|(at, _)| self.has(*at))
                .map(|(_, field)| field)
                .collect();
            io.line(&kept.join(&self.between));
        }
        i32::from(!well)
    }

    fn is_by_line(&self) -> bool {
        true
    }
}
