//! The scheduler's filters in order, which rule out nodes for a pod (`pkg/scheduler/framework/plugins`).

use super::neighbours::Neighbours;
use super::spread::{self, Constraint};
use super::{affinity, claims};
use crate::api::object::Object;
use crate::api::pod::{Pod, Resources};
use crate::api::taints;
use crate::api::time::Time;
use crate::store::{Room, Store, Taken};
use serde_json::Value;

/// The reasons of the first filter that fails: several if several resources are insufficient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilterRefusal {
    /// The reasons, which are counted separately.
    pub reasons: Vec<String>,
    /// Whether removing other pods would help; only then is preemption considered.
    pub others_in_the_way: bool,
}

impl FilterRefusal {
    /// A refusal that removing other pods would not resolve.
    pub(super) fn for_good(reason: &str) -> Option<Self> {
        Some(Self {
            reasons: vec![reason.to_owned()],
            others_in_the_way: false,
        })
    }

    /// A refusal that removing other pods might resolve.
    pub(super) fn by_others(reason: &str) -> Self {
        Self {
            reasons: vec![reason.to_owned()],
            others_in_the_way: true,
        }
    }
}

/// What a pod demands of the pods on other nodes too, computed once for all nodes (PreFilter).
pub struct Rules {
    /// The topology spread constraints that must hold.
    pub spread: Vec<Constraint>,
    /// Required affinity and anti-affinity, if any rule is involved.
    pub neighbours: Option<Neighbours>,
}

impl Rules {
    /// The rules of a pod.
    #[must_use]
    pub fn of(store: &Store, pod: &Pod) -> Self {
        Self {
            spread: spread::required(store, pod),
            neighbours: Neighbours::of(store, pod),
        }
    }

    fn refusal(&self, node: &Object) -> Option<FilterRefusal> {
        let mut spread = self.spread.iter();
        let spread = spread.find_map(|constraint| constraint.refusal(node));
        spread.or_else(|| self.neighbours.as_ref()?.refusal(node))
    }

    /// The counts that the constraints are about, if there are any constraints.
    #[must_use]
    pub fn counts(&self) -> Option<String> {
        let counts: Vec<String> = self.spread.iter().map(Constraint::text).collect();
        (!counts.is_empty()).then(|| counts.join("; "))
    }
}

/// Why a node is ruled out for a pod, if it is.
#[must_use]
pub fn refusal(store: &Store, node: &Object, pod: &Pod, rules: &Rules) -> Option<FilterRefusal> {
    by_node(node, pod)
        .or_else(|| by_room(store.indexes().room(&node.meta().name), pod))
        .or_else(|| claims::refusal(store, node, pod))
        .or_else(|| rules.refusal(node))
}

/// The filters that depend on the node only.
#[must_use]
pub fn by_node(node: &Object, pod: &Pod) -> Option<FilterRefusal> {
    if affinity::names_others(pod, node) {
        return FilterRefusal::for_good("node(s) didn't satisfy plugin(s) [NodeAffinity]");
    }
    let taints = taints::of(node);
    let cordon = || taints::taint(taints::UNSCHEDULABLE, "NoSchedule", Time(0));
    if taints::is_cordoned(node) && taints::tolerated_for(pod, &cordon()).is_none() {
        return FilterRefusal::for_good("node(s) were unschedulable");
    }
    let repels = |taint: &Value| {
        let soft = taint["effect"] == "PreferNoSchedule";
        !soft && taints::tolerated_for(pod, taint).is_none()
    };
    if taints.iter().any(repels) {
        return FilterRefusal::for_good("node(s) had untolerated taint(s)");
    }
    if !affinity::wants(pod, node) {
        return FilterRefusal::for_good("node(s) didn't match Pod's node affinity/selector");
    }
    None
}

fn by_room(room: Option<&Room>, pod: &Pod) -> Option<FilterRefusal> {
    let room = room?;
    by_taken(room.allocatable.as_deref(), &room.taken, pod)
}

/// The filters that compare the pod's demands with what other pods leave of a node: ports
/// (`nodeports/node_ports.go`), then resources (`noderesources/fit.go`, fitsRequest).
#[must_use]
pub fn by_taken(
    allocatable: Option<&Resources>,
    taken: &Taken,
    pod: &Pod,
) -> Option<FilterRefusal> {
    let demand = &pod.spec.demand;
    let is_taken = |port| taken.ports.iter().any(|known| known.conflicts(port));
    if demand.ports.iter().any(is_taken) {
        let reason = "node(s) didn't have free ports for the requested pod ports";
        return Some(FilterRefusal {
            reasons: vec![reason.to_owned()],
            others_in_the_way: true,
        });
    }
    let allocatable = allocatable?;
    let mut refusal = FilterRefusal {
        reasons: Vec::new(),
        others_in_the_way: true,
    };
    for short in shortages(allocatable, taken, pod) {
        refusal.others_in_the_way &= short.requested <= short.capacity || short.resource == "pods";
        refusal.reasons.push(match short.resource {
            "pods" => "Too many pods".to_owned(),
            name => format!("Insufficient {name}"),
        });
    }
    (!refusal.reasons.is_empty()).then_some(refusal)
}

/// A resource that a node lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shortage<'a> {
    /// Name, such as `cpu`.
    pub resource: &'a str,
    /// The pod's request.
    pub requested: i64,
    /// Requested by other pods.
    pub used: i64,
    /// Allocatable on the node.
    pub capacity: i64,
}

/// The resources that a node lacks for one more pod.
#[must_use]
pub fn shortages<'a>(allocatable: &'a Resources, taken: &Taken, pod: &'a Pod) -> Vec<Shortage<'a>> {
    let count = Shortage {
        resource: "pods",
        requested: 1,
        used: taken.pods,
        capacity: allocatable.get("pods"),
    };
    let requests = pod
        .spec
        .demand
        .requests
        .iter()
        .map(|(name, requested)| Shortage {
            resource: name,
            requested,
            used: taken.requests.get(name),
            capacity: allocatable.get(name),
        });
    let all = [count].into_iter().chain(requests);
    all.filter(|one| one.requested > 0 && one.requested > one.capacity.saturating_sub(one.used))
        .collect()
}
