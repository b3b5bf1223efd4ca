//! The pods of one StatefulSet by ordinal, so that the controller finds pods that need work without visiting
//! every pod.

use crate::api::identity::{has_plain_number, parent_and_ordinal, pod_revision};
use crate::api::pod::{Pod, PodPhase};
use crate::api::stateful_set::StatefulSet;
use litemap::LiteMap;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// The pods that one StatefulSet controls, by ordinal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PodsByOrdinal {
    pods: BTreeMap<i32, OrdinalPod>,
    /// First and last ordinal of each run of ordinals without a gap.
    runs: BTreeMap<i32, i32>,
    /// Ordinals whose pods are not settled.
    unsettled: BTreeSet<i32>,
    /// Ordinals by revision, without terminating pods.
    revisions: LiteMap<Rc<str>, BTreeSet<i32>>,
    /// Pods without an ordinal, or whose ordinal belongs to another pod.
    duplicates: BTreeMap<Rc<str>, OrdinalPod>,
    /// Pods that the set controls but whose labels or name no longer match it.
    non_members: BTreeSet<Rc<str>>,
    ready: usize,
}

/// The data about one pod in [`PodsByOrdinal`] that the controller uses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrdinalPod {
    /// Name of the pod.
    pub name: Rc<str>,
    /// The revision that it was created from.
    pub revision: Rc<str>,
    /// Whether it has a deletionTimestamp.
    pub terminating: bool,
    /// Whether it is Running and Ready.
    pub ready: bool,
    /// Whether it is Running, Ready and not terminating, and its identity and storage match its ordinal.
    pub settled: bool,
}

impl PodsByOrdinal {
    /// Pods by ordinal.
    #[must_use]
    pub fn pods(&self) -> &BTreeMap<i32, OrdinalPod> {
        &self.pods
    }

    /// Whether every pod is a member of the set with an ordinal of its own.
    #[must_use]
    pub fn has_one_each(&self) -> bool {
        self.duplicates.is_empty() && self.non_members.is_empty()
    }

    /// Pods that are Running and Ready; terminating ones count while they are ready.
    #[must_use]
    pub fn ready(&self) -> usize {
        self.ready
    }

    /// Pods of a revision, without terminating ones.
    #[must_use]
    pub fn of_revision(&self, revision: &str) -> usize {
        self.revisions.get(revision).map_or(0, BTreeSet::len)
    }

    /// The revisions of pods that are not terminating, each with their number.
    pub fn live_revisions(&self) -> impl Iterator<Item = (&str, usize)> {
        let revisions = self.revisions.iter();
        revisions.map(|(revision, places)| (&**revision, places.len()))
    }

    /// Pods that are Running and Ready, without terminating ones.
    #[must_use]
    pub fn live_ready(&self) -> usize {
        let ending = self
            .unsettled()
            .filter(|(_, pod)| pod.terminating && pod.ready);
        self.ready - ending.count()
    }

    /// Revisions that pods were created from, terminating ones included.
    pub fn revisions_in_use(&self) -> impl Iterator<Item = &str> {
        let ending = self.unsettled.iter().filter_map(|at| self.pods.get(at));
        let ending = ending.filter(|pod| pod.terminating);
        let duplicates = self.duplicates.values();
        let live = self.revisions.keys().map(|revision| &**revision);
        live.chain(ending.chain(duplicates).map(|pod| &*pod.revision))
    }

    /// Pods that the set controls but whose labels or name no longer match it, and which are to be released.
    pub fn non_members(&self) -> impl Iterator<Item = &Rc<str>> {
        self.non_members.iter()
    }

    /// The first ordinal of `from..=to` whose pod is missing or not settled.
    #[must_use]
    pub fn first_unsettled(&self, from: i32, to: i32) -> Option<i32> {
        if from > to {
            return None;
        }
        let row = self.runs.range(..=from).next_back();
        let gap = match row.filter(|(_, last)| **last >= from) {
            Some((_, last)) => last.checked_add(1),
            None => Some(from),
        };
        let unsettled = self.unsettled.range(from..=to).next().copied();
        let gap = gap.filter(|gap| *gap <= to);
        unsettled.into_iter().chain(gap).min()
    }

