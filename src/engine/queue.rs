//! The work queues of all actors, and their timers.
//!
//! As client-go's queues: a key stands in a queue once, however often it was woken; a key that is asked for
//! later keeps its earliest time. Every change can be undone and done again.

use super::Actor;
use crate::actor::Cause;
use crate::api::object::{Key, Lookup};
use crate::api::time::Time;
use litemap::LiteMap;
use std::collections::BTreeMap;
use std::rc::Rc;

/// A key that an actor is to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Place in the order in which items were queued, unique.
    pub number: u64,
    /// Who is to look.
    pub actor: Actor,
    /// At what.
    pub key: Key,
    /// Why it was first queued.
    pub cause: Cause,
    /// How many more reasons came while it waited.
    pub more: u32,
}

/// A key that an actor is to look at later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timer {
    /// When.
    pub due: Time,
    /// Unique number, for timers that are due at the same time.
    pub number: u64,
    /// Who is to look.
    pub actor: Actor,
    /// At what.
    pub key: Key,
    /// Why.
    pub cause: Cause,
}

/// All queues of a cluster.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Queues {
    ready: BTreeMap<u64, Rc<Item>>,
    places: BTreeMap<(Actor, Lookup), u64>,
    timers: BTreeMap<(Time, u64), Rc<Timer>>,
    due: BTreeMap<(Actor, Lookup), (Time, u64)>,
    failures: LiteMap<(Actor, Lookup), u32>,
    journal: Vec<QueueChange>,
}

/// One change of the queues.
#[derive(Debug, Clone, PartialEq)]
pub enum QueueChange {
    /// An item was queued.
    Queued(Rc<Item>),
    /// An item that waits got a further reason.
    Merged(u64),
    /// An item was taken out to be worked on.
    Taken(Rc<Item>),
    /// A timer was set.
    Set(Rc<Timer>),
    /// A timer ended or was given up.
    Cleared(Rc<Timer>),
    /// The count of failures in a row changed.
    Failures(Box<Failures>),
}

/// A count of failures in a row that changed.
#[derive(Debug, Clone, PartialEq)]
pub struct Failures {
    /// Whose.
    pub actor: Actor,
    /// On what.
    pub key: Key,
    /// How many before.
    pub before: u32,
    /// How many after.
    pub after: u32,
}

impl QueueChange {
    /// The number of the item or timer.
    fn number(&self) -> Option<u64> {
        match self {
            Self::Queued(item) | Self::Taken(item) => Some(item.number),
            Self::Merged(number) => Some(*number),
            Self::Set(timer) | Self::Cleared(timer) => Some(timer.number),
            Self::Failures(_) => None,
        }
    }
}

impl Queues {
    /// Items that can be worked on now, in the order in which they were queued.
    pub fn ready(&self) -> impl Iterator<Item = &Item> {
        self.ready.values().map(|item| &**item)
    }

    /// The item that was queued first.
    #[must_use]
    pub fn first(&self) -> Option<&Item> {
        self.ready.values().next().map(|item| &**item)
    }

    /// The item of a number, if it still waits.
    #[must_use]
    pub fn item(&self, number: u64) -> Option<&Item> {
        self.ready.get(&number).map(|item| &**item)
    }

    /// Timers, the next one first.
    pub fn timers(&self) -> impl Iterator<Item = &Timer> {
        self.timers.values().map(|timer| &**timer)
    }

    /// How often in a row an actor failed on a key.
    #[must_use]
    pub fn failures(&self, actor: Actor, key: &Key) -> u32 {
        self.failures
            .get(&(actor, Lookup(key.clone())))
            .copied()
            .unwrap_or(0)
    }

    /// Whether a key waits to be looked at now.
    #[must_use]
    pub fn is_queued(&self, actor: Actor, key: &Key) -> bool {
        self.places.contains_key(&(actor, Lookup(key.clone())))
    }

    /// Queues a key, or adds a reason to the item that waits already.
    pub(super) fn add(&mut self, number: &mut u64, actor: Actor, key: Key, cause: Cause) {
        match self.places.get(&(actor, Lookup(key.clone()))) {
            Some(place) => self.change(QueueChange::Merged(*place)),
            None => {
                *number += 1;
                let item = Item {
                    number: *number,
                    actor,
                    key,
                    cause,
                    more: 0,
                };
                self.change(QueueChange::Queued(Rc::new(item)));
            }
        }
    }

    /// Sets a timer, unless the key has an earlier one.
    pub(super) fn add_at(
        &mut self,
        number: &mut u64,
        due: Time,
        actor: Actor,
        key: Key,
        cause: Cause,
    ) {
        if let Some(place) = self.due.get(&(actor, Lookup(key.clone()))).copied() {
            if place.0 <= due {
                return;
            }
            self.clear(place);
        }
        *number += 1;
        self.change(QueueChange::Set(Rc::new(Timer {
            due,
            number: *number,
            actor,
            key,
            cause,
        })));
    }

