//! Events about objects, with a count (`core/v1`) or a series (`events.k8s.io/v1`).

use super::kind::Kind;
use super::meta::{ObjectMeta, Uid, is_empty, is_zero};
use super::time::Time;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use std::fmt;
use std::rc::Rc;

/// An event as the core API serves it. The controllers' recorders write a count; the scheduler's writes the newer
/// form with an action and a series.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    /// `OBJECT.HEX`, in the object's namespace.
    pub metadata: ObjectMeta,
    /// The object it is about.
    pub involved_object: ObjectReference,
    /// The reason, a CamelCase word.
    pub reason: Rc<str>,
    /// The message.
    pub message: Rc<str>,
    /// The reporting component; empty in the newer form.
    #[serde(default)]
    pub source: EventSource,
    /// First occurrence.
    pub first_timestamp: Option<Time>,
    /// Last occurrence.
    pub last_timestamp: Option<Time>,
    /// Number of occurrences; 0 in the newer form.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub count: i32,
    /// Normal or warning.
    #[serde(rename = "type")]
    pub kind: EventType,
    /// First occurrence, in the newer form.
    #[serde(default)]
    pub event_time: Option<MicroTime>,
    /// The action done or attempted, in the newer form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<Rc<str>>,
    /// Number and time of further occurrences, in the newer form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub series: Option<Series>,
    /// The reporting component.
    #[serde(rename = "reportingComponent", default)]
    pub reporting_component: Rc<str>,
    /// Which instance of it: the node's name for kubelets.
    #[serde(default)]
    pub reporting_instance: Rc<str>,
}

/// Repeated occurrences of an event.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Series {
    /// Number of occurrences.
    pub count: i32,
    /// Last occurrence.
    pub last_observed_time: MicroTime,
}

/// A time with microseconds (`metav1.MicroTime`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct MicroTime(pub Time);

impl Serialize for MicroTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = self.0.to_string();
        let whole = text.trim_end_matches('Z');
        let micros = self.0.0.rem_euclid(1000) * 1000;
        serializer.collect_str(&format_args!("{whole}.{micros:06}Z"))
    }
}

impl<'de> Deserialize<'de> for MicroTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let whole = Time::parse(&text).ok_or_else(|| D::Error::custom(text.clone()))?;
        let (_, fraction) = text.split_once('.').unwrap_or_default();
        let digits = fraction.bytes().filter(u8::is_ascii_digit).chain(*b"000");
        let millis = digits
            .take(3)
            .fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0'));
        Ok(Self(whole.plus_millis(millis)))
    }
}

fn is_nobody(component: &Rc<str>) -> bool {
    is_empty(component)
}

impl Event {
    /// Last occurrence.
    #[must_use]
    pub fn last_seen(&self) -> Time {
        let series = self.series.map(|series| series.last_observed_time);
        let newer = series.or(self.event_time).map(|time| time.0);
        self.last_timestamp.or(newer).unwrap_or_default()
    }

    /// Number of occurrences.
    #[must_use]
    pub fn times_seen(&self) -> i32 {
        self.series.map_or(self.count, |series| series.count).max(1)
    }
}

/// Severity of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum EventType {
    /// As expected.
    Normal,
    /// Something needs attention.
    Warning,
}

/// The component that reports an event.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct EventSource {
    /// Component, such as `deployment-controller`.
    #[serde(default, skip_serializing_if = "is_nobody")]
    pub component: Rc<str>,
    /// The node, for kubelets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<Rc<str>>,
}

/// A reference to an object (`v1.ObjectReference`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ObjectReference {
    /// Kind of the object.
    pub kind: Rc<str>,
    /// Namespace of the object.
    #[serde(default)]
    pub namespace: Rc<str>,
    /// Name of the object.
    pub name: Rc<str>,
    /// Uid of the object.
    #[serde(default)]
    pub uid: Uid,
    /// Group and version of the kind.
    #[serde(default)]
    pub api_version: Rc<str>,
    /// Part of the object, such as `spec.containers{web}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field_path: Option<Rc<str>>,
}

impl ObjectReference {
    /// The reference to an object of a kind with this metadata.
    #[must_use]
    pub fn to(kind: Kind, metadata: &ObjectMeta) -> Self {
        let info = kind.info();
        Self {
            kind: info.name.into(),
            namespace: metadata.namespace.clone(),
            name: metadata.name.clone(),
            uid: metadata.uid.clone(),
            api_version: info.api_version.into(),
            field_path: None,
        }
    }
}

impl fmt::Display for EventType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Normal => "Normal",
            Self::Warning => "Warning",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn microsecond_times_round_trip() {
        let time = MicroTime(Time(61_050));
        let text = serde_json::to_value(time).expect("a text");
        assert_eq!(text, "2026-01-01T00:01:01.050000Z");
        assert_eq!(
            serde_json::from_value::<MicroTime>(text).expect("a time"),
            time
        );
        let whole = serde_json::from_value::<MicroTime>(json!("2026-01-01T00:00:01Z"));
        assert_eq!(whole.expect("a time"), MicroTime(Time(1000)));
    }
}
