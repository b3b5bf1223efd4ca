//! Binding, provisioning and reclaiming of volumes (`pkg/controller/volume/persistentvolume`), with a provisioner
//! that always succeeds.

pub mod branches;
mod wake;

pub use wake::wake;

use crate::actor::{Context, Kinds, Spec, SyncError, Wait};
use crate::api::event::EventType;
use crate::api::kind::Kind;
use crate::api::meta::Uid;
use crate::api::object::{Key, Object};
use crate::api::persistent_volume::{
    self as volume, BOUND_BY, SELECTED_NODE, class_of, field, is_for, text, volume_key, with,
};
use crate::api::persistent_volume_claim::{ClaimPhase, ClaimStatus, PersistentVolumeClaim};
use crate::store::{ApiError, DeleteOptions};
use branches as b;
use serde_json::Value;
use std::rc::Rc;

/// The controller's name in its events.
pub const NAME: &str = "persistentvolume-controller";

/// Registration of the controller with the engine.
pub static SPEC: Spec = Spec {
    name: NAME,
    short_name: "pv",
    branches: branches::ALL,
    runs_in_manual: false,
    interests: Kinds::of(&[
        Kind::PersistentVolumeClaim,
        Kind::PersistentVolume,
        Kind::StorageClass,
    ]),
    deaf_to_own: Kinds::NONE,
    sync,
    wake,
    forget: None,
    wake_on_silence: None,
    wake_on_memory: None,
};
/// Milliseconds that the provisioner takes.
const PROVISION_MS: i64 = 1000;
const BIND_COMPLETED: &str = "pv.kubernetes.io/bind-completed";
/// The annotations with the claim's provisioner.
const PROVISIONER: [&str; 2] = [
    "volume.kubernetes.io/storage-provisioner",
    "volume.beta.kubernetes.io/storage-provisioner",
];

/// Syncs a claim or volume (`pv_controller.go`, syncClaim and syncVolume).
///
/// # Errors
/// The API server refused a write; the key is retried.
pub fn sync(cx: &mut Context<'_>, key: &Key) -> Result<(), SyncError> {
    match cx.store.get(key).cloned() {
        Some(Object::PersistentVolumeClaim(claim)) if claim.volume_name.is_some() => {
            sync_named(cx, key, &claim)
        }
        Some(Object::PersistentVolumeClaim(claim)) => sync_unbound(cx, key, &claim),
        Some(volume) => sync_volume(cx, key, &volume),
        None => {
            cx.decide(&b::GONE).add("object", key.clone());
            Ok(())
        }
    }
}

/// Syncs a claim that names its volume, bound or not.
fn sync_named(
    cx: &mut Context<'_>,
    key: &Key,
    claim: &Rc<PersistentVolumeClaim>,
) -> Result<(), SyncError> {
    let name = claim.volume_name.clone().unwrap_or_default();
    let volume = cx.store.get(&volume_key(&name)).cloned();
    let known = |decision: &'static crate::actor::decision::Branch, cx: &mut Context<'_>| {
        cx.decide(decision)
            .object("claim", Kind::PersistentVolumeClaim, key.name.clone())
            .object("volume", Kind::PersistentVolume, name.clone());
    };
    match (claim.status.phase, volume) {
        (ClaimPhase::Bound, None) => {
            known(&b::LOST, cx);
            let message = "Bound claim has lost its PersistentVolume. Data on the volume is lost!";
            event(cx, claim, EventType::Warning, "ClaimLost", message);
            let status = ClaimStatus {
                phase: ClaimPhase::Lost,
                conditions: claim.status.conditions.clone(),
                ..ClaimStatus::default()
            };
            write_claim_status(cx, key, status)
        }
        (ClaimPhase::Pending, Some(volume)) if is_for(&volume, &claim.metadata) => {
            bind(cx, key, claim, &volume)
        }
        (ClaimPhase::Pending, _) => {
            known(&b::TAKEN, cx);
            Ok(())
        }
        _ => {
            known(&b::BOUND, cx);
            Ok(())
        }
    }
}

