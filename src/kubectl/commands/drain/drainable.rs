//! Which pods of a node `kubectl drain` removes (`staging/src/k8s.io/kubectl/pkg/drain/filters.go`).

use super::super::session::Execution;
use crate::api::kind::Kind;
use crate::api::look::Look;
use crate::api::object::{Key, Object};
use crate::api::pod::Pod;
use crate::api::time::Time;
use crate::store::ApiError;
use std::rc::Rc;

const DAEMON_SET: &str = "DaemonSet-managed Pods (use --ignore-daemonsets to ignore)";
const DAEMON_SET_WARNING: &str = "ignoring DaemonSet-managed Pods";
const LOCAL: &str = "Pods with local storage (use --delete-emptydir-data to override)";
const UNMANAGED: &str = "Pods that declare no controller (use --force to override)";
const UNMANAGED_WARNING: &str = "deleting Pods that declare no controller";

/// What happens to a pod.
enum Fate {
    /// It is removed.
    Goes,
    /// It is removed, with a warning.
    GoesWith(String),
    /// It stays, with a warning.
    StaysWith(String),
    /// It is left alone.
    Skipped,
    /// It prevents the drain.
    Prevents(String),
}

/// The pods to remove and a warning, or the errors that prevent it.
pub(super) fn drainable(
    session: &Execution<'_>,
    pods: &[Rc<Pod>],
) -> Result<(Vec<Rc<Pod>>, String), Vec<String>> {
    let (mut going, mut warnings, mut errors) = (Vec::new(), Vec::new(), Vec::new());
    for pod in pods {
        match fate(session, pod) {
            Fate::Goes => going.push(pod.clone()),
            Fate::GoesWith(text) => {
                going.push(pod.clone());
                add(&mut warnings, text, pod);
            }
            Fate::StaysWith(text) => add(&mut warnings, text, pod),
            Fate::Skipped => {}
            Fate::Prevents(text) => add(&mut errors, format!("cannot delete {text}"), pod),
        }
    }
    let lines = |texts: Vec<(String, Vec<String>)>| -> Vec<String> {
        let lines = texts.into_iter();
        lines
            .map(|(text, names)| format!("{text}: {}", names.join(", ")))
            .collect()
    };
    match errors.is_empty() {
        true => Ok((going, lines(warnings).join("; "))),
        false => Err(lines(errors)),
    }
}

/// Adds a pod to those with the same text.
fn add(texts: &mut Vec<(String, Vec<String>)>, text: String, pod: &Pod) {
    let name = format!("{}/{}", pod.metadata.namespace, pod.metadata.name);
    match texts.iter_mut().find(|(known, _)| *known == text) {
        Some((_, names)) => names.push(name),
        None => texts.push((text, vec![name])),
    }
}

/// The filters in order; of several warnings, the last one counts.
fn fate(session: &Execution<'_>, pod: &Rc<Pod>) -> Fate {
    let flags = &session.invocation;
    let is_set = |flag: &str| flags.switch(flag, false);
    let store = session.engine.store();
    if is_overdue(pod, flags.int("skip-wait-for-delete-timeout"), store.now()) {
        return Fate::Skipped;
    }
    let meta = &pod.metadata;
    let owner = meta.controller();
    let daemon_set = owner.filter(|owner| *owner.kind == *Kind::DaemonSet.name());
    if let Some(owner) = daemon_set.filter(|_| !pod.is_finished()) {
        let set = Key::new(Kind::DaemonSet, &meta.namespace, &owner.name);
        return match (store.get(&set), is_set("ignore-daemonsets")) {
            (Some(_), true) => Fate::StaysWith(DAEMON_SET_WARNING.to_owned()),
            (Some(_), false) => Fate::Prevents(DAEMON_SET.to_owned()),
            (None, _) if is_set("force") => Fate::GoesWith(ApiError::not_found(&set).to_string()),
            (None, _) => Fate::Prevents(ApiError::not_found(&set).to_string()),
        };
    }
    if meta.annotation("kubernetes.io/config.mirror").is_some() {
        return Fate::Skipped;
    }
    if pod.is_finished() {
        return Fate::Goes;
    }
    let value = Object::Pod(pod.clone()).to_value();
    let mut volumes = value.list("spec.volumes").iter();
    if volumes.any(|volume| volume.has("emptyDir")) && !is_set("delete-emptydir-data") {
        return Fate::Prevents(LOCAL.to_owned());
    }
    match (owner, is_set("force")) {
        (Some(_), _) => Fate::Goes,
        (None, true) => Fate::GoesWith(UNMANAGED_WARNING.to_owned()),
        (None, false) => Fate::Prevents(UNMANAGED.to_owned()),
    }
}

/// Whether a pod should have been gone for longer than `--skip-wait-for-delete-timeout`, in seconds (shouldSkipPod).
pub(super) fn is_overdue(pod: &Pod, timeout: Option<i64>, now: Time) -> bool {
    let timeout = timeout.filter(|seconds| *seconds > 0);
    match (timeout, pod.metadata.deletion_timestamp) {
        (Some(timeout), Some(since)) => now.since(since) / 1000 > timeout,
        _ => false,
    }
}
