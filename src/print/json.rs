//! `-o json`: JSON in the format of Go's `encoding/json`.

use serde_json::Value;

use crate::api::go;

/// JSON indented by four spaces, with a final newline.
#[must_use]
pub fn pretty(value: &Value) -> String {
    indented(value, "    ")
}

/// JSON with a given indentation and a final newline.
#[must_use]
pub fn indented(value: &Value, by: &str) -> String {
    let mut out = String::new();
    write(&mut out, value, 0, by);
    out.push('\n');
    out
}

fn write(out: &mut String, value: &Value, level: usize, by: &str) {
    match value {
        Value::Array(items) if !items.is_empty() => {
            for (index, item) in items.iter().enumerate() {
                out.push(if index == 0 { '[' } else { ',' });
                new_line(out, level + 1, by);
                write(out, item, level + 1, by);
            }
            new_line(out, level, by);
            out.push(']');
        }
        Value::Object(map) if !map.is_empty() => {
            for (index, (key, item)) in map.iter().enumerate() {
                out.push(if index == 0 { '{' } else { ',' });
                new_line(out, level + 1, by);
                go::write_json(&Value::String(key.clone()), out);
                out.push_str(": ");
                write(out, item, level + 1, by);
            }
            new_line(out, level, by);
            out.push('}');
        }
        other => go::write_json(other, out),
    }
}

fn new_line(out: &mut String, level: usize, by: &str) {
    out.push('\n');
    out.extend(std::iter::repeat_n(by, level));
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn lists_and_maps_are_indented() {
        let value = json!({"a": [1, {"b": "<"}], "e": {}, "l": []});
        let want = "{\n    \"a\": [\n        1,\n        {\n            \"b\": \"\\u003c\"\n        }\n    ],\n    \
                    \"e\": {},\n    \"l\": []\n}\n";
        assert_eq!(pretty(&value), want);
    }
}
