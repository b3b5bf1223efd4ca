//! Invariants of a rollout at every step, as named data shared by the tests and the page.
//!
//! Missing a bound is not always a controller's fault: pods may not be up yet, or a fault may have taken some. What
//! controllers guarantee is narrower, and has invariants of its own: a Deployment scales its old ReplicaSets down
//! only as far as the available pods it knows of allow, and never asks for more than `replicas + maxSurge` pods; a
//! ReplicaSet creates no surplus pods, and removes ready pods last; a StatefulSet creates, removes and updates its
//! pods in order, and never gives away a claim that must be retained.

pub mod stateful_set;

use super::Actor;
use super::timeline::{Step, StepKind};
use crate::api::deployment::Deployment;
use crate::api::kind::Kind;
use crate::api::meta::Uid;
use crate::api::object::{Key, Object};
use crate::api::replica_set::ReplicaSet;
use crate::controllers::deployment::util::{max_surge, min_available};
use crate::controllers::replica_set::Counts;
use crate::store::{Change, Store};
use crate::texts::{self, Text};
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::rc::Rc;

/// A property that must hold.
#[derive(Debug, PartialEq, Eq)]
pub struct Invariant {
    /// Unique name, such as `deployment/available`.
    pub id: &'static str,
    /// The rule, with the value first.
    pub formula: &'static str,
    /// What it means.
    pub says: Text,
}

impl Invariant {
    /// An invariant, with its text from the catalogues.
    const fn new(id: &'static str, formula: &'static str) -> Self {
        let says = texts::get(texts::INVARIANT, id);
        Self {
            id,
            formula,
            says: says.expect("the catalogues have a text for the invariant"),
        }
    }
}

/// Outcome of checking an invariant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// It holds with room to spare.
    Holds,
    /// It holds exactly at the bound.
    AtLimit,
    /// The desired state has not been reached yet.
    Pending,
    /// Pods were lost to something other than a controller.
    BrokenByFault,
    /// A controller broke the rule.
    BrokenByController,
}

/// The result of one invariant for one object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvariantFinding {
    /// The invariant.
    pub invariant: &'static Invariant,
    /// The object.
    pub about: Key,
    /// The actual value.
    pub value: i32,
    /// The minimum or maximum allowed.
    pub bound: i32,
    /// The outcome.
    pub verdict: Verdict,
}

/// Enough pods of a Deployment are available.
pub static AVAILABLE: Invariant = Invariant::new(
    "deployment/available",
    "available ≥ replicas − maxUnavailable",
);

/// A rollout scales old ReplicaSets down only as far as availability allows.
pub static SPARED: Invariant = Invariant::new(
    "deployment/spared",
    "Σ min(size, available) ≥ replicas − maxUnavailable",
);

/// A Deployment does not ask for more pods than allowed.
pub static PLANNED: Invariant =
    Invariant::new("deployment/planned", "Σ size ≤ replicas + maxSurge");

/// A Deployment does not have more pods than allowed.
pub static SURGE: Invariant = Invariant::new(
    "deployment/surge",
    "pods that are not ending ≤ replicas + maxSurge",
);

/// A ReplicaSet creates no surplus pods.
pub static SIZE: Invariant = Invariant::new("replicaset/size", "active pods ≤ size");

/// A ReplicaSet removes ready pods last. How long they have been ready does not matter: with minReadySeconds an
/// available pod may go before one that is only ready, as upstream.
pub static LAST: Invariant =
    Invariant::new("replicaset/ready-last", "ready ≥ min(ready before, size)");

/// All invariants.
pub static ALL: &[&Invariant] = &[
    &AVAILABLE,
    &SPARED,
    &PLANNED,
    &SURGE,
    &SIZE,
    &LAST,
    &stateful_set::ONE,
    &stateful_set::ORDERED,
    &stateful_set::LAST_FIRST,
    &stateful_set::PARTITIONED,
    &stateful_set::UPDATED,
    &stateful_set::KEPT,
];

/// The catalogues have a text for each invariant, and for nothing else.
const _: () = assert!(ALL.len() == texts::INVARIANT.len());

