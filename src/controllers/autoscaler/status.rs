//! The status of an autoscaler (`horizontal.go`, setStatus and setCondition).

use crate::actor::{Context, SyncError};
use crate::api::kind::Kind;
use crate::api::object::{Key, Object};
use serde_json::{Value, json};
use std::rc::Rc;

/// A status being updated.
pub(super) struct Status {
    value: Value,
    now: String,
}

impl Status {
    /// The current status.
    pub(super) fn of(cx: &Context<'_>, key: &Key) -> Self {
        let known = match cx.store.get(key) {
            Some(Object::Other(_, object)) => object.fields.get("status").cloned(),
            _ => None,
        };
        Self {
            value: known.filter(Value::is_object).unwrap_or_else(|| json!({})),
            now: cx.now().whole_seconds().to_string(),
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
        let known = conditions.iter_mut().find(|known| known["type"] == name);
        match known {
            Some(known) => {
                if known["status"] != status {
                    known["lastTransitionTime"] = Value::from(self.now.as_str());
                }
                known["status"] = status.into();
                known["reason"] = reason.into();
                known["message"] = message.into();
            }
            None => conditions.push(json!({
                "type": name, "status": status, "reason": reason, "message": message,
                "lastTransitionTime": self.now
            })),
        }
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
        cx.store
            .update_status(Object::Other(key.kind, Rc::new(object)))?;
        Ok(())
    }
}
