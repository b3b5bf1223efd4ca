//! The controllers: each one short function that reads like its flow chart, over pure helpers.
//!
//! A controller takes a [`Context`] and the key of one object, writes through the store's verbs, and reports
//! each [`Decision`] as it takes it.

#[macro_use]
pub(crate) mod branch_table;
pub mod autoscaler;
pub mod claim_protection;
pub mod decision;
pub mod deployment;
pub mod endpointslice;
pub mod garbage_collector;
pub mod namespace;
pub mod node_lifecycle;
pub mod pod_gc;
mod pod_wake;
pub mod recorder;
mod refs;
pub mod replica_set;
pub mod stateful_set;
pub mod volume_binder;

use crate::api::event::EventType;
use crate::api::int_or_percent::InvalidPercent;
use crate::api::kind::Kind;
use crate::api::meta::{ObjectMeta, Uid};
use crate::api::object::{Key, Object};
use crate::api::time::Time;
use crate::node;
use crate::store::{ApiError, Change, Store};
use decision::{Branch, Decision};
use recorder::{Recorder, Reporter};
use std::fmt;
use std::rc::Rc;

/// The controllers there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Controller {
    /// ReplicaSets into pods.
    ReplicaSet,
    /// Deployments into ReplicaSets.
    Deployment,
    /// StatefulSets into pods, one after the other.
    StatefulSet,
    /// Deletes what has lost its owners.
    GarbageCollector,
    /// Empties namespaces that are being deleted.
    Namespace,
    /// Lists the pods behind Services.
    EndpointSlice,
    /// Keeps claims that pods use.
    ClaimProtection,
    /// Scales what is loaded too much or too little.
    Autoscaler,
    /// Gives claims their volumes.
    VolumeBinder,
    /// Marks nodes that are cordoned or lost, and takes pods off them.
    NodeLifecycle,
    /// Removes pods that nobody will end any more.
    PodGc,
}

/// Why a sync failed; the key is tried again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SyncError {
    /// The API server refused a write.
    #[error(transparent)]
    Api(#[from] ApiError),
    /// A percentage that validation should have refused.
    #[error(transparent)]
    Percent(#[from] InvalidPercent),
    /// A template that decoding should have refused.
    #[error("template: {0}")]
    Template(String),
    /// Several pods of one sync could not be made or removed; the text is the first error.
    #[error("{0}")]
    Pods(String),
    /// Something cannot be adopted by an owner that is going.
    #[error("{0}")]
    Adopt(String),
    /// The claims of a pod are not as the pod needs them.
    #[error("{0}")]
    Claims(String),
}

impl SyncError {
    /// Whether another try is of no use: in a namespace that is being deleted every creation will fail.
    #[must_use]
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Api(ApiError::NamespaceTerminating { .. }))
    }
}

/// Why a key is in a queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// An object was created.
    Added(Key),
    /// An object was changed.
    Modified(Key),
    /// An object is gone, or began to go.
    Deleted(Key),
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
    /// A crashed container to be restarted, or an image to be pulled again.
    RestartBackoff,
    /// The kubelet to see that a container has ended.
    Relist,
    /// The next probe of a container that fails its probes.
    Probe,
    /// The scheduler to try a pod again that no node takes.
    Unschedulable,
    /// The next look of the pod garbage collector.
    PodGc,
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

/// What a controller works with during one sync.
pub struct Context<'a> {
    /// The API server.
    pub store: &'a mut Store,
    /// Where events go.
    pub recorder: &'a mut Recorder,
    /// What was decided so far.
    pub decisions: Vec<Decision>,
    /// Timers that were asked for: milliseconds from now, and what for.
    pub timers: Vec<(i64, Wait)>,
    /// Other keys that the same actor is to look at.
    pub others: Vec<Wake>,
    /// Why the key is looked at.
    pub cause: Option<Cause>,
    /// How the cluster behaves, where somebody has said so.
    config: Option<Rc<node::Config>>,
}

