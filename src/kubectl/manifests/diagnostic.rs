//! The place of a fault, and what to do about it.

use super::Manifest;
use super::remedy::Remedy;
use crate::api::decode::{DecodeError, Fault};
use crate::api::kind::Kind;
use crate::api::validation::Cause;
use crate::api::yaml::{Document, Place, YamlError};
use crate::kubectl::run::Failure;
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
    /// What would mend it, where the text says enough for that.
    pub remedy: Option<Remedy>,
}

impl Diagnostic {
    fn new(place: Option<Place>, otherwise: u32, path: &str, message: &str, advice: &str) -> Self {
        Self {
            line: place.map_or(otherwise, |place| place.line),
            column: place.map_or(1, |place| place.column),
            path: path.to_owned(),
            message: message.trim_start_matches("error: ").to_owned(),
            advice: advice.to_owned(),
            remedy: None,
        }
    }

    /// A fault of some field, at its value or at what is nearest to it.
    fn at(document: &Document, path: &str, message: &str, advice: &str) -> Self {
        let place = document.positions.nearest(path);
        Self::new(place, document.first, path, message, advice)
    }

    fn with(self, remedy: Remedy) -> Self {
        Self {
            remedy: Some(remedy),
            ..self
        }
    }
}

/// A text that is no YAML.
pub(super) fn of_yaml(error: &YamlError) -> Diagnostic {
    let advice = "Mend the YAML here: look at the indentation, colons and quotes of this line and the one above.";
    Diagnostic::new(error.place(), 1, "", &error.to_string(), advice)
}

/// A document that is no object.
pub(super) fn of_problem(document: &Document, problem: &str) -> Diagnostic {
    let advice = "Every object says its apiVersion and kind, such as apps/v1 and Deployment.";
    Diagnostic::new(None, document.first, "", problem, advice)
}

/// A field that there is not, or a value of the wrong type.
pub(super) fn of_decoding(manifest: &Manifest, error: &DecodeError) -> Diagnostic {
    let DecodeError { path, message, .. } = error;
    let positions = &manifest.document.positions;
    let (key, advice) = if error.fault == Fault::UnknownField {
        let advice = "Remove the field, or move it to where it belongs.";
        (positions.key(path), advice)
    } else {
        (None, "Correct the value.")
    };
    let place = key.or_else(|| positions.nearest(path));
    let advice = error.hint.as_deref().unwrap_or(advice);
    Diagnostic::new(place, manifest.document.first, path, message, advice)
}

/// A kind that is not simulated, or that there is not.
pub(super) fn of_kind(document: &Document, failure: &Failure) -> Diagnostic {
    let kinds: Vec<&str> = Kind::all().map(|kind| kind.info().name).collect();
    let advice = format!("kubestep simulates {}.", kinds.join(", "));
    Diagnostic::at(document, "kind", &failure.to_string(), &advice)
        .with(Remedy::CommentOut(document.first..=document.last))
}

/// A refusal, at the fields that it names.
pub(super) fn of_failure(manifest: &Manifest, failure: &Failure) -> Vec<Diagnostic> {
    let document = &manifest.document;
    let Failure::Server { error, .. } = failure else {
        let text = failure.to_string();
        return vec![Diagnostic::new(None, document.first, "", &text, CHANGE)];
    };
    let at = |path: &str, advice: &str| Diagnostic::at(document, path, &error.to_string(), advice);
    match error {
        ApiError::Invalid { causes, .. } => {
            let advice = "Give the field a value that is allowed.";
            let of_cause =
                |cause: &Cause| Diagnostic::at(document, &cause.field, &cause.body, advice);
            causes.iter().map(of_cause).collect()
        }
        ApiError::Limit(_) => vec![at(
            "spec.replicas",
            "Choose a smaller number: this is a limit of kubestep, not of Kubernetes.",
        )],
        ApiError::NotFound { .. } => {
            let missing = at(
                "metadata.namespace",
                "Create the namespace first, or leave the field out.",
            );
            let namespace = manifest.object.key.namespace.to_string();
            vec![missing.with(Remedy::CreateNamespace(namespace))]
        }
        _ => vec![at("", CHANGE)],
    }
}

const CHANGE: &str = "Change the manifest, or the object in the cluster, and apply again.";
