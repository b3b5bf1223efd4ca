//! Deployments, ReplicaSets, StatefulSets, ControllerRevisions (`pkg/apis/apps/validation/validation.go`).

use super::meta;
use super::node::{FieldNode, Report, render};
use super::pod::{self, PodContext};
use super::storage;
use crate::api::{go, names};
use serde_json::Value;

pub(super) fn deployment(old: Option<&Value>, new: &Value, report: &mut Report) {
    let spec = FieldNode::root(new, "spec");
    report.not_negative(&spec.field("replicas"));
    selector_and_template(&spec, report);
    deployment_strategy(&spec.field("strategy"), report);
    let min_ready = spec.field("minReadySeconds");
    report.not_negative(&min_ready);
    report.not_negative(&spec.field("revisionHistoryLimit"));
    let deadline = spec.field("progressDeadlineSeconds");
    report.not_negative(&deadline);
    if deadline
        .int()
        .is_some_and(|seconds| seconds <= min_ready.int().unwrap_or(0))
    {
        report.invalid(&deadline, "must be greater than minReadySeconds");
    }
    immutable_selector(old, &spec, report);
}

pub(super) fn replica_set(old: Option<&Value>, new: &Value, report: &mut Report) {
    let spec = FieldNode::root(new, "spec");
    report.not_negative(&spec.field("replicas"));
    report.not_negative(&spec.field("minReadySeconds"));
    selector_and_template(&spec, report);
    immutable_selector(old, &spec, report);
}

/// Selectors are immutable in `apps/v1` (`pkg/registry/apps/{deployment,replicaset}/strategy.go`).
pub(super) fn immutable_selector(
    old: Option<&Value>,
    spec: &FieldNode<'_, '_>,
    report: &mut Report,
) {
    let selector = spec.field("selector");
    if old.is_some_and(|old| old["spec"]["selector"] != *selector.value) {
        report.invalid(&selector, "field is immutable");
    }
}

fn selector_and_template(spec: &FieldNode<'_, '_>, report: &mut Report) {
    let (selector, template) = (spec.field("selector"), spec.field("template"));
    // Upstream's message says "deployment" for ReplicaSets too.
    if !selector_itself(
        &selector,
        "empty selector is invalid for deployment",
        report,
    ) {
        report.invalid(&selector, "invalid label selector");
        return;
    }
    matching_labels(&selector, &template, report);
    pod::template(&template, &PodContext::template(), report);
    only_always(
        &template,
        "activeDeadlineSeconds in ReplicaSet is not Supported",
        report,
    );
}

/// Validates a required selector; returns whether it can be matched against labels.
pub(super) fn selector_itself(
    selector: &FieldNode<'_, '_>,
    empty: &str,
    report: &mut Report,
) -> bool {
    if !selector.is_set() {
        report.required(selector, "");
        return true;
    }
    meta::selector(selector, report);
    if selector.field("matchLabels").len() + selector.field("matchExpressions").len() == 0 {
        report.invalid(selector, empty);
    }
    meta::matcher(selector).is_some()
}

/// Checks that the selector matches the template's labels. An absent selector matches nothing; an empty one is
/// skipped.
pub(super) fn matching_labels(
    selector: &FieldNode<'_, '_>,
    template: &FieldNode<'_, '_>,
    report: &mut Report,
) {
    let metadata = template.field("metadata");
    let labels = metadata.field("labels");
    let matches = selector.is_set()
        && meta::matcher(selector).is_some_and(|matcher| matcher.matches(&meta::text_map(&labels)));
    if !matches {
        report.invalid(&labels, "`selector` does not match template `labels`");
    }
}

pub(super) fn only_always(template: &FieldNode<'_, '_>, deadline: &str, report: &mut Report) {
    let spec = template.field("spec");
    let policy = spec.field("restartPolicy");
    if policy.text() != "Always" {
        report.not_supported_value(&policy, &go::quote(policy.text()), &["Always"]);
    }
    if spec.field("activeDeadlineSeconds").is_set() {
        report.forbidden(&spec.field("activeDeadlineSeconds"), deadline);
    }
}

