//! Events as the event log keeps them: half of all writes are events, and few of them are ever looked at.

use super::event::{Event, EventSource, EventType, MicroTime, ObjectReference, Series};
use super::meta::{ObjectMeta, Uid};
use super::rendered::Rendered;
use super::time::Time;
use std::rc::Rc;

/// An event that a component has recorded: the numbers of its own, and the rest shared with events like it. It is
/// rendered to the [`Event`] that the API serves when somebody looks at it.
#[derive(Debug, Clone, PartialEq)]
pub struct EventEntry {
    /// What it has in common with others.
    pub sort: Rc<EventSort>,
    /// What it happened to, without the part.
    pub about: Rc<ObjectReference>,
    /// `OBJECT.HEX`.
    pub name: Rc<str>,
    /// Namespace of the event.
    pub namespace: Rc<str>,
    /// What happened, in a sentence.
    pub message: Rc<str>,
    /// Whether it stands for several similar ones.
    pub combined: bool,
    /// How often it was seen.
    pub count: i32,
    /// Its uid, once it is written.
    pub uid: Uid,
    /// Its `resourceVersion`, once it is written.
    pub version: u64,
    /// When it was created.
    pub created: Time,
    /// When it was seen first.
    pub first: Time,
    /// When it was seen last.
    pub last: Time,
    /// When a series was last written.
    pub written: Time,
    /// `resourceVersion` of the object that it happened to: a series is about one version.
    pub about_version: u64,
    /// What the API serves.
    pub served: Rendered<Box<Event>>,
}

/// What events of one reporter about one matter have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventSort {
    /// A number of the texts below, by which most sorts are told apart: a pod of many containers has thousands.
    tag: u64,
    /// Who says so.
    pub component: Rc<str>,
    /// The node it is on.
    pub host: Option<Rc<str>>,
    /// Part of the object, such as `spec.containers{web}`.
    pub field_path: Option<Rc<str>>,
    /// Whether somebody should look.
    pub kind: EventType,
    /// What happened, in a word.
    pub reason: Rc<str>,
    /// What was done or tried; only events of the newer form (`events.k8s.io/v1`) say so.
    pub action: Option<Rc<str>>,
}

impl EventSort {
    /// Events of this reporter, about this part of an object, for this reason.
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
