//! The types of the Kubernetes API, as data.
//!
//! A single table (`types.txt`) lists the fields of every type reachable from the kinds of [`super::kind`], in the
//! order of the Go structs. It drives strict decoding with Go's error texts, the text that the pod-template-hash is
//! computed from, strategic merge patches, and `kubectl explain`.
//!
//! A type starts in the first column (package v1 by default); its fields are indented: `GoName[?[?]] GoType [json name]`.
//! `?` is omitempty, `??` is omitempty,omitzero; the JSON name is given if it is not the Go name with a lowercase first
//! letter; `-` is inline. `@1.37` at the end of a field is the version that added it, and `@1.37:alpha` one whose feature
//! gate is off as well, so that the server drops the field. `string …` lines list the types whose underlying type is
//! string. `enum TYPE VALUE…` lines list the values of those whose OpenAPI schema has an enum, in OpenAPI's order;
//! `VALUE@1.37` is the version that added a value. This is described here because the page contains the whole file.

use super::kind::Kind;
use crate::versions::Version;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::LazyLock;

/// Index of a struct type in the [`Schema`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct StructId(u16);

/// A Go type, in as much detail as decoding and hashing need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    /// `bool`.
    Bool,
    /// `int32`.
    Int32,
    /// `int64`.
    Int64,
    /// `string` or a named string type, with its Go name (`v1.Protocol`).
    String(&'static str),
    /// `[]uint8`, base64 in JSON.
    Bytes,
    /// `resource.Quantity`.
    Quantity,
    /// `intstr.IntOrString`.
    IntOrString,
    /// `v1.Time`: RFC 3339, whole seconds.
    Time,
    /// `v1.MicroTime`: RFC 3339 with microseconds.
    MicroTime,
    /// Any JSON: `runtime.RawExtension` or `v1.FieldsV1`, with its Go name.
    Raw(&'static str),
    /// A struct.
    Struct(StructId),
    /// A pointer, which distinguishes absent from zero.
    Pointer(Box<Type>),
    /// A list.
    Slice(Box<Type>),
    /// A map with string keys.
    Map {
        /// Go name of the map type, if it has one (`v1.ResourceList`).
        name: Option<&'static str>,
        /// Go name of the key type.
        key: &'static str,
        /// Type of the values.
        value: Box<Type>,
    },
}

impl Type {
    /// The struct that the type contains, through pointers, lists and maps.
    #[must_use]
    pub fn innermost(&self) -> Option<StructId> {
        match self {
            Self::Struct(id) => Some(*id),
            Self::Pointer(inner) | Self::Slice(inner) | Self::Map { value: inner, .. } => {
                inner.innermost()
            }
            _ => None,
        }
    }

    /// The name in `kubectl explain`, which is that of the OpenAPI schema: `integer`, `[]Container`, `map[string]string`.
    #[must_use]
    pub fn plain_name(&self) -> String {
        let plain = match self {
            Self::Bool => "boolean",
            Self::Int32 | Self::Int64 => "integer",
            Self::String(_) | Self::Bytes | Self::Time | Self::MicroTime => "string",
            Self::Quantity => "Quantity",
            Self::IntOrString => "IntOrString",
            Self::Raw(name) => name.rsplit('.').next().unwrap_or(name),
            Self::Struct(id) => schema().get(*id).short_name(),
            Self::Pointer(inner) => return inner.plain_name(),
            Self::Slice(inner) => return format!("[]{}", inner.plain_name()),
            Self::Map { value, .. } => return format!("map[string]{}", value.plain_name()),
        };
        plain.to_owned()
    }

    /// The definition of [`Type::innermost`].
    #[must_use]
    pub fn fields(&self) -> Option<&'static Struct> {
        self.innermost().map(|id| schema().get(id))
    }
}

/// Fields that are optional in the API although Go always marshals them (`+optional` without `omitempty`).
const OPTIONAL: &str = "StatefulSetStatus.availableReplicas EndpointSlice.ports Event.source Event.firstTimestamp \
    Event.lastTimestamp Event.reportingComponent Event.reportingInstance Event.eventTime";

