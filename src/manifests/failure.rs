//! Errors of kubectl and the API server, in their words.

use crate::api::validation;
use crate::store::ApiError;

/// Why a command failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// Refused by kubectl itself, before any request.
    #[error("error: {0}")]
    Usage(String),
    /// Refused by the API server, with a prefix such as `error when creating "STDIN": `.
    #[error("{}", server_text(context, error))]
    Server {
        /// What kubectl was doing.
        context: String,
        /// The server's error.
        error: ApiError,
    },
    /// A complete message.
    #[error("{0}")]
    Raw(String),
    /// Several errors.
    #[error("{}", several_text(.0))]
    Several(Vec<Failure>),
    /// A part of kubectl that kubestep lacks, by name.
    #[error("error: not simulated: {0}")]
    NotSimulated(String),
}

impl Failure {
    /// Combines all failures.
    #[must_use]
    pub fn several(failures: Vec<Self>) -> Self {
        let mut flat = Vec::new();
        for failure in failures {
            match failure {
                Self::Several(inner) => flat.extend(inner),
                other => flat.push(other),
            }
        }
        match (flat.pop(), flat.is_empty()) {
            (Some(only), true) => only,
            (last, _) => {
                flat.extend(last);
                Self::Several(flat)
            }
        }
    }

    /// The errors that kubectl prints if a list of errors is the last item of another: one per line, but the inner
    /// list on a single line if anything precedes it (Aggregate in
    /// `staging/src/k8s.io/apimachinery/pkg/util/errors/errors.go`).
    #[must_use]
    pub fn nested(mut outer: Vec<Self>, inner: Vec<Self>) -> Vec<Self> {
        if outer.is_empty() {
            return inner;
        }
        outer.extend(Self::one_line(&inner));
        outer
    }

    /// Combines failures into one line; `None` if there are none.
    #[must_use]
    pub fn one_line(failures: &[Self]) -> Option<Self> {
        let mut texts: Vec<String> = Vec::new();
        for text in failures.iter().map(Self::among_others) {
            if !texts.contains(&text) {
                texts.push(text);
            }
        }
        Some(Self::Raw(match texts.as_slice() {
            [] => return None,
            [only] => only.clone(),
            several => format!("[{}]", several.join(", ")),
        }))
    }

    /// The message of one of several failures: causes of an invalid object are not listed one per line, and a
    /// message is not prefixed with `error:` (`staging/src/k8s.io/kubectl/pkg/cmd/util/helpers.go`, MultipleErrors,
    /// messageForError).
    fn among_others(&self) -> String {
        match self {
            Self::Server { context, error } => {
                format!("Error from server ({}): {context}{error}", error.reason())
            }
            Self::Usage(text) => text.clone(),
            other => other.to_string(),
        }
    }

    /// Transforms each of the failures.
    #[must_use]
    pub fn map_each(self, change: &dyn Fn(Self) -> Self) -> Self {
        match self {
            Self::Several(failures) => Self::Several(failures.into_iter().map(change).collect()),
            failure => change(failure),
        }
    }

    /// Whether the server does not have the object.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        matches!(
            self,
            Self::Server {
                error: ApiError::NotFound { .. },
                ..
            }
        )
    }

    /// Returns an error if there are any failures.
    ///
    /// # Errors
    /// All failures, combined.
    pub fn all(failures: Vec<Self>) -> Result<(), Self> {
        if failures.is_empty() {
            Ok(())
        } else {
            Err(Self::several(failures))
        }
    }
}

impl From<ApiError> for Failure {
    fn from(error: ApiError) -> Self {
        Self::Server {
            context: String::new(),
            error,
        }
    }
}

/// kubectl's wording of a server error (`staging/src/k8s.io/kubectl/pkg/cmd/util/helpers.go`,
/// StandardErrorMessage).
fn server_text(context: &str, error: &ApiError) -> String {
    match error {
        ApiError::Invalid { kind, name, causes } => {
            validation::kubectl_message(*kind, name, causes)
        }
        error => format!("Error from server ({}): {context}{error}", error.reason()),
    }
}

fn several_text(failures: &[Failure]) -> String {
    let texts: Vec<String> = failures.iter().map(Failure::among_others).collect();
    texts.join("\n")
}