fn sync_unbound(
    cx: &mut Context<'_>,
    key: &Key,
    claim: &Rc<PersistentVolumeClaim>,
) -> Result<(), SyncError> {
    if claim.metadata.is_terminating() {
        cx.decide(&b::GONE).add("object", key.clone());
        return Ok(());
    }
    let class_name = class_of(claim).to_owned();
    let class = cx
        .store
        .get(&Key::of(Kind::StorageClass, "", &class_name))
        .cloned();
    let name = key.name.clone();
    let is_late = |class: &Object| text(class, "/volumeBindingMode") == "WaitForFirstConsumer";
    let waits =
        class.as_ref().is_some_and(is_late) && claim.metadata.annotation(SELECTED_NODE).is_none();
    // While a claim waits for its first consumer, only a volume reserved for it can match.
    let may_be = |volume: &Object| !waits || !field(volume, "/spec/claimRef").is_null();
    if let Some(volume) =
        volume::best_match(cx.store.list(Kind::PersistentVolume, None), claim, &may_be).cloned()
    {
        return bind(cx, key, claim, &volume);
    }
    if waits {
        wait_for_consumer(cx, claim, &class_name);
        return Ok(());
    }
    match class {
        _ if class_name.is_empty() => {
            cx.decide(&b::NO_CLASS)
                .object("claim", Kind::PersistentVolumeClaim, name);
            let message =
                "no persistent volumes available for this claim and no storage class is set";
            event(cx, claim, EventType::Normal, "FailedBinding", message);
            Ok(())
        }
        None => {
            cx.decide(&b::CLASS_MISSING)
                .object("claim", Kind::PersistentVolumeClaim, name)
                .object("class", Kind::StorageClass, class_name.as_str());
            let message = format!("storageclass.storage.k8s.io \"{class_name}\" not found");
            event(
                cx,
                claim,
                EventType::Warning,
                "ProvisioningFailed",
                &message,
            );
            Ok(())
        }
        Some(class) => provision(cx, key, claim, &class),
    }
}

/// Records what a claim waits for: a first consumer, or the scheduling of one (`pv_controller.go`,
/// emitEventForUnboundDelayBindingClaim).
fn wait_for_consumer(cx: &mut Context<'_>, claim: &PersistentVolumeClaim, class: &str) {
    let meta = &claim.metadata;
    let users = cx.store.indexes().claim_users(&meta.namespace, &meta.name);
    let names: Vec<&str> = users.map(|name| &**name).collect();
    let (reason, message) = match names[..] {
        [] => (
            "WaitForFirstConsumer",
            "waiting for first consumer to be created before binding".to_owned(),
        ),
        [only] => (
            "WaitForPodScheduled",
            format!("waiting for pod {only} to be scheduled"),
        ),
        _ => (
            "WaitForPodScheduled",
            format!("waiting for pods {} to be scheduled", names.join(",")),
        ),
    };
    cx.decide(&b::FIRST_CONSUMER)
        .object("claim", Kind::PersistentVolumeClaim, meta.name.clone())
        .object("class", Kind::StorageClass, class);
    event(cx, claim, EventType::Normal, reason, &message);
}

/// Requests a volume from the provisioner; the volume exists after its time has passed.
fn provision(
    cx: &mut Context<'_>,
    key: &Key,
    claim: &Rc<PersistentVolumeClaim>,
    class: &Object,
) -> Result<(), SyncError> {
    let provisioner = text(class, "/provisioner").to_owned();
    if claim.metadata.annotation(PROVISIONER[0]).is_none() {
        cx.decide(&b::PROVISION)
            .object("claim", Kind::PersistentVolumeClaim, key.name.clone())
            .text("provisioner", provisioner.as_str());
        let mut asked = (**claim).clone();
        for annotation in PROVISIONER {
            asked.metadata.set_annotation(annotation, &provisioner);
        }
        cx.store
            .update(Object::PersistentVolumeClaim(Rc::new(asked)))?;
        let message = format!(
            "Waiting for a volume to be created either by the external provisioner '{provisioner}' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered."
        );
        event(
            cx,
            claim,
            EventType::Normal,
            "ExternalProvisioning",
            &message,
        );
        cx.wake_after(PROVISION_MS, Wait::Provisioning);
        return Ok(());
    }
    if provisioner == "kubernetes.io/no-provisioner" {
        return Ok(());
    }
    if !cx.is_timer(Wait::Provisioning) {
        // The sync was triggered by something else; the volume is still being provisioned.
        cx.wake_after(PROVISION_MS, Wait::Provisioning);
        return Ok(());
    }
    let volume = volume::provisioned(claim, class);
    let name = volume.meta().name.clone();
    cx.decide(&b::PROVISIONED)
        .object("claim", Kind::PersistentVolumeClaim, key.name.clone())
        .object("volume", Kind::PersistentVolume, name.clone());
    let volume = cx.store.create(volume)?;
    let message = format!("Successfully provisioned volume {name}");
    let about = (Kind::PersistentVolumeClaim, &claim.metadata);
    cx.event(
        &provisioner,
        about,
        EventType::Normal,
        "ProvisioningSucceeded",
        &message,
    );
    bind(cx, key, claim, &volume)
}

