//! What becomes of dependents: background, foreground, orphan; step by step.

#[path = "common/cluster.rs"]
mod cluster;

use cluster::*;
use kubestep::api::kind::Kind;
use kubestep::api::object::Object;
use kubestep::engine::{Action, Engine};
use kubestep::node::manual::Verb;
use kubestep::store::Propagation;
use serde_json::json;

fn running_web(replicas: i32) -> Engine {
    let mut engine = manual();
    create(&mut engine, [deployment("web", replicas)]);
    pods(&mut engine, &Verb::Ready);
    engine
}

/// Every written change since a step: the object, and whether it is gone or ending.
fn writes(engine: &Engine, since: usize) -> Vec<String> {
    let steps = engine.steps().iter().skip(since);
    let changes = steps.flat_map(|step| &step.changes);
    let changes = changes.filter(|change| change.key.kind != Kind::Event);
    let word = |after: &Option<Object>| match after {
        None => "gone",
        Some(after) if after.meta().is_terminating() => "ending",
        Some(_) => "written",
    };
    changes
        .map(|change| format!("{} {}", change.key.kind, word(&change.after)))
        .collect()
}

#[test]
fn background_takes_the_owner_first_and_each_dependent_in_a_step_of_its_own() {
    let mut engine = running_web(3);
    let since = engine.cursor();
    remove(&mut engine, Kind::Deployment, "web");
    assert_eq!(
        writes(&engine, since),
        [
            "Deployment gone",
            "ReplicaSet gone",
            "Pod ending",
            "Pod ending",
            "Pod ending"
        ]
    );
    assert_eq!(branches(&engine, since, "garbage/"), ["garbage/delete"; 4]);
    let steps = engine.steps()[since..].iter();
    let most = steps
        .filter(|step| matches!(step.action, Action::Work(_)))
        .map(|step| step.changes.len())
        .max();
    assert_eq!(most, Some(1), "one write a step");
    pods(&mut engine, &Verb::Stopped);
    assert!(keys(&engine, Kind::Pod).is_empty());
}

#[test]
fn foreground_takes_the_owner_last() {
    let mut engine = running_web(2);
    let since = engine.cursor();
    let web = key(Kind::Deployment, "web");
    delete(&mut engine, &web, Propagation::Foreground).expect("there");
    run(&mut engine);
    assert_eq!(keys(&engine, Kind::Deployment).len(), 1);
    assert_eq!(keys(&engine, Kind::ReplicaSet).len(), 1);
    let taken = branches(&engine, since, "garbage/");
    assert!(
        taken.starts_with(&["garbage/delete-foreground"]),
        "{taken:?}"
    );
    pods(&mut engine, &Verb::Stopped);
    let all = writes(&engine, since);
    let gone: Vec<&String> = all.iter().filter(|text| text.ends_with("gone")).collect();
    assert_eq!(
        gone,
        ["Pod gone", "Pod gone", "ReplicaSet gone", "Deployment gone"]
    );
    assert!(keys(&engine, Kind::Deployment).is_empty());
}

#[test]
fn what_comes_while_an_owner_waits_is_collected_when_the_owner_is_looked_at() {
    let mut engine = manual();
    let template = deployment("db", 2).to_value()["spec"]["template"].clone();
    let spec = json!({ "replicas": 2, "serviceName": "db", "selector": { "matchLabels": { "app": "db" } }, "template": template });
    let set = json!({ "metadata": { "name": "db" }, "spec": spec });
    create(&mut engine, [object(Kind::StatefulSet, set)]);
    pods(&mut engine, &Verb::Ready);
    let revisions = |engine: &Engine| keys(engine, Kind::ControllerRevision).len();
    let set = key(Kind::StatefulSet, "db");
    delete(&mut engine, &set, Propagation::Foreground).expect("there");
    run(&mut engine);
    // The set's controller makes the revision anew that the collector took; nobody looks at the set after that.
    assert_eq!(revisions(&engine), 1);
    pods(&mut engine, &Verb::Stopped);
    assert_eq!(revisions(&engine), 0);
    assert!(keys(&engine, Kind::StatefulSet).is_empty());
}

#[test]
fn orphan_leaves_the_dependents_and_lets_the_controller_see_them_go() {
    let mut engine = running_web(2);
    let since = engine.cursor();
    let web = key(Kind::Deployment, "web");
    delete(&mut engine, &web, Propagation::Orphan).expect("there");
    run(&mut engine);
    assert!(keys(&engine, Kind::Deployment).is_empty());
    let sets = keys(&engine, Kind::ReplicaSet);
    let set = engine.store().get(&sets[0]).expect("it stays");
    assert!(set.meta().owner_references.is_empty());
    assert_eq!(keys(&engine, Kind::Pod).len(), 2);
    // The recorded order: status with the new generation, the set's reference, status without sets, gone.
    assert_eq!(
        writes(&engine, since),
        [
            "Deployment ending",
            "Deployment ending",
            "ReplicaSet written",
            "Deployment ending",
            "Deployment gone"
        ]
    );
}

