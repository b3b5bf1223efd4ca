//! The API server: objects, verbs, versions, ownership, and the journal of changes.
//!
//! Every change of the cluster goes through one function (`Store::write`), which assigns the resource version,
//! updates the indexes and appends a [`Change`] to the journal. Stepping back, diffs, the event log, watches and
//! animation all read the journal; no other module keeps copies.

mod accounts;
mod admission;
mod amounts;
mod claim_users;
mod claims;
mod custom;
mod error;
mod events;
mod eviction;
mod import;
mod index;
mod jobs;
mod labelled;
mod limits;
mod names;
mod namespaces;
mod pod_group;
mod pods_by_ordinal;
mod policies;
mod priorities;
mod quotas;
mod registers;
mod rooms;
mod services;
mod strategy;
mod validate;
mod verbs;
mod warning;

pub use error::{ApiError, Excess};
use events::Events;
pub use eviction::Evicted;
pub use index::Indexes;
pub use names::NameOrder;
pub use pod_group::{Member, PodFlags, PodGroup};
pub use pods_by_ordinal::{OrdinalPod, PodsByOrdinal};
use policies::Policies;
pub use registers::Registers;
pub use rooms::{Room, Taken};
pub use verbs::{DeleteOptions, Propagation, REPLICAS_MAX};
pub use warning::Warning;

use crate::api::controller_revision::ControllerRevision;
use crate::api::custom::Customs;
use crate::api::deployment::Deployment;
use crate::api::endpoint_slice::EndpointSlice;
use crate::api::kind::Kind;
use crate::api::meta::{ObjectMeta, Uid};
use crate::api::object::{Key, Object, Other};
use crate::api::persistent_volume_claim::PersistentVolumeClaim;
use crate::api::pod::Pod;
use crate::api::replica_set::ReplicaSet;
use crate::api::stateful_set::StatefulSet;
use crate::api::time::Time;
use crate::versions::{Feature, Version};
use serde_json::json;
use std::collections::BTreeMap;
use std::ops::Bound;
use std::rc::Rc;

/// One write: the object before and after it.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// Which object.
    pub key: Key,
    /// The object before; `None` if the write created it.
    pub before: Option<Object>,
    /// The object after; `None` if the write removed it.
    pub after: Option<Object>,
}

/// The net effect of several writes on one object. An object that reuses its name is a different one.
struct Life<'a> {
    key: &'a Key,
    before: Option<&'a Object>,
    after: Option<&'a Object>,
}

/// The net effect of consecutive writes, without objects that they both created and removed. Each write has its own
/// version, so the version that a write replaces identifies which of the writes after `since` it follows.
fn lives<'a>(changes: impl Iterator<Item = &'a Change>, since: u64) -> Vec<Life<'a>> {
    let mut lives: Vec<Life<'a>> = Vec::new();
    // The index of the life that each version after `since` belongs to; the versions of removals belong to none.
    let mut owners: Vec<usize> = Vec::new();
    for Change { key, before, after } in changes {
        let [found, made] = [before.as_ref(), after.as_ref()];
        let place = |object: &Object| {
            let version = object.version();
            usize::try_from(version.checked_sub(since + 1)?).ok()
        };
        let known = found.and_then(place).and_then(|place| owners.get(place));
        let owner = known.copied().unwrap_or(lives.len());
        match lives.get_mut(owner) {
            Some(life) => life.after = made,
            None => lives.push(Life {
                key,
                before: found,
                after: made,
            }),
        }
        if let Some(place) = made.and_then(place) {
            owners.resize(place + 1, owner);
        }
    }
    lives.retain(|life| life.before.is_some() || life.after.is_some());
    lives
}

/// Whether the indexes cover an object: recorded events have no owners and are not looked up by uid.
fn is_indexed(object: &&Object) -> bool {
    !matches!(object, Object::EventEntry(_))
}

/// The objects of a cluster.
#[derive(Debug, Clone)]
pub struct Store {
    /// All objects except events.
    objects: BTreeMap<Key, Object>,
    events: Events,
    /// The custom kinds, as the stored CustomResourceDefinitions define them.
    customs: Customs,
    policies: Policies,
    indexes: Indexes,
    journal: Vec<Change>,
    /// Warnings that have not been taken yet.
    warnings: Vec<Warning>,
    /// The namespace of cluster-scoped objects.
    no_name: Rc<str>,
    /// Clock, counters and random generator.
    pub registers: Registers,
}

impl Store {
    /// The Kubernetes version.
    #[must_use]
    pub fn version(&self) -> Version {
        self.registers.features.version()
    }

    /// Whether a feature is enabled in this version and with these gates.
    #[must_use]
    pub fn has(&self, feature: Feature) -> bool {
        self.registers.features.has(feature)
    }

