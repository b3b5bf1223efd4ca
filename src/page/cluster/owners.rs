//! The cluster by owners, in fixed ranks: Deployment, ReplicaSet, pod; StatefulSet, pod, claim, volume; Service,
//! EndpointSlice.

use super::{ClaimView, ClusterView, PodView, Pods, Slot};
use crate::page::pods::PodState;
use kubestep::api::endpoint_slice::SERVICE_NAME;
use kubestep::api::kind::Kind;
use kubestep::api::meta::ObjectMeta;
use kubestep::api::object::{Key, Object};
use kubestep::store::Store;

/// With more pods than this of one owner, those of a state are one node.
const PODS_MAX: usize = 30;

/// What a node stands for.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// An object, and what is to be said of it.
    Object(Key, String),
    /// A pod.
    Pod(PodView),
    /// So many pods of a state.
    Pods(PodState, usize),
    /// So many claims.
    Claims(usize),
    /// A place without a pod; a number's has a name.
    Empty(Option<String>),
}

/// A node with what it owns.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// How far from the left it stands.
    pub rank: usize,
    /// What it stands for.
    pub what: What,
    /// Place of its revision in the alphabet.
    pub letter: Option<usize>,
    /// What it owns.
    pub owned: Vec<Node>,
}

impl Node {
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
}

/// All nodes that nothing here owns, with what they own.
pub fn owners(store: &Store, view: &ClusterView) -> Vec<Node> {
    let mut nodes = Vec::new();
    for deployment in &view.deployments {
        let lanes = deployment.lanes.iter().map(lane).collect();
        let (object, wanted) = (&deployment.object, deployment.object.spec.replicas);
        let says = format!("{}/{wanted}", object.status.ready_replicas);
        let kind = Kind::Deployment;
        nodes.push(Node::object(0, kind, &object.metadata, says, lanes));
    }
    for stateful in &view.stateful {
        let set = &stateful.object;
        let says = format!("{}/{}", set.status.ready_replicas, set.spec.replicas);
        let owned = pods(&stateful.pods, &set.metadata.name, Some(store));
        let kind = Kind::StatefulSet;
        nodes.push(Node::object(0, kind, &set.metadata, says, owned));
    }
    nodes.extend(view.sets.iter().map(lane));
    nodes.extend(view.loose.iter().map(|slot| pod(slot, "", None)));
    for key in &view.others {
        if key.kind == Kind::Service {
            let what = What::Object(key.clone(), String::new());
            nodes.push(Node::new(0, what, slices(store, key)));
        }
    }
    nodes
}

fn lane(lane: &super::LaneView) -> Node {
    let set = &lane.set;
    let says = format!("{}/{}", set.status.ready_replicas, set.spec.replicas);
    let owned = pods(&lane.pods, &set.metadata.name, None);
    let mut node = Node::object(1, Kind::ReplicaSet, &set.metadata, says, owned);
    node.letter = lane.letter;
    node
}

/// The pods of an owner, or how many there are of each state.
fn pods(pods: &Pods, owner: &str, store: Option<&Store>) -> Vec<Node> {
    let mut counts: Vec<(PodState, usize)> = Vec::new();
    let mut claims = 0;
    match pods {
        Pods::Tiles(slots) if slots.len() <= PODS_MAX => {
            return slots.iter().map(|slot| pod(slot, owner, store)).collect();
        }
        Pods::Tiles(slots) => {
            for slot in slots {
                claims += slot.claims.len();
                let Some(view) = &slot.pod else { continue };
                match counts.iter_mut().find(|(state, _)| *state == view.state) {
                    Some((_, count)) => *count += 1,
                    None => counts.push((view.state, 1)),
                }
            }
        }
        Pods::Counts {
            ready,
            starting,
            terminating,
        } => {
            let states = [PodState::Ready, PodState::Running, PodState::Terminating];
            let known = states.into_iter().zip([ready, starting, terminating]);
            counts
                .extend(known.map(|(state, count)| (state, usize::try_from(*count).unwrap_or(0))));
        }
    }
    // Each state keeps its place: the order is that of a pod's life.
    let mut nodes = Vec::new();
    for state in PodState::LEGEND.into_iter().chain([PodState::Completed]) {
        let known = counts.iter().find(|(known, _)| *known == state);
        if let Some((state, count)) = known.filter(|(_, count)| *count > 0) {
            nodes.push(Node::new(2, What::Pods(*state, *count), Vec::new()));
        }
    }
    if claims > 0 {
        nodes.push(Node::new(3, What::Claims(claims), Vec::new()));
    }
    nodes
}

/// A pod in its slot, with the claims of its number.
fn pod(slot: &Slot, owner: &str, store: Option<&Store>) -> Node {
    let claims = slot.claims.iter();
    let claims = claims.map(|claim| self::claim(claim, store)).collect();
    let what = match &slot.pod {
        Some(view) => What::Pod(view.clone()),
        None => What::Empty(slot.ordinal.map(|ordinal| format!("{owner}-{ordinal}"))),
    };
    let mut node = Node::new(2, what, claims);
    node.letter = slot.pod.as_ref().and_then(|view| view.letter);
    node
}

/// A claim with the volume that it is bound to.
fn claim(claim: &ClaimView, store: Option<&Store>) -> Node {
    let volume = store
        .and_then(|store| store.claim(&claim.key)?.volume_name.clone())
        .map(|name| Key::of(Kind::PersistentVolume, "", &name));
    let volume = volume.map(|key| Node::new(4, What::Object(key, String::new()), Vec::new()));
    let what = What::Object(claim.key.clone(), claim.phase.as_str().to_owned());
    Node::new(3, what, volume.into_iter().collect())
}

/// The EndpointSlices of a Service.
fn slices(store: &Store, service: &Key) -> Vec<Node> {
    let mut nodes = Vec::new();
    for object in store.list(Kind::EndpointSlice, Some(&service.namespace)) {
        let Object::EndpointSlice(slice) = object else {
            continue;
        };
        let of = slice.metadata.labels.get(SERVICE_NAME);
        if of.is_some_and(|name| **name == *service.name) {
            let says = slice.endpoints.len().to_string();
            nodes.push(Node::object(
                1,
                Kind::EndpointSlice,
                &slice.metadata,
                says,
                Vec::new(),
            ));
        }
    }
    nodes
}
