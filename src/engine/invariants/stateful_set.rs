//! Invariants of StatefulSets and their claims.

use super::{Invariant, InvariantFinding, Verdict, verdict, works_on};
use crate::api::identity::{parent_and_ordinal, pod_revision};
use crate::api::kind::Kind;
use crate::api::meta::{ObjectMeta, OwnerReference, Uid};
use crate::api::object::{Key, Object};
use crate::api::persistent_volume_claim::PersistentVolumeClaim;
use crate::api::pod::{Pod, PodPhase};
use crate::api::stateful_set::{
    ClaimRetentionPolicy, Retention, StatefulSet, StatefulSetUpdateStrategy,
};
use crate::api::time::Time;
use crate::controllers::stateful_set::update::{count_unavailable, max_unavailable};
use crate::engine::{Actor, Step, StepKind};
use crate::store::{Change, PodsByOrdinal, Store};
use crate::versions::Feature;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::rc::Rc;

/// No two pods share an ordinal.
pub static ONE: Invariant =
    Invariant::new("statefulset/one-per-ordinal", "pods of one ordinal ≤ 1");

/// Pods are created in order.
pub static ORDERED: Invariant = Invariant::new(
    "statefulset/ordered",
    "available pods before a new one ≥ its ordinal − start",
);

/// Condemned pods are removed from the highest ordinal down.
pub static LAST_FIRST: Invariant = Invariant::new(
    "statefulset/last-first",
    "pods too many after the one that is removed ≤ 0",
);

/// The partition is respected.
pub static PARTITIONED: Invariant = Invariant::new(
    "statefulset/partition",
    "new pods below the partition of the update revision ≤ 0",
);

/// An update does not exceed maxUnavailable.
pub static UPDATED: Invariant =
    Invariant::new("statefulset/update", "unavailable ≤ maxUnavailable");

/// Claims are retained.
pub static KEPT: Invariant =
    Invariant::new("statefulset/claims-kept", "claims lost or given away ≤ 0");

/// State kept per StatefulSet, even after its deletion.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct SetMemory {
    set: Rc<StatefulSet>,
    /// Whether the retention policy has changed; then the earlier policy applies as well.
    policy_changed: bool,
}

/// All StatefulSets seen so far.
pub(super) type Memories = BTreeMap<Uid, SetMemory>;

/// Records the current StatefulSets.
pub(super) fn remember(store: &Store, memories: &mut Memories) {
    for object in store.list(Kind::StatefulSet, None) {
        let Object::StatefulSet(set) = object else {
            continue;
        };
        let memory = memories
            .entry(set.metadata.uid.clone())
            .or_insert_with(|| SetMemory {
                set: set.clone(),
                policy_changed: false,
            });
        memory.policy_changed |= policy(&memory.set) != policy(set);
        memory.set = set.clone();
    }
}

fn policy(set: &StatefulSet) -> ClaimRetentionPolicy {
    set.spec.persistent_volume_claim_retention_policy
}

/// A StatefulSet after a step.
struct Look<'a> {
    store: &'a Store,
    step: &'a Step,
    set: &'a Rc<StatefulSet>,
    about: Key,
}

/// Checks all StatefulSets after a step.
pub(super) fn look(store: &Store, step: &Step, findings: &mut Vec<InvariantFinding>) {
    for object in store.list(Kind::StatefulSet, None) {
        if let Object::StatefulSet(set) = object {
            let look = Look {
                store,
                step,
                set,
                about: object.key(),
            };
            look.one(findings);
            if works_on(step, Actor::StatefulSet, &look.about) {
                look.made(findings);
                look.removed(findings);
                look.partitioned(findings);
                look.updated(findings);
            }
        }
    }
}

fn ordinal(pod: &Pod) -> i32 {
    parent_and_ordinal(&pod.metadata.name).1
}

