//! A stand-in for the kubelets: pull, start, become ready, end, each after its time.

use super::status::{Happening, after};
use super::{Config, Image, Outcome};
use crate::api::kind::Kind;
use crate::api::object::{Key, Object};
use crate::api::pod::Pod;
use crate::controllers::{Cause, Context, SyncError, Wait, Wake, cause_of};
use crate::store::{ApiError, Change, DeleteOptions, Store};
use std::rc::Rc;

/// Wakes for pods that come to a node, and for those that begin to end on it.
pub fn wake(change: &Change, wakes: &mut Vec<Wake>) {
    let Some(Object::Pod(pod)) = &change.after else {
        return;
    };
    let before = match &change.before {
        Some(Object::Pod(before)) => Some(before),
        _ => None,
    };
    let came = pod.node_name.is_some() && before.is_none_or(|before| before.node_name.is_none());
    let ends = pod.metadata.is_terminating()
        && before.is_none_or(|before| !before.metadata.is_terminating());
    if came || ends {
        wakes.push(Wake::now(change.key.clone(), cause_of(change)));
    }
}

/// Does what is next for a pod on its node.
///
/// # Errors
/// A write that the API server refused.
pub fn sync(
    cx: &mut Context<'_>,
    config: &Config,
    key: &Key,
    cause: &Cause,
) -> Result<(), SyncError> {
    let Some(pod) = cx.store.pod(key).cloned() else {
        return Ok(());
    };
    let silent = |node: &Rc<str>| config.silent_nodes.contains_key(&**node);
    if pod.node_name.as_ref().is_none_or(silent) || pod.is_finished() {
        return Ok(());
    }
    let image = slowest_image(config, &pod);
    if pod.metadata.is_terminating() {
        return end(cx, config, key, cause);
    }
    match cause {
        Cause::Timer(Wait::ContainerStart) => started(cx, &pod, image),
        Cause::Timer(Wait::Readiness) => write(cx.store, &pod, Happening::Ready),
        Cause::Timer(Wait::RestartBackoff) => {
            write(cx.store, &pod, Happening::Waiting("ImagePullBackOff"))
        }
        Cause::Modified(node) if node.kind == Kind::Node => {
            back(cx, &pod, image);
            let runs = pod
                .status
                .container_statuses
                .iter()
                .any(|status| status.ready);
            if runs && !pod.is_ready() {
                write(cx.store, &pod, Happening::Ready)?;
            }
            Ok(())
        }
        _ if pod.status.container_statuses.is_empty() => {
            write(cx.store, &pod, Happening::Creating)?;
            cx.wake_after(image.pull_ms + image.start_ms, Wait::ContainerStart);
            Ok(())
        }
        _ => Ok(()),
    }
}

/// A kubelet that comes back goes on where it was.
fn back(cx: &mut Context<'_>, pod: &Pod, image: Image) {
    let statuses = &pod.status.container_statuses;
    let has_begun = statuses.iter().any(|status| status.state.running.is_some());
    if !has_begun {
        cx.wake_after(image.pull_ms + image.start_ms, Wait::ContainerStart);
    } else if !statuses.iter().all(|status| status.ready) && image.outcome == Outcome::Fine {
        cx.wake_after(image.ready_ms, Wait::Readiness);
    }
}

fn started(cx: &mut Context<'_>, pod: &Rc<Pod>, image: Image) -> Result<(), SyncError> {
    match image.outcome {
        Outcome::Fine if image.ready_ms == 0 => write(cx.store, pod, Happening::Ready),
        Outcome::Fine => {
            write(cx.store, pod, Happening::Running)?;
            cx.wake_after(image.ready_ms, Wait::Readiness);
            Ok(())
        }
        Outcome::NeverReady => write(cx.store, pod, Happening::Running),
        Outcome::Crashes => write(cx.store, pod, Happening::Waiting("CrashLoopBackOff")),
        Outcome::NotFound => {
            write(cx.store, pod, Happening::Waiting("ErrImagePull"))?;
            cx.wake_after(1000, Wait::RestartBackoff);
            Ok(())
        }
    }
}

/// The container ends after its time, at the latest when the pod's grace period is over.
fn end(cx: &mut Context<'_>, config: &Config, key: &Key, cause: &Cause) -> Result<(), SyncError> {
    if *cause != Cause::Timer(Wait::Termination) {
        cx.wake_after(config.stop_ms.max(0), Wait::Termination);
        return Ok(());
    }
    remove(cx.store, key)
}

/// Takes a pod that has ended off the API server.
pub(super) fn remove(store: &mut Store, key: &Key) -> Result<(), SyncError> {
    let options = DeleteOptions {
        grace_period_seconds: Some(0),
        ..DeleteOptions::default()
    };
    match store.delete(key, &options) {
        Ok(()) | Err(ApiError::NotFound { .. }) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Writes what happened to a pod.
pub(super) fn write(
    store: &mut Store,
    pod: &Rc<Pod>,
    what: Happening<'_>,
) -> Result<(), SyncError> {
    let mut pod = (**pod).clone();
    pod.status = after(&pod, what, &mut store.registers);
    match store.update_status(Object::Pod(Rc::new(pod))) {
        Ok(_) | Err(ApiError::NotFound { .. }) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// A pod is as slow as its slowest container, and as broken as its most broken one.
fn slowest_image(config: &Config, pod: &Pod) -> Image {
    let images = pod
        .spec
        .containers
        .iter()
        .map(|container| config.image(&container.image));
    images
        .reduce(|a, b| Image {
            pull_ms: a.pull_ms.max(b.pull_ms),
            start_ms: a.start_ms.max(b.start_ms),
            ready_ms: a.ready_ms.max(b.ready_ms),
            outcome: if a.outcome == Outcome::Fine {
                b.outcome
            } else {
                a.outcome
            },
        })
        .unwrap_or(config.image)
}
