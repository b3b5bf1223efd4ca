//! Manifests: parses text into objects, with the position of every fault.

pub mod assist;
mod convert;
mod diagnostic;
mod document;
mod failure;
pub mod folder;
pub mod kustomize;
mod patch;
mod preview;
mod remedy;
mod request;
pub mod state;
mod write;

pub(crate) use convert::converted;
pub use diagnostic::Diagnostic;
pub(crate) use document::{Foreign, is_list, manifest, no_match, problem};
pub use document::{Manifest, Validation};
pub use failure::Failure;
pub(crate) use patch::{PatchType, patched};
pub use preview::{Preview, preview};
pub use remedy::{Mended, TextRemedy, mended};
pub use request::{DryRun, ServedObject};
pub(crate) use request::{set_annotation, shown, update};
pub use write::Applied;
pub(crate) use write::{apply_one, checked, created, line, merged};

use crate::actor::Context;
use crate::api::custom::Customs;
use crate::api::decode;
use crate::api::kind::Kind;
use crate::api::look::Look;
use crate::api::object::Key;
use crate::api::yaml::{self, Document, YamlError};
use crate::engine::{Engine, Input};
use crate::store::{Store, Warning};
use crate::texts::{Language, Text, stored};

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
    /// The applied objects that nothing acts on.
    Stored(Vec<Key>),
    /// The applied custom resources whose definitions are in the same text.
    SameText(Vec<Key>),
}

impl Line {
    /// The line.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        match self {
            Self::Done(text) => text.clone(),
            Self::Warning(warning) => warning.text(language),
            Self::Stored(keys) => list(&stored::LINE, keys, language),
            Self::SameText(keys) => list(&stored::SAME_TEXT, keys, language),
        }
    }
}

/// A line about objects.
fn list(text: &'static Text, keys: &[Key], language: Language) -> String {
    let names: Vec<String> = keys.iter().map(Key::to_string).collect();
    let names = names.join(stored::COMMA.text(language));
    text.with(language, &[("objects", &names)])
}

/// Applies all objects of a text in one step of the timeline, or none of them.
///
/// Returns the lines to print, including warnings.
///
/// # Errors
/// All faults found; the cluster is unchanged then.
pub fn apply(engine: &mut Engine, text: &str) -> Result<Vec<Line>, Vec<Diagnostic>> {
    let manifests = read(
        engine.store(),
        text,
        engine.kubeconfig().current_namespace(),
    )?;
    let known = engine.store().customs().clone();
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
        if !faults.is_empty() {
            return Err(());
        }
        let keys = |of: &dyn Fn(&Manifest) -> bool| -> Vec<Key> {
            let objects = manifests.iter().map(|manifest| &manifest.object);
            let some = objects.filter(|object| of(object));
            some.map(|object| object.key.clone()).collect()
        };
        let idle = keys(&|object| object.kind.is_stored());
        let early = keys(&|object| {
            let (version, kind) = (object.kind.api_version(), object.kind.name());
            known.from_api(version, kind).is_none()
        });
        lines.extend((!idle.is_empty()).then_some(Line::Stored(idle)));
        lines.extend((!early.is_empty()).then_some(Line::SameText(early)));
        Ok(lines)
    };
    let applied = engine.enter(Input::Manifests(text.into()), |engine| {
        engine.act("kubectl apply -f manifests.yaml", act)
    });
    applied.map_err(|()| faults)
}

/// The custom kinds of the cluster and of definitions in the text itself.
///
/// kubectl looks up all kinds before it applies anything, and so refuses the latter until they are applied once
/// more; a text is applied whole here, and says so.
fn customs(store: &Store, documents: &[Document]) -> Customs {
    let mut customs = store.customs().clone();
    let kind = Kind::CustomResourceDefinition;
    for Document { value, .. } in documents {
        if kind.is_of(value.text("apiVersion"), value.text("kind")) {
            customs.define(value.text("metadata.name"), value);
        }
    }
    customs
}

/// All objects of a text, custom resources after the others: their definitions may be among them.
fn read(store: &Store, text: &str, namespace: &str) -> Result<Vec<Placed>, Vec<Diagnostic>> {
    let documents = objects(text).map_err(|error| vec![diagnostic::of_yaml(&error)])?;
    let (version, customs) = (store.version(), customs(store, &documents));
    let mut manifests = Vec::new();
    let mut faults = Vec::new();
    for document in documents {
        if let Some(problem) = problem(&document.value) {
            faults.push(diagnostic::of_problem(&document, problem));
            continue;
        }
        let value = match converted(version, document.value.clone()) {
            Ok(value) => value,
            Err(errors) => {
                let placed = |error| diagnostic::of_decoding(&document, error);
                faults.extend(errors.iter().map(placed));
                continue;
            }
        };
        match document::manifest(&customs, value, namespace, "STDIN") {
            Ok(object) => {
                let manifest = Placed { object, document };
                let object = &manifest.object;
                if let Err(errors) = decode::strict(version, object.kind, &object.value) {
                    let placed = |error| diagnostic::of_decoding(&manifest.document, error);
                    faults.extend(errors.iter().map(placed));
                }
                manifests.push(manifest);
            }
            Err(failure) => faults.push(diagnostic::of_kind(version, &document, &failure)),
        }
    }
    if faults.is_empty() {
        let is_custom = |placed: &Placed| matches!(placed.object.kind, Kind::Custom(_));
        let (custom, mut all): (Vec<_>, Vec<_>) = manifests.into_iter().partition(is_custom);
        all.extend(custom);
        Ok(all)
    } else {
        Err(faults)
    }
}

/// The documents of a text. A `List`, as printed by `kubectl get -o yaml`, counts as one document per item.
/// # Errors
/// The first fault in the syntax.
pub fn objects(text: &str) -> Result<Vec<Document>, YamlError> {
    Ok(each_object(yaml::documents(text)?))
}

/// The documents, with one for each item of a `List`.
fn each_object(documents: Vec<Document>) -> Vec<Document> {
    documents
        .into_iter()
        .flat_map(|document| {
            if is_list(&document.value) {
                items(&document)
            } else {
                vec![document]
            }
        })
        .collect()
}

/// The items of a `List`, each with its range of lines.
fn items(list: &Document) -> Vec<Document> {
    let values = list.value.list("items");
    let positions = list.positions.items("items", values.len());
    let mut begins: Vec<u32> = list.positions.iter().map(|(_, key, _)| key.line).collect();
    begins.sort_unstable();
    let items = values.iter().zip(positions).map(|(value, positions)| {
        let first = positions.key("").map_or(list.first, |place| place.line);
        let lines = |(_, key, value): (&str, yaml::Place, yaml::Place)| key.line.max(value.line);
        let reached = positions.iter().map(lines).max().unwrap_or(first);
        // Whatever follows an item begins with a key or another item.
        let next = begins.get(begins.partition_point(|line| *line <= reached));
        Document {
            value: value.clone(),
            positions,
            first,
            last: next.map_or(list.last, |line| line - 1),
        }
    });
    items.collect()
}