fn count(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// A finding that can only be a controller's fault in this step.
fn blamed(
    about: &Key,
    invariant: &'static Invariant,
    value: i32,
    bound: i32,
    order: Ordering,
) -> InvariantFinding {
    let broken = Some(Verdict::BrokenByController);
    InvariantFinding {
        invariant,
        about: about.clone(),
        value,
        bound,
        verdict: verdict(value.cmp(&bound), order, broken),
    }
}

impl Look<'_> {
    fn add(
        &self,
        findings: &mut Vec<InvariantFinding>,
        invariant: &'static Invariant,
        value: i32,
        bound: i32,
        order: Ordering,
    ) {
        findings.push(blamed(&self.about, invariant, value, bound, order));
    }

    /// Pods created by the step.
    fn new_pods(&self) -> impl Iterator<Item = &Rc<Pod>> {
        let changes = self.step.changes.iter();
        let made = changes.filter(|change| change.before.is_none());
        made.filter_map(|change| match &change.after {
            Some(Object::Pod(pod)) => Some(pod),
            _ => None,
        })
    }

    /// Pods that the step marked for deletion, as they were before.
    fn ending_pods(&self) -> impl Iterator<Item = &Rc<Pod>> {
        let changes = self.step.changes.iter();
        let ending = changes.filter(|change| begins_to_end(change));
        ending.filter_map(|change| match &change.before {
            Some(Object::Pod(pod)) => Some(pod),
            _ => None,
        })
    }

    /// The pods that the set controls.
    fn pods(&self) -> impl Iterator<Item = &Rc<Pod>> {
        let group = self.store.indexes().group(&self.set.metadata.uid);
        let pods = group.into_iter().flat_map(|group| group.pods.values());
        pods.map(|member| &member.pod)
    }

    /// The most pods that share an ordinal. Counting them after every step would make a rollout take quadratic time.
    fn most_of_an_ordinal(&self) -> i32 {
        let index = self.store.indexes();
        let by_ordinal = index.pods_by_ordinal(&self.set.metadata.uid);
        if by_ordinal.is_none_or(PodsByOrdinal::has_one_each) {
            return by_ordinal.is_some().into();
        }
        let mut most: BTreeMap<i32, i32> = BTreeMap::new();
        for pod in self.pods() {
            *most.entry(ordinal(pod)).or_default() += 1;
        }
        most.values().copied().max().unwrap_or(0)
    }

    fn one(&self, findings: &mut Vec<InvariantFinding>) {
        let value = self.most_of_an_ordinal();
        let made = works_on(self.step, Actor::StatefulSet, &self.about)
            && self.new_pods().next().is_some();
        // A user may give the set a pod whose name repeats an ordinal, such as `web-01`.
        let broken = if made {
            Verdict::BrokenByController
        } else {
            Verdict::BrokenByFault
        };
        findings.push(InvariantFinding {
            invariant: &ONE,
            about: self.about.clone(),
            value,
            bound: 1,
            verdict: verdict(value.cmp(&1), Ordering::Less, Some(broken)),
        });
    }

    fn is_available(&self, pod: &Pod) -> bool {
        let seconds = self.set.spec.min_ready_seconds;
        pod.status.phase == PodPhase::Running
            && !pod.metadata.is_terminating()
            && pod.is_available(seconds, self.now())
    }

    fn now(&self) -> Time {
        self.store.now()
    }

    /// Checks that the step neither created pods of the update revision below the partition nor deleted pods there.
    fn partitioned(&self, findings: &mut Vec<InvariantFinding>) {
        if self.set.partition() <= 0 {
            return;
        }
        let status = &self.set.status;
        let bound = self.first_to_update();
        let is_new = |pod: &Rc<Pod>| {
            let revision = pod_revision(&pod.metadata);
            *revision == *status.update_revision && *revision != *status.current_revision
        };
        let made = self.new_pods().filter(|pod| is_new(pod));
        let below = made.filter(|pod| ordinal(pod) < bound).count();
        let taken = self.updates().filter(|pod| ordinal(pod) < bound).count();
        let value = count(below + taken);
        self.add(findings, &PARTITIONED, value, 0, Ordering::Less);
    }

    fn first_to_update(&self) -> i32 {
        let start = self.set.start_ordinal();
        start.saturating_add(self.set.partition())
    }

    /// The pods that the step deleted in order to recreate them, as they were before.
    fn updates(&self) -> impl Iterator<Item = &Rc<Pod>> {
        let running = self.ending_pods().filter(|pod| !pod.is_finished());
        running.filter(|pod| self.set.in_range(ordinal(pod)))
    }

    fn made(&self, findings: &mut Vec<InvariantFinding>) {
        let start = self.set.start_ordinal();
        if !self.set.is_monotonic() {
            return;
        }
        for pod in self.new_pods() {
            let own = ordinal(pod);
            let before = self.pods();
            let before = before
                .filter(|other| (start..own).contains(&ordinal(other)) && self.is_available(other));
            let value = count(before.count());
            self.add(findings, &ORDERED, value, own - start, Ordering::Greater);
        }
    }

    fn removed(&self, findings: &mut Vec<InvariantFinding>) {
        let condemned = self.ending_pods().map(|pod| ordinal(pod));
        let condemned = condemned.filter(|own| !self.set.in_range(*own));
        for own in condemned.filter(|_| self.set.is_monotonic()) {
            let after = self.pods().map(|other| ordinal(other));
            let after = after.filter(|other| !self.set.in_range(*other) && *other > own);
            let value = count(after.count());
            self.add(findings, &LAST_FIRST, value, 0, Ordering::Less);
        }
    }

    /// Checks that an update leaves no more pods unavailable than allowed.
    fn updated(&self, findings: &mut Vec<InvariantFinding>) {
        let in_order = self.set.is_monotonic();
        // The first phase deletes pods that are unavailable anyway, without a limit.
        let several = self.store.has(Feature::MaxUnavailableStatefulSet);
        let two_phases = several && !in_order && self.store.has(Feature::StatefulSetTwoPhaseUpdate);
        let waited = self.updates();
        let waited = waited.filter(|pod| !two_phases || self.is_available(pod));
        let Some(lowest) = waited.map(|pod| ordinal(pod)).min() else {
            return;
        };
        let wanted = self.set.rolling_update();
        let wanted = wanted.and_then(|block| block.max_unavailable.as_ref());
        let most = match max_unavailable(wanted, self.set.spec.replicas) {
            Ok(most) if several => most,
            _ => 1,
        };
        // Without the gate, Parallel waits only for pods with a higher ordinal than the one being deleted.
        let from = if several || in_order {
            self.set.start_ordinal()
        } else {
            lowest
        };
        let looked_at = self.pods().filter(|pod| ordinal(pod) >= from);
        let in_range = looked_at.filter(|pod| self.set.in_range(ordinal(pod)));
        let left_out = from - self.set.start_ordinal();
        let unavailable = count_unavailable(self.set, in_range.cloned(), self.now()) - left_out;
        self.add(findings, &UPDATED, unavailable, most, Ordering::Less);
    }
}

