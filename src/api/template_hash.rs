//! The pod-template-hash of a template (`pkg/controller/controller_utils.go`, ComputeHash).
//!
//! Kubernetes hashes a textual dump of the Go struct PodTemplateSpec with all its fields, including unset ones
//! (go-spew's `%#v` with sorted keys). Here the dump is generated from the schema and written directly to the
//! hasher.

use super::quantity::Quantity;
use super::schema::{Struct, StructId, Type, schema};
use crate::versions::Version;
use serde_json::{Map, Value};
use std::fmt::{self, Write};

/// Alphabet of generated names: no vowels and no 0, 1 and 3, so that no words are formed.
const ALPHABET: &[u8; 27] = b"bcdfghjklmnpqrstvwxz2456789";

/// FNV-1a, 32 bits.
#[derive(Clone, Copy, Debug)]
pub struct Fnv1a(u32);

impl Default for Fnv1a {
    fn default() -> Self {
        Self(2_166_136_261)
    }
}

impl Fnv1a {
    /// Hashes further bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u32::from(*byte)).wrapping_mul(16_777_619);
        }
    }

    /// The hash so far.
    #[must_use]
    pub fn value(self) -> u32 {
        self.0
    }
}

impl Write for Fnv1a {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.update(text.as_bytes());
        Ok(())
    }
}

/// Encodes a text in the alphabet of generated names (`staging/src/k8s.io/apimachinery/pkg/util/rand`,
/// SafeEncodeString).
#[must_use]
pub fn safe_encode(text: &str) -> String {
    text.bytes()
        .map(|byte| char::from(ALPHABET[usize::from(byte) % ALPHABET.len()]))
        .collect()
}

/// The hash of a defaulted template, as used in ReplicaSet names and the label `pod-template-hash`.
///
/// It covers every field of the version's structs, so a version that adds a field changes all hashes. The template
/// must not carry the label itself. `collision_count` is the Deployment's `status.collisionCount`; absent and 0
/// give different hashes.
#[must_use]
pub fn compute(version: Version, template: &Value, collision_count: Option<i32>) -> String {
    let mut hash = Fnv1a::default();
    _ = write_dump(version, template, &mut hash);
    if let Some(count) = collision_count {
        // Eight bytes, of which upstream fills four.
        hash.update(&u64::from(count.cast_unsigned()).to_le_bytes());
    }
    safe_encode(&hash.value().to_string())
}

/// The text that is hashed.
#[must_use]
pub fn dump(version: Version, template: &Value) -> String {
    let mut text = String::new();
    _ = write_dump(version, template, &mut text);
    text
}

fn write_dump(version: Version, template: &Value, out: &mut dyn Write) -> fmt::Result {
    match schema().type_named("v1.PodTemplateSpec") {
        Some(ty) => typed(version, &ty, template, out),
        None => Ok(()),
    }
}

/// `(TYPE)VALUE`.
fn typed(version: Version, ty: &Type, value: &Value, out: &mut dyn Write) -> fmt::Result {
    out.write_char('(')?;
    schema().write_go_name(ty, out)?;
    out.write_char(')')?;
    content(version, ty, value, out)
}

