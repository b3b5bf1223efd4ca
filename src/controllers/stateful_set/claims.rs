//! Claims: created for each pod, with owners according to the retention policy (`stateful_pod_control.go`,
//! `stateful_set_utils.go`).

use super::{StatefulSetControl, SyncError, aggregate, branches as b, refs};
use crate::actor::Context;
use crate::api::event::EventType;
use crate::api::identity::parent_and_ordinal;
use crate::api::kind::Kind;
use crate::api::meta::{ObjectMeta, OwnerReference, Uid};
use crate::api::object::{Key, Object};
use crate::api::persistent_volume_claim::{ClaimStatus, PersistentVolumeClaim};
use crate::api::pod::Pod;
use crate::api::stateful_set::{ClaimRetentionPolicy, ClaimTemplate, Retention, StatefulSet};
use crate::store::ApiError;
use std::rc::Rc;

/// Whether a reference matches kind and name of an object, regardless of its uid (matchesRef).
#[must_use]
pub fn matches_ref(reference: &OwnerReference, kind: Kind, name: &str) -> bool {
    *reference.api_version == *kind.api_version()
        && *reference.kind == *kind.name()
        && *reference.name == *name
}

/// Whether the owner references include an object (hasOwnerRef).
#[must_use]
pub fn has_owner_ref(owners: &[OwnerReference], uid: &Uid) -> bool {
    owners.iter().any(|owner| owner.uid == *uid)
}

/// Whether an owner reference matches the object's kind and name but not its uid (hasStaleOwnerRef).
#[must_use]
pub fn has_stale_owner_ref(owners: &[OwnerReference], kind: Kind, object: &ObjectMeta) -> bool {
    let mut same_name = owners
        .iter()
        .filter(|owner| matches_ref(owner, kind, &object.name));
    same_name
        .next()
        .is_some_and(|owner| owner.uid != object.uid)
}

/// Whether the claim's controller is neither the set nor the pod (hasUnexpectedController).
#[must_use]
pub fn has_unexpected_controller(
    owners: &[OwnerReference],
    set: &StatefulSet,
    pod: &ObjectMeta,
) -> bool {
    let policy = set.spec.persistent_volume_claim_retention_policy;
    if policy == ClaimRetentionPolicy::default() {
        return false;
    }
    owners.iter().any(|owner| {
        if matches_ref(owner, Kind::StatefulSet, &set.metadata.name) {
            owner.uid != set.metadata.uid
        } else if matches_ref(owner, Kind::Pod, &pod.name) {
            owner.uid != pod.uid
        } else {
            owner.controller
        }
    })
}

/// Whether the set or the pod is an owner but not the controller (hasNonControllerOwner).
#[must_use]
pub fn has_non_controller_owner(owners: &[OwnerReference], set: &Uid, pod: &Uid) -> bool {
    let mut ours = owners
        .iter()
        .filter(|owner| owner.uid == *set || owner.uid == *pod);
    ours.any(|owner| !owner.controller)
}

/// Whether the retention policy makes the set and the pod owners of a claim.
#[must_use]
pub fn wanted_owners(set: &StatefulSet, pod: &str) -> (bool, bool) {
    let policy = set.spec.persistent_volume_claim_retention_policy;
    let scaled_down = !set.in_range(parent_and_ordinal(pod).1);
    let by_pod = policy.when_scaled == Retention::Delete && scaled_down;
    (policy.when_deleted == Retention::Delete && !by_pod, by_pod)
}

/// Whether a claim's owners conform to the retention policy (isClaimOwnerUpToDate).
#[must_use]
pub fn is_claim_owner_up_to_date(
    owners: &[OwnerReference],
    set: &StatefulSet,
    pod: &ObjectMeta,
) -> bool {
    if has_stale_owner_ref(owners, Kind::StatefulSet, &set.metadata)
        || has_stale_owner_ref(owners, Kind::Pod, pod)
    {
        return true;
    }
    let (by_set, by_pod) = (
        has_owner_ref(owners, &set.metadata.uid),
        has_owner_ref(owners, &pod.uid),
    );
    if has_unexpected_controller(owners, set, pod) {
        return !by_set && !by_pod;
    }
    !has_non_controller_owner(owners, &set.metadata.uid, &pod.uid)
        && (by_set, by_pod) == wanted_owners(set, &pod.name)
}

