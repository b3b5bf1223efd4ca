//! Claims, volumes and storage classes (`pkg/apis/{core,storage}/validation/validation.go`).

use super::meta;
use super::node::{FieldNode, Report};
use super::pod::difference;
use super::{resources, scheduling};
use crate::api::go;
use crate::api::names;
use crate::api::quantity::Quantity;
use serde_json::Value;
use std::cmp::Ordering;

const ACCESS_MODES: [&str; 4] = [
    "ReadOnlyMany",
    "ReadWriteMany",
    "ReadWriteOnce",
    "ReadWriteOncePod",
];
const VOLUME_MODES: [&str; 2] = ["Block", "Filesystem"];

fn storage_of(amounts: &Value) -> Quantity {
    Quantity::parse(amounts["storage"].as_str().unwrap_or("0")).unwrap_or(Quantity::whole(0))
}

fn access_modes(modes: &FieldNode<'_, '_>, report: &mut Report) {
    let list = || {
        modes
            .value
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
    };
    for mode in list().filter(|mode| !ACCESS_MODES.contains(mode)) {
        // Upstream leaves the index out of this path.
        report.not_supported_value(modes, &go::quote(mode), &ACCESS_MODES);
    }
    let single = list().any(|mode| mode == "ReadWriteOncePod");
    if single && list().any(|mode| mode != "ReadWriteOncePod" && ACCESS_MODES.contains(&mode)) {
        report.forbidden(
            modes,
            "may not use ReadWriteOncePod with other access modes",
        );
    }
}

fn class_name(at: &FieldNode<'_, '_>, report: &mut Report) {
    if !at.text().is_empty() {
        report.complaints(at, &names::dns1123_subdomain(at.text()));
    }
}

/// Validates the spec of a claim or claim template.
pub(super) fn claim_spec(spec: &FieldNode<'_, '_>, report: &mut Report) {
    let modes = spec.field("accessModes");
    if modes.len() == 0 {
        report.required(&modes, "at least 1 access mode is required");
    }
    meta::selector(&spec.field("selector"), report);
    access_modes(&modes, report);
    // Upstream's path omits `requests`.
    let resources = spec.field("resources");
    let requests = resources.field("requests");
    let storage = requests.key("storage");
    let at = FieldNode {
        value: storage.value,
        ..resources.key("storage")
    };
    if !storage.is_set() {
        report.required(&at, "");
    } else if storage_of(requests.value).sign() <= 0 {
        report.invalid_value(
            &at,
            &go::quote(&storage_of(requests.value).to_string()),
            "must be greater than zero",
        );
    } else {
        resources::value(&at, "storage", report);
    }
    class_name(&spec.field("storageClassName"), report);
    report.optional_one_of(&spec.field("volumeMode"), &VOLUME_MODES);
    for name in ["dataSource", "dataSourceRef"] {
        data_source(&spec.field(name), report);
    }
    class_name(&spec.field("volumeAttributesClassName"), report);
}

fn data_source(at: &FieldNode<'_, '_>, report: &mut Report) {
    if !at.is_set() {
        return;
    }
    let (name, kind, group) = (at.field("name"), at.field("kind"), at.field("apiGroup"));
    report.not_empty(&name);
    report.not_empty(&kind);
    if group.text().is_empty() {
        if kind.text() != "PersistentVolumeClaim" {
            let detail = "must be 'PersistentVolumeClaim' when referencing the default apiGroup";
            report.invalid_value(at, &go::quote(kind.text()), detail);
        }
    } else {
        report.complaints(&group, &names::dns1123_subdomain(group.text()));
    }
}

pub(super) fn claim(old: Option<&Value>, new: &Value, report: &mut Report) {
    let spec = FieldNode::root(new, "spec");
    claim_spec(&spec, report);
    let Some(old) = old else { return };
    let mut expected = old["spec"].clone();
    let actual = &new["spec"];
    // `volumeName` can be set once, `storageClassName` can be added later, and a bound claim can be expanded.
    for name in ["volumeName", "storageClassName"] {
        let unset = expected
            .get(name)
            .is_none_or(|value| value.is_null() || value == "");
        if let Some(value) = actual.get(name).filter(|_| unset) {
            expected[name] = value.clone();
        }
    }
    if new["status"]["phase"] == "Bound" {
        if let Some(size) = actual.pointer("/resources/requests/storage") {
            expected["resources"]["requests"]["storage"] = size.clone();
        }
        match (
            actual.get("volumeAttributesClassName"),
            expected.as_object_mut(),
        ) {
            (Some(class), Some(fields)) => {
                _ = fields.insert("volumeAttributesClassName".to_owned(), class.clone())
            }
            (None, Some(fields)) => _ = fields.remove("volumeAttributesClassName"),
            _ => {}
        }
    }
    if expected != *actual {
        let mut detail = "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims".to_owned();
        difference("", &expected, actual, &mut detail);
        report.forbidden(&spec, &detail);
    }
    let (before, after) = (
        storage_of(&old["spec"]["resources"]["requests"]),
        storage_of(&actual["resources"]["requests"]),
    );
    if after.compare(&before) == Ordering::Less
        && after.compare(&storage_of(&old["status"]["capacity"])) != Ordering::Greater
    {
        let resources = spec.field("resources");
        let requests = resources.field("requests");
        report.forbidden(
            &requests.field("storage"),
            "field can not be less than status.capacity",
        );
    }
    if old["spec"]["volumeMode"] != actual["volumeMode"] {
        report.invalid(&FieldNode::root(actual, "volumeMode"), "field is immutable");
    }
}

