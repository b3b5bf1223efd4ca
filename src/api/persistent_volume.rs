//! Accessors for PersistentVolumes and StorageClasses, which are stored as the API serves them.

use crate::api::kind::Kind;
use crate::api::lift::lift;
use crate::api::meta::{ObjectMeta, Uid};
use crate::api::object::{Key, Object, Other};
use crate::api::persistent_volume_claim::PersistentVolumeClaim;
use crate::api::quantity::Quantity;
use crate::api::selector::LabelSelector;
use serde_json::{Value, json};
use std::cmp::Ordering;
use std::rc::Rc;

/// On volumes and claims bound by the controller, not by a user.
pub(crate) const BOUND_BY: &str = "pv.kubernetes.io/bound-by-controller";
/// The node for which the scheduler wants a claim's volume to be provisioned.
pub(crate) const SELECTED_NODE: &str = "volume.kubernetes.io/selected-node";

pub(crate) fn volume_key(name: &str) -> Key {
    Key::of(Kind::PersistentVolume, "", name)
}

/// A field of an object that is stored as served.
pub(crate) fn field<'a>(object: &'a Object, path: &str) -> &'a Value {
    let found = match object {
        Object::Other(_, other) => other.fields.pointer(path),
        _ => None,
    };
    found.unwrap_or(&Value::Null)
}

pub(crate) fn text<'a>(object: &'a Object, path: &str) -> &'a str {
    field(object, path).as_str().unwrap_or_default()
}

/// A copy of the object with changed fields.
pub(crate) fn with(object: &Object, change: impl FnOnce(&mut Other)) -> Object {
    let mut object = object.clone();
    if let Object::Other(_, other) = &mut object {
        change(Rc::make_mut(other));
    }
    object
}

/// The storage class that a claim names; empty for none.
pub(crate) fn class_of(claim: &PersistentVolumeClaim) -> &str {
    let class = claim.spec.get("storageClassName").and_then(Value::as_str);
    class.unwrap_or_default()
}

/// Whether a volume is available to a claim, or reserved for it.
pub(crate) fn is_for(volume: &Object, claim: &ObjectMeta) -> bool {
    let reference = field(volume, "/spec/claimRef");
    let uid = reference["uid"].as_str().unwrap_or_default();
    reference.is_null()
        || (reference["name"] == *claim.name
            && reference["namespace"] == *claim.namespace
            && (uid.is_empty() || claim.uid == Uid::from(uid)))
}

/// The smallest volume that satisfies a claim (`index.go`, findBestMatchForClaim); a volume reserved for the claim
/// takes precedence. Only volumes accepted by `may_be` are considered.
pub(crate) fn best_match<'a>(
    volumes: impl Iterator<Item = &'a Object>,
    claim: &PersistentVolumeClaim,
    may_be: &dyn Fn(&Object) -> bool,
) -> Option<&'a Object> {
    let suitable = volumes.filter(|volume| suits(volume, claim) && may_be(volume));
    let kept = |volume: &Object| !field(volume, "/spec/claimRef").is_null();
    let compare = |a: &&Object, b: &&Object| {
        let by_size = || match (size(a), size(b)) {
            (Some(a), Some(b)) => a.compare(&b),
            (a, b) => a.is_some().cmp(&b.is_some()),
        };
        kept(b).cmp(&kept(a)).then_with(by_size)
    };
    suitable.min_by(compare)
}

fn size(volume: &Object) -> Option<Quantity> {
    Quantity::parse(text(volume, "/spec/capacity/storage")).ok()
}

fn suits(volume: &Object, claim: &PersistentVolumeClaim) -> bool {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let modes = list(field(volume, "/spec/accessModes"));
    let wanted = list(claim.spec.get("accessModes").unwrap_or(&Value::Null));
    let mode = |value: &str| {
        if value.is_empty() {
            "Filesystem"
        } else {
            value
        }
        .to_owned()
    };
    let wanted_mode = claim.spec.get("volumeMode").and_then(Value::as_str);
    let request = claim.spec.pointer("/resources/requests/storage");
    let request = request.and_then(|text| Quantity::parse(text.as_str()?).ok());
    let enough = match (size(volume), request) {
        (Some(size), Some(request)) => size.compare(&request) != Ordering::Less,
        (_, request) => request.is_none(),
    };
    !volume.meta().is_terminating()
        && is_for(volume, &claim.metadata)
        && text(volume, "/spec/storageClassName") == class_of(claim)
        && mode(text(volume, "/spec/volumeMode")) == mode(wanted_mode.unwrap_or_default())
        && wanted.iter().all(|mode| modes.contains(mode))
        && enough
        && has_labels(volume, claim)
}

fn has_labels(volume: &Object, claim: &PersistentVolumeClaim) -> bool {
    let selector = claim
        .spec
        .get("selector")
        .filter(|selector| !selector.is_null());
    let Some(selector) = selector else {
        return true;
    };
    let selector = lift::<LabelSelector>(selector);
    selector.is_ok_and(|selector| selector.matches(&volume.meta().labels))
}

/// The volume that a provisioner creates for a claim, with exactly the size requested.
pub(crate) fn provisioned(claim: &PersistentVolumeClaim, class: &Object) -> Object {
    let meta = &claim.metadata;
    let name = format!("pvc-{}", meta.uid);
    let policy = text(class, "/reclaimPolicy");
    let mut metadata = ObjectMeta {
        name: name.into(),
        ..ObjectMeta::default()
    };
    let provisioner = text(class, "/provisioner");
    metadata.set_annotation("pv.kubernetes.io/provisioned-by", provisioner);
    let spec = json!({
        "accessModes": claim.spec.get("accessModes"),
        "capacity": { "storage": claim.spec.pointer("/resources/requests/storage") },
        "claimRef": claim_reference(meta),
        "hostPath": { "path": format!("/var/lib/volumes/{}/{}", meta.namespace, meta.name), "type": "" },
        "persistentVolumeReclaimPolicy": if policy.is_empty() { "Delete" } else { policy },
        "storageClassName": *class.meta().name,
        "volumeMode": claim.spec.get("volumeMode").cloned().unwrap_or_else(|| "Filesystem".into())
    });
    let fields = json!({ "spec": spec });
    Object::Other(Kind::PersistentVolume, Rc::new(Other { metadata, fields }))
}

pub(crate) fn claim_reference(claim: &ObjectMeta) -> Value {
    json!({
        "apiVersion": "v1", "kind": "PersistentVolumeClaim", "name": *claim.name,
        "namespace": *claim.namespace, "uid": claim.uid.to_string()
    })
}
