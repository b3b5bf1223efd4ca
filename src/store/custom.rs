//! Custom resources: what the API server does for CustomResourceDefinitions (`staging/src/k8s.io/apiextensions-apiserver`).
//!
//! A real server establishes a definition, and empties one that is deleted, within moments and in writes of its
//! own; here both happen in the request.

use super::{ApiError, DeleteOptions, Store};
use crate::api::custom::Customs;
use crate::api::kind::Kind;
use crate::api::object::{Key, Object};
use crate::api::time::Time;
use serde_json::{Value, json};
use std::rc::Rc;

/// The finalizer of a definition that is being deleted, until its objects are gone.
const CLEANUP: &str = "customresourcecleanup.apiextensions.k8s.io";

impl Store {
    /// The custom kinds that are served.
    #[must_use]
    pub fn customs(&self) -> &Customs {
        &self.customs
    }

    /// All kinds that are served, custom ones last.
    pub fn kinds(&self) -> impl Iterator<Item = Kind> {
        Kind::all().chain(self.customs.all())
    }

    /// Keeps the custom kinds in step with a stored definition.
    pub(super) fn note_definition(&mut self, key: &Key) {
        if key.kind != Kind::CustomResourceDefinition {
            return;
        }
        match self.objects.get(key) {
            Some(Object::Other(_, definition)) => {
                self.customs.define(&key.name, &definition.fields);
            }
            _ => {
                self.customs.forget(&key.name);
            }
        }
    }

    /// Moves the objects of a definition whose kind became another one, as when another version is preferred: an
    /// object is served in every version, and kept here under one of them.
    pub(super) fn follow_definition(&mut self, key: &Key, before: Option<Kind>) {
        let after = self.customs.of(&key.name);
        let (Some(before), Some(after)) = (before, after) else {
            return;
        };
        if before == after {
            return;
        }
        let objects: Vec<Object> = self.list(before, None).cloned().collect();
        for object in objects {
            if let Object::Other(_, other) = &object {
                let moved = Object::Other(after, other.clone());
                self.write(object.key(), None);
                self.write(moved.key(), Some(moved));
            }
        }
    }

    /// Deletes the objects of a definition that is to be deleted. Returns whether none is left.
    pub(super) fn empty_definition(&mut self, key: &Key) -> bool {
        let Some(kind) = self.customs.of(&key.name) else {
            return true;
        };
        let keys: Vec<Key> = self.list(kind, None).map(Object::key).collect();
        for key in &keys {
            // An object that is being deleted already stays until its finalizers are gone.
            drop(self.delete(key, &DeleteOptions::default()));
        }
        self.list(kind, None).next().is_none()
    }

    /// Removes a definition that waited for its last object.
    pub(super) fn release_definition(&mut self, removed: Kind) -> Result<(), ApiError> {
        let Kind::Custom(_) = removed else {
            return Ok(());
        };
        if self.list(removed, None).next().is_some() {
            return Ok(());
        }
        let waits = |object: &&Object| {
            let meta = object.meta();
            meta.is_terminating() && self.customs.of(&meta.name) == Some(removed)
        };
        let found = self.list(Kind::CustomResourceDefinition, None).find(waits);
        let Some(mut object) = found.cloned() else {
            return Ok(());
        };
        let meta = object.meta_mut();
        let others = meta.finalizers.iter().filter(|name| &***name != CLEANUP);
        meta.finalizers = others.cloned().collect();
        self.update(object).map(drop)
    }
}

/// Marks a definition whose objects are not gone yet.
pub(super) fn hold(object: &mut Object) {
    let meta = object.meta_mut();
    if meta.finalizers.iter().all(|name| &**name != CLEANUP) {
        let known = meta.finalizers.iter().cloned();
        meta.finalizers = known.chain([CLEANUP.into()]).collect();
    }
}

/// The status of a new definition: its names are accepted, and it is established.
pub(super) fn established(fields: &Value, now: Time) -> Value {
    let condition = |kind: &str, reason: &str, message: &str| {
        json!({
            "lastTransitionTime": now.to_string(), "message": message, "reason": reason, "status": "True",
            "type": kind
        })
    };
    let versions = fields["spec"]["versions"].as_array();
    let stored = versions.into_iter().flatten();
    let stored = stored.filter(|version| version["storage"] == true);
    let stored: Vec<&Value> = stored.map(|version| &version["name"]).collect();
    json!({
        "acceptedNames": fields["spec"]["names"],
        "conditions": [
            condition("NamesAccepted", "NoConflicts", "no conflicts found"),
            condition("Established", "InitialNamesAccepted", "the initial names have been accepted"),
        ],
        "storedVersions": stored,
    })
}

/// Sets the status of a new definition.
pub(super) fn prepare_create(store: &Store, object: &mut Object) {
    let now = store.now().whole_seconds();
    if let Object::Other(Kind::CustomResourceDefinition, definition) = object {
        let definition = Rc::make_mut(definition);
        definition.fields["status"] = established(&definition.fields, now);
    }
}
