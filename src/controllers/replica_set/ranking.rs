//! The order in which a ReplicaSet deletes pods when it scales down (`pkg/controller/controller_utils.go`,
//! ActivePodsWithRanks).

use crate::api::kind::Kind;
use crate::api::light;
use crate::api::meta::Uid;
use crate::api::object::Object;
use crate::api::pod::standing::Standing;
use crate::api::pod::{Pod, PodPhase};
use crate::api::replica_set::ReplicaSet;
use crate::api::time::Time;
use crate::store::{Change, Store};
use crate::versions::{Feature, Features};
use litemap::LiteMap;
use std::cmp::{Ordering, Reverse};
use std::rc::Rc;

/// A pod with its rank.
#[derive(Debug, Clone)]
pub struct Ranked {
    /// The pod.
    pub pod: Rc<Pod>,
    /// Number of active pods of the same owner on its node, including itself.
    pub rank: i32,
}

/// Criteria that compare two pods, in order; the first one that distinguishes them decides which is deleted first
/// (`ActivePodsWithRanks.Less`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Criterion {
    /// Unscheduled before scheduled.
    Unassigned,
    /// Pending before unknown before running.
    Phase,
    /// Not ready before ready.
    Ready,
    /// The lower `controller.kubernetes.io/pod-deletion-cost` first.
    DeletionCost,
    /// The pod with more active pods of the same owner on its node first.
    Doubled,
    /// The pod that has been ready for less time first; times are compared by powers of two.
    ReadySince,
    /// The pod with more container restarts first.
    Restarts,
    /// The younger pod first; ages are compared by powers of two.
    Age,
    /// Otherwise equal, or with times of the same power of two: the lower uid first, which is random.
    Uid,
}

impl Criterion {
    /// All criteria, in order.
    pub const ALL: [Self; 9] = [
        Self::Unassigned,
        Self::Phase,
        Self::Ready,
        Self::DeletionCost,
        Self::Doubled,
        Self::ReadySince,
        Self::Restarts,
        Self::Age,
        Self::Uid,
    ];
}

/// A pod in the order in which a ReplicaSet would delete its pods, with the values that decide.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// The pod.
    pub pod: Rc<Pod>,
    /// Its deletion cost.
    pub cost: i32,
    /// Number of active pods of the same owner on its node, including itself.
    pub rank: i32,
    /// The maximum restart counts of a container and of a sidecar.
    pub restarts: (i32, i32),
    /// The criterion that puts it before the next pod; `None` for the last one.
    pub decided: Option<Criterion>,
}

/// All active pods of a ReplicaSet in the order in which it would delete them. `deleted` are the changes of a step
/// to be ignored: pods that it deleted are included, in the order that the step found.
#[must_use]
pub fn candidates(store: &Store, set: &ReplicaSet, deleted: &[Change]) -> Vec<Candidate> {
    let mut related = related_pods_by_node(store, set);
    let mut pods: Vec<Rc<Pod>> = super::active_pods(store, set).cloned().collect();
    for pod in deleted.iter().filter_map(deletion) {
        let is_ours = pod
            .metadata
            .controller()
            .is_some_and(|owner| owner.uid == set.metadata.uid);
        if !is_ours || !pod.is_active() {
            continue;
        }
        if let (Some(node), Some(_)) = (&pod.node_name, set.metadata.controller()) {
            *related.entry(node.clone()).or_default() += 1;
        }
        pods.push(pod.clone());
    }
    // The order in which the ReplicaSet lists them, which affects the result where upstream's order is cyclic.
    light::sort(&mut pods, |a, b| a.metadata.name.cmp(&b.metadata.name));
    let (now, features) = (store.now(), store.registers.features);
    let ranked = rank_by_node(pods, &related);
    let weights = first(&ranked, ranked.len(), now, features);
    let after = weights.iter().skip(1).map(Some).chain([None]);
    let candidates = weights.iter().zip(after).map(|(weight, next)| Candidate {
        pod: weight.pod.clone(),
        cost: weight.cost,
        rank: weight.rank.0,
        restarts: weight.restarts,
        decided: next.and_then(|next| weight.decided_by(next)),
    });
    candidates.collect()
}

/// The pod before a change that deleted it or marked it for deletion.
fn deletion(change: &Change) -> Option<&Rc<Pod>> {
    let Some(Object::Pod(before)) = &change.before else {
        return None;
    };
    let goes = change
        .after
        .as_ref()
        .is_none_or(|after| after.meta().is_terminating());
    (goes && !before.metadata.is_terminating()).then_some(before)
}

/// The `count` pods to delete first.
///
/// Pods that are otherwise equal are ordered by uid; upstream's order of these is random.
#[must_use]
pub fn pods_to_delete(
    pods: Vec<Ranked>,
    count: usize,
    now: Time,
    features: Features,
) -> Vec<Rc<Pod>> {
    if count >= pods.len() {
        return pods.into_iter().map(|ranked| ranked.pod).collect();
    }
    let first = first(&pods, count, now, features);
    first.iter().map(|weight| weight.pod.clone()).collect()
}

