//! Strict decoding as the API server does it, with the server's error texts.
//!
//! The server decodes JSON into Go structs with `sigs.k8s.io/json`. It remembers a value of the wrong type and goes
//! on, stops at a value refused by its type's own unmarshaller (quantities, times), and reports unknown fields only
//! if there is no other fault. Here all faults are collected, so that the page can mark them all at once;
//! [`message`] picks what the server would report.

mod hint;

use super::advice::Advice;
use super::base64;
use super::go;
use super::kind::Kind;
use super::quantity::Quantity;
use super::schema::{Field, StructId, Type, schema};
use super::time::Time;
use crate::texts::advice;
use crate::versions::Version;
use serde_json::{Map, Value};

/// The sort of a fault. In the server's answer an earlier variant hides later ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DecodeFault {
    /// The type's own unmarshaller refused the value: decoding stops here.
    Unreadable,
    /// The value's JSON type does not match the field.
    WrongType,
    /// The field does not exist.
    UnknownField,
}

/// One fault in a manifest.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct DecodeError {
    /// Path of the field: `spec.template.spec.containers[0].imagee`.
    pub path: String,
    /// The sort of fault.
    pub fault: DecodeFault,
    /// The server's text: `unknown field "spec.foo"`, `json: cannot unmarshal …`.
    pub message: String,
    /// How to fix it: `did you mean "replicas"?`.
    pub hint: Option<Advice>,
    /// The server's text if the value results from a patch, which is converted without JSON
    /// (`staging/src/k8s.io/apimachinery/pkg/runtime/converter.go`): `cannot convert int64 to string`.
    pub conversion: String,
}

/// Decodes an object as a given version of Kubernetes does.
///
/// The result is what Go marshals from the decoded struct: empty `omitempty` fields are omitted, other missing
/// fields have their zero value, quantities and times are in canonical form, and nulls are read as in Go.
///
/// # Errors
/// All faults, ordered by field.
pub fn strict(version: Version, kind: Kind, value: &Value) -> Result<Value, Vec<DecodeError>> {
    match (kind, schema().object(kind)) {
        (Kind::Custom(_), Some(ty)) => custom(version, &ty, value),
        (_, Some(ty)) => typed(version, &ty, value),
        (_, None) => Ok(value.clone()),
    }
}

/// Decodes a custom resource, of which only the metadata has a type: it is not checked against the schema of its
/// definition.
fn custom(version: Version, ty: &Type, value: &Value) -> Result<Value, Vec<DecodeError>> {
    let Value::Object(fields) = value else {
        return typed(version, ty, value);
    };
    let is_typed = |name: &str| matches!(name, "apiVersion" | "kind" | "metadata");
    let (own, rest): (Map<_, _>, Map<_, _>) = fields
        .iter()
        .map(|(name, value)| (name.clone(), value.clone()))
        .partition(|(name, _)| is_typed(name));
    let mut decoded = typed(version, ty, &Value::Object(own))?;
    if let Some(decoded) = decoded.as_object_mut() {
        decoded.extend(rest);
    }
    Ok(decoded)
}

/// Decodes a value of any type of the schema, such as a part of an object; see [`strict`].
///
/// # Errors
/// As [`strict`].
pub fn typed(version: Version, ty: &Type, value: &Value) -> Result<Value, Vec<DecodeError>> {
    let mut decoder = Decoder {
        version,
        root: ty,
        errors: Vec::new(),
        path: String::new(),
        fields: Vec::new(),
        within: None,
    };
    let decoded = decoder.value(ty, value);
    if decoder.errors.is_empty() {
        Ok(decoded)
    } else {
        Err(decoder.errors)
    }
}

/// The API server's answer (HTTP 400) to an object with these faults, without kubectl's prefix.
#[must_use]
pub fn message(kind: Kind, errors: &[DecodeError]) -> String {
    message_in(kind.info().version, kind, errors)
}

/// [`message`] about an object of another version of the kind.
#[must_use]
pub fn message_in(api_version: &str, kind: Kind, errors: &[DecodeError]) -> String {
    let worst = errors
        .iter()
        .filter(|error| error.fault != DecodeFault::UnknownField)
        .min_by_key(|error| error.fault);
    let text = worst.map_or_else(|| strict_message(errors), |error| error.message.clone());
    let name = kind.name();
    format!("{name} in version {api_version:?} cannot be handled as a {name}: {text}")
}

