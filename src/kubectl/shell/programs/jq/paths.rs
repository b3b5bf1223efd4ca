//! Assignments, and the functions that need to know where a value is.

use super::eval::{self, Eval, Out, Stop, error};
use super::json::{self, Json};
use super::{Expression, Operator};
use crate::api::light;
use std::rc::Rc;

/// Where a value is, and the value.
type Place = (Vec<Json>, Json);

/// The places that a filter gives.
pub fn paths(
    eval: &mut Eval<'_>,
    expression: &Expression,
    at: Place,
    input: &Json,
) -> Result<Vec<Place>, Stop> {
    eval.step()?;
    let (path, value) = &at;
    let below = |key: Json, value: Json| ([path.as_slice(), &[key]].concat(), value);
    match expression {
        Expression::Identity => Ok(vec![at]),
        Expression::Pipe(left, right) => {
            let mut found = Vec::new();
            for place in paths(eval, left, at.clone(), input)? {
                let value = place.1.clone();
                found.extend(paths(eval, right, place, &value)?);
            }
            Ok(found)
        }
        Expression::Comma(left, right) => {
            let mut found = paths(eval, left, at.clone(), input)?;
            found.extend(paths(eval, right, at, input)?);
            Ok(found)
        }
        Expression::Index(of, key) => {
            let mut found = Vec::new();
            for place in paths(eval, of, at.clone(), input)? {
                for key in eval.all(key, input)? {
                    let value = eval::index(&place.1, &key)?;
                    found.push(([place.0.as_slice(), &[key]].concat(), value));
                }
            }
            Ok(found)
        }
        Expression::Each(of) => {
            let mut found = Vec::new();
            for place in paths(eval, of, at.clone(), input)? {
                for (key, value) in keys(&place.1).into_iter().zip(eval::items(&place.1)?) {
                    found.push(([place.0.as_slice(), &[key]].concat(), value));
                }
            }
            Ok(found)
        }
        Expression::Quiet(inner) => match paths(eval, inner, at, input) {
            Err(Stop::Error(_)) => Ok(Vec::new()),
            found => found,
        },
        Expression::If(condition, then, otherwise) => {
            let mut found = Vec::new();
            for condition in eval.all(condition, value)? {
                let branch = if condition.is_true() { then } else { otherwise };
                found.extend(paths(eval, branch, at.clone(), value)?);
            }
            Ok(found)
        }
        Expression::Recurse | Expression::Call("recurse", _) => {
            let mut found = vec![at.clone()];
            let pairs = keys(value)
                .into_iter()
                .zip(eval::items(value).unwrap_or_default());
            for (key, value) in pairs {
                found.extend(paths(eval, &Expression::Recurse, below(key, value), input)?);
            }
            Ok(found)
        }
        Expression::Call("empty", _) => Ok(Vec::new()),
        Expression::Call("select", arguments) => {
            let mut found = Vec::new();
            for condition in arguments {
                for condition in eval.all(condition, value)? {
                    found.extend(condition.is_true().then(|| at.clone()));
                }
            }
            Ok(found)
        }
        Expression::Call("first", arguments) if arguments.is_empty() => {
            let key = Json::Number(0.into());
            let first = eval::index(value, &key)?;
            Ok(vec![below(key, first)])
        }
        Expression::Call("last", arguments) if arguments.is_empty() => {
            let key = Json::Number((-1).into());
            let last = eval::index(value, &key)?;
            Ok(vec![below(key, last)])
        }
        _ => error("Invalid path expression"),
    }
}

/// The indexes of an array, or the names of fields, in order.
fn keys(value: &Json) -> Vec<Json> {
    match value {
        Json::List(items) => (0..items.len())
            .map(|place| Json::number(place as f64))
            .collect(),
        Json::Fields(fields) => fields
            .iter()
            .map(|(name, _)| Json::Text(name.clone()))
            .collect(),
        _ => Vec::new(),
    }
}

