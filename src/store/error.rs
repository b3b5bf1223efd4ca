//! What the API server answers when it refuses.

use crate::api::kind::Kind;
use crate::api::meta::ObjectMeta;
use crate::api::object::Key;
use crate::api::validation::{self, Cause};

/// A refusal of the API server, in its own words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApiError {
    /// 404: there is no such object.
    #[error("{resource} \"{name}\" not found")]
    NotFound {
        /// Plural and group, such as `deployments.apps`.
        resource: String,
        /// Name that was asked for.
        name: String,
    },
    /// 409: the name is taken.
    #[error("{}{resource} \"{name}\" already exists", if *terminating { "object is being deleted: " } else { "" })]
    AlreadyExists {
        /// Plural and group.
        resource: String,
        /// Name that is taken.
        name: String,
        /// Whether what has the name is being deleted, which is said
        /// (`staging/src/k8s.io/apiserver/pkg/registry/generic/registry/store.go`, Create).
        terminating: bool,
    },
    /// 409: somebody else wrote the object in between. Usually no problem: controllers try again.
    #[error(
        "Operation cannot be fulfilled on {resource} \"{name}\": the object has been modified; please apply your changes to the latest version and try again"
    )]
    Conflict {
        /// Plural and group.
        resource: String,
        /// Name of the object.
        name: String,
    },
    /// 422: fields have values that are not allowed.
    #[error("{}", validation::message(*kind, name, causes))]
    Invalid {
        /// Kind of the object.
        kind: Kind,
        /// Name of the object.
        name: String,
        /// Field and fault, one each.
        causes: Vec<Cause>,
    },
    /// 400: the request cannot be understood.
    #[error("{0}")]
    BadRequest(String),
    /// 403: the request is understood and not allowed.
    #[error("{resource} \"{name}\" is forbidden: {why}")]
    Forbidden {
        /// Plural and group.
        resource: String,
        /// Name of the object.
        name: String,
        /// Why.
        why: String,
    },
    /// 403 too: nothing new may come into a namespace that is being deleted.
    #[error(
        "{resource} \"{name}\" is forbidden: unable to create new content in namespace {namespace} because it is being terminated"
    )]
    NamespaceTerminating {
        /// Plural and group.
        resource: String,
        /// Name of the object, or the prefix that a name was to be made from.
        name: String,
        /// The namespace.
        namespace: String,
    },
    /// Not Kubernetes': kubestep does not simulate clusters of this size.
    #[error("limit of kubestep: {0}")]
    Limit(String),
}

impl ApiError {
    /// Whether an object is deleted: one that somebody else was faster with is as well.
    ///
    /// # Errors
    /// Any other refusal.
    pub fn unless_gone(deleted: Result<(), Self>) -> Result<(), Self> {
        match deleted {
            Err(Self::NotFound { .. }) => Ok(()),
            deleted => deleted,
        }
    }

    /// The API's word for the error, as kubectl prints it in `Error from server (…)`.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        match self {
            Self::NotFound { .. } => "NotFound",
            Self::AlreadyExists { .. } => "AlreadyExists",
            Self::Conflict { .. } => "Conflict",
            Self::Invalid { .. } => "Invalid",
            Self::BadRequest(_) => "BadRequest",
            Self::Forbidden { .. } | Self::NamespaceTerminating { .. } => "Forbidden",
            Self::Limit(_) => "Limit",
        }
    }

    /// There is no object of this key.
    #[must_use]
    pub fn not_found(key: &Key) -> Self {
        Self::NotFound {
            resource: resource(key.kind),
            name: key.name.to_string(),
        }
    }

    pub(super) fn already_exists(key: &Key, known: &ObjectMeta) -> Self {
        Self::AlreadyExists {
            resource: resource(key.kind),
            name: key.name.to_string(),
            terminating: known.is_terminating(),
        }
    }

    pub(super) fn forbidden(key: &Key, why: &str) -> Self {
        Self::Forbidden {
            resource: resource(key.kind),
            name: key.name.to_string(),
            why: why.to_owned(),
        }
    }

    pub(super) fn namespace_terminating(kind: Kind, meta: &ObjectMeta) -> Self {
        let prefix = meta.generate_name.as_deref().unwrap_or_default();
        let name = if meta.name.is_empty() {
            prefix
        } else {
            &*meta.name
        };
        Self::NamespaceTerminating {
            resource: resource(kind),
            name: name.to_owned(),
            namespace: meta.namespace.to_string(),
        }
    }

    /// Somebody wrote the object in between.
    #[must_use]
    pub fn conflict(key: &Key) -> Self {
        Self::Conflict {
            resource: resource(key.kind),
            name: key.name.to_string(),
        }
    }
}

/// Plural and group of a kind, such as `deployments.apps`.
fn resource(kind: Kind) -> String {
    let info = kind.info();
    if info.group.is_empty() {
        info.plural.to_owned()
    } else {
        format!("{}.{}", info.plural, info.group)
    }
}
