//! Parses awk's programs; what cannot be parsed is not simulated.

use super::super::leading_name;
use super::super::pattern::{self, Syntax};
use super::{Expression, Operator, Pattern, Rule, Statement};
use Operator::{
    Add, And, Concatenate, Divide, Equal, Greater, GreaterOrEqual, Less, LessOrEqual, Multiply,
    NotEqual, Or, Remainder, Subtract,
};

const DEPTH_MAX: usize = 40;

/// Words of awk that are not simulated.
const OTHERS: &[&str] = &[
    "printf", "getline", "if", "else", "while", "for", "do", "break", "continue", "function",
    "func", "delete", "exit", "return", "in", "nextfile",
];

type Parsed<T> = Result<T, String>;

/// The rules of a program; fails with what is not simulated.
pub fn rules(text: &str) -> Parsed<Vec<Rule>> {
    let mut parser = Parser {
        rest: text,
        depth: 0,
        prints: false,
    };
    let mut rules = Vec::new();
    loop {
        parser.lines();
        if parser.rest.is_empty() {
            return Ok(rules);
        }
        rules.push(parser.rule()?);
    }
}

/// The text that escapes stand for; fails with one that is not simulated.
pub fn unescaped(text: &str) -> Parsed<String> {
    let mut found = String::new();
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        if letter != '\\' {
            found.push(letter);
            continue;
        }
        match letters.next() {
            Some('n') => found.push('\n'),
            Some('t') => found.push('\t'),
            Some(other @ ('"' | '\\' | '/')) => found.push(other),
            Some('|') => found.push_str("\\|"),
            Some('.') => found.push_str("\\."),
            other => return Err(format!("\\{}", other.map(String::from).unwrap_or_default())),
        }
    }
    Ok(found)
}

struct Parser<'t> {
    rest: &'t str,
    depth: usize,
    /// Whether `>` would redirect what is printed.
    prints: bool,
}

impl<'t> Parser<'t> {
    fn spaces(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\r']);
    }

    fn lines(&mut self) {
        loop {
            self.rest = self
                .rest
                .trim_start_matches(|letter: char| letter.is_whitespace() || letter == ';');
            if !self.rest.starts_with('#') {
                return;
            }
            self.rest = self.rest.split_once('\n').map_or("", |(_, rest)| rest);
        }
    }

    fn take(&mut self, text: &str) -> bool {
        self.spaces();
        let rest = self.rest.strip_prefix(text);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    /// The name that comes next, which is not taken.
    fn name(&mut self) -> &'t str {
        self.spaces();
        leading_name(self.rest)
    }

    /// What is not simulated here.
    fn unknown<T>(&self) -> Parsed<T> {
        let word: String = self
            .rest
            .chars()
            .take_while(|letter| !letter.is_whitespace())
            .take(20)
            .collect();
        Err(match word.is_empty() {
            true => "with a program that ends early".to_owned(),
            false => format!("with {word}"),
        })
    }

    fn rule(&mut self) -> Parsed<Rule> {
        let when = match self.name() {
            name @ ("BEGIN" | "END") => {
                self.take(name);
                if name == "BEGIN" {
                    Pattern::Begin
                } else {
                    Pattern::End
                }
            }
            _ if self.rest.starts_with('{') => Pattern::Always,
            _ => Pattern::If(self.expression()?),
        };
        let does = match self.take("{") {
            true => Some(self.statements()?),
            false if matches!(when, Pattern::If(_)) => None,
            false => return self.unknown(),
        };
        self.spaces();
        Ok(Rule { when, does })
    }

    fn statements(&mut self) -> Parsed<Vec<Statement>> {
        let mut found = Vec::new();
        loop {
            self.lines();
            if self.take("}") {
                return Ok(found);
            }
            found.push(self.statement()?);
            self.spaces();
            if !self.rest.starts_with(['}', ';', '\n', '#']) {
                return self.unknown();
            }
        }
    }

    fn statement(&mut self) -> Parsed<Statement> {
        match self.name() {
            "next" => {
                self.take("next");
                Ok(Statement::Next)
            }
            "print" => {
                self.take("print");
                let mut values = Vec::new();
                self.spaces();
                self.prints = true;
                if !self.rest.is_empty() && !self.rest.starts_with(['}', ';', '\n', '|', '>']) {
                    values.push(self.expression()?);
                    while self.take(",") {
                        values.push(self.expression()?);
                    }
                }
                self.prints = false;
                Ok(Statement::Print(values))
            }
            _ => Ok(Statement::Evaluate(self.expression()?)),
        }
    }

