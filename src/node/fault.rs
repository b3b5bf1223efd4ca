//! What goes wrong in a running container without the image's doing: somebody says so.

use crate::actor::Context;
use crate::actor::memory::{PodMemory, Stage};
use crate::api::object::Key;
use crate::api::time::Time;

/// What happens to the containers of a pod that run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// They end with this exit code; the kubelet goes on from there.
    Ends(i32),
    /// They are ready, or no longer.
    Ready(bool),
    /// They do not answer their liveness probes any more.
    Ill,
}

impl Fault {
    /// Does it, if a kubelet looks after the pod and any of its containers runs.
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

fn running(exit: Option<Time>, ready: Option<Time>) -> Stage {
    Stage::Running {
        exit,
        ready,
        probe: None,
    }
}
