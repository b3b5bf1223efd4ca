//! Scaling, the new ReplicaSet, status and history (`pkg/controller/deployment/sync.go`).

use super::util::{
    DESIRED_REPLICAS, available_count, by_age, count_annotation, filter_active,
    find_active_or_latest, find_new_replica_set, find_old_replica_sets, has_progress_deadline,
    is_saturated, max_revision, max_surge, max_unavailable, new_condition, new_rs_new_replicas,
    replica_count, replica_set_proportion, replicas_annotations_need_update, revision,
    set_condition, set_new_replica_set_annotations, set_replicas_annotations, sort_by_size_newer,
    sort_by_size_older, terminating_count,
};
use super::{Rollout, Sets, branches as b, set_key};
use crate::api::condition::{ConditionStatus, find};
use crate::api::deployment::{
    Deployment, DeploymentConditionType as Type, DeploymentStatus, DeploymentStrategy,
};
use crate::api::event::EventType;
use crate::api::kind::Kind;
use crate::api::meta::ObjectMeta;
use crate::api::object::Object;
use crate::api::replica_set::{ReplicaSet, ReplicaSetSpec, ReplicaSetStatus};
use crate::api::template::POD_TEMPLATE_HASH;
use crate::api::template_hash;
use crate::controllers::{Context, SyncError, refs};
use crate::store::{ApiError, DeleteOptions};
use std::cmp::Ordering;
use std::rc::Rc;

/// Longest name of an object.
const NAME_MAX: usize = 253;

impl Rollout {
    /// Only the status, for a Deployment that is being deleted.
    pub(super) fn sync_status_only(&mut self, cx: &mut Context<'_>) -> Result<(), SyncError> {
        let sets = self.all_replica_sets_and_sync_revision(cx, false)?;
        self.sync_deployment_status(cx, &sets)
    }

    /// Scaling without rollout: paused Deployments and scaling events.
    pub(super) fn sync(&mut self, cx: &mut Context<'_>) -> Result<(), SyncError> {
        let sets = self.all_replica_sets_and_sync_revision(cx, false)?;
        self.scale(cx, &sets)?;
        let paused = self.deployment.spec.paused;
        if paused && super::rollback::rollback_to(&self.deployment).is_none() {
            self.cleanup_deployment(cx, &sets.old)?;
        }
        self.sync_deployment_status(cx, &sets)
    }

    /// Pausing stops the progress deadline, resuming starts it anew.
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

