//! Defaults of kinds that are only stored, as far as they depend on other fields.

use super::{Fields, object, set, text};
use serde_json::{Map, Value, json};

pub(super) fn apply(type_name: &str, fields: &mut Fields) {
    match type_name {
        "v1.DaemonSetUpdateStrategy" if text(fields, "type") == "RollingUpdate" => {
            object(fields, "rollingUpdate");
        }
        "v1.Job" => job(fields),
        "v1.NetworkPolicySpec" => policy_types(fields),
        "v1.Subject" => subject(fields),
        "v1.LimitRangeItem" => limit(fields),
        "v1.CustomResourceDefinitionNames" => names(fields),
        _ => {}
    }
}

/// Defaults that the template of a CronJob does not get (`pkg/apis/batch/v1/defaults.go`, SetDefaults_Job).
fn job(fields: &mut Fields) {
    let Some(spec) = object(fields, "spec") else {
        return;
    };
    if !spec.contains_key("completions") && !spec.contains_key("parallelism") {
        set(spec, "completions", || 1.into());
    }
    set(spec, "parallelism", || 1.into());
    let limit = match spec.contains_key("backoffLimitPerIndex") {
        true => i32::MAX,
        false => 6,
    };
    set(spec, "backoffLimit", || limit.into());
    set(spec, "completionMode", || "NonIndexed".into());
    set(spec, "suspend", || false.into());
    set(spec, "manualSelector", || false.into());
    let policy = match spec.contains_key("podFailurePolicy") {
        true => "Failed",
        false => "TerminatingOrFailed",
    };
    set(spec, "podReplacementPolicy", || policy.into());
}

fn policy_types(fields: &mut Fields) {
    let egress = fields.contains_key("egress");
    set(fields, "policyTypes", || match egress {
        true => json!(["Ingress", "Egress"]),
        false => json!(["Ingress"]),
    });
}

fn subject(fields: &mut Fields) {
    if matches!(text(fields, "kind"), "User" | "Group") {
        set(fields, "apiGroup", || "rbac.authorization.k8s.io".into());
    }
}

/// Limits default to the maximum, requests to the limits and then to the minimum
/// (`pkg/apis/core/v1/defaults.go`, SetDefaults_LimitRangeItem).
fn limit(fields: &mut Fields) {
    if text(fields, "type") != "Container" {
        return;
    }
    for (target, source) in [
        ("default", "max"),
        ("defaultRequest", "default"),
        ("defaultRequest", "min"),
    ] {
        let known = fields.get(source).and_then(Value::as_object).cloned();
        set(fields, target, || Value::Object(Map::new()));
        let own = fields.get_mut(target).and_then(Value::as_object_mut);
        if let (Some(own), Some(known)) = (own, known) {
            for (name, amount) in known {
                own.entry(name).or_insert(amount);
            }
        }
    }
}

fn names(fields: &mut Fields) {
    let kind = text(fields, "kind").to_owned();
    if !kind.is_empty() {
        set(fields, "singular", || kind.to_ascii_lowercase().into());
        set(fields, "listKind", || format!("{kind}List").into());
    }
}
