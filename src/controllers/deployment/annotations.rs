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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::defaults;
    use crate::api::kind::Kind;
    use crate::api::object::Object;
    use serde_json::json;

    fn deployment(annotations: serde_json::Value) -> Deployment {
        let mut value = json!({
            "metadata": {"name": "web", "annotations": annotations},
            "spec": {"selector": {"matchLabels": {"app": "web"}}, "template": {
                "metadata": {"labels": {"app": "web"}},
                "spec": {"containers": [{"name": "c", "image": "c"}]}
            }}
        });
        defaults::apply(Kind::Deployment, &mut value);
        match Object::from_value(Kind::Deployment, value) {
            Ok(Object::Deployment(deployment)) => (*deployment).clone(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn annotations_are_copied_but_for_the_controllers_own() {
        let mut set = ObjectMeta::default();
        let first = deployment(json!({"a": "1", "b": "2", ROLLBACK_TO: "1", LAST_APPLIED: "{}"}));
        assert!(copy_annotations(&first, &mut set));
        assert_eq!(
            (set.annotation("a"), set.annotation("b")),
            (Some("1"), Some("2"))
        );
        assert_eq!(
            (set.annotation(ROLLBACK_TO), set.annotation(LAST_APPLIED)),
            (None, None)
        );
        assert!(!copy_annotations(&first, &mut set));
        // A change counts wherever it stands.
        assert!(copy_annotations(
            &deployment(json!({"a": "3", "b": "2"})),
            &mut set
        ));
        assert!(copy_annotations(
            &deployment(json!({"a": "3", "b": "4"})),
            &mut set
        ));
    }

    /// Upstream keeps 2000 characters and drops the oldest revisions of a longer text.
    #[test]
    fn the_history_of_revisions_has_at_most_2000_characters() {
        let appended = |length: usize| {
            let mut set = ObjectMeta::default();
            set.set_annotation(REVISION, "7");
            set.set_annotation(REVISION_HISTORY, &format!("1,{}", "2".repeat(length - 4)));
            assert!(set_new_replica_set_annotations(
                &deployment(json!({})),
                &mut set,
                8,
                true
            ));
            assert_eq!(set.annotation(REVISION), Some("8"));
            set.annotation(REVISION_HISTORY).map(str::to_owned)
        };
        assert_eq!(appended(2000), Some(format!("1,{},7", "2".repeat(1996))));
        assert_eq!(appended(2001), Some(format!("{},7", "2".repeat(1997))));
    }

    #[test]
    fn a_revision_only_grows_and_is_remembered_once() {
        let mut set = ObjectMeta::default();
        set.set_annotation(REVISION, "7");
        for new in [7, 6] {
            assert!(!set_new_replica_set_annotations(
                &deployment(json!({})),
                &mut set,
                new,
                true
            ));
            assert_eq!(
                (set.annotation(REVISION), set.annotation(REVISION_HISTORY)),
                (Some("7"), None)
            );
        }
    }
}
