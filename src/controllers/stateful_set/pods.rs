//! Creating, repairing and deleting pods, and the events about it (`stateful_pod_control.go`).

use super::{StatefulSetControl, SyncError, branches as b, refs};
use crate::actor::Context;
use crate::api::controller_revision::ControllerRevision;
use crate::api::event::EventType;
use crate::api::identity::{POD_INDEX_LABEL, POD_NAME_LABEL, REVISION_LABEL};
use crate::api::kind::Kind;
use crate::api::meta::{ObjectMeta, StringMap};
use crate::api::object::Object;
use crate::api::pod::{Pod, PodIdentity, PodStatus};
use crate::api::stateful_set::StatefulSetUpdateStrategy;
use crate::store::{ApiError, DeleteOptions};
use std::fmt::Display;
use std::rc::Rc;

/// Which revision a missing pod is created from, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    Update,
    /// The pod's ordinal is below the partition, which ends before this ordinal.
    BelowPartition(i32),
    /// There is no `rollingUpdate` block, and the ordinal is among as many first ones as there are pods of the
    /// current revision, which end before this ordinal.
    NotUpdated(i32),
}

impl StatefulSetControl {
    /// The revision that a missing pod is created from (newVersionedStatefulSetPod).
    pub(super) fn revision_of_missing(&self, ordinal: i32) -> &Rc<ControllerRevision> {
        match self.source(ordinal) {
            Source::Update => &self.update,
            Source::BelowPartition(_) | Source::NotUpdated(_) => &self.current,
        }
    }

    fn source(&self, ordinal: i32) -> Source {
        let start = self.set.start_ordinal();
        let StatefulSetUpdateStrategy::RollingUpdate { rolling_update } =
            &self.set.spec.update_strategy
        else {
            return Source::Update;
        };
        match rolling_update {
            Some(block) => {
                let bound = start.saturating_add(block.partition);
                if ordinal < bound {
                    Source::BelowPartition(bound)
                } else {
                    Source::Update
                }
            }
            None => {
                let bound = start.saturating_add(self.set.status.current_replicas);
                if ordinal < bound {
                    Source::NotUpdated(bound)
                } else {
                    Source::Update
                }
            }
        }
    }

    /// A new pod of the set (newStatefulSetPod). Its template is that of its revision; everything else comes from
    /// the set.
    pub(super) fn new_pod(&self, ordinal: i32) -> Pod {
        let set = &self.set;
        let revision = self.revision_of_missing(ordinal);
        let template = revision.data.template().unwrap_or(&set.spec.template);
        let name = set.pod_name(ordinal);
        let mut labels = (*template.labels).clone();
        labels.insert(
            REVISION_LABEL.to_owned(),
            revision.metadata.name.to_string(),
        );
        Pod {
            metadata: ObjectMeta {
                generate_name: Some(format!("{}-", set.metadata.name).into()),
                namespace: set.metadata.namespace.clone(),
                labels: with_identity(Rc::new(labels), &name, ordinal),
                annotations: template.annotations.clone(),
                finalizers: template.finalizers.clone(),
                owner_references: [refs::controller_reference(Kind::StatefulSet, &set.metadata)]
                    .into(),
                name: name.clone(),
                ..ObjectMeta::default()
            },
            node_name: template.pod_spec.node_name.clone(),
            identity: Some(Rc::new(PodIdentity {
                hostname: name,
                subdomain: set.spec.service_name.clone(),
                claims: self.claim_volumes(ordinal),
            })),
            spec: template.pod_spec.clone(),
            status: PodStatus::default(),
        }
    }

    /// Volumes backed by the pod's own claims: volume name and claim name.
    fn claim_volumes(&self, ordinal: i32) -> Vec<(Rc<str>, Rc<str>)> {
        let templates = self.set.spec.volume_claim_templates.iter();
        templates
            .map(|template| {
                (
                    template.name.clone(),
                    self.set.claim_name(template, ordinal),
                )
            })
            .collect()
    }

    /// Creates a missing pod after its claims (CreateStatefulPod).
    pub(super) fn create_stateful_pod(
        &self,
        cx: &mut Context<'_>,
        ordinal: i32,
    ) -> Result<(), SyncError> {
        let pod = self.new_pod(ordinal);
        let name = pod.metadata.name.clone();
        self.decide_source(cx, &name, ordinal);
        if let Err(error) = self.create_claims(cx, &name, ordinal) {
            self.pod_event(cx, "Create", &name, Some(&error));
            return Err(error);
        }
        let created = match cx.store.create(Object::Pod(Rc::new(pod.clone()))) {
            // The name is taken by a pod of someone else, which upstream does not report.
            Err(error @ ApiError::AlreadyExists { .. }) => {
                self.decide_failure(cx, &name, &error);
                return Err(error.into());
            }
            created => created,
        };
        if let Err(error) = self.own_claims(cx, &pod.metadata, ordinal) {
            self.pod_event(cx, "Update", &name, Some(&error));
            return Err(error);
        }
        if let Err(error) = &created {
            self.decide_failure(cx, &name, error);
        }
        self.pod_event(cx, "Create", &name, created.as_ref().err());
        created?;
        Ok(())
    }

