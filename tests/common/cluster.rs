//! A test cluster, and objects for it.

#![allow(dead_code, reason = "every test file uses its own part of this")]

use kubestep::api::kind::Kind;
use kubestep::api::object::{Key, Object};
use kubestep::engine::{Config, Engine, Run, StepKind};
use kubestep::node::manual::Verb;
use kubestep::store::{ApiError, DeleteOptions, Propagation};
use serde_json::{Value, json};

/// A sufficient number of steps for any cluster here.
pub const MANY: usize = 20_000;

/// A cluster whose pods change only when a test says so.
pub fn manual() -> Engine {
    Engine::new(Config::manual())
}

/// A key in the namespace `default`.
pub fn key(kind: Kind, name: &str) -> Key {
    let namespace = if kind.namespaced() { "default" } else { "" };
    Key::of(kind, namespace, name)
}

/// Builds an object from its defaulted manifest; without a namespace it is in `default`.
pub fn object(kind: Kind, mut value: Value) -> Object {
    if kind.namespaced() && value["metadata"]["namespace"].is_null() {
        value["metadata"]["namespace"] = json!("default");
    }
    Object::from_value(kind, value).expect("a valid manifest")
}

/// A Deployment with one container and the labels `app: NAME`.
pub fn deployment(name: &str, replicas: i32) -> Object {
    object(
        Kind::Deployment,
        json!({
            "metadata": { "name": name, "labels": { "app": name } },
            "spec": {
                "replicas": replicas,
                "revisionHistoryLimit": 10,
                "progressDeadlineSeconds": 600,
                "selector": { "matchLabels": { "app": name } },
                "strategy": {
                    "type": "RollingUpdate",
                    "rollingUpdate": { "maxSurge": "25%", "maxUnavailable": "25%" }
                },
                "template": {
                    "metadata": { "labels": { "app": name } },
                    "spec": { "containers": [{
                        "name": "nginx", "image": "nginx:1.25",
                        "ports": [{ "containerPort": 80, "name": "http", "protocol": "TCP" }],
                        "resources": { "requests": { "cpu": "100m" } }
                    }] }
                }
            }
        }),
    )
}

/// A standalone pod with additional fields in its container and its spec.
pub fn pod(name: &str, container: Value, spec: Value) -> Value {
    let mut all = json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": { "name": name },
        "spec": { "containers": [{ "name": "c", "image": "shop/web:1" }] }
    });
    let merge = |into: &mut Value, more: Value| {
        let more = more.as_object().cloned().unwrap_or_default();
        into.as_object_mut().expect("an object").extend(more);
    };
    merge(&mut all["spec"]["containers"][0], container);
    merge(&mut all["spec"], spec);
    all
}

/// Creates objects as a user, and runs what is due.
pub fn create(engine: &mut Engine, objects: impl IntoIterator<Item = Object>) {
    for object in objects {
        try_create(engine, object).expect("the API server accepts it");
    }
    run(engine);
}

/// Creates an object as a user.
pub fn try_create(engine: &mut Engine, object: Object) -> Result<Object, ApiError> {
    engine.act("create", |cx| cx.store.create(object))
}

/// Deletes an object as a user, without running anything.
pub fn delete(engine: &mut Engine, key: &Key, propagation: Propagation) -> Result<(), ApiError> {
    let options = DeleteOptions {
        propagation: Some(propagation),
        ..DeleteOptions::default()
    };
    engine.act("delete", |cx| cx.store.delete(key, &options))
}

/// Deletes an existing object as a user, and runs what is due.
pub fn remove(engine: &mut Engine, kind: Kind, name: &str) {
    delete(engine, &key(kind, name), Propagation::Background).expect("exists");
    run(engine);
}

/// Runs what is due now.
pub fn run(engine: &mut Engine) {
    assert_eq!(engine.run_due(MANY), Run::Settled);
}

/// Runs until the cluster makes no more progress by itself.
pub fn settle(engine: &mut Engine) {
    assert_eq!(engine.settle(MANY), Run::Settled);
}

/// Applies a verb to every pod that it affects, and runs what is due after each.
pub fn pods(engine: &mut Engine, verb: &Verb) {
    let keys = keys(engine, Kind::Pod);
    for key in keys {
        let applies = |engine: &Engine| {
            let pod = engine.store().pod(&key);
            pod.is_some_and(|pod| verb.applies_to(pod))
        };
        if !applies(engine) {
            continue;
        }
        engine
            .act("node", |cx| {
                let bound = cx
                    .store
                    .pod(&key)
                    .is_some_and(|pod| pod.node_name.is_some());
                if verb.binds_first() && !bound {
                    kubestep::node::manual::schedule(cx.store, &key)?;
                }
                verb.apply(cx.store, &key)
            })
            .expect("the API server accepts it");
        run(engine);
    }
}

/// Keys of all objects of a kind.
pub fn keys(engine: &Engine, kind: Kind) -> Vec<Key> {
    engine.store().list(kind, None).map(Object::key).collect()
}

/// The branches taken by a controller since a step, in order.
pub fn branches(engine: &Engine, since: usize, prefix: &str) -> Vec<&'static str> {
    let steps = engine.steps().iter().skip(since);
    let decisions = steps.flat_map(|step| &step.decisions);
    let ids = decisions.map(|decision| decision.branch.id);
    ids.filter(|id| id.starts_with(prefix)).collect()
}

/// Work items processed since a step, as `actor: key`.
pub fn work(engine: &Engine, since: usize) -> Vec<String> {
    let steps = engine.steps().iter().skip(since);
    let items = steps.filter_map(|step| match &step.action {
        StepKind::Work(item) => Some(item.to_string()),
        _ => None,
    });
    items.collect()
}