    /// A cluster with its initial namespaces and `nodes` nodes, named `node-1` and so on.
    #[must_use]
    pub fn new(seed: u64, nodes: usize) -> Self {
        let mut store = Self {
            objects: BTreeMap::new(),
            events: Events::default(),
            customs: Customs::default(),
            policies: Policies::default(),
            indexes: Indexes::default(),
            journal: Vec::new(),
            warnings: Vec::new(),
            no_name: Rc::default(),
            registers: Registers::new(seed),
        };
        for name in ["default", "kube-node-lease", "kube-public", "kube-system"] {
            store.add_namespace(name);
        }
        for number in 1..=nodes {
            store.add_node(&format!("node-{number}"));
        }
        store.add_own_service();
        store.add_accounts();
        store.journal.clear();
        store
    }

    /// The virtual clock.
    #[must_use]
    pub fn now(&self) -> Time {
        self.registers.now
    }

    /// The object with a key.
    #[must_use]
    pub fn get(&self, key: &Key) -> Option<&Object> {
        match key.kind {
            Kind::Event => self.events.get(key),
            _ => self.objects.get(key),
        }
    }

    /// The Deployment with a key.
    #[must_use]
    pub fn deployment(&self, key: &Key) -> Option<&Rc<Deployment>> {
        match self.objects.get(key) {
            Some(Object::Deployment(object)) => Some(object),
            _ => None,
        }
    }

    /// The ReplicaSet with a key.
    #[must_use]
    pub fn replica_set(&self, key: &Key) -> Option<&Rc<ReplicaSet>> {
        match self.objects.get(key) {
            Some(Object::ReplicaSet(object)) => Some(object),
            _ => None,
        }
    }

    /// The StatefulSet with a key.
    #[must_use]
    pub fn stateful_set(&self, key: &Key) -> Option<&Rc<StatefulSet>> {
        match self.objects.get(key) {
            Some(Object::StatefulSet(object)) => Some(object),
            _ => None,
        }
    }

    /// The ControllerRevision with a key.
    #[must_use]
    pub fn controller_revision(&self, key: &Key) -> Option<&Rc<ControllerRevision>> {
        match self.objects.get(key) {
            Some(Object::ControllerRevision(object)) => Some(object),
            _ => None,
        }
    }

    /// The claim with a key.
    #[must_use]
    pub fn claim(&self, key: &Key) -> Option<&Rc<PersistentVolumeClaim>> {
        match self.objects.get(key) {
            Some(Object::PersistentVolumeClaim(object)) => Some(object),
            _ => None,
        }
    }

    /// The pod with a key.
    #[must_use]
    pub fn pod(&self, key: &Key) -> Option<&Rc<Pod>> {
        match self.objects.get(key) {
            Some(Object::Pod(object)) => Some(object),
            _ => None,
        }
    }

    /// The EndpointSlice with a key.
    #[must_use]
    pub fn endpoint_slice(&self, key: &Key) -> Option<&Rc<EndpointSlice>> {
        match self.objects.get(key) {
            Some(Object::EndpointSlice(object)) => Some(object),
            _ => None,
        }
    }

    /// The node with a name.
    #[must_use]
    pub fn node(&self, name: &Rc<str>) -> Option<&Object> {
        self.objects.get(&Key::new(Kind::Node, &self.no_name, name))
    }

    /// The namespace with a name.
    #[must_use]
    pub fn namespace(&self, name: &Rc<str>) -> Option<&Object> {
        self.objects
            .get(&Key::new(Kind::Namespace, &self.no_name, name))
    }

    /// The object with a uid.
    #[must_use]
    pub fn by_uid(&self, uid: &Uid) -> Option<&Object> {
        self.objects.get(self.indexes.key_of(uid)?)
    }

    /// All objects of a kind by namespace and name; limited to a namespace if one is given.
    pub fn list(&self, kind: Kind, namespace: Option<&str>) -> impl Iterator<Item = &Object> {
        let events = match kind {
            Kind::Event => self.events.sorted(namespace),
            _ => Vec::new(),
        };
        let namespace: Option<Rc<str>> = namespace.map(Into::into);
        let first = Key {
            kind,
            namespace: namespace.as_ref().unwrap_or(&self.no_name).clone(),
            name: self.no_name.clone(),
        };
        self.objects
            .range((Bound::Included(first), Bound::Unbounded))
            .take_while(move |(key, _)| {
                key.kind == kind
                    && namespace
                        .as_ref()
                        .is_none_or(|wanted| *wanted == key.namespace)
            })
            .map(|(_, object)| object)
            .chain(events)
    }

    /// All objects, by kind, namespace and name.
    pub fn all(&self) -> impl Iterator<Item = &Object> {
        let first = Key::new(Kind::Event, &self.no_name, &self.no_name);
        let before = self.objects.range(..first.clone());
        let after = self.objects.range(first..);
        let events = self.events.sorted(None);
        let before = before.map(|(_, object)| object);
        before.chain(events).chain(after.map(|(_, object)| object))
    }

    /// The store's indexes.
    #[must_use]
    pub fn indexes(&self) -> &Indexes {
        &self.indexes
    }

    /// The writes since the journal was last taken, in order.
    #[must_use]
    pub fn journal(&self) -> &[Change] {
        &self.journal
    }

    /// Takes the writes out of the journal, to be kept in the history.
    pub fn take_journal(&mut self) -> Box<[Change]> {
        self.journal.drain(..).collect()
    }