/// Checks the invariants of a cluster, step by step.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Monitor {
    deployments: BTreeMap<Uid, MonitorMemory>,
    stateful_sets: stateful_set::Memories,
}

/// State kept per Deployment.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct MonitorMemory {
    /// The bound of [`AVAILABLE`] at the previous check.
    bound: i32,
    /// Whether the bound has been reached since it last rose.
    reached: bool,
    /// Whether [`SPARED`] was broken and the pods lost to that have not been replaced yet.
    unspared: bool,
}

impl Monitor {
    /// Checks the cluster after a step. Must be called for every step, in order.
    pub fn look(&mut self, store: &Store, step: &Step) -> Vec<InvariantFinding> {
        let mut findings = Vec::new();
        for object in store.list(Kind::ReplicaSet, None) {
            if let Object::ReplicaSet(set) = object
                && !set.metadata.is_terminating()
            {
                replica_set(store, step, set, &mut findings);
            }
        }
        for object in store.list(Kind::Deployment, None) {
            if let Object::Deployment(deployment) = object
                && !deployment.metadata.is_terminating()
            {
                self.deployment(store, step, deployment, &mut findings);
            }
        }
        stateful_set::remember(store, &mut self.stateful_sets);
        stateful_set::look(store, step, &mut findings);
        stateful_set::look_at_claims(step, &self.stateful_sets, &mut findings);
        findings
    }

    fn deployment(
        &mut self,
        store: &Store,
        step: &Step,
        deployment: &Rc<Deployment>,
        findings: &mut Vec<InvariantFinding>,
    ) {
        let about = Object::Deployment(deployment.clone()).key();
        let sets = sets_of(store, deployment);
        let counts: Vec<Counts> = sets.iter().map(|set| Counts::of(store, set)).collect();
        let size = |sets: &[Rc<ReplicaSet>]| sets.iter().map(|set| set.spec.replicas).sum::<i32>();
        let worked = works_on(step, Actor::Deployment, &about);
        let mut add = |invariant, value: i32, bound: i32, broken: Option<Verdict>, order| {
            let verdict = verdict(value.cmp(&bound), order, broken);
            findings.push(InvariantFinding {
                invariant,
                about: about.clone(),
                value,
                bound,
                verdict,
            });
            verdict
        };

        let most = deployment.spec.replicas + max_surge(deployment);
        let grew = worked && size(&sets) > size(&before(step, &sets));
        let blame = grew.then_some(Verdict::BrokenByController);
        add(&PLANNED, size(&sets), most, blame, Ordering::Less);
        let active = counts.iter().map(|counts| counts.active).sum();
        add(&SURGE, active, most, None, Ordering::Less);

        let least = min_available(deployment);
        let memory = self
            .deployments
            .entry(deployment.metadata.uid.clone())
            .or_default();
        if worked
            && took(
                step,
                &["deployment/scale-down-old", "deployment/clean-unhealthy"],
            )
        {
            let bound = least.min(spared(&before(step, &sets)));
            let blame = Some(Verdict::BrokenByController);
            let verdict = add(&SPARED, spared(&sets), bound, blame, Ordering::Greater);
            memory.unspared |= verdict == Verdict::BrokenByController;
        }
        let available = counts.iter().map(|counts| counts.available).sum();
        // Scaling changes how many pods are wanted, so the bound has to be reached again.
        let scaled = worked
            && took(
                step,
                &[
                    "deployment/scale-active",
                    "deployment/scale-proportional",
                    "deployment/scale-saturated",
                ],
            );
        memory.reached = available >= least || memory.reached && least <= memory.bound && !scaled;
        memory.bound = least;
        if available >= least
            && sets
                .iter()
                .zip(&counts)
                .all(|(set, counts)| set.spec.replicas == counts.active)
        {
            memory.unspared = false;
        }
        let blame = match memory {
            MonitorMemory { unspared: true, .. } => Verdict::BrokenByController,
            MonitorMemory { reached: true, .. } => Verdict::BrokenByFault,
            _ => Verdict::Pending,
        };
        add(&AVAILABLE, available, least, Some(blame), Ordering::Greater);
    }
}

