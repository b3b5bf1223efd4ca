//! The functions of templates.

use serde_json::Value;

use crate::api::base64;
use crate::api::go::quote;
use crate::print::go;

/// Names of the functions; `and` and `or` are implemented where their arguments are evaluated.
pub(super) const NAMES: [&str; 16] = [
    "and",
    "or",
    "not",
    "eq",
    "ne",
    "lt",
    "le",
    "gt",
    "ge",
    "len",
    "index",
    "print",
    "println",
    "printf",
    "exists",
    "base64decode",
];

/// Calls a function; a missing value is `None`.
pub(super) fn call(name: &str, arguments: &[Option<Value>]) -> Result<Option<Value>, String> {
    let error = |problem: String| format!("error calling {name}: {problem}");
    let result = match name {
        "not" => (!truth(first(name, arguments)?)).into(),
        "eq" => any_equal(arguments).map_err(error)?.into(),
        "ne" => (!any_equal(arguments).map_err(error)?).into(),
        "lt" => less(arguments, 0, 1).map_err(error)?.into(),
        "ge" => (!less(arguments, 0, 1).map_err(error)?).into(),
        "gt" => less(arguments, 1, 0).map_err(error)?.into(),
        "le" => (!less(arguments, 1, 0).map_err(error)?).into(),
        "len" => length(first(name, arguments)?).map_err(error)?.into(),
        "index" => return index(arguments).map_err(error),
        "exists" => index(arguments).is_ok_and(|value| value.is_some()).into(),
        "print" => print(arguments).into(),
        "println" => {
            let texts: Vec<String> = arguments.iter().map(text).collect();
            (texts.join(" ") + "\n").into()
        }
        "printf" => printf(arguments)?.into(),
        "base64decode" => decode(first(name, arguments)?).map_err(error)?.into(),
        _ => {
            return Err(format!(
                "not simulated: the function {} in a Go template",
                quote(name)
            ));
        }
    };
    Ok(Some(result))
}

fn first<'v>(name: &str, arguments: &'v [Option<Value>]) -> Result<&'v Option<Value>, String> {
    match arguments {
        [argument] => Ok(argument),
        _ => Err(format!(
            "wrong number of args for {name}: want 1 got {}",
            arguments.len()
        )),
    }
}

/// Truth of a value: false for false, zero and empty values.
pub(super) fn truth(value: &Option<Value>) -> bool {
    match value {
        None | Some(Value::Null) => false,
        Some(Value::Bool(flag)) => *flag,
        Some(Value::Number(number)) => number.as_f64() != Some(0.0),
        Some(Value::String(text)) => !text.is_empty(),
        Some(Value::Array(items)) => !items.is_empty(),
        Some(Value::Object(map)) => !map.is_empty(),
    }
}

/// A value as printed.
pub(super) fn text(value: &Option<Value>) -> String {
    match value {
        None | Some(Value::Null) => "<no value>".to_owned(),
        Some(value) => go::value(value),
    }
}

const INCOMPATIBLE: &str = "incompatible types for comparison";

fn any_equal(arguments: &[Option<Value>]) -> Result<bool, String> {
    let Some((first, rest)) = arguments.split_first().filter(|(_, rest)| !rest.is_empty()) else {
        return Err("missing argument for comparison".to_owned());
    };
    for other in rest {
        let equal = match (first, other) {
            (None | Some(Value::Null), None | Some(Value::Null)) => true,
            (None | Some(Value::Null), _) | (_, None | Some(Value::Null)) => false,
            (Some(Value::Number(a)), Some(Value::Number(b))) if a.is_f64() == b.is_f64() => a == b,
            (Some(Value::String(a)), Some(Value::String(b))) => a == b,
            (Some(Value::Bool(a)), Some(Value::Bool(b))) => a == b,
            _ => return Err(INCOMPATIBLE.to_owned()),
        };
        if equal {
            return Ok(true);
        }
    }
    Ok(false)
}

fn less(arguments: &[Option<Value>], left: usize, right: usize) -> Result<bool, String> {
    match (arguments.get(left), arguments.get(right)) {
        (Some(Some(Value::Number(a))), Some(Some(Value::Number(b))))
            if a.is_f64() == b.is_f64() =>
        {
            Ok(match (a.as_i64(), b.as_i64()) {
                (Some(a), Some(b)) => a < b,
                _ => a.as_f64() < b.as_f64(),
            })
        }
        (Some(Some(Value::String(a))), Some(Some(Value::String(b)))) => Ok(a < b),
        (
            Some(Some(Value::Number(_) | Value::String(_))),
            Some(Some(Value::Number(_) | Value::String(_))),
        ) => Err(INCOMPATIBLE.to_owned()),
        _ => Err("invalid type for comparison".to_owned()),
    }
}

