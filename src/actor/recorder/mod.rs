//! The event recorder of every component: equal events are counted, similar ones aggregated, and floods are cut off
//! (`staging/src/k8s.io/client-go/tools/record/events_cache.go`).

mod correlator;
mod shared;

use super::Undo;
use crate::api::event::{EventType, ObjectReference};
use crate::api::event_entry::EventEntry;
use crate::api::kind::Kind;
use crate::api::meta::{ObjectMeta, Uid};
use crate::api::rendered::Rendered;
use crate::store::Store;
use correlator::{Correlator, Correlators, Noted};
use shared::EventSorts;
use std::collections::BTreeMap;
use std::rc::Rc;

/// The recorders of all components: what each has reported about each object.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Recorder {
    /// By the uid of the object.
    correlators: BTreeMap<Uid, Correlators>,
    shared: EventSorts,
    journal: Vec<Recorded>,
    /// Whether events and the facts of decisions are dropped.
    is_off: bool,
}

/// A change of a recorder's state that can be undone and redone.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded(Noted);

/// Who reports an event, and which part of the object it concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reporter<'a> {
    /// Component, such as `kubelet`.
    pub component: &'a str,
    /// The node that the component runs on.
    pub host: Option<&'a str>,
    /// Part of the object, such as `spec.containers{web}`.
    pub field: Option<&'a str>,
    /// The action done or attempted, for events of the `events.k8s.io` form
    /// (`staging/src/k8s.io/client-go/tools/events`).
    pub action: Option<&'a str>,
}

impl<'a> Reporter<'a> {
    /// A control plane component that reports about a whole object.
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
    /// Whether events and the facts of decisions are dropped.
    #[must_use]
    pub fn is_off(&self) -> bool {
        self.is_off
    }

    /// Drops all later events and facts of decisions. Nothing acts on them, so that a cluster is faster without where
    /// nobody reads them.
    pub fn switch_off(&mut self) {
        self.is_off = true;
    }

    /// Records an event about an object. As in a real cluster, an event that cannot be written is dropped, and the
    /// reporting component does not notice.
    pub(super) fn record(
        &mut self,
        store: &mut Store,
        reporter: Reporter<'_>,
        (kind, about): (Kind, &ObjectMeta),
        event_type: EventType,
        reason: &str,
        message: &str,
    ) {
        if self.is_off {
            return;
        }
        let (sort, message) = self.shared.of(reporter, event_type, reason, message);
        let known = self.correlators.get(&about.uid);
        let now = store.now();
        let event = EventEntry {
            about: match known {
                Some(known) => known.about().clone(),
                None => Rc::new(ObjectReference::to(kind, about)),
            },
            sort,
            name: about.name.clone(),
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
        let change = Recorded(noted);
        self.replay(&change);
        self.journal.push(change);
    }
}

impl Undo for Recorder {
    type Change = Recorded;

    fn take_journal(&mut self) -> Box<[Recorded]> {
        self.journal.drain(..).collect()
    }

    fn revert(&mut self, change: &Recorded) {
        let uid = &change.0.event().about.uid;
        if let Some(correlators) = self.correlators.get_mut(uid) {
            correlators.revert(&change.0);
            if correlators.is_empty() {
                self.correlators.remove(uid);
            }
        }
    }

    fn replay(&mut self, change: &Recorded) {
        let about = &change.0.event().about;
        let known = self.correlators.entry(about.uid.clone());
        let correlators = known.or_insert_with(|| Correlators::new(about.clone()));
        correlators.replay(&change.0);
    }
}

/// Events about cluster-scoped objects are in the namespace `default`.
fn event_namespace(about: &ObjectMeta) -> Rc<str> {
    if about.namespace.is_empty() {
        "default".into()
    } else {
        about.namespace.clone()
    }
}
