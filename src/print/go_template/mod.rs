//! `-o go-template`: the part of Go's templates that command lines use. What is not known is refused by its name, before
//! anything is printed.
//!
//! Known are texts, `{{/* comments */}}`, `{{-` and `-}}`, fields and variables, `if`, `with` and `range` with `else`,
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
    /// The template cannot be read.
    #[error("error parsing template {template}, template: output:{line}: {problem}\n")]
    Parse {
        /// The template as given.
        template: String,
        /// The line, from 1.
        line: usize,
        /// What is wrong there.
        problem: String,
    },
    /// The template uses something that this program does not know.
    #[error("not simulated: {0} in a Go template")]
    NotSimulated(String),
    /// The template does not fit the object.
    #[error(
        "error executing template {}: template: output: {problem}",
        quote(template)
    )]
    Execute {
        /// The template as given.
        template: String,
        /// What is wrong.
        problem: String,
    },
}

/// A template that was read.
#[derive(Clone, Debug)]
pub struct GoTemplate {
    template: String,
    nodes: Vec<parse::Node>,
}

impl GoTemplate {
    /// Reads a template.
    ///
    /// # Errors
    /// If it is not closed or not known.
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

    /// What the template prints for an object; a missing field is `<no value>`, or with `allow_missing` off an error.
    ///
    /// # Errors
    /// If it does not fit the object.
    pub fn text(&self, object: &Value, allow_missing: bool) -> Result<String, TemplateError> {
        eval::execute(&self.nodes, object, allow_missing).map_err(|problem| {
            TemplateError::Execute {
                template: self.template.clone(),
                problem,
            }
        })
    }
}
