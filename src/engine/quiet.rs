//! Which steps have no visible effect: most of what controllers do is to look and find nothing to do.

use super::{Action, Step};
use crate::actor::decision::{Decision, Weight};
use crate::api::kind::Kind;
use crate::api::object::Object;
use crate::store::Change;
use std::rc::Rc;

impl Step {
    /// Whether the step has no visible effect. That is a work item
    /// - that ended without an error,
    /// - in which nothing was done or begun: no decision is [`Weight::Main`],
    /// - and whose writes, if any, are events, or change nothing but what the API server and the controllers count
    ///   for themselves: `metadata.resourceVersion` and `status.observedGeneration`.
    ///
    /// What the user does and the moves of the clock are never quiet.
    #[must_use]
    pub fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// The place of the decision that says most about the step: of those with the least weight the first one.
    #[must_use]
    pub fn main_decision(&self) -> Option<usize> {
        let weight = |place: &usize| self.decisions[*place].branch.weight;
        (0..self.decisions.len()).min_by_key(weight)
    }
}

/// What [`Step::is_quiet`] says.
pub(super) fn is_quiet(
    action: &Action,
    decisions: &[Decision],
    error: Option<&str>,
    changes: &[Change],
) -> bool {
    let begun = |made: &Decision| made.branch.weight == Weight::Main;
    matches!(action, Action::Work(_))
        && error.is_none()
        && !decisions.iter().any(begun)
        && changes.iter().all(is_unseen)
}

/// Whether a write leaves everything as it was but the counting.
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
