//! The update: selects the pods to delete, so that they are re-created from the update revision
//! (`stateful_set_control.go`, updateStatefulSet and updateStatefulSetAfterInvariantEstablished).

use super::status::StatefulSetStatus;
use super::{StatefulSetControl, SyncError, branches as b};
use crate::actor::Context;
use crate::actor::decision::{Branch, Decision};
use crate::api::int_or_percent::{IntOrPercent, InvalidPercent, Round as Rounding};
use crate::api::kind::Kind;
use crate::api::pod::Pod;
use crate::api::stateful_set::{StatefulSet, StatefulSetUpdateStrategy};
use crate::api::time::Time;
use crate::versions::Feature;
use std::rc::Rc;

/// How many pods may be unavailable, at least one (getStatefulSetMaxUnavailable).
///
/// # Errors
/// A string that is not a percentage.
pub fn max_unavailable(
    wanted: Option<&IntOrPercent>,
    replicas: i32,
) -> Result<i32, InvalidPercent> {
    let count = wanted.map_or(Ok(1), |wanted| wanted.resolve(replicas, Rounding::Down))?;
    Ok(count.max(1))
}

/// How many of the replicas are missing, not available or terminating.
pub fn count_unavailable(set: &StatefulSet, pods: impl Iterator<Item = Rc<Pod>>, now: Time) -> i32 {
    let seconds = set.spec.min_ready_seconds;
    let stays = |pod: &Rc<Pod>| pod.is_available(seconds, now) && !pod.metadata.is_terminating();
    let available = i32::try_from(pods.filter(stays).count());
    set.spec
        .replicas
        .saturating_sub(available.unwrap_or(i32::MAX))
}

/// The next action of the update, based on the pods as they were when the sync began: upstream's list of pods
/// is just as old when it is used.
pub(super) enum NextUpdate {
    /// Nothing: with OnDelete a pod is replaced when the user deletes it.
    OnDelete,
    /// Deletes the last pod that is not at the update revision.
    Delete(Rc<str>),
    /// Waits until this pod is available.
    WaitFor(Rc<str>),
    /// Every pod at or above the partition is at the update revision.
    Done,
    /// Deletes up to maxUnavailable pods (gate MaxUnavailableStatefulSet).
    UpToMaxUnavailable(UpToMaxUnavailable),
}

/// The pods to delete under maxUnavailable.
pub(super) struct UpToMaxUnavailable {
    unavailable: i32,
    max_unavailable: Result<i32, InvalidPercent>,
    /// Phase 1 of a Parallel set since 1.37: old pods that are not available, without a limit.
    old_unavailable: Vec<Rc<str>>,
    /// Old pods, as many as maxUnavailable still allows.
    old: Vec<Rc<str>>,
    /// No pod at or above the partition has another revision, including terminating ones.
    done: bool,
}

/// The ordinals that an update visits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Visit {
    /// Ordinals whose pods are missing, not settled or not at the update revision.
    All,
    /// Ordinals whose pods are missing or not settled.
    Unsettled,
}

impl StatefulSetControl {
    pub(super) fn next_update(&self, cx: &Context<'_>) -> NextUpdate {
        if self.set.spec.update_strategy == StatefulSetUpdateStrategy::OnDelete {
            NextUpdate::OnDelete
        } else if cx.store.has(Feature::MaxUnavailableStatefulSet) {
            NextUpdate::UpToMaxUnavailable(self.up_to_max_unavailable(cx))
        } else {
            self.one_at_a_time(cx)
        }
    }

    /// Deletes the pods to be replaced. At this point all replicas exist and no condemned pod is left; the
    /// replicas of an OrderedReady set are also available.
    pub(super) fn update_stateful_set_after_invariant_established(
        &self,
        cx: &mut Context<'_>,
        next: NextUpdate,
        status: &mut StatefulSetStatus,
    ) -> Result<(), SyncError> {
        match next {
            NextUpdate::OnDelete => {
                cx.decide(&b::ON_DELETE);
            }
            NextUpdate::WaitFor(pod) => {
                let key = self.pod_key(&pod);
                cx.decide(&b::UPDATE_WAIT)
                    .object("pod", Kind::Pod, pod)
                    .of(&key, "status.conditions");
            }
            NextUpdate::Done => self.decide_done(cx),
            NextUpdate::Delete(pod) => {
                self.decide_update(cx, &b::UPDATE_DELETE)
                    .object("pod", Kind::Pod, pod.clone());
                self.delete_for_update(cx, &[pod], status)?;
            }
            NextUpdate::UpToMaxUnavailable(pods) => {
                self.delete_up_to_max_unavailable(cx, &pods, status)?;
            }
        }
        Ok(())
    }

