//! What the Deployment controller remembers in annotations: revisions, and the sizes that a ReplicaSet was sized for
//! (`pkg/controller/deployment/util/deployment_util.go`).

use super::util::max_surge;
use crate::api::deployment::Deployment;
use crate::api::meta::ObjectMeta;
use crate::api::replica_set::ReplicaSet;

/// The revision of a ReplicaSet, and of a Deployment's current one.
pub const REVISION: &str = "deployment.kubernetes.io/revision";
/// Earlier revisions of a ReplicaSet that became current again.
pub const REVISION_HISTORY: &str = "deployment.kubernetes.io/revision-history";
/// `spec.replicas` of the Deployment when its ReplicaSet was last sized.
pub const DESIRED_REPLICAS: &str = "deployment.kubernetes.io/desired-replicas";
/// The same plus maxSurge.
pub const MAX_REPLICAS: &str = "deployment.kubernetes.io/max-replicas";
/// Asks for a rollback by the controller; kubectl does not use it any more.
pub const ROLLBACK_TO: &str = "deprecated.deployment.rollback.to";
/// kubectl's memory of what was applied.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";
/// Longest text of [`REVISION_HISTORY`], in characters.
const REVISION_HISTORY_MAX: usize = 2000;

/// Whether an annotation is the controller's or kubectl's own and is never copied to a ReplicaSet or back.
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

/// The revision annotation: `None` if it is no number, 0 if it is absent.
#[must_use]
pub fn revision(meta: &ObjectMeta) -> Option<i64> {
    match meta.annotation(REVISION) {
        None | Some("") => Some(0),
        Some(text) => text.parse().ok(),
    }
}

/// A count kept in an annotation; `None` if it is absent or no number of 0 … 2147483647. Signs are refused.
#[must_use]
pub fn count_annotation(set: &ReplicaSet, key: &str) -> Option<i32> {
    let text = set.metadata.annotation(key)?;
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| digits)
}

/// Copies the Deployment's annotations; says whether one changed.
pub fn copy_annotations(deployment: &Deployment, set: &mut ObjectMeta) -> bool {
    let annotations = deployment.metadata.annotations.iter();
    let copied = annotations.filter(|(key, _)| !skip_copy_annotation(key));
    copied.fold(false, |changed, (key, value)| {
        set.set_annotation(key, value) || changed
    })
}

/// Brings annotations and revision of the new set up to date; says whether one changed
/// (SetNewReplicaSetAnnotations).
pub fn set_new_replica_set_annotations(
    deployment: &Deployment,
    set: &mut ObjectMeta,
    new_revision: i64,
    exists: bool,
) -> bool {
    let mut changed = copy_annotations(deployment, set);
    let old_text = set.annotation(REVISION).map(str::to_owned);
    let Some(old) = revision(set) else {
        // Upstream gives up on a revision that is no number, and says that nothing changed.
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

/// Remembers a revision that the set had before; the oldest are dropped where the text gets too long.
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

/// Remembers for what size of the Deployment the set was sized; says whether that changed.
pub fn set_replicas_annotations(deployment: &Deployment, set: &mut ObjectMeta) -> bool {
    let (desired, max) = replicas_annotations(deployment);
    let changed = set.set_annotation(DESIRED_REPLICAS, &desired);
    set.set_annotation(MAX_REPLICAS, &max) || changed
}

/// Whether [`set_replicas_annotations`] would change something.
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
