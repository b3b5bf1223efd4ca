//! HorizontalPodAutoscalers (`pkg/apis/autoscaling/validation/validation.go`).

use super::meta;
use super::node::{FieldNode, Report, render};
use crate::api::go;
use crate::api::quantity::Quantity;
use crate::versions::{Feature, Features};
use serde_json::Value;

pub(super) fn autoscaler(
    features: Features,
    old: Option<&Value>,
    new: &Value,
    report: &mut Report,
) {
    let spec = FieldNode::root(new, "spec");
    let (min, max) = (spec.field("minReplicas"), spec.field("maxReplicas"));
    let was_zero = old.is_some_and(|old| old["spec"]["minReplicas"] == 0);
    let least = i64::from(!was_zero && !features.has(Feature::HPAScaleToZero));
    if min.int().is_some_and(|count| count < least) {
        report.invalid(&min, &format!("must be greater than or equal to {least}"));
    }
    if max.int().unwrap_or(0) < 1 {
        report.invalid(&max, "must be greater than 0");
    }
    if min
        .int()
        .is_some_and(|count| max.int().unwrap_or(0) < count)
    {
        report.invalid(&max, "must be greater than or equal to `minReplicas`");
    }
    reference(&spec.field("scaleTargetRef"), report);
    let metrics = spec.field("metrics");
    let mut measures_without_pods = false;
    metrics.each(|_, each| {
        metric(&each, report);
        measures_without_pods |= ["Object", "External"].contains(&each.field("type").text());
    });
    if min.int() == Some(0) && !measures_without_pods {
        report.forbidden(
            &metrics,
            "must specify at least one Object or External metric to support scaling to zero replicas",
        );
    }
    let behavior = spec.field("behavior");
    for name in ["scaleUp", "scaleDown"] {
        if behavior.field(name).is_set() {
            rules(&behavior.field(name), report);
        }
    }
}

fn reference(at: &FieldNode<'_, '_>, report: &mut Report) {
    for name in ["kind", "name"] {
        let field = at.field(name);
        path_segment(&field, report);
    }
}

/// Validates a name used as a URL path segment.
fn path_segment(at: &FieldNode<'_, '_>, report: &mut Report) {
    match at.text() {
        "" => report.required(at, ""),
        text @ ("." | "..") => report.invalid(at, &format!("may not be '{text}'")),
        text => {
            for sign in ["/", "%"] {
                if text.contains(sign) {
                    report.invalid(at, &format!("may not contain '{sign}'"));
                }
            }
        }
    }
}

/// Metric types and their fields, in upstream's order of validation.
const METRICS: [(&str, &str); 5] = [
    ("Object", "object"),
    ("External", "external"),
    ("Pods", "pods"),
    ("Resource", "resource"),
    ("ContainerResource", "containerResource"),
];

const METRIC_TYPES: [&str; 5] = [
    "ContainerResource",
    "External",
    "Object",
    "Pods",
    "Resource",
];

fn metric(metric: &FieldNode<'_, '_>, report: &mut Report) {
    let ty = metric.field("type");
    if ty.text().is_empty() {
        report.required(&ty, "must specify a metric source type");
    }
    let own = METRICS
        .iter()
        .find(|(name, _)| *name == ty.text())
        .map(|(_, field)| *field);
    let shown = go::quote(ty.text());
    if own.is_none() {
        report.not_supported_value(&ty, &shown, &METRIC_TYPES);
    }
    let present: Vec<&str> = METRICS
        .iter()
        .map(|(_, field)| *field)
        .filter(|field| metric.field(field).is_set())
        .collect();
    if let Some(first) = present.first() {
        source(first, &metric.field(first), report);
    }
    match own {
        Some(field) if !metric.field(field).is_set() => {
            report.required(
                &metric.field(field),
                "must populate information for the given metric source",
            );
        }
        Some(_) => {}
        // Upstream reports this twice.
        None => report.not_supported_value(&ty, &shown, &METRIC_TYPES),
    }
    if present.len() != 1 {
        for field in present.iter().filter(|field| Some(**field) != own) {
            report.forbidden(
                &metric.field(field),
                "must populate the given metric source only",
            );
        }
    }
}