    fn decide_source(&self, cx: &mut Context<'_>, name: &Rc<str>, ordinal: i32) {
        let revision = self.revision_of_missing(ordinal).metadata.name.clone();
        let branch = match self.source(ordinal) {
            Source::Update => &b::CREATE,
            Source::BelowPartition(_) => &b::CREATE_BELOW_PARTITION,
            Source::NotUpdated(_) => &b::CREATE_NOT_UPDATED,
        };
        let decision = cx
            .decide(branch)
            .object("pod", Kind::Pod, name.clone())
            .number("ordinal", ordinal)
            .object("revision", Kind::ControllerRevision, revision)
            .number("start", self.set.start_ordinal())
            .of(&self.key, "spec.ordinals.start");
        match self.source(ordinal) {
            Source::Update => {}
            Source::BelowPartition(bound) => {
                decision
                    .number("partition", self.set.partition())
                    .of(&self.key, "spec.updateStrategy.rollingUpdate.partition")
                    .number("bound", bound);
            }
            Source::NotUpdated(bound) => {
                decision
                    .number("currentReplicas", self.set.status.current_replicas)
                    .of(&self.key, "status.currentReplicas")
                    .number("bound", bound);
            }
        }
    }

    fn decide_failure(&self, cx: &mut Context<'_>, name: &Rc<str>, error: &dyn Display) {
        cx.decide(&b::CREATE_FAILED)
            .object("pod", Kind::Pod, name.clone())
            .text("error", error.to_string());
    }

    /// Corrects a pod's identity, volumes and claim owners (UpdateStatefulPod).
    pub(super) fn update_stateful_pod(
        &self,
        cx: &mut Context<'_>,
        pod: &Rc<Pod>,
        ordinal: i32,
    ) -> Result<(), SyncError> {
        let set = &self.set;
        let name = pod.metadata.name.clone();
        let wrong_names = !set.identity_matches(pod);
        let wrong_volumes = !set.storage_matches(pod);
        let wrong_owners = !self.claim_owners_match(cx, &pod.metadata, ordinal);
        if !wrong_names && !wrong_volumes && !wrong_owners {
            return Ok(());
        }
        let mut mended = (**pod).clone();
        if wrong_names {
            self.decide_repair(cx, &name, "labels");
            mended.metadata.name = set.pod_name(ordinal);
            let labels = mended.metadata.labels.clone();
            mended.metadata.labels = with_identity(labels, &mended.metadata.name, ordinal);
        }
        if wrong_volumes {
            self.decide_repair(cx, &name, "volumes");
            let mut identity = pod.identity.as_deref().cloned().unwrap_or_default();
            identity.claims = self.claim_volumes(ordinal);
            mended.identity = Some(Rc::new(identity));
            if let Err(error) = self.create_claims(cx, &name, ordinal) {
                self.pod_event(cx, "Update", &name, Some(&error));
                return Err(error);
            }
        }
        if wrong_owners && let Err(error) = self.own_claims(cx, &pod.metadata, ordinal) {
            self.pod_event(cx, "Update", &name, Some(&error));
            return Err(error);
        }
        let updated = cx.store.update(Object::Pod(Rc::new(mended)));
        self.pod_event(cx, "Update", &name, updated.as_ref().err());
        updated?;
        Ok(())
    }

    fn decide_repair(&self, cx: &mut Context<'_>, name: &Rc<str>, what: &'static str) {
        cx.decide(&b::REPAIR)
            .object("pod", Kind::Pod, name.clone())
            .text("what", what);
    }

    /// Deletes a pod; one that is already gone counts as deleted (DeleteStatefulPod).
    pub(super) fn delete_stateful_pod(
        &self,
        cx: &mut Context<'_>,
        name: &Rc<str>,
    ) -> Result<(), SyncError> {
        let deleted = cx
            .store
            .delete(&self.pod_key(name), &DeleteOptions::default());
        let deleted = ApiError::unless_gone(deleted);
        self.pod_event(cx, "Delete", name, deleted.as_ref().err());
        Ok(deleted?)
    }

    /// Records the event about an operation on a pod or its failure (recordPodEvent).
    pub(super) fn pod_event<E: Display>(
        &self,
        cx: &mut Context<'_>,
        verb: &str,
        pod: &str,
        error: Option<&E>,
    ) {
        let set = &self.set.metadata.name;
        match error {
            None => {
                let message = format!("{verb} Pod {pod} in StatefulSet {set} successful");
                self.event(
                    cx,
                    EventType::Normal,
                    &format!("Successful{verb}"),
                    &message,
                );
            }
            Some(error) => {
                let message =
                    format!("{verb} Pod {pod} in StatefulSet {set} failed error: {error}");
                self.event(cx, EventType::Warning, &format!("Failed{verb}"), &message);
            }
        }
    }
}

/// Labels with the pod's name and ordinal added (updateIdentity).
fn with_identity(mut labels: StringMap, name: &str, ordinal: i32) -> StringMap {
    let own = Rc::make_mut(&mut labels);
    own.insert(POD_NAME_LABEL.to_owned(), name.to_owned());
    own.insert(POD_INDEX_LABEL.to_owned(), ordinal.to_string());
    labels
}
