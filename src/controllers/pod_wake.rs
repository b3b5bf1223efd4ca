//! Changes of pods that queue their owners; the informers' handlers of ReplicaSets
//! (`pkg/controller/replicaset/replica_set.go`) and StatefulSets (`pkg/controller/statefulset/stateful_set.go`) do
//! the same.

use super::{controller_uid, resolve_controller};
use crate::actor::{Cause, Wait, Wake, cause_of};
use crate::api::kind::Kind;
use crate::api::object::Object;
use crate::api::pod::Pod;
use crate::api::selector::LabelSelector;
use crate::store::{Change, Store};

/// The owners of a kind to queue after a change of a pod.
pub(super) fn wake(store: &Store, change: &Change, kind: Kind, wakes: &mut Vec<Wake>) {
    match (&change.before, &change.after) {
        (before, Some(Object::Pod(pod))) => {
            let before = match before {
                Some(Object::Pod(before)) => Some(&**before),
                _ => None,
            };
            written(store, change, kind, before, pod, wakes);
        }
        (Some(Object::Pod(pod)), None) => push_owner(store, change, kind, pod, wakes),
        _ => {}
    }
}

fn written(
    store: &Store,
    change: &Change,
    kind: Kind,
    before: Option<&Pod>,
    pod: &Pod,
    wakes: &mut Vec<Wake>,
) {
    let old = before.map(|before| &before.metadata);
    let moved = old.is_some_and(|old| controller_uid(old) != controller_uid(&pod.metadata));
    if moved && let Some(before) = before {
        push_owner(store, change, kind, before, wakes);
    }
    if pod.metadata.controller().is_some() {
        if let Some(owner) = resolve_controller(store, &pod.metadata, kind) {
            wakes.push(Wake::now(owner.key(), cause_of(change)));
            wake_when_available(owner, before, pod, wakes);
        }
    } else if moved || old.is_none_or(|old| old.labels != pod.metadata.labels) {
        push_matching(store, change, kind, pod, wakes);
    }
}

/// A pod that just became ready becomes available after minReadySeconds.
fn wake_when_available(owner: &Object, before: Option<&Pod>, pod: &Pod, wakes: &mut Vec<Wake>) {
    let became_ready = pod.is_ready() && before.is_some_and(|before| !before.is_ready());
    if became_ready && let Some((_, seconds)) = terms(owner).filter(|(_, seconds)| *seconds > 0) {
        wakes.push(Wake {
            key: owner.key(),
            cause: Cause::Timer(Wait::MinReadySeconds),
            after: i64::from(seconds) * 1000,
        });
    }
}

fn push_owner(store: &Store, change: &Change, kind: Kind, pod: &Pod, wakes: &mut Vec<Wake>) {
    if let Some(owner) = resolve_controller(store, &pod.metadata, kind) {
        wakes.push(Wake::now(owner.key(), cause_of(change)));
    }
}

/// An orphan queues every object that could adopt it.
fn push_matching(store: &Store, change: &Change, kind: Kind, pod: &Pod, wakes: &mut Vec<Wake>) {
    if pod.metadata.labels.is_empty() {
        return;
    }
    for object in store.list(kind, Some(&pod.metadata.namespace)) {
        let matches = |selector: &LabelSelector| {
            !selector.is_empty() && selector.matches(&pod.metadata.labels)
        };
        if terms(object).is_some_and(|(selector, _)| matches(selector)) {
            wakes.push(Wake::now(object.key(), cause_of(change)));
        }
    }
}

/// Selector and minReadySeconds of an object that creates pods.
fn terms(object: &Object) -> Option<(&LabelSelector, i32)> {
    match object {
        Object::ReplicaSet(set) => Some((&set.spec.selector, set.spec.min_ready_seconds)),
        Object::StatefulSet(set) => Some((&set.spec.selector, set.spec.min_ready_seconds)),
        _ => None,
    }
}
