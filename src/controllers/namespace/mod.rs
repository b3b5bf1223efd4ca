//! The namespace controller (`pkg/controller/namespace`): empties a namespace that is being deleted.

pub mod branches;
mod status;
mod wake;

pub use wake::wake;

use crate::actor::{Context, Kinds, Spec, SyncError, Wait};
use crate::api::kind::Kind;
use crate::api::object::{Key, Object};
use crate::api::time::Time;
use crate::store::{ApiError, DeleteOptions, Propagation};
use branches as b;
use status::Remaining;

/// The controller's name. It records no events.
pub const NAME: &str = "namespace-controller";

/// Registration of the controller with the engine.
pub static SPEC: Spec = Spec {
    name: NAME,
    short_name: "ns",
    branches: branches::ALL,
    runs_in_manual: true,
    interests: Kinds::of(&[Kind::Namespace]),
    deaf_to_own: Kinds::NONE,
    sync,
    wake,
    forget: None,
    wake_on_silence: None,
    wake_on_memory: None,
};

/// Seconds that finalizers are estimated to take (finalizerEstimateSeconds).
const FINALIZER_ESTIMATE: i64 = 15;

/// Syncs a namespace (`deletion/namespaced_resources_deleter.go`, Delete and deleteAllContent).
///
/// Pods are deleted before everything else, so that nothing they need disappears first (the feature
/// OrderedNamespaceDeletion).
///
/// # Errors
/// The API server refused a write, or pods remain after their grace period; the key is retried.
pub fn sync(cx: &mut Context<'_>, key: &Key) -> Result<(), SyncError> {
    let Some(namespace) = cx.store.get(key) else {
        cx.decide(&b::GONE);
        return Ok(());
    };
    let Some(since) = namespace.meta().deletion_timestamp else {
        cx.decide(&b::ACTIVE)
            .object("namespace", Kind::Namespace, key.name.clone());
        return Ok(());
    };
    let estimate = termination_estimate(cx, key, since);
    delete_pods(cx, key)?;
    let pods = Remaining::of(cx, key, Kind::Pod);
    if !pods.is_empty() {
        return wait_for_pods(cx, key, estimate, &pods);
    }
    let mut remaining = Remaining::default();
    let kinds = cx.store.kinds().filter(|kind| kind.namespaced());
    for kind in kinds.collect::<Vec<Kind>>() {
        delete_content(cx, kind, key)?;
        remaining.count(cx, key, kind);
    }
    status::update(cx, key, &remaining, None)?;
    if remaining.is_empty() {
        cx.decide(&b::FINALIZED)
            .object("namespace", Kind::Namespace, key.name.clone());
        cx.store.finalize_namespace(key)?;
    } else {
        cx.decide(&b::WAIT_CONTENT)
            .object("namespace", Kind::Namespace, key.name.clone())
            .number("left", number(remaining.len()));
        look_again(cx, FINALIZER_ESTIMATE, Wait::NamespaceHeld);
    }
    Ok(())
}

/// While there are pods, nothing else is deleted or reported in the conditions.
fn wait_for_pods(
    cx: &mut Context<'_>,
    key: &Key,
    estimate: i64,
    pods: &Remaining,
) -> Result<(), SyncError> {
    let (estimate, wait) = match estimate {
        0 if pods.has_finalizers() => (FINALIZER_ESTIMATE, Wait::NamespaceHeld),
        estimate => (estimate, Wait::NamespaceDeletion),
    };
    let failure = (estimate == 0).then(|| {
        let namespace = key.name.to_string();
        SyncError::NamespaceContent { namespace }
    });
    let message = failure.as_ref().map(SyncError::to_string);
    status::update(cx, key, &Remaining::default(), message.as_deref())?;
    let branch = match failure {
        Some(_) => &b::PODS_STAY,
        None => &b::WAIT_PODS,
    };
    cx.decide(branch)
        .object("namespace", Kind::Namespace, key.name.clone())
        .number("left", number(pods.len()));
    if let Some(failure) = failure {
        return Err(failure);
    }
    look_again(cx, estimate, wait);
    Ok(())
}

/// Requeues the key after half of the estimated time (`namespace_controller.go`, worker).
fn look_again(cx: &mut Context<'_>, estimate: i64, wait: Wait) {
    cx.wake_after((estimate / 2 + 1) * 1000, wait);
}

/// Estimated seconds until the pods are gone: the longest grace period of unfinished pods, or 0 once that much time
/// has passed since the namespace was deleted (estimateGracefulTermination).
fn termination_estimate(cx: &Context<'_>, namespace: &Key, since: Time) -> i64 {
    let pods = cx.store.list(Kind::Pod, Some(&namespace.name));
    let pods = pods.filter_map(|object| match object {
        Object::Pod(pod) if !pod.is_finished() => Some(pod),
        _ => None,
    });
    let periods = pods.map(|pod| pod.spec.termination_grace_period_seconds);
    let estimate = periods.max().unwrap_or(0).max(0);
    if cx.now().since(since) >= estimate.saturating_mul(1000) {
        0
    } else {
        estimate
    }
}

/// Keys of a kind's objects in the namespace.
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

/// Deletes all objects of a kind that are not being deleted yet; returns their number.
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