/// The `count` pods to delete first.
///
/// Upstream's `Less` is not a total order. Take three ready pods with the uids a, b and c, where a and c became
/// ready at the same time, b at another time of the same power of two, and c has restarted: a precedes b and b
/// precedes c, both by uid, but c precedes a by restarts. The result of upstream's sort then depends on the order
/// in which its cache lists the pods; here it depends on the order of their names.
fn first(ranked: &[Ranked], count: usize, now: Time, features: Features) -> Vec<Weight<'_>> {
    let weights = ranked
        .iter()
        .map(|ranked| Weight::of(ranked, now, features));
    let weights: Vec<Weight<'_>> = weights.collect();
    let order = |a: usize, b: usize| weights[a].compare(&weights[b]);
    let places = light::first(weights.len(), count, &order);
    places
        .into_iter()
        .map(|place| weights[place].clone())
        .collect()
}

/// Pods with the number of active pods of the same owner on their node.
#[must_use]
pub fn rank_by_node(pods: Vec<Rc<Pod>>, related: &LiteMap<Rc<str>, i32>) -> Vec<Ranked> {
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

/// `Less` if the first pod is deleted first, as decided by the first criterion that distinguishes them. Equal if
/// only the uid would.
#[must_use]
pub fn compare(a: &Ranked, b: &Ranked, now: Time, features: Features) -> Ordering {
    let (a, b) = (Weight::of(a, now, features), Weight::of(b, now, features));
    let criteria = Criterion::ALL
        .iter()
        .filter(|criterion| **criterion != Criterion::Uid);
    a.by_first(&b, criteria)
        .map_or(Ordering::Equal, |(_, order)| order)
}

/// All values that decide, extracted once per pod, since each pod is compared many times.
#[derive(Clone)]
struct Weight<'a> {
    pod: &'a Rc<Pod>,
    is_bound: bool,
    phase: u8,
    is_ready: bool,
    cost: i32,
    rank: Reverse<i32>,
    ready: Option<Age>,
    restarts: (i32, i32),
    created: Age,
    uid: Uid,
}

/// A time, and the power of two of its age in nanoseconds.
#[derive(Clone, Copy)]
struct Age {
    since: Time,
    magnitude: i32,
}

impl<'a> Weight<'a> {
    fn of(ranked: &'a Ranked, now: Time, features: Features) -> Self {
        let standing = Standing::of(&ranked.pod);
        let age = |since| Age {
            since,
            magnitude: magnitude(since, now),
        };
        Self {
            pod: &ranked.pod,
            is_bound: standing.node.is_some(),
            phase: phase_rank(standing.phase),
            is_ready: standing.ready_since.is_some(),
            cost: cost(&standing, features),
            rank: Reverse(ranked.rank),
            ready: standing.ready_since.map(age),
            restarts: standing.restarts,
            created: age(standing.created),
            uid: standing.uid,
        }
    }

    fn compare(&self, other: &Self) -> Ordering {
        let found = self.by_first(other, Criterion::ALL.iter());
        found.map_or(Ordering::Equal, |(_, order)| order)
    }

    /// The first of some criteria that distinguishes two pods, with the resulting order.
    fn by_first<'c>(
        &self,
        other: &Self,
        criteria: impl Iterator<Item = &'c Criterion>,
    ) -> Option<(Criterion, Ordering)> {
        let mut orders = criteria.map(|criterion| (*criterion, self.by(*criterion, other)));
        orders.find(|(_, order)| order.is_ne())
    }

    fn by(&self, criterion: Criterion, other: &Self) -> Ordering {
        match criterion {
            Criterion::Unassigned => self.is_bound.cmp(&other.is_bound),
            Criterion::Phase => self.phase.cmp(&other.phase),
            Criterion::Ready => self.is_ready.cmp(&other.is_ready),
            Criterion::DeletionCost => self.cost.cmp(&other.cost),
            Criterion::Doubled => self.rank.cmp(&other.rank),
            Criterion::ReadySince => match (self.ready, other.ready) {
                (Some(a), Some(b)) => self.younger(other, a, b),
                _ => Ordering::Equal,
            },
            Criterion::Restarts => other.restarts.cmp(&self.restarts),
            Criterion::Age => self.younger(other, self.created, other.created),
            Criterion::Uid => self.by_uid(other),
        }
    }

    /// The criterion that distinguishes two pods; the uid if their times differ but are of the same power of two.
    fn decided_by(&self, other: &Self) -> Option<Criterion> {
        let (criterion, _) = self.by_first(other, Criterion::ALL.iter())?;
        let times = match criterion {
            Criterion::ReadySince => self.ready.zip(other.ready),
            Criterion::Age => Some((self.created, other.created)),
            _ => None,
        };
        let chance = times.is_some_and(|(a, b)| {
            let set = a.since != Time::UNSET && b.since != Time::UNSET;
            set && a.magnitude == b.magnitude
        });
        Some(if chance { Criterion::Uid } else { criterion })
    }

    /// Ages are compared by powers of two, so that pods of about the same age are equal; then the uid decides,
    /// which is random in a real cluster. An unset time comes first; equal times do not distinguish.
    fn younger(&self, other: &Self, a: Age, b: Age) -> Ordering {
        if a.since == b.since {
            return Ordering::Equal;
        }
        if a.since == Time::UNSET || b.since == Time::UNSET {
            return a.since.cmp(&b.since);
        }
        a.magnitude
            .cmp(&b.magnitude)
            .then_with(|| self.by_uid(other))
    }

    fn by_uid(&self, other: &Self) -> Ordering {
        self.uid.cmp(&other.uid)
    }
}

