//! Hints on how to fix a fault.

use crate::api::advice::Advice;
use crate::api::schema::{Struct, StructId, Type, schema};
use crate::texts::advice;
use crate::versions::Version;
use serde_json::Value;
use std::collections::VecDeque;

/// A hint for a value of the wrong JSON type.
pub(super) fn wrong_type(ty: &Type, value: &Value) -> Option<Advice> {
    let advice = match (ty, value) {
        (Type::Pointer(target), _) => return wrong_type(target, value),
        (Type::Int32 | Type::Int64, Value::String(text)) if text.parse::<i64>().is_ok() => {
            Advice::new(&advice::NUMBER_WITHOUT_QUOTES).with("number", text)
        }
        (Type::Int32 | Type::Int64, Value::Number(number)) if number.is_f64() => {
            Advice::new(&advice::WHOLE_NUMBER)
        }
        (Type::Int32 | Type::Int64, Value::Number(_)) => Advice::new(&advice::NUMBER_TOO_LARGE),
        (Type::Int32 | Type::Int64, _) => Advice::new(&advice::NUMBER),
        (Type::String(_), Value::Number(number)) => {
            Advice::new(&advice::QUOTE).with("value", number.to_string())
        }
        (Type::String(_), Value::Bool(flag)) => {
            Advice::new(&advice::QUOTE_BOOL).with("value", flag.to_string())
        }
        (Type::String(_) | Type::Bytes | Type::Time | Type::MicroTime, _) => {
            Advice::new(&advice::TEXT)
        }
        (Type::Bool, _) => Advice::new(&advice::BOOL),
        (Type::IntOrString, _) => Advice::new(&advice::INT_OR_STRING),
        (Type::Slice(_), Value::Object(_)) => Advice::new(&advice::LIST_ITEMS),
        (Type::Slice(_), _) => Advice::new(&advice::LIST),
        (Type::Struct(_) | Type::Map { .. }, Value::Array(_)) => {
            Advice::new(&advice::FIELDS_WITHOUT_DASH)
        }
        (Type::Struct(_) | Type::Map { .. }, _) => Advice::new(&advice::FIELDS),
        (Type::Quantity | Type::Raw(_), _) => return None,
    };
    Some(advice)
}

/// A hint for an unknown field: a similar name, or the place where a field with that name belongs.
pub(super) fn unknown_field(
    version: Version,
    root: &Type,
    within: &Struct,
    key: &str,
) -> Option<Advice> {
    let mut best: Option<(usize, String)> = None;
    within.each_json_field(&mut |field| {
        if field.since > version {
            return;
        }
        let distance = if field.json.eq_ignore_ascii_case(key) {
            0
        } else {
            edit_distance(&field.json, key)
        };
        if distance <= key.len().max(3) / 3
            && best.as_ref().is_none_or(|(least, _)| distance < *least)
        {
            best = Some((distance, field.json.to_string()));
        }
    });
    // An exact name in the wrong place is likelier than a merely similar name.
    if best.as_ref().is_none_or(|(distance, _)| *distance > 1)
        && let Some(path) = home_of(version, root, key)
    {
        let belongs = if path.is_empty() {
            Advice::new(&advice::BELONGS_AT_TOP)
        } else {
            Advice::new(&advice::BELONGS_IN)
        };
        return Some(belongs.with("field", key).with("path", path));
    }
    best.map(|(_, name)| Advice::new(&advice::SIMILAR_FIELD).with("field", name))
}

/// The shortest path in the object to a struct with such a field, empty for the object itself. Among several, the
/// one of the containers.
fn home_of(version: Version, root: &Type, key: &str) -> Option<String> {
    const DEEPEST: usize = 7;
    let mut best: Option<(usize, String)> = None;
    let mut queue = VecDeque::from([(root, String::new(), 0)]);
    while let Some((ty, path, depth)) = queue.pop_front() {
        if best.as_ref().is_some_and(|(found, _)| depth > *found) {
            break;
        }
        let id = match ty {
            Type::Pointer(target) => {
                queue.push_front((target, path, depth));
                continue;
            }
            Type::Slice(item) => {
                queue.push_front((item, path + "[]", depth));
                continue;
            }
            Type::Struct(id) => *id,
            _ => continue,
        };
        if schema().get(id).field_in(version, key).is_some() {
            if best.is_none() || path.ends_with(".containers[]") {
                best = Some((depth, path));
            }
        } else if depth < DEEPEST && path != "status" && path != "metadata" {
            push_fields(id, &path, depth + 1, &mut queue);
        }
    }
    best.map(|(_, path)| path)
}

fn push_fields(
    id: StructId,
    path: &str,
    depth: usize,
    queue: &mut VecDeque<(&Type, String, usize)>,
) {
    for field in &schema().get(id).fields {
        match &field.ty {
            Type::Struct(inner) if field.inline => push_fields(*inner, path, depth, queue),
            ty => {
                let dot = if path.is_empty() { "" } else { "." };
                queue.push_back((ty, format!("{path}{dot}{}", field.json), depth));
            }
        }
    }
}

/// Damerau-Levenshtein distance: swapping two adjacent characters counts once.
fn edit_distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().take(64).collect());
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut next = vec![i];
        for j in 1..=b.len() {
            let change = row[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = change.min(row[j] + 1).min(next[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(before[j - 2] + 1);
            }
            next.push(least);
        }
        before = std::mem::replace(&mut row, next);
    }
    row[b.len()]
}
