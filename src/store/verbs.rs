//! Create, update, delete: the API server's verbs.

use super::error::ApiError;
use super::strategy::{has_generation, keep_spec, keep_status, reset_status, wants_other};
use super::{Store, claims, custom, jobs, names, namespaces, services, validate};
use crate::api::condition::ConditionStatus;
use crate::api::kind::Kind;
use crate::api::meta::{ObjectMeta, Uid};
use crate::api::object::{Key, Object};
use crate::api::persistent_volume_claim::{PROTECTION_FINALIZER, VOLUME_PROTECTION_FINALIZER};
use crate::api::pod::{PodCondition, PodConditionType};
use crate::api::time::Time;
use std::rc::Rc;

/// Maximum replicas of one object: a limit of kubestep, not of Kubernetes.
pub const REPLICAS_MAX: i32 = 200_000;

/// What an owner's deletion means for its dependents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Propagation {
    /// The owner is removed at once; the garbage collector deletes the dependents.
    Background,
    /// The owner stays until its dependents are gone.
    Foreground,
    /// The dependents stay, without their owner reference.
    Orphan,
}

/// How to delete (`metav1.DeleteOptions`).
#[derive(Debug, Clone, Default)]
pub struct DeleteOptions {
    /// What happens to dependents; if absent, the object's finalizers or its kind decide.
    pub propagation: Option<Propagation>,
    /// Grace period in seconds, instead of the pod's own.
    pub grace_period_seconds: Option<i64>,
    /// Precondition: delete only the object with this uid.
    pub uid: Option<Uid>,
}

impl Propagation {
    const FOREGROUND: &str = "foregroundDeletion";
    const ORPHAN: &str = "orphan";

    /// The finalizer that represents the policy on an object, if any.
    #[must_use]
    pub fn finalizer(self) -> Option<&'static str> {
        match self {
            Self::Background => None,
            Self::Foreground => Some(Self::FOREGROUND),
            Self::Orphan => Some(Self::ORPHAN),
        }
    }
}

impl Store {
    /// Creates an object: assigns name, uid, version and creation time, and sets the kind's initial status.
    ///
    /// # Errors
    /// The name is taken, the namespace is missing, or a limit of kubestep is exceeded.
    pub fn create(&mut self, mut object: Object) -> Result<Object, ApiError> {
        check_limits(&object)?;
        let kind = object.kind();
        let now = self.now().whole_seconds();
        self.require_namespace(kind, object.meta())?;
        let is_named = !object.meta().name.is_empty();
        let prefix = object.meta().generate_name.as_deref();
        let asked = if is_named {
            &*object.meta().name
        } else {
            prefix.unwrap_or_default()
        };
        let asked = asked.to_owned();
        let limited = self.add_limits(&mut object)?;
        self.require_account(&object, &asked)?;
        self.set_priority(&mut object, &asked)?;
        if !is_named {
            let name = self.free_name(kind, object.meta());
            object.meta_mut().name = name;
        }
        validate::create(&object)?;
        if limited {
            self.require_valid(&object)?;
        }
        admit(&mut object);
        let key = object.key();
        self.require_limits(&object)?;
        self.require_one_default(&object)?;
        self.require_quota(&object, &key.name)?;
        if let Some(known) = self.get(&key).filter(|_| is_named) {
            return Err(ApiError::already_exists(&key, known.meta()));
        }
        let meta = object.meta_mut();
        meta.uid = self.registers.next_uid();
        meta.creation_timestamp = Some(now);
        meta.deletion_timestamp = None;
        meta.deletion_grace_period_seconds = None;
        meta.generation = i64::from(has_generation(kind, self.registers.features));
        reset_status(&mut object);
        namespaces::prepare_create(&mut object);
        claims::prepare_create(self, &mut object);
        custom::prepare_create(self, &mut object);
        jobs::prepare_create(&mut object);
        services::prepare_create(self, &mut object)?;
        let created = self.written(key.clone(), object)?;
        self.keep_default_account(&key);
        Ok(created)
    }

