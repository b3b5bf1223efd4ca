//! Which pods go first when a ReplicaSet has too many
//! (`pkg/controller/controller_utils.go`, ActivePodsWithRanks).

use crate::api::gates::Gates;
use crate::api::kind::Kind;
use crate::api::pod::{ContainerStatus, Pod, PodPhase};
use crate::api::replica_set::ReplicaSet;
use crate::api::time::Time;
use crate::store::Store;
use std::cmp::{Ordering, Reverse};
use std::collections::BTreeMap;
use std::rc::Rc;

/// Lets the user say which pods to spare.
const DELETION_COST: &str = "controller.kubernetes.io/pod-deletion-cost";

/// A pod and how crowded its node is.
#[derive(Debug, Clone)]
pub struct Ranked {
    /// The pod.
    pub pod: Rc<Pod>,
    /// Active pods of the same owner on its node, itself among them.
    pub rank: i32,
}

/// The `count` pods that go first.
///
/// Pods that are equal in all respects go by uid: upstream leaves that to chance.
#[must_use]
pub fn pods_to_delete(
    mut pods: Vec<Ranked>,
    count: usize,
    now: Time,
    gates: Gates,
) -> Vec<Rc<Pod>> {
    if count < pods.len() {
        let order = |a: &Ranked, b: &Ranked| {
            let by_uid = || a.pod.metadata.uid.cmp(&b.pod.metadata.uid);
            compare(a, b, now, gates).then_with(by_uid)
        };
        // Only those that go need be in order.
        if count > 0 {
            pods.select_nth_unstable_by(count - 1, order);
        }
        pods.truncate(count);
        pods.sort_unstable_by(order);
    }
    pods.into_iter().map(|ranked| ranked.pod).collect()
}

/// Pods with the number of active pods of the same owner on the node of each.
#[must_use]
pub fn rank_by_node(pods: Vec<Rc<Pod>>, related: &BTreeMap<Rc<str>, i32>) -> Vec<Ranked> {
    let rank = |pod: Rc<Pod>| Ranked {
        rank: pod
            .node_name
            .as_ref()
            .and_then(|node| related.get(node))
            .copied()
            .unwrap_or(0),
        pod,
    };
    pods.into_iter().map(rank).collect()
}

/// `Less` where the first pod goes first; the first criterion that tells them apart decides.
#[must_use]
pub fn compare(a: &Ranked, b: &Ranked, now: Time, gates: Gates) -> Ordering {
    let Ranked {
        pod: x,
        rank: x_rank,
    } = a;
    let Ranked {
        pod: y,
        rank: y_rank,
    } = b;
    let unassigned = |pod: &Pod| Reverse(pod.node_name.is_none());
    unassigned(x)
        .cmp(&unassigned(y))
        .then_with(|| phase_rank(x).cmp(&phase_rank(y)))
        .then_with(|| x.is_ready().cmp(&y.is_ready()))
        .then_with(|| match gates.pod_deletion_cost {
            true => deletion_cost(x).cmp(&deletion_cost(y)),
            false => Ordering::Equal,
        })
        .then_with(|| y_rank.cmp(x_rank))
        .then_with(|| match (x.ready_since(), y.ready_since()) {
            (Some(a), Some(b)) => younger(x, y, a, b, now),
            _ => Ordering::Equal,
        })
        .then_with(|| restarts(y).cmp(&restarts(x)))
        .then_with(|| {
            let created = |pod: &Pod| pod.metadata.creation_timestamp.unwrap_or(Time::UNSET);
            younger(x, y, created(x), created(y), now)
        })
}

/// How many active pods of the set's owner are on each node; empty for a set that nobody controls.
#[must_use]
pub fn related_pods_by_node(store: &Store, set: &ReplicaSet) -> BTreeMap<Rc<str>, i32> {
    let mut by_node = BTreeMap::new();
    let Some(owner) = set.metadata.controller() else {
        return by_node;
    };
    let indexes = store.indexes();
    for key in indexes
        .dependents(&owner.uid)
        .filter(|key| key.kind == Kind::ReplicaSet)
    {
        let group = store
            .get(key)
            .and_then(|set| indexes.group(&set.meta().uid));
        for (node, count) in group.into_iter().flat_map(|group| &group.nodes) {
            *by_node.entry(node.clone()).or_default() += count;
        }
    }
    by_node
}

/// Pending before unknown before running; finished pods count as pending.
fn phase_rank(pod: &Pod) -> u8 {
    match pod.status.phase {
        PodPhase::Unknown => 1,
        PodPhase::Running => 2,
        PodPhase::Pending | PodPhase::Succeeded | PodPhase::Failed => 0,
    }
}

/// 0 where the annotation is absent or no 32-bit number.
fn deletion_cost(pod: &Pod) -> i32 {
    pod.metadata
        .annotation(DELETION_COST)
        .and_then(parse_cost)
        .unwrap_or(0)
}

/// Numbers with a plus sign or leading zeros do not count
/// (`pkg/apis/core/helper/helpers.go`, GetDeletionCostFromPodAnnotations).
fn parse_cost(text: &str) -> Option<i32> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = !digits.starts_with('+') && (digits == "0" || !digits.starts_with('0'));
    if plain { text.parse().ok() } else { None }
}

/// Ages count by powers of two, so that pods of about the same age are equal; then the uid decides, which is
/// chance in a real cluster. A time that nobody has set comes first; equal times decide nothing.
fn younger(x: &Pod, y: &Pod, a: Time, b: Time, now: Time) -> Ordering {
    if a == b {
        return Ordering::Equal;
    }
    if a == Time::UNSET || b == Time::UNSET {
        return a.cmp(&b);
    }
    magnitude(a, now)
        .cmp(&magnitude(b, now))
        .then_with(|| x.metadata.uid.cmp(&y.metadata.uid))
}

/// The power of two of an age in nanoseconds; -1 for none.
fn magnitude(since: Time, now: Time) -> i32 {
    let nanoseconds = i128::from(now.since(since)) * 1_000_000;
    u128::try_from(nanoseconds)
        .ok()
        .and_then(u128::checked_ilog2)
        .map_or(-1, |log| log as i32)
}

/// The most restarts of a container, then of a sidecar.
fn restarts(pod: &Pod) -> (i32, i32) {
    let most = |statuses: &mut dyn Iterator<Item = &ContainerStatus>| {
        let counts = statuses.map(|status| status.restart_count);
        counts.max().unwrap_or(0).max(0)
    };
    let status = &pod.status;
    let of_init = status.init_container_statuses.iter();
    let mut of_sidecars = of_init.filter(|status| pod.spec.sidecars.contains(&status.name));
    (
        most(&mut status.container_statuses.iter()),
        most(&mut of_sidecars),
    )
}
