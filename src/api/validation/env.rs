//! Environment variables and the sources of their values (`pkg/apis/core/validation/validation.go`).

use super::container::no_backsteps;
use super::meta;
use super::node::{FieldNode, Report};
use crate::api::quantity::Quantity;
use crate::api::{go, names};

/// Fields allowed in variables, sorted.
const VARIABLE_FIELDS: [&str; 9] = [
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
];

/// Fields allowed in files of a volume, sorted.
pub(super) const FILE_FIELDS: [&str; 5] = [
    "metadata.annotations",
    "metadata.labels",
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
];

/// All pod fields of the downward API.
const KNOWN_FIELDS: [&str; 15] = [
    "metadata.annotations",
    "metadata.labels",
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.restartPolicy",
    "spec.serviceAccountName",
    "spec.schedulerName",
    "status.phase",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
    "spec.terminationGracePeriodSeconds",
];

/// Resources allowed in variables and files, sorted.
const RESOURCE_FIELDS: [&str; 6] = [
    "limits.cpu",
    "limits.ephemeral-storage",
    "limits.memory",
    "requests.cpu",
    "requests.ephemeral-storage",
    "requests.memory",
];

pub(super) fn variables(list: &FieldNode<'_, '_>, report: &mut Report) {
    list.each(|_, variable| {
        let name = variable.field("name");
        if name.text().is_empty() {
            report.required(&name, "");
        } else {
            report.complaints(&name, &names::environment_variable(name.text()));
        }
        let from = variable.field("valueFrom");
        if from.is_set() {
            value_from(&from, !variable.field("value").text().is_empty(), report);
        }
    });
}

fn value_from(from: &FieldNode<'_, '_>, has_value: bool, report: &mut Report) {
    let mut sources = 0;
    let mut source = |name: &str, check: &mut dyn FnMut(&FieldNode<'_, '_>)| {
        let node = from.field(name);
        if node.is_set() {
            sources += 1;
            check(&node);
        }
    };
    source("fieldRef", &mut |at| {
        field_ref(at, &VARIABLE_FIELDS, report)
    });
    source("resourceFieldRef", &mut |at| {
        resource_field_ref(at, false, report)
    });
    source("configMapKeyRef", &mut |at| key_ref(at, report));
    source("secretKeyRef", &mut |at| key_ref(at, report));
    source("fileKeyRef", &mut |at| file_key_ref(at, report));
    let detail = match sources {
        0 => {
            "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`"
        }
        _ if has_value => "may not be specified when `value` is not empty",
        1 => return,
        _ => "may not have more than one field specified at a time",
    };
    report.invalid_value(from, "\"\"", detail);
}

/// Validates a reference to a field of the pod.
pub(super) fn field_ref(at: &FieldNode<'_, '_>, supported: &[&str], report: &mut Report) {
    let (version, path) = (at.field("apiVersion"), at.field("fieldPath"));
    if version.text().is_empty() {
        return report.required(&version, "");
    }
    if path.text().is_empty() {
        return report.required(&path, "");
    }
    if version.text() != "v1" {
        return report.invalid(
            &path,
            &format!(
                "error converting fieldPath: unsupported pod version: {}",
                version.text()
            ),
        );
    }
    let text = path.text();
    let subscript = text
        .strip_suffix("']")
        .and_then(|text| text.split_once("['"))
        .filter(|(field, _)| !field.is_empty());
    if let Some((field, key)) = subscript {
        match field {
            "metadata.annotations" => meta::label_key(at, &key.to_lowercase(), report),
            "metadata.labels" => meta::label_key(at, key, report),
            _ => report.invalid(
                &path,
                &format!(
                    "error converting fieldPath: field label does not support subscript: {text}"
                ),
            ),
        }
        return;
    }
    // Deprecated names are converted.
    let text = if text == "spec.host" {
        "spec.nodeName"
    } else {
        text
    };
    if !KNOWN_FIELDS.contains(&text) {
        report.invalid(
            &path,
            &format!("error converting fieldPath: field label not supported: {text}"),
        );
    } else if !supported.contains(&text) {
        report.not_supported_value(&path, &go::quote(text), supported);
    }
}

