//! The event recorder that every controller has: equal events are counted, similar ones combined, floods cut
//! (`staging/src/k8s.io/client-go/tools/record/events_cache.go`).

mod correlator;
mod shared;

use super::autoscaler::behavior as autoscaler;
use crate::api::event::{EventType, ObjectReference};
use crate::api::event_entry::EventEntry;
use crate::api::kind::Kind;
use crate::api::meta::{ObjectMeta, Uid};
use crate::api::object::Key;
use crate::api::rendered::Rendered;
use crate::node;
use crate::store::Store;
use correlator::{Correlator, Correlators, Noted};
use shared::Shared;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Memory of all recorders: for each object and component. What the autoscaler remembers is kept here too, so
/// that it goes back in time with the rest.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Recorder {
    /// By the uid of the object.
    correlators: BTreeMap<Uid, Correlators>,
    shared: Shared,
    autoscalers: BTreeMap<Key, Rc<autoscaler::Memory>>,
    pods: BTreeMap<Key, Rc<node::Memory>>,
    /// Node and image: which images the nodes have pulled.
    images: BTreeMap<(Rc<str>, Rc<str>), ()>,
    journal: Vec<Recorded>,
}

/// A change of what is remembered, to be undone and redone.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded(What);

impl Recorded {
    /// The pod whose kubelet remembers something else.
    pub(crate) fn pod(&self) -> Option<&Key> {
        match &self.0 {
            What::Pod { key, .. } => Some(key),
            _ => None,
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
enum What {
    Event(Noted),
    Autoscaler {
        key: Key,
        before: Option<Rc<autoscaler::Memory>>,
        after: Option<Rc<autoscaler::Memory>>,
    },
    Pod {
        key: Key,
        before: Option<Rc<node::Memory>>,
        after: Option<Rc<node::Memory>>,
    },
    /// A node has pulled an image for the first time.
    Image((Rc<str>, Rc<str>)),
}

/// Who reports an event, and about which part of the object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reporter<'a> {
    /// Component, such as `kubelet`.
    pub component: &'a str,
    /// The node it is on.
    pub host: Option<&'a str>,
    /// Part of the object, such as `spec.containers{web}`.
    pub field: Option<&'a str>,
    /// What is done or tried, where the event has the newer form (`staging/src/k8s.io/client-go/tools/events`).
    pub action: Option<&'a str>,
}

impl<'a> Reporter<'a> {
    /// A component of the control plane, about a whole object.
    #[must_use]
    pub fn of(component: &'a str) -> Self {
        Self {
            component,
            host: None,
            field: None,
            action: None,
        }
    }
}

impl Recorder {
    /// Records an event about an object. As in a real cluster an event that cannot be written is lost,
    /// without harm to whoever reported it.
    pub(super) fn record(
        &mut self,
        store: &mut Store,
        reporter: Reporter<'_>,
        (kind, about): (Kind, &ObjectMeta),
        event_type: EventType,
        reason: &str,
        message: &str,
    ) {
        let (sort, message) = self.shared.of(reporter, event_type, reason, message);
        let known = self.correlators.get(&about.uid);
        let now = store.now();
        let event = EventEntry {
            about: match known {
                Some(known) => known.about().clone(),
                None => Rc::new(ObjectReference::to(kind, about)),
            },
            sort,
            name: Rc::default(),
            namespace: event_namespace(about),
            message,
            combined: false,
            count: 1,
            uid: Uid::default(),
            version: 0,
            created: now,
            first: now,
            last: now,
            written: now,
            about_version: about.resource_version,
            served: Rendered::default(),
        };
        let fresh = Correlator::new(now);
        let known = known.and_then(|known| known.of(reporter.component));
        let noted = known.unwrap_or(&fresh).note(event, store);
        let change = Recorded(What::Event(noted));
        self.replay(&change);
        self.journal.push(change);
    }

    /// The changes of memory since they were last taken.
    pub fn take_journal(&mut self) -> Box<[Recorded]> {
        self.journal.drain(..).collect()
    }

    /// Undoes a change that is the last one still done.
    pub fn revert(&mut self, change: &Recorded) {
        match &change.0 {
            What::Event(noted) => {
                let uid = &noted.event().about.uid;
                if let Some(correlators) = self.correlators.get_mut(uid) {
                    correlators.revert(noted);
                    if correlators.is_empty() {
                        self.correlators.remove(uid);
                    }
                }
            }
            What::Autoscaler { key, before, .. } => put(&mut self.autoscalers, key, before.clone()),
            What::Pod { key, before, .. } => put(&mut self.pods, key, before.clone()),
            What::Image(image) => put(&mut self.images, image, None),
        }
    }

    /// Does a change again, after it was the last one undone.
    pub fn replay(&mut self, change: &Recorded) {
        match &change.0 {
            What::Event(noted) => {
                let about = &noted.event().about;
                let known = self.correlators.entry(about.uid.clone());
                let correlators = known.or_insert_with(|| Correlators::new(about.clone()));
                correlators.replay(noted);
            }
            What::Autoscaler { key, after, .. } => put(&mut self.autoscalers, key, after.clone()),
            What::Pod { key, after, .. } => put(&mut self.pods, key, after.clone()),
            What::Image(image) => put(&mut self.images, image, Some(())),
        }
    }

    /// Does the changes of several steps again, or undoes them.
    pub fn leap<'a>(
        &mut self,
        changes: impl DoubleEndedIterator<Item = &'a Recorded>,
        forward: bool,
    ) {
        if forward {
            changes.for_each(|change| self.replay(change));
        } else {
            changes.rev().for_each(|change| self.revert(change));
        }
    }

    /// What is remembered of an autoscaler.
    pub(super) fn autoscaler(&self, key: &Key) -> autoscaler::Memory {
        let known = self.autoscalers.get(key);
        known.map(|known| (**known).clone()).unwrap_or_default()
    }

    /// Remembers an autoscaler, or forgets it.
    pub(super) fn remember_autoscaler(&mut self, key: &Key, memory: Option<autoscaler::Memory>) {
        let before = self.autoscalers.get(key).cloned();
        let after = memory.map(Rc::new);
        put(&mut self.autoscalers, key, after.clone());
        let key = key.clone();
        self.journal
            .push(Recorded(What::Autoscaler { key, before, after }));
    }

    /// What the kubelet remembers of a pod.
    pub(crate) fn pod(&self, key: &Key) -> Option<Rc<node::Memory>> {
        self.pods.get(key).cloned()
    }

    /// Remembers a pod, or forgets it.
    pub(crate) fn remember_pod(&mut self, key: &Key, memory: Option<node::Memory>) {
        let before = self.pods.get(key).cloned();
        if before.as_deref() == memory.as_ref() {
            return;
        }
        let after = memory.map(Rc::new);
        put(&mut self.pods, key, after.clone());
        let key = key.clone();
        self.journal
            .push(Recorded(What::Pod { key, before, after }));
    }

    /// Whether a node has pulled an image.
    pub(crate) fn has_image(&self, node: &Rc<str>, image: &Rc<str>) -> bool {
        self.images.contains_key(&(node.clone(), image.clone()))
    }

    /// Remembers that a node has pulled an image.
    pub(crate) fn remember_image(&mut self, node: &Rc<str>, image: &Rc<str>) {
        let place = (node.clone(), image.clone());
        if self.images.insert(place.clone(), ()).is_none() {
            self.journal.push(Recorded(What::Image(place)));
        }
    }
}

fn put<K: Ord + Clone, V>(map: &mut BTreeMap<K, V>, key: &K, value: Option<V>) {
    match value {
        Some(value) => drop(map.insert(key.clone(), value)),
        None => drop(map.remove(key)),
    }
}

/// Events about cluster-scoped objects stand in `default`.
fn event_namespace(about: &ObjectMeta) -> Rc<str> {
    if about.namespace.is_empty() {
        "default".into()
    } else {
        about.namespace.clone()
    }
}
