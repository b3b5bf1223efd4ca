//! The content of the console: commands and their output.

use kubestep::texts::Text;
use std::rc::Rc;

/// Maximum number of lines kept.
pub const LINES_MAX: usize = 5_000;

/// Number of lines after which a command's output continues in another entry.
const ENTRY_LINES: usize = 200;

/// The stream that a text was printed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// Standard output.
    Output,
    /// Standard error of a successful command.
    Warning,
    /// Standard error of a failed command.
    Error,
}

/// A block of text below a command.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// Output of the command.
    Printed(Stream, Rc<str>),
    /// A note of the page.
    Note(&'static Text),
}

/// A command and its output.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Identifies the entry.
    pub number: usize,
    /// The text typed; empty for output without a command.
    pub typed: Rc<str>,
    /// Output.
    pub blocks: Vec<Block>,
    lines: usize,
}

/// The content of the console.
#[derive(Debug, Clone, Default)]
pub struct Screen {
    /// The commands, in order.
    pub entries: Vec<Rc<Entry>>,
    /// Number of lines no longer kept.
    pub dropped: usize,
    count: usize,
    lines: usize,
}

impl Screen {
    /// Adds a command.
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

    /// Adds output to the last command. Text that continues the last block is appended to it.
    pub fn print(&mut self, printed: Stream, text: &str) {
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

    /// Adds a note to the last command.
    pub fn note(&mut self, phrase: &'static Text) {
        if let Some(entry) = self.entries.last_mut().map(Rc::make_mut) {
            entry.blocks.push(Block::Note(phrase));
            entry.lines += 1;
            self.lines += 1;
        }
    }

    /// Removes everything.
    pub fn clear(&mut self) {
        *self = Self {
            count: self.count,
            ..Self::default()
        };
    }

    /// Drops the oldest commands if there are too many lines; the last one is always kept.
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
    fn continued_output_is_one_block() {
        let mut screen = Screen::default();
        screen.command("get pods");
        screen.print(Stream::Output, "a\n");
        screen.print(Stream::Output, "b\n");
        screen.print(Stream::Error, "c\n");
        let blocks = &screen.entries[0].blocks;
        assert_eq!(blocks.len(), 2);
        assert_eq!(blocks[0], Block::Printed(Stream::Output, "a\nb\n".into()));
    }

    #[test]
    fn the_oldest_lines_are_dropped_and_counted() {
        let mut screen = Screen::default();
        screen.command("first");
        screen.print(Stream::Output, &"x\n".repeat(LINES_MAX - 2));
        screen.command("second");
        assert_eq!((screen.entries.len(), screen.dropped), (2, 0));
        screen.command("third");
        assert_eq!(screen.entries.len(), 2);
        assert_eq!(screen.dropped, LINES_MAX - 1);
        screen.print(Stream::Output, &"y\n".repeat(2 * LINES_MAX));
        assert_eq!(screen.entries.len(), 1, "the last entry is kept");
        screen.print(Stream::Output, "z\n");
        assert_eq!(screen.entries[0].lines, 1, "the output starts over");
    }
}
