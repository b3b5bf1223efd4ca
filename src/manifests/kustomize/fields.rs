//! Fields that a customization changes, by kind and path (kustomize's FieldSpecs).

use super::resource::{Gvk, KustomizeResource};
use super::text;
use crate::manifests::Failure;
use serde_json::{Map, Value};

/// What becomes of a field that is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Missing {
    /// It stays so.
    Kept,
    /// It is created as a map.
    Map,
    /// It is created as a scalar.
    Scalar,
}

/// A field of a type: its group and its kinds, of which an empty one stands for all, and its path.
pub(super) struct FieldSpec {
    pub group: &'static str,
    pub kinds: &'static [&'static str],
    pub path: &'static str,
    pub created: bool,
}

/// A row of a table.
pub(super) const fn spec(
    group: &'static str,
    kinds: &'static [&'static str],
    path: &'static str,
    created: bool,
) -> FieldSpec {
    FieldSpec {
        group,
        kinds,
        path,
        created,
    }
}

impl FieldSpec {
    /// Whether a type has the field.
    pub fn is_of(&self, gvk: &Gvk) -> bool {
        self.kinds
            .iter()
            .any(|kind| gvk.is_selected([self.group, "", kind]))
    }
}

/// The names of a path. A slash within a name is written as `\/`.
pub(super) fn names(path: &str) -> Vec<String> {
    let escaped = path.replace("\\/", "\0");
    escaped
        .split('/')
        .map(|name| name.replace('\0', "/"))
        .collect()
}

/// Changes all values of an object at a path; lists on the way are passed item by item.
///
/// # Errors
/// There is a scalar on the way, or the change fails.
pub(super) fn change(
    resource: &mut KustomizeResource,
    path: &str,
    missing: Missing,
    set: &mut dyn FnMut(&mut Value) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let id = resource.current();
    walk(&mut resource.value, &names(path), missing, set).map_err(|failure| {
        super::within(
            format!("considering field '{path}' of object {id}"),
            failure,
        )
    })
}

fn walk(
    value: &mut Value,
    path: &[String],
    missing: Missing,
    set: &mut dyn FnMut(&mut Value) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let Some((first, rest)) = path.split_first() else {
        return set(value);
    };
    match value {
        Value::Null => Ok(()),
        Value::Array(items) => items
            .iter_mut()
            .try_for_each(|item| walk(item, path, missing, set)),
        Value::Object(fields) => {
            let (name, is_list) = match first.strip_suffix("[]") {
                Some(name) => (name, true),
                None => (first.as_str(), false),
            };
            if missing != Missing::Kept && !is_list {
                let field = fields.entry(name.to_owned()).or_insert(Value::Null);
                if field.is_null() && (missing == Missing::Map || !rest.is_empty()) {
                    *field = Value::Object(Map::new());
                }
            }
            match fields.get_mut(name) {
                Some(field) => walk(field, rest, missing, set),
                None => Ok(()),
            }
        }
        _ => Err(text("expected sequence or mapping node")),
    }
}
