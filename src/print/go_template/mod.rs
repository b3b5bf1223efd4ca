//! `-o go-template`: the subset of Go's templates that is common on command lines. Anything else is refused by name
//! before anything is printed.
//!
//!
//! Supported are text, `{{/* comments */}}`, `{{-` and `-}}`, fields and variables, `if`, `with` and `range` with
//! `else`,
//! pipes, parentheses, and the functions `and or not eq ne lt le gt ge len index print println printf exists
//! base64decode`.

mod eval;
mod functions;
mod parse;

use serde_json::Value;

use crate::api::go::quote;

/// Why `-o go-template` prints nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// The template cannot be parsed.
    #[error("error parsing template {template}, template: output:{line}: {problem}\n")]
    Parse {
        /// The template as given.
        template: String,
        /// The line, 1-based.
        line: usize,
        /// The error at that line.
        problem: String,
    },
    /// The template uses an unsupported feature.
    #[error("not simulated: {0} in a Go template")]
    NotSimulated(String),
    /// The template cannot be evaluated for the object.
    #[error(
        "error executing template {}: template: output: {problem}",
        quote(template)
    )]
    Execute {
        /// The template as given.
        template: String,
        /// The error.
        problem: String,
    },
}

/// A parsed template.
#[derive(Clone, Debug)]
pub struct GoTemplate {
    template: String,
    nodes: Vec<parse::TemplateNode>,
}

impl GoTemplate {
    /// Parses a template.
    ///
    /// # Errors
    /// The template is malformed or uses an unsupported feature.
    pub fn parse(template: &str) -> Result<GoTemplate, TemplateError> {
        match parse::parse(template) {
            Ok(nodes) => Ok(GoTemplate {
                template: template.to_owned(),
                nodes,
            }),
            Err(parse::Problem::NotSimulated(what)) => Err(TemplateError::NotSimulated(what)),
            Err(parse::Problem::At(position, problem)) => {
                let before = template.get(..position).unwrap_or(template);
                let line = before.matches('\n').count() + 1;
                Err(TemplateError::Parse {
                    template: template.to_owned(),
                    line,
                    problem,
                })
            }
        }
    }

    /// The template's output for an object. A missing field prints `<no value>`, or is an error unless
    /// `allow_missing`.
    ///
    /// # Errors
    /// The template cannot be evaluated for the object.
    pub fn text(&self, object: &Value, allow_missing: bool) -> Result<String, TemplateError> {
        eval::execute(&self.nodes, object, allow_missing).map_err(|problem| {
            TemplateError::Execute {
                template: self.template.clone(),
                problem,
            }
        })
    }
}
