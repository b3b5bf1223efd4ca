//! A state to share: names, images, addresses and what users have written are replaced, each by the same everywhere, so
//! that all references still hold and the cluster does the same.

use super::{Note, documents};
use crate::api::light;
use crate::api::look::{Look, controller_of};
use crate::api::patch::LAST_APPLIED;
use crate::api::time::Time;
use crate::api::yaml;
use crate::manifests::{Diagnostic, diagnostic};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::net::IpAddr;

/// Kinds with short names; others are called by their names.
const SHORT: [(&str, &str); 12] = [
    ("Deployment", "deploy"),
    ("StatefulSet", "sts"),
    ("ReplicaSet", "rs"),
    ("Pod", "pod"),
    ("Node", "node"),
    ("Namespace", "ns"),
    ("Service", "svc"),
    ("PersistentVolumeClaim", "pvc"),
    ("PersistentVolume", "pv"),
    ("HorizontalPodAutoscaler", "hpa"),
    ("ConfigMap", "cm"),
    ("ServiceAccount", "sa"),
];
/// Names that every cluster has.
const KEPT_NAMES: [&str; 7] = [
    "default",
    "kube-system",
    "kube-public",
    "kube-node-lease",
    "kubernetes",
    "kube-root-ca.crt",
    "standard",
];
/// Fields with names that Kubernetes defines, and times and numbers as texts.
const KEPT_FIELDS: [&str; 31] = [
    "accessModes",
    "action",
    "apiVersion",
    "apiGroup",
    "component",
    "cpu",
    "dnsPolicy",
    "effect",
    "finalizers",
    "imagePullPolicy",
    "key",
    "kind",
    "memory",
    "operator",
    "pathType",
    "phase",
    "policy",
    "protocol",
    "provisioner",
    "qosClass",
    "reason",
    "reportingComponent",
    "reportingController",
    "resource",
    "resourceVersion",
    "restartPolicy",
    "scheme",
    "status",
    "topologyKey",
    "type",
    "uid",
];
/// Fields that nothing depends on.
const DROPPED: [&str; 9] = [
    "managedFields",
    "selfLink",
    "containerID",
    "providerID",
    "machineID",
    "systemUUID",
    "bootID",
    "podCIDR",
    "podCIDRs",
];
/// Fields with paths and other texts, and what they are replaced by.
const WRITTEN: [(&str, &str); 14] = [
    ("args", "arg"),
    ("command", "arg"),
    ("externalName", "host"),
    ("host", "host"),
    ("hostnames", "host"),
    ("mountPath", "path"),
    ("path", "path"),
    ("server", "host"),
    ("share", "share"),
    ("subPath", "path"),
    ("subPathExpr", "path"),
    ("volumeHandle", "volume"),
    ("volumePath", "volume"),
    ("workingDir", "path"),
];
/// Labels whose values controllers compute or compare.
const KEPT_LABELS: [&str; 5] = [
    "pod-template-hash",
    "controller.kubernetes.io/hash",
    "apps.kubernetes.io/pod-index",
    "kubernetes.io/arch",
    "kubernetes.io/os",
];
/// Beginnings of annotations on which controllers act.
const KEPT_ANNOTATIONS: [&str; 5] = [
    "deployment.kubernetes.io/",
    "controller.kubernetes.io/pod-deletion-cost",
    "kubectl.kubernetes.io/restartedAt",
    "pv.kubernetes.io/",
    "volume.kubernetes.io/",
];
/// Domains of Kubernetes' own names.
const OWN_DOMAINS: [&str; 2] = ["kubernetes.io/", "k8s.io/"];

/// A state without names, images, addresses and what users have written, as YAML.
///
/// # Errors
/// The text is not a state.
pub fn redact(text: &str) -> Result<String, Vec<Diagnostic>> {
    let mut notes: Vec<Note> = Vec::new();
    let (documents, _) = documents(text, &mut notes)?;
    let mut values: Vec<Value> = documents
        .into_iter()
        .map(|document| document.value)
        .collect();
    if values.is_empty() {
        return Err(vec![diagnostic::of_nothing()]);
    }
    let mut names = Names::default();
    names.collect(&values);
    for value in &mut values {
        names.redact(value, Place::default());
    }
    let list = json!({ "apiVersion": "v1", "kind": "List", "items": values });
    Ok(yaml::to_string(&list))
}

