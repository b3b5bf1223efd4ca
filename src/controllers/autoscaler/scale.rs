//! The subresource `scale` of an autoscaler's target.

use super::spec::{Autoscaler, ScaleTarget};
use crate::api::kind::Kind;
use crate::api::object::{Key, Object};
use crate::api::pod::Pod;
use crate::api::selector::LabelSelector;
use crate::store::{ApiError, Store};
use std::rc::Rc;

/// Size and selector of a target.
pub(super) struct Scale {
    /// The target.
    pub key: Key,
    /// `spec.replicas`.
    pub replicas: i32,
    /// Selects its pods.
    pub selector: Rc<LabelSelector>,
}

impl Scale {
    /// Reads the scale of an autoscaler's target.
    pub(super) fn read(store: &Store, autoscaler: &Autoscaler) -> Result<Self, String> {
        let target = &autoscaler.spec.scale_target_ref;
        let kind = target.kind().ok_or_else(|| no_match(target))?;
        let key = Key::new(kind, &autoscaler.metadata.namespace, &target.name);
        let found = store.get(&key);
        let (replicas, selector) = match found {
            Some(Object::Deployment(object)) => {
                (object.spec.replicas, object.spec.selector.clone())
            }
            Some(Object::ReplicaSet(object)) => {
                (object.spec.replicas, object.spec.selector.clone())
            }
            Some(Object::StatefulSet(object)) => {
                (object.spec.replicas, object.spec.selector.clone())
            }
            _ => {
                return Err(format!(
                    "{} \"{}\" not found",
                    kind.resource_name(),
                    key.name
                ));
            }
        };
        Ok(Self {
            key,
            replicas,
            selector,
        })
    }

    /// Pods matched by the selector, by name.
    pub(super) fn pods(&self, store: &Store) -> Vec<Rc<Pod>> {
        let namespace = &self.key.namespace;
        let indexes = store.indexes();
        let names = indexes.pods_with(namespace, |labels| self.selector.matches(labels));
        let keys = names
            .iter()
            .map(|name| Key::new(Kind::Pod, namespace, name));
        keys.filter_map(|key| store.pod(&key).cloned()).collect()
    }

    /// Writes a new size.
    pub(super) fn write(&self, store: &mut Store, replicas: i32) -> Result<(), ApiError> {
        let Some(mut object) = store.get(&self.key).cloned() else {
            return Err(ApiError::NotFound {
                resource: self.key.kind.resource_name(),
                name: self.key.name.to_string(),
            });
        };
        match &mut object {
            Object::Deployment(object) => Rc::make_mut(object).spec.replicas = replicas,
            Object::ReplicaSet(object) => Rc::make_mut(object).spec.replicas = replicas,
            Object::StatefulSet(object) => Rc::make_mut(object).spec.replicas = replicas,
            _ => return Ok(()),
        }
        store.update(object).map(drop)
    }
}

fn no_match(target: &ScaleTarget) -> String {
    let group = target
        .api_version
        .split_once('/')
        .map_or("", |(group, _)| group);
    format!(
        "no matches for kind \"{}\" in group \"{group}\"",
        target.kind
    )
}
