//! Deployments in situations that upstream's tables and traces do not cover.

#[path = "common/cluster.rs"]
mod cluster;

use cluster::*;
use kubestep::api::kind::Kind;
use kubestep::api::object::Object;
use kubestep::engine::{Engine, Run};
use kubestep::kubectl;
use kubestep::node::manual::Verb;
use serde_json::{Value, json};

#[test]
fn a_completed_rollout_past_its_deadline_is_not_checked_endlessly() {
    let mut engine = manual();
    create(&mut engine, [deployment("web", 2)]);
    pods(&mut engine, &Verb::Ready);
    let late = engine.now().plus_seconds(700);
    assert_eq!(engine.run_until(late, MANY), Run::Settled);
    let lost = keys(&engine, Kind::Pod).remove(0);
    engine
        .act("unready", |cx| Verb::Unready.apply(cx.store, &lost))
        .expect("accepted");
    run(&mut engine);
    let since = engine.cursor();
    let later = late.plus_seconds(3600);
    assert_eq!(engine.run_until(later, MANY), Run::Settled);
    assert!(
        engine.cursor() - since < 10,
        "the controller syncs in a loop"
    );
    let web = engine.store().get(&key(Kind::Deployment, "web"));
    let conditions = web.expect("exists").to_value()["status"]["conditions"].clone();
    let reasons: Vec<_> = conditions
        .as_array()
        .into_iter()
        .flatten()
        .map(|condition| condition["reason"].as_str().unwrap_or_default())
        .collect();
    assert_eq!(
        reasons,
        ["NewReplicaSetAvailable", "MinimumReplicasUnavailable"]
    );
}

/// A ReplicaSet left behind by an earlier rollout of `web`.
fn set_of(name: &str, replicas: i32) -> Object {
    let labels = json!({ "app": "web", "set": name });
    let spec = json!({ "containers": [{ "name": "c", "image": format!("{name}:1") }] });
    object(
        Kind::ReplicaSet,
        json!({
            "metadata": {
                "name": name, "labels": labels,
                "annotations": { "deployment.kubernetes.io/desired-replicas": "2" }
            },
            "spec": {
                "replicas": replicas,
                "selector": { "matchLabels": labels },
                "template": { "metadata": { "labels": labels }, "spec": spec }
            }
        }),
    )
}

/// Two orphaned ReplicaSets with one pod each, the second one three seconds younger.
fn two_sets(older: &str, newer: &str) -> Engine {
    let mut engine = manual();
    create(&mut engine, [set_of(older, 1)]);
    engine.advance(engine.now().plus_seconds(3));
    create(&mut engine, [set_of(newer, 1)]);
    pods(&mut engine, &Verb::Ready);
    engine
}

/// A Deployment with two replicas that owns the sets.
fn web(engine: &mut Engine, template: &Value, change: &[(&str, Value)]) {
    let mut spec = json!({
        "replicas": 2, "selector": { "matchLabels": { "app": "web" } },
        "strategy": { "type": "Recreate" }, "template": template
    });
    for (field, value) in change {
        spec[field] = value.clone();
    }
    let manifest = json!({ "metadata": { "name": "web" }, "spec": spec });
    create(engine, [object(Kind::Deployment, manifest)]);
}

/// Names of the sets scaled to zero since a step, in order.
fn emptied(engine: &Engine, since: usize) -> Vec<String> {
    let steps = engine.steps().iter().skip(since);
    let changes = steps.flat_map(|step| &step.changes);
    let size = |object: &Option<Object>| match object {
        Some(Object::ReplicaSet(set)) => Some(set.spec.replicas),
        _ => None,
    };
    let emptied =
        changes.filter(|change| size(&change.before) > Some(0) && size(&change.after) == Some(0));
    emptied.map(|change| change.key.name.to_string()).collect()
}

#[test]
fn recreate_scales_down_the_oldest_replica_set_first() {
    for (older, newer) in [("web-z", "web-a"), ("web-a", "web-z")] {
        let mut engine = two_sets(older, newer);
        let since = engine.cursor();
        let labels = json!({ "app": "web" });
        let template = json!({ "metadata": { "labels": labels }, "spec": { "containers": [{ "name": "c", "image": "i" }] } });
        web(&mut engine, &template, &[]);
        assert_eq!(emptied(&engine, since), [older, newer]);
    }
}

#[test]
fn scaling_with_a_saturated_set_scales_down_the_newest_other_first() {
    for (older, newer) in [("web-z", "web-b"), ("web-b", "web-z")] {
        let mut engine = two_sets(older, newer);
        let current = set_of("web-m", 2);
        let template = current.to_value()["spec"]["template"].clone();
        create(&mut engine, [current]);
        pods(&mut engine, &Verb::Ready);
        let since = engine.cursor();
        let bounds = json!({ "type": "RollingUpdate", "rollingUpdate": { "maxSurge": 1, "maxUnavailable": 0 } });
        let change = [("paused", json!(true)), ("strategy", bounds)];
        web(&mut engine, &template, &change);
        assert_eq!(emptied(&engine, since), [newer, older]);
    }
}

#[test]
fn a_rollback_by_annotation_is_recorded_once_despite_a_conflict() {
    let mut engine = manual();
    create(&mut engine, [deployment("web", 1)]);
    pods(&mut engine, &Verb::Ready);
    // The new template and the rollback arrive together: the ReplicaSet is created first, which updates the
    // Deployment.
    let patch = r#"kubectl patch deploy web -p '{"metadata":{"annotations":{"deprecated.deployment.rollback.to":"1"}},"spec":{"template":{"spec":{"containers":[{"name":"nginx","image":"nginx:2"}]}}}}'"#;
    assert_eq!(kubectl::run(&mut engine, patch, None).exit, 0);
    let end = engine.now().plus_seconds(1);
    assert_eq!(engine.run_until(end, MANY), Run::Settled);
    let events = engine.store().list(Kind::Event, None).map(Object::to_value);
    let rollbacks: Vec<_> = events
        .filter(|event| event["reason"] == "DeploymentRollback")
        .map(|event| (event["message"].clone(), event["count"].clone()))
        .collect();
    assert_eq!(
        rollbacks,
        [(
            json!("Rolled back deployment \"web\" to revision 1"),
            json!(1)
        )]
    );
}
