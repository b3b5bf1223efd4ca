//! A stand-in for the scheduler: each pod goes to the next node in turn.

use super::Config;
use crate::api::kind::Kind;
use crate::api::object::{Key, Object};
use crate::controllers::{Context, SyncError, Wake, cause_of};
use crate::store::{ApiError, Change, Store};
use std::rc::Rc;

/// Wakes for pods that have no node.
pub fn wake(change: &Change, wakes: &mut Vec<Wake>) {
    if let Some(Object::Pod(pod)) = &change.after
        && change.before.is_none()
        && pod.node_name.is_none()
    {
        wakes.push(Wake::now(change.key.clone(), cause_of(change)));
    }
}

/// Binds a pod to a node.
///
/// # Errors
/// A write that the API server refused.
pub fn sync(cx: &mut Context<'_>, _config: &Config, key: &Key) -> Result<(), SyncError> {
    let waits = cx
        .store
        .pod(key)
        .is_some_and(|pod| pod.node_name.is_none() && pod.is_active());
    match next_node(cx.store) {
        Some(node) if waits => bind(cx.store, key, &node),
        _ => Ok(()),
    }
}

/// Binds a pod to a node and counts it.
pub(super) fn bind(store: &mut Store, key: &Key, node: &Rc<str>) -> Result<(), SyncError> {
    match store.bind(key, node) {
        Ok(_) => {
            store.registers.bindings += 1;
            Ok(())
        }
        // The pod went or was bound while it waited: nothing is left to do.
        Err(ApiError::NotFound { .. } | ApiError::Conflict { .. }) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// The node whose turn it is; `None` in a cluster without nodes.
pub(super) fn next_node(store: &Store) -> Option<Rc<str>> {
    let count = store.list(Kind::Node, None).count() as u64;
    let turn = store.registers.bindings.checked_rem(count)?;
    store
        .list(Kind::Node, None)
        .nth(usize::try_from(turn).ok()?)
        .map(|node| node.meta().name.clone())
}
