//! Objects that workloads refer to and that a state leaves out: ConfigMaps, Secrets, accounts, classes, claims and
//! volumes. Those that people export have none of them, or few, but without them no new pod would start.
//!
//! One is assumed to exist if nothing of its kind is given in its namespace, and nothing in the state says that it is
//! missing.

use super::{Note, names};
use crate::api::kind::Kind;
use crate::api::look::Look;
use crate::api::object::Key;
use crate::api::pod::reference;
use crate::manifests::Placed;
use crate::store::Store;
use crate::texts::state as texts;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The ConfigMap that every namespace has, with the certificate of the API server.
const ROOT: &str = "kube-root-ca.crt";
/// What messages about missing objects contain.
const MISSING: [&str; 3] = ["not found", "was found", "couldn't find key"];

/// Adds what is left out, and says so. What the API server refuses, such as an object with an invalid name, cannot exist.
pub fn assume(store: &mut Store, given: &[Placed], notes: &mut Vec<Note>) {
    let mut wanted = Wanted::of(given);
    wanted.keep_unknown(store, &Messages::of(given));
    let mut told = Vec::new();
    for (key, fields) in wanted.objects {
        let Ok(made) = store.import(key.kind, &object(&key, fields)) else {
            continue;
        };
        if key.kind == Kind::PersistentVolumeClaim {
            let (key, fields) = volume(&key, &made.to_value());
            // Its name is that of the claim, which is valid.
            let _ = store.import(key.kind, &object(&key, fields));
        }
        if *key.name != *ROOT {
            told.push(key.to_string());
        }
    }
    if !told.is_empty() {
        notes.push(Note::new(&texts::ELSEWHERE).with("objects", names(&told)));
    }
}

fn object(key: &Key, fields: Value) -> Value {
    let mut object = json!({ "metadata": { "name": &*key.name } });
    object["apiVersion"] = key.kind.api_version().into();
    object["kind"] = key.kind.name().into();
    if !key.namespace.is_empty() {
        object["metadata"]["namespace"] = (*key.namespace).into();
    }
    if let (Some(object), Value::Object(fields)) = (object.as_object_mut(), fields) {
        object.extend(fields);
    }
    object
}

/// The volume of a bound claim.
fn volume(key: &Key, claim: &Value) -> (Key, Value) {
    let name = claim.text("spec.volumeName");
    let requested = claim.at("spec.resources.requests");
    let given = claim.at("status.capacity");
    let capacity = if given.is_null() { requested } else { given };
    let fields = json!({
        "spec": {
            "accessModes": claim.at("spec.accessModes"),
            "capacity": capacity,
            "claimRef": {
                "apiVersion": "v1", "kind": "PersistentVolumeClaim", "name": &*key.name,
                "namespace": &*key.namespace, "uid": claim.text("metadata.uid"),
            },
            "csi": { "driver": "kubestep.example", "volumeHandle": name },
            "storageClassName": claim.text("spec.storageClassName"),
        },
        "status": { "phase": "Bound" },
    });
    (Key::of(Kind::PersistentVolume, "", name), fields)
}

/// Messages that say that something is missing, by namespace.
struct Messages(Vec<(String, String)>);

impl Messages {
    fn of(given: &[Placed]) -> Self {
        let mut all = Vec::new();
        for placed in given {
            collect(&placed.object.value, &placed.object.key.namespace, &mut all);
        }
        Self(all)
    }

    /// Whether any of them says that an object is missing.
    fn name(&self, key: &Key) -> bool {
        let kind = key.kind.name().to_ascii_lowercase();
        let kind = match key.kind {
            Kind::StorageClass => "storageclass.storage.k8s.io".to_owned(),
            _ => kind,
        };
        let says = [
            format!("{kind} \"{}\" not found", key.name),
            // Of a PriorityClass (`plugin/pkg/admission/priority/admission.go`).
            format!("no PriorityClass with name {} was found", key.name),
        ];
        let of_namespace =
            |namespace: &str| key.namespace.is_empty() || *namespace == *key.namespace;
        let mut messages = self.0.iter();
        messages.any(|(namespace, text)| {
            of_namespace(namespace) && says.iter().any(|says| text.contains(&**says))
        })
    }

    /// Whether any of them says that a ConfigMap or Secret lacks a key.
    fn lack(&self, key: &Key, field: &str) -> bool {
        let (kind, namespace, name) = (key.kind.name(), &key.namespace, &key.name);
        let says = format!("couldn't find key {field} in {kind} {namespace}/{name}");
        self.0.iter().any(|(_, text)| text.contains(&says))
    }
}

