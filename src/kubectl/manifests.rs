//! Manifests: text into objects, with the place of every fault.

use super::commands::apply;
use super::commands::documents::{self, Validation};
use super::commands::session::DryRun;
use super::run::Failure;
use crate::api::decode::{self, DecodeError};
use crate::api::kind::Kind;
use crate::api::yaml::{self, Document, YamlError};
use crate::engine::Engine;
use crate::store::ApiError;

/// A fault in a manifest, and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// Field path, such as `spec.replicas`; empty where no field is at fault.
    pub path: String,
    /// What is wrong, in the words of Kubernetes where it has some.
    pub message: String,
    /// What to do.
    pub advice: String,
}

/// One object of a text.
#[derive(Debug, Clone)]
struct Manifest {
    object: documents::Manifest,
    document: Document,
}

/// Applies all objects of a text as one step of the timeline, or none of them.
///
/// Gives the lines that kubectl prints.
///
/// # Errors
/// All faults that were found; then nothing of the cluster is changed.
pub fn apply(engine: &mut Engine, text: &str) -> Result<Vec<String>, Vec<Diagnostic>> {
    let manifests = read(text, engine.config().current_namespace())?;
    let mut faults = Vec::new();
    let applied = engine.act("kubectl apply -f manifests.yaml", |context| {
        let mut lines = Vec::new();
        for manifest in &manifests {
            let object = &manifest.object;
            match apply::apply_one(context.store, DryRun::No, Validation::Strict, object) {
                Ok(done) => lines.push(apply::line(object, &done)),
                Err(failure) => faults.extend(place_failure(manifest, &failure)),
            }
        }
        // The page has no place for them.
        drop(context.store.take_warnings());
        if faults.is_empty() {
            Ok(lines)
        } else {
            Err(())
        }
    });
    applied.map_err(|()| faults)
}

/// All objects of a text.
fn read(text: &str, namespace: &str) -> Result<Vec<Manifest>, Vec<Diagnostic>> {
    let documents = yaml::documents(text).map_err(|error| vec![place_yaml(&error)])?;
    let mut manifests = Vec::new();
    let mut faults = Vec::new();
    for document in documents {
        match documents::manifest(document.value.clone(), namespace, "STDIN") {
            Ok(object) => {
                let manifest = Manifest { object, document };
                let object = &manifest.object;
                if let Err(errors) = decode::strict(object.kind, &object.value) {
                    faults.extend(errors.iter().map(|error| place_decode(&manifest, error)));
                }
                manifests.push(manifest);
            }
            Err(failure) => faults.push(place_kind(&document, &failure)),
        }
    }
    if faults.is_empty() {
        Ok(manifests)
    } else {
        Err(faults)
    }
}

fn place_yaml(error: &YamlError) -> Diagnostic {
    let place = error.place();
    Diagnostic {
        line: place.map_or(1, |place| place.line),
        column: place.map_or(1, |place| place.column),
        path: String::new(),
        message: error.to_string(),
        advice: "Mend the YAML here: look at the indentation, colons and quotes of this line and the one above."
            .to_owned(),
    }
}

fn place_decode(manifest: &Manifest, error: &DecodeError) -> Diagnostic {
    let place = manifest.document.positions.nearest(&error.path);
    let unknown = error.fault == decode::Fault::UnknownField;
    let key = manifest
        .document
        .positions
        .key(&error.path)
        .filter(|_| unknown);
    let place = key.or(place);
    Diagnostic {
        line: place.map_or(manifest.document.line, |place| place.line),
        column: place.map_or(1, |place| place.column),
        path: error.path.clone(),
        message: error.message.clone(),
        advice: error.hint.clone().unwrap_or_else(|| {
            if unknown {
                "Remove the field, or move it to where it belongs."
            } else {
                "Correct the value."
            }
            .to_owned()
        }),
    }
}

fn place_kind(document: &Document, failure: &Failure) -> Diagnostic {
    let place = document.positions.value("kind");
    let kinds: Vec<&str> = Kind::all().map(|kind| kind.info().name).collect();
    Diagnostic {
        line: place.map_or(document.line, |place| place.line),
        column: place.map_or(1, |place| place.column),
        path: "kind".to_owned(),
        message: failure.to_string().trim_start_matches("error: ").to_owned(),
        advice: format!("kubestep simulates {}.", kinds.join(", ")),
    }
}

/// A refusal, at the fields that it names.
fn place_failure(manifest: &Manifest, failure: &Failure) -> Vec<Diagnostic> {
    if let Failure::Server { error, .. } = failure {
        return place_error(manifest, error);
    }
    let text = failure.to_string();
    vec![Diagnostic {
        line: manifest.document.line,
        column: 1,
        path: String::new(),
        message: text.trim_start_matches("error: ").to_owned(),
        advice: "Change the manifest, or the object in the cluster, and apply again.".to_owned(),
    }]
}

/// A refusal of the API server, at the fields that it names.
fn place_error(manifest: &Manifest, error: &ApiError) -> Vec<Diagnostic> {
    let at = |path: &str, message: String| {
        let place = manifest.document.positions.nearest(path);
        Diagnostic {
            line: place.map_or(manifest.document.line, |place| place.line),
            column: place.map_or(1, |place| place.column),
            path: path.to_owned(),
            message,
            advice: advice(error).to_owned(),
        }
    };
    match error {
        ApiError::Invalid { causes, .. } => causes
            .iter()
            .map(|cause| at(&cause.field, cause.body.clone()))
            .collect(),
        ApiError::Limit(_) => vec![at("spec.replicas", error.to_string())],
        ApiError::NotFound { .. } => vec![at("metadata.namespace", error.to_string())],
        _ => vec![at("", error.to_string())],
    }
}

fn advice(error: &ApiError) -> &'static str {
    match error {
        ApiError::Invalid { .. } => "Give the field a value that is allowed.",
        ApiError::Limit(_) => {
            "Choose a smaller number: this is a limit of kubestep, not of Kubernetes."
        }
        ApiError::NotFound { .. } => "Create the namespace first, or leave the field out.",
        _ => "Change the manifest, or the object in the cluster, and apply again.",
    }
}