fn begins_to_end(change: &Change) -> bool {
    let ends = |object: &Option<Object>| {
        object
            .as_ref()
            .is_none_or(|object| object.meta().is_terminating())
    };
    change.before.is_some() && !ends(&change.before) && ends(&change.after)
}

/// Checks what a step did to the claims of all sets, including deleted ones.
pub(super) fn look_at_claims(
    step: &Step,
    memories: &Memories,
    findings: &mut Vec<InvariantFinding>,
) {
    let StepKind::Work(item) = &step.action else {
        return;
    };
    // Deleting a namespace deletes claims regardless of the policy.
    if item.actor == Actor::Namespace {
        return;
    }
    for change in &step.changes {
        let (before, after) = (claim(&change.before), claim(&change.after));
        let Some(now) = after.or(before) else {
            continue;
        };
        for memory in memories.values().filter(|memory| memory.has_claim(now)) {
            let lost = begins_to_end(change) && before.is_some_and(|claim| memory.loses(claim));
            let given = after.is_some_and(|after| {
                let known = before.map(|before| &*before.metadata.owner_references);
                memory.gives_away(known.unwrap_or_default(), &after.metadata)
            });
            let value = i32::from(lost || given);
            let set = &memory.set.metadata;
            let about = Key::new(Kind::StatefulSet, &set.namespace, &set.name);
            findings.push(blamed(&about, &KEPT, value, 0, Ordering::Less));
        }
    }
}

fn claim(object: &Option<Object>) -> Option<&PersistentVolumeClaim> {
    match object {
        Some(Object::PersistentVolumeClaim(claim)) => Some(claim),
        _ => None,
    }
}

impl SetMemory {
    /// Whether a claim's name marks it as one of this set's.
    fn has_claim(&self, claim: &PersistentVolumeClaim) -> bool {
        let (meta, set) = (&claim.metadata, &self.set.metadata);
        let (parent, ordinal) = parent_and_ordinal(&meta.name);
        let mut templates = self.set.spec.volume_claim_templates.iter();
        meta.namespace == set.namespace
            && ordinal >= 0
            && templates.any(|template| *parent == *format!("{}-{}", template.name, set.name))
    }

    /// Whether a claim being deleted should have been retained: it has no owner, or the policy retains it.
    fn loses(&self, claim: &PersistentVolumeClaim) -> bool {
        let owners = claim.metadata.owner_references.iter();
        let mut owners = owners.filter(|owner| self.is_mine(owner)).peekable();
        owners.peek().is_none() && claim.metadata.owner_references.is_empty()
            || owners.any(|owner| self.is_kept_from(owner) && !self.policy_changed)
    }

    /// Whether a claim got an owner reference that the policy does not allow.
    fn gives_away(&self, before: &[OwnerReference], after: &ObjectMeta) -> bool {
        let mut new = after.owner_references.iter().filter(|owner| {
            !before.iter().any(|known| known.uid == owner.uid) && self.is_mine(owner)
        });
        new.any(|owner| self.is_kept_from(owner))
    }

    /// Whether an owner is the set or one of its pods.
    fn is_mine(&self, owner: &OwnerReference) -> bool {
        let set = &self.set.metadata;
        owner.uid == set.uid
            || *owner.kind == *Kind::Pod.name() && parent_and_ordinal(&owner.name).0 == &*set.name
    }

    /// Whether the policy retains the claim when this owner is deleted.
    fn is_kept_from(&self, owner: &OwnerReference) -> bool {
        let policy = policy(&self.set);
        let when = if owner.uid == self.set.metadata.uid {
            policy.when_deleted
        } else {
            policy.when_scaled
        };
        when == Retention::Retain
    }
}

/// Whether all pods are available and, unless the update strategy or the partition holds them back, updated.
#[must_use]
pub fn is_rolled_out(set: &StatefulSet) -> bool {
    let status = &set.status;
    let replicas = set.spec.replicas;
    let updates = set.spec.update_strategy != StatefulSetUpdateStrategy::OnDelete;
    let to_update = replicas.saturating_sub(set.partition()).max(0);
    status.observed_generation >= set.metadata.generation
        && status.replicas == replicas
        && status.available_replicas == replicas
        && (!updates || status.updated_replicas >= to_update)
}
