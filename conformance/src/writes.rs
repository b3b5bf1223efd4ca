//! Writes and events since the last snapshot, in the order of recordings.

use crate::names::Names;
use kubestep::api::kind::Kind;
use kubestep::api::meta::ObjectMeta;
use kubestep::api::object::Object;
use kubestep::store::Change;
use regex::Regex;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

const REVISION: &str = "deployment.kubernetes.io/revision";
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

static POD_NUMBER: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"#\d{4}").expect("a constant pattern"));

/// Adds `events`, `specWrites` and `podWrites` to a snapshot.
pub(crate) fn add(changes: &[Change], names: &Names, snapshot: &mut Map<String, Value>) {
    let mut spec_writes: Vec<Value> = changes
        .iter()
        .filter_map(|change| spec_write(change, names))
        .collect();
    let mut pod_writes = pod_writes(changes, names);
    let mut events = events(changes, names);

    let parallel = parallel_sets(snapshot);
    let collecting = collects_garbage(&spec_writes);
    if collecting {
        sort_runs(&mut spec_writes, garbage_class, |write| {
            write["name"].to_string()
        });
    }
    for (owner, writes) in &mut pod_writes {
        let all = owner.starts_with("ReplicaSet/") || collecting || parallel.contains(owner);
        if all {
            sort_runs(writes, |write| Some(delete_class(write)), Value::to_string);
        } else {
            let claims = |write: &Value| match write[0].as_str() {
                Some(what @ ("adopt" | "release")) => Some(what.to_owned()),
                _ => None,
            };
            sort_runs(writes, claims, Value::to_string);
        }
    }
    let of_parallel = |event: &Value| {
        let object = event["object"].as_str()?;
        parallel
            .contains(object)
            .then(|| format!("{object} {}", event["reason"]))
    };
    sort_runs(&mut events, of_parallel, |event| {
        event["message"].to_string()
    });

    let walk = |values: Vec<Value>| values.iter().map(|value| names.walk(value)).collect();
    snapshot.insert("events".to_owned(), walk(events));
    snapshot.insert("specWrites".to_owned(), walk(spec_writes));
    let pod_writes: Map<String, Value> = pod_writes
        .into_iter()
        .map(|(owner, writes)| (owner, writes.into()))
        .collect();
    snapshot.insert(
        "podWrites".to_owned(),
        names.walk(&Value::Object(pod_writes)),
    );
}

/// StatefulSets whose pods are created and deleted in parallel.
fn parallel_sets(snapshot: &Map<String, Value>) -> BTreeSet<String> {
    let sets = snapshot
        .get("statefulsets")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    let parallel = sets.filter(|set| set["spec"]["podManagementPolicy"] == "Parallel");
    parallel
        .filter_map(|set| Some(format!("StatefulSet/{}", set["name"].as_str()?)))
        .collect()
}

/// Whether a Deployment or StatefulSet is being deleted, since the garbage collector works in parallel.
fn collects_garbage(spec_writes: &[Value]) -> bool {
    spec_writes.iter().any(|write| {
        let owner = write["kind"] == "Deployment" || write["kind"] == "StatefulSet";
        let changed = write["changed"].as_array().into_iter().flatten();
        let begun = changed
            .into_iter()
            .any(|field| field == "metadata.deletionTimestamp");
        owner && (write["verb"] == "DELETED" || begun)
    })
}

fn garbage_class(write: &Value) -> Option<String> {
    let dependent = write["kind"] == "ReplicaSet" || write["kind"] == "ControllerRevision";
    dependent.then(|| format!("{} {} {}", write["kind"], write["verb"], write["changed"]))
}

/// Deletions and removals of pods form a single class.
fn delete_class(write: &Value) -> String {
    match write[0].as_str() {
        Some("gone") => "delete".to_owned(),
        what => what.unwrap_or_default().to_owned(),
    }
}

