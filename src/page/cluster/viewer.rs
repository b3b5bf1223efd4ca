//! Builds the view of the cluster: which pod is in which lane and slot.

use super::{
    ClaimView, ClusterView, DeploymentView, LaneView, PodView, Pods, Same, Slot, StatefulView,
    TILES_MAX,
};
use crate::page::bars;
use crate::page::order;
use crate::page::places::Places;
use crate::page::pods::{PodState, Ring};
use crate::page::rail::UpdateTarget;
use crate::page::watch::{Gauge, Watch};
use kubestep::api::deployment::Deployment;
use kubestep::api::kind::Kind;
use kubestep::api::meta::{ObjectMeta, Uid};
use kubestep::api::object::{Key, Object};
use kubestep::api::pod::Pod;
use kubestep::api::replica_set::ReplicaSet;
use kubestep::api::stateful_set::StatefulSet;
use kubestep::api::time::Time;
use kubestep::engine::Engine;
use kubestep::store::{Change, Member, PodGroup, PodsByOrdinal, Store};
use litemap::LiteMap;
use std::rc::Rc;

/// With more pods than this, an owner's pods have no rings, since tiles are dots.
const RINGS_MAX: usize = 300;
/// With more slots than this, claims without a pod have no slot of their own.
const KEPT_MAX: usize = 40;
/// Maximum number of slots for wanted pods that do not exist yet.
const WANTED_MAX: i32 = TILES_MAX as i32;

/// What is kept from one view to the next.
#[derive(Debug)]
pub struct LastView {
    letters: LiteMap<Uid, Places>,
    slots: LiteMap<Uid, Places>,
    /// The last resource version of a fresh cluster: older objects are not shown.
    fresh: u64,
}

impl LastView {
    /// The memory at the start of a fresh cluster.
    pub fn of(fresh: &Engine) -> Self {
        Self {
            letters: LiteMap::new_vec(),
            slots: LiteMap::new_vec(),
            fresh: fresh.store().registers.resource_version,
        }
    }

    /// The same memory without anything about later objects.
    pub fn anew(&self) -> Self {
        Self {
            letters: LiteMap::new_vec(),
            slots: LiteMap::new_vec(),
            fresh: self.fresh,
        }
    }
}

/// What a pod's view needs to know about its owner.
#[derive(Default)]
struct Set {
    /// `spec.minReadySeconds`
    min_ready: i32,
    /// The index of its revision's letter.
    letter: Option<usize>,
    /// Number of pods.
    count: usize,
}

/// The current view of the cluster.
pub fn view(engine: &Engine, memory: &mut LastView, watch: &Watch) -> ClusterView {
    Viewer::new(engine, memory, watch).view()
}

struct Viewer<'a> {
    engine: &'a Engine,
    store: &'a Store,
    memory: &'a mut LastView,
    watch: &'a Watch,
    /// Number of steps done.
    steps: usize,
    /// The resource version of the first write in the current step; later versions belong to the step too.
    since: u64,
}

impl<'a> Viewer<'a> {
    fn new(engine: &'a Engine, memory: &'a mut LastView, watch: &'a Watch) -> Self {
        Self {
            engine,
            store: engine.store(),
            memory,
            watch,
            steps: engine.cursor(),
            since: since(engine),
        }
    }

