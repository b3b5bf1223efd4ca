//! Deployments, typed: no `Option` where the API server has a default.

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
    /// What is wanted.
    pub spec: DeploymentSpec,
    /// What is.
    #[serde(default)]
    pub status: DeploymentStatus,
}

/// `spec` of a Deployment, defaulted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeploymentSpec {
    /// How many pods there should be.
    pub replicas: i32,
    /// Which ReplicaSets and pods belong to it; immutable.
    pub selector: Rc<LabelSelector>,
    /// What the pods should be like.
    pub template: Rc<PodTemplate>,
    /// How to get from one template to the next.
    pub strategy: DeploymentStrategy,
    /// Seconds that a pod must have been ready to count as available.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub min_ready_seconds: i32,
    /// How many old ReplicaSets are kept; `None` keeps all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision_history_limit: Option<i32>,
    /// Whether template changes wait.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub paused: bool,
    /// Seconds without progress after which the rollout counts as stuck; `None` never does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub progress_deadline_seconds: Option<i32>,
}

/// `spec.strategy`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", from = "GivenStrategy")]
pub enum DeploymentStrategy {
    /// All old pods end before the first new one starts.
    Recreate,
    /// New pods replace old ones step by step.
    RollingUpdate {
        /// The bounds of the update.
        #[serde(rename = "rollingUpdate", skip_serializing_if = "Option::is_none")]
        rolling_update: Option<RollingUpdate>,
    },
}

/// `spec.strategy` as it is written.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct GivenStrategy {
    r#type: StrategyType,
    rolling_update: Option<RollingUpdate>,
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
pub struct RollingUpdate {
    /// How many pods may be missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_unavailable: Option<IntOrPercent>,
    /// How many pods there may be too many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_surge: Option<IntOrPercent>,
}

/// `status` of a Deployment. Counts that are zero are not served, but for terminatingReplicas.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DeploymentStatus {
    /// Generation that the controller has seen.
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
    /// Pods that are wanted of all ReplicaSets and not available.
    #[serde(skip_serializing_if = "is_zero")]
    pub unavailable_replicas: i32,
    /// Pods that are ending; unknown until every ReplicaSet has reported its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub terminating_replicas: Option<i32>,
    /// Conditions in the order they were last written.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<DeploymentCondition>,
    /// How often the hash of a template met a foreign ReplicaSet of the same name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub collision_count: Option<i32>,
}

/// What a condition of a Deployment is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum DeploymentConditionType {
    /// Enough pods are available.
    Available,
    /// The rollout gets on.
    Progressing,
    /// Pods cannot be made or removed.
    ReplicaFailure,
}

/// A condition of a Deployment.
pub type DeploymentCondition = Condition<DeploymentConditionType>;