    /// Writes an object's desired state; its status is kept.
    ///
    /// A write without a change is no write. An object being deleted is removed with its last finalizer.
    ///
    /// # Errors
    /// The object does not exist, has a later version, or exceeds a limit of kubestep.
    pub fn update(&mut self, mut object: Object) -> Result<Object, ApiError> {
        check_limits(&object)?;
        let (key, current) = self.current(&object)?;
        keep_system_metadata(&mut object, current.meta());
        keep_status(&mut object, &current);
        if let (Object::Pod(new), Object::Pod(old)) = (&mut object, &current)
            && !Rc::ptr_eq(&new.spec, &old.spec)
        {
            Rc::make_mut(new).part_claims(old);
        }
        validate::update(&object, &current)?;
        services::prepare_update(self, &current, &mut object)?;
        claims::prepare_update(self, &current, &object)?;
        self.require_limits_of_change(&current, &object)?;
        self.require_one_default(&object)?;
        if has_generation(key.kind, self.registers.features) && wants_other(&current, &object) {
            object.meta_mut().generation = current.meta().generation + 1;
        }
        if may_go(&object) {
            let kind = key.kind;
            self.write(key, None);
            self.release_definition(kind)?;
            return Ok(object);
        }
        let defined = self.customs.of(&key.name);
        let updated = self.write_if_other(key.clone(), &current, object)?;
        if key.kind == Kind::CustomResourceDefinition {
            self.follow_definition(&key, defined);
        }
        Ok(updated)
    }

    /// Writes an object's status; its desired state is kept.
    ///
    /// Annotations can change along with it: the Deployment controller writes the revision this way
    /// (`pkg/registry/apps/deployment/strategy.go`, deploymentStatusStrategy).
    ///
    /// # Errors
    /// The object does not exist or has a later version.
    pub fn update_status(&mut self, mut object: Object) -> Result<Object, ApiError> {
        let (key, current) = self.current(&object)?;
        keep_system_metadata(&mut object, current.meta());
        object.meta_mut().labels = current.meta().labels.clone();
        keep_spec(&mut object, &current);
        self.write_if_other(key, &current, object)
    }

    /// Binds a pod to a node, as the scheduler requests (`pods/binding`): sets the node's name and the condition
    /// PodScheduled in one write.
    ///
    /// # Errors
    /// The pod does not exist, is terminating, or is bound already.
    pub fn bind(&mut self, key: &Key, node: &Rc<str>) -> Result<Object, ApiError> {
        let pod = self.pod(key).ok_or_else(|| ApiError::not_found(key))?;
        if pod.node_name.is_some() || pod.metadata.is_terminating() {
            return Err(ApiError::conflict(key));
        }
        let mut pod = (**pod).clone();
        pod.node_name = Some(node.clone());
        let scheduled = PodCondition {
            kind: PodConditionType::PodScheduled,
            observed_generation: 0,
            status: ConditionStatus::True,
            last_probe_time: (),
            last_transition_time: self.now().whole_seconds(),
            reason: None,
            message: None,
        };
        let known = &pod.status.conditions;
        pod.status.conditions = if known.is_empty() {
            [scheduled].into()
        } else {
            let others = known.iter().filter(|known| known.kind != scheduled.kind);
            others.cloned().chain([scheduled.clone()]).collect()
        };
        self.written(key.clone(), Object::Pod(Rc::new(pod)))
    }

