//! `--sort-by` (`staging/src/k8s.io/kubectl/pkg/cmd/get/sorter.go`).

use crate::api::light;
use std::borrow::Cow;
use std::cmp::Ordering;

use serde_json::Value;

use super::go;
use super::jsonpath::{EvalError, JsonPath, JsonPathError, ParseError, relaxed};
use crate::api::go::quote;
use crate::api::quantity::Quantity;

/// Why objects cannot be sorted; printed after `error: `.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SortError {
    /// An expression that is not a path.
    #[error(transparent)]
    Path(#[from] JsonPathError),
    /// An expression that cannot be parsed.
    #[error(transparent)]
    Parse(#[from] ParseError),
    /// An expression that cannot be evaluated for an object.
    #[error(transparent)]
    Eval(#[from] EvalError),
    /// None of the objects has the field.
    #[error("couldn't find any field with path {} in the list of objects", quote(.0))]
    NoField(String),
    /// The field is a map or a list of maps.
    #[error("unsortable type: {0}")]
    Unsortable(&'static str),
}

/// The order of the objects by a field, as indexes into the list. Objects without the field come first.
///
/// # Errors
/// The expression is not a path, no object has the field, or its values are not sortable.
pub fn order(objects: &[&Value], expression: &str) -> Result<Vec<usize>, SortError> {
    let template = relaxed(expression)?;
    let path = JsonPath::parse(&template)?;
    let mut keys: Vec<Option<Cow<Value>>> = Vec::with_capacity(objects.len());
    for object in objects {
        let results = path.find(object, true)?;
        keys.push(
            results
                .into_iter()
                .next()
                .and_then(|values| values.into_iter().next()),
        );
    }
    let present = || keys.iter().flatten().map(AsRef::as_ref);
    if !objects.is_empty() && present().next().is_none() {
        return Err(SortError::NoField(template));
    }
    if let Some(value) = present().find(|value| matches!(value, Value::Object(_) | Value::Bool(_)))
    {
        return Err(SortError::Unsortable(go::type_name(value)));
    }
    let mut order: Vec<usize> = (0..objects.len()).collect();
    let key = |index: &usize| keys.get(*index).and_then(Option::as_deref);
    light::sort(&mut order, |a, b| compare_optional(key(a), key(b)));
    Ok(order)
}

fn compare_optional(a: Option<&Value>, b: Option<&Value>) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) => compare(a, b),
        (a, b) => a.is_some().cmp(&b.is_some()),
    }
}

fn compare(a: &Value, b: &Value) -> Ordering {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => match (a.as_i64(), b.as_i64()) {
            (Some(a), Some(b)) => a.cmp(&b),
            _ => a
                .as_f64()
                .unwrap_or(0.0)
                .total_cmp(&b.as_f64().unwrap_or(0.0)),
        },
        (Value::String(a), Value::String(b)) => match (Quantity::parse(a), Quantity::parse(b)) {
            (Ok(a), Ok(b)) => a.compare(&b),
            _ => natural(a, b),
        },
        (Value::Array(a), Value::Array(b)) => a
            .iter()
            .zip(b)
            .map(|(a, b)| compare(a, b))
            .find(|order| order.is_ne())
            .unwrap_or_else(|| a.len().cmp(&b.len())),
        // Null precedes everything; other mixed types are unordered and stay in place.
        (a, b) => b.is_null().cmp(&a.is_null()),
    }
}

/// The natural order of strings, in which `web-2` precedes `web-10`: digits before other characters, numbers by
/// value.
fn natural(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a.as_bytes(), b.as_bytes());
    while let ([x, left_rest @ ..], [y, right_rest @ ..]) = (left, right) {
        match (x.is_ascii_digit(), y.is_ascii_digit()) {
            (false, false) if x == y => (left, right) = (left_rest, right_rest),
            (false, false) => return x.cmp(y),
            (true, true) => {
                let (number, zeros, rest) = number_at(left);
                let (other, other_zeros, other_rest) = number_at(right);
                let order = number
                    .len()
                    .cmp(&other.len())
                    .then(number.cmp(other))
                    .then(zeros.cmp(&other_zeros));
                if order.is_ne() {
                    return order;
                }
                (left, right) = (rest, other_rest);
            }
            (x_is_digit, y_is_digit) => return y_is_digit.cmp(&x_is_digit),
        }
    }
    a.len().cmp(&b.len())
}

/// The leading number without its leading zeros, the number of these, and the rest.
fn number_at(text: &[u8]) -> (&[u8], usize, &[u8]) {
    let zeros = text.iter().take_while(|byte| **byte == b'0').count();
    let (_, rest) = text.split_at(zeros);
    let length = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (number, rest) = rest.split_at(length);
    (number, zeros, rest)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn sorted(values: &[Value], expression: &str) -> Result<Vec<usize>, String> {
        order(&values.iter().collect::<Vec<_>>(), expression).map_err(|error| error.to_string())
    }

    #[test]
    fn numbers_in_strings_sort_by_value() {
        let objects: Vec<Value> = ["web-10", "web-2", "web-02", "web", "Web-3", "2"]
            .iter()
            .map(|name| json!({"name": name}))
            .collect();
        assert_eq!(sorted(&objects, ".name"), Ok(vec![5, 4, 3, 1, 2, 0]));
    }

    #[test]
    fn quantities_sort_by_value_and_missing_ones_come_first() {
        let objects = [
            json!({"s": "2Gi"}),
            json!({}),
            json!({"s": "500Mi"}),
            json!({"s": "1Gi"}),
        ];
        assert_eq!(sorted(&objects, "{.s}"), Ok(vec![1, 2, 3, 0]));
    }

    #[test]
    fn a_field_that_no_object_has_is_an_error() {
        let message = "couldn't find any field with path \"{.nope}\" in the list of objects";
        assert_eq!(sorted(&[json!({"a": 1})], ".nope"), Err(message.to_owned()));
        assert_eq!(
            sorted(&[json!({"a": {}})], ".a"),
            Err("unsortable type: map[string]interface {}".to_owned())
        );
        assert_eq!(sorted(&[], ".nope"), Ok(vec![]));
    }
}
