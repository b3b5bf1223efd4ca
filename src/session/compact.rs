//! The log as bytes, for links. Versions 1 and 2, which must stay readable: add a version instead of changing one.
//! Version 2 has the names of files, and those that are not in the editor.

use super::{
    FUTURES_MAX, Log, NAME, NamedText, Oversize, SavedAction, SavedFuture, SessionRefusal, TEXT_MAX,
};
use crate::engine::Input;
use crate::versions::{Features, Version};
use std::rc::Rc;

/// The latest time that the clock can be moved to: 30 years.
pub(super) const CLOCK_MAX: i64 = 30 * 366 * 86_400_000;

const STEPS: u8 = 0;
const ITEM: u8 = 1;
const CLOCK: u8 = 2;
const MANIFESTS: u8 = 3;
const COMMAND: u8 = 4;
const COMMAND_READING: u8 = 5;
const EDIT: u8 = 6;
const DRAIN: u8 = 7;
const AGAIN: u8 = 8;
const REPEAT: u8 = 9;
const DRAIN_AGAIN: u8 = 10;
const STATE: u8 = 11;
/// Before the virtual clock's zero.
const CLOCK_EARLY: u8 = 12;
const EDIT_SUBRESOURCE: u8 = 13;
const EDIT_MANAGED: u8 = 14;

/// Writes a log, followed by a checksum.
pub fn write(log: &Log) -> Vec<u8> {
    let mut out = Vec::new();
    features(&mut out, log.features);
    number(&mut out, log.seed);
    optional(&mut out, log.editor.as_deref());
    length(&mut out, log.future);
    length(&mut out, log.step);
    out.push(u8::from(log.mark.is_some()));
    out.extend(log.mark.unwrap_or_default().to_le_bytes());
    length(&mut out, log.futures.len());
    for (place, branch) in log.futures.iter().enumerate() {
        if place > 0 {
            length(&mut out, branch.of);
            length(&mut out, branch.after);
        }
        length(&mut out, branch.entries.len());
        for each in &branch.entries {
            entry(&mut out, each);
        }
    }
    if !log.has_one_file() {
        text(&mut out, &log.name);
        files(&mut out, &log.files);
    }
    let sum = checksum(&out);
    out.extend(sum.to_le_bytes());
    out
}

/// Reads a log of version 1, or of version 2, which has files.
pub fn read(bytes: &[u8], has_files: bool) -> Result<Log, SessionRefusal> {
    let end = bytes.len().checked_sub(4);
    let parts = end.and_then(|end| bytes.split_at_checked(end));
    let (bytes, sum) = parts.ok_or_else(|| damaged("it is too short"))?;
    if checksum(bytes).to_le_bytes() != sum {
        return Err(damaged("its checksum is wrong"));
    }
    let mut input = Bytes { left: bytes };
    let mut log = Log {
        features: input.features()?,
        seed: input.number()?,
        editor: input.optional()?,
        future: input.length()?,
        step: input.length()?,
        mark: input.mark()?,
        futures: Vec::new(),
        name: NAME.into(),
        files: Vec::new(),
    };
    let count = input.length()?;
    SessionRefusal::most(Oversize::Futures, count, FUTURES_MAX)?;
    for place in 0..count {
        log.futures.push(input.branch(place > 0)?);
    }
    if has_files {
        log.name = input.text()?;
        log.files = input.files()?;
    }
    match input.left {
        [] => log.checked(),
        _ => Err(damaged("something follows its end")),
    }
}

fn damaged(what: &str) -> SessionRefusal {
    SessionRefusal::Damaged(what.to_owned())
}

/// CRC-32 as in zip files.
pub(super) fn checksum(bytes: &[u8]) -> u32 {
    let sum = bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| match sum & 1 {
            1 => (sum >> 1) ^ 0xedb8_8320,
            _ => sum >> 1,
        })
    });
    !sum
}

