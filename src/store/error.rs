//! Errors of the API server.

use crate::api::kind::Kind;
use crate::api::meta::ObjectMeta;
use crate::api::object::Key;
use crate::api::validation::{self, StatusCause};

/// An error of the API server, with upstream's wording.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApiError {
    /// 404: the object does not exist.
    #[error("{resource} \"{name}\" not found")]
    NotFound {
        /// Plural and group, such as `deployments.apps`.
        resource: String,
        /// Requested name.
        name: String,
    },
    /// 409: the name is taken.
    #[error("{}{resource} \"{name}\" already exists", if *terminating { "object is being deleted: " } else { "" })]
    AlreadyExists {
        /// Plural and group.
        resource: String,
        /// The name.
        name: String,
        /// Whether the existing object is being deleted, which the message mentions
        /// (`staging/src/k8s.io/apiserver/pkg/registry/generic/registry/store.go`, Create).
        terminating: bool,
    },
    /// 409: the object was modified in between. Usually harmless, since controllers retry.
    #[error(
        "Operation cannot be fulfilled on {resource} \"{name}\": the object has been modified; please apply your changes to the latest version and try again"
    )]
    Conflict {
        /// Plural and group.
        resource: String,
        /// Name of the object.
        name: String,
    },
    /// 422: fields have invalid values.
    #[error("{}", validation::message(*kind, name, causes))]
    Invalid {
        /// Kind of the object.
        kind: Kind,
        /// Name of the object.
        name: String,
        /// One field error each.
        causes: Vec<StatusCause>,
    },
    /// 400: the request is malformed.
    #[error("{0}")]
    BadRequest(String),
    /// 403: the request is well-formed but not allowed.
    #[error("{resource} \"{name}\" is forbidden: {why}")]
    Forbidden {
        /// Plural and group.
        resource: String,
        /// Name of the object.
        name: String,
        /// Why.
        why: String,
    },
    /// 403 as well: the object exceeds a ResourceQuota.
    #[error("{resource} \"{name}\" is forbidden: {}", exceeded(quota, excesses))]
    QuotaExceeded {
        /// Plural and group.
        resource: String,
        /// Name of the object.
        name: String,
        /// Name of the quota.
        quota: String,
        /// The resources of which there is not enough left.
        excesses: Vec<Excess>,
    },
    /// 403 as well: a namespace being deleted accepts no new objects.
    #[error(
        "{resource} \"{name}\" is forbidden: unable to create new content in namespace {namespace} because it is being terminated"
    )]
    NamespaceTerminating {
        /// Plural and group.
        resource: String,
        /// Name of the object, or its `generateName`.
        name: String,
        /// The namespace.
        namespace: String,
    },
    /// 429: the pod's disruption budget allows no disruption.
    #[error("Cannot evict pod as it would violate the pod's disruption budget.")]
    BudgetSpent {
        /// Name of the budget.
        budget: String,
        /// Number of healthy pods that it needs.
        needed: i64,
        /// Number of healthy pods.
        healthy: i64,
    },
    /// 429 as well: the disruption controller has not seen the latest version of the budget yet.
    #[error("Cannot evict pod as it would violate the pod's disruption budget.")]
    BudgetUnobserved {
        /// Name of the budget.
        budget: String,
    },
    /// 500: several budgets select the pod.
    #[error(
        "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support."
    )]
    SeveralBudgets {
        /// Names of the budgets.
        budgets: Vec<String>,
    },
    /// Not one of Kubernetes: kubestep does not simulate clusters of this size.
    #[error("limit of kubestep: {0}")]
    Limit(String),
}

/// A resource of which a quota has not enough left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excess {
    /// Name of the resource in the quota.
    pub resource: String,
    /// The amount that the object needs.
    pub requested: String,
    /// The amount that other objects use.
    pub used: String,
    /// The limit.
    pub limited: String,
}

/// `exceeded quota: compute, requested: pods=1, used: pods=3, limited: pods=3`
fn exceeded(quota: &str, excesses: &[Excess]) -> String {
    let list = |amount: fn(&Excess) -> &String| -> String {
        let each = excesses.iter();
        let each = each.map(|one| format!("{}={}", one.resource, amount(one)));
        each.collect::<Vec<String>>().join(",")
    };
    format!(
        "exceeded quota: {quota}, requested: {}, used: {}, limited: {}",
        list(|one| &one.requested),
        list(|one| &one.used),
        list(|one| &one.limited)
    )
}

impl ApiError {
    /// Treats an object that someone else has already deleted as deleted.
    ///
    /// # Errors
    /// Every other error.
    pub fn unless_gone(deleted: Result<(), Self>) -> Result<(), Self> {
        match deleted {
            Err(Self::NotFound { .. }) => Ok(()),
            deleted => deleted,
        }
    }

    /// The error's reason in the API, as kubectl prints it in `Error from server (…)`.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        match self {
            Self::NotFound { .. } => "NotFound",
            Self::AlreadyExists { .. } => "AlreadyExists",
            Self::Conflict { .. } => "Conflict",
            Self::Invalid { .. } => "Invalid",
            Self::BadRequest(_) => "BadRequest",
            Self::Forbidden { .. }
            | Self::QuotaExceeded { .. }
            | Self::NamespaceTerminating { .. } => "Forbidden",
            Self::BudgetSpent { .. } | Self::BudgetUnobserved { .. } => "TooManyRequests",
            Self::SeveralBudgets { .. } => "InternalError",
            Self::Limit(_) => "Limit",
        }
    }

    /// Whether the server asks the client to try again later.
    #[must_use]
    pub fn is_too_many_requests(&self) -> bool {
        matches!(
            self,
            Self::BudgetSpent { .. } | Self::BudgetUnobserved { .. }
        )
    }

    /// The error for a key without an object.
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

    pub(super) fn quota_exceeded(key: &Key, quota: &str, excesses: Vec<Excess>) -> Self {
        Self::QuotaExceeded {
            resource: resource(key.kind),
            name: key.name.to_string(),
            quota: quota.to_owned(),
            excesses,
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

    /// The error for a write that is based on an outdated version.
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