impl<'a> Context<'a> {
    /// A context in which nothing has been decided.
    pub fn new(store: &'a mut Store, recorder: &'a mut Recorder) -> Self {
        Self {
            store,
            recorder,
            decisions: Vec::new(),
            timers: Vec::new(),
            others: Vec::new(),
            cause: None,
            config: None,
        }
    }

    /// The same context in a cluster that behaves like this.
    #[must_use]
    pub fn with_config(mut self, config: Rc<node::Config>) -> Self {
        self.config = Some(config);
        self
    }

    /// Whether it is this timer that has made the key worth a look.
    #[must_use]
    pub fn is_timer(&self, wait: Wait) -> bool {
        self.cause == Some(Cause::Timer(wait))
    }

    /// Since when a node says nothing, if it does not.
    #[must_use]
    pub fn silent_since(&self, node: &str) -> Option<Time> {
        self.config.as_deref()?.silent_nodes.get(node).copied()
    }

    /// The load that the user has put on the cluster; `None` where nobody measures any.
    #[must_use]
    pub fn loads(&self) -> Option<&[node::TargetLoad]> {
        self.config.as_deref().map(|config| &*config.loads)
    }

    /// The virtual clock.
    #[must_use]
    pub fn now(&self) -> Time {
        self.store.now()
    }

    /// Reports that a branch is taken; its numbers are added to what is returned.
    pub fn decide(&mut self, branch: &'static Branch) -> &mut Decision {
        self.decisions.push(Decision {
            branch,
            facts: Vec::new(),
        });
        let last = self.decisions.len() - 1;
        &mut self.decisions[last]
    }

    /// Records an event about an object.
    pub fn event(
        &mut self,
        source: &str,
        about: (Kind, &ObjectMeta),
        kind: EventType,
        reason: &str,
        message: &str,
    ) {
        self.report(Reporter::of(source), about, kind, reason, message);
    }

    /// Records an event of somebody on a node, or about a part of an object.
    pub fn report(
        &mut self,
        reporter: Reporter<'_>,
        about: (Kind, &ObjectMeta),
        kind: EventType,
        reason: &str,
        message: &str,
    ) {
        self.recorder
            .record(self.store, reporter, about, kind, reason, message);
    }

    /// Asks for the key to be looked at again, `after` milliseconds from now.
    pub fn wake_after(&mut self, after: i64, wait: Wait) {
        self.timers.push((after.max(0), wait));
    }
}

impl Controller {
    /// All controllers, in the order in which they hear of a change.
    pub const ALL: [Self; 11] = [
        Self::ReplicaSet,
        Self::Deployment,
        Self::StatefulSet,
        Self::GarbageCollector,
        Self::Namespace,
        Self::EndpointSlice,
        Self::ClaimProtection,
        Self::Autoscaler,
        Self::VolumeBinder,
        Self::NodeLifecycle,
        Self::PodGc,
    ];

    /// Those that need neither nodes nor measured load nor storage to do their work.
    pub const OF_OBJECTS: [Self; 7] = [
        Self::Deployment,
        Self::ReplicaSet,
        Self::StatefulSet,
        Self::GarbageCollector,
        Self::Namespace,
        Self::EndpointSlice,
        Self::ClaimProtection,
    ];

