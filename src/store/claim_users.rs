//! Index of the pods that use a claim.

use crate::api::object::{Key, Object};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// Namespace and name of a claim.
type Place = (Rc<str>, Rc<str>);

/// Names of the pods with a claim among their volumes, by namespace and claim.
#[derive(Debug, Clone, Default)]
pub(super) struct ClaimUsers {
    pods: BTreeMap<Place, BTreeSet<Rc<str>>>,
}

impl ClaimUsers {
    pub(super) fn of(
        &self,
        namespace: &Rc<str>,
        claim: &Rc<str>,
    ) -> impl Iterator<Item = &Rc<str>> {
        let place = (namespace.clone(), claim.clone());
        self.pods.get(&place).into_iter().flatten()
    }

    /// Updates the index after a write. A pod's volumes are immutable.
    pub(super) fn written(&mut self, key: &Key, before: Option<&Object>, after: Option<&Object>) {
        match (before, after) {
            (None, Some(Object::Pod(pod))) => {
                for claim in pod.claims() {
                    let place = (key.namespace.clone(), claim.clone());
                    let pods = self.pods.entry(place).or_default();
                    pods.insert(key.name.clone());
                }
            }
            (Some(Object::Pod(pod)), None) => {
                for claim in pod.claims() {
                    let place = (key.namespace.clone(), claim.clone());
                    if let Some(pods) = self.pods.get_mut(&place) {
                        pods.remove(&key.name);
                        if pods.is_empty() {
                            self.pods.remove(&place);
                        }
                    }
                }
            }
            _ => {}
        }
    }
}
