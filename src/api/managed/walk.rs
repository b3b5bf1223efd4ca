//! Comparing, merging and pruning objects field by field (`sigs.k8s.io/structured-merge-diff/typed`).

use super::place::{FieldPlace, ListIdentity, Shape};
use super::set::{Element, FieldSet, Scalar};
use crate::api::kind::Kind;
use serde_json::{Map, Value};

/// The fields in which two objects differ.
#[derive(Debug, Default)]
pub(super) struct Comparison {
    /// Fields that only the first one has.
    pub removed: FieldSet,
    /// Fields with different values.
    pub modified: FieldSet,
    /// Fields that only the second one has.
    pub added: FieldSet,
}

impl Comparison {
    /// Compares two objects.
    pub fn of(place: FieldPlace, old: &Value, new: &Value) -> Self {
        let mut walk = Self::default();
        walk.compare(place, &mut Vec::new(), Some(old), Some(new));
        walk
    }

    /// The comparison without a field of the object and all that is below it.
    pub fn without(self, field: &str) -> Self {
        Self {
            removed: self.removed.without(field),
            modified: self.modified.without(field),
            added: self.added.without(field),
        }
    }

    /// The fields whose values are new.
    pub fn set(&self) -> FieldSet {
        self.modified.union(&self.added)
    }

    fn compare(
        &mut self,
        place: FieldPlace,
        path: &mut Vec<Element>,
        old: Option<&Value>,
        new: Option<&Value>,
    ) {
        let Some(some) = new.or(old) else { return };
        let shape = shape_of_both(place, old, new, some);
        if shape == Shape::Leaf {
            match (old, new) {
                (None, _) => self.added.insert(path),
                (_, None) => self.removed.insert(path),
                (old, new) if old != new => self.modified.insert(path),
                _ => {}
            }
            return;
        }
        for (element, place, old, new) in pairs(place, shape, old, new) {
            path.push(element);
            self.compare(place, path, old, new);
            path.pop();
        }
        match (old, new) {
            (None, _) => self.added.insert(path),
            (_, None) => self.removed.insert(path),
            _ => {}
        }
    }
}

/// Two empty values are a leaf, which preserves the difference between empty and absent.
fn shape_of_both(
    place: FieldPlace,
    old: Option<&Value>,
    new: Option<&Value>,
    some: &Value,
) -> Shape {
    let is_empty = |value: Option<&Value>| value.is_none_or(is_empty);
    let shape = place.shape(some);
    let is_untyped_leaf = matches!(place, FieldPlace::Untyped)
        && old.is_some_and(|old| place.shape(old) == Shape::Leaf);
    match is_empty(old) && is_empty(new) || is_untyped_leaf {
        true => Shape::Leaf,
        false => shape,
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Object(fields) => fields.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}

/// The children of a value, each with its element of the path and its position.
fn children(place: FieldPlace, shape: Shape, value: &Value) -> Vec<(Element, FieldPlace, &Value)> {
    match (shape, value) {
        (Shape::Fields, Value::Object(fields)) => {
            let child = |(name, value): (&String, _)| {
                let (_, place) = place.field(name);
                (Element::Field(name.clone()), place, value)
            };
            let fields = fields.iter();
            fields.map(|(name, value)| child((name, value))).collect()
        }
        (Shape::Items(relation), Value::Array(items)) => {
            let child = |item| Some((element(relation, item)?, place.item(), item));
            items.iter().filter_map(child).collect()
        }
        _ => Vec::new(),
    }
}

/// The element of the path that identifies an item of a list.
fn element(relation: ListIdentity, item: &Value) -> Option<Element> {
    let keys = match relation {
        ListIdentity::Keys(keys) => keys,
        ListIdentity::Set => return Some(Element::Value(Scalar::of(item))),
        ListIdentity::Atomic => return None,
    };
    let key = |name: &&'static str| {
        let value = match item.get(*name) {
            Some(value) => Scalar::of(value),
            // The only key field with a default.
            None if *name == "protocol" => Scalar::Text("TCP".to_owned()),
            None => return None,
        };
        Some((*name, value))
    };
    Some(Element::Key(keys.iter().filter_map(key).collect()))
}

type Pair<'v> = (Element, FieldPlace, Option<&'v Value>, Option<&'v Value>);

/// The children of two values, paired. Of several items with the same key the first one counts.
fn pairs<'v>(
    place: FieldPlace,
    shape: Shape,
    old: Option<&'v Value>,
    new: Option<&'v Value>,
) -> Vec<Pair<'v>> {
    let mut all: Vec<Pair<'v>> = Vec::new();
    for (value, is_new) in [(old, false), (new, true)] {
        for (element, place, value) in value.map_or_else(Vec::new, |v| children(place, shape, v)) {
            let known = all.iter().position(|known| known.0 == element);
            let at = known.unwrap_or(all.len());
            if known.is_none() {
                all.push((element, place, None, None));
            }
            let pair = &mut all[at];
            let side = if is_new { &mut pair.3 } else { &mut pair.2 };
            side.get_or_insert(value);
        }
    }
    all
}

/// All fields of an object (ToFieldSet).
pub(super) fn field_set(place: FieldPlace, value: &Value) -> FieldSet {
    let mut set = FieldSet::default();
    collect(place, &mut Vec::new(), value, &mut set);
    set
}

