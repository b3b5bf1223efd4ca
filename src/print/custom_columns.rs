//! `-o custom-columns` (`staging/src/k8s.io/kubectl/pkg/cmd/get/customcolumn.go`).

use serde_json::Value;

use super::go;
use super::jsonpath::{EvalError, JsonPath, JsonPathError, ParseError, relaxed};
use super::tabwriter::{self, TabWriter};

/// Why a column specification is invalid.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ColumnsError {
    /// Nothing follows `custom-columns=`.
    #[error("custom-columns format specified but no custom columns given")]
    Empty,
    /// A column without a colon.
    #[error("unexpected custom-columns spec: {0}, expected <header>:<json-path-expr>")]
    Spec(String),
    /// An expression that is not a path.
    #[error(transparent)]
    Path(#[from] JsonPathError),
    /// An expression that cannot be parsed.
    #[error(transparent)]
    Parse(#[from] ParseError),
    /// An expression that cannot be evaluated for an object.
    #[error(transparent)]
    Eval(#[from] EvalError),
}

/// Columns defined by the user.
#[derive(Clone, Debug)]
pub struct CustomColumns {
    columns: Vec<(String, JsonPath)>,
}

impl CustomColumns {
    /// Parses `HEADER:PATH,HEADER:PATH`.
    ///
    /// # Errors
    /// A column has no colon, or its path cannot be parsed.
    pub fn parse(spec: &str) -> Result<CustomColumns, ColumnsError> {
        if spec.is_empty() {
            return Err(ColumnsError::Empty);
        }
        let column = |part: &str| -> Result<(String, JsonPath), ColumnsError> {
            let (header, path) = part
                .split_once(':')
                .ok_or_else(|| ColumnsError::Spec(part.to_owned()))?;
            Ok((header.to_owned(), JsonPath::parse(&relaxed(path)?)?))
        };
        Ok(CustomColumns {
            columns: spec.split(',').map(column).collect::<Result<_, _>>()?,
        })
    }

    /// The table of the objects.
    ///
    /// # Errors
    /// A path cannot be evaluated for an object. (A missing field is not an error, it prints `<none>`.)
    pub fn table(&self, objects: &[&Value], no_headers: bool) -> Result<String, ColumnsError> {
        let mut text = String::new();
        if !no_headers {
            let headers: Vec<&str> = self
                .columns
                .iter()
                .map(|(header, _)| header.as_str())
                .collect();
            text = headers.join("\t") + "\n";
        }
        for object in objects {
            let mut cells = Vec::with_capacity(self.columns.len());
            for (_, path) in &self.columns {
                let results = path.find(object, true)?;
                let mut texts = Vec::new();
                if results.first().is_none_or(Vec::is_empty) {
                    texts.push("<none>".to_owned());
                }
                let found = results.iter().flatten();
                texts.extend(found.map(|value| {
                    go::value(value)
                        .replace('\u{1b}', "^[")
                        .replace('\r', "\\r")
                }));
                cells.push(texts.join(","));
            }
            text.push_str(&cells.join("\t"));
            text.push('\n');
        }
        Ok(TabWriter::new(tabwriter::GET).layout(&text))
    }
}
