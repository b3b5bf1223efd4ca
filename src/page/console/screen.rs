//! What stands in the console: commands, and what they printed.

use crate::page::words::Phrase;
use std::rc::Rc;

/// More lines than this are not kept.
pub const LINES_MAX: usize = 5_000;

/// A command that prints on and on goes on in another entry after so many lines.
const ENTRY_LINES: usize = 200;

/// Where a text was printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Printed {
    /// Standard output.
    Output,
    /// Standard error of a command that went well.
    Warning,
    /// Standard error of one that failed.
    Error,
}

/// A text under a command.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// Something that the command printed.
    Printed(Printed, Rc<str>),
    /// Something that the page says.
    Note(&'static Phrase),
}

/// A command, and what came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Tells it from the others.
    pub number: usize,
    /// What was typed; nothing for what stands by itself.
    pub typed: Rc<str>,
    /// What came of it.
    pub blocks: Vec<Block>,
    lines: usize,
}

/// All that stands in the console.
#[derive(Debug, Clone, Default)]
pub struct Screen {
    /// The commands, in order.
    pub entries: Vec<Rc<Entry>>,
    /// How many lines are not kept any more.
    pub dropped: usize,
    count: usize,
    lines: usize,
}

impl Screen {
    /// A command that was typed.
    pub fn command(&mut self, typed: &str) {
        let lines = typed.lines().count();
        self.entries.push(Rc::new(Entry {
            number: self.count,
            typed: typed.into(),
            blocks: Vec::new(),
            lines,
        }));
        self.count += 1;
        self.lines += lines;
        self.forget();
    }

    /// Something under the last command. What goes on where a text ended becomes one with it.
    pub fn print(&mut self, printed: Printed, text: &str) {
        let is_long = |entry: &Rc<Entry>| entry.lines >= ENTRY_LINES;
        if self.entries.last().is_none_or(is_long) {
            self.command("");
        }
        let Some(entry) = self.entries.last_mut().map(Rc::make_mut) else {
            return;
        };
        match entry.blocks.last_mut() {
            Some(Block::Printed(before, known)) if *before == printed => {
                *known = format!("{known}{text}").into();
            }
            _ => entry.blocks.push(Block::Printed(printed, text.into())),
        }
        let lines = text.lines().count();
        entry.lines += lines;
        self.lines += lines;
        self.forget();
    }

    /// Something that the page says under the last command.
    pub fn note(&mut self, phrase: &'static Phrase) {
        if let Some(entry) = self.entries.last_mut().map(Rc::make_mut) {
            entry.blocks.push(Block::Note(phrase));
            entry.lines += 1;
            self.lines += 1;
        }
    }

    /// Takes everything off.
    pub fn clear(&mut self) {
        *self = Self {
            count: self.count,
            ..Self::default()
        };
    }

    /// Drops the oldest commands when there are too many lines; the last one stays whatever it printed.
    fn forget(&mut self) {
        while self.lines > LINES_MAX && self.entries.len() > 1 {
            let lines = self.entries.remove(0).lines;
            self.lines -= lines;
            self.dropped += lines;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_go_on_are_one() {
        let mut screen = Screen::default();
        screen.command("get pods");
        screen.print(Printed::Output, "a\n");
        screen.print(Printed::Output, "b\n");
        screen.print(Printed::Error, "c\n");
        let blocks = &screen.entries[0].blocks;
        assert_eq!(blocks.len(), 2);
        assert_eq!(blocks[0], Block::Printed(Printed::Output, "a\nb\n".into()));
    }

    #[test]
    fn the_oldest_lines_go_first_and_are_counted() {
        let mut screen = Screen::default();
        screen.command("first");
        screen.print(Printed::Output, &"x\n".repeat(LINES_MAX - 2));
        screen.command("second");
        assert_eq!((screen.entries.len(), screen.dropped), (2, 0));
        screen.command("third");
        assert_eq!(screen.entries.len(), 2);
        assert_eq!(screen.dropped, LINES_MAX - 1);
        screen.print(Printed::Output, &"y\n".repeat(2 * LINES_MAX));
        assert_eq!(screen.entries.len(), 1, "the last one stays");
        screen.print(Printed::Output, "z\n");
        assert_eq!(screen.entries[0].lines, 1, "and goes on in another");
    }
}
