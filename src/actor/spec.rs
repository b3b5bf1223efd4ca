//! What describes an actor to the engine: one [`Spec`] each, listed in the engine's registry.

use super::decision::Branch;
use super::memory::Remembered;
use super::{Context, SyncError, Wake};
use crate::api::kind::Kind;
use crate::api::object::Key;
use crate::store::{Change, Store};

/// Which keys a node wakes that falls silent, or is heard of again.
pub type WakeOnSilence = fn(&Store, node: &Key, is_silent: bool, &mut Vec<Wake>);

/// An actor: what it is called, what it hears of, and what it does.
#[derive(Debug)]
pub struct Spec {
    /// Its name; for controllers the one in their events.
    pub name: &'static str,
    /// What it looks after, as kubectl abbreviates it, or its usual abbreviation.
    pub short_name: &'static str,
    /// All branches that it can take, in the order of its flow chart.
    pub branches: &'static [&'static Branch],
    /// Whether it also runs in a cluster whose nodes are worked by hand: it needs neither nodes nor measured load nor
    /// storage to do its work.
    pub runs_in_manual: bool,
    /// The kinds of objects whose writes it hears of.
    pub interests: Kinds,
    /// Kinds of which it does not hear its own writes: it expects them.
    pub deaf_to_own: Kinds,
    /// Works on one key.
    pub sync: fn(&mut Context<'_>, &Key) -> Result<(), SyncError>,
    /// Which keys a write to an object of its `interests` wakes.
    pub wake: fn(&Store, &Change, &mut Vec<Wake>),
    /// Whether a write leaves it nothing to do for the object, so that its key leaves the queue.
    pub forget: Option<fn(&Change) -> bool>,
    /// Which keys it wakes when a node falls silent or is heard of again.
    pub wake_on_silence: Option<WakeOnSilence>,
    /// Which key it wakes when the user changes what is remembered.
    pub wake_on_memory: Option<fn(&Remembered) -> Option<Wake>>,
}

/// A set of kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kinds(u32);

impl Kinds {
    /// Every kind.
    pub const ALL: Self = Self(u32::MAX);

    /// No kind.
    pub const NONE: Self = Self(0);

    /// These kinds.
    #[must_use]
    pub const fn of(kinds: &[Kind]) -> Self {
        let mut set = 0;
        let mut index = 0;
        while index < kinds.len() {
            set |= 1 << kinds[index] as u32;
            index += 1;
        }
        Self(set)
    }

    /// All but these.
    #[must_use]
    pub const fn without(self, kinds: &[Kind]) -> Self {
        Self(self.0 & !Self::of(kinds).0)
    }

    /// Whether a kind is among them.
    #[must_use]
    pub const fn contains(self, kind: Kind) -> bool {
        self.0 & (1 << kind as u32) != 0
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
