//! The controllers: each is a short function that reads like its flow chart, built on pure helpers.
//!
//! A controller takes a [`Context`](crate::actor::Context) and the key of one object, writes through the store's verbs, and reports
//! each [`Decision`](crate::actor::decision::Decision) as it takes it.

pub mod autoscaler;
pub mod claim_protection;
pub mod deployment;
pub mod disruption;
pub mod endpointslice;
pub mod garbage_collector;
pub mod namespace;
pub mod node_lifecycle;
pub mod pod_gc;
mod pod_wake;
mod refs;
pub mod replica_set;
pub mod stateful_set;
pub mod volume_binder;

use crate::api::kind::Kind;
use crate::api::meta::{ObjectMeta, Uid};
use crate::api::object::Object;
use crate::store::Store;

/// The controller of an object, if its kind, name and uid match the owner reference.
fn resolve_controller<'a>(store: &'a Store, meta: &ObjectMeta, kind: Kind) -> Option<&'a Object> {
    let owner = meta
        .controller()
        .filter(|owner| *owner.kind == *kind.info().name)?;
    let found = store.by_uid(&owner.uid)?;
    (found.kind() == kind && found.meta().name == owner.name).then_some(found)
}

/// The uid of the controller.
fn controller_uid(meta: &ObjectMeta) -> Option<&Uid> {
    meta.controller().map(|owner| &owner.uid)
}