    /// Whether an object was written in the current step.
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
        for object in store.list(Kind::StatefulSet, None) {
            if let Object::StatefulSet(set) = object {
                view.stateful.push(self.stateful_set(set));
            }
        }
        for object in store.list(Kind::ReplicaSet, None) {
            if let Object::ReplicaSet(set) = object
                && !self.is_controlled_by(&set.metadata, Kind::Deployment)
            {
                view.sets.push(self.lane(set, None, None));
            }
        }
        view.loose = self.loose_pods();
        let shown_elsewhere = |kind: Kind| {
            matches!(
                kind,
                Kind::Deployment
                    | Kind::StatefulSet
                    | Kind::ControllerRevision
                    | Kind::ReplicaSet
                    | Kind::Pod
                    | Kind::Node
                    | Kind::Namespace
                    | Kind::Event
            )
        };
        let fresh = self.memory.fresh;
        // Events and pods, which are many, are not among them.
        let others = store.kinds().filter(|kind| !shown_elsewhere(*kind));
        let others = others.flat_map(|kind| store.list(kind, None));
        let others = others.filter(|object| object.meta().resource_version > fresh);
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
                self.lane(set, Some(letter), Some(is_new))
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
            gauges: self.gauges(deployment, &lanes),
            counts: bars::of_deployment(self.store, deployment, &lanes),
            lanes,
            summary: None,
            changed: self.is_changed(&deployment.metadata),
        }
    }

    fn gauges(&self, deployment: &Rc<Deployment>, lanes: &[LaneView]) -> Vec<Gauge> {
        let about = Object::Deployment(deployment.clone()).key();
        let sets = lanes
            .iter()
            .map(|lane| Object::ReplicaSet(lane.set.0.clone()).key());
        let sets: Vec<Key> = sets.collect();
        self.watch.gauges(&about, &sets, self.steps)
    }

    fn lane(
        &mut self,
        set: &Rc<ReplicaSet>,
        letter: Option<usize>,
        is_new: Option<bool>,
    ) -> LaneView {
        let meta = &set.metadata;
        let pods = match self.store.indexes().group(&meta.uid) {
            None => Pods::Tiles(Vec::new()),
            Some(group) if group.pods.len() > TILES_MAX => {
                let failing = failing(group, self.store.now());
                Pods::Counts {
                    ready: group.ready,
                    starting: group.active - group.ready - failing,
                    failing,
                    terminating: group.terminating,
                }
            }
            Some(group) => Pods::Tiles(self.tiles(set, group, letter)),
        };
        LaneView {
            set: Same(set.clone()),
            letter,
            is_new,
            pods,
            changed: self.is_changed(meta),
        }
    }

    fn tiles(&mut self, set: &ReplicaSet, group: &PodGroup, letter: Option<usize>) -> Vec<Slot> {
        let mut pods: Vec<&Rc<Pod>> = group.pods.values().map(|member| &member.pod).collect();
        pods = order::by_key(pods, |pod| age(&pod.metadata));
        let uids: Vec<Uid> = pods.iter().map(|pod| pod.metadata.uid.clone()).collect();
        let slots = self
            .memory
            .slots
            .entry(set.metadata.uid.clone())
            .or_default()
            .arrange(&uids);
        let mut tiles = vec![Slot::default(); slots.iter().max().map_or(0, |last| last + 1)];
        let of = Set {
            min_ready: set.spec.min_ready_seconds,
            letter,
            count: tiles.len(),
        };
        for (pod, slot) in pods.into_iter().zip(slots) {
            tiles[slot].pod = Some(self.pod(pod, &of));
        }
        tiles
    }

    fn pod(&self, pod: &Rc<Pod>, of: &Set) -> PodView {
        let state = PodState::of(pod, of.min_ready, self.store.now());
        PodView {
            pod: Same(pod.clone()),
            state,
            letter: of.letter,
            changed: self.is_changed(&pod.metadata),
            ring: self.ring(pod, state, of).filter(|_| of.count <= RINGS_MAX),
            goes: None,
        }
    }

    /// The progress of what a pod waits for: its container's start, as known to the kubelet, or minReadySeconds.
    fn ring(&self, pod: &Pod, state: PodState, of: &Set) -> Option<Ring> {
        let now = self.store.now();
        match state {
            PodState::Creating => Ring::fills(self.engine.container_start(pod)?, now),
            PodState::Ready => {
                let since = pod.ready_since()?;
                let until = since.plus_seconds(of.min_ready.into());
                Ring::empties([since, until], now)
            }
            _ => None,
        }
    }

    fn stateful_set(&mut self, set: &Rc<StatefulSet>) -> StatefulView {
        let by_ordinal = self.store.indexes().pods_by_ordinal(&set.metadata.uid);
        let letters = self.revision_letters(&set.metadata);
        let target = UpdateTarget::of(self.store, set);
        let claims = self.claims(set);
        let (pods, kept) = match by_ordinal {
            Some(pods) if pods.pods().len() > TILES_MAX => {
                let has_pod = |slot: &Slot| {
                    let name = set.pod_name(slot.ordinal.unwrap_or_default());
                    let pod = Key::new(Kind::Pod, &set.metadata.namespace, &name);
                    self.store.pod(&pod).is_some()
                };
                let group = self.store.indexes().group(&set.metadata.uid);
                let failing = group.map_or(0, |group| failing(group, self.store.now()));
                (counts(pods, failing), claims_but(&claims, &has_pod))
            }
            _ => {
                let (rail, kept) = self.rail(set, by_ordinal, &letters, claims);
                (Pods::Tiles(rail), kept)
            }
        };
        StatefulView {
            object: Same(set.clone()),
            pods,
            revisions: letters,
            counts: bars::of_stateful_set(self.store, set, &target),
            target,
            kept,
            gauges: {
                let about = Object::StatefulSet(set.clone()).key();
                self.watch.gauges(&about, &[], self.steps)
            },
            summary: None,
            changed: self.is_changed(&set.metadata),
        }
    }

    /// The slots of a set by ordinal: of wanted ordinals, of existing pods, and of retained claims if these are
    /// few; and the claims without a slot.
    fn rail(
        &self,
        set: &StatefulSet,
        by_ordinal: Option<&PodsByOrdinal>,
        letters: &[(Rc<str>, usize)],
        claims: Vec<Slot>,
    ) -> (Vec<Slot>, Vec<Key>) {
        let first = set.start_ordinal();
        let wanted = first..first.saturating_add(set.spec.replicas.min(WANTED_MAX));
        let mut parts: Vec<Slot> = wanted.clone().map(slot).collect();
        for (number, pod) in by_ordinal.into_iter().flat_map(PodsByOrdinal::pods) {
            let key = Key::new(Kind::Pod, &set.metadata.namespace, &pod.name);
            let known = letters.iter().find(|(name, _)| *name == pod.revision);
            let of = Set {
                min_ready: set.spec.min_ready_seconds,
                letter: known.map(|(_, letter)| *letter),
                count: by_ordinal.map_or(0, |pods| pods.pods().len()),
            };
            let pod = self.store.pod(&key).map(|pod| self.pod(pod, &of));
            parts.push(Slot {
                pod,
                ..self::slot(*number)
            });
        }
        parts.extend(claims);
        let mut slots: Vec<Slot> = Vec::new();
        for part in order::by_key(parts, |part| i64::from(part.ordinal.unwrap_or_default())) {
            match slots.last_mut() {
                Some(last) if last.ordinal == part.ordinal => {
                    last.pod = last.pod.take().or(part.pod);
                    last.claims.extend(part.claims);
                }
                _ => slots.push(part),
            }
        }
        let mut kept = Vec::new();
        if slots.len() > KEPT_MAX {
            let stays = |slot: &Slot| {
                slot.pod.is_some() || slot.ordinal.is_some_and(|number| wanted.contains(&number))
            };
            kept = claims_but(&slots, &stays);
            slots.retain(stays);
        }
        (slots, kept)
    }

    /// The claims of the set's ordinals that are or may have been its own, with a slot for each ordinal.
    fn claims(&self, set: &StatefulSet) -> Vec<Slot> {
        let namespace = &set.metadata.namespace;
        let mut claims = Vec::new();
        for template in set.spec.volume_claim_templates.iter() {
            let ours = format!("{}-{}-", template.name, set.metadata.name);
            let found = self
                .store
                .list(Kind::PersistentVolumeClaim, Some(namespace));
            for object in found {
                let Object::PersistentVolumeClaim(claim) = object else {
                    continue;
                };
                let name = &claim.metadata.name;
                let number = name.strip_prefix(ours.as_str());
                let number = number.and_then(|number| number.parse::<i32>().ok());
                if let Some(number) =
                    number.filter(|number| set.claim_name(template, *number) == *name)
                {
                    let mut slot = self::slot(number);
                    slot.claims.push(ClaimView {
                        key: object.key(),
                        phase: claim.status.phase,
                    });
                    claims.push(slot);
                }
            }
        }
        claims
    }

    /// The letters of a StatefulSet's revisions, by name.
    fn revision_letters(&mut self, owner: &ObjectMeta) -> Vec<(Rc<str>, usize)> {
        let revisions = self
            .store
            .indexes()
            .dependents(&owner.uid)
            .filter(|key| key.kind == Kind::ControllerRevision)
            .filter_map(|key| self.store.get(key))
            .map(Object::meta)
            .collect();
        let revisions = order::by_key(revisions, |meta: &&ObjectMeta| age(meta));
        let uids: Vec<Uid> = revisions.iter().map(|meta| meta.uid.clone()).collect();
        let places = self.memory.letters.entry(owner.uid.clone()).or_default();
        let letters = places.arrange(&uids).into_iter();
        let names = revisions.into_iter().map(|meta| meta.name.clone());
        names.zip(letters).collect()
    }

    /// Whether an object's controller exists and has a given kind.
    fn is_controlled_by(&self, meta: &ObjectMeta, kind: Kind) -> bool {
        let owner = meta
            .controller()
            .and_then(|owner| self.store.by_uid(&owner.uid));
        owner.is_some_and(|owner| owner.kind() == kind)
    }

    /// Pods without a controller, or whose controller does not exist.
    fn loose_pods(&self) -> Vec<Slot> {
        // The pods of one owner are adjacent, so its lookup is cached.
        let mut seen: (Option<&Uid>, bool) = (None, true);
        self.store
            .list(Kind::Pod, None)
            .filter_map(|object| match object {
                Object::Pod(pod) => Some(pod),
                _ => None,
            })
            .filter(|pod| {
                let owner = pod.metadata.controller().map(|owner| &owner.uid);
                if seen.0 != owner {
                    let meta = &pod.metadata;
                    let has_lane = self.is_controlled_by(meta, Kind::ReplicaSet)
                        || self.is_controlled_by(meta, Kind::StatefulSet);
                    seen = (owner, !has_lane);
                }
                seen.1
            })
            .take(TILES_MAX)
            .map(|pod| Slot {
                pod: Some(self.pod(pod, &Set::default())),
                ..Slot::default()
            })
            .collect()
    }
}

