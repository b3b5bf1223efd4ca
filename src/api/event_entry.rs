//! Compact events of the event log: half of all writes are events, and few of them are ever displayed.

use super::event::{Event, EventSource, EventType, MicroTime, ObjectReference, Series};
use super::meta::{ObjectMeta, Uid};
use super::rendered::Rendered;
use super::time::Time;
use std::rc::Rc;

/// An event recorded by a component: its own numbers, and everything else shared with similar events. The [`Event`]
/// served by the API is rendered on demand.
#[derive(Debug, Clone, PartialEq)]
pub struct EventEntry {
    /// What it shares with similar events.
    pub sort: Rc<EventSort>,
    /// The object it is about, without `fieldPath`.
    pub about: Rc<ObjectReference>,
    /// `OBJECT.HEX`.
    pub name: Rc<str>,
    /// Namespace of the event.
    pub namespace: Rc<str>,
    /// The message.
    pub message: Rc<str>,
    /// Whether it aggregates several similar events.
    pub combined: bool,
    /// Number of occurrences.
    pub count: i32,
    /// Its uid, once it is written.
    pub uid: Uid,
    /// Its `resourceVersion`, once it is written.
    pub version: u64,
    /// When it was created.
    pub created: Time,
    /// First occurrence.
    pub first: Time,
    /// Last occurrence.
    pub last: Time,
    /// When a series was last written.
    pub written: Time,
    /// `resourceVersion` of the object it is about: a series covers a single version.
    pub about_version: u64,
    /// The rendered event.
    pub served: Rendered<Box<Event>>,
}

/// What events of one reporter with one reason share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventSort {
    /// Hash of the fields below, compared first: a pod with many containers has thousands of sorts.
    tag: u64,
    /// The reporting component.
    pub component: Rc<str>,
    /// The node of the component.
    pub host: Option<Rc<str>>,
    /// Part of the object, such as `spec.containers{web}`.
    pub field_path: Option<Rc<str>>,
    /// Normal or warning.
    pub kind: EventType,
    /// The reason, a CamelCase word.
    pub reason: Rc<str>,
    /// The action done or attempted; only for events of the newer form (`events.k8s.io/v1`).
    pub action: Option<Rc<str>>,
}

impl EventSort {
    /// The sort with this reporter, part of the object, and reason.
    #[must_use]
    pub fn new(
        [component, reason]: [&str; 2],
        [host, field_path, action]: [Option<&str>; 3],
        kind: EventType,
    ) -> Self {
        let texts = [Some(component), Some(reason), host, field_path];
        let bytes = texts.into_iter().flatten().flat_map(str::bytes);
        Self {
            // FNV-1a.
            tag: bytes.fold(0xcbf2_9ce4_8422_2325, |tag, byte| {
                (tag ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
            }),
            component: component.into(),
            host: host.map(Into::into),
            field_path: field_path.map(Into::into),
            kind,
            reason: reason.into(),
            action: action.map(Into::into),
        }
    }
}

impl EventEntry {
    /// The event as the API serves it.
    #[must_use]
    pub fn event(&self) -> &Event {
        self.served.get_or_make(|| Box::new(self.render()))
    }

    fn render(&self) -> Event {
        let sort = &*self.sort;
        let host = sort.host.clone();
        let newer = sort.action.is_some();
        let time = |time: Time| (!newer).then(|| time.whole_seconds());
        let series = (newer && self.count > 1).then_some(Series {
            count: self.count,
            last_observed_time: MicroTime(self.last),
        });
        Event {
            metadata: ObjectMeta {
                name: self.name.clone(),
                namespace: self.namespace.clone(),
                uid: self.uid.clone(),
                resource_version: self.version,
                creation_timestamp: Some(self.created),
                ..ObjectMeta::default()
            },
            involved_object: ObjectReference {
                field_path: sort.field_path.clone(),
                ..(*self.about).clone()
            },
            reason: sort.reason.clone(),
            message: self.message.clone(),
            source: match newer {
                true => EventSource::default(),
                false => EventSource {
                    component: sort.component.clone(),
                    host: host.clone(),
                },
            },
            first_timestamp: time(self.first),
            last_timestamp: time(self.last),
            count: if newer { 0 } else { self.count },
            kind: sort.kind,
            event_time: newer.then_some(MicroTime(self.first)),
            action: sort.action.clone(),
            series,
            reporting_component: sort.component.clone(),
            reporting_instance: match newer {
                true => format!("{}-control-plane", sort.component).into(),
                false => host.unwrap_or_default(),
            },
        }
    }
}
