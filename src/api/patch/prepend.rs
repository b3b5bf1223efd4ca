//! The order in which kustomize leaves merged lists: the items of the patch come first.

use super::keys::SchemaCursor;
use super::strategic::ItemPlaces;
use crate::api::light;
use serde_json::{Map, Value};

/// Reorders the lists of a merged object that a patch has merged items into.
pub(super) fn reorder(
    merged: &mut Map<String, Value>,
    patch: &Map<String, Value>,
    cursor: SchemaCursor,
) {
    for (name, change) in patch {
        let (inner, meta) = cursor.field(name);
        match (merged.get_mut(name), change) {
            (Some(Value::Object(merged)), Value::Object(change)) => reorder(merged, change, inner),
            (Some(Value::Array(items)), Value::Array(changes)) if meta.merge => {
                let places = ItemPlaces::new(changes, meta.key);
                for item in items.iter_mut() {
                    let change = places.get(item).and_then(|place| changes.get(place));
                    if let (Value::Object(item), Some(Value::Object(change))) = (item, change) {
                        reorder(item, change, inner);
                    }
                }
                let place = |item: &Value| places.get(item).unwrap_or(usize::MAX);
                light::sort(items, |one, other| place(one).cmp(&place(other)));
            }
            _ => {}
        }
    }
}
