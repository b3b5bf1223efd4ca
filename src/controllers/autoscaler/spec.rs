//! Typed fields of HorizontalPodAutoscalers, which are stored as the API serves them.

use super::behavior::{Behavior, GivenRules};
use crate::api::kind::Kind;
use crate::api::lift::lift;
use crate::api::meta::ObjectMeta;
use crate::api::object::Object;
use crate::api::quantity::Quantity;
use serde::Deserialize;
use serde_json::Value;
use std::rc::Rc;

/// A HorizontalPodAutoscaler, converted from its object.
#[derive(Debug, Clone, PartialEq)]
pub struct Autoscaler {
    /// Name and namespace.
    pub metadata: ObjectMeta,
    /// The desired state.
    pub spec: AutoscalerSpec,
}

/// `spec` of an autoscaler.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AutoscalerSpec {
    /// The object to be scaled.
    pub scale_target_ref: ScaleTarget,
    /// Minimum number of replicas.
    #[serde(default)]
    pub min_replicas: Option<i32>,
    /// Maximum number of replicas.
    #[serde(default)]
    pub max_replicas: i32,
    /// The metrics that determine the size.
    #[serde(default)]
    pub metrics: Option<Vec<Metric>>,
    #[serde(default)]
    behavior: Option<GivenBehavior>,
}

/// Reference to the object to be scaled.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ScaleTarget {
    /// Group and version of the kind.
    #[serde(default)]
    pub api_version: Rc<str>,
    /// Kind.
    pub kind: Rc<str>,
    /// Name.
    pub name: Rc<str>,
}

/// A metric. Types that are not simulated have neither `resource` nor `containerResource`.
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
    /// A metric that is not related to any object.
    #[serde(default)]
    pub external: Option<ExternalMetric>,
}

/// A metric that is not related to any object.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct ExternalMetric {
    /// Which metric.
    pub metric: MetricIdentifier,
    /// The target.
    pub target: MetricTarget,
}

/// Which metric.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct MetricIdentifier {
    /// Its name.
    pub name: Rc<str>,
    /// Its label selector, as the API serves it.
    #[serde(default)]
    pub selector: Option<Value>,
}

/// Usage of a resource.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ResourceMetric {
    /// `cpu`, `memory`.
    pub name: Rc<str>,
    /// The container, if the metric covers only one.
    #[serde(default)]
    pub container: Option<Rc<str>>,
    /// Target value.
    pub target: MetricTarget,
}

/// Target value of a metric.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MetricTarget {
    /// In percent of the requests.
    #[serde(default)]
    pub average_utilization: Option<i32>,
    /// As a quantity per pod.
    #[serde(default)]
    pub average_value: Option<String>,
    /// As a total.
    #[serde(default)]
    pub value: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[derive(Default)]
struct GivenBehavior {
    scale_up: Option<GivenRules>,
    scale_down: Option<GivenRules>,
}

impl MetricTarget {
    /// The quantity per pod, in thousandths.
    #[must_use]
    pub fn average_milli(&self) -> Option<i64> {
        milli(self.average_value.as_deref()?)
    }

    /// The total in thousandths.
    #[must_use]
    pub fn total_milli(&self) -> Option<i64> {
        milli(self.value.as_deref()?)
    }
}

fn milli(text: &str) -> Option<i64> {
    Quantity::parse(text).ok()?.scaled(-3)
}

impl Autoscaler {
    /// Converts an autoscaler's object; `None` for other kinds, and if a field is invalid.
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

impl AutoscalerSpec {
    /// Whether the target may be scaled to zero.
    #[must_use]
    pub fn may_be_zero(&self) -> bool {
        self.min_replicas == Some(0) && self.measures_without_pods()
    }

    /// Whether a metric exists that can be read without pods.
    #[must_use]
    pub fn measures_without_pods(&self) -> bool {
        let mut metrics = self.metrics.iter().flatten();
        metrics.any(|metric| ["Object", "External"].contains(&&*metric.kind))
    }

    /// The behavior, defaulted, if the manifest contains one.
    #[must_use]
    pub fn behavior(&self) -> Option<Behavior> {
        let given = self.behavior.clone()?;
        Some(Behavior {
            up: given.scale_up.unwrap_or_default().up(),
            down: given.scale_down.unwrap_or_default().down(),
        })
    }
}

impl ScaleTarget {
    /// The target's kind, if it is scalable.
    #[must_use]
    pub fn kind(&self) -> Option<Kind> {
        let kind = Kind::from_api(&self.api_version, &self.kind)?;
        kind.is_scalable().then_some(kind)
    }
}
