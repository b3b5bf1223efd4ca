//! YAML output identical to `kubectl get -o yaml`: byte for byte what go-yaml v2's emitter writes for a JSON value
//! (`sigs.k8s.io/yaml/goyaml.v2/{encode,emitterc,sorter}.go`).

use super::scalar::{self, Tag};
use crate::api::light;
use serde_json::{Map, Value};
use std::cmp::Ordering;
use std::fmt::Write as _;

/// Maximum length of a simple key in bytes; longer keys are written as explicit keys (`? …`).
const MAX_SIMPLE_KEY: usize = 128;

/// Writes a value as one YAML document, without a separator.
#[must_use]
pub fn to_string(value: &Value) -> String {
    let mut out = String::new();
    match value {
        Value::Object(fields) if !fields.is_empty() => mapping(fields, 0, false, &mut out),
        Value::Array(items) if !items.is_empty() => sequence(items, 0, false, &mut out),
        _ => leaf(value, 0, &mut out),
    }
    if !out.ends_with('\n') {
        out.push('\n');
    }
    out
}

/// Ends the current line, if it has content, and indents the next.
fn new_line(indent: usize, out: &mut String) {
    if !out.is_empty() && !out.ends_with('\n') {
        out.push('\n');
    }
    out.extend(std::iter::repeat_n(' ', indent));
}

/// Writes the fields of a mapping; with `inline`, the first one continues the current line (`- name: x`).
fn mapping(fields: &Map<String, Value>, indent: usize, inline: bool, out: &mut String) {
    let mut keys: Vec<&String> = fields.keys().collect();
    light::sort(&mut keys, |a, b| natural_order(a, b));
    for (index, key) in keys.into_iter().enumerate() {
        if index > 0 || !inline {
            new_line(indent, out);
        }
        let text = scalar(key, true, indent);
        if key.len() > MAX_SIMPLE_KEY || key.contains('\n') {
            out.push_str("? ");
            out.push_str(&text);
            new_line(indent, out);
        } else {
            out.push_str(&text);
        }
        out.push(':');
        match &fields[key] {
            Value::Object(inner) if !inner.is_empty() => mapping(inner, indent + 2, false, out),
            // A list is not indented relative to its key.
            Value::Array(items) if !items.is_empty() => sequence(items, indent, false, out),
            value => {
                out.push(' ');
                leaf(value, indent, out);
            }
        }
    }
}

fn sequence(items: &[Value], indent: usize, inline: bool, out: &mut String) {
    for (index, item) in items.iter().enumerate() {
        if index > 0 || !inline {
            new_line(indent, out);
        }
        out.push_str("- ");
        match item {
            Value::Object(fields) if !fields.is_empty() => mapping(fields, indent + 2, true, out),
            Value::Array(inner) if !inner.is_empty() => sequence(inner, indent + 2, true, out),
            value => leaf(value, indent, out),
        }
    }
}

fn leaf(value: &Value, indent: usize, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Value::Number(number) => match number.as_f64() {
            Some(float) if number.is_f64() => out.push_str(&shortest_float(float)),
            _ => _ = write!(out, "{number}"),
        },
        Value::String(text) => out.push_str(&scalar(text, false, indent)),
        Value::Array(_) => out.push_str("[]"),
        Value::Object(_) => out.push_str("{}"),
    }
}

/// `strconv.FormatFloat(x, 'g', -1, 64)`.
fn shortest_float(number: f64) -> String {
    let scientific = format!("{number:e}");
    let Some((mantissa, exponent)) = scientific.split_once('e') else {
        return scientific;
    };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let digits = mantissa.bytes().filter(u8::is_ascii_digit).count();
    // Go switches to exponents at precision 6, or 21 if all digits are before the decimal point.
    let limit = if digits as i32 <= exponent + 1 && exponent < 21 {
        21
    } else {
        6
    };
    if exponent < -4 || exponent >= limit {
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{mantissa}e{sign}{:02}", exponent.abs());
    }
    format!("{number}")
}

/// go-yaml's analysis of a string for the choice of a style (`yaml_emitter_analyze_scalar`).
#[derive(Default)]
struct Analysis {
    indicators: bool,
    breaks: bool,
    special: bool,
    space_at_edge: bool,
    trailing_space: bool,
    break_at_edge: bool,
    space_after_break: bool,
    break_after_space: bool,
}

