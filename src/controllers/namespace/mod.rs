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

/// The controller's name. It reports no events.
pub const NAME: &str = "namespace-controller";

/// The controller as the engine runs it.
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

/// Seconds that finalizers are expected to need (finalizerEstimateSeconds).
const FINALIZER_ESTIMATE: i64 = 15;

/// One look at one namespace (`deletion/namespaced_resources_deleter.go`, Delete and deleteAllContent).
///
/// Pods go before all else, so that nothing that they need is taken from under them (the feature
/// OrderedNamespaceDeletion).
///
/// # Errors
/// A write that the API server refused, or pods that are still there after their grace period; the key is tried
/// again.
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
    for kind in Kind::all().filter(|kind| kind.namespaced()) {
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

/// Nothing else is touched while there are pods, nor told in the conditions.
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

/// The next look is after half of what the content is expected to need (`namespace_controller.go`, worker).
fn look_again(cx: &mut Context<'_>, estimate: i64, wait: Wait) {
    cx.wake_after((estimate / 2 + 1) * 1000, wait);
}

/// Seconds that the pods are expected to need until they are gone: the longest grace period of those that have not
/// finished, or 0 once so much time has passed since the namespace was deleted (estimateGracefulTermination).
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
