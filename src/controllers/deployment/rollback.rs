//! Rollback requested by the annotation of old clients (`pkg/controller/deployment/rollback.go`).

use super::annotations::{ROLLBACK_TO, revision, skip_copy_annotation};
use super::{Rollout, Sets, branches as b};
use crate::actor::{Context, SyncError};
use crate::api::deployment::Deployment;
use crate::api::event::EventType;
use crate::api::light;
use crate::api::object::Object;
use crate::api::replica_set::ReplicaSet;
use crate::api::template::PodTemplate;
use std::rc::Rc;

/// The revision requested by the annotation; `None` if it is absent or not a number.
pub(super) fn rollback_to(deployment: &Deployment) -> Option<i64> {
    deployment.metadata.annotation(ROLLBACK_TO)?.parse().ok()
}

impl Rollout {
    /// Restores the template of a revision, then removes the annotation whether or not that succeeded.
    pub(super) fn rollback(&mut self, cx: &mut Context<'_>, to: i64) -> Result<(), SyncError> {
        let sets = self.all_replica_sets_and_sync_revision(cx, true)?;
        let (warning, reason) = (EventType::Warning, "DeploymentRollbackRevisionNotFound");
        let to = if to == 0 { last_revision(&sets) } else { to };
        let found = sets
            .all()
            .find(|set| revision(&set.metadata) == Some(to))
            .cloned();
        let told = match found {
            _ if to == 0 => {
                cx.decide(&b::ROLLBACK_NOT_FOUND);
                self.event(cx, warning, reason, "Unable to find last revision.");
                None
            }
            Some(set) => self.rollback_to_template(cx, &set, to)?,
            None => {
                cx.decide(&b::ROLLBACK_NOT_FOUND);
                let message = "Unable to find the revision to rollback to.";
                self.event(cx, warning, reason, message);
                None
            }
        };
        Rc::make_mut(&mut self.deployment.metadata.annotations).remove(ROLLBACK_TO);
        cx.store
            .update(Object::Deployment(Rc::new(self.deployment.clone())))?;
        if let Some(message) = told {
            self.event(cx, EventType::Normal, "DeploymentRollback", &message);
        }
        Ok(())
    }

    /// The event to record after the write, if there is anything to write.
    fn rollback_to_template(
        &mut self,
        cx: &mut Context<'_>,
        set: &ReplicaSet,
        to: i64,
    ) -> Result<Option<String>, SyncError> {
        let name = self.deployment.metadata.name.clone();
        if set
            .spec
            .template
            .equal_ignore_hash(&self.deployment.spec.template)
        {
            cx.decide(&b::ROLLBACK_UNCHANGED);
            let message = format!(
                "The rollback revision contains the same template as current deployment \"{name}\""
            );
            let reason = "DeploymentRollbackTemplateUnchanged";
            self.event(cx, EventType::Warning, reason, &message);
            return Ok(None);
        }
        cx.decide(&b::ROLLBACK).number("revision", to);
        let bare = (**set.spec.template.without_hash()).clone();
        let template = PodTemplate::new(bare);
        let template = template.map_err(|error| SyncError::Template(error.to_string()))?;
        self.deployment.spec.template = Rc::new(template);
        self.take_annotations(set);
        let message = format!("Rolled back deployment \"{name}\" to revision {to}");
        Ok(Some(message))
    }

    /// Replaces the Deployment's annotations by the revision's, except those that are never copied.
    fn take_annotations(&mut self, set: &ReplicaSet) {
        let own = self.deployment.metadata.annotations.iter();
        let kept = own.filter(|(key, _)| skip_copy_annotation(key));
        let of_set = set.metadata.annotations.iter();
        let taken = of_set.filter(|(key, _)| !skip_copy_annotation(key));
        let all = kept
            .chain(taken)
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect();
        self.deployment.metadata.annotations = Rc::new(all);
    }
}

/// The second highest revision; 0 if there is none.
fn last_revision(sets: &Sets) -> i64 {
    let mut revisions: Vec<i64> = sets
        .all()
        .filter_map(|set| revision(&set.metadata))
        .collect();
    light::sort(&mut revisions, Ord::cmp);
    revisions.iter().rev().nth(1).copied().unwrap_or(0)
}
