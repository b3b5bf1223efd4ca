//! Deployments and ReplicaSets of upstream's tables, which contain only the fields relevant to a case, and single
//! syncs of the Deployment controller.

#![allow(dead_code, reason = "every test file uses its own part of this")]

use kubestep::actor::memory::Memory;
use kubestep::actor::recorder::Recorder;
use kubestep::actor::{Context, SyncError};
use kubestep::api::deployment::Deployment;
use kubestep::api::kind::Kind;
use kubestep::api::object::{Key, Object};
use kubestep::api::replica_set::ReplicaSet;
use kubestep::api::template::PodTemplate;
use kubestep::api::time::Time;
use kubestep::controllers::deployment;
use kubestep::controllers::deployment::annotations::{DESIRED_REPLICAS, REVISION};
use kubestep::store::Store;
use kubestep::versions::Version;
use serde_json::{Value, json};
use std::rc::Rc;

/// Fills in fields that the API server requires.
fn complete(value: &Value) -> Value {
    let mut value = value.clone();
    let defaults = [
        ("/metadata", json!({})),
        ("/metadata/name", json!("foo")),
        ("/metadata/namespace", json!("default")),
        ("/metadata/annotations", json!({})),
        ("/spec", json!({})),
        ("/spec/replicas", json!(0)),
        ("/spec/selector", json!({ "matchLabels": { "foo": "bar" } })),
        (
            "/spec/template",
            json!({ "metadata": { "labels": { "foo": "bar" } }, "spec": {} }),
        ),
    ];
    for (path, default) in defaults {
        let (parent, field) = path.rsplit_once('/').unwrap();
        let parent = value.pointer_mut(parent).unwrap();
        if parent[field].is_null() {
            parent[field] = default;
        }
    }
    value
}

/// A Deployment of a table; without a strategy it has a rolling update without parameters.
pub fn deployment(value: &Value) -> Deployment {
    let mut value = complete(value);
    if value["spec"]["strategy"]["type"].is_null() {
        value["spec"]["strategy"] = json!({ "type": "RollingUpdate" });
    }
    serde_json::from_value(value).expect("a Deployment")
}

/// A Deployment with given bounds.
pub fn rolling(replicas: i32, max_surge: &Value, max_unavailable: &Value) -> Deployment {
    let bounds = json!({ "maxSurge": max_surge, "maxUnavailable": max_unavailable });
    deployment(&json!({ "spec": {
        "replicas": replicas,
        "strategy": { "type": "RollingUpdate", "rollingUpdate": bounds }
    } }))
}

/// A ReplicaSet of a table.
pub fn replica_set(value: &Value) -> Rc<ReplicaSet> {
    Rc::new(serde_json::from_value(complete(value)).expect("a ReplicaSet"))
}

/// A ReplicaSet with a name, a size, and a number of available pods.
pub fn sized(name: &str, replicas: i32, available: i32) -> Rc<ReplicaSet> {
    replica_set(&json!({
        "metadata": { "name": name },
        "spec": { "replicas": replicas },
        "status": { "replicas": replicas, "readyReplicas": available, "availableReplicas": available }
    }))
}

/// A store with a Deployment and its ReplicaSets, as the controller sees them.
pub struct Rollout {
    /// The API server.
    pub store: Store,
    /// Records events.
    pub recorder: Recorder,
    /// The controllers' memory.
    pub memory: Memory,
    /// The Deployment.
    pub key: Key,
}

impl Rollout {
    /// Puts a Deployment with its status into an empty cluster.
    pub fn new(deployment: Deployment) -> Self {
        let mut store = Store::new(1, 3);
        store.registers.features = Version::V1_36.into();
        let object = Object::Deployment(Rc::new(deployment));
        let key = object.key();
        put(&mut store, object);
        Self {
            store,
            recorder: Recorder::default(),
            memory: Memory::default(),
            key,
        }
    }

    /// The current Deployment.
    pub fn deployment(&self) -> &Deployment {
        self.store.deployment(&self.key).expect("the Deployment")
    }

