//! How a kubelet runs a pod's containers, as read from the pod's spec.

use super::Pod;
use super::probe::Probe;
use super::reference::{self, Mount, Reference};
use crate::api::light;
use serde_json::Value;
use std::rc::Rc;

/// One container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Container {
    /// Name.
    pub name: Rc<str>,
    /// The `fieldPath` of its events, such as `spec.containers{web}`.
    pub field_path: Rc<str>,
    /// Image as written in the manifest.
    pub image: Rc<str>,
    /// Whether it is an init container, including sidecars.
    pub init: bool,
    /// Whether it is a sidecar: an init container that keeps running alongside the others.
    pub sidecar: bool,
    /// When the image is pulled.
    pub policy: PullPolicy,
    /// Its readiness probe.
    pub readiness: Probe,
    /// Its liveness probe.
    pub liveness: Probe,
    /// Its startup probe, until whose success the other two are not run.
    pub startup: Probe,
    /// Milliseconds that its `preStop` hook sleeps.
    pub pre_stop: i64,
    /// ConfigMaps and Secrets that its environment requires, in the order in which the kubelet reads them.
    pub environment: Rc<[Reference]>,
}

/// When an image is pulled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PullPolicy {
    /// At each start.
    Always,
    /// Only if the node does not have it.
    IfNotPresent,
    /// Never.
    Never,
}

/// All containers of a pod spec.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Containers {
    /// Init containers first.
    pub all: Rc<[Container]>,
    /// Indexes of the containers other than init containers, by name.
    pub by_name: Rc<[usize]>,
    /// Volumes backed by ConfigMaps and Secrets, with those that must exist.
    pub mounts: Rc<[Mount]>,
    /// Names of the image pull Secrets.
    pub pull_secrets: Rc<[Rc<str>]>,
}

impl Containers {
    pub(super) fn of(spec: &Value) -> Self {
        let list = |field: &str| spec.get(field).and_then(Value::as_array);
        let init = list("initContainers").into_iter().flatten();
        let main = list("containers").into_iter().flatten();
        let all: Rc<[Container]> = init
            .map(|value| container(value, true))
            .chain(main.map(|value| container(value, false)))
            .collect();
        let main = (0..all.len()).filter(|place| !all[*place].init);
        let mut by_name: Vec<usize> = main.collect();
        light::sort(&mut by_name, |a, b| all[*a].name.cmp(&all[*b].name));
        Self {
            all,
            by_name: by_name.into(),
            mounts: reference::mounts(spec),
            pull_secrets: reference::pull_secrets(spec),
        }
    }
}

/// `spec.restartPolicy`.
#[must_use]
pub fn restart_policy(pod: &Pod) -> &str {
    let policy = pod.spec.value().get("restartPolicy");
    policy.and_then(Value::as_str).unwrap_or("Always")
}

fn container(value: &Value, init: bool) -> Container {
    let text = |field: &str| value.get(field).and_then(Value::as_str);
    let image = text("image").unwrap_or_default();
    let policy = match text("imagePullPolicy") {
        Some("Always") => PullPolicy::Always,
        Some("Never") => PullPolicy::Never,
        None if is_latest(image) => PullPolicy::Always,
        _ => PullPolicy::IfNotPresent,
    };
    let name = text("name").unwrap_or_default();
    let list = if init { "initContainers" } else { "containers" };
    Container {
        name: name.into(),
        field_path: format!("spec.{list}{{{name}}}").into(),
        image: image.into(),
        init,
        sidecar: init && text("restartPolicy") == Some("Always"),
        policy,
        readiness: Probe::of(value, "readinessProbe"),
        liveness: Probe::of(value, "livenessProbe"),
        startup: Probe::of(value, "startupProbe"),
        pre_stop: pre_stop(value),
        environment: reference::environment(value),
    }
}

/// The duration of a `preStop` hook that sleeps; 0 without one.
fn pre_stop(container: &Value) -> i64 {
    let seconds = container.pointer("/lifecycle/preStop/sleep/seconds");
    let seconds = seconds.and_then(Value::as_i64).unwrap_or(0);
    seconds.max(0).saturating_mul(1000)
}

/// Whether the tag is `latest`, or there is neither tag nor digest.
fn is_latest(image: &str) -> bool {
    let name = image.rsplit('/').next().unwrap_or_default();
    !name.contains('@') && name.split_once(':').is_none_or(|(_, tag)| tag == "latest")
}
