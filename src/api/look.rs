//! Access to fields of served objects without an `Option` at every step.

use crate::api::light;
use serde_json::{Map, Value};

static NULL: Value = Value::Null;

/// Short accessors into a JSON object. A field that is absent, null or of another type reads as the empty value,
/// like an unset field of a Go struct.
pub trait Look {
    /// The value at a dotted path of field names, or null. (Keys that contain dots need [`Look::key`].)
    fn at(&self, path: &str) -> &Value;
    /// The value of a single key, which may contain dots, or null.
    fn key(&self, key: &str) -> &Value;
    /// The string at a path, or the empty string.
    fn text(&self, path: &str) -> &str;
    /// The whole number at a path, or 0.
    fn int(&self, path: &str) -> i64;
    /// The truth value at a path, or false.
    fn flag(&self, path: &str) -> bool;
    /// The elements of the list at a path, or none.
    fn list(&self, path: &str) -> &[Value];
    /// The map at a path, if there is one that is not empty.
    fn map(&self, path: &str) -> Option<&Map<String, Value>>;
    /// Whether there is a value other than null at the path.
    fn has(&self, path: &str) -> bool;
    /// The string or number at a path as text (quantities, named or numbered ports).
    fn scalar(&self, path: &str) -> String;
}

impl Look for Value {
    fn at(&self, path: &str) -> &Value {
        if path.is_empty() {
            return self;
        }
        path.split('.').fold(self, |value, key| value.key(key))
    }

    fn key(&self, key: &str) -> &Value {
        self.as_object()
            .and_then(|map| map.get(key))
            .unwrap_or(&NULL)
    }

    fn text(&self, path: &str) -> &str {
        self.at(path).as_str().unwrap_or("")
    }

    fn int(&self, path: &str) -> i64 {
        self.at(path).as_i64().unwrap_or(0)
    }

    fn flag(&self, path: &str) -> bool {
        self.at(path).as_bool().unwrap_or(false)
    }

    fn list(&self, path: &str) -> &[Value] {
        self.at(path).as_array().map_or(&[], Vec::as_slice)
    }

    fn map(&self, path: &str) -> Option<&Map<String, Value>> {
        self.at(path).as_object().filter(|map| !map.is_empty())
    }

    fn has(&self, path: &str) -> bool {
        !self.at(path).is_null()
    }

    fn scalar(&self, path: &str) -> String {
        match self.at(path) {
            Value::Null => String::new(),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        }
    }
}

/// Key and value of every string in a map, ordered by key.
pub(crate) fn pairs(map: Option<&Map<String, Value>>) -> Vec<(&str, &str)> {
    let mut pairs: Vec<_> = map
        .into_iter()
        .flatten()
        .map(|(key, value)| (key.as_str(), value.as_str().unwrap_or("")))
        .collect();
    light::sort(&mut pairs, Ord::cmp);
    pairs
}

/// The strings joined by commas, or `<none>`.
pub(crate) fn joined_or_none<T: AsRef<str>>(texts: &[T]) -> String {
    if texts.is_empty() {
        return "<none>".to_owned();
    }
    texts
        .iter()
        .map(AsRef::as_ref)
        .collect::<Vec<_>>()
        .join(",")
}

/// `k=v,k2=v2` ordered by key, or `<none>` (`labels.FormatLabels` of apimachinery).
pub(crate) fn format_labels(map: Option<&Map<String, Value>>) -> String {
    let labels: Vec<String> = pairs(map)
        .iter()
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    joined_or_none(&labels)
}

/// A label selector (`matchLabels`, `matchExpressions`) as text (`metav1.FormatLabelSelector`).
pub(crate) fn format_selector(selector: &Value) -> String {
    let mut parts: Vec<(String, String)> = pairs(selector.map("matchLabels"))
        .iter()
        .map(|(key, value)| ((*key).to_owned(), format!("{key}={value}")))
        .collect();
    for requirement in selector.list("matchExpressions") {
        let key = requirement.text("key");
        let mut values: Vec<&str> = requirement
            .list("values")
            .iter()
            .filter_map(Value::as_str)
            .collect();
        light::sort(&mut values, Ord::cmp);
        let values = values.join(",");
        let text = match requirement.text("operator") {
            "In" => format!("{key} in ({values})"),
            "NotIn" => format!("{key} notin ({values})"),
            "Exists" => key.to_owned(),
            "DoesNotExist" => format!("!{key}"),
            _ => return "<error>".to_owned(),
        };
        parts.push((key.to_owned(), text));
    }
    // The requirements of a parsed selector are ordered by key.
    light::sort(&mut parts, |a, b| a.0.cmp(&b.0));
    let texts: Vec<String> = parts.into_iter().map(|(_, text)| text).collect();
    joined_or_none(&texts)
}

/// The controller among the owner references, if there is one.
pub(crate) fn controller_of(object: &Value) -> Option<&Value> {
    object
        .list("metadata.ownerReferences")
        .iter()
        .find(|owner| owner.flag("controller"))
}

/// Whether a label selector (`matchLabels`, `matchExpressions`) matches these labels.
pub(crate) fn selects(selector: &Value, labels: &Value) -> bool {
    let wanted = pairs(selector.map("matchLabels"));
    wanted
        .iter()
        .all(|(key, value)| labels.key(key).as_str() == Some(value))
        && selector.list("matchExpressions").iter().all(|requirement| {
            let label = labels.key(requirement.text("key")).as_str();
            let among = || {
                requirement
                    .list("values")
                    .iter()
                    .any(|value| value.as_str() == label)
            };
            match requirement.text("operator") {
                "In" => label.is_some() && among(),
                "NotIn" => label.is_none() || !among(),
                "Exists" => label.is_some(),
                "DoesNotExist" => label.is_none(),
                _ => false,
            }
        })
}
