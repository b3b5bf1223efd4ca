//! Volumes of a pod (`pkg/apis/core/validation/validation.go`, ValidateVolumes).

use super::container::{descending_path, no_backsteps};
use super::env::{FILE_FIELDS, field_ref, resource_field_ref};
use super::meta;
use super::node::{FieldNode, Report, render};
use super::pod::PodContext;
use super::storage;
use crate::api::names;
use crate::api::quantity::Quantity;
use litemap::LiteMap;
use std::collections::BTreeSet;

/// Volume sources in upstream's order of validation, with their required fields.
const SOURCES: [(&str, &[&str]); 30] = [
    ("emptyDir", &[]),
    ("hostPath", &["path"]),
    ("gitRepo", &["repository"]),
    ("gcePersistentDisk", &["pdName"]),
    ("awsElasticBlockStore", &["volumeID"]),
    ("secret", &["secretName"]),
    ("nfs", &["server", "path"]),
    ("iscsi", &["targetPortal", "iqn"]),
    ("glusterfs", &["endpoints", "path"]),
    ("flocker", &[]),
    ("persistentVolumeClaim", &["claimName"]),
    ("rbd", &["image"]),
    ("cinder", &["volumeID"]),
    ("cephfs", &[]),
    ("quobyte", &["registry", "volume"]),
    ("downwardAPI", &[]),
    ("fc", &[]),
    ("flexVolume", &["driver"]),
    ("configMap", &["name"]),
    ("azureFile", &["secretName", "shareName"]),
    ("vsphereVolume", &["volumePath"]),
    ("photonPersistentDisk", &["pdID"]),
    ("portworxVolume", &["volumeID"]),
    ("azureDisk", &["diskName", "diskURI"]),
    ("storageos", &["volumeName"]),
    ("projected", &[]),
    ("scaleIO", &["gateway", "system", "volumeName"]),
    ("csi", &["driver"]),
    ("ephemeral", &[]),
    ("image", &[]),
];

/// Validates the volumes and returns the mountable ones by name, with whether each can be a block device.
pub(super) fn volumes<'a>(
    list: &FieldNode<'a, '_>,
    context: &PodContext<'a>,
    report: &mut Report,
) -> LiteMap<&'a str, bool> {
    let mut good = LiteMap::new_vec();
    list.each(|_, volume| {
        let before = report.causes.len();
        source(&volume, context, report);
        let name = volume.field("name");
        if name.text().is_empty() {
            report.required(&name, "");
        } else {
            report.complaints(&name, &names::dns1123_label(name.text()));
        }
        if good.contains_key(name.text()) {
            report.duplicate(&name);
        }
        if report.causes.len() == before {
            let block = volume.field("persistentVolumeClaim").is_set()
                || volume.field("ephemeral").is_set();
            good.insert(name.value.as_str().unwrap_or(""), block);
        }
        let claim = volume.field("persistentVolumeClaim");
        let claim_name = claim.field("claimName");
        let created = |other: &serde_json::Value| {
            other.get("ephemeral").is_some()
                && format!(
                    "{}-{}",
                    context.pod_name,
                    other["name"].as_str().unwrap_or("")
                ) == claim_name.text()
        };
        if !context.pod_name.is_empty() && list.value.as_array().into_iter().flatten().any(created)
        {
            report.invalid(
                &claim_name,
                "must not reference a PVC that gets created for an ephemeral volume",
            );
        }
    });
    good.extend(context.claim_templates.iter().map(|name| (*name, true)));
    good
}

fn source(volume: &FieldNode<'_, '_>, context: &PodContext<'_>, report: &mut Report) {
    let mut found = false;
    for (name, required) in SOURCES {
        let source = volume.field(name);
        if !source.is_set() {
            continue;
        }
        if std::mem::replace(&mut found, true) {
            report.forbidden(&source, "may not specify more than 1 volume type");
            continue;
        }
        for field in required {
            report.not_empty(&source.field(field));
        }
        details(name, &source, volume.field("name").text(), context, report);
    }
    if !found {
        report.required(volume, "must specify a volume type");
    }
}

fn details(
    name: &str,
    source: &FieldNode<'_, '_>,
    volume_name: &str,
    context: &PodContext<'_>,
    report: &mut Report,
) {
    match name {
        "emptyDir" => {
            let size = source.field("sizeLimit");
            if Quantity::parse(size.text()).is_ok_and(|size| size.sign() < 0) {
                report.forbidden(&size, "SizeLimit field must be a valid resource quantity");
            }
        }
        "hostPath" => {
            let path = source.field("path");
            no_backsteps(&path, path.text(), report);
            const TYPES: [&str; 8] = [
                "",
                "BlockDevice",
                "CharDevice",
                "Directory",
                "DirectoryOrCreate",
                "File",
                "FileOrCreate",
                "Socket",
            ];
            report.optional_one_of(&source.field("type"), &TYPES);
        }
        "nfs" => {
            let path = source.field("path");
            if !path.text().starts_with('/') {
                report.invalid_value(
                    &path,
                    &crate::api::go::quote(path.text()),
                    "must be an absolute path",
                );
            }
        }
        "secret" | "configMap" => {
            file_mode(&source.field("defaultMode"), report);
            source
                .field("items")
                .each(|_, item| key_to_path(&item, report));
        }
        "downwardAPI" => {
            file_mode(&source.field("defaultMode"), report);
            // Upstream leaves field and index out of these paths.
            source
                .field("items")
                .each(|_, file| downward_file(&file, source, report));
        }
        "projected" => projected(source, report),
        "ephemeral" => {
            let template = source.field("volumeClaimTemplate");
            if !template.is_set() {
                return report.required(&template, "");
            }
            meta::labels(&template.field("metadata").field("labels"), report);
            storage::claim_spec(&template.field("spec"), report);
            let claim = format!("{}-{volume_name}", context.pod_name);
            if !context.pod_name.is_empty() && !volume_name.is_empty() {
                for complaint in names::dns1123_subdomain(&claim) {
                    let detail = format!("PVC name {claim:?}: {complaint}");
                    report.invalid_value(
                        &source.field("name"),
                        &render(&volume_name.into()),
                        &detail,
                    );
                }
            }
        }
        "image" => {
            report.not_empty(&source.field("reference"));
            report.one_of(
                &source.field("pullPolicy"),
                &["Always", "IfNotPresent", "Never"],
            );
        }
        _ => {}
    }
}

