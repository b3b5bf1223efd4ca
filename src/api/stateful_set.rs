//! Typed StatefulSets: no `Option` where the API server sets a default.

use super::int_or_percent::IntOrPercent;
use super::lift::lift;
use super::meta::{ObjectMeta, StringMap, is_zero};
use super::selector::LabelSelector;
use super::template::PodTemplate;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use std::rc::Rc;

/// A StatefulSet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StatefulSet {
    /// Name, labels, annotations.
    pub metadata: ObjectMeta,
    /// The desired state.
    pub spec: StatefulSetSpec,
    /// The observed state.
    #[serde(default)]
    pub status: StatefulSetStatus,
}

/// `spec` of a StatefulSet, defaulted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StatefulSetSpec {
    /// Desired number of pods.
    pub replicas: i32,
    /// Selects its pods and revisions; immutable.
    pub selector: Rc<LabelSelector>,
    /// Template of the pods.
    pub template: Rc<PodTemplate>,
    /// Templates of each pod's own claims; immutable.
    #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
    pub volume_claim_templates: Rc<[ClaimTemplate]>,
    /// The headless Service of the pods' DNS names; immutable, and may be empty or missing.
    #[serde(default)]
    pub service_name: Rc<str>,
    /// Whether pods are created and deleted in order; immutable.
    #[serde(default)]
    pub pod_management_policy: PodManagementPolicy,
    /// How to replace old pods with new ones.
    #[serde(default)]
    pub update_strategy: StatefulSetUpdateStrategy,
    /// Number of unused revisions to keep; a negative number keeps all.
    #[serde(default = "ten")]
    pub revision_history_limit: i32,
    /// Seconds a pod must have been ready to count as available.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub min_ready_seconds: i32,
    /// What happens to the claims of deleted pods.
    #[serde(default)]
    pub persistent_volume_claim_retention_policy: ClaimRetentionPolicy,
    /// Where the pods' ordinals start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ordinals: Option<Ordinals>,
}

fn ten() -> i32 {
    10
}

/// `spec.ordinals`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Ordinals {
    /// Ordinal of the first pod.
    #[serde(default)]
    pub start: i32,
}

/// `spec.podManagementPolicy`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum PodManagementPolicy {
    /// One pod at a time, each waiting for its predecessors.
    #[default]
    OrderedReady,
    /// All pods at once.
    Parallel,
}

/// `spec.updateStrategy`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", from = "GivenStrategy")]
pub enum StatefulSetUpdateStrategy {
    /// Pods are replaced one at a time, from the highest ordinal down.
    RollingUpdate {
        /// Parameters of the update; absent if the manifest gives only the type.
        #[serde(rename = "rollingUpdate", skip_serializing_if = "Option::is_none")]
        rolling_update: Option<RollingUpdateStatefulSet>,
    },
    /// Pods are replaced only after a user deletes them.
    OnDelete,
}

/// `spec.updateStrategy` as written in the manifest.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct GivenStrategy {
    r#type: StrategyType,
    rolling_update: Option<RollingUpdateStatefulSet>,
}

#[derive(Deserialize)]
enum StrategyType {
    RollingUpdate,
    OnDelete,
}

impl From<GivenStrategy> for StatefulSetUpdateStrategy {
    fn from(given: GivenStrategy) -> Self {
        let rolling_update = given.rolling_update;
        match given.r#type {
            StrategyType::RollingUpdate => Self::RollingUpdate { rolling_update },
            StrategyType::OnDelete => Self::OnDelete,
        }
    }
}

impl Default for StatefulSetUpdateStrategy {
    fn default() -> Self {
        Self::RollingUpdate {
            rolling_update: Some(RollingUpdateStatefulSet::default()),
        }
    }
}

/// `spec.updateStrategy.rollingUpdate`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RollingUpdateStatefulSet {
    /// Pods with a lower index than this are not updated.
    pub partition: i32,
    /// Maximum number of unavailable pods; kept only if the gate MaxUnavailableStatefulSet is on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_unavailable: Option<IntOrPercent>,
}

