//! Progress of a rollout (`pkg/controller/deployment/progress.go`).

use super::sync::calculate_status;
use super::util::{
    deployment_complete, deployment_progressing, deployment_timed_out, has_progress_deadline,
    new_condition, progress_deadline, set_condition, stuck_check_after, time_to_deadline,
};
use super::{Rollout, Sets, branches as b};
use crate::actor::{Context, SyncError, Wait};
use crate::api::condition::{ConditionStatus, find, remove};
use crate::api::deployment::{
    Deployment, DeploymentCondition, DeploymentConditionType as Type, DeploymentStatus,
};
use crate::api::replica_set::{ReplicaSet, ReplicaSetConditionType};
use crate::api::time::Time;
use crate::versions::Features;
use std::rc::Rc;

/// Milliseconds by which the check of the deadline is late, as upstream.
const LATE: i64 = 1000;
/// Milliseconds until a key queued with back-off is processed for the first time.
const AT_ONCE: i64 = 5;

/// Progress of a rollout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RolloutProgress {
    /// Every pod is updated and available.
    Complete,
    /// It has made progress.
    Moved,
    /// It has made no progress until its deadline.
    TimedOut,
    /// No change.
    Unchanged,
}

impl Rollout {
    /// Writes the status with the rollout's progress, and sets a timer for the deadline.
    pub(super) fn sync_rollout_status(
        &mut self,
        cx: &mut Context<'_>,
        sets: &Sets,
    ) -> Result<(), SyncError> {
        let (now, features) = (cx.now(), cx.store.registers.features);
        let all = sets.to_vec();
        let (status, progress) =
            rollout_status(&self.deployment, &all, sets.new.as_ref(), now, features);
        self.report(cx, progress, sets, &status);
        let as_computed = status.clone();
        if !self.write_status(cx, sets, status)? {
            self.requeue_stuck_deployment(cx, &as_computed);
        }
        Ok(())
    }

    fn report(
        &self,
        cx: &mut Context<'_>,
        progress: RolloutProgress,
        sets: &Sets,
        status: &DeploymentStatus,
    ) {
        match progress {
            RolloutProgress::Complete => {
                cx.decide(&b::COMPLETE)
                    .number("replicas", status.replicas)
                    .of(&self.key, "spec.replicas");
            }
            RolloutProgress::Moved => {
                self.decide_with_counts(cx, &b::PROGRESSING, sets, status);
            }
            RolloutProgress::TimedOut => {
                let deadline = progress_deadline(&self.deployment).unwrap_or(0);
                cx.decide(&b::TIMED_OUT)
                    .number("deadline", deadline)
                    .of(&self.key, "spec.progressDeadlineSeconds");
            }
            RolloutProgress::Unchanged => {}
        }
    }

    /// Sets a timer for the deadline of a stalled rollout, since nothing else would queue its key.
    fn requeue_stuck_deployment(&self, cx: &mut Context<'_>, status: &DeploymentStatus) {
        let now = cx.now();
        let Some(left) = time_to_deadline(&self.deployment, status, now) else {
            return;
        };
        // From the last second on upstream checks every 5 ms; only the check after the deadline has an effect. A
        // rollout that was complete before it lost pods is past its deadline but never counts as stuck, so
        // upstream's endless checks change nothing.
        if left < 0 {
            return;
        }
        let after = match stuck_check_after(&self.deployment, status, now) {
            Some(0) => left + AT_ONCE,
            _ => left + LATE,
        };
        cx.decide(&b::WATCH_DEADLINE)
            .number("seconds", after / 1000)
            .number("deadline", progress_deadline(&self.deployment).unwrap_or(0))
            .of(&self.key, "spec.progressDeadlineSeconds");
        cx.wake_after(after, Wait::ProgressDeadline);
    }
}

/// The status with the conditions Progressing and ReplicaFailure, and the rollout's progress (`progress.go`,
/// syncRolloutStatus).
#[must_use]
pub fn rollout_status(
    deployment: &Deployment,
    all: &[Rc<ReplicaSet>],
    new: Option<&Rc<ReplicaSet>>,
    now: Time,
    features: Features,
) -> (DeploymentStatus, RolloutProgress) {
    let mut status = calculate_status(deployment, all, new, now, features);
    let current = find(&deployment.status.conditions, Type::Progressing);
    let was_complete = status.replicas == status.updated_replicas
        && current.is_some_and(|known| &*known.reason == "NewReplicaSetAvailable");
    let progress = if !has_progress_deadline(deployment) {
        remove(&mut status.conditions, Type::Progressing);
        RolloutProgress::Unchanged
    } else if was_complete {
        RolloutProgress::Unchanged
    } else if deployment_complete(deployment, &status) {
        RolloutProgress::Complete
    } else if deployment_progressing(deployment, &status) {
        RolloutProgress::Moved
    } else if deployment_timed_out(deployment, &status, now) {
        RolloutProgress::TimedOut
    } else {
        RolloutProgress::Unchanged
    };
    set_progressing(deployment, new, progress, now, &mut status);
    match replica_failure(all, new) {
        Some(failure) => set_condition(&mut status, failure),
        None => remove(&mut status.conditions, Type::ReplicaFailure),
    }
    (status, progress)
}

fn set_progressing(
    deployment: &Deployment,
    new: Option<&Rc<ReplicaSet>>,
    progress: RolloutProgress,
    now: Time,
    status: &mut DeploymentStatus,
) {
    use ConditionStatus::{False, True};
    let (holds, reason, what) = match progress {
        RolloutProgress::Complete => (
            True,
            "NewReplicaSetAvailable",
            "has successfully progressed",
        ),
        RolloutProgress::Moved => (True, "ReplicaSetUpdated", "is progressing"),
        RolloutProgress::TimedOut => (
            False,
            "ProgressDeadlineExceeded",
            "has timed out progressing",
        ),
        RolloutProgress::Unchanged => return,
    };
    let message = match new {
        Some(set) => format!("ReplicaSet \"{}\" {what}.", set.metadata.name),
        None => format!("Deployment \"{}\" {what}.", deployment.metadata.name),
    };
    let mut condition = new_condition(Type::Progressing, holds, reason, &message, now);
    if progress == RolloutProgress::Moved {
        // Rewritten even if status and reason are unchanged, since the deadline counts from this update.
        let known = find(&deployment.status.conditions, Type::Progressing);
        if let Some(known) = known.filter(|known| known.status == True) {
            condition.last_transition_time = known.last_transition_time;
        }
        remove(&mut status.conditions, Type::Progressing);
    }
    set_condition(status, condition);
}

/// A ReplicaSet's failure, the new one's first, as a condition of the Deployment.
fn replica_failure(
    all: &[Rc<ReplicaSet>],
    new: Option<&Rc<ReplicaSet>>,
) -> Option<DeploymentCondition> {
    let failure = new
        .into_iter()
        .chain(all)
        .filter_map(|set| {
            find(
                &set.status.conditions,
                ReplicaSetConditionType::ReplicaFailure,
            )
        })
        .next()?;
    Some(DeploymentCondition {
        kind: Type::ReplicaFailure,
        status: failure.status,
        reason: failure.reason.clone(),
        message: failure.message.clone(),
        last_update_time: failure.last_transition_time,
        last_transition_time: failure.last_transition_time,
    })
}
