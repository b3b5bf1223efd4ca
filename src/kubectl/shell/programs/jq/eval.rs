//! Evaluates jq's filters. Each value that a filter gives is passed on as soon as it is there.

use super::json::{self, Json};
use super::{Expression, Operator, formats, functions, paths};
use std::rc::Rc;

/// Maximum number of steps of an evaluation.
const STEPS_MAX: usize = 200_000;

/// Why an evaluation stops.
#[derive(Debug)]
pub enum Stop {
    /// An error.
    Error(String),
    /// Its caller has enough values.
    Enough,
}

/// Receives values.
pub type Out<'o> = &'o mut dyn FnMut(Json) -> Result<(), Stop>;

/// An error.
pub fn error<T>(text: impl Into<String>) -> Result<T, Stop> {
    Err(Stop::Error(text.into()))
}

/// An evaluation.
pub struct Eval<'v> {
    variables: &'v [(String, Json)],
    steps: usize,
}

impl<'v> Eval<'v> {
    /// An evaluation with variables.
    pub fn new(variables: &'v [(String, Json)]) -> Self {
        Self {
            variables,
            steps: 0,
        }
    }

    /// Counts a step.
    pub fn step(&mut self) -> Result<(), Stop> {
        self.steps += 1;
        match self.steps > STEPS_MAX {
            true => error(format!("not simulated: more than {STEPS_MAX} steps")),
            false => Ok(()),
        }
    }

    /// All values of a filter.
    pub fn all(&mut self, expression: &Expression, input: &Json) -> Result<Vec<Json>, Stop> {
        let mut found = Vec::new();
        self.run(expression, input, &mut |value| {
            found.push(value);
            Ok(())
        })?;
        Ok(found)
    }

    /// Evaluates a filter for an input.
    pub fn run(&mut self, expression: &Expression, input: &Json, out: Out<'_>) -> Result<(), Stop> {
        self.step()?;
        match expression {
            Expression::Identity => out(input.clone()),
            Expression::Value(value) => out(value.clone()),
            Expression::Recurse => self.recurse(input, out),
            Expression::Variable(name) => {
                let known = self.variables.iter().rev().find(|(known, _)| known == name);
                out(known.map_or(Json::Null, |(_, value)| value.clone()))
            }
            Expression::Text(parts) => self.text(parts, String::new(), input, out),
            Expression::Pipe(left, right) => {
                for value in self.all(left, input)? {
                    self.run(right, &value, out)?;
                }
                Ok(())
            }
            Expression::Comma(left, right) => {
                self.run(left, input, out)?;
                self.run(right, input, out)
            }
            Expression::Index(of, key) => {
                for value in self.all(of, input)? {
                    for key in self.all(key, input)? {
                        out(index(&value, &key)?)?;
                    }
                }
                Ok(())
            }
            Expression::Slice(of, from, to) => {
                let [from, to] = [from, to].map(|end| end.as_deref());
                let end = |eval: &mut Self, end: Option<&Expression>| match end {
                    Some(end) => eval.all(end, input),
                    None => Ok(vec![Json::Null]),
                };
                for value in self.all(of, input)? {
                    for to in end(self, to)? {
                        for from in end(self, from)? {
                            out(slice(&value, &from, &to)?)?;
                        }
                    }
                }
                Ok(())
            }
            Expression::Each(of) => {
                for value in self.all(of, input)? {
                    for item in items(&value)? {
                        self.step()?;
                        out(item)?;
                    }
                }
                Ok(())
            }
            Expression::Quiet(inner) => {
                // What came before the error is kept.
                let mut found = Vec::new();
                let ended = self.run(inner, input, &mut |value| {
                    found.push(value);
                    Ok(())
                });
                found.into_iter().try_for_each(&mut *out)?;
                match ended {
                    Err(Stop::Enough) => Err(Stop::Enough),
                    _ => Ok(()),
                }
            }
            Expression::List(None) => out(Json::list(Vec::new())),
            Expression::List(Some(inner)) => {
                let items = self.all(inner, input)?;
                out(Json::list(items))
            }
            Expression::Fields(fields) => self.fields(fields, Vec::new(), input, out),
            Expression::Negative(inner) => {
                for value in self.all(inner, input)? {
                    match &value {
                        Json::Number(number) => out(Json::number(-json::float(number)))?,
                        other => return error(format!("{} cannot be negated", shown(other))),
                    }
                }
                Ok(())
            }
            Expression::Binary(operator, left, right) => {
                self.binary(*operator, left, right, input, out)
            }
            Expression::Assign(operator, updates, left, right) => {
                paths::assign(self, *operator, *updates, left, right, input, out)
            }
            Expression::If(condition, then, otherwise) => {
                for condition in self.all(condition, input)? {
                    let branch = if condition.is_true() { then } else { otherwise };
                    self.run(branch, input, out)?;
                }
                Ok(())
            }
            Expression::Call(name, arguments) => functions::call(self, name, arguments, input, out),
            Expression::Format(name) => out(formats::format(name, input)?),
        }
    }

