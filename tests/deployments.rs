//! Deployments in situations that upstream's tables and traces do not cover.

#[path = "common/cluster.rs"]
mod cluster;

use cluster::*;
use kubestep::api::kind::Kind;
use kubestep::api::object::Object;
use kubestep::engine::{Config, Engine, Run};
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

/// The events of a reason: their messages.
fn told(engine: &Engine, reason: &str) -> Vec<String> {
    let events = engine.store().list(Kind::Event, None).map(Object::to_value);
    let events = events.filter(|event| event["reason"] == reason);
    events
        .map(|event| event["message"].as_str().unwrap_or_default().to_owned())
        .collect()
}

fn kubectl(engine: &mut Engine, line: &str) {
    let output = kubectl::run(engine, line, None);
    assert_eq!(output.exit, 0, "{line}: {}", output.stderr);
    run(engine);
}

/// A settled automatic cluster with a Deployment `web`.
fn automatic() -> Engine {
    let mut engine = Engine::new(Config::default());
    kubectl(&mut engine, "kubectl create deployment web --image=nginx:1");
    settle(&mut engine);
    engine
}

fn annotations(engine: &Engine) -> Value {
    let web = engine.store().get(&key(Kind::Deployment, "web"));
    web.expect("exists").to_value()["metadata"]["annotations"].clone()
}

/// Revision 0 is the last one before the current one, and the revision's annotations replace the Deployment's own, but
/// for those that are never copied (`pkg/controller/deployment/rollback.go`, `deployment_util.go`,
/// SetDeploymentAnnotationsTo).
#[test]
fn a_rollback_by_annotation_takes_the_annotations_of_the_last_revision() {
    let mut engine = automatic();
    for (image, note) in [("nginx:2", "two"), ("nginx:3", "three")] {
        for line in [
            format!("kubectl set image deploy/web nginx={image}"),
            format!("kubectl annotate deploy web note={note} only-{note}=x --overwrite"),
        ] {
            kubectl(&mut engine, &line);
            settle(&mut engine);
        }
    }
    kubectl(
        &mut engine,
        "kubectl annotate deploy web deprecated.deployment.rollback.to=0",
    );
    settle(&mut engine);
    let told = told(&engine, "DeploymentRollback");
    assert_eq!(told, ["Rolled back deployment \"web\" to revision 2"]);
    let web = engine.store().get(&key(Kind::Deployment, "web"));
    let web = web.expect("exists").to_value();
    let image = &web["spec"]["template"]["spec"]["containers"][0]["image"];
    assert_eq!(image, "nginx:2");
    let wanted =
        json!({ "deployment.kubernetes.io/revision": "4", "note": "two", "only-two": "x" });
    assert_eq!(annotations(&engine), wanted);
}

#[test]
fn a_rollback_by_annotation_to_a_missing_revision_says_which_was_missing() {
    for (to, message) in [
        ("0", "Unable to find last revision."),
        ("9", "Unable to find the revision to rollback to."),
    ] {
        let mut engine = automatic();
        let line = format!("kubectl annotate deploy web deprecated.deployment.rollback.to={to}");
        kubectl(&mut engine, &line);
        settle(&mut engine);
        assert_eq!(
            told(&engine, "DeploymentRollbackRevisionNotFound"),
            [message]
        );
        assert_eq!(
            annotations(&engine),
            json!({ "deployment.kubernetes.io/revision": "1" })
        );
    }
}

/// `pkg/controller/deployment/deployment_controller.go`, syncDeployment: only the generation is observed.
#[test]
fn a_deployment_that_selects_everything_only_observes_its_generation() {
    let mut engine = manual();
    let mut value = deployment("web", 1).to_value();
    value["spec"]["selector"] = json!({});
    create(&mut engine, [object(Kind::Deployment, value)]);
    let web = engine.store().get(&key(Kind::Deployment, "web"));
    let value = web.expect("exists").to_value();
    assert_eq!(
        value["status"]["observedGeneration"],
        value["metadata"]["generation"]
    );
    assert_eq!(value["metadata"]["generation"], 1);
    assert_eq!(keys(&engine, Kind::ReplicaSet), []);
}

/// `pkg/controller/deployment/sync.go`, getNewReplicaSet: a ReplicaSet with the wanted name and the same template counts as a
/// hash collision if something else controls it.
#[test]
fn a_replica_set_that_something_else_controls_takes_its_name_away() {
    let mut engine = automatic();
    let taken = keys(&engine, Kind::ReplicaSet).remove(0);
    kubectl(&mut engine, "kubectl create configmap other");
    let other = engine.store().get(&key(Kind::ConfigMap, "other"));
    let uid = other.expect("exists").meta().uid.to_string();
    let owner = json!({ "metadata": { "ownerReferences": [{
        "apiVersion": "v1", "kind": "ConfigMap", "name": "other", "uid": uid, "controller": true,
    }] } });
    for line in [
        "kubectl delete deployment web --cascade=orphan".to_owned(),
        format!("kubectl patch rs {} --type=merge -p '{owner}'", taken.name),
        "kubectl create deployment web --image=nginx:1".to_owned(),
    ] {
        kubectl(&mut engine, &line);
        settle(&mut engine);
    }
    let web = engine.store().get(&key(Kind::Deployment, "web"));
    assert_eq!(
        web.expect("exists").to_value()["status"]["collisionCount"],
        1
    );
    let sets = keys(&engine, Kind::ReplicaSet);
    assert_eq!(sets.len(), 2, "{sets:?}");
    assert!(sets.contains(&taken));
}

/// `pkg/controller/deployment/progress.go`, requeueStuckDeployment: a sync in the last second before the deadline is
/// followed by one as soon as it has passed, not a second later.
#[test]
fn a_sync_in_the_last_second_checks_the_deadline_when_it_passes() {
    let mut engine = Engine::new(Config::default());
    let web = "apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  progressDeadlineSeconds: 10
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: 'nginx:1.91'}]}
";
    let applied = kubectl::run(&mut engine, "kubectl apply -f -", Some(web));
    assert_eq!(applied.exit, 0, "{}", applied.stderr);
    let begun = engine.now();
    let reason = |engine: &mut Engine, millis: i64| {
        engine.run_until(begun.plus_millis(millis), MANY);
        let web = engine.store().get(&key(Kind::Deployment, "web"));
        let value = web.expect("exists").to_value();
        let conditions = value["status"]["conditions"].as_array().cloned();
        let mut conditions = conditions.into_iter().flatten();
        let found = conditions.find(|condition| condition["type"] == "Progressing");
        found.expect("a condition")["reason"].clone()
    };
    assert_eq!(reason(&mut engine, 9_500), "ReplicaSetUpdated");
    kubectl(&mut engine, "kubectl annotate deployment web seen=yes");
    assert_eq!(reason(&mut engine, 9_990), "ReplicaSetUpdated");
    assert_eq!(reason(&mut engine, 10_100), "ProgressDeadlineExceeded");
}
