//! Why a key is reconciled: writes, timers, retries.

use crate::api::object::Key;
use crate::store::Change;

/// Why a key was queued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// An object was created.
    Added(Key),
    /// An object was changed.
    Modified(Key),
    /// An object was deleted or marked for deletion.
    Deleted(Key),
    /// The control plane restarted, and every controller lists all objects.
    Restart,
    /// A timer set by the controller fired.
    Timer(Wait),
    /// The previous attempt failed.
    Retry {
        /// The number of this attempt.
        attempt: u32,
        /// The error of the previous attempt.
        error: String,
    },
}

/// Number of consecutive failures up to which settling still waits for the retry.
const SETTLE_RETRIES: u32 = 8;

impl Cause {
    /// Whether settling waits for it, because it happens by itself and makes progress.
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
    /// A container to terminate.
    Termination,
    /// The autoscaler's next sync.
    AutoscalerPeriod,
    /// A volume to be provisioned.
    Provisioning,
    /// A silent node to be marked unreachable.
    NodeSilence,
    /// The toleration of a node's taint to expire for a pod.
    Toleration,
    /// The eviction rate to allow the next node of a zone.
    EvictionRate,
    /// The back-off of a container restart, an image pull or a volume setup.
    RestartBackoff,
    /// The kubelet's relist to notice that a container has ended.
    Relist,
    /// The next probe of a container whose probes fail.
    Probe,
    /// The scheduler's next attempt at an unschedulable pod.
    Unschedulable,
    /// An evicted pod to count again because it was not deleted.
    DisruptedPod,
    /// The next run of the pod garbage collector.
    PodGc,
    /// The next sync of a namespace being deleted, by which its content may be gone.
    NamespaceDeletion,
    /// The next sync of a namespace held by finalizers.
    NamespaceHeld,
}

impl Wait {
    /// Whether the wait ends by itself and makes progress. Watchdogs and back-offs do not, so settling does not
    /// wait for them.
    #[must_use]
    pub fn is_progress(self) -> bool {
        !matches!(
            self,
            Self::ProgressDeadline
                | Self::RestartBackoff
                | Self::AutoscalerPeriod
                | Self::Probe
                | Self::Unschedulable
                | Self::DisruptedPod
                | Self::NamespaceHeld
        )
    }
}

/// A key to be queued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wake {
    /// The object to reconcile.
    pub key: Key,
    /// Why.
    pub cause: Cause,
    /// Delay in milliseconds; 0 means immediately.
    pub after: i64,
}

impl Wake {
    /// Queues a key immediately.
    #[must_use]
    pub fn now(key: Key, cause: Cause) -> Self {
        Self {
            key,
            cause,
            after: 0,
        }
    }
}

/// The cause that a change amounts to.
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