    /// The value and all values within it.
    pub fn recurse(&mut self, value: &Json, out: Out<'_>) -> Result<(), Stop> {
        self.step()?;
        out(value.clone())?;
        for item in items(value).unwrap_or_default() {
            self.recurse(&item, out)?;
        }
        Ok(())
    }

    fn text(
        &mut self,
        parts: &[(String, Option<Expression>)],
        before: String,
        input: &Json,
        out: Out<'_>,
    ) -> Result<(), Stop> {
        let Some(((plain, inner), rest)) = parts.split_first() else {
            return out(Json::text(before));
        };
        let before = before + plain;
        let Some(inner) = inner else {
            return self.text(rest, before, input, out);
        };
        for value in self.all(inner, input)? {
            self.text(
                rest,
                format!("{before}{}", functions::to_string(&value)),
                input,
                out,
            )?;
        }
        Ok(())
    }

    fn fields(
        &mut self,
        fields: &[(Expression, Expression)],
        before: Vec<(Rc<str>, Json)>,
        input: &Json,
        out: Out<'_>,
    ) -> Result<(), Stop> {
        let Some(((key, value), rest)) = fields.split_first() else {
            return out(Json::Fields(Rc::new(before)));
        };
        for key in self.all(key, input)? {
            let Json::Text(key) = key else {
                return error(format!("Object keys must be strings, not {}", shown(&key)));
            };
            for value in self.all(value, input)? {
                let mut fields = before.clone();
                json::set(&mut fields, &key, value);
                self.fields(rest, fields, input, out)?;
            }
        }
        Ok(())
    }

    fn binary(
        &mut self,
        operator: Operator,
        left: &Expression,
        right: &Expression,
        input: &Json,
        out: Out<'_>,
    ) -> Result<(), Stop> {
        if operator == Operator::Alternative {
            let mut found = Vec::new();
            let ended = self.run(left, input, &mut |value| {
                found.push(value);
                Ok(())
            });
            if let Err(Stop::Enough) = ended {
                return ended;
            }
            found.retain(Json::is_true);
            return match found.is_empty() {
                true => self.run(right, input, out),
                false => found.into_iter().try_for_each(out),
            };
        }
        if let Operator::Or | Operator::And = operator {
            for left in self.all(left, input)? {
                if left.is_true() == (operator == Operator::Or) {
                    out(Json::Bool(left.is_true()))?;
                    continue;
                }
                for right in self.all(right, input)? {
                    out(Json::Bool(right.is_true()))?;
                }
            }
            return Ok(());
        }
        // As in jq, the right side varies more slowly.
        for right in self.all(right, input)? {
            for left in self.all(left, input)? {
                out(computed(operator, &left, &right)?)?;
            }
        }
        Ok(())
    }
}

