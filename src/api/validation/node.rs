//! Values with their field paths, and the list of errors found.

use super::{Reason, StatusCause};
use crate::api::go;
use serde_json::Value;
use std::fmt;

/// One step of a path.
#[derive(Clone, Copy)]
enum Step<'p> {
    Field(&'p str),
    Index(usize),
    Key(&'p str),
}

/// A path as a linked list towards the root, which allocates nothing unless an error is reported.
#[derive(Clone, Copy)]
pub(super) struct FieldPath<'p> {
    parent: Option<&'p FieldPath<'p>>,
    step: Step<'p>,
}

impl fmt::Display for FieldPath<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(parent) = self.parent {
            parent.fmt(f)?;
        }
        match self.step {
            Step::Field(name) if self.parent.is_some() => write!(f, ".{name}"),
            Step::Field(name) => f.write_str(name),
            Step::Index(index) => write!(f, "[{index}]"),
            Step::Key(key) => write!(f, "[{key}]"),
        }
    }
}

/// A value and its path. An absent field is a node with the value null.
#[derive(Clone, Copy)]
pub(super) struct FieldNode<'a, 'p> {
    pub value: &'a Value,
    pub path: FieldPath<'p>,
}

static NULL: Value = Value::Null;

impl<'a> FieldNode<'a, '_> {
    /// A field of the object.
    pub fn root(object: &'a Value, name: &'static str) -> FieldNode<'a, 'static> {
        FieldNode {
            value: object.get(name).unwrap_or(&NULL),
            path: FieldPath {
                parent: None,
                step: Step::Field(name),
            },
        }
    }

    fn step<'s>(&'s self, value: Option<&'a Value>, step: Step<'s>) -> FieldNode<'a, 's> {
        FieldNode {
            value: value.unwrap_or(&NULL),
            path: FieldPath {
                parent: Some(&self.path),
                step,
            },
        }
    }

    /// A field of the struct.
    pub fn field<'s>(&'s self, name: &'s str) -> FieldNode<'a, 's> {
        self.step(self.value.get(name), Step::Field(name))
    }

    /// An item of the list.
    pub fn index(&self, index: usize) -> FieldNode<'a, '_> {
        self.step(self.value.get(index), Step::Index(index))
    }

    /// A value of the map.
    pub fn key<'s>(&'s self, key: &'s str) -> FieldNode<'a, 's> {
        self.step(self.value.get(key), Step::Key(key))
    }

    /// This value, reported under the path of one of its fields (upstream's paths are sometimes odd).
    pub fn named<'s>(&'s self, name: &'s str) -> FieldNode<'a, 's> {
        self.step(Some(self.value), Step::Field(name))
    }

    /// Visits each item of the list.
    pub fn each(&self, mut visit: impl FnMut(usize, FieldNode<'a, '_>)) {
        for index in 0..self.len() {
            visit(index, self.index(index));
        }
    }

    /// Visits each entry of the map.
    pub fn entries(&self, mut visit: impl FnMut(&'a str, FieldNode<'a, '_>)) {
        for key in self
            .value
            .as_object()
            .into_iter()
            .flat_map(|map| map.keys())
        {
            visit(key, self.key(key));
        }
    }

    /// Number of items in the list, or of entries in the map.
    pub fn len(&self) -> usize {
        match self.value {
            Value::Array(items) => items.len(),
            Value::Object(fields) => fields.len(),
            _ => 0,
        }
    }

    /// Whether the value is set.
    pub fn is_set(&self) -> bool {
        !self.value.is_null()
    }

    /// The string; empty if it is not one.
    pub fn text(&self) -> &'a str {
        self.value.as_str().unwrap_or("")
    }

    /// The integer, if it is one.
    pub fn int(&self) -> Option<i64> {
        self.value.as_i64()
    }

    /// Whether it is true.
    pub fn is_true(&self) -> bool {
        self.value == &Value::Bool(true)
    }
}

/// A value in the format of `field.Error`: strings quoted, numbers plain, everything else as JSON.
pub(super) fn render(value: &Value) -> String {
    match value {
        Value::String(text) => go::quote(text),
        value => go::json(value),
    }
}

/// Field errors in the order found (`staging/src/k8s.io/apimachinery/pkg/util/validation/field/errors.go`).
#[derive(Default)]
pub(super) struct Report {
    pub causes: Vec<StatusCause>,
}

impl Report {
    fn push(&mut self, at: &FieldNode<'_, '_>, reason: Reason, body: String) {
        self.causes.push(StatusCause {
            field: at.path.to_string(),
            reason,
            body,
        });
    }

