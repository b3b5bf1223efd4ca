//! jq's functions whose arguments are filters.

use super::Expression;
use super::eval::{Eval, Out, Stop, error, items, shown};
use super::functions::{entries, from_entries, plain, regex, with_value};
use super::json::{self, Json};
use super::paths;
use crate::api::light;
use std::rc::Rc;

/// A function with one argument.
pub fn with_one(
    eval: &mut Eval<'_>,
    name: &str,
    filter: &Expression,
    input: &Json,
    out: Out<'_>,
) -> Result<(), Stop> {
    match name {
        "select" => {
            for condition in eval.all(filter, input)? {
                if condition.is_true() {
                    out(input.clone())?;
                }
            }
            Ok(())
        }
        "map" => {
            let mut found = Vec::new();
            for item in items(input)? {
                found.extend(eval.all(filter, &item)?);
            }
            out(Json::list(found))
        }
        "map_values" => out(map_values(eval, filter, input)?),
        "with_entries" => {
            let mut found = Vec::new();
            for entry in items(&entries(input)?)? {
                found.extend(eval.all(filter, &entry)?);
            }
            out(from_entries(&found)?)
        }
        "del" => out(paths::delete(eval, filter, input)?),
        "first" => take(eval, filter, 1, input, out),
        "last" => {
            let last = eval.all(filter, input)?.pop();
            last.map_or(Ok(()), out)
        }
        "isempty" => {
            let mut is_empty = true;
            take(eval, filter, 1, input, &mut |_| {
                is_empty = false;
                Ok(())
            })?;
            out(Json::Bool(is_empty))
        }
        "add" => {
            let items = eval.all(filter, input)?;
            out(plain("add", &Json::list(items))?)
        }
        "any" | "all" => {
            let mut found = Vec::new();
            for item in items(input)? {
                found.extend(eval.all(filter, &item)?);
            }
            out(plain(name, &Json::list(found))?)
        }
        "sort_by" | "group_by" | "unique_by" | "min_by" | "max_by" => {
            out(by(eval, name, filter, input)?)
        }
        "range" => {
            for end in eval.all(filter, input)? {
                range(eval, 0.0, &end, out)?;
            }
            Ok(())
        }
        _ => {
            for argument in eval.all(filter, input)? {
                out(with_value(name, input, &argument)?)?;
            }
            Ok(())
        }
    }
}

fn map_values(eval: &mut Eval<'_>, filter: &Expression, input: &Json) -> Result<Json, Stop> {
    if let Json::Fields(fields) = input {
        let mut found = Vec::new();
        for (name, value) in fields.iter() {
            let new = eval.all(filter, value)?.into_iter().next();
            found.extend(new.map(|new| (name.clone(), new)));
        }
        return Ok(Json::Fields(Rc::new(found)));
    }
    let mut found = Vec::new();
    for item in items(input)? {
        found.extend(eval.all(filter, &item)?.into_iter().next());
    }
    Ok(Json::list(found))
}

/// The first values of a filter.
fn take(
    eval: &mut Eval<'_>,
    filter: &Expression,
    count: usize,
    input: &Json,
    out: Out<'_>,
) -> Result<(), Stop> {
    let mut left = count;
    if left == 0 {
        return Ok(());
    }
    let mut found = Vec::new();
    let ended = eval.run(filter, input, &mut |value| {
        found.push(value);
        left -= 1;
        if left == 0 { Err(Stop::Enough) } else { Ok(()) }
    });
    found.into_iter().try_for_each(out)?;
    match ended {
        Err(Stop::Enough) if left == 0 => Ok(()),
        ended => ended,
    }
}

/// `sort_by` and the functions like it.
fn by(eval: &mut Eval<'_>, name: &str, filter: &Expression, input: &Json) -> Result<Json, Stop> {
    let Json::List(list) = input else {
        return error(format!("Cannot index {} with number", input.kind()));
    };
    let mut pairs = Vec::new();
    for item in list.iter() {
        let key = eval.all(filter, item)?;
        pairs.push((Json::list(key), item.clone()));
    }
    light::sort(&mut pairs, |(a, _), (b, _)| a.compare(b));
    let groups = pairs.chunk_by(|(a, _), (b, _)| a.compare(b).is_eq());
    let items = |pairs: &[(Json, Json)]| {
        pairs
            .iter()
            .map(|(_, item)| item.clone())
            .collect::<Vec<Json>>()
    };
    Ok(match name {
        "group_by" => Json::list(groups.map(|group| Json::list(items(group))).collect()),
        "unique_by" => Json::list(
            groups
                .filter_map(|group| items(group).into_iter().next())
                .collect(),
        ),
        "min_by" => items(&pairs).into_iter().next().unwrap_or(Json::Null),
        "max_by" => items(&pairs).pop().unwrap_or(Json::Null),
        _ => Json::list(items(&pairs)),
    })
}

fn range(eval: &mut Eval<'_>, from: f64, to: &Json, out: Out<'_>) -> Result<(), Stop> {
    let Json::Number(to) = to else {
        return error("Range bounds must be numeric");
    };
    let mut at = from;
    while at < json::float(to) {
        eval.step()?;
        out(Json::number(at))?;
        at += 1.0;
    }
    Ok(())
}

/// A function with two arguments.
pub fn with_two(
    eval: &mut Eval<'_>,
    name: &str,
    [first, second]: [&Expression; 2],
    input: &Json,
    out: Out<'_>,
) -> Result<(), Stop> {
    if name == "limit" {
        for count in eval.all(first, input)? {
            let Json::Number(count) = &count else {
                return error("Invalid argument to limit");
            };
            take(
                eval,
                second,
                json::float(count).max(0.0) as usize,
                input,
                &mut *out,
            )?;
        }
        return Ok(());
    }
    for argument in eval.all(first, input)? {
        if name == "range" {
            let Json::Number(from) = &argument else {
                return error("Range bounds must be numeric");
            };
            for to in eval.all(second, input)? {
                range(eval, json::float(from), &to, &mut *out)?;
            }
            continue;
        }
        for other in eval.all(second, input)? {
            let (Json::Text(text), Json::Text(pattern), Json::Text(other)) =
                (input, &argument, &other)
            else {
                return error(format!(
                    "{} cannot be matched, as it is not a string",
                    shown(input)
                ));
            };
            out(match name {
                "test" => match &**other {
                    "" | "i" | "g" => Json::Bool(regex(pattern, &**other == "i")?.is_match(text)),
                    flags => return error(format!("not simulated: the flags {flags} of test")),
                },
                name => {
                    let count = if name == "sub" { 1 } else { 0 };
                    let replacement = regex_lite::NoExpand(other);
                    Json::text(regex(pattern, false)?.replacen(text, count, replacement))
                }
            })?;
        }
    }
    Ok(())
}