fn is_break(c: char) -> bool {
    matches!(c, '\r' | '\n' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Characters that go-yaml v2 prints unescaped: none beyond the basic multilingual plane, and no tab.
fn is_printable(c: char) -> bool {
    matches!(c, '\n' | ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}')
        && c != '\u{feff}'
}

fn analyze(text: &str) -> Analysis {
    let mut found = Analysis {
        indicators: text.starts_with("---") || text.starts_with("..."),
        ..Analysis::default()
    };
    let (mut previous_space, mut previous_break, mut blank_before) = (false, false, true);
    let mut chars = text.chars().enumerate().peekable();
    while let Some((index, c)) = chars.next() {
        let last = chars.peek().is_none();
        let blank_after = chars
            .peek()
            .is_none_or(|(_, next)| matches!(next, ' ' | '\t') || is_break(*next));
        found.indicators |= match c {
            '#' => index == 0 || blank_before,
            ':' => blank_after,
            '?' | '-' => index == 0 && blank_after,
            ',' | '[' | ']' | '{' | '}' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%' | '@'
            | '`' => index == 0,
            _ => false,
        };
        found.special |= !is_printable(c);
        if c == ' ' {
            found.space_at_edge |= index == 0 || last;
            found.trailing_space |= last;
            found.space_after_break |= previous_break;
        } else if is_break(c) {
            found.breaks = true;
            found.break_at_edge |= index == 0 || last;
            found.break_after_space |= previous_space;
        }
        (previous_space, previous_break) = (c == ' ', is_break(c));
        blank_before = matches!(c, ' ' | '\t') || is_break(c);
    }
    found
}

/// Writes a string in the style that go-yaml chooses for it.
fn scalar(text: &str, key: bool, indent: usize) -> String {
    let found = analyze(text);
    let all_quotes_barred = found.break_after_space || found.special;
    if text.contains('\n') && !key {
        if !found.trailing_space && !all_quotes_barred {
            return literal(text, indent);
        }
        return double_quoted(text);
    }
    let reads_as_string =
        scalar::resolve(text).0 == Tag::String && !looks_like_timestamp(text) && !is_base_60(text);
    if !reads_as_string || (key && found.breaks) {
        return double_quoted(text);
    }
    let plain_barred = found.space_at_edge
        || found.break_at_edge
        || found.space_after_break
        || found.breaks
        || found.indicators;
    match (
        plain_barred || all_quotes_barred,
        found.space_after_break || all_quotes_barred,
    ) {
        (false, _) => text.to_owned(),
        (true, false) => format!("'{}'", text.replace('\'', "''")),
        (true, true) => double_quoted(text),
    }
}

fn literal(text: &str, indent: usize) -> String {
    let mut out = String::from("|");
    if text.starts_with(' ') || text.starts_with(is_break) {
        out.push('2');
    }
    let mut ends = text.chars().rev();
    if !ends.next().is_some_and(is_break) {
        out.push('-');
    } else if ends.next().is_none_or(is_break) {
        out.push('+');
    }
    out.push('\n');
    let mut fresh = true;
    for c in text.chars() {
        if is_break(c) {
            out.push(c);
            fresh = true;
            continue;
        }
        if fresh {
            out.extend(std::iter::repeat_n(' ', indent + 2));
            fresh = false;
        }
        out.push(c);
    }
    out
}

fn double_quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        if is_printable(c) && !is_break(c) && c != '"' && c != '\\' {
            out.push(c);
            continue;
        }
        out.push('\\');
        match c {
            '\0' => out.push('0'),
            '\x07' => out.push('a'),
            '\x08' => out.push('b'),
            '\t' => out.push('t'),
            '\n' => out.push('n'),
            '\x0b' => out.push('v'),
            '\x0c' => out.push('f'),
            '\r' => out.push('r'),
            '\x1b' => out.push('e'),
            '"' | '\\' => out.push(c),
            '\u{85}' => out.push('N'),
            '\u{2028}' => out.push('L'),
            '\u{2029}' => out.push('P'),
            c => {
                let code = c as u32;
                _ = match code {
                    0..=0xff => write!(out, "x{code:02X}"),
                    0x100..=0xffff => write!(out, "u{code:04X}"),
                    _ => write!(out, "U{code:08X}"),
                };
            }
        }
    }
    out.push('"');
    out
}

