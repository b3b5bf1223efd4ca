//! Replays a log.

use super::{Branch, Entry, Excess, KNOWN_MAX, Log, Refusal, STEPS_MAX};
use crate::api::time::Time;
use crate::engine::{Config, Engine, Input};
use crate::manifests;
use std::rc::Rc;

/// Repeats an input ([`kubectl::repeat`](crate::kubectl::repeat)); whether it caused a step.
pub type Repeat = fn(&mut Engine, &Input) -> bool;

/// A log that is being replayed, in portions.
#[derive(Debug)]
pub struct Replay {
    log: Log,
    engine: Engine,
    /// The future being replayed, and its next entry.
    branch: usize,
    entry: usize,
    /// The number of the entry's steps that have been taken.
    taken: usize,
    /// The number that each future of the log has in the engine.
    numbers: Vec<usize>,
    /// The number of steps taken, and of those known in all futures so far.
    steps: usize,
    known: usize,
    /// Whether something could not be repeated.
    strayed: bool,
}

/// A replayed session.
#[derive(Debug)]
pub struct Opened {
    /// The cluster.
    pub engine: Engine,
    /// The editor's text.
    pub editor: Option<Rc<str>>,
    /// Whether it is the same state as the one that was saved.
    pub is_same: bool,
}

impl Replay {
    /// The replay of a log, before its beginning.
    #[must_use]
    pub fn new(log: Log) -> Self {
        let config = Config {
            seed: log.seed,
            features: log.features,
            ..Config::default()
        };
        Self {
            log,
            engine: Engine::new(config),
            branch: 0,
            entry: 0,
            taken: 0,
            numbers: Vec::new(),
            steps: 0,
            known: 0,
            strayed: false,
        }
    }

    /// Whether command lines are needed.
    #[must_use]
    pub fn has_commands(&self) -> bool {
        self.log.has_commands()
    }

    /// The number of steps taken so far.
    #[must_use]
    pub fn steps(&self) -> usize {
        self.steps
    }

    /// Takes some steps, or repeats an action. Returns whether the log has ended.
    ///
    /// # Errors
    /// There are too many steps.
    pub fn go_on(&mut self, steps: usize, repeat: Repeat) -> Result<bool, Refusal> {
        let Some(branch) = self.log.futures.get(self.branch) else {
            return Ok(true);
        };
        if self.entry == 0 && self.taken == 0 && self.branch > 0 {
            take_up(&mut self.engine, &self.numbers, branch);
        }
        let Some(entry) = branch.entries.get(self.entry) else {
            return self.end_branch();
        };
        let before = self.engine.steps().len();
        match entry {
            Entry::Steps(count) => {
                let wanted = (count - self.taken).min(steps);
                let taken = (0..wanted).take_while(|_| self.engine.step().is_some());
                let taken = taken.count();
                self.strayed |= taken < wanted;
                self.taken += wanted;
                self.steps += taken;
                if taken == wanted && self.taken < *count {
                    return Ok(false);
                }
            }
            entry => self.strayed |= !act(&mut self.engine, entry, &self.numbers, repeat),
        }
        if !matches!(entry, Entry::Steps(_)) {
            self.steps += self.engine.steps().len().abs_diff(before).max(1);
        }
        Refusal::most(Excess::Steps, self.steps, STEPS_MAX)?;
        self.entry += 1;
        self.taken = 0;
        Ok(false)
    }

    /// Notes the number of the future that has been replayed.
    fn end_branch(&mut self) -> Result<bool, Refusal> {
        self.numbers.push(self.engine.future());
        self.known += self.engine.steps().len();
        Refusal::most(Excess::Steps, self.known, KNOWN_MAX)?;
        self.branch += 1;
        self.entry = 0;
        self.taken = 0;
        Ok(self.branch >= self.log.futures.len())
    }

    /// The cluster at the saved position, once the log has ended.
    #[must_use]
    pub fn opened(mut self) -> Opened {
        let here = Branch {
            of: self.log.future,
            after: self.log.step,
            entries: Vec::new(),
        };
        take_up(&mut self.engine, &self.numbers, &here);
        let mark = self.engine.store().registers.mark();
        let is_like = self.log.mark.is_none_or(|saved| saved == mark);
        let is_there = self.engine.cursor() == self.log.step && is_like;
        Opened {
            is_same: is_there && !self.strayed,
            editor: self.log.editor().cloned(),
            engine: self.engine,
        }
    }

    /// Replays all at once.
    ///
    /// # Errors
    /// There are too many steps.
    pub fn finish(mut self, repeat: Repeat) -> Result<Opened, Refusal> {
        while !self.go_on(usize::MAX, repeat)? {}
        Ok(self.opened())
    }
}

/// Goes to where a future begins.
fn take_up(engine: &mut Engine, numbers: &[usize], branch: &Branch) {
    if let Some(number) = numbers.get(branch.of)
        && *number != engine.future()
    {
        engine.take_up(*number);
    }
    engine.jump(branch.after);
}

/// Repeats an action; whether it had an effect.
fn act(engine: &mut Engine, entry: &Entry, numbers: &[usize], repeat: Repeat) -> bool {
    match entry {
        Entry::Steps(_) => false,
        Entry::Item(place) => {
            let number = engine.queues().ready().nth(*place).map(|item| item.number);
            number.is_some_and(|number| engine.step_item(number).is_some())
        }
        Entry::Clock(to) => {
            engine.advance(Time(*to));
            true
        }
        Entry::Input(input) => match &**input {
            Input::Manifests(text) => manifests::apply(engine, text).is_ok(),
            Input::State(text) => manifests::state::start(engine, text).is_ok(),
            Input::Repeat { future, step } => match numbers.get(*future) {
                Some(future) => repeat(
                    engine,
                    &Input::Repeat {
                        future: *future,
                        step: *step,
                    },
                ),
                None => false,
            },
            input => repeat(engine, input),
        },
    }
}
