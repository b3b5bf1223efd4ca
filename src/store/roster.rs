//! The pods of one StatefulSet by ordinal, so that the controller finds those that need attention without visiting
//! every pod.

use crate::api::identity::{has_plain_number, parent_and_ordinal, pod_revision};
use crate::api::pod::{Pod, PodPhase};
use crate::api::stateful_set::StatefulSet;
use litemap::LiteMap;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// The pods controlled by one StatefulSet, each in the seat of its ordinal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Roster {
    seats: BTreeMap<i32, Seat>,
    /// First and last ordinal of each contiguous range of seats.
    rows: BTreeMap<i32, i32>,
    /// Seats whose pods are not settled.
    unsettled: BTreeSet<i32>,
    /// Seats by revision, without terminating pods.
    revisions: LiteMap<Rc<str>, BTreeSet<i32>>,
    /// Pods without an ordinal, or whose seat is taken.
    benched: BTreeMap<Rc<str>, Seat>,
    /// Pods that are no longer members by selector or name.
    strangers: BTreeSet<Rc<str>>,
    ready: usize,
}

/// One pod in its [`Roster`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    /// Name of the pod.
    pub name: Rc<str>,
    /// The revision it was created from.
    pub revision: Rc<str>,
    /// It is being deleted.
    pub terminating: bool,
    /// It is running and ready.
    pub ready: bool,
    /// It is running, ready and not terminating, and its identity and volumes match its ordinal.
    pub settled: bool,
}

impl Roster {
    /// Seats by ordinal.
    #[must_use]
    pub fn seats(&self) -> &BTreeMap<i32, Seat> {
        &self.seats
    }

    /// Number of seated pods that are running and ready, including terminating ones.
    #[must_use]
    pub fn ready(&self) -> usize {
        self.ready
    }

    /// Number of seated pods of a revision, without terminating ones.
    #[must_use]
    pub fn of_revision(&self, revision: &str) -> usize {
        self.revisions.get(revision).map_or(0, BTreeSet::len)
    }

    /// Revisions of all pods, including terminating ones.
    pub fn revisions_in_use(&self) -> impl Iterator<Item = &str> {
        let ending = self.unsettled.iter().filter_map(|at| self.seats.get(at));
        let ending = ending.filter(|seat| seat.terminating);
        let benched = self.benched.values();
        let live = self.revisions.keys().map(|revision| &**revision);
        live.chain(ending.chain(benched).map(|seat| &*seat.revision))
    }

    /// Pods to be released.
    pub fn strangers(&self) -> impl Iterator<Item = &Rc<str>> {
        self.strangers.iter()
    }

    /// The first ordinal in `from..=to` without a settled pod.
    #[must_use]
    pub fn first_unsettled(&self, from: i32, to: i32) -> Option<i32> {
        if from > to {
            return None;
        }
        let row = self.rows.range(..=from).next_back();
        let gap = match row.filter(|(_, last)| **last >= from) {
            Some((_, last)) => last.checked_add(1),
            None => Some(from),
        };
        let unsettled = self.unsettled.range(from..=to).next().copied();
        let gap = gap.filter(|gap| *gap <= to);
        unsettled.into_iter().chain(gap).min()
    }

    /// Seats whose pods are not settled.
    pub fn unsettled(&self) -> impl Iterator<Item = (i32, &Seat)> {
        let seats = self.unsettled.iter();
        seats.filter_map(|at| Some((*at, self.seats.get(at)?)))
    }

    /// The last ordinal in `from..=to` without a settled pod of the revision.
    #[must_use]
    pub fn last_unsettled_or_not_of(&self, revision: &str, from: i32, to: i32) -> Option<i32> {
        let last = |places: &BTreeSet<i32>| places.range(from..=to).next_back().copied();
        let unsettled = self.last_unsettled(from, to);
        let others = self
            .revisions
            .iter()
            .filter(|(name, _)| &***name != revision);
        let others = others
            .filter(|_| from <= to)
            .filter_map(|(_, places)| last(places));
        unsettled.into_iter().chain(others).max()
    }

    /// The last ordinal in `from..=to` without a settled pod.
    #[must_use]
    pub fn last_unsettled(&self, from: i32, to: i32) -> Option<i32> {
        if from > to {
            return None;
        }
        let row = self.rows.range(..=to).next_back();
        let gap = match row.filter(|(_, last)| **last >= to) {
            Some((first, _)) => first.checked_sub(1),
            None => Some(to),
        };
        let gap = gap.filter(|gap| *gap >= from);
        let unsettled = self.unsettled.range(from..=to).next_back().copied();
        unsettled.into_iter().chain(gap).max()
    }

    /// Ordinals of the seats outside `first..=last`, descending.
    pub fn outside(&self, first: i32, last: i32) -> impl Iterator<Item = i32> {
        let above = last
            .checked_add(1)
            .map(|next| self.seats.range(next.max(first)..));
        let above = above.into_iter().flat_map(|seats| seats.rev());
        let below = self.seats.range(..first).rev();
        above.chain(below).map(|(ordinal, _)| *ordinal)
    }

    /// Whether there are no pods.
    pub(super) fn is_empty(&self) -> bool {
        self.seats.is_empty() && self.benched.is_empty() && self.strangers.is_empty()
    }

