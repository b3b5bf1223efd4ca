//! A short story for each branch of the controllers that bind and protect volumes and claims.

use crate::automatic::started;
use crate::cluster::*;
use crate::deployments::Story;
use crate::stories::{apply, edit};
use kubestep::api::kind::Kind;
use kubestep::api::object::Key;
use kubestep::engine::{Config, Engine};
use kubestep::store::Propagation;
use kubestep::world::Outcome;
use serde_json::{Value, json};

/// All stories.
pub const STORIES: &[Story] = &[
    ("scheduler/reserve", first_consumer),
    ("volume-binder/provision", provisioned),
    ("volume-binder/provisioned", provisioned),
    ("volume-binder/bind", provisioned),
    ("volume-binder/bound", volume_comes_first),
    ("volume-binder/in-use", claim_out_of_turn),
    ("volume-binder/reclaim", provisioned),
    ("volume-binder/gone", claim_deleted_at_once),
    ("volume-binder/available", kept_volume),
    ("volume-binder/released", kept_volume),
    ("volume-binder/lost", lost_volume),
    ("claim-protection/used", first_consumer),
    ("claim-protection/unused", provisioned),
    ("claim-protection/volume-bound", lost_volume),
    ("claim-protection/volume-release", kept_volume),
    ("claim-protection/volume-protect", || stripped_volume(false)),
    ("claim-protection/volume-right", || stripped_volume(true)),
    ("volume-binder/taken", volume_of_another),
    ("volume-binder/no-class", || claim_of_class("")),
    ("volume-binder/class-missing", || claim_of_class("gold")),
    ("volume-binder/first-consumer", first_consumer),
];

fn claim(class: Option<&str>, volume: Option<&str>) -> Value {
    let mut claim = json!({
        "apiVersion": "v1", "kind": "PersistentVolumeClaim",
        "metadata": { "name": "data" },
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            "resources": { "requests": { "storage": "1Gi" } }
        }
    });
    if let Some(class) = class {
        claim["spec"]["storageClassName"] = json!(class);
    }
    if let Some(volume) = volume {
        claim["spec"]["volumeName"] = json!(volume);
    }
    claim
}

fn volume(name: &str) -> Value {
    json!({
        "apiVersion": "v1", "kind": "PersistentVolume",
        "metadata": { "name": name },
        "spec": {
            "accessModes": ["ReadWriteOnce"], "capacity": { "storage": "1Gi" },
            "persistentVolumeReclaimPolicy": "Retain", "storageClassName": "slow",
            "hostPath": { "path": "/data" }
        }
    })
}

fn data() -> Key {
    key(Kind::PersistentVolumeClaim, "data")
}

fn claim_phase(engine: &Engine) -> Value {
    let found = engine.store().get(&data()).expect("exists");
    found.to_value()["status"]["phase"].clone()
}

fn provisioned() -> Engine {
    let mut engine = started(Outcome::Fine, &[claim(None, None)]);
    assert_eq!(claim_phase(&engine), "Bound");
    delete(&mut engine, &data(), Propagation::Background).expect("exists");
    settle(&mut engine);
    assert!(keys(&engine, Kind::PersistentVolume).is_empty());
    engine
}

fn kept_volume() -> Engine {
    let mut engine = started(Outcome::Fine, &[volume("disk")]);
    apply(&mut engine, &[claim(Some("slow"), None)]);
    settle(&mut engine);
    assert_eq!(claim_phase(&engine), "Bound");
    delete(&mut engine, &data(), Propagation::Background).expect("exists");
    settle(&mut engine);
    let disk = key(Kind::PersistentVolume, "disk");
    let value = engine.store().get(&disk).expect("still exists").to_value();
    assert_eq!(value["status"]["phase"], "Released");
    delete(&mut engine, &disk, Propagation::Background).expect("exists");
    settle(&mut engine);
    assert!(engine.store().get(&disk).is_none());
    engine
}

