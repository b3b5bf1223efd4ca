//! ServiceAccounts: the default account of each namespace, and the admission check that a pod's account exists
//! (`plugin/pkg/admission/serviceaccount/admission.go`).

use super::{ApiError, Store};
use crate::api::kind::Kind;
use crate::api::meta::{ObjectMeta, Uid};
use crate::api::object::{Key, Object, Other};
use serde_json::{Value, json};
use std::rc::Rc;

/// The account of pods that name none.
const DEFAULT: &str = "default";

fn key(namespace: &Rc<str>, name: &str) -> Key {
    Key::of(Kind::ServiceAccount, namespace, name)
}

impl Store {
    /// The default account, created at a resource version. It takes nothing from the random generator, so that the
    /// names of all other objects do not depend on it.
    fn default_account(namespace: &Object, version: u64) -> Object {
        let found = namespace.meta();
        let uid = found.uid.to_string();
        let stem = uid.get(..24).unwrap_or_default();
        let metadata = ObjectMeta {
            name: DEFAULT.into(),
            namespace: found.name.clone(),
            uid: Uid::from(format!("{stem}{version:012x}").as_str()),
            resource_version: version,
            ..ObjectMeta::default()
        };
        let fields = json!({});
        Object::Other(Kind::ServiceAccount, Rc::new(Other { metadata, fields }))
    }

    /// Adds the accounts of the initial namespaces. They are as old as their namespaces, and the cluster's resource
    /// version does not change.
    pub(super) fn add_accounts(&mut self) {
        let namespaces = self.list(Kind::Namespace, None);
        let accounts = namespaces.map(|found| {
            let mut account = Self::default_account(found, found.version());
            account.meta_mut().creation_timestamp = found.meta().creation_timestamp;
            account
        });
        for account in accounts.collect::<Vec<_>>() {
            self.set(&account.key(), Some(account));
        }
    }

    /// Creates a namespace's default account with it, and again after a deletion. Upstream a controller does so;
    /// here it is part of the write (`pkg/controller/serviceaccount/serviceaccounts_controller.go`).
    pub(super) fn keep_default_account(&mut self, written: &Key) {
        let namespace = match written.kind {
            Kind::Namespace => &written.name,
            Kind::ServiceAccount if *written.name == *DEFAULT => &written.namespace,
            _ => return,
        };
        let Some(found) = self.namespace(namespace) else {
            return;
        };
        let account = key(namespace, DEFAULT);
        if found.meta().is_terminating() || self.get(&account).is_some() {
            return;
        }
        let mut made = Self::default_account(found, self.registers.resource_version + 1);
        made.meta_mut().creation_timestamp = Some(self.now().whole_seconds());
        self.write(account, Some(made));
    }

    /// Refuses a pod whose account does not exist.
    pub(super) fn require_account(&self, object: &Object, asked: &str) -> Result<(), ApiError> {
        let Object::Pod(pod) = object else {
            return Ok(());
        };
        let name = pod.spec.value().get("serviceAccountName");
        let name = name.and_then(Value::as_str).unwrap_or_default();
        let namespace = &pod.metadata.namespace;
        if ["", DEFAULT].contains(&name) || self.get(&key(namespace, name)).is_some() {
            return Ok(());
        }
        let pod = Key::of(Kind::Pod, namespace, asked);
        let why = format!(
            "error looking up service account {namespace}/{name}: serviceaccount \"{name}\" not found"
        );
        Err(ApiError::forbidden(&pod, &why))
    }
}
