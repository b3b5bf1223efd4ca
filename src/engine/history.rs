//! Going back and forth on the timeline, and the futures that were left behind.

use super::timeline::Bearings;
use super::{Engine, Future, Step};
use std::rc::Rc;

impl Engine {
    /// Futures that were left behind by acting in the past, oldest first.
    #[must_use]
    pub fn futures(&self) -> &[Future] {
        &self.futures
    }

    /// All steps of a future that was left behind, from the beginning on: those that it shares with the timeline
    /// as well. `None` where there is no such future.
    #[must_use]
    pub fn timeline_of(&self, future: usize) -> Option<Vec<Rc<Step>>> {
        let later = self.futures.get(future..).filter(|left| !left.is_empty())?;
        let mut steps = self.steps.clone();
        // Each future was left on the timeline that the ones after it were left on in turn.
        for left in later.iter().rev() {
            steps.truncate(left.from);
            steps.extend(left.steps.iter().cloned());
        }
        Some(steps)
    }

    /// Makes a future that was left behind the timeline again, at the last point that they share or before it;
    /// what was the timeline is kept in its place. `false` where there is no such future.
    pub fn take_up(&mut self, future: usize) -> bool {
        let Some(steps) = self.timeline_of(future) else {
            return false;
        };
        let pairs = self.steps.iter().zip(&steps);
        let shared = pairs.take_while(|(ours, theirs)| Rc::ptr_eq(ours, theirs));
        let shared = shared.count();
        self.jump(self.cursor.min(shared));
        self.leave(shared);
        self.steps = steps;
        true
    }

    /// Goes one step back; `false` at the beginning.
    pub fn back(&mut self) -> bool {
        let Some(step) = self.current().cloned() else {
            return false;
        };
        for change in step.queued.iter().rev() {
            self.queues.revert(change);
        }
        for change in step.recorded.iter().rev() {
            self.recorder.revert(change);
        }
        for change in step.changes.iter().rev() {
            self.store.revert(change);
        }
        self.cursor -= 1;
        let before = match self.current() {
            Some(step) => step.after.clone(),
            None => self.origin.clone(),
        };
        self.bear(before);
        true
    }

    /// Goes to the state after `steps` steps, or as near to it as there is.
    pub fn jump(&mut self, steps: usize) {
        let steps = steps.min(self.steps.len());
        while self.cursor > steps && self.back() {}
        while self.cursor < steps {
            self.forward();
        }
    }

    /// Does a step of the known future again.
    pub(super) fn forward(&mut self) {
        let Some(step) = self.steps.get(self.cursor).cloned() else {
            return;
        };
        for change in &step.changes {
            self.store.replay(change);
        }
        for change in &step.recorded {
            self.recorder.replay(change);
        }
        for change in &step.queued {
            self.queues.replay(change);
        }
        self.bear(step.after.clone());
        self.cursor += 1;
    }

    fn bear(&mut self, bearings: Bearings) {
        self.store.registers = bearings.registers;
        self.config = bearings.config;
    }

    /// Whoever acts in the past begins another future; the old one is kept.
    pub(super) fn leave_future(&mut self) {
        self.leave(self.cursor);
    }

    /// Keeps what comes after so many steps as a future, if anything does.
    fn leave(&mut self, from: usize) {
        if from < self.steps.len() {
            let steps = self.steps.split_off(from);
            self.futures.push(Future { from, steps });
        }
    }
}
