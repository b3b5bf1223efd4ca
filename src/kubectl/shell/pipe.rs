//! Where the output of a command goes: through programs, into files, or to the terminal.

use super::programs::{Io, Program};
use super::terminal::Terminal;
use crate::kubectl::run::EDITOR;
use std::rc::Rc;

/// Where a stream of a program goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StreamTarget {
    /// To the next program, or to the terminal's standard output.
    Out,
    /// To the terminal's standard error.
    Err,
    /// Nowhere (`/dev/null`).
    Nowhere,
    /// Into a file.
    File(String),
}

/// The streams of a program.
#[derive(Debug, Clone)]
pub struct Streams {
    /// Standard output.
    pub out: StreamTarget,
    /// Standard error.
    pub err: StreamTarget,
}

impl Default for Streams {
    fn default() -> Self {
        Self {
            out: StreamTarget::Out,
            err: StreamTarget::Err,
        }
    }
}

/// Where the files are.
pub struct Files<'f> {
    /// Those of the shell.
    pub terminal: &'f Terminal,
    /// Those that the caller has given.
    pub given: &'f [(String, String)],
}

impl Files<'_> {
    /// The content of a file; the shell's own come first.
    pub fn read(&self, name: &str) -> Option<String> {
        if name == "/dev/null" {
            return Some(String::new());
        }
        let given = self.given.iter().find(|(known, _)| known == name);
        let own = self.terminal.file(name).map(|text| text.to_string());
        own.or_else(|| given.map(|(_, text)| text.clone()))
    }

    /// The names of all files, in order. `editor` is another name for the one in the editor.
    pub fn names(&self) -> Vec<String> {
        let mut names = self.terminal.files();
        let given = self.given.iter().map(|(name, _)| name);
        names.extend(given.filter(|name| *name != EDITOR).cloned());
        crate::api::light::sort(&mut names, Ord::cmp);
        names.dedup();
        names
    }
}

/// What is printed to the terminal.
#[derive(Debug, Default)]
pub struct TerminalOutput {
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Streams {
    /// Sends text to where a stream goes; what goes on to the next program is appended to `next`.
    pub fn send(
        &self,
        text: &str,
        is_error: bool,
        next: &mut String,
        err: &mut String,
        files: &Files<'_>,
    ) {
        let target = if is_error { &self.err } else { &self.out };
        match target {
            StreamTarget::Out => next.push_str(text),
            StreamTarget::Err => err.push_str(text),
            StreamTarget::Nowhere => {}
            StreamTarget::File(name) => {
                if !text.is_empty() && !files.terminal.write(name, text, true) {
                    err.push_str(&format!("{name}: No space left on device\n"));
                }
            }
        }
    }
}

/// A program in a pipeline.
pub type Filter = (Rc<dyn Program>, Streams);

/// The programs after a command in a pipeline. They work on its output as it comes if all of them treat each line by
/// itself, else once it is complete.
#[derive(Debug, Clone, Default)]
pub struct Pipe {
    programs: Vec<Filter>,
    /// Output held back for a program that needs all of it.
    held: String,
    exit: Option<i32>,
    has_ended: bool,
}

impl Pipe {
    /// A pipe of programs.
    pub fn new(programs: Vec<Filter>) -> Self {
        Self {
            programs,
            ..Self::default()
        }
    }

    /// Passes text to the first program; returns what the last one prints.
    pub fn pass(&mut self, text: &str, ends: bool, err: &mut String, files: &Files<'_>) -> String {
        if self.programs.is_empty() {
            return text.to_owned();
        }
        if self.has_ended {
            return String::new();
        }
        self.held.push_str(text);
        if !ends
            && !self
                .programs
                .iter()
                .all(|(program, _)| program.is_by_line())
        {
            return String::new();
        }
        let whole = match ends {
            true => self.held.len(),
            false => self.held.rfind('\n').map_or(0, |at| at + 1),
        };
        let rest = self.held.split_off(whole);
        let mut text = std::mem::replace(&mut self.held, rest);
        if text.is_empty() && !ends {
            return text;
        }
        let mut exit = 0;
        for (program, streams) in &self.programs {
            let (ran, code) = run(program, &text, files);
            text.clear();
            streams.send(&ran.err, true, &mut text, err, files);
            streams.send(&ran.out, false, &mut text, err, files);
            exit = code;
        }
        // `grep` succeeds if any part of the input has a match.
        self.exit = Some(self.exit.map_or(exit, |before| before.min(exit)));
        self.has_ended = ends;
        text
    }

    /// The exit code of the last program.
    pub fn exit(&self) -> Option<i32> {
        self.exit
    }
}

/// Runs a program; returns what it prints, and its exit code.
pub fn run(program: &Rc<dyn Program>, stdin: &str, files: &Files<'_>) -> (TerminalOutput, i32) {
    let names = files.names();
    let mut io = Io {
        stdin,
        file: &|name| files.read(name),
        files: &names,
        out: String::new(),
        err: String::new(),
        writes: Vec::new(),
        removes: Vec::new(),
    };
    let exit = program.run(&mut io);
    for (name, text, appends) in io.writes {
        if !files.terminal.write(&name, &text, appends) {
            io.err
                .push_str(&format!("{name}: No space left on device\n"));
        }
    }
    for name in io.removes {
        files.terminal.remove(&name);
    }
    let printed = TerminalOutput {
        out: io.out,
        err: io.err,
    };
    (printed, exit)
}