/// The value with another one at a place.
fn put(value: &Json, path: &[Json], new: Json) -> Result<Json, Stop> {
    let Some((key, rest)) = path.split_first() else {
        return Ok(new);
    };
    let below = put(&eval::index(value, key)?, rest, new)?;
    match (value, key) {
        (Json::Fields(_) | Json::Null, Json::Text(name)) => {
            let mut fields = match value {
                Json::Fields(fields) => fields.to_vec(),
                _ => Vec::new(),
            };
            json::set(&mut fields, name, below);
            Ok(Json::Fields(Rc::new(fields)))
        }
        (Json::List(_) | Json::Null, Json::Number(number)) => {
            let mut items = match value {
                Json::List(items) => items.to_vec(),
                _ => Vec::new(),
            };
            let place = json::float(number);
            let place = if place < 0.0 {
                place + items.len() as f64
            } else {
                place
            };
            if !(0.0..10_000.0).contains(&place) {
                return error("Out of bounds negative array index");
            }
            let place = place as usize;
            if items.len() <= place {
                items.resize(place + 1, Json::Null);
            }
            if let Some(item) = items.get_mut(place) {
                *item = below;
            }
            Ok(Json::list(items))
        }
        (value, key) => error(format!("Cannot index {} with {}", value.kind(), key.kind())),
    }
}

/// The value without what is at a place.
fn without(value: &Json, path: &[Json]) -> Result<Json, Stop> {
    match path {
        [] => Ok(Json::Null),
        [key] => Ok(match (value, key) {
            (Json::Fields(fields), Json::Text(name)) => {
                let kept = fields.iter().filter(|(known, _)| known != name);
                Json::Fields(Rc::new(kept.cloned().collect()))
            }
            (Json::List(items), Json::Number(number)) => {
                let place = json::float(number);
                let place = if place < 0.0 {
                    place + items.len() as f64
                } else {
                    place
                };
                let kept = items
                    .iter()
                    .enumerate()
                    .filter(|(at, _)| *at as f64 != place);
                Json::list(kept.map(|(_, item)| item.clone()).collect())
            }
            (Json::Null, _) => Json::Null,
            (value, key) => {
                return error(format!(
                    "Cannot delete field at {} index of {}",
                    key.kind(),
                    value.kind()
                ));
            }
        }),
        [key, rest @ ..] => match eval::index(value, key)? {
            Json::Null => Ok(value.clone()),
            below => put(value, std::slice::from_ref(key), without(&below, rest)?),
        },
    }
}

/// `del(…)`
pub fn delete(eval: &mut Eval<'_>, expression: &Expression, input: &Json) -> Result<Json, Stop> {
    let mut places = paths(eval, expression, (Vec::new(), input.clone()), input)?;
    // Later ones first, so that the indexes of earlier ones stay valid.
    light::sort(&mut places, |(a, _), (b, _)| {
        Json::list(b.clone()).compare(&Json::list(a.clone()))
    });
    let mut value = input.clone();
    for (path, _) in places {
        value = without(&value, &path)?;
    }
    Ok(value)
}

/// `a = b`, `a |= b` and `a += b`.
pub fn assign(
    eval: &mut Eval<'_>,
    operator: Option<Operator>,
    updates: bool,
    left: &Expression,
    right: &Expression,
    input: &Json,
    out: Out<'_>,
) -> Result<(), Stop> {
    let places = paths(eval, left, (Vec::new(), input.clone()), input)?;
    if updates {
        let mut value = input.clone();
        for (path, _) in places.into_iter().rev() {
            let current = path
                .iter()
                .try_fold(value.clone(), |at, key| eval::index(&at, key))?;
            // Without a value the place is deleted.
            value = match eval.all(right, &current)?.into_iter().next() {
                Some(new) => put(&value, &path, new)?,
                None => without(&value, &path)?,
            };
        }
        return out(value);
    }
    for new in eval.all(right, input)? {
        let mut value = input.clone();
        for (path, current) in &places {
            let new = match operator {
                None => new.clone(),
                Some(Operator::Alternative) if current.is_true() => current.clone(),
                Some(Operator::Alternative) => new.clone(),
                Some(operator) => eval::computed(operator, current, &new)?,
            };
            value = put(&value, path, new)?;
        }
        out(value)?;
    }
    Ok(())
}