    fn delete_up_to_max_unavailable(
        &self,
        cx: &mut Context<'_>,
        pods: &UpToMaxUnavailable,
        status: &mut StatefulSetStatus,
    ) -> Result<(), SyncError> {
        let max_unavailable = pods.max_unavailable.clone()?;
        if !pods.old_unavailable.is_empty() {
            let decision = self.decide_update(cx, &b::UNAVAILABLE_DELETE);
            name_pods(decision, &pods.old_unavailable);
        }
        self.delete_for_update(cx, &pods.old_unavailable, status)?;
        let branch = if pods.unavailable >= max_unavailable {
            &b::MAX_UNAVAILABLE_REACHED
        } else if !pods.old.is_empty() {
            &b::MAX_UNAVAILABLE_DELETE
        } else if pods.done {
            self.decide_done(cx);
            return Ok(());
        } else {
            &b::MAX_UNAVAILABLE_NONE
        };
        let decision = self.decide_update(cx, branch);
        decision
            .number("unavailable", pods.unavailable)
            .number("maxUnavailable", max_unavailable)
            .of(
                &self.key,
                "spec.updateStrategy.rollingUpdate.maxUnavailable",
            )
            .number("mayGo", max_unavailable.saturating_sub(pods.unavailable));
        if !pods.old.is_empty() {
            name_pods(decision, &pods.old);
        }
        self.delete_for_update(cx, &pods.old, status)
    }

    fn delete_for_update(
        &self,
        cx: &mut Context<'_>,
        pods: &[Rc<str>],
        status: &mut StatefulSetStatus,
    ) -> Result<(), SyncError> {
        for pod in pods {
            self.delete_stateful_pod(cx, pod)?;
            status.current_replicas -= 1;
        }
        Ok(())
    }