/// A claim's owners, corrected according to the retention policy (updateClaimOwnerRefForSetAndPod).
#[must_use]
pub fn update_claim_owners(
    owners: &[OwnerReference],
    set: &StatefulSet,
    pod: &ObjectMeta,
) -> Rc<[OwnerReference]> {
    let ours = |owner: &&OwnerReference| {
        matches_ref(owner, Kind::StatefulSet, &set.metadata.name)
            || matches_ref(owner, Kind::Pod, &pod.name)
    };
    let others = owners.iter().filter(|owner| !ours(owner)).cloned();
    let (by_set, by_pod) = if has_unexpected_controller(owners, set, pod) {
        (false, false)
    } else {
        wanted_owners(set, &pod.name)
    };
    let set = by_set.then(|| refs::controller_reference(Kind::StatefulSet, &set.metadata));
    let pod = by_pod.then(|| refs::controller_reference(Kind::Pod, pod));
    others.chain(set).chain(pod).collect()
}

impl StatefulSetControl {
    /// Whether none of the set's claims can have wrong owners, so that none needs checking.
    pub(super) fn claims_are_settled(&self, cx: &Context<'_>) -> bool {
        let spec = &self.set.spec;
        spec.volume_claim_templates.is_empty()
            || spec.persistent_volume_claim_retention_policy == ClaimRetentionPolicy::default()
                && !cx
                    .store
                    .indexes()
                    .has_owned_claims(&self.set.metadata.namespace)
    }

    fn claim_key(&self, template: &ClaimTemplate, ordinal: i32) -> Key {
        let name = self.set.claim_name(template, ordinal);
        Key::new(
            Kind::PersistentVolumeClaim,
            &self.set.metadata.namespace,
            &name,
        )
    }

    /// Creates missing claims of a pod (createPersistentVolumeClaims).
    pub(super) fn create_claims(
        &self,
        cx: &mut Context<'_>,
        pod: &Rc<str>,
        ordinal: i32,
    ) -> Result<(), SyncError> {
        let mut errors = Vec::new();
        for template in self.set.spec.volume_claim_templates.iter() {
            let key = self.claim_key(template, ordinal);
            let problem = match cx.store.claim(&key) {
                None => self.create_claim(cx, template, &key, pod).err(),
                Some(claim) if claim.metadata.is_terminating() => {
                    Some(format!("pvc {} is being deleted", key.name))
                }
                Some(_) => None,
            };
            if let Some(problem) = problem {
                cx.decide(&b::CLAIM_FAILED)
                    .object("pod", Kind::Pod, pod.clone())
                    .object("claim", Kind::PersistentVolumeClaim, key.name)
                    .text("error", problem.clone());
                errors.push(SyncError::Claims(problem));
            }
        }
        aggregate(errors)
    }

    fn create_claim(
        &self,
        cx: &mut Context<'_>,
        template: &ClaimTemplate,
        key: &Key,
        pod: &Rc<str>,
    ) -> Result<(), String> {
        let created = cx.store.create(self.new_claim(template, key));
        let (set, claim) = (&self.set.metadata.name, &key.name);
        match &created {
            Ok(_) => {
                cx.decide(&b::CREATE_CLAIM)
                    .object("pod", Kind::Pod, pod.clone())
                    .object("claim", Kind::PersistentVolumeClaim, claim.clone());
                let message =
                    format!("Create Claim {claim} Pod {pod} in StatefulSet {set} success");
                self.event(cx, EventType::Normal, "SuccessfulCreate", &message);
            }
            Err(ApiError::AlreadyExists { .. }) => {}
            Err(error) => {
                let message = format!(
                    "Create Claim {claim} for Pod {pod} in StatefulSet {set} failed error: {error}"
                );
                self.event(cx, EventType::Warning, "FailedCreate", &message);
            }
        }
        created
            .map(drop)
            .map_err(|error| format!("failed to create PVC {claim}: {error}"))
    }

    /// A new claim of a pod (getPersistentVolumeClaims).
    fn new_claim(&self, template: &ClaimTemplate, key: &Key) -> Object {
        let mut labels = template.labels.clone();
        let selected = &self.set.spec.selector.match_labels;
        if !selected.is_empty() {
            let own = selected
                .iter()
                .map(|(key, value)| (key.clone(), value.clone()));
            Rc::make_mut(&mut labels).extend(own);
        }
        Object::PersistentVolumeClaim(Rc::new(PersistentVolumeClaim {
            metadata: ObjectMeta {
                name: key.name.clone(),
                namespace: key.namespace.clone(),
                labels,
                annotations: template.annotations.clone(),
                ..ObjectMeta::default()
            },
            spec: template.spec.clone(),
            volume_name: None,
            status: ClaimStatus::default(),
        }))
    }