/// `strict decoding error: unknown field "spec.a", unknown field "spec.b"`
#[must_use]
pub fn strict_message(errors: &[DecodeError]) -> String {
    let all: Vec<&str> = errors.iter().map(|error| error.message.as_str()).collect();
    format!("strict decoding error: {}", all.join(", "))
}

struct Decoder<'a> {
    version: Version,
    root: &'a Type,
    errors: Vec<DecodeError>,
    path: String,
    /// JSON names of the fields up to here, without indexes, as in Go's error texts.
    fields: Vec<&'a str>,
    /// The innermost enclosing struct.
    within: Option<&'static str>,
}

/// Go's word for a JSON type in its error texts.
#[must_use]
pub fn json_sort(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// The converter's message about a value of the wrong type.
fn conversion(ty: &Type, found: &str, value: &Value, go_type: &str) -> String {
    let kind = match value {
        Value::Object(_) => "map",
        Value::Array(_) => "slice",
        Value::Number(number) if number.is_f64() => "float64",
        Value::Number(_) => "int64",
        value => json_sort(value),
    };
    match ty {
        Type::Pointer(target) => conversion(target, found, value, go_type),
        Type::Map { .. } => format!("cannot restore map from {kind}"),
        Type::Slice(_) | Type::Bytes => format!("cannot restore slice from {kind}"),
        Type::Struct(_) => format!("cannot restore struct from: {kind}"),
        // Go converts numbers into each other and into strings; the converter refuses the latter by name.
        Type::String(_) if kind == "int64" => format!("cannot convert int64 to {go_type}"),
        Type::Int32 | Type::Int64 if kind == "float64" => {
            format!("cannot convert float64 to {go_type}")
        }
        Type::Bool => "unrecognized type: bool".to_owned(),
        Type::Int32 => "unrecognized type: int32".to_owned(),
        Type::Int64 => "unrecognized type: int64".to_owned(),
        Type::String(_) => "unrecognized type: string".to_owned(),
        // Types with their own unmarshaller are decoded from JSON here too, but the message does not name the
        // field.
        _ => format!("json: cannot unmarshal {found} into Go value of type {go_type}"),
    }
}

impl<'a> Decoder<'a> {
    fn error(&mut self, fault: DecodeFault, message: String, hint: Option<Advice>) {
        let (path, conversion) = (self.path.clone(), message.clone());
        self.errors.push(DecodeError {
            path,
            fault,
            message,
            hint,
            conversion,
        });
    }

    /// `json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32`.
    fn wrong_type(
        &mut self,
        fault: DecodeFault,
        found: &str,
        value: &Value,
        ty: &Type,
        go_type: &str,
    ) {
        let target = match self.within {
            Some(name) if !self.fields.is_empty() => {
                format!("struct field {name}.{}", self.fields.join("."))
            }
            _ => "value".to_owned(),
        };
        let message = format!("json: cannot unmarshal {found} into Go {target} of type {go_type}");
        self.error(fault, message, hint::wrong_type(ty, value));
        if let Some(error) = self.errors.last_mut() {
            error.conversion = conversion(ty, found, value, go_type);
        }
    }

    fn value(&mut self, ty: &'a Type, value: &Value) -> Value {
        if value.is_null() {
            return zero(ty);
        }
        match (ty, value) {
            (Type::Pointer(target), _) => self.value(target, value),
            (Type::Bool, Value::Bool(_))
            | (Type::String(_), Value::String(_))
            | (Type::Raw(_), _) => value.clone(),
            (Type::Int32 | Type::Int64, Value::Number(number)) => {
                let fits = number
                    .as_i64()
                    .is_some_and(|n| *ty == Type::Int64 || i32::try_from(n).is_ok());
                if !fits {
                    let found = format!("number {}", go::number(number));
                    self.wrong_type(
                        DecodeFault::WrongType,
                        &found,
                        value,
                        ty,
                        &schema().go_name(ty),
                    );
                    return zero(ty);
                }
                value.clone()
            }
            (Type::Quantity, _) => self.quantity(value),
            (Type::IntOrString, _) => self.int_or_string(value),
            (Type::Time | Type::MicroTime, _) => self.time(ty, value),
            (Type::Bytes, Value::String(text)) => match base64::decode(text) {
                Ok(bytes) => Value::String(base64::encode(&bytes)),
                Err(error) => {
                    let hint = Advice::new(&advice::BASE64);
                    self.error(DecodeFault::WrongType, error.to_string(), Some(hint));
                    zero(ty)
                }
            },
            (Type::Struct(id), Value::Object(fields)) => self.object(*id, fields),
            (Type::Slice(item), Value::Array(items)) => {
                let mut out = Vec::with_capacity(items.len());
                for (index, value) in items.iter().enumerate() {
                    let length = self.path.len();
                    self.path.push_str(&format!("[{index}]"));
                    out.push(self.value(item, value));
                    self.path.truncate(length);
                }
                Value::Array(out)
            }
            (Type::Map { value: item, .. }, Value::Object(fields)) => self.map(item, fields),
            _ => {
                self.wrong_type(
                    DecodeFault::WrongType,
                    json_sort(value),
                    value,
                    ty,
                    &schema().go_name(ty),
                );
                zero(ty)
            }
        }
    }

    fn map(&mut self, item: &'a Type, fields: &Map<String, Value>) -> Value {
        let mut out = Map::new();
        for (key, value) in fields {
            let length = self.path.len();
            super::yaml::push_path_key(&mut self.path, key);
            out.insert(key.clone(), self.value(item, value));
            self.path.truncate(length);
        }
        Value::Object(out)
    }

    fn object(&mut self, id: StructId, fields: &Map<String, Value>) -> Value {
        let definition = schema().get(id);
        let outer = self.within.replace(definition.short_name());
        let mut out = Map::new();
        for (key, value) in fields {
            let length = self.path.len();
            super::yaml::push_path_key(&mut self.path, key);
            match definition.field_in(self.version, key) {
                None => {
                    let hint = hint::unknown_field(self.version, self.root, definition, key);
                    self.error(
                        DecodeFault::UnknownField,
                        format!("unknown field {}", go::quote(&self.path)),
                        hint,
                    );
                }
                Some(field) => {
                    self.fields.push(&field.json);
                    let value = self.value(&field.ty, value);
                    self.fields.pop();
                    if !field.dropped && !is_omitted(field, &value) {
                        out.insert(key.clone(), value);
                    }
                }
            }
            self.path.truncate(length);
        }
        self.within = outer;
        fill(id, &mut out);
        Value::Object(out)
    }

    fn quantity(&mut self, value: &Value) -> Value {
        let text = match value {
            Value::String(text) => text.trim().to_owned(),
            value => go::json(value),
        };
        match Quantity::parse(&text) {
            Ok(quantity) => Value::String(quantity.to_string()),
            Err(error) => {
                let hint = Advice::new(&advice::QUANTITY);
                self.error(DecodeFault::Unreadable, error.to_string(), Some(hint));
                zero(&Type::Quantity)
            }
        }
    }

    fn int_or_string(&mut self, value: &Value) -> Value {
        let found = match value {
            Value::String(_) => return value.clone(),
            Value::Number(number) => match number.as_i64().filter(|n| i32::try_from(*n).is_ok()) {
                Some(_) => return value.clone(),
                None => format!("number {}", go::number(number)),
            },
            value => json_sort(value).to_owned(),
        };
        self.wrong_type(
            DecodeFault::Unreadable,
            &found,
            value,
            &Type::IntOrString,
            "int32",
        );
        zero(&Type::IntOrString)
    }

    fn time(&mut self, ty: &Type, value: &Value) -> Value {
        let Value::String(text) = value else {
            self.wrong_type(
                DecodeFault::Unreadable,
                json_sort(value),
                value,
                ty,
                "string",
            );
            return Value::Null;
        };
        let layout = if *ty == Type::MicroTime {
            "2006-01-02T15:04:05.000000Z07:00"
        } else {
            "2006-01-02T15:04:05Z07:00"
        };
        match read_time(text) {
            Some((time, fraction)) => {
                let text = time.to_string();
                Value::String(match ty {
                    Type::MicroTime => format!("{}.{:0<6.6}Z", &text[..text.len() - 1], fraction),
                    _ => text,
                })
            }
            None => {
                let (rest, part) = time_fault(text);
                let message = format!(
                    "parsing time {} as {layout:?}: cannot parse {} as {part:?}",
                    go::quote(text),
                    go::quote(rest)
                );
                let hint = Advice::new(&advice::TIME);
                self.error(DecodeFault::Unreadable, message, Some(hint));
                Value::Null
            }
        }
    }
}

/// Parses RFC 3339 with any zone; returns the time in UTC and the digits of its fraction.
fn read_time(text: &str) -> Option<(Time, &str)> {
    let zone = text.get(19..)?.find(['Z', '+', '-'])? + 19;
    let (clock, zone) = text.split_at(zone);
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, ""));
    let time = Time::parse(&format!("{clock}Z"))?;
    let offset = match zone.as_bytes() {
        b"Z" => 0,
        [sign @ (b'+' | b'-'), a, b, b':', c, d]
            if [a, b, c, d].iter().all(|x| x.is_ascii_digit()) =>
        {
            let pair = |x: &u8, y: &u8| i64::from(x - b'0') * 10 + i64::from(y - b'0');
            let seconds = pair(a, b) * 3600 + pair(c, d) * 60;
            if *sign == b'-' { -seconds } else { seconds }
        }
        _ => return None,
    };
    (clock.len() == 19 && fraction.bytes().all(|b| b.is_ascii_digit()))
        .then(|| (time.plus_seconds(-offset), fraction))
}

