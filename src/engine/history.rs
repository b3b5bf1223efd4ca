//! Going back and forth on the timeline, and the futures that were left behind.

use super::timeline::Bearings;
use super::{Engine, Step};
use crate::actor::Undo;
use std::rc::Rc;

impl Engine {
    /// How many futures there are: the timeline and those that were left by acting in the past. They are numbered
    /// in the order in which they began, and keep their numbers.
    #[must_use]
    pub fn futures(&self) -> usize {
        self.futures.len()
    }

    /// The number of the future that is the timeline.
    #[must_use]
    pub fn future(&self) -> usize {
        self.future
    }

    /// All steps of a future, from the beginning on: those that it shares with others as well.
    #[must_use]
    pub fn steps_of(&self, future: usize) -> &[Rc<Step>] {
        if future == self.future {
            return &self.steps;
        }
        self.futures.get(future).map_or(&[], Vec::as_slice)
    }

    /// How many steps a future shares with the timeline.
    #[must_use]
    pub fn shared(&self, future: usize) -> usize {
        let (ours, theirs) = (&*self.steps, self.steps_of(future));
        let (mut low, mut high) = (0, ours.len().min(theirs.len()));
        // Futures that have parted never meet again.
        while low < high {
            let middle = low.midpoint(high);
            if Rc::ptr_eq(&ours[middle], &theirs[middle]) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    /// After how many steps a future is where the timeline is now: at the same time of the clock, and as many steps
    /// into that moment, or at its end where the timeline is.
    #[must_use]
    pub fn same_time(&self, future: usize) -> usize {
        let shared = self.shared(future);
        if self.cursor <= shared {
            return self.cursor;
        }
        let (ours, theirs) = (&self.steps[shared..self.cursor], self.steps_of(future));
        let (theirs, now) = (&theirs[shared..], self.now());
        let before = |steps: &[Rc<Step>]| steps.partition_point(|step| step.time() < now);
        let over = match self.steps.get(self.cursor) {
            Some(next) => next.time() > now,
            None => self.is_quiescent(),
        };
        let end = theirs.partition_point(|step| step.time() <= now);
        let into = ours.len() - before(ours);
        shared
            + if over {
                end
            } else {
                end.min(before(theirs) + into)
            }
    }

    /// Another cluster with the same beginning, whose timeline is a future of this one, at its beginning.
    #[must_use]
    pub fn along(&self, future: usize) -> Self {
        Self {
            steps: self.steps_of(future).to_vec(),
            ..Self::new((*self.config).clone())
        }
    }

    /// Makes another future the timeline, at the last point that they share or before it. `false` where there is no
    /// such future.
    pub fn take_up(&mut self, future: usize) -> bool {
        if future >= self.futures.len() {
            return false;
        }
        self.jump(self.cursor.min(self.shared(future)));
        let steps = std::mem::take(&mut self.futures[future]);
        let left = std::mem::replace(&mut self.steps, steps);
        self.futures[self.future] = left;
        self.future = future;
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
        for change in step.remembered.iter().rev() {
            self.memory.revert(change);
        }
        for change in step.recorded.iter().rev() {
            self.recorder.revert(change);
        }
        for change in step.changes.iter().rev() {
            self.store.revert(change);
        }
        self.cursor -= 1;
        self.bear(self.bearings(self.cursor));
        true
    }

    /// Goes to the state after `steps` steps, or as near to it as there is. What came and went on the way is passed
    /// over: the way costs what differs at its two ends more than what happened between them.
    pub fn jump(&mut self, steps: usize) {
        let steps = steps.min(self.steps.len());
        let forward = self.cursor < steps;
        let (first, last) = (self.cursor.min(steps), self.cursor.max(steps));
        let since = self.bearings(first).registers;
        let between = &self.steps[first..last];
        let changes = between.iter().flat_map(|step| &step.changes);
        self.store.leap(changes, since.resource_version, forward);
        let changes = between.iter().flat_map(|step| &step.recorded);
        self.recorder.leap(changes, forward);
        let changes = between.iter().flat_map(|step| &step.remembered);
        self.memory.leap(changes, forward);
        let changes = between.iter().flat_map(|step| &step.queued);
        self.queues.leap(changes, since.queued, forward);
        self.cursor = steps;
        self.bear(self.bearings(steps));
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
        for change in &step.remembered {
            self.memory.replay(change);
        }
        for change in &step.queued {
            self.queues.replay(change);
        }
        self.bear(step.after.clone());
        self.cursor += 1;
    }

    /// What beside objects and queues was so after so many steps.
    fn bearings(&self, steps: usize) -> Bearings {
        let last = steps.checked_sub(1).and_then(|last| self.steps.get(last));
        last.map_or(&self.origin, |step| &step.after).clone()
    }

    fn bear(&mut self, bearings: Bearings) {
        self.store.registers = bearings.registers;
        self.world = bearings.world;
        self.kubeconfig = bearings.kubeconfig;
    }

    /// Whoever acts in the past begins another future; the old one is kept.
    pub(super) fn leave_future(&mut self) {
        if self.cursor < self.steps.len() {
            let begun = self.steps[..self.cursor].to_vec();
            self.futures[self.future] = std::mem::replace(&mut self.steps, begun);
            self.future = self.futures.len();
            self.futures.push(Vec::new());
        }
    }
}
