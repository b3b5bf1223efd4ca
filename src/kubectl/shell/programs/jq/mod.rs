//! `jq`: paths, iteration, conditions, arithmetic, construction, assignment, and the usual functions. Definitions,
//! `reduce`, `foreach`, `try`, `as`, formats other than `@tsv`, `@csv` and `@base64`, and modules are not simulated.

mod eval;
mod filters;
mod formats;
mod functions;
mod json;
mod parse;
mod paths;

use super::{Given, Io, Program, refused};
use crate::manifests::Failure;
use json::Json;
use std::rc::Rc;

/// An expression.
#[derive(Debug, Clone)]
enum Expression {
    /// `.`
    Identity,
    /// `..`
    Recurse,
    /// A constant.
    Value(Json),
    /// `"…\(…)…"`: texts, and expressions between them.
    Text(Vec<(String, Option<Expression>)>),
    /// `$name`
    Variable(String),
    /// `a | b`
    Pipe(Box<Expression>, Box<Expression>),
    /// `a, b`
    Comma(Box<Expression>, Box<Expression>),
    /// `a.b`, `a[b]`
    Index(Box<Expression>, Box<Expression>),
    /// `a[from:to]`
    Slice(
        Box<Expression>,
        Option<Box<Expression>>,
        Option<Box<Expression>>,
    ),
    /// `a[]`
    Each(Box<Expression>),
    /// `a?`
    Quiet(Box<Expression>),
    /// `[a]`
    List(Option<Box<Expression>>),
    /// `{key: value}`
    Fields(Vec<(Expression, Expression)>),
    /// `-a`
    Negative(Box<Expression>),
    /// `a + b` and the like.
    Binary(Operator, Box<Expression>, Box<Expression>),
    /// `a = b`, `a |= b` and the like.
    Assign(Option<Operator>, bool, Box<Expression>, Box<Expression>),
    /// `if a then b else c end`
    If(Box<Expression>, Box<Expression>, Box<Expression>),
    /// A function with arguments.
    Call(&'static str, Vec<Expression>),
    /// `@tsv` and the like.
    Format(&'static str),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Alternative,
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

#[derive(Debug)]
struct Jq {
    expression: Expression,
    options: Vec<char>,
    variables: Vec<(String, Json)>,
    files: Vec<String>,
}

/// `jq [-r] [-c] [-e] [-j] [-n] [-s] [-S] [--arg NAME VALUE] FILTER [FILE…]`
pub fn parse(name: &str, arguments: &[String]) -> Result<Rc<dyn Program>, Failure> {
    let mut variables = Vec::new();
    let mut plain = Vec::new();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let is_json = argument == "--argjson";
        if !is_json && argument != "--arg" {
            plain.push(argument.clone());
            continue;
        }
        let (Some(variable), Some(value)) = (rest.next(), rest.next()) else {
            return Err(super::wrong(
                name,
                format!("{argument} takes two parameters (e.g. {argument} name value)"),
            ));
        };
        let value = match is_json {
            true => serde_json::from_str(value).map_err(|_| {
                super::wrong(name, format!("Invalid JSON text passed to {argument}"))
            })?,
            false => Json::text(value),
        };
        variables.push((variable.clone(), value));
    }
    let long = [
        ("raw-output", 'r'),
        ("compact-output", 'c'),
        ("exit-status", 'e'),
        ("join-output", 'j'),
        ("null-input", 'n'),
        ("slurp", 's'),
        ("sort-keys", 'S'),
        ("raw-input", 'R'),
        ("monochrome-output", 'M'),
    ];
    let given = Given::parse(name, "rcejnsSRM", &long, &plain)?;
    if given.has('R') {
        return Err(refused(name, "-R"));
    }
    let mut files = given.words.clone();
    let text = match files.is_empty() {
        true => ".".to_owned(),
        false => files.remove(0),
    };
    let expression = parse::expression(&text).map_err(|what| refused(name, &what))?;
    if let Some(unknown) = eval::unknown_variable(&expression, &variables) {
        return Err(super::wrong(
            name,
            format!("error: ${unknown} is not defined at <top-level>, line 1:\n{text}"),
        ));
    }
    Ok(Rc::new(Jq {
        expression,
        options: given.options.iter().map(|(letter, _)| *letter).collect(),
        variables,
        files,
    }))
}

impl Jq {
    fn has(&self, letter: char) -> bool {
        self.options.contains(&letter)
    }

    fn print(&self, value: &Json, io: &mut Io<'_>) {
        let sorted;
        let value = match self.has('S') {
            true => {
                sorted = formats::with_sorted_keys(value);
                &sorted
            }
            false => value,
        };
        let text = match value {
            Json::Text(text) if self.has('r') || self.has('j') => text.to_string(),
            value if self.has('c') => value.compact(),
            value => value.pretty(),
        };
        io.out.push_str(&text);
        if !self.has('j') {
            io.out.push('\n');
        }
    }
}

impl Program for Jq {
    fn run(&self, io: &mut Io<'_>) -> i32 {
        let (text, well) = io.read("jq", &self.files);
        if !well {
            return 2;
        }
        let (inputs, error) = read(&text);
        let inputs = match (self.has('n'), self.has('s')) {
            (true, _) => vec![Json::Null],
            (_, true) => vec![Json::list(inputs)],
            _ => inputs,
        };
        let mut last = None;
        let mut exit = 0;
        for input in inputs {
            let mut eval = eval::Eval::new(&self.variables);
            let failed = eval.run(&self.expression, &input, &mut |value| {
                self.print(&value, io);
                last = Some(value.is_true());
                Ok(())
            });
            if let Err(eval::Stop::Error(why)) = failed {
                io.err.push_str(&format!(
                    "jq: error (at <stdin>:{}): {why}\n",
                    text.matches('\n').count()
                ));
                exit = 5;
            }
        }
        if let Some(error) = error.filter(|_| !self.has('n')) {
            io.err.push_str(&format!("jq: parse error: {error}\n"));
            return 2;
        }
        match (exit, self.has('e'), last) {
            (0, true, None) => 4,
            (0, true, Some(false)) => 1,
            _ => exit,
        }
    }
}

/// The values of a text, and what is wrong with the rest of it.
fn read(text: &str) -> (Vec<Json>, Option<String>) {
    let mut values = Vec::new();
    for value in serde_json::Deserializer::from_str(text).into_iter::<Json>() {
        match value {
            Ok(value) => values.push(value),
            Err(error) => return (values, Some(error.to_string())),
        }
    }
    (values, None)
}
