//! ControllerRevisions: the history of a StatefulSet's pod templates.

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
    /// The recorded template; immutable.
    #[serde(default)]
    pub data: Rc<RevisionData>,
    /// Position in the history; a rollback moves an old revision to the end.
    #[serde(default)]
    pub revision: i64,
}

/// `data` of a revision: a patch with arbitrary content.
#[derive(Debug, Clone, Default)]
pub struct RevisionData {
    value: Value,
    template: Option<Rc<PodTemplate>>,
    /// Whether it only replaces the template.
    is_plain: bool,
}

impl RevisionData {
    /// Data that sets a StatefulSet's template to this one (`pkg/controller/statefulset/stateful_set_utils.go`,
    /// getPatch).
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

    /// The template that the patch sets, if any.
    #[must_use]
    pub fn template(&self) -> Option<&Rc<PodTemplate>> {
        self.template.as_ref()
    }

    /// Whether this equals [`RevisionData::of`] for a template.
    #[must_use]
    pub fn is_patch_to(&self, template: &PodTemplate) -> bool {
        let same = |own: &PodTemplate| own == template;
        self.is_plain && self.template.as_deref().is_some_and(same)
    }

    /// Whether both are equal; data made from the same template is not compared in depth.
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
        // Data without a valid template is kept as is: no pod was ever created from it.
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
