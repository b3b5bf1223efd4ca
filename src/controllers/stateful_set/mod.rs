//! The StatefulSet controller (`pkg/controller/statefulset`).

pub mod branches;
pub mod claims;
mod condemned;
mod pods;
mod replicas;
mod revisions;
mod slow_start;
mod status;
pub mod update;
mod wake;

pub use wake::wake;

use super::refs;
use crate::actor::{Context, Kinds, Spec, SyncError};
use crate::api::controller_revision::ControllerRevision;
use crate::api::event::EventType;
use crate::api::kind::Kind;
use crate::api::object::Key;
use crate::api::pod::Pod;
use crate::api::stateful_set::StatefulSet;
use crate::store::{OrdinalPod, PodsByOrdinal};
use branches as b;
use std::rc::Rc;

/// The controller's name in its events.
pub const NAME: &str = "statefulset-controller";

/// The controller's description for the engine.
pub static SPEC: Spec = Spec {
    name: NAME,
    short_name: "sts",
    branches: branches::ALL,
    runs_in_manual: true,
    interests: Kinds::of(&[Kind::StatefulSet, Kind::Pod]),
    deaf_to_own: Kinds::NONE,
    sync,
    wake,
    forget: None,
    wake_on_silence: None,
    wake_on_memory: None,
};

/// One sync of one StatefulSet (`stateful_set.go`, sync; `stateful_set_control.go`, UpdateStatefulSet).
///
/// # Errors
/// A request was rejected by the API server; the key is retried.
pub fn sync(cx: &mut Context<'_>, key: &Key) -> Result<(), SyncError> {
    let Some(set) = cx.store.stateful_set(key).cloned() else {
        cx.decide(&b::GONE);
        return Ok(());
    };
    revisions::adopt_orphans(cx, &set)?;
    claim_pods(cx, &set)?;
    let history = revisions::RevisionHistory::of(cx, &set);
    let mut control = None;
    let result = history.revisions(cx, &set).and_then(|revisions| {
        let control = control.insert(StatefulSetControl::new(key, &set, revisions));
        control.perform_update(cx)
    });
    let truncated = history.truncate(cx, &set, control.as_ref());
    aggregate(result.err().into_iter().chain(truncated.err()).collect())
}

/// One update of a set (`stateful_set_control.go`, defaultStatefulSetControl): the set as it was when the sync began, and
/// its current and update revision.
struct StatefulSetControl {
    key: Key,
    set: Rc<StatefulSet>,
    /// The revision before the update.
    current: Rc<ControllerRevision>,
    /// The revision of the current template.
    update: Rc<ControllerRevision>,
    collision_count: i32,
}

impl StatefulSetControl {
    fn new(key: &Key, set: &Rc<StatefulSet>, revisions: revisions::Revisions) -> Self {
        let revisions::Revisions {
            current,
            update,
            collision_count,
        } = revisions;
        Self {
            key: key.clone(),
            set: set.clone(),
            current,
            update,
            collision_count,
        }
    }

    /// Updates the pods, and writes the status even if that failed (performUpdate).
    fn perform_update(&self, cx: &mut Context<'_>) -> Result<(), SyncError> {
        let mut status = self.compute_status(cx);
        let updated = self.update_stateful_set(cx, &mut status);
        let written = self.update_status(cx, status);
        outcome(updated, written)
    }

    /// Creates missing pods, then removes condemned ones, then replaces pods of other revisions
    /// (updateStatefulSet).
    fn update_stateful_set(
        &self,
        cx: &mut Context<'_>,
        status: &mut status::StatefulSetStatus,
    ) -> Result<(), SyncError> {
        if self.set.metadata.is_terminating() {
            cx.decide(&b::TERMINATING);
            return Ok(());
        }
        // // Both use the pods as they were when the sync began, like upstream's list of pods.
        let condemned = self.condemned(cx);
        let next = self.next_update(cx);
        if self.process_replicas(cx)?.is_break() {
            return Ok(());
        }
        self.fix_condemned_claims(cx, &condemned)?;
        if self.process_condemned(cx, &condemned)?.is_break() {
            return Ok(());
        }
        self.update_stateful_set_after_invariant_established(cx, next, status)
    }