    fn decide_update<'a>(
        &self,
        cx: &'a mut Context<'_>,
        branch: &'static Branch,
    ) -> &'a mut Decision {
        cx.decide(branch)
            .object(
                "updateRevision",
                Kind::ControllerRevision,
                self.update.metadata.name.clone(),
            )
            .of(&self.key, "status.updateRevision")
    }

    fn decide_done(&self, cx: &mut Context<'_>) {
        let (replicas, partition) = (self.set.spec.replicas, self.set.partition());
        self.decide_update(cx, &b::UPDATE_DONE)
            .number("replicas", replicas)
            .of(&self.key, "spec.replicas")
            .number("partition", partition)
            .of(&self.key, "spec.updateStrategy.rollingUpdate.partition")
            .number("toUpdate", replicas.saturating_sub(partition).max(0));
    }

    /// From the last pod down to the partition: deletes the first old one, or waits for the first unavailable
    /// one.
    fn one_at_a_time(&self, cx: &Context<'_>) -> NextUpdate {
        for ordinal in self.last_to_partition(cx, Visit::All) {
            if self.is_old(cx, ordinal) {
                return NextUpdate::Delete(self.set.pod_name(ordinal));
            }
            if self.is_unavailable(cx, ordinal) {
                return NextUpdate::WaitFor(self.set.pod_name(ordinal));
            }
        }
        NextUpdate::Done
    }

    /// Old pods from the last one down, while fewer than maxUnavailable are unavailable. Since 1.37, a Parallel
    /// set deletes unavailable pods first: they already count as unavailable, so no limit applies.
    fn up_to_max_unavailable(&self, cx: &Context<'_>) -> UpToMaxUnavailable {
        let unavailable = self.count_unavailable(cx);
        let max_unavailable = match self.set.rolling_update() {
            Some(block) => max_unavailable(block.max_unavailable.as_ref(), self.set.spec.replicas),
            None => Ok(1),
        };
        let budget = max_unavailable
            .as_ref()
            .map_or(0, |max| max.saturating_sub(unavailable));
        let budget = usize::try_from(budget).unwrap_or(0);
        let two_phases =
            !self.set.is_monotonic() && cx.store.has(Feature::StatefulSetTwoPhaseUpdate);
        let names = |ordinals: &mut dyn Iterator<Item = i32>| -> Vec<Rc<str>> {
            ordinals.map(|at| self.set.pod_name(at)).collect()
        };
        let old_unavailable = match two_phases {
            true => {
                let old = self.last_to_partition(cx, Visit::Unsettled);
                let old = old.filter(|at| self.is_old(cx, *at));
                names(&mut old.filter(|at| self.is_unavailable(cx, *at)))
            }
            false => Vec::new(),
        };
        let old = self.last_to_partition(cx, Visit::All);
        let old = old.filter(|at| self.is_old(cx, *at));
        let old = old.filter(|at| !two_phases || !self.is_unavailable(cx, *at));
        let old = names(&mut old.take(budget));
        let done = old_unavailable.is_empty() && old.is_empty() && !self.has_old_terminating(cx);
        UpToMaxUnavailable {
            unavailable,
            max_unavailable,
            old_unavailable,
            old,
            done,
        }
    }

    /// The first ordinal that the update may replace.
    fn first_to_update(&self) -> i32 {
        self.set
            .start_ordinal()
            .saturating_add(self.set.partition())
    }

    /// Ordinals from the last one down to the partition, without those that an update can skip: upstream visits
    /// all.
    fn last_to_partition<'a>(
        &'a self,
        cx: &'a Context<'_>,
        visit: Visit,
    ) -> impl Iterator<Item = i32> + use<'a> {
        let first = self.first_to_update();
        let time_counts = self.set.spec.min_ready_seconds > 0;
        let pods = self.pods_by_ordinal(cx).filter(|_| !time_counts);
        let mut next = Some(self.set.end_ordinal());
        std::iter::from_fn(move || {
            let last = next.filter(|last| first <= *last)?;
            let found = match (pods, visit) {
                (None, _) => Some(last),
                (Some(pods), Visit::Unsettled) => pods.last_unsettled(first, last),
                (Some(pods), Visit::All) => {
                    pods.last_unsettled_or_not_of(&self.update.metadata.name, first, last)
                }
            };
            next = found.and_then(|found| found.checked_sub(1));
            found
        })
    }

    /// Whether the pod of an ordinal is neither at the update revision nor terminating.
    fn is_old(&self, cx: &Context<'_>, ordinal: i32) -> bool {
        let update = &self.update.metadata.name;
        match self.entry(cx, ordinal) {
            Some(pod) => pod.revision != *update && !pod.terminating,
            None => self.revision_of_missing(ordinal).metadata.name != *update,
        }
    }

    /// Whether the pod of an ordinal is missing, not available or terminating (isUnavailable).
    fn is_unavailable(&self, cx: &Context<'_>, ordinal: i32) -> bool {
        let pod = self.pod_at(cx, ordinal);
        !pod.is_some_and(|pod| self.is_available(cx, &pod))
    }

    /// How many of the replicas are missing, not available or terminating. Without minReadySeconds, the number
    /// of ready pods is already known.
    fn count_unavailable(&self, cx: &Context<'_>) -> i32 {
        let (first, last) = (self.set.start_ordinal(), self.set.end_ordinal());
        match self.pods_by_ordinal(cx) {
            Some(pods) if self.set.spec.min_ready_seconds == 0 => {
                let terminating = pods.unsettled().filter(|(at, pod)| {
                    (first..=last).contains(at) && pod.ready && pod.terminating
                });
                let condemned = pods.outside(first, last);
                let condemned = condemned.filter(|at| pods.pods()[at].ready);
                let available = pods.ready() - terminating.count() - condemned.count();
                let available = i32::try_from(available).unwrap_or(i32::MAX);
                self.set.spec.replicas.saturating_sub(available)
            }
            _ => {
                let pods = (first..=last).filter_map(|ordinal| self.pod_at(cx, ordinal));
                count_unavailable(&self.set, pods, cx.now())
            }
        }
    }

    /// Whether a pod at or above the partition is terminating and not at the update revision.
    fn has_old_terminating(&self, cx: &Context<'_>) -> bool {
        let range = self.first_to_update()..=self.set.end_ordinal();
        let pods = self.pods_by_ordinal(cx).into_iter();
        pods.flat_map(|pods| pods.unsettled()).any(|(at, pod)| {
            range.contains(&at) && pod.terminating && pod.revision != self.update.metadata.name
        })
    }
}

/// Records the names and the number of the pods to delete.
fn name_pods(decision: &mut Decision, pods: &[Rc<str>]) {
    decision.number("count", i64::try_from(pods.len()).unwrap_or(i64::MAX));
    match pods {
        [pod] => decision.object("pods", Kind::Pod, pod.clone()),
        pods => decision.text("pods", pods.join(", ")),
    };
}

#[cfg(test)]
mod tests;
