//! The replicas: missing pods are created, unready ones waited for, and mismatched ones repaired
//! (`stateful_set_control.go`, processReplica).

use super::slow_start::slow_start_batch;
use super::{StatefulSetControl, SyncError, branches as b};
use crate::actor::Context;
use crate::api::identity::pod_revision;
use crate::api::kind::Kind;
use crate::api::pod::{Pod, PodPhase};
use crate::api::stateful_set::StatefulSetUpdateStrategy;
use std::ops::ControlFlow;
use std::rc::Rc;

/// Ordinals whose pods may need work, ascending; re-evaluated against the current state at each step. Upstream
/// visits every pod: a settled one needs no work, unless minReadySeconds or the owners of its claims matter.
struct Unsettled<'a> {
    control: &'a StatefulSetControl,
    next: i32,
}

impl Unsettled<'_> {
    fn next(&mut self, cx: &Context<'_>) -> Option<i32> {
        let last = self.control.set.end_ordinal();
        if self.next > last {
            return None;
        }
        let set = &self.control.set;
        let time_counts = set.is_monotonic() && set.spec.min_ready_seconds > 0;
        let ordinal = match self.control.pods_by_ordinal(cx) {
            Some(pods) if !time_counts && self.control.claims_are_settled(cx) => {
                pods.first_unsettled(self.next, last)?
            }
            _ => self.next,
        };
        self.next = ordinal.saturating_add(1);
        Some(ordinal)
    }
}

impl StatefulSetControl {
    /// Processes every replica; an OrderedReady set stops at the first one that it has to wait for.
    pub(super) fn process_replicas(
        &self,
        cx: &mut Context<'_>,
    ) -> Result<ControlFlow<()>, SyncError> {
        let start = self.set.start_ordinal();
        let mut unsettled = Unsettled {
            control: self,
            next: start,
        };
        if self.set.is_monotonic() {
            while let Some(ordinal) = unsettled.next(cx) {
                if self.process_replica(cx, ordinal)?.is_break() {
                    return Ok(ControlFlow::Break(()));
                }
            }
        } else {
            let ordinals: Vec<i32> = std::iter::from_fn(|| unsettled.next(cx)).collect();
            let indexes = ordinals.iter().map(|at| i64::from(*at) - i64::from(start));
            slow_start_batch(indexes, |index| {
                let ordinal = i32::try_from(index + i64::from(start)).unwrap_or(i32::MAX);
                self.process_replica(cx, ordinal).map(drop)
            })?;
        }
        let branch = match self.set.is_monotonic() {
            true => &b::REPLICAS_READY,
            false => &b::REPLICAS_BURST,
        };
        cx.decide(branch)
            .number("replicas", self.set.spec.replicas)
            .of(&self.key, "spec.replicas");
        Ok(ControlFlow::Continue(()))
    }

    fn process_replica(
        &self,
        cx: &mut Context<'_>,
        ordinal: i32,
    ) -> Result<ControlFlow<()>, SyncError> {
        let Some(pod) = self.pod_at(cx, ordinal) else {
            return self.create_replica(cx, ordinal);
        };
        if pod.is_finished() {
            return self.replace_finished(cx, &pod);
        }
        if pod.status.phase == PodPhase::Pending {
            self.create_missing_claims(cx, &pod, ordinal)?;
        }
        if self.set.is_monotonic() && self.waits_for(cx, &pod, ordinal) {
            return Ok(ControlFlow::Break(()));
        }
        self.update_stateful_pod(cx, &pod, ordinal)?;
        Ok(ControlFlow::Continue(()))
    }

    /// Deletes a Failed or Succeeded pod; a later sync re-creates it once the object is gone.
    fn replace_finished(
        &self,
        cx: &mut Context<'_>,
        pod: &Pod,
    ) -> Result<ControlFlow<()>, SyncError> {
        let terminating = pod.metadata.is_terminating();
        let branch = if terminating {
            &b::FINISHED_GOING
        } else {
            &b::REPLACE_FINISHED
        };
        let phase = if pod.status.phase == PodPhase::Failed {
            "Failed"
        } else {
            "Succeeded"
        };
        cx.decide(branch)
            .object("pod", Kind::Pod, pod.metadata.name.clone())
            .text("phase", phase)
            .of(&self.pod_key(&pod.metadata.name), "status.phase");
        if !terminating {
            self.delete_stateful_pod(cx, &pod.metadata.name)?;
        }
        Ok(ControlFlow::Break(()))
    }

    fn create_replica(
        &self,
        cx: &mut Context<'_>,
        ordinal: i32,
    ) -> Result<ControlFlow<()>, SyncError> {
        if self.has_stale_claim(cx, ordinal) {
            return Ok(ControlFlow::Break(()));
        }
        self.create_stateful_pod(cx, ordinal)?;
        Ok(if self.set.is_monotonic() {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        })
    }

    /// Whether the pods after this one have to wait for it.
    fn waits_for(&self, cx: &mut Context<'_>, pod: &Rc<Pod>, ordinal: i32) -> bool {
        let meta = &pod.metadata;
        let key = self.pod_key(&meta.name);
        let running_and_ready = pod.status.phase == PodPhase::Running && pod.is_ready();
        if meta.is_terminating() {
            cx.decide(&b::WAIT_TERMINATING)
                .object("pod", Kind::Pod, meta.name.clone())
                .of(&key, "metadata.deletionTimestamp");
        } else if !running_and_ready {
            let branch = if self.blocks_its_own_update(pod, ordinal) {
                &b::WAIT_BROKEN
            } else {
                &b::WAIT_READY
            };
            cx.decide(branch)
                .object("pod", Kind::Pod, meta.name.clone())
                .of(&key, "status.conditions")
                .object("revision", Kind::ControllerRevision, pod_revision(meta))
                .of(&key, "metadata.labels")
                .object(
                    "updateRevision",
                    Kind::ControllerRevision,
                    self.update.metadata.name.clone(),
                )
                .of(&self.key, "status.updateRevision");
        } else if !pod.is_available(self.set.spec.min_ready_seconds, cx.now()) {
            cx.decide(&b::WAIT_AVAILABLE)
                .object("pod", Kind::Pod, meta.name.clone())
                .of(&key, "status.conditions")
                .number("minReadySeconds", self.set.spec.min_ready_seconds)
                .of(&self.key, "spec.minReadySeconds");
        } else {
            return false;
        }
        true
    }

    /// Whether the update would replace the very pod that it is waiting for.
    fn blocks_its_own_update(&self, pod: &Pod, ordinal: i32) -> bool {
        let rolls = self.set.spec.update_strategy != StatefulSetUpdateStrategy::OnDelete;
        let place = i64::from(ordinal) - i64::from(self.set.start_ordinal());
        rolls
            && place >= i64::from(self.set.partition())
            && pod_revision(&pod.metadata) != &*self.update.metadata.name
    }
}
