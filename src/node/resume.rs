//! A kubelet goes on with pods that it finds in the API: of a cluster that was started from another one's state. What
//! a status does not say is assumed to take its usual time.

use super::work::{LOOK_AGAIN, Work, back_off};
use crate::actor::memory::ContainerStage;
use crate::api::pod::container::restart_policy;
use crate::world::Outcome;

/// Exit code of containers that use their whole grace period.
const KILLED: i32 = 137;

impl Work<'_, '_> {
    /// Goes on with a pod that this kubelet has not started itself.
    pub fn resume(&mut self) {
        if let Some(ends) = self.pod.metadata.deletion_timestamp {
            // A container that could stop sooner would have, unless the deletion has just begun.
            self.memory.ending = Some((ends.max(self.cx.now()), KILLED));
            return;
        }
        for index in 0..self.specs.len() {
            let one = &self.memory.containers[index];
            let reason = one.state.waiting.as_ref();
            let reason = reason.map(|waiting| waiting.reason.clone());
            match (one.stage, reason.as_deref()) {
                (ContainerStage::Running { .. }, _) => self.resume_running(index),
                (ContainerStage::Done, _) => self.resume_exited(index),
                (_, Some("ErrImagePull" | "ImagePullBackOff")) => {
                    let look = self.cx.now().plus_millis(LOOK_AGAIN);
                    let one = self.one(index);
                    one.back_off_until = look;
                    one.stage = ContainerStage::PullFailed { look };
                }
                (_, Some("CrashLoopBackOff")) => self.resume_back_off(index),
                (_, Some("CreateContainerConfigError")) => {
                    let look = self.cx.now();
                    self.one(index).stage = ContainerStage::NotCreated { look };
                }
                _ => {}
            }
        }
    }

    /// What a running container waits for: its end, or to become ready.
    fn resume_running(&mut self, index: usize) {
        let (now, spec) = (self.cx.now(), self.specs[index].clone());
        let image = *self.world.pulled(&spec.image);
        let takes = image.ready_ms.draw(&mut self.cx.store.registers);
        let is_step = spec.init && !spec.sidecar;
        let one = self.one(index);
        one.begun = one.since;
        let usual = one.since.plus_millis(takes).max(now);
        one.answers = if one.ready { one.since } else { usual };
        if is_step || image.outcome == Outcome::Crashes {
            one.stage = ContainerStage::Running {
                exit: Some(usual),
                ready: None,
                probe: None,
            };
        }
        if is_step || one.ready {
            return;
        }
        if one.started || !spec.startup.exists() {
            self.has_started(index);
        } else {
            self.ask_startup(index, now.plus_millis(spec.startup.period()), 0);
        }
    }

    /// Restarts an exited container if its pod's policy says so.
    fn resume_exited(&mut self, index: usize) {
        let (now, spec) = (self.cx.now(), &self.specs[index]);
        let failed = self.memory.containers[index].exit_code() != Some(0);
        let restarts = match restart_policy(&self.pod) {
            _ if spec.sidecar => true,
            "Never" => false,
            "OnFailure" => failed,
            _ => failed || !spec.init,
        };
        if restarts {
            self.one(index).stage = ContainerStage::Crashed {
                look: now,
                shown: false,
            };
        }
    }

    /// Waits for the rest of the back-off after the last exit.
    fn resume_back_off(&mut self, index: usize) {
        let now = self.cx.now();
        let one = self.one(index);
        one.crashes = u32::try_from(one.restarts).unwrap_or(0);
        let last = one.last_state.terminated.as_ref();
        let exited = last.and_then(|last| last.finished_at).unwrap_or(now);
        one.begun = exited;
        let until = exited.plus_millis(back_off(one.crashes)).max(now);
        one.back_off_until = until;
        one.stage = ContainerStage::Crashed {
            look: until,
            shown: true,
        };
    }
}
