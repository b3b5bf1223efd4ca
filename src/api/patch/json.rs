//! JSON patch (RFC 6902), with the leniency and the error texts of `gopkg.in/evanphx/json-patch.v4`.

use super::PatchError;
use crate::api::go;
use serde_json::Value;

/// Maximum number of operations in a patch (`staging/src/k8s.io/apiserver/pkg/endpoints/handlers/patch.go`).
const MAX_OPERATIONS: usize = 10_000;

/// Maximum number of bytes that all copies of a patch can add (JSONPatchMaxCopyBytes of the API server, 3 MiB):
/// copying a document into itself doubles it every time.
const MAX_COPIED_BYTES: usize = 3 << 20;

/// Maximum nesting of the result; each move can nest an object one level deeper.
const MAX_DEPTH: usize = 128;

/// Applies a JSON patch atomically.
///
/// # Errors
/// The patch is not a list of operations, or an operation fails.
pub fn json_patch(target: &mut Value, operations: &Value) -> Result<(), PatchError> {
    let fault = |text: String| Err(PatchError::Operation(text));
    let Value::Array(operations) = operations else {
        return fault(
            "json: cannot unmarshal object into Go value of type jsonpatch.Patch".to_owned(),
        );
    };
    if operations.len() > MAX_OPERATIONS {
        return fault(format!(
            "The allowed maximum operations in a JSON patch is {MAX_OPERATIONS}, got {}",
            operations.len()
        ));
    }
    let mut result = target.clone();
    let mut copied = 0;
    for operation in operations {
        let name = operation["op"].as_str().unwrap_or("unknown");
        let Some(path) = operation["path"].as_str() else {
            return fault(format!(
                "{name} operation failed to decode path: missing value"
            ));
        };
        carry_out(&mut result, name, path, operation, &mut copied)?;
    }
    if deeper_than(&result, MAX_DEPTH) {
        return fault("exceeded max depth".to_owned());
    }
    *target = result;
    Ok(())
}

fn deeper_than(value: &Value, depth: usize) -> bool {
    depth == 0
        || match value {
            Value::Object(fields) => fields.values().any(|value| deeper_than(value, depth - 1)),
            Value::Array(items) => items.iter().any(|value| deeper_than(value, depth - 1)),
            _ => false,
        }
}

fn carry_out(
    target: &mut Value,
    name: &str,
    path: &str,
    operation: &Value,
    copied_bytes: &mut usize,
) -> Result<(), PatchError> {
    let missing = |kind: &str, path: &str| {
        PatchError::Operation(format!(
            "{name} operation does not apply: doc is missing {kind}: {path}: missing value"
        ))
    };
    let value = || operation.get("value").cloned().unwrap_or(Value::Null);
    let from = || {
        operation["from"]
            .as_str()
            .ok_or_else(|| missing("from path", path))
    };
    match name {
        "add" => add(target, path, value()).ok_or_else(|| missing("path", path)),
        "remove" => remove(target, path)
            .map(|_| ())
            .ok_or_else(|| missing("key", path)),
        "replace" => replace(target, path, value()).ok_or_else(|| missing("key", path)),
        "move" => {
            let from = from()?;
            let moved = remove(target, from).ok_or_else(|| missing("from path", from))?;
            add(target, path, moved).ok_or_else(|| missing("destination path", path))
        }
        "copy" => {
            let from = from()?;
            let copied = find(target, from)
                .cloned()
                .ok_or_else(|| missing("from path", from))?;
            *copied_bytes += go::json(&copied).len();
            if *copied_bytes > MAX_COPIED_BYTES {
                return Err(PatchError::Operation(format!(
                    "Unable to complete the copy, the accumulated size increase of copy is {copied_bytes}, exceeding the limit {MAX_COPIED_BYTES}"
                )));
            }
            add(target, path, copied).ok_or_else(|| missing("destination path", path))
        }
        "test" => {
            // An absent field passes a test for null.
            if find(target, path).is_none_or(|found| found.is_null()) && value().is_null()
                || find(target, path).is_some_and(|found| *found == value())
            {
                return Ok(());
            }
            Err(PatchError::Operation(format!(
                "testing value {path} failed: test failed"
            )))
        }
        _ => Err(PatchError::Operation(format!(
            "Unexpected kind: {}",
            go::plain(&operation["op"])
        ))),
    }
}

/// The parent of a path's target and the unescaped last segment.
fn split<'a>(target: &'a mut Value, path: &str) -> Option<(&'a mut Value, String)> {
    let (parent, last) = path.rsplit_once('/')?;
    Some((find(target, parent)?, unescaped(last)))
}

fn unescaped(step: &str) -> String {
    step.replace("~1", "/").replace("~0", "~")
}

/// The value at a path, whose segments may be negative list indexes.
fn find<'a>(target: &'a mut Value, path: &str) -> Option<&'a mut Value> {
    let mut at = target;
    for step in path.split('/').skip(1) {
        at = match at {
            Value::Object(fields) => fields.get_mut(&unescaped(step))?,
            Value::Array(items) => {
                let place = index(step, items.len())?;
                items.get_mut(place)?
            }
            _ => return None,
        };
    }
    Some(at)
}

/// Replacing an absent member of an object is allowed (partialDoc.get never fails).
fn replace(target: &mut Value, path: &str, value: Value) -> Option<()> {
    if path.is_empty() {
        *target = value;
        return Some(());
    }
    match split(target, path)? {
        (Value::Object(fields), name) => _ = fields.insert(name, value),
        (Value::Array(items), step) => {
            let place = index(&step, items.len())?;
            *items.get_mut(place)? = value;
        }
        _ => return None,
    }
    Some(())
}

/// A list index; negative ones count from the end, as the evanphx package allows.
fn index(step: &str, length: usize) -> Option<usize> {
    match step.strip_prefix('-') {
        Some(back) => length.checked_sub(back.parse().ok()?),
        None => step.parse().ok(),
    }
}

fn add(target: &mut Value, path: &str, value: Value) -> Option<()> {
    if path.is_empty() {
        *target = value;
        return Some(());
    }
    match split(target, path)? {
        (Value::Object(fields), name) => _ = fields.insert(name, value),
        (Value::Array(items), step) if step == "-" => items.push(value),
        (Value::Array(items), step) => {
            let place = index(&step, items.len() + 1).filter(|place| *place <= items.len())?;
            items.insert(place, value);
        }
        _ => return None,
    }
    Some(())
}

fn remove(target: &mut Value, path: &str) -> Option<Value> {
    match split(target, path)? {
        (Value::Object(fields), name) => fields.remove(&name),
        (Value::Array(items), step) => {
            let place = index(&step, items.len()).filter(|place| *place < items.len())?;
            Some(items.remove(place))
        }
        _ => None,
    }
}
