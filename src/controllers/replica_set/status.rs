//! Status of a ReplicaSet (`pkg/controller/replicaset/replica_set_utils.go`).

use super::branches as b;
use super::{Counts, SyncError};
use crate::actor::decision::PODS;
use crate::actor::{Context, Wait};
use crate::api::condition::{Condition, ConditionStatus, find, remove};
use crate::api::object::{Key, Object};
use crate::api::pod::Pod;
use crate::api::replica_set::{
    ReplicaSet, ReplicaSetCondition, ReplicaSetConditionType as Type, ReplicaSetStatus,
};
use crate::api::time::Time;
use crate::versions::{Feature, Features};
use std::rc::Rc;

/// Writes the status if it changed, and sets a timer for the next pod to become available.
pub(super) fn update(
    cx: &mut Context<'_>,
    key: &Key,
    counts: &Counts,
    failure: Option<&SyncError>,
) -> Result<(), SyncError> {
    let Some(set) = cx.store.replica_set(key).cloned() else {
        return Ok(());
    };
    let features = cx.store.registers.features;
    let failure_text = failure.map(ToString::to_string);
    let status = calculate_status(&set, counts, failure_text, cx.now(), features);
    let same = status == set.status;
    cx.decide(if same {
        &b::STATUS_UNCHANGED
    } else {
        &b::STATUS_WRITTEN
    })
    .number("active", counts.active)
    .of(key, PODS)
    .number("ready", counts.ready)
    .of(key, PODS)
    .number("available", counts.available)
    .of(key, PODS);
    if !same {
        let set = ReplicaSet {
            status,
            ..(*set).clone()
        };
        cx.store.update_status(Object::ReplicaSet(Rc::new(set)))?;
    }
    if failure.is_none() && set.spec.min_ready_seconds > 0 && counts.ready != counts.available {
        let least = i64::from(set.spec.min_ready_seconds) * 1000;
        let after = counts.next_available_in.unwrap_or(least).max(0);
        cx.decide(&b::WAIT_AVAILABLE)
            .number("waiting", counts.ready - counts.available)
            .number("ready", counts.ready)
            .of(key, PODS)
            .number("available", counts.available)
            .of(key, PODS)
            .number("seconds", (after + 999) / 1000)
            .number("minReadySeconds", set.spec.min_ready_seconds)
            .of(key, "spec.minReadySeconds");
        cx.wake_after(after, Wait::MinReadySeconds);
    }
    Ok(())
}

/// The status of a set with these pods, and with the outcome of managing them (`replica_set_utils.go`,
/// calculateStatus).
#[must_use]
pub fn calculate_status(
    set: &ReplicaSet,
    counts: &Counts,
    failure: Option<String>,
    now: Time,
    features: Features,
) -> ReplicaSetStatus {
    let too_few = counts.active < set.spec.replicas;
    ReplicaSetStatus {
        replicas: counts.active,
        fully_labeled_replicas: counts.fully_labeled,
        ready_replicas: counts.ready,
        available_replicas: counts.available,
        terminating_replicas: features
            .has(Feature::DeploymentReplicaSetTerminatingReplicas)
            .then_some(counts.terminating),
        observed_generation: set.metadata.generation,
        conditions: calculate_conditions(&set.status.conditions, failure, too_few, now),
    }
}

/// The condition ReplicaFailure is added by the first failure, keeps its message, and is removed on success.
#[must_use]
pub fn calculate_conditions(
    known: &[ReplicaSetCondition],
    failure: Option<String>,
    too_few: bool,
    now: Time,
) -> Vec<ReplicaSetCondition> {
    let mut conditions = known.to_vec();
    match failure {
        Some(message) if find(known, Type::ReplicaFailure).is_none() => {
            let reason = if too_few {
                "FailedCreate"
            } else {
                "FailedDelete"
            };
            set_condition(
                &mut conditions,
                ReplicaSetCondition {
                    kind: Type::ReplicaFailure,
                    status: ConditionStatus::True,
                    reason: reason.into(),
                    message: message.into(),
                    last_update_time: None,
                    last_transition_time: Some(now.whole_seconds()),
                },
            );
        }
        Some(_) => {}
        None => remove(&mut conditions, Type::ReplicaFailure),
    }
    conditions
}

/// Milliseconds until a ready pod becomes available; `None` if it is available or not ready
/// (`pkg/controller/controller_utils.go`, nextPodAvailabilityCheck).
#[must_use]
pub fn next_pod_availability_check(pod: &Pod, min_ready_seconds: i32, now: Time) -> Option<i64> {
    let since = pod.ready_since().filter(|since| *since != Time::UNSET)?;
    let left = since.plus_seconds(min_ready_seconds.into()).since(now);
    (min_ready_seconds > 0 && left > 0).then_some(left)
}

/// Sets a condition, unless one with the same status and reason exists.
pub fn set_condition<T: PartialEq>(conditions: &mut Vec<Condition<T>>, condition: Condition<T>) {
    let known = conditions.iter().find(|known| known.kind == condition.kind);
    let same = known
        .is_some_and(|known| known.status == condition.status && known.reason == condition.reason);
    if !same {
        conditions.retain(|known| known.kind != condition.kind);
        conditions.push(condition);
    }
}
