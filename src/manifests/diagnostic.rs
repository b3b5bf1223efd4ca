//! The position of a fault, and how to fix it.

use super::remedy::TextRemedy;
use super::{Failure, Placed};
use crate::api::advice::Advice;
use crate::api::decode::{DecodeError, DecodeFault};
use crate::api::kind::Kind;
use crate::api::look::Look;
use crate::api::validation::StatusCause;
use crate::api::yaml::{Document, Place, YamlError};
use crate::store::ApiError;
use crate::texts::advice;
use crate::versions::Version;

/// A fault in a manifest, and its position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Line, 1-based.
    pub line: u32,
    /// Column in characters, 1-based.
    pub column: u32,
    /// Field path, such as `spec.replicas`; empty if no field is at fault.
    pub path: String,
    /// What is wrong, in Kubernetes' words if it has any.
    pub message: String,
    /// How to fix it.
    pub advice: Advice,
    /// A remedy that can be applied to the text, if there is one.
    pub remedy: Option<TextRemedy>,
}

impl Diagnostic {
    fn new(
        place: Option<Place>,
        otherwise: u32,
        path: &str,
        message: &str,
        advice: Advice,
    ) -> Self {
        Self {
            line: place.map_or(otherwise, |place| place.line),
            column: place.map_or(1, |place| place.column),
            path: path.to_owned(),
            message: message.trim_start_matches("error: ").to_owned(),
            advice,
            remedy: None,
        }
    }

    /// A fault of a field, positioned at its value or the closest enclosing field.
    fn at(document: &Document, path: &str, message: &str, advice: Advice) -> Self {
        let place = document.positions.nearest(path);
        Self::new(place, document.first, path, message, advice)
    }

    fn with(self, remedy: TextRemedy) -> Self {
        Self {
            remedy: Some(remedy),
            ..self
        }
    }
}

/// The diagnostic for invalid YAML.
pub(super) fn of_yaml(error: &YamlError) -> Diagnostic {
    let advice = Advice::new(match error {
        YamlError::TooLong { .. } => &advice::TOO_LONG,
        _ => &advice::YAML,
    });
    Diagnostic::new(error.place(), 1, "", &error.to_string(), advice)
}

/// The diagnostic for a text without objects.
pub(super) fn of_nothing() -> Diagnostic {
    let advice = Advice::new(&advice::NO_OBJECT);
    Diagnostic::new(None, 1, "", "no objects passed to apply", advice)
}

/// The diagnostic for a document that is not an object.
pub(super) fn of_problem(document: &Document, problem: &str) -> Diagnostic {
    let advice = Advice::new(&advice::NO_OBJECT);
    Diagnostic::new(None, document.first, "", problem, advice)
}

/// The diagnostic for an unknown field or a value of the wrong type.
pub(super) fn of_decoding(document: &Document, error: &DecodeError) -> Diagnostic {
    let DecodeError { path, message, .. } = error;
    let positions = &document.positions;
    let (key, advice) = if error.fault == DecodeFault::UnknownField {
        let advice = Advice::new(&advice::UNKNOWN_FIELD);
        (positions.key(path), advice)
    } else {
        (None, Advice::new(&advice::WRONG_VALUE))
    };
    let place = key.or_else(|| positions.nearest(path));
    let advice = error.hint.clone().unwrap_or(advice);
    Diagnostic::new(place, document.first, path, message, advice)
}

/// The diagnostic for a kind that is not simulated, does not exist, or has another API version.
pub(super) fn of_kind(version: Version, document: &Document, failure: &Failure) -> Diagnostic {
    let message = failure.to_string();
    let aside = TextRemedy::CommentOut(document.first..=document.last);
    let Some(kind) = namesake(document) else {
        let names: Vec<&str> = Kind::all().map(Kind::name).collect();
        let advice = Advice::new(&advice::SIMULATED_KINDS).with("kinds", names.join(", "));
        return Diagnostic::at(document, "kind", &message, advice).with(aside);
    };
    let named = |advice: Advice| {
        advice
            .with("kind", kind.name())
            .with("version", kind.api_version())
    };
    if let Failure::NotSimulated(_) = failure {
        let advice = named(Advice::new(&advice::SIMULATED_VERSION));
        return Diagnostic::at(document, "apiVersion", &message, advice).with(aside);
    }
    let advice = named(Advice::new(&advice::SERVED_VERSION)).with("release", version.name());
    Diagnostic::at(document, "apiVersion", &message, advice)
}

/// The simulated kind with the same name, if the API version is one of Kubernetes' own; other projects reuse these
/// names, such as Knative's Service.
fn namesake(document: &Document) -> Option<Kind> {
    let (version, word) = (
        document.value.text("apiVersion"),
        document.value.text("kind"),
    );
    let group = version.split('/').next().unwrap_or_default();
    let is_own = !group.contains('.') || group.ends_with(".k8s.io");
    Kind::all().find(|kind| is_own && kind.name() == word)
}

/// The diagnostics of a refused object, positioned at the fields they name.
pub(super) fn of_failure(manifest: &Placed, failure: &Failure) -> Vec<Diagnostic> {
    let document = &manifest.document;
    let Failure::Server { error, .. } = failure else {
        let text = failure.to_string();
        return vec![Diagnostic::new(None, document.first, "", &text, CHANGE)];
    };
    let at =
        |path: &str, advice: Advice| Diagnostic::at(document, path, &error.to_string(), advice);
    match error {
        ApiError::Invalid { causes, .. } => {
            let advice = Advice::new(&advice::INVALID);
            let of_cause = |cause: &StatusCause| {
                Diagnostic::at(document, &cause.field, &cause.body, advice.clone())
            };
            causes.iter().map(of_cause).collect()
        }
        ApiError::Limit(_) => vec![at("spec.replicas", Advice::new(&advice::LIMIT))],
        ApiError::NotFound { .. } => {
            let advice = Advice::new(&advice::NO_NAMESPACE);
            let missing = at("metadata.namespace", advice);
            let namespace = manifest.object.key.namespace.to_string();
            vec![missing.with(TextRemedy::CreateNamespace(namespace))]
        }
        _ => vec![at("", CHANGE)],
    }
}

const CHANGE: Advice = Advice::new(&advice::REFUSED);
