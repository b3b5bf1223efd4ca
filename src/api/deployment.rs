//! Typed Deployments: no `Option` where the API server sets a default.

use super::condition::Condition;
use super::int_or_percent::IntOrPercent;
use super::meta::{ObjectMeta, is_zero};
use super::selector::LabelSelector;
use super::template::PodTemplate;
use serde::{Deserialize, Serialize};
use std::rc::Rc;

/// A Deployment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Deployment {
    /// Name, labels, annotations.
    pub metadata: ObjectMeta,
    /// The desired state.
    pub spec: DeploymentSpec,
    /// The observed state.
    #[serde(default)]
    pub status: DeploymentStatus,
}

/// `spec` of a Deployment, defaulted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeploymentSpec {
    /// Desired number of pods.
    pub replicas: i32,
    /// Selects its ReplicaSets and pods; immutable.
    pub selector: Rc<LabelSelector>,
    /// Template of the pods.
    pub template: Rc<PodTemplate>,
    /// How to replace old pods with new ones.
    pub strategy: DeploymentStrategy,
    /// Seconds a pod must have been ready to count as available.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub min_ready_seconds: i32,
    /// Number of old ReplicaSets to keep; `None` keeps all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision_history_limit: Option<i32>,
    /// Whether template changes are not rolled out for now.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub paused: bool,
    /// Seconds without progress after which the rollout counts as stuck; `None` means never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub progress_deadline_seconds: Option<i32>,
}

/// `spec.strategy`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", from = "GivenStrategy")]
pub enum DeploymentStrategy {
    /// All old pods are terminated before new ones are created.
    Recreate,
    /// New pods replace old ones step by step.
    RollingUpdate {
        /// Limits of the update.
        #[serde(rename = "rollingUpdate", skip_serializing_if = "Option::is_none")]
        rolling_update: Option<RollingUpdateDeployment>,
    },
}

/// `spec.strategy` as written in the manifest.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct GivenStrategy {
    r#type: StrategyType,
    rolling_update: Option<RollingUpdateDeployment>,
}

#[derive(Deserialize)]
enum StrategyType {
    Recreate,
    RollingUpdate,
}

impl From<GivenStrategy> for DeploymentStrategy {
    fn from(given: GivenStrategy) -> Self {
        let rolling_update = given.rolling_update;
        match given.r#type {
            StrategyType::Recreate => Self::Recreate,
            StrategyType::RollingUpdate => Self::RollingUpdate { rolling_update },
        }
    }
}

/// `spec.strategy.rollingUpdate`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RollingUpdateDeployment {
    /// Maximum number of unavailable pods.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_unavailable: Option<IntOrPercent>,
    /// Maximum number of pods above `replicas`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_surge: Option<IntOrPercent>,
}

/// `status` of a Deployment. Zero counts are omitted, except terminatingReplicas.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DeploymentStatus {
    /// Generation observed by the controller.
    #[serde(skip_serializing_if = "is_zero")]
    pub observed_generation: i64,
    /// Pods of all ReplicaSets.
    #[serde(skip_serializing_if = "is_zero")]
    pub replicas: i32,
    /// Pods of the new ReplicaSet.
    #[serde(skip_serializing_if = "is_zero")]
    pub updated_replicas: i32,
    /// Pods that are ready.
    #[serde(skip_serializing_if = "is_zero")]
    pub ready_replicas: i32,
    /// Pods that have been ready for minReadySeconds.
    #[serde(skip_serializing_if = "is_zero")]
    pub available_replicas: i32,
    /// Pods wanted by all ReplicaSets that are not available.
    #[serde(skip_serializing_if = "is_zero")]
    pub unavailable_replicas: i32,
    /// Terminating pods; absent until every ReplicaSet has reported its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub terminating_replicas: Option<i32>,
    /// Conditions, in the order of their last update.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<DeploymentCondition>,
    /// Number of hash collisions of a template with an existing ReplicaSet of the same name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub collision_count: Option<i32>,
}

/// Type of a Deployment's condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum DeploymentConditionType {
    /// Enough pods are available.
    Available,
    /// The rollout is progressing.
    Progressing,
    /// Pods cannot be created or deleted.
    ReplicaFailure,
}

/// A condition of a Deployment.
pub type DeploymentCondition = Condition<DeploymentConditionType>;
