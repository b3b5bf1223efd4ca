//! Who manages which fields of an object: `metadata.managedFields`, and server-side apply
//! (`sigs.k8s.io/structured-merge-diff/merge`, `staging/src/k8s.io/apimachinery/pkg/util/managedfields`).

mod conflicts;
mod manager;
mod place;
mod set;
mod walk;

pub use conflicts::Conflicts;
pub use manager::{FieldClaim, Manager, Operation, Request};
pub use set::{Element, FieldSet};

use super::kind::Kind;
use super::look::Look;
use super::patch::LAST_APPLIED;
use super::schema::schema;
use super::time::Time;
use super::{decode, go};
use place::FieldPlace;
use serde_json::{Value, json};
use std::rc::Rc;
pub use walk::undeclared;
use walk::{Comparison, field_set, merged, removed};

/// The default field manager of `kubectl apply --server-side`.
pub const KUBECTL: &str = "kubectl";
/// Above this number of entries for updates, the oldest ones are merged (`fieldmanager.go`, DefaultMaxUpdateManagers).
const UPDATES_MAX: usize = 10;
/// The manager of the merged ones.
const ANCIENT: &str = "ancient-changes";
/// Metadata that no one manages (`stripmeta.go`).
const STRIPPED: &[&str] = &[
    "creationTimestamp",
    "generation",
    "managedFields",
    "name",
    "namespace",
    "resourceVersion",
    "selfLink",
    "uid",
];

/// An entry of `metadata.managedFields`.
#[derive(Debug, Clone, PartialEq)]
struct Entry {
    manager: Manager,
    time: Option<Time>,
    fields: FieldSet,
}

/// The fields of an object by manager.
#[derive(Debug, Clone, PartialEq)]
pub struct Managed {
    kind: Kind,
    entries: Vec<Entry>,
}

impl Managed {
    /// The fields of an object of which no one manages any.
    #[must_use]
    pub fn new(kind: Kind) -> Self {
        Self {
            kind,
            entries: Vec::new(),
        }
    }

    /// What the server takes the object for before it is created.
    fn nothing(&self) -> Value {
        match self.kind {
            Kind::Custom(_) => json!({}),
            kind => schema()
                .object(kind)
                .map_or_else(|| json!({}), |ty| decode::zero(&ty)),
        }
    }

    /// Counts a write that was no apply. `old` is absent for the creation of the object.
    pub fn update(&mut self, manager: &Manager, old: Option<&Value>, new: &Value, now: Time) {
        self.join();
        let place = FieldPlace::of_kind(self.kind);
        let compared = match old {
            Some(old) => Comparison::of(place, old, new),
            None => Comparison::of(place, &self.nothing(), new),
        };
        let compared = match manager.subresource {
            "status" => compared.without("spec"),
            _ => compared.without(self.reset_field()),
        };
        let set = compared.set();
        for entry in &mut self.entries {
            entry.fields = entry.fields.difference(&set).difference(&compared.removed);
        }
        let own = stripped(set);
        if !own.is_empty() {
            let entry = self.entry(manager);
            entry.fields = entry.fields.union(&own);
            entry.time = Some(now);
        }
        self.entries.retain(|entry| !entry.fields.is_empty());
        self.cap();
        if manager.subresource == "scale" {
            self.split_by_scale();
        }
    }

