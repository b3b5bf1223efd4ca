//! Label and field selectors for objects of a kind.

use crate::api::go::quote;
use crate::api::kind::Kind;
use crate::api::look::Look;
use crate::api::object::Object;
use crate::api::selector::Query;
use serde_json::Value;

/// A selection of objects of a kind.
#[derive(Debug, Clone)]
pub struct Selection {
    /// The kind.
    pub kind: Kind,
    /// Only objects in this namespace.
    pub namespace: Option<String>,
    /// Only the object with this name.
    pub name: Option<String>,
    pub(super) labels: Query,
    pub(super) fields: Vec<FieldTerm>,
}

impl Selection {
    /// Whether an object is selected.
    #[must_use]
    pub fn selects(&self, object: &Object) -> bool {
        let meta = object.meta();
        let is = |wanted: &Option<String>, found: &str| {
            wanted.as_deref().is_none_or(|wanted| wanted == found)
        };
        object.kind() == self.kind
            && is(&self.namespace, &meta.namespace)
            && is(&self.name, &meta.name)
            && self.fits(object)
    }

    pub(super) fn fits(&self, object: &Object) -> bool {
        self.labels.matches(&object.meta().labels)
            && (self.fields.is_empty() || matches_fields(&object.to_value(), &self.fields))
    }
}

/// A requirement of `--field-selector`.
#[derive(Debug, Clone)]
pub(super) struct FieldTerm {
    path: String,
    equal: bool,
    value: String,
}

/// Supported fields of selectors in addition to name and namespace (`pkg/apis/core/v1/conversion.go`, and
/// `ToSelectableFields` of the registries).
fn selectable(kind: Kind) -> &'static str {
    match kind {
        Kind::Pod => {
            "spec.nodeName spec.restartPolicy spec.schedulerName spec.serviceAccountName spec.hostNetwork \
             status.phase status.podIP status.nominatedNodeName"
        }
        Kind::Event => {
            "involvedObject.kind involvedObject.namespace involvedObject.name involvedObject.uid \
             involvedObject.apiVersion involvedObject.resourceVersion involvedObject.fieldPath reason \
             reportingComponent source type"
        }
        Kind::ReplicaSet => "status.replicas",
        Kind::Namespace => "status.phase",
        Kind::Node => "spec.unschedulable",
        Kind::Secret => "type",
        Kind::Service => "spec.clusterIP spec.type",
        _ => "",
    }
}

pub(super) fn field_terms(kind: Kind, text: &str) -> Result<Vec<FieldTerm>, String> {
    let mut terms = Vec::new();
    for part in text.split(',').filter(|part| !part.is_empty()) {
        let (path, equal, value) = if let Some((path, value)) = part.split_once("!=") {
            (path, false, value)
        } else if let Some((path, value)) = part.split_once("==").or_else(|| part.split_once('=')) {
            (path, true, value)
        } else {
            return Err(format!(
                "invalid selector: '{text}'; can't understand '{part}'"
            ));
        };
        let common = path == "metadata.name" || (path == "metadata.namespace" && kind.namespaced());
        if !common
            && !selectable(kind)
                .split_whitespace()
                .any(|known| known == path)
        {
            return Err(match kind {
                Kind::Pod
                | Kind::Event
                | Kind::Node
                | Kind::Secret
                | Kind::Namespace
                | Kind::Service => format!("field label not supported: {path}"),
                _ => format!(
                    "{} is not a known field selector: only \"metadata.name\", \"metadata.namespace\"",
                    quote(path)
                ),
            });
        }
        let path = match path {
            "source" => "source.component",
            "reportingComponent" => "source.component",
            path => path,
        };
        terms.push(FieldTerm {
            path: path.to_owned(),
            equal,
            value: value.to_owned(),
        });
    }
    Ok(terms)
}

fn matches_fields(value: &Value, terms: &[FieldTerm]) -> bool {
    terms.iter().all(|term| {
        let text = match value.at(&term.path) {
            Value::Null if term.path == "spec.unschedulable" || term.path == "spec.hostNetwork" => {
                "false".to_owned()
            }
            Value::Null if term.path == "status.replicas" => "0".to_owned(),
            _ => value.scalar(&term.path),
        };
        (text == term.value) == term.equal
    })
}
