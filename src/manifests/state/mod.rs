//! The state of another cluster, as `kubectl get -o yaml` prints it: the cluster goes on from there.
//!
//! Objects keep their uids, ages, generations, owners and statuses, and the clock is set to the newest time in them.
//! What the objects do not say has to be assumed, and what they refer to may be missing: each of these is a [`Note`].
//! Tables and descriptions, which say less, are turned into such objects first.

mod gaps;
mod left_out;
mod printed;
mod redact;
mod time;
mod world;

use super::document::{self, Manifest};
use super::{Diagnostic, Failure, Placed, converted, customs, diagnostic, write};
use crate::actor::Context;
use crate::api::advice::Advice;
use crate::api::kind::Kind;
use crate::api::look::Look;
use crate::api::meta::Uid;
use crate::api::pod::PodConditionType;
use crate::api::time::Time;
use crate::api::yaml::{self, Document, YamlError};
use crate::engine::{Engine, Input};
use crate::node::pass_address;
use crate::store::Store;
use crate::texts::state as texts;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

pub use redact::redact;

/// Something that was assumed, is missing, or was not read.
pub type Note = Advice;

/// A cluster that was started from a state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Started {
    /// Number of objects.
    pub objects: usize,
    /// What was assumed, is missing, or was not read.
    pub notes: Vec<Note>,
}

/// The command line that the step of the timeline shows.
const COMMAND: &str = "sim import -f state.yaml";
/// Maximum length of a state in bytes, which is more than that of manifests: some hundred pods with their managed fields.
const BYTES_MAX: usize = 4 * 1024 * 1024;
/// At most so many names are listed in a note.
const NAMES_MAX: usize = 5;

/// What in a text a cluster has served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Served {
    /// An object, by its uid and resource version.
    Object(Uid, u64),
    /// Tables or descriptions.
    Printed,
}

/// What in a text some cluster has served. Manifests have nothing of that.
#[must_use]
pub fn served(text: &str) -> Vec<Served> {
    if printed::is_printed(text) {
        return vec![Served::Printed];
    }
    // Cheap first: most texts are manifests.
    let mentions = |word: &str| text.contains(word);
    if !mentions("creationTimestamp") || !(mentions("uid:") || mentions("\"uid\"")) {
        return Vec::new();
    }
    let documents = objects(text).unwrap_or_default();
    let values = documents.iter().map(|document| &document.value);
    let served = values.filter(|value| {
        let has = |path: &str| !value.text(path).is_empty();
        has("metadata.uid") && has("metadata.creationTimestamp")
    });
    served
        .map(|value| {
            let version = value.text("metadata.resourceVersion").parse();
            Served::Object(Uid::from(value.text("metadata.uid")), version.unwrap_or(0))
        })
        .collect()
}

/// Whether any of these objects is from another cluster, so that the text is that cluster's state. What this cluster
/// has served itself, such as an edited export, is applied.
#[must_use]
pub fn is_foreign(store: &Store, served: &[Served]) -> bool {
    let last = store.registers.resource_version;
    let is_own = |one: &Served| match one {
        Served::Object(uid, version) => store.by_uid(uid).is_some() && *version <= last,
        Served::Printed => false,
    };
    !served.iter().all(is_own)
}

/// Replaces the objects of a cluster by those of a text, and goes on from there; in one step of the timeline.
///
/// What every new cluster has stays: the namespaces that Kubernetes creates itself, and the Service `kubernetes`.
///
/// # Errors
/// All faults found; the cluster is unchanged then.
pub fn start(engine: &mut Engine, text: &str) -> Result<Started, Vec<Diagnostic>> {
    let mut notes = Vec::new();
    let (given, now) = read(engine.store(), text, &mut notes)?;
    let mut faults = Vec::new();
    let started = engine.enter(Input::State(text.into()), |engine| {
        engine.act(COMMAND, |context| {
            match import(context, &given, now, &mut notes) {
                Ok(()) => {
                    Rc::make_mut(&mut context.world).assumed = notes.clone().into();
                    Ok(Started {
                        objects: given.len(),
                        notes,
                    })
                }
                Err(found) => {
                    faults = found;
                    Err(())
                }
            }
        })
    });
    started.map_err(|()| faults)
}

/// The documents of a text that is not longer than a state may be, with one for each item of a `List`.
fn objects(text: &str) -> Result<Vec<Document>, YamlError> {
    let documents = yaml::documents_within(text, BYTES_MAX)?;
    Ok(super::each_object(documents))
}

/// The documents of a text, and the newest time in it.
fn documents(
    text: &str,
    notes: &mut Vec<Note>,
) -> Result<(Vec<Document>, Option<Time>), Vec<Diagnostic>> {
    let refused = |error| vec![diagnostic::of_yaml(&error)];
    yaml::check_length(text, BYTES_MAX).map_err(refused)?;
    if printed::is_printed(text) {
        let printed = printed::read(text, notes)?;
        return Ok((printed.documents, Some(printed.now)));
    }
    let documents = objects(text).map_err(refused)?;
    let now = time::newest(documents.iter().map(|document| &document.value));
    Ok((documents, now))
}

