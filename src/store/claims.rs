//! Storage classes when claims are created or expanded.

use super::{ApiError, Store};
use crate::api::kind::Kind;
use crate::api::meta::ObjectMeta;
use crate::api::object::{Key, Object};
use crate::api::persistent_volume_claim::ClaimPhase;
use crate::api::quantity::Quantity;
use serde_json::{Value, json};
use std::rc::Rc;

/// Annotation of the class used by claims that name none.
const IS_DEFAULT: &str = "storageclass.kubernetes.io/is-default-class";

impl Store {
    /// Adds the class `standard`, the default of claims that name no class.
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

/// Gives a new claim the default class (the admission plugin DefaultStorageClass): the newest, if several classes
/// are marked as default.
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

/// A claim can be expanded only if its class allows it (the admission plugin PersistentVolumeClaimResize).
pub(super) fn prepare_update(store: &Store, old: &Object, new: &Object) -> Result<(), ApiError> {
    let (Object::PersistentVolumeClaim(old), Object::PersistentVolumeClaim(claim)) = (old, new)
    else {
        return Ok(());
    };
    let size = |spec: &Value| {
        let text = spec.pointer("/resources/requests/storage")?.as_str()?;
        Quantity::parse(text).ok()
    };
    let (Some(before), Some(now)) = (size(&old.spec), size(&claim.spec)) else {
        return Ok(());
    };
    if now.compare(&before).is_le() {
        return Ok(());
    }
    let name = claim.spec.get("storageClassName").and_then(Value::as_str);
    let class = Key::of(Kind::StorageClass, "", name.unwrap_or_default());
    let may_grow = matches!(store.get(&class), Some(Object::Other(_, class))
        if class.fields["allowVolumeExpansion"] == true);
    let why = if old.status.phase != ClaimPhase::Bound {
        "Only bound persistent volume claims can be expanded"
    } else if !may_grow {
        "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support \
         resize"
    } else {
        return Ok(());
    };
    Err(ApiError::forbidden(&new.key(), why))
}