    fn pods_by_ordinal<'a>(&self, cx: &'a Context<'_>) -> Option<&'a PodsByOrdinal> {
        cx.store.indexes().pods_by_ordinal(&self.set.metadata.uid)
    }

    fn entry<'a>(&self, cx: &'a Context<'_>, ordinal: i32) -> Option<&'a OrdinalPod> {
        self.pods_by_ordinal(cx)?.pods().get(&ordinal)
    }

    fn pod_at(&self, cx: &Context<'_>, ordinal: i32) -> Option<Rc<Pod>> {
        let name = &self.entry(cx, ordinal)?.name;
        cx.store.pod(&self.pod_key(name)).cloned()
    }

    fn pod_key(&self, name: &Rc<str>) -> Key {
        Key::new(Kind::Pod, &self.set.metadata.namespace, name)
    }

    /// Whether a pod has been ready for minReadySeconds and is not terminating (isUnavailable, negated).
    fn is_available(&self, cx: &Context<'_>, pod: &Pod) -> bool {
        let seconds = self.set.spec.min_ready_seconds;
        pod.is_available(seconds, cx.now()) && !pod.metadata.is_terminating()
    }

    fn event(&self, cx: &mut Context<'_>, kind: EventType, reason: &str, message: &str) {
        let about = (Kind::StatefulSet, &self.set.metadata);
        cx.event(NAME, about, kind, reason, message);
    }
}

/// The result of a sync: an error of the update takes precedence over one of the status (performUpdate).
///
/// # Errors
/// The error of the update, otherwise that of the status.
pub fn outcome<E>(updated: Result<(), E>, status_written: Result<(), E>) -> Result<(), E> {
    updated.and(status_written)
}

/// Adopts matching orphans and releases pods that no longer match (getPodsForStatefulSet).
fn claim_pods(cx: &mut Context<'_>, set: &Rc<StatefulSet>) -> Result<(), SyncError> {
    let owner = &set.metadata;
    let indexes = cx.store.indexes();
    let pods = indexes.pods_by_ordinal(&owner.uid).into_iter();
    let non_members = pods
        .flat_map(PodsByOrdinal::non_members)
        .map(|name| Key::new(Kind::Pod, &owner.namespace, name));
    let orphans = indexes.orphans(Kind::Pod, &owner.namespace).cloned();
    let candidates: Vec<Key> = non_members.chain(orphans).collect();
    for key in candidates {
        let Some(pod) = cx.store.pod(&key).cloned() else {
            continue;
        };
        let matches = set.is_member(&key.name) && set.spec.selector.matches(&pod.metadata.labels);
        let branches = [&b::RELEASE, &b::ADOPT];
        refs::claim_pod(cx, Kind::StatefulSet, owner, pod, matches, branches)?;
    }
    Ok(())
}

/// Combines several errors (`staging/src/k8s.io/apimachinery/pkg/util/errors/errors.go`, NewAggregate).
fn aggregate(errors: Vec<SyncError>) -> Result<(), SyncError> {
    let mut texts: Vec<String> = Vec::new();
    for error in &errors {
        let text = error.to_string();
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    match texts.len() {
        0 => Ok(()),
        1 => errors.into_iter().next().map_or(Ok(()), Err),
        _ => Err(SyncError::Pods(format!("[{}]", texts.join(", ")))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_errors_become_one_without_repetitions() {
        let error = |text: &str| SyncError::Pods(text.to_owned());
        let text = |texts: &[&str]| {
            let errors = texts.iter().map(|text| error(text)).collect();
            aggregate(errors).map_err(|error| error.to_string())
        };
        assert_eq!(text(&[]), Ok(()));
        assert_eq!(text(&["a"]), Err("a".to_owned()));
        assert_eq!(text(&["a", "a"]), Err("a".to_owned()));
        assert_eq!(text(&["a", "b", "a"]), Err("[a, b]".to_owned()));
    }
}
