//! The event recorder that every controller has: equal events are counted, similar ones combined, floods cut
//! (`staging/src/k8s.io/client-go/tools/record/events_cache.go`).

mod correlator;

use super::autoscaler::behavior as autoscaler;
use crate::api::event::{Event, EventSource, EventType, MicroTime, ObjectReference};
use crate::api::kind::Kind;
use crate::api::meta::{ObjectMeta, Uid};
use crate::api::object::{Key, Object};
use crate::node;
use crate::store::{ApiError, Store};
use correlator::{Correlator, Noted};
use std::collections::BTreeMap;
use std::rc::Rc;

/// Memory of all recorders: for each component and object. What the autoscaler remembers is kept here too, so
/// that it goes back in time with the rest.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Recorder {
    correlators: BTreeMap<CorrelatorKey, Correlator>,
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
    Event(CorrelatorKey, Noted),
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

/// Component, and uid of the object.
type CorrelatorKey = (Rc<str>, Uid);

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
        let now = store.now();
        let component: Rc<str> = reporter.component.into();
        let mut event = Event {
            metadata: ObjectMeta {
                namespace: event_namespace(about),
                ..ObjectMeta::default()
            },
            involved_object: ObjectReference {
                field_path: reporter.field.map(Into::into),
                ..ObjectReference::to(kind, about)
            },
            reason: reason.into(),
            message: message.into(),
            source: EventSource::default(),
            first_timestamp: None,
            last_timestamp: None,
            count: 0,
            kind: event_type,
            event_time: None,
            action: reporter.action.map(Into::into),
            series: None,
            reporting_component: component.clone(),
            reporting_instance: reporter.host.unwrap_or_default().into(),
        };
        let known = self
            .correlators
            .get(&(component.clone(), about.uid.clone()));
        let fresh = Correlator::new(now);
        let known = known.unwrap_or(&fresh);
        let (noted, wanted) = if reporter.action.is_some() {
            event.reporting_instance = format!("{component}-control-plane").into();
            event.event_time = Some(MicroTime(now));
            known.continue_series(&mut event, about.resource_version, store)
        } else {
            event.source = EventSource {
                component: component.clone(),
                host: reporter.host.map(Into::into),
            };
            event.first_timestamp = Some(now.whole_seconds());
            event.last_timestamp = Some(now.whole_seconds());
            known.note(&mut event, store)
        };
        let change = Recorded(What::Event((component, about.uid.clone()), noted));
        self.replay(&change);
        self.journal.push(change);
        if wanted {
            write(store, event);
        }
    }

    /// The changes of memory since they were last taken.
    pub fn take_journal(&mut self) -> Box<[Recorded]> {
        self.journal.drain(..).collect()
    }

    /// Undoes a change that is the last one still done.
    pub fn revert(&mut self, change: &Recorded) {
        match &change.0 {
            What::Event(key, noted) => {
                if let Some(correlator) = self.correlators.get_mut(key) {
                    correlator.revert(noted);
                    if correlator.is_empty() {
                        self.correlators.remove(key);
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
            What::Event(key, noted) => {
                let known = self.correlators.entry(key.clone());
                let correlator = known.or_insert_with(|| Correlator::before(noted));
                correlator.replay(noted);
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

fn write(store: &mut Store, event: Event) {
    let key = Key::new(Kind::Event, &event.metadata.namespace, &event.metadata.name);
    let known = store.event(&key).cloned();
    let lost: Result<Object, ApiError> = match known {
        // A series keeps its first note and time.
        Some(known) if event.series.is_some() => store.update(Object::Event(Rc::new(Event {
            series: event.series,
            ..(*known).clone()
        }))),
        Some(known) => {
            let metadata = known.metadata.clone();
            store.update(Object::Event(Rc::new(Event { metadata, ..event })))
        }
        None => store.create(Object::Event(Rc::new(event))),
    };
    // A namespace that is being deleted takes no events; upstream logs that and goes on.
    drop(lost);
}
