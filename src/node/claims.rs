//! The claims of a pod to be scheduled (`pkg/scheduler/framework/plugins/volumebinding`).

use super::affinity;
use super::filters::FilterRefusal;
use crate::actor::{Context, SyncError};
use crate::api::kind::Kind;
use crate::api::object::{Key, Object};
use crate::api::persistent_volume::{self as volume, BOUND_BY, SELECTED_NODE};
use crate::api::persistent_volume_claim::{ClaimPhase, PersistentVolumeClaim};
use crate::api::pod::Pod;
use crate::store::Store;
use serde_json::Value;
use std::rc::Rc;

/// The provisioner of classes without dynamic provisioning.
const NO_PROVISIONER: &str = "kubernetes.io/no-provisioner";

fn key(pod: &Pod, name: &Rc<str>) -> Key {
    Key::new(Kind::PersistentVolumeClaim, &pod.metadata.namespace, name)
}

fn claims<'a>(
    store: &'a Store,
    pod: &'a Pod,
) -> impl Iterator<Item = &'a Rc<PersistentVolumeClaim>> {
    pod.claims().filter_map(|name| store.claim(&key(pod, name)))
}

fn is_bound(claim: &PersistentVolumeClaim) -> bool {
    claim.volume_name.is_some() && claim.status.phase == ClaimPhase::Bound
}

fn class<'a>(store: &'a Store, claim: &PersistentVolumeClaim) -> Option<&'a Object> {
    store.get(&Key::of(Kind::StorageClass, "", volume::class_of(claim)))
}

/// Whether a claim is bound only once its pod is scheduled. A claim that names its volume is not delayed.
fn is_delayed(store: &Store, claim: &PersistentVolumeClaim) -> bool {
    let mode = class(store, claim).map(|class| volume::text(class, "/volumeBindingMode"));
    claim.volume_name.is_none() && mode == Some("WaitForFirstConsumer")
}

/// The message if a claim keeps the pod from every node: the first claim that is missing, lost or being deleted, or one unbound without
/// delayed binding (`volume_binding.go`, PreFilter).
#[must_use]
pub fn missing(store: &Store, pod: &Pod) -> Option<String> {
    for name in pod.claims() {
        let Some(claim) = store.claim(&key(pod, name)) else {
            return Some(format!("persistentvolumeclaim \"{name}\" not found"));
        };
        if claim.status.phase == ClaimPhase::Lost {
            let volume = claim.volume_name.as_deref().unwrap_or_default();
            return Some(format!(
                "persistentvolumeclaim \"{name}\" bound to non-existent persistentvolume \"{volume}\""
            ));
        }
        if claim.metadata.is_terminating() {
            return Some(format!("persistentvolumeclaim \"{name}\" is being deleted"));
        }
    }
    let immediate =
        |claim: &Rc<PersistentVolumeClaim>| !is_bound(claim) && !is_delayed(store, claim);
    let waits = claims(store, pod).any(immediate);
    waits.then(|| "pod has unbound immediate PersistentVolumeClaims".to_owned())
}

/// A pod's claims with delayed binding that are still unbound.
#[must_use]
pub fn unbound(store: &Store, pod: &Pod) -> Vec<Rc<PersistentVolumeClaim>> {
    let waiting = claims(store, pod).filter(|claim| !is_bound(claim));
    waiting.cloned().collect()
}

/// The node selected for a pod's unbound claims.
#[must_use]
pub fn selected_node<'a>(store: &'a Store, pod: &'a Pod) -> Option<&'a str> {
    let mut selected =
        claims(store, pod).filter_map(|claim| claim.metadata.annotation(SELECTED_NODE));
    selected.next()
}

/// Why a pod's claims rule out a node.
#[must_use]
pub fn refusal(store: &Store, node: &Object, pod: &Pod) -> Option<FilterRefusal> {
    let refuse = |reason: &str, others_in_the_way| {
        Some(FilterRefusal {
            reasons: vec![reason.to_owned()],
            others_in_the_way,
        })
    };
    if claims(store, pod).any(|claim| is_used_alone(store, claim)) {
        return refuse(
            "node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod",
            true,
        );
    }
    let mut used: Vec<Rc<str>> = Vec::new();
    for claim in claims(store, pod) {
        let Some(name) = claim.volume_name.as_ref().filter(|_| is_bound(claim)) else {
            match place(store, node, claim, &used) {
                Some(Place::Volume(volume)) => used.push(volume.meta().name.clone()),
                Some(Place::Provisioner) => {}
                None => {
                    let reason = "node(s) didn't find available persistent volumes to bind";
                    return refuse(reason, false);
                }
            }
            continue;
        };
        let Some(volume) = store.get(&volume::volume_key(name)) else {
            let reason =
                "node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)";
            return refuse(reason, false);
        };
        if !can_reach(volume, node) {
            let reason = "node(s) didn't match PersistentVolume's node affinity";
            return refuse(reason, false);
        }
    }
    None
}

