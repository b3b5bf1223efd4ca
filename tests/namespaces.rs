//! Namespaces: creation of objects in them, and their deletion.

#[path = "common/cluster.rs"]
mod cluster;

use cluster::*;
use kubestep::actor::Cause;
use kubestep::api::kind::Kind;
use kubestep::api::object::{Key, Object};
use kubestep::engine::{Config, Engine, Run};
use kubestep::node::manual::Verb;
use kubestep::store::{ApiError, Propagation};
use serde_json::json;

fn prod() -> Engine {
    let mut engine = manual();
    let namespace = object(Kind::Namespace, json!({ "metadata": { "name": "prod" } }));
    let mut web = deployment("web", 2);
    web.meta_mut().namespace = "prod".into();
    create(&mut engine, [namespace, web]);
    pods(&mut engine, &Verb::Ready);
    engine
}

/// The controller syncs 5 s after the deletion.
fn delete_prod(engine: &mut Engine) {
    let prod = key(Kind::Namespace, "prod");
    delete(engine, &prod, Propagation::Background).expect("exists");
    pass(engine, 5);
}

fn pass(engine: &mut Engine, seconds: i64) {
    let end = engine.now().plus_seconds(seconds);
    assert_eq!(engine.run_until(end, MANY), Run::Settled);
}

/// Status and message of a condition of the namespace prod.
fn condition(engine: &Engine, name: &str) -> [String; 2] {
    let prod = engine.store().get(&key(Kind::Namespace, "prod"));
    let value = prod.expect("still exists").to_value();
    let conditions = value["status"]["conditions"].as_array();
    let mut found = conditions.into_iter().flatten();
    let condition = found.find(|condition| condition["type"] == name);
    let condition = condition.expect("the condition");
    ["status", "message"].map(|field| condition[field].as_str().unwrap_or_default().to_owned())
}

#[test]
fn a_new_namespace_is_active_and_named_by_a_label() {
    let engine = prod();
    let prod = engine
        .store()
        .get(&key(Kind::Namespace, "prod"))
        .expect("was created");
    let value = prod.to_value();
    assert_eq!(
        value["metadata"]["labels"]["kubernetes.io/metadata.name"],
        "prod"
    );
    assert_eq!(value["spec"]["finalizers"], json!(["kubernetes"]));
    assert_eq!(value["status"]["phase"], "Active");
}

#[test]
fn pods_are_deleted_first_then_the_rest_then_the_namespace() {
    let mut engine = prod();
    let prod = key(Kind::Namespace, "prod");
    delete(&mut engine, &prod, Propagation::Background).expect("exists");
    pass(&mut engine, 4);
    let ends = |engine: &Engine| {
        let pods = engine.store().list(Kind::Pod, None);
        pods.filter(|pod| pod.meta().is_terminating()).count()
    };
    assert_eq!(ends(&engine), 0, "the controller has not synced yet");
    pass(&mut engine, 1);
    assert_eq!(ends(&engine), 2);
    let value = engine.store().get(&prod).expect("still exists").to_value();
    assert_eq!(value["status"]["phase"], "Terminating");
    assert_eq!(
        condition(&engine, "NamespaceContentRemaining"),
        ["False", "All content successfully removed"],
        "pods within their grace period are not counted"
    );
    assert_eq!(keys(&engine, Kind::Deployment).len(), 1, "the rest waits");

    pods(&mut engine, &Verb::Stopped);
    let error = try_create(
        &mut engine,
        object(Kind::Namespace, json!({ "metadata": { "name": "prod" } })),
    );
    assert_eq!(
        error.expect_err("still terminating").to_string(),
        "object is being deleted: namespaces \"prod\" already exists"
    );
    pass(&mut engine, 4);
    assert!(
        engine.store().get(&prod).is_some(),
        "the controller has not synced yet"
    );
    pass(&mut engine, 1);
    assert!(engine.store().get(&prod).is_none());
    let all = engine.store().all();
    let left = all.filter(|object| *object.meta().namespace == *"prod");
    assert_eq!(left.count(), 0);
}

#[test]
fn the_next_sync_is_after_half_the_grace_period() {
    let mut engine = prod();
    delete_prod(&mut engine);
    // Writing the conditions causes a sync after 5 s; 30 / 2 + 1 s later follows the next.
    pass(&mut engine, 5);
    pods(&mut engine, &Verb::Stopped);
    pass(&mut engine, 15);
    assert!(engine.store().get(&key(Kind::Namespace, "prod")).is_some());
    pass(&mut engine, 1);
    assert!(engine.store().get(&key(Kind::Namespace, "prod")).is_none());
}

