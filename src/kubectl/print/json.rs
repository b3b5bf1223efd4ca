//! JSON as Go's `encoding/json` writes it: keys in order, and `<`, `>` and `&` escaped.

use serde_json::{Map, Value};

/// JSON in one line, as in `-o jsonpath`.
#[must_use]
pub fn compact(value: &Value) -> String {
    let mut out = String::new();
    write(&mut out, value, None);
    out
}

/// JSON indented by four blanks, as `-o json` prints it (with the newline at its end).
#[must_use]
pub fn pretty(value: &Value) -> String {
    let mut out = String::new();
    write(&mut out, value, Some(0));
    out.push('\n');
    out
}

/// The entries of a map in the order of their keys.
pub(crate) fn sorted(map: &Map<String, Value>) -> Vec<(&String, &Value)> {
    let mut entries: Vec<_> = map.iter().collect();
    entries.sort_unstable_by(|a, b| a.0.cmp(b.0));
    entries
}

fn write(out: &mut String, value: &Value, indent: Option<usize>) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Value::Number(number) => match number.as_f64() {
            // Unlike `fmt`, the encoder writes an exponent of one digit without a zero before it.
            Some(float) if number.is_f64() => {
                out.push_str(&super::go::float_text(float, -6, 21).replace("e-0", "e-"));
            }
            _ => out.push_str(&number.to_string()),
        },
        Value::String(text) => string(out, text),
        Value::Array(items) if items.is_empty() => out.push_str("[]"),
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                separate(out, index, indent);
                write(out, item, indent.map(|level| level + 1));
            }
            new_line(out, indent);
            out.push(']');
        }
        Value::Object(map) if map.is_empty() => out.push_str("{}"),
        Value::Object(map) => {
            out.push('{');
            for (index, (key, item)) in sorted(map).into_iter().enumerate() {
                separate(out, index, indent);
                string(out, key);
                out.push_str(if indent.is_some() { ": " } else { ":" });
                write(out, item, indent.map(|level| level + 1));
            }
            new_line(out, indent);
            out.push('}');
        }
    }
}

fn separate(out: &mut String, index: usize, indent: Option<usize>) {
    if index > 0 {
        out.push(',');
    }
    new_line(out, indent.map(|level| level + 1));
}

fn new_line(out: &mut String, indent: Option<usize>) {
    if let Some(level) = indent {
        out.push('\n');
        out.extend(std::iter::repeat_n("    ", level));
    }
}

fn string(out: &mut String, text: &str) {
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\0'..='\u{1f}' => {
                out.push_str(&format!("\\u{:04x}", u32::from(letter)));
            }
            other => out.push(other),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn keys_are_sorted_and_markup_is_escaped() {
        let value = json!({"b": [1, 2.5, 1e-7, null], "a": "<x> & \u{1}", "e": {}, "l": []});
        let want = r#"{"a":"\u003cx\u003e \u0026 \u0001","b":[1,2.5,1e-7,null],"e":{},"l":[]}"#;
        assert_eq!(compact(&value), want);
        assert_eq!(
            pretty(&json!({"a": [1, {"b": "c"}]})),
            "{\n    \"a\": [\n        1,\n        {\n            \"b\": \"c\"\n        }\n    ]\n}\n"
        );
    }
}
