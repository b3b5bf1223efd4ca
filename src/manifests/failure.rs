//! Why kubectl or the API server refuses something, in their words.

use crate::api::validation;
use crate::store::ApiError;

/// Why a command failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// Refused by kubectl itself, before the API server was asked.
    #[error("error: {0}")]
    Usage(String),
    /// Refused by the API server; the text before the server's own, such as `error when creating "STDIN": `.
    #[error("{}", server_text(context, error))]
    Server {
        /// What kubectl was doing.
        context: String,
        /// The server's answer.
        error: ApiError,
    },
    /// A text that stands for itself.
    #[error("{0}")]
    Raw(String),
    /// Several things went wrong.
    #[error("{}", several_text(.0))]
    Several(Vec<Failure>),
    /// A part of kubectl that kubestep does not have, by its name.
    #[error("error: not simulated: {0}")]
    NotSimulated(String),
}

impl Failure {
    /// All failures as one.
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

    /// What kubectl prints where one list of failures is the last of another: each on a line, but the inner list on one
    /// where there is something before it (Aggregate in `staging/src/k8s.io/apimachinery/pkg/util/errors/errors.go`).
    #[must_use]
    pub fn nested(mut outer: Vec<Self>, inner: Vec<Self>) -> Vec<Self> {
        if outer.is_empty() {
            return inner;
        }
        outer.extend(Self::one_line(&inner));
        outer
    }

    /// A list of failures as one line; `None` where there are none.
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

    /// What is said of one of several: causes of an invalid object are not laid out then, and only what stands alone
    /// says that it is an error (`staging/src/k8s.io/kubectl/pkg/cmd/util/helpers.go`, MultipleErrors, messageForError).
    fn among_others(&self) -> String {
        match self {
            Self::Server { context, error } => {
                format!("Error from server ({}): {context}{error}", error.reason())
            }
            Self::Usage(text) => text.clone(),
            other => other.to_string(),
        }
    }

    /// The same with each of its parts as something else.
    #[must_use]
    pub fn map_each(self, change: &dyn Fn(Self) -> Self) -> Self {
        match self {
            Self::Several(failures) => Self::Several(failures.into_iter().map(change).collect()),
            failure => change(failure),
        }
    }

    /// Whether the server knows no such object.
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

    /// Fails if anything did.
    ///
    /// # Errors
    /// All failures as one.
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

/// How kubectl words the server's refusal (`staging/src/k8s.io/kubectl/pkg/cmd/util/helpers.go`,
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
