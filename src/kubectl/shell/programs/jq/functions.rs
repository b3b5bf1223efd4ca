//! jq's functions.

use super::super::pattern;
use super::Expression;
use super::eval::{Eval, Out, Stop, computed, error, items, shown};
use super::json::{self, Json};
use super::{Operator, filters};
use crate::api::light;
use std::rc::Rc;

/// The functions, each with its number of arguments.
pub const TABLE: &[(&str, usize)] = &[
    ("add", 0),
    ("add", 1),
    ("all", 0),
    ("all", 1),
    ("any", 0),
    ("any", 1),
    ("arrays", 0),
    ("ascii_downcase", 0),
    ("ascii_upcase", 0),
    ("booleans", 0),
    ("ceil", 0),
    ("contains", 1),
    ("del", 1),
    ("empty", 0),
    ("endswith", 1),
    ("error", 0),
    ("error", 1),
    ("first", 0),
    ("first", 1),
    ("flatten", 0),
    ("floor", 0),
    ("from_entries", 0),
    ("fromjson", 0),
    ("group_by", 1),
    ("gsub", 2),
    ("has", 1),
    ("index", 1),
    ("inside", 1),
    ("isempty", 1),
    ("iterables", 0),
    ("join", 1),
    ("keys", 0),
    ("keys_unsorted", 0),
    ("last", 0),
    ("last", 1),
    ("length", 0),
    ("limit", 2),
    ("ltrimstr", 1),
    ("map", 1),
    ("map_values", 1),
    ("max", 0),
    ("max_by", 1),
    ("min", 0),
    ("min_by", 1),
    ("not", 0),
    ("nulls", 0),
    ("numbers", 0),
    ("objects", 0),
    ("range", 1),
    ("range", 2),
    ("recurse", 0),
    ("reverse", 0),
    ("rtrimstr", 1),
    ("scalars", 0),
    ("select", 1),
    ("sort", 0),
    ("sort_by", 1),
    ("split", 1),
    ("startswith", 1),
    ("strings", 0),
    ("sub", 2),
    ("test", 1),
    ("test", 2),
    ("to_entries", 0),
    ("tojson", 0),
    ("tonumber", 0),
    ("tostring", 0),
    ("type", 0),
    ("unique", 0),
    ("unique_by", 1),
    ("values", 0),
    ("with_entries", 1),
];

/// Calls a function of the table.
pub fn call(
    eval: &mut Eval<'_>,
    name: &str,
    arguments: &[Expression],
    input: &Json,
    out: Out<'_>,
) -> Result<(), Stop> {
    match arguments {
        [] => match name {
            "empty" => Ok(()),
            "recurse" => eval.recurse(input, out),
            "arrays" | "booleans" | "iterables" | "nulls" | "numbers" | "objects" | "scalars"
            | "strings" | "values" => match is_of(name, input) {
                true => out(input.clone()),
                false => Ok(()),
            },
            _ => out(plain(name, input)?),
        },
        [filter] => filters::with_one(eval, name, filter, input, out),
        [first, second] => filters::with_two(eval, name, [first, second], input, out),
        _ => error(format!("{name} cannot be called")),
    }
}

/// Whether a value is of the types that a function selects.
fn is_of(name: &str, value: &Json) -> bool {
    let is_iterable = matches!(value, Json::List(_) | Json::Fields(_));
    match name {
        "arrays" => matches!(value, Json::List(_)),
        "booleans" => matches!(value, Json::Bool(_)),
        "iterables" => is_iterable,
        "nulls" => matches!(value, Json::Null),
        "numbers" => matches!(value, Json::Number(_)),
        "objects" => matches!(value, Json::Fields(_)),
        "scalars" => !is_iterable,
        "strings" => matches!(value, Json::Text(_)),
        _ => !matches!(value, Json::Null),
    }
}

