//! Changes that queue Deployments (`deployment_controller.go`, the informers' handlers).

use crate::actor::{Wake, cause_of};
use crate::api::deployment::DeploymentStrategy;
use crate::api::kind::Kind;
use crate::api::meta::ObjectMeta;
use crate::api::object::{Key, Object};
use crate::controllers::{controller_uid, resolve_controller};
use crate::store::{Change, Store};

/// The Deployments to queue after a change.
///
/// Pods queue a Deployment only when the last one of a Recreate Deployment is gone; all other changes of pods reach
/// it through the status of its ReplicaSets.
pub fn wake(store: &Store, change: &Change, wakes: &mut Vec<Wake>) {
    match change.key.kind {
        Kind::Deployment => wakes.push(Wake::now(change.key.clone(), cause_of(change))),
        Kind::ReplicaSet => match (&change.before, &change.after) {
            (before, Some(after)) if !after.meta().is_terminating() => {
                replica_set_written(store, change, before.as_ref(), after, wakes);
            }
            (before, after) => {
                if let Some(set) = after.as_ref().or(before.as_ref()) {
                    push_owner(store, change, set.meta(), wakes);
                }
            }
        },
        Kind::Pod if change.after.is_none() => {
            if let Some(pod) = &change.before {
                pod_gone(store, change, pod, wakes);
            }
        }
        _ => {}
    }
}

fn replica_set_written(
    store: &Store,
    change: &Change,
    before: Option<&Object>,
    after: &Object,
    wakes: &mut Vec<Wake>,
) {
    let meta = after.meta();
    let old = before.map(Object::meta);
    let moved = old.is_some_and(|old| controller_uid(old) != controller_uid(meta));
    if moved && let Some(old) = old {
        push_owner(store, change, old, wakes);
    }
    if meta.controller().is_some() {
        push_owner(store, change, meta, wakes);
    } else if moved || old.is_none_or(|old| old.labels != meta.labels) {
        push_matching(store, change, meta, wakes);
    }
}

fn push_owner(store: &Store, change: &Change, meta: &ObjectMeta, wakes: &mut Vec<Wake>) {
    if let Some(owner) = resolve_controller(store, meta, Kind::Deployment) {
        wakes.push(Wake::now(owner.key(), cause_of(change)));
    }
}

/// An orphan queues every Deployment that could adopt it.
fn push_matching(store: &Store, change: &Change, meta: &ObjectMeta, wakes: &mut Vec<Wake>) {
    if meta.labels.is_empty() {
        return;
    }
    for object in store.list(Kind::Deployment, Some(&meta.namespace)) {
        if let Object::Deployment(deployment) = object
            && !deployment.spec.selector.is_empty()
            && deployment.spec.selector.matches(&meta.labels)
        {
            wakes.push(Wake::now(object.key(), cause_of(change)));
        }
    }
}

/// Recreate waits until the last old pod is really gone.
fn pod_gone(store: &Store, change: &Change, pod: &Object, wakes: &mut Vec<Wake>) {
    let Some(set) = resolve_controller(store, pod.meta(), Kind::ReplicaSet) else {
        return;
    };
    let Some(Object::Deployment(deployment)) =
        resolve_controller(store, set.meta(), Kind::Deployment)
    else {
        return;
    };
    if deployment.spec.strategy != DeploymentStrategy::Recreate {
        return;
    }
    let meta = &deployment.metadata;
    let none_left = store
        .indexes()
        .dependents(&meta.uid)
        .filter_map(|key| store.get(key))
        .all(|set| store.indexes().group(&set.meta().uid).is_none());
    if none_left {
        let key = Key::new(Kind::Deployment, &meta.namespace, &meta.name);
        wakes.push(Wake::now(key, cause_of(change)));
    }
}
