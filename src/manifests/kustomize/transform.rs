//! What the fields of a kustomization do to its objects, in kustomize's order.

use super::fields::{FieldSpec, Missing, change, spec};
use super::kustomization::Kustomization;
use super::patches;
use super::resource::KustomizeResource;
use super::source::Directory;
use super::{text, within};
use crate::api::go;
use crate::api::look::{Look, pairs};
use crate::manifests::Failure;
use regex_lite::Regex;
use serde_json::{Map, Value};

/// Kinds whose names get neither a prefix nor a suffix.
const UNNAMED: [[&str; 3]; 3] = [
    ["", "", "CustomResourceDefinition"],
    ["apiregistration.k8s.io", "", "APIService"],
    ["", "", "Namespace"],
];

const ANY: &[&str] = &[""];
const WORKLOADS: &[&str] = &["Deployment", "ReplicaSet", "DaemonSet"];
const WITH_AFFINITY: &[&str] = &["Deployment", "StatefulSet"];
const RBAC: [&str; 2] = ["RoleBinding", "ClusterRoleBinding"];

/// Where `labels` puts them in any case.
const LABELS: &[FieldSpec] = &[spec("", ANY, "metadata/labels", true)];

/// The labels of templates (`includeTemplates`).
const TEMPLATE_LABELS: &[FieldSpec] = &[
    spec(
        "",
        &["ReplicationController"],
        "spec/template/metadata/labels",
        true,
    ),
    spec("", WORKLOADS, "spec/template/metadata/labels", true),
    spec(
        "apps",
        &["StatefulSet"],
        "spec/template/metadata/labels",
        true,
    ),
    spec("batch", &["Job"], "spec/template/metadata/labels", true),
    spec(
        "batch",
        &["CronJob"],
        "spec/jobTemplate/metadata/labels",
        true,
    ),
    spec(
        "batch",
        &["CronJob"],
        "spec/jobTemplate/spec/template/metadata/labels",
        true,
    ),
];

/// The labels of claims (`includeVolumeClaimTemplates`).
const CLAIM_LABELS: &[FieldSpec] = &[spec(
    "apps",
    &["StatefulSet"],
    "spec/volumeClaimTemplates[]/metadata/labels",
    true,
)];

/// Selectors (`includeSelectors`).
const SELECTORS: &[FieldSpec] = &[
    spec(
        "",
        &["Service", "ReplicationController"],
        "spec/selector",
        true,
    ),
    spec("", WORKLOADS, "spec/selector/matchLabels", true),
    spec("apps", &["StatefulSet"], "spec/selector/matchLabels", true),
    spec("batch", &["Job"], "spec/selector/matchLabels", false),
    spec(
        "batch",
        &["CronJob"],
        "spec/jobTemplate/spec/selector/matchLabels",
        false,
    ),
    spec(
        "policy",
        &["PodDisruptionBudget"],
        "spec/selector/matchLabels",
        false,
    ),
    spec(
        "networking.k8s.io",
        &["NetworkPolicy"],
        "spec/podSelector/matchLabels",
        false,
    ),
    spec(
        "networking.k8s.io",
        &["NetworkPolicy"],
        "spec/ingress/from/podSelector/matchLabels",
        false,
    ),
    spec(
        "networking.k8s.io",
        &["NetworkPolicy"],
        "spec/egress/to/podSelector/matchLabels",
        false,
    ),
    spec(
        "apps",
        WITH_AFFINITY,
        "spec/template/spec/affinity/podAffinity/preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm/\
         labelSelector/matchLabels",
        false,
    ),
    spec(
        "apps",
        WITH_AFFINITY,
        "spec/template/spec/affinity/podAffinity/requiredDuringSchedulingIgnoredDuringExecution/labelSelector/matchLabels",
        false,
    ),
    spec(
        "apps",
        WITH_AFFINITY,
        "spec/template/spec/affinity/podAntiAffinity/preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm/\
         labelSelector/matchLabels",
        false,
    ),
    spec(
        "apps",
        WITH_AFFINITY,
        "spec/template/spec/affinity/podAntiAffinity/requiredDuringSchedulingIgnoredDuringExecution/labelSelector/\
         matchLabels",
        false,
    ),
    spec(
        "apps",
        WITH_AFFINITY,
        "spec/template/spec/topologySpreadConstraints/labelSelector/matchLabels",
        false,
    ),
];

const ANNOTATIONS: &[FieldSpec] = &[
    spec("", ANY, "metadata/annotations", true),
    spec(
        "",
        &["ReplicationController", "StatefulSet"],
        "spec/template/metadata/annotations",
        true,
    ),
    spec("", WORKLOADS, "spec/template/metadata/annotations", true),
    spec(
        "batch",
        &["Job"],
        "spec/template/metadata/annotations",
        true,
    ),
    spec(
        "batch",
        &["CronJob"],
        "spec/jobTemplate/metadata/annotations",
        true,
    ),
    spec(
        "batch",
        &["CronJob"],
        "spec/jobTemplate/spec/template/metadata/annotations",
        true,
    ),
];

