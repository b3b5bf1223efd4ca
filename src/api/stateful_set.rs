//! StatefulSets, typed: no `Option` where the API server has a default.

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
    /// What is wanted.
    pub spec: StatefulSetSpec,
    /// What is.
    #[serde(default)]
    pub status: StatefulSetStatus,
}

/// `spec` of a StatefulSet, defaulted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StatefulSetSpec {
    /// How many pods there should be.
    pub replicas: i32,
    /// Which pods and revisions belong to it; immutable.
    pub selector: Rc<LabelSelector>,
    /// What the pods should be like.
    pub template: Rc<PodTemplate>,
    /// Claims that every pod has of its own; immutable.
    #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
    pub volume_claim_templates: Rc<[ClaimTemplate]>,
    /// The Service that gives the pods their names; immutable, and may be empty or not exist.
    #[serde(default)]
    pub service_name: Rc<str>,
    /// Whether pods come and go one after the other; immutable.
    #[serde(default)]
    pub pod_management_policy: PodManagementPolicy,
    /// How to get from one template to the next.
    #[serde(default)]
    pub update_strategy: StatefulSetUpdateStrategy,
    /// How many revisions are kept that no pod is of; a negative number keeps all.
    #[serde(default = "ten")]
    pub revision_history_limit: i32,
    /// Seconds that a pod must have been ready to count as available.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub min_ready_seconds: i32,
    /// What becomes of the claims of pods that go.
    #[serde(default)]
    pub persistent_volume_claim_retention_policy: ClaimRetentionPolicy,
    /// Where the pods' numbers begin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ordinals: Option<Ordinals>,
}

fn ten() -> i32 {
    10
}

/// `spec.ordinals`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Ordinals {
    /// Number of the first pod.
    #[serde(default)]
    pub start: i32,
}

/// `spec.podManagementPolicy`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum PodManagementPolicy {
    /// One pod after the other, each waiting for those before it.
    #[default]
    OrderedReady,
    /// All pods at once.
    Parallel,
}

/// `spec.updateStrategy`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", from = "GivenStrategy")]
pub enum StatefulSetUpdateStrategy {
    /// Pods are replaced one by one, from the highest number down.
    RollingUpdate {
        /// The bounds of the update; absent where a manifest names the type and nothing else.
        #[serde(rename = "rollingUpdate", skip_serializing_if = "Option::is_none")]
        rolling_update: Option<RollingUpdate>,
    },
    /// Pods are replaced when somebody deletes them.
    OnDelete,
}

/// `spec.updateStrategy` as it is written.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct GivenStrategy {
    r#type: StrategyType,
    rolling_update: Option<RollingUpdate>,
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
            rolling_update: Some(RollingUpdate::default()),
        }
    }
}

/// `spec.updateStrategy.rollingUpdate`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RollingUpdate {
    /// Pods below this place in the order are left as they are.
    pub partition: i32,
    /// How many pods may be missing; kept only where the gate MaxUnavailableStatefulSet is on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_unavailable: Option<IntOrPercent>,
}

/// `spec.persistentVolumeClaimRetentionPolicy`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ClaimRetentionPolicy {
    /// When the StatefulSet is deleted.
    pub when_deleted: Retention,
    /// When the StatefulSet becomes smaller.
    pub when_scaled: Retention,
}

/// What becomes of claims.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Retention {
    /// They stay.
    #[default]
    Retain,
    /// They go too.
    Delete,
}

/// One of `spec.volumeClaimTemplates`: kept whole, with what the controller looks at lifted out once.
#[derive(Debug, Clone)]
pub struct ClaimTemplate {
    /// The template as the API serves it.
    pub value: Rc<Value>,
    /// Name of the volume, and the beginning of the claims' names.
    pub name: Rc<str>,
    /// `metadata.labels`.
    pub labels: StringMap,
    /// `metadata.annotations`, shared by every claim that is made from the template.
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
    /// Generation that the controller has seen.
    #[serde(skip_serializing_if = "is_zero")]
    pub observed_generation: i64,
    /// Pods there are, those that are ending among them; served even when zero.
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
    /// Name of the revision that the set is coming from.
    #[serde(skip_serializing_if = "str_is_empty")]
    pub current_revision: Rc<str>,
    /// Name of the revision that the set is going to.
    #[serde(skip_serializing_if = "str_is_empty")]
    pub update_revision: Rc<str>,
    /// How often a new revision's name was taken; absent until the controller has looked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub collision_count: Option<i32>,
    /// Pods that have been ready for minReadySeconds; served even when zero.
    pub available_replicas: i32,
}

fn str_is_empty(text: &Rc<str>) -> bool {
    text.is_empty()
}

impl StatefulSet {
    /// Number of the first pod.
    #[must_use]
    pub fn start_ordinal(&self) -> i32 {
        self.spec.ordinals.map_or(0, |ordinals| ordinals.start)
    }

    /// Number of the last pod; below the first where no pods are wanted.
    #[must_use]
    pub fn end_ordinal(&self) -> i32 {
        self.start_ordinal()
            .saturating_add(self.spec.replicas)
            .saturating_sub(1)
    }

    /// Whether pods come and go one after the other.
    #[must_use]
    pub fn is_monotonic(&self) -> bool {
        self.spec.pod_management_policy == PodManagementPolicy::OrderedReady
    }

    /// The block `rollingUpdate`, if the strategy has it.
    #[must_use]
    pub fn rolling_update(&self) -> Option<&RollingUpdate> {
        match &self.spec.update_strategy {
            StatefulSetUpdateStrategy::RollingUpdate { rolling_update } => rolling_update.as_ref(),
            StatefulSetUpdateStrategy::OnDelete => None,
        }
    }

    /// How many pods at the beginning of the order are left as they are.
    #[must_use]
    pub fn partition(&self) -> i32 {
        self.rolling_update().map_or(0, |block| block.partition)
    }
}
