//! Every invariant of a rollout detects what breaks it, and attributes it correctly.

#[path = "common/cluster.rs"]
mod cluster;

use cluster::*;
use kubestep::actor::Cause;
use kubestep::actor::decision::{Branch, Decision};
use kubestep::api::kind::Kind;
use kubestep::api::object::{Key, Object};
use kubestep::controllers::{deployment, replica_set};
use kubestep::engine::invariants::{self, Invariant, InvariantFinding, Monitor, Verdict};
use kubestep::engine::{Actor, Engine, Item, StepKind};
use kubestep::node::manual::Verb;
use kubestep::store::{DeleteOptions, Propagation};
use serde_json::{Value, json};
use std::rc::Rc;

/// A Deployment of four with maxUnavailable 1 and maxSurge 0, monitored from the start.
struct Watched {
    engine: Engine,
    monitor: Monitor,
    seen: usize,
}

impl Watched {
    fn new() -> Self {
        let mut value = deployment("web", 4).to_value();
        value["spec"]["strategy"]["rollingUpdate"] = json!({ "maxSurge": 0, "maxUnavailable": 1 });
        let mut watched = Self {
            engine: manual(),
            monitor: Monitor::default(),
            seen: 0,
        };
        create(&mut watched.engine, [object(Kind::Deployment, value)]);
        watched
    }

    fn ready() -> Self {
        let mut watched = Self::new();
        pods(&mut watched.engine, &Verb::Ready);
        watched
    }

    /// Shows the monitor all new steps; returns the findings after the last one.
    fn look(&mut self) -> Vec<InvariantFinding> {
        let end = self.engine.steps().len();
        let mut findings = Vec::new();
        self.engine.jump(self.seen);
        while self.engine.cursor() < end {
            let step = self.engine.step().expect("a recorded step").clone();
            findings = self.monitor.look(self.engine.store(), &step);
        }
        self.seen = end;
        findings
    }

    /// Performs an action as a user, and presents it to the monitor as a controller's.
    fn blame(
        &mut self,
        actor: Actor,
        key: &Key,
        branches: &[&'static Branch],
        act: impl FnOnce(&mut Engine),
    ) -> Vec<InvariantFinding> {
        self.look();
        act(&mut self.engine);
        let mut step = (**self.engine.current().expect("a step")).clone();
        step.action = StepKind::Work(Rc::new(Item {
            number: 0,
            actor,
            key: key.clone(),
            cause: Cause::Modified(key.clone()),
            more: 0,
        }));
        let decision = |branch: &&'static Branch| Decision {
            branch,
            facts: Vec::new(),
        };
        step.decisions = branches.iter().map(decision).collect();
        self.seen = self.engine.steps().len();
        self.monitor.look(self.engine.store(), &step)
    }

    fn set(&self) -> Key {
        keys(&self.engine, Kind::ReplicaSet).remove(0)
    }
}

fn resize(engine: &mut Engine, set: &Key, size: i32) {
    let mut changed = (**engine.store().replica_set(set).expect("exists")).clone();
    changed.spec.replicas = size;
    let written = engine.act("resize", |cx| {
        cx.store.update(Object::ReplicaSet(Rc::new(changed)))
    });
    written.expect("the API server accepts it");
}

/// Asserts that an invariant was found once, with this value, bound and verdict.
#[track_caller]
fn found(findings: &[InvariantFinding], invariant: &Invariant, expected: (i32, i32, Verdict)) {
    let of = findings.iter();
    let of = of.filter(|finding| finding.invariant == invariant);
    let all: Vec<_> = of
        .map(|finding| (finding.value, finding.bound, finding.verdict))
        .collect();
    assert_eq!(all, [expected]);
}

