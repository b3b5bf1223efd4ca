//! What a scenario asks of the engine: values of a part of the timeline, for texts and for the answers of questions.

use crate::actor::decision::Decision;
use crate::api::kind::Kind;
use crate::api::object::{Key, Object};
use crate::api::pod::Pod;
use crate::engine::{Engine, Step};
use crate::print::jsonpath::{self, JsonPath};
use crate::store::Change;
use std::rc::Rc;

/// A value of the steps between two positions of the timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ValueSource {
    /// How many objects of a kind are created.
    Created(Kind),
    /// How many objects of a kind are deleted, or marked for deletion.
    Deleted(Kind),
    /// The name of the first object of a kind that is created.
    FirstCreated(Kind),
    /// The name of the first object of a kind that is deleted, or marked for deletion.
    FirstDeleted(Kind),
    /// The name of the last one.
    LastDeleted(Kind),
    /// How many objects of a kind there are at the end.
    Existing(Kind),
    /// A fact of the last decision with a branch, up to the end.
    Fact(String, String),
    /// Whether a step takes a branch: `yes` or `no`.
    Branch(String),
    /// How many seconds pass on the cluster's clock.
    Seconds,
    /// The value of a field at the end.
    Value(ObjectField),
    /// The highest number that a field has.
    Most(ObjectField),
    /// The lowest number that a field has.
    Least(ObjectField),
}

/// A field of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectField {
    /// The object.
    pub of: Key,
    /// A JSONPath; of a missing field the value is empty, or 0 as a number.
    pub path: String,
}

/// Reads the field of an object at a JSONPath. It is a parameter so that the page can load JSONPath together with
/// kubectl, on which scenarios wait anyway.
pub type ReadField = fn(&Object, path: &str) -> Option<String>;

/// The field of an object at a JSONPath, as `kubectl get -o jsonpath` prints it.
#[must_use]
pub fn read_field(object: &Object, path: &str) -> Option<String> {
    let path = JsonPath::parse(&jsonpath::relaxed(path).ok()?).ok()?;
    path.text(&object.to_value(), true).ok()
}

impl ObjectField {
    fn value(&self, object: Option<&Object>, read: ReadField) -> Option<String> {
        read(object?, &self.path)
    }

    fn number(&self, object: Option<&Object>, read: ReadField) -> Option<i64> {
        match self.value(object, read)?.as_str() {
            "" => Some(0),
            text => text.parse().ok(),
        }
    }

    /// All numbers that the field has in some steps, which end at the engine's position.
    fn numbers(&self, engine: &Engine, steps: &[Rc<Step>], read: ReadField) -> Vec<i64> {
        let changes = changes(steps).filter(|change| change.key == self.of);
        let objects = changes.flat_map(|change| [&change.before, &change.after]);
        let mut numbers: Vec<i64> = objects
            .filter_map(|object| self.number(object.as_ref(), read))
            .collect();
        if numbers.is_empty() {
            numbers.extend(self.number(engine.store().get(&self.of), read));
        }
        numbers
    }
}

fn changes(steps: &[Rc<Step>]) -> impl DoubleEndedIterator<Item = &Change> {
    steps.iter().flat_map(|step| step.changes.iter())
}

fn is_creation(change: &Change, kind: Kind) -> bool {
    change.key.kind == kind && change.before.is_none() && change.after.is_some()
}

/// Whether a change marks an object for deletion, or removes one that was not marked.
fn is_deletion(change: &Change, kind: Kind) -> bool {
    let goes = match &change.after {
        Some(after) => after.meta().is_terminating(),
        None => true,
    };
    let stood = |before: &Object| !before.meta().is_terminating();
    change.key.kind == kind && goes && change.before.as_ref().is_some_and(stood)
}

