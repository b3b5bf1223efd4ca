//! Metadata of every object: name, labels, owners, versions.

use super::managed::FieldClaim;
use super::strings::Strings;
use super::time::Time;
pub use super::uid::Uid;
use serde::{Deserialize, Serialize};
use std::rc::Rc;

/// Labels or annotations: sorted by key, shared between the objects that carry the same ones.
pub type StringMap = Rc<Strings>;

/// `metadata` of an object (`metav1.ObjectMeta`). Who manages which fields is derived when it is asked for
/// ([`super::managed`]).
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ObjectMeta {
    /// Name, unique among the objects of a kind in a namespace.
    pub name: Rc<str>,
    /// Prefix from which the server generated the name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub generate_name: Option<Rc<str>>,
    /// Namespace; empty for cluster-scoped kinds.
    #[serde(skip_serializing_if = "is_empty")]
    pub namespace: Rc<str>,
    /// Set by the server on creation.
    #[serde(skip_serializing_if = "Uid::is_empty")]
    pub uid: Uid,
    /// Number of the write that produced this version of the object; 0 before the first.
    #[serde(with = "resource_version", skip_serializing_if = "is_zero")]
    pub resource_version: u64,
    /// Counts changes of the desired state; 0 for kinds without a generation.
    #[serde(skip_serializing_if = "is_zero")]
    pub generation: i64,
    /// When the object was created, in whole seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub creation_timestamp: Option<Time>,
    /// Set once the object is being deleted: the time by which it will be removed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deletion_timestamp: Option<Time>,
    /// Grace period of the deletion, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deletion_grace_period_seconds: Option<i64>,
    /// Labels.
    #[serde(skip_serializing_if = "is_empty_map")]
    pub labels: StringMap,
    /// Annotations.
    #[serde(skip_serializing_if = "is_empty_map")]
    pub annotations: StringMap,
    /// Owners, at most one of which is the controller.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub owner_references: Rc<[OwnerReference]>,
    /// What must be done before the object can be removed.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub finalizers: Rc<[Rc<str>]>,
    /// The last configuration that was applied on the server.
    #[serde(skip)]
    pub claim: Option<Rc<FieldClaim>>,
}

impl ObjectMeta {
    /// The owner reference of the controller, if any.
    #[must_use]
    pub fn controller(&self) -> Option<&OwnerReference> {
        self.owner_references.iter().find(|owner| owner.controller)
    }

    /// Whether the object is controlled by the object with this uid.
    #[must_use]
    pub fn is_controlled_by(&self, uid: &Uid) -> bool {
        self.controller().is_some_and(|owner| owner.uid == *uid)
    }

    /// Whether the object is being deleted.
    #[must_use]
    pub fn is_terminating(&self) -> bool {
        self.deletion_timestamp.is_some()
    }

    /// Creation time; zero for an object that has not been created yet.
    #[must_use]
    pub fn created(&self) -> Time {
        self.creation_timestamp.unwrap_or_default()
    }

    /// Value of an annotation.
    #[must_use]
    pub fn annotation(&self, key: &str) -> Option<&str> {
        self.annotations.get(key).map(String::as_str)
    }

    /// Sets an annotation and returns whether it changed.
    pub fn set_annotation(&mut self, key: &str, value: &str) -> bool {
        if self.annotation(key) == Some(value) {
            return false;
        }
        Rc::make_mut(&mut self.annotations).insert(key.to_owned(), value.to_owned());
        true
    }

    /// Removes an annotation.
    pub fn remove_annotation(&mut self, key: &str) {
        if self.annotation(key).is_some() {
            Rc::make_mut(&mut self.annotations).remove(key);
        }
    }
}

/// One owner of an object (`metav1.OwnerReference`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OwnerReference {
    /// Group and version of the owner's kind.
    pub api_version: Rc<str>,
    /// The owner's kind.
    pub kind: Rc<str>,
    /// The owner's name.
    pub name: Rc<str>,
    /// The owner's uid, which identifies it regardless of its name.
    pub uid: Uid,
    /// Whether this owner manages the object.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub controller: bool,
    /// Whether a foreground deletion of the owner waits for this object.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub block_owner_deletion: bool,
}

/// `resourceVersion` is a string in JSON, a number here.
mod resource_version {
    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(value: &u64, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(value)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text.is_empty() {
            Ok(0)
        } else {
            text.parse().map_err(serde::de::Error::custom)
        }
    }
}

/// For `skip_serializing_if`: Go's `omitempty` for a string.
#[must_use]
pub fn is_empty(text: &str) -> bool {
    text.is_empty()
}

/// For `skip_serializing_if`: Go's `omitempty` for a number.
#[must_use]
pub fn is_zero<T: Default + PartialEq>(number: &T) -> bool {
    *number == T::default()
}

/// For `skip_serializing_if`: Go's `omitempty` for a map.
#[must_use]
pub fn is_empty_map(map: &StringMap) -> bool {
    map.is_empty()
}
