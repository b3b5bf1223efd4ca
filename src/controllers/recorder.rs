//! The event recorder that every controller has: equal events are counted, similar ones combined, floods cut
//! (`staging/src/k8s.io/client-go/tools/record/events_cache.go`).

use super::autoscaler::behavior as autoscaler;
use crate::api::event::{Event, EventSource, EventType, ObjectReference};
use crate::api::kind::Kind;
use crate::api::meta::{ObjectMeta, Uid};
use crate::api::object::{Key, Object};
use crate::api::time::Time;
use crate::node;
use crate::store::{ApiError, Store};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// From this many different messages on, events of one reason are combined.
const SIMILAR_MAX: usize = 10;
/// Milliseconds without a similar event after which combining begins anew.
const SIMILAR_WITHIN: i64 = 600_000;
/// Milliseconds that one event about an object costs once the burst is used up.
const EVENT_COST: i64 = 300_000;
/// Events about one object that may come at once.
const BURST: i64 = 25;
/// What a combined event's message begins with.
const COMBINED: &str = "(combined from similar events): ";

/// Memory of all recorders: for each component and object. What the autoscaler remembers is kept here too, so
/// that it goes back in time with the rest.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Recorder {
    memories: BTreeMap<MemoryKey, Rc<Memory>>,
    autoscalers: BTreeMap<Key, Rc<autoscaler::Memory>>,
    pods: BTreeMap<Key, Rc<node::Memory>>,
    /// Node and image: which images the nodes have pulled.
    images: BTreeMap<(Rc<str>, Rc<str>), ()>,
    journal: Vec<Recorded>,
}

/// A change of what is remembered, to be undone and redone.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded(What);

#[derive(Debug, Clone, PartialEq)]
enum What {
    Events {
        key: MemoryKey,
        before: Option<Rc<Memory>>,
        after: Option<Rc<Memory>>,
    },
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
}

impl<'a> Reporter<'a> {
    /// A component of the control plane, about a whole object.
    #[must_use]
    pub fn of(component: &'a str) -> Self {
        Self {
            component,
            host: None,
            field: None,
        }
    }
}

type MemoryKey = (Rc<str>, Uid);

/// Type, reason, part of the object, and message of an event.
type SeenKey = (EventType, Rc<str>, Option<Rc<str>>, Option<Rc<str>>);

/// What one component remembers of its events about one object.
#[derive(Debug, Clone, PartialEq)]
struct Memory {
    similar: BTreeMap<(EventType, Rc<str>), Similar>,
    /// By reason and message; a combined event has no message of its own.
    seen: BTreeMap<SeenKey, Seen>,
    /// Milliseconds of credit for further events.
    credit: i64,
    credited: Time,
}

#[derive(Debug, Clone, PartialEq)]
struct Similar {
    messages: BTreeSet<Rc<str>>,
    last: Time,
}

