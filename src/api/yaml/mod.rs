//! YAML and JSON in and out, with the reading of kubectl.
//!
//! kubectl converts YAML 1.1 to JSON before anything else looks at it (`sigs.k8s.io/yaml`, which is go-yaml v2
//! underneath), so scalars are resolved here by go-yaml's rules: `yes`, `on` and `y` are booleans, `0644` is
//! octal. The structure and the positions come from `saphyr-parser`; `serde_yaml` (libyaml, which go-yaml is a
//! port of) has the last word on what is a syntax error and supplies its wording.

mod compose;
mod emit;
mod json;
mod positions;
mod scalar;
mod syntax;

pub use emit::to_string;
pub(crate) use positions::push_key as push_path_key;
pub use positions::{Place, Positions};

use serde_json::Value;

/// Longest input that is read, in bytes. Larger than any manifest that an API server would take (annotations
/// end at 256 KiB in total), small enough to be read while somebody types.
pub const MAX_INPUT_BYTES: usize = 256 * 1024;

/// Deepest nesting of lists and mappings that is read. Kubernetes' own types end at about 20.
pub const MAX_DEPTH: usize = 100;

/// Most values that aliases (`*name`) may add to a document.
pub const MAX_ALIASED_VALUES: usize = 100_000;

/// Most bytes of text that aliases may add to a document.
pub const MAX_ALIASED_BYTES: usize = 4 * MAX_INPUT_BYTES;

/// One document of the input.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// What stands in it.
    pub value: Value,
    /// Where in the input the fields stand.
    pub positions: Positions,
    /// Line of the input (1-based) where the document begins.
    pub first: u32,
    /// The last line of it.
    pub last: u32,
}

/// Why an input cannot be read.
///
/// The text is kubectl's without its prefix (`error: error parsing FILE: `), where kubectl has one. Lines in
/// it are counted as kubectl does, from the beginning of the document and sometimes one short;
/// [`YamlError::place`] is the true place in the input.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum YamlError {
    /// Not YAML; the text is libyaml's, as go-yaml prints it.
    #[error("error converting YAML to JSON: {text}")]
    Syntax {
        /// `yaml: line 5: mapping values are not allowed in this context`.
        text: String,
        /// Where the fault was noticed.
        place: Place,
    },
    /// Not JSON, though it begins with a brace; the text is Go's.
    #[error("{text}")]
    Json {
        /// `json: offset 12: invalid character …`.
        text: String,
        /// Where the fault was noticed.
        place: Place,
    },
    /// Something else than a comment after `---`.
    #[error("invalid Yaml document separator: {rest}")]
    Separator {
        /// What stands there.
        rest: String,
        /// Where.
        place: Place,
    },
    /// Longer than [`MAX_INPUT_BYTES`].
    #[error("the input is {bytes} bytes long: at most {MAX_INPUT_BYTES} bytes (256 KiB) are read")]
    TooLong {
        /// Length of the input.
        bytes: usize,
    },
    /// Nested deeper than [`MAX_DEPTH`].
    #[error("lists and mappings are nested too deep: at most {MAX_DEPTH} levels are read")]
    TooDeep {
        /// Where the limit was passed.
        place: Place,
    },
}

impl YamlError {
    /// Where in the input the fault was noticed, if it has a place.
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

/// Reads all documents of an input; documents without content are left out.
///
/// The input is cut into documents at lines that begin with `---`, before anything else, as kubectl does
/// (`staging/src/k8s.io/apimachinery/pkg/util/yaml/decoder.go`, YAMLReader).
///
/// # Errors
/// The first thing in the input that cannot be read; nothing is returned of the documents before it.
pub fn documents(text: &str) -> Result<Vec<Document>, YamlError> {
    let (documents, error) = documents_until_error(text);
    error.map_or(Ok(documents), Err)
}

/// The documents before the first thing that cannot be read, and that. Of JSON nothing stands before an error.
#[must_use]
pub fn documents_until_error(text: &str) -> (Vec<Document>, Option<YamlError>) {
    let mut documents = Vec::new();
    let error = read(text, &mut documents).err();
    (documents, error)
}

fn read(text: &str, documents: &mut Vec<Document>) -> Result<(), YamlError> {
    if text.len() > MAX_INPUT_BYTES {
        return Err(YamlError::TooLong { bytes: text.len() });
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if !text.trim_start().starts_with('{') {
        return yaml_documents(text, documents);
    }
    // kubectl tries JSON first and YAML if that fails; of two failures it reports that of JSON.
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

/// Cuts the input at separators; gives each piece with the line (1-based) that it begins on.
///
/// A separator at the very beginning of a piece stays in it, so that lines in error texts count it.
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
