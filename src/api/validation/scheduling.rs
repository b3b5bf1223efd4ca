//! Scheduling constraints: affinity, tolerations, topology spread (`pkg/apis/core/validation/validation.go`).

use super::meta;
use super::node::{FieldNode, Report};
use crate::api::{go, names};
use serde_json::Value;

const REQUIRED: &str = "requiredDuringSchedulingIgnoredDuringExecution";
const PREFERRED: &str = "preferredDuringSchedulingIgnoredDuringExecution";

pub(super) fn affinity(at: &FieldNode<'_, '_>, report: &mut Report) {
    let node = at.field("nodeAffinity");
    let required = node.field(REQUIRED);
    if required.is_set() {
        node_selector(&required, report);
    }
    node.field(PREFERRED).each(|_, term| {
        weight(&term.field("weight"), report);
        node_selector_term(&term.field("preference"), false, report);
    });
    for name in ["podAffinity", "podAntiAffinity"] {
        let pods = at.field(name);
        pods.field(REQUIRED).each(|_, term| pod_term(&term, report));
        pods.field(PREFERRED).each(|_, term| {
            weight(&term.field("weight"), report);
            pod_term(&term.field("podAffinityTerm"), report);
        });
    }
}

fn weight(at: &FieldNode<'_, '_>, report: &mut Report) {
    if !(1..=100).contains(&at.int().unwrap_or(0)) {
        report.invalid(at, "must be in the range 1-100");
    }
}

/// Validates node selector terms.
pub(super) fn node_selector(at: &FieldNode<'_, '_>, report: &mut Report) {
    let terms = at.field("nodeSelectorTerms");
    if terms.len() == 0 {
        return report.required(&terms, "must have at least one node selector term");
    }
    terms.each(|_, term| node_selector_term(&term, true, report));
}

fn node_selector_term(term: &FieldNode<'_, '_>, check_values: bool, report: &mut Report) {
    term.field("matchExpressions").each(|_, requirement| {
        meta::expression(&requirement, true, report);
        if check_values {
            let values = requirement.field("values");
            values.each(|_, value| report.complaints(&value, &names::label_value(value.text())));
        }
    });
    term.field("matchFields").each(|_, requirement| {
        let (key, operator, values) = (requirement.field("key"), requirement.field("operator"), requirement.field("values"));
        match operator.text() {
            "In" | "NotIn" if values.len() != 1 => {
                report.required(&values, "must be only one value when `operator` is 'In' or 'NotIn' for node field selector");
            }
            "In" | "NotIn" => {}
            _ => report.invalid(&operator, "not a valid selector operator"),
        }
        if key.text() == "metadata.name" {
            values.each(|_, value| report.complaints(&value, &names::dns1123_subdomain(value.text())));
        } else {
            report.invalid(&key, "not a valid field selector key");
        }
    });
}

fn pod_term(term: &FieldNode<'_, '_>, report: &mut Report) {
    let selector = term.field("labelSelector");
    meta::selector(&selector, report);
    meta::selector(&term.field("namespaceSelector"), report);
    let namespaces = term.field("namespaces");
    namespaces.each(|_, name| {
        for complaint in names::dns1123_label(name.text()) {
            report.invalid_value(
                &term.field("namespace"),
                &go::quote(name.text()),
                &complaint,
            );
        }
    });
    label_keys(term, report);
    let topology = term.field("topologyKey");
    if topology.text().is_empty() {
        report.required(&topology, "can not be empty");
    }
    for complaint in names::qualified_name(topology.text()) {
        report.invalid_value(&topology, &go::quote(topology.text()), &complaint);
    }
}

/// Validates `matchLabelKeys` and `mismatchLabelKeys` beside a selector.
fn label_keys(at: &FieldNode<'_, '_>, report: &mut Report) {
    let selector = at.field("labelSelector");
    for name in ["matchLabelKeys", "mismatchLabelKeys"] {
        let keys = at.field(name);
        if keys.len() > 0 && !selector.is_set() {
            report.forbidden(&keys, "must not be specified when labelSelector is not set");
        } else {
            keys.each(|_, key| meta::label_key(&key, key.text(), report));
        }
    }
    let mismatch = at.field("mismatchLabelKeys");
    at.field("matchLabelKeys").each(|_, key| {
        if mismatch
            .value
            .as_array()
            .is_some_and(|keys| keys.contains(key.value))
        {
            report.invalid(&key, "exists in both matchLabelKeys and mismatchLabelKeys");
        }
    });
}

const EFFECTS: [&str; 3] = ["NoSchedule", "PreferNoSchedule", "NoExecute"];

