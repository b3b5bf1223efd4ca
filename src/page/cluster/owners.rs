//! The cluster as a graph of owners in fixed ranks: Deployment, ReplicaSet, pod; StatefulSet, pod, claim, volume;
//! Service, EndpointSlice. Claims named by pods are placed with the pods that use them, although they have no
//! owner.

use super::{ClusterView, LaneView, PodView, Pods, Slot};
use crate::page::pods::PodState;
use kubestep::api::kind::Kind;
use kubestep::api::meta::ObjectMeta;
use kubestep::api::object::{Key, Object};
use kubestep::store::Store;
use std::collections::BTreeSet;

/// With more pods than this, an owner's pods are grouped by state; likewise ownerless objects by kind.
const NODES_MAX: usize = 30;

/// The content of a node.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// An object and a short description.
    Object(Key, String),
    /// A referenced object that does not exist.
    Missing(Key),
    /// A pod.
    Pod(PodView),
    /// A number of pods in one state.
    Pods(PodState, usize),
    /// A number of objects of one kind.
    Many(Kind, usize),
    /// A place without a pod; an ordinal's place has a name.
    Empty(Option<String>),
}

/// A node with the nodes it owns.
#[derive(Debug, Clone, PartialEq)]
pub struct OwnerNode {
    /// Its column from the left.
    pub rank: usize,
    /// Its content.
    pub what: What,
    /// The index of its revision's letter.
    pub letter: Option<usize>,
    /// The nodes it owns.
    pub owned: Vec<OwnerNode>,
}

impl OwnerNode {
    fn new(rank: usize, what: What, owned: Vec<Self>) -> Self {
        Self {
            rank,
            what,
            letter: None,
            owned,
        }
    }

    fn object(rank: usize, kind: Kind, meta: &ObjectMeta, says: String, owned: Vec<Self>) -> Self {
        let key = Key::new(kind, &meta.namespace, &meta.name);
        Self::new(rank, What::Object(key, says), owned)
    }

    fn key(&self) -> Option<Key> {
        match &self.what {
            What::Object(key, _) => Some(key.clone()),
            What::Pod(view) => Some(Object::Pod(view.pod.0.clone()).key()),
            _ => None,
        }
    }
}

/// All nodes without an owner here, with the nodes they own.
pub fn owners(store: &Store, view: &ClusterView) -> Vec<OwnerNode> {
    let mut graph = Graph {
        store,
        stored: BTreeSet::new(),
    };
    let mut nodes = Vec::new();
    for deployment in &view.deployments {
        let lanes = deployment.lanes.iter().map(|lane| graph.lane(lane));
        let lanes = lanes.collect();
        let (object, wanted) = (&deployment.object, deployment.object.spec.replicas);
        let says = format!("{}/{wanted}", object.status.ready_replicas);
        let kind = Kind::Deployment;
        nodes.push(OwnerNode::object(0, kind, &object.metadata, says, lanes));
    }
    for stateful in &view.stateful {
        let set = &stateful.object;
        let says = format!("{}/{}", set.status.ready_replicas, set.spec.replicas);
        let mut owned = graph.pods(&stateful.pods, &set.metadata.name);
        owned.extend(graph.many_claims(&stateful.kept));
        let kind = Kind::StatefulSet;
        nodes.push(OwnerNode::object(0, kind, &set.metadata, says, owned));
    }
    nodes.extend(view.sets.iter().map(|lane| graph.lane(lane)));
    nodes.extend(graph.slots(&view.loose, ""));
    graph.others(&view.others, &mut nodes);
    nodes
}

/// Builds nodes, and records which claims and volumes already have one.
struct Graph<'a> {
    store: &'a Store,
    stored: BTreeSet<Key>,
}

