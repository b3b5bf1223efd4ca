//! How the containers of a pod are to be run: what a kubelet reads from the pod's spec.

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
    /// The part of the pod that its events are about, such as `spec.containers{web}`.
    pub field_path: Rc<str>,
    /// Image as written.
    pub image: Rc<str>,
    /// Whether it runs before the others.
    pub init: bool,
    /// Whether it is an init container that runs as long as the pod does.
    pub sidecar: bool,
    /// When the image is pulled.
    pub policy: PullPolicy,
    /// Whether it is ready.
    pub readiness: Probe,
    /// Whether it lives.
    pub liveness: Probe,
    /// Whether it has started: until then the other two do not ask.
    pub startup: Probe,
    /// What its environment takes from ConfigMaps and Secrets and cannot do without, in the order of the kubelet.
    pub environment: Rc<[Reference]>,
}

/// When an image is pulled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PullPolicy {
    /// At each start.
    Always,
    /// Where the node does not have it.
    IfNotPresent,
    /// Never.
    Never,
}

/// All containers of a pod spec.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Containers {
    /// Init containers first.
    pub all: Rc<[Container]>,
    /// Places of those that are no init containers, by name.
    pub by_name: Rc<[usize]>,
    /// Volumes of the pod that are made from ConfigMaps and Secrets, with those that they cannot do without.
    pub mounts: Rc<[Mount]>,
    /// Names of the Secrets that images are pulled with.
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
        environment: reference::environment(value),
    }
}

/// Tag `latest`, or neither tag nor digest.
fn is_latest(image: &str) -> bool {
    let name = image.rsplit('/').next().unwrap_or_default();
    !name.contains('@') && name.split_once(':').is_none_or(|(_, tag)| tag == "latest")
}
