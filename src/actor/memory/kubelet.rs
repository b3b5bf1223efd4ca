//! What a kubelet remembers of a pod beside the pod's status.

use crate::api::meta::Uid;
use crate::api::pod::{ContainerState, ContainerStatus, PodSpec};
use crate::api::rendered::Rendered;
use crate::api::time::Time;
use std::rc::Rc;

/// What a kubelet remembers of one pod.
#[derive(Debug, Clone, PartialEq)]
pub struct PodMemory {
    /// The pod; another one of the same name is not meant.
    pub uid: Uid,
    /// What the pod is to be.
    pub spec: Rc<PodSpec>,
    /// What is remembered of each of its containers, in the order in which they are to be run.
    pub containers: Vec<Rc<ContainerMemory>>,
    /// When the last container will have ended, and its exit code, once the pod is ending.
    pub ending: Option<(Time, i32)>,
    /// When the kubelet next tries to set up a volume that it could not, and how often in a row it could not.
    pub mounting: Option<(Time, u32)>,
}

/// What a kubelet remembers of one container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContainerMemory {
    /// The image that it is made from.
    pub image: Rc<str>,
    /// Where it is in its life.
    pub stage: Stage,
    /// As its status shows it.
    pub state: ContainerState,
    /// The run before.
    pub last_state: ContainerState,
    /// How often it was restarted.
    pub restarts: i32,
    /// Whether it is ready.
    pub ready: bool,
    /// Why it could not be started: shown from the next look on.
    pub result: Option<(Rc<str>, String)>,
    /// How often in a row its image could not be pulled.
    pub pull_failures: u32,
    /// No pull and no restart before this.
    pub back_off_until: Time,
    /// How often in a row it ended and was to be restarted.
    pub crashes: u32,
    /// When it was last decided to start it.
    pub begun: Time,
    /// Exit code of the run, where somebody from outside ends it.
    pub killed: Option<i32>,
    /// Since when it runs.
    pub since: Time,
    /// When it begins to answer its startup and liveness probes.
    pub answers: Time,
    /// Whether it does not answer its liveness probe.
    pub ill: bool,
    /// Whether its startup probe has succeeded, or it has none.
    pub started: bool,
    /// Its next startup or liveness probe, as long as those tell anything new.
    pub health: Option<Health>,
    /// Whether it is being stopped because of a probe.
    pub stopped_by_probe: bool,
    /// Its status: of many containers a step changes one.
    pub status: Rendered<Rc<ContainerStatus>>,
}

/// The next startup probe of a container, or its next liveness probe once it has started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Health {
    /// When.
    pub at: Time,
    /// How many have failed in a row.
    pub failures: i64,
    /// Whether one will be answered before too many have failed.
    pub hopeful: bool,
}

/// Where a container is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// It is not its turn yet.
    Idle,
    /// Its image is pulled.
    Pulling {
        /// Since.
        begun: Time,
        /// Until.
        due: Time,
    },
    /// It is being started.
    Starting {
        /// Until.
        due: Time,
    },
    /// It runs.
    Running {
        /// When it will end by itself.
        exit: Option<Time>,
        /// When it will be ready, or answer its readiness probe if it has one.
        ready: Option<Time>,
        /// When its readiness is next asked for.
        probe: Option<Time>,
    },
    /// Its image could not be pulled.
    PullFailed {
        /// When the kubelet looks again.
        look: Time,
    },
    /// It could not be made, for want of something that its environment refers to.
    NotCreated {
        /// When the kubelet looks again.
        look: Time,
    },
    /// It ended and will be restarted.
    Crashed {
        /// When the kubelet looks again.
        look: Time,
        /// Whether its status says so.
        shown: bool,
    },
    /// It ended and stays so.
    Done,
}