    /// Undoes the last write that is still in effect.
    pub fn revert(&mut self, change: &Change) {
        self.set(&change.key, change.before.clone());
    }

    /// Redoes the write that was undone last.
    pub fn replay(&mut self, change: &Change) {
        self.set(&change.key, change.after.clone());
    }

    /// Redoes or undoes the writes of several steps. Each object is written once, whatever happened to it in
    /// between. `since` is the cluster's resource version before those steps.
    pub fn leap<'a>(
        &mut self,
        changes: impl Iterator<Item = &'a Change>,
        since: u64,
        forward: bool,
    ) {
        let lives = lives(changes, since);
        if forward {
            for Life { key, after, .. } in lives {
                self.set(key, after.cloned());
            }
        } else {
            for Life { key, before, .. } in lives.into_iter().rev() {
                self.set(key, before.cloned());
            }
        }
    }

    /// The only way to write: assigns the resource version, updates the indexes, and appends to the journal.
    fn write(&mut self, key: Key, mut after: Option<Object>) -> Option<Object> {
        let version = self.next_version();
        if let Some(object) = &mut after {
            object.meta_mut().resource_version = version;
        }
        self.keep(key, after.clone());
        self.count_quotas();
        after
    }

    fn next_version(&mut self) -> u64 {
        self.registers.resource_version += 1;
        self.registers.resource_version
    }

    /// The second half of a write, for an object that already has its resource version.
    fn keep(&mut self, key: Key, after: Option<Object>) {
        let before = self.set(&key, after.clone());
        self.journal.push(Change { key, before, after });
    }

    /// Replaces the stored object and returns the previous one.
    fn set(&mut self, key: &Key, after: Option<Object>) -> Option<Object> {
        let Self {
            objects,
            events,
            indexes,
            ..
        } = self;
        let before = match (key.kind, &after) {
            (Kind::Event, Some(event)) => events.insert(key, event.clone()),
            (Kind::Event, None) => events.remove(key),
            (_, Some(object)) => objects.insert(key.clone(), object.clone()),
            (_, None) => objects.remove(key),
        };
        let [old, new] = [&before, &after].map(|object| object.as_ref().filter(is_indexed));
        if old.is_some() || new.is_some() {
            indexes.written(key, old, new, objects);
        }
        self.note_definition(key);
        self.policies
            .written(key.kind, before.is_some(), after.is_some());
        before
    }

    fn add_namespace(&mut self, name: &str) {
        let mut metadata = ObjectMeta {
            name: name.into(),
            ..ObjectMeta::default()
        };
        Rc::make_mut(&mut metadata.labels)
            .insert("kubernetes.io/metadata.name".to_owned(), name.to_owned());
        self.add_other(
            Kind::Namespace,
            metadata,
            json!({ "spec": { "finalizers": ["kubernetes"] }, "status": { "phase": "Active" } }),
        );
    }

    fn add_node(&mut self, name: &str) {
        let mut metadata = ObjectMeta {
            name: name.into(),
            ..ObjectMeta::default()
        };
        let labels = Rc::make_mut(&mut metadata.labels);
        for (key, value) in [
            ("kubernetes.io/arch", "amd64"),
            ("kubernetes.io/hostname", name),
            ("kubernetes.io/os", "linux"),
        ] {
            labels.insert(key.to_owned(), value.to_owned());
        }
        let ready = json!({ "type": "Ready", "status": "True", "reason": "KubeletReady" });
        self.add_other(
            Kind::Node,
            metadata,
            json!({ "spec": {}, "status": { "conditions": [ready] } }),
        );
    }

    /// The Service `kubernetes`, by which pods reach the API server.
    fn add_own_service(&mut self) {
        let mut metadata = ObjectMeta {
            name: "kubernetes".into(),
            namespace: "default".into(),
            ..ObjectMeta::default()
        };
        let labels = [("component", "apiserver"), ("provider", "kubernetes")];
        let labels = labels.map(|(key, value)| (key.to_owned(), value.to_owned()));
        metadata.labels = Rc::new(labels.into_iter().collect());
        let port = json!({ "name": "https", "port": 443, "protocol": "TCP", "targetPort": 6443 });
        let spec = json!({
            "clusterIP": "10.96.0.1", "clusterIPs": ["10.96.0.1"],
            "internalTrafficPolicy": "Cluster", "ipFamilies": ["IPv4"], "ipFamilyPolicy": "SingleStack",
            "ports": [port], "sessionAffinity": "None", "type": "ClusterIP"
        });
        let fields = json!({ "spec": spec, "status": { "loadBalancer": {} } });
        self.add_other(Kind::Service, metadata, fields);
    }

    fn add_other(&mut self, kind: Kind, mut metadata: ObjectMeta, fields: serde_json::Value) {
        metadata.uid = self.registers.next_uid();
        metadata.creation_timestamp = Some(self.registers.now);
        let object = Object::Other(kind, Rc::new(Other { metadata, fields }));
        self.write(object.key(), Some(object));
    }
}