/// Validates a file mode.
fn file_mode(at: &FieldNode<'_, '_>, report: &mut Report) {
    if at.int().is_some_and(|mode| !(0..=0o777).contains(&mode)) {
        report.invalid(
            at,
            "must be a number between 0 and 0777 (octal), both inclusive",
        );
    }
}

/// Validates a path within a volume; names that start with two dots are reserved for the kubelet.
fn local_path(at: &FieldNode<'_, '_>, path: &str, report: &mut Report) {
    descending_path(at, path, report);
    if path.starts_with("..") && !path.starts_with("../") {
        report.invalid_value(at, &crate::api::go::quote(path), "must not start with '..'");
    }
}

fn key_to_path(item: &FieldNode<'_, '_>, report: &mut Report) {
    report.not_empty(&item.field("key"));
    let path = item.field("path");
    report.not_empty(&path);
    local_path(&path, path.text(), report);
    file_mode(&item.field("mode"), report);
}

/// Validates a downward API file, which is reported under `at`.
fn downward_file(file: &FieldNode<'_, '_>, at: &FieldNode<'_, '_>, report: &mut Report) {
    let at = FieldNode {
        value: file.value,
        ..*at
    };
    let path = at.field("path");
    report.not_empty(&path);
    local_path(&path, path.text(), report);
    let (field, resource) = (at.field("fieldRef"), at.field("resourceFieldRef"));
    match (field.is_set(), resource.is_set()) {
        (true, both) => {
            field_ref(&field, &FILE_FIELDS, report);
            if both {
                let detail = "fieldRef and resourceFieldRef can not be specified simultaneously";
                report.invalid_value(&at, "\"resource\"", detail);
            }
        }
        (false, true) => resource_field_ref(&resource, true, report),
        (false, false) => report.required(&at, "one of fieldRef and resourceFieldRef is required"),
    }
    file_mode(&at.field("mode"), report);
}

fn projected(volume: &FieldNode<'_, '_>, report: &mut Report) {
    file_mode(&volume.field("defaultMode"), report);
    let mut paths = BTreeSet::new();
    volume.field("sources").each(|_, source| {
        let mut count = 0;
        for name in ["secret", "configMap"] {
            let source = source.field(name);
            if !source.is_set() {
                continue;
            }
            count += 1;
            report.not_empty(&source.field("name"));
            source.field("items").each(|_, item| {
                key_to_path(&item, report);
                let path = item.field("path").text();
                if !path.is_empty() && !paths.insert(path.to_owned()) {
                    report.invalid_value(
                        volume,
                        &render(source.field("name").value),
                        "conflicting duplicate paths",
                    );
                }
            });
        }
        let downward = source.field("downwardAPI");
        if downward.is_set() {
            count += 1;
            downward.field("items").each(|_, file| {
                downward_file(&file, &downward, report);
                let path = file.field("path");
                if !path.text().is_empty() && !paths.insert(path.text().to_owned()) {
                    report.invalid_value(
                        volume,
                        &render(path.value),
                        "conflicting duplicate paths",
                    );
                }
            });
        }
        let token = source.field("serviceAccountToken");
        if token.is_set() {
            count += 1;
            service_account_token(&token, volume, report);
        }
        count += usize::from(source.field("clusterTrustBundle").is_set());
        count += usize::from(source.field("podCertificate").is_set());
        if count > 1 {
            report.forbidden(
                &source,
                "may not specify more than 1 volume type per source",
            );
        }
    });
}

fn service_account_token(
    token: &FieldNode<'_, '_>,
    volume: &FieldNode<'_, '_>,
    report: &mut Report,
) {
    let seconds = token.field("expirationSeconds");
    match seconds.int().unwrap_or(3600) {
        i64::MIN..600 => {
            report.invalid(&seconds, "may not specify a duration less than 10 minutes")
        }
        number if number > 1 << 32 => report.invalid(
            &seconds,
            "may not specify a duration larger than 2^32 seconds",
        ),
        _ => {}
    }
    // Upstream's path omits the source.
    let path = token.field("path");
    if path.text().is_empty() {
        report.required(&volume.field("path"), "");
    } else {
        local_path(&volume.field("path"), path.text(), report);
    }
}