/// A value in an error message.
pub fn shown(value: &Json) -> String {
    let text = value.compact();
    let short = match text.chars().count() > 30 {
        true => text.chars().take(27).collect::<String>() + "...",
        false => text,
    };
    format!("{} ({short})", value.kind())
}

/// The items of an array, or the values of an object.
pub fn items(value: &Json) -> Result<Vec<Json>, Stop> {
    match value {
        Json::List(items) => Ok(items.to_vec()),
        Json::Fields(fields) => Ok(fields.iter().map(|(_, value)| value.clone()).collect()),
        Json::Null => error("Cannot iterate over null"),
        other => error(format!("Cannot iterate over {}", shown(other))),
    }
}

/// `.[key]`
pub fn index(value: &Json, key: &Json) -> Result<Json, Stop> {
    Ok(match (value, key) {
        (Json::Fields(_), Json::Text(name)) => value.field(name).cloned().unwrap_or(Json::Null),
        (Json::List(items), Json::Number(number)) => {
            let place = json::float(number).floor();
            let place = if place < 0.0 {
                place + items.len() as f64
            } else {
                place
            };
            let is_there = place >= 0.0 && place < items.len() as f64;
            let item = items.get(place.max(0.0) as usize).filter(|_| is_there);
            item.cloned().unwrap_or(Json::Null)
        }
        (Json::Null, Json::Text(_) | Json::Number(_) | Json::Null) => Json::Null,
        (value, Json::Text(name)) => {
            return error(format!("Cannot index {} with \"{name}\"", value.kind()));
        }
        (value, key) => return error(format!("Cannot index {} with {}", value.kind(), key.kind())),
    })
}

fn slice(value: &Json, from: &Json, to: &Json) -> Result<Json, Stop> {
    let place = |end: &Json, count: usize, usual: usize| match end {
        Json::Null => Ok(usual),
        Json::Number(number) => {
            let place = json::float(number);
            let place = if place < 0.0 {
                place + count as f64
            } else {
                place
            };
            Ok(place.clamp(0.0, count as f64) as usize)
        }
        _ => error("Start and end indices of an array slice must be numbers"),
    };
    match value {
        Json::Null => Ok(Json::Null),
        Json::List(items) => {
            let (from, to) = (
                place(from, items.len(), 0)?,
                place(to, items.len(), items.len())?,
            );
            Ok(Json::list(
                items.get(from..to.max(from)).unwrap_or_default().to_vec(),
            ))
        }
        Json::Text(text) => {
            let count = text.chars().count();
            let (from, to) = (place(from, count, 0)?, place(to, count, count)?);
            let part = text.chars().take(to).skip(from);
            Ok(Json::text(part.collect::<String>()))
        }
        other => error(format!("Cannot index {} with object", other.kind())),
    }
}

/// The result of an operator.
pub fn computed(operator: Operator, left: &Json, right: &Json) -> Result<Json, Stop> {
    let order = || left.compare(right);
    Ok(match operator {
        Operator::Equal => Json::Bool(order().is_eq()),
        Operator::NotEqual => Json::Bool(order().is_ne()),
        Operator::Less => Json::Bool(order().is_lt()),
        Operator::LessOrEqual => Json::Bool(order().is_le()),
        Operator::Greater => Json::Bool(order().is_gt()),
        Operator::GreaterOrEqual => Json::Bool(order().is_ge()),
        operator => return arithmetic(operator, left, right),
    })
}

