//! Garbage collection with background, foreground and orphan propagation, step by step.

#[path = "common/cluster.rs"]
mod cluster;

use cluster::*;
use kubestep::api::kind::Kind;
use kubestep::api::object::Object;
use kubestep::engine::{Engine, StepKind};
use kubestep::node::manual::Verb;
use kubestep::store::Propagation;
use serde_json::json;

fn running_web(replicas: i32) -> Engine {
    let mut engine = manual();
    create(&mut engine, [deployment("web", replicas)]);
    pods(&mut engine, &Verb::Ready);
    engine
}

/// Every write since a step: the object, and whether it was removed or marked for deletion.
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
fn background_removes_the_owner_first_then_each_dependent() {
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
        .filter(|step| matches!(step.action, StepKind::Work(_)))
        .map(|step| step.changes.len())
        .max();
    assert_eq!(most, Some(1), "one write per step");
    pods(&mut engine, &Verb::Stopped);
    assert!(keys(&engine, Kind::Pod).is_empty());
}

#[test]
fn foreground_removes_the_owner_last() {
    let mut engine = running_web(2);
    let since = engine.cursor();
    let web = key(Kind::Deployment, "web");
    delete(&mut engine, &web, Propagation::Foreground).expect("exists");
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
fn dependents_created_while_an_owner_waits_are_collected() {
    let mut engine = manual();
    let template = deployment("db", 2).to_value()["spec"]["template"].clone();
    let spec = json!({ "replicas": 2, "serviceName": "db", "selector": { "matchLabels": { "app": "db" } }, "template": template });
    let set = json!({ "metadata": { "name": "db" }, "spec": spec });
    create(&mut engine, [object(Kind::StatefulSet, set)]);
    pods(&mut engine, &Verb::Ready);
    let revisions = |engine: &Engine| keys(engine, Kind::ControllerRevision).len();
    let set = key(Kind::StatefulSet, "db");
    delete(&mut engine, &set, Propagation::Foreground).expect("exists");
    run(&mut engine);
    // The set's controller recreates the revision that was collected; nothing queues the set after that.
    assert_eq!(revisions(&engine), 1);
    pods(&mut engine, &Verb::Stopped);
    assert_eq!(revisions(&engine), 0);
    assert!(keys(&engine, Kind::StatefulSet).is_empty());
}

#[test]
fn orphaning_keeps_dependents_and_updates_the_status() {
    let mut engine = running_web(2);
    let since = engine.cursor();
    let web = key(Kind::Deployment, "web");
    delete(&mut engine, &web, Propagation::Orphan).expect("exists");
    run(&mut engine);
    assert!(keys(&engine, Kind::Deployment).is_empty());
    let sets = keys(&engine, Kind::ReplicaSet);
    let set = engine.store().get(&sets[0]).expect("still exists");
    assert!(set.meta().owner_references.is_empty());
    assert_eq!(keys(&engine, Kind::Pod).len(), 2);
    // The recorded order: status with the new generation, the set's owner reference, status without sets, removal.
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
fn objects_without_any_existing_owner_are_garbage() {
    let mut engine = manual();
    let config = |name: &str, owners: serde_json::Value| {
        let metadata = json!({ "name": name, "ownerReferences": owners });
        object(Kind::ConfigMap, json!({ "metadata": metadata }))
    };
    create(&mut engine, [config("owner", json!([]))]);
    let uid = engine
        .store()
        .get(&key(Kind::ConfigMap, "owner"))
        .expect("was created");
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
        .expect("still exists");
    assert_eq!(kept.meta().owner_references.len(), 1);
    assert!(
        engine
            .store()
            .get(&key(Kind::ConfigMap, "unknown"))
            .is_some()
    );
}

#[test]
fn cyclic_owners_do_not_deadlock() {
    let mut engine = manual();
    let named = |name: &str| object(Kind::ConfigMap, json!({ "metadata": { "name": name } }));
    create(&mut engine, [named("a"), named("b")]);
    for (dependent, owner) in [("a", "b"), ("b", "a")] {
        let uid = engine
            .store()
            .get(&key(Kind::ConfigMap, owner))
            .expect("was created");
        let uid = uid.meta().uid.clone();
        let mut object = engine
            .store()
            .get(&key(Kind::ConfigMap, dependent))
            .cloned();
        let object = object.as_mut().expect("was created");
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
            .expect("accepted");
    }
    run(&mut engine);
    delete(
        &mut engine,
        &key(Kind::ConfigMap, "a"),
        Propagation::Foreground,
    )
    .expect("exists");
    run(&mut engine);
    assert!(keys(&engine, Kind::ConfigMap).is_empty());
}

#[test]
fn going_back_restores_collected_objects() {
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
fn terminating_dependents_drop_an_orphaning_owner_too() {
    let mut engine = running_web(2);
    let pod = keys(&engine, Kind::Pod).remove(0);
    delete(&mut engine, &pod, Propagation::Background).expect("exists");
    run(&mut engine);
    let set = keys(&engine, Kind::ReplicaSet).remove(0);
    let web = key(Kind::Deployment, "web");
    for owner in [web, set] {
        delete(&mut engine, &owner, Propagation::Orphan).expect("exists");
        run(&mut engine);
        assert!(engine.store().get(&owner).is_none(), "{owner} waits");
    }
    let ending = engine.store().pod(&pod).expect("still terminating");
    assert!(ending.metadata.is_terminating());
    assert!(ending.metadata.owner_references.is_empty());
}

#[test]
fn foreground_deletion_can_be_changed_to_orphaning() {
    let mut engine = running_web(2);
    let web = key(Kind::Deployment, "web");
    delete(&mut engine, &web, Propagation::Foreground).expect("exists");
    run(&mut engine);
    assert!(engine.store().get(&web).is_some());
    delete(&mut engine, &web, Propagation::Orphan).expect("exists");
    run(&mut engine);
    assert!(engine.store().get(&web).is_none());
    let set = keys(&engine, Kind::ReplicaSet).remove(0);
    let set = engine
        .store()
        .get(&set)
        .expect("its pods are still terminating");
    assert!(set.meta().owner_references.is_empty());
}

/// An owner that is deleted in the foreground waits for a dependent until it is gone, its reference is removed, or the
/// reference no longer blocks (`pkg/controller/garbagecollector/graph_builder.go`, addUnblockedOwnersToDeleteQueue).
#[test]
fn an_owner_goes_once_no_reference_blocks_it() {
    for remaining in [json!([]), json!(false)] {
        let mut engine = manual();
        let owner = json!({ "metadata": { "name": "owner" } });
        create(&mut engine, [object(Kind::ConfigMap, owner)]);
        let uid = engine
            .store()
            .get(&key(Kind::ConfigMap, "owner"))
            .expect("exists")
            .meta()
            .uid
            .clone();
        let held = |references: serde_json::Value| {
            json!({ "metadata": {
                "name": "held", "finalizers": ["example.com/hold"], "ownerReferences": references
            } })
        };
        let reference = |blocks: &serde_json::Value| {
            json!([{
                "apiVersion": "v1", "kind": "ConfigMap", "name": "owner", "uid": uid, "blockOwnerDeletion": blocks
            }])
        };
        create(
            &mut engine,
            [object(Kind::ConfigMap, held(reference(&json!(true))))],
        );
        let owner = key(Kind::ConfigMap, "owner");
        delete(&mut engine, &owner, Propagation::Foreground).expect("exists");
        run(&mut engine);
        assert!(engine.store().get(&owner).is_some(), "{remaining}");
        let now = engine.store().get(&key(Kind::ConfigMap, "held"));
        let mut value = now.expect("exists").to_value();
        value["metadata"]["ownerReferences"] = match remaining.is_array() {
            true => remaining.clone(),
            false => reference(&remaining),
        };
        let changed = object(Kind::ConfigMap, value);
        engine
            .act("patch", |cx| cx.store.update(changed))
            .expect("accepted");
        run(&mut engine);
        assert!(engine.store().get(&owner).is_none(), "{remaining}");
    }
}
