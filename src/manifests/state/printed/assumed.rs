//! What had to be assumed, and the objects that result.

use super::{Gathered, Owner};
use crate::api::kind::Kind;
use crate::api::light;
use crate::api::look::Look;
use crate::api::object::Key;
use crate::api::time::Time;
use crate::api::yaml::{Document, Positions};
use crate::manifests::state::{Note, names};
use crate::texts::{Text, state as texts};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// What had to be assumed, by object.
#[derive(Default)]
pub struct Assumed {
    /// Whether no time in the text is absolute.
    pub clock: bool,
    /// Whether the nodes of pods are not given.
    pub nodes: bool,
    /// Whether exit codes are not given.
    pub exits: bool,
    /// Tables that were not read.
    pub tables: BTreeSet<String>,
    /// Fields of descriptions that were not read.
    pub unread: BTreeSet<String>,
    /// Controllers that are only known by the names of what they own.
    pub owners: BTreeSet<String>,
    /// Pods without a known controller.
    pub lone: BTreeSet<String>,
    /// Objects whose age is unknown.
    pub ages: BTreeSet<String>,
    /// ReplicaSets that are assumed to be the new ones.
    pub newest: BTreeSet<String>,
    /// Images that were made up.
    pub images: BTreeSet<String>,
    /// StatefulSets whose claim templates are those of a pod.
    pub claims: BTreeSet<String>,
    /// Workloads whose selector is unknown.
    pub selectors: BTreeSet<String>,
    /// Workloads whose strategy is unknown.
    pub strategies: BTreeSet<String>,
    /// Workloads whose number of replicas is counted.
    pub replicas: BTreeSet<String>,
    /// Pods that are not scheduled, for unknown reasons.
    pub pending: BTreeSet<String>,
    /// Pods whose deletion has begun at an unknown time.
    pub endings: BTreeSet<String>,
}

impl Assumed {
    /// Says what was assumed.
    pub fn tell(&self, notes: &mut Vec<Note>) {
        let rows: [(&BTreeSet<String>, &'static Text); 13] = [
            (&self.tables, &texts::TABLES_UNREAD),
            (&self.unread, &texts::PARTS_UNREAD),
            (&self.owners, &texts::OWNERS_ASSUMED),
            (&self.lone, &texts::OWNERS_UNKNOWN),
            (&self.replicas, &texts::REPLICAS_COUNTED),
            (&self.newest, &texts::NEW_SET_ASSUMED),
            (&self.strategies, &texts::STRATEGIES_ASSUMED),
            (&self.claims, &texts::CLAIMS_ASSUMED),
            (&self.selectors, &texts::SELECTORS_ASSUMED),
            (&self.images, &texts::IMAGES_ASSUMED),
            (&self.pending, &texts::PENDING_UNKNOWN),
            (&self.endings, &texts::ENDINGS_ASSUMED),
            (&self.ages, &texts::AGES_UNKNOWN),
        ];
        let told = rows.into_iter().filter(|(objects, _)| !objects.is_empty());
        notes.extend(told.map(|(objects, text)| Note::new(text).with("objects", names(objects))));
        let flags = [
            (self.nodes, &texts::PLACES_ASSUMED),
            (self.exits, &texts::EXITS_ASSUMED),
            (self.clock, &texts::CLOCK_ASSUMED),
        ];
        let told = flags.into_iter().filter(|(is_assumed, _)| *is_assumed);
        notes.extend(told.map(|(_, text)| Note::new(text)));
    }
}

/// The objects as another cluster would have served them, with made-up uids.
pub fn documents(gathered: &mut Gathered, now: Time) -> Vec<Document> {
    let mut keys: Vec<Key> = gathered.found.keys().cloned().collect();
    light::sort(&mut keys, |one, other| {
        let created = |key: &Key| gathered.found[key].value.text("metadata.creationTimestamp");
        created(one)
            .cmp(created(other))
            .then_with(|| one.cmp(other))
    });
    let uids = keys.into_iter().zip(1_u32..);
    let uids: BTreeMap<Key, String> = uids.map(|(key, number)| (key, uid(number))).collect();
    let mut documents = Vec::new();
    for (key, found) in &mut gathered.found {
        let value = &mut found.value;
        value["apiVersion"] = key.kind.api_version().into();
        value["kind"] = key.kind.name().into();
        let metadata = &mut value["metadata"];
        metadata["uid"] = uids[key].as_str().into();
        if !key.namespace.is_empty() {
            metadata["namespace"] = (*key.namespace).into();
        }
        if let Owner::Is(owner) = &found.owner {
            metadata["ownerReferences"] = json!([{
                "apiVersion": owner.kind.api_version(),
                "kind": owner.kind.name(),
                "name": &*owner.name,
                "uid": uids.get(owner),
                "controller": true,
                "blockOwnerDeletion": true,
            }]);
        }
        if matches!(
            key.kind,
            Kind::Deployment | Kind::ReplicaSet | Kind::StatefulSet
        ) {
            metadata["generation"] = 1.into();
            value["status"]["observedGeneration"] = i64::from(found.is_observed).into();
        }
        documents.push(document(value.take(), found.line));
    }
    for (number, event) in gathered.events.iter().enumerate() {
        let uid = uids.get(&event.about).map_or("", String::as_str);
        let line = gathered
            .found
            .get(&event.about)
            .map_or(1, |found| found.line);
        documents.push(document(event.value(number, uid, now), line));
    }
    documents
}

fn document(value: Value, line: u32) -> Document {
    Document {
        value,
        positions: Positions::default(),
        first: line,
        last: line,
    }
}

/// Later ones sort before earlier ones, as those of a cluster here do.
fn uid(number: u32) -> String {
    format!("{:08x}-0000-4000-8000-{number:012x}", u32::MAX - number)
}
