//! The texts of `kubectl rollout`: status, history, and what an undo changes.

pub mod history;
pub mod status;
pub mod undo;

use serde_json::Value;

use crate::api::kind::Kind;
use crate::api::look::Look;

const CHANGE_CAUSE: &str = "kubernetes.io/change-cause";
const REVISION: &str = "deployment.kubernetes.io/revision";
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// Why a rollout cannot be shown or undone; printed after `error: `.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RolloutError {
    /// A kind without a status viewer.
    #[error("no status viewer has been implemented for {0}")]
    NoStatus(String),
    /// A kind without revisions.
    #[error("no history viewer has been implemented for \"{0}\"")]
    NoHistory(String),
    /// A kind without a rollbacker.
    #[error("no rollbacker has been implemented for \"{0}\"")]
    NoRollback(String),
    /// A kind unknown to upstream's visitors (`pkg/apps/kind_visitor.go`).
    #[error("error retrieving {what} for \"{}\", no visitor method exists for {{{} {}}}", .kind.kind_name(), .kind.group(), .kind.name())]
    NoVisitor {
        /// What was requested.
        what: &'static str,
        /// The kind.
        kind: Kind,
    },
    /// A Deployment that exceeded its progress deadline.
    #[error("deployment \"{0}\" exceeded its progress deadline")]
    Deadline(String),
    /// The requested revision is not the running one.
    #[error("desired revision ({0}) is different from the running revision ({1})")]
    OtherRevision(i64, i64),
    /// A Deployment whose revision is not a number.
    #[error(
        "cannot get the revision of deployment \"{0}\": strconv.ParseInt: parsing {1}: invalid syntax"
    )]
    NotARevision(String, String),
    /// A StatefulSet with the update strategy OnDelete.
    #[error("rollout status is only available for RollingUpdate strategy type")]
    OnDelete,
    /// `rollout history --revision` with a revision that does not exist.
    #[error("unable to find the specified revision")]
    UnknownRevision,
    /// `rollout undo --to-revision` with a revision that does not exist.
    #[error("unable to find specified revision {0} in history")]
    NotInHistory(i64),
    /// A Deployment with only one template.
    #[error("no rollout history found for deployment \"{0}\"")]
    NoRevisions(String),
    /// A StatefulSet with only one revision.
    #[error("no last revision to roll back to")]
    NoLastRevision,
    /// A Deployment that is paused.
    #[error(
        "you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again"
    )]
    Paused,
}

/// The error for a kind without revisions: `other`, or that upstream's visitors do not know it.
fn without(what: &'static str, kind: Kind, other: fn(String) -> RolloutError) -> RolloutError {
    match kind {
        Kind::Pod | Kind::ReplicaSet => other(kind.kind_name()),
        _ => RolloutError::NoVisitor { what, kind },
    }
}

/// The revision in an object's annotation; 0 if it has none.
fn revision(object: &Value) -> Option<i64> {
    match object.at("metadata.annotations").key(REVISION).as_str() {
        None => Some(0),
        Some(text) => text.parse().ok(),
    }
}

fn change_cause(object: &Value) -> &str {
    object
        .at("metadata.annotations")
        .key(CHANGE_CAUSE)
        .as_str()
        .unwrap_or("")
}

/// The warning printed first by `rollout undo` for an object managed by `kubectl apply`.
#[must_use]
pub fn managed_by_apply(kind: Kind, object: &Value) -> Option<String> {
    object
        .at("metadata.annotations")
        .key(LAST_APPLIED)
        .as_str()?;
    Some(format!(
        "Warning: resource {}/{} was previously managed with 'kubectl apply'. Rolling back will not update the \
         {LAST_APPLIED} annotation, which may cause unexpected behavior on future 'kubectl apply' operations. \
         Consider using 'kubectl apply' with your previous configuration file instead.",
        kind.plural(),
        object.text("metadata.name")
    ))
}