fn collect(place: FieldPlace, path: &mut Vec<Element>, value: &Value, set: &mut FieldSet) {
    let shape = place.shape(value);
    if shape == Shape::Leaf {
        set.insert(path);
        return;
    }
    for (element, below, value) in children(place, shape, value) {
        let is_named = match &element {
            Element::Field(name) => place.field(name).0,
            _ => false,
        };
        path.push(element);
        collect(below, path, value, set);
        let is_bare = value.is_null() || value.as_object().is_some_and(Map::is_empty);
        if !is_named || is_bare {
            set.insert(path);
        }
        path.pop();
    }
}

/// An object with the fields of a configuration (Merge). Items of lists keep their order, and follow that of the
/// configuration where both have them.
pub(super) fn merged(place: FieldPlace, live: Option<&Value>, config: Option<&Value>) -> Value {
    let Some(some) = config.or(live) else {
        return Value::Null;
    };
    match shape_of_both(place, live, config, some) {
        Shape::Leaf => some.clone(),
        Shape::Items(relation) => {
            let list = |value: Option<&Value>| -> Vec<(Element, Value)> {
                let items = value.and_then(Value::as_array).into_iter().flatten();
                let item = |item: &Value| Some((element(relation, item)?, item.clone()));
                items.filter_map(item).collect()
            };
            Value::Array(merged_items(place.item(), &list(live), &list(config)))
        }
        shape => {
            let merge = |(element, place, live, config): Pair<'_>| match element {
                Element::Field(name) => Some((name, merged(place, live, config))),
                _ => None,
            };
            let all = pairs(place, shape, live, config);
            Value::Object(all.into_iter().filter_map(merge).collect())
        }
    }
}

fn merged_items(
    place: FieldPlace,
    live: &[(Element, Value)],
    config: &[(Element, Value)],
) -> Vec<Value> {
    let find = |list: &[(Element, Value)], element: &Element| {
        let found = list.iter().find(|(known, _)| known == element);
        found.map(|(_, value)| value.clone())
    };
    let is_shared = |(element, _): &&(Element, Value)| find(live, element).is_some();
    let mut shared = config.iter().filter(is_shared).map(|(element, _)| element);
    let mut next_shared = shared.next();
    let (mut left, mut right) = (0, 0);
    let mut out = Vec::new();
    loop {
        let (ours, theirs) = (live.get(left), config.get(right));
        if let Some((element, value)) = ours {
            let is_same = theirs.is_some_and(|(other, _)| other == element);
            let is_configured = find(config, element).is_some();
            if !is_configured {
                out.push(value.clone());
                left += 1;
                continue;
            }
            // An item of both that is not the next one of both comes later, or has come before.
            let is_merged = config[..right].iter().any(|(other, _)| other == element);
            if !is_same && (is_merged || next_shared.is_some_and(|next| next != element)) {
                left += 1;
                continue;
            }
            left += usize::from(is_same);
        }
        let Some((element, value)) = theirs else {
            return out;
        };
        out.push(merged(place, find(live, element).as_ref(), Some(value)));
        right += 1;
        if next_shared == Some(element) {
            next_shared = shared.next();
        }
    }
}

/// The object without fields (RemoveItems).
pub(super) fn removed(place: FieldPlace, value: &Value, fields: &FieldSet) -> Option<Value> {
    let shape = place.shape(value);
    if shape == Shape::Leaf {
        return Some(value.clone());
    }
    let mut left = Vec::new();
    for (element, below, value) in children(place, shape, value) {
        if fields.has_member(&element) {
            continue;
        }
        let value = match fields.within(&element) {
            Some(fields) => removed(below, value, fields),
            None => Some(value.clone()),
        };
        left.extend(value.map(|value| (element, value)));
    }
    if left.is_empty() {
        return None;
    }
    Some(match shape {
        Shape::Items(_) => Value::Array(left.into_iter().map(|(_, value)| value).collect()),
        _ => {
            let named = |(element, value)| match element {
                Element::Field(name) => Some((name, value)),
                _ => None,
            };
            Value::Object(left.into_iter().filter_map(named).collect())
        }
    })
}

/// The fields of a configuration that the types of a kind do not have, each with the server's message.
#[must_use]
pub fn undeclared(kind: Kind, config: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    if !matches!(kind, Kind::Custom(_)) {
        find_undeclared(FieldPlace::of_kind(kind), "", config, &mut faults);
    }
    faults
}

fn find_undeclared(place: FieldPlace, above: &str, value: &Value, faults: &mut Vec<String>) {
    let (is_struct, items) = (place.is_struct(), value.as_array());
    for (name, value) in value.as_object().into_iter().flatten() {
        let (is_named, below) = place.field(name);
        let path = format!("{above}.{name}");
        match is_struct && !is_named {
            true => faults.push(format!("{path}: field not declared in schema")),
            false => find_undeclared(below, &path, value, faults),
        }
    }
    for (number, item) in items.into_iter().flatten().enumerate() {
        let key = match place.shape(value) {
            Shape::Items(relation) => element(relation, item),
            _ => None,
        };
        let key = key.map_or_else(|| format!("[{number}]"), |element| element.to_string());
        find_undeclared(place.item(), &format!("{above}{key}"), item, faults);
    }
}
