//! The condition `Unused` of claims: whether no pod uses a claim, and since when.

use super::branches as b;
use crate::actor::{Context, SyncError};
use crate::api::condition::ConditionStatus;
use crate::api::kind::Kind;
use crate::api::object::{Key, Object};
use crate::api::persistent_volume_claim::{
    ClaimCondition, ClaimPhase, PersistentVolumeClaim, UNUSED,
};
use crate::store::Store;
use crate::versions::Feature;
use std::rc::Rc;

/// What the condition has to say.
struct Use {
    claim: Rc<PersistentVolumeClaim>,
    /// A pod that uses the claim.
    user: Option<Rc<str>>,
}

impl Use {
    fn status(&self) -> ConditionStatus {
        self.user.is_none().into()
    }
}

/// Whether the condition of a claim is missing or outdated.
pub(super) fn is_due(store: &Store, key: &Key) -> bool {
    due(store, key).is_some()
}

/// The new condition of a claim, if it is missing or outdated. Only claims that are bound and not being deleted have
/// one.
fn due(store: &Store, key: &Key) -> Option<Use> {
    if !store.has(Feature::PersistentVolumeClaimUnusedSinceTime) {
        return None;
    }
    let Some(Object::PersistentVolumeClaim(claim)) = store.get(key) else {
        return None;
    };
    if claim.status.phase != ClaimPhase::Bound || claim.metadata.is_terminating() {
        return None;
    }
    let wanted = Use {
        claim: claim.clone(),
        user: user(store, key),
    };
    let mut conditions = claim.status.conditions.iter();
    let known = conditions.find(|known| &*known.kind == UNUSED);
    known
        .is_none_or(|known| known.status != wanted.status())
        .then_some(wanted)
}

/// The first pod that uses the claim and has not finished; pods without a node count.
fn user(store: &Store, claim: &Key) -> Option<Rc<str>> {
    let users = store.indexes().claim_users(&claim.namespace, &claim.name);
    let mut keys = users.map(|name| Key::new(Kind::Pod, &claim.namespace, name));
    let runs = |key: &Key| store.pod(key).is_some_and(|pod| !pod.is_finished());
    keys.find(runs).map(|key| key.name)
}

/// Writes the condition if it is due.
pub(super) fn sync(cx: &mut Context<'_>, key: &Key) -> Result<(), SyncError> {
    let Some(wanted) = due(cx.store, key) else {
        return Ok(());
    };
    let status = wanted.status();
    let (branch, reason, message) = match &wanted.user {
        None => (
            &b::UNUSED,
            "NoPodsUsingPVC",
            "No pods are currently referencing this PVC",
        ),
        Some(_) => (
            &b::USED,
            "PodUsingPVC",
            "A pod is currently referencing this PVC",
        ),
    };
    let decision = cx.decide(branch);
    decision.object("claim", key.kind, key.name.clone());
    if let Some(pod) = wanted.user {
        decision.object("pod", Kind::Pod, pod);
    }
    let condition = ClaimCondition {
        kind: UNUSED.into(),
        status,
        last_probe_time: (),
        last_transition_time: cx.now().whole_seconds(),
        reason: reason.into(),
        message: message.into(),
    };
    let mut claim = (*wanted.claim).clone();
    let conditions = &mut claim.status.conditions;
    match conditions.iter_mut().find(|known| &*known.kind == UNUSED) {
        Some(known) => *known = condition,
        None => conditions.push(condition),
    }
    cx.store
        .update_status(Object::PersistentVolumeClaim(Rc::new(claim)))?;
    Ok(())
}
