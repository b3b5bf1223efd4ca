//! Applying a template to an object (`staging/src/k8s.io/client-go/util/jsonpath/jsonpath.go`).

use std::borrow::Cow;

use serde_json::Value;

use super::parse::{Index, PathNode};
use crate::print::go;

/// Why a template cannot be evaluated for an object.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EvalError {
    /// A missing field, unless missing keys are allowed.
    #[error("{0} is not found")]
    NotFound(String),
    /// A word that is neither `range` nor `end`.
    #[error("unrecognized identifier {0}")]
    Identifier(String),
    /// `{end}` without `{range}`.
    #[error("not in range, nothing to end")]
    NotInRange,
    /// An index into something that is not a list; the text is its Go type.
    #[error("{0} is not array or slice")]
    NotAList(&'static str),
    /// An index out of bounds.
    #[error("array index out of bounds: index {index}, length {length}")]
    OutOfBounds {
        /// The requested index.
        index: i64,
        /// Length of the list.
        length: i64,
    },
    /// A slice that ends before it starts.
    #[error("starting index {0} is greater than ending index {1}")]
    Backwards(i64, i64),
    /// A step of 0 or less.
    #[error("step must be > 0")]
    Step,
    /// A filter on something that is not a list.
    #[error("{0} is not array or slice and cannot be filtered")]
    NotFiltered(String),
    /// A filter that compares several values.
    #[error("can only compare one element at a time")]
    Several,
    /// A filter with an unknown operator.
    #[error("unrecognized filter operator {0}")]
    Operator(String),
    /// A filter on maps, lists or null.
    #[error("invalid type for comparison")]
    ComparisonType,
    /// A filter that compares values of different types, such as a number with a string.
    #[error("incompatible types for comparison")]
    Comparison,
    /// Nested loops or descents that visit too many values. (kubectl would run out of memory.)
    #[error(
        "the expression visits more than {MAX_VISITS} values, or has more than {MAX_DEPTH} ranges in one another"
    )]
    TooMuch,
}

/// Maximum number of values that a template can visit.
const MAX_VISITS: usize = 4_000_000;
/// Maximum nesting of ranges.
const MAX_DEPTH: usize = 64;

type Values<'a> = Vec<Cow<'a, Value>>;

/// Evaluates the nodes for an object: one list of values for each action or text, in the order of output.
pub(super) fn find<'a>(
    nodes: &'a [PathNode],
    data: &'a Value,
    allow_missing: bool,
) -> Result<Vec<Values<'a>>, EvalError> {
    let mut walker = Walker {
        allow_missing,
        visits: 0,
        signal: Signal::None,
    };
    let mut results = Vec::new();
    walker.block(nodes, 0, Cow::Borrowed(data), 0, &mut results)?;
    Ok(results)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Signal {
    None,
    Range,
    End,
}

struct Walker {
    allow_missing: bool,
    visits: usize,
    /// Control flow requested by the identifiers of the last action.
    signal: Signal,
}

impl Walker {
    fn visit(&mut self, count: usize) -> Result<(), EvalError> {
        self.visits = self.visits.saturating_add(count);
        if self.visits > MAX_VISITS {
            Err(EvalError::TooMuch)
        } else {
            Ok(())
        }
    }

