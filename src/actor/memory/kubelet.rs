//! What a kubelet remembers about a pod beyond the pod's status.

use crate::api::meta::Uid;
use crate::api::pod::{ContainerState, ContainerStatus, PodSpec};
use crate::api::rendered::Rendered;
use crate::api::time::Time;
use std::rc::Rc;

/// What a kubelet remembers about one pod.
#[derive(Debug, Clone, PartialEq)]
pub struct PodMemory {
    /// The pod's uid, to tell it from another pod of the same name.
    pub uid: Uid,
    /// The pod's spec.
    pub spec: Rc<PodSpec>,
    /// Its containers, in the order in which they run.
    pub containers: Vec<Rc<ContainerMemory>>,
    /// When the last container of a terminating pod will have ended, and its exit code.
    pub ending: Option<(Time, i32)>,
    /// Next attempt at a volume that could not be set up, and the number of consecutive failures.
    pub mounting: Option<(Time, u32)>,
}

/// What a kubelet remembers about one container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContainerMemory {
    /// Its image.
    pub image: Rc<str>,
    /// Where it is in its life cycle.
    pub stage: ContainerStage,
    /// `state` of its status.
    pub state: ContainerState,
    /// `lastState` of its status: the previous run.
    pub last_state: ContainerState,
    /// Number of restarts.
    pub restarts: i32,
    /// Whether it is ready.
    pub ready: bool,
    /// Why it could not be started; reported from the next sync on.
    pub result: Option<(Rc<str>, String)>,
    /// Number of consecutive failures to pull its image.
    pub pull_failures: u32,
    /// Earliest time of the next pull or restart.
    pub back_off_until: Time,
    /// Number of consecutive exits followed by a restart.
    pub crashes: u32,
    /// When the kubelet last decided to start it; unset before.
    pub begun: Time,
    /// Exit code of the run if something outside the container ends it.
    pub killed: Option<i32>,
    /// When it started running.
    pub since: Time,
    /// When it begins to answer its startup and liveness probes.
    pub answers: Time,
    /// Whether it fails its liveness probe.
    pub ill: bool,
    /// Whether its startup probe has succeeded, or it has none.
    pub started: bool,
    /// Its next startup or liveness probe, while probing can still change anything.
    pub health: Option<Health>,
    /// Whether it is being stopped because of a failed probe.
    pub stopped_by_probe: bool,
    /// Its status, cached because a step usually changes only one of many containers.
    pub status: Rendered<Rc<ContainerStatus>>,
}

/// The next startup probe of a container, or the next liveness probe once it has started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Health {
    /// When it is due.
    pub at: Time,
    /// Number of consecutive failures.
    pub failures: i64,
    /// Whether a probe will succeed before the failure threshold is reached.
    pub hopeful: bool,
}

/// Where a container is in its life cycle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContainerStage {
    /// It waits for its turn.
    Idle,
    /// Its image is being pulled.
    Pulling {
        /// When the pull began.
        begun: Time,
        /// When it will end.
        due: Time,
    },
    /// It is being started.
    Starting {
        /// When it will run.
        due: Time,
    },
    /// It is running.
    Running {
        /// When it will exit by itself.
        exit: Option<Time>,
        /// When it will be ready, or begin to answer its readiness probe if it has one.
        ready: Option<Time>,
        /// When its next readiness probe is due.
        probe: Option<Time>,
    },
    /// Its image could not be pulled.
    PullFailed {
        /// Time of the kubelet's next sync.
        look: Time,
    },
    /// It could not be created, because something that its environment refers to is missing.
    NotCreated {
        /// Time of the kubelet's next sync.
        look: Time,
    },
    /// It exited and will be restarted.
    Crashed {
        /// Time of the kubelet's next sync.
        look: Time,
        /// Whether its status shows the exit already.
        shown: bool,
    },
    /// It exited and is not restarted.
    Done,
}