/// The struct as upstream's internal type marshals it: Go names, and unset pointers as null.
fn strategy_json(strategy: &FieldNode<'_, '_>) -> String {
    let rolling = strategy.field("rollingUpdate");
    let member = |name: &str, go_name: &str, unset: &str| {
        let field = rolling.field(name);
        let shown = if field.is_set() {
            go::json(field.value)
        } else {
            unset.to_owned()
        };
        format!("\"{go_name}\":{shown}")
    };
    let shown = if !rolling.is_set() {
        "null".to_owned()
    } else {
        format!(
            "{{{},{}}}",
            member("maxUnavailable", "MaxUnavailable", "0"),
            member("maxSurge", "MaxSurge", "0")
        )
    };
    format!(
        "{{\"Type\":{},\"RollingUpdate\":{shown}}}",
        go::json(strategy.field("type").value)
    )
}

fn deployment_strategy(strategy: &FieldNode<'_, '_>, report: &mut Report) {
    let rolling = strategy.field("rollingUpdate");
    match strategy.field("type").text() {
        "Recreate" => {
            if rolling.is_set() {
                report.forbidden(
                    &rolling,
                    "may not be specified when strategy `type` is 'Recreate'",
                );
            }
        }
        "RollingUpdate" => {
            let (unavailable, surge) = (rolling.field("maxUnavailable"), rolling.field("maxSurge"));
            int_or_percent(&unavailable, report);
            int_or_percent(&surge, report);
            if int_or_percent_value(unavailable.value) == 0
                && int_or_percent_value(surge.value) == 0
            {
                report.invalid(&unavailable, "may not be 0 when `maxSurge` is 0");
            }
            at_most_100_percent(&unavailable, report);
        }
        _ => report.not_supported_value(
            strategy,
            &strategy_json(strategy),
            &["Recreate", "RollingUpdate"],
        ),
    }
}

fn percent(value: &Value) -> Option<i64> {
    let digits = value.as_str()?.strip_suffix('%')?;
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    // Go's Atoi saturates at the largest int.
    Some(digits.parse().unwrap_or(i64::MAX))
}

/// Validates a non-negative count or a percentage.
pub(super) fn int_or_percent(at: &FieldNode<'_, '_>, report: &mut Report) {
    if at.value.is_string() && percent(at.value).is_none() {
        report.invalid(at, "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')");
    }
    report.not_negative(at);
}

/// A percentage counts as its number, and other text as the number it starts with (mostly 0).
fn int_or_percent_value(value: &Value) -> i64 {
    let text = || value.as_str().and_then(|text| text.parse().ok());
    percent(value)
        .or_else(|| value.as_i64())
        .or_else(text)
        .unwrap_or(0)
}

pub(super) fn at_most_100_percent(at: &FieldNode<'_, '_>, report: &mut Report) {
    if percent(at.value).is_some_and(|percent| percent > 100) {
        report.invalid(at, "must not be greater than 100%");
    }
}

/// Mutable fields of a StatefulSet's spec.
const CHANGEABLE: [&str; 7] = [
    "replicas",
    "ordinals",
    "template",
    "updateStrategy",
    "revisionHistoryLimit",
    "persistentVolumeClaimRetentionPolicy",
    "minReadySeconds",
];

