//! Moving along the timeline, and the futures that were left behind.

use super::timeline::Bearings;
use super::{Engine, Step};
use crate::actor::Undo;
use std::rc::Rc;

impl Engine {
    /// Number of futures: the current timeline and those abandoned by acting in the past. They are numbered in the
    /// order in which they were created, and keep their numbers.
    #[must_use]
    pub fn futures(&self) -> usize {
        self.futures.len()
    }

    /// Number of the future that is the current timeline.
    #[must_use]
    pub fn future(&self) -> usize {
        self.future
    }

    /// All steps of a future from the start, including those it shares with other futures.
    #[must_use]
    pub fn steps_of(&self, future: usize) -> &[Rc<Step>] {
        if future == self.future {
            return &self.steps;
        }
        self.futures.get(future).map_or(&[], Vec::as_slice)
    }

    /// Number of leading steps that a future shares with the timeline.
    #[must_use]
    pub fn shared(&self, future: usize) -> usize {
        self.shared_by(self.future, future)
    }

    /// Number of leading steps that two futures share.
    #[must_use]
    pub fn shared_by(&self, one: usize, other: usize) -> usize {
        let (ours, theirs) = (self.steps_of(one), self.steps_of(other));
        let (mut low, mut high) = (0, ours.len().min(theirs.len()));
        // Futures that have diverged never merge, so a binary search works.
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

    /// The step count at which `future` is at the timeline's current position: the same virtual time and the same
    /// number of steps into that instant, or the end of the instant if the timeline has finished it.
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

    /// A copy of this cluster whose timeline is the given future, at the current position or the last step that they share.
    #[must_use]
    pub fn along(&self, future: usize) -> Self {
        let mut copy = self.clone();
        copy.take_up(future);
        copy
    }

    /// A copy of this cluster as it is now, which begins here: without its steps, futures and commands. With a seed,
    /// everything random goes on differently.
    #[must_use]
    pub fn without_history(&self, seed: Option<u64>) -> Self {
        let mut store = self.store.clone();
        if let Some(seed) = seed {
            store.registers.reseed(seed);
        }
        let origin = Bearings {
            registers: store.registers,
            world: Rc::clone(&self.world),
            kubeconfig: Rc::clone(&self.kubeconfig),
        };
        Self {
            store,
            recorder: self.recorder.clone(),
            memory: self.memory.clone(),
            queues: self.queues.clone(),
            config: Rc::clone(&self.config),
            world: Rc::clone(&self.world),
            kubeconfig: Rc::clone(&self.kubeconfig),
            origin,
            steps: Vec::new(),
            cursor: 0,
            checkpoints: Vec::new(),
            futures: vec![Vec::new()],
            future: 0,
            input: None,
            is_recording: true,
        }
    }

    /// Keeps no further steps, which takes less time and memory: nothing can be undone. [`Engine::step`] returns `None`
    /// from here on.
    pub fn stop_recording(&mut self) {
        self.is_recording = false;
    }

    /// Drops all later events and facts of decisions, which takes less time where nobody reads them.
    pub fn stop_explaining(&mut self) {
        self.recorder.switch_off();
    }

    /// Makes another future the timeline, at the current position or the last step they share, whichever is
    /// earlier. Returns `false` if there is no such future, or it began in the part of the history that was dropped.
    pub fn take_up(&mut self, future: usize) -> bool {
        if !self.is_reachable(future) {
            return false;
        }
        if future == self.future {
            return true;
        }
        self.jump(self.cursor.min(self.shared(future)));
        let steps = std::mem::take(&mut self.futures[future]);
        let left = std::mem::replace(&mut self.steps, steps);
        self.futures[self.future] = left;
        self.future = future;
        true
    }

    /// Goes one step back; `false` at the start, or at the oldest state that can be returned to.
    pub fn back(&mut self) -> bool {
        if self.cursor <= self.compacted() {
            return false;
        }
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

    /// Goes to the state after `steps` steps, or to the nearest one there is. The cost depends on how much the two
    /// ends differ, not on what happened between them: objects created and deleted on the way are skipped.
    ///
    /// After [`Engine::compact`], the states before [`Engine::compacted`] are gone, except for the beginning.
    pub fn jump(&mut self, steps: usize) {
        let steps = match steps.min(self.steps.len()) {
            0 => 0,
            steps => steps.max(self.compacted()),
        };
        if self.is_severed(self.cursor, steps) {
            self.restore(steps.min(self.compacted()));
        }
        if steps == self.cursor {
            return;
        }
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

    /// Redoes a step of the known future.
    pub(super) fn forward(&mut self) {
        let Some(step) = self.steps.get(self.cursor).cloned() else {
            return;
        };
        if step.is_compacted {
            return self.jump(self.cursor + 1);
        }
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

    /// The state outside objects and queues after `steps` steps.
    pub(super) fn bearings(&self, steps: usize) -> Bearings {
        let last = steps.checked_sub(1).and_then(|last| self.steps.get(last));
        last.map_or(&self.origin, |step| &step.after).clone()
    }

    pub(super) fn bear(&mut self, bearings: Bearings) {
        self.store.registers = bearings.registers;
        self.world = bearings.world;
        self.kubeconfig = bearings.kubeconfig;
    }

    /// Acting in the past starts a new future; the old one is kept. Returns whether it does.
    pub(super) fn leave_future(&mut self) -> bool {
        let leaves = self.cursor < self.steps.len();
        if leaves {
            let begun = self.steps[..self.cursor].to_vec();
            self.futures[self.future] = std::mem::replace(&mut self.steps, begun);
            self.future = self.futures.len();
            self.futures.push(Vec::new());
        }
        leaves
    }
}
