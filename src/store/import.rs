//! Takes over objects of another cluster as they are: with their uids, generations, times and statuses.

use super::admission::{lifted, refuse};
use super::verbs::check_limits;
use super::{ApiError, Store, namespaces};
use crate::api::kind::Kind;
use crate::api::object::{Key, Object};
use crate::api::validation;
use serde_json::Value;

impl Store {
    /// Stores an object as another cluster served it. Only its resource version is assigned anew; a uid and a creation
    /// time are assigned if it has none. An object with the same key is replaced. Nothing is admitted again: neither
    /// quotas nor limits change it.
    ///
    /// # Errors
    /// Decoding or validation errors, another object has its uid, or a limit of kubestep is exceeded.
    pub fn import(&mut self, kind: Kind, value: &Value) -> Result<Object, ApiError> {
        let value = self.decoded(kind, value, Some(value))?;
        let faults = validation::create(self.registers.features, kind, &value);
        refuse(kind, &value, faults)?;
        let mut object = lifted(kind, value)?;
        check_limits(&object)?;
        let key = object.key();
        let uid = &object.meta().uid;
        let other = self.indexes().key_of(uid).filter(|other| **other != key);
        if let Some(other) = other.filter(|_| !uid.is_empty()) {
            return Err(ApiError::BadRequest(format!(
                "{key} has the same uid as {other}"
            )));
        }
        let now = self.now().whole_seconds();
        if uid.is_empty() {
            object.meta_mut().uid = self.registers.next_uid();
        } else {
            let uid = uid.clone();
            self.registers.pass(&uid);
        }
        object.meta_mut().creation_timestamp.get_or_insert(now);
        if let Object::Pod(pod) = &object {
            self.registers.bindings += u64::from(pod.node_name.is_some());
        }
        self.written(key, object)
    }

    /// Removes everything but what a new cluster has by itself: its namespaces with their accounts, the Service
    /// `kubernetes`, and storage classes. Nodes are removed too.
    pub fn clear(&mut self) {
        let fresh = Self::new(0, 0);
        let stays = |key: &Key| key.kind == Kind::StorageClass || fresh.get(key).is_some();
        let keys = self.all().map(Object::key).filter(|key| !stays(key));
        for key in keys.collect::<Vec<Key>>() {
            self.write(key, None);
        }
    }

    /// Adds a namespace that objects are in although it is not given, and the default account of each namespace.
    pub fn complete_namespace(&mut self, name: &str) {
        let key = namespaces::key(&name.into());
        if self.get(&key).is_none() {
            self.add_namespace(name);
        }
        self.keep_default_account(&key);
    }

    /// Adds a node that pods are on although no node is given.
    pub fn assume_node(&mut self, name: &str) {
        self.add_node(name);
    }
}
