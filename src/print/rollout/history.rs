//! `kubectl rollout history` (`staging/src/k8s.io/kubectl/pkg/polymorphichelpers/history.go`).

use crate::api::light;
use litemap::LiteMap;
use std::rc::Rc;

use serde_json::{Value, json};

use super::{CHANGE_CAUSE, RolloutError, change_cause, without};
use crate::api::kind::Kind;
use crate::api::look::{Look, controller_of, selects};
use crate::print::describe::{Description, Surroundings, pod_template};
use crate::print::tabwriter::{self, TabWriter};
use crate::versions::Features;

/// The complete output: the table of revisions, or with `revision` the pod template of one.
///
/// # Errors
/// The kind has no revisions, or the revision does not exist.
pub fn history(
    kind: Kind,
    object: &Value,
    neighbours: &dyn Surroundings,
    revision: i64,
) -> Result<String, RolloutError> {
    let revisions = revisions(kind, object, neighbours)?;
    let name = crate::print::resource_name(kind.name(), kind.group(), object.text("metadata.name"));
    let title = if revision > 0 {
        format!("with revision #{revision}")
    } else {
        String::new()
    };
    let text = if revisions.is_empty() {
        "No rollout history found.".to_owned()
    } else if revision > 0 {
        let found = revisions
            .get(&revision)
            .ok_or(RolloutError::UnknownRevision)?;
        template_text(neighbours.features(), &template_of(kind, found))
    } else {
        table(&revisions)
    };
    Ok(format!("{name} {title}\n{text}\n"))
}

/// What `-o` prints: the ReplicaSets of a Deployment, and a StatefulSet with the template of each revision
/// (`GetHistory`); all in ascending order, or one revision.
///
/// # Errors
/// The kind has no revisions, or the revision does not exist.
pub fn objects(
    kind: Kind,
    object: &Value,
    neighbours: &dyn Surroundings,
    revision: i64,
) -> Result<Vec<(Kind, Value)>, RolloutError> {
    let mut revisions = revisions(kind, object, neighbours)?;
    if revision > 0 {
        let found = revisions.remove(&revision);
        let found = found.ok_or(RolloutError::UnknownRevision)?;
        revisions = light::map([(revision, found)]);
    }
    let shown = |kept: &Rc<Value>| match kind {
        Kind::StatefulSet => {
            let mut set = object.clone();
            set["spec"]["template"] = template_of(kind, kept);
            (kind, set)
        }
        _ => (Kind::ReplicaSet, Value::clone(kept)),
    };
    Ok(revisions.values().map(shown).collect())
}

/// The ReplicaSets or ControllerRevisions of an object, by revision.
pub(super) fn revisions(
    kind: Kind,
    object: &Value,
    neighbours: &dyn Surroundings,
) -> Result<LiteMap<i64, Rc<Value>>, RolloutError> {
    let of = match kind {
        Kind::Deployment => Kind::ReplicaSet,
        Kind::StatefulSet => Kind::ControllerRevision,
        _ => return Err(without("history", kind, RolloutError::NoHistory)),
    };
    let uid = object.text("metadata.uid");
    let mut owned = neighbours.list(of, object.text("metadata.namespace"));
    owned.retain(|candidate| {
        controller_of(candidate).is_some_and(|owner| owner.text("uid") == uid)
            && selects(object.at("spec.selector"), candidate.at("metadata.labels"))
    });
    let number = |candidate: &Value| match of {
        Kind::ReplicaSet => super::revision(candidate),
        _ => Some(candidate.int("revision")),
    };
    let owned = owned.into_iter();
    let numbered = owned.filter_map(|candidate| Some((number(&candidate)?, candidate)));
    Ok(light::map(numbered))
}

fn table(revisions: &LiteMap<i64, Rc<Value>>) -> String {
    let mut text = "REVISION\tCHANGE-CAUSE\n".to_owned();
    for (number, object) in revisions {
        let cause = match change_cause(object) {
            "" => "<none>",
            cause => cause,
        };
        text.push_str(&format!("{number}\t{cause}\n"));
    }
    TabWriter::new(tabwriter::DESCRIBE).layout(&text)
}

/// The pod template of a ReplicaSet or ControllerRevision.
pub(super) fn template_of(kind: Kind, revision: &Value) -> Value {
    if kind == Kind::StatefulSet {
        let mut template = revision.at("data.spec.template").clone();
        if let Some(map) = template.as_object_mut() {
            map.remove("$patch");
        }
        return template;
    }
    let mut template = revision.at("spec.template").clone();
    let cause = change_cause(revision);
    // The viewer stores the change cause in the template, so it is printed as one of its annotations.
    if !cause.is_empty()
        && let Some(map) = template.as_object_mut()
        && let Some(metadata) = map
            .entry("metadata")
            .or_insert_with(|| json!({}))
            .as_object_mut()
        && let Some(annotations) = metadata
            .entry("annotations")
            .or_insert_with(|| json!({}))
            .as_object_mut()
    {
        annotations.insert(CHANGE_CAUSE.to_owned(), cause.into());
    }
    template
}

/// A pod template as in a description, but with unexpanded tabs.
#[must_use]
pub fn template_text(features: Features, template: &Value) -> String {
    let mut page = Description::new(features);
    pod_template(&mut page, template);
    page.raw()
}
