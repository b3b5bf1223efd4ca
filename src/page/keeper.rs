//! Saved sessions: each tab has a slot of its own in the browser's storage, and a new visit continues a copy of the
//! one that was saved last. The storage may be full or forbidden; then nothing is saved, and the page says so.

/// Maximum number of sessions that are saved.
const SLOTS_MAX: usize = 8;
/// Key of the list of slots, each with the time of its last saving in milliseconds, the latest first: `a@2 b@1`.
const LIST: &str = "kubestep.sessions";
/// Prefix of the keys of slots.
const SLOT: &str = "kubestep.session.";

/// A storage of texts by key.
pub trait Storage {
    /// Reads a text.
    fn get(&self, key: &str) -> Option<String>;
    /// Writes a text; whether there was room for it.
    fn set(&mut self, key: &str, text: &str) -> bool;
    /// Removes a text.
    fn remove(&mut self, key: &str);
}

fn key(slot: &str) -> String {
    format!("{SLOT}{slot}")
}

/// A slot and when it was saved, if that is known.
type Slot = (String, Option<u64>);

fn slots(storage: &impl Storage) -> Vec<Slot> {
    let list = storage.get(LIST).unwrap_or_default();
    let slots = list
        .split_whitespace()
        .map(|item| match item.split_once('@') {
            Some((slot, time)) => (slot.to_owned(), time.parse().ok()),
            None => (item.to_owned(), None),
        });
    slots.collect()
}

fn list(slots: &[Slot]) -> String {
    let items = slots.iter().map(|(slot, time)| match time {
        Some(time) => format!("{slot}@{time}"),
        None => slot.clone(),
    });
    items.collect::<Vec<_>>().join(" ")
}

/// The session in a slot, or the one that was saved last.
pub fn saved(storage: &impl Storage, slot: Option<&str>) -> Option<String> {
    let own = slot.and_then(|slot| storage.get(&key(slot)));
    let last = || {
        let slots = slots(storage);
        slots.iter().find_map(|(slot, _)| storage.get(&key(slot)))
    };
    own.or_else(last)
}

/// A saved session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    /// Its slot.
    pub slot: String,
    /// When it was saved last, in milliseconds since 1970.
    pub time: Option<u64>,
    /// The text of its file.
    pub text: String,
}

/// All saved sessions, the latest first.
pub fn all(storage: &impl Storage) -> Vec<Saved> {
    let slots = slots(storage).into_iter();
    let saved = slots.filter_map(|(slot, time)| {
        let text = storage.get(&key(&slot))?;
        Some(Saved { slot, time, text })
    });
    saved.collect()
}

/// Deletes the session in a slot.
pub fn delete(storage: &mut impl Storage, slot: &str) {
    let mut others = slots(storage);
    others.retain(|(other, _)| other != slot);
    storage.remove(&key(slot));
    // A shorter list always fits.
    storage.set(LIST, &list(&others));
}

/// Saves a session in a slot at a time. If there is no room, the oldest sessions go. Returns whether it is saved.
pub fn save(storage: &mut impl Storage, slot: &str, text: &str, time: u64) -> bool {
    let mut others = slots(storage);
    others.retain(|(other, _)| other != slot);
    for (old, _) in others.drain((SLOTS_MAX - 1).min(others.len())..) {
        storage.remove(&key(&old));
    }
    while !storage.set(&key(slot), text) {
        let Some((oldest, _)) = others.pop() else {
            return false;
        };
        storage.remove(&key(&oldest));
    }
    others.insert(0, (slot.to_owned(), Some(time)));
    storage.set(LIST, &list(&others))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    /// A storage with room for a number of bytes.
    #[derive(Default)]
    struct Fake {
        room: usize,
        texts: BTreeMap<String, String>,
    }

    impl Storage for Fake {
        fn get(&self, key: &str) -> Option<String> {
            self.texts.get(key).cloned()
        }

        fn set(&mut self, key: &str, text: &str) -> bool {
            let others = self.texts.iter().filter(|(known, _)| *known != key);
            let used: usize = others.map(|(key, text)| key.len() + text.len()).sum();
            let fits = used + key.len() + text.len() <= self.room;
            if fits {
                self.texts.insert(key.to_owned(), text.to_owned());
            }
            fits
        }

        fn remove(&mut self, key: &str) {
            self.texts.remove(key);
        }
    }

    fn with_room(room: usize) -> Fake {
        Fake {
            room,
            ..Fake::default()
        }
    }

    #[test]
    fn each_tab_has_its_own_session_and_a_new_one_gets_the_last() {
        let mut storage = with_room(1_000);
        assert_eq!(saved(&storage, None), None);
        assert!(save(&mut storage, "a", "one", 1));
        assert!(save(&mut storage, "b", "two", 1));
        assert_eq!(saved(&storage, Some("a")).as_deref(), Some("one"));
        assert_eq!(saved(&storage, Some("b")).as_deref(), Some("two"));
        assert_eq!(saved(&storage, None).as_deref(), Some("two"));
        assert!(save(&mut storage, "a", "three", 1));
        assert_eq!(saved(&storage, None).as_deref(), Some("three"));
        assert_eq!(saved(&storage, Some("gone")).as_deref(), Some("three"));
    }

    #[test]
    fn old_sessions_go_when_there_are_too_many_or_no_room() {
        let mut storage = with_room(100_000);
        for number in 0..20 {
            assert!(save(&mut storage, &number.to_string(), "text", 1));
        }
        assert_eq!(storage.texts.len(), SLOTS_MAX + 1);
        storage.room = 600;
        assert!(save(&mut storage, "big", &"x".repeat(500), 1));
        assert_eq!(saved(&storage, None).map(|text| text.len()), Some(500));
        assert!(storage.texts.len() < SLOTS_MAX);
    }

    #[test]
    fn saved_sessions_are_listed_and_can_be_deleted() {
        let mut storage = with_room(1_000);
        // As it was written before times were.
        storage.set(LIST, "old");
        storage.set(&key("old"), "zero");
        for (slot, text, time) in [("a", "one", 1), ("b", "two", 2), ("a", "three", 3)] {
            assert!(save(&mut storage, slot, text, time));
        }
        let all = |storage: &Fake| {
            let all = all(storage).into_iter();
            all.map(|saved| (saved.slot, saved.time, saved.text))
                .collect::<Vec<_>>()
        };
        let owned = |slot: &str, time, text: &str| (slot.to_owned(), time, text.to_owned());
        let [b, old] = [owned("b", Some(2), "two"), owned("old", None, "zero")];
        assert_eq!(
            all(&storage),
            [owned("a", Some(3), "three"), b.clone(), old.clone()]
        );
        delete(&mut storage, "a");
        assert_eq!(all(&storage), [b, old]);
        delete(&mut storage, "old");
        assert_eq!(saved(&storage, None).as_deref(), Some("two"));
        delete(&mut storage, "b");
        assert_eq!((all(&storage), saved(&storage, None)), (Vec::new(), None));
    }

    #[test]
    fn without_room_nothing_is_saved_and_the_last_session_stays() {
        let mut storage = with_room(100);
        assert!(save(&mut storage, "a", "short", 1));
        assert!(!save(&mut storage, "a", &"x".repeat(500), 1));
        assert_eq!(saved(&storage, Some("a")).as_deref(), Some("short"));
        assert!(!save(&mut with_room(0), "a", "", 1));
    }
}
