//! PersistentVolumeClaims: a spec shared by all claims of a template, and a status of their own.

use super::condition::ConditionStatus;
use super::lift::lift;
use super::meta::ObjectMeta;
use super::strings::Strings;
use super::time::Time;
use litemap::LiteMap;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::rc::Rc;

/// The finalizer that keeps a claim while a pod uses it.
pub const PROTECTION_FINALIZER: &str = "kubernetes.io/pvc-protection";
/// The finalizer that keeps a volume while a claim is bound to it.
pub const VOLUME_PROTECTION_FINALIZER: &str = "kubernetes.io/pv-protection";

/// A PersistentVolumeClaim.
#[derive(Debug, Clone, PartialEq)]
pub struct PersistentVolumeClaim {
    /// Name, labels, owners.
    pub metadata: ObjectMeta,
    /// The desired state as the API serves it, without `volumeName`.
    pub spec: Rc<Value>,
    /// `spec.volumeName`: the volume that the claim is bound to.
    pub volume_name: Option<Rc<str>>,
    /// The observed state.
    pub status: ClaimStatus,
}

/// `status` of a claim.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ClaimStatus {
    /// Whether the claim has a volume.
    pub phase: ClaimPhase,
    /// Access modes of the volume.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub access_modes: Vec<Rc<str>>,
    /// Capacity of the volume, such as `storage: 1Gi`.
    #[serde(skip_serializing_if = "LiteMap::is_empty")]
    pub capacity: Strings,
    /// The conditions.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<ClaimCondition>,
}

/// The type of the condition that says whether no pod uses a claim.
pub const UNUSED: &str = "Unused";

/// A condition of a claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ClaimCondition {
    /// The type, such as `Unused`.
    #[serde(rename = "type")]
    pub kind: Rc<str>,
    /// The status.
    pub status: ConditionStatus,
    /// Always null.
    #[serde(default)]
    pub last_probe_time: (),
    /// When `status` last changed.
    #[serde(default = "Time::unset")]
    pub last_transition_time: Time,
    /// The reason.
    #[serde(default)]
    pub reason: Rc<str>,
    /// The message.
    #[serde(default)]
    pub message: Rc<str>,
}

/// `status.phase`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum ClaimPhase {
    /// There is no volume yet.
    #[default]
    Pending,
    /// It has a volume.
    Bound,
    /// Its volume is gone.
    Lost,
}

impl ClaimPhase {
    /// The phase as written in the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "Pending",
            Self::Bound => "Bound",
            Self::Lost => "Lost",
        }
    }
}

impl PersistentVolumeClaim {
    /// The object as the API serves it.
    #[must_use]
    pub fn to_value(&self) -> Value {
        let mut spec = (*self.spec).clone();
        if let Some(volume) = &self.volume_name {
            spec["volumeName"] = Value::from(&**volume);
        }
        let part = |value: Result<Value, serde_json::Error>| value.unwrap_or_default();
        json!({
            "apiVersion": "v1",
            "kind": "PersistentVolumeClaim",
            "metadata": part(serde_json::to_value(&self.metadata)),
            "spec": spec,
            "status": part(serde_json::to_value(&self.status)),
        })
    }

    /// The status of the claim once it is bound to a volume of exactly the requested size.
    #[must_use]
    pub fn granted(&self) -> ClaimStatus {
        let texts = |path: &str| {
            let list = self.spec.pointer(path).and_then(Value::as_array);
            let texts = list.into_iter().flatten().filter_map(Value::as_str);
            texts.map(Rc::from).collect()
        };
        let storage = self.spec.pointer("/resources/requests/storage");
        let storage = storage.and_then(Value::as_str).map(str::to_owned);
        let capacity = storage.map(|storage| ("storage".to_owned(), storage));
        ClaimStatus {
            phase: ClaimPhase::Bound,
            access_modes: texts("/accessModes"),
            capacity: capacity.into_iter().collect(),
            conditions: self.status.conditions.clone(),
        }
    }

    /// Builds a claim from its decoded and defaulted object.
    ///
    /// # Errors
    /// A field does not have the API's type.
    pub fn from_value(mut value: Value) -> Result<Self, serde_json::Error> {
        let mut spec = value["spec"].take();
        let volume_name = spec.as_object_mut().and_then(|spec| {
            let name = spec.remove("volumeName")?;
            name.as_str().filter(|name| !name.is_empty()).map(Rc::from)
        });
        if !spec.is_object() {
            spec = json!({});
        }
        Ok(Self {
            metadata: lift(&value["metadata"])?,
            spec: Rc::new(spec),
            volume_name,
            status: lift(value.get("status").unwrap_or(&json!({})))?,
        })
    }
}
