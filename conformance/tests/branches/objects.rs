//! A short story for each branch of the controllers for all kinds of objects: garbage collector, namespaces,
//! endpoint slices, claim protection.

use crate::cluster::*;
use crate::deployments::{Story, ready};
use crate::stories::edit;
use kubestep::api::kind::Kind;
use kubestep::api::object::{Key, Object};
use kubestep::engine::{Engine, Run};
use kubestep::node::manual::Verb;
use kubestep::store::Propagation;
use serde_json::{Value, json};

/// All stories.
pub const STORIES: &[Story] = &[
    ("garbage/gone", faster_than_the_collector),
    ("garbage/ownerless", orphaned_by_hand),
    ("garbage/wait-foreground", foreground),
    ("garbage/foreground-done", foreground),
    ("garbage/delete-foreground", foreground),
    ("garbage/delete-waited", foreground),
    ("garbage/wait-orphans", orphans),
    ("garbage/orphans-done", orphans),
    ("garbage/orphan", orphans),
    ("garbage/unresolved", || owned_by(&[STRANGE])),
    ("garbage/prune", || owned_by(&[NOBODY, OWNER])),
    ("garbage/delete", || owned_by(&[NOBODY])),
    ("garbage/keep", another_owner_in_time),
    ("garbage/unblock", circle),
    ("namespace/delete-pods", namespace_goes),
    ("namespace/wait-pods", namespace_goes),
    ("namespace/pods-stay", namespace_with_pods_that_stay),
    ("namespace/delete-content", namespace_goes),
    ("namespace/finalized", namespace_goes),
    ("namespace/wait-content", namespace_is_held),
    ("namespace/gone", namespace_forced_away),
    ("namespace/active", namespace_forced_away_and_made_anew),
    ("endpointslice/not-mine", service_without_selector),
    ("endpointslice/delete", two_ports),
    ("claim-protection/protect", unprotected),
    ("claim-protection/right", protected_by_hand),
    ("claim-protection/gone", forced_claim),
];

const NOBODY: &str = "nobody";
const OWNER: &str = "owner";
const STRANGE: &str = "strange";

fn config_map(name: &str, owners: &[Value]) -> Object {
    let metadata = json!({ "name": name, "ownerReferences": owners });
    object(Kind::ConfigMap, json!({ "metadata": metadata }))
}

fn reference(engine: &Engine, kind: Kind, name: &str) -> Value {
    let found = engine.store().get(&key(kind, name));
    let uid = found.map_or("none".to_owned(), |found| found.meta().uid.to_string());
    let info = kind.info();
    json!({
        "apiVersion": info.api_version, "kind": info.name, "name": name, "uid": uid,
        "blockOwnerDeletion": true
    })
}

fn faster_than_the_collector() -> Engine {
    let mut engine = ready(1);
    let set = keys(&engine, Kind::ReplicaSet).remove(0);
    for key in [key(Kind::Deployment, "web"), set] {
        delete(&mut engine, &key, Propagation::Background).expect("exists");
    }
    run(&mut engine);
    engine
}

/// A user removes a ReplicaSet's owner reference before the garbage collector processes it.
fn orphaned_by_hand() -> Engine {
    let mut engine = ready(1);
    let set = keys(&engine, Kind::ReplicaSet).remove(0);
    let web = key(Kind::Deployment, "web");
    delete(&mut engine, &web, Propagation::Background).expect("exists");
    edit(&mut engine, &set, |set| {
        set["metadata"]["ownerReferences"] = json!([]);
    });
    run(&mut engine);
    assert!(engine.store().get(&set).is_some());
    engine
}

fn foreground() -> Engine {
    let mut engine = ready(2);
    let web = key(Kind::Deployment, "web");
    delete(&mut engine, &web, Propagation::Foreground).expect("exists");
    run(&mut engine);
    pods(&mut engine, &Verb::Stopped);
    assert!(engine.store().get(&web).is_none());
    engine
}

