//! The kubelet's admission of pods that were not scheduled (`pkg/kubelet/lifecycle/predicate.go`).

use super::affinity;
use super::filters::{by_taken, shortages};
use crate::api::object::Object;
use crate::api::pod::Pod;
use crate::store::Room;

/// Reason and message of a node's refusal to admit a pod.
#[must_use]
pub fn refusal(node: &Object, room: Option<&Room>, pod: &Pod) -> Option<(String, String)> {
    let mut taken = room.map(|room| room.taken.clone()).unwrap_or_default();
    taken.remove(pod);
    let allocatable = room.and_then(|room| room.allocatable.as_deref());
    let short = allocatable.and_then(|all| shortages(all, &taken, pod).into_iter().next());
    if let Some(short) = short {
        let message = format!(
            "Node didn't have enough resource: {}, requested: {}, used: {}, capacity: {}",
            short.resource, short.requested, short.used, short.capacity
        );
        return Some((format!("OutOf{}", short.resource), message));
    }
    let predicate = |name: &str, why: &str| {
        let message = format!("Predicate {name} failed: {why}");
        Some((name.to_owned(), message))
    };
    if !affinity::wants(pod, node) {
        return predicate(
            "NodeAffinity",
            "node(s) didn't match Pod's node affinity/selector",
        );
    }
    let ports = by_taken(None, &taken, pod)?;
    predicate("NodePorts", ports.reasons.first()?)
}
