//! A command line into what it does and what it prints.

use super::commands;
use super::shell;
use crate::api::validation;
use crate::engine::Engine;
use crate::store::ApiError;

/// What a command printed, and how it ended.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Output {
    /// What stands on standard output.
    pub stdout: String,
    /// What stands on standard error.
    pub stderr: String,
    /// The exit code: 0 is well.
    pub exit: i32,
}

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
    /// A part of kubectl that kubestep does not have, by its name.
    #[error("error: not simulated: {0}")]
    NotSimulated(String),
}

/// Runs a command line, without the word `kubectl` in front. What it changes is one step of the timeline; what
/// fails changes nothing that kubectl would not have changed.
pub fn run(engine: &mut Engine, line: &str, stdin: Option<&str>) -> Output {
    let words = match shell::split(line) {
        Ok(words) => words,
        Err(error) => return Output::failed(&Failure::Usage(error.to_string())),
    };
    commands::dispatch(engine, line, &words, stdin)
}

impl Output {
    /// A command that went well and printed this.
    #[must_use]
    pub fn printed(stdout: impl Into<String>) -> Self {
        Self {
            stdout: stdout.into(),
            ..Self::default()
        }
    }

    /// A command that failed.
    #[must_use]
    pub fn failed(failure: &Failure) -> Self {
        Self {
            stderr: format!("{failure}\n"),
            exit: 1,
            ..Self::default()
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
