//! Updating pods to the update revision by deleting them to be recreated (`stateful_set_control.go`,
//! updateStatefulSet and updateStatefulSetAfterInvariantEstablished).

use super::status::StatefulSetStatus;
use super::{Round, SyncError, branches as b};
use crate::actor::Context;
use crate::actor::decision::{Branch, Decision};
use crate::api::int_or_percent::{IntOrPercent, InvalidPercent, Round as Rounding};
use crate::api::kind::Kind;
use crate::api::pod::Pod;
use crate::api::stateful_set::{StatefulSet, StatefulSetUpdateStrategy};
use crate::api::time::Time;
use crate::versions::Feature;
use std::rc::Rc;

/// Maximum number of unavailable pods, at least one (getStatefulSetMaxUnavailable).
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

/// Number of desired pods that are missing, not available or terminating.
pub fn count_unavailable(set: &StatefulSet, pods: impl Iterator<Item = Rc<Pod>>, now: Time) -> i32 {
    let seconds = set.spec.min_ready_seconds;
    let stays = |pod: &Rc<Pod>| pod.is_available(seconds, now) && !pod.metadata.is_terminating();
    let available = i32::try_from(pods.filter(stays).count());
    set.spec
        .replicas
        .saturating_sub(available.unwrap_or(i32::MAX))
}

/// The next action of the update, based on the pods at the start of the sync, since upstream's list of pods is that
/// old by the time it is used.
pub(super) enum Plan {
    /// Nothing: pods are replaced when a user deletes them.
    OnDelete,
    /// Delete the highest outdated pod.
    Delete(Rc<str>),
    /// Wait for a pod to become available.
    Wait(Rc<str>),
    /// All pods at or above the partition are up to date.
    Done,
    /// Up to maxUnavailable pods (with the gate MaxUnavailableStatefulSet).
    Several(Several),
}

/// The pods to delete if several can be unavailable.
pub(super) struct Several {
    unavailable: i32,
    max: Result<i32, InvalidPercent>,
    /// Parallel, since 1.37: outdated pods that are not available go first, however many there are.
    broken: Vec<Rc<str>>,
    /// Outdated pods, as far as maxUnavailable allows.
    pods: Vec<Rc<str>>,
    /// Whether no pod at or above the partition is outdated, including terminating ones.
    done: bool,
}

impl Plan {
    pub(super) fn of(cx: &Context<'_>, round: &Round) -> Self {
        if round.set.spec.update_strategy == StatefulSetUpdateStrategy::OnDelete {
            Self::OnDelete
        } else if cx.store.has(Feature::MaxUnavailableStatefulSet) {
            Self::Several(round.plan_several(cx))
        } else {
            round.plan_one(cx)
        }
    }

    /// Executes the plan.
    pub(super) fn carry_out(
        self,
        cx: &mut Context<'_>,
        round: &Round,
        status: &mut StatefulSetStatus,
    ) -> Result<(), SyncError> {
        match self {
            Self::OnDelete => {
                cx.decide(&b::ON_DELETE);
                Ok(())
            }
            Self::Wait(pod) => {
                let key = round.pod_key(&pod);
                cx.decide(&b::UPDATE_WAIT)
                    .object("pod", Kind::Pod, pod)
                    .of(&key, "status.conditions");
                Ok(())
            }
            Self::Done => {
                round.decide_done(cx);
                Ok(())
            }
            Self::Delete(pod) => {
                round
                    .decide_update(cx, &b::UPDATE_DELETE)
                    .object("pod", Kind::Pod, pod.clone());
                round.delete_to_update(cx, &pod, status)
            }
            Self::Several(several) => several.carry_out(cx, round, status),
        }
    }
}