fn arithmetic(operator: Operator, left: &Json, right: &Json) -> Result<Json, Stop> {
    let fails = |what: &str| {
        error(format!(
            "{} and {} cannot be {what}",
            shown(left),
            shown(right)
        ))
    };
    if let (Json::Number(a), Json::Number(b)) = (left, right) {
        let (a, b) = (json::float(a), json::float(b));
        return Ok(Json::number(match operator {
            Operator::Add => a + b,
            Operator::Subtract => a - b,
            Operator::Multiply => a * b,
            Operator::Divide if b == 0.0 => return fails("divided because the divisor is zero"),
            Operator::Divide => a / b,
            _ if b.trunc() == 0.0 => return fails("divided because the divisor is zero"),
            _ => a.trunc() % b.trunc(),
        }));
    }
    match (operator, left, right) {
        (Operator::Add, Json::Null, other) | (Operator::Add, other, Json::Null) => {
            Ok(other.clone())
        }
        (Operator::Add, Json::Text(a), Json::Text(b)) => Ok(Json::text(format!("{a}{b}"))),
        (Operator::Add, Json::List(a), Json::List(b)) => {
            Ok(Json::list([a.as_slice(), b.as_slice()].concat()))
        }
        (Operator::Add, Json::Fields(a), Json::Fields(b)) => {
            let mut fields = a.to_vec();
            b.iter()
                .for_each(|(name, value)| json::set(&mut fields, name, value.clone()));
            Ok(Json::Fields(Rc::new(fields)))
        }
        (Operator::Subtract, Json::List(a), Json::List(b)) => {
            let is_kept = |item: &&Json| !b.iter().any(|other| other.compare(item).is_eq());
            Ok(Json::list(a.iter().filter(is_kept).cloned().collect()))
        }
        (Operator::Divide, Json::Text(a), Json::Text(b)) => Ok(functions::split(a, b)),
        (Operator::Multiply, Json::Fields(_), Json::Fields(_)) => Ok(merged(left, right)),
        (Operator::Add, ..) => fails("added"),
        (Operator::Subtract, ..) => fails("subtracted"),
        (Operator::Multiply, Json::Text(_), Json::Number(_)) => {
            error("not simulated: repeated strings")
        }
        (Operator::Multiply, ..) => fails("multiplied"),
        _ => fails("divided"),
    }
}

/// Objects merged deeply.
fn merged(left: &Json, right: &Json) -> Json {
    let (Json::Fields(a), Json::Fields(b)) = (left, right) else {
        return right.clone();
    };
    let mut fields = a.to_vec();
    for (name, value) in b.iter() {
        let value = left
            .field(name)
            .map_or_else(|| value.clone(), |known| merged(known, value));
        json::set(&mut fields, name, value);
    }
    Json::Fields(Rc::new(fields))
}

/// A variable that is not set.
pub fn unknown_variable(expression: &Expression, known: &[(String, Json)]) -> Option<String> {
    let one = |inner: &Expression| unknown_variable(inner, known);
    match expression {
        Expression::Variable(name) => known
            .iter()
            .all(|(known, _)| known != name)
            .then(|| name.clone()),
        Expression::Identity
        | Expression::Recurse
        | Expression::Value(_)
        | Expression::Format(_) => None,
        Expression::List(None) => None,
        Expression::Text(parts) => parts
            .iter()
            .filter_map(|(_, inner)| inner.as_ref())
            .find_map(one),
        Expression::Pipe(a, b)
        | Expression::Comma(a, b)
        | Expression::Index(a, b)
        | Expression::Binary(_, a, b)
        | Expression::Assign(_, _, a, b) => one(a).or_else(|| one(b)),
        Expression::Slice(a, b, c) => {
            let ends = [b, c].into_iter().flatten();
            one(a).or_else(|| ends.map(|end| one(end)).find_map(|found| found))
        }
        Expression::Each(a)
        | Expression::Quiet(a)
        | Expression::Negative(a)
        | Expression::List(Some(a)) => one(a),
        Expression::Fields(fields) => fields
            .iter()
            .find_map(|(key, value)| one(key).or_else(|| one(value))),
        Expression::If(a, b, c) => one(a).or_else(|| one(b)).or_else(|| one(c)),
        Expression::Call(_, arguments) => arguments.iter().find_map(one),
    }
}
