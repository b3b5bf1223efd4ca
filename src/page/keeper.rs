//! Saved sessions: each tab has a slot of its own in the browser's storage, and a new visit continues a copy of the
//! one that was saved last. The storage may be full or forbidden; then nothing is saved, and the page says so.

/// Maximum number of sessions that are saved.
const SLOTS_MAX: usize = 8;
/// Key of the list of slots, the latest first.
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

fn slots(storage: &impl Storage) -> Vec<String> {
    let list = storage.get(LIST).unwrap_or_default();
    list.split_whitespace().map(str::to_owned).collect()
}

/// The session in a slot, or the one that was saved last.
pub fn saved(storage: &impl Storage, slot: Option<&str>) -> Option<String> {
    let own = slot.and_then(|slot| storage.get(&key(slot)));
    let last = || {
        let slots = slots(storage);
        slots.iter().find_map(|slot| storage.get(&key(slot)))
    };
    own.or_else(last)
}

/// Saves a session in a slot. If there is no room, the oldest sessions go. Returns whether it is saved.
pub fn save(storage: &mut impl Storage, slot: &str, text: &str) -> bool {
    let mut others = slots(storage);
    others.retain(|other| other != slot);
    for old in others.drain((SLOTS_MAX - 1).min(others.len())..) {
        storage.remove(&key(&old));
    }
    while !storage.set(&key(slot), text) {
        let Some(oldest) = others.pop() else {
            return false;
        };
        storage.remove(&key(&oldest));
    }
    others.insert(0, slot.to_owned());
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

    #[test]
    fn each_tab_has_its_own_session_and_a_new_one_gets_the_last() {
        let mut storage = with_room(1_000);
        assert_eq!(saved(&storage, None), None);
        assert!(save(&mut storage, "a", "one"));
        assert!(save(&mut storage, "b", "two"));
        assert_eq!(saved(&storage, Some("a")).as_deref(), Some("one"));
        assert_eq!(saved(&storage, Some("b")).as_deref(), Some("two"));
        assert_eq!(saved(&storage, None).as_deref(), Some("two"));
        assert!(save(&mut storage, "a", "three"));
        assert_eq!(saved(&storage, None).as_deref(), Some("three"));
        assert_eq!(saved(&storage, Some("gone")).as_deref(), Some("three"));
    }

    #[test]
    fn old_sessions_go_when_there_are_too_many_or_no_room() {
        let mut storage = with_room(100_000);
        for number in 0..20 {
            assert!(save(&mut storage, &number.to_string(), "text"));
        }
        assert_eq!(storage.texts.len(), SLOTS_MAX + 1);
        storage.room = 600;
        assert!(save(&mut storage, "big", &"x".repeat(500)));
        assert_eq!(saved(&storage, None).map(|text| text.len()), Some(500));
        assert!(storage.texts.len() < SLOTS_MAX);
    }

    #[test]
    fn without_room_nothing_is_saved_and_the_last_session_stays() {
        let mut storage = with_room(100);
        assert!(save(&mut storage, "a", "short"));
        assert!(!save(&mut storage, "a", &"x".repeat(500)));
        assert_eq!(saved(&storage, Some("a")).as_deref(), Some("short"));
        assert!(!save(&mut with_room(0), "a", ""));
    }
}
