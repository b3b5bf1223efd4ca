//! The cluster as the page shows it: Deployments with a lane for each ReplicaSet, pods in stable slots.

use super::order;
use super::places::Places;
use super::pods::PodState;
use kubestep::api::deployment::Deployment;
use kubestep::api::kind::Kind;
use kubestep::api::meta::{ObjectMeta, Uid};
use kubestep::api::object::{Key, Object};
use kubestep::api::pod::Pod;
use kubestep::api::replica_set::ReplicaSet;
use kubestep::engine::Engine;
use kubestep::store::{Change, PodGroup, Store};
use std::collections::BTreeMap;
use std::ops::Deref;
use std::rc::Rc;

/// More pods than this in a lane are shown as bars.
pub const TILES_MAX: usize = 2_000;
/// More new tiles than this in one step do not move.
const ENTERING_MAX: usize = 32;
/// The annotation with a ReplicaSet's revision.
const REVISION: &str = "deployment.kubernetes.io/revision";

/// Something shared that counts as equal only if it is the very same.
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

/// Everything that the cluster pane shows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ClusterView {
    /// Deployments, by namespace and name.
    pub deployments: Vec<DeploymentView>,
    /// ReplicaSets that no Deployment controls.
    pub sets: Vec<LaneView>,
    /// Pods that no ReplicaSet here controls.
    pub loose: Vec<PodView>,
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
    /// Whether the current step wrote it.
    pub changed: bool,
}

/// A ReplicaSet with its pods.
#[derive(Debug, Clone, PartialEq)]
pub struct LaneView {
    /// The ReplicaSet.
    pub set: Same<ReplicaSet>,
    /// Place in the alphabet: 0 is A.
    pub letter: usize,
    /// Whether it has its Deployment's template; `None` without a Deployment.
    pub is_new: Option<bool>,
    /// Its pods.
    pub pods: Pods,
    /// Whether the current step wrote it.
    pub changed: bool,
}

/// The pods of a lane: each one, or only how many.
#[derive(Debug, Clone, PartialEq)]
pub enum Pods {
    /// A tile for each, `None` where a slot is empty.
    Tiles(Vec<Option<PodView>>),
    /// Too many for tiles.
    Counts {
        /// Ready ones.
        ready: i32,
        /// Those that are not ready and not ending.
        starting: i32,
        /// Those that are ending.
        terminating: i32,
    },
}

/// A pod.
#[derive(Debug, Clone, PartialEq)]
pub struct PodView {
    /// The pod.
    pub pod: Same<Pod>,
    /// Its shape and colour.
    pub state: PodState,
    /// Whether the current step wrote it.
    pub changed: bool,
    /// Whether the current step created it, and may show that by movement.
    pub enters: bool,
}

/// What must be remembered from one view to the next.
#[derive(Debug)]
pub struct Memory {
    letters: BTreeMap<Uid, Places>,
    slots: BTreeMap<Uid, Places>,
    /// The last version that a fresh cluster comes with: what is older is not worth a mention.
    fresh: u64,
}

impl Memory {
    /// Nothing to remember of a fresh cluster but where it begins.
    pub fn of(fresh: &Engine) -> Self {
        Self {
            letters: BTreeMap::new(),
            slots: BTreeMap::new(),
            fresh: fresh.store().registers.resource_version,
        }
    }
}

impl LaneView {
    /// `metadata.annotations["deployment.kubernetes.io/revision"]`.
    pub fn revision(&self) -> Option<&str> {
        self.set.metadata.annotation(REVISION)
    }

    /// Whether there is any pod, also one that is ending.
    pub fn has_pods(&self) -> bool {
        match &self.pods {
            Pods::Tiles(slots) => slots.iter().any(Option::is_some),
            Pods::Counts { .. } => true,
        }
    }
}

/// The letter of a revision: A, B, … Z, A2, …
pub fn letter(place: usize) -> String {
    let letter = char::from(b'A' + u8::try_from(place % 26).unwrap_or_default());
    match place / 26 {
        0 => letter.to_string(),
        round => format!("{letter}{}", round + 1),
    }
}

/// The view of the cluster as it is now.
pub fn view(engine: &Engine, memory: &mut Memory) -> ClusterView {
    Viewer::new(engine, memory).view()
}

struct Viewer<'a> {
    store: &'a Store,
    memory: &'a mut Memory,
    /// The version that the first write of the current step made; later versions are the step's as well.
    since: u64,
    /// Whether what the step created may show that by movement.
    moves: bool,
}

impl<'a> Viewer<'a> {
    fn new(engine: &'a Engine, memory: &'a mut Memory) -> Self {
        let changes: &[Change] = engine.current().map_or(&[], |step| &step.changes);
        let versions = changes.iter().filter_map(|change| {
            let after = change.after.as_ref()?;
            Some(after.meta().resource_version)
        });
        let creates = |change: &&Change| change.before.is_none() && change.key.kind == Kind::Pod;
        Self {
            store: engine.store(),
            memory,
            since: versions.min().unwrap_or(u64::MAX),
            moves: changes.iter().filter(creates).count() <= ENTERING_MAX,
        }
    }

    /// Whether the current step wrote an object.
    fn is_changed(&self, meta: &ObjectMeta) -> bool {
        meta.resource_version >= self.since
    }

