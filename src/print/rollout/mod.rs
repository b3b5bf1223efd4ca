//! The texts of `kubectl rollout`: how far a rollout is, which revisions there were, and what going back changes.

pub mod history;
pub mod status;
pub mod undo;

use serde_json::Value;

use crate::api::kind::Kind;
use crate::api::look::Look;

const CHANGE_CAUSE: &str = "kubernetes.io/change-cause";
const REVISION: &str = "deployment.kubernetes.io/revision";
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// Why a rollout cannot be shown or undone; the texts stand behind `error: `.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RolloutError {
    /// A kind whose rollouts nobody can follow.
    #[error("no status viewer has been implemented for {0}")]
    NoStatus(String),
    /// A kind without revisions.
    #[error("no history viewer has been implemented for \"{0}\"")]
    NoHistory(String),
    /// A kind that has nothing to go back to.
    #[error("no rollbacker has been implemented for \"{0}\"")]
    NoRollback(String),
    /// The same of a kind that upstream's visitors do not know (`pkg/apps/kind_visitor.go`).
    #[error("error retrieving {what} for \"{}\", no visitor method exists for {{{} {}}}", .kind.kind_name(), .kind.group(), .kind.name())]
    NoVisitor {
        /// What was looked for.
        what: &'static str,
        /// The kind.
        kind: Kind,
    },
    /// A Deployment that made no progress for too long.
    #[error("deployment \"{0}\" exceeded its progress deadline")]
    Deadline(String),
    /// The revision asked for is not the one that runs.
    #[error("desired revision ({0}) is different from the running revision ({1})")]
    OtherRevision(i64, i64),
    /// A Deployment whose revision is no number.
    #[error(
        "cannot get the revision of deployment \"{0}\": strconv.ParseInt: parsing {1}: invalid syntax"
    )]
    NotARevision(String, String),
    /// A StatefulSet whose pods are replaced by hand.
    #[error("rollout status is only available for RollingUpdate strategy type")]
    OnDelete,
    /// `rollout history --revision` of a revision that is not there.
    #[error("unable to find the specified revision")]
    UnknownRevision,
    /// `rollout undo --to-revision` of a revision that is not there.
    #[error("unable to find specified revision {0} in history")]
    NotInHistory(i64),
    /// A Deployment that had one template only.
    #[error("no rollout history found for deployment \"{0}\"")]
    NoRevisions(String),
    /// A StatefulSet that had one revision only.
    #[error("no last revision to roll back to")]
    NoLastRevision,
    /// A Deployment that is paused.
    #[error(
        "you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again"
    )]
    Paused,
}

/// The refusal of a kind that has no revisions: `other`, or that upstream has not heard of it.
fn without(what: &'static str, kind: Kind, other: fn(String) -> RolloutError) -> RolloutError {
    match kind {
        Kind::Pod | Kind::ReplicaSet => other(kind.kind_name()),
        _ => RolloutError::NoVisitor { what, kind },
    }
}

/// The revision that an object's annotation names, 0 without one.
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

/// The warning that `rollout undo` prints first for an object that `kubectl apply` has made.
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
