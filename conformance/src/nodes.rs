//! The nodes' part of a scenario: selecting pods for a verb, and applying it.

use crate::names::Names;
use kubestep::api::kind::Kind;
use kubestep::api::object::{Key, Object};
use kubestep::api::pod::Pod;
use kubestep::store::Store;
use serde_json::Value;
use std::rc::Rc;

/// Sort key of pods in recordings.
type Place = (u8, String, String, u64, String);

/// The pods selected by a step, in order, before the verb's own filter.
pub(crate) fn select(store: &Store, names: &Names, step: &Value) -> Vec<Rc<Pod>> {
    let text = |field: &str| step.get(field).and_then(Value::as_str);
    let wanted = text("name").map(|name| names.to_real(name));
    let revision = step.get("revision").map(|revision| match revision {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    });
    let mut pods: Vec<(Place, Rc<Pod>)> = store
        .list(Kind::Pod, text("namespace"))
        .filter_map(|object| match object {
            Object::Pod(pod) => Some(pod),
            _ => None,
        })
        .filter(|pod| {
            wanted
                .as_ref()
                .is_none_or(|name| *name == *pod.metadata.name)
        })
        .filter(|pod| text("pods").is_none_or(|selector| selects(selector, pod)))
        .filter(|pod| revision.is_none() || revision_of(store, pod) == revision)
        .map(|pod| (place(store, names, pod), pod.clone()))
        .collect();
    pods.sort_by(|a, b| a.0.cmp(&b.0));
    pods.into_iter().map(|(_, pod)| pod).collect()
}

/// `key=value`, `key!=value` or `key`, separated by commas.
pub(crate) fn selects(selector: &str, pod: &Pod) -> bool {
    let labels = &pod.metadata.labels;
    selector
        .split(',')
        .filter(|part| !part.is_empty())
        .all(|part| {
            if let Some((key, value)) = part.split_once("!=") {
                labels.get(key).is_none_or(|known| known != value)
            } else if let Some((key, value)) = part.split_once('=') {
                let value = value.strip_prefix('=').unwrap_or(value);
                labels.get(key).is_some_and(|known| known == value)
            } else {
                labels.contains_key(part)
            }
        })
}

/// The revision of the pod's ReplicaSet or ControllerRevision.
fn revision_of(store: &Store, pod: &Pod) -> Option<String> {
    let owner = pod.metadata.controller()?;
    if &*owner.kind == "ReplicaSet" {
        let set = store.by_uid(&owner.uid)?;
        return set
            .meta()
            .annotation("deployment.kubernetes.io/revision")
            .map(str::to_owned);
    }
    let hash = pod.metadata.labels.get("controller-revision-hash")?;
    let key = Key::of(Kind::ControllerRevision, &pod.metadata.namespace, hash);
    let revision = store.get(&key)?.to_value()["revision"].clone();
    Some(revision.to_string())
}

/// StatefulSet pods sort by set and ordinal; ReplicaSet pods by age and name of the set and by their number; then
/// pods whose ReplicaSet is gone; all others by age.
fn place(store: &Store, names: &Names, pod: &Pod) -> Place {
    let meta = &pod.metadata;
    let name = meta.name.to_string();
    let number = u64::from(names.number(&meta.uid.to_string()));
    let created = meta.created().to_string();
    match meta.controller() {
        Some(owner) if &*owner.kind == "StatefulSet" => {
            let ordinal = name
                .rsplit('-')
                .next()
                .and_then(|digits| digits.parse().ok());
            (
                0,
                owner.name.to_string(),
                String::new(),
                ordinal.unwrap_or(0),
                String::new(),
            )
        }
        Some(owner) if &*owner.kind == "ReplicaSet" => {
            let set = store.by_uid(&owner.uid);
            let age = set.map_or(String::new(), |set| set.meta().created().to_string());
            (1, age, owner.name.to_string(), number, created)
        }
        _ if number > 0 => (
            2,
            String::new(),
            name[..name.len() - 6].to_owned(),
            number,
            String::new(),
        ),
        // Uids follow the order of creation; names do not order pods created in the same second.
        _ => (
            3,
            created,
            String::new(),
            names.born(&meta.uid.to_string()),
            String::new(),
        ),
    }
}
