//! The API server's treatment of namespaces (`pkg/registry/core/namespace`).

use super::{ApiError, Store};
use crate::api::kind::Kind;
use crate::api::object::{Key, Object};
use serde_json::{Value, json};
use std::rc::Rc;

/// Namespaces that cannot be deleted (`staging/src/k8s.io/apiserver/pkg/admission/plugin/namespace/lifecycle`).
const IMMORTAL: [&str; 3] = ["default", "kube-system", "kube-public"];
/// The label by which namespaces are selected by name.
const NAME_LABEL: &str = "kubernetes.io/metadata.name";
/// The finalizer that the namespace controller removes once the namespace is empty.
const FINALIZER: &str = "kubernetes";

impl Store {
    /// Whether a namespace is being deleted.
    #[must_use]
    pub fn is_namespace_terminating(&self, name: &Rc<str>) -> bool {
        let found = self.namespace(name);
        found.is_some_and(|found| found.meta().is_terminating())
    }

    /// Removes the finalizer of an empty namespace (`namespaces/finalize`), and with it the namespace if it is
    /// being deleted.
    ///
    /// # Errors
    /// The namespace does not exist.
    pub fn finalize_namespace(&mut self, key: &Key) -> Result<(), ApiError> {
        let Some(Object::Other(kind, namespace)) = self.get(key) else {
            return Err(ApiError::not_found(key));
        };
        let mut namespace = (**namespace).clone();
        if let Some(finalizers) = namespace.fields.pointer_mut("/spec/finalizers")
            && let Some(finalizers) = finalizers.as_array_mut()
        {
            finalizers.retain(|known| known != FINALIZER);
        }
        let namespace = Object::Other(*kind, Rc::new(namespace));
        self.update(namespace).map(drop)
    }
}

pub(super) fn key(name: &Rc<str>) -> Key {
    Key::new(Kind::Namespace, &"".into(), name)
}

/// Sets what every new namespace has.
pub(super) fn prepare_create(object: &mut Object) {
    let Object::Other(Kind::Namespace, namespace) = object else {
        return;
    };
    let namespace = Rc::make_mut(namespace);
    let name = namespace.metadata.name.to_string();
    Rc::make_mut(&mut namespace.metadata.labels).insert(NAME_LABEL.to_owned(), name);
    if !namespace.fields.is_object() {
        namespace.fields = json!({});
    }
    let own = namespace.fields.pointer("/spec/finalizers");
    let mut finalizers = own.and_then(Value::as_array).cloned().unwrap_or_default();
    if !finalizers.iter().any(|known| known == FINALIZER) {
        finalizers.push(FINALIZER.into());
    }
    namespace.fields["spec"] = json!({ "finalizers": finalizers });
    namespace.fields["status"] = json!({ "phase": "Active" });
}

pub(super) fn check_delete(key: &Key) -> Result<(), ApiError> {
    if key.kind == Kind::Namespace && IMMORTAL.contains(&&*key.name) {
        return Err(ApiError::forbidden(
            key,
            "this namespace may not be deleted",
        ));
    }
    Ok(())
}

/// Marks a namespace as being deleted. It gets no grace period, unlike other objects
/// (`pkg/registry/core/namespace/storage/storage.go`, Delete).
pub(super) fn prepare_delete(object: &mut Object) {
    if let Object::Other(Kind::Namespace, namespace) = object {
        let namespace = Rc::make_mut(namespace);
        namespace.metadata.deletion_grace_period_seconds = None;
        namespace.fields["status"]["phase"] = "Terminating".into();
    }
}

/// Whether no finalizer of its spec holds a namespace; always true for other kinds.
pub(super) fn is_finalized(object: &Object) -> bool {
    let Object::Other(Kind::Namespace, namespace) = object else {
        return true;
    };
    let finalizers = namespace.fields.pointer("/spec/finalizers");
    finalizers
        .and_then(Value::as_array)
        .is_none_or(Vec::is_empty)
}
