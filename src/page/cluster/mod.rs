//! The view model of the cluster: Deployments with a lane for each ReplicaSet, and pods in stable slots.

pub mod owners;
pub mod table;
mod viewer;

pub use viewer::{LastView, view};

use super::bars::Count;
use super::order;
use super::pods::{PodState, Ring};
use super::rail::UpdateTarget;
use super::summary::Summary;
use super::watch::Gauge;
use kubestep::api::deployment::Deployment;
use kubestep::api::identity::pod_revision;
use kubestep::api::kind::Kind;
use kubestep::api::meta::{ObjectMeta, Uid};
use kubestep::api::object::Key;
use kubestep::api::persistent_volume_claim::ClaimPhase;
use kubestep::api::pod::Pod;
use kubestep::api::replica_set::ReplicaSet;
use kubestep::api::stateful_set::StatefulSet;
use std::ops::Deref;
use std::rc::Rc;

/// With more pods than this in a lane, bars are shown instead of tiles.
pub const TILES_MAX: usize = 2_000;
/// The annotation with a ReplicaSet's revision.
const REVISION: &str = "deployment.kubernetes.io/revision";

/// A shared value that is equal only to itself.
#[derive(Debug)]
pub struct Same<T>(pub Rc<T>);

impl<T> Clone for Same<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> PartialEq for Same<T> {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl<T> Deref for Same<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

/// The content of the cluster pane.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ClusterView {
    /// Deployments, by namespace and name.
    pub deployments: Vec<DeploymentView>,
    /// StatefulSets, by namespace and name.
    pub stateful: Vec<StatefulView>,
    /// ReplicaSets without a Deployment.
    pub sets: Vec<LaneView>,
    /// Pods without a ReplicaSet or StatefulSet.
    pub loose: Vec<Slot>,
    /// Objects of other kinds.
    pub others: Vec<Key>,
}

/// A Deployment with its lanes.
#[derive(Debug, Clone, PartialEq)]
pub struct DeploymentView {
    /// The Deployment.
    pub object: Same<Deployment>,
    /// Its ReplicaSets, the newest revision first.
    pub lanes: Vec<LaneView>,
    /// Its pod counts.
    pub counts: Vec<Count>,
    /// Its invariants.
    pub gauges: Vec<Gauge>,
    /// Its state, if it can be summarized.
    pub summary: Option<Summary>,
    /// Whether the current step wrote it.
    pub changed: bool,
}

/// A StatefulSet with its pods, each in the slot of its ordinal, together with the ordinal's claims.
#[derive(Debug, Clone, PartialEq)]
pub struct StatefulView {
    /// The StatefulSet.
    pub object: Same<StatefulSet>,
    /// Its pods.
    pub pods: Pods,
    /// Its revisions by name, with the indexes of their letters.
    pub revisions: Vec<(Rc<str>, usize)>,
    /// The revision that its pods are updated to.
    pub target: UpdateTarget,
    /// Its pod counts.
    pub counts: Vec<Count>,
    /// Claims retained for deleted pods that have no slot here.
    pub kept: Vec<Key>,
    /// Its invariants.
    pub gauges: Vec<Gauge>,
    /// Its state, if it can be summarized.
    pub summary: Option<Summary>,
    /// Whether the current step wrote it.
    pub changed: bool,
}

/// A claim of a StatefulSet's pod.
#[derive(Debug, Clone, PartialEq)]
pub struct ClaimView {
    /// The claim.
    pub key: Key,
    /// Its phase.
    pub phase: ClaimPhase,
}

/// A fixed place in a lane or, for an ordinal, in a StatefulSet.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Slot {
    /// The pod in it.
    pub pod: Option<PodView>,
    /// The ordinal, in a StatefulSet.
    pub ordinal: Option<i32>,
    /// The ordinal's claims, which stay when its pod is deleted.
    pub claims: Vec<ClaimView>,
}

/// A ReplicaSet with its pods.
#[derive(Debug, Clone, PartialEq)]
pub struct LaneView {
    /// The ReplicaSet.
    pub set: Same<ReplicaSet>,
    /// The index of its revision's letter (0 is A); `None` without a Deployment.
    pub letter: Option<usize>,
    /// Whether it has the Deployment's current template; `None` without a Deployment.
    pub is_new: Option<bool>,
    /// Its pods.
    pub pods: Pods,
    /// Whether the current step wrote it.
    pub changed: bool,
}

/// The pods of a lane, individually or as counts.
#[derive(Debug, Clone, PartialEq)]
pub enum Pods {
    /// A tile for each pod in its slot.
    Tiles(Vec<Slot>),
    /// Too many for tiles.
    Counts {
        /// Ready pods.
        ready: i32,
        /// Pods that are not ready or terminating, and may become ready by themselves.
        starting: i32,
        /// Pods that cannot become ready, as tiles would show.
        failing: i32,
        /// Terminating pods.
        terminating: i32,
    },
}

impl Pods {
    /// The slots, if there are tiles.
    pub fn slots(&self) -> &[Slot] {
        match self {
            Self::Tiles(slots) => slots,
            Self::Counts { .. } => &[],
        }
    }
}

/// A pod.
#[derive(Debug, Clone, PartialEq)]
pub struct PodView {
    /// The pod.
    pub pod: Same<Pod>,
    /// Its shape and colour.
    pub state: PodState,
    /// The index of its revision's letter, if it has one.
    pub letter: Option<usize>,
    /// Whether the current step wrote it.
    pub changed: bool,
    /// A ring that shows the progress of a wait.
    pub ring: Option<Ring>,
    /// Its index in its ReplicaSet's order of deletion, if that is shown.
    pub goes: Option<usize>,
}

