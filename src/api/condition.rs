//! Conditions: a controller's statements about an object, and since when they hold.

use super::time::Time;
use serde::{Deserialize, Serialize};
use std::rc::Rc;

/// Whether a condition holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ConditionStatus {
    /// It holds.
    True,
    /// It does not hold.
    False,
    /// It cannot be determined.
    Unknown,
}

impl From<bool> for ConditionStatus {
    fn from(holds: bool) -> Self {
        if holds { Self::True } else { Self::False }
    }
}

impl ConditionStatus {
    /// The status as written in the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::True => "True",
            Self::False => "False",
            Self::Unknown => "Unknown",
        }
    }
}

/// A condition of a Deployment or ReplicaSet, whose types are `T`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Condition<T> {
    /// Its type.
    #[serde(rename = "type")]
    pub kind: T,
    /// Whether it holds.
    pub status: ConditionStatus,
    /// The reason, a CamelCase word.
    #[serde(default, skip_serializing_if = "str_is_empty")]
    pub reason: Rc<str>,
    /// The message, a sentence.
    #[serde(default, skip_serializing_if = "str_is_empty")]
    pub message: Rc<str>,
    /// When it was last updated; Deployments only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_update_time: Option<Time>,
    /// When `status` last changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_transition_time: Option<Time>,
}

fn str_is_empty(text: &Rc<str>) -> bool {
    text.is_empty()
}

/// The condition with a type, if the list has it.
#[must_use]
pub fn find<T: PartialEq>(conditions: &[Condition<T>], kind: T) -> Option<&Condition<T>> {
    conditions.iter().find(|condition| condition.kind == kind)
}

/// Removes the condition with a type from the list.
pub fn remove<T: PartialEq>(conditions: &mut Vec<Condition<T>>, kind: T) {
    conditions.retain(|condition| condition.kind != kind);
}
