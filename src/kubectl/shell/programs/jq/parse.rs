//! Parses jq's filters; what cannot be parsed is not simulated.

use super::super::leading_name;
use super::functions;
use super::json::Json;
use super::{Expression, Operator};
use Operator::{
    Add, Alternative, And, Divide, Equal, Greater, GreaterOrEqual, Less, LessOrEqual, Multiply,
    NotEqual, Or, Remainder, Subtract,
};

const DEPTH_MAX: usize = 40;

/// Words of jq that are not simulated or end an expression.
const OTHERS: &[&str] = &[
    "def", "reduce", "foreach", "try", "catch", "label", "import", "include", "as", "then", "elif",
    "else", "end", "and", "or", "__loc__",
];

const FORMATS: &[&str] = &["@text", "@json", "@tsv", "@csv", "@base64", "@base64d"];

type Parsed<T> = Result<T, String>;

/// A filter; fails with what is not simulated.
pub fn expression(text: &str) -> Parsed<Expression> {
    let mut parser = Parser {
        rest: text,
        depth: 0,
    };
    parser.spaces();
    if parser.rest.is_empty() {
        return Ok(Expression::Identity);
    }
    let found = parser.pipe()?;
    match parser.rest.is_empty() {
        true => Ok(found),
        false => parser.unknown(),
    }
}

struct Parser<'t> {
    rest: &'t str,
    depth: usize,
}

fn boxed(expression: Expression) -> Box<Expression> {
    Box::new(expression)
}

impl<'t> Parser<'t> {
    fn spaces(&mut self) {
        loop {
            self.rest = self.rest.trim_start();
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
        if rest.is_some() {
            self.spaces();
        }
        rest.is_some()
    }

    /// The name that comes next, which is not taken.
    fn name(&self) -> &'t str {
        leading_name(self.rest)
    }

    fn take_word(&mut self, word: &str) -> bool {
        self.spaces();
        self.name() == word && self.take(word)
    }