/// The objects of a text, without those of unknown kinds; and the newest time in it.
fn read(
    store: &Store,
    text: &str,
    notes: &mut Vec<Note>,
) -> Result<(Vec<Placed>, Option<Time>), Vec<Diagnostic>> {
    let (documents, now) = documents(text, notes)?;
    let customs = customs(store, &documents);
    let mut unknown = BTreeSet::new();
    let mut dropped = BTreeSet::new();
    let (mut given, mut faults) = (BTreeMap::new(), Vec::new());
    for document in documents {
        let decoded = |errors: Vec<_>| -> Vec<Diagnostic> {
            let placed = |error| diagnostic::of_decoding(&document, error);
            errors.iter().map(placed).collect()
        };
        if let Some(problem) = document::problem(&document.value) {
            faults.push(diagnostic::of_problem(&document, problem));
            continue;
        }
        let value = match converted(store.version(), document.value.clone()) {
            Ok(value) => value,
            Err(errors) => {
                faults.extend(decoded(errors));
                continue;
            }
        };
        let Ok(mut object) = document::manifest(&customs, value, "default", "STDIN") else {
            let kind = document.value.text("kind");
            unknown.insert(format!("{kind} ({})", document.value.text("apiVersion")));
            continue;
        };
        drop_unread(&mut object);
        match write::lenient(store.version(), object.kind, &mut object.value) {
            Ok(fields) => {
                let name = object.kind.name();
                dropped.extend(fields.iter().map(|field| format!("{name}: {field}")));
            }
            Err(errors) => faults.extend(decoded(errors)),
        }
        // A List may repeat an object; the last one counts, as with `kubectl apply`.
        given.insert(object.key.clone(), Placed { object, document });
    }
    if !unknown.is_empty() {
        notes.push(Note::new(&texts::KINDS).with("kinds", names(&unknown)));
    }
    if !dropped.is_empty() {
        notes.push(Note::new(&texts::FIELDS).with("fields", names(&dropped)));
    }
    match faults.is_empty() {
        true if given.is_empty() => Err(vec![diagnostic::of_nothing()]),
        true => Ok((given.into_values().collect(), now)),
        false => Err(faults),
    }
}

/// Drops what a real object has and kubestep does not keep: managedFields, the times of probes in conditions, and the
/// conditions of pods that other controllers write for readiness gates.
fn drop_unread(object: &mut Manifest) {
    if let Some(metadata) = object.value["metadata"].as_object_mut() {
        metadata.remove("managedFields");
        metadata.remove("selfLink");
    }
    let conditions = object.value.pointer_mut("/status/conditions");
    let Some(Value::Array(conditions)) = conditions else {
        return;
    };
    if object.kind == Kind::Pod {
        conditions.retain(|condition| {
            let name = condition.key("type").clone();
            serde_json::from_value::<PodConditionType>(name).is_ok()
        });
    }
    for condition in conditions.iter_mut().filter_map(Value::as_object_mut) {
        condition.remove("lastProbeTime");
    }
}

/// Stores the objects, the newest time as the clock, and what follows for the world.
fn import(
    context: &mut Context<'_>,
    given: &[Placed],
    now: Option<Time>,
    notes: &mut Vec<Note>,
) -> Result<(), Vec<Diagnostic>> {
    match now {
        Some(now) => context.store.registers.now = now,
        None => notes.push(Note::new(&texts::NO_TIME)),
    }
    context.store.clear();
    let mut faults = Vec::new();
    for placed in given {
        let Manifest { kind, value, .. } = &placed.object;
        pass_address(&mut context.store.registers, value.text("status.podIP"));
        if let Err(error) = context.store.import(*kind, value) {
            let failure = Failure::Server {
                context: String::new(),
                error,
            };
            faults.extend(diagnostic::of_failure(placed, &failure));
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let namespaces = given.iter().map(|placed| &*placed.object.key.namespace);
    for name in namespaces.collect::<BTreeSet<&str>>() {
        if !name.is_empty() {
            context.store.complete_namespace(name);
        }
    }
    gaps::fill(context, given, notes);
    left_out::assume(context.store, given, notes);
    world::assume(context, given, notes);
    Ok(())
}

/// Names in a note; the first few if there are many.
fn names<'n, T: AsRef<str> + 'n>(names: impl IntoIterator<Item = &'n T>) -> String {
    let names: Vec<&str> = names.into_iter().map(AsRef::as_ref).collect();
    let shown = names.get(..NAMES_MAX).unwrap_or(&names).join(", ");
    match names.len().saturating_sub(NAMES_MAX) {
        0 => shown,
        more => format!("{shown} … (+{more})"),
    }
}
