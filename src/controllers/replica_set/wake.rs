//! What wakes the ReplicaSet controller (`replica_set.go`, the informers' handlers).

use crate::api::kind::Kind;
use crate::api::object::{Key, Object};
use crate::api::pod::Pod;
use crate::controllers::{Cause, Wait, Wake, cause_of, controller_uid, resolve_controller};
use crate::store::{Change, Store};

/// Which ReplicaSets a change wakes.
pub fn wake(store: &Store, change: &Change, wakes: &mut Vec<Wake>) {
    match change.key.kind {
        Kind::ReplicaSet => wakes.push(Wake::now(change.key.clone(), cause_of(change))),
        Kind::Pod => match (&change.before, &change.after) {
            (before, Some(Object::Pod(pod))) => {
                let before = match before {
                    Some(Object::Pod(before)) => Some(&**before),
                    _ => None,
                };
                pod_written(store, change, before, pod, wakes);
            }
            (Some(Object::Pod(pod)), None) => push_owner(store, change, pod, wakes),
            _ => {}
        },
        _ => {}
    }
}

fn pod_written(
    store: &Store,
    change: &Change,
    before: Option<&Pod>,
    pod: &Pod,
    wakes: &mut Vec<Wake>,
) {
    let old = before.map(|before| &before.metadata);
    let moved = old.is_some_and(|old| controller_uid(old) != controller_uid(&pod.metadata));
    if moved && let Some(before) = before {
        push_owner(store, change, before, wakes);
    }
    if pod.metadata.controller().is_some() {
        push_owner(store, change, pod, wakes);
        wake_when_available(store, change, before, pod, wakes);
    } else if moved || old.is_none_or(|old| old.labels != pod.metadata.labels) {
        push_matching(store, change, pod, wakes);
    }
}

/// A pod that just became ready counts as available after minReadySeconds.
fn wake_when_available(
    store: &Store,
    change: &Change,
    before: Option<&Pod>,
    pod: &Pod,
    wakes: &mut Vec<Wake>,
) {
    let became_ready = pod.is_ready() && before.is_some_and(|before| !before.is_ready());
    let set = resolve_controller(store, &pod.metadata, Kind::ReplicaSet);
    if let Some(Object::ReplicaSet(set)) = set
        && became_ready
        && set.spec.min_ready_seconds > 0
        && change.after.is_some()
    {
        wakes.push(Wake {
            key: Key::new(
                Kind::ReplicaSet,
                &set.metadata.namespace,
                &set.metadata.name,
            ),
            cause: Cause::Timer(Wait::MinReadySeconds),
            after: i64::from(set.spec.min_ready_seconds) * 1000,
        });
    }
}

fn push_owner(store: &Store, change: &Change, pod: &Pod, wakes: &mut Vec<Wake>) {
    if let Some(owner) = resolve_controller(store, &pod.metadata, Kind::ReplicaSet) {
        wakes.push(Wake::now(owner.key(), cause_of(change)));
    }
}

/// An orphan wakes every ReplicaSet that could adopt it.
fn push_matching(store: &Store, change: &Change, pod: &Pod, wakes: &mut Vec<Wake>) {
    if pod.metadata.labels.is_empty() {
        return;
    }
    for object in store.list(Kind::ReplicaSet, Some(&pod.metadata.namespace)) {
        if let Object::ReplicaSet(set) = object
            && !set.spec.selector.is_empty()
            && set.spec.selector.matches(&pod.metadata.labels)
        {
            wakes.push(Wake::now(object.key(), cause_of(change)));
        }
    }
}
