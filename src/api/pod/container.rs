//! How the containers of a pod are to be run: what a kubelet reads from the pod's spec.

use super::Pod;
use super::probe::Probe;
use serde_json::Value;
use std::rc::Rc;

/// One container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Container {
    /// Name.
    pub name: Rc<str>,
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

/// All containers of a pod: init containers first.
#[must_use]
pub fn all(pod: &Pod) -> Rc<[Container]> {
    let value = pod.spec.value();
    let list = |field: &str| value.get(field).and_then(Value::as_array);
    let init = list("initContainers").into_iter().flatten();
    let main = list("containers").into_iter().flatten();
    init.map(|value| container(value, true))
        .chain(main.map(|value| container(value, false)))
        .collect()
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
    Container {
        name: text("name").unwrap_or_default().into(),
        image: image.into(),
        init,
        sidecar: init && text("restartPolicy") == Some("Always"),
        policy,
        readiness: Probe::of(value, "readinessProbe"),
        liveness: Probe::of(value, "livenessProbe"),
        startup: Probe::of(value, "startupProbe"),
    }
}

/// Tag `latest`, or neither tag nor digest.
fn is_latest(image: &str) -> bool {
    let name = image.rsplit('/').next().unwrap_or_default();
    !name.contains('@') && name.split_once(':').is_none_or(|(_, tag)| tag == "latest")
}

impl Container {
    /// The part of the pod that its events are about.
    #[must_use]
    pub fn field_path(&self) -> String {
        let list = if self.init {
            "initContainers"
        } else {
            "containers"
        };
        format!("spec.{list}{{{}}}", self.name)
    }
}