    /// Whether an active ReplicaSet was sized for another number of replicas than is wanted now.
    pub(super) fn is_scaling_event(&mut self, cx: &mut Context<'_>) -> Result<bool, SyncError> {
        let reported = cx.decisions.len();
        let sets = self.all_replica_sets_and_sync_revision(cx, false)?;
        // The rollout looks for the new ReplicaSet once more: that look is the one to report.
        cx.decisions.truncate(reported);
        let wanted = self.deployment.spec.replicas;
        for set in sets.all().filter(|set| set.spec.replicas > 0) {
            let Some(before) = count_annotation(set, DESIRED_REPLICAS) else {
                continue;
            };
            if before != wanted {
                cx.decide(&b::SCALING_EVENT)
                    .text("replicaSet", set.metadata.name.clone())
                    .number("before", before)
                    .of(&set_key(set), "metadata.annotations")
                    .number("replicas", wanted)
                    .of(&self.key, "spec.replicas");
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The ReplicaSets told apart; the new one is created where it is missing and `create` is set.
    pub(super) fn all_replica_sets_and_sync_revision(
        &mut self,
        cx: &mut Context<'_>,
        create: bool,
    ) -> Result<Sets, SyncError> {
        let old = find_old_replica_sets(&self.deployment, &self.sets);
        let new = match find_new_replica_set(&self.deployment, &self.sets).cloned() {
            Some(set) => Some(self.sync_new_replica_set(cx, set, &old)?),
            None if create => Some(self.create_new_replica_set(cx, &old)?),
            None => {
                cx.decide(&b::NEW_MISSING);
                None
            }
        };
        Ok(Sets { new, old })
    }

    /// Brings the new ReplicaSet's revision and annotations up to date, or else the Deployment's.
    fn sync_new_replica_set(
        &mut self,
        cx: &mut Context<'_>,
        set: Rc<ReplicaSet>,
        old: &[Rc<ReplicaSet>],
    ) -> Result<Rc<ReplicaSet>, SyncError> {
        let wanted = max_revision(old) + 1;
        let mut copy = (*set).clone();
        let annotated =
            set_new_replica_set_annotations(&self.deployment, &mut copy.metadata, wanted, true);
        if annotated || copy.spec.min_ready_seconds != self.deployment.spec.min_ready_seconds {
            copy.spec.min_ready_seconds = self.deployment.spec.min_ready_seconds;
            cx.decide(&b::NEW_UPDATED)
                .text("replicaSet", copy.metadata.name.clone())
                .number("revision", revision(&copy.metadata).unwrap_or_default());
            let updated = cx.store.update(Object::ReplicaSet(Rc::new(copy)))?;
            let updated = replica_set(updated, set);
            self.remember(&updated);
            return Ok(updated);
        }
        let text = set
            .metadata
            .annotation(super::util::REVISION)
            .unwrap_or_default()
            .to_owned();
        cx.decide(&b::NEW_FOUND)
            .text("replicaSet", set.metadata.name.clone())
            .text("revision", text.as_str());
        let mut changed = self
            .deployment
            .metadata
            .set_annotation(super::util::REVISION, &text);
        let progressing = find(&self.deployment.status.conditions, Type::Progressing);
        if has_progress_deadline(&self.deployment) && progressing.is_none() {
            let message = format!("Found new replica set \"{}\"", set.metadata.name);
            self.set_progressing(cx, ConditionStatus::True, "FoundNewReplicaSet", &message);
            changed = true;
        }
        if changed {
            self.update_status(cx)?;
        }
        Ok(set)
    }

    fn create_new_replica_set(
        &mut self,
        cx: &mut Context<'_>,
        old: &[Rc<ReplicaSet>],
    ) -> Result<Rc<ReplicaSet>, SyncError> {
        let (set, revision) = self.new_replica_set(old)?;
        let (name, replicas) = (set.metadata.name.clone(), set.spec.replicas);
        let created = cx.store.create(Object::ReplicaSet(Rc::new(set.clone())));
        let (created, existed) = match created {
            Ok(created) => (replica_set(created, Rc::new(set)), false),
            Err(error @ ApiError::AlreadyExists { .. }) => {
                (self.already_exists(cx, &set, error)?, true)
            }
            Err(error @ ApiError::NamespaceTerminating { .. }) => return Err(error.into()),
            Err(error) => return Err(self.creation_failed(cx, &name, error)),
        };
        if !existed {
            cx.decide(&b::NEW_CREATED)
                .text("replicaSet", name.clone())
                .number("replicas", self.deployment.spec.replicas)
                .of(&self.key, "spec.replicas")
                .number("maxSurge", max_surge(&self.deployment))
                .of(&self.key, "spec.strategy.rollingUpdate.maxSurge")
                .number("total", replica_count(old))
                .number("newReplicas", replicas)
                .number("revision", revision);
            if replicas > 0 {
                let message = format!("Scaled up replica set {name} from 0 to {replicas}");
                self.event(cx, EventType::Normal, "ScalingReplicaSet", &message);
            }
        }
        let meta = &mut self.deployment.metadata;
        let mut changed = meta.set_annotation(super::util::REVISION, &revision.to_string());
        if !existed && has_progress_deadline(&self.deployment) {
            let message = format!("Created new replica set \"{name}\"");
            self.set_progressing(cx, ConditionStatus::True, "NewReplicaSetCreated", &message);
            changed = true;
        }
        if changed {
            self.update_status(cx)?;
        }
        Ok(created)
    }

    /// The ReplicaSet for the Deployment's template, and its revision.
    fn new_replica_set(&self, old: &[Rc<ReplicaSet>]) -> Result<(ReplicaSet, i64), SyncError> {
        let Deployment {
            metadata,
            spec,
            status,
        } = &self.deployment;
        let hash = template_hash::compute(&spec.template.value, status.collision_count);
        let template = spec.template.with_hash(&hash);
        let template = template.map_err(|error| SyncError::Template(error.to_string()))?;
        let mut selector = (*spec.selector).clone();
        selector
            .match_labels
            .insert(POD_TEMPLATE_HASH.to_owned(), hash.clone());
        let revision = max_revision(old) + 1;
        let mut meta = ObjectMeta {
            name: replica_set_name(&metadata.name, &hash).into(),
            namespace: metadata.namespace.clone(),
            labels: template.labels.clone(),
            owner_references: [refs::controller_reference(Kind::Deployment, metadata)].into(),
            ..ObjectMeta::default()
        };
        set_new_replica_set_annotations(&self.deployment, &mut meta, revision, false);
        let set = ReplicaSet {
            metadata: meta,
            spec: ReplicaSetSpec {
                replicas: new_rs_new_replicas(&self.deployment, replica_count(old), 0),
                min_ready_seconds: spec.min_ready_seconds,
                selector: Rc::new(selector),
                template: Rc::new(template),
            },
            status: ReplicaSetStatus::default(),
        };
        Ok((set, revision))
    }

    /// The name is taken: by our own ReplicaSet, or by another one whose template has the same hash.
    fn already_exists(
        &mut self,
        cx: &mut Context<'_>,
        set: &ReplicaSet,
        error: ApiError,
    ) -> Result<Rc<ReplicaSet>, SyncError> {
        let known = cx.store.replica_set(&set_key(set)).cloned();
        let ours = known.filter(|known| {
            known
                .metadata
                .is_controlled_by(&self.deployment.metadata.uid)
                && known
                    .spec
                    .template
                    .equal_ignore_hash(&self.deployment.spec.template)
        });
        if let Some(ours) = ours {
            return Ok(ours);
        }
        let count = self
            .deployment
            .status
            .collision_count
            .unwrap_or(0)
            .saturating_add(1);
        self.deployment.status.collision_count = Some(count);
        cx.decide(&b::HASH_COLLISION)
            .text("replicaSet", set.metadata.name.clone())
            .number("collisionCount", count);
        // Upstream ignores a failure here: the next try counts again.
        drop(self.update_status(cx));
        Err(error.into())
    }

    fn creation_failed(&mut self, cx: &mut Context<'_>, name: &str, error: ApiError) -> SyncError {
        let message = format!("Failed to create new replica set \"{name}\": {error}");
        cx.decide(&b::NEW_FAILED)
            .text("replicaSet", name)
            .text("error", error.to_string());
        if has_progress_deadline(&self.deployment) {
            let status = ConditionStatus::False;
            self.set_progressing(cx, status, "ReplicaSetCreateError", &message);
            // Upstream ignores a failure here: the error of the creation is the one that counts.
            drop(self.update_status(cx));
        }
        self.event(cx, EventType::Warning, "ReplicaSetCreateError", &message);
        error.into()
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

    /// Later looks at the ReplicaSets within this sync see what it wrote.
    fn remember(&mut self, set: &Rc<ReplicaSet>) {
        for known in &mut self.sets {
            if known.metadata.uid == set.metadata.uid {
                *known = set.clone();
            }
        }
    }

    /// Scales without rolling: the only active set, or all in proportion.
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
            .text("replicaSet", set.metadata.name.clone())
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
                .text("replicaSet", name)
                .number("replicas", wanted);
            for old in filter_active(&sets.old) {
                self.scale_replica_set_and_record_event(cx, &old, 0)?;
            }
            return Ok(());
        }
        if let DeploymentStrategy::RollingUpdate { .. } = self.deployment.spec.strategy {
            let active: Vec<_> = sets
                .all()
                .filter(|set| set.spec.replicas > 0)
                .cloned()
                .collect();
            let (sizes, to_add) = proportional_sizes(&self.deployment, active);
            cx.decide(&b::SCALE_PROPORTIONAL)
                .number(
                    "allowed",
                    to_add + replica_count(sizes.iter().map(|(set, _)| set)),
                )
                .number("total", replica_count(sizes.iter().map(|(set, _)| set)))
                .number("toAdd", to_add);
            for (set, size) in sizes {
                self.scale_replica_set(cx, &set, size)?;
            }
        }
        Ok(())
    }

    /// Resizes a set where its size differs; the set as written, if it was.
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

    /// Resizes a set, or brings its annotations up to date; only a new size is worth an event.
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

    /// Deletes the oldest revisions beyond the limit; of those only sets that have no pods.
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
                .text("replicaSet", set.metadata.name.clone());
            match cx.store.delete(&set_key(set), &DeleteOptions::default()) {
                Ok(()) | Err(ApiError::NotFound { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Writes the plain status, without looking at progress.
    fn sync_deployment_status(
        &mut self,
        cx: &mut Context<'_>,
        sets: &Sets,
    ) -> Result<(), SyncError> {
        let status = self.calculate_status(cx, sets);
        self.write_status(cx, status).map(drop)
    }

    /// Writes a status if it differs from the stored one; says whether it did.
    pub(super) fn write_status(
        &mut self,
        cx: &mut Context<'_>,
        status: DeploymentStatus,
    ) -> Result<bool, SyncError> {
        let same = self.deployment.status == status;
        let branch = if same {
            &b::STATUS_UNCHANGED
        } else {
            &b::STATUS_WRITTEN
        };
        cx.decide(branch)
            .number("replicas", self.deployment.spec.replicas)
            .of(&self.key, "spec.replicas")
            .number("updated", status.updated_replicas)
            .of(&self.key, "status.updatedReplicas")
            .number("ready", status.ready_replicas)
            .of(&self.key, "status.readyReplicas")
            .number("available", status.available_replicas)
            .of(&self.key, "status.availableReplicas");
        if !same {
            self.deployment.status = status;
            self.update_status(cx)?;
        }
        Ok(!same)
    }

    /// Counts from the ReplicaSets, and the condition Available.
    pub(super) fn calculate_status(&self, cx: &Context<'_>, sets: &Sets) -> DeploymentStatus {
        let sum = |count: fn(&ReplicaSetStatus) -> i32| {
            sets.all()
                .fold(0i32, |sum, set| sum.saturating_add(count(&set.status)))
        };
        let available = available_count(sets.all());
        let mut status = DeploymentStatus {
            observed_generation: self.deployment.metadata.generation,
            replicas: sum(|status| status.replicas),
            updated_replicas: sets.new.as_ref().map_or(0, |set| set.status.replicas),
            ready_replicas: sum(|status| status.ready_replicas),
            available_replicas: available,
            unavailable_replicas: (replica_count(sets.all()) - available).max(0),
            terminating_replicas: terminating_count(sets.all()),
            ..self.deployment.status.clone()
        };
        let least = self.deployment.spec.replicas - max_unavailable(&self.deployment);
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
        let condition = new_condition(Type::Available, holds.into(), reason, message, cx.now());
        set_condition(&mut status, condition);
        status
    }
}

/// New sizes of all active sets in proportion to their sizes, and how many replicas are added in all
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

/// Of the sets beyond the limit, oldest revision first, those that have no pods and want none. Sets that have
/// some are passed over, not replaced by younger ones.
fn history_to_delete(old: &[Rc<ReplicaSet>], limit: usize) -> Vec<&Rc<ReplicaSet>> {
    let mut alive: Vec<_> = old
        .iter()
        .filter(|set| !set.metadata.is_terminating())
        .collect();
    let too_many = alive.len().saturating_sub(limit);
    alive.sort_by(|a, b| {
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

/// `DEPLOYMENT-HASH`, the Deployment's name cut where both would be too long.
#[must_use]
pub fn replica_set_name(deployment: &str, hash: &str) -> String {
    let room = NAME_MAX.saturating_sub(1 + hash.len());
    let mut end = if room > 0 {
        deployment.len().min(room)
    } else {
        deployment.len()
    };
    while !deployment.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}-{hash}", &deployment[..end])
}

/// The ReplicaSet that a verb returned; verbs return the kind they were given.
fn replica_set(written: Object, given: Rc<ReplicaSet>) -> Rc<ReplicaSet> {
    match written {
        Object::ReplicaSet(set) => set,
        _ => given,
    }
}
