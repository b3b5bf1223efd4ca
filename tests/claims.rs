//! Claims: protected while pods use them, and given volumes.

#[path = "common/cluster.rs"]
mod cluster;

use cluster::*;
use kubestep::api::kind::Kind;
use kubestep::api::object::Object;
use kubestep::engine::Engine;
use kubestep::node::manual::{Verb, bind_claim, unbound_claims};
use kubestep::store::Propagation;
use serde_json::json;

fn claim(name: &str) -> Object {
    let spec = json!({
        "accessModes": ["ReadWriteOnce"],
        "resources": { "requests": { "storage": "1Gi" } },
        "volumeMode": "Filesystem"
    });
    let metadata = json!({ "name": name });
    object(
        Kind::PersistentVolumeClaim,
        json!({ "metadata": metadata, "spec": spec }),
    )
}

fn pod_with(claim: &str) -> Object {
    let spec = json!({
        "containers": [{ "name": "c", "image": "i" }],
        "volumes": [{ "name": "data", "persistentVolumeClaim": { "claimName": claim } }]
    });
    object(
        Kind::Pod,
        json!({ "metadata": { "name": "user" }, "spec": spec }),
    )
}

fn data(engine: &Engine) -> Option<serde_json::Value> {
    let found = engine
        .store()
        .get(&key(Kind::PersistentVolumeClaim, "data"));
    found.map(Object::to_value)
}

fn delete_data(engine: &mut Engine) {
    let key = key(Kind::PersistentVolumeClaim, "data");
    delete(engine, &key, Propagation::Background).expect("there");
    run(engine);
}

#[test]
fn a_claim_in_use_stays_until_its_pod_is_gone() {
    let mut engine = manual();
    create(&mut engine, [claim("data"), pod_with("data")]);
    pods(&mut engine, &Verb::Ready);
    delete_data(&mut engine);
    let there = data(&engine).expect("it stays");
    assert!(there["metadata"]["deletionTimestamp"].is_string());
    assert_eq!(
        there["metadata"]["finalizers"],
        json!(["kubernetes.io/pvc-protection"])
    );
    pods(&mut engine, &Verb::Succeed);
    assert!(data(&engine).is_some(), "a finished pod counts");
    delete(
        &mut engine,
        &key(Kind::Pod, "user"),
        Propagation::Background,
    )
    .expect("there");
    run(&mut engine);
    assert!(data(&engine).is_none());
}

#[test]
fn a_pod_without_node_does_not_keep_a_claim() {
    let mut engine = manual();
    create(&mut engine, [claim("data"), pod_with("data")]);
    delete_data(&mut engine);
    assert!(data(&engine).is_none());
}

#[test]
fn claims_are_bound_by_hand() {
    let mut engine = manual();
    create(&mut engine, [claim("data"), claim("logs")]);
    let unbound = unbound_claims(engine.store(), None);
    assert_eq!(unbound.len(), 2);
    let since = engine.cursor();
    engine
        .act("bindpvc", |cx| bind_claim(cx.store, &unbound[0]))
        .expect("taken");
    assert_eq!(
        engine.steps()[since].changes.len(),
        2,
        "the name, then the status"
    );
    let bound = data(&engine).expect("there");
    assert_eq!(bound["spec"]["volumeName"], "pv-data");
    assert_eq!(bound["status"]["phase"], "Bound");
    assert_eq!(bound["status"]["capacity"]["storage"], "1Gi");
    assert_eq!(unbound_claims(engine.store(), None).len(), 1);
}