/// The kinds whose `spec.replicas` are set, in the order of the message about none of them.
const SCALED: [&str; 4] = [
    "Deployment",
    "ReplicationController",
    "ReplicaSet",
    "StatefulSet",
];

/// Images of pods and templates. Those of `containers` and `initContainers` are set everywhere.
const IMAGES: &[FieldSpec] = &[
    spec("", ANY, "spec/volumes[]/image/reference", false),
    spec(
        "",
        ANY,
        "spec/template/spec/volumes[]/image/reference",
        false,
    ),
];

/// Customizes the objects. All patches are read before anything is changed.
///
/// # Errors
/// Something cannot be done, in kustomize's words.
pub(super) fn run(
    kustomization: &Kustomization,
    directory: &mut Directory<'_, '_>,
    resources: &mut Vec<KustomizeResource>,
) -> Result<(), Failure> {
    let all = &kustomization.0;
    let merges = patches::read_strategic(all.list("patchesStrategicMerge"), directory)?;
    let mixed = patches::read(all.list("patches"), directory)?;
    let json = patches::read_json(all.list("patchesJson6902"), directory)?;
    for patch in merges.iter().chain(&mixed) {
        patch.apply(resources, false)?;
    }
    namespace(all.text("namespace"), resources)?;
    rename(all.text("namePrefix"), all.text("nameSuffix"), resources);
    for label in all.list("labels") {
        labels(label, resources)?;
    }
    let common = [SELECTORS, LABELS, TEMPLATE_LABELS, CLAIM_LABELS];
    put(all.at("commonLabels"), &common, resources)?;
    put(all.at("commonAnnotations"), &[ANNOTATIONS], resources)?;
    for patch in &json {
        patch.apply(resources, true)?;
    }
    for replica in all.list("replicas") {
        replicas(replica.text("name"), replica.int("count"), resources)?;
    }
    for entry in all.list("images").iter().chain(all.list("imageTags")) {
        images(entry, resources)?;
    }
    Ok(())
}

/// `namespace`: of all objects that are in one, of a Namespace itself, and of the subjects that are called `default`.
fn namespace(namespace: &str, resources: &mut [KustomizeResource]) -> Result<(), Failure> {
    if namespace.is_empty() {
        return Ok(());
    }
    for at in 0..resources.len() {
        let Some(resource) = resources.get_mut(at) else {
            break;
        };
        resource.remember();
        let gvk = resource.current().gvk;
        if !gvk.is_cluster_scoped() {
            resource.set_metadata("namespace", namespace);
        }
        if gvk.kind == "Namespace" && gvk.group.is_empty() {
            resource.set_metadata("name", namespace);
        }
        if RBAC.contains(&gvk.kind.as_str()) {
            let subjects = resource.value.get_mut("subjects");
            for subject in subjects.and_then(Value::as_array_mut).into_iter().flatten() {
                if subject.text("name") == "default" {
                    subject["namespace"] = namespace.into();
                }
            }
        }
        if gvk.is_selected(["apiregistration.k8s.io", "", "APIService"]) {
            in_namespace(
                resource,
                "spec/service/namespace",
                Missing::Scalar,
                namespace,
            )?;
        }
        if gvk.is_selected(["apiextensions.k8s.io", "", "CustomResourceDefinition"]) {
            let path = "spec/conversion/webhook/clientConfig/service/namespace";
            in_namespace(resource, path, Missing::Kept, namespace)?;
        }
        let id = resource.current();
        let same = resources.iter().filter(|other| other.current().is(&id));
        let same: Vec<String> = same.map(|other| go::json(&other.value)).collect();
        if same.len() != 1 {
            return Err(text(&format!(
                "namespace transformation produces ID conflict: [{}]",
                same.join(" ")
            )));
        }
    }
    Ok(())
}

fn in_namespace(
    resource: &mut KustomizeResource,
    path: &str,
    missing: Missing,
    namespace: &str,
) -> Result<(), Failure> {
    change(resource, path, missing, &mut |value| {
        *value = namespace.into();
        Ok(())
    })
    .map_err(|failure| within("namespace transformation failed", failure))
}

/// `namePrefix` and `nameSuffix`.
fn rename(prefix: &str, suffix: &str, resources: &mut [KustomizeResource]) {
    for resource in resources {
        let gvk = resource.original().gvk;
        if UNNAMED.iter().any(|selector| gvk.is_selected(*selector)) {
            continue;
        }
        if !prefix.is_empty() {
            resource.remember();
            resource.prefixes.push(prefix.to_owned());
            let name = format!("{prefix}{}", resource.value.text("metadata.name"));
            resource.set_metadata("name", &name);
        }
        if !suffix.is_empty() {
            resource.remember();
            resource.suffixes.push(suffix.to_owned());
            let name = format!("{}{suffix}", resource.value.text("metadata.name"));
            resource.set_metadata("name", &name);
        }
    }
}