/// A function of its input only.
pub(super) fn plain(name: &str, input: &Json) -> Result<Json, Stop> {
    Ok(match (name, input) {
        ("not", _) => Json::Bool(!input.is_true()),
        ("type", _) => Json::text(input.kind()),
        ("tostring", _) => Json::text(to_string(input)),
        ("tojson", _) => Json::text(input.compact()),
        ("error", Json::Text(text)) => return error(&**text),
        ("error", _) => return error(format!("{} (not a string)", input.compact())),
        ("length", Json::Null) => Json::number(0.0),
        ("length", Json::Bool(_)) => return error(format!("{} has no length", shown(input))),
        ("length", Json::Number(number)) => Json::number(json::float(number).abs()),
        ("length", Json::Text(text)) => Json::number(text.chars().count() as f64),
        ("length", value) => Json::number(items(value)?.len() as f64),
        ("keys", Json::Fields(fields)) => Json::list(
            json::sorted(fields)
                .into_iter()
                .map(|(name, _)| Json::Text(name.clone()))
                .collect(),
        ),
        ("keys_unsorted", Json::Fields(fields)) => Json::list(
            fields
                .iter()
                .map(|(name, _)| Json::Text(name.clone()))
                .collect(),
        ),
        ("keys" | "keys_unsorted", Json::List(items)) => Json::list(
            (0..items.len())
                .map(|place| Json::number(place as f64))
                .collect(),
        ),
        ("keys" | "keys_unsorted", _) => return error(format!("{} has no keys", shown(input))),
        ("floor" | "ceil", Json::Number(number)) => {
            let number = json::float(number);
            Json::number(if name == "floor" {
                number.floor()
            } else {
                number.ceil()
            })
        }
        ("floor" | "ceil", _) => return error(format!("{} number required", shown(input))),
        ("tonumber", Json::Number(_)) => input.clone(),
        ("tonumber", Json::Text(text)) => match serde_json::from_str::<Json>(text) {
            Ok(number @ Json::Number(_)) => number,
            _ => return error(format!("{} cannot be parsed as a number", shown(input))),
        },
        ("tonumber", _) => return error(format!("{} cannot be parsed as a number", shown(input))),
        ("ascii_downcase", Json::Text(text)) => Json::text(text.to_ascii_lowercase()),
        ("ascii_upcase", Json::Text(text)) => Json::text(text.to_ascii_uppercase()),
        ("ascii_downcase" | "ascii_upcase", _) => {
            return error(format!("{name} input must be a string"));
        }
        ("fromjson", Json::Text(text)) => match serde_json::from_str(text) {
            Ok(value) => value,
            Err(why) => return error(format!("{why} (while parsing '{text}')")),
        },
        ("fromjson", _) => return error(format!("{} only strings can be parsed", shown(input))),
        _ => return of_items(name, input),
    })
}

/// A function of the items of an array.
fn of_items(name: &str, input: &Json) -> Result<Json, Stop> {
    let is_any =
        |wanted: bool| Ok::<_, Stop>(items(input)?.iter().any(|item| item.is_true() == wanted));
    match name {
        "add" => {
            return items(input)?
                .iter()
                .try_fold(Json::Null, |sum, item| computed(Operator::Add, &sum, item));
        }
        "any" => return Ok(Json::Bool(is_any(true)?)),
        "all" => return Ok(Json::Bool(!is_any(false)?)),
        "to_entries" => return entries(input),
        "reverse" if matches!(input, Json::Null) => return Ok(Json::list(Vec::new())),
        "reverse" if matches!(input, Json::Text(_)) => {
            let text = to_string(input);
            return Ok(Json::text(text.chars().rev().collect::<String>()));
        }
        "first" | "last" if matches!(input, Json::Null) => return Ok(Json::Null),
        _ => {}
    }
    let Json::List(list) = input else {
        return error(match name {
            "sort" | "unique" | "min" | "max" => {
                format!("{} cannot be sorted, as it is not an array", shown(input))
            }
            _ => format!("Cannot iterate over {}", shown(input)),
        });
    };
    let sorted = || {
        let mut items = list.to_vec();
        light::sort(&mut items, Json::compare);
        items
    };
    Ok(match name {
        "sort" => Json::list(sorted()),
        "unique" => {
            let mut items = sorted();
            items.dedup_by(|a, b| a.compare(b).is_eq());
            Json::list(items)
        }
        "min" => sorted().first().cloned().unwrap_or(Json::Null),
        "max" => sorted().pop().unwrap_or(Json::Null),
        "reverse" => Json::list(list.iter().rev().cloned().collect()),
        "first" => list.first().cloned().unwrap_or(Json::Null),
        "last" => list.last().cloned().unwrap_or(Json::Null),
        "flatten" => {
            let mut found = Vec::new();
            flatten(list, &mut found);
            Json::list(found)
        }
        _ => from_entries(list)?,
    })
}

fn flatten(list: &[Json], found: &mut Vec<Json>) {
    for item in list {
        match item {
            Json::List(inner) => flatten(inner, found),
            other => found.push(other.clone()),
        }
    }
}

pub(super) fn entries(input: &Json) -> Result<Json, Stop> {
    let Json::Fields(fields) = input else {
        return error(format!("{} has no keys", shown(input)));
    };
    let entry = |(name, value): &(Rc<str>, Json)| {
        let fields = vec![
            ("key".into(), Json::Text(name.clone())),
            ("value".into(), value.clone()),
        ];
        Json::Fields(Rc::new(fields))
    };
    Ok(Json::list(fields.iter().map(entry).collect()))
}

