//! Assistance for writing manifests: what can be typed at a cursor, and what a field means. Types come from the schema,
//! sentences from the catalogues (`[field.*]`), and what is not simulated from the table of a pod's fields.

mod cursor;
#[cfg(test)]
mod tests;

use crate::api::kind::Kind;
use crate::api::pod::left_out;
use crate::api::schema::{Field, Struct, Type, schema};
use crate::texts::{self, Text};
use crate::versions::Version;
use cursor::{Cursor, PathStep};

/// What can be typed at a cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestions {
    /// The column where the word before the cursor begins, from 0, in characters.
    pub from: usize,
    /// The choices: required fields first, otherwise in the order of the Go structs.
    pub options: Vec<Completion>,
}

/// One thing that can be typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// The field or value.
    pub label: String,
    /// The type of a field.
    pub detail: String,
    /// Whether the API requires the field.
    pub required: bool,
    /// What the field means, if it is documented.
    pub text: Option<Text>,
    /// What replaces the word before the cursor.
    pub insert: String,
}

/// What a field means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meaning {
    /// The columns of its key, from 0, in characters.
    pub columns: std::ops::Range<usize>,
    /// Its path in the object, such as `spec.template.spec.containers[].image`.
    pub path: String,
    /// Its type, as `kubectl explain` names it.
    pub detail: String,
    /// Whether the API requires it.
    pub required: bool,
    /// The values of an enum.
    pub values: Vec<&'static str>,
    /// What it means, if it is documented.
    pub text: Option<Text>,
    /// Why it has no effect here, if it is not simulated.
    pub left_out: Option<Text>,
}

/// What can be typed at a line and column, both from 0 and in characters; `None` where nothing can be said.
#[must_use]
pub fn complete(version: Version, text: &str, line: usize, column: usize) -> Option<Suggestions> {
    let cursor = cursor::at(text, line, column)?;
    let within = type_at(version, &object(&cursor), &cursor.key.path)?;
    let (from, options) = match &cursor.value {
        None => {
            let is_item = matches!(within, Type::Slice(_));
            let dash = if is_item { "- " } else { "" };
            let options = fields(version, within.fields()?, &cursor, dash);
            (cursor.key.columns.start, options)
        }
        Some((_, columns)) => (columns.start, values(version, &within, &cursor)),
    };
    (!options.is_empty()).then_some(Suggestions { from, options })
}

/// What the field means whose key is at a line and column, both from 0 and in characters.
#[must_use]
pub fn meaning(version: Version, text: &str, line: usize, column: usize) -> Option<Meaning> {
    let cursor = cursor::key_at(text, line, column)?;
    let within = type_at(version, &object(&cursor), &cursor.key.path)?;
    let (of, field) = declared(version, structure(&within)?, &cursor.key.name)?;
    Some(Meaning {
        columns: cursor.key.columns.clone(),
        path: path(&cursor),
        detail: field.ty.plain_name(),
        required: of.requires(field),
        values: schema().values(version, &field.ty).collect(),
        text: sentence(of, field),
        left_out: left_out::reason(of.short_name(), &field.json).copied(),
    })
}

/// The type of the object at a cursor; without a kind, what all objects have.
fn object(cursor: &Cursor) -> Type {
    let kind = Kind::from_api(&cursor.api_version, &cursor.kind);
    let ty = kind.and_then(|kind| schema().object(kind));
    let any = || schema().type_named("v1.PartialObjectMetadata");
    ty.or_else(any).unwrap_or(Type::Raw("runtime.RawExtension"))
}

fn target(ty: &Type) -> &Type {
    match ty {
        Type::Pointer(inner) => target(inner),
        ty => ty,
    }
}

/// The struct that a type is, not the one that it contains.
fn structure(ty: &Type) -> Option<&'static Struct> {
    match target(ty) {
        Type::Struct(id) => Some(schema().get(*id)),
        _ => None,
    }
}