    fn view(mut self) -> ClusterView {
        let store = self.store;
        let mut view = ClusterView::default();
        for object in store.list(Kind::Deployment, None) {
            if let Object::Deployment(deployment) = object {
                view.deployments.push(self.deployment(deployment));
            }
        }
        for object in store.list(Kind::ReplicaSet, None) {
            if let Object::ReplicaSet(set) = object
                && !self.is_controlled_by(&set.metadata, Kind::Deployment)
            {
                view.sets.push(self.lane(set, 0, None));
            }
        }
        view.loose = self.loose_pods();
        let shown_elsewhere = |kind: Kind| {
            matches!(
                kind,
                Kind::Deployment
                    | Kind::ReplicaSet
                    | Kind::Pod
                    | Kind::Node
                    | Kind::Namespace
                    | Kind::Event
            )
        };
        let fresh = self.memory.fresh;
        let others = store.all().filter(|object| {
            !shown_elsewhere(object.kind()) && object.meta().resource_version > fresh
        });
        view.others = others.map(Object::key).collect();
        view
    }

    fn deployment(&mut self, deployment: &Rc<Deployment>) -> DeploymentView {
        let uid = &deployment.metadata.uid;
        let mut sets: Vec<&Rc<ReplicaSet>> = self
            .store
            .indexes()
            .dependents(uid)
            .filter_map(|key| self.store.replica_set(key))
            .filter(|set| set.metadata.is_controlled_by(uid))
            .collect();
        sets = order::by_key(sets, |set| age(&set.metadata));
        let uids: Vec<Uid> = sets.iter().map(|set| set.metadata.uid.clone()).collect();
        let letters = self
            .memory
            .letters
            .entry(uid.clone())
            .or_default()
            .arrange(&uids);
        let mut lanes: Vec<LaneView> = sets
            .into_iter()
            .zip(letters)
            .map(|(set, letter)| {
                let is_new = set
                    .spec
                    .template
                    .equal_ignore_hash(&deployment.spec.template);
                self.lane(set, letter, Some(is_new))
            })
            .collect();
        lanes = order::by_key(lanes, |lane| match lane.is_new {
            Some(true) => i64::MIN,
            _ => -lane
                .revision()
                .and_then(|text| text.parse().ok())
                .unwrap_or(0),
        });
        DeploymentView {
            object: Same(deployment.clone()),
            lanes,
            changed: self.is_changed(&deployment.metadata),
        }
    }

    fn lane(&mut self, set: &Rc<ReplicaSet>, letter: usize, is_new: Option<bool>) -> LaneView {
        let meta = &set.metadata;
        let pods = match self.store.indexes().group(&meta.uid) {
            None => Pods::Tiles(Vec::new()),
            Some(group) if group.pods.len() > TILES_MAX => Pods::Counts {
                ready: group.ready,
                starting: group.active - group.ready,
                terminating: group.terminating,
            },
            Some(group) => Pods::Tiles(self.tiles(set, group)),
        };
        LaneView {
            set: Same(set.clone()),
            letter,
            is_new,
            pods,
            changed: self.is_changed(meta),
        }
    }

    fn tiles(&mut self, set: &ReplicaSet, group: &PodGroup) -> Vec<Option<PodView>> {
        let namespace = &set.metadata.namespace;
        let mut pods: Vec<&Rc<Pod>> = group
            .pods
            .keys()
            .filter_map(|name| self.store.pod(&Key::new(Kind::Pod, namespace, name)))
            .collect();
        pods = order::by_key(pods, |pod| age(&pod.metadata));
        let uids: Vec<Uid> = pods.iter().map(|pod| pod.metadata.uid.clone()).collect();
        let slots = self
            .memory
            .slots
            .entry(set.metadata.uid.clone())
            .or_default()
            .arrange(&uids);
        let mut tiles = vec![None; slots.iter().max().map_or(0, |last| last + 1)];
        for (pod, slot) in pods.into_iter().zip(slots) {
            tiles[slot] = Some(self.pod(pod, set.spec.min_ready_seconds));
        }
        tiles
    }

    fn pod(&self, pod: &Rc<Pod>, min_ready_seconds: i32) -> PodView {
        let changed = self.is_changed(&pod.metadata);
        PodView {
            pod: Same(pod.clone()),
            state: PodState::of(pod, min_ready_seconds, self.store.now()),
            changed,
            // What has no node yet was created by this step: the next write binds it.
            enters: changed && self.moves && pod.node_name.is_none(),
        }
    }

    /// Whether an object's controller is there and of a kind.
    fn is_controlled_by(&self, meta: &ObjectMeta, kind: Kind) -> bool {
        let owner = meta
            .controller()
            .and_then(|owner| self.store.by_uid(&owner.uid));
        owner.is_some_and(|owner| owner.kind() == kind)
    }

    /// Pods without a controller, and those whose controller is gone.
    fn loose_pods(&self) -> Vec<PodView> {
        self.store
            .list(Kind::Pod, None)
            .filter_map(|object| match object {
                Object::Pod(pod) => Some(pod),
                _ => None,
            })
            .filter(|pod| !self.is_controlled_by(&pod.metadata, Kind::ReplicaSet))
            .take(TILES_MAX)
            .map(|pod| self.pod(pod, 0))
            .collect()
    }
}

/// A number that grows in the order of creation: uids fall.
fn age(meta: &ObjectMeta) -> i64 {
    let first = meta.uid.0.split('-').next().unwrap_or_default();
    -i64::from_str_radix(first, 16).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_go_on_after_z() {
        assert_eq!(letter(0), "A");
        assert_eq!(letter(25), "Z");
        assert_eq!(letter(26), "A2");
    }
}
