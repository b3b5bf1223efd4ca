//! Switching between futures and comparing them.

use super::{State, words};
use crate::page::action::{Activity, Pane};
use crate::page::compare::Compare;
use kubestep::engine::StepKind;

impl State {
    /// Makes another future the timeline, at the current time. If it was being compared, the two change places.
    pub(super) fn take_up(&mut self, future: usize) {
        self.running = Activity::Idle;
        let (left, took) = {
            let mut engine = self.session.engine.borrow_mut();
            let (left, at) = (engine.future(), engine.same_time(future));
            let took = future != left && engine.take_up(future);
            if took {
                engine.jump(at);
            }
            (left, took)
        };
        if !took {
            return;
        }
        let beside = self.compare.take();
        if let Some(mut compare) = beside {
            let mut other = compare.future();
            if other == future {
                compare.swap_watch(&mut self.watch);
                other = left;
            }
            self.changed();
            let engine = self.session.engine.borrow();
            self.compare = Compare::new(&engine, other, compare.watch(), &self.memory);
        } else {
            self.changed();
        }
        self.say(words::TAKEN_UP.with(self.language, &[("future", &(future + 1))]));
    }

    /// Whether the timeline was replayed from this future, so that both are to be compared.
    pub(super) fn began_again(&self, before: usize) -> bool {
        let engine = self.session.engine.borrow();
        let first = engine.steps().first().map(|step| &step.action);
        let again = matches!(first, Some(StepKind::User(line)) if is_replay(line));
        again && self.futures.0 != before
    }

    /// Compares a future with the timeline.
    pub(super) fn put_beside(&mut self, future: usize) {
        let compare = {
            let engine = self.session.engine.borrow();
            Compare::new(&engine, future, &self.watch, &self.memory)
        };
        let Some(compare) = compare else {
            return;
        };
        self.compare = Some(compare);
        self.futures.1 = Some(future);
        self.show(Pane::Cluster);
        self.say(words::COMPARED.with(self.language, &[("future", &(future + 1))]));
    }

    /// Compares the timeline with the future left last; or stops comparing.
    pub(super) fn toggle_compare(&mut self) {
        match (self.compare.take(), self.futures.1) {
            (Some(_), _) => {}
            (None, Some(other)) => self.put_beside(other),
            (None, None) => self.say(words::COMPARE_NONE.text(self.language).to_owned()),
        }
    }
}

/// Whether a command line is `sim version VERSION --again`, with its words in any order.
fn is_replay(line: &str) -> bool {
    line.starts_with("sim version ") && line.split_whitespace().any(|word| word == "--again")
}
