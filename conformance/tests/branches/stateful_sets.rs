//! A short story for each rare branch of the StatefulSet controller, named after the branch.

use crate::cluster::*;
use crate::deployments::Story;
use crate::stories::{edit, manual_with};
use kubestep::api::kind::Kind;
use kubestep::api::object::{Key, Object};
use kubestep::engine::{Actor, Config, Engine};
use kubestep::node::manual::Verb;
use kubestep::store::Propagation;
use serde_json::{Value, json};

/// All stories.
pub const STORIES: &[Story] = &[
    ("statefulset/release", release),
    ("statefulset/repair", repair),
    ("statefulset/revision-equivalent", fewer_defaults),
    ("statefulset/revision-collision", collision),
    ("statefulset/finished-going", finished_and_held),
    ("statefulset/stale-claim", stale_claim),
    ("statefulset/create-not-updated", no_block),
    ("statefulset/claim-failed", claim_going),
    ("statefulset/conflicting-controller", claim_of_another),
    ("statefulset/scale-down-blocked", two_unready),
];

/// A set named web with one claim per pod.
fn web(replicas: i32) -> Value {
    json!({
        "apiVersion": "apps/v1", "kind": "StatefulSet",
        "metadata": { "name": "web" },
        "spec": {
            "replicas": replicas,
            "serviceName": "web",
            "selector": { "matchLabels": { "app": "web" } },
            "template": {
                "metadata": { "labels": { "app": "web" } },
                "spec": { "containers": [{ "name": "web", "image": "web:1" }] }
            },
            "volumeClaimTemplates": [{
                "metadata": { "name": "data" },
                "spec": {
                    "accessModes": ["ReadWriteOnce"],
                    "resources": { "requests": { "storage": "1Gi" } }
                }
            }]
        }
    })
}

fn named() -> Key {
    key(Kind::StatefulSet, "web")
}

fn ready(set: Value, config: Config) -> Engine {
    let count = set["spec"]["replicas"].as_i64().expect("a number");
    let mut engine = manual_with(config, &[set]);
    for _ in 0..count {
        pods(&mut engine, &Verb::Ready);
    }
    assert_eq!(keys(&engine, Kind::Pod).len() as i64, count);
    engine
}

fn release() -> Engine {
    let mut engine = ready(web(2), Config::manual());
    edit(&mut engine, &key(Kind::Pod, "web-1"), |pod| {
        pod["metadata"]["labels"] = json!({ "app": "other" });
    });
    run(&mut engine);
    let pod = engine.store().pod(&key(Kind::Pod, "web-1"));
    assert!(
        pod.expect("still exists")
            .metadata
            .owner_references
            .is_empty()
    );
    engine
}

fn repair() -> Engine {
    const NAME: &str = "statefulset.kubernetes.io/pod-name";
    let mut engine = ready(web(2), Config::manual());
    edit(&mut engine, &key(Kind::Pod, "web-1"), |pod| {
        pod["metadata"]["labels"][NAME] = json!("somebody");
    });
    run(&mut engine);
    let pod = engine.store().pod(&key(Kind::Pod, "web-1"));
    let labels = &pod.expect("exists").metadata.labels;
    assert_eq!(labels.get(NAME).map(String::as_str), Some("web-1"));
    engine
}

/// The revision was written by a server with fewer defaults, and the set is recreated.
fn fewer_defaults() -> Engine {
    let engine = ready(web(1), Config::manual());
    let known = keys(&engine, Kind::ControllerRevision).remove(0);
    let mut revision = engine.store().get(&known).expect("exists").to_value();
    let spec = &mut revision["data"]["spec"]["template"]["spec"];
    let removed = spec.as_object_mut().expect("a spec").remove("dnsPolicy");
    assert!(removed.is_some());
    let name = revision["metadata"]["name"].clone();
    let labels = revision["metadata"]["labels"].clone();
    revision["metadata"] = json!({ "name": name, "labels": labels });
    let mut engine = manual();
    create(&mut engine, [object(Kind::ControllerRevision, revision)]);
    kubestep::manifests::apply(&mut engine, &web(1).to_string()).expect("valid");
    run(&mut engine);
    assert_eq!(keys(&engine, Kind::ControllerRevision).len(), 1);
    engine
}

/// Another revision has exactly the name of the first one.
fn collision() -> Engine {
    let engine = ready(web(1), Config::manual());
    let known = keys(&engine, Kind::ControllerRevision).remove(0);
    let revision = json!({
        "metadata": { "name": &*known.name },
        "revision": 1,
        "data": { "spec": { "template": {} } }
    });
    let mut engine = manual();
    create(&mut engine, [object(Kind::ControllerRevision, revision)]);
    kubestep::manifests::apply(&mut engine, &web(1).to_string()).expect("valid");
    run(&mut engine);
    assert_eq!(keys(&engine, Kind::ControllerRevision).len(), 2);
    engine
}

