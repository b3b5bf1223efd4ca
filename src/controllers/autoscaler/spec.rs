//! What is looked at in a HorizontalPodAutoscaler; the object itself is kept as the API serves it.

use super::behavior::{Behavior, GivenRules};
use crate::api::kind::Kind;
use crate::api::lift::lift;
use crate::api::meta::ObjectMeta;
use crate::api::object::Object;
use crate::api::quantity::Quantity;
use serde::Deserialize;
use serde_json::Value;
use std::rc::Rc;

/// A HorizontalPodAutoscaler, lifted out of its object.
#[derive(Debug, Clone, PartialEq)]
pub struct Autoscaler {
    /// Name.
    pub metadata: ObjectMeta,
    /// What is wanted.
    pub spec: Spec,
}

/// `spec` of an autoscaler.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Spec {
    /// What is scaled.
    pub scale_target_ref: Target,
    /// Least replicas.
    #[serde(default)]
    pub min_replicas: Option<i32>,
    /// Most replicas.
    #[serde(default)]
    pub max_replicas: i32,
    /// What decides.
    #[serde(default)]
    pub metrics: Option<Vec<Metric>>,
    #[serde(default)]
    behavior: Option<GivenBehavior>,
}

/// What is scaled.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Target {
    /// Group and version of the kind.
    #[serde(default)]
    pub api_version: Rc<str>,
    /// Kind.
    pub kind: Rc<str>,
    /// Name.
    pub name: Rc<str>,
}

/// One metric; what is not simulated has neither `resource` nor `containerResource`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Metric {
    /// `Resource`, `ContainerResource`, …
    #[serde(rename = "type")]
    pub kind: Rc<str>,
    /// Usage of a resource by pods.
    #[serde(default)]
    pub resource: Option<ResourceMetric>,
    /// Usage of a resource by one container of each pod.
    #[serde(default)]
    pub container_resource: Option<ResourceMetric>,
}

/// Usage of a resource.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ResourceMetric {
    /// `cpu`, `memory`.
    pub name: Rc<str>,
    /// The container, where only one is looked at.
    #[serde(default)]
    pub container: Option<Rc<str>>,
    /// How much it should be.
    pub target: MetricTarget,
}

/// How much a metric should be.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MetricTarget {
    /// In hundredths of what is requested.
    #[serde(default)]
    pub average_utilization: Option<i32>,
    /// As an amount, for each pod.
    #[serde(default)]
    pub average_value: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[derive(Default)]
struct GivenBehavior {
    scale_up: Option<GivenRules>,
    scale_down: Option<GivenRules>,
}

impl MetricTarget {
    /// The amount for each pod, in thousandths.
    #[must_use]
    pub fn average_milli(&self) -> Option<i64> {
        let text = self.average_value.as_deref()?;
        Quantity::parse(text).ok()?.scaled(-3)
    }
}

impl Autoscaler {
    /// Lifts an autoscaler; `None` for other kinds, and for fields that decoding would have refused.
    #[must_use]
    pub fn of(object: &Object) -> Option<Self> {
        let Object::Other(Kind::HorizontalPodAutoscaler, object) = object else {
            return None;
        };
        let spec = object.fields.get("spec").unwrap_or(&Value::Null);
        Some(Self {
            metadata: object.metadata.clone(),
            spec: lift(spec).ok()?,
        })
    }
}

impl Spec {
    /// The behavior, defaulted, if the manifest says anything about it.
    #[must_use]
    pub fn behavior(&self) -> Option<Behavior> {
        let given = self.behavior.clone()?;
        Some(Behavior {
            up: given.scale_up.unwrap_or_default().up(),
            down: given.scale_down.unwrap_or_default().down(),
        })
    }
}

impl Target {
    /// The kind, if it can be scaled.
    #[must_use]
    pub fn kind(&self) -> Option<Kind> {
        let kind = Kind::from_api(&self.api_version, &self.kind)?;
        kind.is_scalable().then_some(kind)
    }
}
