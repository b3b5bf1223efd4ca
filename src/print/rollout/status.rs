//! `kubectl rollout status` (`staging/src/k8s.io/kubectl/pkg/polymorphichelpers/rollout_status.go`).

use serde_json::Value;

use super::RolloutError;
use crate::api::go::quote;
use crate::api::kind::Kind;
use crate::api::look::Look;

/// Status of a rollout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RolloutStatus {
    /// The line to print, including its newline.
    pub text: String,
    /// The rollout has finished.
    pub done: bool,
}

fn waiting(text: String) -> RolloutStatus {
    RolloutStatus {
        text: text + "\n",
        done: false,
    }
}

fn done(text: String) -> RolloutStatus {
    RolloutStatus {
        text: text + "\n",
        done: true,
    }
}

/// The status of an object's rollout; a `revision` of 0 stands for the current one.
///
/// # Errors
/// The kind has no rollouts, another revision is running, or the rollout has failed.
pub fn status(kind: Kind, object: &Value, revision: i64) -> Result<RolloutStatus, RolloutError> {
    match kind {
        Kind::Deployment => deployment(object, revision),
        Kind::StatefulSet => stateful_set(object),
        _ => Err(RolloutError::NoStatus(kind.kind_name())),
    }
}

fn deployment(object: &Value, revision: i64) -> Result<RolloutStatus, RolloutError> {
    let name = object.text("metadata.name");
    let status = object.at("status");
    if revision > 0 {
        let running = super::revision(object).ok_or_else(|| {
            let text = object
                .at("metadata.annotations")
                .key(super::REVISION)
                .as_str()
                .unwrap_or("");
            RolloutError::NotARevision(name.to_owned(), quote(text))
        })?;
        if revision != running {
            return Err(RolloutError::OtherRevision(revision, running));
        }
    }
    if object.int("metadata.generation") > status.int("observedGeneration") {
        return Ok(waiting(
            "Waiting for deployment spec update to be observed...".to_owned(),
        ));
    }
    let failed = |condition: &Value| {
        condition.text("type") == "Progressing"
            && condition.text("reason") == "ProgressDeadlineExceeded"
    };
    if status.list("conditions").iter().any(failed) {
        return Err(RolloutError::Deadline(name.to_owned()));
    }
    let [wanted, total, updated, available] = [
        object.int("spec.replicas"),
        status.int("replicas"),
        status.int("updatedReplicas"),
        status.int("availableReplicas"),
    ];
    let rest = if updated < wanted {
        format!("{updated} out of {wanted} new replicas have been updated...")
    } else if total > updated {
        format!(
            "{} old replicas are pending termination...",
            total - updated
        )
    } else if available < updated {
        format!("{available} of {updated} updated replicas are available...")
    } else {
        return Ok(done(format!(
            "deployment \"{name}\" successfully rolled out"
        )));
    };
    Ok(waiting(format!(
        "Waiting for deployment \"{name}\" rollout to finish: {rest}"
    )))
}

fn stateful_set(object: &Value) -> Result<RolloutStatus, RolloutError> {
    let (status, strategy) = (object.at("status"), object.at("spec.updateStrategy"));
    if strategy.text("type") != "RollingUpdate" {
        return Err(RolloutError::OnDelete);
    }
    let observed = status.int("observedGeneration");
    if observed == 0 || object.int("metadata.generation") > observed {
        return Ok(waiting(
            "Waiting for statefulset spec update to be observed...".to_owned(),
        ));
    }
    let wanted = object.int("spec.replicas");
    let (ready, updated) = (status.int("readyReplicas"), status.int("updatedReplicas"));
    if ready < wanted {
        return Ok(waiting(format!(
            "Waiting for {} pods to be ready...",
            wanted - ready
        )));
    }
    if strategy.has("rollingUpdate") {
        let goal = wanted - strategy.int("rollingUpdate.partition");
        if strategy.has("rollingUpdate.partition") && updated < goal {
            return Ok(waiting(format!(
                "Waiting for partitioned roll out to finish: {updated} out of {goal} new pods have been updated..."
            )));
        }
        return Ok(done(format!(
            "partitioned roll out complete: {updated} new pods have been updated..."
        )));
    }
    let (current, update) = (
        status.text("currentRevision"),
        status.text("updateRevision"),
    );
    if update != current {
        return Ok(waiting(format!(
            "waiting for statefulset rolling update to complete {updated} pods at revision {update}..."
        )));
    }
    let pods = status.int("currentReplicas");
    Ok(done(format!(
        "statefulset rolling update complete {pods} pods at revision {current}..."
    )))
}