    /// Adds a ReplicaSet with its status to the Deployment. Its annotations have the revision and the Deployment's
    /// size, so that the next sync finds neither a scaling event nor a revision to be set.
    pub fn add(&mut self, set: &ReplicaSet, revision: u32) {
        let mut set = set.clone();
        let owner = self.deployment().metadata.clone();
        let wanted = self.deployment().spec.replicas.to_string();
        let reference = json!([{
            "apiVersion": "apps/v1", "kind": "Deployment", "name": owner.name, "uid": owner.uid,
            "controller": true, "blockOwnerDeletion": true
        }]);
        let meta = &mut set.metadata;
        meta.owner_references = serde_json::from_value(reference).expect("an owner");
        meta.labels = serde_json::from_value(json!({ "foo": "bar" })).expect("labels");
        if meta.annotation(REVISION).is_none() {
            meta.set_annotation(REVISION, &revision.to_string());
        }
        if meta.annotation(DESIRED_REPLICAS).is_none() {
            meta.set_annotation(DESIRED_REPLICAS, &wanted);
        }
        put(&mut self.store, Object::ReplicaSet(Rc::new(set)));
    }

    /// Adds the ReplicaSet with the Deployment's template.
    pub fn add_new(&mut self, set: &ReplicaSet, revision: u32) {
        let mut set = set.clone();
        set.spec.template = self.deployment().spec.template.clone();
        self.add(&set, revision);
        let mut deployment = self.deployment().clone();
        let meta = &mut deployment.metadata;
        meta.set_annotation(REVISION, &revision.to_string());
        let written = self
            .store
            .update_status(Object::Deployment(Rc::new(deployment)));
        written.expect("the API server accepts it");
    }

    /// Adds a ReplicaSet with another template.
    pub fn add_old(&mut self, set: &ReplicaSet, revision: u32) {
        let mut set = set.clone();
        set.spec.template = other_template(self.deployment(), revision);
        self.add(&set, revision);
    }

    /// Adds a pod of a ReplicaSet in a given phase.
    pub fn add_pod(&mut self, set: &str, given: &Value) {
        let owner = &self.set(set).metadata;
        let number = self.store.list(Kind::Pod, None).count();
        let mut value = given.clone();
        value["metadata"] = json!({
            "name": format!("{set}-{number}"), "namespace": "default", "labels": { "foo": "bar" },
            "ownerReferences": [{
                "apiVersion": "apps/v1", "kind": "ReplicaSet", "name": owner.name,
                "uid": owner.uid, "controller": true
            }]
        });
        let pod = Object::from_value(Kind::Pod, value).expect("a pod");
        put(&mut self.store, pod);
    }

    /// Runs a sync of the controller.
    pub fn sync(&mut self) -> Result<(), SyncError> {
        let mut context = Context::new(
            &mut self.store,
            &mut self.recorder,
            &mut self.memory,
            Rc::default(),
        );
        deployment::sync(&mut context, &self.key)
    }

    /// The branches taken in a sync, whatever its result.
    pub fn branches(&mut self) -> Vec<&'static str> {
        let mut context = Context::new(
            &mut self.store,
            &mut self.recorder,
            &mut self.memory,
            Rc::default(),
        );
        // A second status write in one sync causes a conflict, but the branches are taken nevertheless.
        drop(deployment::sync(&mut context, &self.key));
        let ids = context.decisions.iter().map(|decision| decision.branch.id);
        ids.collect()
    }

    /// Sets the clock.
    pub fn set_clock(&mut self, now: Time) {
        self.store.registers.now = now;
    }

    /// Size of a ReplicaSet.
    pub fn size(&self, name: &str) -> i32 {
        self.set(name).spec.replicas
    }

    /// The current state of a ReplicaSet.
    pub fn set(&self, name: &str) -> &Rc<ReplicaSet> {
        let key = Key::of(Kind::ReplicaSet, "default", name);
        self.store.replica_set(&key).expect("the ReplicaSet")
    }
}

/// The Deployment's template with one label changed.
fn other_template(deployment: &Deployment, revision: u32) -> Rc<PodTemplate> {
    let mut template = (*deployment.spec.template.value).clone();
    template["metadata"]["labels"]["revision"] = json!(revision.to_string());
    Rc::new(serde_json::from_value(template).expect("a template"))
}

/// Creates an object, then writes its status.
pub fn put(store: &mut Store, object: Object) {
    let created = store
        .create(object.clone())
        .expect("the API server accepts it");
    let mut with_status = object;
    *with_status.meta_mut() = created.meta().clone();
    match &mut with_status {
        Object::Deployment(object) => {
            Rc::make_mut(object).status.observed_generation = created.meta().generation;
        }
        Object::ReplicaSet(object) => {
            Rc::make_mut(object).status.observed_generation = created.meta().generation;
        }
        _ => {}
    }
    store
        .update_status(with_status)
        .expect("the API server accepts it");
}