impl Several {
    fn carry_out(
        self,
        cx: &mut Context<'_>,
        round: &Round,
        status: &mut StatefulSetStatus,
    ) -> Result<(), SyncError> {
        let max = self.max?;
        if !self.broken.is_empty() {
            let decision = round.decide_update(cx, &b::UNAVAILABLE_DELETE);
            name_pods(decision, &self.broken);
        }
        let mut broken = self.broken.iter();
        broken.try_for_each(|pod| round.delete_to_update(cx, pod, status))?;
        let branch = if self.unavailable >= max {
            &b::MAX_UNAVAILABLE_REACHED
        } else if !self.pods.is_empty() {
            &b::MAX_UNAVAILABLE_DELETE
        } else if self.done {
            round.decide_done(cx);
            return Ok(());
        } else {
            &b::MAX_UNAVAILABLE_NONE
        };
        let decision = round.decide_update(cx, branch);
        decision
            .number("unavailable", self.unavailable)
            .number("maxUnavailable", max)
            .of(
                &round.key,
                "spec.updateStrategy.rollingUpdate.maxUnavailable",
            )
            .number("mayGo", max.saturating_sub(self.unavailable));
        if !self.pods.is_empty() {
            name_pods(decision, &self.pods);
        }
        let mut pods = self.pods.iter();
        pods.try_for_each(|pod| round.delete_to_update(cx, pod, status))
    }
}

/// Records which pods are deleted, and how many.
fn name_pods(decision: &mut Decision, pods: &[Rc<str>]) {
    decision.number("count", i64::try_from(pods.len()).unwrap_or(i64::MAX));
    match pods {
        [pod] => decision.object("pods", Kind::Pod, pod.clone()),
        pods => decision.text("pods", pods.join(", ")),
    };
}

/// Which pods are visited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Among {
    /// All.
    All,
    /// Those that are missing or not settled.
    Unsettled,
}

impl Round {
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

    /// Ordinal of the first pod that the update can replace.
    fn first_to_update(&self) -> i32 {
        self.set
            .start_ordinal()
            .saturating_add(self.set.partition())
    }

    /// Going down from the last pod to the partition, deletes the first outdated pod, or waits for the first one
    /// that is not available.
    fn plan_one(&self, cx: &Context<'_>) -> Plan {
        let first = self.first_to_update();
        let mut next = Some(self.set.end_ordinal());
        while let Some(ordinal) = next.and_then(|last| self.last_of_interest(cx, first, last)) {
            if self.is_to_update(cx, ordinal) {
                return Plan::Delete(self.set.pod_name(ordinal));
            }
            let pod = self.pod_at(cx, ordinal);
            if !pod.is_some_and(|pod| self.is_available(cx, &pod)) {
                return Plan::Wait(self.set.pod_name(ordinal));
            }
            next = ordinal.checked_sub(1);
        }
        Plan::Done
    }

    /// The last ordinal in `first..=last` whose pod may be outdated or not available.
    fn last_of_interest(&self, cx: &Context<'_>, first: i32, last: i32) -> Option<i32> {
        if first > last {
            return None;
        }
        match self.roster(cx) {
            Some(roster) if self.set.spec.min_ready_seconds == 0 => {
                roster.last_unsettled_or_not_of(&self.update.metadata.name, first, last)
            }
            _ => Some(last),
        }
    }

    /// Whether the pod with an ordinal is outdated and not terminating yet.
    fn is_to_update(&self, cx: &Context<'_>, ordinal: i32) -> bool {
        let update = &self.update.metadata.name;
        match self.seat(cx, ordinal) {
            Some(seat) => seat.revision != *update && !seat.terminating,
            None => self.revision_of_missing(ordinal).metadata.name != *update,
        }
    }

