//! Claims: protected while in use, and bound to volumes.

#[path = "common/cluster.rs"]
mod cluster;

use cluster::*;
use kubestep::api::kind::Kind;
use kubestep::api::object::Object;
use kubestep::engine::{Config, Engine};
use kubestep::node::manual::{Verb, bind_claim, unbound_claims};
use kubestep::store::Propagation;
use kubestep::versions::Version;
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
    delete(engine, &key, Propagation::Background).expect("exists");
    run(engine);
}

#[test]
fn a_claim_in_use_stays_until_its_pod_is_gone() {
    let mut engine = manual();
    create(&mut engine, [claim("data"), pod_with("data")]);
    pods(&mut engine, &Verb::Ready);
    delete_data(&mut engine);
    let there = data(&engine).expect("still exists");
    assert!(there["metadata"]["deletionTimestamp"].is_string());
    assert_eq!(
        there["metadata"]["finalizers"],
        json!(["kubernetes.io/pvc-protection"])
    );
    pods(&mut engine, &Verb::Succeed);
    assert!(data(&engine).is_some(), "a finished pod counts");
    remove(&mut engine, Kind::Pod, "user");
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
        .expect("accepted");
    assert_eq!(
        engine.steps()[since].changes.len(),
        2,
        "the name, then the status"
    );
    let bound = data(&engine).expect("exists");
    assert_eq!(bound["spec"]["volumeName"], "pv-data");
    assert_eq!(bound["status"]["phase"], "Bound");
    assert_eq!(bound["status"]["capacity"]["storage"], "1Gi");
    assert_eq!(unbound_claims(engine.store(), None).len(), 1);
}

fn automatic() -> Engine {
    Engine::new(Config::default())
}

fn volume(name: &str, size: &str) -> Object {
    let spec = json!({
        "accessModes": ["ReadWriteOnce"], "capacity": { "storage": size },
        "persistentVolumeReclaimPolicy": "Retain", "storageClassName": "slow",
        "volumeMode": "Filesystem", "hostPath": { "path": "/data" }
    });
    object(
        Kind::PersistentVolume,
        json!({ "metadata": { "name": name }, "spec": spec }),
    )
}

