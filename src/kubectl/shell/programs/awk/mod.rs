//! `awk`: patterns and `print` over fields, with variables and arithmetic. Arrays, control flow and functions are not
//! simulated.

mod eval;
mod parse;

use super::{Given, Io, Program, refused};
use crate::manifests::Failure;
use regex_lite::Regex;
use std::rc::Rc;

/// A rule: when it applies, and what it does.
#[derive(Debug)]
struct Rule {
    when: Pattern,
    /// Without statements the line is printed.
    does: Option<Vec<Statement>>,
}

#[derive(Debug)]
enum Pattern {
    Begin,
    End,
    Always,
    If(Expression),
}

#[derive(Debug)]
enum Statement {
    Print(Vec<Expression>),
    Evaluate(Expression),
    Next,
}

#[derive(Debug)]
enum Expression {
    Number(f64),
    Text(String),
    Matches(Regex),
    Variable(String),
    Field(Box<Expression>),
    Not(Box<Expression>),
    Negative(Box<Expression>),
    /// A match with a pattern, or its opposite.
    Match(Box<Expression>, Box<Expression>, bool),
    Binary(Operator, Box<Expression>, Box<Expression>),
    /// `=`, `+=`, …: the variable, the operator if any, and the value.
    Assign(String, Option<Operator>, Box<Expression>),
    /// `x++` and `x--`: the variable and the difference.
    Step(String, f64),
    Length(Option<Box<Expression>>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Or,
    And,
    Less,
    LessOrEqual,
    Equal,
    NotEqual,
    Greater,
    GreaterOrEqual,
    Concatenate,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

#[derive(Debug)]
struct Awk {
    rules: Vec<Rule>,
    /// Variables set before the first line.
    variables: Vec<(String, String)>,
    files: Vec<String>,
}

/// `awk [-F SEPARATOR] [-v NAME=VALUE]… PROGRAM [FILE…]`
pub fn parse(name: &str, arguments: &[String]) -> Result<Rc<dyn Program>, Failure> {
    let given = Given::parse(name, "F:v:", &[], arguments)?;
    let mut files = given.words;
    if files.is_empty() {
        let text = "usage: awk [-F fs][-v var=value][prog | -f progfile][file ...]";
        return Err(Failure::Raw(text.to_owned()));
    }
    let text = files.remove(0);
    if let Some(file) = files.iter().find(|file| file.contains('=')) {
        return Err(refused(name, file));
    }
    let mut variables = Vec::new();
    for (letter, value) in &given.options {
        let (variable, value) = match letter {
            'F' => ("FS", value.as_str()),
            _ => value
                .split_once('=')
                .ok_or_else(|| refused(name, &format!("-v {value}")))?,
        };
        let value = parse::unescaped(value).map_err(|what| refused(name, &what))?;
        variables.push((variable.to_owned(), value));
    }
    let rules = parse::rules(&text).map_err(|what| refused(name, &what))?;
    Ok(Rc::new(Awk {
        rules,
        variables,
        files,
    }))
}

impl Program for Awk {
    fn run(&self, io: &mut Io<'_>) -> i32 {
        let (text, well) = io.read("awk", &self.files);
        match eval::run(self, &text, io) {
            Ok(()) => i32::from(!well) * 2,
            Err(why) => {
                io.err.push_str(&format!("awk: {why}\n"));
                2
            }
        }
    }
}