/// Validates a reference to a container's resource; files must name the container.
pub(super) fn resource_field_ref(at: &FieldNode<'_, '_>, of_file: bool, report: &mut Report) {
    let (container, resource) = (at.field("containerName"), at.field("resource"));
    let huge_pages = ["requests.hugepages-", "limits.hugepages-"]
        .iter()
        .any(|prefix| resource.text().starts_with(prefix));
    if of_file && container.text().is_empty() {
        report.required(&container, "");
    } else if resource.text().is_empty() {
        report.required(&resource, "");
    } else if !RESOURCE_FIELDS.contains(&resource.text()) && !huge_pages {
        report.not_supported(&resource, &RESOURCE_FIELDS);
    }
    let divisor = at.field("divisor");
    if Quantity::parse(divisor.text()).is_ok_and(|amount| amount.is_zero()) || !divisor.is_set() {
        return;
    }
    const SIZES: [&str; 13] = [
        "1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei",
    ];
    let bad = |allowed: &[&str]| !allowed.contains(&divisor.text());
    let what = match resource.text().split_once('.').map_or("", |(_, name)| name) {
        "cpu" if bad(&["1m", "1"]) => "1m and 1 are supported with the cpu",
        "memory" if bad(&SIZES) => {
            "1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei are supported with the memory"
        }
        "ephemeral-storage" if bad(&SIZES) => {
            "1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei are supported with the local ephemeral storage"
        }
        name if name.starts_with("hugepages-") && bad(&SIZES) => {
            "1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei are supported with the hugepages"
        }
        _ => return,
    };
    report.invalid_value(
        &divisor,
        &go::quote(resource.text()),
        &format!("only divisor's values {what} resource"),
    );
}

fn key_ref(at: &FieldNode<'_, '_>, report: &mut Report) {
    let (name, key) = (at.field("name"), at.field("key"));
    for complaint in names::dns1123_subdomain(name.text()) {
        report.invalid_value(&name, &go::quote(name.text()), &complaint);
    }
    if key.text().is_empty() {
        report.required(&key, "");
    } else {
        report.complaints(&key, &names::config_key(key.text()));
    }
}

fn file_key_ref(at: &FieldNode<'_, '_>, report: &mut Report) {
    let (key, volume, path) = (at.field("key"), at.field("volumeName"), at.field("path"));
    if key.text().is_empty() {
        report.required(&key, "");
    } else {
        report.complaints(&key, &names::environment_variable(key.text()));
    }
    if volume.text().is_empty() {
        report.required(&volume, "");
    } else {
        report.complaints(&volume, &names::dns1123_label(volume.text()));
    }
    if path.text().is_empty() {
        report.required(&path, "");
    } else {
        no_backsteps(&path, path.text(), report);
    }
}

/// Validates whole ConfigMaps and Secrets used as variables (`envFrom`).
pub(super) fn sources(list: &FieldNode<'_, '_>, report: &mut Report) {
    list.each(|_, source| {
        let prefix = source.field("prefix");
        if !prefix.text().is_empty() {
            report.complaints(&prefix, &names::environment_variable(prefix.text()));
        }
        let mut count = 0;
        for name in ["configMapRef", "secretRef"] {
            let reference = source.field(name);
            if !reference.is_set() {
                continue;
            }
            count += 1;
            let name = reference.field("name");
            if name.text().is_empty() {
                report.required(&name, "");
            } else {
                // Upstream validates the name as if it were a prefix, which may end in a dash.
                let text = name
                    .text()
                    .strip_suffix('-')
                    .map_or(name.text().to_owned(), |rest| format!("{rest}a"));
                report.complaints(&name, &names::dns1123_subdomain(&text));
            }
        }
        // Upstream leaves the index out of this path.
        match count {
            0 => report.invalid_value(
                list,
                "\"\"",
                "must specify one of: `configMapRef` or `secretRef`",
            ),
            1 => {}
            _ => report.invalid_value(
                list,
                "\"\"",
                "may not have more than one field specified at a time",
            ),
        }
    });
}
