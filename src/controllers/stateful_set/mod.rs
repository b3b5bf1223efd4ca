//! The StatefulSet controller (`pkg/controller/statefulset`).

pub mod branches;
pub mod claims;
mod pods;
mod replicas;
mod revisions;
mod scale;
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
use crate::store::{Roster, Seat};
use branches as b;
use std::rc::Rc;

/// The controller's name in its events.
pub const NAME: &str = "statefulset-controller";

/// Registration of the controller with the engine.
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

/// Syncs a StatefulSet (`stateful_set.go`, sync; `stateful_set_control.go`, UpdateStatefulSet).
///
/// # Errors
/// The API server refused a request; the key is retried.
pub fn sync(cx: &mut Context<'_>, key: &Key) -> Result<(), SyncError> {
    let Some(set) = cx.store.stateful_set(key).cloned() else {
        cx.decide(&b::GONE);
        return Ok(());
    };
    revisions::adopt_orphans(cx, &set)?;
    claim_pods(cx, &set)?;
    let history = revisions::History::of(cx, &set);
    let mut round = None;
    let result = history.revisions(cx, &set).and_then(|revisions| {
        let round = round.insert(Round::new(key, &set, revisions));
        round.perform_update(cx)
    });
    let truncated = history.truncate(cx, &set, round.as_ref());
    aggregate(result.err().into_iter().chain(truncated.err()).collect())
}

/// A sync: the set at its start, and its current and update revision.
struct Round {
    key: Key,
    set: Rc<StatefulSet>,
    /// The revision before the update.
    current: Rc<ControllerRevision>,
    /// The revision after the update.
    update: Rc<ControllerRevision>,
    collision_count: i32,
}

/// Whether the sync continues with the next pod or stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Progress {
    GoOn,
    Stop,
}

impl Round {
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

    /// Updates the set, and writes its status even if that failed (performUpdate).
    fn perform_update(&self, cx: &mut Context<'_>) -> Result<(), SyncError> {
        let (status, moved) = self.update_stateful_set(cx);
        let written = self.update_status(cx, status);
        outcome(moved, written)
    }

    /// Creates, deletes and updates pods; the status reflects the pods at the start of the sync
    /// (updateStatefulSet).
    fn update_stateful_set(
        &self,
        cx: &mut Context<'_>,
    ) -> (status::StatefulSetStatus, Result<(), SyncError>) {
        let mut status = self.compute_status(cx);
        if self.set.metadata.is_terminating() {
            cx.decide(&b::TERMINATING);
            return (status, Ok(()));
        }
        let plan = update::Plan::of(cx, self);
        let moved = self.move_on(cx, plan, &mut status);
        (status, moved)
    }

    fn move_on(
        &self,
        cx: &mut Context<'_>,
        plan: update::Plan,
        status: &mut status::StatefulSetStatus,
    ) -> Result<(), SyncError> {
        let condemned = self.condemned(cx);
        if self.process_replicas(cx)? == Progress::Stop {
            return Ok(());
        }
        self.fix_condemned_claims(cx, &condemned)?;
        if self.process_condemned(cx, &condemned)? == Progress::Stop {
            return Ok(());
        }
        plan.carry_out(cx, self, status)
    }

    /// The set's pods by ordinal, if it has any.
    fn roster<'a>(&self, cx: &'a Context<'_>) -> Option<&'a Roster> {
        cx.store.indexes().roster(&self.set.metadata.uid)
    }

    fn seat<'a>(&self, cx: &'a Context<'_>, ordinal: i32) -> Option<&'a Seat> {
        self.roster(cx)?.seats().get(&ordinal)
    }

    fn pod_at(&self, cx: &Context<'_>, ordinal: i32) -> Option<Rc<Pod>> {
        let name = &self.seat(cx, ordinal)?.name;
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
/// The error that takes precedence.
pub fn outcome<E>(moved: Result<(), E>, status_written: Result<(), E>) -> Result<(), E> {
    moved.and(status_written)
}

/// Adopts orphans that match, and releases pods that no longer match (getPodsForStatefulSet).
fn claim_pods(cx: &mut Context<'_>, set: &Rc<StatefulSet>) -> Result<(), SyncError> {
    let owner = &set.metadata;
    let indexes = cx.store.indexes();
    let roster = indexes.roster(&owner.uid).into_iter();
    let strangers = roster
        .flat_map(Roster::strangers)
        .map(|name| Key::new(Kind::Pod, &owner.namespace, name));
    let orphans = indexes.orphans(Kind::Pod, &owner.namespace).cloned();
    let candidates: Vec<Key> = strangers.chain(orphans).collect();
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

/// Aggregates errors (`staging/src/k8s.io/apimachinery/pkg/util/errors/errors.go`, NewAggregate).
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
