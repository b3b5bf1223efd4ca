//! Metadata, labels and selectors (`staging/src/k8s.io/apimachinery/pkg/api/validation/objectmeta.go`).

use super::node::{FieldNode, Report, render};
use crate::api::go;
use crate::api::kind::Kind;
use crate::api::lift::lift;
use crate::api::names::{self, Complaints};
use crate::api::selector::LabelSelector;
use crate::api::strings::Strings;
use serde_json::Value;

/// Maximum total size of an object's annotations, in bytes.
const MAX_ANNOTATIONS: usize = 256 * 1024;

/// Allowed finalizers without a domain.
const STANDARD_FINALIZERS: [&str; 3] = ["kubernetes", "orphan", "foregroundDeletion"];

/// The validation rule for names of a kind.
fn name_rule(kind: Kind) -> fn(&str) -> Complaints {
    match kind {
        // A StatefulSet's name becomes part of host names. Names of Services were relaxed to those of DNS labels in
        // 1.36.
        Kind::StatefulSet | Kind::Service | Kind::Namespace => names::dns1123_label,
        Kind::Role | Kind::ClusterRole | Kind::RoleBinding | Kind::ClusterRoleBinding => {
            names::path_segment
        }
        _ => names::dns1123_subdomain,
    }
}

pub(super) fn create(kind: Kind, object: &Value, report: &mut Report) {
    let metadata = FieldNode::root(object, "metadata");
    let rule = name_rule(kind);
    let generate = metadata.field("generateName");
    if let Some(prefix) = Some(generate.text()).filter(|prefix| !prefix.is_empty()) {
        // A trailing dash is allowed, since the generated suffix follows it.
        let masked = match prefix.strip_suffix('-') {
            Some(rest) if prefix.len() > 1 => {
                format!("{}a", &rest[..rest.floor_char_boundary(rest.len() - 1)])
            }
            _ => prefix.to_owned(),
        };
        report.complaints(&generate, &rule(&masked));
    }
    let name = metadata.field("name");
    if !name.text().is_empty() {
        report.complaints(&name, &rule(name.text()));
    } else if generate.text().is_empty() {
        report.required(&name, "name or generateName is required");
    }
    let namespace = metadata.field("namespace");
    if !namespace.text().is_empty() {
        if kind.namespaced() {
            report.complaints(&namespace, &names::dns1123_label(namespace.text()));
        } else {
            report.forbidden(&namespace, "not allowed on this type");
        }
    }
    report.not_negative(&metadata.field("generation"));
    common(&metadata, report);
}

pub(super) fn update(old: &Value, new: &Value, report: &mut Report) {
    let (old, new) = (
        FieldNode::root(old, "metadata"),
        FieldNode::root(new, "metadata"),
    );
    let finalizers = new.field("finalizers");
    if old.field("deletionTimestamp").is_set() {
        let known = old.field("finalizers");
        let extra: Vec<String> = finalizers
            .value
            .as_array()
            .into_iter()
            .flatten()
            .filter(|name| {
                !known
                    .value
                    .as_array()
                    .is_some_and(|list| list.contains(name))
            })
            .map(render)
            .collect();
        if !extra.is_empty() {
            report.forbidden(&finalizers, &format!(
                "no new finalizers can be added if the object is being deleted, found new finalizers []string{{{}}}",
                extra.join(", ")
            ));
        }
    }
    for name in ["name", "namespace", "uid"] {
        let (old, new) = (old.field(name), new.field(name));
        // Fields omitted in an update keep their values.
        if new.is_set() && old.is_set() && old.value != new.value {
            report.invalid(&new, "field is immutable");
        }
    }
    common(&new, report);
}

fn common(metadata: &FieldNode<'_, '_>, report: &mut Report) {
    labels(&metadata.field("labels"), report);
    annotations(&metadata.field("annotations"), report);
    owners(&metadata.field("ownerReferences"), report);
    finalizers(&metadata.field("finalizers"), report);
}

pub(super) fn label_key(at: &FieldNode<'_, '_>, key: &str, report: &mut Report) {
    for complaint in names::qualified_name(key) {
        report.invalid_value(at, &go::quote(key), &complaint);
    }
}

/// Validates a map of labels.
pub(super) fn labels(at: &FieldNode<'_, '_>, report: &mut Report) {
    at.entries(|key, value| {
        label_key(at, key, report);
        for complaint in names::label_value(value.text()) {
            report.invalid_value(at, &render(value.value), &complaint);
        }
    });
}

