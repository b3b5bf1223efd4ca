//! The server side of a patch (`staging/src/k8s.io/apiserver/pkg/endpoints/handlers/patch.go`).

use super::Failure;
use super::write::lenient;
use crate::api::go::{self, quote};
use crate::api::kind::Kind;
use crate::api::look::Look;
use crate::api::patch::{self, PatchError};
use crate::store::ApiError;
use crate::versions::Version;
use serde_json::Value;

/// The server's message for a request that it rejects without a reason.
const REJECTED: &str =
    "The request is invalid: the server rejected our request due to an error in our request";

/// The three types of patches.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum PatchType {
    /// RFC 6902.
    Json,
    /// RFC 7386.
    Merge,
    /// Lists are merged by the merge keys of their types.
    Strategic,
}

/// Applies a patch to an object, and returns it with the server's warnings.
///
/// # Errors
/// The patch cannot be applied, or the result is not a valid object.
pub fn patched(
    version: Version,
    kind: Kind,
    current: &Value,
    patch: &Value,
    sort: PatchType,
) -> Result<(Value, Vec<String>), Failure> {
    let mut left = patch.clone();
    let mut value = match sort {
        PatchType::Merge => {
            let mut value = current.clone();
            patch::merge(&mut value, patch);
            value
        }
        PatchType::Json => {
            let mut value = current.clone();
            patch::json_patch(&mut value, patch).map_err(|_| Failure::Raw(REJECTED.to_owned()))?;
            value
        }
        PatchType::Strategic => {
            patch::strategic(kind, current, &mut left).map_err(|error| refused(&error))?
        }
    };
    if sort != PatchType::Strategic {
        same_kind(kind, &value)?;
    }
    let shown = match sort {
        PatchType::Strategic => left,
        _ => Value::String(go::json(patch)),
    };
    let warnings = lenient(version, kind, &mut value).map_err(|errors| {
        Failure::Raw(format!(
            "The request is invalid: {}",
            patch::undecodable(&shown, &errors)
        ))
    })?;
    Ok((value, warnings))
}

/// The error for a strategic merge patch that cannot be applied: only some faults have a reason
/// (interpretStrategicMergePatchError).
fn refused(error: &PatchError) -> Failure {
    match error {
        PatchError::RetainKeys | PatchError::ElementOrder | PatchError::NoObject => {
            ApiError::BadRequest(error.to_string()).into()
        }
        PatchError::ListOfLists => Failure::Raw(REJECTED.to_owned()),
        _ => Failure::Raw(format!("Error from server: {error}")),
    }
}

/// A patch must not change the kind of an object.
fn same_kind(kind: Kind, value: &Value) -> Result<(), Failure> {
    let (version, name) = (value.text("apiVersion"), value.text("kind"));
    if name.is_empty() || kind.is_of(version, name) {
        return Ok(());
    }
    let group = match kind.group() {
        "" => "core",
        group => group.split('.').next().unwrap_or(group),
    };
    let (_, other) = version.rsplit_once('/').unwrap_or(("", version));
    Err(Failure::Raw(format!(
        "The request is invalid: patch: Invalid value: {}: converting ({other}.{name}) to ({group}.{}): unknown conversion",
        quote(&go::json(value)),
        kind.name()
    )))
}