/// A finalizer holds a failed pod.
fn finished_and_held() -> Engine {
    let mut set = web(1);
    set["spec"]["template"]["metadata"]["finalizers"] = json!(["example.org/held"]);
    let mut engine = ready(set, Config::manual());
    pods(&mut engine, &Verb::Fail(None));
    run(&mut engine);
    assert_eq!(keys(&engine, Kind::Pod).len(), 1);
    engine
}

/// Scaled down and up again before the garbage collector has deleted the claim.
fn stale_claim() -> Engine {
    let mut set = web(2);
    set["spec"]["persistentVolumeClaimRetentionPolicy"] =
        json!({ "whenScaled": "Delete", "whenDeleted": "Retain" });
    let mut actors = Config::manual().actors;
    actors.remove(&Actor::GarbageCollector);
    let config = Config {
        actors,
        ..Config::manual()
    };
    let mut engine = ready(set, config);
    for size in [1, 2] {
        edit(&mut engine, &named(), |set| {
            set["spec"]["replicas"] = json!(size)
        });
        run(&mut engine);
        pods(&mut engine, &Verb::Stopped);
    }
    assert_eq!(keys(&engine, Kind::Pod).len(), 1);
    engine
}

/// The strategy has no `rollingUpdate` block: pods that are not updated yet are recreated unchanged.
fn no_block() -> Engine {
    let mut set = web(3);
    set["spec"]["updateStrategy"] = json!({ "type": "RollingUpdate" });
    let mut engine = ready(set, Config::manual());
    edit(&mut engine, &named(), |set| {
        set["spec"]["template"]["spec"]["containers"][0]["image"] = json!("web:2");
    });
    run(&mut engine);
    let first = key(Kind::Pod, "web-0");
    delete(&mut engine, &first, Propagation::Background).expect("exists");
    run(&mut engine);
    pods(&mut engine, &Verb::Stopped);
    let pod = engine.store().pod(&first).expect("was re-created");
    assert_eq!(&*pod.spec.containers[0].image, "web:1");
    engine
}

/// Claim and pod are deleted, and the pod is gone before the claim.
fn claim_going() -> Engine {
    let mut engine = ready(web(1), Config::manual());
    for key in [
        key(Kind::PersistentVolumeClaim, "data-web-0"),
        key(Kind::Pod, "web-0"),
    ] {
        delete(&mut engine, &key, Propagation::Background).expect("exists");
    }
    run(&mut engine);
    pods(&mut engine, &Verb::Stopped);
    settle(&mut engine);
    assert_eq!(keys(&engine, Kind::Pod).len(), 1, "created by the retry");
    engine
}

/// Another controller owns a claim with the name of the set's.
fn claim_of_another() -> Engine {
    let mut engine = manual();
    let owner = json!({ "metadata": { "name": "manager" } });
    create(&mut engine, [object(Kind::ConfigMap, owner)]);
    let owner = engine.store().get(&key(Kind::ConfigMap, "manager"));
    let uid = owner.map(Object::meta).expect("exists").uid.to_string();
    let claim = json!({
        "metadata": { "name": "data-web-0", "ownerReferences": [{
            "apiVersion": "v1", "kind": "ConfigMap", "name": "manager", "uid": uid, "controller": true
        }] },
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            "resources": { "requests": { "storage": "1Gi" } }
        }
    });
    create(&mut engine, [object(Kind::PersistentVolumeClaim, claim)]);
    let mut set = web(1);
    set["spec"]["persistentVolumeClaimRetentionPolicy"] =
        json!({ "whenScaled": "Retain", "whenDeleted": "Delete" });
    kubestep::manifests::apply(&mut engine, &set.to_string()).expect("valid");
    run(&mut engine);
    engine
}

/// Two condemned pods are not ready, and the last one is not the one that became unready first.
fn two_unready() -> Engine {
    let mut engine = ready(web(4), Config::manual());
    for name in ["web-2", "web-3"] {
        let pod = key(Kind::Pod, name);
        let done = engine.act("node", |cx| Verb::Unready.apply(cx.store, &pod));
        done.expect("accepted");
        run(&mut engine);
    }
    edit(&mut engine, &named(), |set| {
        set["spec"]["replicas"] = json!(2)
    });
    run(&mut engine);
    assert_eq!(keys(&engine, Kind::Pod).len(), 4);
    engine
}