/// Sorts each run of adjacent writes of one class; writes without a class stay in place.
fn sort_runs(
    items: &mut [Value],
    class: impl Fn(&Value) -> Option<String>,
    key: impl Fn(&Value) -> String,
) {
    let mut from = 0;
    while from < items.len() {
        let known = class(&items[from]);
        let mut to = from + 1;
        while known.is_some() && to < items.len() && class(&items[to]) == known {
            to += 1;
        }
        items[from..to].sort_by_key(&key);
        from = to;
    }
}

fn verb(change: &Change) -> &'static str {
    match (&change.before, &change.after) {
        (None, _) => "ADDED",
        (_, None) => "DELETED",
        _ => "MODIFIED",
    }
}

/// A write that created, removed or changed the desired state of a workload.
fn spec_write(change: &Change, names: &Names) -> Option<Value> {
    use Kind::{ControllerRevision, Deployment, ReplicaSet, StatefulSet};
    let kind = change.key.kind;
    if !matches!(
        kind,
        Deployment | ReplicaSet | StatefulSet | ControllerRevision
    ) {
        return None;
    }
    let changed = match (&change.before, &change.after) {
        (Some(before), Some(after)) => Some(changed_fields(&before.to_value(), &after.to_value())),
        _ => None,
    };
    if changed.as_ref().is_some_and(Vec::is_empty) {
        return None;
    }
    let mut write = Map::new();
    write.insert("verb".to_owned(), verb(change).into());
    write.insert("kind".to_owned(), kind.info().name.into());
    write.insert(
        "name".to_owned(),
        names.to_recorded(&change.key.name).into(),
    );
    if &*change.key.namespace != "default" {
        write.insert("namespace".to_owned(), (*change.key.namespace).into());
    }
    if let Some(after) = &change.after {
        let value = after.to_value();
        if let Some(replicas) = value.pointer("/spec/replicas") {
            write.insert("spec.replicas".to_owned(), replicas.clone());
        }
        if let Some(revision) = value["metadata"]["annotations"].get(REVISION) {
            write.insert("revision".to_owned(), revision.clone());
        }
        if kind == ControllerRevision {
            write.insert("revision".to_owned(), value["revision"].clone());
        }
        if let Some(changed) = changed {
            write.insert("changed".to_owned(), changed.into());
        }
    }
    Some(Value::Object(write))
}

fn changed_fields(before: &Value, after: &Value) -> Vec<String> {
    let mut changed = Vec::new();
    let mut look = |name: String, a: Option<&Value>, b: Option<&Value>| {
        if a != b {
            changed.push(name);
        }
    };
    let keys = |a: &Value, b: &Value| -> BTreeSet<String> {
        let fields = |value: &Value| value.as_object().cloned().unwrap_or_default();
        fields(a)
            .into_iter()
            .chain(fields(b))
            .map(|(key, _)| key)
            .collect()
    };
    let (a, b) = (&before["spec"], &after["spec"]);
    for key in keys(a, b) {
        look(format!("spec.{key}"), a.get(&key), b.get(&key));
    }
    let (a, b) = (&before["metadata"], &after["metadata"]);
    for key in [
        "labels",
        "finalizers",
        "ownerReferences",
        "deletionTimestamp",
    ] {
        look(format!("metadata.{key}"), a.get(key), b.get(key));
    }
    look(
        "revision".to_owned(),
        before.get("revision"),
        after.get("revision"),
    );
    if changed.is_empty() && a.get("generation") != b.get("generation") {
        changed.push("metadata.generation".to_owned());
    }
    let (a, b) = (&a["annotations"], &b["annotations"]);
    for key in keys(a, b).into_iter().filter(|key| key != LAST_APPLIED) {
        if a.get(&key) != b.get(&key) {
            changed.push(format!("annotations[{key}]"));
        }
    }
    changed
}

fn controller_text(meta: &ObjectMeta) -> Option<String> {
    meta.controller()
        .map(|owner| format!("{}/{}", owner.kind, owner.name))
}

