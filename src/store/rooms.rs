//! The pods of each node, what they request, and the pods waiting to be scheduled.

use crate::api::condition::ConditionStatus;
use crate::api::kind::Kind;
use crate::api::meta::Uid;
use crate::api::object::{Key, Object};
use crate::api::pod::{HostPort, Pod, PodConditionType, Resources};
use litemap::LiteMap;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// The nodes by name, and the pods without a node.
#[derive(Debug, Clone, Default)]
pub(super) struct Rooms {
    rooms: LiteMap<Rc<str>, Room>,
    waiting: BTreeMap<Uid, Key>,
    repelling: BTreeSet<Key>,
    /// The waiting pods with rules about other pods.
    choosy: BTreeSet<Key>,
}

/// A node's pods and what they request.
#[derive(Debug, Clone, Default)]
pub struct Room {
    /// Every pod bound to the node.
    pub pods: BTreeSet<Key>,
    /// The node's `status.allocatable`; without it, every pod fits.
    pub allocatable: Option<Rc<Resources>>,
    /// What its pods use up.
    pub taken: Taken,
}

/// What a node's unfinished pods use up. As in the scheduler's cache, terminating pods count
/// (`pkg/scheduler/framework/types.go`, NodeInfo).
#[derive(Debug, Clone, Default)]
pub struct Taken {
    /// Number of pods.
    pub pods: i64,
    /// Sum of their requests.
    pub requests: Resources,
    /// Host ports in use.
    pub ports: Vec<HostPort>,
}

impl Taken {
    /// Adds a pod.
    pub fn add(&mut self, pod: &Pod) {
        let demand = &pod.spec.demand;
        self.pods += 1;
        self.requests.add(&demand.requests, 1);
        self.ports.extend(demand.ports.iter().cloned());
    }

    /// Removes a pod.
    pub fn remove(&mut self, pod: &Pod) {
        let demand = &pod.spec.demand;
        self.pods -= 1;
        self.requests.add(&demand.requests, -1);
        for port in &demand.ports {
            if let Some(at) = self.ports.iter().position(|known| known == port) {
                self.ports.remove(at);
            }
        }
    }
}

impl Rooms {
    pub(super) fn of(&self, node: &str) -> Option<&Room> {
        self.rooms.get(node)
    }

    /// Pods without a node, the oldest first: later uids sort before earlier ones.
    pub(super) fn waiting(&self) -> impl Iterator<Item = &Key> {
        self.waiting.values().rev()
    }

    /// Unfinished pods on nodes that refuse to share a domain with certain pods.
    pub(super) fn repelling(&self) -> impl Iterator<Item = &Key> {
        self.repelling.iter()
    }

    /// Waiting pods with rules about other pods.
    pub(super) fn choosy(&self) -> impl Iterator<Item = &Key> {
        self.choosy.iter()
    }

    /// Updates the index after a write.
    pub(super) fn written(&mut self, key: &Key, before: Option<&Object>, after: Option<&Object>) {
        match key.kind {
            Kind::Pod => self.pod_written(key, as_pod(before), as_pod(after)),
            Kind::Node => self.change(&key.name, |room| {
                room.allocatable = after.and_then(allocatable);
            }),
            _ => {}
        }
    }

    fn pod_written(&mut self, key: &Key, before: Option<&Rc<Pod>>, after: Option<&Rc<Pod>>) {
        let node = |pod: Option<&Rc<Pod>>| pod.and_then(|pod| pod.node_name.clone());
        let (old, new) = (node(before), node(after));
        if old != new {
            if let Some(node) = &old {
                self.change(node, |room| {
                    room.pods.remove(key);
                });
            }
            if let Some(node) = &new {
                self.change(node, |room| {
                    room.pods.insert(key.clone());
                });
            }
        }
        let (left, came) = (
            before.filter(|pod| takes(pod)),
            after.filter(|pod| takes(pod)),
        );
        let same = match (left, came) {
            (Some(left), Some(came)) => old == new && Rc::ptr_eq(&left.spec, &came.spec),
            (left, came) => left.is_none() && came.is_none(),
        };
        if !same {
            if let (Some(node), Some(pod)) = (&old, left) {
                self.change(node, |room| room.taken.remove(pod));
                self.repelling.remove(key);
            }
            if let (Some(node), Some(pod)) = (&new, came) {
                self.change(node, |room| room.taken.add(pod));
                if pod.spec.repels() {
                    self.repelling.insert(key.clone());
                }
            }
        }
        let waits = |pod: Option<&Rc<Pod>>| pod.filter(|pod| waits(pod)).cloned();
        match (waits(before), waits(after)) {
            (Some(pod), None) => {
                self.choosy.remove(key);
                drop(self.waiting.remove(&pod.metadata.uid));
            }
            (None, Some(pod)) => {
                if pod.spec.has_rules() {
                    self.choosy.insert(key.clone());
                }
                drop(self.waiting.insert(pod.metadata.uid.clone(), key.clone()));
            }
            _ => {}
        }
    }

    /// Changes a node's entry, and removes it once it is empty.
    fn change(&mut self, node: &Rc<str>, change: impl FnOnce(&mut Room)) {
        let room = self.rooms.entry(node.clone()).or_default();
        change(room);
        if room.pods.is_empty() && room.allocatable.is_none() {
            self.rooms.remove(node);
        }
    }
}

fn as_pod(object: Option<&Object>) -> Option<&Rc<Pod>> {
    match object {
        Some(Object::Pod(pod)) => Some(pod),
        _ => None,
    }
}

/// Whether a pod takes up room on a node.
fn takes(pod: &Pod) -> bool {
    pod.node_name.is_some() && !pod.is_finished()
}

/// Whether a pod waits to be scheduled.
fn waits(pod: &Pod) -> bool {
    let scheduled = || pod.condition(PodConditionType::PodScheduled);
    pod.node_name.is_none()
        && pod.is_active()
        && scheduled().is_some_and(|known| known.status == ConditionStatus::False)
}

fn allocatable(node: &Object) -> Option<Rc<Resources>> {
    let Object::Other(_, node) = node else {
        return None;
    };
    let list = node.fields.pointer("/status/allocatable");
    list.map(|list| Rc::new(Resources::of(Some(list))))
}
