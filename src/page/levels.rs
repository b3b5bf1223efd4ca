//! Pod counts after each step, against the bounds.

use super::places::Places;
use kubestep::api::deployment::Deployment;
use kubestep::api::kind::Kind;
use kubestep::api::meta::Uid;
use kubestep::api::object::{Key, Object};
use kubestep::api::replica_set::ReplicaSet;
use kubestep::api::stateful_set::{StatefulSet, StatefulSetUpdateStrategy};
use kubestep::controllers::deployment::util::{deployment_complete, max_surge, min_available};
use kubestep::controllers::replica_set::Counts;
use kubestep::controllers::stateful_set::update::max_unavailable;
use kubestep::engine::{Step, StepKind};
use kubestep::store::{PodsByOrdinal, Store};
use kubestep::versions::Feature;
use litemap::LiteMap;

/// Number of colours of revisions, which repeat.
pub const STRIPES: usize = 6;

/// The pods of all Deployments, ReplicaSets and StatefulSets after a step, without terminating ones.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Levels {
    /// Pods by colour of their revisions.
    pub pods: [i32; STRIPES],
    /// Available pods.
    pub available: i32,
    /// Required number of available pods.
    pub least: i32,
    /// Maximum number of pods allowed.
    pub most: i32,
    /// Whether the status of any Deployment or StatefulSet shows an incomplete rollout.
    pub rolling: bool,
}

impl Levels {
    /// All pods.
    pub fn total(&self) -> i32 {
        self.pods.iter().sum()
    }

    fn replica_set(&mut self, store: &Store, set: &ReplicaSet, letter: usize) {
        let counts = Counts::of(store, set);
        self.pods[letter % STRIPES] += counts.active;
        self.available += counts.available;
    }
}

/// Computes the levels after each step.
#[derive(Debug, Clone, Default)]
pub struct Looker {
    letters: LiteMap<Uid, Places>,
}

impl Looker {
    /// The levels after a step, given those before it.
    pub fn look(&mut self, store: &Store, step: &Step, before: Levels) -> Levels {
        let counts = |kind| {
            matches!(
                kind,
                Kind::Pod
                    | Kind::ReplicaSet
                    | Kind::Deployment
                    | Kind::StatefulSet
                    | Kind::ControllerRevision
            )
        };
        let is_clock = matches!(step.action, StepKind::Clock { .. });
        if !is_clock && !step.changes.iter().any(|change| counts(change.key.kind)) {
            return before;
        }
        let mut levels = Levels::default();
        for object in store.list(Kind::ReplicaSet, None) {
            if let Object::ReplicaSet(set) = object
                && set.metadata.controller().is_none()
            {
                levels.replica_set(store, set, 0);
                levels.least += set.spec.replicas;
                levels.most += set.spec.replicas;
            }
        }
        for object in store.list(Kind::Deployment, None) {
            if let Object::Deployment(deployment) = object {
                self.deployment(store, deployment, &mut levels);
            }
        }
        for object in store.list(Kind::StatefulSet, None) {
            if let Object::StatefulSet(set) = object {
                self.stateful_set(store, set, &mut levels);
            }
        }
        levels
    }

    fn deployment(&mut self, store: &Store, deployment: &Deployment, levels: &mut Levels) {
        let uid = &deployment.metadata.uid;
        let sets = store.indexes().dependents(uid);
        let sets = sets.filter_map(|key| store.replica_set(key));
        let sets: Vec<_> = sets
            .filter(|set| set.metadata.is_controlled_by(uid))
            .collect();
        let uids: Vec<Uid> = sets.iter().map(|set| set.metadata.uid.clone()).collect();
        let letters = self.letters.entry(uid.clone()).or_default().arrange(&uids);
        for (set, letter) in sets.into_iter().zip(letters) {
            levels.replica_set(store, set, letter);
        }
        levels.least += min_available(deployment);
        levels.most += deployment.spec.replicas + max_surge(deployment);
        levels.rolling |= !deployment_complete(deployment, &deployment.status);
    }

    fn stateful_set(&mut self, store: &Store, set: &StatefulSet, levels: &mut Levels) {
        let uid = &set.metadata.uid;
        let revisions = store.indexes().dependents_but_pods(uid);
        let revisions = revisions.filter(|key| key.kind == Kind::ControllerRevision);
        let revisions: Vec<_> = revisions
            .filter_map(|key| store.get(key))
            .map(Object::meta)
            .collect();
        let uids: Vec<Uid> = revisions.iter().map(|meta| meta.uid.clone()).collect();
        let letters = self.letters.entry(uid.clone()).or_default().arrange(&uids);
        if let Some(by_ordinal) = store.indexes().pods_by_ordinal(uid) {
            for (revision, pods) in by_ordinal.live_revisions() {
                let place = revisions.iter().position(|meta| *meta.name == *revision);
                let letter = place.map_or(0, |place| letters[place]);
                levels.pods[letter % STRIPES] += count(pods);
            }
            levels.available += match set.spec.min_ready_seconds {
                0 => count(by_ordinal.live_ready()),
                _ => available(store, set, by_ordinal),
            };
        }
        let several = store.has(Feature::MaxUnavailableStatefulSet);
        let wanted = set.rolling_update();
        let wanted = wanted.and_then(|block| block.max_unavailable.as_ref());
        let missing = match max_unavailable(wanted, set.spec.replicas) {
            Ok(missing) if several => missing,
            _ => 1,
        };
        levels.least += (set.spec.replicas - missing).max(0);
        levels.most += set.spec.replicas;
        levels.rolling |= !is_complete(set);
    }
}

/// The pods that have been ready for `minReadySeconds`, which the index does not know.
fn available(store: &Store, set: &StatefulSet, by_ordinal: &PodsByOrdinal) -> i32 {
    let live = by_ordinal
        .pods()
        .values()
        .filter(|pod| pod.ready && !pod.terminating);
    let pods = live
        .filter_map(|entry| store.pod(&Key::new(Kind::Pod, &set.metadata.namespace, &entry.name)));
    count(
        pods.filter(|pod| pod.is_available(set.spec.min_ready_seconds, store.now()))
            .count(),
    )
}

fn count(pods: usize) -> i32 {
    i32::try_from(pods).unwrap_or(i32::MAX)
}

/// Whether a StatefulSet's status is what `kubectl rollout status` waits for (`rollout_status.go`).
fn is_complete(set: &StatefulSet) -> bool {
    let status = &set.status;
    let updated = match set.spec.update_strategy {
        StatefulSetUpdateStrategy::OnDelete => 0,
        StatefulSetUpdateStrategy::RollingUpdate { .. } => set.spec.replicas - set.partition(),
    };
    status.observed_generation >= set.metadata.generation
        && status.replicas == set.spec.replicas
        && status.available_replicas == set.spec.replicas
        && status.updated_replicas >= updated
}
