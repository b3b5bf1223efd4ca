//! The event log: every event of the cluster, in the order in which they first came.

use super::Store;
use crate::api::event_entry::EventEntry;
use crate::api::kind::Kind;
use crate::api::light;
use crate::api::meta::ObjectMeta;
use crate::api::object::{Key, Object};
use std::collections::BTreeMap;
use std::rc::Rc;

/// All events, apart from the other objects: they are many, come in the order of their places, own nothing, and are
/// put in the order of their names only when somebody lists them.
#[derive(Debug, Clone, Default)]
pub(super) struct Events {
    log: BTreeMap<Place, Object>,
}

/// Where an event stands in the log. The names of events end with the time at which they came.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    time: u64,
    name: Rc<str>,
    namespace: Rc<str>,
}

impl Place {
    fn of(key: &Key) -> Self {
        Self {
            time: time_in(&key.name),
            name: key.name.clone(),
            namespace: key.namespace.clone(),
        }
    }
}

/// The digits after the last dot of a name; 0 for names of another form.
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
        let place = Place::of(key);
        // Most that are looked for are about to be written for the first time, after all others.
        let last = self.log.last_key_value();
        if last.is_none_or(|(last, _)| *last < place) {
            return None;
        }
        self.log.get(&place)
    }

    pub(super) fn insert(&mut self, key: &Key, event: Object) -> Option<Object> {
        self.log.insert(Place::of(key), event)
    }

    pub(super) fn remove(&mut self, key: &Key) -> Option<Object> {
        self.log.remove(&Place::of(key))
    }

    pub(super) fn len(&self) -> usize {
        self.log.len()
    }

    /// By namespace and name; of one namespace if it is given.
    pub(super) fn sorted(&self, namespace: Option<&str>) -> Vec<&Object> {
        let wanted = |place: &Place| namespace.is_none_or(|wanted| *wanted == *place.namespace);
        let found = self.log.iter().filter(|(place, _)| wanted(place));
        let mut found: Vec<(&Place, &Object)> = found.collect();
        light::sort(&mut found, |(a, _), (b, _)| {
            let by_namespace = a.namespace.cmp(&b.namespace);
            by_namespace.then_with(|| a.name.cmp(&b.name))
        });
        found.into_iter().map(|(_, event)| event).collect()
    }
}

impl Store {
    /// How many events there are.
    #[must_use]
    pub fn event_count(&self) -> usize {
        self.events.len()
    }

    /// Writes an event that was recorded: creates it, or counts it where it is there already. Gives it as it is now. As
    /// in a real cluster an event that cannot be written is lost, without harm to whoever reported it.
    pub fn record(&mut self, mut entry: EventEntry) -> Rc<EventEntry> {
        let key = Key::new(Kind::Event, &entry.namespace, &entry.name);
        match self.get(&key).cloned() {
            Some(Object::EventEntry(known)) => {
                entry.uid = known.uid.clone();
                entry.created = known.created;
            }
            // Somebody has changed its labels or annotations.
            Some(Object::Event(known)) => {
                let mut event = entry.event().clone();
                event.metadata = known.metadata.clone();
                // Nothing of it can be refused.
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
    use super::time_in;

    #[test]
    fn names_end_with_their_time() {
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
}