#[test]
fn pods_beyond_their_grace_period_are_an_error() {
    let mut engine = prod();
    delete_prod(&mut engine);
    pass(&mut engine, 36);
    let name = "NamespaceDeletionContentFailure";
    assert_eq!(
        condition(&engine, name)[0],
        "False",
        "41 s: no further sync"
    );
    pass(&mut engine, 1);
    assert_eq!(
        condition(&engine, name),
        [
            "True",
            "Failed to delete all resource types, 1 remaining: unexpected items still remain in namespace: prod for \
             gvr: /v1, Resource=pods"
        ]
    );
    pods(&mut engine, &Verb::Stopped);
    pass(&mut engine, 60);
    assert!(engine.store().get(&key(Kind::Namespace, "prod")).is_none());
}

#[test]
fn settling_waits_for_a_namespace_but_not_for_a_finalizer() {
    let mut engine = Engine::new(Config::default());
    let namespace = object(Kind::Namespace, json!({ "metadata": { "name": "prod" } }));
    let metadata =
        json!({ "name": "held", "namespace": "prod", "finalizers": ["example.org/held"] });
    let mut web = deployment("web", 2);
    web.meta_mut().namespace = "prod".into();
    let held = object(Kind::ConfigMap, json!({ "metadata": metadata }));
    for object in [namespace, web, held] {
        try_create(&mut engine, object).expect("accepted");
    }
    settle(&mut engine);
    let prod = key(Kind::Namespace, "prod");
    delete(&mut engine, &prod, Propagation::Background).expect("exists");
    settle(&mut engine);
    assert!(keys(&engine, Kind::Deployment).is_empty());
    assert_eq!(
        condition(&engine, "NamespaceContentRemaining"),
        [
            "True",
            "Some resources are remaining: configmaps. has 1 resource instances"
        ]
    );
    assert_eq!(
        condition(&engine, "NamespaceFinalizersRemaining"),
        [
            "True",
            "Some content in the namespace has finalizers remaining: example.org/held in 1 resource instances"
        ]
    );
    let held = Key::of(Kind::ConfigMap, "prod", "held");
    engine
        .act("edit", |cx| {
            let mut held = cx.store.get(&held).cloned().expect("exists");
            held.meta_mut().finalizers = [].into();
            cx.store.update(held)
        })
        .expect("accepted");
    pass(&mut engine, 8);
    assert!(engine.store().get(&prod).is_none());
}

#[test]
fn nothing_can_be_created_in_a_terminating_namespace() {
    let mut engine = prod();
    delete_prod(&mut engine);
    let pod = |metadata| {
        let spec = json!({ "containers": [{ "name": "c", "image": "i" }] });
        object(Kind::Pod, json!({ "metadata": metadata, "spec": spec }))
    };
    let named = pod(json!({ "name": "one", "namespace": "prod" }));
    let error = try_create(&mut engine, named).expect_err("refused");
    assert_eq!(
        error.to_string(),
        "pods \"one\" is forbidden: unable to create new content in namespace prod because it is being terminated"
    );
    assert_eq!(error.reason(), "Forbidden");
    let generated = pod(json!({ "generateName": "web-", "namespace": "prod" }));
    let error = try_create(&mut engine, generated).expect_err("refused");
    assert!(
        error.to_string().starts_with("pods \"web-\" is forbidden"),
        "{error}"
    );
    // The ReplicaSet controller neither reports an error nor retries.
    let failed = |object: &Object| {
        let event = object.as_event();
        event.is_some_and(|event| *event.reason == *"FailedCreate")
    };
    assert!(!engine.store().all().any(failed));
    let retried = |cause: &Cause| matches!(cause, Cause::Retry { .. });
    assert!(!engine.queues().timers().any(|timer| retried(&timer.cause)));
}

#[test]
fn some_namespaces_cannot_be_deleted() {
    let mut engine = manual();
    for name in ["default", "kube-system", "kube-public"] {
        let error = delete(
            &mut engine,
            &key(Kind::Namespace, name),
            Propagation::Background,
        );
        assert_eq!(
            error.expect_err("refused").to_string(),
            format!("namespaces \"{name}\" is forbidden: this namespace may not be deleted")
        );
    }
    let missing = Key::of(Kind::Namespace, "", "none");
    let error = delete(&mut engine, &missing, Propagation::Background);
    assert!(matches!(error, Err(ApiError::NotFound { .. })));
}
