//! One object of a text as it is written: its kind, what names it, and whether it is one at all.

use super::Failure;
use crate::api::go::quote;
use crate::api::kind::Kind;
use crate::api::look::Look;
use crate::api::object::Key;
use serde_json::Value;

/// Resources that a cluster has and kubestep has not, by the words that name them.
pub(crate) const OTHERS: &str = "daemonsets daemonset ds jobs job cronjobs cronjob cj replicationcontrollers replicationcontroller rc \
    ingresses ingress ing ingressclasses networkpolicies networkpolicy netpol poddisruptionbudgets poddisruptionbudget \
    pdb serviceaccounts serviceaccount sa roles role rolebindings clusterroles clusterrolebindings limitranges limits \
    resourcequotas quota priorityclasses pc customresourcedefinitions crd crds leases podtemplates \
    componentstatuses cs volumeattachments csidrivers csinodes runtimeclasses apiservices";

/// One object of a file.
#[derive(Debug, Clone)]
pub struct Manifest {
    /// Kind of the object.
    pub kind: Kind,
    /// What names it.
    pub key: Key,
    /// As written, with its namespace.
    pub value: Value,
    /// Where it comes from: `STDIN` or the name of a file.
    pub source: String,
}

/// What becomes of fields that there are not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Validation {
    /// They are errors.
    Strict,
    /// They are warned of, and left out.
    Warn,
    /// They are left out.
    Ignore,
}

/// Why a value does not look like an object at all.
pub fn problem(value: &Value) -> Option<&'static str> {
    let is_missing = |field| value.text(field).is_empty();
    match (is_missing("apiVersion"), is_missing("kind")) {
        _ if !value.is_object() => Some("invalid object to validate"),
        (true, true) => Some("[apiVersion not set, kind not set]"),
        (true, false) => Some("apiVersion not set"),
        (false, true) => Some("kind not set"),
        (false, false) => None,
    }
}

/// Whether a value is a `List` of objects.
pub fn is_list(value: &Value) -> bool {
    value.text("kind") == "List" && value.text("apiVersion") == "v1"
}

/// An object as written, with the namespace of the command where it says none.
///
/// # Errors
/// A kind that there is not.
pub fn manifest(mut value: Value, namespace: &str, source: &str) -> Result<Manifest, Failure> {
    let text = |path: &str| value.text(path).to_owned();
    let (version, word) = (text("apiVersion"), text("kind"));
    let (name, own) = (text("metadata.name"), text("metadata.namespace"));
    let Some(kind) = Kind::from_api(&version, &word) else {
        if exists_elsewhere(&version, &word) {
            return Err(Failure::NotSimulated(format!("{word} of {version}")));
        }
        return Err(Failure::Usage(format!(
            "resource mapping not found for name: {} namespace: {} from {}: {}\nensure CRDs are installed first",
            quote(&name),
            quote(&own),
            quote(source),
            no_match(&value)
        )));
    };
    let mut key = Key::of(kind, "", &name);
    if kind.namespaced() {
        key.namespace = if own.is_empty() { namespace } else { &own }.into();
        if !value["metadata"].is_object() {
            value["metadata"] = serde_json::json!({});
        }
        value["metadata"]["namespace"] = (*key.namespace).into();
    }
    Ok(Manifest {
        kind,
        key,
        value,
        source: source.to_owned(),
    })
}

/// That there is no such kind (NoKindMatchError).
pub(crate) fn no_match(value: &Value) -> String {
    format!(
        "no matches for kind {} in version {}",
        quote(value.text("kind")),
        quote(value.text("apiVersion"))
    )
}

/// Whether a cluster has such a kind although kubestep has not.
#[must_use]
pub fn exists_elsewhere(version: &str, kind: &str) -> bool {
    let lower = kind.to_ascii_lowercase();
    let versions = "v1 apps/v1 batch/v1 networking.k8s.io/v1 policy/v1 rbac.authorization.k8s.io/v1 autoscaling/v1 \
        scheduling.k8s.io/v1 storage.k8s.io/v1 coordination.k8s.io/v1 node.k8s.io/v1 events.k8s.io/v1 \
        apiextensions.k8s.io/v1 admissionregistration.k8s.io/v1 certificates.k8s.io/v1 apiregistration.k8s.io/v1";
    let is_it = |other: &str| {
        other
            .strip_prefix(&*lower)
            .is_some_and(|rest| ["", "s", "es"].contains(&rest))
    };
    let known = OTHERS.split_whitespace().any(is_it)
        || ["endpoints", "horizontalpodautoscaler", "event"].contains(&&*lower);
    known && versions.split_whitespace().any(|other| other == version)
}