fn source(field: &str, at: &FieldNode<'_, '_>, report: &mut Report) {
    let target = at.field("target");
    let (value, average) = (target.field("value"), target.field("averageValue"));
    let utilization = target.field("averageUtilization");
    if field == "object" {
        reference(&at.field("describedObject"), report);
    }
    if ["resource", "containerResource"].contains(&field) {
        let name = at.field("name");
        if name.text().is_empty() {
            report.required(&name, "must specify a resource name");
        }
        if field == "containerResource" && at.field("container").text().is_empty() {
            report.required(&at.field("container"), "must specify a container");
        }
        target_numbers(&target, report);
        match (utilization.is_set(), average.is_set()) {
            (false, false) => report.required(
                &utilization,
                "must set either a target raw value or a target utilization",
            ),
            (true, true) => report.forbidden(
                &average,
                "may not set both a target raw value and a target utilization",
            ),
            _ => {}
        }
        return;
    }
    let identifier = at.field("metric");
    path_segment(&identifier.field("name"), report);
    meta::selector(&identifier.field("selector"), report);
    target_numbers(&target, report);
    match field {
        "pods" if !average.is_set() || average.text().is_empty() => {
            report.required(&average, "must specify a positive target averageValue");
        }
        "object" if !value.is_set() && !average.is_set() => {
            report.required(&average, "must set either a target value or averageValue");
        }
        "external" if !value.is_set() && !average.is_set() => {
            report.required(
                &average,
                "must set either a target value for metric or a per-pod target",
            );
        }
        "external" if value.is_set() && average.is_set() => {
            report.forbidden(
                &value,
                "may not set both a target value for metric and a per-pod target",
            );
        }
        _ => {}
    }
}

fn target_numbers(target: &FieldNode<'_, '_>, report: &mut Report) {
    let ty = target.field("type");
    if ty.text().is_empty() {
        report.required(&ty, "must specify a metric target type");
    }
    if !["Utilization", "Value", "AverageValue"].contains(&ty.text()) {
        report.invalid_value(
            &ty,
            &go::quote(ty.text()),
            "must be either Utilization, Value, or AverageValue",
        );
    }
    for name in ["value", "averageValue"] {
        let field = target.field(name);
        if Quantity::parse(field.text()).is_ok_and(|amount| amount.sign() != 1) {
            report.invalid_value(&field, &render(field.value), "must be positive");
        }
    }
    let utilization = target.field("averageUtilization");
    if utilization.int().is_some_and(|percent| percent < 1) {
        report.invalid(&utilization, "must be greater than 0");
    }
}

fn rules(rules: &FieldNode<'_, '_>, report: &mut Report) {
    let window = rules.field("stabilizationWindowSeconds");
    if window.int().is_some_and(|seconds| seconds < 0) {
        report.invalid(&window, "must be greater than or equal to zero");
    }
    if window.int().is_some_and(|seconds| seconds > 3600) {
        report.invalid(&window, "must be less than or equal to 3600");
    }
    report.optional_one_of(&rules.field("selectPolicy"), &["Disabled", "Max", "Min"]);
    let policies = rules.field("policies");
    if policies.len() == 0 {
        report.required(&policies, "must specify at least one Policy");
    }
    policies.each(|_, policy| {
        let ty = policy.field("type");
        if !["Percent", "Pods"].contains(&ty.text()) {
            report.not_supported_value(&ty, &go::quote(ty.text()), &["Percent", "Pods"]);
        }
        for name in ["value", "periodSeconds"] {
            if policy.field(name).int().unwrap_or(0) <= 0 {
                report.invalid(&policy.field(name), "must be greater than zero");
            }
        }
        let period = policy.field("periodSeconds");
        if period.int().is_some_and(|seconds| seconds > 1800) {
            report.invalid(&period, "must be less than or equal to 1800");
        }
    });
    let tolerance = rules.field("tolerance");
    if Quantity::parse(tolerance.text()).is_ok_and(|amount| amount.sign() < 0) {
        report.invalid(&tolerance, "must be greater than or equal to 0");
    }
}
