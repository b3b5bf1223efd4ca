//! The StatefulSet controller in isolation, and a set for it.

#![allow(dead_code, reason = "every test file uses its own part of this")]

use super::cluster::object;
use kubestep::actor::memory::Memory;
use kubestep::actor::recorder::Recorder;
use kubestep::actor::{Context, SyncError};
use kubestep::api::identity::parent_and_ordinal;
use kubestep::api::kind::Kind;
use kubestep::api::object::{Key, Object};
use kubestep::api::pod::Pod;
use kubestep::api::stateful_set::StatefulSet;
use kubestep::controllers::stateful_set;
use kubestep::node::manual::{Verb, schedule};
use kubestep::store::{Change, DeleteOptions, Store};
use kubestep::versions::{Feature, Features, Version};
use serde_json::{Value, json};
use std::rc::Rc;

/// An API server and the controller, without other actors.
pub struct Bench {
    /// The API server.
    pub store: Store,
    recorder: Recorder,
    memory: Memory,
}

impl Bench {
    pub fn new(gate: bool) -> Self {
        let mut store = Store::new(1, 3);
        store.registers.features =
            Features::from(Version::V1_36).with(Feature::MaxUnavailableStatefulSet, gate);
        Self {
            store,
            recorder: Recorder::default(),
            memory: Memory::default(),
        }
    }

    /// Runs a sync of a set; returns its result and writes.
    pub fn sync(&mut self, set: &str) -> (Result<(), SyncError>, Vec<Change>) {
        self.store.take_journal();
        let mut context = Context::new(
            &mut self.store,
            &mut self.recorder,
            &mut self.memory,
            Rc::default(),
        );
        let result = stateful_set::sync(&mut context, &key(Kind::StatefulSet, set));
        (result, self.store.take_journal().into_vec())
    }

    pub fn set(&self, name: &str) -> StatefulSet {
        let set = self.store.stateful_set(&key(Kind::StatefulSet, name));
        (**set.expect("the set exists")).clone()
    }

    pub fn pods(&self) -> Vec<Rc<Pod>> {
        let mut pods: Vec<Rc<Pod>> = self
            .store
            .list(Kind::Pod, Some("default"))
            .filter_map(|object| match object {
                Object::Pod(pod) => Some(pod.clone()),
                _ => None,
            })
            .collect();
        pods.sort_by_key(|pod| parent_and_ordinal(&pod.metadata.name).1);
        pods
    }

    pub fn act(&mut self, verb: &Verb, pod: &str) {
        let pod = key(Kind::Pod, pod);
        let lacks_node = self
            .store
            .pod(&pod)
            .is_some_and(|pod| pod.node_name.is_none());
        if lacks_node {
            schedule(&mut self.store, &pod).unwrap();
        }
        verb.apply(&mut self.store, &pod).unwrap();
    }

    /// Removes a terminating pod.
    pub fn remove(&mut self, pod: &str) {
        let key = key(Kind::Pod, pod);
        if let Some(pod) = self.store.pod(&key).cloned() {
            let mut pod = Object::Pod(pod);
            pod.meta_mut().finalizers = Rc::new([]);
            self.store.update(pod).unwrap();
        }
        let options = DeleteOptions {
            grace_period_seconds: Some(0),
            ..DeleteOptions::default()
        };
        if self.store.get(&key).is_some() {
            self.store.delete(&key, &options).unwrap();
        }
    }
}

pub fn key(kind: Kind, name: &str) -> Key {
    Key::of(kind, "default", name)
}

/// A set named web with one claim template, whose pods have a finalizer, so that they stay until the test removes them.
pub fn web(spec: &Value) -> Value {
    let mut all = json!({
        "revisionHistoryLimit": 10,
        "serviceName": "web",
        "selector": { "matchLabels": { "app": "web" } },
        "template": {
            "metadata": { "labels": { "app": "web" }, "finalizers": ["test/kept"] },
            "spec": { "containers": [{ "name": "web", "image": "v1" }] }
        },
        "volumeClaimTemplates": [{
            "metadata": { "name": "data" },
            "spec": { "accessModes": ["ReadWriteOnce"], "resources": { "requests": { "storage": "1Gi" } } }
        }]
    });
    for (field, value) in spec.as_object().unwrap() {
        all[field] = value.clone();
    }
    json!({ "metadata": { "name": "web" }, "spec": all })
}

pub fn change(bench: &mut Bench, pointer: &str, value: Value) {
    let mut set = Object::StatefulSet(Rc::new(bench.set("web"))).to_value();
    *set.pointer_mut(pointer).unwrap() = value;
    bench.store.update(object(Kind::StatefulSet, set)).unwrap();
}

pub fn set_image(bench: &mut Bench, image: &str) {
    change(
        bench,
        "/spec/template/spec/containers/0/image",
        json!(image),
    );
}
