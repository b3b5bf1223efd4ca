//! What kubectl asks of the API server, and whether it means it.

use crate::api::object::{Key, Object};
use crate::store::{ApiError, Store};
use serde_json::Value;

/// Whether a command is only tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DryRun {
    /// It is meant.
    No,
    /// Nothing is sent to the server.
    Client,
    /// The server does everything but keep it.
    Server,
}

impl DryRun {
    /// What stands behind what was done.
    #[must_use]
    pub fn suffix(self) -> &'static str {
        match self {
            Self::No => "",
            Self::Client => " (dry run)",
            Self::Server => " (server dry run)",
        }
    }
}

/// An object as it is after a command.
pub enum Served {
    /// As the server keeps it.
    Object(Object),
    /// As it would be (`--dry-run=client`).
    Value(Value),
}

impl Served {
    /// The object as the API serves it.
    pub fn value(&self) -> Value {
        match self {
            Self::Object(object) => object.to_value(),
            Self::Value(value) => value.clone(),
        }
    }
}

/// Sets an annotation of an object's value.
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

/// Writes what an object shall become, unless that is only tried on this side.
pub fn update(
    store: &mut Store,
    dry_run: DryRun,
    current: &Object,
    value: Value,
) -> Result<Served, ApiError> {
    match dry_run {
        DryRun::Client => Ok(Served::Value(value)),
        _ => store.update_value(current, &value).map(Served::Object),
    }
}

/// `deployment.apps/web`, as kubectl names an object in its messages.
#[must_use]
pub fn shown(key: &Key) -> String {
    format!("{}/{}", key.kind.singular_name(), key.name)
}