/// Seven bits a byte, the lowest first.
fn number(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

fn length(out: &mut Vec<u8>, length: usize) {
    number(out, length as u64);
}

fn text(out: &mut Vec<u8>, text: &str) {
    length(out, text.len());
    out.extend(text.bytes());
}

fn optional(out: &mut Vec<u8>, given: Option<&str>) {
    out.push(u8::from(given.is_some()));
    if let Some(given) = given {
        text(out, given);
    }
}

fn files(out: &mut Vec<u8>, files: &[NamedText]) {
    length(out, files.len());
    for (name, content) in files {
        text(out, name);
        text(out, content);
    }
}

fn features(out: &mut Vec<u8>, features: Features) {
    text(out, features.version().name());
    length(out, features.switches().count());
    for (gate, on) in features.switches() {
        text(out, gate);
        out.push(u8::from(on));
    }
}

fn entry(out: &mut Vec<u8>, entry: &SavedAction) {
    match entry {
        SavedAction::Steps(count) => {
            out.push(STEPS);
            length(out, *count);
        }
        SavedAction::Item(place) => {
            out.push(ITEM);
            length(out, *place);
        }
        SavedAction::Clock(to) => {
            out.push(if *to < 0 { CLOCK_EARLY } else { CLOCK });
            number(out, to.unsigned_abs());
        }
        SavedAction::Input(given) => input(out, given),
    }
}

fn input(out: &mut Vec<u8>, input: &Input) {
    match input {
        Input::Manifests(manifests) => {
            out.push(MANIFESTS);
            text(out, manifests);
        }
        Input::State(state) => {
            out.push(STATE);
            text(out, state);
        }
        Input::Command { line, stdin, files } => {
            let reads = stdin.is_some() || !files.is_empty();
            out.push(if reads { COMMAND_READING } else { COMMAND });
            text(out, line);
            if reads {
                optional(out, stdin.as_deref());
                self::files(out, files);
            }
        }
        Input::Edit {
            before,
            text: saved,
            record,
            subresource,
            manager,
        } => {
            out.push(match (manager, subresource) {
                (Some(_), _) => EDIT_MANAGED,
                (None, Some(_)) => EDIT_SUBRESOURCE,
                (None, None) => EDIT,
            });
            text(out, before);
            text(out, saved);
            optional(out, record.as_deref());
            match (manager, subresource) {
                (Some(manager), _) => {
                    optional(out, subresource.as_deref());
                    text(out, manager);
                }
                (None, Some(subresource)) => text(out, subresource),
                (None, None) => {}
            }
        }
        Input::Drain { line, nodes, pods } => {
            out.push(if pods.is_empty() { DRAIN } else { DRAIN_AGAIN });
            text(out, line);
            text(out, nodes);
            if !pods.is_empty() {
                text(out, pods);
            }
        }
        Input::Again {
            line,
            features: then,
        } => {
            out.push(AGAIN);
            text(out, line);
            features(out, *then);
        }
        Input::Repeat { future, step } => {
            out.push(REPEAT);
            length(out, *future);
            length(out, *step);
        }
        // It is part of the entry before it.
        Input::More => {}
    }
}

/// The bytes that have not been read.
struct Bytes<'b> {
    left: &'b [u8],
}