    /// The part of an object that requests about the object itself do not write.
    fn reset_field(&self) -> &'static str {
        match self.kind.info().status_type {
            "" => "",
            _ => "status",
        }
    }

    fn entry(&mut self, manager: &Manager) -> &mut Entry {
        let known = self.entries.iter();
        let known = known.map(|entry| &entry.manager);
        let at = known.enumerate().find(|(_, known)| *known == manager);
        let at = at.map_or(self.entries.len(), |(at, _)| at);
        if at == self.entries.len() {
            self.entries.push(Entry {
                manager: manager.clone(),
                time: None,
                fields: FieldSet::default(),
            });
        }
        &mut self.entries[at]
    }

    /// Merges the oldest updates if there are too many (`capmanagers.go`).
    fn cap(&mut self) {
        self.sort();
        let is_update = |entry: &Entry| entry.manager.operation == Operation::Update;
        let count = self.entries.iter().filter(|entry| is_update(entry)).count();
        if count <= UPDATES_MAX {
            return;
        }
        let ancient = Manager::updating(ANCIENT, "");
        let mut bucket = FieldSet::default();
        let mut time = None;
        let mut left = count + 1 - UPDATES_MAX;
        self.entries.retain(|entry| {
            let merges = is_update(entry) && left > 0;
            if merges {
                bucket = bucket.union(&entry.fields);
                time = entry.time;
                left -= 1;
            }
            !merges
        });
        let entry = self.entry(&ancient);
        entry.fields = entry.fields.union(&bucket);
        entry.time = time;
        self.sort();
    }

    /// The order in which the server stores the entries (`managedfields.go`, sortEncodedManagedFields).
    fn sort(&mut self) {
        self.entries.sort_by(|a, b| {
            let key = |entry: &Entry| {
                let manager = &entry.manager;
                let time = entry.time.map(Time::whole_seconds);
                (manager.operation, time)
            };
            let (a_name, b_name) = (&a.manager, &b.manager);
            key(a).cmp(&key(b)).then_with(|| a_name.cmp(b_name))
        });
    }

    /// Applies a configuration to an object or to its status, and returns what the object is to be. `live` is absent if
    /// there is no object yet.
    ///
    /// # Errors
    /// Other managers have other values for fields of the configuration, and `force` is not set.
    pub fn apply(
        &mut self,
        manager: &Manager,
        live: Option<&Value>,
        config: &Value,
        force: bool,
        now: Time,
    ) -> Result<Value, Conflicts> {
        let is_kubectl = *manager.name == *KUBECTL;
        let written = self.written(manager, config);
        match self.applied(manager, live, &written, force, now) {
            Err(conflicts) if is_kubectl => {
                let allowed = live.and_then(|live| self.allowed(live));
                match allowed.map(|allowed| conflicts.clone().except(&allowed)) {
                    Some(Some(others)) => Err(others),
                    Some(None) => self.applied(manager, live, &written, true, now),
                    None => Err(conflicts),
                }
            }
            result => result,
        }
        .map(|new| match live {
            Some(live) if is_kubectl => with_last_applied(live, new, config),
            _ => new,
        })
    }

    /// What a request writes of a configuration: all but the status, or no more than it (the strategies'
    /// `GetResetFields`).
    fn written(&self, manager: &Manager, config: &Value) -> Value {
        let mut config = config.clone();
        let mut remove = |at: &str, field: &str| {
            let within = config.pointer_mut(at).and_then(Value::as_object_mut);
            drop(within.and_then(|within| within.remove(field)));
        };
        match manager.subresource {
            "status" => {
                remove("", "spec");
                remove("/metadata", "labels");
            }
            _ => remove("", self.reset_field()),
        }
        config
    }

    fn applied(
        &mut self,
        manager: &Manager,
        live: Option<&Value>,
        config: &Value,
        force: bool,
        now: Time,
    ) -> Result<Value, Conflicts> {
        let place = FieldPlace::of_kind(self.kind);
        let nothing = self.nothing();
        let live = live.unwrap_or(&nothing);
        let mut managed = self.clone();
        managed.join();
        let entry = managed.entry(manager);
        let last = std::mem::take(&mut entry.fields);
        entry.fields = field_set(place, config);
        let new = merged(place, Some(live), Some(config));
        let new = managed.pruned(place, new, &last);
        let compared = Comparison::of(place, live, &new);
        let set = compared.set();
        let mut conflicts = Vec::new();
        for entry in managed
            .entries
            .iter_mut()
            .filter(|entry| entry.manager != *manager)
        {
            let conflict = entry.fields.intersection(&set);
            if !conflict.is_empty() {
                conflicts.push((entry.manager.clone(), conflict));
            }
            entry.fields = entry.fields.difference(&set).difference(&compared.removed);
        }
        if !force && !conflicts.is_empty() {
            conflicts.sort_by(|(a, _), (b, _)| (&a.name, a.operation).cmp(&(&b.name, b.operation)));
            let kind = self.kind;
            return Err(Conflicts {
                kind,
                fields: conflicts,
            });
        }
        let entry = managed.entry(manager);
        entry.fields = stripped(std::mem::take(&mut entry.fields));
        if *live != new || entry.time.is_none() {
            entry.time = Some(now);
        }
        managed.entries.retain(|entry| !entry.fields.is_empty());
        managed.sort();
        *self = managed;
        Ok(new)
    }

    /// The object without the fields that the manager applied before and no longer does, unless another one manages
    /// them (`merge/update.go`, prune).
    fn pruned(&self, place: FieldPlace, merged: Value, last: &FieldSet) -> Value {
        if last.is_empty() {
            return merged;
        }
        let fields_of = |value: &Value| field_set(place, value).with_named_fields(place);
        let remove =
            |fields: &FieldSet| removed(place, &merged, fields).unwrap_or_else(|| json!({}));
        let (all, last) = (fields_of(&merged), last.with_named_fields(place));
        let owned = self.entries.iter().map(|entry| &entry.fields);
        let owned = owned.fold(FieldSet::default(), |all, fields| all.union(fields));
        let pruned = remove(&last);
        let kept = fields_of(&pruned).union(&owned.with_named_fields(place));
        let pruned = remove(&all.difference(&kept));
        let gone = all.difference(&fields_of(&pruned)).intersection(&last);
        remove(&gone)
    }

    /// The fields of client-side apply that are as it left them: `kubectl apply --server-side` may take them over
    /// (`lastappliedmanager.go`).
    fn allowed(&self, live: &Value) -> Option<FieldSet> {
        let place = FieldPlace::of_kind(self.kind);
        let text = live.at("metadata.annotations").key(LAST_APPLIED).as_str()?;
        let last: Value = serde_json::from_str(text).ok()?;
        if last.text("apiVersion") != self.kind.api_version() {
            return None;
        }
        let compared = Comparison::of(place, &last, live);
        let fields = field_set(place, &last);
        Some(
            fields
                .difference(&compared.set())
                .difference(&compared.removed),
        )
    }

    /// The managers whose updates own the annotation of client-side apply.
    #[must_use]
    pub fn client_side_appliers(&self) -> Rc<[Rc<str>]> {
        let path = annotation();
        let owns = |entry: &&Entry| {
            entry.manager.operation == Operation::Update && entry.fields.has(&path)
        };
        let owners = self.entries.iter().filter(owns);
        owners.map(|entry| entry.manager.name.clone()).collect()
    }

    /// Whether a manager that applies owns the annotation of client-side apply.
    #[must_use]
    pub fn applies_annotation(&self) -> bool {
        let path = annotation();
        let mut entries = self.entries.iter();
        entries.any(|entry| entry.manager.operation == Operation::Apply && entry.fields.has(&path))
    }

    /// Makes the fields of other managers' updates those of a manager that applies.
    pub fn take_over(&mut self, name: &str, others: &[Rc<str>]) {
        let is_other = |entry: &Entry| {
            let manager = &entry.manager;
            manager.operation == Operation::Update
                && manager.subresource.is_empty()
                && others.contains(&manager.name)
        };
        let theirs = self.entries.iter().filter(|entry| is_other(entry));
        let taken: Vec<Entry> = theirs.cloned().collect();
        self.entries.retain(|entry| !is_other(entry));
        let own = self.entry(&Manager::applying(name, ""));
        for entry in taken {
            own.fields = own.fields.union(&entry.fields);
            own.time = own.time.or(entry.time);
        }
        self.sort();
    }

    /// Splits the entries of updates that own the number of replicas, as every write of the subresource `scale` does:
    /// `scalehandler.go` looks for them under the version of Scale, does not find them, and adds them once more.
    fn split_by_scale(&mut self) {
        let replicas = replicas();
        let mut split = Vec::new();
        for entry in &mut self.entries {
            if entry.manager.operation == Operation::Update && entry.fields.has_all(&replicas) {
                entry.fields = entry.fields.difference(&replicas);
                split.push(Entry {
                    manager: entry.manager.clone(),
                    time: None,
                    fields: replicas.clone(),
                });
            }
        }
        self.entries.extend(split);
        self.entries.retain(|entry| !entry.fields.is_empty());
        self.sort();
    }

    /// Whether a write of the subresource `scale` changes who manages the replicas, even if it does not change their
    /// number.
    #[must_use]
    pub fn changes_by_scale(&self) -> bool {
        let mut after = self.clone();
        after.join();
        after.split_by_scale();
        after != *self
    }

    /// Whether the next write changes who manages the fields, whatever it writes.
    #[must_use]
    pub fn changes_by_any_write(&self) -> bool {
        let mut after = self.clone();
        after.join();
        after != *self
    }

    /// Of several entries of one manager, the server reads the last one.
    fn join(&mut self) {
        let mut rest = self.entries.as_slice();
        let mut kept = Vec::new();
        while let Some((entry, others)) = rest.split_first() {
            if others.iter().all(|other| other.manager != entry.manager) {
                kept.push(entry.clone());
            }
            rest = others;
        }
        self.entries = kept;
    }

    /// `metadata.managedFields`.
    #[must_use]
    pub fn to_value(&self) -> Value {
        let entry = |entry: &Entry| {
            let manager = &entry.manager;
            let mut value = json!({
                "apiVersion": self.kind.api_version(),
                "fieldsType": "FieldsV1",
                "fieldsV1": entry.fields.to_value(),
                "manager": &*manager.name,
                "operation": manager.operation.name(),
            });
            if let Some(time) = entry.time {
                value["time"] = json!(time.whole_seconds());
            }
            if !manager.subresource.is_empty() {
                value["subresource"] = manager.subresource.into();
            }
            value
        };
        Value::Array(self.entries.iter().map(entry).collect())
    }
}

