//! Prepares a command: expands its words, opens its files, and finds what it runs.

use super::compile::PipelineStage;
use super::expand::Values;
use super::pipe::{Files, Filter, Pipe, StreamTarget, Streams};
use super::syntax::{Direction, Redirect, Simple};
use super::terminal::Terminal;
use super::{bare_words, check, programs};
use crate::kubectl::run::EDITOR;
use crate::manifests::Failure;
use std::collections::VecDeque;

/// A command that is running.
#[derive(Debug, Clone)]
pub struct RunningCommand {
    /// The commands to be run: one, or those of `xargs`.
    pub queue: VecDeque<Call>,
    /// The last command of kubectl.
    pub last: Option<Call>,
    /// Standard input, unless it is the terminal's.
    pub stdin: Option<String>,
    /// Where its output goes.
    pub streams: Streams,
    /// The programs after it.
    pub pipe: Pipe,
    /// Its exit code so far.
    pub exit: i32,
    /// Whether it is `xargs`, which has an exit code of its own.
    pub is_xargs: bool,
}

/// The words of a command.
#[derive(Debug, Clone)]
pub struct Call {
    /// Without what may precede the command.
    pub words: Vec<String>,
    /// Whether it is kubectl's by name.
    pub is_kubectl: bool,
    /// Its text in the command line, if its words mean what is written.
    pub source: Option<String>,
}

impl Call {
    /// A command of kubectl.
    pub fn kubectl(words: Vec<String>) -> Self {
        Self {
            words,
            is_kubectl: true,
            source: None,
        }
    }

    fn new(words: Vec<String>) -> Self {
        let (words, is_kubectl) = bare_words(words);
        Self {
            words,
            is_kubectl,
            source: None,
        }
    }
}

/// What a command is prepared with.
pub struct Preparation<'s> {
    pub terminal: &'s Terminal,
    pub given: &'s [(String, String)],
    /// The values of the substitutions of all commands.
    pub outputs: Vec<String>,
    pub status: i32,
    /// What comes through the pipe before it.
    pub piped: Option<String>,
    /// The terminal's standard input.
    pub stdin: &'s str,
}

impl Preparation<'_> {
    fn files(&self) -> Files<'_> {
        Files {
            terminal: self.terminal,
            given: self.given,
        }
    }

    /// The command with its programs; `None` if it only sets variables or writes files.
    ///
    /// # Errors
    /// A file or a program does not exist, or something is not simulated.
    pub fn prepare(mut self, stage: &PipelineStage) -> Result<Option<RunningCommand>, Failure> {
        let mut rest = std::mem::take(&mut self.outputs);
        let first = &stage.first;
        let later = rest.split_off(first.substitutions.len().min(rest.len()));
        let filters = self.filters(&stage.filters, later)?;
        let words = self.expand(first, &rest)?;
        let is_literal = first.literal().as_ref() == Some(&words);
        let source = first.source.clone().filter(|_| is_literal);
        if !is_literal {
            check::words(words.clone(), stage.is_piped)?;
        }
        let (streams, stdin) = self.redirects(&first.redirects, &rest)?;
        if words.is_empty() {
            for (name, value) in &first.assignments {
                self.terminal.set(name, self.values(&rest).one(value));
            }
            return Ok(None);
        }
        let mut running = RunningCommand {
            queue: VecDeque::new(),
            last: None,
            stdin: stdin.or(self.piped.take()),
            streams,
            pipe: Pipe::new(filters),
            exit: 0,
            is_xargs: false,
        };
        let call = Call {
            source,
            ..Call::new(words)
        };
        match call.words.split_first() {
            Some((name, arguments)) if name == "xargs" && !call.is_kubectl => {
                let xargs = super::xargs::Xargs::parse(arguments)?;
                let input = running.stdin.take();
                let commands = xargs.commands(input.as_deref().unwrap_or(self.stdin))?;
                for words in &commands {
                    check::words(words.clone(), true)?;
                }
                running.queue = commands.into_iter().map(Call::new).collect();
                running.stdin = Some(String::new());
                running.is_xargs = true;
            }
            _ => running.queue.push_back(call),
        }
        Ok(Some(running))
    }

    fn values<'v>(&'v self, outputs: &'v [String]) -> Values<'v> {
        Values {
            terminal: self.terminal,
            outputs,
            status: self.status,
        }
    }

    fn expand(&self, command: &Simple, outputs: &[String]) -> Result<Vec<String>, Failure> {
        let words = self.values(outputs).all(&command.words);
        words.map_err(|error| Failure::Usage(error.to_string()))
    }

    /// The programs after a command.
    fn filters(
        &self,
        commands: &[Simple],
        mut outputs: Vec<String>,
    ) -> Result<Vec<Filter>, Failure> {
        let mut found = Vec::new();
        for command in commands {
            let rest = outputs.split_off(command.substitutions.len().min(outputs.len()));
            let words = self.expand(command, &outputs)?;
            let unknown = || Failure::NotSimulated(format!("| {}", words.join(" ")));
            let program = programs::find(&words).ok_or_else(unknown)??;
            let (streams, _) = self.redirects(&command.redirects, &outputs)?;
            found.push((program, streams));
            outputs = rest;
        }
        Ok(found)
    }

    /// Opens files, in order: where output goes, and standard input.
    fn redirects(
        &self,
        redirects: &[Redirect],
        outputs: &[String],
    ) -> Result<(Streams, Option<String>), Failure> {
        let mut streams = Streams::default();
        let mut stdin = None;
        for redirect in redirects {
            let target = match &redirect.to {
                Direction::Text(word) => {
                    stdin = Some(self.values(outputs).one(word));
                    continue;
                }
                Direction::Read(word) => {
                    let name = self.values(outputs).one(word);
                    let missing =
                        || Failure::Raw(format!("bash: {name}: No such file or directory"));
                    stdin = Some(self.files().read(&name).ok_or_else(missing)?);
                    continue;
                }
                Direction::Like(1) => streams.out.clone(),
                Direction::Like(_) => streams.err.clone(),
                Direction::Write(word) => self.open(self.values(outputs).one(word), false)?,
                Direction::Append(word) => self.open(self.values(outputs).one(word), true)?,
            };
            match redirect.fd {
                2 => streams.err = target,
                _ => streams.out = target,
            }
        }
        Ok((streams, stdin))
    }

    /// Opens a file for writing.
    fn open(&self, name: String, appends: bool) -> Result<StreamTarget, Failure> {
        let is_given = |(known, _): &(String, String)| *known == name;
        match name.as_str() {
            "" => return Err(Failure::Raw("bash: : No such file or directory".to_owned())),
            "/dev/null" => return Ok(StreamTarget::Nowhere),
            "/dev/stdout" => return Ok(StreamTarget::Out),
            "/dev/stderr" => return Ok(StreamTarget::Err),
            name if name.ends_with('/') => {
                return Err(Failure::Raw(format!("bash: {name}: Is a directory")));
            }
            EDITOR if self.given.iter().any(is_given) => {
                return Err(Failure::NotSimulated(
                    "writing to the text of the editor".to_owned(),
                ));
            }
            _ => {}
        }
        if !self.terminal.write(&name, "", appends) {
            return Err(Failure::Raw(format!(
                "bash: {name}: No space left on device"
            )));
        }
        Ok(StreamTarget::File(name))
    }
}
