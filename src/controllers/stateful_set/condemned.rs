//! The condemned pods, whose ordinals are out of range: removed from the highest ordinal down
//! (`stateful_set_control.go`, processCondemned).

use super::slow_start::slow_start_batch;
use super::{StatefulSetControl, SyncError, branches as b};
use crate::actor::Context;
use crate::api::kind::Kind;
use crate::api::pod::{Pod, PodPhase};
use crate::store::PodsByOrdinal;
use std::ops::ControlFlow;
use std::rc::Rc;

impl StatefulSetControl {
    /// Ordinals of the condemned pods, descending. An OrderedReady set only handles the first, so the others
    /// are omitted unless the owners of claims may have to change.
    pub(super) fn condemned(&self, cx: &Context<'_>) -> Vec<i32> {
        let ordinals = self.outside(cx);
        if self.set.is_monotonic() && self.claims_are_settled(cx) {
            ordinals.take(1).collect()
        } else {
            ordinals.collect()
        }
    }

    fn outside<'a>(&self, cx: &'a Context<'_>) -> impl Iterator<Item = i32> + use<'a> {
        let (first, last) = (self.set.start_ordinal(), self.set.end_ordinal());
        let pods = self.pods_by_ordinal(cx).into_iter();
        pods.flat_map(move |pods: &PodsByOrdinal| pods.outside(first, last))
    }

    /// Updates the owner references of the claims of condemned pods before the pods are deleted.
    pub(super) fn fix_condemned_claims(
        &self,
        cx: &mut Context<'_>,
        condemned: &[i32],
    ) -> Result<(), SyncError> {
        if self.claims_are_settled(cx) {
            return Ok(());
        }
        let fix = |ordinal: i32, cx: &mut Context<'_>| match self.pod_at(cx, ordinal) {
            Some(pod) if !self.claim_owners_match(cx, &pod.metadata, ordinal) => {
                self.own_claims(cx, &pod.metadata, ordinal)
            }
            _ => Ok(()),
        };
        if self.set.is_monotonic() {
            return condemned.iter().try_for_each(|ordinal| fix(*ordinal, cx));
        }
        slow_start_batch(indexes(condemned), |index| fix(at(condemned, index), cx))
    }

    /// Deletes one pod, or all of them if the set is Parallel.
    pub(super) fn process_condemned(
        &self,
        cx: &mut Context<'_>,
        condemned: &[i32],
    ) -> Result<ControlFlow<()>, SyncError> {
        if !self.set.is_monotonic() {
            slow_start_batch(indexes(condemned), |index| {
                match self.pod_at(cx, at(condemned, index)) {
                    Some(pod) if !pod.metadata.is_terminating() => self.delete_condemned(cx, &pod),
                    _ => Ok(()),
                }
            })?;
            return Ok(ControlFlow::Continue(()));
        }
        let first = condemned.first();
        let Some(pod) = first.and_then(|ordinal| self.pod_at(cx, *ordinal)) else {
            return Ok(ControlFlow::Continue(()));
        };
        if !self.is_blocked(cx, &pod) {
            self.delete_condemned(cx, &pod)?;
        }
        Ok(ControlFlow::Break(()))
    }

    /// Whether an OrderedReady set has to wait before it deletes a condemned pod.
    fn is_blocked(&self, cx: &mut Context<'_>, pod: &Rc<Pod>) -> bool {
        let name = &pod.metadata.name;
        let key = self.pod_key(name);
        if pod.metadata.is_terminating() {
            cx.decide(&b::SCALE_DOWN_TERMINATING)
                .object("pod", Kind::Pod, name.clone())
                .of(&key, "metadata.deletionTimestamp");
            return true;
        }
        let ready = pod.status.phase == PodPhase::Running && pod.is_ready();
        if ready && self.is_available(cx, pod) {
            return false;
        }
        let first = self.first_unhealthy_pod(cx);
        if first.as_ref() == Some(name) {
            return false;
        }
        cx.decide(&b::SCALE_DOWN_BLOCKED)
            .object("pod", Kind::Pod, name.clone())
            .of(&key, "status.conditions")
            .object("first", Kind::Pod, first.unwrap_or_default());
        true
    }

    /// The lowest condemned pod that is not available (firstUnhealthyPod): all replicas are available by now.
    fn first_unhealthy_pod(&self, cx: &Context<'_>) -> Option<Rc<str>> {
        let pods = self
            .outside(cx)
            .filter_map(|ordinal| self.pod_at(cx, ordinal));
        let unavailable = pods.filter(|pod| !self.is_available(cx, pod));
        unavailable.last().map(|pod| pod.metadata.name.clone())
    }

    fn delete_condemned(&self, cx: &mut Context<'_>, pod: &Pod) -> Result<(), SyncError> {
        let name = &pod.metadata.name;
        let branch = if self.set.spec.replicas == 0 {
            &b::SCALE_TO_ZERO
        } else {
            &b::SCALE_DOWN
        };
        cx.decide(branch)
            .object("pod", Kind::Pod, name.clone())
            .number("start", self.set.start_ordinal())
            .of(&self.key, "spec.ordinals.start")
            .number("replicas", self.set.spec.replicas)
            .of(&self.key, "spec.replicas")
            .number("last", self.set.end_ordinal());
        self.delete_stateful_pod(cx, name)
    }
}

fn indexes(condemned: &[i32]) -> impl Iterator<Item = i64> {
    0..i64::try_from(condemned.len()).unwrap_or(i64::MAX)
}

fn at(condemned: &[i32], index: i64) -> i32 {
    let index = usize::try_from(index).unwrap_or(usize::MAX);
    condemned.get(index).copied().unwrap_or(-1)
}
