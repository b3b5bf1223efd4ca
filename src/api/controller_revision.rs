//! ControllerRevisions: the pod templates that a StatefulSet has had.

use super::meta::ObjectMeta;
use super::template::PodTemplate;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use std::rc::Rc;

/// The label with the hash of a revision's data.
pub const HASH_LABEL: &str = "controller.kubernetes.io/hash";

/// A ControllerRevision.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ControllerRevision {
    /// Name, labels, owner.
    pub metadata: ObjectMeta,
    /// What was wanted; immutable.
    #[serde(default)]
    pub data: Rc<RevisionData>,
    /// Place in the order of revisions: a rollback gives an old revision a new place.
    #[serde(default)]
    pub revision: i64,
}

/// `data` of a revision: a patch, whatever it holds.
#[derive(Debug, Clone, Default)]
pub struct RevisionData {
    value: Value,
    template: Option<Rc<PodTemplate>>,
    /// Whether there is nothing else in it than a template to be replaced.
    is_plain: bool,
}

impl RevisionData {
    /// Data that sets a set's template back to this one
    /// (`pkg/controller/statefulset/stateful_set_utils.go`, getPatch).
    #[must_use]
    pub fn of(template: &Rc<PodTemplate>) -> Self {
        let mut value = (*template.value).clone();
        if let Some(fields) = value.as_object_mut() {
            fields.insert("$patch".to_owned(), Value::from("replace"));
        }
        Self {
            value: serde_json::json!({ "spec": { "template": value } }),
            template: Some(template.clone()),
            is_plain: true,
        }
    }

    /// The patch as the API serves it.
    #[must_use]
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// The template that the patch sets; `None` where it sets none.
    #[must_use]
    pub fn template(&self) -> Option<&Rc<PodTemplate>> {
        self.template.as_ref()
    }

    /// Whether this is just what [`RevisionData::of`] makes of a template.
    #[must_use]
    pub fn is_patch_to(&self, template: &PodTemplate) -> bool {
        let same = |own: &PodTemplate| own == template;
        self.is_plain && self.template.as_deref().is_some_and(same)
    }

    /// Whether both are the same, without a look inside where they came from one template.
    fn is_same(&self, other: &Self) -> bool {
        match (&self.template, &other.template) {
            (Some(a), Some(b)) if Rc::ptr_eq(&a.value, &b.value) => true,
            _ => self.value == other.value,
        }
    }
}

impl PartialEq for RevisionData {
    fn eq(&self, other: &Self) -> bool {
        self.is_same(other)
    }
}

impl Serialize for RevisionData {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for RevisionData {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let template = value.pointer("/spec/template").cloned().map(|mut bare| {
            if let Some(fields) = bare.as_object_mut() {
                fields.remove("$patch");
            }
            PodTemplate::new(bare)
        });
        // What is no template at all is kept as it is: nothing was ever made from it.
        let template = template.and_then(Result::ok).map(Rc::new);
        let alone = |value: Option<&Value>| {
            value
                .and_then(Value::as_object)
                .is_some_and(|fields| fields.len() == 1)
        };
        let is_plain = alone(Some(&value))
            && alone(value.get("spec"))
            && value.pointer("/spec/template/$patch") == Some(&Value::from("replace"));
        Ok(Self {
            value,
            template,
            is_plain,
        })
    }
}
