//! Where a cause can be seen.

use super::Finding;
use crate::api::event::Event;
use crate::api::kind::Kind;
use crate::api::object::Key;
use std::rc::Rc;

/// A field or an event that shows a cause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// The object.
    pub object: Key,
    /// What of it.
    pub place: EvidencePlace,
    /// What it says.
    pub text: String,
}

/// What of an object shows a cause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EvidencePlace {
    /// A field, by its path: `status.containerStatuses[name=web].state.waiting`.
    Field(String),
    /// An event about it, by its reason.
    Event(Rc<str>, Key),
}

impl Evidence {
    /// A field.
    pub(super) fn field(object: Key, path: &str, text: &str) -> Self {
        Self {
            object,
            place: EvidencePlace::Field(path.to_owned()),
            text: text.to_owned(),
        }
    }

    /// An event about an object.
    pub(super) fn event(object: Key, event: &Event) -> Self {
        let meta = &event.metadata;
        let key = Key::new(Kind::Event, &meta.namespace, &meta.name);
        Self {
            object,
            place: EvidencePlace::Event(event.reason.clone(), key),
            text: event.message.to_string(),
        }
    }

    /// The object whose field it is, and the path of the field: an event shows it in its message.
    #[must_use]
    pub fn origin(&self) -> (&Key, &str) {
        match &self.place {
            EvidencePlace::Field(path) => (&self.object, path),
            EvidencePlace::Event(_, event) => (event, "message"),
        }
    }
}

impl Finding {
    pub(super) fn shown_by(mut self, object: Key, path: &str, text: impl ToString) -> Self {
        let text = text.to_string();
        self.evidence.push(Evidence::field(object, path, &text));
        self
    }

    /// A field of the object itself.
    pub(super) fn shown_at(self, path: &str, text: impl ToString) -> Self {
        let about = self.about.clone();
        self.shown_by(about, path, text)
    }
}