/// Fields of a volume's spec other than its source.
const NO_SOURCE: [&str; 9] = [
    "capacity",
    "accessModes",
    "claimRef",
    "persistentVolumeReclaimPolicy",
    "storageClassName",
    "mountOptions",
    "volumeMode",
    "nodeAffinity",
    "volumeAttributesClassName",
];

fn sources(spec: &Value) -> impl Iterator<Item = &String> {
    let fields = spec
        .as_object()
        .into_iter()
        .flat_map(|fields| fields.keys());
    fields.filter(|name| !NO_SOURCE.contains(&name.as_str()))
}

pub(super) fn volume(old: Option<&Value>, new: &Value, report: &mut Report) {
    let spec = FieldNode::root(new, "spec");
    let (modes, capacity) = (spec.field("accessModes"), spec.field("capacity"));
    if modes.len() == 0 {
        report.required(&modes, "");
    }
    access_modes(&modes, report);
    if capacity.len() == 0 {
        report.required(&capacity, "");
    }
    if !capacity.key("storage").is_set() || capacity.len() > 1 {
        report.not_supported(&capacity, &["storage"]);
    }
    capacity.entries(|_, amount| {
        if Quantity::parse(amount.text()).is_ok_and(|amount| amount.sign() <= 0) {
            report.invalid(&amount, "must be greater than zero");
        }
    });
    const POLICIES: [&str; 3] = ["Delete", "Recycle", "Retain"];
    report.optional_one_of(&spec.field("persistentVolumeReclaimPolicy"), &POLICIES);
    let affinity = spec.field("nodeAffinity");
    let required = affinity.field("required");
    if required.is_set() {
        scheduling::node_selector(&required, report);
    } else if affinity.is_set() {
        report.required(&required, "must specify required node constraints");
    }
    for (index, source) in sources(spec.value).enumerate() {
        let source = spec.field(source);
        if index > 0 {
            report.forbidden(&source, "may not specify more than 1 volume type");
        }
    }
    if sources(spec.value).next().is_none() {
        report.required(&spec, "must specify a volume type");
    }
    if spec.field("local").is_set() && !affinity.is_set() {
        report.required(&affinity, "Local volume requires node affinity");
    }
    class_name(&spec.field("storageClassName"), report);
    report.optional_one_of(&spec.field("volumeMode"), &VOLUME_MODES);
    let Some(old) = old else { return };
    let source = |spec: &Value| -> Vec<(String, Value)> {
        sources(spec)
            .map(|name| (name.clone(), spec[name].clone()))
            .collect()
    };
    if source(&old["spec"]) != source(spec.value) {
        // Upstream adds a diff of Go structs.
        report.forbidden(
            &spec.field("persistentvolumesource"),
            "spec.persistentvolumesource is immutable after creation",
        );
    }
    if old["spec"]["volumeMode"] != spec.value["volumeMode"] {
        report.invalid(
            &FieldNode::root(spec.value, "volumeMode"),
            "field is immutable",
        );
    }
}

pub(super) fn class(old: Option<&Value>, new: &Value, report: &mut Report) {
    let provisioner = FieldNode::root(new, "provisioner");
    if provisioner.text().is_empty() {
        report.required(&provisioner, "");
    } else {
        report.complaints(
            &provisioner,
            &names::qualified_name(&provisioner.text().to_lowercase()),
        );
    }
    report.optional_one_of(
        &FieldNode::root(new, "reclaimPolicy"),
        &["Delete", "Retain"],
    );
    let binding = FieldNode::root(new, "volumeBindingMode");
    report.one_of(&binding, &["Immediate", "WaitForFirstConsumer"]);
    let Some(old) = old else { return };
    for name in ["parameters", "provisioner", "reclaimPolicy"] {
        if old.get(name) != new.get(name) {
            report.forbidden(
                &FieldNode::root(new, name),
                &format!("updates to {name} are forbidden."),
            );
        }
    }
    if old.get("volumeBindingMode") != new.get("volumeBindingMode") {
        report.invalid(&binding, "field is immutable");
    }
}