    /// Evaluates the nodes from `start` to the `{end}` of the enclosing loop, and returns its index.
    fn block<'a>(
        &mut self,
        nodes: &'a [PathNode],
        start: usize,
        data: Cow<'a, Value>,
        depth: usize,
        results: &mut Vec<Values<'a>>,
    ) -> Result<usize, EvalError> {
        if depth > MAX_DEPTH {
            return Err(EvalError::TooMuch);
        }
        let mut position = start;
        while let Some(node) = nodes.get(position) {
            self.visit(1)?;
            self.signal = Signal::None;
            let values = self.walk(node, vec![data.clone()], depth)?;
            match self.signal {
                Signal::End => return Ok(position),
                Signal::None => results.push(values),
                Signal::Range => {
                    let body = position + 1;
                    let mut end = nodes.len();
                    if values.is_empty() {
                        // An empty range prints nothing, but its end has to be found.
                        end = self.block(
                            nodes,
                            body,
                            Cow::Owned(Value::Null),
                            depth + 1,
                            &mut Vec::new(),
                        )?;
                    }
                    for value in values {
                        end = self.block(nodes, body, value, depth + 1, results)?;
                    }
                    position = end;
                }
            }
            position += 1;
        }
        Ok(position)
    }

    fn walk<'a>(
        &mut self,
        node: &'a PathNode,
        input: Values<'a>,
        depth: usize,
    ) -> Result<Values<'a>, EvalError> {
        self.visit(input.len())?;
        let constant = |value: Value| Cow::Owned(value);
        Ok(match node {
            PathNode::Action(nodes) => self.walk_all(nodes, input, depth)?,
            PathNode::Text(text) => vec![constant(text.as_str().into())],
            PathNode::Int(number) => input.iter().map(|_| constant((*number).into())).collect(),
            PathNode::Float(number) => input.iter().map(|_| constant((*number).into())).collect(),
            PathNode::Bool(flag) => input.iter().map(|_| constant((*flag).into())).collect(),
            PathNode::Field(name) => self.field(name, &input)?,
            PathNode::Wildcard => input.into_iter().flat_map(children).collect(),
            PathNode::Recursive => {
                let mut results = Vec::new();
                for value in input {
                    self.descend(value, &mut results)?;
                }
                results
            }
            PathNode::Array(indexes) => array(indexes, input)?,
            PathNode::Union(lists) => {
                let mut results = Vec::new();
                for nodes in lists {
                    results.extend(self.walk_all(nodes, input.clone(), depth)?);
                }
                results
            }
            PathNode::Filter {
                left,
                right,
                operator,
            } => self.filter(left, right, operator, input, depth)?,
            PathNode::Identifier(name) => self.identifier(name, input, depth)?,
        })
    }

    fn walk_all<'a>(
        &mut self,
        nodes: &'a [PathNode],
        input: Values<'a>,
        depth: usize,
    ) -> Result<Values<'a>, EvalError> {
        nodes
            .iter()
            .try_fold(input, |values, node| self.walk(node, values, depth))
    }

    fn identifier<'a>(
        &mut self,
        name: &str,
        input: Values<'a>,
        depth: usize,
    ) -> Result<Values<'a>, EvalError> {
        match name {
            "range" => {
                self.signal = Signal::Range;
                Ok(input)
            }
            "end" if depth > 0 => {
                self.signal = Signal::End;
                Ok(Vec::new())
            }
            "end" => Err(EvalError::NotInRange),
            _ => Err(EvalError::Identifier(name.to_owned())),
        }
    }

    fn field<'a>(&mut self, name: &str, input: &Values<'a>) -> Result<Values<'a>, EvalError> {
        let results: Values = input.iter().filter_map(|value| get(value, name)).collect();
        if results.is_empty() && !input.is_empty() && !self.allow_missing {
            return Err(EvalError::NotFound(name.to_owned()));
        }
        Ok(results)
    }

    /// The value and all its descendants that have children, in order.
    fn descend<'a>(
        &mut self,
        value: Cow<'a, Value>,
        results: &mut Values<'a>,
    ) -> Result<(), EvalError> {
        let parts = match &*value {
            Value::Array(items) => items.len(),
            Value::Object(map) => map.len(),
            Value::String(text) => text.len(),
            _ => 0,
        };
        self.visit(1 + parts)?;
        if parts == 0 {
            return Ok(());
        }
        results.push(value.clone());
        // Strings have characters as children, but these have none.
        if !value.is_string() {
            for child in children(value) {
                self.descend(child, results)?;
            }
        }
        Ok(())
    }

    fn filter<'a>(
        &mut self,
        left: &'a [PathNode],
        right: &'a [PathNode],
        operator: &str,
        input: Values<'a>,
        depth: usize,
    ) -> Result<Values<'a>, EvalError> {
        let mut results = Vec::new();
        for value in input {
            if !value.is_array() {
                return Err(EvalError::NotFiltered(go::value(&value)));
            }
            for item in children(value) {
                self.visit(1)?;
                let lefts = self.walk_all(left, vec![item.clone()], depth);
                if operator == "exists" {
                    // Upstream treats any error except a missing field as existence.
                    let exists = match &lefts {
                        Ok(values) => !values.is_empty(),
                        Err(EvalError::TooMuch) => return Err(EvalError::TooMuch),
                        Err(error) => !matches!(error, EvalError::NotFound(_)),
                    };
                    if exists {
                        results.push(item);
                    }
                    continue;
                }
                let lefts = lefts?;
                let Some(a) = single(&lefts)? else { continue };
                let rights = self.walk_all(right, vec![item.clone()], depth)?;
                let Some(b) = single(&rights)? else { continue };
                if compare(operator, a, b)? {
                    results.push(item);
                }
            }
        }
        Ok(results)
    }
}

fn single<'v>(values: &'v Values) -> Result<Option<&'v Value>, EvalError> {
    match values.as_slice() {
        [] => Ok(None),
        [value] => Ok(Some(value)),
        _ => Err(EvalError::Several),
    }
}

/// A field of an object, borrowed from the object if possible.
fn get<'a>(value: &Cow<'a, Value>, name: &str) -> Option<Cow<'a, Value>> {
    match value {
        Cow::Borrowed(value) => value.as_object()?.get(name).map(Cow::Borrowed),
        Cow::Owned(value) => value.as_object()?.get(name).cloned().map(Cow::Owned),
    }
}