impl ValueSource {
    /// Its value for the steps from a position of the timeline to the current one.
    #[must_use]
    pub fn value(&self, engine: &Engine, from: usize, read: ReadField) -> Option<String> {
        let steps = engine
            .steps()
            .get(from..engine.cursor())
            .unwrap_or_default();
        let name = |change: &Change| change.key.name.to_string();
        let count = |count: usize| Some(count.to_string());
        match self {
            Self::Created(kind) => {
                let created = changes(steps).filter(|change| is_creation(change, *kind));
                count(created.count())
            }
            Self::Deleted(kind) => {
                let deleted = changes(steps).filter(|change| is_deletion(change, *kind));
                count(deleted.count())
            }
            Self::FirstCreated(kind) => changes(steps)
                .find(|change| is_creation(change, *kind))
                .map(name),
            Self::FirstDeleted(kind) => changes(steps)
                .find(|change| is_deletion(change, *kind))
                .map(name),
            Self::LastDeleted(kind) => changes(steps)
                .rfind(|change| is_deletion(change, *kind))
                .map(name),
            Self::Existing(kind) => count(engine.store().list(*kind, None).count()),
            Self::Fact(branch, fact) => {
                let made = last(engine, branch)?;
                let mut facts = made.facts.iter();
                let fact = facts.find(|known| known.name == fact)?;
                Some(fact.value.to_string())
            }
            Self::Branch(id) => {
                let mut decisions = steps.iter().flat_map(|step| step.decisions.iter());
                let taken = decisions.any(|made| made.branch.id == id);
                Some(if taken { "yes" } else { "no" }.to_owned())
            }
            Self::Seconds => {
                let before = from
                    .checked_sub(1)
                    .and_then(|last| engine.steps().get(last));
                let before = before.map_or(0, |step| step.time().0);
                Some(((engine.now().0 - before) / 1000).to_string())
            }
            Self::Value(field) => field.value(engine.store().get(&field.of), read),
            Self::Most(field) => {
                let most = field.numbers(engine, steps, read).into_iter().max();
                most.map(|number| number.to_string())
            }
            Self::Least(field) => {
                let least = field.numbers(engine, steps, read).into_iter().min();
                least.map(|number| number.to_string())
            }
        }
    }

    /// The kind whose objects are the possible values, if they are names.
    #[must_use]
    pub fn names(&self) -> Option<Kind> {
        match self {
            Self::FirstDeleted(kind) | Self::LastDeleted(kind) => Some(*kind),
            _ => None,
        }
    }
}

/// The last decision with a branch, up to the current position.
pub(super) fn last<'a>(engine: &'a Engine, id: &str) -> Option<&'a Decision> {
    let done = engine.steps().get(..engine.cursor())?;
    let mut decisions = done.iter().rev().flat_map(|step| step.decisions.iter());
    decisions.find(|made| made.branch.id == id)
}

/// The first pod whose deletion the current step began, its node, and how many active pods of its Deployment or
/// ReplicaSet were on that node before: the pod's rank in `ActivePodsWithRanks`.
#[must_use]
pub fn deletion(engine: &Engine) -> Vec<(&'static str, String)> {
    let step = engine.current();
    let Some(pod) = step.and_then(|step| deleted(step).next()) else {
        return Vec::new();
    };
    // The name on its tile.
    let name = match &pod.metadata.generate_name {
        Some(prefix) => pod.metadata.name.strip_prefix(&**prefix),
        None => None,
    };
    let name = name.unwrap_or(&pod.metadata.name).to_owned();
    let Some(node) = &pod.node_name else {
        return vec![("pod", name)];
    };
    let crowd = crowds(engine, pod).into_iter().find(|(at, _)| at == node);
    let crowd = crowd.map_or(0, |(_, count)| count);
    vec![
        ("pod", name),
        ("node", node.to_string()),
        ("crowd", crowd.to_string()),
    ]
}

/// The pods that a step marked for deletion.
fn deleted(step: &Step) -> impl Iterator<Item = &Rc<Pod>> {
    let deletions = step.changes.iter();
    deletions
        .filter(|change| is_deletion(change, Kind::Pod))
        .filter_map(|change| match &change.before {
            Some(Object::Pod(pod)) => Some(pod),
            _ => None,
        })
}

/// The number of active pods of the pod's Deployment on each node before the current step.
fn crowds(engine: &Engine, pod: &Pod) -> Vec<(Rc<str>, usize)> {
    let store = engine.store();
    let owner = |pod: &Pod| {
        let set = pod.metadata.controller()?;
        let key = Key::new(Kind::ReplicaSet, &pod.metadata.namespace, &set.name);
        let above = store.get(&key)?.meta().controller()?.uid.clone();
        Some(above)
    };
    let ours = owner(pod);
    let left = store
        .list(Kind::Pod, None)
        .filter_map(|object| match object {
            Object::Pod(pod) if pod.is_active() => Some(pod),
            _ => None,
        });
    let gone = engine.current().map(|step| deleted(step));
    let mut crowds: Vec<(Rc<str>, usize)> = Vec::new();
    for pod in left.chain(gone.into_iter().flatten()) {
        let Some(node) = pod.node_name.as_ref().filter(|_| owner(pod) == ours) else {
            continue;
        };
        match crowds.iter_mut().find(|(known, _)| known == node) {
            Some((_, count)) => *count += 1,
            None => crowds.push((node.clone(), 1)),
        }
    }
    crowds
}