#[test]
fn starting_pods_are_pending_and_lost_pods_are_faults() {
    let mut watched = Watched::new();
    let findings = watched.look();
    found(&findings, &invariants::AVAILABLE, (0, 3, Verdict::Pending));
    found(&findings, &invariants::SURGE, (4, 4, Verdict::AtLimit));
    found(&findings, &invariants::PLANNED, (4, 4, Verdict::AtLimit));
    found(&findings, &invariants::SIZE, (4, 4, Verdict::AtLimit));
    pods(&mut watched.engine, &Verb::Ready);
    let findings = watched.look();
    found(&findings, &invariants::AVAILABLE, (4, 3, Verdict::Holds));
    pods(&mut watched.engine, &Verb::Unready);
    let findings = watched.look();
    found(
        &findings,
        &invariants::AVAILABLE,
        (0, 3, Verdict::BrokenByFault),
    );
}

#[test]
fn scaling_up_is_not_a_fault() {
    let mut watched = Watched::ready();
    watched.look();
    let mut value: Value = watched
        .engine
        .store()
        .get(&key(Kind::Deployment, "web"))
        .expect("exists")
        .to_value();
    value["spec"]["replicas"] = json!(9);
    let changed = object(Kind::Deployment, value);
    let written = watched.engine.act("scale", |cx| cx.store.update(changed));
    written.expect("the API server accepts it");
    run(&mut watched.engine);
    let findings = watched.look();
    found(&findings, &invariants::AVAILABLE, (4, 8, Verdict::Pending));
}

#[test]
fn oversized_deployments_are_detected_but_users_are_not_blamed() {
    let mut watched = Watched::ready();
    let (set, web) = (watched.set(), key(Kind::Deployment, "web"));
    let findings = watched.blame(Actor::Deployment, &web, &[], |engine| {
        resize(engine, &set, 5)
    });
    found(
        &findings,
        &invariants::PLANNED,
        (5, 4, Verdict::BrokenByController),
    );

    let mut watched = Watched::ready();
    watched.look();
    resize(&mut watched.engine, &set, 5);
    let findings = watched.look();
    found(&findings, &invariants::PLANNED, (5, 4, Verdict::Pending));
}

#[test]
fn a_rollout_that_removes_too_many_pods_is_blamed_until_they_are_back() {
    let mut watched = Watched::ready();
    let (set, web) = (watched.set(), key(Kind::Deployment, "web"));
    let took = [&deployment::branches::SCALE_DOWN_OLD];
    let findings = watched.blame(Actor::Deployment, &web, &took, |engine| {
        resize(engine, &set, 2)
    });
    found(
        &findings,
        &invariants::SPARED,
        (2, 3, Verdict::BrokenByController),
    );
    found(&findings, &invariants::AVAILABLE, (4, 3, Verdict::Holds));
    // Only the ReplicaSet controller runs, since the Deployment controller would repair it.
    let item = watched
        .engine
        .queues()
        .ready()
        .find(|item| item.key == set)
        .expect("is queued");
    let number = item.number;
    watched.engine.step_item(number);
    let findings = watched.look();
    found(
        &findings,
        &invariants::AVAILABLE,
        (2, 3, Verdict::BrokenByController),
    );
    run(&mut watched.engine);
    pods(&mut watched.engine, &Verb::Ready);
    let findings = watched.look();
    found(&findings, &invariants::AVAILABLE, (4, 3, Verdict::Holds));
    pods(&mut watched.engine, &Verb::Unready);
    let findings = watched.look();
    found(
        &findings,
        &invariants::AVAILABLE,
        (0, 3, Verdict::BrokenByFault),
    );
}

#[test]
fn a_surplus_pod_is_detected() {
    let mut watched = Watched::ready();
    let set = watched.set();
    let first = keys(&watched.engine, Kind::Pod).remove(0);
    let mut pod = watched.engine.store().get(&first).expect("a pod").clone();
    pod.meta_mut().name = "one-more".into();
    let findings = watched.blame(Actor::ReplicaSet, &set, &[], |engine| {
        engine
            .act("make", |cx| cx.store.create(pod))
            .expect("the API server accepts it");
    });
    found(
        &findings,
        &invariants::SIZE,
        (5, 4, Verdict::BrokenByController),
    );
    found(&findings, &invariants::SURGE, (5, 4, Verdict::Pending));
}

