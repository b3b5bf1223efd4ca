//! Namespaces, nodes, ConfigMaps, Secrets (`pkg/apis/core/validation/validation.go`).

use super::meta;
use super::node::{FieldNode, Report};
use super::scheduling;
use crate::api::base64;
use crate::api::{go, names};
use serde_json::Value;

/// Maximum total size of the values of a ConfigMap or Secret, in bytes.
const MAX_DATA: usize = 1024 * 1024;

pub(super) fn namespace(new: &Value, report: &mut Report) {
    let spec = FieldNode::root(new, "spec");
    let finalizers = spec.field("finalizers");
    finalizers.each(|_, name| {
        // Upstream leaves the index out of these paths.
        let at = FieldNode {
            value: name.value,
            ..finalizers
        };
        meta::label_key(&at, name.text(), report);
        meta::finalizer_domain(&at, report);
    });
}

pub(super) fn node(new: &Value, report: &mut Report) {
    let spec = FieldNode::root(new, "spec");
    scheduling::taints(&spec.field("taints"), report);
}

pub(super) fn config_map(old: Option<&Value>, new: &Value, report: &mut Report) {
    frozen(old, new, &["data", "binaryData"], report);
    let (data, binary) = (
        FieldNode::root(new, "data"),
        FieldNode::root(new, "binaryData"),
    );
    let mut size = 0;
    data.entries(|key, value| {
        data_key(&value, key, report);
        if binary.key(key).is_set() {
            report.invalid_value(
                &value,
                &go::quote(key),
                "duplicate of key present in binaryData",
            );
        }
        size += value.text().len();
    });
    binary.entries(|key, value| {
        data_key(&value, key, report);
        size += base64::decode(value.text()).map_or(0, |bytes| bytes.len());
    });
    if size > MAX_DATA {
        report.too_long(&FieldNode::root(new, ""), MAX_DATA);
    }
}

fn data_key(at: &FieldNode<'_, '_>, key: &str, report: &mut Report) {
    for complaint in names::config_key(key) {
        report.invalid_value(at, &go::quote(key), &complaint);
    }
}

/// Validates that an object marked immutable keeps its data.
fn frozen(old: Option<&Value>, new: &Value, fields: &[&'static str], report: &mut Report) {
    let Some(old) = old.filter(|old| old["immutable"] == Value::Bool(true)) else {
        return;
    };
    let detail = "field is immutable when `immutable` is set";
    if new["immutable"] != Value::Bool(true) {
        report.forbidden(&FieldNode::root(new, "immutable"), detail);
    }
    for name in fields
        .iter()
        .filter(|name| old.get(**name) != new.get(**name))
    {
        report.forbidden(&FieldNode::root(new, name), detail);
    }
}

/// Keys required by types of Secrets.
const TYPED_SECRETS: [(&str, &[&str]); 4] = [
    ("kubernetes.io/dockercfg", &[".dockercfg"]),
    ("kubernetes.io/dockerconfigjson", &[".dockerconfigjson"]),
    ("kubernetes.io/ssh-auth", &["ssh-privatekey"]),
    ("kubernetes.io/tls", &["tls.crt", "tls.key"]),
];

pub(super) fn secret(old: Option<&Value>, new: &Value, report: &mut Report) {
    let (ty, data) = (FieldNode::root(new, "type"), FieldNode::root(new, "data"));
    if old.is_some_and(|old| old["type"] != new["type"]) {
        report.invalid(&ty, "field is immutable");
    }
    frozen(old, new, &["data"], report);
    let mut size = 0;
    data.entries(|key, value| {
        data_key(&value, key, report);
        size += base64::decode(value.text()).map_or(0, |bytes| bytes.len());
    });
    if size > MAX_DATA {
        report.too_long(&data, MAX_DATA);
    }
    let required = TYPED_SECRETS.iter().find(|(name, _)| *name == ty.text());
    for key in required.into_iter().flat_map(|(_, keys)| keys.iter()) {
        if !data.key(key).is_set() {
            report.required(&data.key(key), "");
        }
    }
}
