//! The annotation with the manifest last applied by `kubectl apply`
//! (`staging/src/k8s.io/kubectl/pkg/cmd/apply/ apply_view_last_applied.go`, `…/apply_set_last_applied.go`,
//! `…/apply_edit_last_applied.go`).

use super::documents::read;
use super::resources::{Bare, existing};
use super::session::Execution;
use crate::api::go::quote;
use crate::api::object::Object;
use crate::api::patch::{LAST_APPLIED, last_applied};
use crate::api::yaml;
use crate::manifests::{Failure, Manifest, set_annotation};
use crate::print::json;
use serde_json::Value;

/// An object, and the file that refers to it.
type Named = (Object, Option<String>);

/// `kubectl apply view-last-applied`.
pub(super) fn view(session: &mut Execution<'_>) -> Result<(), Failure> {
    let mut kept = Vec::new();
    for (object, source) in named(session)? {
        match (annotation(&object), source) {
            (Some(text), _) => kept.push(text),
            // kubectl wraps a nil error here.
            (None, Some(source)) => {
                return Err(Failure::Usage(format!(
                    "error when no last-applied-configuration annotation found on resource: {}\n {}: <nil>",
                    object.meta().name,
                    quote(&source)
                )));
            }
            (None, None) => {}
        }
    }
    let output = session.invocation.text("output").unwrap_or("yaml");
    for text in kept {
        let value: Value =
            serde_json::from_str(&text).map_err(|error| Failure::Usage(error.to_string()))?;
        match output {
            "json" => session.out.push_str(&json::indented(&value, "  ")),
            "yaml" => session.out.push_str(&yaml::to_string(&value)),
            other => {
                return Err(Failure::Usage(format!(
                    "Unexpected -o output mode: {other}, the flag 'output' must be one of yaml|json\n\
                     See 'kubectl apply view-last-applied -h' for help and examples"
                )));
            }
        }
    }
    Ok(())
}

/// `kubectl apply set-last-applied`.
pub(super) fn set(session: &mut Execution<'_>) -> Result<(), Failure> {
    let dry_run = session.dry_run()?;
    if !session.invocation.has("filename") {
        session.find(&[], Bare::Refused)?;
    }
    let creates = session.invocation.switch("create-annotation", false);
    let mut wanted = Vec::new();
    for manifest in manifests(session)? {
        let object = existing(session.engine.store(), &manifest.key)?;
        let (name, text) = (&*manifest.key.name, last_applied(&manifest.value));
        match annotation(&object) {
            None if !creates => {
                return Err(Failure::Usage(format!(
                    "no last-applied-configuration annotation found on resource: {name}, to create the annotation, run the \
                     command with --create-annotation"
                )));
            }
            Some(known) if is_same(&known, &text) => {
                let line = format!("set-last-applied {name}: no changes required.\n");
                session.out.push_str(&line);
            }
            _ => {
                let mut value = object.to_value();
                set_annotation(&mut value, LAST_APPLIED, &text);
                wanted.push((object, "configured", value));
            }
        }
    }
    session.put(dry_run, wanted, Vec::new())
}

/// `kubectl apply edit-last-applied`.
pub(super) fn edit(_: &mut Execution<'_>) -> Result<(), Failure> {
    Err(Failure::NotSimulated("apply edit-last-applied".to_owned()))
}

/// The objects given on the command line.
fn named(session: &Execution<'_>) -> Result<Vec<Named>, Failure> {
    let words = session.words();
    if words.is_empty() && session.invocation.has("filename") {
        let live = |manifest: Manifest| -> Result<Named, Failure> {
            let object = existing(session.engine.store(), &manifest.key)?;
            Ok((object, Some(manifest.source)))
        };
        return manifests(session)?.into_iter().map(live).collect();
    }
    // A type without names means all objects only if a namespace is given, which the builder receives as
    // allowEmptySelector.
    let bare = match session.invocation.has("namespace") {
        true => Bare::All,
        false => Bare::Refused,
    };
    let objects = session.find(&words, bare)?.complete()?;
    Ok(objects.into_iter().map(|object| (object, None)).collect())
}

/// The manifests of the files, up to the first fault.
fn manifests(session: &Execution<'_>) -> Result<Vec<Manifest>, Failure> {
    let read = read(session)?;
    match read.unread.into_iter().next() {
        Some(failure) => Err(failure),
        None => read.manifests.into_iter().collect(),
    }
}

fn annotation(object: &Object) -> Option<String> {
    object.meta().annotations.get(LAST_APPLIED).cloned()
}

/// Whether two texts are equal as JSON.
fn is_same(one: &str, other: &str) -> bool {
    let value = |text| serde_json::from_str::<Value>(text).ok();
    value(one).is_some_and(|one| Some(one) == value(other))
}
