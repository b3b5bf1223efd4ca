//! Manifests: parses text into objects, with the position of every fault.

mod diagnostic;
mod document;
mod failure;
mod patch;
mod remedy;
mod request;
mod write;

pub use diagnostic::Diagnostic;
pub(crate) use document::{Foreign, is_list, manifest, no_match, problem};
pub use document::{Manifest, Validation};
pub use failure::Failure;
pub(crate) use patch::{PatchType, patched};
pub use remedy::{Mended, Remedy, mended};
pub use request::{DryRun, Served};
pub(crate) use request::{set_annotation, shown, update};
pub use write::Applied;
pub(crate) use write::{apply_one, checked, created, line, merged};

use crate::actor::Context;
use crate::api::decode;
use crate::api::look::Look;
use crate::api::yaml::{self, Document, YamlError};
use crate::engine::{Engine, Input};
use crate::store::Warning;
use crate::texts::Language;
use crate::versions::Version;

/// An object of a manifest, and the positions of its fields.
#[derive(Debug, Clone)]
struct Placed {
    object: Manifest,
    document: Document,
}

/// A line of the output of [`apply`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// The result for one object, such as `deployment.apps/web created`.
    Done(String),
    /// A warning.
    Warning(Warning),
}

impl Line {
    /// The line.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        match self {
            Self::Done(text) => text.clone(),
            Self::Warning(warning) => warning.text(language),
        }
    }
}

/// Applies all objects of a text in one step of the timeline, or none of them.
///
/// Returns the lines to print, including warnings.
///
/// # Errors
/// All faults found; the cluster is unchanged then.
pub fn apply(engine: &mut Engine, text: &str) -> Result<Vec<Line>, Vec<Diagnostic>> {
    let manifests = read(
        engine.store().version(),
        text,
        engine.kubeconfig().current_namespace(),
    )?;
    let mut faults = Vec::new();
    let act = |context: &mut Context<'_>| {
        let mut lines = Vec::new();
        for manifest in &manifests {
            let object = &manifest.object;
            match apply_one(context.store, DryRun::No, Validation::Strict, object) {
                Ok(mut done) => {
                    let own = std::mem::take(&mut done.warnings).into_iter();
                    lines.extend(own.map(Warning::Server).map(Line::Warning));
                    let warnings = context.store.take_warnings().into_iter();
                    lines.extend(warnings.map(Line::Warning));
                    lines.push(Line::Done(line(object, &done)));
                }
                Err(failure) => faults.extend(diagnostic::of_failure(manifest, &failure)),
            }
        }
        if faults.is_empty() {
            Ok(lines)
        } else {
            Err(())
        }
    };
    let applied = engine.enter(Input::Manifests(text.into()), |engine| {
        engine.act("kubectl apply -f manifests.yaml", act)
    });
    applied.map_err(|()| faults)
}

/// All objects of a text.
fn read(version: Version, text: &str, namespace: &str) -> Result<Vec<Placed>, Vec<Diagnostic>> {
    let documents = objects(text).map_err(|error| vec![diagnostic::of_yaml(&error)])?;
    let mut manifests = Vec::new();
    let mut faults = Vec::new();
    for document in documents {
        if let Some(problem) = problem(&document.value) {
            faults.push(diagnostic::of_problem(&document, problem));
            continue;
        }
        match document::manifest(document.value.clone(), namespace, "STDIN") {
            Ok(object) => {
                let manifest = Placed { object, document };
                let object = &manifest.object;
                if let Err(errors) = decode::strict(version, object.kind, &object.value) {
                    let placed = |error| diagnostic::of_decoding(&manifest, error);
                    faults.extend(errors.iter().map(placed));
                }
                manifests.push(manifest);
            }
            Err(failure) => faults.push(diagnostic::of_kind(version, &document, &failure)),
        }
    }
    if faults.is_empty() {
        Ok(manifests)
    } else {
        Err(faults)
    }
}

/// The documents of a text. A `List`, as printed by `kubectl get -o yaml`, counts as one document per item.
/// # Errors
/// The first fault in the syntax.
pub fn objects(text: &str) -> Result<Vec<Document>, YamlError> {
    let documents = yaml::documents(text)?.into_iter();
    Ok(documents
        .flat_map(|document| {
            if is_list(&document.value) {
                items(&document)
            } else {
                vec![document]
            }
        })
        .collect())
}

/// The items of a `List`, each with its range of lines.
fn items(list: &Document) -> Vec<Document> {
    let items = list.value.list("items").iter().enumerate();
    items
        .map(|(at, value)| {
            let positions = list.positions.within(&format!("items[{at}]"));
            let first = positions.key("").map_or(list.first, |place| place.line);
            let lines =
                |(_, key, value): (&str, yaml::Place, yaml::Place)| key.line.max(value.line);
            let reached = positions.iter().map(lines).max().unwrap_or(first);
            // Whatever follows an item begins with a key or another item.
            let others = list.positions.iter().map(|(_, key, _)| key.line);
            let next = others.filter(|line| *line > reached).min();
            Document {
                value: value.clone(),
                positions,
                first,
                last: next.map_or(list.last, |line| line - 1),
            }
        })
        .collect()
}
