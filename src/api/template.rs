//! Pod templates: kept whole, with the fields that controllers use extracted once.

use super::lift::lift;
use super::meta::StringMap;
use super::pod::PodSpec;
use super::template_hash::Fnv1a;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use serde_json::Value;
use std::fmt::Write as _;
use std::rc::Rc;

/// The label that distinguishes the pods of a Deployment's ReplicaSets.
pub const POD_TEMPLATE_HASH: &str = "pod-template-hash";

/// `spec.template` of a workload, defaulted.
#[derive(Debug, Clone)]
pub struct PodTemplate {
    /// The template as the API serves it.
    pub value: Rc<Value>,
    /// `metadata.labels`, shared by every pod created from the template.
    pub labels: StringMap,
    /// `metadata.annotations`, shared in the same way.
    pub annotations: StringMap,
    /// `metadata.finalizers`, shared in the same way.
    pub finalizers: Rc<[Rc<str>]>,
    /// `spec`, with defaults and admission applied for pods.
    pub pod_spec: Rc<PodSpec>,
    /// The template without the label `pod-template-hash`, for comparisons.
    without_hash: Rc<Value>,
    /// Its hash: every sync of a Deployment compares templates, and most of them differ.
    digest: u32,
}

impl PodTemplate {
    /// Builds a decoded and defaulted template.
    ///
    /// # Errors
    /// A field does not have the API's type.
    pub fn new(value: Value) -> Result<Self, serde_json::Error> {
        let mut bare = value.clone();
        if let Some(labels) = bare
            .pointer_mut("/metadata/labels")
            .and_then(Value::as_object_mut)
        {
            labels.remove(POD_TEMPLATE_HASH);
        }
        let mut hash = Fnv1a::default();
        // Writing to a hash does not fail.
        _ = write!(hash, "{bare}");
        Self::lift(Rc::new(value), Rc::new(bare), hash.value())
    }

    /// The same template with the label `pod-template-hash`.
    ///
    /// # Errors
    /// As [`PodTemplate::new`].
    pub fn with_hash(&self, hash: &str) -> Result<Self, serde_json::Error> {
        let mut value = (*self.value).clone();
        if let Some(template) = value.as_object_mut() {
            let metadata = template
                .entry("metadata")
                .or_insert_with(|| Value::Object(Default::default()));
            if let Some(metadata) = metadata.as_object_mut() {
                let labels = metadata
                    .entry("labels")
                    .or_insert_with(|| Value::Object(Default::default()));
                labels[POD_TEMPLATE_HASH] = Value::from(hash);
            }
        }
        Self::lift(Rc::new(value), self.without_hash.clone(), self.digest)
    }

    /// The template without the label `pod-template-hash`.
    #[must_use]
    pub fn without_hash(&self) -> &Rc<Value> {
        &self.without_hash
    }

    /// Whether two templates are equal except for the label `pod-template-hash`
    /// (`pkg/controller/deployment/util/deployment_util.go`, EqualIgnoreHash).
    #[must_use]
    pub fn equal_ignore_hash(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.without_hash, &other.without_hash)
            || self.digest == other.digest && self.without_hash == other.without_hash
    }

    fn lift(
        value: Rc<Value>,
        without_hash: Rc<Value>,
        digest: u32,
    ) -> Result<Self, serde_json::Error> {
        let map = |path: &str| match value.pointer(path) {
            Some(map) => lift(map),
            None => Ok(StringMap::default()),
        };
        Ok(Self {
            labels: map("/metadata/labels")?,
            annotations: map("/metadata/annotations")?,
            finalizers: match value.pointer("/metadata/finalizers") {
                Some(list) => lift(list)?,
                None => Rc::new([]),
            },
            pod_spec: Rc::new(PodSpec::new(
                value.get("spec").cloned().unwrap_or_default(),
            )?),
            without_hash,
            digest,
            value,
        })
    }
}

impl PartialEq for PodTemplate {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.value, &other.value) || self.value == other.value
    }
}

impl Serialize for PodTemplate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for PodTemplate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(Value::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}