    /// Deletes an object or marks it for deletion (`staging/src/k8s.io/apiserver/pkg/registry/rest/delete.go`).
    ///
    /// # Errors
    /// The object does not exist or has another uid.
    pub fn delete(&mut self, key: &Key, options: &DeleteOptions) -> Result<(), ApiError> {
        let current = self
            .get(key)
            .cloned()
            .ok_or_else(|| ApiError::not_found(key))?;
        if options
            .uid
            .as_ref()
            .is_some_and(|uid| *uid != current.meta().uid)
        {
            return Err(ApiError::conflict(key));
        }
        namespaces::check_delete(key)?;
        let Some(grace) = grace_period(&current, options) else {
            return Ok(());
        };
        let mut current = current;
        if key.kind == Kind::CustomResourceDefinition && !self.empty_definition(key) {
            custom::hold(&mut current);
        }
        let finalizers = finalizers(current.meta(), options.propagation);
        let goes = grace == 0 && finalizers.is_empty() && namespaces::is_finalized(&current);
        let is_marked = current.kind() != Kind::Pod || current.meta().is_terminating();
        if goes && is_marked {
            self.write(key.clone(), None);
            self.keep_default_account(key);
            self.release_definition(key.kind)?;
            return Ok(());
        }
        let mut object = current.clone();
        let now = self.now().whole_seconds();
        let meta = object.meta_mut();
        meta.finalizers = finalizers;
        match meta.deletion_timestamp {
            None => begin_deletion(meta, now.plus_seconds(grace), grace),
            Some(known) => {
                let before = meta.deletion_grace_period_seconds.unwrap_or(0);
                meta.deletion_timestamp = Some(known.plus_seconds(grace - before));
                meta.deletion_grace_period_seconds = Some(grace);
            }
        }
        namespaces::prepare_delete(&mut object);
        self.write_if_other(key.clone(), &current, object)?;
        // Even a pod that is deleted immediately is marked first
        // (`staging/src/k8s.io/apiserver/pkg/registry/generic/registry/store.go`, Delete).
        if goes {
            self.write(key.clone(), None);
        }
        Ok(())
    }

    fn current(&self, object: &Object) -> Result<(Key, Object), ApiError> {
        let key = object.key();
        let mut current = self
            .get(&key)
            .cloned()
            .ok_or_else(|| ApiError::not_found(&key))?;
        current.serve();
        let (old, new) = (current.meta(), object.meta());
        let other_uid = !new.uid.is_empty() && new.uid != old.uid;
        let other_version =
            new.resource_version != 0 && new.resource_version != old.resource_version;
        if other_uid || other_version {
            Err(ApiError::conflict(&key))
        } else {
            Ok((key, current))
        }
    }

    fn write_if_other(
        &mut self,
        key: Key,
        current: &Object,
        mut object: Object,
    ) -> Result<Object, ApiError> {
        object.meta_mut().resource_version = current.meta().resource_version;
        if object == *current {
            Ok(object)
        } else {
            self.written(key, object)
        }
    }

    pub(super) fn written(&mut self, key: Key, object: Object) -> Result<Object, ApiError> {
        self.write(key.clone(), Some(object))
            .ok_or_else(|| ApiError::not_found(&key))
    }

    /// Requires that the namespace exists and is not being deleted (the admission plugin NamespaceLifecycle).
    /// namespace does not exist or is being deleted (the admission plugin NamespaceLifecycle).
    pub(super) fn require_namespace(&self, kind: Kind, meta: &ObjectMeta) -> Result<(), ApiError> {
        if !kind.info().namespaced {
            return Ok(());
        }
        match self.namespace(&meta.namespace) {
            None => Err(ApiError::not_found(&namespaces::key(&meta.namespace))),
            Some(found) if found.meta().is_terminating() => {
                Err(ApiError::namespace_terminating(kind, meta))
            }
            Some(_) => Ok(()),
        }
    }

    /// A generated name that is not in use.
    fn free_name(&mut self, kind: Kind, meta: &ObjectMeta) -> Rc<str> {
        let base = meta.generate_name.as_deref().unwrap_or_default();
        loop {
            let name = names::generate(base, &mut self.registers);
            if self.get(&Key::new(kind, &meta.namespace, &name)).is_none() {
                return name;
            }
        }
    }
}