/// Where Go's time parser stops, and the layout element it expected there.
fn time_fault(text: &str) -> (&str, &'static str) {
    let mut rest = text;
    for part in [
        "2006", "-", "01", "-", "02", "T", "15", ":", "04", ":", "05",
    ] {
        let matches = rest.get(..part.len()).is_some_and(|head| {
            head == part || (part.len() > 1 && head.bytes().all(|b| b.is_ascii_digit()))
        });
        if !matches {
            return (rest, part);
        }
        rest = &rest[part.len()..];
    }
    (rest, "Z07:00")
}

/// Whether Go omits the field when marshalling.
fn is_omitted(field: &Field, value: &Value) -> bool {
    if field.omit_zero && value.is_null() {
        return true;
    }
    field.omit_empty
        && match (&field.ty, value) {
            (Type::Pointer(_) | Type::Slice(_) | Type::Map { .. } | Type::Bytes, Value::Null) => {
                true
            }
            (Type::Slice(_), Value::Array(items)) => items.is_empty(),
            (Type::Map { .. }, Value::Object(fields)) => fields.is_empty(),
            (Type::Bool, Value::Bool(flag)) => !flag,
            (Type::Int32 | Type::Int64, Value::Number(number)) => number.as_i64() == Some(0),
            (Type::String(_) | Type::Bytes, Value::String(text)) => text.is_empty(),
            _ => false,
        }
}

/// Go's zero value of a type.
/// What Go marshals for the zero value of a type.
#[must_use]
pub fn zero(ty: &Type) -> Value {
    match ty {
        Type::Bool => Value::Bool(false),
        Type::Int32 | Type::Int64 | Type::IntOrString => Value::from(0),
        Type::String(_) => Value::from(""),
        Type::Quantity => Value::from("0"),
        Type::Struct(id) => {
            let mut fields = Map::new();
            fill(*id, &mut fields);
            Value::Object(fields)
        }
        Type::Bytes
        | Type::Time
        | Type::MicroTime
        | Type::Raw(_)
        | Type::Pointer(_)
        | Type::Slice(_)
        | Type::Map { .. } => Value::Null,
    }
}

/// Adds the fields that Go marshals even if they are unset.
fn fill(id: StructId, out: &mut Map<String, Value>) {
    schema().get(id).each_json_field(&mut |field| {
        if !field.dropped && !out.contains_key(&*field.json) {
            let value = zero(&field.ty);
            if !is_omitted(field, &value) {
                out.insert(field.json.to_string(), value);
            }
        }
    });
}

#[cfg(test)]
mod tests;
