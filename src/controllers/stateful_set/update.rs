//! From one revision to the next: which pods are deleted to be made anew (`stateful_set_control.go`,
//! updateStatefulSet and updateStatefulSetAfterInvariantEstablished).

use super::status::StatefulSetStatus;
use super::{Round, SyncError, branches as b};
use crate::actor::Context;
use crate::api::int_or_percent::{IntOrPercent, InvalidPercent, Round as Rounding};
use crate::api::kind::Kind;
use crate::api::pod::Pod;
use crate::api::stateful_set::{StatefulSet, StatefulSetUpdateStrategy};
use crate::api::time::Time;
use std::rc::Rc;

/// How many pods may be unavailable, at least one (getStatefulSetMaxUnavailable).
///
/// # Errors
/// A text that is no percentage.
pub fn max_unavailable(
    wanted: Option<&IntOrPercent>,
    replicas: i32,
) -> Result<i32, InvalidPercent> {
    let count = wanted.map_or(Ok(1), |wanted| wanted.resolve(replicas, Rounding::Down))?;
    Ok(count.max(1))
}

/// How many of the pods that are wanted are missing, not available or ending.
pub fn count_unavailable(set: &StatefulSet, pods: impl Iterator<Item = Rc<Pod>>, now: Time) -> i32 {
    let seconds = set.spec.min_ready_seconds;
    let stays = |pod: &Rc<Pod>| pod.is_available(seconds, now) && !pod.metadata.is_terminating();
    let available = i32::try_from(pods.filter(stays).count());
    set.spec
        .replicas
        .saturating_sub(available.unwrap_or(i32::MAX))
}

/// What the update would do next, decided on the pods as they were when the sync began: upstream's list of pods
/// is that old by the time it is looked at.
pub(super) enum Plan {
    /// Nothing: pods are replaced when somebody deletes them.
    OnDelete,
    /// The last pod that is of another revision goes.
    Delete(Rc<str>),
    /// A pod is to become available first.
    Wait(Rc<str>),
    /// Every pod above the partition is of the update revision.
    Done,
    /// As many as may be missing (with the gate MaxUnavailableStatefulSet).
    Several {
        unavailable: i32,
        max: Result<i32, InvalidPercent>,
        pods: Vec<Rc<str>>,
    },
}

impl Plan {
    pub(super) fn of(cx: &Context<'_>, round: &Round) -> Self {
        if round.set.spec.update_strategy == StatefulSetUpdateStrategy::OnDelete {
            Self::OnDelete
        } else if cx.store.registers.gates.max_unavailable_stateful_set {
            round.plan_several(cx)
        } else {
            round.plan_one(cx)
        }
    }

    /// Does it.
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
                let (replicas, partition) = (round.set.spec.replicas, round.set.partition());
                round
                    .decide_update(cx, &b::UPDATE_DONE)
                    .number("replicas", replicas)
                    .of(&round.key, "spec.replicas")
                    .number("partition", partition)
                    .of(&round.key, "spec.updateStrategy.rollingUpdate.partition")
                    .number("toUpdate", replicas.saturating_sub(partition).max(0));
                Ok(())
            }
            Self::Delete(pod) => {
                round
                    .decide_update(cx, &b::UPDATE_DELETE)
                    .object("pod", Kind::Pod, pod.clone());
                round.delete_to_update(cx, &pod, status)
            }
            Self::Several {
                unavailable,
                max,
                pods,
            } => {
                let max = max?;
                let branch = if unavailable >= max {
                    &b::MAX_UNAVAILABLE_REACHED
                } else {
                    &b::MAX_UNAVAILABLE_DELETE
                };
                round
                    .decide_update(cx, branch)
                    .number("unavailable", unavailable)
                    .number("maxUnavailable", max)
                    .of(
                        &round.key,
                        "spec.updateStrategy.rollingUpdate.maxUnavailable",
                    )
                    .number("mayGo", max.saturating_sub(unavailable))
                    .number("count", i64::try_from(pods.len()).unwrap_or(i64::MAX));
                let mut pods = pods.iter();
                pods.try_for_each(|pod| round.delete_to_update(cx, pod, status))
            }
        }
    }
}

impl Round {
    fn decide_update<'a>(
        &self,
        cx: &'a mut Context<'_>,
        branch: &'static crate::actor::decision::Branch,
    ) -> &'a mut crate::actor::decision::Decision {
        cx.decide(branch)
            .object(
                "updateRevision",
                Kind::ControllerRevision,
                self.update.metadata.name.clone(),
            )
            .of(&self.key, "status.updateRevision")
    }

    /// Number of the first pod that the update may replace.
    fn first_to_update(&self) -> i32 {
        self.set
            .start_ordinal()
            .saturating_add(self.set.partition())
    }

    /// From the last pod down to the partition: the first that is of another revision goes; the first that is
    /// not available is waited for.
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

    /// The last number from `first` to `last` whose pod may be of another revision or not available.
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

    /// Whether the pod of a number is of another revision, and not going already.
    fn is_to_update(&self, cx: &Context<'_>, ordinal: i32) -> bool {
        let update = &self.update.metadata.name;
        match self.seat(cx, ordinal) {
            Some(seat) => seat.revision != *update && !seat.terminating,
            None => self.revision_of_missing(ordinal).metadata.name != *update,
        }
    }

    fn plan_several(&self, cx: &Context<'_>) -> Plan {
        let (start, end) = (self.set.start_ordinal(), self.set.end_ordinal());
        let replicas = self.set.spec.replicas;
        let pods = (start..=end).filter_map(|ordinal| self.pod_at(cx, ordinal));
        let unavailable = count_unavailable(&self.set, pods, cx.now());
        let max = match self.set.rolling_update() {
            Some(block) => max_unavailable(block.max_unavailable.as_ref(), replicas),
            None => Ok(1),
        };
        let room = max
            .as_ref()
            .map_or(0, |max| max.saturating_sub(unavailable));
        let to_update = (self.first_to_update()..=end).rev();
        let to_update = to_update.filter(|ordinal| self.is_to_update(cx, *ordinal));
        Plan::Several {
            unavailable,
            pods: to_update
                .take(usize::try_from(room).unwrap_or(0))
                .map(|ordinal| self.set.pod_name(ordinal))
                .collect(),
            max,
        }
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
