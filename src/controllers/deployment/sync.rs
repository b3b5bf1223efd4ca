//! Scaling, status and history (`pkg/controller/deployment/sync.go`).

use super::annotations::{
    DESIRED_REPLICAS, count_annotation, replicas_annotations_need_update, revision,
    set_replicas_annotations,
};
use super::util::{
    actual_replica_count, available_count, by_age, filter_active, find_active_or_latest,
    has_progress_deadline, is_saturated, max_surge, max_unavailable, new_condition, ready_count,
    replica_count, replica_set_proportion, set_condition, sort_by_size_newer, sort_by_size_older,
    terminating_count,
};
use super::{Rollout, Sets, branches as b, set_key};
use crate::actor::decision::Branch;
use crate::actor::{Context, SyncError};
use crate::api::condition::{ConditionStatus, find};
use crate::api::deployment::{
    Deployment, DeploymentConditionType as Type, DeploymentStatus, DeploymentStrategy,
};
use crate::api::event::EventType;
use crate::api::kind::Kind;
use crate::api::light;
use crate::api::object::Object;
use crate::api::replica_set::ReplicaSet;
use crate::api::time::Time;
use crate::store::{ApiError, DeleteOptions};
use crate::versions::{Feature, Features};
use std::cmp::Ordering;
use std::rc::Rc;

impl Rollout {
    /// Updates only the status, for a Deployment that is being deleted.
    pub(super) fn sync_status_only(&mut self, cx: &mut Context<'_>) -> Result<(), SyncError> {
        let sets = self.all_replica_sets_and_sync_revision(cx, false)?;
        self.sync_deployment_status(cx, &sets)
    }

    /// Scales without rolling out: for paused Deployments and scaling events.
    pub(super) fn sync(&mut self, cx: &mut Context<'_>) -> Result<(), SyncError> {
        let sets = self.all_replica_sets_and_sync_revision(cx, false)?;
        self.scale(cx, &sets)?;
        let paused = self.deployment.spec.paused;
        if paused && super::rollback::rollback_to(&self.deployment).is_none() {
            self.cleanup_deployment(cx, &sets.old)?;
        }
        self.sync_deployment_status(cx, &sets)
    }

