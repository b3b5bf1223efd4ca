//! The nodes' part, driven by hand: by recordings and users.

use super::kubelet::{remove, write};
use super::scheduler::{bind, next_node};
use super::status::Happening;
use crate::actor::SyncError;
use crate::api::kind::Kind;
use crate::api::light;
use crate::api::meta::ObjectMeta;
use crate::api::object::{Key, Object};
use crate::api::persistent_volume_claim::{ClaimPhase, PersistentVolumeClaim};
use crate::api::pod::Pod;
use crate::store::Store;
use std::rc::Rc;

/// Something that happens to a pod.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verb {
    /// It is bound to a node.
    Schedule,
    /// Its containers are being created.
    Creating,
    /// Its containers are running.
    Run,
    /// It becomes ready.
    Ready,
    /// It is no longer ready.
    Unready,
    /// Its containers are waiting, for a reason such as `ErrImagePull`.
    Waiting(String),
    /// It fails, optionally with a reason such as `Evicted`.
    Fail(Option<String>),
    /// It succeeds.
    Succeed,
    /// It has terminated after its deletion, and the object is removed.
    Stopped,
}

impl Verb {
    /// Parses a verb and its reason, in the notation of recordings.
    #[must_use]
    pub fn parse(word: &str, reason: Option<&str>) -> Option<Self> {
        let reason = reason.map(str::to_owned);
        Some(match word {
            "schedule" => Self::Schedule,
            "creating" => Self::Creating,
            "run" => Self::Run,
            "ready" => Self::Ready,
            "unready" => Self::Unready,
            "waiting" => Self::Waiting(reason?),
            "fail" => Self::Fail(reason),
            "succeed" => Self::Succeed,
            "stopped" => Self::Stopped,
            _ => return None,
        })
    }

    /// Whether the verb would change the pod.
    #[must_use]
    pub fn applies_to(&self, pod: &Pod) -> bool {
        use crate::api::pod::PodPhase::Running;
        let waits_for = |reason: &str| {
            let mut states = pod
                .status
                .container_statuses
                .iter()
                .map(|status| &status.state);
            states.any(|state| {
                state
                    .waiting
                    .as_ref()
                    .is_some_and(|wait| *wait.reason == *reason)
            })
        };
        match self {
            Self::Stopped => pod.metadata.is_terminating(),
            _ if !pod.is_active() => false,
            Self::Schedule => pod.node_name.is_none(),
            Self::Creating => pod.status.container_statuses.is_empty(),
            Self::Run => pod.status.phase != Running,
            Self::Ready => !pod.is_ready(),
            Self::Unready => pod.is_ready(),
            Self::Waiting(reason) => !waits_for(reason),
            Self::Fail(_) | Self::Succeed => true,
        }
    }

    /// Whether the verb requires the pod to be bound.
    #[must_use]
    pub fn binds_first(&self) -> bool {
        !matches!(self, Self::Unready | Self::Stopped)
    }

    /// Applies the verb to a pod.
    ///
    /// # Errors
    /// The API server refused a write.
    pub fn apply(&self, store: &mut Store, key: &Key) -> Result<(), SyncError> {
        let what = match self {
            Self::Schedule => return schedule(store, key),
            Self::Stopped => return remove(store, key),
            Self::Creating => Happening::Creating,
            Self::Run => Happening::Running,
            Self::Ready => Happening::Ready,
            Self::Unready => Happening::Unready,
            Self::Waiting(reason) => Happening::Waiting(reason),
            Self::Fail(reason) => Happening::Failed(reason.as_deref()),
            Self::Succeed => Happening::Succeeded,
        };
        match store.pod(key).cloned() {
            Some(pod) => write(store, &pod, what),
            None => Ok(()),
        }
    }
}

/// Claims without a volume, oldest first.
#[must_use]
pub fn unbound_claims(store: &Store, namespace: Option<&str>) -> Vec<Key> {
    let claims = store.list(Kind::PersistentVolumeClaim, namespace);
    let mut claims: Vec<&Rc<PersistentVolumeClaim>> = claims
        .filter_map(|object| match object {
            Object::PersistentVolumeClaim(claim) => Some(claim),
            _ => None,
        })
        .filter(|claim| claim.status.phase != ClaimPhase::Bound)
        .collect();
    light::sort(&mut claims, |a, b| {
        a.metadata.created().cmp(&b.metadata.created())
    });
    let key =
        |meta: &ObjectMeta| Key::new(Kind::PersistentVolumeClaim, &meta.namespace, &meta.name);
    claims.iter().map(|claim| key(&claim.metadata)).collect()
}

/// Binds a claim to the volume `pv-NAME`, which has no object: first sets its name, then the status.
///
/// # Errors
/// The API server refused a write.
pub fn bind_claim(store: &mut Store, key: &Key) -> Result<(), SyncError> {
    let Some(Object::PersistentVolumeClaim(claim)) = store.get(key).cloned() else {
        return Ok(());
    };
    let named = PersistentVolumeClaim {
        volume_name: Some(format!("pv-{}", key.name).into()),
        ..(*claim).clone()
    };
    store.update(Object::PersistentVolumeClaim(Rc::new(named)))?;
    let Some(Object::PersistentVolumeClaim(claim)) = store.get(key).cloned() else {
        return Ok(());
    };
    let status = claim.granted();
    let bound = PersistentVolumeClaim {
        status,
        ..(*claim).clone()
    };
    store.update_status(Object::PersistentVolumeClaim(Rc::new(bound)))?;
    Ok(())
}

/// Binds a pod to the next node in turn.
///
/// # Errors
/// The API server refused a write.
pub fn schedule(store: &mut Store, key: &Key) -> Result<(), SyncError> {
    match next_node(store) {
        Some(node) => bind(store, key, &node),
        None => Ok(()),
    }
}