#[test]
fn removing_the_wrong_pod_is_detected() {
    let mut watched = Watched::ready();
    let set = watched.set();
    let names = keys(&watched.engine, Kind::Pod);
    let unready = watched
        .engine
        .act("node", |cx| Verb::Unready.apply(cx.store, &names[0]));
    unready.expect("the API server accepts it");
    run(&mut watched.engine);
    resize(&mut watched.engine, &set, 3);
    let delete = [&replica_set::branches::DELETE];
    let findings = watched.blame(Actor::ReplicaSet, &set, &delete, |engine| {
        let options = DeleteOptions::default();
        let gone = engine.act("delete", |cx| cx.store.delete(&names[1], &options));
        gone.expect("the API server accepts it");
    });
    found(
        &findings,
        &invariants::LAST,
        (2, 3, Verdict::BrokenByController),
    );
}

/// A ready pod that no longer matches is released in the same sync that removes another one.
#[test]
fn a_released_pod_does_not_count_as_removed() {
    let mut watched = Watched::ready();
    let set = watched.set();
    let names = keys(&watched.engine, Kind::Pod);
    for name in &names[1..] {
        let unready = watched
            .engine
            .act("node", |cx| Verb::Unready.apply(cx.store, name));
        unready.expect("the API server accepts it");
    }
    run(&mut watched.engine);
    let mut released = watched
        .engine
        .store()
        .get(&names[0])
        .expect("exists")
        .clone();
    released.meta_mut().labels = Default::default();
    let relabelled = watched.engine.act("label", |cx| cx.store.update(released));
    relabelled.expect("the API server accepts it");
    resize(&mut watched.engine, &set, 2);
    watched.look();
    let queued = watched.engine.queues().ready().find(|item| item.key == set);
    let number = queued.expect("is queued").number;
    watched.engine.step_item(number);
    let findings = watched.look();
    found(&findings, &invariants::LAST, (0, 0, Verdict::AtLimit));
}

#[test]
fn no_two_invariants_have_the_same_name() {
    let mut ids: Vec<&str> = invariants::ALL
        .iter()
        .map(|invariant| invariant.id)
        .collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), invariants::ALL.len());
}

/// A StatefulSet of three ready pods with claims, and ways to break its invariants.
mod stateful_sets {
    use super::*;
    use kubestep::controllers::stateful_set::branches;
    use kubestep::engine::invariants::stateful_set::{
        KEPT, LAST_FIRST, ONE, ORDERED, PARTITIONED, UPDATED,
    };

    fn watched() -> Watched {
        let spec = json!({
            "replicas": 3,
            "serviceName": "db",
            "selector": { "matchLabels": { "app": "db" } },
            "updateStrategy": { "type": "RollingUpdate", "rollingUpdate": { "partition": 1 } },
            "template": {
                "metadata": { "labels": { "app": "db" } },
                "spec": { "containers": [{ "name": "c", "image": "db:1" }] }
            },
            "volumeClaimTemplates": [{
                "metadata": { "name": "data" },
                "spec": {
                    "accessModes": ["ReadWriteOnce"],
                    "resources": { "requests": { "storage": "1Gi" } }
                }
            }]
        });
        let set = json!({ "metadata": { "name": "db" }, "spec": spec });
        let mut watched = Watched {
            engine: manual(),
            monitor: Monitor::default(),
            seen: 0,
        };
        create(&mut watched.engine, [object(Kind::StatefulSet, set)]);
        for _ in 0..3 {
            pods(&mut watched.engine, &Verb::Ready);
        }
        assert_eq!(keys(&watched.engine, Kind::Pod).len(), 3);
        watched
    }

    fn db() -> Key {
        key(Kind::StatefulSet, "db")
    }

    fn resize(engine: &mut Engine, size: i32) {
        let mut value = engine.store().get(&db()).expect("exists").to_value();
        value["spec"]["replicas"] = json!(size);
        let set = object(Kind::StatefulSet, value);
        let written = engine.act("scale", |cx| cx.store.update(set));
        written.expect("the API server accepts it");
    }