/// Binds in four writes, as upstream: the volume's claim, the volume's phase, the claim's volume, the claim's
/// status.
fn bind(
    cx: &mut Context<'_>,
    key: &Key,
    claim: &Rc<PersistentVolumeClaim>,
    volume: &Object,
) -> Result<(), SyncError> {
    let name = volume.meta().name.clone();
    cx.decide(&b::BIND)
        .object("claim", Kind::PersistentVolumeClaim, key.name.clone())
        .object("volume", Kind::PersistentVolume, name.clone());
    let by_controller = field(volume, "/spec/claimRef").is_null();
    let referring = with(volume, |volume| {
        volume.fields["spec"]["claimRef"] = volume::claim_reference(&claim.metadata);
        if by_controller {
            volume.metadata.set_annotation(BOUND_BY, "yes");
        }
    });
    let volume = cx.store.update(referring)?;
    set_phase(cx, &volume, "Bound")?;
    let mut bound = (**claim).clone();
    bound.metadata.set_annotation(BIND_COMPLETED, "yes");
    if bound.volume_name.replace(name).is_none() {
        bound.metadata.set_annotation(BOUND_BY, "yes");
    }
    bound.metadata.resource_version = 0;
    cx.store
        .update(Object::PersistentVolumeClaim(Rc::new(bound)))?;
    let texts = |value: &Value| -> Vec<Rc<str>> {
        let list = value.as_array().into_iter().flatten();
        list.filter_map(Value::as_str).map(Into::into).collect()
    };
    let capacity = field(&volume, "/spec/capacity")
        .as_object()
        .into_iter()
        .flatten();
    let capacity =
        capacity.filter_map(|(name, amount)| Some((name.clone(), amount.as_str()?.to_owned())));
    let status = ClaimStatus {
        phase: ClaimPhase::Bound,
        access_modes: texts(field(&volume, "/spec/accessModes")),
        capacity: capacity.into_iter().collect(),
        conditions: claim.status.conditions.clone(),
    };
    write_claim_status(cx, key, status)
}

fn write_claim_status(
    cx: &mut Context<'_>,
    key: &Key,
    status: ClaimStatus,
) -> Result<(), SyncError> {
    if let Some(Object::PersistentVolumeClaim(claim)) = cx.store.get(key).cloned() {
        let claim = PersistentVolumeClaim {
            status,
            ..(*claim).clone()
        };
        cx.store
            .update_status(Object::PersistentVolumeClaim(Rc::new(claim)))?;
    }
    Ok(())
}

fn set_phase(cx: &mut Context<'_>, volume: &Object, phase: &str) -> Result<(), SyncError> {
    let volume = with(volume, |volume| {
        volume.fields["status"]["phase"] = phase.into();
    });
    cx.store.update_status(volume)?;
    Ok(())
}

fn sync_volume(cx: &mut Context<'_>, key: &Key, volume: &Object) -> Result<(), SyncError> {
    let name = key.name.clone();
    let reference = field(volume, "/spec/claimRef").clone();
    let owner = |field: &str| reference[field].as_str().unwrap_or_default();
    if owner("uid").is_empty() {
        cx.decide(&b::AVAILABLE)
            .object("volume", Kind::PersistentVolume, name);
        return set_phase(cx, volume, "Available");
    }
    let claim = Key::of(
        Kind::PersistentVolumeClaim,
        owner("namespace"),
        owner("name"),
    );
    let there = cx.store.get(&claim);
    if there.is_some_and(|there| there.meta().uid == Uid::from(owner("uid"))) {
        cx.decide(&b::IN_USE)
            .object("volume", Kind::PersistentVolume, name)
            .object("claim", Kind::PersistentVolumeClaim, claim.name.clone());
        return Ok(());
    }
    set_phase(cx, volume, "Released")?;
    if text(volume, "/spec/persistentVolumeReclaimPolicy") == "Delete" {
        cx.decide(&b::RECLAIM)
            .object("volume", Kind::PersistentVolume, name);
        match cx.store.delete(key, &DeleteOptions::default()) {
            Ok(()) | Err(ApiError::NotFound { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    } else {
        cx.decide(&b::RELEASED)
            .object("volume", Kind::PersistentVolume, name);
    }
    Ok(())
}

fn event(
    cx: &mut Context<'_>,
    claim: &PersistentVolumeClaim,
    kind: EventType,
    reason: &str,
    message: &str,
) {
    let about = (Kind::PersistentVolumeClaim, &claim.metadata);
    cx.event(NAME, about, kind, reason, message);
}
