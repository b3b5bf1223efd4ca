//! Deserializes typed structs from decoded values.
//!
//! `serde_json::from_value` instantiates code for every struct that also reads structs from lists of fields and
//! from both owned and borrowed values. The API needs only borrowed objects with named fields; supporting just
//! these makes the page's wasm a tenth smaller. Errors are serde_json's.

use serde::Deserialize;
use serde::de::value::{MapDeserializer, SeqDeserializer, StrDeserializer};
use serde::de::{Deserializer, Error as _, Expected, IntoDeserializer, Unexpected, Visitor};
use serde_json::{Error, Value};

/// Deserializes a struct from a decoded value.
///
/// # Errors
/// A field does not have the struct's type.
pub fn lift<'v, T: Deserialize<'v>>(value: &'v Value) -> Result<T, Error> {
    T::deserialize(Lift(value))
}

/// A borrowed value; structs are read from objects by field name.
#[derive(Clone, Copy)]
struct Lift<'v>(&'v Value);

impl<'v> IntoDeserializer<'v, Error> for Lift<'v> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

/// The error for a value of an unexpected type.
fn wrong(value: &Value, expected: &dyn Expected) -> Error {
    let found = match value {
        Value::Null => Unexpected::Unit,
        Value::Bool(flag) => Unexpected::Bool(*flag),
        Value::Number(number) => match (number.as_u64(), number.as_i64(), number.as_f64()) {
            (Some(number), _, _) => Unexpected::Unsigned(number),
            (_, Some(number), _) => Unexpected::Signed(number),
            (_, _, number) => Unexpected::Float(number.unwrap_or_default()),
        },
        Value::String(text) => Unexpected::Str(text),
        Value::Array(_) => Unexpected::Seq,
        Value::Object(_) => Unexpected::Map,
    };
    Error::invalid_type(found, expected)
}

/// Methods for scalars, each of which accepts one type of value.
macro_rules! scalars {
    ($read:ident: $($method:ident)*) => {
        $(fn $method<V: Visitor<'v>>(self, visitor: V) -> Result<V::Value, Error> {
            self.$read(visitor)
        })*
    };
}

impl<'v> Lift<'v> {
    fn number<V: Visitor<'v>>(self, visitor: V) -> Result<V::Value, Error> {
        let Value::Number(number) = self.0 else {
            return Err(wrong(self.0, &visitor));
        };
        match (number.as_i64(), number.as_u64()) {
            (Some(number), _) => visitor.visit_i64(number),
            (_, Some(number)) => visitor.visit_u64(number),
            _ => visitor.visit_f64(number.as_f64().unwrap_or_default()),
        }
    }

    fn text<V: Visitor<'v>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::String(text) => visitor.visit_borrowed_str(text),
            other => Err(wrong(other, &visitor)),
        }
    }

    fn list<V: Visitor<'v>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Array(items) => visitor.visit_seq(SeqDeserializer::new(items.iter().map(Lift))),
            other => Err(wrong(other, &visitor)),
        }
    }

    fn object<V: Visitor<'v>>(self, visitor: V) -> Result<V::Value, Error> {
        let Value::Object(fields) = self.0 else {
            return Err(wrong(self.0, &visitor));
        };
        let fields = fields.iter().map(|(name, value)| (&**name, Lift(value)));
        visitor.visit_map(MapDeserializer::new(fields))
    }

    fn null<V: Visitor<'v>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            other => Err(wrong(other, &visitor)),
        }
    }
}

impl<'v> Deserializer<'v> for Lift<'v> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'v>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(flag) => visitor.visit_bool(*flag),
            Value::Number(_) => self.number(visitor),
            Value::String(_) => self.text(visitor),
            Value::Array(_) => self.list(visitor),
            Value::Object(_) => self.object(visitor),
        }
    }

    fn deserialize_bool<V: Visitor<'v>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Bool(flag) => visitor.visit_bool(*flag),
            other => Err(wrong(other, &visitor)),
        }
    }

    fn deserialize_option<V: Visitor<'v>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'v>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<V: Visitor<'v>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'v>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.object(visitor)
    }

    fn deserialize_enum<V: Visitor<'v>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.0 {
            Value::String(text) => visitor.visit_enum(StrDeserializer::new(text)),
            other => Err(wrong(other, &visitor)),
        }
    }

    fn deserialize_tuple<V: Visitor<'v>>(self, _len: usize, visitor: V) -> Result<V::Value, Error> {
        self.list(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'v>>(
        self,
        _name: &'static str,
        _len: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.list(visitor)
    }

    fn deserialize_unit_struct<V: Visitor<'v>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.null(visitor)
    }

    scalars! { number: deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 }
    scalars! { number: deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 }
    scalars! { number: deserialize_f32 deserialize_f64 }
    scalars! { text: deserialize_char deserialize_str deserialize_string deserialize_identifier }
    scalars! { list: deserialize_seq }
    scalars! { object: deserialize_map }
    scalars! { null: deserialize_unit deserialize_bytes deserialize_byte_buf }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use std::collections::BTreeMap;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Sample {
        count: i32,
        #[serde(default)]
        share: f64,
        name: Option<String>,
        #[serde(default)]
        labels: BTreeMap<String, bool>,
        #[serde(default)]
        items: Vec<Sort>,
        #[serde(default)]
        nothing: Option<()>,
        #[serde(default)]
        unit: (),
        #[serde(default)]
        rest: Value,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    enum Sort {
        First,
        Second,
    }

    #[test]
    fn structs_are_read_like_serde_json() {
        let samples = [
            json!({ "count": 1 }),
            json!({ "count": -7, "share": 0.5, "name": "ü", "labels": { "a": true, "b": false } }),
            json!({ "count": 1, "items": ["Second", "First"], "unknown": [{}], "name": null }),
            json!({ "count": 1, "nothing": null, "unit": null }),
            json!({ "count": 1, "rest": { "a": [null, 1, 1.5, "x", u64::MAX] } }),
        ];
        for sample in samples {
            let lifted: Sample = lift(&sample).expect("a sample");
            assert_eq!(lifted, Sample::deserialize(&sample).expect("a sample"));
        }
    }

    #[test]
    fn errors_match_serde_json() {
        let faults = [
            json!(null),
            json!({}),
            json!({ "count": "1" }),
            json!({ "count": 1.5 }),
            json!({ "count": 4_294_967_296_i64 }),
            json!({ "count": u64::MAX }),
            json!({ "count": 1, "labels": [] }),
            json!({ "count": 1, "labels": { "a": 1 } }),
            json!({ "count": 1, "items": {} }),
            json!({ "count": 1, "items": ["Third"] }),
            json!({ "count": 1, "name": true }),
            json!({ "count": 1, "unit": {} }),
        ];
        for fault in faults {
            let lifted = lift::<Sample>(&fault).expect_err("invalid");
            let known = Sample::deserialize(&fault).expect_err("invalid");
            assert_eq!(lifted.to_string(), known.to_string(), "{fault}");
        }
    }
}
