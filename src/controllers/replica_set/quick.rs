//! A fast path for choosing the pods to delete when a ReplicaSet has very many, most of them equivalent: the same
//! result as [`pods_to_delete`](super::pods_to_delete) in a single pass.

use super::ranking::{cost, magnitude, phase_rank};
use crate::api::meta::Uid;
use crate::api::pod::Pod;
use crate::api::time::Time;
use crate::store::Member;
use crate::versions::Features;
use litemap::LiteMap;
use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use std::rc::Rc;

/// With more classes than this, the general algorithm is used.
const CLASSES_MAX: usize = 32;

/// All criteria that precede the uid, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Class {
    is_bound: bool,
    phase: u8,
    is_ready: bool,
    cost: i32,
    rank: Reverse<i32>,
    ready: i32,
    created: i32,
}

struct Next<'a> {
    class: Class,
    uid: &'a Uid,
    pod: &'a Rc<Pod>,
}

impl Ord for Next<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_class = self.class.cmp(&other.class);
        by_class.then_with(|| self.uid.cmp(other.uid))
    }
}

impl PartialOrd for Next<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Next<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Next<'_> {}

/// The `count` pods to delete first; `None` if the order of these pods may not be total, so that class and uid do
/// not determine the result.
///
///
/// Upstream's order is cyclic only if pods that became ready at the same time are distinguished by something other
/// than their uids. Here they are not: all have the same restart counts, and the ready pods of a class have ages of
/// the same power of two.
pub(super) fn pods_to_delete<'a>(
    members: impl Iterator<Item = &'a Member>,
    related: &LiteMap<Rc<str>, i32>,
    count: usize,
    now: Time,
    features: Features,
) -> Option<Vec<&'a Rc<Pod>>> {
    let mut first: BinaryHeap<Next<'_>> = BinaryHeap::new();
    let mut classes: Vec<Class> = Vec::new();
    let mut restarts = None;
    for Member { pod, standing, .. } in members {
        let ready = standing.ready_since;
        if *restarts.get_or_insert(standing.restarts) != standing.restarts
            || standing.created == Time::UNSET
            || ready == Some(Time::UNSET)
        {
            return None;
        }
        let node = standing.node.as_ref();
        let class = Class {
            is_bound: node.is_some(),
            phase: phase_rank(standing.phase),
            is_ready: ready.is_some(),
            cost: cost(standing, features),
            rank: Reverse(
                node.and_then(|node| related.get(node))
                    .copied()
                    .unwrap_or(0),
            ),
            ready: ready.map_or(0, |since| magnitude(since, now)),
            created: magnitude(standing.created, now),
        };
        if class.is_ready {
            let created = class.created;
            let alike = classes
                .iter()
                .find(|known| Class { created, ..**known } == class);
            match alike {
                Some(known) if known.created != created => return None,
                Some(_) => {}
                None if classes.len() == CLASSES_MAX => return None,
                None => classes.push(class),
            }
        }
        let next = Next {
            class,
            uid: &standing.uid,
            pod,
        };
        if first.len() < count {
            first.push(next);
        } else if let Some(mut last) = first.peek_mut()
            && next < *last
        {
            *last = next;
        }
    }
    let first = first.into_sorted_vec().into_iter();
    Some(first.map(|next| next.pod).collect())
}

#[cfg(test)]
mod tests {
    use super::super::{pods_to_delete as slowly, rank_by_node};
    use super::*;
    use crate::api::pod::standing::Standing;
    use crate::store::PodFlags;
    use serde_json::json;

    const NOW: Time = Time(1_000_000);

    fn pod(chance: &mut fastrand::Rng, place: usize, restarts: &[i32]) -> Rc<Pod> {
        let node = ["node-1", "node-2", "node-3"][chance.usize(..3)];
        let ready = ["True", "True", "False"][chance.usize(..3)];
        let value = json!({
            "metadata": {
                "name": format!("pod-{place:04}"), "namespace": "default",
                "uid": format!("{:08x}-0000-4000-8000-000000000000", chance.u32(..)),
            },
            "spec": { "nodeName": node, "containers": [{ "name": "app", "image": "nginx" }] },
            "status": {
                "phase": if ready == "True" { "Running" } else { "Pending" },
                "conditions": [{ "type": "Ready", "status": ready }],
                "containerStatuses": [{
                    "name": "app", "image": "", "state": {}, "ready": true,
                    "restartCount": restarts[chance.usize(..restarts.len())],
                }],
            },
        });
        let mut pod = Pod::from_value(value).expect("a pod");
        pod.metadata.creation_timestamp = Some(Time([0, 0, 500_000][chance.usize(..3)]));
        let conditions = Rc::get_mut(&mut pod.status.conditions).expect("not shared");
        let age = [1_000, 1_001, 1_002, 9_000, 40_000][chance.usize(..5)];
        conditions[0].last_transition_time = Time(NOW.0 - age);
        Rc::new(pod)
    }

    #[test]
    fn the_fast_path_matches_the_general_algorithm() {
        let mut chance = fastrand::Rng::with_seed(7);
        let related = crate::api::light::map([("node-1".into(), 3), ("node-2".into(), 3)]);
        let features = Features::default();
        let mut taken = [0, 0];
        for round in 0..2_000 {
            let restarts: &[i32] = if round % 4 == 0 { &[0, 1] } else { &[0] };
            let length = chance.usize(2..24);
            let pods: Vec<Rc<Pod>> = (0..length)
                .map(|place| pod(&mut chance, place, restarts))
                .collect();
            let members: Vec<Member> = pods
                .iter()
                .map(|pod| Member {
                    pod: pod.clone(),
                    flags: PodFlags::default(),
                    standing: Standing::of(pod),
                })
                .collect();
            let count = chance.usize(1..length);
            let quick = pods_to_delete(members.iter(), &related, count, NOW, features);
            taken[usize::from(quick.is_some())] += 1;
            if let Some(quick) = quick {
                let others = slowly(rank_by_node(pods.clone(), &related), count, NOW, features);
                assert_eq!(quick.len(), others.len());
                for (one, other) in quick.iter().zip(&others) {
                    assert!(Rc::ptr_eq(one, other), "round {round}");
                }
            }
        }
        assert!(taken.iter().all(|taken| *taken > 200), "{taken:?}");
    }
}