#[derive(Debug, Clone, PartialEq)]
struct Seen {
    name: Rc<str>,
    first: Time,
    count: i32,
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
        let now = store.now();
        let key = (Rc::from(reporter.component), about.uid.clone());
        let before = self.memories.get(&key).cloned();
        let mut memory = before
            .as_deref()
            .cloned()
            .unwrap_or_else(|| Memory::new(now));
        let combined = memory.aggregate(event_type, reason, message, now);
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
            message: if combined {
                format!("{COMBINED}{message}").into()
            } else {
                message.into()
            },
            source: EventSource {
                component: reporter.component.into(),
                host: reporter.host.map(Into::into),
            },
            first_timestamp: Some(now.whole_seconds()),
            last_timestamp: Some(now.whole_seconds()),
            count: 1,
            kind: event_type,
        };
        memory.observe(&mut event, combined, store);
        let wanted = memory.admit(now);
        let after = Some(Rc::new(memory));
        self.remember(&key, after.clone());
        self.journal
            .push(Recorded(What::Events { key, before, after }));
        if wanted {
            write(store, event);
        }
    }

    /// The changes of memory since they were last taken.
    pub fn take_journal(&mut self) -> Vec<Recorded> {
        std::mem::take(&mut self.journal)
    }

    /// Undoes a change that is the last one still done.
    pub fn revert(&mut self, change: &Recorded) {
        match &change.0 {
            What::Events { key, before, .. } => self.remember(key, before.clone()),
            What::Autoscaler { key, before, .. } => put(&mut self.autoscalers, key, before.clone()),
            What::Pod { key, before, .. } => put(&mut self.pods, key, before.clone()),
            What::Image(image) => put(&mut self.images, image, None),
        }
    }

    /// Does a change again, after it was the last one undone.
    pub fn replay(&mut self, change: &Recorded) {
        match &change.0 {
            What::Events { key, after, .. } => self.remember(key, after.clone()),
            What::Autoscaler { key, after, .. } => put(&mut self.autoscalers, key, after.clone()),
            What::Pod { key, after, .. } => put(&mut self.pods, key, after.clone()),
            What::Image(image) => put(&mut self.images, image, Some(())),
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

    fn remember(&mut self, key: &MemoryKey, memory: Option<Rc<Memory>>) {
        put(&mut self.memories, key, memory);
    }
}

fn put<K: Ord + Clone, V>(map: &mut BTreeMap<K, V>, key: &K, value: Option<V>) {
    match value {
        Some(value) => drop(map.insert(key.clone(), value)),
        None => drop(map.remove(key)),
    }
}

impl Memory {
    fn new(now: Time) -> Self {
        Self {
            similar: BTreeMap::new(),
            seen: BTreeMap::new(),
            credit: BURST * EVENT_COST,
            credited: now,
        }
    }

    /// Whether the event is to be combined with similar ones (EventAggregate).
    fn aggregate(&mut self, kind: EventType, reason: &str, message: &str, now: Time) -> bool {
        let similar = self
            .similar
            .entry((kind, reason.into()))
            .or_insert_with(|| Similar {
                messages: BTreeSet::new(),
                last: now,
            });
        if now.since(similar.last) > SIMILAR_WITHIN {
            similar.messages.clear();
        }
        similar.messages.insert(message.into());
        similar.last = now;
        let combined = similar.messages.len() >= SIMILAR_MAX;
        if combined {
            // Upstream drops any one, by chance; here it is always the newest.
            similar.messages.remove(message);
        }
        combined
    }

    /// Names the event, and counts it if it was there before (eventObserve).
    fn observe(&mut self, event: &mut Event, combined: bool, store: &Store) {
        let message = (!combined).then(|| event.message.clone());
        let part = event.involved_object.field_path.clone();
        let seen = self
            .seen
            .entry((event.kind, event.reason.clone(), part, message))
            .or_insert_with(|| Seen {
                name: event_name(event, store),
                first: store.now(),
                count: 0,
            });
        seen.count = seen.count.saturating_add(1);
        event.metadata.name = seen.name.clone();
        event.count = seen.count;
        event.first_timestamp = Some(seen.first.whole_seconds());
    }

    /// Whether the object has not been reported about too often (EventSourceObjectSpamFilter).
    fn admit(&mut self, now: Time) -> bool {
        let credit = self.credit + now.since(self.credited).max(0);
        self.credit = credit.min(BURST * EVENT_COST);
        self.credited = now;
        let admitted = self.credit >= EVENT_COST;
        if admitted {
            self.credit -= EVENT_COST;
        }
        admitted
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

/// Name of the object and a number that no other event has, where a real cluster has nanoseconds.
fn event_name(event: &Event, store: &Store) -> Rc<str> {
    let registers = &store.registers;
    let number = registers.resource_version + (1 << 40);
    format!(
        "{}.{:x}{number:x}",
        event.involved_object.name, registers.now.0
    )
    .into()
}

fn write(store: &mut Store, event: Event) {
    let key = Key::new(Kind::Event, &event.metadata.namespace, &event.metadata.name);
    let known = store.event(&key).cloned();
    let lost: Result<Object, ApiError> = match known {
        Some(known) => {
            let metadata = known.metadata.clone();
            store.update(Object::Event(Rc::new(Event { metadata, ..event })))
        }
        None => store.create(Object::Event(Rc::new(event))),
    };
    // A namespace that is being deleted takes no events; upstream logs that and goes on.
    drop(lost);
}
