//! Whether a rollout gets on (`pkg/controller/deployment/progress.go`).

use super::util::{
    deployment_complete, deployment_progressing, deployment_timed_out, has_progress_deadline,
    new_condition, set_condition,
};
use super::{Rollout, Sets, branches as b};
use crate::api::condition::{ConditionStatus, find, remove};
use crate::api::deployment::{
    DeploymentCondition, DeploymentConditionType as Type, DeploymentStatus,
};
use crate::api::replica_set::ReplicaSetConditionType;
use crate::controllers::{Context, SyncError, Wait};

/// Seconds that the deadline is looked at too late, as upstream does.
const LATE_SECONDS: i64 = 1;

impl Rollout {
    /// Writes the status with what is known of the rollout's progress; sets the deadline's timer.
    pub(super) fn sync_rollout_status(
        &mut self,
        cx: &mut Context<'_>,
        sets: &Sets,
    ) -> Result<(), SyncError> {
        let mut status = self.calculate_status(cx, sets);
        let current = find(&self.deployment.status.conditions, Type::Progressing).cloned();
        let was_complete = status.replicas == status.updated_replicas
            && current
                .as_ref()
                .is_some_and(|known| &*known.reason == "NewReplicaSetAvailable");
        if !has_progress_deadline(&self.deployment) {
            remove(&mut status.conditions, Type::Progressing);
        } else if !was_complete {
            self.estimate_progress(cx, sets, current, &mut status);
        }
        match replica_failure(sets) {
            Some(failure) => set_condition(&mut status, failure),
            None => remove(&mut status.conditions, Type::ReplicaFailure),
        }
        let as_computed = status.clone();
        if !self.write_status(cx, status)? {
            self.requeue_stuck_deployment(cx, &as_computed);
        }
        Ok(())
    }

    fn estimate_progress(
        &self,
        cx: &mut Context<'_>,
        sets: &Sets,
        current: Option<DeploymentCondition>,
        status: &mut DeploymentStatus,
    ) {
        let subject = match &sets.new {
            Some(set) => format!("ReplicaSet \"{}\"", set.metadata.name),
            None => format!("Deployment \"{}\"", self.deployment.metadata.name),
        };
        let now = cx.now();
        let progressing =
            |holds, reason, message| new_condition(Type::Progressing, holds, reason, message, now);
        if deployment_complete(&self.deployment, status) {
            cx.decide(&b::COMPLETE).number("replicas", status.replicas);
            let message = format!("{subject} has successfully progressed.");
            let condition = progressing(ConditionStatus::True, "NewReplicaSetAvailable", &message);
            set_condition(status, condition);
        } else if deployment_progressing(&self.deployment, status) {
            cx.decide(&b::PROGRESSING)
                .number("replicas", self.deployment.spec.replicas)
                .number("updated", status.updated_replicas)
                .number("ready", status.ready_replicas)
                .number("available", status.available_replicas);
            let message = format!("{subject} is progressing.");
            let mut condition = progressing(ConditionStatus::True, "ReplicaSetUpdated", &message);
            if let Some(current) = current
                && current.status == ConditionStatus::True
            {
                condition.last_transition_time = current.last_transition_time;
            }
            remove(&mut status.conditions, Type::Progressing);
            set_condition(status, condition);
        } else if deployment_timed_out(&self.deployment, status, now) {
            cx.decide(&b::TIMED_OUT)
                .number(
                    "deadline",
                    self.deployment.spec.progress_deadline_seconds.unwrap_or(0),
                )
                .of(&self.key, "spec.progressDeadlineSeconds");
            let message = format!("{subject} has timed out progressing.");
            let reason = "ProgressDeadlineExceeded";
            set_condition(
                status,
                progressing(ConditionStatus::False, reason, &message),
            );
        }
    }

    /// Sets a timer for the deadline of a rollout that does not move, since nothing else would wake it.
    fn requeue_stuck_deployment(&self, cx: &mut Context<'_>, status: &DeploymentStatus) {
        let current = find(&self.deployment.status.conditions, Type::Progressing);
        let Some((current, deadline)) = current.zip(self.deployment.spec.progress_deadline_seconds)
        else {
            return;
        };
        if !has_progress_deadline(&self.deployment)
            || deployment_complete(&self.deployment, status)
            || &*current.reason == "ProgressDeadlineExceeded"
        {
            return;
        }
        let since = current.last_update_time.unwrap_or_default();
        let left = since.plus_seconds(deadline.into()).since(cx.now());
        let after = if left < 1000 {
            left.max(0) + 5
        } else {
            left + LATE_SECONDS * 1000
        };
        cx.decide(&b::WATCH_DEADLINE)
            .number("seconds", after / 1000);
        cx.wake_after(after, Wait::ProgressDeadline);
    }
}

/// The failure that a ReplicaSet reports, the new one's first, as a condition of the Deployment.
fn replica_failure(sets: &Sets) -> Option<DeploymentCondition> {
    let sets = sets.new.iter().chain(sets.all());
    let failure = sets
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