/// The resource version of the first write in the current step; later versions belong to the step too.
pub fn since(engine: &Engine) -> u64 {
    let changes: &[Change] = engine.current().map_or(&[], |step| &step.changes);
    let versions = changes.iter().filter_map(|change| {
        let after = change.after.as_ref()?;
        Some(after.meta().resource_version)
    });
    versions.min().unwrap_or(u64::MAX)
}

/// The empty slot of an ordinal.
fn slot(number: i32) -> Slot {
    Slot {
        ordinal: Some(number),
        ..Slot::default()
    }
}

/// The claims of all slots except those that `but` accepts.
fn claims_but(slots: &[Slot], but: &dyn Fn(&Slot) -> bool) -> Vec<Key> {
    let mut keys = Vec::new();
    for slot in slots {
        if !but(slot) {
            keys.extend(slot.claims.iter().map(|claim| claim.key.clone()));
        }
    }
    keys
}

/// How many of the active pods are failing.
fn failing(group: &PodGroup, now: Time) -> i32 {
    if group.active == group.ready {
        return 0;
    }
    let counted = |member: &&Member| {
        let flags = member.flags;
        flags.active && flags.matches && !flags.ready
    };
    let pods = group.pods.values().filter(counted);
    let failing = pods.filter(|member| PodState::of(&member.pod, 0, now) == PodState::Failing);
    i32::try_from(failing.count()).unwrap_or(i32::MAX)
}

/// The pod counts of a set with too many pods for tiles.
fn counts(pods: &PodsByOrdinal, failing: i32) -> Pods {
    let count = |number: usize| i32::try_from(number).unwrap_or(i32::MAX);
    let ready = count(pods.ready());
    Pods::Counts {
        ready,
        starting: count(pods.pods().len()) - ready - failing,
        failing,
        terminating: 0,
    }
}

/// A number that increases in the order of creation, derived from the uid, since uids decrease.
fn age(meta: &ObjectMeta) -> i64 {
    -i64::from(meta.uid.leading())
}
