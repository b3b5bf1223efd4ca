//! Typed ReplicaSets: no `Option` where the API server sets a default.

use super::condition::Condition;
use super::meta::{ObjectMeta, is_zero};
use super::selector::LabelSelector;
use super::template::PodTemplate;
use serde::{Deserialize, Serialize};
use std::rc::Rc;

/// A ReplicaSet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReplicaSet {
    /// Name, labels, annotations, owner.
    pub metadata: ObjectMeta,
    /// The desired state.
    pub spec: ReplicaSetSpec,
    /// The observed state.
    #[serde(default)]
    pub status: ReplicaSetStatus,
}

/// `spec` of a ReplicaSet, defaulted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReplicaSetSpec {
    /// Desired number of pods.
    pub replicas: i32,
    /// Seconds a pod must have been ready to count as available.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub min_ready_seconds: i32,
    /// Selects its pods; immutable.
    pub selector: Rc<LabelSelector>,
    /// Template of the pods.
    pub template: Rc<PodTemplate>,
}

/// `status` of a ReplicaSet.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ReplicaSetStatus {
    /// Active pods; served even if zero.
    pub replicas: i32,
    /// Pods that carry all labels of the template.
    #[serde(skip_serializing_if = "is_zero")]
    pub fully_labeled_replicas: i32,
    /// Pods that are ready.
    #[serde(skip_serializing_if = "is_zero")]
    pub ready_replicas: i32,
    /// Pods that have been ready for minReadySeconds.
    #[serde(skip_serializing_if = "is_zero")]
    pub available_replicas: i32,
    /// Terminating pods; absent until the controller has synced once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub terminating_replicas: Option<i32>,
    /// Generation observed by the controller.
    #[serde(skip_serializing_if = "is_zero")]
    pub observed_generation: i64,
    /// Conditions.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<ReplicaSetCondition>,
}

/// Type of a ReplicaSet's condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReplicaSetConditionType {
    /// Pods cannot be created or deleted.
    ReplicaFailure,
}

/// A condition of a ReplicaSet.
pub type ReplicaSetCondition = Condition<ReplicaSetConditionType>;
