//! The ReplicaSet with the Deployment's template (`pkg/controller/deployment/sync.go`, getNewReplicaSet).

use super::annotations::{REVISION, revision, set_new_replica_set_annotations};
use super::sync::replica_set;
use super::util::{
    find_new_replica_set, find_old_replica_sets, has_progress_deadline, max_revision, max_surge,
    new_rs_new_replicas, replica_count,
};
use super::{Rollout, Sets, branches as b, set_key};
use crate::actor::{Cause, Context, SyncError};
use crate::api::condition::{ConditionStatus, find};
use crate::api::deployment::{Deployment, DeploymentConditionType as Type, DeploymentStrategy};
use crate::api::event::EventType;
use crate::api::kind::Kind;
use crate::api::meta::ObjectMeta;
use crate::api::object::Object;
use crate::api::replica_set::{ReplicaSet, ReplicaSetSpec, ReplicaSetStatus};
use crate::api::template::POD_TEMPLATE_HASH;
use crate::api::template_hash;
use crate::controllers::refs;
use crate::store::ApiError;
use crate::versions::Version;
use std::rc::Rc;

/// Maximum length of an object's name.
const NAME_MAX: usize = 253;

impl Rollout {
    /// The new and old ReplicaSets; a missing new one is created if `create` is set.
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

    /// Updates the new ReplicaSet's revision and annotations, or else the Deployment's.
    fn sync_new_replica_set(
        &mut self,
        cx: &mut Context<'_>,
        set: Rc<ReplicaSet>,
        old: &[Rc<ReplicaSet>],
    ) -> Result<Rc<ReplicaSet>, SyncError> {
        let wanted = max_revision(old) + 1;
        let mut metadata = set.metadata.clone();
        let annotated =
            set_new_replica_set_annotations(&self.deployment, &mut metadata, wanted, true);
        if annotated || set.spec.min_ready_seconds != self.deployment.spec.min_ready_seconds {
            let mut copy = (*set).clone();
            copy.metadata = metadata;
            copy.spec.min_ready_seconds = self.deployment.spec.min_ready_seconds;
            cx.decide(&b::NEW_UPDATED)
                .object("replicaSet", Kind::ReplicaSet, copy.metadata.name.clone())
                .number("revision", revision(&copy.metadata).unwrap_or_default());
            let updated = cx.store.update(Object::ReplicaSet(Rc::new(copy)))?;
            let updated = replica_set(updated, set);
            self.remember(&updated);
            return Ok(updated);
        }
        let text = set
            .metadata
            .annotation(REVISION)
            .unwrap_or_default()
            .to_owned();
        cx.decide(&b::NEW_FOUND)
            .object("replicaSet", Kind::ReplicaSet, set.metadata.name.clone())
            .text("revision", text.as_str());
        let mut changed = self.deployment.metadata.set_annotation(REVISION, &text);
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
        let (set, revision) = self.new_replica_set(cx.store.version(), old)?;
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
                .object("replicaSet", Kind::ReplicaSet, name.clone())
                .number("replicas", self.deployment.spec.replicas)
                .of(&self.key, "spec.replicas")
                .number("maxSurge", max_surge(&self.deployment))
                .of(&self.key, "spec.strategy.rollingUpdate.maxSurge")
                .number("total", replica_count(old))
                .of_all(old.iter().map(|set| set_key(set)), "spec.replicas")
                .number("newReplicas", replicas)
                .number("revision", revision);
            if replicas > 0 {
                let message = format!("Scaled up replica set {name} from 0 to {replicas}");
                self.event(cx, EventType::Normal, "ScalingReplicaSet", &message);
            }
        }
        let meta = &mut self.deployment.metadata;
        let mut changed = meta.set_annotation(REVISION, &revision.to_string());
        if !existed && has_progress_deadline(&self.deployment) {
            let message = format!("Created new replica set \"{name}\"");
            self.set_progressing(cx, ConditionStatus::True, "NewReplicaSetCreated", &message);
            changed = true;
        }
        if changed {
            if self.is_read_too_early(cx) {
                cx.decide(&b::READ_TOO_EARLY);
                return Err(ApiError::conflict(&self.key).into());
            }
            self.update_status(cx)?;
        }
        Ok(created)
    }

    /// Whether the controller's cache still has the Deployment from before its own last write.
    ///
    /// A scaling event writes a ReplicaSet and then the status. The ReplicaSet's change queues the key again, and
    /// that sync begins as soon as the current one ends, before the informer has delivered the Deployment with its
    /// new status, so its status write fails with a conflict. This matters only if the sync creates the new
    /// ReplicaSet: the creation is then never reported in the condition Progressing, because the next sync merely
    /// finds the ReplicaSet.
    ///
    /// Such a sync has happened if the Deployment's new generation is observed but has no ReplicaSet yet: any other
    /// sync of a rolling update creates the ReplicaSet first.
    fn is_read_too_early(&self, cx: &Context<'_>) -> bool {
        let Some(Cause::Modified(woken_by)) = &cx.cause else {
            return false;
        };
        let Deployment {
            metadata,
            spec,
            status,
        } = &self.deployment;
        matches!(spec.strategy, DeploymentStrategy::RollingUpdate { .. })
            && status.observed_generation == metadata.generation
            && self.sets.iter().any(|set| set_key(set) == *woken_by)
    }

    /// The ReplicaSet for the Deployment's template, and its revision.
    fn new_replica_set(
        &self,
        version: Version,
        old: &[Rc<ReplicaSet>],
    ) -> Result<(ReplicaSet, i64), SyncError> {
        let Deployment {
            metadata,
            spec,
            status,
        } = &self.deployment;
        let hash = template_hash::compute(version, &spec.template.value, status.collision_count);
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

    /// The name is taken, either by the Deployment's own ReplicaSet or by another one (a hash collision).
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
            .object("replicaSet", Kind::ReplicaSet, set.metadata.name.clone())
            .number("collisionCount", count);
        // Upstream ignores an error here; the next attempt increments the count again.
        drop(self.update_status(cx));
        Err(error.into())
    }

    fn creation_failed(&mut self, cx: &mut Context<'_>, name: &str, error: ApiError) -> SyncError {
        let message = format!("Failed to create new replica set \"{name}\": {error}");
        cx.decide(&b::NEW_FAILED)
            .object("replicaSet", Kind::ReplicaSet, name)
            .text("error", error.to_string());
        if has_progress_deadline(&self.deployment) {
            let status = ConditionStatus::False;
            self.set_progressing(cx, status, "ReplicaSetCreateError", &message);
            // Upstream ignores an error here; the error of the creation is returned.
            drop(self.update_status(cx));
        }
        self.event(cx, EventType::Warning, "ReplicaSetCreateError", &message);
        error.into()
    }

    /// Makes the write visible to the rest of this sync.
    fn remember(&mut self, set: &Rc<ReplicaSet>) {
        for known in &mut self.sets {
            if known.metadata.uid == set.metadata.uid {
                *known = set.clone();
            }
        }
    }
}

/// `DEPLOYMENT-HASH`, with the Deployment's name truncated if the result would be too long.
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
