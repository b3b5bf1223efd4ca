//! The garbage collector (`pkg/controller/garbagecollector`): what happens to dependents of deleted owners.
//!
//! Upstream keeps a graph of all owner references; here the store's index of dependents serves as the graph. A work
//! item covers one object, as a waiting owner or as a dependent.

pub mod branches;
mod wake;

pub use wake::wake;

use crate::actor::decision::{Branch, FactValue};
use crate::actor::{Cause, Context, Kinds, Spec, SyncError, Wake};
use crate::api::event::EventType;
use crate::api::kind::Kind;
use crate::api::meta::{ObjectMeta, OwnerReference, Uid};
use crate::api::object::{Key, Object};
use crate::store::{ApiError, DeleteOptions, Propagation, Store};
use branches as b;
use std::rc::Rc;

/// The controller's name in its events.
pub const NAME: &str = "garbage-collector-controller";

/// Registration of the controller with the engine.
pub static SPEC: Spec = Spec {
    name: NAME,
    short_name: "gc",
    branches: branches::ALL,
    runs_in_manual: true,
    // Upstream ignores events (`garbagecollector.go`, DefaultIgnoredResources).
    interests: Kinds::ALL.without(&[Kind::Event]),
    deaf_to_own: Kinds::NONE,
    sync,
    wake,
    forget: None,
    wake_on_silence: None,
    wake_on_memory: None,
};

/// Syncs an object (`garbagecollector.go`, attemptToDeleteItem and attemptToOrphanWorker).
///
/// # Errors
/// The API server refused a write; the key is retried.
pub fn sync(cx: &mut Context<'_>, key: &Key) -> Result<(), SyncError> {
    let Some(object) = cx.store.get(key).cloned() else {
        cx.decide(&b::GONE);
        return Ok(());
    };
    let Some(leaving) = Leaving::of(object.meta()) else {
        return collect(cx, object);
    };
    // Even an object that is being deleted drops its orphaning owners, which do not wait for its removal.
    let owners = Owners::of(cx, object.meta());
    let object = match owners.first(OwnerState::Orphaning) {
        Some(owner) => forget(cx, object, &owners, owner)?,
        None => object,
    };
    match leaving {
        Leaving::Foreground => wait_for_dependents(cx, object),
        Leaving::Orphaning => wait_for_orphans(cx, object),
        Leaving::Plain => {
            cx.decide(&b::GOING).add("object", key.clone());
            Ok(())
        }
    }
}

/// How an object that is being deleted treats its dependents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Leaving {
    /// It waits until they are deleted.
    Foreground,
    /// It waits until their references to it are removed.
    Orphaning,
    /// It does not wait for them.
    Plain,
}

impl Leaving {
    /// `None` if the object is not being deleted.
    fn of(meta: &ObjectMeta) -> Option<Self> {
        let carries = |policy: Propagation| {
            policy
                .finalizer()
                .is_some_and(|wanted| meta.finalizers.iter().any(|known| **known == *wanted))
        };
        meta.is_terminating().then(|| {
            if carries(Propagation::Orphan) {
                Self::Orphaning
            } else if carries(Propagation::Foreground) {
                Self::Foreground
            } else {
                Self::Plain
            }
        })
    }
}

/// State of the object that an owner reference points to (`garbagecollector.go`, classifyReferences).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum OwnerState {
    /// It exists and does not wait for its dependents.
    Solid,
    /// It is gone, or another object has its name.
    Absent,
    /// It waits for its dependents to be deleted.
    Waiting,
    /// It waits to be removed from its dependents' owner references.
    Orphaning,
    /// It cannot be looked up: its kind is unknown, or namespaced although the dependent is cluster-scoped, or it was
    /// not given with the rest of a cluster.
    Unresolved,
}

impl OwnerState {
    /// Owner references have no namespace: an owner is in its dependent's namespace, or cluster-scoped.
    fn of(store: &Store, dependent: &ObjectMeta, owner: &OwnerReference) -> Self {
        let customs = store.customs();
        let Some(kind) = customs.from_api(&owner.api_version, &owner.kind) else {
            return Self::Unresolved;
        };
        if kind.namespaced() && dependent.namespace.is_empty() {
            return Self::Unresolved;
        }
        let found = store.get(&Key::within(kind, &dependent.namespace, &owner.name));
        match found.map(Object::meta).filter(|meta| meta.uid == owner.uid) {
            None => Self::Absent,
            Some(meta) => match Leaving::of(meta) {
                Some(Leaving::Foreground) => Self::Waiting,
                Some(Leaving::Orphaning) => Self::Orphaning,
                Some(Leaving::Plain) | None => Self::Solid,
            },
        }
    }
}

