//! Storage classes at the creation of claims.

use super::Store;
use crate::api::kind::Kind;
use crate::api::meta::ObjectMeta;
use crate::api::object::Object;
use serde_json::{Value, json};
use std::rc::Rc;

/// Marks the class of claims that name none.
const IS_DEFAULT: &str = "storageclass.kubernetes.io/is-default-class";

impl Store {
    /// Adds the class `standard`, which every claim gets that names none.
    pub fn add_default_storage_class(&mut self) {
        let mut metadata = ObjectMeta {
            name: "standard".into(),
            ..ObjectMeta::default()
        };
        metadata.set_annotation(IS_DEFAULT, "true");
        let fields = json!({
            "provisioner": "kubestep.example/volumes",
            "reclaimPolicy": "Delete",
            "volumeBindingMode": "Immediate"
        });
        self.add_other(Kind::StorageClass, metadata, fields);
    }
}

/// Gives a new claim the default class (the admission plugin DefaultStorageClass): the newest one, if several
/// are marked so.
pub(super) fn prepare_create(store: &Store, object: &mut Object) {
    let Object::PersistentVolumeClaim(claim) = object else {
        return;
    };
    let named = claim.spec.get("storageClassName").unwrap_or(&Value::Null);
    if !named.is_null() {
        return;
    }
    let classes = store.list(Kind::StorageClass, None);
    let marked = classes.filter(|class| class.meta().annotation(IS_DEFAULT) == Some("true"));
    let newest = marked.max_by_key(|class| class.meta().created());
    if let Some(class) = newest {
        let name = Value::from(&*class.meta().name);
        let claim = Rc::make_mut(claim);
        Rc::make_mut(&mut claim.spec)["storageClassName"] = name;
    }
}
