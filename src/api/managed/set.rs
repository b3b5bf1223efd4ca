//! Sets of fields, as in `metadata.managedFields`
//! (`sigs.k8s.io/structured-merge-diff/fieldpath`).

use super::place::FieldPlace;
use crate::api::go::quote;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::fmt;

/// A scalar in the key of a list item.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scalar {
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Int(i64),
    /// A string.
    Text(String),
}

impl Scalar {
    /// The scalar in a JSON value.
    pub(super) fn of(value: &Value) -> Self {
        match value {
            Value::Bool(flag) => Self::Bool(*flag),
            Value::String(text) => Self::Text(text.clone()),
            Value::Number(number) => match number.as_i64() {
                Some(number) => Self::Int(number),
                None => Self::Text(number.to_string()),
            },
            other => Self::Text(other.to_string()),
        }
    }

    fn to_value(&self) -> Value {
        match self {
            Self::Bool(flag) => Value::from(*flag),
            Self::Int(number) => Value::from(*number),
            Self::Text(text) => Value::from(text.as_str()),
        }
    }
}

impl fmt::Display for Scalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(flag) => write!(f, "{flag}"),
            Self::Int(number) => write!(f, "{number}"),
            Self::Text(text) => f.write_str(&quote(text)),
        }
    }
}

/// A step of a path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Element {
    /// A field of a struct, or an entry of a map.
    Field(String),
    /// The item of a list with these values of its key fields, which are in alphabetical order.
    Key(Vec<(&'static str, Scalar)>),
    /// The item of a list that is a set.
    Value(Scalar),
}

impl Element {
    /// The element as a key of `fieldsV1`.
    fn name(&self) -> String {
        match self {
            Self::Field(name) => format!("f:{name}"),
            Self::Key(fields) => {
                let field = |(name, value): &(&str, Scalar)| ((*name).to_owned(), value.to_value());
                let fields: Map<String, Value> = fields.iter().map(field).collect();
                format!("k:{}", Value::Object(fields))
            }
            Self::Value(value) => format!("v:{}", value.to_value()),
        }
    }
}

/// As in messages: `.spec`, `[name="web"]`, `[="x"]`.
impl fmt::Display for Element {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field(name) => write!(f, ".{name}"),
            Self::Key(fields) => {
                let field = |(name, value): &(&str, Scalar)| format!("{name}={value}");
                let fields: Vec<String> = fields.iter().map(field).collect();
                write!(f, "[{}]", fields.join(","))
            }
            Self::Value(value) => write!(f, "[={value}]"),
        }
    }
}

/// A set of fields.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldSet(BTreeMap<Element, Node>);

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Node {
    /// Whether the set has the element itself.
    is_member: bool,
    /// What it has below the element.
    within: FieldSet,
}

impl FieldSet {
    /// Whether the set has no fields.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds a field.
    pub fn insert(&mut self, path: &[Element]) {
        if let Some((first, rest)) = path.split_first() {
            let node = self.0.entry(first.clone()).or_default();
            match rest {
                [] => node.is_member = true,
                rest => node.within.insert(rest),
            }
        }
    }

    /// Whether the set has a field.
    #[must_use]
    pub fn has(&self, path: &[Element]) -> bool {
        let Some((first, rest)) = path.split_first() else {
            return false;
        };
        let node = self.0.get(first);
        node.is_some_and(|node| match rest {
            [] => node.is_member,
            rest => node.within.has(rest),
        })
    }

    /// Whether the set has all fields of another one.
    #[must_use]
    pub fn has_all(&self, other: &Self) -> bool {
        other.difference(self).is_empty()
    }

    /// Whether the set has an element itself.
    pub(super) fn has_member(&self, element: &Element) -> bool {
        self.0.get(element).is_some_and(|node| node.is_member)
    }

    /// The fields below an element, if there are any.
    pub(super) fn within(&self, element: &Element) -> Option<&Self> {
        let within = &self.0.get(element)?.within;
        (!within.is_empty()).then_some(within)
    }

    /// The fields of either set.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        let mut all = self.clone();
        for (element, node) in &other.0 {
            let own = all.0.entry(element.clone()).or_default();
            own.is_member |= node.is_member;
            own.within = own.within.union(&node.within);
        }
        all
    }

    /// The fields that another set lacks.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        self.filtered(other, |own, other| own && !other)
    }

    /// The fields that both sets have.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        self.filtered(other, |own, other| own && other)
    }

    fn filtered(&self, other: &Self, keep: fn(bool, bool) -> bool) -> Self {
        let none = Node::default();
        let mut left = BTreeMap::new();
        for (element, node) in &self.0 {
            let other = other.0.get(element).unwrap_or(&none);
            let node = Node {
                is_member: keep(node.is_member, other.is_member),
                within: node.within.filtered(&other.within, keep),
            };
            if node.is_member || !node.within.is_empty() {
                left.insert(element.clone(), node);
            }
        }
        Self(left)
    }

    /// The set without a field of the object and all that is below it.
    #[must_use]
    pub fn without(mut self, field: &str) -> Self {
        self.0.remove(&Element::Field(field.to_owned()));
        self
    }

    /// The set with every field of a struct that it has something below (EnsureNamedFieldsAreMembers).
    pub(super) fn with_named_fields(&self, place: FieldPlace) -> Self {
        let node = |(element, node): (&Element, &Node)| {
            let (is_named, below) = match element {
                Element::Field(name) => place.field(name),
                _ => (false, place.item()),
            };
            let node = Node {
                is_member: node.is_member || is_named && !node.within.is_empty(),
                within: node.within.with_named_fields(below),
            };
            (element.clone(), node)
        };
        Self(self.0.iter().map(node).collect())
    }

    /// The paths of all fields, as in messages and in upstream's order: each level before those below it.
    #[must_use]
    pub fn paths(&self) -> Vec<String> {
        let mut all = Vec::new();
        self.collect_paths("", &mut all);
        all
    }

    fn collect_paths(&self, above: &str, all: &mut Vec<String>) {
        let members = self.0.iter().filter(|(_, node)| node.is_member);
        all.extend(members.map(|(element, _)| format!("{above}{element}")));
        for (element, node) in &self.0 {
            node.within.collect_paths(&format!("{above}{element}"), all);
        }
    }

    /// The set as `fieldsV1`.
    #[must_use]
    pub fn to_value(&self) -> Value {
        let entry = |(element, node): (&Element, &Node)| {
            let mut within = match node.within.to_value() {
                Value::Object(fields) => fields,
                _ => Map::new(),
            };
            if node.is_member && !within.is_empty() {
                within.insert(".".to_owned(), Value::Object(Map::new()));
            }
            (element.name(), Value::Object(within))
        };
        Value::Object(self.0.iter().map(entry).collect())
    }
}