fn replica_set(
    store: &Store,
    step: &Step,
    set: &Rc<ReplicaSet>,
    findings: &mut Vec<InvariantFinding>,
) {
    let about = Object::ReplicaSet(set.clone()).key();
    let counts = Counts::of(store, set);
    let worked = works_on(step, Actor::ReplicaSet, &about);
    let mut add = |invariant, value: i32, bound: i32, broken: Option<Verdict>, order| {
        findings.push(InvariantFinding {
            invariant,
            about: about.clone(),
            value,
            bound,
            verdict: verdict(value.cmp(&bound), order, broken),
        });
    };
    let pods = || {
        step.changes
            .iter()
            .filter(|change| change.key.kind == Kind::Pod)
    };
    let made = worked && pods().any(|change| change.before.is_none());
    let blame = made.then_some(Verdict::BrokenByController);
    add(
        &SIZE,
        counts.active,
        set.spec.replicas,
        blame,
        Ordering::Less,
    );
    if worked && took(step, &["replicaset/delete"]) {
        let lost = pods().filter(|change| loses_ready(change, set)).count();
        let before = counts.ready + i32::try_from(lost).unwrap_or(i32::MAX);
        let bound = before.min(set.spec.replicas);
        let blame = Some(Verdict::BrokenByController);
        add(&LAST, counts.ready, bound, blame, Ordering::Greater);
    }
}

/// Compares a value with its bound; `good` is the side on which it may be.
fn verdict(is: Ordering, good: Ordering, broken: Option<Verdict>) -> Verdict {
    match is {
        Ordering::Equal => Verdict::AtLimit,
        side if side == good => Verdict::Holds,
        _ => broken.unwrap_or(Verdict::Pending),
    }
}

/// ReplicaSets controlled by a Deployment.
fn sets_of(store: &Store, deployment: &Deployment) -> Vec<Rc<ReplicaSet>> {
    let uid = &deployment.metadata.uid;
    let keys = store.indexes().dependents(uid);
    let sets = keys.filter_map(|key| store.replica_set(key));
    let ours = sets.filter(|set| set.metadata.is_controlled_by(uid));
    ours.cloned().collect()
}

/// The sets as they were before a step; those created by it had size 0.
fn before(step: &Step, sets: &[Rc<ReplicaSet>]) -> Vec<Rc<ReplicaSet>> {
    let first = |set: &Rc<ReplicaSet>| {
        let key = Object::ReplicaSet(set.clone()).key();
        step.changes.iter().find(|change| change.key == key)
    };
    let known = |set: &Rc<ReplicaSet>| match first(set).map(|change| &change.before) {
        None => Some(set.clone()),
        Some(Some(Object::ReplicaSet(before))) => Some(before.clone()),
        Some(_) => None,
    };
    sets.iter().filter_map(known).collect()
}

/// Available pods, as reported by the sets, that remain once every set has its size.
fn spared(sets: &[Rc<ReplicaSet>]) -> i32 {
    let left = |set: &Rc<ReplicaSet>| set.spec.replicas.min(set.status.available_replicas);
    sets.iter().map(left).sum()
}

fn works_on(step: &Step, actor: Actor, key: &Key) -> bool {
    match &step.action {
        StepKind::Work(item) => item.actor == actor && item.key == *key,
        _ => false,
    }
}

/// Whether a step took one of these branches.
fn took(step: &Step, ids: &[&str]) -> bool {
    let mut decisions = step.decisions.iter();
    decisions.any(|decision| ids.contains(&decision.branch.id))
}

/// Whether a change deletes a ready pod of the set. Releasing a pod does not count.
fn loses_ready(change: &Change, set: &ReplicaSet) -> bool {
    let ended = change
        .after
        .as_ref()
        .is_none_or(|after| after.meta().is_terminating());
    match &change.before {
        Some(Object::Pod(pod)) if ended => {
            pod.is_active() && pod.is_ready() && pod.metadata.is_controlled_by(&set.metadata.uid)
        }
        _ => false,
    }
}