fn phase(engine: &Engine, name: &str) -> String {
    let found = engine.store().get(&key(Kind::PersistentVolume, name));
    let value = found.expect("exists").to_value();
    value["status"]["phase"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

#[test]
fn the_default_class_provisions_and_reclaims_a_volume() {
    let mut engine = automatic();
    try_create(&mut engine, claim("data")).expect("accepted");
    settle(&mut engine);
    let bound = data(&engine).expect("exists");
    assert_eq!(bound["spec"]["storageClassName"], "standard");
    assert_eq!(bound["status"]["phase"], "Bound");
    assert_eq!(bound["status"]["capacity"]["storage"], "1Gi");
    let uid = bound["metadata"]["uid"].as_str().expect("a uid");
    assert_eq!(bound["spec"]["volumeName"], format!("pvc-{uid}"));
    assert_eq!(phase(&engine, &format!("pvc-{uid}")), "Bound");
    delete_data(&mut engine);
    settle(&mut engine);
    assert!(data(&engine).is_none());
    assert!(keys(&engine, Kind::PersistentVolume).is_empty());
}

#[test]
fn the_smallest_matching_volume_is_bound_and_retained() {
    let mut engine = automatic();
    for object in [
        volume("big", "5Gi"),
        volume("fits", "1Gi"),
        volume("small", "500Mi"),
    ] {
        try_create(&mut engine, object).expect("accepted");
    }
    settle(&mut engine);
    assert_eq!(phase(&engine, "fits"), "Available");
    let mut value = claim("data").to_value();
    value["spec"]["storageClassName"] = json!("slow");
    try_create(&mut engine, object(Kind::PersistentVolumeClaim, value)).expect("accepted");
    settle(&mut engine);
    assert_eq!(data(&engine).expect("exists")["spec"]["volumeName"], "fits");
    assert_eq!(phase(&engine, "fits"), "Bound");
    delete_data(&mut engine);
    settle(&mut engine);
    assert_eq!(phase(&engine, "fits"), "Released");
    assert_eq!(phase(&engine, "big"), "Available");
}

#[test]
fn a_class_can_wait_for_the_first_consumer() {
    let mut engine = automatic();
    let class = json!({
        "metadata": { "name": "late" }, "provisioner": "example.org/p",
        "reclaimPolicy": "Delete", "volumeBindingMode": "WaitForFirstConsumer"
    });
    let mut value = claim("data").to_value();
    value["spec"]["storageClassName"] = json!("late");
    for object in [
        object(Kind::StorageClass, class),
        object(Kind::PersistentVolumeClaim, value),
    ] {
        try_create(&mut engine, object).expect("accepted");
    }
    settle(&mut engine);
    assert_eq!(data(&engine).expect("exists")["status"]["phase"], "Pending");
    try_create(&mut engine, pod_with("data")).expect("accepted");
    settle(&mut engine);
    assert_eq!(data(&engine).expect("exists")["status"]["phase"], "Bound");
}

/// The condition `Unused` of the claim `data`: status, reason, since when.
fn unused(engine: &Engine) -> Option<[String; 3]> {
    let claim = data(engine).expect("there");
    let conditions = claim["status"].get("conditions")?;
    let [condition] = &conditions.as_array().expect("a list")[..] else {
        panic!("{conditions}");
    };
    assert_eq!(condition["type"], "Unused");
    assert_eq!(condition["lastProbeTime"], json!(null));
    let text = |field: &str| condition[field].as_str().expect("a text").to_owned();
    Some(["status", "reason", "lastTransitionTime"].map(text))
}

#[test]
fn a_claim_says_since_when_no_pod_uses_it() {
    let said = |status: &str, reason: &str, time: &str| {
        Some([status, reason, &format!("2026-01-01T00:{time}Z")].map(str::to_owned))
    };
    let (used, idle) = ("PodUsingPVC", "NoPodsUsingPVC");
    let mut engine = manual();
    let wait = |engine: &mut Engine| engine.advance(engine.now().plus_seconds(60));
    create(&mut engine, [claim("data")]);
    assert_eq!(unused(&engine), None, "it is not bound");
    let key = key(Kind::PersistentVolumeClaim, "data");
    engine
        .act("bindpvc", |cx| bind_claim(cx.store, &key))
        .expect("taken");
    run(&mut engine);
    assert_eq!(unused(&engine), said("True", idle, "00:00"));
    wait(&mut engine);
    create(&mut engine, [pod_with("data")]);
    assert_eq!(unused(&engine), said("False", used, "01:00"), "no node yet");
    wait(&mut engine);
    pods(&mut engine, &Verb::Ready);
    assert_eq!(unused(&engine), said("False", used, "01:00"));
    pods(&mut engine, &Verb::Succeed);
    assert_eq!(
        unused(&engine),
        said("True", idle, "02:00"),
        "it has finished"
    );
    let text = kubestep::kubectl::run(&mut engine, "describe pvc data", None).stdout;
    let block = "\
Used By:       user
Conditions:
  Type     Status  LastProbeTime                     LastTransitionTime                Reason           Message
  ----     ------  -----------------                 ------------------                ------           -------
  Unused   True    Mon, 01 Jan 0001 00:00:00 +0000   Thu, 01 Jan 2026 00:02:00 +0000   NoPodsUsingPVC   No pods are currently referencing this PVC
Events:    <none>
";
    assert!(text.ends_with(block), "{text}");
    wait(&mut engine);
    remove(&mut engine, Kind::Pod, "user");
    assert_eq!(unused(&engine), said("True", idle, "02:00"));
}

#[test]
fn claims_say_so_from_1_37_on() {
    let mut engine = Engine::new(Config {
        features: Version::V1_36.into(),
        ..Config::default()
    });
    try_create(&mut engine, claim("data")).expect("taken");
    settle(&mut engine);
    assert_eq!(unused(&engine), None);
    let switch = |engine: &mut Engine, line: &str| {
        assert_eq!(kubestep::kubectl::run(engine, line, None).exit, 0);
        settle(engine);
    };
    switch(&mut engine, "sim version 1.37");
    assert!(unused(&engine).is_some_and(|[status, ..]| status == "True"));
    let mut engine = automatic();
    switch(
        &mut engine,
        "sim gate PersistentVolumeClaimUnusedSinceTime=false",
    );
    try_create(&mut engine, claim("data")).expect("taken");
    settle(&mut engine);
    assert_eq!(unused(&engine), None);
}
