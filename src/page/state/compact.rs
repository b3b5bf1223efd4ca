//! Keeping the history within the memory that the page may use.

use super::{Activity, State, words};
use crate::page::budget::{BudgetVerdict, size};
use std::fmt::Display;

impl State {
    /// Pauses and offers to drop the oldest part of the history, or drops it. Returns whether to redraw.
    pub(super) fn mind_budget(&mut self) -> bool {
        if self.is_opening() {
            return false;
        }
        match self.budget.verdict() {
            BudgetVerdict::Fine => return false,
            BudgetVerdict::Offer(used) => {
                self.offers_drop = self.droppable().is_some();
                if !self.offers_drop {
                    return false;
                }
                self.running = Activity::Idle;
                let values: &[(&str, &dyn Display)] = &[("size", &size(used))];
                self.say(words::BUDGET_OFFER.with(self.language, values));
            }
            BudgetVerdict::Drop(used) => match self.droppable() {
                Some(_) => self.drop_oldest(),
                None => {
                    self.running = Activity::Idle;
                    let values: &[(&str, &dyn Display)] = &[("size", &size(used))];
                    self.say(words::BUDGET_FULL.with(self.language, values));
                }
            },
        }
        true
    }

    /// The oldest step to go back to, if the older half of the history is dropped; `None` if there is nothing to drop.
    fn droppable(&self) -> Option<usize> {
        self.sessions?;
        let engine = self.session.engine();
        let (first, cursor) = (engine.compacted(), engine.cursor());
        let count = cursor.saturating_sub(first) / 2;
        (count > 0).then_some(first + count)
    }

    /// The number of steps whose history can be dropped now, if the page offers it.
    pub fn drops(&self) -> Option<usize> {
        let steps = self.droppable().filter(|_| self.offers_drop)?;
        Some(steps - self.session.engine().compacted())
    }

    /// Drops the older half of the history.
    pub(super) fn drop_oldest(&mut self) {
        let (Some(sessions), Some(steps)) = (self.sessions, self.droppable()) else {
            return;
        };
        let beside = self.compare.take().map(|compare| compare.future());
        self.offers_drop = false;
        let dropped = {
            let mut engine = self.session.change();
            let before = engine.compacted();
            (sessions.compact)(&mut engine, steps);
            self.watch.compact(&engine);
            let left = self.futures.1;
            self.futures.1 = left.filter(|left| engine.is_reachable(*left));
            engine.compacted() - before
        };
        // It contains a copy of the cluster with all its history.
        self.ended = None;
        self.changed();
        if let Some(future) = beside {
            self.put_beside(future);
        }
        self.budget.wait();
        let values: &[(&str, &dyn Display)] = &[("count", &dropped), ("number", &steps)];
        self.say(words::BUDGET_DROPPED.with(self.language, values));
    }

    /// Says that an earlier step cannot be gone back to.
    pub(super) fn tell_oldest(&mut self) {
        let number = self.session.engine().compacted();
        self.say(words::OLDEST.with(self.language, &[("number", &number)]));
    }
}