pub(super) fn from_entries(list: &[Json]) -> Result<Json, Stop> {
    let mut fields = Vec::new();
    for entry in list {
        let field = |names: &[&str]| {
            let found = names.iter().filter_map(|name| entry.field(name));
            found.into_iter().find(|value| value.is_true()).cloned()
        };
        let name = match field(&["key", "k", "name", "Name", "Key", "K"]) {
            Some(key @ (Json::Text(_) | Json::Number(_) | Json::Bool(_))) => to_string(&key),
            _ => return error(format!("Cannot use {} as object key", shown(entry))),
        };
        let value = entry
            .field("value")
            .or(entry.field("v"))
            .or(entry.field("Value"))
            .cloned();
        json::set(&mut fields, &name, value.unwrap_or(Json::Null));
    }
    Ok(Json::Fields(Rc::new(fields)))
}

/// A function of its input and of a value.
pub(super) fn with_value(name: &str, input: &Json, argument: &Json) -> Result<Json, Stop> {
    Ok(match (name, input, argument) {
        ("has", Json::Fields(_), Json::Text(field)) => Json::Bool(input.field(field).is_some()),
        ("has", Json::List(items), Json::Number(number)) => {
            let place = json::float(number);
            Json::Bool(place >= 0.0 && place < items.len() as f64)
        }
        ("has", ..) => {
            return error(format!(
                "Cannot check whether {} has a {} key",
                input.kind(),
                argument.kind()
            ));
        }
        ("contains", ..) if input.kind() == argument.kind() => {
            Json::Bool(contains(input, argument))
        }
        ("inside", ..) if input.kind() == argument.kind() => Json::Bool(contains(argument, input)),
        ("contains" | "inside", ..) => {
            return error(format!(
                "{} and {} cannot have their containment checked",
                shown(input),
                shown(argument)
            ));
        }
        ("startswith", Json::Text(text), Json::Text(part)) => Json::Bool(text.starts_with(&**part)),
        ("endswith", Json::Text(text), Json::Text(part)) => Json::Bool(text.ends_with(&**part)),
        ("ltrimstr", Json::Text(text), Json::Text(part)) => {
            Json::text(text.strip_prefix(&**part).unwrap_or(text))
        }
        ("rtrimstr", Json::Text(text), Json::Text(part)) => {
            Json::text(text.strip_suffix(&**part).unwrap_or(text))
        }
        ("ltrimstr" | "rtrimstr", ..) => input.clone(),
        ("split", Json::Text(text), Json::Text(by)) => split(text, by),
        ("index", Json::Text(text), Json::Text(part)) => match text.find(&**part) {
            Some(at) => Json::number(text.get(..at).unwrap_or_default().chars().count() as f64),
            None => Json::Null,
        },
        ("test", Json::Text(text), Json::Text(pattern)) => {
            Json::Bool(regex(pattern, false)?.is_match(text))
        }
        ("test", ..) => {
            return error(format!(
                "{} cannot be matched, as it is not a string",
                shown(input)
            ));
        }
        ("join", Json::List(items), Json::Text(between)) => {
            let text = |item: &Json| match item {
                Json::Null => Ok(String::new()),
                Json::List(_) | Json::Fields(_) => error(format!(
                    "{} and {} cannot be added",
                    shown(argument),
                    shown(item)
                )),
                other => Ok(to_string(other)),
            };
            let texts = items
                .iter()
                .map(text)
                .collect::<Result<Vec<String>, Stop>>()?;
            Json::text(texts.join(between))
        }
        ("error", ..) => return error(to_string(argument)),
        _ => return error(format!("{name}() requires string inputs")),
    })
}

pub(super) fn regex(text: &str, ignores_case: bool) -> Result<regex_lite::Regex, Stop> {
    let regex = pattern::build("jq", text, ignores_case);
    regex.map_err(|_| Stop::Error(format!("{text} (at offset 0) is not a valid regex")))
}

fn contains(value: &Json, part: &Json) -> bool {
    match (value, part) {
        (Json::Text(text), Json::Text(part)) => text.contains(&**part),
        (Json::List(items), Json::List(parts)) => {
            let is_in = |part: &Json| {
                items
                    .iter()
                    .any(|item| item.kind() == part.kind() && contains(item, part))
            };
            parts.iter().all(is_in)
        }
        (Json::Fields(_), Json::Fields(parts)) => {
            let is_in = |name: &str, part: &Json| {
                let field = value.field(name);
                field.is_some_and(|field| field.kind() == part.kind() && contains(field, part))
            };
            parts.iter().all(|(name, part)| is_in(name, part))
        }
        (value, part) => value.compare(part).is_eq(),
    }
}

/// The parts of a text.
pub fn split(text: &str, by: &str) -> Json {
    let parts: Vec<Json> = match (text.is_empty(), by.is_empty()) {
        (true, _) => Vec::new(),
        (_, true) => text
            .chars()
            .map(|letter| Json::text(letter.to_string()))
            .collect(),
        _ => text.split(by).map(Json::text).collect(),
    };
    Json::list(parts)
}

/// Strings stay as they are; other values become JSON.
pub fn to_string(value: &Json) -> String {
    match value {
        Json::Text(text) => text.to_string(),
        other => other.compact(),
    }
}
