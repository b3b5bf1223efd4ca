//! Why a sync fails.

use crate::api::int_or_percent::InvalidPercent;
use crate::store::ApiError;

/// Why a sync failed; the key is tried again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SyncError {
    /// The API server refused a write.
    #[error(transparent)]
    Api(#[from] ApiError),
    /// A percentage that validation should have refused.
    #[error(transparent)]
    Percent(#[from] InvalidPercent),
    /// A template that decoding should have refused.
    #[error("template: {0}")]
    Template(String),
    /// Several pods of one sync could not be made or removed; the text is the first error.
    #[error("{0}")]
    Pods(String),
    /// Something cannot be adopted by an owner that is going.
    #[error("{0}")]
    Adopt(String),
    /// Something is in a namespace that should have been deleted.
    #[error("unexpected items still remain in namespace: {namespace} for gvr: /v1, Resource=pods")]
    NamespaceContent {
        /// The namespace.
        namespace: String,
    },
    /// The claims of a pod are not as the pod needs them.
    #[error("{0}")]
    Claims(String),
}

impl SyncError {
    /// Whether another try is of no use: in a namespace that is being deleted every creation will fail.
    #[must_use]
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Api(ApiError::NamespaceTerminating { .. }))
    }
}