/// Number of active pods of the set's owner on each node; empty for a set without a controller.
#[must_use]
pub fn related_pods_by_node(store: &Store, set: &ReplicaSet) -> LiteMap<Rc<str>, i32> {
    let mut by_node = LiteMap::new_vec();
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

/// Pending before unknown before running; finished pods rank as pending.
pub(super) fn phase_rank(phase: PodPhase) -> u8 {
    match phase {
        PodPhase::Unknown => 1,
        PodPhase::Running => 2,
        PodPhase::Pending | PodPhase::Succeeded | PodPhase::Failed => 0,
    }
}

pub(super) fn cost(standing: &Standing, features: Features) -> i32 {
    match features.has(Feature::PodDeletionCost) {
        true => standing.cost,
        false => 0,
    }
}

/// The power of two of an age in nanoseconds; -1 if there is none.
pub(super) fn magnitude(since: Time, now: Time) -> i32 {
    let nanoseconds = i128::from(now.since(since)) * 1_000_000;
    u128::try_from(nanoseconds)
        .ok()
        .and_then(u128::checked_ilog2)
        .map_or(-1, |log| log as i32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const NOW: Time = Time(1_000_000);

    /// A ready pod on a node that has been ready for `age` milliseconds.
    fn pod(uid: usize, age: i64, restarts: i32) -> Ranked {
        let value = json!({
            "metadata": { "name": format!("pod-{uid:04}"), "namespace": "default", "uid": format!("{uid:04}") },
            "spec": { "nodeName": "node-1", "containers": [{ "name": "app", "image": "nginx" }] },
            "status": {
                "phase": "Running",
                "conditions": [{ "type": "Ready", "status": "True" }],
                "containerStatuses": [{ "name": "app", "image": "", "state": {}, "ready": true, "restartCount": restarts }],
            },
        });
        let mut pod = Pod::from_value(value).expect("a pod");
        pod.metadata.creation_timestamp = Some(Time(0));
        let conditions = Rc::get_mut(&mut pod.status.conditions).expect("not shared");
        conditions[0].last_transition_time = Time(NOW.0 - age);
        Ranked {
            pod: Rc::new(pod),
            rank: 1,
        }
    }

    fn features() -> Features {
        Features::default()
    }

    fn goes_before(a: &Ranked, b: &Ranked) -> bool {
        Weight::of(a, NOW, features())
            .compare(&Weight::of(b, NOW, features()))
            .is_lt()
    }

    #[test]
    fn upstreams_order_can_be_cyclic() {
        // The example at `first`.
        let (a, b, c) = (pod(1, 1_000, 0), pod(2, 1_001, 0), pod(3, 1_000, 5));
        assert!(goes_before(&a, &b) && goes_before(&b, &c) && goes_before(&c, &a));
    }

    #[test]
    fn cyclic_orders_never_panic_and_hold_between_neighbours() {
        let equal = (0..500).map(|_| pod(7, 1_000, 0));
        let circles = (0..500_usize).map(|uid| {
            let age = 1_000 + i64::try_from(uid * 31 % 4).unwrap_or_default();
            pod(uid, age, i32::from(uid * 17 % 3 == 0))
        });
        for pods in [equal.collect::<Vec<_>>(), circles.collect()] {
            let all = first(&pods, pods.len(), NOW, features());
            assert_eq!(all.len(), pods.len());
            for pair in all.windows(2) {
                assert!(pair[1].compare(&pair[0]).is_ge());
            }
            let few = pods_to_delete(pods.clone(), 20, NOW, features());
            for (pod, weight) in few.iter().zip(&all) {
                assert!(
                    Rc::ptr_eq(pod, weight.pod),
                    "the quick selection is not the start of the full order"
                );
            }
        }
    }
}
