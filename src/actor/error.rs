//! Why a sync fails.

use crate::api::int_or_percent::InvalidPercent;
use crate::store::ApiError;

/// An error that ends a sync. The key is retried unless the error [is final](Self::is_final).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SyncError {
    /// The API server refused a request.
    #[error(transparent)]
    Api(#[from] ApiError),
    /// An invalid percentage that validation let through.
    #[error(transparent)]
    Percent(#[from] InvalidPercent),
    /// A template that cannot be decoded although it passed validation.
    #[error("template: {0}")]
    Template(String),
    /// Several pods could not be created or deleted in one sync; the text is that of the first error.
    #[error("{0}")]
    Pods(String),
    /// An object cannot be adopted because its owner is being deleted.
    #[error("{0}")]
    Adopt(String),
    /// A namespace being deleted still has content.
    #[error("unexpected items still remain in namespace: {namespace} for gvr: /v1, Resource=pods")]
    NamespaceContent {
        /// The namespace.
        namespace: String,
    },
    /// A pod's claims do not match the pod.
    #[error("{0}")]
    Claims(String),
}

impl SyncError {
    /// Whether a retry is pointless: in a namespace being deleted every create fails.
    #[must_use]
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Api(ApiError::NamespaceTerminating { .. }))
    }
}
