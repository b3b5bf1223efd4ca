//! The event log: every event of the cluster, in order of first occurrence.

use super::Store;
use crate::api::event_entry::EventEntry;
use crate::api::kind::Kind;
use crate::api::light;
use crate::api::meta::ObjectMeta;
use crate::api::object::{Key, Object};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::rc::Rc;

/// All events, kept apart from the other objects: they are many, are created in the order of the timestamps in
/// their names, and have no dependents. They are sorted by name only when listed.
#[derive(Debug, Clone, Default)]
pub(super) struct Events {
    log: BTreeMap<u64, Slot>,
    len: usize,
}

/// The events with the same timestamp.
#[derive(Debug, Clone)]
enum Slot {
    One(Object),
    /// Several, sorted by key; also all events without a timestamp in their names.
    More(Vec<Object>),
}

impl Slot {
    fn events(&self) -> &[Object] {
        match self {
            Self::One(event) => std::slice::from_ref(event),
            Self::More(events) => events,
        }
    }

    /// Inserts an event, and returns the one it replaces.
    fn insert(&mut self, key: &Key, event: Object) -> Option<Object> {
        if let Self::One(known) = self {
            if place(known) == (&key.namespace, &key.name) {
                return Some(std::mem::replace(known, event));
            }
            *self = Self::More(vec![known.clone()]);
        }
        let Self::More(events) = self else {
            return None;
        };
        match events.binary_search_by(|known| place(known).cmp(&(&key.namespace, &key.name))) {
            Ok(at) => Some(std::mem::replace(&mut events[at], event)),
            Err(at) => {
                events.insert(at, event);
                None
            }
        }
    }
}

/// Namespace and name of an event.
fn place(event: &Object) -> (&Rc<str>, &Rc<str>) {
    match event {
        Object::EventEntry(entry) => (&entry.namespace, &entry.name),
        other => (&other.meta().namespace, &other.meta().name),
    }
}

/// The hex timestamp after the last dot of a name; 0 for other names.
fn time_in(name: &str) -> u64 {
    let mut time = 0;
    let mut shift = 0;
    for byte in name.bytes().rev() {
        let digit = match byte {
            b'0'..=b'9' => byte - b'0',
            b'a'..=b'f' => byte - b'a' + 10,
            b'.' => return time,
            _ => return 0,
        };
        if shift >= u64::BITS {
            return 0;
        }
        time |= u64::from(digit) << shift;
        shift += 4;
    }
    0
}

impl Events {
    pub(super) fn get(&self, key: &Key) -> Option<&Object> {
        let events = self.log.get(&time_in(&key.name))?.events();
        let is_meant = |event: &&Object| place(event) == (&key.namespace, &key.name);
        events.iter().find(is_meant)
    }

    pub(super) fn insert(&mut self, key: &Key, event: Object) -> Option<Object> {
        let before = match self.log.entry(time_in(&key.name)) {
            Entry::Vacant(slot) => {
                slot.insert(Slot::One(event));
                None
            }
            Entry::Occupied(mut slot) => slot.get_mut().insert(key, event),
        };
        self.len += usize::from(before.is_none());
        before
    }

    pub(super) fn remove(&mut self, key: &Key) -> Option<Object> {
        let time = time_in(&key.name);
        let events = self.log.remove(&time)?;
        let mut others = events.events().to_vec();
        let at = others
            .iter()
            .position(|event| place(event) == (&key.namespace, &key.name));
        let removed = at.map(|at| others.remove(at));
        self.len -= usize::from(removed.is_some());
        match others.len() {
            0 => {}
            1 => drop(self.log.insert(time, Slot::One(others.remove(0)))),
            _ => drop(self.log.insert(time, Slot::More(others))),
        }
        removed
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Sorted by namespace and name; limited to a namespace if one is given.
    pub(super) fn sorted(&self, namespace: Option<&str>) -> Vec<&Object> {
        let all = self.log.values().flat_map(Slot::events);
        let wanted = |event: &&Object| namespace.is_none_or(|wanted| *wanted == **place(event).0);
        let mut found: Vec<&Object> = all.filter(wanted).collect();
        light::sort(&mut found, |a, b| place(a).cmp(&place(b)));
        found
    }
}

impl Store {
    /// Number of events.
    #[must_use]
    pub fn event_count(&self) -> usize {
        self.events.len()
    }