fn orphans() -> Engine {
    let mut engine = manual();
    create(&mut engine, [config_map(OWNER, &[])]);
    let owner = reference(&engine, Kind::ConfigMap, OWNER);
    let dependents = ["one", "two"].map(|name| config_map(name, std::slice::from_ref(&owner)));
    create(&mut engine, dependents);
    let key = key(Kind::ConfigMap, OWNER);
    delete(&mut engine, &key, Propagation::Orphan).expect("exists");
    // One dependent has dropped the owner when another one is created.
    engine.step();
    create(&mut engine, [config_map("three", &[owner])]);
    assert_eq!(keys(&engine, Kind::ConfigMap).len(), 3);
    engine
}

/// An object with owners of these names.
fn owned_by(names: &[&str]) -> Engine {
    let mut engine = manual();
    create(&mut engine, [config_map(OWNER, &[])]);
    let owner = |name: &&str| match *name {
        STRANGE => json!({ "apiVersion": "x/v1", "kind": "Strange", "name": "x", "uid": "x" }),
        name => reference(&engine, Kind::ConfigMap, name),
    };
    let owners: Vec<Value> = names.iter().map(owner).collect();
    create(&mut engine, [config_map("dependent", &owners)]);
    engine
}

/// The owner waits for an object that gets another owner before the garbage collector processes it.
fn another_owner_in_time() -> Engine {
    let mut engine = manual();
    create(
        &mut engine,
        [OWNER, "other"].map(|name| config_map(name, &[])),
    );
    let owner = reference(&engine, Kind::ConfigMap, OWNER);
    create(&mut engine, [config_map("dependent", &[owner])]);
    let owner = key(Kind::ConfigMap, OWNER);
    delete(&mut engine, &owner, Propagation::Foreground).expect("exists");
    let other = reference(&engine, Kind::ConfigMap, "other");
    edit(&mut engine, &key(Kind::ConfigMap, "dependent"), |object| {
        object["metadata"]["ownerReferences"] = json!([other]);
    });
    run(&mut engine);
    assert_eq!(keys(&engine, Kind::ConfigMap).len(), 2);
    engine
}

/// Two objects own each other, and one is deleted in the foreground.
fn circle() -> Engine {
    let mut engine = manual();
    create(&mut engine, ["a", "b"].map(|name| config_map(name, &[])));
    for (dependent, owner) in [("a", "b"), ("b", "a")] {
        let owner = reference(&engine, Kind::ConfigMap, owner);
        edit(&mut engine, &key(Kind::ConfigMap, dependent), |object| {
            object["metadata"]["ownerReferences"] = json!([owner]);
        });
    }
    run(&mut engine);
    let first = key(Kind::ConfigMap, "a");
    delete(&mut engine, &first, Propagation::Foreground).expect("exists");
    run(&mut engine);
    assert!(keys(&engine, Kind::ConfigMap).is_empty());
    engine
}

/// The namespace shop with a Deployment.
fn shop() -> Engine {
    let mut engine = manual();
    let namespace = object(Kind::Namespace, json!({ "metadata": { "name": "shop" } }));
    let mut web = deployment("web", 2);
    web.meta_mut().namespace = "shop".into();
    create(&mut engine, [namespace, web]);
    pods(&mut engine, &Verb::Ready);
    engine
}

fn delete_shop(engine: &mut Engine) -> Key {
    let shop = key(Kind::Namespace, "shop");
    delete(engine, &shop, Propagation::Background).expect("exists");
    shop
}

/// Lets time pass for the controller, which syncs 5 s after the deletion and then periodically.
fn pass(engine: &mut Engine, seconds: i64) {
    let end = engine.now().plus_seconds(seconds);
    assert_eq!(engine.run_until(end, MANY), Run::Settled);
}

fn namespace_goes() -> Engine {
    let mut engine = shop();
    let shop = delete_shop(&mut engine);
    pass(&mut engine, 5);
    pods(&mut engine, &Verb::Stopped);
    pass(&mut engine, 5);
    assert!(engine.store().get(&shop).is_none());
    engine
}

/// No kubelet stops the pods: 26 s after the deletion they are within their 30 s, 16 s later they are not.
fn namespace_with_pods_that_stay() -> Engine {
    let mut engine = shop();
    delete_shop(&mut engine);
    pass(&mut engine, 42);
    engine
}

