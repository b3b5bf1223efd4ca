//! Taints of nodes and tolerations of pods (`staging/src/k8s.io/component-helpers/scheduling/corev1`).

use crate::api::object::Object;
use crate::api::pod::Pod;
use crate::api::time::Time;
use serde_json::{Value, json};

/// Taint of a cordoned node.
pub const UNSCHEDULABLE: &str = "node.kubernetes.io/unschedulable";
/// Taint of a node that reports that it is not ready.
pub const NOT_READY: &str = "node.kubernetes.io/not-ready";
/// Taint of a node that has stopped reporting.
pub const UNREACHABLE: &str = "node.kubernetes.io/unreachable";
/// Taints managed by the node lifecycle controller.
pub const MANAGED: [&str; 3] = [UNSCHEDULABLE, NOT_READY, UNREACHABLE];

/// Whether a node is cordoned.
#[must_use]
pub fn is_cordoned(node: &Object) -> bool {
    match node {
        Object::Other(_, node) => {
            let spec = node.fields.get("spec");
            spec.is_some_and(|spec| spec.get("unschedulable") == Some(&Value::Bool(true)))
        }
        _ => false,
    }
}

/// The taints of a node.
#[must_use]
pub fn of(node: &Object) -> &[Value] {
    let Object::Other(_, node) = node else {
        return &[];
    };
    let spec = node.fields.get("spec");
    let taints = spec.and_then(|spec| spec.get("taints")?.as_array());
    taints.map_or(&[], Vec::as_slice)
}

/// Builds a taint.
#[must_use]
pub fn taint(key: &str, effect: &str, since: Time) -> Value {
    json!({ "key": key, "effect": effect, "timeAdded": since.whole_seconds().to_string() })
}

/// Whether two taints have the same key, value and effect.
#[must_use]
pub fn is_same(a: &Value, b: &Value) -> bool {
    a["key"] == b["key"] && a["effect"] == b["effect"] && a.get("value") == b.get("value")
}

/// For how many seconds a pod tolerates a taint: `None` not at all, `i64::MAX` forever.
#[must_use]
pub fn tolerated_for(pod: &Pod, taint: &Value) -> Option<i64> {
    let tolerations = pod
        .spec
        .value()
        .get("tolerations")
        .and_then(Value::as_array);
    let matching = tolerations.into_iter().flatten();
    let matching = matching.filter(|toleration| tolerates(toleration, taint));
    let seconds = |toleration: &Value| {
        let seconds = toleration.get("tolerationSeconds").and_then(Value::as_i64);
        seconds.unwrap_or(i64::MAX).max(0)
    };
    matching.map(seconds).min()
}

fn tolerates(toleration: &Value, taint: &Value) -> bool {
    let text = |value: &Value, field: &str| {
        let text = value.get(field).and_then(Value::as_str);
        text.unwrap_or_default().to_owned()
    };
    let (key, effect) = (text(toleration, "key"), text(toleration, "effect"));
    let value = match text(toleration, "operator").as_str() {
        "Exists" => true,
        _ => text(toleration, "value") == text(taint, "value"),
    };
    (key.is_empty() || key == text(taint, "key"))
        && (effect.is_empty() || effect == text(taint, "effect"))
        && value
}

/// Status of a node's condition Ready.
#[must_use]
pub fn ready_status(node: &Object) -> String {
    let Object::Other(_, node) = node else {
        return String::new();
    };
    let conditions = node.fields.pointer("/status/conditions");
    let mut conditions = conditions.and_then(Value::as_array).into_iter().flatten();
    let ready = conditions.find(|known| known["type"] == "Ready");
    let status = ready.and_then(|ready| ready["status"].as_str());
    status.unwrap_or_default().to_owned()
}
