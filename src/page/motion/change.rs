//! The differences between two views of the cluster, found by walking both at once; a pod that stays the same costs
//! one pointer comparison.

use crate::page::bars::{BarKind, Count};
use crate::page::cluster::{ClusterView, DeploymentView, LaneView, PodView, Slot};
use kubestep::api::meta::Uid;

/// Maximum number of differing pods for which moves are detected.
const MATCHED_MAX: usize = 128;

/// A pod that differs.
#[derive(Debug, Clone)]
pub struct PodChange<'a> {
    /// Its uid.
    pub uid: &'a Uid,
    /// The ReplicaSet of its lane.
    pub lane: Option<&'a Uid>,
    /// Its slot.
    pub slot: usize,
    /// The pod before.
    pub was: Option<&'a PodView>,
    /// The pod after.
    pub is: Option<&'a PodView>,
}

/// All differences.
#[derive(Debug, Default)]
pub struct Changes<'a> {
    /// Pods.
    pub pods: Vec<PodChange<'a>>,
    /// Lanes that exist before and after.
    pub lanes: Vec<(&'a LaneView, &'a LaneView)>,
    /// Lanes that are new.
    pub opened: Vec<&'a Uid>,
    /// Lanes that are gone.
    pub closed: Vec<&'a Uid>,
    /// Deployments that exist before and after.
    pub deployments: Vec<(&'a DeploymentView, &'a DeploymentView)>,
    /// Workloads with changed pod counts, and the quantities that changed.
    pub counts: Vec<(&'a Uid, BarKind)>,
    /// Deployments and StatefulSets that are new.
    pub added: Vec<&'a Uid>,
    /// Deployments and StatefulSets that are gone.
    pub removed: Vec<&'a Uid>,
    /// Pods with another position in their list, or in another list.
    pub moved: Vec<&'a Uid>,
}

/// Compares two views.
pub fn changes<'a>(before: &'a ClusterView, after: &'a ClusterView) -> Changes<'a> {
    let mut changes = Changes::default();
    for lane in after.lanes() {
        let uid = &lane.set.metadata.uid;
        match before.lanes().find(|was| was.set.metadata.uid == *uid) {
            Some(was) => {
                pods(
                    &mut changes.pods,
                    Some(uid),
                    was.pods.slots(),
                    lane.pods.slots(),
                );
                changes.lanes.push((was, lane));
            }
            None => {
                pods(&mut changes.pods, Some(uid), &[], lane.pods.slots());
                changes.opened.push(uid);
            }
        }
    }
    for was in before.lanes() {
        let uid = &was.set.metadata.uid;
        if !after.lanes().any(|lane| lane.set.metadata.uid == *uid) {
            pods(&mut changes.pods, Some(uid), was.pods.slots(), &[]);
            changes.closed.push(uid);
        }
    }
    for set in &after.stateful {
        let uid = &set.object.metadata.uid;
        let mut known = before.stateful.iter();
        let was = known.find(|was| was.object.metadata.uid == *uid);
        if let Some(was) = was {
            counts(&mut changes.counts, uid, &was.counts, &set.counts);
        }
        let was = was.map_or(&[][..], |was| was.pods.slots());
        pods(&mut changes.pods, None, was, set.pods.slots());
    }
    for is in &after.deployments {
        let uid = &is.object.metadata.uid;
        let mut known = before.deployments.iter();
        if let Some(was) = known.find(|was| was.object.metadata.uid == *uid) {
            changes.deployments.push((was, is));
            counts(&mut changes.counts, uid, &was.counts, &is.counts);
        }
    }
    let (was, is) = (before.workloads(), after.workloads());
    changes.added = but(&is, &was);
    changes.removed = but(&was, &is);
    for was in &before.stateful {
        if changes.removed.contains(&&was.object.metadata.uid) {
            pods(&mut changes.pods, None, was.pods.slots(), &[]);
        }
    }
    pods(&mut changes.pods, None, &before.loose, &after.loose);
    changes.matched();
    changes
}

/// Uids that are not among others.
fn but<'a>(uids: &[&'a Uid], others: &[&Uid]) -> Vec<&'a Uid> {
    let uids = uids.iter().copied();
    uids.filter(|uid| !others.contains(uid)).collect()
}

impl Changes<'_> {
    /// A pod removed from one place and added in another has moved: within a list without fixed places if an
    /// earlier pod is gone, or to another list if its owner is gone.
    fn matched(&mut self) {
        let found = &mut self.pods;
        // With so many, none is animated individually.
        if found.len() > MATCHED_MAX {
            return;
        }
        let mut place = 0;
        while place < found.len() {
            let (uid, gone) = (found[place].uid, found[place].is.is_none());
            let other = (place + 1..found.len()).find(|other| {
                let other = &found[*other];
                other.uid == uid && other.is.is_none() != gone
            });
            if let Some(other) = other {
                let other = found.remove(other);
                let one = &mut found[place];
                if gone {
                    (one.lane, one.slot) = (other.lane, other.slot);
                }
                (one.was, one.is) = (one.was.or(other.was), one.is.or(other.is));
                self.moved.push(uid);
            }
            let one = &found[place];
            if same(one.was, one.is) {
                found.remove(place);
            } else {
                place += 1;
            }
        }
    }
}

/// The quantities that differ.
fn counts<'a>(
    found: &mut Vec<(&'a Uid, BarKind)>,
    uid: &'a Uid,
    before: &[Count],
    after: &[Count],
) {
    let both = before.iter().zip(after);
    let other = both.filter(|(was, is)| was.now != is.now);
    found.extend(other.map(|(_, is)| (uid, is.quantity)));
}

/// The pods that differ between an owner's slots. A pod keeps its slot, so equal pods have equal indexes.
fn pods<'a>(
    found: &mut Vec<PodChange<'a>>,
    lane: Option<&'a Uid>,
    before: &'a [Slot],
    after: &'a [Slot],
) {
    let pod = |slots: &'a [Slot], place: usize| slots.get(place).and_then(|slot| slot.pod.as_ref());
    for place in 0..before.len().max(after.len()) {
        let (was, is) = (pod(before, place), pod(after, place));
        if same(was, is) {
            continue;
        }
        let mut add = |view: &'a PodView, was, is| {
            found.push(PodChange {
                uid: uid(view),
                lane,
                slot: place,
                was,
                is,
            });
        };
        match (was, is) {
            // Another pod in the same slot.
            (Some(one), Some(other)) if uid(one) != uid(other) => {
                add(other, None, is);
                add(one, was, None);
            }
            (Some(view), _) | (None, Some(view)) => add(view, was, is),
            (None, None) => {}
        }
    }
}

fn uid(view: &PodView) -> &Uid {
    &view.pod.metadata.uid
}

/// Whether a pod looks the same; having been written by the step does not count.
fn same(was: Option<&PodView>, is: Option<&PodView>) -> bool {
    match (was, is) {
        (Some(was), Some(is)) => was.pod == is.pod && was.state == is.state && was.ring == is.ring,
        (None, None) => true,
        _ => false,
    }
}
