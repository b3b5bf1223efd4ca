//! The ReplicaSet controller (`pkg/controller/replicaset`).

pub mod branches;
mod quick;
mod ranking;
mod status;
mod wake;

pub use ranking::{
    Candidate, Criterion, Ranked, candidates, compare, pods_to_delete, rank_by_node,
};
pub use status::{
    calculate_conditions, calculate_status, next_pod_availability_check, set_condition,
};
pub use wake::wake;

use super::refs;
use crate::actor::decision::PODS;
use crate::actor::{Context, Kinds, Spec, SyncError};
use crate::api::event::EventType;
use crate::api::kind::Kind;
use crate::api::meta::ObjectMeta;
use crate::api::object::{Key, Object};
use crate::api::pod::{Pod, PodStatus};
use crate::api::replica_set::ReplicaSet;
use crate::store::{ApiError, DeleteOptions, Member, PodGroup, Store};
use branches as b;
use std::rc::Rc;

/// The controller's name in its events.
pub const NAME: &str = "replicaset-controller";

/// Registration of the controller with the engine.
pub static SPEC: Spec = Spec {
    name: NAME,
    short_name: "rs",
    branches: branches::ALL,
    runs_in_manual: true,
    interests: Kinds::of(&[Kind::ReplicaSet, Kind::Pod]),
    deaf_to_own: Kinds::NONE,
    sync,
    wake,
    forget: None,
    wake_on_silence: None,
    wake_on_memory: None,
};
/// Maximum number of pods that a sync creates or deletes.
pub const BURST_REPLICAS: i32 = 500;

/// Syncs a ReplicaSet (`replica_set.go`, syncReplicaSet).
///
/// Expectations are not needed: the controller's view of the store is always up to date.
///
/// # Errors
/// Pods could not be created or deleted, or the status could not be written; the key is retried.
pub fn sync(cx: &mut Context<'_>, key: &Key) -> Result<(), SyncError> {
    let Some(set) = cx.store.replica_set(key).cloned() else {
        cx.decide(&b::GONE);
        return Ok(());
    };
    claim_pods(cx, &set)?;
    let counts = Counts::of(cx.store, &set);
    let managed = if set.metadata.is_terminating() {
        cx.decide(&b::TERMINATING);
        Ok(())
    } else {
        manage_replicas(cx, &set, &counts)
    };
    status::update(cx, key, &counts, managed.as_ref().err())?;
    managed
}

/// Pod counts at the start of the sync: pods created or deleted by this sync count in the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Active pods.
    pub active: i32,
    /// Active pods with all labels of the template.
    pub fully_labeled: i32,
    /// Active pods that are ready.
    pub ready: i32,
    /// Active pods that have been ready for minReadySeconds.
    pub available: i32,
    /// Terminating pods.
    pub terminating: i32,
    /// Milliseconds until the next ready pod becomes available.
    pub next_available_in: Option<i64>,
}

impl Counts {
    /// Counts the pods of a set.
    #[must_use]
    pub fn of(store: &Store, set: &ReplicaSet) -> Self {
        let Some(group) = store.indexes().group(&set.metadata.uid) else {
            return Self::default();
        };
        let &PodGroup {
            active,
            fully_labeled,
            ready,
            terminating,
            ..
        } = group;
        let mut counts = Self {
            active,
            fully_labeled,
            ready,
            available: ready,
            terminating,
            next_available_in: None,
        };
        if set.spec.min_ready_seconds > 0 {
            counts.look_at_ready_times(store, set);
        }
        counts
    }

    /// Only needed with minReadySeconds, as the index does not know since when pods have been ready.
    fn look_at_ready_times(&mut self, store: &Store, set: &ReplicaSet) {
        let (now, least) = (store.now(), set.spec.min_ready_seconds);
        self.available = 0;
        for pod in active_pods(store, set) {
            self.available += i32::from(pod.is_available(least, now));
            if let Some(left) = next_pod_availability_check(pod, least, now) {
                self.next_available_in =
                    Some(self.next_available_in.map_or(left, |known| known.min(left)));
            }
        }
    }
}

/// The active pods of a set, by name.
fn active_pods<'a>(store: &'a Store, set: &ReplicaSet) -> impl Iterator<Item = &'a Rc<Pod>> {
    active_members(store, set).map(|member| &member.pod)
}

