//! Defaults that depend on other fields, by type.

use super::{Fields, image, object, set, stored, text};
use crate::api::base64;
use serde_json::{Value, json};

pub(super) fn apply(type_name: &str, fields: &mut Fields) {
    match type_name {
        "v1.DeploymentStrategy" => deployment_strategy(fields),
        "v1.StatefulSetUpdateStrategy" => stateful_set_update_strategy(fields),
        "v1.Pod" => pod(fields),
        "v1.PodSpec" => service_account(fields),
        "v1.Container" | "v1.EphemeralContainer" => container(fields),
        "v1.Volume" => volume(fields),
        "v1.ServiceSpec" => service_spec(fields),
        "v1.Namespace" => namespace(fields),
        "v1.Node" => node(fields),
        "v1.Secret" => secret(fields),
        "v2.HorizontalPodAutoscalerSpec" => autoscaler_spec(fields),
        other => stored::apply(other, fields),
    }
}

fn deployment_strategy(fields: &mut Fields) {
    set(fields, "type", || "RollingUpdate".into());
    if text(fields, "type") == "RollingUpdate" {
        object(fields, "rollingUpdate");
    }
}

/// `rollingUpdate` is defaulted only if no type was given (`pkg/apis/apps/v1/defaults.go`).
fn stateful_set_update_strategy(fields: &mut Fields) {
    if text(fields, "type").is_empty() {
        fields.insert("type".to_owned(), "RollingUpdate".into());
        object(fields, "rollingUpdate");
    }
}

fn pod(fields: &mut Fields) {
    if let Some(spec) = fields.get_mut("spec").and_then(Value::as_object_mut) {
        pod_spec(spec);
    }
}

/// Defaults of pods that do not apply to templates (SetDefaults_Pod).
pub fn pod_spec(spec: &mut Fields) {
    set(spec, "enableServiceLinks", || true.into());
    let host_network = spec.get("hostNetwork") == Some(&Value::Bool(true));
    for list in ["containers", "initContainers"] {
        let containers = spec.get_mut(list).and_then(Value::as_array_mut);
        for container in containers
            .into_iter()
            .flatten()
            .filter_map(Value::as_object_mut)
        {
            if let Some(resources) = container
                .get_mut("resources")
                .and_then(Value::as_object_mut)
            {
                requests_from_limits(resources);
            }
            let ports = container
                .get_mut("ports")
                .and_then(Value::as_array_mut)
                .filter(|_| host_network);
            for port in ports.into_iter().flatten().filter_map(Value::as_object_mut) {
                let number = port.get("containerPort").filter(|number| **number != 0);
                if let Some(number) = number.cloned() {
                    set(port, "hostPort", || number);
                }
            }
        }
    }
}

/// The deprecated field is kept in sync with the new one (`pkg/apis/core/v1/conversion.go`).
fn service_account(fields: &mut Fields) {
    let names = ["serviceAccountName", "serviceAccount"];
    let given = names
        .iter()
        .map(|name| text(fields, name))
        .find(|text| !text.is_empty())
        .map(Value::from);
    if let Some(account) = given {
        for name in names {
            fields.insert(name.to_owned(), account.clone());
        }
    }
}

/// A container's request for a resource defaults to its limit.
fn requests_from_limits(resources: &mut Fields) {
    let Some(Value::Object(limits)) = resources.get("limits").cloned() else {
        return;
    };
    if let Some(requests) = object(resources, "requests") {
        for (name, amount) in limits {
            set(requests, &name, || amount);
        }
    }
}

fn pull_policy(reference: &str) -> Value {
    if image::is_latest(reference) {
        "Always"
    } else {
        "IfNotPresent"
    }
    .into()
}

fn container(fields: &mut Fields) {
    let policy = pull_policy(text(fields, "image"));
    set(fields, "imagePullPolicy", || policy);
}

fn volume(fields: &mut Fields) {
    if fields.keys().all(|key| key == "name") {
        object(fields, "emptyDir");
    }
    if let Some(image) = fields.get_mut("image").and_then(Value::as_object_mut) {
        let policy = pull_policy(text(image, "reference"));
        set(image, "pullPolicy", || policy);
    }
}

fn service_spec(fields: &mut Fields) {
    if text(fields, "sessionAffinity") == "ClientIP" {
        let config =
            object(fields, "sessionAffinityConfig").and_then(|config| object(config, "clientIP"));
        if let Some(client) = config {
            set(client, "timeoutSeconds", || 10_800.into());
        }
    } else {
        fields.remove("sessionAffinityConfig");
    }
    let ports = fields.get_mut("ports").and_then(Value::as_array_mut);
    for port in ports.into_iter().flatten().filter_map(Value::as_object_mut) {
        let target = port.get("targetPort");
        if matches!(target, None | Some(Value::Null))
            || target == Some(&json!(0))
            || target == Some(&json!(""))
        {
            let number = port.get("port").cloned().unwrap_or_default();
            port.insert("targetPort".to_owned(), number);
        }
    }
    let balanced = text(fields, "type") == "LoadBalancer";
    if balanced || text(fields, "type") == "NodePort" {
        set(fields, "externalTrafficPolicy", || "Cluster".into());
    }
    if text(fields, "type") != "ExternalName" {
        set(fields, "internalTrafficPolicy", || "Cluster".into());
    }
    if balanced {
        set(fields, "allocateLoadBalancerNodePorts", || true.into());
    }
}

/// Every namespace has its name as a label.
fn namespace(fields: &mut Fields) {
    let Some(metadata) = object(fields, "metadata") else {
        return;
    };
    let name = text(metadata, "name").to_owned();
    if name.is_empty() {
        return;
    }
    if let Some(labels) = object(metadata, "labels") {
        labels.insert("kubernetes.io/metadata.name".to_owned(), name.into());
    }
}

fn node(fields: &mut Fields) {
    let Some(status) = fields.get_mut("status").and_then(Value::as_object_mut) else {
        return;
    };
    if let Some(capacity) = status.get("capacity").cloned() {
        set(status, "allocatable", || capacity);
    }
}

/// `stringData` is merged into `data` on conversion (`pkg/apis/core/v1/conversion.go`).
fn secret(fields: &mut Fields) {
    let Some(Value::Object(plain)) = fields.remove("stringData") else {
        return;
    };
    if let Some(data) = object(fields, "data") {
        for (key, value) in plain {
            data.insert(
                key,
                base64::encode(value.as_str().unwrap_or("").as_bytes()).into(),
            );
        }
    }
}

fn autoscaler_spec(fields: &mut Fields) {
    let none = fields
        .get("metrics")
        .and_then(Value::as_array)
        .is_none_or(Vec::is_empty);
    if none {
        let target = json!({"type": "Utilization", "averageUtilization": 80});
        let metric = json!({"type": "Resource", "resource": {"name": "cpu", "target": target}});
        fields.insert("metrics".to_owned(), json!([metric]));
    }
    let Some(behavior) = fields.get_mut("behavior").and_then(Value::as_object_mut) else {
        return;
    };
    let percent = json!({"type": "Percent", "value": 100, "periodSeconds": 15});
    let pods = json!({"type": "Pods", "value": 4, "periodSeconds": 15});
    for (name, policies) in [
        ("scaleUp", json!([pods, percent])),
        ("scaleDown", json!([percent])),
    ] {
        let Some(rules) = object(behavior, name) else {
            continue;
        };
        set(rules, "selectPolicy", || "Max".into());
        set(rules, "policies", || policies);
        if name == "scaleUp" {
            set(rules, "stabilizationWindowSeconds", || 0.into());
        }
    }
}
