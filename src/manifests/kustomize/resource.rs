//! An object while it is being customized, and its identities: those it had, and the one it has.

use crate::api::kind::Kind;
use crate::api::look::{Look, pairs};
use crate::api::strings::Strings;
use crate::manifests::Foreign;
use serde_json::{Value, json};
use std::fmt;

/// The namespace of an object without one.
const DEFAULT_NAMESPACE: &str = "default";
/// What stands for the namespace of an object that is not in any.
const NO_NAMESPACE: &str = "_non_namespaceable_";

/// Group, version and kind; an empty part of a selector selects all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Gvk {
    pub group: String,
    pub version: String,
    pub kind: String,
}

impl Gvk {
    /// The type of an object.
    pub fn of(value: &Value) -> Self {
        let version = value.text("apiVersion");
        let (group, version) = version.split_once('/').unwrap_or(("", version));
        Self {
            group: group.to_owned(),
            version: version.to_owned(),
            kind: value.text("kind").to_owned(),
        }
    }

    /// Whether a selector of group, version and kind selects this type.
    pub fn is_selected(&self, [group, version, kind]: [&str; 3]) -> bool {
        let fits = |wanted: &str, own: &str| wanted.is_empty() || wanted == own;
        fits(group, &self.group) && fits(version, &self.version) && fits(kind, &self.kind)
    }

    fn api_version(&self) -> String {
        match self.group.as_str() {
            "" => self.version.clone(),
            group => format!("{group}/{}", self.version),
        }
    }

    /// Whether the type is known to be cluster-scoped. kustomize does not know custom types.
    pub fn is_cluster_scoped(&self) -> bool {
        match Kind::from_api(&self.api_version(), &self.kind) {
            Some(kind) => !kind.namespaced(),
            None if self.group.is_empty() => false,
            None => Foreign::from_word(&format!("{}.{}", self.kind, self.group))
                .is_some_and(|foreign| !foreign.namespaced),
        }
    }
}

impl fmt::Display for Gvk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let or = |part: &str, none: &'static str| match part {
            "" => none.to_owned(),
            part => part.to_owned(),
        };
        let (kind, version) = (or(&self.kind, "[noKind]"), or(&self.version, "[noVer]"));
        write!(f, "{kind}.{version}.{}", or(&self.group, "[noGrp]"))
    }
}

/// What identifies an object.
#[derive(Debug, Clone)]
pub(super) struct Id {
    pub gvk: Gvk,
    pub name: String,
    pub namespace: String,
}

impl Id {
    /// The identity of an object as it is.
    pub fn of(value: &Value) -> Self {
        Self {
            gvk: Gvk::of(value),
            name: value.text("metadata.name").to_owned(),
            namespace: value.text("metadata.namespace").to_owned(),
        }
    }

    /// The namespace with what it is by default.
    pub fn effective_namespace(&self) -> &str {
        match self.namespace.as_str() {
            _ if self.gvk.is_cluster_scoped() => NO_NAMESPACE,
            "" => DEFAULT_NAMESPACE,
            namespace => namespace,
        }
    }

    /// Whether this is the identity of the same object.
    pub fn is(&self, other: &Self) -> bool {
        self.name == other.name
            && self.gvk == other.gvk
            && self.effective_namespace() == other.effective_namespace()
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let namespace = match self.namespace.as_str() {
            "" => "[noNs]",
            namespace => namespace,
        };
        write!(f, "{}/{}.{namespace}", self.gvk, self.name)
    }
}

/// An object with its history.
#[derive(Debug, Clone)]
pub(super) struct KustomizeResource {
    pub value: Value,
    /// The identities that it had before it was renamed or moved, the original one first.
    pub previous: Vec<Id>,
    /// The prefixes that its name was given.
    pub prefixes: Vec<String>,
    /// The suffixes that its name was given.
    pub suffixes: Vec<String>,
}

impl KustomizeResource {
    /// An object as it is in a file.
    pub fn new(value: Value) -> Self {
        Self {
            value,
            previous: Vec::new(),
            prefixes: Vec::new(),
            suffixes: Vec::new(),
        }
    }

    /// Its identity now.
    pub fn current(&self) -> Id {
        Id::of(&self.value)
    }

    /// Its identity in its file.
    pub fn original(&self) -> Id {
        self.previous
            .first()
            .cloned()
            .unwrap_or_else(|| self.current())
    }

    /// All its identities.
    pub fn ids(&self) -> impl Iterator<Item = Id> {
        self.previous.iter().cloned().chain([self.current()])
    }

    /// Remembers its identity, which is about to change.
    pub fn remember(&mut self) {
        let mut id = self.current();
        id.namespace = id.effective_namespace().to_owned();
        self.previous.push(id);
    }

    /// Sets a field of its metadata.
    pub fn set_metadata(&mut self, field: &str, text: &str) {
        if !self.value["metadata"].is_object() {
            self.value["metadata"] = json!({});
        }
        self.value["metadata"][field] = text.into();
    }

    /// The strings of a map in its metadata.
    pub fn strings(&self, field: &str) -> Strings {
        let pairs = pairs(self.value.at("metadata").key(field).as_object());
        let owned = pairs.into_iter();
        owned
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .collect()
    }
}

/// Whether two lists end in the same way; an empty one only ends like an empty one.
pub(super) fn end_alike(one: &[String], other: &[String]) -> bool {
    one.is_empty() == other.is_empty()
        && one
            .iter()
            .rev()
            .zip(other.iter().rev())
            .all(|(one, other)| one == other)
}
