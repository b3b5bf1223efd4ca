//! Rows of HorizontalPodAutoscalers.

use serde_json::Value;

use super::{age, name};
use crate::api::look::Look;
use crate::api::time::Time;

/// Maximum number of metrics shown.
const SHOWN: usize = 2;

pub(super) fn row(hpa: &Value, now: Time) -> Vec<String> {
    let target = hpa.at("spec.scaleTargetRef");
    let minimum = hpa.at("spec.minReplicas");
    vec![
        name(hpa),
        format!("{}/{}", target.text("kind"), target.text("name")),
        metrics(hpa),
        if minimum.is_null() {
            "<unset>".to_owned()
        } else {
            minimum.to_string()
        },
        hpa.int("spec.maxReplicas").to_string(),
        hpa.int("status.currentReplicas").to_string(),
        age(hpa, now),
    ]
}

fn metrics(hpa: &Value) -> String {
    let specs = hpa.list("spec.metrics");
    let current = hpa.list("status.currentMetrics");
    let texts: Vec<String> = specs
        .iter()
        .take(SHOWN)
        .enumerate()
        .map(|(index, spec)| metric(spec, current.get(index).unwrap_or(&Value::Null)))
        .collect();
    match specs.len() {
        0 => "<none>".to_owned(),
        count if count > SHOWN => format!("{} + {} more...", texts.join(", "), count - SHOWN),
        _ => texts.join(", "),
    }
}

/// `CURRENT/TARGET` of a metric, in the unit of its target.
fn metric(spec: &Value, status: &Value) -> String {
    let kind = spec.text("type");
    let (source, has_name) = match kind {
        "External" => ("external", false),
        "Pods" => ("pods", false),
        "Object" => ("object", false),
        "Resource" => ("resource", true),
        "ContainerResource" => ("containerResource", true),
        _ => return "<unknown type>".to_owned(),
    };
    let spec = spec.at(source);
    let (target, current) = (spec.at("target"), status.at(source).at("current"));
    let value = |field: &str| {
        let now = current.scalar(field);
        let now = if now.is_empty() {
            "<unknown>"
        } else {
            now.as_str()
        };
        format!("{now}/{}", target.scalar(field))
    };
    if has_name {
        let name = spec.text("name");
        if target.has("averageValue") {
            return format!("{name}: {}", value("averageValue"));
        }
        let goal = if target.has("averageUtilization") {
            format!("{}%", target.int("averageUtilization"))
        } else {
            "<auto>".to_owned()
        };
        let now = if current.has("averageUtilization") {
            format!("{}%", current.int("averageUtilization"))
        } else {
            "<unknown>".to_owned()
        };
        return format!("{name}: {now}/{goal}");
    }
    match kind {
        "Pods" => value("averageValue"),
        _ if target.has("averageValue") => format!("{} (avg)", value("averageValue")),
        _ => value("value"),
    }
}
