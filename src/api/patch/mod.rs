//! Changing objects by patches: merge patch, JSON patch, strategic merge patch, and the patch of `kubectl apply`.

mod diff;
mod json;
mod keys;
mod strategic;

pub use diff::{three_way, two_way};
pub use json::json_patch;

use super::decode::{self, DecodeError, Fault};
use super::go;
use super::kind::Kind;
use super::schema::schema;
use keys::Cursor;
use serde_json::{Map, Value};

/// The annotation in which `kubectl apply` keeps what it has applied last.
pub const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// Why a patch cannot be applied; texts are upstream's where it has one for the user.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatchError {
    /// `$patch` says something unknown.
    #[error("unknown patch type: {directive} in map: {map}")]
    UnknownDirective {
        /// What it says.
        directive: String,
        /// Where, as Go prints the map.
        map: String,
    },
    /// An item of a list lacks the field by which items are told apart.
    #[error("map: {map} does not contain declared merge key: {key}")]
    NoMergeKey {
        /// The item, as Go prints it.
        map: String,
        /// Name of the field.
        key: String,
    },
    /// A list of lists, or of things of several sorts.
    #[error("lists of lists are not supported")]
    ListOfLists,
    /// `$retainKeys` does not fit the patch.
    #[error(
        "invalid patch format of retainKeys, retainKeys directive should contain all the fields present in the patch"
    )]
    RetainKeys,
    /// `$setElementOrder` does not fit the patch.
    #[error("invalid patch format of setElementOrder list")]
    ElementOrder,
    /// The items of a list of the patch come in another order than `$setElementOrder` says.
    #[error("The order in patch list:\n{patch}\n doesn't match $setElementOrder list:\n{order}\n")]
    OutOfOrder {
        /// The items of the patch, as Go prints them.
        patch: String,
        /// The order, as Go prints it.
        order: String,
    },
    /// Not an object where a patch must be one.
    #[error("a patch must be an object")]
    NoObject,
    /// An operation of a JSON patch that cannot be carried out.
    #[error("{0}")]
    Operation(String),
}

/// Applies a merge patch (RFC 7386): null removes, objects merge, everything else replaces.
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

/// Applies a strategic merge patch, the API server's default for its own kinds.
///
/// What is left of the patch stays in `patch`: the server shows that in its answer if the result cannot be decoded.
///
/// # Errors
/// The patch contradicts itself or the types.
pub fn strategic(kind: Kind, original: &Value, patch: &mut Value) -> Result<Value, PatchError> {
    let cursor = schema()
        .object(kind)
        .map_or(Cursor::of(&super::schema::Type::Bool), |ty| Cursor::of(&ty));
    let (Value::Object(original), Value::Object(patch)) = (original.clone(), patch) else {
        return Err(PatchError::NoObject);
    };
    strategic::apply(original, patch, cursor).map(Value::Object)
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

/// What the API server says of a patch whose result cannot be decoded (HTTP 422), without a kind's name:
/// `patch: Invalid value: "map[…]": cannot convert int64 to string`.
///
/// `left` is what [`strategic()`] has left of the patch.
#[must_use]
pub fn undecodable(left: &Value, errors: &[DecodeError]) -> String {
    let detail = match errors
        .iter()
        .find(|error| error.fault != Fault::UnknownField)
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
