//! The status of an autoscaler (`horizontal.go`, setStatus and setCondition).

use crate::actor::{Context, SyncError};
use crate::api::kind::Kind;
use crate::api::object::{Key, Object};
use crate::versions::Feature;
use serde_json::{Value, json};
use std::rc::Rc;

/// The type of the condition that the target was scaled to zero.
const SCALED_TO_ZERO: &str = "ScaledToZero";

/// A status being updated.
pub(super) struct Status {
    value: Value,
    now: String,
    /// The observed generation, if the API counts generations.
    generation: Option<i64>,
}

impl Status {
    /// The current status.
    pub(super) fn of(cx: &Context<'_>, key: &Key) -> Self {
        let object = cx.store.get(key);
        let known = match object {
            Some(Object::Other(_, object)) => object.fields.get("status").cloned(),
            _ => None,
        };
        let generation = object.map(|object| object.meta().generation);
        Self {
            value: known.filter(Value::is_object).unwrap_or_else(|| json!({})),
            now: cx.now().whole_seconds().to_string(),
            generation: generation.filter(|_| cx.store.has(Feature::HPAGeneration)),
        }
    }

    /// Sets a condition in place; its transition time changes only with its status.
    pub(super) fn set(&mut self, name: &str, holds: bool, reason: &str, message: &str) {
        let status = if holds { "True" } else { "False" };
        if !self.value["conditions"].is_array() {
            self.value["conditions"] = json!([]);
        }
        let Some(conditions) = self.value["conditions"].as_array_mut() else {
            return;
        };
        let known = conditions.iter().position(|known| known["type"] == name);
        let place = known.unwrap_or_else(|| {
            conditions.push(json!({ "type": name }));
            conditions.len() - 1
        });
        let Some(condition) = conditions.get_mut(place) else {
            return;
        };
        if condition["status"] != status {
            condition["lastTransitionTime"] = Value::from(self.now.as_str());
        }
        condition["status"] = status.into();
        condition["reason"] = reason.into();
        condition["message"] = message.into();
        if let Some(generation) = self.generation {
            condition["observedGeneration"] = generation.into();
        }
    }

    /// Whether the last rescale was one to zero.
    pub(super) fn is_scaled_to_zero(&self) -> bool {
        let conditions = self.value["conditions"].as_array();
        let mut conditions = conditions.into_iter().flatten();
        conditions.any(|known| known["type"] == SCALED_TO_ZERO && known["status"] == "True")
    }

    /// Records whether the last rescale was one to zero.
    pub(super) fn scaled_to_zero(&mut self, is_so: bool) {
        let (reason, message) = match is_so {
            true => (
                "ScaledToZero",
                "the HPA controller scaled the workload to zero",
            ),
            false => (
                "NotScaledToZero",
                "the HPA controller did not scale the workload to zero",
            ),
        };
        self.set(SCALED_TO_ZERO, is_so, reason, message);
    }

    /// Sets the sizes; a `current` of zero is omitted.
    pub(super) fn sizes(&mut self, current: i32, desired: i32) {
        match current {
            0 => {
                if let Some(fields) = self.value.as_object_mut() {
                    fields.remove("currentReplicas");
                }
            }
            _ => self.value["currentReplicas"] = current.into(),
        }
        self.value["desiredReplicas"] = desired.into();
    }

    /// The last desired size.
    pub(super) fn desired(&self) -> i32 {
        let desired = self.value["desiredReplicas"].as_i64();
        desired
            .and_then(|desired| i32::try_from(desired).ok())
            .unwrap_or(0)
    }

    /// Sets `currentMetrics`.
    pub(super) fn metrics(&mut self, metrics: Vec<Value>) {
        self.value["currentMetrics"] = if metrics.is_empty() {
            Value::Null
        } else {
            metrics.into()
        };
    }

    /// Records that the target was scaled now.
    pub(super) fn scaled(&mut self) {
        self.value["lastScaleTime"] = Value::from(self.now.as_str());
    }

    /// Writes the status if it changed.
    pub(super) fn write(self, cx: &mut Context<'_>, key: &Key) -> Result<(), SyncError> {
        let Some(Object::Other(Kind::HorizontalPodAutoscaler, object)) = cx.store.get(key) else {
            return Ok(());
        };
        let mut object = (**object).clone();
        object.fields["status"] = self.value;
        if let Some(generation) = self.generation {
            object.fields["status"]["observedGeneration"] = generation.into();
        }
        cx.store
            .update_status(Object::Other(key.kind, Rc::new(object)))?;
        Ok(())
    }
}