    pub(super) fn add(&mut self, pod: &Pod, set: Option<&StatefulSet>) {
        let name = &pod.metadata.name;
        let member = |set: &&StatefulSet| {
            set.is_member(name) && set.spec.selector.matches(&pod.metadata.labels)
        };
        let Some(set) = set.filter(member) else {
            self.strangers.insert(name.clone());
            return;
        };
        let (_, ordinal) = parent_and_ordinal(name);
        let seat = self.seat(pod, set);
        match self.seats.get(&ordinal) {
            _ if ordinal < 0 => drop(self.benched.insert(name.clone(), seat)),
            // `web-01` has the ordinal of `web-1`, which keeps the seat; between other names the first one does.
            Some(known)
                if has_plain_number(&known.name)
                    || !has_plain_number(name) && known.name < *name =>
            {
                self.benched.insert(name.clone(), seat);
            }
            Some(_) => {
                if let Some(other) = self.vacate(ordinal) {
                    self.benched.insert(other.name.clone(), other);
                }
                self.occupy(ordinal, seat);
            }
            None => self.occupy(ordinal, seat),
        }
    }

    pub(super) fn remove(&mut self, name: &str) {
        let (_, ordinal) = parent_and_ordinal(name);
        if self.strangers.remove(name) || self.benched.remove(name).is_some() {
            return;
        }
        if self
            .seats
            .get(&ordinal)
            .is_some_and(|seat| &*seat.name == name)
        {
            self.vacate(ordinal);
            let of_number = |(name, _): &(&Rc<str>, &Seat)| parent_and_ordinal(name).1 == ordinal;
            let next = self.benched.iter().find(of_number);
            if let Some(name) = next.map(|(name, _)| name.clone())
                && let Some(seat) = self.benched.remove(&name)
            {
                self.occupy(ordinal, seat);
            }
        }
    }

    fn seat(&self, pod: &Pod, set: &StatefulSet) -> Seat {
        let revision = pod_revision(&pod.metadata);
        let place = self.revisions.find_index(revision).ok();
        let known = place.and_then(|place| self.revisions.get_indexed(place));
        let ready = pod.status.phase == PodPhase::Running && pod.is_ready();
        let terminating = pod.metadata.is_terminating();
        Seat {
            name: pod.metadata.name.clone(),
            revision: known.map_or_else(|| revision.into(), |(name, _)| name.clone()),
            terminating,
            ready,
            settled: ready && !terminating && set.identity_matches(pod) && set.storage_matches(pod),
        }
    }

    fn occupy(&mut self, ordinal: i32, seat: Seat) {
        self.ready += usize::from(seat.ready);
        if !seat.settled {
            self.unsettled.insert(ordinal);
        }
        if !seat.terminating {
            let places = self.revisions.entry(seat.revision.clone()).or_default();
            places.insert(ordinal);
        }
        self.seats.insert(ordinal, seat);
        let next = ordinal.checked_add(1);
        let joined = next.and_then(|next| self.rows.remove(&next));
        let last = joined.unwrap_or(ordinal);
        match self.rows.range_mut(..ordinal).next_back() {
            Some((_, before)) if before.checked_add(1) == Some(ordinal) => *before = last,
            _ => drop(self.rows.insert(ordinal, last)),
        }
    }

    fn vacate(&mut self, ordinal: i32) -> Option<Seat> {
        let seat = self.seats.remove(&ordinal)?;
        self.ready -= usize::from(seat.ready);
        self.unsettled.remove(&ordinal);
        if let Some(places) = self.revisions.get_mut(&seat.revision) {
            places.remove(&ordinal);
            if places.is_empty() {
                self.revisions.remove(&seat.revision);
            }
        }
        if let Some((first, last)) = self.rows.range_mut(..=ordinal).next_back() {
            let (first, end) = (*first, std::mem::replace(last, ordinal - 1));
            if first == ordinal {
                self.rows.remove(&first);
            }
            if end > ordinal {
                self.rows.insert(ordinal + 1, end);
            }
        }
        Some(seat)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roster(places: &[i32]) -> Roster {
        let mut roster = Roster::default();
        for place in places {
            let seat = Seat {
                name: format!("web-{place}").into(),
                revision: if *place < 3 {
                    "old".into()
                } else {
                    "new".into()
                },
                terminating: false,
                ready: true,
                settled: true,
            };
            roster.occupy(*place, seat);
        }
        roster
    }

    #[test]
    fn gaps_are_found_from_both_ends() {
        let roster = roster(&[5, 3, 0, 4, 1]);
        assert_eq!(roster.rows, BTreeMap::from([(0, 1), (3, 5)]));
        assert_eq!(roster.first_unsettled(0, 5), Some(2));
        assert_eq!(roster.first_unsettled(3, 5), None);
        assert_eq!(roster.first_unsettled(3, 7), Some(6));
        assert_eq!(roster.last_unsettled_or_not_of("new", 0, 5), Some(2));
        assert_eq!(roster.last_unsettled_or_not_of("new", 3, 5), None);
        assert_eq!(roster.last_unsettled_or_not_of("new", 0, 1), Some(1));
        assert_eq!(roster.last_unsettled_or_not_of("old", 0, 5), Some(5));
        assert_eq!(roster.outside(1, 3).collect::<Vec<_>>(), [5, 4, 0]);
        assert_eq!(roster.outside(0, -1).collect::<Vec<_>>(), [5, 4, 3, 1, 0]);
    }

    #[test]
    fn removing_a_pod_splits_the_range() {
        let mut roster = roster(&[0, 1, 2, 3, 4]);
        for (gone, rows) in [
            (2, vec![(0, 1), (3, 4)]),
            (0, vec![(1, 1), (3, 4)]),
            (4, vec![(1, 1), (3, 3)]),
            (1, vec![(3, 3)]),
            (3, vec![]),
        ] {
            roster.vacate(gone);
            assert_eq!(roster.rows, rows.into_iter().collect());
        }
        assert_eq!(roster, Roster::default());
    }
}
