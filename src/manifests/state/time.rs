//! The time of a state: the newest one in its objects.

use crate::api::look::Look;
use crate::api::time::Time;
use serde_json::Value;

/// Fields with the time at which something happened. `deletionTimestamp` is when a grace period ends.
const FIELDS: [&str; 14] = [
    "creationTimestamp",
    "eventTime",
    "finishedAt",
    "firstTimestamp",
    "lastHeartbeatTime",
    "lastObservedTime",
    "lastProbeTime",
    "lastScaleTime",
    "lastTimestamp",
    "lastTransitionTime",
    "lastUpdateTime",
    "startTime",
    "startedAt",
    "time",
];
/// Parts of objects that hold what users write, where a name like these may mean anything.
const FREE: [&str; 5] = ["annotations", "labels", "data", "stringData", "spec"];

/// The newest time at which something happened to one of the objects.
pub fn newest<'v>(values: impl Iterator<Item = &'v Value>) -> Option<Time> {
    values
        .filter_map(|value| deletion(value).max(within(value)))
        .max()
}

/// When an object's deletion was requested.
fn deletion(value: &Value) -> Option<Time> {
    let due = Time::parse(value.text("metadata.deletionTimestamp"))?;
    let grace = value.int("metadata.deletionGracePeriodSeconds");
    Some(due.plus_seconds(grace.saturating_neg()))
}

fn within(value: &Value) -> Option<Time> {
    match value {
        Value::Array(items) => items.iter().filter_map(within).max(),
        Value::Object(fields) => {
            let each = fields.iter().filter_map(|(name, value)| match value {
                Value::String(text) if FIELDS.contains(&&**name) => Time::parse(text),
                Value::String(_) => None,
                _ if FREE.contains(&&**name) => None,
                value => within(value),
            });
            each.max()
        }
        _ => None,
    }
}
