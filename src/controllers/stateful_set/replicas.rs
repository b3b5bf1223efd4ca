//! The pods within the desired range: created if missing, waited for, repaired (`stateful_set_control.go`,
//! processReplica).

use super::{Progress, Round, SyncError, aggregate, branches as b};
use crate::actor::Context;
use crate::api::identity::pod_revision;
use crate::api::kind::Kind;
use crate::api::pod::{Pod, PodPhase};
use crate::api::stateful_set::StatefulSetUpdateStrategy;
use std::rc::Rc;

/// Maximum number of pods processed in parallel (`stateful_set_control.go`, MaxBatchSize).
const BATCH_MAX: i64 = 500;

/// The batches of pods processed in parallel: 1, 2, 4 … An error stops the sync after its batch.
struct Batches {
    end: i64,
    size: i64,
}

impl Batches {
    fn new() -> Self {
        Self { end: 1, size: 1 }
    }

    /// Whether an index is within the current batch.
    fn holds(&self, place: i64) -> bool {
        place < self.end
    }

    /// Starts further batches until one contains the index.
    fn reach(&mut self, place: i64) {
        while !self.holds(place) {
            self.size = (self.size * 2).min(BATCH_MAX);
            self.end += self.size;
        }
    }
}

/// Processes each index in parallel batches (slowStartBatch). Here they are processed sequentially; only the point
/// at which an error stops the sync matters.
pub(super) fn for_all(
    places: impl IntoIterator<Item = i64>,
    mut act: impl FnMut(i64) -> Result<(), SyncError>,
) -> Result<(), SyncError> {
    let mut batches = Batches::new();
    let mut errors = Vec::new();
    for place in places {
        if !errors.is_empty() && !batches.holds(place) {
            break;
        }
        batches.reach(place);
        errors.extend(act(place).err());
    }
    aggregate(errors)
}

impl Round {
    /// Processes every pod in the desired range; with OrderedReady it stops at the first one that must be waited
    /// for.
    pub(super) fn process_replicas(&self, cx: &mut Context<'_>) -> Result<Progress, SyncError> {
        let start = self.set.start_ordinal();
        let mut next = start;
        if self.set.is_monotonic() {
            while let Some(ordinal) = self.next_to_process(cx, next) {
                if self.process_replica(cx, ordinal)? == Progress::Stop {
                    return Ok(Progress::Stop);
                }
                next = ordinal.saturating_add(1);
            }
        } else {
            let mut places = Vec::new();
            while let Some(ordinal) = self.next_to_process(cx, next) {
                places.push(i64::from(ordinal) - i64::from(start));
                next = ordinal.saturating_add(1);
            }
            for_all(places, |place| {
                let ordinal = i32::try_from(place + i64::from(start)).unwrap_or(i32::MAX);
                self.process_replica(cx, ordinal).map(drop)
            })?;
        }
        let branch = if self.set.is_monotonic() {
            &b::REPLICAS_READY
        } else {
            &b::REPLICAS_BURST
        };
        cx.decide(branch)
            .number("replicas", self.set.spec.replicas)
            .of(&self.key, "spec.replicas");
        Ok(Progress::GoOn)
    }

    /// The next ordinal, from `from` on, whose pod may need processing. Upstream processes all of them; a settled
    /// pod needs nothing unless minReadySeconds or the owners of its claims matter.
    fn next_to_process(&self, cx: &Context<'_>, from: i32) -> Option<i32> {
        let last = self.set.end_ordinal();
        if from > last {
            return None;
        }
        let time_counts = self.set.is_monotonic() && self.set.spec.min_ready_seconds > 0;
        match self.roster(cx) {
            Some(roster) if !time_counts && self.claims_are_settled(cx) => {
                roster.first_unsettled(from, last)
            }
            _ => Some(from),
        }
    }

    fn process_replica(&self, cx: &mut Context<'_>, ordinal: i32) -> Result<Progress, SyncError> {
        let Some(pod) = self.pod_at(cx, ordinal) else {
            return self.make_replica(cx, ordinal);
        };
        if pod.is_finished() {
            return self.replace_finished(cx, &pod);
        }
        if pod.status.phase == PodPhase::Pending {
            self.create_missing_claims(cx, &pod, ordinal)?;
        }
        if self.set.is_monotonic() && self.waits_for(cx, &pod, ordinal) {
            return Ok(Progress::Stop);
        }
        self.put_right(cx, &pod, ordinal)?;
        Ok(Progress::GoOn)
    }

    /// Deletes a failed or succeeded pod; a later sync recreates it once the object is gone.
    fn replace_finished(&self, cx: &mut Context<'_>, pod: &Pod) -> Result<Progress, SyncError> {
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
        Ok(Progress::Stop)
    }

    fn make_replica(&self, cx: &mut Context<'_>, ordinal: i32) -> Result<Progress, SyncError> {
        if self.has_stale_claim(cx, ordinal) {
            return Ok(Progress::Stop);
        }
        self.create_stateful_pod(cx, ordinal)?;
        Ok(if self.set.is_monotonic() {
            Progress::Stop
        } else {
            Progress::GoOn
        })
    }

    /// Whether everything after this pod has to wait for it.
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

    /// Whether the update would replace the pod if it did not wait for that very pod.
    fn blocks_its_own_update(&self, pod: &Pod, ordinal: i32) -> bool {
        let rolls = self.set.spec.update_strategy != StatefulSetUpdateStrategy::OnDelete;
        let place = i64::from(ordinal) - i64::from(self.set.start_ordinal());
        rolls
            && place >= i64::from(self.set.partition())
            && pod_revision(&pod.metadata) != &*self.update.metadata.name
    }
}