    /// Pausing suspends the progress deadline, resuming restarts it.
    pub(super) fn check_paused_conditions(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Result<(), SyncError> {
        if !has_progress_deadline(&self.deployment) {
            return Ok(());
        }
        let progressing = find(&self.deployment.status.conditions, Type::Progressing);
        let reason = progressing.map_or("", |condition| &*condition.reason);
        let (reason, message, branch) = match (self.deployment.spec.paused, reason) {
            (_, "ProgressDeadlineExceeded") | (true, "DeploymentPaused") => return Ok(()),
            (true, _) => ("DeploymentPaused", "Deployment is paused", &b::PAUSE),
            (false, "DeploymentPaused") => {
                ("DeploymentResumed", "Deployment is resumed", &b::RESUME)
            }
            (false, _) => return Ok(()),
        };
        cx.decide(branch);
        self.set_progressing(cx, ConditionStatus::Unknown, reason, message);
        self.update_status(cx)
    }

    /// Whether an active ReplicaSet was scaled for another number of replicas than desired now.
    pub(super) fn is_scaling_event(&mut self, cx: &mut Context<'_>) -> Result<bool, SyncError> {
        let reported = cx.decisions.len();
        let sets = self.all_replica_sets_and_sync_revision(cx, false)?;
        // The rollout searches for the new ReplicaSet again and reports the result, so this search does not.
        let found = |branch| branch == &b::NEW_FOUND || branch == &b::NEW_MISSING;
        let first = cx.decisions.split_off(reported);
        let wrote = first.into_iter().filter(|decision| !found(decision.branch));
        cx.decisions.extend(wrote);
        let wanted = self.deployment.spec.replicas;
        for set in sets.all().filter(|set| set.spec.replicas > 0) {
            let Some(before) = count_annotation(set, DESIRED_REPLICAS) else {
                continue;
            };
            if before != wanted {
                cx.decide(&b::SCALING_EVENT)
                    .object("replicaSet", Kind::ReplicaSet, set.metadata.name.clone())
                    .number("before", before)
                    .of(&set_key(set), "metadata.annotations")
                    .number("replicas", wanted)
                    .of(&self.key, "spec.replicas");
                return Ok(true);
            }
        }
        Ok(false)
    }

    pub(super) fn set_progressing(
        &mut self,
        cx: &Context<'_>,
        status: ConditionStatus,
        reason: &str,
        message: &str,
    ) {
        let condition = new_condition(Type::Progressing, status, reason, message, cx.now());
        set_condition(&mut self.deployment.status, condition);
    }

    /// Scales the only active set, or all active sets proportionally, without rolling out. Ties go to the newest of
    /// the old sets first: upstream's search for the latest set leaves them in that order (FindActiveOrLatest).
    fn scale(&mut self, cx: &mut Context<'_>, sets: &Sets) -> Result<(), SyncError> {
        let wanted = self.deployment.spec.replicas;
        if sets.new.is_none() && sets.old.is_empty() {
            cx.decide(&b::SCALE_NONE);
            return Ok(());
        }
        if let Some(set) = find_active_or_latest(sets.new.as_ref(), &sets.old) {
            let same = set.spec.replicas == wanted;
            cx.decide(if same {
                &b::SCALE_AT_SIZE
            } else {
                &b::SCALE_ACTIVE
            })
            .object("replicaSet", Kind::ReplicaSet, set.metadata.name.clone())
            .number("replicas", wanted)
            .of(&self.key, "spec.replicas");
            self.scale_replica_set_and_record_event(cx, &set, wanted)?;
            return Ok(());
        }
        if is_saturated(&self.deployment, sets.new.as_ref()) {
            let name = sets
                .new
                .as_ref()
                .map(|set| set.metadata.name.clone())
                .unwrap_or_default();
            cx.decide(&b::SCALE_SATURATED)
                .object("replicaSet", Kind::ReplicaSet, name)
                .number("replicas", wanted)
                .of(&self.key, "spec.replicas");
            for old in filter_active(&sets.old).iter().rev() {
                self.scale_replica_set_and_record_event(cx, old, 0)?;
            }
            return Ok(());
        }
        if let DeploymentStrategy::RollingUpdate { .. } = self.deployment.spec.strategy {
            let newest_first = sets.old.iter().rev().chain(&sets.new);
            let active = newest_first.filter(|set| set.spec.replicas > 0);
            let active: Vec<_> = active.cloned().collect();
            let (sizes, to_add) = proportional_sizes(&self.deployment, active);
            cx.decide(&b::SCALE_PROPORTIONAL)
                .number(
                    "allowed",
                    to_add + replica_count(sizes.iter().map(|(set, _)| set)),
                )
                .of(&self.key, "spec.replicas")
                .of(&self.key, "spec.strategy.rollingUpdate.maxSurge")
                .number("total", replica_count(sizes.iter().map(|(set, _)| set)))
                .of_all(sizes.iter().map(|(set, _)| set_key(set)), "spec.replicas")
                .number("toAdd", to_add);
            for (set, size) in sizes {
                self.scale_replica_set(cx, &set, size)?;
            }
        }
        Ok(())
    }

    /// Resizes a set if its size differs; returns the set as written, if it was.
    pub(super) fn scale_replica_set_and_record_event(
        &self,
        cx: &mut Context<'_>,
        set: &Rc<ReplicaSet>,
        size: i32,
    ) -> Result<Option<Rc<ReplicaSet>>, SyncError> {
        if set.spec.replicas == size {
            return Ok(None);
        }
        self.scale_replica_set(cx, set, size)
    }

    /// Resizes a set or updates its annotations; only a new size is recorded as an event.
    fn scale_replica_set(
        &self,
        cx: &mut Context<'_>,
        set: &Rc<ReplicaSet>,
        size: i32,
    ) -> Result<Option<Rc<ReplicaSet>>, SyncError> {
        let from = set.spec.replicas;
        if from == size && !replicas_annotations_need_update(&self.deployment, set) {
            return Ok(None);
        }
        let mut copy = (**set).clone();
        copy.spec.replicas = size;
        set_replicas_annotations(&self.deployment, &mut copy.metadata);
        let updated = replica_set(
            cx.store.update(Object::ReplicaSet(Rc::new(copy)))?,
            set.clone(),
        );
        if from != size {
            let way = if from < size { "up" } else { "down" };
            let name = &set.metadata.name;
            let message = format!("Scaled {way} replica set {name} from {from} to {size}");
            self.event(cx, EventType::Normal, "ScalingReplicaSet", &message);
        }
        Ok(Some(updated))
    }

    /// Deletes the oldest revisions beyond the limit, but only sets without pods.
    pub(super) fn cleanup_deployment(
        &self,
        cx: &mut Context<'_>,
        old: &[Rc<ReplicaSet>],
    ) -> Result<(), SyncError> {
        let limit = match self.deployment.spec.revision_history_limit {
            None | Some(i32::MAX) => return Ok(()),
            Some(limit) => usize::try_from(limit).unwrap_or(0),
        };
        for set in history_to_delete(old, limit) {
            cx.decide(&b::CLEAN_HISTORY)
                .number("old", i64::try_from(old.len()).unwrap_or(i64::MAX))
                .number("limit", i64::try_from(limit).unwrap_or(i64::MAX))
                .of(&self.key, "spec.revisionHistoryLimit")
                .object("replicaSet", Kind::ReplicaSet, set.metadata.name.clone());
            match cx.store.delete(&set_key(set), &DeleteOptions::default()) {
                Ok(()) | Err(ApiError::NotFound { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Writes the status without evaluating progress.
    fn sync_deployment_status(
        &mut self,
        cx: &mut Context<'_>,
        sets: &Sets,
    ) -> Result<(), SyncError> {
        let (now, features) = (cx.now(), cx.store.registers.features);
        let all = sets.to_vec();
        let status = calculate_status(&self.deployment, &all, sets.new.as_ref(), now, features);
        self.write_status(cx, sets, status).map(drop)
    }

    /// Reports a branch with the counts it is based on.
    pub(super) fn decide_with_counts(
        &self,
        cx: &mut Context<'_>,
        branch: &'static Branch,
        sets: &Sets,
        status: &DeploymentStatus,
    ) {
        let with = |count: fn(&ReplicaSet) -> i32| {
            let counted = sets.all().filter(move |set| count(set) != 0);
            counted.map(|set| set_key(set))
        };
        cx.decide(branch)
            .number("replicas", self.deployment.spec.replicas)
            .of(&self.key, "spec.replicas")
            .number("updated", status.updated_replicas)
            .of_all(sets.new.as_ref().map(|set| set_key(set)), "status.replicas")
            .number("ready", status.ready_replicas)
            .of_all(
                with(|set| set.status.ready_replicas),
                "status.readyReplicas",
            )
            .number("available", status.available_replicas)
            .of_all(
                with(|set| set.status.available_replicas),
                "status.availableReplicas",
            );
    }

    /// Writes a status if it differs from the stored one; returns whether it did.
    pub(super) fn write_status(
        &mut self,
        cx: &mut Context<'_>,
        sets: &Sets,
        status: DeploymentStatus,
    ) -> Result<bool, SyncError> {
        let same = self.deployment.status == status;
        let branch = if same {
            &b::STATUS_UNCHANGED
        } else {
            &b::STATUS_WRITTEN
        };
        self.decide_with_counts(cx, branch, sets, &status);
        if !same {
            self.deployment.status = status;
            self.update_status(cx)?;
        }
        Ok(!same)
    }
}

/// The status counts from the ReplicaSets, and the condition Available (`sync.go`, calculateStatus).
#[must_use]
pub fn calculate_status(
    deployment: &Deployment,
    all: &[Rc<ReplicaSet>],
    new: Option<&Rc<ReplicaSet>>,
    now: Time,
    features: Features,
) -> DeploymentStatus {
    let available = available_count(all);
    let terminating = terminating_count(all)
        .filter(|_| features.has(Feature::DeploymentReplicaSetTerminatingReplicas));
    let mut status = DeploymentStatus {
        observed_generation: deployment.metadata.generation,
        replicas: actual_replica_count(all),
        updated_replicas: actual_replica_count(new),
        ready_replicas: ready_count(all),
        available_replicas: available,
        unavailable_replicas: (replica_count(all) - available).max(0),
        terminating_replicas: terminating,
        ..deployment.status.clone()
    };
    let least = deployment.spec.replicas - max_unavailable(deployment);
    let (holds, reason, message) = if available >= least {
        (
            true,
            "MinimumReplicasAvailable",
            "Deployment has minimum availability.",
        )
    } else {
        (
            false,
            "MinimumReplicasUnavailable",
            "Deployment does not have minimum availability.",
        )
    };
    let condition = new_condition(Type::Available, holds.into(), reason, message, now);
    set_condition(&mut status, condition);
    status
}

/// New sizes of all active sets in proportion to their current sizes, and the total number of replicas added
/// (`sync.go`, scale).
#[must_use]
pub fn proportional_sizes(
    deployment: &Deployment,
    mut active: Vec<Rc<ReplicaSet>>,
) -> (Vec<(Rc<ReplicaSet>, i32)>, i32) {
    let wanted = deployment.spec.replicas;
    let allowed = if wanted > 0 {
        wanted.saturating_add(max_surge(deployment))
    } else {
        0
    };
    let to_add = allowed - replica_count(&active);
    match to_add.cmp(&0) {
        Ordering::Greater => sort_by_size_newer(&mut active),
        Ordering::Less => sort_by_size_older(&mut active),
        Ordering::Equal => {}
    }
    let mut added = 0;
    let mut sizes: Vec<_> = active
        .into_iter()
        .map(|set| {
            let share = replica_set_proportion(&set, deployment, to_add, added);
            added += share;
            let size = set.spec.replicas + share;
            (set, size)
        })
        .collect();
    if let Some((_, size)) = sizes.first_mut().filter(|_| to_add != 0) {
        *size = (*size + to_add - added).max(0);
    }
    (sizes, to_add)
}

/// Of the sets beyond the limit, oldest revision first, those that neither have nor want pods. Sets with pods are
/// skipped, not replaced by newer ones.
#[must_use]
pub fn history_to_delete(old: &[Rc<ReplicaSet>], limit: usize) -> Vec<&Rc<ReplicaSet>> {
    let mut alive: Vec<_> = old
        .iter()
        .filter(|set| !set.metadata.is_terminating())
        .collect();
    let too_many = alive.len().saturating_sub(limit);
    light::sort(&mut alive, |a, b| {
        let by_revision = match (revision(&a.metadata), revision(&b.metadata)) {
            (Some(a), Some(b)) => a.cmp(&b),
            _ => Ordering::Equal,
        };
        by_revision.then_with(|| by_age(a).cmp(&by_age(b)))
    });
    alive.truncate(too_many);
    alive.retain(|set| {
        set.status.replicas == 0
            && set.spec.replicas == 0
            && set.metadata.generation <= set.status.observed_generation
    });
    alive
}

/// The ReplicaSet returned by a verb, which always returns the kind it was given.
pub(super) fn replica_set(written: Object, given: Rc<ReplicaSet>) -> Rc<ReplicaSet> {
    match written {
        Object::ReplicaSet(set) => set,
        _ => given,
    }
}
