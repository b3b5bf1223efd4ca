//! Applying strategic merge patches (`staging/src/k8s.io/apimachinery/pkg/util/strategicpatch/patch.go`, mergeMap).

use super::PatchError;
use super::keys::{Meta, SchemaCursor};
use crate::api::go;
use crate::api::light;
use litemap::LiteMap;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

pub(super) const PATCH: &str = "$patch";
pub(super) const RETAIN_KEYS: &str = "$retainKeys";
pub(super) const DELETE_FROM: &str = "$deleteFromPrimitiveList/";
pub(super) const ELEMENT_ORDER: &str = "$setElementOrder/";

type Fields = Map<String, Value>;

/// Applies a patch to an object.
pub(super) fn apply(
    original: Fields,
    patch: &mut Fields,
    cursor: SchemaCursor,
) -> Result<Fields, PatchError> {
    merge_map(original, patch, cursor, true)
}

/// Merges a patch into another patch: directives are kept, not executed.
pub(super) fn combine(
    first: Fields,
    second: &mut Fields,
    cursor: SchemaCursor,
) -> Result<Fields, PatchError> {
    merge_map(first, second, cursor, false)
}

/// `carry_out` distinguishes applying a patch to an object from merging it into another patch.
fn merge_map(
    mut original: Fields,
    patch: &mut Fields,
    cursor: SchemaCursor,
    carry_out: bool,
) -> Result<Fields, PatchError> {
    if let Some(directive) = patch.get(PATCH) {
        return match directive.as_str() {
            Some("replace") => {
                patch.remove(PATCH);
                Ok(patch.clone())
            }
            Some("delete") => Ok(Fields::new()),
            _ => Err(unknown_directive(directive, patch)),
        };
    }
    retain_keys(&mut original, patch, carry_out)?;
    ordered_lists(&mut original, patch, cursor, carry_out)?;
    let names: Vec<String> = patch.keys().cloned().collect();
    for name in names {
        let Some(value) = patch.get_mut(&name) else {
            continue;
        };
        let (field, deletes) = match name.strip_prefix(DELETE_FROM) {
            Some(_) if !carry_out => {
                original.insert(name, value.clone());
                continue;
            }
            Some(field) => (field, true),
            None => (&*name, false),
        };
        if value.is_null() {
            original.remove(field);
            if carry_out {
                continue;
            }
        }
        match original.get_mut(field) {
            None if deletes => {}
            None => {
                if let Some(value) = without_directives(value, carry_out) {
                    original.insert(field.to_owned(), value);
                }
            }
            Some(before) => {
                if !merge_value(before, value, field, deletes, cursor, carry_out)? {
                    original.remove(field);
                }
            }
        }
    }
    Ok(original)
}

/// Returns whether the field stays.
fn merge_value(
    before: &mut Value,
    value: &mut Value,
    field: &str,
    deletes: bool,
    cursor: SchemaCursor,
    carry_out: bool,
) -> Result<bool, PatchError> {
    let (inner, meta) = cursor.field(field);
    match (&mut *before, &mut *value) {
        (Value::Object(old), Value::Object(new)) => {
            *old = merge_map(std::mem::take(old), new, inner, carry_out)?;
        }
        (Value::Array(old), Value::Array(new)) => {
            *old = merge_list(std::mem::take(old), new, inner, meta, deletes, carry_out)?;
        }
        _ if deletes => {}
        _ => match without_directives(value, carry_out) {
            Some(value) => *before = value,
            None => return Ok(false),
        },
    }
    Ok(true)
}

fn unknown_directive(directive: &Value, map: &Fields) -> PatchError {
    PatchError::UnknownDirective {
        directive: go::plain(directive),
        map: go::plain(&Value::Object(map.clone())),
    }
}

/// A value that is copied as is, because nothing is there to which directives or nulls could apply; `None` for a
/// map with a `$patch` directive of its own (removeDirectives).
fn without_directives(value: &Value, carry_out: bool) -> Option<Value> {
    match value {
        value if !carry_out => Some(value.clone()),
        Value::Object(fields) if fields.contains_key(PATCH) => None,
        Value::Object(fields) => {
            let kept = fields.iter().filter(|(key, value)| {
                let directive = *key == RETAIN_KEYS
                    || key.starts_with(DELETE_FROM)
                    || key.starts_with(ELEMENT_ORDER);
                !(directive || value.is_null())
            });
            let kept = kept.filter_map(|(key, value)| {
                Some((key.clone(), without_directives(value, carry_out)?))
            });
            Some(Value::Object(light::fields(kept)))
        }
        Value::Array(items) => Some(Value::Array(items_without_directives(items, carry_out))),
        value => Some(value.clone()),
    }
}

