//! The namespace controller (`pkg/controller/namespace`): empties a namespace that is being deleted.

pub mod branches;
mod status;
mod wake;

pub use wake::wake;

use crate::actor::{Context, Kinds, Spec, SyncError};
use crate::api::kind::Kind;
use crate::api::object::{Key, Object};
use crate::store::{ApiError, DeleteOptions, Propagation};
use branches as b;

/// The controller's name. It reports no events.
pub const NAME: &str = "namespace-controller";

/// The controller as the engine runs it.
pub static SPEC: Spec = Spec {
    name: NAME,
    short_name: "ns",
    branches: branches::ALL,
    runs_in_manual: true,
    interests: Kinds::ALL,
    sync,
    wake,
    forget: None,
    wake_on_silence: None,
    wake_on_memory: None,
};

/// One look at one namespace (`deletion/namespaced_resources_deleter.go`, Delete).
///
/// Pods go before all else, so that nothing that they need is taken from under them (the feature
/// OrderedNamespaceDeletion).
///
/// # Errors
/// A write that the API server refused; the key is tried again.
pub fn sync(cx: &mut Context<'_>, key: &Key) -> Result<(), SyncError> {
    let Some(namespace) = cx.store.get(key) else {
        cx.decide(&b::GONE);
        return Ok(());
    };
    if !namespace.meta().is_terminating() {
        cx.decide(&b::ACTIVE)
            .object("namespace", Kind::Namespace, key.name.clone());
        return Ok(());
    }
    delete_pods(cx, key)?;
    let pods = content(cx, Kind::Pod, key).len();
    if pods > 0 {
        status::update(cx, key)?;
        cx.decide(&b::WAIT_PODS)
            .object("namespace", Kind::Namespace, key.name.clone())
            .number("left", number(pods));
        return Ok(());
    }
    for kind in Kind::all().filter(|kind| kind.namespaced()) {
        delete_content(cx, kind, key)?;
    }
    status::update(cx, key)?;
    let kinds = Kind::all().filter(|kind| kind.namespaced());
    match kinds.map(|kind| content(cx, kind, key).len()).sum() {
        0 => {
            cx.decide(&b::FINALIZED)
                .object("namespace", Kind::Namespace, key.name.clone());
            cx.store.finalize_namespace(key)?;
        }
        left => {
            cx.decide(&b::WAIT_CONTENT)
                .object("namespace", Kind::Namespace, key.name.clone())
                .number("left", number(left));
        }
    }
    Ok(())
}

/// Keys of the objects of a kind in the namespace.
fn content(cx: &Context<'_>, kind: Kind, namespace: &Key) -> Vec<Key> {
    let objects = cx.store.list(kind, Some(&namespace.name));
    objects.map(Object::key).collect()
}

fn delete_pods(cx: &mut Context<'_>, namespace: &Key) -> Result<(), SyncError> {
    let there = content(cx, Kind::Pod, namespace).len();
    let count = delete(cx, Kind::Pod, namespace)?;
    if count > 0 {
        cx.decide(&b::DELETE_PODS)
            .object("namespace", Kind::Namespace, namespace.name.clone())
            .number("there", number(there))
            .number("count", number(count));
    }
    Ok(())
}

fn delete_content(cx: &mut Context<'_>, kind: Kind, namespace: &Key) -> Result<(), SyncError> {
    let count = delete(cx, kind, namespace)?;
    if count > 0 {
        cx.decide(&b::DELETE_CONTENT)
            .object("namespace", Kind::Namespace, namespace.name.clone())
            .text("kind", kind.plural())
            .number("count", number(count));
    }
    Ok(())
}

/// Deletes all objects of a kind that are not being deleted yet, and says how many.
fn delete(cx: &mut Context<'_>, kind: Kind, namespace: &Key) -> Result<usize, SyncError> {
    let objects = cx.store.list(kind, Some(&namespace.name));
    let there = objects.filter(|object| !object.meta().is_terminating());
    let keys: Vec<Key> = there.map(Object::key).collect();
    let options = DeleteOptions {
        propagation: Some(Propagation::Background),
        ..DeleteOptions::default()
    };
    for key in &keys {
        ApiError::unless_gone(cx.store.delete(key, &options))?;
    }
    Ok(keys.len())
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
