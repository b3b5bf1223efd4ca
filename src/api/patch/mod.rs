//! Patches: merge patch, JSON patch, strategic merge patch, and the patch of `kubectl apply`.

mod diff;
mod json;
mod keys;
mod prepend;
mod strategic;

pub use diff::{three_way, two_way};
pub use json::json_patch;

use super::decode::{self, DecodeError, DecodeFault};
use super::go;
use super::kind::Kind;
use keys::SchemaCursor;
use serde_json::{Map, Value};

/// The annotation in which `kubectl apply` stores the manifest applied last.
pub const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// Why a patch cannot be applied, in upstream's words where upstream has a message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatchError {
    /// Unknown `$patch` directive.
    #[error("unknown patch type: {directive} in map: {map}")]
    UnknownDirective {
        /// The directive.
        directive: String,
        /// The enclosing map in Go's format.
        map: String,
    },
    /// A list item lacks its merge key.
    #[error("map: {map} does not contain declared merge key: {key}")]
    NoMergeKey {
        /// The item in Go's format.
        map: String,
        /// The merge key.
        key: String,
    },
    /// A list of lists, or of values of different types.
    #[error("lists of lists are not supported")]
    ListOfLists,
    /// `$retainKeys` contradicts the patch.
    #[error(
        "invalid patch format of retainKeys, retainKeys directive should contain all the fields present in the patch"
    )]
    RetainKeys,
    /// `$setElementOrder` contradicts the patch.
    #[error("invalid patch format of setElementOrder list")]
    ElementOrder,
    /// The items of a patch's list are not in the order given by `$setElementOrder`.
    #[error("The order in patch list:\n{patch}\n doesn't match $setElementOrder list:\n{order}\n")]
    OutOfOrder {
        /// The patch's items in Go's format.
        patch: String,
        /// The order in Go's format.
        order: String,
    },
    /// The patch is not an object.
    #[error("a patch must be an object")]
    NoObject,
    /// An operation of a JSON patch failed.
    #[error("{0}")]
    Operation(String),
}

/// Applies a merge patch (RFC 7386): null removes a field, objects are merged, everything else is replaced.
pub fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(fields) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Some(object) = target.as_object_mut() else {
        return;
    };
    for (key, value) in fields {
        if value.is_null() {
            object.remove(key);
        } else {
            merge(object.entry(key.clone()).or_insert(Value::Null), value);
        }
    }
}

/// Applies a strategic merge patch, the default patch type of kubectl for built-in kinds.
///
/// The patch is left in `patch` as far as upstream leaves it: the server quotes the rest if the result cannot be
/// decoded.
///
/// # Errors
/// The patch contradicts itself or the types.
pub fn strategic(kind: Kind, original: &Value, patch: &mut Value) -> Result<Value, PatchError> {
    let cursor = SchemaCursor::of_kind(kind);
    let (Value::Object(original), Value::Object(patch)) = (original.clone(), patch) else {
        return Err(PatchError::NoObject);
    };
    strategic::apply(original, patch, cursor).map(Value::Object)
}

/// Applies a strategic merge patch as kustomize does: in merged lists the items of the patch come first. Without a kind,
/// which is that of a built-in type, lists are replaced.
///
/// # Errors
/// The patch contradicts itself or the types.
pub fn strategic_prepending(
    kind: Option<Kind>,
    original: &Value,
    patch: &Value,
) -> Result<Value, PatchError> {
    let cursor = kind.map_or_else(SchemaCursor::untyped, SchemaCursor::of_kind);
    let (Value::Object(original), Value::Object(patch)) = (original.clone(), patch) else {
        return Err(PatchError::NoObject);
    };
    let mut merged = strategic::apply(original, &mut patch.clone(), cursor)?;
    prepend::reorder(&mut merged, patch, cursor);
    Ok(Value::Object(merged))
}

/// The value of the annotation [`LAST_APPLIED`] for a manifest, as `kubectl apply` writes it.
#[must_use]
pub fn last_applied(manifest: &Value) -> String {
    let mut manifest = manifest.clone();
    if let Some(fields) = manifest.as_object_mut() {
        let metadata = fields
            .entry("metadata")
            .or_insert_with(|| Value::Object(Map::new()));
        if let Some(metadata) = metadata.as_object_mut() {
            let annotations = metadata
                .entry("annotations")
                .or_insert_with(|| Value::Object(Map::new()));
            match annotations.as_object_mut() {
                Some(annotations) => _ = annotations.remove(LAST_APPLIED),
                None => *annotations = Value::Object(Map::new()),
            }
        }
    }
    go::json(&manifest) + "\n"
}

/// The API server's message about a patch whose result cannot be decoded (HTTP 422), without the kind's name:
/// `patch: Invalid value: "map[…]": cannot convert int64 to string`.
///
/// `left` is the rest of the patch that [`strategic()`] leaves.
#[must_use]
pub fn undecodable(left: &Value, errors: &[DecodeError]) -> String {
    let detail = match errors
        .iter()
        .find(|error| error.fault != DecodeFault::UnknownField)
    {
        Some(error) => error.conversion.clone(),
        None => decode::strict_message(errors),
    };
    format!(
        "patch: Invalid value: {}: {detail}",
        go::quote(&go::plain(left))
    )
}

#[cfg(test)]
mod tests;