    fn remove(engine: &mut Engine, pod: &str) {
        let gone = super::delete(engine, &key(Kind::Pod, pod), Propagation::Background);
        gone.expect("exists");
    }

    /// A copy of the last pod with another name.
    fn copy(engine: &mut Engine, name: &str, revision: Option<&str>) {
        let mut pod = engine
            .store()
            .get(&key(Kind::Pod, "db-2"))
            .expect("a pod")
            .clone();
        let meta = pod.meta_mut();
        meta.name = name.into();
        if let Some(revision) = revision {
            let labels = Rc::make_mut(&mut meta.labels);
            labels.insert("controller-revision-hash".to_owned(), revision.to_owned());
        }
        let made = engine.act("make", |cx| cx.store.create(pod));
        made.expect("the API server accepts it");
    }

    fn blame(watched: &mut Watched, act: impl FnOnce(&mut Engine)) -> Vec<InvariantFinding> {
        watched.blame(Actor::StatefulSet, &db(), &[&branches::SCALE_DOWN], act)
    }

    #[test]
    fn everything_holds_at_first() {
        let mut watched = watched();
        let findings = watched.look();
        assert!(findings.iter().all(|one| one.verdict <= Verdict::Pending));
        found(&findings, &ONE, (1, 1, Verdict::AtLimit));
    }

    #[test]
    fn two_pods_with_one_ordinal_are_detected() {
        let mut watched = watched();
        let findings = blame(&mut watched, |engine| copy(engine, "db-02", None));
        found(&findings, &ONE, (2, 1, Verdict::BrokenByController));
    }

    #[test]
    fn creating_a_pod_too_early_is_detected() {
        let mut watched = watched();
        let first = key(Kind::Pod, "db-0");
        let unready = watched
            .engine
            .act("node", |cx| Verb::Unready.apply(cx.store, &first));
        unready.expect("accepted");
        let findings = blame(&mut watched, |engine| copy(engine, "db-3", None));
        found(&findings, &ORDERED, (2, 3, Verdict::BrokenByController));
    }

    #[test]
    fn removing_a_pod_out_of_order_is_detected() {
        let mut watched = watched();
        resize(&mut watched.engine, 1);
        let findings = blame(&mut watched, |engine| remove(engine, "db-1"));
        found(&findings, &LAST_FIRST, (1, 0, Verdict::BrokenByController));
    }

    #[test]
    fn an_update_below_the_partition_is_detected() {
        let mut watched = watched();
        let findings = blame(&mut watched, |engine| remove(engine, "db-0"));
        found(&findings, &PARTITIONED, (1, 0, Verdict::BrokenByController));
    }

    #[test]
    fn an_update_of_two_pods_at_once_is_detected() {
        let mut watched = watched();
        remove(&mut watched.engine, "db-1");
        let findings = blame(&mut watched, |engine| remove(engine, "db-2"));
        found(&findings, &UPDATED, (2, 1, Verdict::BrokenByController));
    }

    #[test]
    fn losing_or_giving_away_a_claim_is_detected() {
        let mut watched = watched();
        let data = key(Kind::PersistentVolumeClaim, "data-db-2");
        let findings = watched.blame(Actor::GarbageCollector, &data, &[], |engine| {
            super::delete(engine, &data, Propagation::Background).expect("exists");
        });
        found(&findings, &KEPT, (1, 0, Verdict::BrokenByController));

        let mut watched = self::watched();
        let findings = blame(&mut watched, |engine| {
            let uid = engine
                .store()
                .get(&db())
                .expect("exists")
                .meta()
                .uid
                .clone();
            let mut claim = engine.store().get(&data).expect("exists").clone();
            claim.meta_mut().owner_references = [kubestep::api::meta::OwnerReference {
                api_version: "apps/v1".into(),
                kind: "StatefulSet".into(),
                name: "db".into(),
                uid,
                controller: true,
                block_owner_deletion: true,
            }]
            .into();
            let given = engine.act("own", |cx| cx.store.update(claim));
            given.expect("accepted");
        });
        found(&findings, &KEPT, (1, 0, Verdict::BrokenByController));
    }
}
