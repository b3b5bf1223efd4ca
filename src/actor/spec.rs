//! [`Spec`] describes an actor to the engine, whose registry lists them all.

use super::decision::Branch;
use super::memory::Remembered;
use super::{Context, SyncError, Wake};
use crate::api::kind::Kind;
use crate::api::object::Key;
use crate::store::{Change, Store};

/// Which keys to queue when a node falls silent or comes back.
pub type WakeOnSilence = fn(&Store, node: &Key, is_silent: bool, &mut Vec<Wake>);

/// An actor: its name, its interests and its functions.
#[derive(Debug)]
pub struct Spec {
    /// Its name; for controllers the reporting component of their events.
    pub name: &'static str,
    /// kubectl's abbreviation of the kind it manages, or its own usual abbreviation.
    pub short_name: &'static str,
    /// All branches it can take, in the order of its flow chart.
    pub branches: &'static [&'static Branch],
    /// Whether it also runs in a cluster whose nodes are driven by hand: it needs no nodes, no measured load and no
    /// storage.
    pub runs_in_manual: bool,
    /// The kinds whose writes it is notified of.
    pub interests: Kinds,
    /// Kinds for which it is not notified of its own writes, because it expects them.
    pub deaf_to_own: Kinds,
    /// Works on one key.
    pub sync: fn(&mut Context<'_>, &Key) -> Result<(), SyncError>,
    /// Which keys to queue after a write to an object of its `interests`.
    pub wake: fn(&Store, &Change, &mut Vec<Wake>),
    /// Whether a write leaves nothing to do for the object, so that its key is removed from the queue.
    pub forget: Option<fn(&Change) -> bool>,
    /// Which keys to queue when a node falls silent or comes back.
    pub wake_on_silence: Option<WakeOnSilence>,
    /// Which key to queue when the user changes its memory.
    pub wake_on_memory: Option<fn(&Remembered) -> Option<Wake>>,
}

/// A set of kinds. Custom kinds are in it all or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kinds(u64);

impl Kinds {
    /// Every kind.
    pub const ALL: Self = Self(u64::MAX);

    /// No kind.
    pub const NONE: Self = Self(0);

    /// The given kinds.
    #[must_use]
    pub const fn of(kinds: &[Kind]) -> Self {
        let mut set = 0;
        let mut index = 0;
        while index < kinds.len() {
            set |= 1 << kinds[index].place();
            index += 1;
        }
        Self(set)
    }

    /// All kinds of the set but these.
    #[must_use]
    pub const fn without(self, kinds: &[Kind]) -> Self {
        Self(self.0 & !Self::of(kinds).0)
    }

    /// Whether the set contains a kind.
    #[must_use]
    pub const fn contains(self, kind: Kind) -> bool {
        self.0 & (1 << kind.place()) != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_of_kinds_has_what_it_was_made_of() {
        let set = Kinds::of(&[Kind::Pod, Kind::Event]);
        let found: Vec<Kind> = Kind::all().filter(|kind| set.contains(*kind)).collect();
        assert_eq!(found, [Kind::Pod, Kind::Event]);
        let rest = Kinds::ALL.without(&[Kind::Event]);
        assert!(Kind::all().all(|kind| rest.contains(kind) == (kind != Kind::Event)));
    }
}