    /// `Required value`, with a detail unless that is empty.
    pub fn required(&mut self, at: &FieldNode<'_, '_>, detail: &str) {
        let colon = if detail.is_empty() { "" } else { ": " };
        self.push(
            at,
            Reason::Required,
            format!("Required value{colon}{detail}"),
        );
    }

    /// `Forbidden: detail`
    pub fn forbidden(&mut self, at: &FieldNode<'_, '_>, detail: &str) {
        self.push(at, Reason::Forbidden, format!("Forbidden: {detail}"));
    }

    /// `Invalid value: VALUE: detail`, with the node's own value.
    pub fn invalid(&mut self, at: &FieldNode<'_, '_>, detail: &str) {
        self.invalid_value(at, &render(at.value), detail);
    }

    /// Like [`Report::invalid`], with another value to print.
    pub fn invalid_value(&mut self, at: &FieldNode<'_, '_>, shown: &str, detail: &str) {
        let colon = if detail.is_empty() { "" } else { ": " };
        self.push(
            at,
            Reason::Invalid,
            format!("Invalid value: {shown}{colon}{detail}"),
        );
    }

    /// One `Invalid value` for each complaint about the node's string.
    pub fn complaints(&mut self, at: &FieldNode<'_, '_>, complaints: &[String]) {
        for complaint in complaints {
            self.invalid(at, complaint);
        }
    }

    /// `Unsupported value: VALUE: supported values: "a", "b"`
    pub fn not_supported(&mut self, at: &FieldNode<'_, '_>, supported: &[&str]) {
        self.not_supported_value(at, &go::json(at.value), supported);
    }

    /// Like [`Report::not_supported`], with another value to print.
    pub fn not_supported_value(&mut self, at: &FieldNode<'_, '_>, shown: &str, supported: &[&str]) {
        let list: Vec<String> = supported.iter().map(|value| go::quote(value)).collect();
        let body = format!(
            "Unsupported value: {shown}: supported values: {}",
            list.join(", ")
        );
        self.push(at, Reason::NotSupported, body);
    }

    /// `Duplicate value: VALUE`
    pub fn duplicate(&mut self, at: &FieldNode<'_, '_>) {
        self.duplicate_value(at, &render(at.value));
    }

    /// Like [`Report::duplicate`], with another value to print.
    pub fn duplicate_value(&mut self, at: &FieldNode<'_, '_>, shown: &str) {
        self.push(at, Reason::Duplicate, format!("Duplicate value: {shown}"));
    }

    /// `Not found: VALUE`
    pub fn not_found(&mut self, at: &FieldNode<'_, '_>) {
        self.push(
            at,
            Reason::NotFound,
            format!("Not found: {}", render(at.value)),
        );
    }

    /// `Not found: VALUE: detail`, with another value to print.
    pub fn not_found_with(&mut self, at: &FieldNode<'_, '_>, shown: &str, detail: &str) {
        self.push(
            at,
            Reason::NotFound,
            format!("Not found: {shown}: {detail}"),
        );
    }

    /// `Too long: may not be more than N bytes`
    pub fn too_long(&mut self, at: &FieldNode<'_, '_>, limit: usize) {
        self.push(
            at,
            Reason::TooLong,
            format!("Too long: may not be more than {limit} bytes"),
        );
    }

    /// `Too many: N: must have at most M items`
    pub fn too_many(&mut self, at: &FieldNode<'_, '_>, limit: usize) {
        self.push(
            at,
            Reason::TooMany,
            format!("Too many: {}: must have at most {limit} items", at.len()),
        );
    }

    /// Validates that the number, if set, is not negative.
    pub fn not_negative(&mut self, at: &FieldNode<'_, '_>) {
        if at.int().is_some_and(|number| number < 0) {
            self.invalid(at, "must be greater than or equal to 0");
        }
    }

    /// Validates that the string is one of `supported`; an absent one is reported as required.
    pub fn one_of(&mut self, at: &FieldNode<'_, '_>, supported: &[&str]) {
        if at.text().is_empty() {
            self.required(at, "");
        } else {
            self.optional_one_of(at, supported);
        }
    }

    /// Validates that the string, if set, is one of `supported`.
    pub fn optional_one_of(&mut self, at: &FieldNode<'_, '_>, supported: &[&str]) {
        if at.is_set() && !supported.contains(&at.text()) {
            self.not_supported(at, supported);
        }
    }

    /// Validates that the string is set.
    pub fn not_empty(&mut self, at: &FieldNode<'_, '_>) {
        if at.text().is_empty() {
            self.required(at, "");
        }
    }
}
