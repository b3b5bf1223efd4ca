//! The fields changed by a write, the important ones first.

use super::order;
use super::pods::PodWords;
use kubestep::api::object::Object;
use kubestep::store::Change;
use serde_json::Value;

/// A field changed by a write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The field, such as `status.readyReplicas`.
    pub path: String,
    /// Its value before; `None` if it had none.
    pub from: Option<String>,
    /// Its value after; `None` if it has none.
    pub to: Option<String>,
}

/// Maximum length of a value shown in full.
const VALUE_MAX: usize = 60;

/// Fields that change with every write without being of interest.
const NOISE: [&str; 9] = [
    "metadata.resourceVersion",
    "metadata.uid",
    "metadata.creationTimestamp",
    "metadata.generateName",
    "metadata.annotations[kubectl.kubernetes.io/last-applied-configuration]",
    "lastTimestamp",
    "lastProbeTime",
    "lastUpdateTime",
    "lastTransitionTime",
];

/// The changed fields of a write, the important ones first. For a creation, the fields that characterize it.
pub fn differences(change: &Change) -> Vec<Difference> {
    let value = |object: &Option<_>| object.as_ref().map(Object::to_value);
    let (Some(before), Some(after)) = (value(&change.before), value(&change.after)) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    compare("", Some(&before), Some(&after), &mut found);
    if let (Some(Object::Pod(before)), Some(Object::Pod(after))) = (&change.before, &change.after) {
        found.extend(columns(&PodWords::of(before), &PodWords::of(after)));
    }
    found.retain(|difference| {
        !NOISE.iter().any(|noise| {
            difference.path == *noise || difference.path.ends_with(&format!(".{noise}"))
        })
    });
    order::by_key(found, |difference| weight(&difference.path))
}

/// Changes in the columns of `kubectl get pods`.
fn columns(before: &PodWords, after: &PodWords) -> Vec<Difference> {
    let both = [
        ("STATUS", &before.status, &after.status),
        ("READY", &before.ready, &after.ready),
    ];
    both.into_iter()
        .filter(|(_, from, to)| from != to)
        .map(|(column, from, to)| Difference {
            path: column.to_owned(),
            from: Some(from.clone()),
            to: Some(to.clone()),
        })
        .collect()
}

/// Sort weight of a field.
fn weight(path: &str) -> i64 {
    match path {
        "STATUS" | "READY" | "spec.replicas" => 0,
        "metadata.generation" | "status.observedGeneration" => 8,
        _ if path.starts_with("spec.") => 1,
        "status.fullyLabeledReplicas" => 6,
        _ if path.starts_with("status.") && path.ends_with("eplicas") => 2,
        "metadata.deletionTimestamp" | "status.phase" => 2,
        _ if path.starts_with("status.conditions[Ready]") => 3,
        _ if path.contains("deployment.kubernetes.io/revision") => 3,
        _ if path.ends_with(".message") || path.ends_with("observedGeneration") => 7,
        _ if path.starts_with("status.") => 4,
        _ => 5,
    }
}

fn compare(path: &str, before: Option<&Value>, after: Option<&Value>, found: &mut Vec<Difference>) {
    if before == after {
        return;
    }
    match (before, after) {
        (Some(Value::Object(old)), Some(Value::Object(new))) => {
            for (key, value) in old {
                compare(&field(path, key), Some(value), new.get(key), found);
            }
            for (key, value) in new.iter().filter(|(key, _)| !old.contains_key(*key)) {
                compare(&field(path, key), None, Some(value), found);
            }
        }
        (Some(Value::Array(old)), Some(Value::Array(new))) => {
            for (at, value) in old.iter().enumerate() {
                let other = counterpart(value, at, new);
                compare(&element(path, value, at), Some(value), other, found);
            }
            for (at, value) in new.iter().enumerate() {
                if counterpart(value, at, old).is_none() {
                    compare(&element(path, value, at), None, Some(value), found);
                }
            }
        }
        // For a condition the status suffices.
        (None, Some(Value::Object(new)))
            if new.contains_key("type") && new.contains_key("status") =>
        {
            compare(path, None, new.get("status"), found);
        }
        (None, Some(Value::Object(new))) if !is_flat(new) => {
            for (key, value) in new {
                compare(&field(path, key), None, Some(value), found);
            }
        }
        _ => {
            // The API omits counts of zero.
            let zero = || path.ends_with("eplicas").then(|| "0".to_owned());
            let (from, to) = (before.map(shown), after.map(shown));
            let said = from.is_some() && to.is_some();
            let (from, to) = (from.or_else(zero), to.or_else(zero));
            if said || from != to {
                let path = path.to_owned();
                found.push(Difference { path, from, to });
            }
        }
    }
}

