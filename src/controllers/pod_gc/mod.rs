//! The pod garbage collector (`pkg/controller/podgc`): deletes pods that no kubelet will finish terminating.
//!
//! Upstream checks all pods every 20 s; here a pod is queued for the check that would find it. Not simulated: the
//! deletion of the oldest finished pods once there are 12,500 (`--terminated-pod-gc-threshold`).

pub mod branches;

use crate::actor::{Cause, Context, Kinds, Spec, SyncError, Wait, Wake};
use crate::api::kind::Kind;
use crate::api::object::{Key, Object};
use crate::api::pod::{Pod, PodPhase};
use crate::api::taints;
use crate::store::{ApiError, Change, DeleteOptions, Store};
use branches as b;
use std::rc::Rc;

/// The controller's name. It records no events.
pub const NAME: &str = "pod-garbage-collector-controller";

/// Registration of the controller with the engine.
pub static SPEC: Spec = Spec {
    name: NAME,
    short_name: "podgc",
    branches: branches::ALL,
    runs_in_manual: false,
    interests: Kinds::of(&[Kind::Node, Kind::Pod]),
    deaf_to_own: Kinds::NONE,
    sync,
    wake,
    forget: None,
    wake_on_silence: None,
    wake_on_memory: None,
};
/// Milliseconds between checks.
const PERIOD: i64 = 20_000;
/// Milliseconds for which a missing node may come back.
const QUARANTINE: i64 = 40_000;
/// The taint by which an administrator declares that a node will not come back.
const OUT_OF_SERVICE: &str = "node.kubernetes.io/out-of-service";

/// Syncs a pod.
///
/// # Errors
/// The API server refused a write; the key is retried.
pub fn sync(cx: &mut Context<'_>, key: &Key) -> Result<(), SyncError> {
    let name = key.name.clone();
    let Some(pod) = cx.store.pod(key).cloned() else {
        cx.decide(&b::GONE).object("pod", Kind::Pod, name);
        return Ok(());
    };
    let node = pod.node_name.clone().unwrap_or_default();
    if is_orphaned(cx.store, &pod) {
        cx.decide(&b::ORPHANED)
            .object("pod", Kind::Pod, name)
            .object("node", Kind::Node, node);
        return remove(cx, key, &pod, true);
    }
    if is_out_of_service(cx.store, &pod) {
        cx.decide(&b::OUT_OF_SERVICE)
            .object("pod", Kind::Pod, name)
            .object("node", Kind::Node, node);
        return remove(cx, key, &pod, false);
    }
    cx.decide(&b::KEEP)
        .object("pod", Kind::Pod, name)
        .object("node", Kind::Node, node);
    Ok(())
}

/// Queues pods whose node was deleted or does not exist, and terminating pods on nodes that are out of service.
pub fn wake(store: &Store, change: &Change, wakes: &mut Vec<Wake>) {
    let now = store.now();
    let look = now.0.div_euclid(PERIOD).saturating_add(1) * PERIOD - now.0;
    let mut push = |key: Key, after: i64| {
        wakes.push(Wake {
            key,
            cause: Cause::Timer(Wait::PodGc),
            after,
        });
    };
    match (change.key.kind, &change.after) {
        (Kind::Node, after) => {
            let pods = store.indexes().on_node(&change.key.name);
            for key in pods {
                if after.is_none() {
                    push(key.clone(), look + QUARANTINE);
                } else if store
                    .pod(key)
                    .is_some_and(|pod| is_out_of_service(store, pod))
                {
                    push(key.clone(), look);
                }
            }
        }
        (Kind::Pod, Some(Object::Pod(pod))) => {
            let before = match &change.before {
                Some(Object::Pod(before)) => Some(before),
                _ => None,
            };
            let came = before.is_none_or(|before| before.node_name != pod.node_name);
            let ends = before.is_none_or(|before| !before.metadata.is_terminating());
            if came && is_orphaned(store, pod) {
                push(change.key.clone(), look + QUARANTINE);
            } else if ends && is_out_of_service(store, pod) {
                push(change.key.clone(), look);
            }
        }
        _ => {}
    }
}

fn node_of<'a>(store: &'a Store, pod: &Pod) -> Option<&'a Object> {
    let node = pod.node_name.as_ref()?;
    store.node(node)
}

fn is_orphaned(store: &Store, pod: &Pod) -> bool {
    pod.node_name.is_some() && node_of(store, pod).is_none()
}

fn is_out_of_service(store: &Store, pod: &Pod) -> bool {
    if !pod.metadata.is_terminating() {
        return false;
    }
    let Some(node) = node_of(store, pod) else {
        return false;
    };
    let mut taints = taints::of(node).iter();
    taints.any(|taint| taint["key"] == OUT_OF_SERVICE) && taints::ready_status(node) != "True"
}

/// Marks an unfinished pod as failed, then deletes it without a grace period.
fn remove(cx: &mut Context<'_>, key: &Key, pod: &Pod, orphaned: bool) -> Result<(), SyncError> {
    if !pod.is_finished() {
        let mut failed = pod.clone();
        failed.status.phase = PodPhase::Failed;
        failed.status.observed_generation = pod.metadata.generation;
        if orphaned {
            failed.disrupt(cx.now(), "DeletionByPodGC", "PodGC: node no longer exists");
        }
        cx.store.update_status(Object::Pod(Rc::new(failed)))?;
    }
    let options = DeleteOptions {
        grace_period_seconds: Some(0),
        ..DeleteOptions::default()
    };
    Ok(ApiError::unless_gone(cx.store.delete(key, &options))?)
}