    fn expression(&mut self) -> Parsed<Expression> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err("with expressions within each other too deep".to_owned());
        }
        let name = self.name();
        let before = self.rest;
        let found = match name.is_empty() || OTHERS.contains(&name) {
            true => self.binary(0)?,
            false => {
                self.take(name);
                match self.assignment(name)? {
                    Some(found) => found,
                    None => {
                        self.rest = before;
                        self.binary(0)?
                    }
                }
            }
        };
        self.depth -= 1;
        Ok(found)
    }

    /// `= VALUE`, `+= VALUE` and the like after a name.
    fn assignment(&mut self, name: &str) -> Parsed<Option<Expression>> {
        self.spaces();
        let operators = [
            ("+=", Some(Add)),
            ("-=", Some(Subtract)),
            ("*=", Some(Multiply)),
            ("/=", Some(Divide)),
            ("%=", Some(Remainder)),
            ("=", None),
        ];
        for (text, operator) in operators {
            if !self.rest.starts_with("==") && self.take(text) {
                let value = Box::new(self.expression()?);
                return Ok(Some(Expression::Assign(name.to_owned(), operator, value)));
            }
        }
        Ok(None)
    }

    /// Operators that bind at least as tightly as a level.
    fn binary(&mut self, level: usize) -> Parsed<Expression> {
        let mut left = match level {
            7 => return self.unary(),
            _ => self.binary(level + 1)?,
        };
        loop {
            let Some(operator) = self.operator(level) else {
                // `!` binds more loosely than a match, so that `!x ~ y` needs parentheses.
                return Ok(left);
            };
            let right = self.binary(level + 1)?;
            left = match operator {
                Found::Match(negated) => {
                    Expression::Match(Box::new(left), Box::new(right), negated)
                }
                Found::Binary(operator) => {
                    Expression::Binary(operator, Box::new(left), Box::new(right))
                }
            };
        }
    }

    fn operator(&mut self, level: usize) -> Option<Found> {
        let list: &[(&str, Found)] = match level {
            0 => &[("||", Found::Binary(Or))],
            1 => &[("&&", Found::Binary(And))],
            2 => &[("!~", Found::Match(true)), ("~", Found::Match(false))],
            3 => &[
                ("<=", Found::Binary(LessOrEqual)),
                ("==", Found::Binary(Equal)),
                ("!=", Found::Binary(NotEqual)),
                (">=", Found::Binary(GreaterOrEqual)),
                ("<", Found::Binary(Less)),
                (">", Found::Binary(Greater)),
            ],
            4 => return self.concatenates().then_some(Found::Binary(Concatenate)),
            5 => &[("+", Found::Binary(Add)), ("-", Found::Binary(Subtract))],
            _ => &[
                ("*", Found::Binary(Multiply)),
                ("/", Found::Binary(Divide)),
                ("%", Found::Binary(Remainder)),
            ],
        };
        self.spaces();
        let found = list.iter().find(|(text, _)| self.rest.starts_with(text));
        let (text, operator) = found?;
        if level == 3 && self.prints && text.starts_with('>') {
            return None;
        }
        self.take(text);
        Some(*operator)
    }

    /// Whether another value follows without an operator.
    fn concatenates(&mut self) -> bool {
        let name = self.name();
        match name.is_empty() {
            true => {
                self.rest.starts_with(['"', '$', '('])
                    || self
                        .rest
                        .starts_with(|letter: char| letter.is_ascii_digit())
            }
            false => name != "in",
        }
    }

    fn unary(&mut self) -> Parsed<Expression> {
        self.spaces();
        if self.rest.starts_with("++") || self.rest.starts_with("--") {
            return self.unknown();
        }
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err("with expressions within each other too deep".to_owned());
        }
        let found = if !self.rest.starts_with("!~") && self.take("!") {
            Expression::Not(Box::new(self.unary()?))
        } else if self.take("-") {
            Expression::Negative(Box::new(self.unary()?))
        } else {
            self.primary()?
        };
        self.depth -= 1;
        Ok(found)
    }

    fn primary(&mut self) -> Parsed<Expression> {
        if self.take("$") {
            return Ok(Expression::Field(Box::new(self.unary()?)));
        }
        if self.take("(") {
            let prints = std::mem::take(&mut self.prints);
            let inner = self.expression()?;
            self.prints = prints;
            return match self.take(")") {
                true => Ok(inner),
                false => self.unknown(),
            };
        }
        if self.take("\"") {
            return self.text();
        }
        if self.take("/") {
            return self.regex();
        }
        let name = self.name();
        if name.is_empty() {
            return self.number();
        }
        if OTHERS.contains(&name) {
            return self.unknown();
        }
        let before = self.rest;
        self.take(name);
        if name == "length" {
            let inner = match self.rest.starts_with('(') {
                true => Some(Box::new(self.primary()?)),
                false => None,
            };
            return Ok(Expression::Length(inner));
        }
        if self.rest.starts_with(['(', '[']) {
            self.rest = before;
            return self.unknown();
        }
        if self.take("++") {
            return Ok(Expression::Step(name.to_owned(), 1.0));
        }
        if self.take("--") {
            return Ok(Expression::Step(name.to_owned(), -1.0));
        }
        Ok(Expression::Variable(name.to_owned()))
    }

    fn number(&mut self) -> Parsed<Expression> {
        let is_digit = |letter: char| letter.is_ascii_digit() || letter == '.';
        let end = self
            .rest
            .find(|letter| !is_digit(letter))
            .unwrap_or(self.rest.len());
        match self.rest.get(..end).unwrap_or_default().parse() {
            Ok(number) => {
                self.rest = self.rest.get(end..).unwrap_or_default();
                Ok(Expression::Number(number))
            }
            Err(_) => self.unknown(),
        }
    }

    /// The text up to an unescaped end.
    fn until(&mut self, end: char) -> Parsed<&'t str> {
        let mut escaped = false;
        for (at, letter) in self.rest.char_indices() {
            if letter == end && !escaped {
                let text = self.rest.get(..at).unwrap_or_default();
                self.rest = self.rest.get(at + 1..).unwrap_or_default();
                return Ok(text);
            }
            escaped = letter == '\\' && !escaped;
        }
        Err(format!("with an open {end}"))
    }

    fn text(&mut self) -> Parsed<Expression> {
        let text = self.until('"')?;
        Ok(Expression::Text(unescaped(text)?))
    }

    fn regex(&mut self) -> Parsed<Expression> {
        let text = self.until('/')?.replace("\\/", "/");
        let regex = pattern::compile("awk", &text, Syntax::Extended, false);
        Ok(Expression::Matches(
            regex.map_err(|_| format!("with /{text}/"))?,
        ))
    }
}

#[derive(Clone, Copy)]
enum Found {
    Binary(Operator),
    Match(bool),
}