/// `spec.persistentVolumeClaimRetentionPolicy`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ClaimRetentionPolicy {
    /// When the StatefulSet is deleted.
    pub when_deleted: Retention,
    /// When the StatefulSet is scaled down.
    pub when_scaled: Retention,
}

/// What happens to claims.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Retention {
    /// They are kept.
    #[default]
    Retain,
    /// They are deleted too.
    Delete,
}

/// An entry of `spec.volumeClaimTemplates`: kept whole, with the fields that the controller uses extracted once.
#[derive(Debug, Clone)]
pub struct ClaimTemplate {
    /// The template as the API serves it.
    pub value: Rc<Value>,
    /// Name of the volume, and prefix of the claims' names.
    pub name: Rc<str>,
    /// `metadata.labels`.
    pub labels: StringMap,
    /// `metadata.annotations`, shared by every claim created from the template.
    pub annotations: StringMap,
    /// `spec`, shared likewise.
    pub spec: Rc<Value>,
}

impl PartialEq for ClaimTemplate {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.value, &other.value) || self.value == other.value
    }
}

impl Serialize for ClaimTemplate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for ClaimTemplate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize, Default)]
        #[serde(default)]
        struct Lifted {
            metadata: ObjectMeta,
        }
        let value = Value::deserialize(deserializer)?;
        let Lifted { metadata } = lift(&value).map_err(serde::de::Error::custom)?;
        Ok(Self {
            name: metadata.name,
            labels: metadata.labels,
            annotations: metadata.annotations,
            spec: Rc::new(value.get("spec").cloned().unwrap_or_default()),
            value: Rc::new(value),
        })
    }
}

/// `status` of a StatefulSet. The controller sets no conditions.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct StatefulSetStatus {
    /// Generation observed by the controller.
    #[serde(skip_serializing_if = "is_zero")]
    pub observed_generation: i64,
    /// Existing pods, including terminating ones; served even if zero.
    pub replicas: i32,
    /// Pods that are ready.
    #[serde(skip_serializing_if = "is_zero")]
    pub ready_replicas: i32,
    /// Pods of the current revision.
    #[serde(skip_serializing_if = "is_zero")]
    pub current_replicas: i32,
    /// Pods of the update revision.
    #[serde(skip_serializing_if = "is_zero")]
    pub updated_replicas: i32,
    /// Name of the revision before the update.
    #[serde(skip_serializing_if = "str_is_empty")]
    pub current_revision: Rc<str>,
    /// Name of the revision after the update.
    #[serde(skip_serializing_if = "str_is_empty")]
    pub update_revision: Rc<str>,
    /// Number of hash collisions with existing revisions; absent until the controller has synced once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub collision_count: Option<i32>,
    /// Pods that have been ready for minReadySeconds; served even if zero.
    pub available_replicas: i32,
}

fn str_is_empty(text: &Rc<str>) -> bool {
    text.is_empty()
}

impl StatefulSet {
    /// Ordinal of the first pod.
    #[must_use]
    pub fn start_ordinal(&self) -> i32 {
        self.spec.ordinals.map_or(0, |ordinals| ordinals.start)
    }

    /// Ordinal of the last pod; below the first if no pods are wanted.
    #[must_use]
    pub fn end_ordinal(&self) -> i32 {
        self.start_ordinal()
            .saturating_add(self.spec.replicas)
            .saturating_sub(1)
    }

    /// Whether pods are created and deleted in order.
    #[must_use]
    pub fn is_monotonic(&self) -> bool {
        self.spec.pod_management_policy == PodManagementPolicy::OrderedReady
    }

    /// The strategy's `rollingUpdate`, if present.
    #[must_use]
    pub fn rolling_update(&self) -> Option<&RollingUpdateStatefulSet> {
        match &self.spec.update_strategy {
            StatefulSetUpdateStrategy::RollingUpdate { rolling_update } => rolling_update.as_ref(),
            StatefulSetUpdateStrategy::OnDelete => None,
        }
    }

    /// Number of pods, from the lowest ordinal up, that are not updated.
    #[must_use]
    pub fn partition(&self) -> i32 {
        self.rolling_update().map_or(0, |block| block.partition)
    }
}