    /// The controller's name, as in its events.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Deployment => deployment::NAME,
            Self::ReplicaSet => replica_set::NAME,
            Self::StatefulSet => stateful_set::NAME,
            Self::GarbageCollector => garbage_collector::NAME,
            Self::Namespace => namespace::NAME,
            Self::EndpointSlice => endpointslice::NAME,
            Self::ClaimProtection => claim_protection::NAME,
            Self::Autoscaler => autoscaler::NAME,
            Self::VolumeBinder => volume_binder::NAME,
            Self::NodeLifecycle => node_lifecycle::NAME,
            Self::PodGc => pod_gc::NAME,
        }
    }

    /// What the controller looks after, as kubectl abbreviates it; otherwise its usual abbreviation.
    #[must_use]
    pub fn short_name(self) -> &'static str {
        match self {
            Self::Deployment => "deploy",
            Self::ReplicaSet => "rs",
            Self::StatefulSet => "sts",
            Self::GarbageCollector => "gc",
            Self::Namespace => "ns",
            Self::EndpointSlice => "eps",
            Self::ClaimProtection => "pvc",
            Self::Autoscaler => "hpa",
            Self::VolumeBinder => "pv",
            Self::NodeLifecycle => "node",
            Self::PodGc => "podgc",
        }
    }

    /// All branches that the controller can take, in the order of its flow chart.
    #[must_use]
    pub fn branches(self) -> &'static [&'static Branch] {
        match self {
            Self::Deployment => deployment::branches::ALL,
            Self::ReplicaSet => replica_set::branches::ALL,
            Self::StatefulSet => stateful_set::branches::ALL,
            Self::GarbageCollector => garbage_collector::branches::ALL,
            Self::Namespace => namespace::branches::ALL,
            Self::EndpointSlice => endpointslice::branches::ALL,
            Self::ClaimProtection => claim_protection::branches::ALL,
            Self::Autoscaler => autoscaler::branches::ALL,
            Self::VolumeBinder => volume_binder::branches::ALL,
            Self::NodeLifecycle => node_lifecycle::branches::ALL,
            Self::PodGc => pod_gc::branches::ALL,
        }
    }

    /// Works on one key.
    ///
    /// # Errors
    /// What kept the controller from finishing; the key must be tried again.
    pub fn sync(self, context: &mut Context<'_>, key: &Key) -> Result<(), SyncError> {
        match self {
            Self::Deployment => deployment::sync(context, key),
            Self::ReplicaSet => replica_set::sync(context, key),
            Self::StatefulSet => stateful_set::sync(context, key),
            Self::GarbageCollector => garbage_collector::sync(context, key),
            Self::Namespace => namespace::sync(context, key),
            Self::EndpointSlice => endpointslice::sync(context, key),
            Self::ClaimProtection => claim_protection::sync(context, key),
            Self::Autoscaler => autoscaler::sync(context, key),
            Self::VolumeBinder => volume_binder::sync(context, key),
            Self::NodeLifecycle => node_lifecycle::sync(context, key),
            Self::PodGc => pod_gc::sync(context, key),
        }
    }

    /// Which keys a change wakes.
    pub fn wake(self, store: &Store, change: &Change, wakes: &mut Vec<Wake>) {
        match self {
            Self::Deployment => deployment::wake(store, change, wakes),
            Self::ReplicaSet => replica_set::wake(store, change, wakes),
            Self::StatefulSet => stateful_set::wake(store, change, wakes),
            Self::GarbageCollector => garbage_collector::wake(store, change, wakes),
            Self::Namespace => namespace::wake(store, change, wakes),
            Self::EndpointSlice => endpointslice::wake(store, change, wakes),
            Self::ClaimProtection => claim_protection::wake(store, change, wakes),
            Self::Autoscaler => autoscaler::wake(store, change, wakes),
            Self::VolumeBinder => volume_binder::wake(store, change, wakes),
            Self::NodeLifecycle => node_lifecycle::wake(store, change, wakes),
            Self::PodGc => pod_gc::wake(store, change, wakes),
        }
    }
}

impl fmt::Display for Controller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
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

/// The object of a kind that controls another, if name and uid still belong together.
fn resolve_controller<'a>(store: &'a Store, meta: &ObjectMeta, kind: Kind) -> Option<&'a Object> {
    let owner = meta
        .controller()
        .filter(|owner| *owner.kind == *kind.info().name)?;
    let found = store.by_uid(&owner.uid)?;
    (found.kind() == kind && found.meta().name == owner.name).then_some(found)
}

/// The uid of the controlling owner.
fn controller_uid(meta: &ObjectMeta) -> Option<&Uid> {
    meta.controller().map(|owner| &owner.uid)
}
