//! What a kubelet reads from the spec of a pod.

use super::probe::Probe;
use crate::api::pod::Pod;
use serde_json::Value;
use std::rc::Rc;

/// One container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spec {
    /// Name.
    pub name: Rc<str>,
    /// Image as written.
    pub image: Rc<str>,
    /// Whether it runs before the others.
    pub init: bool,
    /// Whether it is an init container that runs as long as the pod does.
    pub sidecar: bool,
    /// When the image is pulled.
    pub policy: Policy,
    /// Whether it is ready.
    pub readiness: Probe,
    /// Whether it lives.
    pub liveness: Probe,
    /// Whether it has started: until then the other two do not ask.
    pub startup: Probe,
}

/// When an image is pulled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Policy {
    /// At each start.
    Always,
    /// Where the node does not have it.
    IfNotPresent,
    /// Never.
    Never,
}

/// All containers of a pod: init containers first.
pub fn all(pod: &Pod) -> Rc<[Spec]> {
    let value = pod.spec.value();
    let list = |field: &str| value.get(field).and_then(Value::as_array);
    let init = list("initContainers").into_iter().flatten();
    let main = list("containers").into_iter().flatten();
    init.map(|value| container(value, true))
        .chain(main.map(|value| container(value, false)))
        .collect()
}

/// `spec.restartPolicy`.
pub fn restart_policy(pod: &Pod) -> &str {
    let policy = pod.spec.value().get("restartPolicy");
    policy.and_then(Value::as_str).unwrap_or("Always")
}

fn container(value: &Value, init: bool) -> Spec {
    let text = |field: &str| value.get(field).and_then(Value::as_str);
    let image = text("image").unwrap_or_default();
    let policy = match text("imagePullPolicy") {
        Some("Always") => Policy::Always,
        Some("Never") => Policy::Never,
        None if is_latest(image) => Policy::Always,
        _ => Policy::IfNotPresent,
    };
    Spec {
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

impl Spec {
    /// The part of the pod that its events are about.
    pub fn field_path(&self) -> String {
        let list = if self.init {
            "initContainers"
        } else {
            "containers"
        };
        format!("spec.{list}{{{}}}", self.name)
    }
}