/// A field of a struct.
#[derive(Debug)]
pub struct Field {
    /// Go name.
    pub go: &'static str,
    /// JSON name; empty for an inlined struct.
    pub json: Cow<'static, str>,
    /// Go type.
    pub ty: Type,
    /// Omitted from JSON if false, 0, empty or nil (a struct never is).
    pub omit_empty: bool,
    /// Omitted from JSON if zero, even for a struct.
    pub omit_zero: bool,
    /// This struct's fields are inlined into the enclosing JSON object.
    pub inline: bool,
    /// The Kubernetes version that introduced the field.
    pub since: Version,
    /// Whether the field's feature gate is off, so that the server drops it.
    pub dropped: bool,
}

/// A struct type.
#[derive(Debug)]
pub struct Struct {
    /// Go name with the package: `v1.PodSpec`.
    pub name: Cow<'static, str>,
    /// Fields in the order of the Go source.
    pub fields: Vec<Field>,
}

impl Struct {
    /// Go name without the package, as in error texts.
    #[must_use]
    pub fn short_name(&self) -> &str {
        self.name
            .split_once('.')
            .map_or(&*self.name, |(_, name)| name)
    }

    /// Whether the API requires a field of this struct.
    #[must_use]
    pub fn requires(&self, field: &Field) -> bool {
        let name = format!("{}.{}", self.short_name(), field.json);
        !field.omit_empty && !OPTIONAL.split(' ').any(|known| known == name)
    }

    /// The field with a JSON name, if the version has it; also searches inlined structs.
    #[must_use]
    pub fn field_in(&self, version: Version, json: &str) -> Option<&Field> {
        self.field(json).filter(|field| field.since <= version)
    }

    /// The field with a JSON name in any version; also searches inlined structs.
    #[must_use]
    pub fn field(&self, json: &str) -> Option<&Field> {
        self.fields.iter().find_map(|field| match &field.ty {
            Type::Struct(id) if field.inline => schema().get(*id).field(json),
            _ => (field.json == json).then_some(field),
        })
    }

    /// Visits all fields of the JSON object, with those of inlined structs in their place.
    pub fn each_json_field(&self, visit: &mut dyn FnMut(&Field)) {
        for field in &self.fields {
            match &field.ty {
                Type::Struct(id) if field.inline => schema().get(*id).each_json_field(visit),
                _ => visit(field),
            }
        }
    }
}

/// All types.
#[derive(Debug)]
pub struct Schema {
    structs: Vec<Struct>,
    ids: BTreeMap<Cow<'static, str>, StructId>,
    /// The values of string types, by Go name, separated by spaces.
    enums: BTreeMap<Cow<'static, str>, &'static str>,
}

impl Schema {
    /// The values that a version knows of a type whose OpenAPI schema has an enum; none for other types.
    pub fn values(&self, version: Version, ty: &Type) -> impl Iterator<Item = &'static str> {
        let name = match ty {
            Type::Pointer(inner) => match &**inner {
                Type::String(name) => Some(*name),
                _ => None,
            },
            Type::String(name) => Some(*name),
            _ => None,
        };
        let values = name.and_then(|name| self.enums.get(name));
        let values = values.into_iter().flat_map(|values| values.split(' '));
        values.filter_map(move |value| match value.split_once('@') {
            Some((value, since)) => {
                let since = Version::parse(since).ok()?;
                (since <= version).then_some(value)
            }
            None => Some(value),
        })
    }

    /// The struct with an index.
    #[must_use]
    pub fn get(&self, id: StructId) -> &Struct {
        &self.structs[usize::from(id.0)]
    }

    /// The struct with a Go name (`v1.PodSpec`).
    #[must_use]
    pub fn struct_named(&self, name: &str) -> Option<&Struct> {
        self.ids.get(name).map(|id| self.get(*id))
    }

    /// The struct type with a Go name.
    #[must_use]
    pub fn type_named(&self, name: &str) -> Option<Type> {
        self.ids.get(name).map(|id| Type::Struct(*id))
    }

    /// The type of the objects of a kind.
    #[must_use]
    pub fn object(&self, kind: Kind) -> Option<Type> {
        if let Kind::Custom(_) = kind {
            return self.type_named("v1.PartialObjectMetadata");
        }
        let package = if kind.info().version == "v2" {
            "v2"
        } else {
            "v1"
        };
        self.type_named(&format!("{package}.{}", kind.name()))
    }

    /// Writes the Go name of a type, as in error texts and the hashed text.
    pub fn write_go_name(&self, ty: &Type, out: &mut dyn fmt::Write) -> fmt::Result {
        match ty {
            Type::Bool => out.write_str("bool"),
            Type::Int32 => out.write_str("int32"),
            Type::Int64 => out.write_str("int64"),
            Type::String(name) => out.write_str(name),
            Type::Bytes => out.write_str("[]uint8"),
            Type::Quantity => out.write_str("resource.Quantity"),
            Type::IntOrString => out.write_str("intstr.IntOrString"),
            Type::Time => out.write_str("v1.Time"),
            Type::MicroTime => out.write_str("v1.MicroTime"),
            Type::Raw(name) => out.write_str(name),
            Type::Struct(id) => out.write_str(&self.get(*id).name),
            Type::Pointer(target) => {
                out.write_char('*')?;
                self.write_go_name(target, out)
            }
            Type::Slice(item) => {
                out.write_str("[]")?;
                self.write_go_name(item, out)
            }
            Type::Map {
                name: Some(name), ..
            } => out.write_str(name),
            Type::Map {
                name: None,
                key,
                value,
            } => {
                write!(out, "map[{key}]")?;
                self.write_go_name(value, out)
            }
        }
    }

    /// The Go name of a type.
    #[must_use]
    pub fn go_name(&self, ty: &Type) -> String {
        let mut name = String::new();
        _ = self.write_go_name(ty, &mut name);
        name
    }
}