    /// Takes an item out to be worked on.
    pub(super) fn take(&mut self, number: u64) -> Option<Rc<Item>> {
        let item = self.ready.get(&number)?.clone();
        self.change(QueueChange::Taken(item.clone()));
        Some(item)
    }

    /// Queues what is due.
    pub(super) fn ring(&mut self, number: &mut u64, now: Time) {
        while let Some((place, timer)) = self.timers.first_key_value() {
            if place.0 > now {
                break;
            }
            let (place, timer) = (*place, timer.clone());
            self.clear(place);
            self.add(number, timer.actor, timer.key.clone(), timer.cause.clone());
        }
    }

    /// Gives up an actor's timer for a key.
    pub(super) fn forget(&mut self, actor: Actor, key: &Key) {
        if let Some(place) = self.due.get(&(actor, Lookup(key.clone()))).copied() {
            self.clear(place);
        }
    }

    pub(super) fn set_failures(&mut self, actor: Actor, key: &Key, after: u32) {
        let before = self.failures(actor, key);
        if before != after {
            self.change(QueueChange::Failures(Box::new(Failures {
                actor,
                key: key.clone(),
                before,
                after,
            })));
        }
    }

    pub(super) fn take_journal(&mut self) -> Box<[QueueChange]> {
        self.journal.drain(..).collect()
    }

    fn clear(&mut self, place: (Time, u64)) {
        if let Some(timer) = self.timers.get(&place).cloned() {
            self.change(QueueChange::Cleared(timer));
        }
    }

    fn change(&mut self, change: QueueChange) {
        self.replay(&change);
        self.journal.push(change);
    }

    /// Does a change again.
    pub(super) fn replay(&mut self, change: &QueueChange) {
        match change {
            QueueChange::Queued(item) => self.put(item),
            QueueChange::Merged(number) => self.count_reason(*number, 1),
            QueueChange::Taken(item) => self.drop_item(item),
            QueueChange::Set(timer) => self.set(timer),
            QueueChange::Cleared(timer) => self.unset(timer),
            QueueChange::Failures(count) => self.fail(count.actor, &count.key, count.after),
        }
    }

    /// Undoes a change.
    pub(super) fn revert(&mut self, change: &QueueChange) {
        match change {
            QueueChange::Queued(item) => self.drop_item(item),
            QueueChange::Merged(number) => self.count_reason(*number, -1),
            QueueChange::Taken(item) => self.put(item),
            QueueChange::Set(timer) => self.unset(timer),
            QueueChange::Cleared(timer) => self.set(timer),
            QueueChange::Failures(count) => self.fail(count.actor, &count.key, count.before),
        }
    }

    /// Does the changes of several steps again, or undoes them. Numbers above `since` were given in those steps: what
    /// has one and was taken out again is at neither end.
    pub(super) fn leap<'a>(
        &mut self,
        changes: impl DoubleEndedIterator<Item = &'a QueueChange> + Clone,
        since: u64,
        forward: bool,
    ) {
        let place = |number: u64| usize::try_from(number.checked_sub(since + 1)?).ok();
        let mut passed = Vec::new();
        for change in changes.clone() {
            if let QueueChange::Taken(_) | QueueChange::Cleared(_) = change
                && let Some(place) = change.number().and_then(place)
            {
                passed.resize(passed.len().max(place + 1), false);
                passed[place] = true;
            }
        }
        let stays = |change: &&QueueChange| {
            let place = change.number().and_then(place);
            place.is_none_or(|place| passed.get(place) != Some(&true))
        };
        let changes = changes.filter(stays);
        if forward {
            changes.for_each(|change| self.replay(change));
        } else {
            changes.rev().for_each(|change| self.revert(change));
        }
    }

    fn put(&mut self, item: &Rc<Item>) {
        self.places
            .insert((item.actor, Lookup(item.key.clone())), item.number);
        self.ready.insert(item.number, item.clone());
    }

    fn drop_item(&mut self, item: &Item) {
        self.places.remove(&(item.actor, Lookup(item.key.clone())));
        self.ready.remove(&item.number);
    }

    fn count_reason(&mut self, number: u64, by: i32) {
        if let Some(item) = self.ready.get_mut(&number) {
            let item = Rc::make_mut(item);
            item.more = item.more.saturating_add_signed(by);
        }
    }

    fn set(&mut self, timer: &Rc<Timer>) {
        let place = (timer.due, timer.number);
        self.due
            .insert((timer.actor, Lookup(timer.key.clone())), place);
        self.timers.insert(place, timer.clone());
    }

    fn unset(&mut self, timer: &Timer) {
        self.due.remove(&(timer.actor, Lookup(timer.key.clone())));
        self.timers.remove(&(timer.due, timer.number));
    }

    fn fail(&mut self, actor: Actor, key: &Key, count: u32) {
        if count == 0 {
            self.failures.remove(&(actor, Lookup(key.clone())));
        } else {
            self.failures.insert((actor, Lookup(key.clone())), count);
        }
    }
}
