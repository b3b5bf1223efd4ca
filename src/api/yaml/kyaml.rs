//! KYAML, the strict subset of YAML that `kubectl get -o kyaml` prints (`sigs.k8s.io/yaml/kyaml`).

use super::emit::{is_base_60, looks_like_timestamp};
use super::scalar::{self, Tag};
use serde_json::{Map, Value};
use std::fmt::Write as _;

/// Continues a string on the next line.
const FOLD: &str = "\\\n";

/// Writes a value as one KYAML document, with the separator before it.
#[must_use]
pub fn to_kyaml(value: &Value) -> String {
    let mut out = "---\n".to_owned();
    node(value, 0, &mut out);
    out.push('\n');
    out
}

fn indented(level: usize, out: &mut String) {
    out.extend(std::iter::repeat_n("  ", level));
}

fn node(value: &Value, indent: usize, out: &mut String) {
    match value {
        Value::Object(fields) => mapping(fields, indent, out),
        Value::Array(items) => sequence(items, indent, out),
        Value::String(text) => string(text, indent + 1, out),
        other => _ = write!(out, "{other}"),
    }
}

fn mapping(fields: &Map<String, Value>, indent: usize, out: &mut String) {
    if fields.is_empty() {
        out.push_str("{}");
        return;
    }
    out.push_str("{\n");
    for (key, value) in fields {
        indented(indent + 1, out);
        match needs_quotes(key) {
            true => quoted(key, 0, false, out),
            false => out.push_str(key),
        }
        out.push_str(": ");
        node(value, indent + 1, out);
        out.push_str(",\n");
    }
    indented(indent, out);
    out.push('}');
}

/// Brackets of a list of structs or lists share the lines of those of its items.
fn sequence(items: &[Value], indent: usize, out: &mut String) {
    if items.iter().all(|item| item.is_object() || item.is_array()) {
        out.push('[');
        for (index, item) in items.iter().enumerate() {
            out.push_str(if index > 0 { ", " } else { "" });
            node(item, indent, out);
        }
        out.push(']');
        return;
    }
    out.push_str("[\n");
    for item in items {
        indented(indent + 1, out);
        node(item, indent + 1, out);
        out.push_str(",\n");
    }
    indented(indent, out);
    out.push(']');
}

fn string(text: &str, indent: usize, out: &mut String) {
    quoted(text, indent, text.contains('\n'), out);
}

/// Writes a string in quotes; with `folds`, each of its lines on a line of its own, which does not change the value.
fn quoted(text: &str, indent: usize, folds: bool, out: &mut String) {
    out.push('"');
    if folds {
        out.push_str(FOLD);
    }
    let mut begins = folds;
    for c in text.chars() {
        if begins {
            indented(indent, out);
            // Blanks at the beginning of a line would be dropped.
            out.push(if c.is_whitespace() && c != '\n' {
                '\\'
            } else {
                ' '
            });
        }
        escape(c, folds, out);
        begins = folds && c == '\n';
    }
    if folds {
        if !begins {
            out.push_str(FOLD);
        }
        indented(indent, out);
    }
    out.push('"');
}

fn escape(c: char, folds: bool, out: &mut String) {
    match c {
        '\n' if folds => {
            out.push_str("\\n");
            out.push_str(FOLD);
        }
        '"' | '\\' => out.extend(['\\', c]),
        // A tab is escaped in keys only, which are never folded.
        '\t' => out.push('\t'),
        '\x07' => out.push_str("\\a"),
        '\x08' => out.push_str("\\b"),
        '\x0c' => out.push_str("\\f"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\x0b' => out.push_str("\\v"),
        '\0' => out.push_str("\\0"),
        '\x1b' => out.push_str("\\e"),
        '\u{85}' => out.push_str("\\N"),
        '\u{a0}' => out.push_str("\\_"),
        '\u{2028}' => out.push_str("\\L"),
        '\u{2029}' => out.push_str("\\P"),
        c if is_print(c) => out.push(c),
        c => {
            let code = c as u32;
            _ = match code {
                0..0x20 | 0x7f => write!(out, "\\x{code:02x}"),
                0..0x1_0000 => write!(out, "\\u{code:04x}"),
                _ => write!(out, "\\U{code:08x}"),
            };
        }
    }
}

/// Go's `unicode.IsPrint`, except for unassigned characters.
fn is_print(c: char) -> bool {
    let is_format = matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    let is_private = matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..);
    c == ' ' || !(c.is_control() || c.is_whitespace() || is_format || is_private)
}

/// Whether a key is written in quotes.
fn needs_quotes(key: &str) -> bool {
    let last = key.chars().count().saturating_sub(1);
    let is_plain = |(index, c): (usize, char)| {
        let within = index > 0 && index < last;
        c.is_alphanumeric() || c == '_' || within && matches!(c, '-' | '.' | '/')
    };
    key.is_empty() || is_ambiguous(key) || !key.chars().enumerate().all(is_plain)
}

/// Whether some YAML parser does not read the text as a string.
fn is_ambiguous(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let words = [
        "y", "yes", "on", "n", "no", "off", "t", "f", "true", "false", "null",
    ];
    words.contains(&&*lower)
        || scalar::resolve(text).0 != Tag::String
        || looks_like_timestamp(text)
        || is_base_60(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn strings_are_quoted_and_folded() {
        let value = json!({
            "a": ["x", 1, true, null, 1.5],
            "args": [["a"], []],
            "empty": {},
            "on": "y",
            "t.io/a-b": "line\n\tnext\n",
            "-x": "two\nlines",
        });
        let text = "---\n{\n  \"-x\": \"\\\n     two\\n\\\n     lines\\\n    \",\n  a: [\n    \"x\",\n    1,\n    true,\n    null,\n    1.5,\n  \
                    ],\n  args: [[\n    \"a\",\n  ], []],\n  empty: {},\n  \"on\": \"y\",\n  t.io/a-b: \"\\\n     line\\n\\\n    \
                    \\\tnext\\n\\\n    \",\n}\n";
        assert_eq!(to_kyaml(&value), text);
    }
}