#[test]
fn an_object_whose_owner_never_was_is_garbage_and_one_with_another_owner_is_kept() {
    let mut engine = manual();
    let config = |name: &str, owners: serde_json::Value| {
        let metadata = json!({ "name": name, "ownerReferences": owners });
        object(Kind::ConfigMap, json!({ "metadata": metadata }))
    };
    create(&mut engine, [config("owner", json!([]))]);
    let uid = engine
        .store()
        .get(&key(Kind::ConfigMap, "owner"))
        .expect("made");
    let uid = uid.meta().uid.to_string();
    let nobody = json!({ "apiVersion": "v1", "kind": "ConfigMap", "name": "nobody", "uid": "no" });
    let owner = json!({ "apiVersion": "v1", "kind": "ConfigMap", "name": "owner", "uid": uid });
    let strange = json!({ "apiVersion": "x/v1", "kind": "Strange", "name": "x", "uid": "x" });
    create(
        &mut engine,
        [
            config("lost", json!([nobody])),
            config("kept", json!([nobody, owner])),
            config("unknown", json!([strange])),
        ],
    );
    assert!(engine.store().get(&key(Kind::ConfigMap, "lost")).is_none());
    let kept = engine
        .store()
        .get(&key(Kind::ConfigMap, "kept"))
        .expect("kept");
    assert_eq!(kept.meta().owner_references.len(), 1);
    assert!(
        engine
            .store()
            .get(&key(Kind::ConfigMap, "unknown"))
            .is_some()
    );
}

#[test]
fn owners_in_a_circle_do_not_wait_for_each_other() {
    let mut engine = manual();
    let named = |name: &str| object(Kind::ConfigMap, json!({ "metadata": { "name": name } }));
    create(&mut engine, [named("a"), named("b")]);
    for (dependent, owner) in [("a", "b"), ("b", "a")] {
        let uid = engine
            .store()
            .get(&key(Kind::ConfigMap, owner))
            .expect("made");
        let uid = uid.meta().uid.clone();
        let mut object = engine
            .store()
            .get(&key(Kind::ConfigMap, dependent))
            .cloned();
        let object = object.as_mut().expect("made");
        object.meta_mut().owner_references = [kubestep::api::meta::OwnerReference {
            api_version: "v1".into(),
            kind: "ConfigMap".into(),
            name: owner.into(),
            uid,
            controller: false,
            block_owner_deletion: true,
        }]
        .into();
        let object = object.clone();
        engine
            .act("own", |cx| cx.store.update(object))
            .expect("taken");
    }
    run(&mut engine);
    delete(
        &mut engine,
        &key(Kind::ConfigMap, "a"),
        Propagation::Foreground,
    )
    .expect("there");
    run(&mut engine);
    assert!(keys(&engine, Kind::ConfigMap).is_empty());
}

#[test]
fn going_back_restores_what_was_collected() {
    let mut engine = running_web(2);
    let since = engine.cursor();
    remove(&mut engine, Kind::Deployment, "web");
    let end = engine.cursor();
    engine.jump(since);
    assert_eq!(keys(&engine, Kind::Deployment).len(), 1);
    engine.jump(end);
    assert!(keys(&engine, Kind::ReplicaSet).is_empty());
}

#[test]
fn what_is_ending_already_forgets_an_owner_that_leaves_it_behind_all_the_same() {
    let mut engine = running_web(2);
    let pod = keys(&engine, Kind::Pod).remove(0);
    delete(&mut engine, &pod, Propagation::Background).expect("there");
    run(&mut engine);
    let set = keys(&engine, Kind::ReplicaSet).remove(0);
    let web = key(Kind::Deployment, "web");
    for owner in [web, set] {
        delete(&mut engine, &owner, Propagation::Orphan).expect("there");
        run(&mut engine);
        assert!(engine.store().get(&owner).is_none(), "{owner} waits");
    }
    let ending = engine.store().pod(&pod).expect("it is not stopped yet");
    assert!(ending.metadata.is_terminating());
    assert!(ending.metadata.owner_references.is_empty());
}

#[test]
fn an_owner_that_waited_for_its_dependents_can_still_leave_them_behind() {
    let mut engine = running_web(2);
    let web = key(Kind::Deployment, "web");
    delete(&mut engine, &web, Propagation::Foreground).expect("there");
    run(&mut engine);
    assert!(engine.store().get(&web).is_some());
    delete(&mut engine, &web, Propagation::Orphan).expect("there");
    run(&mut engine);
    assert!(engine.store().get(&web).is_none());
    let set = keys(&engine, Kind::ReplicaSet).remove(0);
    let set = engine.store().get(&set).expect("its pods are not stopped");
    assert!(set.meta().owner_references.is_empty());
}
