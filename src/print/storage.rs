//! Rows of PersistentVolumeClaims, PersistentVolumes and StorageClasses.

use serde_json::Value;
use std::cmp::Reverse;

use super::{age, name, or};
use crate::api::look::Look;
use crate::api::time::Time;

pub(super) fn claim(claim: &Value, now: Time) -> Vec<String> {
    let terminating = claim.has("metadata.deletionTimestamp");
    let bound = !claim.text("spec.volumeName").is_empty();
    let if_bound = |text: String| if bound { text } else { String::new() };
    vec![
        name(claim),
        if terminating {
            "Terminating"
        } else {
            claim.text("status.phase")
        }
        .to_owned(),
        claim.text("spec.volumeName").to_owned(),
        if_bound(claim.scalar("status.capacity.storage")),
        if_bound(access_modes(claim.at("status.accessModes"))),
        storage_class(claim).to_owned(),
        attributes_class(claim),
        age(claim, now),
        volume_mode(claim),
    ]
}

pub(super) fn volume(volume: &Value, now: Time) -> Vec<String> {
    let terminating = volume.has("metadata.deletionTimestamp");
    let claim = volume.at("spec.claimRef");
    vec![
        name(volume),
        volume.scalar("spec.capacity.storage"),
        access_modes(volume.at("spec.accessModes")),
        volume.text("spec.persistentVolumeReclaimPolicy").to_owned(),
        if terminating {
            "Terminating"
        } else {
            volume.text("status.phase")
        }
        .to_owned(),
        if claim.is_null() {
            String::new()
        } else {
            format!("{}/{}", claim.text("namespace"), claim.text("name"))
        },
        storage_class(volume).to_owned(),
        attributes_class(volume),
        volume.text("status.reason").to_owned(),
        age(volume, now),
        volume_mode(volume),
    ]
}

pub(super) fn class(class: &Value, now: Time) -> Vec<String> {
    let mut title = name(class);
    if is_default(class) {
        title.push_str(" (default)");
    }
    vec![
        title,
        class.text("provisioner").to_owned(),
        or(class.text("reclaimPolicy"), "Delete").to_owned(),
        or(class.text("volumeBindingMode"), "Immediate").to_owned(),
        class.flag("allowVolumeExpansion").to_string(),
        age(class, now),
    ]
}

/// The name of the default class; of several the newest, and of those the first by name.
pub(super) fn newest_default<'a>(classes: impl Iterator<Item = &'a Value>) -> Option<&'a str> {
    let defaults = classes.filter(|class| is_default(class));
    let order = |class: &&Value| {
        let created = Time::parse(class.text("metadata.creationTimestamp"));
        (Reverse(created), class.text("metadata.name").to_owned())
    };
    let newest = defaults.min_by_key(order);
    newest.map(|class| class.text("metadata.name"))
}

/// Whether this is the default class.
pub(crate) fn is_default(class: &Value) -> bool {
    let annotations = class.at("metadata.annotations");
    [
        "storageclass.kubernetes.io/is-default-class",
        "storageclass.beta.kubernetes.io/is-default-class",
    ]
    .iter()
    .any(|key| annotations.key(key).as_str() == Some("true"))
}

/// Abbreviated access modes in Kubernetes' order: `RWO,ROX,RWX,RWOP`.
pub(crate) fn access_modes(modes: &Value) -> String {
    const SHORT: [(&str, &str); 4] = [
        ("ReadWriteOnce", "RWO"),
        ("ReadOnlyMany", "ROX"),
        ("ReadWriteMany", "RWX"),
        ("ReadWriteOncePod", "RWOP"),
    ];
    let has = |long: &str| {
        modes
            .list("")
            .iter()
            .any(|mode| mode.as_str() == Some(long))
    };
    SHORT
        .iter()
        .filter(|(long, _)| has(long))
        .map(|(_, short)| *short)
        .collect::<Vec<_>>()
        .join(",")
}

/// The class of a claim or volume; the deprecated annotation takes precedence over the field.
pub(crate) fn storage_class(object: &Value) -> &str {
    let annotation = object
        .at("metadata.annotations")
        .key("volume.beta.kubernetes.io/storage-class");
    annotation
        .as_str()
        .unwrap_or_else(|| object.text("spec.storageClassName"))
}

fn attributes_class(object: &Value) -> String {
    let class = object.at("spec.volumeAttributesClassName");
    class.as_str().unwrap_or("<unset>").to_owned()
}

fn volume_mode(object: &Value) -> String {
    object
        .at("spec.volumeMode")
        .as_str()
        .unwrap_or("<unset>")
        .to_owned()
}