/// Removes an owner in foreground deletion once nothing blocks it. Blocking dependents that are not being deleted
/// are queued again, since they were created after the owner started to wait.
fn wait_for_dependents(cx: &mut Context<'_>, owner: Object) -> Result<(), SyncError> {
    let uid = &owner.meta().uid;
    let indexes = cx.store.indexes();
    let blocks = |key: &&Key| blocks(cx.store, key, uid);
    let Some(blocker) = indexes.dependents(uid).find(blocks).cloned() else {
        return take_finalizer(cx, &b::FOREGROUND_DONE, owner, Propagation::Foreground);
    };
    let left = indexes.dependent_count(uid);
    let pods = (!all_pods_go(cx.store, uid)).then(|| indexes.dependents(uid));
    let pods = pods.into_iter().flatten();
    let staying: Vec<Key> = indexes
        .dependents_but_pods(uid)
        .chain(pods.filter(|key| key.kind == Kind::Pod))
        .filter(blocks)
        .filter(|key| {
            cx.store
                .get(key)
                .is_some_and(|found| !found.meta().is_terminating())
        })
        .cloned()
        .collect();
    cx.decide(&b::WAIT_FOREGROUND)
        .add("object", owner.key())
        .number("left", count(left))
        .add("blocker", blocker.clone());
    let cause = Cause::Deleted(owner.key());
    let wakes = staying.into_iter().map(|key| Wake::now(key, cause.clone()));
    cx.others.extend(wakes);
    Ok(())
}

/// Whether an owner waits for this dependent.
fn blocks(store: &Store, dependent: &Key, owner: &Uid) -> bool {
    let found = store.get(dependent).map(Object::meta);
    let mut references = found
        .into_iter()
        .flat_map(|meta| meta.owner_references.iter());
    references.any(|reference| reference.uid == *owner && reference.block_owner_deletion)
}

/// Whether all pods of an owner are being deleted, which saves checking each of them.
fn all_pods_go(store: &Store, owner: &Uid) -> bool {
    let indexes = store.indexes();
    let pods = indexes.dependent_count(owner) - indexes.dependents_but_pods(owner).count();
    let group = indexes.group(owner);
    pods == 0
        || group
            .is_some_and(|group| group.pods.len() == pods && group.active + group.unmatched == 0)
}

/// Removes an orphaning owner once no dependent refers to it.
fn wait_for_orphans(cx: &mut Context<'_>, owner: Object) -> Result<(), SyncError> {
    match cx.store.indexes().dependent_count(&owner.meta().uid) {
        0 => take_finalizer(cx, &b::ORPHANS_DONE, owner, Propagation::Orphan),
        left => {
            cx.decide(&b::WAIT_ORPHANS)
                .add("object", owner.key())
                .number("left", count(left));
            Ok(())
        }
    }
}

fn take_finalizer(
    cx: &mut Context<'_>,
    branch: &'static Branch,
    mut owner: Object,
    policy: Propagation,
) -> Result<(), SyncError> {
    cx.decide(branch).add("object", owner.key());
    let meta = owner.meta_mut();
    let others = meta
        .finalizers
        .iter()
        .filter(|known| Some(&***known) != policy.finalizer());
    meta.finalizers = others.cloned().collect();
    cx.store.update(owner)?;
    Ok(())
}

/// The owners of a dependent, by state.
struct Owners {
    namespace: Rc<str>,
    all: Vec<(OwnerReference, OwnerState)>,
}

impl Owners {
    fn of(cx: &Context<'_>, dependent: &ObjectMeta) -> Self {
        let state = |owner: &OwnerReference| match OwnerState::of(cx.store, dependent, owner) {
            OwnerState::Absent if cx.world.owners_elsewhere.contains(&owner.uid) => {
                OwnerState::Unresolved
            }
            state => state,
        };
        let all = dependent.owner_references.iter();
        Self {
            namespace: dependent.namespace.clone(),
            all: all.map(|owner| (owner.clone(), state(owner))).collect(),
        }
    }

    fn first(&self, state: OwnerState) -> Option<FactValue> {
        let mut all = self.all.iter();
        let (owner, _) = all.find(|(_, known)| *known == state)?;
        let (version, kind) = (&owner.api_version, &owner.kind);
        Some(FactValue::reference(
            version,
            kind,
            &self.namespace,
            &owner.name,
        ))
    }

    /// The number of owners that are gone or waiting, and the references to the others.
    fn split(&self, goes: impl Fn(OwnerState) -> bool) -> (usize, Rc<[OwnerReference]>) {
        let stay = self.all.iter().filter(|(_, state)| !goes(*state));
        let stay: Rc<[OwnerReference]> = stay.map(|(owner, _)| owner.clone()).collect();
        (self.all.len() - stay.len(), stay)
    }
}