fn length(value: &Option<Value>) -> Result<i64, String> {
    let length = match value {
        Some(Value::String(text)) => text.len(),
        Some(Value::Array(items)) => items.len(),
        Some(Value::Object(map)) => map.len(),
        None | Some(Value::Null) => return Err("len of nil pointer".to_owned()),
        Some(other) => return Err(format!("len of type {}", go::type_name(other))),
    };
    Ok(i64::try_from(length).unwrap_or(i64::MAX))
}

fn index(arguments: &[Option<Value>]) -> Result<Option<Value>, String> {
    let Some((Some(value), keys)) = arguments.split_first() else {
        return Err("index of untyped nil".to_owned());
    };
    let mut value = value;
    for key in keys {
        value = match (value, key) {
            (Value::Object(map), Some(Value::String(key))) => match map.get(key) {
                Some(found) => found,
                None => return Ok(None),
            },
            (Value::Array(items), Some(Value::Number(number))) => {
                let position = number
                    .as_i64()
                    .ok_or("cannot index slice/array with type float64")?;
                let found = usize::try_from(position)
                    .ok()
                    .and_then(|position| items.get(position));
                found.ok_or_else(|| format!("index out of range: {position}"))?
            }
            (Value::Object(_) | Value::Array(_), _) => {
                return Err("value has wrong type for an index".to_owned());
            }
            (other, _) => return Err(format!("can't index item of type {}", go::type_name(other))),
        };
    }
    Ok(Some(value.clone()))
}

/// Adds spaces only between two values neither of which is a string.
fn print(arguments: &[Option<Value>]) -> String {
    let is_text = |value: &Option<Value>| matches!(value, Some(Value::String(_)));
    let mut out = String::new();
    let mut before: Option<&Option<Value>> = None;
    for argument in arguments {
        if before.is_some_and(|before| !is_text(before) && !is_text(argument)) {
            out.push(' ');
        }
        out.push_str(&text(argument));
        before = Some(argument);
    }
    out
}

fn printf(arguments: &[Option<Value>]) -> Result<String, String> {
    let Some((Some(Value::String(format)), arguments)) = arguments.split_first() else {
        return Err("wrong type for value; expected string".to_owned());
    };
    let mut arguments = arguments.iter();
    let mut out = String::new();
    let mut letters = format.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter != '%' {
            out.push(letter);
            continue;
        }
        let left = letters.next_if_eq(&'-').is_some();
        let mut width = 0_usize;
        while let Some(digit) = letters.peek().and_then(|letter| letter.to_digit(10)) {
            width = (width * 10 + digit as usize).min(10_000);
            letters.next();
        }
        let verb = letters.next().unwrap_or('!');
        if verb == '%' {
            out.push('%');
            continue;
        }
        let shown = match arguments.next() {
            Some(argument) => verb_text(verb, argument)?,
            None => format!("%!{verb}(MISSING)"),
        };
        let padding = " ".repeat(width.saturating_sub(shown.chars().count()));
        out.push_str(&if left {
            shown + &padding
        } else {
            padding + &shown
        });
    }
    let extra: Vec<String> = arguments
        .map(|argument| match argument {
            Some(value) => format!("{}={}", go::type_name(value), go::value(value)),
            None => "<nil>".to_owned(),
        })
        .collect();
    if !extra.is_empty() {
        out.push_str(&format!("%!(EXTRA {})", extra.join(", ")));
    }
    Ok(out)
}

fn verb_text(verb: char, argument: &Option<Value>) -> Result<String, String> {
    let wrong = |value: &Value| {
        let kind = if matches!(value, Value::Number(number) if !number.is_f64()) {
            "int"
        } else {
            go::type_name(value)
        };
        format!("%!{verb}({kind}={})", go::value(value))
    };
    let Some(value) = argument.as_ref().filter(|value| !value.is_null()) else {
        return Ok(if verb == 'v' {
            "<nil>".to_owned()
        } else {
            format!("%!{verb}(<nil>)")
        });
    };
    Ok(match (verb, value) {
        ('v', value) => go::value(value),
        ('s', Value::Number(_) | Value::Bool(_)) => wrong(value),
        ('s', value) => go::value(value),
        ('q', Value::String(text)) => quote(text),
        ('d', Value::Number(number)) if !number.is_f64() => number.to_string(),
        ('t', Value::Bool(flag)) => flag.to_string(),
        ('f', Value::Number(number)) if number.is_f64() => {
            format!("{:.6}", number.as_f64().unwrap_or(0.0))
        }
        ('q' | 'd' | 't' | 'f', value) => wrong(value),
        _ => return Err(format!("not simulated: printf's %{verb} in a Go template")),
    })
}

fn decode(value: &Option<Value>) -> Result<String, String> {
    let Some(Value::String(text)) = value else {
        return Err("wrong type for value; expected string".to_owned());
    };
    let bytes =
        base64::decode(text).map_err(|_| "base64 decode: illegal base64 data".to_owned())?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