/// Whether a newly added object is short enough for one line, unlike `{"running": …}`.
fn is_flat(object: &serde_json::Map<String, Value>) -> bool {
    object
        .values()
        .all(|value| !value.is_object() && !value.is_array())
        && object.len() < 3
}

/// `a.b`, or `a[b/c]` if the key contains dots or slashes.
fn field(path: &str, key: &str) -> String {
    if key.contains(['.', '/']) {
        format!("{path}[{key}]")
    } else if path.is_empty() {
        key.to_owned()
    } else {
        format!("{path}.{key}")
    }
}

/// List elements are identified by type or name, or else by index.
fn identity(value: &Value) -> Option<&str> {
    ["type", "name", "containerPort"]
        .iter()
        .find_map(|key| value.get(key)?.as_str())
}

fn element(path: &str, value: &Value, at: usize) -> String {
    match identity(value) {
        Some(name) => format!("{path}[{name}]"),
        None => format!("{path}[{at}]"),
    }
}

fn counterpart<'a>(value: &Value, at: usize, others: &'a [Value]) -> Option<&'a Value> {
    match identity(value) {
        Some(name) => others.iter().find(|other| identity(other) == Some(name)),
        None => others.get(at),
    }
}

fn shown(value: &Value) -> String {
    let text = match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    if text.chars().count() <= VALUE_MAX {
        return text;
    }
    let mut short: String = text.chars().take(VALUE_MAX).collect();
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn paths(before: &Value, after: &Value) -> Vec<String> {
        let mut found = Vec::new();
        compare("", Some(before), Some(after), &mut found);
        found
            .into_iter()
            .map(|d| format!("{} {:?} {:?}", d.path, d.from, d.to))
            .collect()
    }

    #[test]
    fn changed_leaves_are_named_with_both_values() {
        assert_eq!(
            paths(
                &json!({ "spec": { "replicas": 3, "same": 1 } }),
                &json!({ "spec": { "replicas": 4, "same": 1 } })
            ),
            [r#"spec.replicas Some("3") Some("4")"#]
        );
    }

    #[test]
    fn list_elements_are_matched_by_name() {
        assert_eq!(
            paths(
                &json!({ "c": [{ "name": "a", "image": "x" }, { "name": "b" }] }),
                &json!({ "c": [{ "name": "b" }, { "name": "a", "image": "y" }] })
            ),
            [r#"c[a].image Some("x") Some("y")"#]
        );
    }

    #[test]
    fn omitted_counts_are_zero() {
        let (none, three) = (json!({}), json!({ "readyReplicas": 3 }));
        assert_eq!(
            paths(&none, &three),
            [r#"readyReplicas Some("0") Some("3")"#]
        );
        assert!(paths(&none, &json!({ "readyReplicas": 0 })).is_empty());
    }

    #[test]
    fn keys_with_dots_stay_whole() {
        assert_eq!(
            paths(&json!({ "a": { "x.y/z": "1" } }), &json!({ "a": {} })),
            [r#"a[x.y/z] Some("1") None"#]
        );
    }

    #[test]
    fn important_fields_come_first() {
        assert!(weight("spec.replicas") < weight("status.readyReplicas"));
        assert!(weight("status.readyReplicas") < weight("status.conditions[Progressing].message"));
    }
}
