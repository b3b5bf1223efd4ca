//! Plain scalars of YAML 1.1 as go-yaml v2 resolves them (`sigs.k8s.io/yaml/goyaml.v2/resolve.go`).

use serde_json::{Number, Value};

/// The type that go-yaml assigns to a scalar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tag {
    Null,
    Bool,
    Int,
    Float,
    String,
}

impl Tag {
    /// The tag's name in error messages.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Null => "!!null",
            Self::Bool => "!!bool",
            Self::Int => "!!int",
            Self::Float => "!!float",
            Self::String => "!!str",
        }
    }
}

/// The type of a plain scalar, and its JSON value.
///
/// Timestamps stay strings. Infinities and NaN have no JSON representation: their value is `None`.
pub(super) fn resolve(text: &str) -> (Tag, Option<Value>) {
    if let Some(word) = word(text) {
        return word;
    }
    let string = || (Tag::String, Some(Value::from(text)));
    match text.as_bytes().first() {
        Some(b'.') => match text.parse::<f64>() {
            Ok(number) if number.is_finite() => (Tag::Float, float(number)),
            _ => string(),
        },
        Some(b'+' | b'-' | b'0'..=b'9') => number(text).unwrap_or_else(string),
        _ => string(),
    }
}

/// Keywords of YAML 1.1.
fn word(text: &str) -> Option<(Tag, Option<Value>)> {
    Some(match text {
        "" | "~" | "null" | "Null" | "NULL" => (Tag::Null, Some(Value::Null)),
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            (Tag::Bool, Some(Value::Bool(true)))
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            (Tag::Bool, Some(Value::Bool(false)))
        }
        ".nan" | ".NaN" | ".NAN" | ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF"
        | "-.inf" | "-.Inf" | "-.INF" => (Tag::Float, None),
        _ => return None,
    })
}

/// Integers in Go's notations (`0x`, `0o`, `0b`, `0644`), else decimal fractions; underscores are skipped.
fn number(text: &str) -> Option<(Tag, Option<Value>)> {
    let plain = text.replace('_', "");
    if let Some(integer) = integer(&plain) {
        return Some((Tag::Int, Some(Value::Number(integer))));
    }
    if looks_like_float(&plain) {
        let number = plain
            .parse()
            .ok()
            .filter(|number: &f64| number.is_finite())?;
        return Some((Tag::Float, float(number)));
    }
    None
}

fn integer(text: &str) -> Option<Number> {
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let lower = digits.to_ascii_lowercase();
    let (radix, digits) = match lower.as_bytes() {
        [b'0', b'x', ..] => (16, &lower[2..]),
        [b'0', b'o', ..] => (8, &lower[2..]),
        [b'0', b'b', ..] => (2, &lower[2..]),
        [b'0', _, ..] => (8, &lower[1..]),
        _ => (10, &*lower),
    };
    // `from_str_radix` would accept a second sign.
    if !digits.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return None;
    }
    let magnitude = u64::from_str_radix(digits, radix).ok()?;
    match (negative, i64::try_from(magnitude)) {
        (true, Ok(number)) => Some(Number::from(-number)),
        (true, Err(_)) if magnitude == 1 << 63 => Some(Number::from(i64::MIN)),
        // Go's ParseUint accepts no sign.
        (true, Err(_)) => None,
        (false, Err(_)) if text.starts_with('+') => None,
        (false, _) => Some(Number::from(magnitude)),
    }
}

/// `^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$`
fn looks_like_float(text: &str) -> bool {
    let digits =
        |text: &str| text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let text = text.strip_prefix(['-', '+']).unwrap_or(text);
    let whole = digits(text);
    let mut rest = &text[whole..];
    if let Some(after) = rest.strip_prefix('.') {
        let fraction = digits(after);
        if whole == 0 && fraction == 0 {
            return false;
        }
        rest = &after[fraction..];
    } else if whole == 0 {
        return false;
    }
    match rest.strip_prefix(['e', 'E']) {
        Some(exponent) => {
            let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
            !exponent.is_empty() && digits(exponent) == exponent.len()
        }
        None => rest.is_empty(),
    }
}

/// A float as kubectl's JSON conversion returns it: whole numbers become integers (`1e3` becomes 1000).
pub(super) fn float(number: f64) -> Option<Value> {
    if number.fract() == 0.0 && number.abs() < 9.2e18 {
        return Some(Value::from(number as i64));
    }
    Number::from_f64(number).map(Value::Number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn plain_scalars_resolve_as_in_yaml_1_1() {
        for (text, value) in [
            ("y", json!(true)),
            ("Off", json!(false)),
            ("nO", json!("nO")),
            ("0644", json!(420)),
            ("0o14", json!(12)),
            ("08", json!(8)),
            ("0x1F", json!(31)),
            ("0b101", json!(5)),
            ("-0b11", json!(-3)),
            ("1_000", json!(1000)),
            ("1e3", json!(1000)),
            ("1.5", json!(1.5)),
            (".5", json!(0.5)),
            ("1.", json!(1)),
            ("+1", json!(1)),
            ("1.2.3", json!("1.2.3")),
            ("100m", json!("100m")),
            ("-", json!("-")),
            (".", json!(".")),
            ("~", json!(null)),
            ("2001-01-01", json!("2001-01-01")),
            ("12:30:45", json!("12:30:45")),
            ("18446744073709551615", json!(18446744073709551615_u64)),
            ("0x", json!("0x")),
            ("1e", json!("1e")),
            ("-9223372036854775808", json!(i64::MIN)),
            ("0", json!(0)),
            ("00", json!(0)),
            ("+-1", json!("+-1")),
        ] {
            assert_eq!(resolve(text).1, Some(value), "{text}");
        }
        assert_eq!(resolve(".inf"), (Tag::Float, None));
    }
}