/// Whether a claim is ReadWriteOncePod and in use by another pod (`volumerestrictions/volume_restrictions.go`,
/// satisfyReadWriteOncePod).
fn is_used_alone(store: &Store, claim: &PersistentVolumeClaim) -> bool {
    let modes = claim.spec.get("accessModes").and_then(Value::as_array);
    if !modes.is_some_and(|modes| modes.iter().any(|mode| mode == "ReadWriteOncePod")) {
        return false;
    }
    let meta = &claim.metadata;
    let mut users = store.indexes().claim_users(&meta.namespace, &meta.name);
    users.any(|name| {
        let user = store.pod(&Key::new(Kind::Pod, &meta.namespace, name));
        user.is_some_and(|user| user.node_name.is_some() && !user.is_finished())
    })
}

/// The source of a claim's volume.
enum Place<'a> {
    Volume(&'a Object),
    Provisioner,
}

/// The source of a delayed claim's volume on this node, if there is one.
fn place<'a>(
    store: &'a Store,
    node: &Object,
    claim: &PersistentVolumeClaim,
    used: &[Rc<str>],
) -> Option<Place<'a>> {
    let selected = claim.metadata.annotation(SELECTED_NODE);
    if selected.is_some_and(|selected| *selected != *node.meta().name) {
        return None;
    }
    let free = |volume: &Object| can_reach(volume, node) && !used.contains(&volume.meta().name);
    let found = volume::best_match(store.list(Kind::PersistentVolume, None), claim, &free);
    found
        .filter(|_| selected.is_none())
        .map(Place::Volume)
        .or_else(|| {
            let class = class(store, claim)?;
            let provisioner = volume::text(class, "/provisioner");
            let makes = !provisioner.is_empty() && provisioner != NO_PROVISIONER;
            (makes && serves(class, node)).then_some(Place::Provisioner)
        })
}

/// Whether a volume is accessible from a node.
fn can_reach(volume: &Object, node: &Object) -> bool {
    let terms = volume::field(volume, "/spec/nodeAffinity/required/nodeSelectorTerms");
    terms.is_null() || affinity::matches_any(terms, node)
}

/// Whether a class can provision volumes for a node (`allowedTopologies`).
fn serves(class: &Object, node: &Object) -> bool {
    let list = |value: &Value, field: &str| value[field].as_array().cloned().unwrap_or_default();
    let terms = volume::field(class, "/allowedTopologies").as_array();
    let Some(terms) = terms.filter(|terms| !terms.is_empty()) else {
        return true;
    };
    terms.iter().any(|term| {
        let mut labels = list(term, "matchLabelExpressions").into_iter();
        labels.all(|label| {
            let key = label["key"].as_str().unwrap_or_default();
            let value = node.meta().labels.get(key);
            value.is_some_and(|value| list(&label, "values").iter().any(|one| one == value))
        })
    })
}

/// Binds a pod's claims to volumes accessible from its node, or has volumes provisioned there (`binder.go`,
/// BindPodVolumes); pending requests are not repeated.
///
/// # Errors
/// The API server refused a write.
pub fn bind_on(
    cx: &mut Context<'_>,
    claims: &[Rc<PersistentVolumeClaim>],
    node: &Rc<str>,
) -> Result<(), SyncError> {
    for claim in claims {
        let Some(place_of) = cx.store.node(node) else {
            return Ok(());
        };
        match place(cx.store, place_of, claim, &[]) {
            Some(Place::Volume(volume)) if volume::field(volume, "/spec/claimRef").is_null() => {
                let kept = volume::with(volume, |volume| {
                    volume.fields["spec"]["claimRef"] = volume::claim_reference(&claim.metadata);
                    volume.metadata.set_annotation(BOUND_BY, "yes");
                });
                cx.store.update(kept)?;
            }
            Some(Place::Provisioner) => {
                let mut asked = (**claim).clone();
                if asked.metadata.set_annotation(SELECTED_NODE, node) {
                    cx.store
                        .update(Object::PersistentVolumeClaim(Rc::new(asked)))?;
                }
            }
            Some(Place::Volume(_)) | None => {}
        }
    }
    Ok(())
}