/// Where a value is.
#[derive(Clone, Copy, Default)]
struct Place<'p> {
    /// The field.
    field: &'p str,
    /// The field that it is in.
    parent: &'p str,
}

/// What is replaced by what.
#[derive(Default)]
struct Names {
    /// Names, which may be parts of other names; the longest first.
    parts: Vec<(String, String)>,
    /// The places of these by their first letters.
    firsts: BTreeMap<char, Vec<usize>>,
    /// Whole texts, by what they are replaced by without its number.
    wholes: BTreeMap<(&'static str, String), String>,
    /// How many of each there are.
    counts: BTreeMap<String, usize>,
}

impl Names {
    /// Finds the names of objects, of what they refer to, and images and addresses.
    fn collect(&mut self, values: &[Value]) {
        // Workloads first: what has the same name, such as a Service, follows.
        for (kind, _) in SHORT {
            for value in values.iter().filter(|value| value.text("kind") == kind) {
                self.object(value);
            }
        }
        for value in values {
            if value.text("kind") != "Event" {
                self.object(value);
            }
            self.within(value, "");
        }
        light::sort(&mut self.parts, |(one, _), (other, _)| {
            other.len().cmp(&one.len()).then_with(|| one.cmp(other))
        });
        for (place, (name, _)) in self.parts.iter().enumerate() {
            if let Some(first) = name.chars().next() {
                self.firsts.entry(first).or_default().push(place);
            }
        }
    }

    /// A name to be replaced wherever it is a part of a text.
    fn part(&mut self, name: &str, kind: &str) {
        let is_number = name.bytes().all(|byte| byte.is_ascii_digit());
        let is_known = self.parts.iter().any(|(known, _)| known == name);
        if !is_known && !is_number && !KEPT_NAMES.contains(&name) {
            let instead = self.next(kind);
            self.parts.push((name.to_owned(), instead));
        }
    }

    fn next(&mut self, kind: &str) -> String {
        let count = self.counts.entry(kind.to_owned()).or_insert(0);
        *count += 1;
        format!("{kind}-{count}")
    }

    /// A text that is replaced as a whole.
    fn whole(&mut self, text: &str, kind: &'static str) -> String {
        if text.is_empty() {
            return String::new();
        }
        let known = self.wholes.get(&(kind, text.to_owned())).cloned();
        known.unwrap_or_else(|| {
            let instead = self.next(kind);
            self.wholes.insert((kind, text.to_owned()), instead.clone());
            instead
        })
    }

    fn object(&mut self, value: &Value) {
        let kind = value.text("kind");
        let (name, owner) = (value.text("metadata.name"), controller_of(value));
        self.part(value.text("metadata.namespace"), "ns");
        let word = short(kind);
        if let Some(owner) = owner.filter(|owner| !self.begins(owner.text("name"))) {
            self.part(owner.text("name"), &short(owner.text("kind")));
        }
        // Names of what a controller has created begin with its own, and those of claims end with their pods'.
        let is_made = |other: &str| name.len() > other.len() && name.starts_with(other);
        let of_owner = owner.is_some_and(|owner| is_made(owner.text("name")));
        let of_claim = kind == "PersistentVolumeClaim" && self.is_claim(name);
        if !of_owner && !of_claim {
            self.part(name, &word);
        }
        for claim in value.list("spec.volumeClaimTemplates") {
            self.part(claim.text("metadata.name"), "volume");
        }
    }

    /// Whether a claim is one of a StatefulSet's: `data-db-0`.
    fn is_claim(&self, name: &str) -> bool {
        let parts = name
            .rsplit_once('-')
            .filter(|(_, end)| end.bytes().all(|byte| byte.is_ascii_digit()));
        let known = |end: &str| self.parts.iter().any(|(name, _)| name == end);
        parts.is_some_and(|(set, _)| {
            let places = set.char_indices().filter(|(_, letter)| *letter == '-');
            let ends = places.filter_map(|(at, _)| set.get(at + 1..));
            ends.into_iter().any(known)
        })
    }

