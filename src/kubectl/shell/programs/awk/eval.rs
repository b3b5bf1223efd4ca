//! Runs awk's programs.

use super::super::Io;
use super::super::pattern::{self, Syntax};
use super::{Awk, Expression, Operator, Pattern, Statement};
use litemap::LiteMap;
use regex_lite::Regex;
use std::cmp::Ordering;

/// A value; input that looks like a number is compared as one.
#[derive(Debug, Clone)]
enum Value {
    Number(f64),
    Text(String),
    Input(String),
}

impl Value {
    fn text(&self) -> String {
        match self {
            Self::Number(number) => shown(*number),
            Self::Text(text) | Self::Input(text) => text.clone(),
        }
    }

    fn number(&self) -> f64 {
        match self {
            Self::Number(number) => *number,
            Self::Text(text) | Self::Input(text) => leading(text),
        }
    }

    /// The number, if it is compared as one.
    fn as_number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Text(_) => None,
            Self::Input(text) if text.is_empty() => Some(0.0),
            Self::Input(text) => {
                let text = text.trim();
                let is_plain = text
                    .starts_with(|letter: char| letter.is_ascii_digit() || "+-.".contains(letter));
                text.parse()
                    .ok()
                    .filter(|_| is_plain && !text.contains("inf"))
            }
        }
    }

    fn is_true(&self) -> bool {
        match (self.as_number(), self) {
            (_, Self::Input(text)) if text.is_empty() => false,
            (Some(number), _) => number != 0.0,
            (None, value) => !value.text().is_empty(),
        }
    }
}

