//! What wakes the namespace controller (`namespace_controller.go`).

use crate::actor::{Wake, cause_of};
use crate::api::kind::Kind;
use crate::api::meta::ObjectMeta;
use crate::api::object::{Key, Object};
use crate::store::{Change, Store};
use std::rc::Rc;

/// Which namespaces a change wakes: those whose deletion begins, and those that have lost their last pod or
/// their last object. (Upstream looks again after half of the longest grace period of what is left.)
pub fn wake(store: &Store, change: &Change, wakes: &mut Vec<Wake>) {
    let terminating = |object: &Option<Object>| {
        object
            .as_ref()
            .map(Object::meta)
            .is_some_and(ObjectMeta::is_terminating)
    };
    if change.key.kind == Kind::Namespace {
        if terminating(&change.after) && !terminating(&change.before) {
            wakes.push(Wake::now(change.key.clone(), cause_of(change)));
        }
        return;
    }
    let namespace = &change.key.namespace;
    if change.after.is_none()
        && change.key.kind.namespaced()
        && store.is_namespace_terminating(namespace)
        && is_last(store, change.key.kind, namespace)
    {
        let key = Key::new(Kind::Namespace, &"".into(), namespace);
        wakes.push(Wake::now(key, cause_of(change)));
    }
}

/// Whether with an object of this kind the last one is gone that the controller waits for.
fn is_last(store: &Store, gone: Kind, namespace: &Rc<str>) -> bool {
    let is_empty = |kind: Kind| store.list(kind, Some(namespace)).next().is_none();
    if gone == Kind::Pod {
        is_empty(Kind::Pod)
    } else {
        Kind::all().filter(|kind| kind.namespaced()).all(is_empty)
    }
}