/// The type at a path.
fn type_at(version: Version, object: &Type, path: &[PathStep]) -> Option<Type> {
    let mut at = object.clone();
    for step in path {
        at = match (step, target(&at)) {
            (PathStep::Item, Type::Slice(item)) => (**item).clone(),
            (PathStep::Field(_), Type::Map { value, .. }) => (**value).clone(),
            (PathStep::Field(name), ty) => {
                let (_, field) = declared(version, structure(ty)?, name)?;
                field.ty.clone()
            }
            (PathStep::Item, _) => return None,
        };
    }
    Some(target(&at).clone())
}

/// The field with a JSON name, and the struct that declares it, which may be an inlined one.
fn declared(
    version: Version,
    of: &'static Struct,
    json: &str,
) -> Option<(&'static Struct, &'static Field)> {
    of.fields.iter().find_map(|field| match &field.ty {
        Type::Struct(id) if field.inline => declared(version, schema().get(*id), json),
        _ => (field.json == json && field.since <= version).then_some((of, field)),
    })
}

/// The fields of a struct that its object at the cursor does not have yet.
fn fields(version: Version, of: &'static Struct, cursor: &Cursor, dash: &str) -> Vec<Completion> {
    let indent = cursor.key.columns.start + dash.len() + 2;
    let mut options = Vec::new();
    of.each_json_field(&mut |field| {
        let name = &*field.json;
        let is_there = dash.is_empty() && cursor.key.others.iter().any(|other| other == name);
        let is_for_users = name != "status" || !cursor.key.path.is_empty();
        if is_there || !is_for_users || field.dropped {
            return;
        }
        let Some((of, field)) = declared(version, of, name) else {
            return;
        };
        let after = match target(&field.ty) {
            Type::Slice(_) => format!("\n{}- ", " ".repeat(indent)),
            Type::Struct(_) | Type::Map { .. } => format!("\n{}", " ".repeat(indent)),
            _ => " ".to_owned(),
        };
        options.push(Completion {
            label: name.to_owned(),
            detail: field.ty.plain_name(),
            required: of.requires(field),
            text: sentence(of, field),
            insert: format!("{dash}{name}:{after}"),
        });
    });
    // A manifest begins with its apiVersion, although Go declares the kind first.
    options.sort_by_key(|option| (option.label != "apiVersion", !option.required));
    options
}

/// The values that the field at the cursor can have, if they are known.
fn values(version: Version, within: &Type, cursor: &Cursor) -> Vec<Completion> {
    let is_head = cursor.key.path.is_empty();
    let values: Vec<&'static str> = match &*cursor.key.name {
        "kind" if is_head => {
            kinds(|kind| cursor.api_version.is_empty() || kind.api_version() == cursor.api_version)
                .map(Kind::name)
                .collect()
        }
        "apiVersion" if is_head => {
            let of_kind = kinds(|kind| cursor.kind.is_empty() || kind.name() == cursor.kind);
            of_kind.map(Kind::api_version).collect()
        }
        name => {
            let field = structure(within).and_then(|of| declared(version, of, name));
            match field.map(|(_, field)| target(&field.ty)) {
                Some(Type::Bool) => vec!["true", "false"],
                Some(ty) => schema().values(version, ty).collect(),
                None => Vec::new(),
            }
        }
    };
    let mut options: Vec<Completion> = Vec::new();
    for value in values {
        if options.iter().all(|option| option.label != value) {
            options.push(Completion {
                label: value.to_owned(),
                detail: String::new(),
                required: false,
                text: None,
                insert: value.to_owned(),
            });
        }
    }
    options
}

fn kinds(is_meant: impl Fn(Kind) -> bool) -> impl Iterator<Item = Kind> {
    Kind::all().filter(move |kind| is_meant(*kind))
}

/// The documentation of a field.
fn sentence(of: &Struct, field: &Field) -> Option<Text> {
    let id = format!("{}/{}", of.short_name(), field.json);
    texts::get(texts::FIELD, &id)
}

/// The path of a cursor's key.
fn path(cursor: &Cursor) -> String {
    let mut path = String::new();
    for step in &cursor.key.path {
        match step {
            PathStep::Field(name) if path.is_empty() => path.push_str(name),
            PathStep::Field(name) => {
                path.push('.');
                path.push_str(name);
            }
            PathStep::Item => path.push_str("[]"),
        }
    }
    let dot = if path.is_empty() { "" } else { "." };
    format!("{path}{dot}{}", cursor.key.name)
}