fn namespace_is_held() -> Engine {
    let mut engine = shop();
    let metadata = json!({
        "name": "held", "namespace": "shop", "finalizers": ["example.org/held"]
    });
    create(
        &mut engine,
        [object(Kind::ConfigMap, json!({ "metadata": metadata }))],
    );
    let shop = delete_shop(&mut engine);
    pass(&mut engine, 5);
    pods(&mut engine, &Verb::Stopped);
    pass(&mut engine, 5);
    assert!(engine.store().get(&shop).is_some());
    engine
}

/// A user finalizes an empty namespace before its controller does.
fn forced() -> Engine {
    let mut engine = manual();
    let namespace = object(Kind::Namespace, json!({ "metadata": { "name": "shop" } }));
    create(&mut engine, [namespace]);
    let shop = delete_shop(&mut engine);
    let done = engine.act("finalize", |cx| cx.store.finalize_namespace(&shop));
    done.expect("accepted");
    assert!(engine.store().get(&shop).is_none());
    engine
}

fn namespace_forced_away() -> Engine {
    let mut engine = forced();
    pass(&mut engine, 5);
    engine
}

fn namespace_forced_away_and_made_anew() -> Engine {
    let mut engine = forced();
    let namespace = object(Kind::Namespace, json!({ "metadata": { "name": "shop" } }));
    create(&mut engine, [namespace]);
    pass(&mut engine, 5);
    engine
}

fn service(spec: Value) -> Object {
    object(
        Kind::Service,
        json!({ "metadata": { "name": "web" }, "spec": spec }),
    )
}

fn service_without_selector() -> Engine {
    let mut engine = manual();
    let ports = json!([{ "port": 80, "protocol": "TCP", "targetPort": 80 }]);
    create(
        &mut engine,
        [service(json!({ "type": "ClusterIP", "ports": ports }))],
    );
    engine
}

/// Two pods have different numbers for the same named port, so they are in two slices; one pod is deleted.
fn two_ports() -> Engine {
    let mut engine = manual();
    let pod = |name: &str, port: i32| {
        let ports = json!([{ "name": "http", "containerPort": port, "protocol": "TCP" }]);
        let spec = json!({ "containers": [{ "name": "c", "image": "i", "ports": ports }] });
        let metadata = json!({ "name": name, "labels": { "app": "web" } });
        object(Kind::Pod, json!({ "metadata": metadata, "spec": spec }))
    };
    let ports = json!([{ "port": 80, "protocol": "TCP", "targetPort": "http" }]);
    let spec = json!({ "type": "ClusterIP", "selector": { "app": "web" }, "ports": ports });
    create(
        &mut engine,
        [service(spec), pod("one", 80), pod("two", 8080)],
    );
    pods(&mut engine, &Verb::Ready);
    assert_eq!(keys(&engine, Kind::EndpointSlice).len(), 2);
    let two = key(Kind::Pod, "two");
    delete(&mut engine, &two, Propagation::Background).expect("exists");
    run(&mut engine);
    pods(&mut engine, &Verb::Stopped);
    assert_eq!(keys(&engine, Kind::EndpointSlice).len(), 1);
    engine
}

/// A user removes the protection finalizer of a claim.
fn stripped() -> (Engine, Key) {
    let mut engine = manual();
    let spec = json!({
        "accessModes": ["ReadWriteOnce"],
        "resources": { "requests": { "storage": "1Gi" } }
    });
    let claim = json!({ "metadata": { "name": "data" }, "spec": spec });
    create(&mut engine, [object(Kind::PersistentVolumeClaim, claim)]);
    let data = key(Kind::PersistentVolumeClaim, "data");
    edit(&mut engine, &data, |claim| {
        claim["metadata"]["finalizers"] = json!([]);
    });
    (engine, data)
}

fn unprotected() -> Engine {
    let (mut engine, data) = stripped();
    run(&mut engine);
    let claim = engine.store().get(&data).expect("exists");
    assert_eq!(claim.meta().finalizers.len(), 1);
    engine
}

fn protected_by_hand() -> Engine {
    let (mut engine, data) = stripped();
    edit(&mut engine, &data, |claim| {
        claim["metadata"]["finalizers"] = json!(["kubernetes.io/pvc-protection"]);
    });
    run(&mut engine);
    engine
}

fn forced_claim() -> Engine {
    let (mut engine, data) = stripped();
    delete(&mut engine, &data, Propagation::Background).expect("exists");
    run(&mut engine);
    assert!(engine.store().get(&data).is_none());
    engine
}