/// The changes of pods, by owner.
fn pod_writes(changes: &[Change], names: &Names) -> BTreeMap<String, Vec<Value>> {
    let mut writes: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for change in changes.iter().filter(|change| change.key.kind == Kind::Pod) {
        let old = change.before.as_ref().map(Object::meta);
        let Some(now) = change.after.as_ref().map(Object::meta).or(old) else {
            continue;
        };
        let mut owner = controller_text(now);
        let mut what = match verb(change) {
            "ADDED" => Some("create"),
            "DELETED" => Some("gone"),
            _ if now.is_terminating() && old.is_some_and(|old| !old.is_terminating()) => {
                Some("delete")
            }
            _ => None,
        };
        if let (Some(old), Some(_)) = (old, &change.after) {
            let uid = |meta: &ObjectMeta| meta.controller().map(|owner| owner.uid.clone());
            if uid(old) != uid(now) {
                what = Some(if owner.is_some() { "adopt" } else { "release" });
                owner = owner.or_else(|| controller_text(old));
            } else if what.is_none() && old.labels != now.labels {
                what = Some("relabel");
            }
        }
        if let Some(what) = what {
            let owner = owner.unwrap_or_else(|| "(none)".to_owned());
            let name = names.to_recorded(&change.key.name);
            writes.entry(owner).or_default().push(json!([what, name]));
        }
    }
    writes
}

/// The events that were created or incremented: by source and object, then in the order of creation.
fn events(changes: &[Change], names: &Names) -> Vec<Value> {
    let mut order: BTreeMap<String, usize> = BTreeMap::new();
    let mut last: BTreeMap<String, Value> = BTreeMap::new();
    for (index, change) in changes.iter().enumerate() {
        let Some(object) = change
            .after
            .as_ref()
            .filter(|object| object.kind() == Kind::Event)
        else {
            continue;
        };
        let uid = object.meta().uid.to_string();
        order.entry(uid.clone()).or_insert(index);
        last.insert(uid, object.to_value());
    }
    let mut events: Vec<(String, String, String, usize, Value)> = last
        .iter()
        .map(|(uid, event)| {
            let text = |path: &str| {
                event
                    .pointer(path)
                    .and_then(Value::as_str)
                    .unwrap_or_default()
                    .to_owned()
            };
            let (kind, name) = (text("/involvedObject/kind"), text("/involvedObject/name"));
            let source = text("/source/component");
            let shown = json!({
                "type": event["type"], "reason": event["reason"],
                "object": format!("{kind}/{name}"), "source": source,
                "message": names.to_recorded(&text("/message")),
                "count": event["count"],
            });
            (
                source,
                kind,
                name,
                order.get(uid).copied().unwrap_or(0),
                shown,
            )
        })
        .collect();
    events.sort_by(|a, b| (&a.0, &a.1, &a.2, a.3).cmp(&(&b.0, &b.1, &b.2, b.3)));
    let mut events: Vec<Value> = events.into_iter().map(|(.., shown)| shown).collect();
    sort_parallel(&mut events);
    events
}

/// Pods are created in parallel within a sync of a ReplicaSet: their events are sorted, and which of them were
/// aggregated is random.
fn sort_parallel(events: &mut [Value]) {
    let mut from = 0;
    while from < events.len() {
        let same = |a: &Value, b: &Value| {
            ["object", "reason", "source"]
                .iter()
                .all(|field| a[field] == b[field])
        };
        let length = events[from..]
            .iter()
            .take_while(|event| same(event, &events[from]))
            .count();
        let run = &mut events[from..from + length];
        if run[0]["source"] == "replicaset-controller" {
            let message = |event: &Value| event["message"].as_str().unwrap_or_default().to_owned();
            if run
                .iter()
                .any(|event| message(event).contains("(combined from"))
            {
                for event in run.iter_mut() {
                    let hidden = POD_NUMBER
                        .replace_all(&message(event), "#NNNN")
                        .into_owned();
                    event["message"] = hidden.into();
                }
            }
            run.sort_by_key(message);
        }
        from += length;
    }
}
