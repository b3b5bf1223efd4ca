//! Saved sessions: each tab has a slot of its own in the browser's storage. A session that is opened again moves into
//! the slot of the tab that opens it; if another tab has it open, it is copied. The storage may be full or forbidden;
//! then nothing is saved, and the page says so.

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

/// The list.
fn list(storage: &impl Storage) -> String {
    storage.get(LIST).unwrap_or_default()
}

/// The slot of an item in the list.
fn slot_of(item: &str) -> &str {
    item.split('@').next().unwrap_or_default()
}

/// The items of a list without that of a slot.
fn others<'l>(list: &'l str, slot: &str) -> Vec<&'l str> {
    let items = list.split_whitespace();
    items.filter(|item| slot_of(item) != slot).collect()
}

/// The session in a slot, or the one that was saved last, with its slot.
pub fn saved(storage: &impl Storage, slot: Option<&str>) -> Option<(String, String)> {
    let list = list(storage);
    let all = slot.into_iter().chain(list.split_whitespace().map(slot_of));
    let mut read = all.filter_map(|slot| Some((slot.to_owned(), storage.get(&key(slot))?)));
    read.next()
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
    let list = list(storage);
    let saved = list.split_whitespace().filter_map(|item| {
        let slot = slot_of(item);
        Some(Saved {
            slot: slot.to_owned(),
            time: item.split('@').nth(1).and_then(|time| time.parse().ok()),
            text: storage.get(&key(slot))?,
        })
    });
    saved.collect()
}

/// Deletes the session in a slot.
pub fn delete(storage: &mut impl Storage, slot: &str) {
    let list = list(storage);
    storage.remove(&key(slot));
    // A shorter list always fits.
    storage.set(LIST, &others(&list, slot).join(" "));
}

/// Saves a session in a slot at a time. If there is no room, the oldest sessions go. Returns whether it is saved.
pub fn save(storage: &mut impl Storage, slot: &str, text: &str, time: u64) -> bool {
    let list = list(storage);
    let mut others = others(&list, slot);
    for old in others.drain((SLOTS_MAX - 1).min(others.len())..) {
        storage.remove(&key(slot_of(old)));
    }
    while !storage.set(&key(slot), text) {
        let Some(oldest) = others.pop() else {
            return false;
        };
        storage.remove(&key(slot_of(oldest)));
    }
    let own = format!("{slot}@{time}");
    others.insert(0, &own);
    storage.set(LIST, &others.join(" "))
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

    /// The slot and the text of a saved session, as one.
    fn at(storage: &Fake, slot: Option<&str>) -> Option<String> {
        saved(storage, slot).map(|(slot, text)| format!("{slot}: {text}"))
    }

    #[test]
    fn each_tab_has_its_own_session_and_a_new_one_gets_the_last() {
        let mut storage = with_room(1_000);
        assert_eq!(saved(&storage, None), None);
        assert!(save(&mut storage, "a", "one", 1));
        assert!(save(&mut storage, "b", "two", 1));
        assert_eq!(at(&storage, Some("a")).as_deref(), Some("a: one"));
        assert_eq!(at(&storage, Some("b")).as_deref(), Some("b: two"));
        assert_eq!(at(&storage, None).as_deref(), Some("b: two"));
        assert!(save(&mut storage, "a", "three", 1));
        assert_eq!(at(&storage, None).as_deref(), Some("a: three"));
        assert_eq!(at(&storage, Some("gone")).as_deref(), Some("a: three"));
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
        assert_eq!(saved(&storage, None).map(|(_, text)| text.len()), Some(500));
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
        assert_eq!(at(&storage, None).as_deref(), Some("b: two"));
        delete(&mut storage, "b");
        assert_eq!((all(&storage), saved(&storage, None)), (Vec::new(), None));
    }

    #[test]
    fn without_room_nothing_is_saved_and_the_last_session_stays() {
        let mut storage = with_room(100);
        assert!(save(&mut storage, "a", "short", 1));
        assert!(!save(&mut storage, "a", &"x".repeat(500), 1));
        assert_eq!(at(&storage, Some("a")).as_deref(), Some("a: short"));
        assert!(!save(&mut with_room(0), "a", "", 1));
    }
}
