//! Steps without a visible effect: most syncs find nothing to do.

use super::{Step, StepKind};
use crate::actor::decision::{Decision, Weight};
use crate::api::kind::Kind;
use crate::api::object::Object;
use crate::store::Change;
use std::rc::Rc;

impl Step {
    /// Whether the step has no visible effect. That is a work item
    /// - that ended without an error,
    /// - that did and started nothing: no decision is [`Weight::Main`],
    /// - and whose writes, if any, are events, or change only the bookkeeping of the API server and the
    ///   controllers: `metadata.resourceVersion` and `status.observedGeneration`.
    ///
    /// User actions and moves of the clock are never quiet.
    #[must_use]
    pub fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Index of the most significant decision: the first one with the most significant [`Weight`].
    #[must_use]
    pub fn main_decision(&self) -> Option<usize> {
        let weight = |place: &usize| self.decisions[*place].branch.weight;
        (0..self.decisions.len()).min_by_key(weight)
    }
}

/// Computes [`Step::is_quiet`].
pub(super) fn is_quiet(
    action: &StepKind,
    decisions: &[Decision],
    error: Option<&str>,
    changes: &[Change],
) -> bool {
    let begun = |made: &Decision| made.branch.weight == Weight::Main;
    matches!(action, StepKind::Work(_))
        && error.is_none()
        && !decisions.iter().any(begun)
        && changes.iter().all(is_unseen)
}

/// Whether a write changes nothing but bookkeeping fields.
fn is_unseen(change: &Change) -> bool {
    let (Some(before), Some(after)) = (&change.before, &change.after) else {
        return change.key.kind == Kind::Event;
    };
    if change.key.kind == Kind::Event {
        return true;
    }
    let mut same = before.clone();
    same.meta_mut().resource_version = after.meta().resource_version;
    match (&mut same, after) {
        (Object::Deployment(same), Object::Deployment(after)) => {
            Rc::make_mut(same).status.observed_generation = after.status.observed_generation;
        }
        (Object::ReplicaSet(same), Object::ReplicaSet(after)) => {
            Rc::make_mut(same).status.observed_generation = after.status.observed_generation;
        }
        (Object::StatefulSet(same), Object::StatefulSet(after)) => {
            Rc::make_mut(same).status.observed_generation = after.status.observed_generation;
        }
        _ => {}
    }
    same == *after
}