/// The value without its type, as in elements of lists and maps.
fn content(version: Version, ty: &Type, value: &Value, out: &mut dyn Write) -> fmt::Result {
    match ty {
        Type::Bool => write!(out, "{}", value.as_bool().unwrap_or(false)),
        Type::Int32 | Type::Int64 => write!(out, "{}", value.as_i64().unwrap_or(0)),
        Type::String(_) => out.write_str(value.as_str().unwrap_or("")),
        Type::Quantity => quantity(value, out),
        Type::IntOrString => match value {
            Value::String(text) => write!(
                out,
                "{{Type:(intstr.Type)1 IntVal:(int32)0 StrVal:(string){text}}}"
            ),
            value => write!(
                out,
                "{{Type:(intstr.Type)0 IntVal:(int32){} StrVal:(string)}}",
                value.as_i64().unwrap_or(0)
            ),
        },
        // Templates contain no times: only the server sets them, on objects.
        Type::Time | Type::MicroTime => out
            .write_str("{Time:(time.Time){wall:(uint64)0 ext:(int64)0 loc:(*time.Location)<nil>}}"),
        Type::Struct(id) => fields(version, *id, value.as_object(), out),
        Type::Pointer(target) if !value.is_null() => content(version, target, value, out),
        // The protobuf round trip drops empty lists and maps.
        Type::Slice(item) => match value.as_array().filter(|items| !items.is_empty()) {
            Some(items) => list(items.iter(), out, &mut |value, out| {
                content(version, item, value, out)
            }),
            None => out.write_str("<nil>"),
        },
        Type::Map { value: item, .. } => {
            match value.as_object().filter(|fields| !fields.is_empty()) {
                Some(fields) => {
                    out.write_str("map")?;
                    list(fields.iter(), out, &mut |(key, value), out| {
                        write!(out, "{key}:")?;
                        content(version, item, value, out)
                    })
                }
                None => out.write_str("<nil>"),
            }
        }
        Type::Pointer(_) | Type::Bytes | Type::Raw(_) => out.write_str("<nil>"),
    }
}

/// `[a b c]`.
fn list<T>(
    items: impl Iterator<Item = T>,
    out: &mut dyn Write,
    each: &mut dyn FnMut(T, &mut dyn Write) -> fmt::Result,
) -> fmt::Result {
    out.write_char('[')?;
    for (index, item) in items.enumerate() {
        if index > 0 {
            out.write_char(' ')?;
        }
        each(item, out)?;
    }
    out.write_char(']')
}

fn fields(
    version: Version,
    id: StructId,
    values: Option<&Map<String, Value>>,
    out: &mut dyn Write,
) -> fmt::Result {
    let definition: &Struct = schema().get(id);
    out.write_char('{')?;
    let known = definition.fields.iter();
    let known = known.filter(|field| field.since <= version);
    for (index, field) in known.enumerate() {
        if index > 0 {
            out.write_char(' ')?;
        }
        write!(out, "{}:", field.go)?;
        match &field.ty {
            // An inlined struct's fields are among the outer ones.
            Type::Struct(inner) if field.inline => {
                write!(out, "({})", schema().get(*inner).name)?;
                fields(version, *inner, values, out)?;
            }
            ty => {
                let value = values.and_then(|values| values.get(&*field.json));
                typed(version, ty, value.unwrap_or(&Value::Null), out)?;
            }
        }
    }
    out.write_char('}')
}

/// A quantity in Go's representation: an int64 with a power of ten, or else an arbitrary-precision decimal.
fn quantity(value: &Value, out: &mut dyn Write) -> fmt::Result {
    let quantity = Quantity::parse(value.as_str().unwrap_or("0")).unwrap_or(Quantity::whole(0));
    let (small, scale) = if quantity.decimal {
        (0, 0)
    } else {
        (quantity.unscaled, quantity.exponent)
    };
    write!(
        out,
        "{{i:(resource.int64Amount){{value:(int64){small} scale:(resource.Scale){scale}}} d:(resource.infDecAmount){{Dec:(*inf.Dec)"
    )?;
    if quantity.decimal {
        let magnitude = quantity.unscaled.unsigned_abs();
        write!(
            out,
            "{{unscaled:(big.Int){{neg:(bool){} abs:(big.nat)[{}",
            quantity.unscaled < 0,
            magnitude as u64
        )?;
        if magnitude >> 64 != 0 {
            write!(out, " {}", magnitude >> 64)?;
        }
        write!(out, "]}} scale:(inf.Scale){}}}", -quantity.exponent)?;
    } else {
        out.write_str("<nil>")?;
    }
    let text = quantity.text.as_deref().unwrap_or("");
    write!(
        out,
        "}} s:(string){text} Format:(resource.Format){}}}",
        quantity.format.go_name()
    )
}
