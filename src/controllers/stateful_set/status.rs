//! Status of a StatefulSet (`stateful_set_control.go`, updateStatus and updateStatefulSetStatus).

use super::{StatefulSetControl, SyncError, branches as b};
use crate::actor::decision::PODS;
use crate::actor::{Context, Wait};
use crate::api::kind::Kind;
use crate::api::object::Object;
pub(super) use crate::api::stateful_set::StatefulSetStatus;
use crate::api::stateful_set::{StatefulSet, StatefulSetUpdateStrategy};
use crate::store::{OrdinalPod, PodsByOrdinal};
use crate::versions::Feature;
use std::rc::Rc;

impl StatefulSetControl {
    /// The status of the current pods; those created or deleted by this sync count in the next one.
    pub(super) fn compute_status(&self, cx: &Context<'_>) -> StatefulSetStatus {
        let none = PodsByOrdinal::default();
        let pods = self.pods_by_ordinal(cx).unwrap_or(&none);
        let (current, update) = (&self.current.metadata.name, &self.update.metadata.name);
        let available = if self.set.spec.min_ready_seconds == 0 {
            pods.ready()
        } else {
            let waiting = self.next_available_in(cx).0;
            pods.ready().saturating_sub(waiting)
        };
        StatefulSetStatus {
            observed_generation: self.set.metadata.generation,
            replicas: count(pods.pods().len()),
            ready_replicas: count(pods.ready()),
            available_replicas: count(available),
            current_replicas: count(pods.of_revision(current)),
            updated_replicas: count(pods.of_revision(update)),
            current_revision: current.clone(),
            update_revision: update.clone(),
            collision_count: Some(self.collision_count),
        }
    }

    /// The number of ready pods that are not available yet, and milliseconds until the next one is.
    fn next_available_in(&self, cx: &Context<'_>) -> (usize, Option<i64>) {
        let seconds = self.set.spec.min_ready_seconds;
        let pods = self.pods_by_ordinal(cx).into_iter();
        let ready = pods.flat_map(|pods| pods.pods().values());
        let ready = ready.filter(|pod: &&OrdinalPod| pod.ready);
        let pods = ready.filter_map(|pod| cx.store.pod(&self.pod_key(&pod.name)));
        let waiting = pods.filter(|pod| !pod.is_available(seconds, cx.now()));
        let left = waiting
            .filter_map(|pod| pod.ready_since())
            .map(|since| since.plus_seconds(seconds.into()).since(cx.now()));
        left.fold((0, None), |(count, next): (usize, Option<i64>), left| {
            (count + 1, Some(next.map_or(left, |next| next.min(left))))
        })
    }

    /// Writes the status if it changed, and sets a timer for the next pod to become available.
    pub(super) fn update_status(
        &self,
        cx: &mut Context<'_>,
        mut status: StatefulSetStatus,
    ) -> Result<(), SyncError> {
        let promotes = cx.store.has(Feature::StatefulSetPromotionOnDelete)
            || self.set.spec.update_strategy != StatefulSetUpdateStrategy::OnDelete;
        if promotes && is_complete(&self.set, &status) {
            if status.current_revision != status.update_revision {
                cx.decide(&b::UPDATE_COMPLETE)
                    .number("replicas", self.set.spec.replicas)
                    .of(&self.key, "spec.replicas")
                    .object(
                        "updateRevision",
                        Kind::ControllerRevision,
                        status.update_revision.clone(),
                    );
            }
            status.current_replicas = status.updated_replicas;
            status.current_revision = status.update_revision.clone();
        }
        self.wake_when_available(cx, &status);
        let same = !is_inconsistent(&self.set, &status);
        cx.decide(if same {
            &b::STATUS_UNCHANGED
        } else {
            &b::STATUS_WRITTEN
        })
        .number("pods", status.replicas)
        .of(&self.key, PODS)
        .number("ready", status.ready_replicas)
        .of(&self.key, PODS)
        .number("available", status.available_replicas)
        .of(&self.key, PODS)
        .number("current", status.current_replicas)
        .of(&self.key, PODS)
        .number("updated", status.updated_replicas)
        .of(&self.key, PODS);
        if same {
            return Ok(());
        }
        let set = StatefulSet {
            status,
            ..(*self.set).clone()
        };
        cx.store.update_status(Object::StatefulSet(Rc::new(set)))?;
        Ok(())
    }

    fn wake_when_available(&self, cx: &mut Context<'_>, status: &StatefulSetStatus) {
        let seconds = self.set.spec.min_ready_seconds;
        let waiting = status.ready_replicas - status.available_replicas;
        if seconds <= 0 || waiting <= 0 {
            return;
        }
        let least = i64::from(seconds) * 1000;
        let after = self.next_available_in(cx).1.unwrap_or(least).max(0);
        cx.decide(&b::WAIT_MIN_READY)
            .number("waiting", waiting)
            .number("ready", status.ready_replicas)
            .of(&self.key, PODS)
            .number("available", status.available_replicas)
            .of(&self.key, PODS)
            .number("seconds", (after + 999) / 1000)
            .number("minReadySeconds", seconds)
            .of(&self.key, "spec.minReadySeconds");
        cx.wake_after(after, Wait::MinReadySeconds);
    }
}

/// Whether the update is complete (completeRollingUpdate; since 1.37 completeUpdate, for any strategy).
fn is_complete(set: &StatefulSet, status: &StatefulSetStatus) -> bool {
    let wanted = set.spec.replicas;
    status.updated_replicas == wanted
        && status.ready_replicas == wanted
        && status.replicas == wanted
}

/// Whether the status must be written (inconsistentStatus); a change of only the collision count is not enough.
fn is_inconsistent(set: &StatefulSet, status: &StatefulSetStatus) -> bool {
    let known = StatefulSetStatus {
        observed_generation: status.observed_generation,
        collision_count: status.collision_count,
        ..set.status.clone()
    };
    status.observed_generation > set.status.observed_generation || *status != known
}

fn count(length: usize) -> i32 {
    i32::try_from(length).unwrap_or(i32::MAX)
}