/// The schema, parsed on first use.
#[must_use]
pub fn schema() -> &'static Schema {
    static SCHEMA: LazyLock<Schema> = LazyLock::new(|| Reader::read(include_str!("types.txt")));
    &SCHEMA
}

/// Parses `types.txt`, in the format that the module's documentation describes.
#[derive(Default)]
struct Reader {
    strings: BTreeMap<Cow<'static, str>, &'static str>,
    ids: BTreeMap<Cow<'static, str>, StructId>,
}

/// Type names without a package belong to `v1`.
fn qualified(name: &'static str) -> Cow<'static, str> {
    if name.contains('.') || name.starts_with(|c: char| c.is_ascii_lowercase()) {
        Cow::Borrowed(name)
    } else {
        Cow::Owned(format!("v1.{name}"))
    }
}

/// The type and the values of a line such as `enum Protocol SCTP TCP UDP`.
fn enum_line(line: &'static str) -> Option<(&'static str, &'static str)> {
    line.strip_prefix("enum ")?.split_once(' ')
}

impl Reader {
    fn read(text: &'static str) -> Schema {
        let mut reader = Self::default();
        let mut enums = BTreeMap::new();
        let lines = || {
            text.lines()
                .filter(|line| !line.is_empty() && !line.starts_with('#'))
        };
        for line in lines() {
            if let Some(names) = line.strip_prefix("string ") {
                for name in names.split(' ') {
                    let name = qualified(name);
                    // Leaked, since the table lives as long as the program.
                    reader
                        .strings
                        .insert(name.clone(), Box::leak(name.into_owned().into_boxed_str()));
                }
            } else if let Some((name, values)) = enum_line(line) {
                enums.insert(qualified(name), values);
            } else if !line.starts_with(' ') {
                let id = StructId(u16::try_from(reader.ids.len()).unwrap_or(u16::MAX));
                reader.ids.insert(qualified(line), id);
            }
        }
        let mut structs: Vec<Struct> = Vec::with_capacity(reader.ids.len());
        let of_struct =
            |line: &&'static str| !line.starts_with("string ") && enum_line(line).is_none();
        for line in lines().filter(of_struct) {
            match (line.strip_prefix(' '), structs.last_mut()) {
                (Some(field), Some(within)) => within.fields.push(reader.field(field)),
                _ => structs.push(Struct {
                    name: qualified(line),
                    fields: Vec::new(),
                }),
            }
        }
        Schema {
            structs,
            ids: reader.ids,
            enums,
        }
    }

    fn field(&self, line: &'static str) -> Field {
        let (line, mark) = line.split_once(" @").unwrap_or((line, ""));
        let (since, dropped) = mark
            .strip_suffix(":alpha")
            .map_or((mark, false), |since| (since, true));
        let mut words = line.split(' ');
        let (name, ty, json) = (
            words.next().unwrap_or(""),
            words.next().unwrap_or(""),
            words.next(),
        );
        let go = name.trim_end_matches('?');
        let json = match json {
            Some("-") => Cow::Borrowed(""),
            Some(json) => Cow::Borrowed(json),
            None => Cow::Owned(go[..1].to_ascii_lowercase() + &go[1..]),
        };
        Field {
            go,
            inline: json.is_empty(),
            json,
            ty: self.ty(ty),
            omit_empty: name.ends_with('?'),
            omit_zero: name.ends_with("??"),
            since: Version::parse(since).unwrap_or(Version::ALL[0]),
            dropped,
        }
    }

    fn ty(&self, text: &'static str) -> Type {
        if let Some(target) = text.strip_prefix('*') {
            return Type::Pointer(Box::new(self.ty(target)));
        }
        if let Some(item) = text.strip_prefix("[]").filter(|item| *item != "uint8") {
            return Type::Slice(Box::new(self.ty(item)));
        }
        if let Some((key, value)) = text
            .strip_prefix("map[")
            .and_then(|rest| rest.split_once(']'))
        {
            let key = self.string(key).unwrap_or("string");
            return Type::Map {
                name: None,
                key,
                value: Box::new(self.ty(value)),
            };
        }
        match text {
            "bool" => Type::Bool,
            "int32" => Type::Int32,
            "int64" => Type::Int64,
            "[]uint8" => Type::Bytes,
            "resource.Quantity" => Type::Quantity,
            "intstr.IntOrString" => Type::IntOrString,
            "Time" => Type::Time,
            "MicroTime" => Type::MicroTime,
            "runtime.RawExtension" => Type::Raw("runtime.RawExtension"),
            "FieldsV1" => Type::Raw("v1.FieldsV1"),
            "ResourceList" => Type::Map {
                name: Some("v1.ResourceList"),
                key: "v1.ResourceName",
                value: Box::new(Type::Quantity),
            },
            _ => match self.ids.get(&qualified(text)) {
                Some(id) => Type::Struct(*id),
                None => Type::String(self.string(text).unwrap_or("string")),
            },
        }
    }

    fn string(&self, name: &'static str) -> Option<&'static str> {
        self.strings.get(&qualified(name)).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_and_every_referenced_type_exists() {
        for kind in Kind::all() {
            assert!(schema().object(kind).is_some(), "{kind}");
        }
        let named = |text: &str| schema().ids.contains_key(text);
        for line in include_str!("types.txt")
            .lines()
            .filter(|line| line.starts_with(' '))
        {
            let ty = line.split(' ').nth(2).unwrap();
            let base = ty.rsplit(['*', ']']).next().unwrap();
            let plain = [
                "string",
                "bool",
                "int32",
                "int64",
                "uint8",
                "resource.Quantity",
                "intstr.IntOrString",
                "Time",
                "MicroTime",
                "runtime.RawExtension",
                "FieldsV1",
                "ResourceList",
            ];
            let strings = include_str!("types.txt")
                .lines()
                .filter_map(|line| line.strip_prefix("string "));
            assert!(
                plain.contains(&base)
                    || named(&qualified(base))
                    || strings
                        .flat_map(|line| line.split(' '))
                        .any(|name| name == base),
                "{line}"
            );
        }
    }

    #[test]
    fn fields_are_found_through_inlined_structs() {
        let probe = schema().struct_named("v1.Probe").unwrap();
        assert_eq!(probe.field("httpGet").unwrap().go, "HTTPGet");
        assert!(probe.field("HTTPGet").is_none());
        let metadata = schema()
            .struct_named("v1.ObjectMeta")
            .unwrap()
            .field("creationTimestamp")
            .unwrap();
        assert!(metadata.omit_zero && metadata.ty == Type::Time);
    }
    #[test]
    fn the_types_with_an_enum_are_strings() {
        assert!(schema().enums.len() > 30);
        let lines = include_str!("types.txt").lines();
        let strings: Vec<&str> = lines
            .filter_map(|line| line.strip_prefix("string "))
            .flat_map(|line| line.split(' '))
            .collect();
        for (name, values) in &schema().enums {
            assert!(
                strings.iter().any(|known| qualified(known) == *name),
                "{name}"
            );
            assert!(values.split(' ').is_sorted(), "{name}: {values}");
        }
    }
}