/// A number as awk prints it (`%.6g`, and integers whole).
fn shown(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < 1e16 {
        return format!("{}", number as i64);
    }
    if !number.is_finite() {
        return if number.is_nan() {
            "nan"
        } else if number > 0.0 {
            "inf"
        } else {
            "-inf"
        }
        .to_owned();
    }
    let exponent = number.abs().log10().floor() as i32;
    if !(-4..6).contains(&exponent) {
        let text = format!("{number:.5e}");
        let (digits, power) = text.split_once('e').unwrap_or((&text, "0"));
        let power: i32 = power.parse().unwrap_or(0);
        let digits = if digits.contains('.') {
            digits.trim_end_matches('0').trim_end_matches('.')
        } else {
            digits
        };
        let sign = if power < 0 { '-' } else { '+' };
        return format!("{digits}e{sign}{:02}", power.abs());
    }
    let places = usize::try_from(5 - exponent).unwrap_or(0);
    let text = format!("{number:.places$}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The number at the beginning of a text; 0 if there is none.
fn leading(text: &str) -> f64 {
    let text = text.trim_start();
    let mut end = 0;
    let mut seen = false;
    for (at, letter) in text.char_indices() {
        match letter {
            '0'..='9' => seen = true,
            '+' | '-' if at == 0 => {}
            '.' if !text.get(..at).unwrap_or_default().contains('.') => {}
            _ => break,
        }
        end = at + 1;
    }
    let number = text.get(..end).unwrap_or_default();
    if seen {
        number.parse().unwrap_or(0.0)
    } else {
        0.0
    }
}

struct State {
    variables: LiteMap<String, Value>,
    line: String,
    fields: Vec<String>,
}

/// Runs a program over a text; fails with an error.
pub fn run(awk: &Awk, text: &str, io: &mut Io<'_>) -> Result<(), String> {
    let mut state = State {
        variables: LiteMap::new(),
        line: String::new(),
        fields: Vec::new(),
    };
    for (name, value) in [
        ("FS", " "),
        ("OFS", " "),
        ("ORS", "\n"),
        ("SUBSEP", "\u{1c}"),
    ] {
        state
            .variables
            .insert(name.to_owned(), Value::Text(value.to_owned()));
    }
    for (name, value) in &awk.variables {
        state
            .variables
            .insert(name.clone(), Value::Input(value.clone()));
    }
    let is_begin = |when: &Pattern| matches!(when, Pattern::Begin);
    state.pass(awk, &is_begin, io)?;
    let is_only_begin = awk.rules.iter().all(|rule| is_begin(&rule.when));
    if is_only_begin {
        return Ok(());
    }
    for (index, line) in text.lines().enumerate() {
        state.read(line, index + 1)?;
        state.pass(
            awk,
            &|when| matches!(when, Pattern::Always | Pattern::If(_)),
            io,
        )?;
    }
    state.pass(awk, &|when| matches!(when, Pattern::End), io)
}

impl State {
    fn read(&mut self, line: &str, number: usize) -> Result<(), String> {
        line.clone_into(&mut self.line);
        let separator = self.variable("FS").text();
        self.fields = match separator.as_str() {
            " " => line.split_whitespace().map(str::to_owned).collect(),
            _ if line.is_empty() => Vec::new(),
            "\\|" => line.split('|').map(str::to_owned).collect(),
            one if one.chars().count() == 1 => line.split(one).map(str::to_owned).collect(),
            pattern => {
                let regex = dynamic(pattern)?;
                regex.split(line).map(str::to_owned).collect()
            }
        };
        let count = self.fields.len() as f64;
        self.variables.insert("NF".to_owned(), Value::Number(count));
        self.variables
            .insert("NR".to_owned(), Value::Number(number as f64));
        Ok(())
    }

    /// Applies the rules of a kind.
    fn pass(
        &mut self,
        awk: &Awk,
        is_of: &dyn Fn(&Pattern) -> bool,
        io: &mut Io<'_>,
    ) -> Result<(), String> {
        for rule in awk.rules.iter().filter(|rule| is_of(&rule.when)) {
            if let Pattern::If(condition) = &rule.when
                && !self.value(condition)?.is_true()
            {
                continue;
            }
            let Some(statements) = &rule.does else {
                io.line(&self.line);
                continue;
            };
            for statement in statements {
                match statement {
                    Statement::Next => return Ok(()),
                    Statement::Evaluate(expression) => drop(self.value(expression)?),
                    Statement::Print(values) => {
                        let texts = values.iter().map(|value| Ok(self.value(value)?.text()));
                        let texts = texts.collect::<Result<Vec<String>, String>>()?;
                        let text = match texts.is_empty() {
                            true => self.line.clone(),
                            false => texts.join(&self.variable("OFS").text()),
                        };
                        io.out.push_str(&text);
                        io.out.push_str(&self.variable("ORS").text());
                    }
                }
            }
        }
        Ok(())
    }

    fn variable(&self, name: &str) -> Value {
        let value = self.variables.get(name).cloned();
        value.unwrap_or_else(|| Value::Input(String::new()))
    }

    fn value(&mut self, expression: &Expression) -> Result<Value, String> {
        let truth = |is_true: bool| Value::Number(f64::from(u8::from(is_true)));
        Ok(match expression {
            Expression::Number(number) => Value::Number(*number),
            Expression::Text(text) => Value::Text(text.clone()),
            Expression::Matches(regex) => truth(regex.is_match(&self.line)),
            Expression::Variable(name) => self.variable(name),
            Expression::Field(place) => self.field(place)?,
            Expression::Not(inner) => truth(!self.value(inner)?.is_true()),
            Expression::Negative(inner) => Value::Number(-self.value(inner)?.number()),
            Expression::Length(None) => Value::Number(self.line.chars().count() as f64),
            Expression::Length(Some(inner)) => {
                Value::Number(self.value(inner)?.text().chars().count() as f64)
            }
            Expression::Match(left, right, negated) => {
                let text = self.value(left)?.text();
                let found = match &**right {
                    Expression::Matches(regex) => regex.is_match(&text),
                    right => dynamic(&self.value(right)?.text())?.is_match(&text),
                };
                truth(found != *negated)
            }
            Expression::Binary(Operator::Or, left, right) => {
                truth(self.value(left)?.is_true() || self.value(right)?.is_true())
            }
            Expression::Binary(Operator::And, left, right) => {
                truth(self.value(left)?.is_true() && self.value(right)?.is_true())
            }
            Expression::Binary(operator, left, right) => {
                let (left, right) = (self.value(left)?, self.value(right)?);
                computed(*operator, &left, &right)?
            }
            Expression::Assign(name, operator, value) => {
                let value = self.value(value)?;
                let value = match operator {
                    Some(operator) => computed(*operator, &self.variable(name), &value)?,
                    None => value,
                };
                self.variables.insert(name.clone(), value.clone());
                value
            }
            Expression::Step(name, difference) => {
                let before = self.variable(name).number();
                self.variables
                    .insert(name.clone(), Value::Number(before + difference));
                Value::Number(before)
            }
        })
    }

    fn field(&mut self, place: &Expression) -> Result<Value, String> {
        let place = self.value(place)?.number();
        if place < 0.0 {
            return Err(format!(
                "trying to access out of range field {}",
                shown(place)
            ));
        }
        let text = match place as usize {
            0 => self.line.clone(),
            place => self.fields.get(place - 1).cloned().unwrap_or_default(),
        };
        Ok(Value::Input(text))
    }
}

/// A pattern that is computed.
fn dynamic(text: &str) -> Result<Regex, String> {
    let regex = pattern::compile("awk", text, Syntax::Extended, false);
    regex.map_err(|failure| failure.to_string())
}

fn computed(operator: Operator, left: &Value, right: &Value) -> Result<Value, String> {
    let (a, b) = (left.number(), right.number());
    let is_zero = b == 0.0;
    Ok(Value::Number(match operator {
        Operator::Concatenate => return Ok(Value::Text(left.text() + &right.text())),
        Operator::Add => a + b,
        Operator::Subtract => a - b,
        Operator::Multiply => a * b,
        Operator::Divide | Operator::Remainder if is_zero => {
            return Err("division by zero".to_owned());
        }
        Operator::Divide => a / b,
        Operator::Remainder => a % b,
        comparison => {
            let order = match (left.as_number(), right.as_number()) {
                (Some(a), Some(b)) => a.partial_cmp(&b).unwrap_or(Ordering::Less),
                _ => left.text().cmp(&right.text()),
            };
            let holds = match comparison {
                Operator::Less => order.is_lt(),
                Operator::LessOrEqual => order.is_le(),
                Operator::NotEqual => order.is_ne(),
                Operator::Greater => order.is_gt(),
                Operator::GreaterOrEqual => order.is_ge(),
                _ => order.is_eq(),
            };
            f64::from(u8::from(holds))
        }
    }))
}
