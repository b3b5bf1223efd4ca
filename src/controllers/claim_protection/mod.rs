//! Protects claims used by pods and volumes bound to claims from deletion (`pkg/controller/volume/pvcprotection`,
//! `pkg/controller/volume/pvprotection`).

pub mod branches;
mod unused;

use crate::actor::decision::Branch;
use crate::actor::{Context, Kinds, Spec, SyncError, Wake, cause_of};
use crate::api::kind::Kind;
use crate::api::object::{Key, Object};
use crate::api::persistent_volume_claim::{PROTECTION_FINALIZER, VOLUME_PROTECTION_FINALIZER};
use crate::store::{Change, Store};
use branches as b;
use serde_json::Value;
use std::rc::Rc;

/// The controller's name. It records no events.
pub const NAME: &str = "pvc-protection-controller";

/// Registration of the controller with the engine.
pub static SPEC: Spec = Spec {
    name: NAME,
    short_name: "pvc",
    branches: branches::ALL,
    runs_in_manual: true,
    interests: Kinds::of(&[
        Kind::PersistentVolumeClaim,
        Kind::PersistentVolume,
        Kind::Pod,
    ]),
    deaf_to_own: Kinds::NONE,
    sync,
    wake,
    forget: None,
    wake_on_silence: None,
    wake_on_memory: None,
};

/// Syncs a claim (`pvc_protection_controller.go`, processPVC) or volume (`pv_protection_controller.go`, processPV).
///
/// # Errors
/// The API server refused a write; the key is retried.
pub fn sync(cx: &mut Context<'_>, key: &Key) -> Result<(), SyncError> {
    let Some(object) = cx.store.get(key).cloned() else {
        cx.decide(&b::GONE).add("object", key.clone());
        return Ok(());
    };
    let table = if key.kind == Kind::PersistentVolume {
        &OF_VOLUMES
    } else {
        &OF_CLAIMS
    };
    let user = user(cx.store, &object);
    let (branch, protect) = match (object.meta().is_terminating(), is_protected(&object)) {
        (true, true) if user.is_some() => (table.in_use, None),
        (true, true) => (table.release, Some(false)),
        (false, false) => (table.protect, Some(true)),
        _ => (table.right, None),
    };
    let decision = cx.decide(branch);
    decision.object(table.noun, key.kind, key.name.clone());
    if let Some(user) = user.filter(|_| branch == table.in_use) {
        decision.add(table.user, user);
    }
    if let Some(protected) = protect {
        set_protected(cx, object, protected)?;
    }
    unused::sync(cx, key)
}

/// The branches for a kind.
struct Table {
    noun: &'static str,
    user: &'static str,
    right: &'static Branch,
    protect: &'static Branch,
    in_use: &'static Branch,
    release: &'static Branch,
}

static OF_CLAIMS: Table = Table {
    noun: "claim",
    user: "pod",
    right: &b::RIGHT,
    protect: &b::PROTECT,
    in_use: &b::IN_USE,
    release: &b::RELEASE,
};

static OF_VOLUMES: Table = Table {
    noun: "volume",
    user: "claim",
    right: &b::RIGHT_VOLUME,
    protect: &b::PROTECT_VOLUME,
    in_use: &b::BOUND_VOLUME,
    release: &b::RELEASE_VOLUME,
};

fn finalizer(kind: Kind) -> &'static str {
    if kind == Kind::PersistentVolume {
        VOLUME_PROTECTION_FINALIZER
    } else {
        PROTECTION_FINALIZER
    }
}

fn is_protected(object: &Object) -> bool {
    let mut finalizers = object.meta().finalizers.iter();
    finalizers.any(|known| **known == *finalizer(object.kind()))
}

/// The user of an object: of a volume, the claim bound to it; of a claim, a scheduled pod.
fn user(store: &Store, object: &Object) -> Option<Key> {
    match object {
        Object::Other(Kind::PersistentVolume, volume) => {
            let field = |path: &str| volume.fields.pointer(path).and_then(Value::as_str);
            let claim = |path: &str| Rc::from(field(path).unwrap_or_default());
            let bound = field("/status/phase") == Some("Bound");
            bound.then(|| {
                Key::new(
                    Kind::PersistentVolumeClaim,
                    &claim("/spec/claimRef/namespace"),
                    &claim("/spec/claimRef/name"),
                )
            })
        }
        claim => pod_of(store, &claim.key()),
    }
}

/// A scheduled pod that uses the claim, finished or not; unscheduled pods do not count.
fn pod_of(store: &Store, claim: &Key) -> Option<Key> {
    let users = store.indexes().claim_users(&claim.namespace, &claim.name);
    let mut keys = users.map(|name| Key::new(Kind::Pod, &claim.namespace, name));
    let on_node = |key: &Key| {
        let pod = store.pod(key);
        pod.is_some_and(|pod| pod.node_name.is_some())
    };
    keys.find(on_node)
}

fn set_protected(
    cx: &mut Context<'_>,
    mut object: Object,
    protected: bool,
) -> Result<(), SyncError> {
    let finalizer = finalizer(object.kind());
    let meta = object.meta_mut();
    let others = meta.finalizers.iter().cloned();
    let others = others.filter(|known| **known != *finalizer);
    let own = protected.then(|| finalizer.into());
    meta.finalizers = others.chain(own).collect();
    cx.store.update(object)?;
    Ok(())
}

/// The claims and volumes to queue after a change: those that are not as protected as they should be, and claims that
/// lose or gain a pod that matters to them.
pub fn wake(store: &Store, change: &Change, wakes: &mut Vec<Wake>) {
    match (&change.before, &change.after) {
        (_, Some(object))
            if matches!(
                change.key.kind,
                Kind::PersistentVolumeClaim | Kind::PersistentVolume
            ) && (object.meta().is_terminating() == is_protected(object)
                || unused::is_due(store, &change.key)) =>
        {
            wakes.push(Wake::now(change.key.clone(), cause_of(change)));
        }
        (Some(Object::Pod(pod)), None) | (_, Some(Object::Pod(pod))) => {
            let is_gone = change.after.is_none();
            for claim in pod.claims() {
                let key = Key::new(Kind::PersistentVolumeClaim, &pod.metadata.namespace, claim);
                let found = store.get(&key).filter(|_| is_gone);
                let lets_go = found.is_some_and(|claim| claim.meta().is_terminating());
                if lets_go || unused::is_due(store, &key) {
                    wakes.push(Wake::now(key, cause_of(change)));
                }
            }
        }
        _ => {}
    }
}
