//! Adopting and releasing dependents (`pkg/controller/controller_ref_manager.go`).

use crate::actor::decision::Branch;
use crate::actor::{Context, SyncError};
use crate::api::kind::Kind;
use crate::api::meta::{ObjectMeta, OwnerReference};
use crate::api::object::Object;
use crate::api::pod::Pod;
use crate::store::{ApiError, Store};
use std::rc::Rc;

/// What to do with an object found by a controller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Claim {
    /// The controller owns it, and it matches.
    Keep,
    /// The controller owns it, but it no longer matches.
    Release,
    /// It is an orphan that matches.
    Adopt,
    /// It does not concern the controller.
    Ignore,
}

/// Decides about an object (ClaimObject).
pub(super) fn claim(owner: &ObjectMeta, object: &ObjectMeta, matches: bool) -> Claim {
    match object.controller() {
        Some(controller) if controller.uid != owner.uid => Claim::Ignore,
        Some(_) if matches => Claim::Keep,
        Some(_) if owner.is_terminating() => Claim::Ignore,
        Some(_) => Claim::Release,
        None if owner.is_terminating() || !matches || object.is_terminating() => Claim::Ignore,
        None => Claim::Adopt,
    }
}

/// The owner reference that makes `owner` the controller of an object.
pub(super) fn controller_reference(kind: Kind, owner: &ObjectMeta) -> OwnerReference {
    let info = kind.info();
    OwnerReference {
        api_version: info.api_version.into(),
        kind: info.name.into(),
        name: owner.name.clone(),
        uid: owner.uid.clone(),
        controller: true,
        block_owner_deletion: true,
    }
}

/// Adopts or releases a pod depending on its labels and owner, and reports the given branches.
pub(super) fn claim_pod(
    cx: &mut Context<'_>,
    kind: Kind,
    owner: &ObjectMeta,
    pod: Rc<Pod>,
    matches: bool,
    [release_branch, adopt_branch]: [&'static Branch; 2],
) -> Result<(), SyncError> {
    let name = pod.metadata.name.clone();
    match claim(owner, &pod.metadata, matches) {
        Claim::Keep | Claim::Ignore => Ok(()),
        Claim::Release => {
            cx.decide(release_branch).object("pod", Kind::Pod, name);
            release(cx.store, owner, Object::Pod(pod))
        }
        Claim::Adopt => {
            cx.decide(adopt_branch).object("pod", Kind::Pod, name);
            adopt(cx.store, kind, owner, Object::Pod(pod)).map(drop)
        }
    }
}

/// Makes `owner` the controller of an orphan.
pub(super) fn adopt(
    store: &mut Store,
    kind: Kind,
    owner: &ObjectMeta,
    mut orphan: Object,
) -> Result<Object, SyncError> {
    let meta = orphan.meta_mut();
    let references = meta.owner_references.iter().cloned();
    meta.owner_references = references
        .chain([controller_reference(kind, owner)])
        .collect();
    Ok(store.update(orphan)?)
}

/// Removes `owner` from an object's owner references. A deleted object needs no release.
pub(super) fn release(
    store: &mut Store,
    owner: &ObjectMeta,
    mut object: Object,
) -> Result<(), SyncError> {
    let meta = object.meta_mut();
    let others = meta
        .owner_references
        .iter()
        .filter(|reference| reference.uid != owner.uid);
    meta.owner_references = others.cloned().collect();
    match store.update(object) {
        Ok(_) | Err(ApiError::NotFound { .. } | ApiError::Invalid { .. }) => Ok(()),
        Err(error) => Err(error.into()),
    }
}
