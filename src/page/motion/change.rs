//! What differs between two views of the cluster: found by walking through both at once, which costs a comparison of
//! pointers for each pod that stays as it is.

use crate::page::bars::{Count, Quantity};
use crate::page::cluster::{ClusterView, DeploymentView, LaneView, PodView, Slot};
use kubestep::api::meta::Uid;

/// Of more pods than these that differ in one list, those that have moved within it are not told apart.
const MATCHED_MAX: usize = 128;

/// A pod that differs.
#[derive(Debug, Clone)]
pub struct PodChange<'a> {
    /// Its uid.
    pub uid: &'a Uid,
    /// The ReplicaSet in whose lane it is.
    pub lane: Option<&'a Uid>,
    /// Its slot.
    pub slot: usize,
    /// What it was.
    pub was: Option<&'a PodView>,
    /// What it is.
    pub is: Option<&'a PodView>,
}

/// Everything that differs.
#[derive(Debug, Default)]
pub struct Changes<'a> {
    /// Pods.
    pub pods: Vec<PodChange<'a>>,
    /// Lanes that are there before and after.
    pub lanes: Vec<(&'a LaneView, &'a LaneView)>,
    /// Lanes that are new.
    pub opened: Vec<&'a LaneView>,
    /// Lanes that are gone.
    pub closed: Vec<&'a LaneView>,
    /// Deployments that are there before and after.
    pub deployments: Vec<(&'a DeploymentView, &'a DeploymentView)>,
    /// Workloads whose pods are other numbers, and which numbers.
    pub counts: Vec<(&'a Uid, Quantity)>,
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
                changes.opened.push(lane);
            }
        }
    }
    for was in before.lanes() {
        let uid = &was.set.metadata.uid;
        if !after.lanes().any(|lane| lane.set.metadata.uid == *uid) {
            pods(&mut changes.pods, Some(uid), was.pods.slots(), &[]);
            changes.closed.push(was);
        }
    }
    for set in &after.stateful {
        let uid = &set.object.metadata.uid;
        let was = before
            .stateful
            .iter()
            .find(|was| was.object.metadata.uid == *uid);
        if let Some(was) = was {
            counts(&mut changes.counts, uid, &was.counts, &set.counts);
        }
        let was = was.map_or(&[][..], |was| was.pods.slots());
        pods(&mut changes.pods, None, was, set.pods.slots());
    }
    pods(&mut changes.pods, None, &before.loose, &after.loose);
    for is in &after.deployments {
        let uid = &is.object.metadata.uid;
        let mut known = before.deployments.iter();
        if let Some(was) = known.find(|was| was.object.metadata.uid == *uid) {
            changes.deployments.push((was, is));
            counts(&mut changes.counts, uid, &was.counts, &is.counts);
        }
    }
    changes
}

/// The numbers that differ.
fn counts<'a>(
    found: &mut Vec<(&'a Uid, Quantity)>,
    uid: &'a Uid,
    before: &[Count],
    after: &[Count],
) {
    let both = before.iter().zip(after);
    let other = both.filter(|(was, is)| was.now != is.now);
    found.extend(other.map(|(_, is)| (uid, is.quantity)));
}

/// The pods that differ between the slots of one owner. A pod keeps its slot: so what is the same is at the same place.
fn pods<'a>(
    found: &mut Vec<PodChange<'a>>,
    lane: Option<&'a Uid>,
    before: &'a [Slot],
    after: &'a [Slot],
) {
    let from = found.len();
    let pod = |slots: &'a [Slot], place: usize| slots.get(place).and_then(|slot| slot.pod.as_ref());
    for place in 0..before.len().max(after.len()) {
        let (was, is) = (pod(before, place), pod(after, place));
        if same(was, is) {
            continue;
        }
        let ends = |view: &PodView| was.is_none_or(|was| uid(was) != uid(view));
        if let Some(view) = is.filter(|view| ends(view)) {
            found.push(PodChange {
                uid: uid(view),
                lane,
                slot: place,
                was: None,
                is,
            });
            if let Some(view) = was {
                found.push(PodChange {
                    uid: uid(view),
                    lane,
                    slot: place,
                    was,
                    is: None,
                });
            }
        } else if let Some(view) = is.or(was) {
            found.push(PodChange {
                uid: uid(view),
                lane,
                slot: place,
                was,
                is,
            });
        }
    }
    // Of so many, none is shown by itself.
    if found.len() - from > MATCHED_MAX {
        return;
    }
    // On a list without places of their own, pods move up when one is gone.
    let mut place = from;
    while place < found.len() {
        let (uid, gone) = (found[place].uid, found[place].is.is_none());
        let other = (place + 1..found.len()).find(|other| {
            let other = &found[*other];
            other.uid == uid && other.is.is_none() != gone
        });
        if let Some(other) = other {
            let other = found.remove(other);
            let one = &mut found[place];
            (one.was, one.is) = (one.was.or(other.was), one.is.or(other.is));
        }
        let one = &found[place];
        if same(one.was, one.is) {
            found.remove(place);
        } else {
            place += 1;
        }
    }
}

fn uid(view: &PodView) -> &Uid {
    &view.pod.metadata.uid
}

/// Whether a pod looks the same: that the step wrote it is not part of how it looks.
fn same(was: Option<&PodView>, is: Option<&PodView>) -> bool {
    match (was, is) {
        (Some(was), Some(is)) => was.pod == is.pod && was.state == is.state && was.ring == is.ring,
        (None, None) => true,
        _ => false,
    }
}