pub(super) fn tolerations(list: &FieldNode<'_, '_>, report: &mut Report) {
    list.each(|_, toleration| {
        let (key, operator, value) = (toleration.field("key"), toleration.field("operator"), toleration.field("value"));
        let effect = toleration.field("effect");
        if !key.text().is_empty() {
            meta::label_key(&key, key.text(), report);
        } else if operator.text() != "Exists" {
            report.invalid_value(
                &operator,
                &go::quote(operator.text()),
                "operator must be Exists when `key` is empty, which means \"match all values and all keys\"",
            );
        }
        if toleration.field("tolerationSeconds").is_set() && effect.text() != "NoExecute" {
            let shown = go::quote(effect.text());
            report.invalid_value(&effect, &shown, "effect must be 'NoExecute' when `tolerationSeconds` is set");
        }
        match operator.text() {
            "Equal" | "" => {
                let complaints = names::label_value(value.text());
                if !complaints.is_empty() {
                    report.invalid_value(&operator, &go::quote(value.text()), &complaints.join(";"));
                }
            }
            "Exists" => {
                if !value.text().is_empty() {
                    let shown = go::quote(value.text());
                    report.invalid_value(&operator, &shown, "value must be empty when `operator` is 'Exists'");
                }
            }
            // Comparison operators are behind a feature gate that is off.
            "Lt" | "Gt" => report.not_supported(&operator, &["Equal", "Exists", "Lt", "Gt"]),
            _ => report.not_supported(&operator, &["Equal", "Exists"]),
        }
        if !effect.text().is_empty() {
            report.optional_one_of(&effect, &EFFECTS);
        }
    });
}

/// Tolerations of a pod can be added, and their `tolerationSeconds` changed.
pub(super) fn only_added_tolerations(
    old: &FieldNode<'_, '_>,
    new: &FieldNode<'_, '_>,
    report: &mut Report,
) {
    let bare = |toleration: &Value| {
        let mut toleration = toleration.clone();
        if let Some(fields) = toleration.as_object_mut() {
            fields.remove("tolerationSeconds");
        }
        toleration
    };
    let list = |node: &FieldNode<'_, '_>| -> Vec<Value> {
        node.value
            .as_array()
            .into_iter()
            .flatten()
            .map(bare)
            .collect()
    };
    let new_ones = list(new);
    if list(old)
        .iter()
        .any(|toleration| !new_ones.contains(toleration))
    {
        report.forbidden(
            new,
            "existing toleration can not be modified except its tolerationSeconds",
        );
    }
}

/// Validates a node's taints.
pub(super) fn taints(list: &FieldNode<'_, '_>, report: &mut Report) {
    let mut seen: Vec<(&str, &str)> = Vec::new();
    list.each(|_, taint| {
        let (key, value, effect) = (
            taint.field("key"),
            taint.field("value"),
            taint.field("effect"),
        );
        meta::label_key(&key, key.text(), report);
        let complaints = names::label_value(value.text());
        if !complaints.is_empty() {
            report.invalid(&value, &complaints.join(";"));
        }
        report.one_of(&effect, &EFFECTS);
        let text = |name: &str| taint.value[name].as_str().unwrap_or("");
        let pair = (text("effect"), text("key"));
        if seen.contains(&pair) {
            report.duplicate(&taint);
        }
        seen.push(pair);
    });
}

/// Validates topology spread constraints.
pub(super) fn spread(list: &FieldNode<'_, '_>, report: &mut Report) {
    list.each(|index, constraint| {
        let positive = |at: &FieldNode<'_, '_>, report: &mut Report| {
            if at.int().unwrap_or(0) <= 0 {
                report.invalid(at, "must be greater than zero");
            }
        };
        positive(&constraint.field("maxSkew"), report);
        let (topology, action) = (
            constraint.field("topologyKey"),
            constraint.field("whenUnsatisfiable"),
        );
        if topology.text().is_empty() {
            report.required(&topology, "can not be empty");
        }
        if !["DoNotSchedule", "ScheduleAnyway"].contains(&action.text()) {
            report.not_supported_value(
                &action,
                &go::quote(action.text()),
                &["DoNotSchedule", "ScheduleAnyway"],
            );
        }
        let later = list.value.as_array().into_iter().flatten().skip(index + 1);
        let pair = |constraint: &Value| {
            [
                constraint["topologyKey"].clone(),
                constraint["whenUnsatisfiable"].clone(),
            ]
        };
        if later.map(pair).any(|other| other == pair(constraint.value)) {
            let shown = go::quote(&format!("{{{}, {}}}", topology.text(), action.text()));
            report.duplicate_value(
                &constraint.field("{topologyKey, whenUnsatisfiable}"),
                &shown,
            );
        }
        let domains = constraint.field("minDomains");
        if domains.is_set() {
            positive(&domains, report);
            if action.text() != "DoNotSchedule" {
                let detail = format!(
                    "can only use minDomains if whenUnsatisfiable=DoNotSchedule, not {}",
                    action.text()
                );
                report.invalid(&domains, &detail);
            }
        }
        for name in ["nodeAffinityPolicy", "nodeTaintsPolicy"] {
            report.optional_one_of(&constraint.field(name), &["Honor", "Ignore"]);
        }
        spread_label_keys(&constraint, report);
        meta::selector(&constraint.field("labelSelector"), report);
    });
}

fn spread_label_keys(constraint: &FieldNode<'_, '_>, report: &mut Report) {
    let (keys, selector) = (
        constraint.field("matchLabelKeys"),
        constraint.field("labelSelector"),
    );
    if keys.len() > 0 && !selector.is_set() {
        report.forbidden(&keys, "must not be specified when labelSelector is not set");
        return;
    }
    let labels = selector.field("matchLabels");
    let expressions = selector.field("matchExpressions");
    keys.each(|_, key| {
        meta::label_key(&key, key.text(), report);
        let in_expressions = expressions
            .value
            .as_array()
            .into_iter()
            .flatten()
            .any(|item| item["key"] == key.text());
        if labels.key(key.text()).is_set() || in_expressions {
            report.invalid(&key, "exists in both matchLabelKeys and labelSelector");
        }
    });
}
