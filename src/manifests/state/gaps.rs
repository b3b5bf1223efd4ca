//! What a state refers to and does not contain.

use super::{Note, names};
use crate::actor::Context;
use crate::api::kind::Kind;
use crate::api::look::Look;
use crate::api::meta::Uid;
use crate::api::object::{Key, Object};
use crate::manifests::Placed;
use crate::store::Store;
use crate::texts::state as texts;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// Says what is missing, and adds what the cluster cannot do without: nodes, if none are given.
pub fn fill(context: &mut Context<'_>, given: &[Placed], notes: &mut Vec<Note>) {
    nodes(context.store, given, notes);
    owners(context, notes);
    dependents(context.store, notes);
}

/// The nodes that pods are on.
fn nodes(store: &mut Store, given: &[Placed], notes: &mut Vec<Note>) {
    let pods = given
        .iter()
        .filter(|placed| placed.object.kind == Kind::Pod);
    let used = pods.map(|placed| placed.object.value.text("spec.nodeName"));
    let used: BTreeSet<&str> = used.filter(|name| !name.is_empty()).collect();
    let is_given = given.iter().any(|placed| placed.object.kind == Kind::Node);
    let missing = used
        .iter()
        .filter(|name| store.node(&(**name).into()).is_none());
    let missing: Vec<&str> = missing.copied().collect();
    if is_given {
        if !missing.is_empty() {
            notes.push(Note::new(&texts::NODES_MISSING).with("nodes", names(&missing)));
        }
        return;
    }
    let assumed = match missing.is_empty() {
        true => vec!["node-1", "node-2", "node-3"],
        false => missing,
    };
    for name in &assumed {
        store.assume_node(name);
    }
    notes.push(Note::new(&texts::NODES_ASSUMED).with("nodes", names(&assumed)));
}

/// The owners that are not given: their dependents must not be collected as garbage.
fn owners(context: &mut Context<'_>, notes: &mut Vec<Note>) {
    let store = &*context.store;
    let mut missing: BTreeMap<String, (Uid, usize)> = BTreeMap::new();
    for object in store.all() {
        if object.kind() == Kind::Event {
            continue;
        }
        for owner in object.meta().owner_references.iter() {
            if store.by_uid(&owner.uid).is_none() && !owner.uid.is_empty() {
                let name = format!("{} {}", owner.kind, owner.name);
                let entry = missing
                    .entry(name)
                    .or_insert_with(|| (owner.uid.clone(), 0));
                entry.1 += 1;
            }
        }
    }
    if missing.is_empty() {
        return;
    }
    let owners: Vec<&String> = missing.keys().collect();
    notes.push(Note::new(&texts::OWNERS_MISSING).with("owners", names(owners)));
    let uids = missing.into_values().map(|(uid, _)| uid).collect();
    Rc::make_mut(&mut context.world).owners_elsewhere = uids;
}

/// Workloads whose status counts objects that are not given. Their controllers would create them anew.
fn dependents(store: &Store, notes: &mut Vec<Note>) {
    let mut without_pods = Vec::new();
    let mut without_sets = Vec::new();
    let owned = |object: &Object, kind: Kind| {
        let uid = &object.meta().uid;
        let mut keys = store.indexes().dependents(uid);
        keys.any(|key: &Key| key.kind == kind)
    };
    for object in store.all() {
        let name = || object.key().to_string();
        match object {
            Object::Deployment(one)
                if one.status.replicas > 0 && !owned(object, Kind::ReplicaSet) =>
            {
                without_sets.push(name());
            }
            Object::ReplicaSet(one) if one.status.replicas > 0 && !owned(object, Kind::Pod) => {
                without_pods.push(name());
            }
            Object::StatefulSet(one) if one.status.replicas > 0 && !owned(object, Kind::Pod) => {
                without_pods.push(name());
            }
            _ => {}
        }
    }
    if !without_sets.is_empty() {
        notes.push(Note::new(&texts::SETS_MISSING).with("workloads", names(&without_sets)));
    }
    if !without_pods.is_empty() {
        notes.push(Note::new(&texts::PODS_MISSING).with("workloads", names(&without_pods)));
    }
}
