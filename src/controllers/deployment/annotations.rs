//! The Deployment controller's annotations: revisions, and the sizes that a ReplicaSet was scaled for
//! (`pkg/controller/deployment/util/deployment_util.go`).

use super::util::max_surge;
use crate::api::deployment::Deployment;
use crate::api::meta::ObjectMeta;
use crate::api::replica_set::ReplicaSet;

/// Revision of a ReplicaSet, or of a Deployment's current ReplicaSet.
pub const REVISION: &str = "deployment.kubernetes.io/revision";
/// Previous revisions of a ReplicaSet that became current again.
pub const REVISION_HISTORY: &str = "deployment.kubernetes.io/revision-history";
/// The Deployment's `spec.replicas` when its ReplicaSet was last scaled.
pub const DESIRED_REPLICAS: &str = "deployment.kubernetes.io/desired-replicas";
/// [`DESIRED_REPLICAS`] plus maxSurge.
pub const MAX_REPLICAS: &str = "deployment.kubernetes.io/max-replicas";
/// Requests a rollback by the controller; kubectl no longer uses it.
pub const ROLLBACK_TO: &str = "deprecated.deployment.rollback.to";
/// The manifest last applied by kubectl.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";
/// Maximum length of [`REVISION_HISTORY`] in characters.
const REVISION_HISTORY_MAX: usize = 2000;

/// Whether an annotation belongs to the controller or kubectl and is never copied between Deployment and
/// ReplicaSet.
#[must_use]
pub fn skip_copy_annotation(key: &str) -> bool {
    [
        LAST_APPLIED,
        REVISION,
        REVISION_HISTORY,
        DESIRED_REPLICAS,
        MAX_REPLICAS,
        ROLLBACK_TO,
    ]
    .contains(&key)
}

/// The revision annotation: `None` if it is not a number, 0 if it is absent.
#[must_use]
pub fn revision(meta: &ObjectMeta) -> Option<i64> {
    match meta.annotation(REVISION) {
        None | Some("") => Some(0),
        Some(text) => text.parse().ok(),
    }
}

/// A count in an annotation; `None` if it is absent or not a number from 0 to 2147483647. Signs are refused.
#[must_use]
pub fn count_annotation(set: &ReplicaSet, key: &str) -> Option<i32> {
    let text = set.metadata.annotation(key)?;
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| digits)
}

/// Copies the Deployment's annotations; returns whether any changed.
pub fn copy_annotations(deployment: &Deployment, set: &mut ObjectMeta) -> bool {
    let annotations = deployment.metadata.annotations.iter();
    let copied = annotations.filter(|(key, _)| !skip_copy_annotation(key));
    copied.fold(false, |changed, (key, value)| {
        set.set_annotation(key, value) || changed
    })
}

/// Updates the annotations and revision of the new set; returns whether any changed (SetNewReplicaSetAnnotations).
pub fn set_new_replica_set_annotations(
    deployment: &Deployment,
    set: &mut ObjectMeta,
    new_revision: i64,
    exists: bool,
) -> bool {
    let mut changed = copy_annotations(deployment, set);
    let old_text = set.annotation(REVISION).map(str::to_owned);
    let Some(old) = revision(set) else {
        // Upstream stops at a revision that is not a number and reports no change.
        return false;
    };
    if old < new_revision {
        changed |= set.set_annotation(REVISION, &new_revision.to_string());
        if let Some(old) = old_text.filter(|text| !text.is_empty()) {
            append_history(set, &old);
        }
    }
    if !exists {
        changed |= set_replicas_annotations(deployment, set);
    }
    changed
}

/// Appends a previous revision of the set to its history; drops the oldest ones if the text gets too long.
fn append_history(set: &mut ObjectMeta, old: &str) {
    let history = match set.annotation(REVISION_HISTORY) {
        None | Some("") => old.to_owned(),
        Some(known) => format!("{known},{old}"),
    };
    let mut history = history.as_str();
    while history.len() > REVISION_HISTORY_MAX {
        match history.split_once(',') {
            Some((_, younger)) => history = younger,
            None => return,
        }
    }
    let history = history.to_owned();
    set.set_annotation(REVISION_HISTORY, &history);
}

/// Records the size that the set was scaled for; returns whether that changed.
pub fn set_replicas_annotations(deployment: &Deployment, set: &mut ObjectMeta) -> bool {
    let (desired, max) = replicas_annotations(deployment);
    let changed = set.set_annotation(DESIRED_REPLICAS, &desired);
    set.set_annotation(MAX_REPLICAS, &max) || changed
}

/// Whether [`set_replicas_annotations`] would change anything.
#[must_use]
pub fn replicas_annotations_need_update(deployment: &Deployment, set: &ReplicaSet) -> bool {
    let (desired, max) = replicas_annotations(deployment);
    set.metadata.annotation(DESIRED_REPLICAS) != Some(&desired)
        || set.metadata.annotation(MAX_REPLICAS) != Some(&max)
}

fn replicas_annotations(deployment: &Deployment) -> (String, String) {
    let desired = deployment.spec.replicas;
    (
        desired.to_string(),
        desired.saturating_add(max_surge(deployment)).to_string(),
    )
}