    /// Creates the missing claims of a pending pod (createMissingPersistentVolumeClaims).
    pub(super) fn create_missing_claims(
        &self,
        cx: &mut Context<'_>,
        pod: &Pod,
        ordinal: i32,
    ) -> Result<(), SyncError> {
        let name = &pod.metadata.name;
        self.create_claims(cx, name, ordinal)?;
        let owned = self.own_claims(cx, &pod.metadata, ordinal);
        if let Err(error) = &owned {
            self.pod_event(cx, "Update", name, Some(error));
        }
        owned
    }

    /// Whether all claims of a pod have the right owners (ClaimsMatchRetentionPolicy).
    pub(super) fn claim_owners_match(
        &self,
        cx: &Context<'_>,
        pod: &ObjectMeta,
        ordinal: i32,
    ) -> bool {
        let templates = self.set.spec.volume_claim_templates.iter();
        self.claims_are_settled(cx)
            || templates
                .map(|template| self.claim_key(template, ordinal))
                .all(|key| {
                    let claim = cx.store.claim(&key);
                    claim.is_none_or(|claim| {
                        is_claim_owner_up_to_date(&claim.metadata.owner_references, &self.set, pod)
                    })
                })
    }

    /// Corrects the owners of a pod's claims (UpdatePodClaimForRetentionPolicy).
    pub(super) fn own_claims(
        &self,
        cx: &mut Context<'_>,
        pod: &ObjectMeta,
        ordinal: i32,
    ) -> Result<(), SyncError> {
        if self.claims_are_settled(cx) {
            return Ok(());
        }
        for template in self.set.spec.volume_claim_templates.iter() {
            let key = self.claim_key(template, ordinal);
            if let Some(claim) = cx.store.claim(&key).cloned() {
                self.own_claim(cx, &key, &claim, pod)?;
            }
        }
        Ok(())
    }

    fn own_claim(
        &self,
        cx: &mut Context<'_>,
        key: &Key,
        claim: &PersistentVolumeClaim,
        pod: &ObjectMeta,
    ) -> Result<(), SyncError> {
        let (set, name) = (&*self.set, &key.name);
        let owners = &claim.metadata.owner_references;
        if has_unexpected_controller(owners, set, pod) {
            cx.decide(&b::CONFLICTING_CONTROLLER).object(
                "claim",
                Kind::PersistentVolumeClaim,
                name.clone(),
            );
            let message = format!(
                "PersistentVolumeClaim {name} has a conflicting OwnerReference that acts as a manging \
                 controller, the retention policy is ignored for this claim"
            );
            self.event(cx, EventType::Warning, "ConflictingController", &message);
        }
        if is_claim_owner_up_to_date(owners, set, pod) {
            return Ok(());
        }
        let owners = update_claim_owners(owners, set, pod);
        let names = owners
            .iter()
            .map(|owner| format!("{} {}", owner.kind, owner.name));
        let names: Vec<String> = names.collect();
        cx.decide(&b::OWN_CLAIM)
            .object("claim", Kind::PersistentVolumeClaim, name.clone())
            .object("pod", Kind::Pod, pod.name.clone())
            .text(
                "owners",
                if names.is_empty() {
                    "-".into()
                } else {
                    names.join(", ")
                },
            );
        let mut claim = claim.clone();
        claim.metadata.owner_references = owners;
        let updated = cx
            .store
            .update(Object::PersistentVolumeClaim(Rc::new(claim)));
        updated.map(drop).map_err(|error| {
            SyncError::Claims(format!(
                "could not update claim {name} for delete policy ownerRefs: {error}"
            ))
        })
    }

    /// Whether a claim of a missing pod is still owned by a previous pod with the same name. The garbage collector
    /// will delete it, so it must not be reused (PodClaimIsStale).
    pub(super) fn has_stale_claim(&self, cx: &mut Context<'_>, ordinal: i32) -> bool {
        let policy = self.set.spec.persistent_volume_claim_retention_policy;
        if policy.when_scaled == Retention::Retain {
            return false;
        }
        let pod = ObjectMeta {
            name: self.set.pod_name(ordinal),
            ..ObjectMeta::default()
        };
        let templates = self.set.spec.volume_claim_templates.iter();
        let stale = templates
            .map(|template| self.claim_key(template, ordinal))
            .find(|key| {
                let claim = cx.store.claim(key);
                claim.is_some_and(|claim| {
                    has_stale_owner_ref(&claim.metadata.owner_references, Kind::Pod, &pod)
                })
            });
        let Some(key) = stale else {
            return false;
        };
        cx.decide(&b::STALE_CLAIM)
            .object("claim", Kind::PersistentVolumeClaim, key.name.clone())
            .of(&key, "metadata.ownerReferences")
            .object("pod", Kind::Pod, pod.name);
        true
    }
}