    fn expect(&mut self, text: &str) -> Parsed<()> {
        match self.take(text) {
            true => Ok(()),
            false => self.unknown(),
        }
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
            true => "with a filter that ends early".to_owned(),
            false => format!("with {word}"),
        })
    }

    fn deeper<T>(&mut self, parse: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err("with filters within each other too deep".to_owned());
        }
        let found = parse(self)?;
        self.depth -= 1;
        Ok(found)
    }

    fn pipe(&mut self) -> Parsed<Expression> {
        self.deeper(|parser| {
            let mut all = vec![parser.comma()?];
            while parser.take("|") {
                all.push(parser.comma()?);
            }
            let last = all.pop().unwrap_or(Expression::Identity);
            let join = |right, left| Expression::Pipe(boxed(left), boxed(right));
            Ok(all.into_iter().rev().fold(last, join))
        })
    }

    fn comma(&mut self) -> Parsed<Expression> {
        let mut left = self.alternative()?;
        while self.take(",") {
            let right = self.alternative()?;
            left = Expression::Comma(boxed(left), boxed(right));
        }
        Ok(left)
    }

    fn alternative(&mut self) -> Parsed<Expression> {
        let left = self.assignment()?;
        if self.rest.starts_with("//=") || !self.take("//") {
            return Ok(left);
        }
        let right = self.deeper(Self::alternative)?;
        Ok(Expression::Binary(Alternative, boxed(left), boxed(right)))
    }

    fn assignment(&mut self) -> Parsed<Expression> {
        let left = self.binary(0)?;
        let operators = [
            ("|=", None, true),
            ("+=", Some(Add), false),
            ("-=", Some(Subtract), false),
            ("*=", Some(Multiply), false),
            ("/=", Some(Divide), false),
            ("%=", Some(Remainder), false),
            ("//=", Some(Alternative), false),
            ("=", None, false),
        ];
        for (text, operator, updates) in operators {
            if !self.rest.starts_with("==") && self.take(text) {
                let right = self.deeper(Self::alternative)?;
                return Ok(Expression::Assign(
                    operator,
                    updates,
                    boxed(left),
                    boxed(right),
                ));
            }
        }
        Ok(left)
    }

    fn binary(&mut self, level: usize) -> Parsed<Expression> {
        if level == 5 {
            return self.postfix();
        }
        let mut left = self.binary(level + 1)?;
        while let Some(operator) = self.operator(level) {
            let right = self.binary(level + 1)?;
            left = Expression::Binary(operator, boxed(left), boxed(right));
            if level == 2 {
                break;
            }
        }
        Ok(left)
    }

    fn operator(&mut self, level: usize) -> Option<Operator> {
        self.spaces();
        let list: &[(&str, Operator)] = match level {
            0 => return self.take_word("or").then_some(Or),
            1 => return self.take_word("and").then_some(And),
            2 => &[
                ("==", Equal),
                ("!=", NotEqual),
                ("<=", LessOrEqual),
                (">=", GreaterOrEqual),
                ("<", Less),
                (">", Greater),
            ],
            3 => &[("+", Add), ("-", Subtract)],
            _ => &[("*", Multiply), ("/", Divide), ("%", Remainder)],
        };
        let (text, operator) = list.iter().find(|(text, _)| self.rest.starts_with(text))?;
        let rest = self.rest.get(text.len()..).unwrap_or_default();
        let assigns = level > 2 && rest.starts_with('=') && !rest.starts_with("==");
        if assigns || *operator == Divide && rest.starts_with('/') {
            return None;
        }
        self.take(text);
        Some(*operator)
    }

    fn postfix(&mut self) -> Parsed<Expression> {
        let mut found = self.deeper(Self::term)?;
        loop {
            self.spaces();
            found = if self.take("?") {
                Expression::Quiet(boxed(found))
            } else if self.rest.starts_with('[') {
                self.brackets(found)?
            } else if self.rest.starts_with('.') && !self.rest.starts_with("..") {
                self.take(".");
                match self.rest.starts_with('[') {
                    true => self.brackets(found)?,
                    false => self.field(found)?,
                }
            } else {
                if self.name() == "as" {
                    return self.unknown();
                }
                return Ok(found);
            };
        }
    }

    /// `name` or `"name"` after a dot.
    fn field(&mut self, of: Expression) -> Parsed<Expression> {
        let name = self.name();
        let key = if self.rest.starts_with('"') {
            self.text()?
        } else if name.is_empty() {
            return self.unknown();
        } else {
            self.take(name);
            Expression::Value(Json::text(name))
        };
        Ok(Expression::Index(boxed(of), boxed(key)))
    }

    /// `[]`, `[index]` or `[from:to]`
    fn brackets(&mut self, of: Expression) -> Parsed<Expression> {
        let of = boxed(of);
        self.expect("[")?;
        if self.take("]") {
            return Ok(Expression::Each(of));
        }
        if self.take(":") {
            let to = self.pipe()?;
            self.expect("]")?;
            return Ok(Expression::Slice(of, None, Some(boxed(to))));
        }
        let from = self.pipe()?;
        if self.take(":") {
            let to = match self.rest.starts_with(']') {
                true => None,
                false => Some(boxed(self.pipe()?)),
            };
            self.expect("]")?;
            return Ok(Expression::Slice(of, Some(boxed(from)), to));
        }
        self.expect("]")?;
        Ok(Expression::Index(of, boxed(from)))
    }

    fn term(&mut self) -> Parsed<Expression> {
        self.spaces();
        if self.take("..") {
            return Ok(Expression::Recurse);
        }
        if self.rest.starts_with('.')
            && !self
                .rest
                .get(1..)
                .unwrap_or_default()
                .starts_with(|c: char| c.is_ascii_digit())
        {
            self.rest = self.rest.get(1..).unwrap_or_default();
            let is_field = self.rest.starts_with('"') || !self.name().is_empty();
            return match is_field {
                true => self.field(Expression::Identity),
                false => Ok(Expression::Identity),
            };
        }
        match self.rest.chars().next() {
            Some('"') => self.text(),
            Some('(') => {
                self.take("(");
                let inner = self.pipe()?;
                self.expect(")")?;
                Ok(inner)
            }
            Some('[') => {
                self.take("[");
                if self.take("]") {
                    return Ok(Expression::List(None));
                }
                let inner = self.pipe()?;
                self.expect("]")?;
                Ok(Expression::List(Some(boxed(inner))))
            }
            Some('{') => self.object(),
            Some('-') => {
                self.take("-");
                Ok(Expression::Negative(boxed(self.postfix()?)))
            }
            Some('$') => {
                self.rest = self.rest.get(1..).unwrap_or_default();
                let name = self.name();
                if name.is_empty() || name == "__loc__" {
                    return self.unknown();
                }
                self.take(name);
                Ok(Expression::Variable(name.to_owned()))
            }
            Some('@') => {
                let format = FORMATS.iter().rev().find(|format| self.take(format));
                match format {
                    Some(format) if !self.rest.starts_with('"') => Ok(Expression::Format(format)),
                    _ => self.unknown(),
                }
            }
            Some('0'..='9' | '.') => self.number(),
            _ => self.word(),
        }
    }

    fn number(&mut self) -> Parsed<Expression> {
        let is_digit = |letter: char| letter.is_ascii_digit() || letter == '.';
        let end = self
            .rest
            .find(|letter| !is_digit(letter))
            .unwrap_or(self.rest.len());
        let text = self.rest.get(..end).unwrap_or_default();
        let value = match text.parse::<i64>() {
            Ok(number) => Json::Number(number.into()),
            Err(_) => match text.parse::<f64>() {
                Ok(number) => Json::number(number),
                Err(_) => return self.unknown(),
            },
        };
        self.take(text);
        Ok(Expression::Value(value))
    }

    /// A name: a constant, a condition, or a function.
    fn word(&mut self) -> Parsed<Expression> {
        let name = self.name();
        if name.is_empty() || OTHERS.contains(&name) {
            return self.unknown();
        }
        self.take(name);
        match name {
            "null" => return Ok(Expression::Value(Json::Null)),
            "true" | "false" => return Ok(Expression::Value(Json::Bool(name == "true"))),
            "if" => return self.condition(),
            _ => {}
        }
        let mut arguments = Vec::new();
        if self.take("(") {
            arguments.push(self.pipe()?);
            while self.take(";") {
                arguments.push(self.pipe()?);
            }
            self.expect(")")?;
        }
        let known = functions::TABLE
            .iter()
            .find(|(known, count)| *known == name && *count == arguments.len());
        match known {
            Some((known, _)) => Ok(Expression::Call(known, arguments)),
            None => Err(format!("with {name}/{}", arguments.len())),
        }
    }

    fn condition(&mut self) -> Parsed<Expression> {
        self.deeper(|parser| {
            let condition = parser.pipe()?;
            parser.word_expected("then")?;
            let then = parser.pipe()?;
            let otherwise = if parser.take_word("elif") {
                return Ok(Expression::If(
                    boxed(condition),
                    boxed(then),
                    boxed(parser.condition()?),
                ));
            } else if parser.take_word("else") {
                parser.pipe()?
            } else {
                Expression::Identity
            };
            parser.word_expected("end")?;
            Ok(Expression::If(
                boxed(condition),
                boxed(then),
                boxed(otherwise),
            ))
        })
    }

    fn word_expected(&mut self, word: &str) -> Parsed<()> {
        match self.take_word(word) {
            true => Ok(()),
            false => self.unknown(),
        }
    }

    fn object(&mut self) -> Parsed<Expression> {
        let mut fields = Vec::new();
        self.take("{");
        while !self.take("}") {
            let name = self.name();
            let (key, usual) = if self.take("(") {
                let key = self.pipe()?;
                self.expect(")")?;
                (key, None)
            } else if self.rest.starts_with('"') {
                let key = self.text()?;
                let usual = Expression::Index(boxed(Expression::Identity), boxed(key.clone()));
                (key, Some(usual))
            } else if self.take("$") {
                let name = self.name();
                self.take(name);
                (
                    Expression::Value(Json::text(name)),
                    Some(Expression::Variable(name.to_owned())),
                )
            } else if name.is_empty() {
                return self.unknown();
            } else {
                self.take(name);
                let key = Expression::Value(Json::text(name));
                let usual = Expression::Index(boxed(Expression::Identity), boxed(key.clone()));
                (key, Some(usual))
            };
            let value = match (self.take(":"), usual) {
                (true, _) => self.object_value()?,
                (false, Some(usual)) => usual,
                (false, None) => return self.unknown(),
            };
            fields.push((key, value));
            if !self.take(",") && !self.rest.starts_with('}') {
                return self.unknown();
            }
        }
        Ok(Expression::Fields(fields))
    }

    fn object_value(&mut self) -> Parsed<Expression> {
        let left = self.alternative()?;
        match self.take("|") {
            true => Ok(Expression::Pipe(
                boxed(left),
                boxed(self.deeper(Self::object_value)?),
            )),
            false => Ok(left),
        }
    }

    /// A string, with expressions in `\(…)`.
    fn text(&mut self) -> Parsed<Expression> {
        let mut parts = Vec::new();
        let mut plain = String::new();
        self.rest = self.rest.get(1..).unwrap_or_default();
        loop {
            let Some(letter) = self.rest.chars().next() else {
                return Err("with an open \"".to_owned());
            };
            self.rest = self.rest.get(letter.len_utf8()..).unwrap_or_default();
            match letter {
                '"' => break,
                '\\' => {
                    let Some(escaped) = self.rest.chars().next() else {
                        return Err("with an open \"".to_owned());
                    };
                    self.rest = self.rest.get(escaped.len_utf8()..).unwrap_or_default();
                    match escaped {
                        '(' => {
                            let inner = self.pipe()?;
                            if !self.rest.starts_with(')') {
                                return self.unknown();
                            }
                            self.rest = self.rest.get(1..).unwrap_or_default();
                            parts.push((std::mem::take(&mut plain), Some(inner)));
                        }
                        'n' => plain.push('\n'),
                        't' => plain.push('\t'),
                        'r' => plain.push('\r'),
                        '"' | '\\' | '/' => plain.push(escaped),
                        other => return Err(format!("with \\{other}")),
                    }
                }
                other => plain.push(other),
            }
        }
        self.spaces();
        if parts.is_empty() {
            return Ok(Expression::Value(Json::text(plain)));
        }
        parts.push((plain, None));
        Ok(Expression::Text(parts))
    }
}
