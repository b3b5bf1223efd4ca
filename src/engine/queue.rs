//! Work queues and timers of all actors.
//!
//! They behave like client-go's: a key is queued at most once however often it is added, and a key added with a
//! delay keeps its earliest time. Every change can be undone and redone.

use super::Actor;
use crate::actor::Cause;
use crate::api::object::{Key, Lookup};
use crate::api::time::Time;
use litemap::LiteMap;
use std::collections::BTreeMap;
use std::rc::Rc;

/// A key queued for an actor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Unique, ascending in the order of queueing.
    pub number: u64,
    /// The actor.
    pub actor: Actor,
    /// The object to reconcile.
    pub key: Key,
    /// Why it was queued first.
    pub cause: Cause,
    /// How many further causes were merged while it waited.
    pub more: u32,
}

/// A key to be queued for an actor later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timer {
    /// When it fires.
    pub due: Time,
    /// Unique; orders timers that are due at the same time.
    pub number: u64,
    /// The actor.
    pub actor: Actor,
    /// The object to reconcile.
    pub key: Key,
    /// Why it was set.
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
    /// A waiting item got a further cause.
    Merged(u64),
    /// An item was taken from the queue.
    Taken(Rc<Item>),
    /// A timer was set.
    Set(Rc<Timer>),
    /// A timer fired or was cancelled.
    Cleared(Rc<Timer>),
    /// The number of consecutive failures changed.
    Failures(Box<Failures>),
}

/// A change of the number of consecutive failures.
#[derive(Debug, Clone, PartialEq)]
pub struct Failures {
    /// The actor.
    pub actor: Actor,
    /// The object.
    pub key: Key,
    /// Count before.
    pub before: u32,
    /// Count after.
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
    /// Items that are ready, in the order of queueing.
    pub fn ready(&self) -> impl Iterator<Item = &Item> {
        self.ready.values().map(|item| &**item)
    }

    /// The item queued first.
    #[must_use]
    pub fn first(&self) -> Option<&Item> {
        self.ready.values().next().map(|item| &**item)
    }

    /// The item with a number, if it is still waiting.
    #[must_use]
    pub fn item(&self, number: u64) -> Option<&Item> {
        self.ready.get(&number).map(|item| &**item)
    }

    /// How many items are queued before the item with a number.
    #[must_use]
    pub fn place(&self, number: u64) -> Option<usize> {
        self.ready.keys().position(|known| *known == number)
    }

    /// Timers, the earliest first.
    pub fn timers(&self) -> impl Iterator<Item = &Timer> {
        self.timers.values().map(|timer| &**timer)
    }

    /// Number of consecutive failures of an actor on a key.
    #[must_use]
    pub fn failures(&self, actor: Actor, key: &Key) -> u32 {
        self.failures
            .get(&(actor, Lookup::of(key)))
            .copied()
            .unwrap_or(0)
    }

    /// Whether a key is queued.
    #[must_use]
    pub fn is_queued(&self, actor: Actor, key: &Key) -> bool {
        self.places.contains_key(&(actor, Lookup::of(key)))
    }

    /// Queues a key, or merges the cause into the item that is already waiting.
    pub(super) fn add(&mut self, number: &mut u64, actor: Actor, key: Key, cause: Cause) {
        match self.places.get(&(actor, Lookup::of(&key))) {
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
        if let Some(place) = self.due.get(&(actor, Lookup::of(&key))).copied() {
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

    /// Takes an item from the queue.
    pub(super) fn take(&mut self, number: u64) -> Option<Rc<Item>> {
        let item = self.ready.get(&number)?.clone();
        self.change(QueueChange::Taken(item.clone()));
        Some(item)
    }

    /// Queues everything whose timer is due.
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

    /// Cancels an actor's timer for a key.
    pub(super) fn forget(&mut self, actor: Actor, key: &Key) {
        if let Some(place) = self.due.get(&(actor, Lookup::of(key))).copied() {
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

    /// Redoes a change.
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

    /// Redoes or undoes the changes of several steps. Numbers above `since` were assigned in those steps, so an
    /// item or timer that was added and removed again within them is skipped: it exists at neither end.
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
            .insert((item.actor, Lookup::of(&item.key)), item.number);
        self.ready.insert(item.number, item.clone());
    }

    fn drop_item(&mut self, item: &Item) {
        self.places.remove(&(item.actor, Lookup::of(&item.key)));
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
            .insert((timer.actor, Lookup::of(&timer.key)), place);
        self.timers.insert(place, timer.clone());
    }

    fn unset(&mut self, timer: &Timer) {
        self.due.remove(&(timer.actor, Lookup::of(&timer.key)));
        self.timers.remove(&(timer.due, timer.number));
    }

    fn fail(&mut self, actor: Actor, key: &Key, count: u32) {
        if count == 0 {
            self.failures.remove(&(actor, Lookup::of(key)));
        } else {
            self.failures.insert((actor, Lookup::of(key)), count);
        }
    }
}
