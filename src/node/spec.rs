//! What a kubelet reads from the spec of a pod.

use crate::api::pod::Pod;
use serde_json::Value;
use std::rc::Rc;

/// One container.
#[derive(Debug, Clone, PartialEq)]
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
    /// Its readiness probe.
    probe: Option<Value>,
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
pub fn all(pod: &Pod) -> Vec<Spec> {
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
        probe: value.get("readinessProbe").cloned(),
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

    fn probe_number(&self, field: &str, default: i64) -> i64 {
        let number = self.probe.as_ref().and_then(|probe| probe.get(field));
        number.and_then(Value::as_i64).unwrap_or(default).max(0)
    }

    /// Milliseconds from one readiness probe to the next.
    pub fn probe_period(&self) -> i64 {
        self.probe_number("periodSeconds", 10).max(1) * 1000
    }

    /// Milliseconds from the start to the first readiness probe.
    pub fn probe_delay(&self) -> i64 {
        self.probe_number("initialDelaySeconds", 0) * 1000
    }

    /// Whether it has a readiness probe.
    pub fn has_probe(&self) -> bool {
        self.probe.is_some()
    }

    /// How many readiness probes in a row must be answered.
    pub fn probe_successes(&self) -> i64 {
        self.probe_number("successThreshold", 1).max(1)
    }

    /// What a readiness probe that fails says; a container without a probe is taken to answer HTTP.
    pub fn probe_failure(&self, pod_ip: &str) -> String {
        let handler = |field: &str| self.probe.as_ref().and_then(|probe| probe.get(field));
        if let Some(socket) = handler("tcpSocket") {
            let port = socket.get("port").map(Value::to_string);
            let port = port.unwrap_or_default();
            let port = port.trim_matches('"');
            return format!("dial tcp {pod_ip}:{port}: connect: connection refused");
        }
        if handler("exec").is_some() {
            return String::new();
        }
        if handler("grpc").is_some() {
            return "service unhealthy (responded with \"NOT_SERVING\")".to_owned();
        }
        "HTTP probe failed with statuscode: 503".to_owned()
    }
}