/// Base-60 numbers of YAML 1.1 (`12:30:45`), which are quoted for old parsers.
pub(super) fn is_base_60(text: &str) -> bool {
    let rest = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (whole, fraction) = rest.split_once('.').unwrap_or((rest, ""));
    let mut parts = whole.split(':');
    let head = parts.next().unwrap_or("");
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit() || b == b'_');
    let mut any = false;
    let minutes = parts.all(|part| {
        any = true;
        matches!(part.as_bytes(), [b'0'..=b'9'] | [b'0'..=b'5', b'0'..=b'9'])
    });
    head.starts_with(|c: char| c.is_ascii_digit())
        && digits(head)
        && minutes
        && any
        && digits(fraction)
}

/// Strings that go-yaml v2 parses as timestamps (`parseTimestamp`): four digits, a dash, and then one of Go's
/// layouts `2006-1-2T15:4:5.999999999Z07:00` (also with `t`, or with a space and no zone) and `2006-1-2`.
pub(super) fn looks_like_timestamp(text: &str) -> bool {
    let Some((year, rest)) = text.split_once('-') else {
        return false;
    };
    if year.len() != 4 || !year.bytes().all(|b| b.is_ascii_digit()) {
        return false;
    }
    let Some((month, rest)) = rest.split_once('-') else {
        return false;
    };
    let day_end = rest
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(rest.len());
    let (day, clock) = rest.split_at(day_end);
    let number = |text: &str, low: u32, high: u32| {
        (1..=2).contains(&text.len()) && text.parse().is_ok_and(|n: u32| (low..=high).contains(&n))
    };
    let days = match month.parse::<u32>() {
        Ok(4 | 6 | 9 | 11) => 30,
        Ok(2) => year.parse().map_or(28, |y: u32| {
            if y.is_multiple_of(4) && (!y.is_multiple_of(100) || y.is_multiple_of(400)) {
                29
            } else {
                28
            }
        }),
        _ => 31,
    };
    if !number(month, 1, 12) || !number(day, 1, days) {
        return false;
    }
    match clock.as_bytes().first() {
        None => true,
        Some(b'T' | b't') => is_clock(&clock[1..], true),
        Some(b' ') => is_clock(&clock[1..], false),
        _ => false,
    }
}

/// `15:4:5`, with an optional fraction, and a zone if `zone` is set.
fn is_clock(text: &str, zone: bool) -> bool {
    let (clock, rest) = text.split_at(text.find(['Z', '+', '-']).unwrap_or(text.len()));
    let offset = |text: &str| matches!(text.as_bytes(), [b'+' | b'-', a, b, b':', c, d] if [a, b, c, d].iter().all(|x| x.is_ascii_digit()));
    if zone != (rest == "Z" || offset(rest)) || (!zone && !rest.is_empty()) {
        return false;
    }
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    let parts: Vec<&str> = clock.split(':').collect();
    let within = |text: &str, limit: u32| {
        (1..=2).contains(&text.len()) && text.parse().is_ok_and(|n: u32| n < limit)
    };
    matches!(&parts[..], [hour, minute, second] if hour.len() == 2 && within(hour, 24) && within(minute, 60) && within(second, 60))
        && !fraction.is_empty()
        && fraction.bytes().all(|b| b.is_ascii_digit())
}

/// go-yaml's key order: letters after all other characters, runs of digits by their numeric value.
fn natural_order(a: &str, b: &str) -> Ordering {
    let (a_chars, b_chars): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let Some(at) = a_chars.iter().zip(&b_chars).position(|(x, y)| x != y) else {
        return a_chars.len().cmp(&b_chars.len());
    };
    let (x, y) = (a_chars[at], b_chars[at]);
    match (x.is_alphabetic(), y.is_alphabetic()) {
        (true, true) => return x.cmp(&y),
        (true, false) => return Ordering::Greater,
        (false, true) => return Ordering::Less,
        _ => {}
    }
    // Zeros count within a number and are skipped at its start.
    let begun = (x == '0' || y == '0')
        && a_chars[..at]
            .iter()
            .rev()
            .take_while(|c| c.is_ascii_digit())
            .any(|c| *c != '0');
    let number = |chars: &[char]| {
        let digits: Vec<u32> = chars[at..].iter().map_while(|c| c.to_digit(10)).collect();
        let value = digits.iter().fold(u64::from(begun), |n, digit| {
            n.saturating_mul(10).saturating_add(u64::from(*digit))
        });
        (value, digits.len())
    };
    number(&a_chars).cmp(&number(&b_chars)).then(x.cmp(&y))
}
