//! Protection of claims in use (`pkg/controller/volume/pvcprotection`).

pub mod branches;

use super::{Context, SyncError, Wake, cause_of};
use crate::api::kind::Kind;
use crate::api::object::{Key, Object};
use crate::api::persistent_volume_claim::PROTECTION_FINALIZER;
use crate::store::{Change, Store};
use branches as b;
use std::rc::Rc;

/// The controller's name. It reports no events.
pub const NAME: &str = "pvc-protection-controller";

/// One look at one claim (`pvc_protection_controller.go`, processPVC).
///
/// # Errors
/// A write that the API server refused; the key is tried again.
pub fn sync(cx: &mut Context<'_>, key: &Key) -> Result<(), SyncError> {
    let Some(claim) = cx.store.get(key).cloned() else {
        cx.decide(&b::GONE);
        return Ok(());
    };
    let protected = is_protected(&claim);
    let name = key.name.clone();
    match (claim.meta().is_terminating(), protected) {
        (true, true) => match user(cx.store, key) {
            Some(pod) => {
                cx.decide(&b::IN_USE).text("claim", name).text("pod", pod);
                Ok(())
            }
            None => {
                cx.decide(&b::RELEASE).text("claim", name);
                set_protected(cx, claim, false)
            }
        },
        (false, false) => {
            cx.decide(&b::PROTECT).text("claim", name);
            set_protected(cx, claim, true)
        }
        _ => {
            cx.decide(&b::RIGHT).text("claim", name);
            Ok(())
        }
    }
}

fn is_protected(claim: &Object) -> bool {
    let mut finalizers = claim.meta().finalizers.iter();
    finalizers.any(|known| **known == *PROTECTION_FINALIZER)
}

/// A pod on a node that uses the claim, finished or not; pods that wait for a node do not count.
fn user(store: &Store, claim: &Key) -> Option<Rc<str>> {
    let users = store.indexes().claim_users(&claim.namespace, &claim.name);
    let mut keys = users.map(|name| Key::new(Kind::Pod, &claim.namespace, name));
    let on_node = |key: &Key| {
        let pod = store.pod(key);
        pod.is_some_and(|pod| pod.node_name.is_some())
    };
    keys.find(on_node).map(|key| key.name)
}

fn set_protected(
    cx: &mut Context<'_>,
    mut claim: Object,
    protected: bool,
) -> Result<(), SyncError> {
    let meta = claim.meta_mut();
    let others = meta.finalizers.iter().cloned();
    let others = others.filter(|known| **known != *PROTECTION_FINALIZER);
    let own = protected.then(|| PROTECTION_FINALIZER.into());
    meta.finalizers = others.chain(own).collect();
    cx.store.update(claim)?;
    Ok(())
}

/// Claims whose deletion begins or that are not protected, and those that are to go and lose a user.
pub fn wake(store: &Store, change: &Change, wakes: &mut Vec<Wake>) {
    match (&change.before, &change.after) {
        (_, Some(claim))
            if change.key.kind == Kind::PersistentVolumeClaim
                && claim.meta().is_terminating() == is_protected(claim) =>
        {
            wakes.push(Wake::now(change.key.clone(), cause_of(change)));
        }
        (Some(Object::Pod(pod)), None) => {
            for claim in pod.claims() {
                let key = Key::new(Kind::PersistentVolumeClaim, &pod.metadata.namespace, claim);
                let found = store.get(&key);
                if found.is_some_and(|claim| claim.meta().is_terminating()) {
                    wakes.push(Wake::now(key, cause_of(change)));
                }
            }
        }
        _ => {}
    }
}