fn active_members<'a>(store: &'a Store, set: &ReplicaSet) -> impl Iterator<Item = &'a Member> {
    let group = store.indexes().group(&set.metadata.uid);
    let members = group.into_iter().flat_map(|group| group.pods.values());
    members.filter(|member| member.flags.active && member.flags.matches)
}

/// Adopts orphans that match, and releases pods that no longer match.
fn claim_pods(cx: &mut Context<'_>, set: &Rc<ReplicaSet>) -> Result<(), SyncError> {
    let owner = &set.metadata;
    let indexes = cx.store.indexes();
    let group = indexes
        .group(&owner.uid)
        .filter(|group| group.unmatched > 0);
    let unmatched = group.into_iter().flat_map(|group| &group.pods);
    let unmatched = unmatched
        .filter(|(_, member)| member.flags.active && !member.flags.matches)
        .map(|(name, _)| Key::new(Kind::Pod, &owner.namespace, name));
    let orphans = indexes.orphans(Kind::Pod, &owner.namespace).cloned();
    let candidates: Vec<Key> = unmatched.chain(orphans).collect();
    for key in candidates {
        let Some(pod) = cx.store.pod(&key).filter(|pod| pod.is_active()).cloned() else {
            continue;
        };
        let matches = set.spec.selector.matches(&pod.metadata.labels);
        let branches = [&b::RELEASE, &b::ADOPT];
        refs::claim_pod(cx, Kind::ReplicaSet, owner, pod, matches, branches)?;
    }
    Ok(())
}

/// Creates or deletes pods to reach the desired number (manageReplicas).
fn manage_replicas(
    cx: &mut Context<'_>,
    set: &Rc<ReplicaSet>,
    counts: &Counts,
) -> Result<(), SyncError> {
    let key = set_key(set);
    let wanted = set.spec.replicas;
    let missing = wanted.saturating_sub(counts.active);
    let branch = match missing {
        0 => &b::RIGHT,
        1.. => &b::CREATE,
        _ => &b::DELETE,
    };
    cx.decide(branch)
        .number("replicas", wanted)
        .of(&key, "spec.replicas")
        .number("active", counts.active)
        .of(&key, PODS)
        .number("missing", missing)
        .number("surplus", -i64::from(missing))
        .number("count", missing.saturating_abs().min(BURST_REPLICAS))
        .object("replicaSet", Kind::ReplicaSet, set.metadata.name.clone());
    match missing {
        0 => Ok(()),
        1.. => create_pods(cx, set, missing.min(BURST_REPLICAS)),
        _ => delete_pods(cx, set, missing.saturating_neg().min(BURST_REPLICAS)),
    }
}

/// Creates pods in batches of doubling size, so as not to flood a cluster that refuses them.
fn create_pods(cx: &mut Context<'_>, set: &Rc<ReplicaSet>, count: i32) -> Result<(), SyncError> {
    let template = pod_from_template(set);
    let (_, result) = slow_start_batch(count, 1, |_| create_pod(cx, set, &template));
    if let Err(SyncError::Api(error)) = &result {
        tell_refusal(cx, set, error);
    }
    result
}

/// Reports why no more pods are created: a quota with its numbers, or the API server's message.
fn tell_refusal(cx: &mut Context<'_>, set: &ReplicaSet, error: &ApiError) {
    let ApiError::QuotaExceeded {
        quota, excesses, ..
    } = error
    else {
        cx.decide(&b::REFUSED).text("error", error.to_string());
        return;
    };
    let key = Key::of(Kind::ResourceQuota, &set.metadata.namespace, quota);
    for one in excesses {
        cx.decide(&b::QUOTA)
            .object("quota", Kind::ResourceQuota, key.name.clone())
            .text("resource", one.resource.as_str())
            .text("requested", one.requested.as_str())
            .text("used", one.used.as_str())
            .of(&key, "status.used")
            .text("limited", one.limited.as_str())
            .of(&key, "spec.hard");
    }
}

