//! Namespaces: what may be created in them, and how they go.

#[path = "common/cluster.rs"]
mod cluster;

use cluster::*;
use kubestep::actor::Cause;
use kubestep::api::kind::Kind;
use kubestep::api::object::{Key, Object};
use kubestep::engine::Engine;
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

fn delete_prod(engine: &mut Engine) {
    delete(
        engine,
        &key(Kind::Namespace, "prod"),
        Propagation::Background,
    )
    .expect("there");
    run(engine);
}

#[test]
fn a_new_namespace_is_active_and_named_by_a_label() {
    let engine = prod();
    let prod = engine
        .store()
        .get(&key(Kind::Namespace, "prod"))
        .expect("made");
    let value = prod.to_value();
    assert_eq!(
        value["metadata"]["labels"]["kubernetes.io/metadata.name"],
        "prod"
    );
    assert_eq!(value["spec"]["finalizers"], json!(["kubernetes"]));
    assert_eq!(value["status"]["phase"], "Active");
}

#[test]
fn pods_go_first_then_the_rest_then_the_namespace() {
    let mut engine = prod();
    delete_prod(&mut engine);
    let value = engine
        .store()
        .get(&key(Kind::Namespace, "prod"))
        .expect("it waits")
        .to_value();
    assert_eq!(value["status"]["phase"], "Terminating");
    let conditions = value["status"]["conditions"]
        .as_array()
        .expect("conditions");
    let of = |name: &str| {
        let found = conditions
            .iter()
            .find(|condition| condition["type"] == name);
        found.expect("the condition")["message"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    let message = of("NamespaceContentRemaining");
    assert!(
        message.starts_with("Some resources are remaining: "),
        "{message}"
    );
    assert!(
        message.contains("pods. has 2 resource instances"),
        "{message}"
    );
    assert_eq!(
        of("NamespaceFinalizersRemaining"),
        "All content-preserving finalizers finished"
    );
    assert_eq!(
        keys(&engine, Kind::Deployment).len(),
        1,
        "the rest waits for the pods"
    );

    pods(&mut engine, &Verb::Stopped);
    assert!(engine.store().get(&key(Kind::Namespace, "prod")).is_none());
    assert!(keys(&engine, Kind::Deployment).is_empty());
    assert!(keys(&engine, Kind::Pod).is_empty());
    let left = engine
        .store()
        .all()
        .filter(|object| *object.meta().namespace == *"prod");
    assert_eq!(left.count(), 0);
}

#[test]
fn nothing_new_comes_into_a_namespace_that_goes() {
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
    // The ReplicaSet controller neither complains nor tries again.
    let failed = |object: &Object| {
        let event = object.as_event();
        event.is_some_and(|event| *event.reason == *"FailedCreate")
    };
    assert!(!engine.store().all().any(failed));
    let retried = |cause: &Cause| matches!(cause, Cause::Retry { .. });
    assert!(!engine.queues().timers().any(|timer| retried(&timer.cause)));
}

#[test]
fn some_namespaces_stay() {
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