pub(super) fn check_limits(object: &Object) -> Result<(), ApiError> {
    let replicas = match object {
        Object::Deployment(object) => object.spec.replicas,
        Object::ReplicaSet(object) => object.spec.replicas,
        Object::StatefulSet(object) => object.spec.replicas,
        _ => 0,
    };
    if replicas <= REPLICAS_MAX {
        return Ok(());
    }
    Err(ApiError::Limit(format!(
        "spec.replicas is {replicas}; at most {REPLICAS_MAX} replicas of one object are simulated"
    )))
}

/// Adds what admission plugins add (`plugin/pkg/admission/storage/storageobjectinuseprotection/admission.go`).
fn admit(object: &mut Object) {
    let finalizer = match object.kind() {
        Kind::PersistentVolumeClaim => PROTECTION_FINALIZER,
        Kind::PersistentVolume => VOLUME_PROTECTION_FINALIZER,
        _ => return,
    };
    let meta = object.meta_mut();
    if meta.finalizers.iter().all(|name| **name != *finalizer) {
        let known = meta.finalizers.iter().cloned();
        meta.finalizers = known.chain([finalizer.into()]).collect();
    }
}

/// Keeps the metadata that only the server writes.
fn keep_system_metadata(object: &mut Object, current: &ObjectMeta) {
    let meta = object.meta_mut();
    meta.uid = current.uid.clone();
    meta.generate_name = current.generate_name.clone();
    meta.creation_timestamp = current.creation_timestamp;
    meta.deletion_timestamp = current.deletion_timestamp;
    meta.deletion_grace_period_seconds = current.deletion_grace_period_seconds;
    meta.generation = current.generation;
    if meta.claim.is_none() {
        meta.claim = current.claim.clone();
    }
}

/// The deletion grace period in seconds; `None` if the deletion has begun and is not to be shortened
/// (`staging/src/k8s.io/apiserver/pkg/registry/rest/delete.go`, BeforeDelete).
///
/// A pod that was never bound, or whose containers have ended, is removed at once
/// (`pkg/registry/core/pod/strategy.go`, CheckGracefulDelete).
fn grace_period(object: &Object, options: &DeleteOptions) -> Option<i64> {
    let Object::Pod(pod) = object else {
        return Some(0);
    };
    let period = |seconds: i64| if seconds < 0 { 1 } else { seconds };
    let asked = options.grace_period_seconds.map(period);
    let meta = &pod.metadata;
    if meta.is_terminating() {
        return match meta.deletion_grace_period_seconds.unwrap_or(0) {
            0 => Some(0),
            left => asked.filter(|asked| *asked < left),
        };
    }
    Some(if pod.node_name.is_none() || pod.is_finished() {
        0
    } else {
        asked.unwrap_or(period(pod.spec.termination_grace_period_seconds))
    })
}

fn finalizers(meta: &ObjectMeta, propagation: Option<Propagation>) -> Rc<[Rc<str>]> {
    let Some(propagation) = propagation else {
        return meta.finalizers.clone();
    };
    let of_policy =
        |name: &&Rc<str>| !matches!(&***name, Propagation::FOREGROUND | Propagation::ORPHAN);
    let others = meta.finalizers.iter().filter(of_policy).cloned();
    others
        .chain(propagation.finalizer().map(Rc::from))
        .collect()
}

/// Whether an object being deleted has nothing left to wait for.
fn may_go(object: &Object) -> bool {
    let meta = object.meta();
    meta.is_terminating()
        && meta.finalizers.is_empty()
        && meta.deletion_grace_period_seconds.unwrap_or(0) == 0
        && namespaces::is_finalized(object)
}

fn begin_deletion(meta: &mut ObjectMeta, ends: Time, grace: i64) {
    meta.deletion_timestamp = Some(ends);
    meta.deletion_grace_period_seconds = Some(grace);
    if meta.generation > 0 {
        meta.generation += 1;
    }
}
