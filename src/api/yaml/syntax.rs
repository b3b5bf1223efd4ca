//! Syntax errors found by libyaml, in the wording of go-yaml (a port of libyaml).

use super::{Place, YamlError};
use serde::Deserialize;
use serde::de::IgnoredAny;

/// Faults found by libyaml's parser rather than its scanner; go-yaml prints their line number off by one
/// (`sigs.k8s.io/yaml/goyaml.v2/decode.go`, parser.fail).
const PARSER_FAULTS: [&str; 8] = [
    "did not find expected <document start>",
    "did not find expected node content",
    "did not find expected '-' indicator",
    "did not find expected key",
    "did not find expected ',' or",
    "found undefined tag handle",
    "found duplicate %",
    "found incompatible YAML document",
];

/// The syntax error that libyaml finds in the first document of a chunk that begins on line `first`.
pub(super) fn error(piece: &str, first: u32) -> Option<YamlError> {
    // Only the first document is parsed: go-yaml reads no further, and serde_yaml's iterator would return the same
    // error forever.
    let document = serde_yaml::Deserializer::from_str(piece).next()?;
    let error = IgnoredAny::deserialize(document).err()?;
    let message = error.to_string();
    let end = [" at line ", " at position ", ", while "]
        .iter()
        .filter_map(|mark| message.find(mark))
        .min()
        .unwrap_or(message.len());
    let fault = &message[..end];
    // Errors that serde_yaml adds itself; aliases are composed here instead, by other rules.
    if [
        "recursion limit",
        "repetition limit",
        "unknown anchor",
        "EOF while",
    ]
    .iter()
    .any(|own| fault.starts_with(own))
    {
        return None;
    }
    let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX).saturating_sub(1);
    let (line, column) = match error.location() {
        Some(at) if !message[end..].starts_with(" at position ") => {
            (number(at.line()), number(at.column()))
        }
        _ => (0, 0),
    };
    let parser = PARSER_FAULTS.iter().any(|known| fault.starts_with(known));
    let text = match line {
        0 => format!("yaml: {fault}"),
        line => format!(
            "yaml: line {}: {fault}",
            if parser { line } else { line + 1 }
        ),
    };
    Some(YamlError::Syntax {
        text,
        place: Place {
            line: first + line,
            column: column + 1,
        },
    })
}