    /// Pods that are not settled, with their ordinals.
    pub fn unsettled(&self) -> impl Iterator<Item = (i32, &OrdinalPod)> {
        let ordinals = self.unsettled.iter();
        ordinals.filter_map(|at| Some((*at, self.pods.get(at)?)))
    }

    /// The last ordinal of `from..=to` whose pod is missing, not settled or not at the revision.
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

    /// The last ordinal of `from..=to` whose pod is missing or not settled.
    #[must_use]
    pub fn last_unsettled(&self, from: i32, to: i32) -> Option<i32> {
        if from > to {
            return None;
        }
        let row = self.runs.range(..=to).next_back();
        let gap = match row.filter(|(_, last)| **last >= to) {
            Some((first, _)) => first.checked_sub(1),
            None => Some(to),
        };
        let gap = gap.filter(|gap| *gap >= from);
        let unsettled = self.unsettled.range(from..=to).next_back().copied();
        unsettled.into_iter().chain(gap).max()
    }

    /// Ordinals of the pods outside `first..=last`, descending.
    pub fn outside(&self, first: i32, last: i32) -> impl Iterator<Item = i32> {
        let above = last
            .checked_add(1)
            .map(|next| self.pods.range(next.max(first)..));
        let above = above.into_iter().flat_map(|pods| pods.rev());
        let below = self.pods.range(..first).rev();
        above.chain(below).map(|(ordinal, _)| *ordinal)
    }

    /// Whether the set controls no pod.
    pub(super) fn is_empty(&self) -> bool {
        self.pods.is_empty() && self.duplicates.is_empty() && self.non_members.is_empty()
    }

    pub(super) fn add(&mut self, pod: &Pod, set: Option<&StatefulSet>) {
        let name = &pod.metadata.name;
        let member = |set: &&StatefulSet| {
            set.is_member(name) && set.spec.selector.matches(&pod.metadata.labels)
        };
        let Some(set) = set.filter(member) else {
            self.non_members.insert(name.clone());
            return;
        };
        let (_, ordinal) = parent_and_ordinal(name);
        let entry = self.entry(pod, set);
        match self.pods.get(&ordinal) {
            _ if ordinal < 0 => drop(self.duplicates.insert(name.clone(), entry)),
            // `web-01` has the ordinal of `web-1`, which takes precedence; otherwise the first by name does.
            Some(known)
                if has_plain_number(&known.name)
                    || !has_plain_number(name) && known.name < *name =>
            {
                self.duplicates.insert(name.clone(), entry);
            }
            Some(_) => {
                if let Some(other) = self.take(ordinal) {
                    self.duplicates.insert(other.name.clone(), other);
                }
                self.insert(ordinal, entry);
            }
            None => self.insert(ordinal, entry),
        }
    }

    pub(super) fn remove(&mut self, name: &str) {
        let (_, ordinal) = parent_and_ordinal(name);
        if self.non_members.remove(name) || self.duplicates.remove(name).is_some() {
            return;
        }
        if self
            .pods
            .get(&ordinal)
            .is_some_and(|pod| &*pod.name == name)
        {
            self.take(ordinal);
            let of_number =
                |(name, _): &(&Rc<str>, &OrdinalPod)| parent_and_ordinal(name).1 == ordinal;
            let next = self.duplicates.iter().find(of_number);
            if let Some(name) = next.map(|(name, _)| name.clone())
                && let Some(entry) = self.duplicates.remove(&name)
            {
                self.insert(ordinal, entry);
            }
        }
    }

