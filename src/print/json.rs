//! `-o json`: JSON in the format of Go's `encoding/json`.

use serde_json::{Map, Value};

use crate::api::go;
use crate::api::kind::Kind;
use crate::api::schema::{Type, schema};

/// JSON indented by four spaces, with a final newline.
#[must_use]
pub fn pretty(value: &Value) -> String {
    indented(value, "    ")
}

/// As [`pretty`], with the fields in the order of the Go structs: commands that hold typed objects print them so.
#[must_use]
pub fn typed(kind: Kind, value: &Value) -> String {
    let mut out = String::new();
    write(&mut out, value, schema().object(kind).as_ref(), 0, "    ");
    out.push('\n');
    out
}

/// The members of an object in the order in which they are printed.
fn members<'v>(map: &'v Map<String, Value>, of: Option<&Type>) -> Vec<(&'v String, &'v Value)> {
    let fields = match of {
        Some(ty @ (Type::Struct(_) | Type::Pointer(_))) => ty.fields(),
        _ => None,
    };
    let Some(fields) = fields else {
        return map.iter().collect();
    };
    let mut members = Vec::new();
    fields.each_json_field(&mut |field| members.extend(map.get_key_value(&*field.json)));
    members
}

/// The type of a member.
fn inner<'t>(of: Option<&'t Type>, key: &str) -> Option<&'t Type> {
    match of? {
        Type::Pointer(inner) => self::inner(Some(inner), key),
        Type::Map { value, .. } => Some(value),
        ty => Some(&ty.fields()?.field(key)?.ty),
    }
}

/// The type of the items of a list.
fn item(of: Option<&Type>) -> Option<&Type> {
    match of? {
        Type::Slice(item) => Some(item),
        Type::Pointer(inner) => item(Some(inner)),
        _ => None,
    }
}

/// JSON with a given indentation and a final newline.
#[must_use]
pub fn indented(value: &Value, by: &str) -> String {
    let mut out = String::new();
    write(&mut out, value, None, 0, by);
    out.push('\n');
    out
}

fn write(out: &mut String, value: &Value, of: Option<&Type>, level: usize, by: &str) {
    match value {
        Value::Array(items) if !items.is_empty() => {
            for (index, value) in items.iter().enumerate() {
                out.push(if index == 0 { '[' } else { ',' });
                new_line(out, level + 1, by);
                write(out, value, item(of), level + 1, by);
            }
            new_line(out, level, by);
            out.push(']');
        }
        Value::Object(map) if !map.is_empty() => {
            for (index, (key, value)) in members(map, of).into_iter().enumerate() {
                out.push(if index == 0 { '{' } else { ',' });
                new_line(out, level + 1, by);
                go::write_json(&Value::String(key.clone()), out);
                out.push_str(": ");
                write(out, value, inner(of, key), level + 1, by);
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

    #[test]
    fn typed_objects_have_their_fields_in_the_order_of_the_structs() {
        let metadata =
            json!({"creationTimestamp": "t", "labels": {"b": "1", "a": "2"}, "name": "web"});
        let container =
            json!({"image": "nginx", "name": "c", "env": [{"value": "1", "name": "A"}]});
        let value = json!({
            "apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {"containers": [container]},
        });
        let order: Vec<String> = typed(Kind::Pod, &value)
            .lines()
            .filter_map(|line| Some(line.trim().strip_prefix('"')?.split_once('"')?.0.to_owned()))
            .collect();
        let wanted = "kind apiVersion metadata name creationTimestamp labels a b spec containers name image env name value";
        assert_eq!(order.join(" "), wanted);
    }
}
