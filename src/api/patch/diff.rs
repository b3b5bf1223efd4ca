//! Computing strategic merge patches (`staging/src/k8s.io/apimachinery/pkg/util/strategicpatch/patch.go`,
//! diffMaps).

use super::PatchError;
use super::keys::{Meta, SchemaCursor};
use super::strategic::{DELETE_FROM, ELEMENT_ORDER, ItemPlaces, PATCH, RETAIN_KEYS, combine};
use crate::api::go;
use crate::api::kind::Kind;
use crate::api::light;
use serde_json::{Map, Value, json};
use std::cmp::Ordering;

type Fields = Map<String, Value>;

/// Which differences go into the patch.
#[derive(Clone, Copy)]
struct Options {
    additions: bool,
    deletions: bool,
    /// Emit the order of items of merged lists (`$setElementOrder`).
    order: bool,
    /// The current struct has the patch strategy `retainKeys`.
    retain: bool,
}

fn fields(value: &Value) -> Result<&Fields, PatchError> {
    value.as_object().ok_or(PatchError::NoObject)
}

/// The patch that turns `original` into `modified` (CreateTwoWayMergePatch: `kubectl set`, `label`, `edit` …).
///
/// # Errors
/// A list item lacks its merge key.
pub fn two_way(kind: Kind, original: &Value, modified: &Value) -> Result<Value, PatchError> {
    let options = Options {
        additions: true,
        deletions: true,
        order: true,
        retain: false,
    };
    let cursor = SchemaCursor::of_kind(kind);
    diff(fields(original)?, fields(modified)?, cursor, options).map(Value::Object)
}

/// The patch of `kubectl apply`: the differences between the live object and the manifest, and deletions of what
/// was in the last applied manifest but no longer is (CreateThreeWayMergePatch).
///
/// # Errors
/// A list item lacks its merge key.
pub fn three_way(
    kind: Kind,
    last_applied: Option<&Value>,
    modified: &Value,
    current: &Value,
) -> Result<Value, PatchError> {
    let cursor = SchemaCursor::of_kind(kind);
    let nothing = json!({});
    let (last_applied, modified, current) = (
        fields(last_applied.unwrap_or(&nothing))?,
        fields(modified)?,
        fields(current)?,
    );
    let all = Options {
        additions: true,
        deletions: true,
        order: true,
        retain: false,
    };
    let mut changes = diff(
        current,
        modified,
        cursor,
        Options {
            deletions: false,
            ..all
        },
    )?;
    let removals = diff(
        last_applied,
        modified,
        cursor,
        Options {
            additions: false,
            ..all
        },
    )?;
    combine(removals, &mut changes, cursor).map(Value::Object)
}

/// Whether two JSON values have the same Go type, with a single type for numbers.
fn same_type(a: &Value, b: &Value) -> bool {
    std::mem::discriminant(a) == std::mem::discriminant(b)
}

fn diff(
    original: &Fields,
    modified: &Fields,
    cursor: SchemaCursor,
    options: Options,
) -> Result<Fields, PatchError> {
    let mut patch = Fields::new();
    let inner_options = Options {
        retain: false,
        ..options
    };
    for (name, after) in modified {
        match original.get(name) {
            Some(before) if same_type(before, after) => {
                let (inner, meta) = cursor.field(name);
                match (before, after) {
                    (Value::Object(before), Value::Object(after)) => {
                        let changes = diff(
                            before,
                            after,
                            inner,
                            Options {
                                retain: meta.retain,
                                ..inner_options
                            },
                        )?;
                        if !changes.is_empty() {
                            patch.insert(name.clone(), Value::Object(changes));
                        }
                    }
                    (Value::Array(before), Value::Array(after)) if meta.merge => {
                        let options = Options {
                            retain: meta.retain,
                            ..inner_options
                        };
                        lists(name, before, after, inner, meta, options, &mut patch)?;
                    }
                    _ if options.additions && before != after => {
                        _ = patch.insert(name.clone(), after.clone())
                    }
                    _ => {}
                }
            }
            _ if options.additions => _ = patch.insert(name.clone(), after.clone()),
            _ => {}
        }
    }
    if options.deletions {
        for name in original.keys().filter(|name| !modified.contains_key(*name)) {
            patch.insert(name.clone(), Value::Null);
        }
    }
    if options.retain {
        let mut keys: Vec<&String> = modified
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(key, _)| key)
            .collect();
        light::sort(&mut keys, Ord::cmp);
        let more_before = original
            .iter()
            .any(|(key, value)| !value.is_null() && !modified.contains_key(key));
        if !keys.is_empty() && (!patch.is_empty() || more_before) {
            patch.insert(RETAIN_KEYS.to_owned(), json!(keys));
        }
    }
    Ok(patch)
}