/// A user creates a matching volume while the provisioner is working.
fn volume_comes_first() -> Engine {
    let class = json!({
        "apiVersion": "storage.k8s.io/v1", "kind": "StorageClass",
        "metadata": { "name": "slow" }, "provisioner": "example.org/p"
    });
    let mut engine = Engine::new(Config::default());
    apply(&mut engine, &[class, claim(Some("slow"), None)]);
    run(&mut engine);
    assert_eq!(claim_phase(&engine), "Pending");
    apply(&mut engine, &[volume("disk")]);
    settle(&mut engine);
    assert_eq!(claim_phase(&engine), "Bound");
    engine
}

/// A claim is processed before the new volume that queued it.
fn claim_out_of_turn() -> Engine {
    let mut engine = started(Outcome::Fine, &[claim(Some("slow"), None)]);
    apply(&mut engine, &[volume("disk")]);
    let item = engine.queues().ready().find(|item| item.key == data());
    let number = item.expect("is queued").number;
    engine.step_item(number);
    settle(&mut engine);
    assert_eq!(claim_phase(&engine), "Bound");
    engine
}

fn claim_deleted_at_once() -> Engine {
    let mut engine = Engine::new(Config::default());
    apply(&mut engine, &[claim(None, None)]);
    delete(&mut engine, &data(), Propagation::Background).expect("exists");
    settle(&mut engine);
    assert!(keys(&engine, Kind::PersistentVolume).is_empty());
    engine
}

/// A user removes the protection finalizer of a volume, and possibly restores it before the controller runs.
fn stripped_volume(mended: bool) -> Engine {
    let mut engine = started(Outcome::Fine, &[volume("disk")]);
    let disk = key(Kind::PersistentVolume, "disk");
    let known = engine
        .store()
        .get(&disk)
        .expect("exists")
        .meta()
        .finalizers
        .clone();
    assert_eq!(known.len(), 1);
    edit(&mut engine, &disk, |volume| {
        volume["metadata"]["finalizers"] = json!([]);
    });
    if mended {
        edit(&mut engine, &disk, |volume| {
            volume["metadata"]["finalizers"] = json!(["kubernetes.io/pv-protection"]);
        });
    }
    settle(&mut engine);
    let object = engine.store().get(&disk).expect("exists");
    assert_eq!(object.meta().finalizers, known);
    engine
}

/// A user removes the protection finalizer of a volume that is being deleted while a claim is bound to it.
fn lost_volume() -> Engine {
    let objects = [volume("disk"), claim(Some("slow"), None)];
    let mut engine = started(Outcome::Fine, &objects);
    let disk = key(Kind::PersistentVolume, "disk");
    delete(&mut engine, &disk, Propagation::Background).expect("exists");
    settle(&mut engine);
    edit(&mut engine, &disk, |volume| {
        volume["metadata"]["finalizers"] = json!([]);
    });
    settle(&mut engine);
    assert_eq!(claim_phase(&engine), "Lost");
    engine
}

fn volume_of_another() -> Engine {
    let mut disk = volume("disk");
    disk["spec"]["claimRef"] = json!({ "namespace": "default", "name": "other", "uid": "other" });
    let engine = started(Outcome::Fine, &[disk, claim(Some("slow"), Some("disk"))]);
    assert_eq!(claim_phase(&engine), "Pending");
    engine
}

fn claim_of_class(class: &str) -> Engine {
    let engine = started(Outcome::Fine, &[claim(Some(class), None)]);
    assert_eq!(claim_phase(&engine), "Pending");
    engine
}

fn first_consumer() -> Engine {
    let class = json!({
        "apiVersion": "storage.k8s.io/v1", "kind": "StorageClass",
        "metadata": { "name": "late" }, "provisioner": "example.org/p",
        "volumeBindingMode": "WaitForFirstConsumer"
    });
    let mut engine = started(Outcome::Fine, &[class, claim(Some("late"), None)]);
    assert_eq!(claim_phase(&engine), "Pending");
    let volumes = json!({
        "volumes": [{ "name": "data", "persistentVolumeClaim": { "claimName": "data" } }]
    });
    apply(&mut engine, &[pod("one", json!({}), volumes)]);
    settle(&mut engine);
    assert_eq!(claim_phase(&engine), "Bound");
    engine
}