/// The fields called `message`, at any depth.
fn collect(value: &Value, namespace: &str, all: &mut Vec<(String, String)>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Value::String(text) if name == "message" => {
                        if MISSING.iter().any(|part| text.contains(part)) {
                            all.push((namespace.to_owned(), text.clone()));
                        }
                    }
                    Value::String(_) => {}
                    _ => collect(value, namespace, all),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, namespace, all)),
        _ => {}
    }
}

/// What the objects of a state refer to, with its fields.
#[derive(Default)]
struct Wanted {
    objects: BTreeMap<Key, Value>,
    /// The kinds of which there are objects, and in which namespace.
    given: BTreeSet<(Kind, String)>,
}

impl Wanted {
    fn of(given: &[Placed]) -> Self {
        let mut wanted = Self::default();
        for placed in given {
            let (key, value) = (&placed.object.key, &placed.object.value);
            wanted.given.insert((key.kind, key.namespace.to_string()));
            match key.kind {
                Kind::Pod => wanted.pod(&key.namespace, value.at("spec"), true),
                Kind::Deployment | Kind::ReplicaSet | Kind::StatefulSet => {
                    wanted.pod(&key.namespace, value.at("spec.template.spec"), false);
                    for claim in value.list("spec.volumeClaimTemplates") {
                        wanted.class(claim.text("spec.storageClassName"));
                    }
                }
                Kind::PersistentVolumeClaim => wanted.claim(key, value),
                _ => {}
            }
        }
        wanted
    }

    fn add(&mut self, kind: Kind, namespace: &str, name: &str, fields: Value) {
        if !name.is_empty() {
            self.objects
                .entry(Key::of(kind, namespace, name))
                .or_insert(fields);
        }
    }

    /// What a pod refers to. `exists` says that it is one and not a template.
    fn pod(&mut self, namespace: &str, spec: &Value, exists: bool) {
        for wanted in reference::all(spec) {
            self.add(wanted.kind, namespace, &wanted.name, json!({}));
            let key = Key::of(wanted.kind, namespace, &wanted.name);
            let Some(fields) = self.objects.get_mut(&key) else {
                continue;
            };
            for name in &wanted.keys {
                fields["data"][&**name] = "".into();
            }
        }
        let account = spec.text("serviceAccountName");
        if account != "default" {
            self.add(Kind::ServiceAccount, namespace, account, json!({}));
        }
        let class = spec.text("priorityClassName");
        if !class.starts_with("system-") {
            // Its number is in the pods that have it.
            if exists {
                self.objects
                    .remove(&Key::of(Kind::PriorityClass, "", class));
            }
            let fields = json!({ "value": spec.int("priority") });
            self.add(Kind::PriorityClass, "", class, fields);
        }
        // A pod that waits to be scheduled may wait for its claim.
        if exists && !spec.text("nodeName").is_empty() {
            for volume in spec.list("volumes") {
                let name = volume.text("persistentVolumeClaim.claimName");
                let fields = json!({
                    "spec": {
                        "accessModes": ["ReadWriteOnce"],
                        "resources": { "requests": { "storage": "1Gi" } },
                        "storageClassName": "",
                        "volumeName": format!("pvc-{namespace}-{name}"),
                    },
                    "status": { "phase": "Bound" },
                });
                self.add(Kind::PersistentVolumeClaim, namespace, name, fields);
            }
        }
    }

    fn class(&mut self, name: &str) {
        let fields = json!({ "provisioner": "kubestep.example/volumes" });
        self.add(Kind::StorageClass, "", name, fields);
    }

    /// The volume of a bound claim; the class of a pending one is not known to exist.
    fn claim(&mut self, key: &Key, value: &Value) {
        let class = value.text("spec.storageClassName");
        if value.text("status.phase") != "Bound" {
            self.given.insert((Kind::StorageClass, class.to_owned()));
            return;
        }
        let (volume, fields) = volume(key, value);
        self.add(volume.kind, "", &volume.name, fields);
        self.class(class);
    }

    /// Keeps what there is nothing known of.
    fn keep_unknown(&mut self, store: &Store, messages: &Messages) {
        let given = std::mem::take(&mut self.given);
        let is_given = |key: &Key| match key.kind {
            // Each class by itself: some are always there.
            Kind::StorageClass => given.contains(&(key.kind, key.name.to_string())),
            kind => given.contains(&(kind, key.namespace.to_string())),
        };
        self.objects.retain(|key, _| {
            let is_left_out = *key.name == *ROOT || !is_given(key) && !messages.name(key);
            is_left_out && store.get(key).is_none()
        });
        for (key, fields) in &mut self.objects {
            if let Some(data) = fields.get_mut("data").and_then(Value::as_object_mut) {
                data.retain(|name, _| !messages.lack(key, name));
            }
        }
    }
}
