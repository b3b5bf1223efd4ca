//! Faults of running containers that the user triggers, independent of their image.

use crate::actor::Context;
use crate::actor::memory::{ContainerStage, PodMemory};
use crate::api::object::Key;
use crate::api::time::Time;

/// What happens to a pod's running containers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// They exit with this code; the kubelet handles the rest.
    Ends(i32),
    /// They become ready or not ready.
    Ready(bool),
    /// Their liveness probes fail from now on.
    Ill,
}

impl Fault {
    /// Applies the fault if a kubelet manages the pod and any of its containers is running.
    #[must_use]
    pub fn apply(self, cx: &mut Context<'_>, key: &Key) -> bool {
        let Some(known) = cx.memory.pod(key) else {
            return false;
        };
        let now = cx.now();
        let mut memory: PodMemory = (*known).clone();
        for index in 0..memory.containers.len() {
            if !memory.containers[index].runs() {
                continue;
            }
            let one = memory.one(index);
            match self {
                Self::Ends(code) => {
                    one.killed = Some(code);
                    one.stage = running(Some(now), None);
                }
                Self::Ready(true) => {
                    (one.ill, one.answers) = (false, now);
                    one.stage = running(None, Some(now));
                }
                Self::Ready(false) => {
                    one.ready = false;
                    one.stage = running(None, None);
                }
                Self::Ill => one.ill = true,
            }
        }
        let changes = memory != *known;
        cx.memory.remember_pod(key, Some(memory));
        changes
    }
}

fn running(exit: Option<Time>, ready: Option<Time>) -> ContainerStage {
    ContainerStage::Running {
        exit,
        ready,
        probe: None,
    }
}
