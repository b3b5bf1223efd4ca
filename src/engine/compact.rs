//! Dropping the oldest part of the history, so that a long session does not run out of memory.
//!
//! As etcd's compaction does, it makes the state at a point of the timeline the oldest one that can be returned to, except
//! for the beginning, where new timelines start. What the steps before it did, why, and what the user entered is kept:
//! the list of steps, and the log that a session is saved as, stay complete.

use super::queue::Queues;
use super::{Engine, Step};
use crate::actor::memory::Memory;
use crate::actor::recorder::Recorder;
use crate::api::kind::Kind;
use crate::api::object::Object;
use crate::store::Store;
use std::collections::BTreeMap;
use std::rc::Rc;

/// A state that is kept as a whole, because it cannot be returned to by undoing steps.
#[derive(Debug, Clone)]
pub(super) struct Checkpoint {
    /// The compacted step that led to it; `None` at the beginning.
    step: Option<Rc<Step>>,
    state: KeptState,
}

/// The parts of a cluster that steps change; the rest of a state, such as the clock, is in the step that led to it.
#[derive(Debug, Clone)]
struct KeptState {
    store: Store,
    recorder: Recorder,
    memory: Memory,
    queues: Queues,
}

impl Engine {
    /// The number of steps of the oldest state after the beginning that can be returned to; 0 if nothing was dropped.
    #[must_use]
    pub fn compacted(&self) -> usize {
        compacted(&self.steps)
    }

    /// Whether a future can be taken up. If not, it began in a part of the history that was dropped.
    #[must_use]
    pub fn is_reachable(&self, future: usize) -> bool {
        let steps = self.steps_of(future);
        let first = compacted(steps);
        future < self.futures.len() && (first == 0 || self.checkpoint(first, steps).is_some())
    }

    /// The futures that can be taken up, including the timeline.
    pub fn reachable(&self) -> impl Iterator<Item = usize> {
        (0..self.futures.len()).filter(|future| self.is_reachable(*future))
    }

    /// Drops what is needed to return to states of fewer than `steps` steps, other than the beginning; at most up to the
    /// current position. Futures that began in that part can no longer be taken up.
    pub fn compact(&mut self, steps: usize) {
        let cursor = self.cursor;
        let steps = steps.min(cursor);
        if steps <= self.compacted() {
            return;
        }
        let here = self.state();
        self.jump(steps);
        let oldest = self.state();
        if self.checkpoints.is_empty() {
            self.jump(0);
            let state = self.state();
            self.checkpoints.push(Checkpoint { step: None, state });
        }
        self.set_state(here, cursor);
        self.thin(steps);
        self.checkpoints.push(Checkpoint {
            step: self.steps.get(steps - 1).cloned(),
            state: oldest,
        });
        self.drop_checkpoints();
    }

    /// Whether the timeline has all writes of an object, so that it says who manages which field.
    #[must_use]
    pub fn has_all_writes(&self, object: &Object) -> bool {
        let first = self.compacted();
        let last = first.checked_sub(1).and_then(|last| self.steps.get(last));
        let is_older = |step: &Rc<Step>| object.meta().created() <= step.time();
        is_kept(object.kind()) || !last.is_some_and(is_older)
    }

    /// Goes to a kept state: that after `steps` steps.
    pub(super) fn restore(&mut self, steps: usize) {
        if let Some(checkpoint) = self.checkpoint(steps, &self.steps) {
            self.set_state(checkpoint.state.clone(), steps);
        }
    }

    /// Whether undoing and redoing steps does not lead from one position to another.
    pub(super) fn is_severed(&self, from: usize, to: usize) -> bool {
        let first = self.compacted();
        first > 0 && (from == 0) != (to == 0)
    }

    fn state(&self) -> KeptState {
        KeptState {
            store: self.store.clone(),
            recorder: self.recorder.clone(),
            memory: self.memory.clone(),
            queues: self.queues.clone(),
        }
    }

    /// Sets the state after `steps` steps.
    fn set_state(&mut self, state: KeptState, steps: usize) {
        self.store = state.store;
        self.recorder = state.recorder;
        self.memory = state.memory;
        self.queues = state.queues;
        self.cursor = steps;
        self.bear(self.bearings(steps));
    }

    /// The kept state after the first `count` of these steps; `None` only if it was dropped, or never kept.
    fn checkpoint(&self, count: usize, steps: &[Rc<Step>]) -> Option<&Checkpoint> {
        let last = count.checked_sub(1).and_then(|last| steps.get(last));
        let last = last.map(Rc::as_ptr);
        let mut kept = self.checkpoints.iter();
        kept.find(|checkpoint| checkpoint.step.as_ref().map(Rc::as_ptr) == last)
    }

    /// Replaces the first steps of the timeline, and those of the futures that can no longer be reached.
    fn thin(&mut self, steps: usize) {
        let futures = 0..self.futures.len();
        let shared: Vec<usize> = futures.map(|future| self.shared(future)).collect();
        // Steps that futures share stay shared.
        let mut known: BTreeMap<*const Step, Rc<Step>> = BTreeMap::new();
        let mut thin = |step: &mut Rc<Step>| {
            if !step.is_compacted {
                let thinned = known.entry(Rc::as_ptr(step));
                *step = thinned.or_insert_with(|| Rc::new(step.thinned())).clone();
            }
        };
        for (future, shared) in self.futures.iter_mut().zip(shared) {
            let end = match shared {
                0 => 0,
                shared if shared < steps => future.len(),
                _ => steps.min(future.len()),
            };
            future[..end].iter_mut().for_each(&mut thin);
        }
        self.steps[..steps].iter_mut().for_each(&mut thin);
    }

    /// Drops the states that no future can return to.
    fn drop_checkpoints(&mut self) {
        let futures = (0..self.futures.len()).map(|future| self.steps_of(future));
        let last = |steps: &[Rc<Step>]| steps[..compacted(steps)].last().map(Rc::as_ptr);
        let needed: Vec<Option<*const Step>> = futures.map(last).collect();
        self.checkpoints.retain(|checkpoint| {
            let step = checkpoint.step.as_ref().map(Rc::as_ptr);
            step.is_none() || needed.contains(&step)
        });
    }
}

/// Whether the writes of a kind are kept by the steps that were compacted. The others are nearly all there are.
fn is_kept(kind: Kind) -> bool {
    !matches!(kind, Kind::Pod | Kind::Event | Kind::EndpointSlice)
}

/// The number of leading steps that were compacted.
fn compacted(steps: &[Rc<Step>]) -> usize {
    steps.partition_point(|step| step.is_compacted)
}

impl Step {
    /// Whether it can no longer be undone and redone, since its part of the history was dropped.
    #[must_use]
    pub fn is_compacted(&self) -> bool {
        self.is_compacted
    }

    /// The step without what is needed to undo and redo it. The user's writes and those of other objects than pods stay: they
    /// can be repeated in another future, and say who manages which field.
    fn thinned(&self) -> Self {
        let changes = self.changes.iter();
        let changes = changes.filter(|change| self.is_user() || is_kept(change.key.kind));
        Self {
            action: self.action.clone(),
            turn: self.turn.clone(),
            decisions: self.decisions.clone(),
            error: self.error.clone(),
            changes: changes.cloned().collect(),
            quiet: self.quiet,
            is_compacted: true,
            recorded: Box::default(),
            remembered: Box::default(),
            queued: Box::default(),
            after: self.after.clone(),
        }
    }
}
