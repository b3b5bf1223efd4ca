//! A short story for each rare branch of the ReplicaSet controller, named after the branch.

use crate::cluster::*;
use crate::deployments::{Story, ready};
use kubestep::api::kind::Kind;
use kubestep::api::object::Object;
use kubestep::api::pod::Pod;
use kubestep::engine::Engine;
use kubestep::node::manual::Verb;
use kubestep::store::Propagation;
use serde_json::json;
use std::rc::Rc;

/// All stories.
pub const STORIES: &[Story] = &[
    ("replicaset/gone", gone),
    ("replicaset/adopt", adopt),
    ("replicaset/delete", adopt),
    ("replicaset/release", release),
    ("replicaset/create", release),
    ("replicaset/terminating", terminating),
    ("replicaset/wait-available", slow_to_be_available),
];

/// A ReplicaSet without a Deployment.
fn bare() -> Engine {
    let mut engine = manual();
    let labels = json!({ "app": "bare" });
    let set = json!({
        "metadata": { "name": "bare" },
        "spec": {
            "replicas": 2,
            "selector": { "matchLabels": labels },
            "template": {
                "metadata": { "labels": labels },
                "spec": { "containers": [{ "name": "app", "image": "nginx:1.25" }] }
            }
        }
    });
    create(&mut engine, [object(Kind::ReplicaSet, set)]);
    pods(&mut engine, &Verb::Ready);
    engine
}

fn gone() -> Engine {
    let mut engine = bare();
    let name = key(Kind::ReplicaSet, "bare");
    delete(&mut engine, &name, Propagation::Background).expect("exists");
    run(&mut engine);
    engine
}

/// An orphaned pod is adopted, which makes one pod too many.
fn adopt() -> Engine {
    let mut engine = bare();
    let pod = json!({
        "metadata": { "name": "orphan", "labels": { "app": "bare" } },
        "spec": { "containers": [{ "name": "app", "image": "nginx:1.25" }] }
    });
    create(&mut engine, [object(Kind::Pod, pod)]);
    engine
}

/// A pod's labels change, so that it is released and replaced.
fn release() -> Engine {
    let mut engine = bare();
    let first = keys(&engine, Kind::Pod).remove(0);
    let mut pod: Pod = (**engine.store().pod(&first).expect("a pod")).clone();
    pod.metadata.labels = Default::default();
    let pod = Object::Pod(Rc::new(pod));
    let written = engine.act("label", |cx| cx.store.update(pod));
    written.expect("the API server accepts it");
    run(&mut engine);
    assert_eq!(keys(&engine, Kind::Pod).len(), 3);
    engine
}

fn terminating() -> Engine {
    let mut engine = ready(2);
    let name = keys(&engine, Kind::ReplicaSet).remove(0);
    delete(&mut engine, &name, Propagation::Foreground).expect("exists");
    run(&mut engine);
    engine
}

fn slow_to_be_available() -> Engine {
    let mut engine = manual();
    let mut value = deployment("web", 2).to_value();
    value["spec"]["minReadySeconds"] = json!(10);
    create(&mut engine, [object(Kind::Deployment, value)]);
    pods(&mut engine, &Verb::Ready);
    settle(&mut engine);
    engine
}