pub(super) fn annotations(at: &FieldNode<'_, '_>, report: &mut Report) {
    let mut size = 0;
    at.entries(|key, value| {
        for complaint in names::qualified_name(&key.to_lowercase()) {
            report.invalid_value(at, &go::quote(key), &complaint);
        }
        size += key.len() + value.text().len();
    });
    if size > MAX_ANNOTATIONS {
        report.too_long(at, MAX_ANNOTATIONS);
    }
}

fn owners(at: &FieldNode<'_, '_>, report: &mut Report) {
    let mut controller: Option<String> = None;
    at.each(|_, owner| {
        let text = |name: &str| owner.field(name).text();
        let version = text("apiVersion").rsplit('/').next().unwrap_or("");
        for (name, value, detail) in [
            ("apiVersion", version, "version must not be empty"),
            ("kind", text("kind"), "must not be empty"),
            ("name", text("name"), "must not be empty"),
            ("uid", text("uid"), "must not be empty"),
        ] {
            if value.is_empty() {
                // Upstream leaves the index out of the path.
                report.invalid_value(&at.field(name), &go::quote(text(name)), detail);
            }
        }
        if text("apiVersion") == "v1" && text("kind") == "Event" {
            report.invalid_value(at, &go::json(owner.value), "/v1, Kind=Event is disallowed from being an owner");
        }
        if owner.field("controller").is_true() {
            let this = format!("{}/{}", text("kind"), text("name"));
            match &controller {
                Some(first) => report.invalid(at, &format!(
                    "Only one reference can have Controller set to true. Found \"true\" in references for {first} and {this}"
                )),
                None => controller = Some(this),
            }
        }
    });
}

fn finalizers(at: &FieldNode<'_, '_>, report: &mut Report) {
    at.each(|_, name| label_key(at, name.text(), report));
    let has = |name: &str| {
        at.value
            .as_array()
            .is_some_and(|list| list.iter().any(|item| item == name))
    };
    if has("orphan") && has("foregroundDeletion") {
        report.invalid(
            at,
            "finalizer orphan and foregroundDeletion cannot be both set",
        );
    }
    at.each(|_, name| finalizer_domain(&name, report));
}

/// A finalizer must have a domain or be one of Kubernetes' own.
pub(super) fn finalizer_domain(name: &FieldNode<'_, '_>, report: &mut Report) {
    if !name.text().contains('/') && !STANDARD_FINALIZERS.contains(&name.text()) {
        report.invalid(
            name,
            "name is neither a standard finalizer name nor is it fully qualified",
        );
    }
}

/// Validates a `metav1.LabelSelector`
/// (`staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/validation/validation.go`).
pub(super) fn selector(at: &FieldNode<'_, '_>, report: &mut Report) {
    labels(&at.field("matchLabels"), report);
    at.field("matchExpressions").each(|_, requirement| {
        expression(&requirement, false, report);
        requirement.field("values").each(|_, value| {
            report.complaints(&value, &names::label_value(value.text()));
        });
    });
}

/// Validates the operator, number of values and key of a requirement. Only node labels can be compared as numbers.
pub(super) fn expression(requirement: &FieldNode<'_, '_>, compares: bool, report: &mut Report) {
    let (key, operator, values) = (
        requirement.field("key"),
        requirement.field("operator"),
        requirement.field("values"),
    );
    match operator.text() {
        "In" | "NotIn" if values.len() == 0 => {
            report.required(
                &values,
                "must be specified when `operator` is 'In' or 'NotIn'",
            );
        }
        "Exists" | "DoesNotExist" if values.len() > 0 => {
            report.forbidden(
                &values,
                "may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
            );
        }
        "Gt" | "Lt" if compares && values.len() != 1 => {
            report.required(
                &values,
                "must be specified single value when `operator` is 'Lt' or 'Gt'",
            );
        }
        "In" | "NotIn" | "Exists" | "DoesNotExist" => {}
        "Gt" | "Lt" if compares => {}
        _ => report.invalid(&operator, "not a valid selector operator"),
    }
    label_key(&key, key.text(), report);
}

/// The selector, if it passes [`selector`], ready for matching.
pub(super) fn matcher(at: &FieldNode<'_, '_>) -> Option<LabelSelector> {
    let mut report = Report::default();
    selector(at, &mut report);
    if !report.causes.is_empty() {
        return None;
    }
    lift(at.value).ok()
}

/// The node's map of strings.
pub(super) fn text_map(at: &FieldNode<'_, '_>) -> Strings {
    let fields = at.value.as_object().into_iter().flatten();
    fields
        .map(|(key, value)| (key.clone(), value.as_str().unwrap_or("").to_owned()))
        .collect()
}
