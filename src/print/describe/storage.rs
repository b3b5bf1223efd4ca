//! Descriptions of PersistentVolumeClaims, PersistentVolumes and StorageClasses.

use crate::api::light;
use std::rc::Rc;

use serde_json::{Value, json};

use super::page::Description;
use super::volumes::volume_source;
use super::{Surroundings, labels_and_annotations, terminating};
use crate::api::kind::Kind;
use crate::api::look::{Look, format_labels};
use crate::api::time::Time;
use crate::print::{access_modes, go, storage_class};

pub(super) fn claim(
    page: &mut Description,
    claim: &Value,
    neighbours: &dyn Surroundings,
    now: Time,
) {
    page.field(0, "Name", claim.text("metadata.name"));
    page.field(0, "Namespace", claim.text("metadata.namespace"));
    page.field(0, "StorageClass", storage_class(claim));
    page.field(0, "Status", &status(claim, now));
    page.field(0, "Volume", claim.text("spec.volumeName"));
    labels_and_annotations(page, claim);
    page.field(0, "Finalizers", &finalizers(claim));
    sizes(page, 0, claim);
    let mut users: Vec<String> = users(claim, neighbours)
        .iter()
        .map(|pod| pod.text("metadata.name").to_owned())
        .collect();
    light::sort(&mut users, Ord::cmp);
    page.lines("", "Used By", &users);
    page.conditions(
        ("LastProbeTime", "lastProbeTime"),
        claim.list("status.conditions"),
    );
}

/// The claim of a pod's ephemeral volume, with the fields that apply to it.
pub(super) fn claim_spec(page: &mut Description, level: usize, template: &Value) {
    page.field(level, "StorageClass", storage_class(template));
    page.field(level, "Volume", template.text("spec.volumeName"));
    let indent = "  ".repeat(level);
    page.labels(
        "",
        &format!("{indent}Labels"),
        template.map("metadata.labels"),
    );
    page.annotations(
        &format!("{indent}Annotations"),
        template.map("metadata.annotations"),
    );
    sizes(page, level, template);
}

/// Capacity and access modes are known once a volume is bound.
fn sizes(page: &mut Description, level: usize, claim: &Value) {
    let bound = !claim.text("spec.volumeName").is_empty();
    let if_bound = |text: String| if bound { text } else { String::new() };
    page.field(
        level,
        "Capacity",
        &if_bound(claim.scalar("status.capacity.storage")),
    );
    page.field(
        level,
        "Access Modes",
        &if_bound(access_modes(claim.at("status.accessModes"))),
    );
    if claim.has("spec.volumeMode") {
        page.field(level, "VolumeMode", claim.text("spec.volumeMode"));
    }
    let source = claim.at("spec.dataSource");
    if !source.is_null() {
        page.line(level, "DataSource:");
        if source.has("apiGroup") {
            page.field(level + 1, "APIGroup", source.text("apiGroup"));
        }
        page.field(level + 1, "Kind", source.text("kind"));
        page.field(level + 1, "Name", source.text("name"));
    }
}

/// Pods that use the claim, and pods that own it.
fn users(claim: &Value, neighbours: &dyn Surroundings) -> Vec<Rc<Value>> {
    let name = claim.text("metadata.name");
    let mut pods = neighbours.list(Kind::Pod, claim.text("metadata.namespace"));
    pods.retain(|pod| {
        let uid = pod.text("metadata.uid");
        pod.list("spec.volumes")
            .iter()
            .any(|volume| volume.text("persistentVolumeClaim.claimName") == name)
            || claim
                .list("metadata.ownerReferences")
                .iter()
                .any(|owner| owner.text("kind") == "Pod" && owner.text("uid") == uid)
    });
    pods
}

pub(super) fn volume(page: &mut Description, volume: &Value, now: Time) {
    let spec = volume.at("spec");
    page.field(0, "Name", volume.text("metadata.name"));
    labels_and_annotations(page, volume);
    page.field(0, "Finalizers", &finalizers(volume));
    page.field(0, "StorageClass", storage_class(volume));
    page.field(0, "Status", &status(volume, now));
    let claim = spec.at("claimRef");
    let claim = match claim {
        Value::Null => String::new(),
        claim => format!("{}/{}", claim.text("namespace"), claim.text("name")),
    };
    page.field(0, "Claim", &claim);
    page.field(
        0,
        "Reclaim Policy",
        spec.text("persistentVolumeReclaimPolicy"),
    );
    page.field(0, "Access Modes", &access_modes(spec.at("accessModes")));
    page.field_if_any("VolumeMode", spec.text("volumeMode"));
    let capacity = spec.scalar("capacity.storage");
    page.field(
        0,
        "Capacity",
        if capacity.is_empty() { "0" } else { &capacity },
    );
    node_affinity(page, spec.at("nodeAffinity.required"));
    page.field(0, "Message", volume.text("status.message"));
    page.line(0, "Source:");
    volume_source(page, spec);
}

fn node_affinity(page: &mut Description, required: &Value) {
    if required.is_null() {
        page.field(0, "Node Affinity", "<none>");
        return;
    }
    page.field(0, "Node Affinity", "");
    let terms = required.list("nodeSelectorTerms");
    page.field(
        1,
        "Required Terms",
        if terms.is_empty() { "<none>" } else { "" },
    );
    for (index, term) in terms.iter().enumerate() {
        let lines: Vec<String> = term
            .list("matchExpressions")
            .iter()
            .map(|requirement| {
                let values: Vec<&str> = requirement
                    .list("values")
                    .iter()
                    .filter_map(Value::as_str)
                    .collect();
                let values = if values.is_empty() {
                    String::new()
                } else {
                    format!(" [{}]", values.join(", "))
                };
                let operator = requirement.text("operator").to_ascii_lowercase();
                format!("{} {operator}{values}", requirement.text("key"))
            })
            .collect();
        page.lines("    ", &format!("Term {index}"), &lines);
    }
}

pub(super) fn class(page: &mut Description, class: &Value) {
    page.field(0, "Name", class.text("metadata.name"));
    let default = if crate::print::is_default_class(class) {
        "Yes"
    } else {
        "No"
    };
    page.field(0, "IsDefaultClass", default);
    page.field(
        0,
        "Annotations",
        &format_labels(class.map("metadata.annotations")),
    );
    page.field(0, "Provisioner", class.text("provisioner"));
    page.field(0, "Parameters", &format_labels(class.map("parameters")));
    let expansion = match class.at("allowVolumeExpansion").as_bool() {
        None => "<unset>",
        Some(true) => "True",
        Some(false) => "False",
    };
    page.field(0, "AllowVolumeExpansion", expansion);
    let options = class.list("mountOptions");
    page.line(
        0,
        if options.is_empty() {
            "MountOptions:\t<none>"
        } else {
            "MountOptions:"
        },
    );
    for option in options.iter().filter_map(Value::as_str) {
        page.line(1, option);
    }
    page.field_if_any("ReclaimPolicy", class.text("reclaimPolicy"));
    page.field_if_any("VolumeBindingMode", class.text("volumeBindingMode"));
}

fn status(object: &Value, now: Time) -> String {
    terminating(object, now).unwrap_or_else(|| object.text("status.phase").to_owned())
}

fn finalizers(object: &Value) -> String {
    go::value(&json!(object.list("metadata.finalizers")))
}
