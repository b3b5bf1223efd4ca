//! Go's text formats of values, which occur in Kubernetes' messages and are inputs of its hashes.

use serde_json::Value;
use std::fmt::Write as _;

/// A string as `%q` prints it: in double quotes, with Go's escapes (`strconv.Quote`).
#[must_use]
pub fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\x07' => out.push_str("\\a"),
            '\x08' => out.push_str("\\b"),
            '\x0c' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\x0b' => out.push_str("\\v"),
            c if c == ' ' || is_printable(c) => out.push(c),
            c if (c as u32) < 0x80 => _ = write!(out, "\\x{:02x}", c as u32),
            c if (c as u32) < 0x1_0000 => _ = write!(out, "\\u{:04x}", c as u32),
            c => _ = write!(out, "\\U{:08x}", c as u32),
        }
    }
    out.push('"');
    out
}

/// Close to `strconv.IsPrint`: Rust classifies control characters and white space without an extra table; of the
/// remaining invisible characters the common ones are listed.
fn is_printable(c: char) -> bool {
    !c.is_control()
        && !c.is_whitespace()
        && !matches!(c as u32,
            0xad | 0x200b..=0x200f | 0x202a..=0x202e | 0x2060..=0x206f | 0xe000..=0xf8ff | 0xfeff
            | 0xfff9..=0xfffb | 0xfffe | 0xffff | 0xe_0000..=0x10_ffff)
}

/// A number in the format of `encoding/json` for float64.
#[must_use]
pub fn float(number: f64) -> String {
    let magnitude = number.abs();
    if magnitude == 0.0 || (1e-6..1e21).contains(&magnitude) {
        return format!("{number}");
    }
    // Rust writes `1e21` and `1e-7`; Go writes `1e+21` and `1e-7`.
    let text = format!("{number:e}");
    match text.split_once('e') {
        Some((mantissa, exponent)) if !exponent.starts_with('-') => {
            format!("{mantissa}e+{exponent}")
        }
        _ => text,
    }
}

/// A value in the format of `encoding/json`: compact, sorted keys, `<`, `>`, `&`, U+2028 and U+2029 escaped.
///
/// ControllerRevisions are hashed over these bytes, and messages quote whole objects this way.
#[must_use]
pub fn json(value: &Value) -> String {
    let mut out = String::new();
    write_json(value, &mut out);
    out
}

/// Appends what [`json`] returns.
pub fn write_json(value: &Value, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Value::Number(number) => out.push_str(&self::number(number)),
        Value::String(text) => write_json_string(text, out),
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_json(item, out);
            }
            out.push(']');
        }
        Value::Object(fields) => {
            out.push('{');
            for (index, (key, value)) in fields.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_json_string(key, out);
                out.push(':');
                write_json(value, out);
            }
            out.push('}');
        }
    }
}

/// A JSON number in Go's format.
#[must_use]
pub fn number(number: &serde_json::Number) -> String {
    match number.as_f64() {
        Some(float) if number.is_f64() => self::float(float),
        _ => number.to_string(),
    }
}

fn write_json_string(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\x08' => out.push_str("\\b"),
            '\x0c' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => _ = write!(out, "\\u{:04x}", c as u32),
            c if (c as u32) < 0x20 => _ = write!(out, "\\u{:04x}", c as u32),
            c => out.push(c),
        }
    }
    out.push('"');
}

/// A value in the format of `%v` for `map[string]interface{}`: `map[a:1 b:[x y]]`.
#[must_use]
pub fn plain(value: &Value) -> String {
    match value {
        Value::Null => "<nil>".to_owned(),
        Value::Bool(flag) => flag.to_string(),
        Value::Number(number) => self::number(number),
        Value::String(text) => text.clone(),
        Value::Array(items) => {
            format!(
                "[{}]",
                items.iter().map(plain).collect::<Vec<_>>().join(" ")
            )
        }
        Value::Object(fields) => {
            let fields: Vec<_> = fields
                .iter()
                .map(|(key, value)| format!("{key}:{}", plain(value)))
                .collect();
            format!("map[{}]", fields.join(" "))
        }
    }
}

/// Units of durations in milliseconds.
const UNITS: [(&str, f64); 7] = [
    ("ns", 1e-6),
    ("us", 1e-3),
    ("µs", 1e-3),
    ("ms", 1.0),
    ("s", 1e3),
    ("m", 6e4),
    ("h", 3.6e6),
];

/// Parses a duration like Go's `time.ParseDuration` (`1h30m`, `1.5s`, `0`) into milliseconds.
#[must_use]
pub fn parse_duration(text: &str) -> Option<i64> {
    let (sign, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Some(0);
    }
    let mut sum = 0.0;
    while !rest.is_empty() {
        let digits = rest
            .bytes()
            .take_while(|byte| byte.is_ascii_digit() || *byte == b'.')
            .count();
        let (number, unit) = rest.split_at(digits);
        let letters = unit
            .bytes()
            .take_while(|byte| !byte.is_ascii_digit() && *byte != b'.')
            .count();
        let (unit, next) = unit.split_at(letters);
        let (_, milliseconds) = UNITS.iter().find(|(known, _)| *known == unit)?;
        sum += number.parse::<f64>().ok()? * milliseconds;
        rest = next;
    }
    // Durations beyond Go's int64 of nanoseconds are invalid.
    if text.is_empty() || sum > 9.2e12 {
        return None;
    }
    #[allow(clippy::cast_possible_truncation, reason = "checked above")]
    Some((sign * sum) as i64)
}

/// Whether durations have this unit.
#[must_use]
pub fn is_unit_of_time(unit: &str) -> bool {
    UNITS.iter().any(|(known, _)| *known == unit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn quotes_strings_like_go() {
        assert_eq!(
            quote("a\"b\\c\n\u{1}é☃\u{feff}"),
            "\"a\\\"b\\\\c\\n\\x01é☃\\ufeff\""
        );
    }

    #[test]
    fn formats_floats_like_go() {
        for (number, text) in [
            (0.5, "0.5"),
            (1e21, "1e+21"),
            (1e20, "100000000000000000000"),
            (1e-7, "1e-7"),
            (-2.5e30, "-2.5e+30"),
        ] {
            assert_eq!(float(number), text);
        }
    }

    #[test]
    fn formats_json_like_go() {
        assert_eq!(
            super::json(&json!({"b": [1, "<&>"], "a": null})),
            r#"{"a":null,"b":[1,"\u003c\u0026\u003e"]}"#
        );
        assert_eq!(
            plain(&json!({"b": [1, "<"], "a": null})),
            "map[a:<nil> b:[1 <]]"
        );
    }

    #[test]
    fn durations_parse_like_go() {
        for (text, value) in [
            ("1s", Some(1000)),
            ("1m30s", Some(90_000)),
            ("1.5s", Some(1500)),
            ("0", Some(0)),
            ("-1s", Some(-1000)),
            ("5", None),
            ("", None),
            ("s", None),
        ] {
            assert_eq!(parse_duration(text), value, "{text}");
        }
    }
}