    /// Names, images and addresses within an object.
    fn within(&mut self, value: &Value, field: &str) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.within(item, field)),
            Value::Object(fields) => {
                let is_listed = matches!(
                    field,
                    "containers" | "initContainers" | "ephemeralContainers"
                );
                let kind = match field {
                    "volumes" => Some("volume"),
                    _ if is_listed => Some("container"),
                    "configMap" | "configMapRef" | "configMapKeyRef" => Some("cm"),
                    "secret" | "secretRef" | "secretKeyRef" | "imagePullSecrets" => Some("secret"),
                    _ => None,
                };
                if let Some(kind) = kind {
                    self.part(value.text("name"), kind);
                }
                fields
                    .iter()
                    .for_each(|(name, value)| self.within(value, name));
            }
            Value::String(text) => match field {
                "image" | "names" => self.image(text),
                "nodeName" => self.part(text, "node"),
                "serviceAccountName" | "serviceAccount" => self.part(text, "sa"),
                "secretName" => self.part(text, "secret"),
                "serviceName" => self.part(text, "svc"),
                "volumeName" => self.part(text, "pv"),
                // That of a StatefulSet's pod is its name.
                "hostname" if !self.begins(text) => self.part(text, "host"),
                "subdomain" => self.part(text, "svc"),
                "storageClassName" => self.part(text, "class"),
                "address" if text.parse::<IpAddr>().is_err() => self.part(text, "host"),
                _ if text.parse::<IpAddr>().is_ok() => self.address(text),
                _ => {}
            },
            _ => {}
        }
    }

    /// Whether a text begins with one of the names.
    fn begins(&self, text: &str) -> bool {
        let mut names = self.parts.iter();
        names.any(|(name, _)| text.starts_with(name.as_str()))
    }

    /// An image: its repository and its tag or digest are replaced each.
    fn image(&mut self, image: &str) {
        if image.is_empty() || self.parts.iter().any(|(known, _)| known == image) {
            return;
        }
        let (name, digest) = image.split_once('@').unwrap_or((image, ""));
        let at = name
            .rfind(':')
            .filter(|at| !name.get(*at..).is_some_and(|end| end.contains('/')));
        let (repository, tag) = at.map_or((name, digest), |at| (&name[..at], &name[at + 1..]));
        let repository = self.whole(repository, "image");
        let tag = match tag {
            "" | "latest" => tag.to_owned(),
            tag => self.whole(tag, "tag"),
        };
        let instead = if tag.is_empty() {
            repository
        } else {
            format!("{repository}:{tag}")
        };
        self.parts.push((image.to_owned(), instead));
    }

    fn address(&mut self, address: &str) {
        if self.parts.iter().any(|(known, _)| known == address) || address == "0.0.0.0" {
            return;
        }
        let count = self.parts.len() + 1;
        let instead = match address.contains(':') {
            true => format!("fd00::{count:x}"),
            false => format!(
                "10.{}.{}.{}",
                count >> 16 & 0xff,
                count >> 8 & 0xff,
                count & 0xff
            ),
        };
        self.parts.push((address.to_owned(), instead));
    }

    /// A text with its names replaced.
    fn text(&self, text: &str) -> String {
        let is_own = OWN_DOMAINS.iter().any(|domain| text.contains(domain));
        if Time::parse(text).is_some() || is_own && !text.contains(' ') {
            return text.to_owned();
        }
        let mut out = String::new();
        let mut rest = text;
        let mut is_start = true;
        while let Some(letter) = rest.chars().next() {
            let places = self.firsts.get(&letter).filter(|_| is_start);
            let mut parts = places
                .into_iter()
                .flatten()
                .filter_map(|place| self.parts.get(*place));
            let found = parts.find_map(|(name, instead)| {
                let after = rest.strip_prefix(name.as_str())?;
                let ends = !after.starts_with(|next: char| next.is_alphanumeric());
                ends.then_some((after, instead))
            });
            match found {
                Some((after, instead)) => {
                    out.push_str(instead);
                    rest = after;
                    is_start = false;
                }
                None => {
                    out.push(letter);
                    rest = rest.get(letter.len_utf8()..).unwrap_or_default();
                    is_start = !letter.is_alphanumeric();
                }
            }
        }
        out
    }

    /// The value of a label.
    fn label(&mut self, key: &str, value: &str) -> String {
        let named = self.text(value);
        let is_own = OWN_DOMAINS.iter().any(|domain| key.contains(domain));
        let is_name = self.parts.iter().any(|(name, _)| name == value);
        match value {
            "" | "true" | "false" => value.to_owned(),
            _ if KEPT_LABELS.contains(&key) => value.to_owned(),
            // The name of a revision, which its StatefulSet's begins.
            _ if key == "controller-revision-hash" => named,
            _ if is_name || is_own && named != value => named,
            _ => self.whole(value, "label"),
        }
    }

    /// Replaces everything in a value.
    fn redact(&mut self, value: &mut Value, place: Place<'_>) {
        let Place { field, parent } = place;
        match value {
            Value::Array(items) => items.iter_mut().for_each(|item| self.redact(item, place)),
            Value::Object(fields) => match field {
                "labels" | "matchLabels" | "nodeSelector" => self.labels(fields),
                "selector" if fields.values().all(Value::is_string) => self.labels(fields),
                "annotations" => self.annotations(fields),
                "data" | "stringData" | "binaryData"
                    if parent.is_empty() && !fields.contains_key("spec") =>
                {
                    for value in fields.values_mut() {
                        *value = "dmFsdWU=".into();
                    }
                }
                _ => self.fields(fields, field),
            },
            Value::String(text) => {
                *text = match WRITTEN.iter().find(|(name, _)| *name == field) {
                    _ if KEPT_FIELDS.contains(&field) => return,
                    Some((_, kind)) => {
                        let slash = if text.starts_with('/') { "/" } else { "" };
                        format!("{slash}{}", self.whole(text, kind))
                    }
                    None if field == "imageID" => String::new(),
                    None => self.text(text),
                };
            }
            _ => {}
        }
    }

    fn fields(&mut self, fields: &mut Map<String, Value>, field: &str) {
        fields.retain(|name, _| !DROPPED.contains(&&**name));
        let key = fields
            .get("key")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        for (name, value) in fields.iter_mut() {
            let text = value.as_str().unwrap_or_default().to_owned();
            match &**name {
                "value" if field == "env" => *value = self.whole(&text, "value").into(),
                // Of tolerations and taints.
                "value" if !key.is_empty() => *value = self.label(&key, &text).into(),
                "values" if !key.is_empty() => {
                    for value in value.as_array_mut().into_iter().flatten() {
                        let text = value.as_str().unwrap_or_default().to_owned();
                        *value = self.label(&key, &text).into();
                    }
                }
                name => self.redact(
                    value,
                    Place {
                        field: name,
                        parent: field,
                    },
                ),
            }
        }
    }

    fn labels(&mut self, labels: &mut Map<String, Value>) {
        for (key, value) in labels {
            if let Value::String(text) = value {
                *text = self.label(key, text);
            }
        }
    }

    fn annotations(&mut self, annotations: &mut Map<String, Value>) {
        for (key, value) in std::mem::take(annotations) {
            let text = value.as_str().unwrap_or_default();
            if KEPT_ANNOTATIONS.iter().any(|begin| key.starts_with(begin)) {
                annotations.insert(key, value);
            } else if key == LAST_APPLIED {
                if let Ok(mut applied) = serde_json::from_str::<Value>(text) {
                    self.redact(&mut applied, Place::default());
                    annotations.insert(key, applied.to_string().into());
                }
            } else {
                let (key, value) = (self.whole(&key, "annotation"), self.whole(text, "value"));
                annotations.insert(key, value.into());
            }
        }
    }
}

/// What a kind's names are replaced by, without a number.
fn short(kind: &str) -> String {
    let known = SHORT.iter().find(|(name, _)| *name == kind);
    known.map_or_else(|| kind.to_lowercase(), |(_, short)| (*short).to_owned())
}