pub(super) fn stateful_set(old: Option<&Value>, new: &Value, report: &mut Report) {
    let spec = FieldNode::root(new, "spec");
    let policy = spec.field("podManagementPolicy");
    match policy.text() {
        "" => report.required(&policy, ""),
        "OrderedReady" | "Parallel" => {}
        _ => report.invalid(&policy, "must be 'OrderedReady' or 'Parallel'"),
    }
    update_strategy(&spec.field("updateStrategy"), report);
    let retention = spec.field("persistentVolumeClaimRetentionPolicy");
    for name in ["whenDeleted", "whenScaled"] {
        report.optional_one_of(&retention.field(name), &["Retain", "Delete"]);
    }
    report.not_negative(&spec.field("replicas"));
    report.not_negative(&spec.field("minReadySeconds"));
    report.not_negative(&spec.field("ordinals").field("start"));
    let (selector, template) = (spec.field("selector"), spec.field("template"));
    if selector_itself(
        &selector,
        "empty selector is invalid for statefulset",
        report,
    ) {
        matching_labels(&selector, &template, report);
        let claims = claim_names(&spec);
        pod::template(
            &template,
            &PodContext {
                claim_templates: &claims,
                ..PodContext::template()
            },
            report,
        );
    } else {
        report.invalid(&selector, "");
    }
    only_always(
        &template,
        "activeDeadlineSeconds in StatefulSet is not Supported",
        report,
    );
    // An update does not validate immutable fields again (ValidateStatefulSetUpdate).
    if old.is_none() {
        spec.field("volumeClaimTemplates")
            .each(|_, claim| storage::claim_spec(&claim.field("spec"), report));
        let service = spec.field("serviceName");
        if !service.text().is_empty() {
            report.complaints(&service, &names::dns1123_label(service.text()));
        }
    }
    if old.is_some_and(|old| frozen(&old["spec"]) != frozen(spec.value)) {
        report.forbidden(&spec, "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden");
    }
}

fn frozen(spec: &Value) -> Value {
    let mut spec = spec.clone();
    if let Some(fields) = spec.as_object_mut() {
        fields.retain(|name, _| !CHANGEABLE.contains(&name.as_str()));
    }
    spec
}

fn claim_names<'a>(spec: &FieldNode<'a, '_>) -> Vec<&'a str> {
    let templates = spec.value["volumeClaimTemplates"].as_array();
    templates
        .into_iter()
        .flatten()
        .filter_map(|claim| claim["metadata"]["name"].as_str())
        .collect()
}

fn update_strategy(strategy: &FieldNode<'_, '_>, report: &mut Report) {
    let rolling = strategy.field("rollingUpdate");
    let (partition, unavailable) = (rolling.field("partition"), rolling.field("maxUnavailable"));
    let rolling_json = || {
        if !rolling.is_set() {
            return "null".to_owned();
        }
        let partition = partition.int().unwrap_or(0);
        format!(
            "{{\"Partition\":{partition},\"MaxUnavailable\":{}}}",
            go::json(unavailable.value)
        )
    };
    match strategy.field("type").text() {
        "" => report.required(strategy, ""),
        "OnDelete" => {
            if rolling.is_set() {
                report.invalid_value(
                    &rolling,
                    &rolling_json(),
                    "only allowed for updateStrategy 'RollingUpdate'",
                );
            }
        }
        "RollingUpdate" => {
            report.not_negative(&partition);
            if unavailable.is_set() {
                int_or_percent(&unavailable, report);
                if int_or_percent_value(unavailable.value) == 0 {
                    report.invalid(&unavailable, "cannot be 0");
                }
                at_most_100_percent(&unavailable, report);
            }
        }
        other => {
            let shown = format!(
                "{{\"Type\":{},\"RollingUpdate\":{}}}",
                render(&other.into()),
                rolling_json()
            );
            report.invalid_value(strategy, &shown, "must be 'RollingUpdate' or 'OnDelete'");
        }
    }
}

pub(super) fn controller_revision(old: Option<&Value>, new: &Value, report: &mut Report) {
    let data = FieldNode::root(new, "data");
    if !data.is_set() {
        report.required(&data, "data is mandatory");
    }
    report.not_negative(&FieldNode::root(new, "revision"));
    if old.is_some_and(|old| old.get("data") != new.get("data")) {
        report.invalid(&data, "field is immutable");
    }
}
