//! kubectl's JSONPath templates: `-o jsonpath=...`, and the expressions of `-o custom-columns` and `--sort-by`.

mod eval;
mod parse;
mod unquote;

use std::borrow::Cow;

use serde_json::Value;

use super::{go, json};
use crate::api::go::json;
use crate::api::go::quote;

pub use eval::EvalError;
pub use parse::ParseError;
pub(crate) use unquote::unquote;

/// A parsed template.
#[derive(Clone, Debug)]
pub struct JsonPath {
    template: String,
    nodes: Vec<parse::PathNode>,
}

/// Why `-o jsonpath` prints nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JsonPathError {
    /// The template cannot be parsed.
    #[error("error parsing jsonpath {template}, {source}\n")]
    Parse {
        /// The template as given.
        template: String,
        /// The parse error.
        source: ParseError,
    },
    /// The template cannot be evaluated for the object.
    #[error(
        "error executing jsonpath {}: Error executing template: {source}. Printing more information for debugging \
         the template:\n\ttemplate was:\n\t\t{template}\n\tobject given to jsonpath engine was:\n\t\t{object}\n\n\n",
        quote(template)
    )]
    Execute {
        /// The template as given.
        template: String,
        /// The error.
        source: EvalError,
        /// The object in Go's syntax.
        object: String,
    },
    /// An expression that is not a simple path.
    #[error(
        "unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{{name1.name2}}' or \
         '{{.name1.name2}}'"
    )]
    Relaxed,
}

impl JsonPath {
    /// Parses a template.
    ///
    /// # Errors
    /// Braces, brackets or quotes are not closed, or braces contain something other than a path.
    pub fn parse(template: &str) -> Result<JsonPath, ParseError> {
        Ok(JsonPath {
            template: template.to_owned(),
            nodes: parse::parse(template)?,
        })
    }

    /// Parses the template of `-o jsonpath`; errors have kubectl's wording.
    ///
    /// # Errors
    /// As [`JsonPath::parse`].
    pub fn for_output(template: &str) -> Result<JsonPath, JsonPathError> {
        JsonPath::parse(template).map_err(|source| JsonPathError::Parse {
            template: template.to_owned(),
            source,
        })
    }

    /// The values that the template selects: one list for each text or action, in the order of output.
    ///
    /// # Errors
    /// An index is out of bounds, the indexed value is not a list, or (unless `allow_missing`) a field is missing.
    pub fn find<'a>(
        &'a self,
        object: &'a Value,
        allow_missing: bool,
    ) -> Result<Vec<Vec<Cow<'a, Value>>>, EvalError> {
        eval::find(&self.nodes, object, allow_missing)
    }

    /// The template's output: strings and numbers as they are, maps and lists as JSON, several values separated by
    /// spaces.
    ///
    /// # Errors
    /// As [`JsonPath::find`].
    pub fn text(&self, object: &Value, allow_missing: bool) -> Result<String, EvalError> {
        let mut out = String::new();
        for values in self.find(object, allow_missing)? {
            for (index, value) in values.iter().enumerate() {
                if index > 0 {
                    out.push(' ');
                }
                match &**value {
                    Value::Null => out.push_str("null"),
                    Value::Array(_) | Value::Object(_) => out.push_str(&json(value)),
                    other => out.push_str(&go::value(other)),
                }
            }
        }
        Ok(out)
    }

    /// The output of `-o jsonpath`, or with `as_json` of `-o jsonpath-as-json`.
    ///
    /// # Errors
    /// As [`JsonPath::find`], with kubectl's wording.
    pub fn output(
        &self,
        object: &Value,
        allow_missing: bool,
        as_json: bool,
    ) -> Result<String, JsonPathError> {
        let text = if as_json {
            self.find(object, allow_missing).map(|results| {
                let list =
                    |values: Vec<Cow<Value>>| values.into_iter().map(Cow::into_owned).collect();
                results
                    .into_iter()
                    .map(|values| json::pretty(&Value::Array(list(values))))
                    .collect()
            })
        } else {
            self.text(object, allow_missing)
        };
        text.map_err(|source| JsonPathError::Execute {
            template: self.template.clone(),
            source,
            object: go::syntax(object),
        })
    }
}

/// The template for a relaxed expression: `x`, `.x`, `{x}` and `{.x}` all mean `{.x}` (`RelaxedJSONPathExpression`
/// in `staging/src/k8s.io/kubectl/pkg/cmd/get/customcolumn.go`).
///
/// # Errors
/// The expression has other braces.
pub fn relaxed(expression: &str) -> Result<String, JsonPathError> {
    if expression.is_empty() {
        return Ok(String::new());
    }
    let inner = match expression.strip_prefix('{') {
        Some(rest) => rest.strip_suffix('}').ok_or(JsonPathError::Relaxed)?,
        None => expression,
    };
    let path = inner
        .strip_prefix('.')
        .filter(|path| !path.is_empty())
        .unwrap_or(inner);
    if path.is_empty() || path.contains(['{', '}']) {
        return Err(JsonPathError::Relaxed);
    }
    Ok(format!("{{.{path}}}"))
}