impl Graph<'_> {
    fn lane(&mut self, lane: &LaneView) -> OwnerNode {
        let set = &lane.set;
        let says = format!("{}/{}", set.status.ready_replicas, set.spec.replicas);
        let owned = self.pods(&lane.pods, &set.metadata.name);
        let mut node = OwnerNode::object(1, Kind::ReplicaSet, &set.metadata, says, owned);
        node.letter = lane.letter;
        node
    }

    /// The pods of an owner, or their number in each state.
    fn pods(&mut self, pods: &Pods, owner: &str) -> Vec<OwnerNode> {
        match pods {
            Pods::Tiles(slots) => self.slots(slots, owner),
            Pods::Counts {
                ready,
                starting,
                failing,
                terminating,
            } => {
                let known = [
                    (PodState::Ready, ready),
                    (PodState::Running, starting),
                    (PodState::Failing, failing),
                    (PodState::Terminating, terminating),
                ]
                .into_iter();
                let count = |count: &i32| usize::try_from(*count).unwrap_or(0);
                counted(&mut known.map(|(state, number)| (state, count(number))))
            }
        }
    }

    /// Pods in their slots followed by the claims they share; or the number of each.
    fn slots(&mut self, slots: &[Slot], owner: &str) -> Vec<OwnerNode> {
        let mut shared: Vec<Key> = Vec::new();
        let mut nodes = if slots.len() <= NODES_MAX {
            let pods = slots.iter().map(|slot| self.pod(slot, owner, &mut shared));
            pods.collect()
        } else {
            let mut claims = Vec::new();
            let mut pods = slots.iter().filter_map(|slot| {
                claims.extend(slot.claims.iter().map(|claim| claim.key.clone()));
                name_claims(slot, &mut shared);
                Some((slot.pod.as_ref()?.state, 1))
            });
            let mut nodes = counted(&mut pods);
            nodes.extend(self.many_claims(&claims));
            nodes
        };
        nodes.extend(shared.into_iter().map(|key| self.claim(key)));
        nodes
    }

    /// A pod in its slot with its own claims: those of its ordinal, or all claims of a pod without an owner. Claims
    /// that may have other users are added to `shared`.
    fn pod(&mut self, slot: &Slot, owner: &str, shared: &mut Vec<Key>) -> OwnerNode {
        let claims = slot.claims.iter().map(|claim| claim.key.clone());
        let mut claims: Vec<Key> = claims.collect();
        name_claims(
            slot,
            if owner.is_empty() {
                &mut claims
            } else {
                shared
            },
        );
        let claims = claims.into_iter().map(|key| self.claim(key)).collect();
        let what = match &slot.pod {
            Some(view) => What::Pod(view.clone()),
            None => What::Empty(slot.ordinal.map(|ordinal| format!("{owner}-{ordinal}"))),
        };
        let mut node = OwnerNode::new(2, what, claims);
        node.letter = slot.pod.as_ref().and_then(|view| view.letter);
        node
    }

    /// A claim with its volume.
    fn claim(&mut self, key: Key) -> OwnerNode {
        let Some(claim) = self.store.claim(&key) else {
            return OwnerNode::new(3, What::Missing(key), Vec::new());
        };
        let volume = claim.volume_name.as_ref();
        let volume = volume.map(|name| {
            let key = Key::of(Kind::PersistentVolume, "", name);
            let what = match self.store.get(&key) {
                Some(_) => What::Object(key.clone(), String::new()),
                None => What::Missing(key.clone()),
            };
            self.stored.insert(key);
            OwnerNode::new(4, what, Vec::new())
        });
        self.stored.insert(key.clone());
        let says = claim.status.phase.as_str().to_owned();
        OwnerNode::new(3, What::Object(key, says), volume.into_iter().collect())
    }

    /// A node with the number of claims, if they have no nodes of their own.
    fn many_claims(&mut self, claims: &[Key]) -> Option<OwnerNode> {
        for key in claims {
            // Only to record the claim and its volume.
            self.claim(key.clone());
        }
        let what = What::Many(Kind::PersistentVolumeClaim, claims.len());
        (!claims.is_empty()).then(|| OwnerNode::new(3, what, Vec::new()))
    }

    /// All other objects: with their owner, or by themselves in the rank of their kind.
    fn others(&mut self, others: &[Key], nodes: &mut Vec<OwnerNode>) {
        let (mut kind, mut from) = (None, nodes.len());
        for key in others {
            if kind != Some(key.kind) {
                fold(nodes, from, kind);
                (kind, from) = (Some(key.kind), nodes.len());
            }
            let Some(object) = self.store.get(key).filter(|_| !self.stored.contains(key)) else {
                continue;
            };
            let mut node = self.other(key, object);
            let owners = object.meta().owner_references.iter();
            let mut owners = owners.filter_map(|owner| Some(self.store.by_uid(&owner.uid)?.key()));
            let owner = owners.find(|owner| find(nodes, owner).is_some());
            match owner.and_then(|owner| find(nodes, &owner)) {
                Some(owner) => {
                    node.rank = node.rank.max(owner.rank + 1);
                    owner.owned.push(node);
                }
                None => nodes.push(node),
            }
        }
        fold(nodes, from, kind);
    }

    /// The node of an object without a view of its own.
    fn other(&mut self, key: &Key, object: &Object) -> OwnerNode {
        let (rank, says) = match object {
            Object::PersistentVolumeClaim(_) => return self.claim(key.clone()),
            Object::EndpointSlice(slice) => (1, slice.endpoints.len().to_string()),
            Object::Other(Kind::PersistentVolume, volume) => {
                let phase = volume.fields["status"]["phase"].as_str();
                (4, phase.unwrap_or_default().to_owned())
            }
            _ => (0, String::new()),
        };
        OwnerNode::new(rank, What::Object(key.clone(), says), Vec::new())
    }
}