impl Bytes<'_> {
    fn byte(&mut self) -> Result<u8, SessionRefusal> {
        let (first, rest) = self
            .left
            .split_first()
            .ok_or_else(|| damaged("it is cut off"))?;
        self.left = rest;
        Ok(*first)
    }

    fn number(&mut self) -> Result<u64, SessionRefusal> {
        let mut number = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(damaged("a number is too large"))
    }

    fn length(&mut self) -> Result<usize, SessionRefusal> {
        let number = self.number()?;
        usize::try_from(number).map_err(|_| damaged("a number is too large"))
    }

    fn take(&mut self, length: usize) -> Result<&[u8], SessionRefusal> {
        let parts = self.left.split_at_checked(length);
        let (taken, rest) = parts.ok_or_else(|| damaged("it is cut off"))?;
        self.left = rest;
        Ok(taken)
    }

    fn mark(&mut self) -> Result<Option<u32>, SessionRefusal> {
        let is_known = self.flag()?;
        let bytes = self.take(4)?.try_into();
        let mark = bytes
            .map(u32::from_le_bytes)
            .map_err(|_| damaged("it is cut off"))?;
        Ok(is_known.then_some(mark))
    }

    fn text(&mut self) -> Result<Rc<str>, SessionRefusal> {
        let length = self.length()?;
        SessionRefusal::most(Oversize::Bytes, length, TEXT_MAX)?;
        let text = std::str::from_utf8(self.take(length)?);
        text.map(Into::into)
            .map_err(|_| damaged("a text is not UTF-8"))
    }

    fn flag(&mut self) -> Result<bool, SessionRefusal> {
        match self.byte()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(damaged("a flag is neither on nor off")),
        }
    }

    fn optional(&mut self) -> Result<Option<Rc<str>>, SessionRefusal> {
        match self.flag()? {
            true => self.text().map(Some),
            false => Ok(None),
        }
    }

    fn features(&mut self) -> Result<Features, SessionRefusal> {
        let mut features = Features::from(Version::parse(&self.text()?)?);
        for _ in 0..self.length()? {
            let gate = self.text()?;
            features = features.switch(&gate, self.flag()?)?;
        }
        Ok(features)
    }

    fn branch(&mut self, has_parent: bool) -> Result<SavedFuture, SessionRefusal> {
        let mut branch = SavedFuture::default();
        if has_parent {
            branch.of = self.length()?;
            branch.after = self.length()?;
        }
        let count = self.length()?;
        SessionRefusal::most(Oversize::Actions, count, super::ENTRIES_MAX)?;
        for _ in 0..count {
            branch.entries.push(self.entry()?);
        }
        Ok(branch)
    }

    fn entry(&mut self) -> Result<SavedAction, SessionRefusal> {
        let input = match self.byte()? {
            STEPS => return Ok(SavedAction::Steps(self.length()?)),
            ITEM => return Ok(SavedAction::Item(self.length()?)),
            CLOCK => return clock(i64::try_from(self.number()?).unwrap_or(i64::MAX)),
            CLOCK_EARLY => return clock(i64::try_from(self.number()?).map_or(i64::MIN, |to| -to)),
            MANIFESTS => Input::Manifests(self.text()?),
            STATE => Input::State(self.text()?),
            COMMAND => Input::Command {
                line: self.text()?,
                stdin: None,
                files: Box::default(),
            },
            COMMAND_READING => self.command()?,
            EDIT => Input::Edit {
                before: self.text()?,
                text: self.text()?,
                record: self.optional()?,
                subresource: None,
                manager: None,
            },
            EDIT_SUBRESOURCE => Input::Edit {
                before: self.text()?,
                text: self.text()?,
                record: self.optional()?,
                subresource: Some(self.text()?),
                manager: None,
            },
            EDIT_MANAGED => Input::Edit {
                before: self.text()?,
                text: self.text()?,
                record: self.optional()?,
                subresource: self.optional()?,
                manager: Some(self.text()?),
            },
            DRAIN => Input::Drain {
                line: self.text()?,
                nodes: self.text()?,
                pods: Rc::default(),
            },
            DRAIN_AGAIN => Input::Drain {
                line: self.text()?,
                nodes: self.text()?,
                pods: self.text()?,
            },
            AGAIN => Input::Again {
                line: self.text()?,
                features: self.features()?,
            },
            REPEAT => Input::Repeat {
                future: self.length()?,
                step: self.length()?,
            },
            _ => return Err(damaged("it has an unknown kind of action")),
        };
        Ok(SavedAction::Input(Rc::new(input)))
    }

    fn command(&mut self) -> Result<Input, SessionRefusal> {
        Ok(Input::Command {
            line: self.text()?,
            stdin: self.optional()?,
            files: self.files()?.into(),
        })
    }

    fn files(&mut self) -> Result<Vec<NamedText>, SessionRefusal> {
        let mut files = Vec::new();
        for _ in 0..self.length()? {
            files.push((self.text()?, self.text()?));
        }
        Ok(files)
    }
}

/// A move of the clock within the limit.
pub(super) fn clock(to: i64) -> Result<SavedAction, SessionRefusal> {
    match to.unsigned_abs() <= CLOCK_MAX.unsigned_abs() {
        true => Ok(SavedAction::Clock(to)),
        false => Err(damaged("it moves the clock too far")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_that_of_zip_files() {
        assert_eq!(checksum(b"123456789"), 0xcbf4_3926);
    }

    #[test]
    fn numbers_of_any_size_are_read_as_written() {
        for given in [0, 1, 127, 128, 300, u64::from(u32::MAX), u64::MAX] {
            let mut out = Vec::new();
            number(&mut out, given);
            let mut input = Bytes { left: &out };
            assert_eq!(input.number(), Ok(given));
            assert!(input.left.is_empty());
        }
    }
}