/// The difference of two merged lists, as up to three fields of the patch.
fn lists(
    name: &str,
    original: &[Value],
    modified: &[Value],
    cursor: SchemaCursor,
    meta: Meta,
    options: Options,
    patch: &mut Fields,
) -> Result<(), PatchError> {
    if original.is_empty() {
        if options.additions && !modified.is_empty() {
            patch.insert(name.to_owned(), json!(modified));
        }
        return Ok(());
    }
    if original.iter().chain(modified).any(Value::is_array) {
        return Err(PatchError::ListOfLists);
    }
    let order;
    if meta.key.is_empty() {
        let (before, after) = (ItemPlaces::new(original, ""), ItemPlaces::new(modified, ""));
        let added: Vec<&Value> = modified
            .iter()
            .filter(|item| options.additions && before.get(item).is_none())
            .collect();
        let removed: Vec<&Value> = original
            .iter()
            .filter(|item| options.deletions && after.get(item).is_none())
            .collect();
        if !added.is_empty() {
            patch.insert(name.to_owned(), json!(added));
        }
        if !removed.is_empty() {
            patch.insert(format!("{DELETE_FROM}{name}"), json!(removed));
        }
        order = (!removed.is_empty() || (options.additions && original != modified))
            .then(|| json!(modified));
    } else {
        let items = items(original, modified, cursor, meta.key, options)?;
        let keys = |list: &[Value]| -> Vec<Value> {
            list.iter()
                .filter_map(|item| item.get(meta.key))
                .cloned()
                .collect()
        };
        let needed = (options.additions
            && (!items.is_empty() || !same_order(original, modified, meta.key)))
            || (options.deletions && !items.is_empty());
        order = needed.then(|| {
            Value::from_iter(
                keys(modified)
                    .into_iter()
                    .map(|key| json!({ meta.key: key })),
            )
        });
        if !items.is_empty() {
            patch.insert(name.to_owned(), Value::Array(items));
        }
    }
    if let Some(order) =
        order.filter(|order| options.order && order.as_array().is_some_and(|list| !list.is_empty()))
    {
        patch.insert(format!("{ELEMENT_ORDER}{name}"), order);
    }
    Ok(())
}

/// Whether both lists have the same keys at the same positions (isOrderSame). A longer list counts as reordered.
fn same_order(original: &[Value], modified: &[Value], key: &str) -> bool {
    original.len() == modified.len()
        && original
            .iter()
            .zip(modified)
            .all(|(before, after)| before.get(key) == after.get(key))
}

/// Changed and new items in the order of the modified list, then deletions (diffListsOfMaps).
///
/// Upstream sorts both lists by the text of their merge keys and walks them in parallel. Items with equal keys are
/// therefore paired first with first, regardless of their other fields; surplus items are additions or deletions.
fn items(
    original: &[Value],
    modified: &[Value],
    cursor: SchemaCursor,
    key: &str,
    options: Options,
) -> Result<Vec<Value>, PatchError> {
    let (before, after) = (sorted(original, key)?, sorted(modified, key)?);
    let (mut changed, mut deleted) = (Vec::new(), Vec::new());
    let (mut before, mut after) = (before.into_iter().peekable(), after.into_iter().peekable());
    loop {
        let order = match (before.peek(), after.peek()) {
            (None, None) => break,
            (Some((old, _)), Some((new, _))) => old.cmp(new),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
        };
        let old = before.next_if(|_| order.is_le());
        let new = after.next_if(|_| order.is_ge());
        match (old, new) {
            (Some((_, old)), Some((_, new))) => {
                let mut changes = diff(fields(old)?, fields(new)?, cursor, options)?;
                if !changes.is_empty() {
                    changes.insert(key.to_owned(), new[key].clone());
                    changed.push(Value::Object(changes));
                }
            }
            (Some((_, old)), None) if options.deletions => {
                deleted.push(json!({ key: old[key], PATCH: "delete" }));
            }
            (None, Some((_, new))) if options.additions => changed.push(new.clone()),
            _ => {}
        }
    }
    let places = ItemPlaces::new(modified, key);
    light::sort(&mut changed, |a, b| places.get(a).cmp(&places.get(b)));
    changed.extend(deleted);
    Ok(changed)
}

/// The items with their merge keys as text, sorted by these, with equal keys in reverse order
/// (sortMapsBasedOnField: SortableSliceOfMaps.Less is `<=`, so that Go's insertion sort reverses them).
fn sorted<'a>(list: &'a [Value], key: &str) -> Result<Vec<(String, &'a Value)>, PatchError> {
    let keyed = list.iter().rev().map(|item| match item.get(key) {
        Some(value) => Ok((go::plain(value), item)),
        None => Err(PatchError::NoMergeKey {
            map: go::plain(item),
            key: key.to_owned(),
        }),
    });
    let mut keyed = keyed.collect::<Result<Vec<_>, _>>()?;
    light::sort(&mut keyed, |a, b| a.0.cmp(&b.0));
    Ok(keyed)
}