impl ClusterView {
    /// Whether there are no objects to show.
    pub fn is_empty(&self) -> bool {
        self.deployments.is_empty()
            && self.stateful.is_empty()
            && self.sets.is_empty()
            && self.loose.is_empty()
            && self.others.is_empty()
    }

    /// Takes over the histories of the gauges from an earlier view.
    pub fn keep_lines(&mut self, earlier: &Self) {
        let mut known: Vec<&[Gauge]> = Vec::new();
        known.extend(earlier.deployments.iter().map(|view| &*view.gauges));
        known.extend(earlier.stateful.iter().map(|view| &*view.gauges));
        for view in &mut self.deployments {
            keep_lines(&mut view.gauges, &known);
        }
        for view in &mut self.stateful {
            keep_lines(&mut view.gauges, &known);
        }
    }

    fn lane_of(&self, set: &Uid) -> Option<&LaneView> {
        self.lanes().find(|lane| lane.set.metadata.uid == *set)
    }

    /// The uid of a workload shown here.
    pub fn uid_of(&self, key: &Key) -> Option<Uid> {
        let is = |meta: &ObjectMeta| meta.name == key.name && meta.namespace == key.namespace;
        let found = match key.kind {
            Kind::Deployment => {
                let mut metas = self.deployments.iter().map(|view| &view.object.metadata);
                metas.find(|meta| is(meta))
            }
            Kind::StatefulSet => {
                let mut metas = self.stateful.iter().map(|view| &view.object.metadata);
                metas.find(|meta| is(meta))
            }
            Kind::ReplicaSet => {
                let mut metas = self.lanes().map(|lane| &lane.set.metadata);
                metas.find(|meta| is(meta))
            }
            _ => None,
        };
        found.map(|meta| meta.uid.clone())
    }

    /// All workloads.
    pub fn workloads(&self) -> Vec<&Uid> {
        let mut uids = Vec::new();
        uids.extend(
            self.deployments
                .iter()
                .map(|view| &view.object.metadata.uid),
        );
        uids.extend(self.stateful.iter().map(|view| &view.object.metadata.uid));
        uids
    }

    /// All lanes.
    pub fn lanes(&self) -> impl Iterator<Item = &LaneView> {
        let lanes = self.deployments.iter().flat_map(|view| &view.lanes);
        lanes.chain(&self.sets)
    }

    /// The index of the letter of a ReplicaSet's revision.
    pub fn letter_of(&self, set: &Uid) -> Option<usize> {
        self.lane_of(set)?.letter
    }

    /// The index of the letter of a pod's revision, and its owner's minReadySeconds.
    pub fn revision_of(&self, pod: &Pod) -> (Option<usize>, i32) {
        let Some(owner) = pod.metadata.controller() else {
            return (None, 0);
        };
        if let Some(lane) = self.lane_of(&owner.uid) {
            return (lane.letter, lane.set.spec.min_ready_seconds);
        }
        let mut sets = self.stateful.iter();
        let Some(view) = sets.find(|view| view.object.metadata.uid == owner.uid) else {
            return (None, 0);
        };
        let revision = pod_revision(&pod.metadata);
        let mut known = view.revisions.iter();
        let letter = known.find(|(name, _)| **name == *revision);
        (
            letter.map(|(_, letter)| *letter),
            view.object.spec.min_ready_seconds,
        )
    }
}

/// Takes over the histories of gauges from earlier ones.
fn keep_lines(gauges: &mut [Gauge], known: &[&[Gauge]]) {
    for gauge in gauges {
        let mut known = known.iter().copied().flatten();
        if let Some(known) = known.find(|known| known.is_of(gauge)) {
            gauge.line.clone_from(&known.line);
        }
    }
}

impl DeploymentView {
    /// The number of non-terminating pods of each lane, in the order of the letters.
    pub fn weights(&self) -> Vec<(&LaneView, usize)> {
        let weights = self.lanes.iter().map(|lane| (lane, lane.weight()));
        order::by_key(weights.collect(), |(lane, _): &(&LaneView, usize)| {
            i64::try_from(lane.letter.unwrap_or_default()).unwrap_or(i64::MAX)
        })
    }
}

impl LaneView {
    /// The number of its non-terminating pods.
    fn weight(&self) -> usize {
        match &self.pods {
            Pods::Tiles(slots) => {
                let pods = slots.iter().filter_map(|slot| slot.pod.as_ref());
                pods.filter(|view| !view.pod.metadata.is_terminating())
                    .count()
            }
            Pods::Counts {
                ready,
                starting,
                failing,
                ..
            } => usize::try_from(ready + starting + failing).unwrap_or_default(),
        }
    }

    /// `metadata.annotations["deployment.kubernetes.io/revision"]`.
    pub fn revision(&self) -> Option<&str> {
        self.set.metadata.annotation(REVISION)
    }

    /// Whether only its name is shown.
    pub fn is_folded(&self) -> bool {
        !self.has_pods() && self.set.spec.replicas == 0
    }

    /// Whether it has any pods, including terminating ones.
    pub fn has_pods(&self) -> bool {
        match &self.pods {
            Pods::Tiles(slots) => slots.iter().any(|slot| slot.pod.is_some()),
            Pods::Counts { .. } => true,
        }
    }
}

/// The letter of a revision by index: A, B, … Z, A2, …
pub fn letter(place: usize) -> String {
    let letter = char::from(b'A' + u8::try_from(place % 26).unwrap_or_default());
    match place / 26 {
        0 => letter.to_string(),
        round => format!("{letter}{}", round + 1),
    }
}

#[cfg(test)]
mod tests;
