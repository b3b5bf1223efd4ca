//! A pod's status: phase, conditions, containers.

use super::QosClass;
use crate::api::condition::ConditionStatus;
use crate::api::meta::{is_empty, is_zero};
use crate::api::time::Time;
use serde::{Deserialize, Serialize};
use std::rc::Rc;

/// `status.phase`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Default)]
pub enum PodPhase {
    /// Not all containers have been started yet.
    #[default]
    Pending,
    /// Started; at least one container is running or will be restarted.
    Running,
    /// All containers succeeded and are not restarted.
    Succeeded,
    /// All containers have ended, at least one with an error.
    Failed,
    /// The node cannot be reached.
    Unknown,
}

impl PodPhase {
    /// The phase as written in the API.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Pending => "Pending",
            Self::Running => "Running",
            Self::Succeeded => "Succeeded",
            Self::Failed => "Failed",
            Self::Unknown => "Unknown",
        }
    }
}

/// `status` of a pod.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PodStatus {
    /// Generation of the spec observed by the kubelet.
    #[serde(skip_serializing_if = "is_zero")]
    pub observed_generation: i64,
    /// The phase.
    pub phase: PodPhase,
    /// Conditions in the order in which the kubelet writes them.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub conditions: Rc<[PodCondition]>,
    /// Why the pod is in this phase, as a message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<Rc<str>>,
    /// Why the pod is in this phase, as a CamelCase word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Rc<str>>,
    /// Address of the node.
    #[serde(rename = "hostIP", skip_serializing_if = "Option::is_none")]
    pub host_ip: Option<Rc<str>>,
    /// Address of the pod.
    #[serde(rename = "podIP", skip_serializing_if = "Option::is_none")]
    pub pod_ip: Option<Rc<str>>,
    /// When the kubelet accepted the pod.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_time: Option<Time>,
    /// One for each init container, in the order of the spec.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub init_container_statuses: Rc<[Rc<ContainerStatus>]>,
    /// One for each container, sorted by name.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub container_statuses: Rc<[Rc<ContainerStatus>]>,
    /// Quality of service class.
    pub qos_class: QosClass,
}

/// Type of a [`PodCondition`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum PodConditionType {
    /// Sandbox and network are set up.
    PodReadyToStartContainers,
    /// All init containers have succeeded.
    Initialized,
    /// The pod can receive traffic.
    Ready,
    /// All containers are ready.
    ContainersReady,
    /// The pod is bound to a node.
    PodScheduled,
    /// A disruption is about to terminate the pod.
    DisruptionTarget,
}

/// One condition of a pod.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PodCondition {
    /// Its type.
    #[serde(rename = "type")]
    pub kind: PodConditionType,
    /// Generation of the pod when the condition was written.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub observed_generation: i64,
    /// Whether it holds.
    pub status: ConditionStatus,
    /// Always null in 1.36.
    #[serde(default)]
    pub last_probe_time: (),
    /// When `status` last changed.
    #[serde(default = "Time::unset")]
    pub last_transition_time: Time,
    /// The reason, a CamelCase word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Rc<str>>,
    /// The message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<Rc<str>>,
}

/// Status of one container of a pod.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ContainerStatus {
    /// Name of the container.
    pub name: Rc<str>,
    /// Its current state.
    pub state: ContainerState,
    /// Its state before the last restart.
    #[serde(default)]
    pub last_state: ContainerState,
    /// Whether it is ready.
    pub ready: bool,
    /// Number of restarts.
    pub restart_count: i32,
    /// The image as written in the manifest.
    pub image: Rc<str>,
    /// The resolved image.
    #[serde(rename = "imageID", default)]
    pub image_id: Rc<str>,
    /// The runtime's ID of the container.
    #[serde(rename = "containerID", default, skip_serializing_if = "str_is_empty")]
    pub container_id: Rc<str>,
    /// Whether it is running and its startup probe has succeeded.
    #[serde(default)]
    pub started: bool,
}

/// State of a container; `{}` if unknown.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ContainerState {
    /// Not started yet, or waiting to be restarted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waiting: Option<Waiting>,
    /// Running.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub running: Option<Running>,
    /// Exited.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub terminated: Option<Rc<Terminated>>,
}

/// Why a container is waiting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// The message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<Rc<str>>,
    /// The reason, a CamelCase word.
    #[serde(default)]
    pub reason: Rc<str>,
}

/// A running container.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Running {
    /// Start of the container.
    pub started_at: Time,
}

/// A container that has exited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Terminated {
    /// Exit code of the process.
    pub exit_code: i32,
    /// The reason, a CamelCase word.
    #[serde(default, skip_serializing_if = "str_is_empty")]
    pub reason: Rc<str>,
    /// Start of the container.
    #[serde(default)]
    pub started_at: Option<Time>,
    /// End of the container.
    #[serde(default)]
    pub finished_at: Option<Time>,
}

fn str_is_empty(text: &Rc<str>) -> bool {
    is_empty(text)
}

impl ContainerState {
    /// Waiting for `reason`.
    #[must_use]
    pub fn waiting(reason: &str, message: Option<String>) -> Self {
        let waiting = Waiting {
            reason: reason.into(),
            message: message.map(Into::into),
        };
        Self {
            waiting: Some(waiting),
            ..Self::default()
        }
    }

    /// Running since `started_at`.
    #[must_use]
    pub fn running(started_at: Time) -> Self {
        Self {
            running: Some(Running { started_at }),
            ..Self::default()
        }
    }

    /// Exited with `exit_code`.
    #[must_use]
    pub fn terminated(exit_code: i32, reason: &str) -> Self {
        let end = Terminated {
            exit_code,
            reason: reason.into(),
            started_at: None,
            finished_at: None,
        };
        Self {
            terminated: Some(Rc::new(end)),
            ..Self::default()
        }
    }
}

impl PodStatus {
    /// Replaces the condition of the same type, or appends it (`pkg/api/v1/pod/util.go`, UpdatePodCondition).
    pub fn set_condition(&mut self, condition: PodCondition) {
        let mut all = self.conditions.to_vec();
        match all.iter_mut().find(|known| known.kind == condition.kind) {
            Some(known) => *known = condition,
            None => all.push(condition),
        }
        self.conditions = all.into();
    }
}
