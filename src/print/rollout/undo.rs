//! `kubectl rollout undo` (`staging/src/k8s.io/kubectl/pkg/polymorphichelpers/rollback.go`).

use crate::api::light;
use std::rc::Rc;

use serde_json::{Map, Value, json};

use super::{LAST_APPLIED, REVISION, RolloutError, history, without};
use crate::api::kind::Kind;
use crate::api::look::{Look, pairs};
use crate::print::describe::{Surroundings, without_hash};

/// How to roll back.
#[derive(Clone, Debug, PartialEq)]
pub enum Rollback {
    /// Nothing to do: the template matches already. The text follows the object's name.
    Skipped(String),
    /// A JSON patch (RFC 6902) for the Deployment.
    JsonPatch(Value),
    /// A strategic merge patch for the StatefulSet.
    StrategicPatch(Value),
}

/// The text after the object's name once a patch has been applied.
pub const ROLLED_BACK: &str = "rolled back";

/// Annotations that describe the Deployment rather than its template, which it keeps.
const KEPT: [&str; 6] = [
    LAST_APPLIED,
    REVISION,
    "deployment.kubernetes.io/revision-history",
    "deployment.kubernetes.io/desired-replicas",
    "deployment.kubernetes.io/max-replicas",
    "deprecated.deployment.rollback.to",
];

/// How to roll back to a revision, or to the previous one if `to_revision` is 0.
///
/// # Errors
/// The revision does not exist, or the Deployment is paused.
pub fn undo(
    kind: Kind,
    object: &Value,
    neighbours: &dyn Surroundings,
    to_revision: i64,
) -> Result<Rollback, RolloutError> {
    let target = target(kind, object, neighbours, to_revision)?;
    if kind == Kind::StatefulSet {
        return Ok(undo_stateful_set(object, &target, to_revision));
    }
    if object.flag("spec.paused") {
        return Err(RolloutError::Paused);
    }
    let template = without_hash(target.at("spec.template"));
    if template == without_hash(object.at("spec.template")) {
        return Ok(skipped(to_revision));
    }
    let annotations = annotations(object, &target);
    Ok(Rollback::JsonPatch(json!([
        {"op": "replace", "path": "/spec/template", "value": template},
        {"op": "replace", "path": "/metadata/annotations", "value": annotations},
    ])))
}

/// The pod template after the rollback, as `--dry-run=client` prints it.
///
/// # Errors
/// The revision does not exist.
pub fn template_text(
    kind: Kind,
    object: &Value,
    neighbours: &dyn Surroundings,
    to_revision: i64,
) -> Result<String, RolloutError> {
    let target = target(kind, object, neighbours, to_revision)?;
    Ok(match kind {
        Kind::StatefulSet => {
            let template = history::template_of(kind, &target);
            format!(
                "will roll back to {}",
                history::template_text(neighbours.features(), &template)
            )
        }
        _ => history::template_text(neighbours.features(), target.at("spec.template")),
    })
}

fn target(
    kind: Kind,
    object: &Value,
    neighbours: &dyn Surroundings,
    to_revision: i64,
) -> Result<Rc<Value>, RolloutError> {
    if !kind.is_rolled_out() {
        return Err(without("rollbacker", kind, RolloutError::NoRollback));
    }
    let mut revisions = history::revisions(kind, object, neighbours)?;
    if to_revision != 0 {
        return revisions
            .remove(&to_revision)
            .ok_or(RolloutError::NotInHistory(to_revision));
    }
    let before_last = revisions.values().rev().nth(1);
    before_last.cloned().ok_or_else(|| match kind {
        Kind::StatefulSet => RolloutError::NoLastRevision,
        _ => RolloutError::NoRevisions(object.text("metadata.name").to_owned()),
    })
}

fn skipped(to_revision: i64) -> Rollback {
    Rollback::Skipped(format!(
        "skipped rollback (current template already matches revision {to_revision})"
    ))
}

/// The annotations to keep from the Deployment, together with those of the revision; all others are removed.
fn annotations(deployment: &Value, target: &Value) -> Map<String, Value> {
    let of = |object: &Value, kept: bool| -> Vec<(String, Value)> {
        let pairs = pairs(object.map("metadata.annotations"));
        let wanted = pairs
            .into_iter()
            .filter(|(key, _)| KEPT.contains(key) == kept);
        wanted
            .map(|(key, value)| (key.to_owned(), value.into()))
            .collect()
    };
    light::fields(of(deployment, true).into_iter().chain(of(target, false)))
}

fn undo_stateful_set(object: &Value, target: &Value, to_revision: i64) -> Rollback {
    let data = target.at("data");
    // Upstream compares the bytes of the patch that would produce the current template.
    if without_nulls(&history::template_of(Kind::StatefulSet, target))
        == without_nulls(object.at("spec.template"))
    {
        return skipped(to_revision);
    }
    Rollback::StrategicPatch(data.clone())
}

fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let kept = map.iter().filter(|(_, value)| !value.is_null());
            let kept = kept.map(|(key, value)| (key.clone(), without_nulls(value)));
            Value::Object(light::fields(kept))
        }
        Value::Array(items) => items.iter().map(without_nulls).collect(),
        other => other.clone(),
    }
}