/// Calls `make` in batches of 1, 2, 4 … items until `count` items are done; stops after a batch with a failure.
/// Returns the number of successes, and the failure.
pub fn slow_start_batch<E>(
    count: i32,
    first: i32,
    mut make: impl FnMut(i32) -> Result<(), E>,
) -> (i32, Result<(), E>) {
    let mut made = 0;
    let mut left = count;
    let mut batch = first.min(left);
    while batch > 0 {
        let mut failure = None;
        for index in 0..batch {
            match make(index) {
                Ok(()) => made += 1,
                Err(error) => drop(failure.get_or_insert(error)),
            }
        }
        if let Some(error) = failure {
            return (made, Err(error));
        }
        left -= batch;
        batch = batch.saturating_mul(2).min(left);
    }
    (made, Ok(()))
}

/// A new pod of the set, without a name yet.
fn pod_from_template(set: &ReplicaSet) -> Pod {
    let template = &set.spec.template;
    Pod {
        metadata: ObjectMeta {
            generate_name: Some(format!("{}-", set.metadata.name).into()),
            namespace: set.metadata.namespace.clone(),
            labels: template.labels.clone(),
            annotations: template.annotations.clone(),
            finalizers: template.finalizers.clone(),
            owner_references: [refs::controller_reference(Kind::ReplicaSet, &set.metadata)].into(),
            ..ObjectMeta::default()
        },
        node_name: template.pod_spec.node_name.clone(),
        identity: template.pod_spec.identity(),
        spec: template.pod_spec.clone(),
        status: PodStatus::default(),
    }
}

fn create_pod(cx: &mut Context<'_>, set: &ReplicaSet, template: &Pod) -> Result<(), SyncError> {
    match cx.store.create(Object::Pod(Rc::new(template.clone()))) {
        Ok(pod) => {
            let message = ["Created pod: ", &*pod.meta().name].concat();
            event(cx, set, EventType::Normal, "SuccessfulCreate", &message);
            Ok(())
        }
        // Every creation would fail, and the ReplicaSet is deleted with the namespace: not an error.
        Err(ApiError::NamespaceTerminating { .. }) => Ok(()),
        Err(error) => {
            let message = format!("Error creating: {error}");
            event(cx, set, EventType::Warning, "FailedCreate", &message);
            Err(error.into())
        }
    }
}

fn delete_pods(cx: &mut Context<'_>, set: &Rc<ReplicaSet>, count: i32) -> Result<(), SyncError> {
    let chosen = choose(cx, set, usize::try_from(count).unwrap_or(0));
    let mut failure = None;
    for name in chosen {
        let key = Key::new(Kind::Pod, &set.metadata.namespace, &name);
        match cx.store.delete(&key, &DeleteOptions::default()) {
            Ok(()) => {
                let message = ["Deleted pod: ", &*name].concat();
                event(cx, set, EventType::Normal, "SuccessfulDelete", &message);
            }
            Err(ApiError::NotFound { .. }) => {}
            Err(error) => {
                let message = format!("Error deleting: {error}");
                event(cx, set, EventType::Warning, "FailedDelete", &message);
                let text = format!("unable to delete pods: {error}");
                failure.get_or_insert(SyncError::Pods(text));
            }
        }
    }
    failure.map_or(Ok(()), Err)
}

/// Names of the pods to delete.
fn choose(cx: &Context<'_>, set: &ReplicaSet, count: usize) -> Vec<Rc<str>> {
    let members = || active_members(cx.store, set);
    if members().nth(count).is_none() {
        return names(members().map(|member| &member.pod));
    }
    let related = ranking::related_pods_by_node(cx.store, set);
    let (now, features) = (cx.now(), cx.store.registers.features);
    if let Some(chosen) = quick::pods_to_delete(members(), &related, count, now, features) {
        return names(chosen.into_iter());
    }
    let ranked = rank_by_node(
        members().map(|member| member.pod.clone()).collect(),
        &related,
    );
    names(pods_to_delete(ranked, count, now, features).iter())
}

fn names<'a>(pods: impl Iterator<Item = &'a Rc<Pod>>) -> Vec<Rc<str>> {
    pods.map(|pod| pod.metadata.name.clone()).collect()
}

fn event(cx: &mut Context<'_>, set: &ReplicaSet, kind: EventType, reason: &str, message: &str) {
    cx.event(
        NAME,
        (Kind::ReplicaSet, &set.metadata),
        kind,
        reason,
        message,
    );
}

fn set_key(set: &ReplicaSet) -> Key {
    Key::new(
        Kind::ReplicaSet,
        &set.metadata.namespace,
        &set.metadata.name,
    )
}
