//! Volumes, their mounts, claims of StatefulSets and tolerations in descriptions.

use super::section::Paragraph;
use crate::api::look::Look;
use serde_json::{Value, json};

/// The volumes that the API server adds to pods.
const INJECTED: &str = "kube-api-access-";

/// The volumes of a pod or a template, and the types of those that are not read.
pub fn volumes<'t>(block: Paragraph<'_, 't>) -> (Vec<Value>, Vec<&'t str>) {
    let (mut volumes, mut unread) = (Vec::new(), Vec::new());
    for (line, own) in block.below("Volumes").each() {
        if line.key.is_empty() || line.key.starts_with(INJECTED) {
            continue;
        }
        let kind = own.value("Type");
        let kind = kind.split_once(" (").map_or(kind, |(kind, _)| kind);
        match source(kind, own) {
            Some((field, source)) => volumes.push(json!({ "name": line.key, field: source })),
            None => unread.push(kind),
        }
    }
    (volumes, unread)
}

/// The source of a volume, by its type.
fn source(kind: &str, own: Paragraph<'_, '_>) -> Option<(&'static str, Value)> {
    let optional = own.value("Optional") == "true";
    let read_only = own.value("ReadOnly") == "true";
    Some(match kind {
        "ConfigMap" => (
            "configMap",
            json!({ "name": own.value("Name"), "optional": optional }),
        ),
        "Secret" => (
            "secret",
            json!({ "secretName": own.value("SecretName"), "optional": optional }),
        ),
        "PersistentVolumeClaim" => (
            "persistentVolumeClaim",
            json!({ "claimName": own.value("ClaimName"), "readOnly": read_only }),
        ),
        "EmptyDir" => {
            let mut source = json!({});
            for (title, field) in [("Medium", "medium"), ("SizeLimit", "sizeLimit")] {
                if !own.value(title).is_empty() {
                    source[field] = own.value(title).into();
                }
            }
            ("emptyDir", source)
        }
        "HostPath" => {
            let mut source = json!({ "path": own.value("Path") });
            if !own.value("HostPathType").is_empty() {
                source["type"] = own.value("HostPathType").into();
            }
            ("hostPath", source)
        }
        _ => return None,
    })
}

/// `/var/lib/db from data (rw,path="db")`
pub fn mounts(container: Paragraph<'_, '_>) -> Vec<Value> {
    let lines = container.below("Mounts").0.iter();
    let mounts = lines.filter_map(|line| {
        let (path, rest) = line.text.split_once(" from ")?;
        let (name, flags) = rest.split_once(" (")?;
        if name.starts_with(INJECTED) {
            return None;
        }
        let flags = flags.trim_end_matches(')');
        let (flag, below) = flags.split_once(",path=").unwrap_or((flags, ""));
        let mut mount = json!({ "name": name, "mountPath": path });
        if flag == "ro" {
            mount["readOnly"] = true.into();
        }
        if !below.is_empty() {
            mount["subPath"] = below.trim_matches('"').into();
        }
        Some(mount)
    });
    mounts.collect()
}

/// Drops the mounts of volumes that are not read.
pub fn drop_mounts(spec: &mut Value, claims: &[Value]) {
    let volumes = spec.list("volumes").iter().map(|one| one.text("name"));
    let claims = claims.iter().map(|one| one.text("metadata.name"));
    let known: Vec<String> = volumes.chain(claims).map(str::to_owned).collect();
    for list in ["initContainers", "containers"] {
        let containers = spec.get_mut(list).and_then(Value::as_array_mut);
        for container in containers.into_iter().flatten() {
            let mounts = container.get_mut("volumeMounts");
            if let Some(mounts) = mounts.and_then(Value::as_array_mut) {
                mounts.retain(|mount| known.iter().any(|name| name == mount.text("name")));
            }
        }
    }
}

/// The claim templates of a StatefulSet of which only a pod is described: its claims are named after both. Removes
/// them from the pod's volumes.
pub fn claims_of_pod(spec: &mut Value, pod: &str) -> Vec<Value> {
    let mut claims = Vec::new();
    let volumes = spec.get_mut("volumes").and_then(Value::as_array_mut);
    if let Some(volumes) = volumes {
        volumes.retain(|volume| {
            let name = volume.text("name");
            let claim = volume.text("persistentVolumeClaim.claimName");
            let is_own = claim == format!("{name}-{pod}");
            if is_own {
                claims.push(json!({
                    "metadata": { "name": name },
                    "spec": {
                        "accessModes": ["ReadWriteOnce"],
                        "resources": { "requests": { "storage": "1Gi" } },
                    },
                }));
            }
            !is_own
        });
    }
    claims
}

/// The claim templates of a StatefulSet: each begins with its name.
pub fn claims(set: Paragraph<'_, '_>) -> Vec<Value> {
    let lines = set.below("Volume Claims").0;
    let starts = lines.iter().enumerate();
    let starts = starts.filter(|(_, line)| line.key == "Name");
    let claims = starts.map(|(at, _)| {
        let rest = lines.get(at..).unwrap_or_default();
        let length = rest.iter().skip(1).take_while(|line| line.key != "Name");
        let own = Paragraph(rest.get(..=length.count()).unwrap_or_default());
        let mut claim = json!({ "metadata": { "name": own.value("Name") }, "spec": {} });
        let spec = &mut claim["spec"];
        if !own.value("StorageClass").is_empty() {
            spec["storageClassName"] = own.value("StorageClass").into();
        }
        let capacity = own.value("Capacity");
        if !["", "<default>"].contains(&capacity) {
            spec["resources"]["requests"]["storage"] = capacity.into();
        }
        let modes = own.value("Access Modes").trim_matches(['[', ']']);
        spec["accessModes"] = modes.split_whitespace().map(Value::from).collect();
        claim
    });
    claims.collect()
}

/// The tolerations of a pod or a template, without those that every pod has.
pub fn tolerations(block: Paragraph<'_, '_>) -> Vec<Value> {
    let lines = block.listed("Tolerations").into_iter();
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with("node.kubernetes.io/"));
    lines.map(toleration).collect()
}

/// `dedicated=db:NoSchedule op=Exists for 300s`
fn toleration(text: &str) -> Value {
    let mut toleration = json!({ "operator": "Equal" });
    let (text, seconds) = text.split_once(" for ").unwrap_or((text, ""));
    if let Ok(seconds) = seconds.trim_end_matches('s').parse::<i64>() {
        toleration["tolerationSeconds"] = seconds.into();
    }
    let what = text.strip_suffix("op=Exists").map(str::trim_end);
    if what.is_some() {
        toleration["operator"] = "Exists".into();
    }
    let what = what.unwrap_or(text);
    let (what, effect) = what.rsplit_once(':').unwrap_or((what, ""));
    let (key, value) = what.split_once('=').unwrap_or((what, ""));
    for (field, text) in [("key", key), ("value", value), ("effect", effect)] {
        if !text.is_empty() {
            toleration[field] = text.into();
        }
    }
    toleration
}