/// A node for each state with any pods, in the order of a pod's life cycle, so that each state keeps its position.
fn counted(pods: &mut dyn Iterator<Item = (PodState, usize)>) -> Vec<OwnerNode> {
    let mut counts: Vec<(PodState, usize)> = Vec::new();
    for (state, count) in pods {
        match counts.iter_mut().find(|(known, _)| *known == state) {
            Some((_, known)) => *known += count,
            None => counts.push((state, count)),
        }
    }
    let mut nodes = Vec::new();
    for state in PodState::LEGEND.into_iter().chain([PodState::Completed]) {
        let known = counts.iter().find(|(known, _)| *known == state);
        if let Some((state, count)) = known.filter(|(_, count)| *count > 0) {
            nodes.push(OwnerNode::new(2, What::Pods(*state, *count), Vec::new()));
        }
    }
    nodes
}

/// Adds the claims of a pod, except those of its ordinal.
fn name_claims(slot: &Slot, named: &mut Vec<Key>) {
    let Some(view) = &slot.pod else { return };
    let namespace = &view.pod.metadata.namespace;
    for name in view.pod.claims() {
        let key = Key::new(Kind::PersistentVolumeClaim, namespace, name);
        let is_own = slot.claims.iter().any(|claim| claim.key == key);
        if !is_own && !named.contains(&key) {
            named.push(key);
        }
    }
}

/// Combines the nodes of a kind from an index on, if there are many.
fn fold(nodes: &mut Vec<OwnerNode>, from: usize, kind: Option<Kind>) {
    let count = nodes.len() - from;
    let rank = nodes.get(from).map(|first| first.rank);
    if let (Some(kind), Some(rank), NODES_MAX..) = (kind, rank, count.saturating_sub(1)) {
        nodes.truncate(from);
        nodes.push(OwnerNode::new(rank, What::Many(kind, count), Vec::new()));
    }
}

/// The node of an object.
fn find<'n>(nodes: &'n mut [OwnerNode], key: &Key) -> Option<&'n mut OwnerNode> {
    for node in nodes {
        if node.key().is_some_and(|known| known == *key) {
            return Some(node);
        }
        if let Some(found) = find(&mut node.owned, key) {
            return Some(found);
        }
    }
    None
}