fn items_without_directives(items: &[Value], carry_out: bool) -> Vec<Value> {
    let kept = items.iter();
    kept.filter_map(|item| without_directives(item, carry_out))
        .collect()
}

fn retain_keys(
    original: &mut Fields,
    patch: &mut Fields,
    carry_out: bool,
) -> Result<(), PatchError> {
    let Some(keys) = patch.remove(RETAIN_KEYS) else {
        return Ok(());
    };
    if !carry_out {
        return match original.get(RETAIN_KEYS) {
            Some(other) if *other != keys => Err(PatchError::RetainKeys),
            _ => {
                original.insert(RETAIN_KEYS.to_owned(), keys);
                Ok(())
            }
        };
    }
    let keys: Vec<&str> = keys
        .as_array()
        .ok_or(PatchError::RetainKeys)?
        .iter()
        .filter_map(Value::as_str)
        .collect();
    let listed = |name: &String| keys.contains(&name.as_str());
    let is_directive =
        |name: &String| name.starts_with(DELETE_FROM) || name.starts_with(ELEMENT_ORDER);
    if patch
        .iter()
        .any(|(name, value)| !value.is_null() && !is_directive(name) && !listed(name))
    {
        return Err(PatchError::RetainKeys);
    }
    original.retain(|name, _| listed(name));
    Ok(())
}

/// Merges and reorders lists with a `$setElementOrder`, and removes them from the patch.
fn ordered_lists(
    original: &mut Fields,
    patch: &mut Fields,
    cursor: SchemaCursor,
    carry_out: bool,
) -> Result<(), PatchError> {
    let names: Vec<String> = patch
        .keys()
        .filter(|name| name.starts_with(ELEMENT_ORDER))
        .cloned()
        .collect();
    for name in names {
        let Some(order) = patch.remove(&name) else {
            continue;
        };
        if !carry_out {
            match original.get(&name) {
                Some(other) if *other != order => return Err(PatchError::ElementOrder),
                _ => _ = original.insert(name.clone(), order.clone()),
            }
        }
        let field = &name[ELEMENT_ORDER.len()..];
        let (inner, meta) = cursor.field(field);
        let order = match order {
            Value::Array(items) => items,
            _ => return Err(PatchError::ElementOrder),
        };
        let list = |value: Option<Value>| match value {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Array(items)) => Ok(Some(items)),
            Some(_) => Err(PatchError::ElementOrder),
        };
        let before = list(original.get(field).cloned())?;
        let mut changes = list(patch.remove(field))?;
        if let Some(changes) = &changes {
            follows_order(changes, &order, meta.key)?;
        }
        let merged = match (&before, &mut changes) {
            (None, None) => continue,
            (Some(before), None) => before.clone(),
            (None, Some(changes)) => items_without_directives(changes, carry_out),
            (Some(before), Some(changes)) => {
                merge_list(before.clone(), changes, inner, meta, false, carry_out)?
            }
        };
        let merged = in_order(merged, &order, before.as_deref().unwrap_or(&[]), meta.key);
        original.insert(field.to_owned(), Value::Array(merged));
    }
    Ok(())
}

/// Checks that the patch's items, except deletions, are in the order it sets (validatePatchWithSetOrderList).
fn follows_order(changes: &[Value], order: &[Value], key: &str) -> Result<(), PatchError> {
    if changes.is_empty() || order.is_empty() {
        return Ok(());
    }
    let mut order_left = order.iter();
    let mut items = changes.iter().filter(|item| item.get(PATCH).is_none());
    let in_order = items.all(|item| {
        let wanted = identity(item, key);
        order_left.any(|listed| identity(listed, key) == wanted)
    });
    if in_order {
        return Ok(());
    }
    Err(PatchError::OutOfOrder {
        patch: go::plain(&Value::from(changes)),
        order: go::plain(&Value::from(order)),
    })
}

/// Positions of a list's items, by merge key, or by value in lists without one.
pub(super) struct ItemPlaces<'k> {
    key: &'k str,
    places: LiteMap<String, usize>,
}

impl<'k> ItemPlaces<'k> {
    pub fn new(list: &[Value], key: &'k str) -> Self {
        let mut places = LiteMap::new_vec();
        for (index, item) in list.iter().enumerate() {
            // The first of equal items wins.
            places.entry(identity(item, key)).or_insert(index);
        }
        Self { key, places }
    }

    pub fn get(&self, item: &Value) -> Option<usize> {
        self.places.get(&identity(item, self.key)).copied()
    }
}

fn identity(item: &Value, key: &str) -> String {
    if key.is_empty() {
        go::json(item)
    } else {
        item.get(key).map(go::json).unwrap_or_default()
    }
}

