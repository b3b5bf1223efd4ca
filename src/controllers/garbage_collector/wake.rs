//! Changes that queue objects for the garbage collector (`graph_builder.go`, processGraphChanges).

use super::{Leaving, OwnerState};
use crate::actor::{Cause, Wake, cause_of};
use crate::api::meta::{ObjectMeta, OwnerReference};
use crate::api::object::Object;
use crate::store::{Change, Store};
use std::rc::Rc;

/// The objects to queue after a change.
pub fn wake(store: &Store, change: &Change, wakes: &mut Vec<Wake>) {
    let before = change.before.as_ref().map(Object::meta);
    match (before, change.after.as_ref().map(Object::meta)) {
        (Some(before), None) => {
            wake_dependents(store, change, before, wakes);
            for owner in before.owner_references.iter() {
                wake_waiting_owner(store, change, owner, wakes);
            }
        }
        (before, Some(after)) => {
            owners_changed(store, change, before, after, wakes);
            let leaving = waits(Leaving::of(after));
            if leaving.is_some() && leaving != waits(before.and_then(Leaving::of)) {
                begins_to_wait(store, change, after, wakes);
            }
        }
        (None, None) => {}
    }
}

fn waits(leaving: Option<Leaving>) -> Option<Leaving> {
    leaving.filter(|leaving| *leaving != Leaving::Plain)
}

/// An owner that starts to wait queues its dependents, and then itself (`graph_builder.go`, processTransitions). An
/// orphaning owner is queued by its last dependent.
fn begins_to_wait(store: &Store, change: &Change, owner: &ObjectMeta, wakes: &mut Vec<Wake>) {
    let known = wakes.len();
    wake_dependents(store, change, owner, wakes);
    if wakes.len() == known || Leaving::of(owner) == Some(Leaving::Foreground) {
        wakes.push(Wake::now(change.key.clone(), cause_of(change)));
    }
}

fn wake_dependents(store: &Store, change: &Change, owner: &ObjectMeta, wakes: &mut Vec<Wake>) {
    let dependents = store.indexes().dependents(&owner.uid);
    wakes.extend(dependents.map(|key| Wake::now(key.clone(), cause_of(change))));
}

/// New references can be dangling; removed references may have blocked an owner.
fn owners_changed(
    store: &Store,
    change: &Change,
    before: Option<&ObjectMeta>,
    after: &ObjectMeta,
    wakes: &mut Vec<Wake>,
) {
    let old: &Rc<[OwnerReference]> = match before {
        Some(before) if same(&before.owner_references, &after.owner_references) => return,
        Some(before) => &before.owner_references,
        None => &Rc::default(),
    };
    for owner in old.iter() {
        let now = after
            .owner_references
            .iter()
            .find(|now| now.uid == owner.uid);
        if now.is_none_or(|now| owner.block_owner_deletion && !now.block_owner_deletion) {
            wake_waiting_owner(store, change, owner, wakes);
        }
    }
    // Dependents of an owner that is already waiting are handled with the owner (garbagecollector.go,
    // processDeletingDependentsItem).
    let is_known = |owner| {
        let state = OwnerState::of(store, after, owner);
        matches!(state, OwnerState::Solid | OwnerState::Waiting)
    };
    if !after.owner_references.iter().all(is_known) {
        wakes.push(Wake::now(change.key.clone(), cause_of(change)));
    }
}

fn same(a: &Rc<[OwnerReference]>, b: &Rc<[OwnerReference]>) -> bool {
    Rc::ptr_eq(a, b) || a == b
}

fn wake_waiting_owner(
    store: &Store,
    change: &Change,
    owner: &OwnerReference,
    wakes: &mut Vec<Wake>,
) {
    let found = store.by_uid(&owner.uid);
    if let Some(found) = found
        && waits(Leaving::of(found.meta())).is_some()
    {
        let cause: Cause = cause_of(change);
        wakes.push(Wake::now(found.key(), cause));
    }
}
