//! Reading and writing YAML and JSON the way kubectl does.
//!
//! kubectl first converts YAML 1.1 to JSON (with `sigs.k8s.io/yaml`, based on go-yaml v2), so scalars are resolved
//! by go-yaml's rules: `yes`, `on` and `y` are booleans, `0644` is octal. Structure and positions come from
//! `saphyr-parser`; `serde_yaml` (libyaml, of which go-yaml is a port) decides what is a syntax error and provides
//! the messages.

mod compose;
mod emit;
mod json;
mod kyaml;
mod lines;
mod positions;
mod scalar;
mod syntax;

pub use emit::to_string;
pub use kyaml::to_kyaml;
pub(crate) use positions::push_key as push_path_key;
pub use positions::{Place, Positions};

use serde_json::Value;

/// Maximum length of the input in bytes. Larger than any manifest an API server accepts (annotations are limited to
/// 256 KiB in total), and small enough to be parsed while the user types.
pub const MAX_INPUT_BYTES: usize = 256 * 1024;

/// Maximum nesting of lists and mappings. Kubernetes' own types reach about 20.
pub const MAX_DEPTH: usize = 100;

/// Maximum number of values that aliases (`*name`) can add to a document.
pub const MAX_ALIASED_VALUES: usize = 100_000;

/// Maximum number of bytes that aliases can add to a document.
pub const MAX_ALIASED_BYTES: usize = 4 * MAX_INPUT_BYTES;

/// One document of the input.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// Content of the document.
    pub value: Value,
    /// Positions of its fields in the input.
    pub positions: Positions,
    /// Line of the input (1-based) on which the document begins.
    pub first: u32,
    /// Line on which it ends.
    pub last: u32,
}

/// Why an input cannot be parsed.
///
/// The message is kubectl's, if it has one, without its prefix (`error: error parsing FILE: `). Its line numbers
/// are those of kubectl, which count from the start of the document and are sometimes off by one;
/// [`YamlError::place`] is the actual position in the input.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum YamlError {
    /// Invalid YAML; the message is libyaml's as printed by go-yaml.
    #[error("error converting YAML to JSON: {text}")]
    Syntax {
        /// `yaml: line 5: mapping values are not allowed in this context`.
        text: String,
        /// Where the fault was detected.
        place: Place,
    },
    /// Invalid JSON that begins with a brace; the message is Go's.
    #[error("{text}")]
    Json {
        /// `json: offset 12: invalid character …`.
        text: String,
        /// Where the fault was detected.
        place: Place,
    },
    /// Something other than a comment follows `---`.
    #[error("invalid Yaml document separator: {rest}")]
    Separator {
        /// What follows.
        rest: String,
        /// Position of the separator.
        place: Place,
    },
    /// Longer than is read.
    #[error("the input is {bytes} bytes long: at most {most} bytes ({} KiB) are read", most / 1024)]
    TooLong {
        /// Length of the input.
        bytes: usize,
        /// Maximum length.
        most: usize,
    },
    /// Nested deeper than [`MAX_DEPTH`].
    #[error("lists and mappings are nested too deep: at most {MAX_DEPTH} levels are read")]
    TooDeep {
        /// Where the limit was exceeded.
        place: Place,
    },
}

impl YamlError {
    /// Where in the input the fault was detected, if it has a position.
    #[must_use]
    pub fn place(&self) -> Option<Place> {
        match self {
            Self::Syntax { place, .. }
            | Self::Json { place, .. }
            | Self::Separator { place, .. }
            | Self::TooDeep { place } => Some(*place),
            Self::TooLong { .. } => None,
        }
    }
}

/// Parses all documents of an input; skips empty documents.
///
/// Like kubectl, first splits the input into documents at lines that begin with `---`
/// (`staging/src/k8s.io/apimachinery/pkg/util/yaml/decoder.go`, YAMLReader).
///
/// # Errors
/// The first fault in the input; documents before it are dropped.
pub fn documents(text: &str) -> Result<Vec<Document>, YamlError> {
    documents_within(text, MAX_INPUT_BYTES)
}

/// The same for an input of another maximum length in bytes.
///
/// # Errors
/// The first fault in the input; documents before it are dropped.
pub fn documents_within(text: &str, most: usize) -> Result<Vec<Document>, YamlError> {
    let mut documents = Vec::new();
    read(text, most, &mut documents)?;
    Ok(documents)
}

/// Refuses an input that is too long, in bytes.
///
/// # Errors
/// The input is longer.
pub fn check_length(text: &str, most: usize) -> Result<(), YamlError> {
    let bytes = text.len();
    match bytes > most {
        true => Err(YamlError::TooLong { bytes, most }),
        false => Ok(()),
    }
}

/// The documents before the first fault, and that fault. JSON with a fault yields no documents.
#[must_use]
pub fn documents_until_error(text: &str) -> (Vec<Document>, Option<YamlError>) {
    let mut documents = Vec::new();
    let error = read(text, MAX_INPUT_BYTES, &mut documents).err();
    (documents, error)
}

fn read(text: &str, most: usize, documents: &mut Vec<Document>) -> Result<(), YamlError> {
    check_length(text, most)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if !text.trim_start().starts_with('{') {
        return yaml_documents(text, documents);
    }
    // kubectl tries JSON first, then YAML; if both fail, it reports the JSON error.
    match json::documents(text) {
        Ok(found) => {
            *documents = found;
            Ok(())
        }
        Err(error) => yaml_documents(text, documents).map_err(|_| {
            documents.clear();
            error
        }),
    }
}

fn yaml_documents(text: &str, documents: &mut Vec<Document>) -> Result<(), YamlError> {
    for chunk in chunks(text) {
        let (chunk, line) = chunk?;
        documents.extend(compose::document(&chunk, line)?);
    }
    Ok(())
}

/// Splits the input at separators; yields each chunk with its first line number (1-based).
///
/// A separator at the very start of a chunk stays in it, so that line numbers in messages count it.
fn chunks(text: &str) -> impl Iterator<Item = Result<(String, u32), YamlError>> {
    let mut lines = text.lines().zip(1_u32..).peekable();
    std::iter::from_fn(move || {
        let mut chunk = String::new();
        let mut first = lines.peek()?.1;
        for (line, number) in lines.by_ref() {
            if let Some(rest) = line.strip_prefix("---") {
                let rest = rest.trim();
                if !rest.is_empty() && !rest.starts_with('#') {
                    let place = Place {
                        line: number,
                        column: 4,
                    };
                    return Some(Err(YamlError::Separator {
                        rest: rest.to_owned(),
                        place,
                    }));
                }
                if !chunk.is_empty() {
                    return Some(Ok((chunk, first)));
                }
                first = number;
            }
            chunk.push_str(line);
            chunk.push('\n');
        }
        (!chunk.is_empty()).then_some(Ok((chunk, first)))
    })
}

#[cfg(test)]
mod tests;
