//! Replays a log.

use super::{
    KNOWN_MAX, Log, NamedText, Oversize, STEPS_MAX, SavedAction, SavedFuture, SessionRefusal,
};
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
    /// The name of the file in the editor.
    pub name: Rc<str>,
    /// The other files.
    pub files: Vec<NamedText>,
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

    /// The cluster so far, while the future is being replayed that is shown at the end.
    pub fn shown(&mut self) -> Option<&mut Engine> {
        (self.branch == self.log.future).then_some(&mut self.engine)
    }

    /// Drops the older half of the history, as far as the rest of the log does not return to it. Returns whether there was any.
    pub fn make_room(&mut self) -> bool {
        let engine = &self.engine;
        let has_begun = self.entry > 0 || self.taken > 0;
        let begun = self.branch + usize::from(has_begun);
        let later = self.log.futures.iter().skip(begun);
        let others = (0..engine.futures()).filter(|other| *other != engine.future());
        let returns = later
            .map(|branch| branch.after)
            .chain(others.map(|other| engine.shared(other)))
            .filter(|steps| *steps > 0);
        let least = returns.min().unwrap_or(usize::MAX).min(self.log.step);
        let (first, cursor) = (engine.compacted(), engine.cursor());
        let steps = (first + cursor.saturating_sub(first) / 2).min(least);
        self.engine.compact(steps);
        self.engine.compacted() > first
    }

    /// Takes some steps, or repeats an action. Returns whether the log has ended.
    ///
    /// # Errors
    /// There are too many steps.
    pub fn go_on(&mut self, steps: usize, repeat: Repeat) -> Result<bool, SessionRefusal> {
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
            SavedAction::Steps(count) => {
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
        if !matches!(entry, SavedAction::Steps(_)) {
            self.steps += self.engine.steps().len().abs_diff(before).max(1);
        }
        SessionRefusal::most(Oversize::Steps, self.steps, STEPS_MAX)?;
        self.entry += 1;
        self.taken = 0;
        Ok(false)
    }

    /// Notes the number of the future that has been replayed.
    fn end_branch(&mut self) -> Result<bool, SessionRefusal> {
        self.numbers.push(self.engine.future());
        self.known += self.engine.steps().len();
        SessionRefusal::most(Oversize::Steps, self.known, KNOWN_MAX)?;
        self.branch += 1;
        self.entry = 0;
        self.taken = 0;
        Ok(self.branch >= self.log.futures.len())
    }

    /// The cluster at the saved position, once the log has ended.
    #[must_use]
    pub fn opened(mut self) -> Opened {
        let here = SavedFuture {
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
            name: self.log.name,
            files: self.log.files,
            engine: self.engine,
        }
    }

    /// Replays all at once.
    ///
    /// # Errors
    /// There are too many steps.
    pub fn finish(mut self, repeat: Repeat) -> Result<Opened, SessionRefusal> {
        while !self.go_on(usize::MAX, repeat)? {}
        Ok(self.opened())
    }
}

/// Goes to where a future begins.
fn take_up(engine: &mut Engine, numbers: &[usize], branch: &SavedFuture) {
    if let Some(number) = numbers.get(branch.of)
        && *number != engine.future()
    {
        engine.take_up(*number);
    }
    engine.jump(branch.after);
}

/// Repeats an action; whether it had an effect.
fn act(engine: &mut Engine, entry: &SavedAction, numbers: &[usize], repeat: Repeat) -> bool {
    match entry {
        SavedAction::Steps(_) => false,
        SavedAction::Item(place) => {
            let number = engine.queues().ready().nth(*place).map(|item| item.number);
            number.is_some_and(|number| engine.step_item(number).is_some())
        }
        SavedAction::Clock(to) => {
            engine.advance(Time(*to));
            true
        }
        SavedAction::Input(input) => match &**input {
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