/// Elements of a list, values of a map ordered by key, or bytes of a string.
fn children(value: Cow<Value>) -> Values {
    match value {
        Cow::Borrowed(Value::Array(items)) => items.iter().map(Cow::Borrowed).collect(),
        Cow::Borrowed(Value::Object(map)) => {
            map.iter().map(|(_, value)| Cow::Borrowed(value)).collect()
        }
        Cow::Borrowed(Value::String(text)) => bytes(text),
        Cow::Borrowed(_) => Vec::new(),
        Cow::Owned(Value::Array(items)) => items.into_iter().map(Cow::Owned).collect(),
        Cow::Owned(Value::Object(map)) => map
            .into_iter()
            .map(|(_, value)| Cow::Owned(value))
            .collect(),
        Cow::Owned(Value::String(text)) => bytes(&text),
        Cow::Owned(_) => Vec::new(),
    }
}

fn bytes<'a>(text: &str) -> Values<'a> {
    text.bytes().map(|byte| Cow::Owned(byte.into())).collect()
}

fn array<'a>(indexes: &[Index; 3], input: Values<'a>) -> Result<Values<'a>, EvalError> {
    let mut results = Vec::new();
    for value in input {
        let length = match &*value {
            Value::Null => continue,
            Value::Array(items) => i64::try_from(items.len()).unwrap_or(i64::MAX),
            other => return Err(EvalError::NotAList(go::type_name(other))),
        };
        let [start, end, step] = *indexes;
        let from = if start.value < 0 {
            start.value.saturating_add(length)
        } else {
            start.value
        };
        let to = match end {
            Index { known: false, .. } => length,
            Index { value: ..0, .. }
            | Index {
                value: 0,
                derived: true,
                ..
            } => end.value.saturating_add(length),
            _ => end.value,
        };
        if from == to {
            // A slice without elements. (Upstream stops here even if more lists follow.)
            return Ok(results);
        }
        if from < 0 || from >= length {
            return Err(EvalError::OutOfBounds {
                index: from,
                length,
            });
        }
        if to < 0 || to > length {
            return Err(EvalError::OutOfBounds {
                index: to.saturating_sub(1),
                length,
            });
        }
        if from > to {
            return Err(EvalError::Backwards(from, to));
        }
        let step = match step {
            Index { known: false, .. } => 1,
            Index { value: ..=0, .. } => return Err(EvalError::Step),
            _ => usize::try_from(step.value).unwrap_or(usize::MAX),
        };
        let skip = usize::try_from(from).unwrap_or(0);
        let take = usize::try_from(to - from).unwrap_or(0);
        results.extend(
            children(value)
                .into_iter()
                .skip(skip)
                .take(take)
                .step_by(step),
        );
    }
    Ok(results)
}

fn compare(operator: &str, a: &Value, b: &Value) -> Result<bool, EvalError> {
    match operator {
        "==" => equal(a, b),
        "!=" => Ok(!equal(a, b)?),
        "<" => less(a, b),
        ">=" => Ok(!less(a, b)?),
        "<=" => Ok(less(a, b)? || equal(a, b)?),
        ">" => Ok(!(less(a, b)? || equal(a, b)?)),
        _ => Err(EvalError::Operator(operator.to_owned())),
    }
}

/// Two values of the same type; integers and floats are different types, as in Go's templates.
enum Pair<'a> {
    Bools(bool, bool),
    Ints(i128, i128),
    Floats(f64, f64),
    Texts(&'a str, &'a str),
}

fn pair<'a>(a: &'a Value, b: &'a Value) -> Result<Pair<'a>, EvalError> {
    let basic = |value: &Value| !matches!(value, Value::Null | Value::Array(_) | Value::Object(_));
    if !basic(a) || !basic(b) {
        return Err(EvalError::ComparisonType);
    }
    match (a, b) {
        (Value::Bool(a), Value::Bool(b)) => Ok(Pair::Bools(*a, *b)),
        (Value::String(a), Value::String(b)) => Ok(Pair::Texts(a, b)),
        (Value::Number(a), Value::Number(b)) => match (a.as_i128(), b.as_i128()) {
            (Some(a), Some(b)) => Ok(Pair::Ints(a, b)),
            (None, None) => Ok(Pair::Floats(
                a.as_f64().unwrap_or(0.0),
                b.as_f64().unwrap_or(0.0),
            )),
            _ => Err(EvalError::Comparison),
        },
        _ => Err(EvalError::Comparison),
    }
}

#[allow(
    clippy::float_cmp,
    reason = "that is what the comparison means upstream"
)]
fn equal(a: &Value, b: &Value) -> Result<bool, EvalError> {
    Ok(match pair(a, b)? {
        Pair::Bools(a, b) => a == b,
        Pair::Ints(a, b) => a == b,
        Pair::Floats(a, b) => a == b,
        Pair::Texts(a, b) => a == b,
    })
}

fn less(a: &Value, b: &Value) -> Result<bool, EvalError> {
    match pair(a, b)? {
        Pair::Bools(..) => Err(EvalError::ComparisonType),
        Pair::Ints(a, b) => Ok(a < b),
        Pair::Floats(a, b) => Ok(a < b),
        Pair::Texts(a, b) => Ok(a < b),
    }
}
