//! What is of a pod: its phase, its conditions, its containers.

use super::QosClass;
use crate::api::condition::ConditionStatus;
use crate::api::meta::{is_empty, is_zero};
use crate::api::time::Time;
use serde::{Deserialize, Serialize};
use std::rc::Rc;

/// `status.phase`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Default)]
pub enum PodPhase {
    /// Not all containers have been started.
    #[default]
    Pending,
    /// Started; at least one container runs or will again.
    Running,
    /// All containers ended well and stay so.
    Succeeded,
    /// All containers ended, one of them badly.
    Failed,
    /// The node cannot be asked.
    Unknown,
}

impl PodPhase {
    /// As the API writes it.
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
    /// Generation of the spec that the node has seen.
    #[serde(skip_serializing_if = "is_zero")]
    pub observed_generation: i64,
    /// Where the pod is in its life.
    pub phase: PodPhase,
    /// Conditions in the order the kubelet writes them.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub conditions: Rc<[PodCondition]>,
    /// Why the pod is in this phase, in a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<Rc<str>>,
    /// Why the pod is in this phase, in a word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Rc<str>>,
    /// Address of the node.
    #[serde(rename = "hostIP", skip_serializing_if = "Option::is_none")]
    pub host_ip: Option<Rc<str>>,
    /// Address of the pod.
    #[serde(rename = "podIP", skip_serializing_if = "Option::is_none")]
    pub pod_ip: Option<Rc<str>>,
    /// When the kubelet took the pod up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_time: Option<Time>,
    /// One for each init container, in the order of the spec.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub init_container_statuses: Rc<[Rc<ContainerStatus>]>,
    /// One for each container, sorted by name.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub container_statuses: Rc<[Rc<ContainerStatus>]>,
    /// How the pod stands when a node runs short.
    pub qos_class: QosClass,
}

/// What a [`PodCondition`] is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum PodConditionType {
    /// Sandbox and network stand.
    PodReadyToStartContainers,
    /// Init containers are done.
    Initialized,
    /// The pod may be sent traffic.
    Ready,
    /// All containers are ready.
    ContainersReady,
    /// The pod has a node.
    PodScheduled,
    /// The pod is about to be ended by a disruption.
    DisruptionTarget,
}

/// One condition of a pod.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PodCondition {
    /// What it is about.
    #[serde(rename = "type")]
    pub kind: PodConditionType,
    /// Generation of the pod when it was written.
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
    /// Why, in a word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Rc<str>>,
    /// Why, in a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<Rc<str>>,
}

/// How one container of a pod is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ContainerStatus {
    /// Name of the container.
    pub name: Rc<str>,
    /// What it is doing.
    pub state: ContainerState,
    /// What it did before it was last restarted.
    #[serde(default)]
    pub last_state: ContainerState,
    /// Whether its readiness probe passes.
    pub ready: bool,
    /// How often it was restarted.
    pub restart_count: i32,
    /// The image as written.
    pub image: Rc<str>,
    /// The image as resolved.
    #[serde(rename = "imageID", default)]
    pub image_id: Rc<str>,
    /// The runtime's name for the container.
    #[serde(rename = "containerID", default, skip_serializing_if = "str_is_empty")]
    pub container_id: Rc<str>,
    /// Whether it runs and its start-up probe has passed.
    #[serde(default)]
    pub started: bool,
}

/// What a container is doing; `{}` where nothing is known.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ContainerState {
    /// Not started yet, or about to be restarted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waiting: Option<Waiting>,
    /// Running.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub running: Option<Running>,
    /// Ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub terminated: Option<Rc<Terminated>>,
}

/// Why a container waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// In a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<Rc<str>>,
    /// In a word.
    #[serde(default)]
    pub reason: Rc<str>,
}

/// Since when a container runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Running {
    /// Start of the container.
    pub started_at: Time,
}

/// How a container ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Terminated {
    /// Exit code of the process.
    pub exit_code: i32,
    /// Why, in a word.
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

    /// Ended with `exit_code`.
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
    /// Puts a condition in the place of the one of its type, or at the end (`pkg/api/v1/pod/util.go`,
    /// UpdatePodCondition).
    pub fn set_condition(&mut self, condition: PodCondition) {
        let mut all = self.conditions.to_vec();
        match all.iter_mut().find(|known| known.kind == condition.kind) {
            Some(known) => *known = condition,
            None => all.push(condition),
        }
        self.conditions = all.into();
    }
}
