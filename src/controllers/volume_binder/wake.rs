//! Changes that queue claims and volumes (`pv_controller_base.go`, the informers' handlers).

use crate::actor::{Wake, cause_of};
use crate::api::kind::Kind;
use crate::api::object::{Key, Object};
use crate::api::persistent_volume::{SELECTED_NODE, field, volume_key};
use crate::api::persistent_volume_claim::{ClaimPhase, PersistentVolumeClaim};
use crate::store::{Change, Store};

/// The claims and volumes to queue after a change.
pub fn wake(store: &Store, change: &Change, wakes: &mut Vec<Wake>) {
    let now = |key: Key| Wake::now(key, cause_of(change));
    match (change.key.kind, &change.before, &change.after) {
        (Kind::PersistentVolumeClaim, None, Some(_)) => wakes.push(now(change.key.clone())),
        (Kind::PersistentVolumeClaim, Some(Object::PersistentVolumeClaim(claim)), None) => {
            wakes.extend(claim.volume_name.as_ref().map(|name| now(volume_key(name))));
        }
        (
            Kind::PersistentVolumeClaim,
            Some(Object::PersistentVolumeClaim(before)),
            Some(Object::PersistentVolumeClaim(after)),
        ) => {
            let node = |claim: &PersistentVolumeClaim| {
                claim.metadata.annotation(SELECTED_NODE).map(str::to_owned)
            };
            if node(before) != node(after) {
                wakes.push(now(change.key.clone()));
            }
        }
        (Kind::PersistentVolume, before, Some(volume)) => {
            let reference = |object: &Object| field(object, "/spec/claimRef").clone();
            let owner = reference(volume);
            let changed = before
                .as_ref()
                .is_none_or(|before| reference(before) != owner);
            if owner.is_null() && changed {
                // A pending claim may be waiting for an available volume.
                wakes.push(now(change.key.clone()));
                wakes.extend(pending(store).map(now));
            } else if changed {
                // The claim for which the scheduler has reserved the volume is waiting for it.
                let claim = claim_of(volume);
                wakes.extend(
                    Some(claim)
                        .filter(|key| is_pending(store.get(key)))
                        .map(now),
                );
            }
        }
        (Kind::PersistentVolume, Some(volume), None) => {
            let key = claim_of(volume);
            if store.get(&key).is_some() {
                wakes.push(now(key));
            }
        }
        (Kind::StorageClass, None, Some(_)) => wakes.extend(pending(store).map(now)),
        _ => {}
    }
}

/// The claim that a volume is reserved for.
fn claim_of(volume: &Object) -> Key {
    let owner = field(volume, "/spec/claimRef");
    let text = |name: &str| owner[name].as_str().unwrap_or_default();
    Key::of(Kind::PersistentVolumeClaim, text("namespace"), text("name"))
}

fn pending(store: &Store) -> impl Iterator<Item = Key> {
    let claims = store.list(Kind::PersistentVolumeClaim, None);
    let waiting = claims.filter(|claim| is_pending(Some(claim)));
    waiting.map(Object::key)
}

fn is_pending(claim: Option<&Object>) -> bool {
    matches!(claim, Some(Object::PersistentVolumeClaim(claim)) if claim.status.phase == ClaimPhase::Pending)
}
