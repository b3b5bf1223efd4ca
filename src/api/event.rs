//! Events: what happened to an object, counted.

use super::kind::Kind;
use super::meta::{ObjectMeta, Uid};
use super::time::Time;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::rc::Rc;

/// An event of the core API, as the controllers' recorders write it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    /// `OBJECT.HEX`, in the object's namespace.
    pub metadata: ObjectMeta,
    /// What it happened to.
    pub involved_object: ObjectReference,
    /// What happened, in a word.
    pub reason: Rc<str>,
    /// What happened, in a sentence.
    pub message: Rc<str>,
    /// Who says so.
    pub source: EventSource,
    /// First time.
    pub first_timestamp: Option<Time>,
    /// Last time.
    pub last_timestamp: Option<Time>,
    /// How often.
    pub count: i32,
    /// Whether somebody should look.
    #[serde(rename = "type")]
    pub kind: EventType,
}

/// Whether somebody should look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum EventType {
    /// All is as it should be.
    Normal,
    /// Something is not.
    Warning,
}

/// Who reports an event.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct EventSource {
    /// Component, such as `deployment-controller`.
    #[serde(default)]
    pub component: Rc<str>,
    /// Node, for kubelets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<Rc<str>>,
}

/// A pointer to an object (`v1.ObjectReference`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ObjectReference {
    /// Kind of the object.
    pub kind: Rc<str>,
    /// Namespace of the object.
    #[serde(default)]
    pub namespace: Rc<str>,
    /// Name of the object.
    pub name: Rc<str>,
    /// Uid of the object.
    #[serde(default)]
    pub uid: Uid,
    /// Group and version of the kind.
    #[serde(default)]
    pub api_version: Rc<str>,
    /// Part of the object, such as `spec.containers{web}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field_path: Option<Rc<str>>,
}

impl ObjectReference {
    /// Points to the object of a kind with this metadata.
    #[must_use]
    pub fn to(kind: Kind, metadata: &ObjectMeta) -> Self {
        let info = kind.info();
        Self {
            kind: info.name.into(),
            namespace: metadata.namespace.clone(),
            name: metadata.name.clone(),
            uid: metadata.uid.clone(),
            api_version: info.api_version.into(),
            field_path: None,
        }
    }
}

impl fmt::Display for EventType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Normal => "Normal",
            Self::Warning => "Warning",
        })
    }
}
