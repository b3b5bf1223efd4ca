//! An object as written in a manifest: its kind, its key, and whether it is an object at all.

use super::Failure;
use crate::api::custom::Customs;
use crate::api::go::quote;
use crate::api::kind::Kind;
use crate::api::look::Look;
use crate::api::object::Key;
use serde_json::Value;

/// A resource that real clusters have but kubestep does not.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Foreign {
    /// Its names: plural, singular and short names.
    names: &'static str,
    /// Its API group; empty for the core group.
    group: &'static str,
    /// Whether its objects are namespaced.
    pub namespaced: bool,
    /// Whether a cluster has no objects of it by default; here none can be created, so there are none.
    pub is_empty: bool,
}

macro_rules! foreign {
    ($($names:literal $group:literal $namespaced:literal $is_empty:literal;)*) => {
        const FOREIGN: &[Foreign] = &[$(Foreign {
            names: $names, group: $group, namespaced: $namespaced, is_empty: $is_empty,
        }),*];
    };
}

foreign! {
    "replicationcontrollers replicationcontroller rc" "" true true;
    "podtemplates podtemplate" "" true true;
    "runtimeclasses runtimeclass" "node.k8s.io" false true;
    "volumeattachments volumeattachment" "storage.k8s.io" false true;
    "csidrivers csidriver" "storage.k8s.io" false true;
    "csinodes csinode" "storage.k8s.io" false false;
    "validatingadmissionpolicies validatingadmissionpolicy" "admissionregistration.k8s.io" false true;
    "validatingadmissionpolicybindings validatingadmissionpolicybinding" "admissionregistration.k8s.io" false true;
    "flowschemas flowschema" "flowcontrol.apiserver.k8s.io" false false;
    "prioritylevelconfigurations prioritylevelconfiguration" "flowcontrol.apiserver.k8s.io" false false;
    "certificatesigningrequests certificatesigningrequest csr" "certificates.k8s.io" false true;
    "volumeattributesclasses volumeattributesclass vac" "storage.k8s.io" false true;
    "leases lease" "coordination.k8s.io" true false;
    "componentstatuses componentstatus cs" "" false false;
}

impl Foreign {
    /// The resource with a name such as `ing`, `ingress` or `ingresses.networking.k8s.io`.
    pub(crate) fn from_word(word: &str) -> Option<&'static Self> {
        let word = word.to_ascii_lowercase();
        let (resource, group) = word.split_once('.').unwrap_or((&word, ""));
        let is_it = |known: &&Self| {
            let of_group = group.is_empty()
                || group == known.group
                || group.ends_with(&format!(".{}", known.group));
            of_group && known.names.split(' ').any(|name| name == resource)
        };
        FOREIGN.iter().find(is_it)
    }

    /// The resource in messages of the API server: `ingresses.networking.k8s.io`.
    pub(crate) fn resource_name(&self) -> String {
        let plural = self.names.split(' ').next().unwrap_or_default();
        match self.group {
            "" => plural.to_owned(),
            group => format!("{plural}.{group}"),
        }
    }

    fn is_kind(&self, group: &str, kind: &str) -> bool {
        let singular = self.names.split(' ').nth(1).unwrap_or_default();
        self.group == group && singular == kind
    }
}

/// One object of a file.
#[derive(Debug, Clone)]
pub struct Manifest {
    /// Kind of the object.
    pub kind: Kind,
    /// Key of the object.
    pub key: Key,
    /// The object as written, with its namespace.
    pub value: Value,
    /// Its origin: `STDIN` or the name of a file.
    pub source: String,
}

/// The treatment of unknown fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Validation {
    /// They cause errors.
    Strict,
    /// They cause warnings and are dropped.
    Warn,
    /// They are dropped.
    Ignore,
}

/// Why a value is not an object at all.
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

/// Whether a value is a `List`.
pub fn is_list(value: &Value) -> bool {
    value.text("kind") == "List" && value.text("apiVersion") == "v1"
}

/// An object as written; without a namespace it gets the command's.
///
/// # Errors
/// The kind does not exist.
pub fn manifest(
    customs: &Customs,
    mut value: Value,
    namespace: &str,
    source: &str,
) -> Result<Manifest, Failure> {
    let text = |path: &str| value.text(path).to_owned();
    let (version, word) = (text("apiVersion"), text("kind"));
    let (name, own) = (text("metadata.name"), text("metadata.namespace"));
    let Some(kind) = customs.from_api(&version, &word) else {
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

/// The error for an unknown kind (NoKindMatchError).
pub(crate) fn no_match(value: &Value) -> String {
    format!(
        "no matches for kind {} in version {}",
        quote(value.text("kind")),
        quote(value.text("apiVersion"))
    )
}

/// Whether real clusters have this kind although kubestep does not; each group has a single stable version.
#[must_use]
pub fn exists_elsewhere(version: &str, kind: &str) -> bool {
    let lower = kind.to_ascii_lowercase();
    let group = match version.strip_suffix("/v1") {
        Some(group) => group,
        None if version == "v1" => "",
        None => return false,
    };
    let others = [("", "endpoints"), ("events.k8s.io", "event")];
    FOREIGN.iter().any(|known| known.is_kind(group, &lower)) || others.contains(&(group, &*lower))
}