    /// Writes a recorded event: creates it, or updates the existing one's count. Returns the current state. As in a
    /// real cluster, an event that cannot be written is dropped, and the reporting component does not notice.
    pub fn record(&mut self, mut entry: EventEntry) -> Rc<EventEntry> {
        let key = Key::new(Kind::Event, &entry.namespace, &entry.name);
        match self.get(&key).cloned() {
            Some(Object::EventEntry(known)) => {
                entry.uid = known.uid.clone();
                entry.created = known.created;
            }
            // Its labels or annotations have been edited.
            Some(Object::Event(known)) => {
                let mut event = entry.event().clone();
                event.metadata = known.metadata.clone();
                // Cannot be refused: the event exists.
                drop(self.update(Object::Event(Rc::new(event))));
                return Rc::new(entry);
            }
            _ => {
                let namespace = self.namespace(&entry.namespace).map(Object::meta);
                if namespace.is_none_or(ObjectMeta::is_terminating) {
                    return Rc::new(entry);
                }
                entry.uid = self.registers.next_uid();
                entry.created = self.now().whole_seconds();
            }
        }
        entry.version = self.next_version();
        let entry = Rc::new(entry);
        self.keep(key, Some(Object::EventEntry(entry.clone())));
        entry
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn event_names_end_with_a_timestamp() {
        assert_eq!(time_in("web.188674f6ad53d000"), 0x1886_74f6_ad53_d000);
        assert_eq!(time_in("web.1.0a"), 10);
        for other in [
            "",
            "web",
            "188674f6ad53d000",
            "web.x",
            "web.1.-1",
            "w.11111111111111111",
        ] {
            assert_eq!(time_in(other), 0, "{other}");
        }
    }

    #[test]
    fn events_of_one_time_are_told_apart() {
        let mut events = Events::default();
        let names = ["b.0a", "a.0a", "none", "c.0b", "other"];
        let make = |name: &str, note: &str| {
            let value = json!({
                "metadata": { "name": name, "namespace": "default" }, "message": note, "reason": "", "type": "Normal",
                "involvedObject": { "kind": "Pod", "name": "a" }, "firstTimestamp": null, "lastTimestamp": null,
            });
            Object::from_value(Kind::Event, value).expect("an event")
        };
        let notes = |events: &Events| -> Vec<String> {
            let all = events.sorted(Some("default"));
            all.iter()
                .map(|event| event.as_event().expect("an event").message.to_string())
                .collect()
        };
        for name in names {
            let event = make(name, name);
            assert!(events.insert(&event.key(), event).is_none(), "{name}");
        }
        assert_eq!(notes(&events), ["a.0a", "b.0a", "c.0b", "none", "other"]);
        let again = make("b.0a", "again");
        let before = events
            .insert(&again.key(), again)
            .expect("the event exists");
        assert_eq!(before.meta().name, "b.0a".into());
        assert_eq!((events.len(), notes(&events)[1].as_str()), (5, "again"));
        for (left, name) in ["a.0a", "none", "b.0a", "other", "c.0b"].iter().enumerate() {
            let key = Key::of(Kind::Event, "default", name);
            assert!(
                events.get(&key).is_some() && events.remove(&key).is_some(),
                "{name}"
            );
            assert!(
                events.get(&key).is_none() && events.remove(&key).is_none(),
                "{name}"
            );
            assert_eq!(events.len(), 4 - left);
        }
        assert!(events.log.is_empty());
    }
}