    fn entry(&self, pod: &Pod, set: &StatefulSet) -> OrdinalPod {
        let revision = pod_revision(&pod.metadata);
        let place = self.revisions.find_index(revision).ok();
        let known = place.and_then(|place| self.revisions.get_indexed(place));
        let ready = pod.status.phase == PodPhase::Running && pod.is_ready();
        let terminating = pod.metadata.is_terminating();
        OrdinalPod {
            name: pod.metadata.name.clone(),
            revision: known.map_or_else(|| revision.into(), |(name, _)| name.clone()),
            terminating,
            ready,
            settled: ready && !terminating && set.identity_matches(pod) && set.storage_matches(pod),
        }
    }

    fn insert(&mut self, ordinal: i32, pod: OrdinalPod) {
        self.ready += usize::from(pod.ready);
        if !pod.settled {
            self.unsettled.insert(ordinal);
        }
        if !pod.terminating {
            let places = self.revisions.entry(pod.revision.clone()).or_default();
            places.insert(ordinal);
        }
        self.pods.insert(ordinal, pod);
        let next = ordinal.checked_add(1);
        let joined = next.and_then(|next| self.runs.remove(&next));
        let last = joined.unwrap_or(ordinal);
        match self.runs.range_mut(..ordinal).next_back() {
            Some((_, before)) if before.checked_add(1) == Some(ordinal) => *before = last,
            _ => drop(self.runs.insert(ordinal, last)),
        }
    }

    fn take(&mut self, ordinal: i32) -> Option<OrdinalPod> {
        let pod = self.pods.remove(&ordinal)?;
        self.ready -= usize::from(pod.ready);
        self.unsettled.remove(&ordinal);
        if let Some(places) = self.revisions.get_mut(&pod.revision) {
            places.remove(&ordinal);
            if places.is_empty() {
                self.revisions.remove(&pod.revision);
            }
        }
        if let Some((first, last)) = self.runs.range_mut(..=ordinal).next_back() {
            let (first, end) = (*first, std::mem::replace(last, ordinal - 1));
            if first == ordinal {
                self.runs.remove(&first);
            }
            if end > ordinal {
                self.runs.insert(ordinal + 1, end);
            }
        }
        Some(pod)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pods(ordinals: &[i32]) -> PodsByOrdinal {
        let mut pods = PodsByOrdinal::default();
        for ordinal in ordinals {
            let pod = OrdinalPod {
                name: format!("web-{ordinal}").into(),
                revision: if *ordinal < 3 {
                    "old".into()
                } else {
                    "new".into()
                },
                terminating: false,
                ready: true,
                settled: true,
            };
            pods.insert(*ordinal, pod);
        }
        pods
    }

    #[test]
    fn gaps_are_found_from_both_ends() {
        let pods = pods(&[5, 3, 0, 4, 1]);
        assert_eq!(pods.runs, BTreeMap::from([(0, 1), (3, 5)]));
        assert_eq!(pods.first_unsettled(0, 5), Some(2));
        assert_eq!(pods.first_unsettled(3, 5), None);
        assert_eq!(pods.first_unsettled(3, 7), Some(6));
        assert_eq!(pods.last_unsettled_or_not_of("new", 0, 5), Some(2));
        assert_eq!(pods.last_unsettled_or_not_of("new", 3, 5), None);
        assert_eq!(pods.last_unsettled_or_not_of("new", 0, 1), Some(1));
        assert_eq!(pods.last_unsettled_or_not_of("old", 0, 5), Some(5));
        assert_eq!(pods.outside(1, 3).collect::<Vec<_>>(), [5, 4, 0]);
        assert_eq!(pods.outside(0, -1).collect::<Vec<_>>(), [5, 4, 3, 1, 0]);
    }

    #[test]
    fn removing_a_pod_splits_its_run() {
        let mut pods = pods(&[0, 1, 2, 3, 4]);
        for (gone, runs) in [
            (2, vec![(0, 1), (3, 4)]),
            (0, vec![(1, 1), (3, 4)]),
            (4, vec![(1, 1), (3, 3)]),
            (1, vec![(3, 3)]),
            (3, vec![]),
        ] {
            pods.take(gone);
            assert_eq!(pods.runs, runs.into_iter().collect());
        }
        assert_eq!(pods, PodsByOrdinal::default());
    }
}