    /// Deletes up to maxUnavailable outdated pods, the highest ordinals first. Since 1.37, Parallel first deletes
    /// those that are not available: they are missing already, so the limit does not apply to them
    /// (updateStatefulSetAfterInvariantEstablished).
    fn plan_several(&self, cx: &Context<'_>) -> Several {
        let replicas = self.set.spec.replicas;
        let unavailable = self.count_unavailable(cx);
        let max = match self.set.rolling_update() {
            Some(block) => max_unavailable(block.max_unavailable.as_ref(), replicas),
            None => Ok(1),
        };
        let room = max
            .as_ref()
            .map_or(0, |max| max.saturating_sub(unavailable));
        let room = usize::try_from(room).unwrap_or(0);
        let two_phases =
            !self.set.is_monotonic() && cx.store.has(Feature::StatefulSetTwoPhaseUpdate);
        let is_missing = |ordinal: &i32| {
            let pod = self.pod_at(cx, *ordinal);
            !pod.is_some_and(|pod| self.is_available(cx, &pod))
        };
        let name = |ordinal: i32| self.set.pod_name(ordinal);
        let broken: Vec<Rc<str>> = match two_phases {
            true => {
                let broken = self.to_update(cx, Among::Unsettled).filter(is_missing);
                broken.map(name).collect()
            }
            false => Vec::new(),
        };
        let others = self.to_update(cx, Among::All);
        let others = others.filter(|ordinal| !two_phases || !is_missing(ordinal));
        let pods: Vec<Rc<str>> = others.take(room).map(name).collect();
        let done = broken.is_empty() && pods.is_empty() && !self.has_old_ending(cx);
        Several {
            unavailable,
            max,
            broken,
            pods,
            done,
        }
    }

    /// Number of desired pods that are missing, not available or terminating. Without minReadySeconds, the roster's
    /// count of ready pods suffices.
    fn count_unavailable(&self, cx: &Context<'_>) -> i32 {
        let (first, last) = (self.set.start_ordinal(), self.set.end_ordinal());
        match self.roster(cx) {
            Some(roster) if self.set.spec.min_ready_seconds == 0 => {
                let ending = roster.unsettled();
                let ending = ending.filter(|(at, seat)| {
                    (first..=last).contains(at) && seat.ready && seat.terminating
                });
                let outside = roster.outside(first, last);
                let outside = outside.filter(|at| roster.seats()[at].ready);
                let available = roster.ready() - ending.count() - outside.count();
                let available = i32::try_from(available).unwrap_or(i32::MAX);
                self.set.spec.replicas.saturating_sub(available)
            }
            _ => {
                let pods = (first..=last).filter_map(|ordinal| self.pod_at(cx, ordinal));
                count_unavailable(&self.set, pods, cx.now())
            }
        }
    }

    /// Ordinals at or above the partition whose pods are to be replaced, descending.
    fn to_update<'a>(
        &'a self,
        cx: &'a Context<'_>,
        among: Among,
    ) -> impl Iterator<Item = i32> + use<'a> {
        let first = self.first_to_update();
        let mut next = Some(self.set.end_ordinal());
        let places = std::iter::from_fn(move || {
            let last = next?;
            let time_counts = self.set.spec.min_ready_seconds > 0;
            let found = match self.roster(cx) {
                Some(roster) if among == Among::Unsettled && !time_counts => {
                    roster.last_unsettled(first, last)
                }
                _ => self.last_of_interest(cx, first, last),
            };
            next = found.and_then(|found| found.checked_sub(1));
            found
        });
        places.filter(|ordinal| self.is_to_update(cx, *ordinal))
    }

    /// Whether an outdated pod at or above the partition is terminating.
    fn has_old_ending(&self, cx: &Context<'_>) -> bool {
        let range = self.first_to_update()..=self.set.end_ordinal();
        let mut unsettled = self
            .roster(cx)
            .into_iter()
            .flat_map(|roster| roster.unsettled());
        unsettled.any(|(at, seat)| {
            range.contains(&at) && seat.terminating && seat.revision != self.update.metadata.name
        })
    }

    fn delete_to_update(
        &self,
        cx: &mut Context<'_>,
        pod: &Rc<str>,
        status: &mut StatefulSetStatus,
    ) -> Result<(), SyncError> {
        self.delete_stateful_pod(cx, pod)?;
        status.current_replicas -= 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
