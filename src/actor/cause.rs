//! Why an actor looks at a key: writes, timers, retries.

use crate::api::object::Key;
use crate::store::Change;

/// Why a key is in a queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// An object was created.
    Added(Key),
    /// An object was changed.
    Modified(Key),
    /// An object is gone, or began to go.
    Deleted(Key),
    /// The control plane was started anew, and every controller lists what there is.
    Restart,
    /// A timer that the controller had set.
    Timer(Wait),
    /// The last try failed.
    Retry {
        /// Which try this will be.
        attempt: u32,
        /// What went wrong.
        error: String,
    },
}

/// Failed tries in a row for which settling still waits.
const SETTLE_RETRIES: u32 = 8;

impl Cause {
    /// Whether settling waits for it: it comes by itself and moves the cluster on.
    #[must_use]
    pub fn is_progress(&self) -> bool {
        match self {
            Self::Timer(wait) => wait.is_progress(),
            Self::Retry { attempt, .. } => *attempt <= SETTLE_RETRIES,
            _ => true,
        }
    }
}

/// What a timer waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wait {
    /// A pod to have been ready for minReadySeconds.
    MinReadySeconds,
    /// progressDeadlineSeconds to pass without progress.
    ProgressDeadline,
    /// The back-off after an error.
    Backoff,
    /// An image to be pulled and a container to be started.
    ContainerStart,
    /// A container to become ready.
    Readiness,
    /// A container to end.
    Termination,
    /// The autoscaler to look again.
    AutoscalerPeriod,
    /// A volume to be made.
    Provisioning,
    /// A node that is silent to be given up.
    NodeSilence,
    /// A pod's toleration of its node's state to end.
    Toleration,
    /// The next node of a zone to be given up.
    EvictionRate,
    /// A crashed container to be restarted, an image to be pulled or a volume to be set up again.
    RestartBackoff,
    /// The kubelet to see that a container has ended.
    Relist,
    /// The next probe of a container that fails its probes.
    Probe,
    /// The scheduler to try a pod again that no node takes.
    Unschedulable,
    /// The next look of the pod garbage collector.
    PodGc,
    /// The next look at a namespace that is being deleted, until which its content may have gone.
    NamespaceDeletion,
    /// The next look at a namespace that is kept by finalizers.
    NamespaceHeld,
}

impl Wait {
    /// Whether what is waited for comes by itself and moves the cluster on. Watchdogs and back-offs do not:
    /// settling does not wait for them.
    #[must_use]
    pub fn is_progress(self) -> bool {
        !matches!(
            self,
            Self::ProgressDeadline
                | Self::RestartBackoff
                | Self::AutoscalerPeriod
                | Self::Probe
                | Self::Unschedulable
                | Self::NamespaceHeld
        )
    }
}

/// A key to be worked on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wake {
    /// The object to look at.
    pub key: Key,
    /// Why.
    pub cause: Cause,
    /// Milliseconds from now; 0 is at once.
    pub after: i64,
}

impl Wake {
    /// At once, for a reason.
    #[must_use]
    pub fn now(key: Key, cause: Cause) -> Self {
        Self {
            key,
            cause,
            after: 0,
        }
    }
}

/// The change as a cause.
#[must_use]
pub fn cause_of(change: &Change) -> Cause {
    let key = change.key.clone();
    match (&change.before, &change.after) {
        (None, _) => Cause::Added(key),
        (Some(_), None) => Cause::Deleted(key),
        (Some(before), Some(after))
            if after.meta().is_terminating() && !before.meta().is_terminating() =>
        {
            Cause::Deleted(key)
        }
        _ => Cause::Modified(key),
    }
}