/// Decides whether a dependent is garbage.
fn collect(cx: &mut Context<'_>, object: Object) -> Result<(), SyncError> {
    use OwnerState::{Absent, Orphaning, Solid, Unresolved, Waiting};
    let key = object.key();
    report_foreign_owners(cx, &object);
    let owners = Owners::of(cx, object.meta());
    if owners.all.is_empty() {
        cx.decide(&b::OWNERLESS).add("object", key);
        Ok(())
    } else if let Some(owner) = owners.first(Orphaning) {
        forget(cx, object, &owners, owner).map(drop)
    } else if let Some(owner) = owners.first(Unresolved) {
        cx.decide(&b::UNRESOLVED)
            .add("object", key)
            .add("owner", owner);
        Ok(())
    } else if let Some(owner) = owners.first(Solid) {
        let (gone, stay) = owners.split(|state| matches!(state, Absent | Waiting));
        let branch = if gone == 0 { &b::KEEP } else { &b::PRUNE };
        cx.decide(branch)
            .add("object", key)
            .add("owner", owner)
            .number("count", count(gone));
        if gone == 0 {
            return Ok(());
        }
        set_owners(cx, object, stay).map(drop)
    } else {
        delete(cx, object, &owners)
    }
}

/// Deletes an object without a solid owner.
fn delete(cx: &mut Context<'_>, mut object: Object, owners: &Owners) -> Result<(), SyncError> {
    let key = object.key();
    let waiting = owners.first(OwnerState::Waiting);
    let has_dependents = cx.store.indexes().dependent_count(&object.meta().uid) > 0;
    let (branch, propagation) = match &waiting {
        Some(_) if has_dependents => (&b::DELETE_FOREGROUND, Propagation::Foreground),
        Some(_) => (&b::DELETE_WAITED, own_policy(object.meta())),
        None => (&b::DELETE, own_policy(object.meta())),
    };
    if waiting.is_some() && is_waited_for_by_dependent(cx.store, &object) {
        cx.decide(&b::UNBLOCK).add("object", key.clone());
        let unblocked = |owner: &OwnerReference| OwnerReference {
            block_owner_deletion: false,
            ..owner.clone()
        };
        let meta = object.meta_mut();
        meta.owner_references = meta.owner_references.iter().map(unblocked).collect();
        cx.store.update(object.clone())?;
    }
    let owner = waiting.or_else(|| owners.first(OwnerState::Absent));
    let owner = owner.unwrap_or_else(|| FactValue::Text("".into()));
    cx.decide(branch)
        .add("object", key.clone())
        .add("owner", owner);
    let options = DeleteOptions {
        propagation: Some(propagation),
        uid: Some(object.meta().uid.clone()),
        ..DeleteOptions::default()
    };
    Ok(ApiError::unless_gone(cx.store.delete(&key, &options))?)
}

/// The deletion policy given by the object's own finalizers.
fn own_policy(meta: &ObjectMeta) -> Propagation {
    let policies = [Propagation::Orphan, Propagation::Foreground];
    let asked = policies.into_iter().find(|policy| {
        let mut all = meta.finalizers.iter();
        all.any(|known| Some(&**known) == policy.finalizer())
    });
    asked.unwrap_or(Propagation::Background)
}

/// Whether one of the object's dependents is in foreground deletion itself, as in a cycle of owners.
fn is_waited_for_by_dependent(store: &Store, object: &Object) -> bool {
    let mut dependents = store.indexes().dependents(&object.meta().uid);
    dependents.any(|key| {
        let leaving = store.get(key).and_then(|found| Leaving::of(found.meta()));
        leaving == Some(Leaving::Foreground)
    })
}

/// Removes orphaning owners from an object (orphanDependents).
fn forget(
    cx: &mut Context<'_>,
    object: Object,
    owners: &Owners,
    owner: FactValue,
) -> Result<Object, SyncError> {
    let (_, stay) = owners.split(|state| state == OwnerState::Orphaning);
    cx.decide(&b::ORPHAN)
        .add("object", object.key())
        .add("owner", owner);
    set_owners(cx, object, stay)
}

fn set_owners(
    cx: &mut Context<'_>,
    mut object: Object,
    owners: Rc<[OwnerReference]>,
) -> Result<Object, SyncError> {
    object.meta_mut().owner_references = owners;
    Ok(cx.store.update(object)?)
}

/// An owner in another namespace is invalid, which is reported as an event (`graph_builder.go`,
/// reportInvalidNamespaceOwnerRef).
fn report_foreign_owners(cx: &mut Context<'_>, object: &Object) {
    let meta = object.meta();
    for owner in meta.owner_references.iter() {
        let found = cx.store.by_uid(&owner.uid).map(Object::meta);
        let foreign = found
            .is_some_and(|found| !found.namespace.is_empty() && found.namespace != meta.namespace);
        if foreign {
            let message = format!(
                "ownerRef [{}/{}, namespace: {}, name: {}, uid: {}] does not exist in namespace \"{}\"",
                owner.api_version,
                owner.kind,
                meta.namespace,
                owner.name,
                owner.uid,
                meta.namespace
            );
            let about = (object.kind(), meta);
            cx.event(
                NAME,
                about,
                EventType::Warning,
                "OwnerRefInvalidNamespace",
                &message,
            );
        }
    }
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
