//! Which pods the scheduler queues, and when it retries unschedulable ones: the queueing hints
//! (`pkg/scheduler/framework/plugins/*/`, EventsToRegister).
//!
//!
//! Simplified: a pod is retried if it would fit now, and no more pods are retried than fit together. Upstream
//! retries all pods whose hints match; those that do not fit fail again with the same event.

use super::filters::{by_node, by_taken};
use super::scheduler::{fits, is_held_back};
use crate::actor::{Wake, cause_of};
use crate::api::kind::Kind;
use crate::api::object::{Key, Object};
use crate::api::pod::Pod;
use crate::store::{Change, Store, Taken};
use serde_json::Value;
use std::rc::Rc;

/// Queues pods without a node.
pub fn wake(store: &Store, change: &Change, wakes: &mut Vec<Wake>) {
    match change.key.kind {
        Kind::Pod => pod_changed(store, change, wakes),
        Kind::Node => {
            if let Some(node) = change.after.as_ref().filter(|_| node_changed(change)) {
                try_on(store, node, change, wakes);
            }
        }
        Kind::PersistentVolumeClaim if claim_changed(change) => {
            let key = &change.key;
            let users = store.indexes().claim_users(&key.namespace, &key.name);
            let users = users.map(|name| Key::new(Kind::Pod, &key.namespace, name));
            let unbound = |key: &Key| store.pod(key).is_some_and(|pod| wants_node(pod));
            wakes.extend(
                users
                    .filter(unbound)
                    .map(|key| Wake::now(key, cause_of(change))),
            );
        }
        Kind::PersistentVolume | Kind::StorageClass => {
            let uses = |key: &&Key| {
                let pod = store.pod(key);
                pod.is_some_and(|pod| pod.claims().next().is_some())
            };
            let waiting = store.indexes().waiting().filter(uses);
            wakes.extend(waiting.map(|key| Wake::now(key.clone(), cause_of(change))));
        }
        _ => {}
    }
}

/// Whether a write removes a pod from the scheduler's queue: it was bound, or there is nothing left to schedule
/// (`pkg/scheduler/eventhandlers.go`, deletePodFromSchedulingQueue).
pub fn is_placed(change: &Change) -> bool {
    let waits = |object| as_pod(object).is_some_and(|pod| wants_node(pod));
    change.key.kind == Kind::Pod && waits(&change.before) && !waits(&change.after)
}

fn wants_node(pod: &Pod) -> bool {
    pod.node_name.is_none() && pod.is_active()
}

fn as_pod(object: &Option<Object>) -> Option<&Rc<Pod>> {
    match object {
        Some(Object::Pod(pod)) => Some(pod),
        _ => None,
    }
}

fn pod_changed(store: &Store, change: &Change, wakes: &mut Vec<Wake>) {
    let (before, after) = (as_pod(&change.before), as_pod(&change.after));
    if let Some(pod) = after.filter(|pod| wants_node(pod)) {
        let asks_otherwise =
            |before: &Rc<Pod>| !Rc::ptr_eq(&before.spec, &pod.spec) && before.spec != pod.spec;
        if before.is_none_or(asks_otherwise) {
            wakes.push(Wake::now(change.key.clone(), cause_of(change)));
        }
        return;
    }
    if let (Some(old), Some(new)) = (before, after)
        && (old.node_name.is_none() && new.node_name.is_some()
            || old.metadata.labels != new.metadata.labels
            || old.metadata.is_terminating() != new.metadata.is_terminating())
    {
        try_rules(store, new, change, wakes);
    }
    let Some(before) = before.filter(|before| !before.is_finished()) else {
        return;
    };
    match &before.node_name {
        // A finished pod frees resources on its node.
        Some(name) if after.is_none_or(|pod| pod.is_finished()) => {
            if let Some(node) = store.node(name) {
                try_on(store, node, change, wakes);
            }
            try_rules(store, before, change, wakes);
        }
        // A pending pod was deleted, so others may get the resources it was to have.
        None if after.is_none() => {
            for node in store.list(Kind::Node, None) {
                try_on(store, node, change, wakes);
            }
        }
        _ => {}
    }
}

/// Queues pending pods whose rules about other pods kept them from nodes, and that have a node now that a pod is
/// gone or has got one.
fn try_rules(store: &Store, pod: &Pod, change: &Change, wakes: &mut Vec<Wake>) {
    // A pod that kept others away may have kept away any of them.
    let everyone = pod.spec.repels().then(|| store.indexes().waiting());
    let choosy = everyone.is_none().then(|| store.indexes().choosy());
    let keys = everyone.into_iter().flatten();
    for key in keys.chain(choosy.into_iter().flatten()) {
        let Some(waiting) = store.pod(key) else {
            continue;
        };
        let is_queued = wakes.iter().any(|wake| wake.key == *key);
        if !is_queued && !is_held_back(waiting) && fits(store, waiting) {
            wakes.push(Wake::now(key.clone(), cause_of(change)));
        }
    }
}

/// Whether a claim was created, deleted or bound.
fn claim_changed(change: &Change) -> bool {
    let state = |object: &Option<Object>| match object {
        Some(Object::PersistentVolumeClaim(claim)) => {
            Some((claim.status.phase, claim.metadata.is_terminating()))
        }
        _ => None,
    };
    state(&change.before) != state(&change.after)
}

/// Whether a node changed in a way that matters for scheduling.
fn node_changed(change: &Change) -> bool {
    let (Some(before), Some(after)) = (&change.before, &change.after) else {
        return true;
    };
    let field = |object: &Object, path: &str| match object {
        Object::Other(_, node) => node.fields.pointer(path).cloned().unwrap_or(Value::Null),
        _ => Value::Null,
    };
    let differs = |path: &&str| field(before, path) != field(after, path);
    before.meta().labels != after.meta().labels
        || ["/spec", "/status/allocatable"].iter().any(differs)
}

/// Queues pending pods that would fit on a node now.
fn try_on(store: &Store, node: &Object, change: &Change, wakes: &mut Vec<Wake>) {
    let mut waiting = store.indexes().waiting().peekable();
    if waiting.peek().is_none() {
        return;
    }
    let room = store.indexes().room(&node.meta().name);
    let allocatable = room.and_then(|room| room.allocatable.as_deref());
    let mut taken: Taken = room.map(|room| room.taken.clone()).unwrap_or_default();
    // If one pod of a template does not fit, neither do the others.
    let mut refused: Option<&Rc<crate::api::pod::PodSpec>> = None;
    for key in waiting {
        if allocatable.is_some_and(|all| taken.pods >= all.get("pods")) {
            return;
        }
        let Some(pod) = store.pod(key) else { continue };
        let known = refused.is_some_and(|spec| Rc::ptr_eq(spec, &pod.spec));
        if known || is_held_back(pod) {
            continue;
        }
        if by_node(node, pod).is_some() || by_taken(allocatable, &taken, pod).is_some() {
            refused = Some(&pod.spec);
            continue;
        }
        taken.add(pod);
        wakes.push(Wake::now(key.clone(), cause_of(change)));
    }
}
