//! kubectl's requests to the API server, and dry runs.

use crate::api::object::{Key, Object};
use crate::store::{ApiError, Store};
use serde_json::Value;

/// The mode of `--dry-run`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DryRun {
    /// Not a dry run.
    No,
    /// No request is sent.
    Client,
    /// The server processes the request without persisting the result.
    Server,
}

impl DryRun {
    /// The suffix of kubectl's message about the operation.
    #[must_use]
    pub fn suffix(self) -> &'static str {
        match self {
            Self::No => "",
            Self::Client => " (dry run)",
            Self::Server => " (server dry run)",
        }
    }
}

/// An object as a command leaves it.
pub enum ServedObject {
    /// As stored by the server.
    Object(Object),
    /// As it would be sent (`--dry-run=client`).
    Value(Value),
    /// The subresource `scale` of the object.
    Scale(Value),
}

impl ServedObject {
    /// The object as the API serves it.
    pub fn value(&self) -> Value {
        match self {
            Self::Object(object) => object.to_value(),
            Self::Value(value) | Self::Scale(value) => value.clone(),
        }
    }
}

/// Sets an annotation in an object's JSON.
pub fn set_annotation(value: &mut Value, key: &str, text: &str) {
    if !value["metadata"].is_object() {
        value["metadata"] = Value::Object(serde_json::Map::new());
    }
    let annotations = &mut value["metadata"]["annotations"];
    if !annotations.is_object() {
        *annotations = Value::Object(serde_json::Map::new());
    }
    annotations[key] = text.into();
}

/// Updates an object, unless it is a client-side dry run.
pub fn update(
    store: &mut Store,
    dry_run: DryRun,
    current: &Object,
    value: Value,
) -> Result<ServedObject, ApiError> {
    match dry_run {
        DryRun::Client => Ok(ServedObject::Value(value)),
        _ => store
            .update_value(current, &value)
            .map(ServedObject::Object),
    }
}

/// `deployment.apps/web`, as kubectl names an object in its messages.
#[must_use]
pub fn shown(key: &Key) -> String {
    format!("{}/{}", key.kind.singular_name(), key.name)
}