/// Items named by the patch in its order, the others in their own, interleaved as in the original object.
fn in_order(items: Vec<Value>, order: &[Value], before: &[Value], key: &str) -> Vec<Value> {
    let (order, before) = (ItemPlaces::new(order, key), ItemPlaces::new(before, key));
    let (mut named, mut others): (Vec<Value>, Vec<Value>) = items
        .into_iter()
        .partition(|item| order.get(item).is_some());
    // Deletions go to the end of their part (extractToDeleteItems).
    let deletes = |item: &Value| item.get(PATCH).is_some_and(|word| word == "delete");
    let named_place = |item: &Value| (deletes(item), order.get(item));
    light::sort(&mut named, |a, b| named_place(a).cmp(&named_place(b)));
    let place = |item: &Value| (deletes(item), before.get(item).unwrap_or(usize::MAX));
    light::sort(&mut others, |a, b| place(a).cmp(&place(b)));
    let mut out = Vec::with_capacity(named.len() + others.len());
    let (mut named, mut others) = (named.into_iter().peekable(), others.into_iter().peekable());
    loop {
        let other_first = match (others.peek(), named.peek()) {
            (None, None) => return out,
            (Some(_), None) => true,
            (None, Some(_)) => false,
            (Some(other), Some(name)) => match (before.get(other), before.get(name)) {
                (Some(a), Some(b)) => a < b,
                _ => false,
            },
        };
        out.extend(if other_first {
            others.next()
        } else {
            named.next()
        });
    }
}

fn merge_list(
    original: Vec<Value>,
    patch: &mut Vec<Value>,
    cursor: SchemaCursor,
    meta: Meta,
    deletes: bool,
    carry_out: bool,
) -> Result<Vec<Value>, PatchError> {
    if !meta.merge && !deletes {
        return Ok(items_without_directives(&std::mem::take(patch), carry_out));
    }
    let plain = original
        .iter()
        .chain(patch.iter())
        .next()
        .is_some_and(|item| !item.is_object());
    if original.iter().chain(patch.iter()).any(Value::is_array) {
        return Err(PatchError::ListOfLists);
    }
    if plain {
        if deletes && carry_out {
            let deleted = ItemPlaces::new(patch, "");
            let kept = original
                .into_iter()
                .filter(|item| deleted.get(item).is_none());
            return Ok(kept.collect());
        }
        let before = original.clone();
        let mut seen = BTreeSet::new();
        let all = original.into_iter().chain(patch.iter().cloned());
        let merged: Vec<Value> = all.filter(|item| seen.insert(go::json(item))).collect();
        return Ok(in_order(merged, patch, &before, ""));
    }
    merge_items(original, patch, cursor, meta.key, carry_out)
}

fn merge_key<'a>(item: &'a Value, key: &str) -> Result<&'a Value, PatchError> {
    item.get(key).ok_or_else(|| PatchError::NoMergeKey {
        map: go::plain(item),
        key: key.to_owned(),
    })
}

/// Merges lists of objects by a key.
fn merge_items(
    mut original: Vec<Value>,
    patch: &mut Vec<Value>,
    cursor: SchemaCursor,
    key: &str,
    carry_out: bool,
) -> Result<Vec<Value>, PatchError> {
    let mut replace = false;
    let mut ordinary = Vec::new();
    for item in std::mem::take(patch) {
        match item
            .get(PATCH)
            .map(|directive| (directive.as_str(), directive.clone()))
        {
            None => ordinary.push(item),
            // A patch merged into another one keeps its deletions for the server.
            Some((Some("delete"), _)) if !carry_out => ordinary.push(item),
            Some((Some("delete"), _)) => {
                let value = merge_key(&item, key)?.clone();
                original.retain(|other| other.get(key) != Some(&value));
            }
            Some((Some("replace"), _)) => replace = true,
            Some((_, directive)) => {
                return Err(unknown_directive(
                    &directive,
                    item.as_object().unwrap_or(&Fields::new()),
                ));
            }
        }
    }
    if replace {
        return Ok(ordinary);
    }
    let before = original.clone();
    let order = ordinary.clone();
    for item in ordinary {
        let value = merge_key(&item, key)?;
        // The first of equal items wins, even if this patch has only just added it.
        let place = original
            .iter()
            .position(|other| other.get(key) == Some(value));
        match (place, item) {
            (Some(place), Value::Object(mut fields)) => {
                let Value::Object(old) = original[place].take() else {
                    return Err(PatchError::NoObject);
                };
                original[place] = if !carry_out && fields.contains_key(PATCH) {
                    Value::Object(fields)
                } else {
                    Value::Object(merge_map(old, &mut fields, cursor, carry_out)?)
                };
            }
            (_, item) => original.extend(without_directives(&item, carry_out)),
        }
    }
    Ok(in_order(original, &order, &before, key))
}
