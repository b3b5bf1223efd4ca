//! When a rollout is complete.

use crate::api::deployment::{Deployment, DeploymentConditionType};
use crate::api::object::{Key, Object};
use crate::api::stateful_set::{StatefulSet, StatefulSetUpdateStrategy};
use crate::store::Store;

/// Whether a workload's rollout is complete: when `kubectl rollout status` would say so (kubectl's
/// `pkg/polymorphichelpers/rollout_status.go`). It does not exist for ReplicaSets and for OnDelete, where it is when all
/// pods are available and have the newest revision. A workload that is gone has nothing left to do.
#[must_use]
pub fn is_complete(store: &Store, workload: &Key) -> bool {
    match store.get(workload) {
        Some(Object::Deployment(one)) => deployment(one),
        Some(Object::StatefulSet(one)) => stateful_set(one),
        Some(Object::ReplicaSet(one)) => {
            one.status.observed_generation >= one.metadata.generation
                && one.status.available_replicas == one.spec.replicas
        }
        Some(_) => false,
        None => true,
    }
}

fn deployment(one: &Deployment) -> bool {
    let status = &one.status;
    status.observed_generation >= one.metadata.generation
        && !exceeded(one)
        && status.updated_replicas >= one.spec.replicas
        && status.replicas <= status.updated_replicas
        && status.available_replicas >= status.updated_replicas
}

fn stateful_set(one: &StatefulSet) -> bool {
    let (status, wanted) = (&one.status, one.spec.replicas);
    let observed = status.observed_generation;
    if observed == 0 || observed < one.metadata.generation || status.ready_replicas < wanted {
        return false;
    }
    match &one.spec.update_strategy {
        StatefulSetUpdateStrategy::RollingUpdate {
            rolling_update: Some(update),
        } => status.updated_replicas >= wanted - update.partition,
        _ => status.update_revision == status.current_revision,
    }
}

/// Whether a Deployment has exceeded its progress deadline.
#[must_use]
pub fn has_exceeded_deadline(store: &Store, workload: &Key) -> bool {
    store.deployment(workload).is_some_and(|one| exceeded(one))
}

fn exceeded(one: &Deployment) -> bool {
    let mut conditions = one.status.conditions.iter();
    conditions.any(|condition| {
        condition.kind == DeploymentConditionType::Progressing
            && &*condition.reason == "ProgressDeadlineExceeded"
    })
}