/// An entry of `labels`.
fn labels(label: &Value, resources: &mut [KustomizeResource]) -> Result<(), Failure> {
    let (selectors, templates) = (
        label.flag("includeSelectors"),
        label.flag("includeTemplates"),
    );
    let claims = label.flag("includeVolumeClaimTemplates");
    let when = |condition: bool, specs: &'static [FieldSpec]| match condition {
        true => specs,
        false => &[],
    };
    let specs = [
        when(selectors, SELECTORS),
        LABELS,
        when(selectors || templates, TEMPLATE_LABELS),
        when(selectors || claims, CLAIM_LABELS),
    ];
    put(label.at("pairs"), &specs, resources)
}

/// Puts the entries of a map into the maps at some fields.
fn put(
    entries: &Value,
    specs: &[&'static [FieldSpec]],
    resources: &mut [KustomizeResource],
) -> Result<(), Failure> {
    let entries = pairs(entries.as_object());
    if entries.is_empty() {
        return Ok(());
    }
    for resource in resources {
        let gvk = resource.current().gvk;
        for spec in specs
            .iter()
            .copied()
            .flatten()
            .filter(|spec| spec.is_of(&gvk))
        {
            let missing = if spec.created {
                Missing::Map
            } else {
                Missing::Kept
            };
            change(resource, spec.path, missing, &mut |value| {
                if value.is_null() {
                    *value = Value::Object(Map::new());
                }
                let Some(map) = value.as_object_mut() else {
                    return Err(text(
                        "wrong node kind: expected MappingNode but got ScalarNode",
                    ));
                };
                let owned = entries
                    .iter()
                    .map(|(key, text)| ((*key).to_owned(), (*text).into()));
                map.extend(owned);
                Ok(())
            })?;
        }
    }
    Ok(())
}

/// An entry of `replicas`: the name may be one that the object had before.
fn replicas(name: &str, count: i64, resources: &mut [KustomizeResource]) -> Result<(), Failure> {
    let mut found = false;
    for resource in resources {
        let is_it = resource
            .ids()
            .any(|id| id.name == name && SCALED.contains(&id.gvk.kind.as_str()));
        if is_it {
            found = true;
            change(resource, "spec/replicas", Missing::Scalar, &mut |value| {
                *value = count.into();
                Ok(())
            })?;
        }
    }
    if found {
        return Ok(());
    }
    let kinds = SCALED
        .map(|kind| format!("{kind}.[noVer].[noGrp]"))
        .join(" ");
    Err(text(&format!(
        "resource with name {name} does not match a config with the following GVK [{kinds}]"
    )))
}

/// An entry of `images`.
fn images(entry: &Value, resources: &mut [KustomizeResource]) -> Result<(), Failure> {
    let name = entry.text("name");
    // As in kustomize, a name is a regular expression, and one that is none matches nothing.
    let Ok(pattern) = Regex::new(&format!(
        "^{name}(:[a-zA-Z0-9_.{{}}-]*)?(@[a-zA-Z0-9]+([.+_-][a-zA-Z0-9]+)*:[a-zA-Z0-9_.{{}}-]*)?$"
    )) else {
        return Ok(());
    };
    let mut set = |value: &mut Value| {
        if let Some(image) = value.as_str().filter(|image| pattern.is_match(image)) {
            *value = image_with(image, entry).into();
        }
        Ok(())
    };
    for resource in resources {
        if resource.value.text("kind") == "CustomResourceDefinition" {
            continue;
        }
        in_containers(&mut resource.value, &mut set)?;
        for spec in IMAGES {
            change(resource, spec.path, Missing::Kept, &mut set)?;
        }
    }
    Ok(())
}

/// Passes the images of all containers, wherever they are.
fn in_containers(
    value: &mut Value,
    set: &mut dyn FnMut(&mut Value) -> Result<(), Failure>,
) -> Result<(), Failure> {
    match value {
        Value::Array(items) => items
            .iter_mut()
            .try_for_each(|item| in_containers(item, set)),
        Value::Object(fields) => {
            for (name, field) in fields.iter_mut() {
                in_containers(field, set)?;
                if name != "containers" && name != "initContainers" {
                    continue;
                }
                for item in field.as_array_mut().into_iter().flatten() {
                    if let Some(image) = item.get_mut("image") {
                        set(image)?;
                    }
                }
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

/// An image with what an entry changes of it. A new tag or digest replaces both.
fn image_with(image: &str, entry: &Value) -> String {
    let host = image
        .find('/')
        .filter(|slash| *slash > 0)
        .unwrap_or_default();
    let rest = image.get(host..).unwrap_or_default();
    let (rest, digest) = rest
        .split_once('@')
        .map_or((rest, ""), |(rest, digest)| (rest, digest));
    let (rest, tag) = rest
        .split_once(':')
        .map_or((rest, ""), |(rest, tag)| (rest, tag));
    let name = format!("{}{rest}", image.get(..host).unwrap_or_default());
    let name = match entry.text("newName") {
        "" => name,
        name => name.to_owned(),
    };
    let (tag, digest) = match (entry.text("newTag"), entry.text("digest")) {
        ("", "") => (tag, digest),
        new => new,
    };
    let mark = |mark: char, part: &str| match part {
        "" => String::new(),
        part => format!("{mark}{part}"),
    };
    format!("{name}{}{}", mark(':', tag), mark('@', digest))
}