/// The number of replicas.
fn replicas() -> FieldSet {
    let mut fields = FieldSet::default();
    fields.insert(&["spec", "replicas"].map(|name| Element::Field(name.to_owned())));
    fields
}

/// The path of the annotation of client-side apply.
fn annotation() -> [Element; 3] {
    ["metadata", "annotations", LAST_APPLIED].map(|name| Element::Field(name.to_owned()))
}

/// The fields without those that no one manages.
fn stripped(fields: FieldSet) -> FieldSet {
    let field = |name: &str| Element::Field(name.to_owned());
    let mut none = FieldSet::default();
    for name in ["apiVersion", "kind", "metadata"] {
        none.insert(&[field(name)]);
    }
    for name in STRIPPED {
        none.insert(&[field("metadata"), field(name)]);
    }
    fields.difference(&none)
}

/// The server keeps the annotation of client-side apply up to date, if there is one (`lastappliedupdater.go`).
fn with_last_applied(live: &Value, mut new: Value, config: &Value) -> Value {
    let annotation = live.at("metadata.annotations").key(LAST_APPLIED);
    if annotation.as_str().is_some_and(|text| !text.is_empty()) {
        let mut config = config.clone();
        if let Some(annotations) = config.pointer_mut("/metadata/annotations") {
            drop(
                annotations
                    .as_object_mut()
                    .map(|all| all.remove(LAST_APPLIED)),
            );
        }
        new["metadata"]["annotations"][LAST_APPLIED] = (go::json(&config) + "\n").into();
    }
    new
}
