//! The Deployment controller (`pkg/controller/deployment`).

pub mod annotations;
pub mod branches;
mod new_replica_set;
mod progress;
mod recreate;
mod rollback;
mod rolling;
mod sync;
pub mod util;
mod wake;

pub use new_replica_set::replica_set_name;
pub use progress::{RolloutProgress, rollout_status};
pub use rolling::{cleanup_unhealthy_replicas, max_scaled_down, scale_down_old};
pub use sync::{calculate_status, history_to_delete, proportional_sizes};
pub use wake::wake;

use super::refs;
use crate::actor::{Context, Kinds, Spec, SyncError};
use crate::api::deployment::{Deployment, DeploymentStrategy};
use crate::api::event::EventType;
use crate::api::kind::Kind;
use crate::api::light;
use crate::api::object::{Key, Object};
use crate::api::replica_set::ReplicaSet;
use branches as b;
use std::rc::Rc;

/// The controller's name in its events.
pub const NAME: &str = "deployment-controller";

/// Registration of the controller with the engine.
pub static SPEC: Spec = Spec {
    name: NAME,
    short_name: "deploy",
    branches: branches::ALL,
    runs_in_manual: true,
    interests: Kinds::of(&[Kind::Deployment, Kind::ReplicaSet, Kind::Pod]),
    deaf_to_own: Kinds::NONE,
    sync,
    wake,
    forget: None,
    wake_on_silence: None,
    wake_on_memory: None,
};

/// Syncs a Deployment (`deployment_controller.go`, syncDeployment).
///
/// # Errors
/// The API server refused a write; the key is retried.
pub fn sync(cx: &mut Context<'_>, key: &Key) -> Result<(), SyncError> {
    let Some(found) = cx.store.deployment(key) else {
        cx.decide(&b::GONE);
        return Ok(());
    };
    let mut rollout = Rollout {
        key: key.clone(),
        deployment: (**found).clone(),
        sets: Vec::new(),
    };
    if rollout.deployment.spec.selector.is_empty() {
        return rollout.select_nothing(cx);
    }
    rollout.sets = rollout.claim_replica_sets(cx)?;

    if rollout.deployment.metadata.is_terminating() {
        cx.decide(&b::TERMINATING);
        return rollout.sync_status_only(cx);
    }
    rollout.check_paused_conditions(cx)?;
    if rollout.deployment.spec.paused {
        cx.decide(&b::PAUSED);
        return rollout.sync(cx);
    }
    if let Some(revision) = rollback::rollback_to(&rollout.deployment) {
        return rollout.rollback(cx, revision);
    }
    if rollout.is_scaling_event(cx)? {
        return rollout.sync(cx);
    }
    match rollout.deployment.spec.strategy {
        DeploymentStrategy::Recreate => rollout.rollout_recreate(cx),
        DeploymentStrategy::RollingUpdate { .. } => rollout.rollout_rolling(cx),
    }
}

/// A sync: the controller's copy of the Deployment, and its ReplicaSets.
///
/// The copy keeps the resource version it was read at. As upstream, a second write of its status in the same sync
/// causes a conflict, and the sync is retried.
struct Rollout {
    key: Key,
    deployment: Deployment,
    sets: Vec<Rc<ReplicaSet>>,
}

/// A Deployment's new and old ReplicaSets.
struct Sets {
    /// The ReplicaSet with the Deployment's template.
    new: Option<Rc<ReplicaSet>>,
    /// All others.
    old: Vec<Rc<ReplicaSet>>,
}

/// The key of a ReplicaSet.
fn set_key(set: &ReplicaSet) -> Key {
    Key::new(
        Kind::ReplicaSet,
        &set.metadata.namespace,
        &set.metadata.name,
    )
}

impl Sets {
    fn all(&self) -> impl Iterator<Item = &Rc<ReplicaSet>> {
        self.old.iter().chain(&self.new)
    }

    fn to_vec(&self) -> Vec<Rc<ReplicaSet>> {
        self.all().cloned().collect()
    }
}

impl Rollout {
    fn select_nothing(&mut self, cx: &mut Context<'_>) -> Result<(), SyncError> {
        cx.decide(&b::SELECTING_ALL);
        let message = "This deployment is selecting all pods. A non-empty selector is required.";
        self.event(cx, EventType::Warning, "SelectingAll", message);
        if self.deployment.status.observed_generation < self.deployment.metadata.generation {
            self.deployment.status.observed_generation = self.deployment.metadata.generation;
            self.update_status(cx)?;
        }
        Ok(())
    }

    /// Adopts and releases ReplicaSets, and returns the Deployment's, the oldest first: upstream's list has this
    /// order after the search for the new one (FindNewReplicaSet sorts in place).
    fn claim_replica_sets(&self, cx: &mut Context<'_>) -> Result<Vec<Rc<ReplicaSet>>, SyncError> {
        let owner = &self.deployment.metadata;
        let indexes = cx.store.indexes();
        let owned = indexes.dependents(&owner.uid);
        let orphans = indexes.orphans(Kind::ReplicaSet, &owner.namespace);
        let candidates: Vec<Rc<ReplicaSet>> = owned
            .chain(orphans)
            .filter_map(|key| cx.store.replica_set(key).cloned())
            .collect();
        let mut claimed = Vec::with_capacity(candidates.len());
        for set in candidates {
            let matches = self.deployment.spec.selector.matches(&set.metadata.labels);
            match refs::claim(owner, &set.metadata, matches) {
                refs::Claim::Keep => claimed.push(set),
                refs::Claim::Ignore => {}
                refs::Claim::Release => {
                    cx.decide(&b::RELEASE).object(
                        "replicaSet",
                        Kind::ReplicaSet,
                        set.metadata.name.clone(),
                    );
                    refs::release(cx.store, owner, Object::ReplicaSet(set))?;
                }
                refs::Claim::Adopt => {
                    cx.decide(&b::ADOPT).object(
                        "replicaSet",
                        Kind::ReplicaSet,
                        set.metadata.name.clone(),
                    );
                    let orphan = Object::ReplicaSet(set);
                    if let Object::ReplicaSet(set) =
                        refs::adopt(cx.store, Kind::Deployment, owner, orphan)?
                    {
                        claimed.push(set);
                    }
                }
            }
        }
        light::sort(&mut claimed, |a, b| util::by_age(a).cmp(&util::by_age(b)));
        Ok(claimed)
    }

    fn event(&self, cx: &mut Context<'_>, kind: EventType, reason: &str, message: &str) {
        let about = (Kind::Deployment, &self.deployment.metadata);
        cx.event(NAME, about, kind, reason, message);
    }

    /// Writes the status of the controller's copy.
    fn update_status(&self, cx: &mut Context<'_>) -> Result<(), SyncError> {
        let deployment = Object::Deployment(Rc::new(self.deployment.clone()));
        cx.store.update_status(deployment)?;
        Ok(())
    }
}
