//! JSON that keeps the order of fields, as jq does.

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Number;
use std::cmp::Ordering;
use std::fmt::Write as _;
use std::rc::Rc;

/// A JSON value.
#[derive(Debug, Clone)]
pub enum Json {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, as it was written.
    Number(Number),
    /// A string.
    Text(Rc<str>),
    /// An array.
    List(Rc<Vec<Json>>),
    /// An object.
    Fields(Rc<Vec<(Rc<str>, Json)>>),
}

impl Json {
    /// A string.
    pub fn text(text: impl AsRef<str>) -> Self {
        Self::Text(text.as_ref().into())
    }

    /// An array.
    pub fn list(items: Vec<Self>) -> Self {
        Self::List(Rc::new(items))
    }

    /// A number; whole numbers have no fraction.
    pub fn number(number: f64) -> Self {
        if number.fract() == 0.0 && number.abs() < 1e17 {
            return Self::Number((number as i64).into());
        }
        Number::from_f64(number).map_or(Self::Null, Self::Number)
    }

    /// The name of its type.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "boolean",
            Self::Number(_) => "number",
            Self::Text(_) => "string",
            Self::List(_) => "array",
            Self::Fields(_) => "object",
        }
    }

    /// Whether a condition holds.
    pub fn is_true(&self) -> bool {
        !matches!(self, Self::Null | Self::Bool(false))
    }

    /// The value of a field.
    pub fn field(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Fields(fields) => fields
                .iter()
                .find(|(known, _)| **known == *name)
                .map(|(_, value)| value),
            _ => None,
        }
    }

    /// As jq prints it within error messages and `tostring`.
    pub fn compact(&self) -> String {
        let mut text = String::new();
        self.write(&mut text, None);
        text
    }

    /// As jq prints it: indented by two spaces.
    pub fn pretty(&self) -> String {
        let mut text = String::new();
        self.write(&mut text, Some(0));
        text
    }

    fn write(&self, text: &mut String, indent: Option<usize>) {
        let inner = indent.map(|indent| indent + 2);
        let new_line = |text: &mut String, indent: Option<usize>| {
            if let Some(indent) = indent {
                text.push('\n');
                text.extend(std::iter::repeat_n(' ', indent));
            }
        };
        match self {
            Self::Null => text.push_str("null"),
            Self::Bool(value) => drop(write!(text, "{value}")),
            Self::Number(number) => drop(write!(text, "{number}")),
            Self::Text(value) => text.push_str(&quoted(value)),
            Self::List(items) if items.is_empty() => text.push_str("[]"),
            Self::Fields(fields) if fields.is_empty() => text.push_str("{}"),
            Self::List(items) => {
                text.push('[');
                for (place, item) in items.iter().enumerate() {
                    text.push_str(if place > 0 { "," } else { "" });
                    new_line(text, inner);
                    item.write(text, inner);
                }
                new_line(text, indent);
                text.push(']');
            }
            Self::Fields(fields) => {
                text.push('{');
                for (place, (name, value)) in fields.iter().enumerate() {
                    text.push_str(if place > 0 { "," } else { "" });
                    new_line(text, inner);
                    text.push_str(&quoted(name));
                    text.push_str(if inner.is_some() { ": " } else { ":" });
                    value.write(text, inner);
                }
                new_line(text, indent);
                text.push('}');
            }
        }
    }

    /// jq's order: null, false, true, numbers, strings, arrays, objects.
    pub fn compare(&self, other: &Self) -> Ordering {
        let rank = |value: &Self| match value {
            Self::Null => 0,
            Self::Bool(false) => 1,
            Self::Bool(true) => 2,
            Self::Number(_) => 3,
            Self::Text(_) => 4,
            Self::List(_) => 5,
            Self::Fields(_) => 6,
        };
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => float(a).total_cmp(&float(b)),
            (Self::Text(a), Self::Text(b)) => a.cmp(b),
            (Self::List(a), Self::List(b)) => {
                let pairs = a.iter().zip(b.iter()).map(|(a, b)| a.compare(b));
                let first = pairs.into_iter().find(|order| order.is_ne());
                first.unwrap_or(a.len().cmp(&b.len()))
            }
            (Self::Fields(a), Self::Fields(b)) => {
                let (a, b) = (sorted(a), sorted(b));
                let keys = a
                    .iter()
                    .map(|(key, _)| key)
                    .cmp(b.iter().map(|(key, _)| key));
                let values = a.iter().zip(&b).map(|(a, b)| a.1.compare(b.1));
                keys.then(
                    values
                        .into_iter()
                        .find(|order| order.is_ne())
                        .unwrap_or(Ordering::Equal),
                )
            }
            (a, b) => rank(a).cmp(&rank(b)),
        }
    }
}

/// The fields of an object by name.
pub fn sorted(fields: &[(Rc<str>, Json)]) -> Vec<(&Rc<str>, &Json)> {
    let mut found: Vec<(&Rc<str>, &Json)> =
        fields.iter().map(|(key, value)| (key, value)).collect();
    crate::api::light::sort(&mut found, |a, b| a.0.cmp(b.0));
    found
}

/// The value of a number.
pub fn float(number: &Number) -> f64 {
    number.as_f64().unwrap_or(f64::NAN)
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Json;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        Ok(Json::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        Ok(Json::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Json, E> {
        Ok(Number::from_f64(value).map_or(Json::Null, Json::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Json, E> {
        Ok(Json::text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        let mut found = Vec::new();
        while let Some(item) = items.next_element()? {
            found.push(item);
        }
        Ok(Json::list(found))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Json, A::Error> {
        let mut found: Vec<(Rc<str>, Json)> = Vec::new();
        while let Some((name, value)) = fields.next_entry::<String, Json>()? {
            set(&mut found, &name, value);
        }
        Ok(Json::Fields(Rc::new(found)))
    }
}

/// Sets a field; a new one comes last.
pub fn set(fields: &mut Vec<(Rc<str>, Json)>, name: &str, value: Json) {
    match fields.iter_mut().find(|(known, _)| **known == *name) {
        Some((_, known)) => *known = value,
        None => fields.push((name.into(), value)),
    }
}
