//! Parses the text of a template into nodes.

use serde_json::Value;

use super::functions;
use crate::api::go::quote;

pub(super) enum Problem {
    /// An error at a byte offset.
    At(usize, String),
    NotSimulated(String),
}

#[derive(Clone, Debug)]
pub(super) enum TemplateNode {
    Text(String),
    Print(Pipeline),
    If {
        condition: Pipeline,
        then: Vec<TemplateNode>,
        otherwise: Vec<TemplateNode>,
    },
    With {
        condition: Pipeline,
        then: Vec<TemplateNode>,
        otherwise: Vec<TemplateNode>,
    },
    Range {
        list: Pipeline,
        body: Vec<TemplateNode>,
        otherwise: Vec<TemplateNode>,
    },
}

/// Commands separated by pipes, and the variables assigned to.
#[derive(Clone, Debug)]
pub(super) struct Pipeline {
    pub variables: Vec<String>,
    /// `:=` declares variables, `=` assigns to existing ones.
    pub declares: bool,
    pub commands: Vec<Vec<Operand>>,
}

/// A value, and a path of fields within it.
#[derive(Clone, Debug)]
pub(super) struct Operand {
    pub base: Base,
    pub fields: Vec<String>,
}

#[derive(Clone, Debug)]
pub(super) enum Base {
    Dot,
    Variable(String),
    Literal(Value),
    Function(String),
    Pipeline(Box<Pipeline>),
}

/// Maximum nesting of blocks and parentheses.
const MAX_DEPTH: usize = 100;

/// The content of an action, without its braces.
struct Action<'a> {
    text: &'a str,
    position: usize,
}

enum Piece<'a> {
    Text(String),
    Action(Action<'a>),
}

pub(super) fn parse(template: &str) -> Result<Vec<TemplateNode>, Problem> {
    let mut pieces = split(template)?.into_iter();
    let (nodes, end) = block(&mut pieces, 0)?;
    match end {
        Stop::File => Ok(nodes),
        Stop::End(position) => Err(Problem::At(position, "unexpected {{end}}".to_owned())),
        Stop::Else(action) => Err(Problem::At(
            action.position,
            "unexpected {{else}}".to_owned(),
        )),
    }
}

/// Splits the template at its braces, and trims the white space for `{{-` and `-}}`.
fn split(template: &str) -> Result<Vec<Piece<'_>>, Problem> {
    let mut pieces = Vec::new();
    let mut position = 0;
    let mut trim_next = false;
    loop {
        let rest = template.get(position..).unwrap_or("");
        let open = rest.find("{{");
        let mut text = rest.get(..open.unwrap_or(rest.len())).unwrap_or("");
        if trim_next {
            text = text.trim_start();
        }
        let Some(open) = open else {
            pieces.push(Piece::Text(text.to_owned()));
            return Ok(pieces);
        };
        let start = position + open + 2;
        let inner = template.get(start..).unwrap_or("");
        let trims = inner
            .strip_prefix('-')
            .is_some_and(|inner| inner.starts_with(char::is_whitespace));
        pieces.push(Piece::Text(
            if trims { text.trim_end() } else { text }.to_owned(),
        ));
        let length =
            action_length(inner).ok_or_else(|| Problem::At(start, "unclosed action".to_owned()))?;
        let mut action = inner.get(..length).unwrap_or("");
        if trims {
            action = action.strip_prefix('-').unwrap_or(action);
        }
        trim_next = action
            .strip_suffix('-')
            .is_some_and(|action| action.ends_with(char::is_whitespace));
        if trim_next {
            action = action.strip_suffix('-').unwrap_or(action);
        }
        let text = action.trim();
        if !(text.starts_with("/*") && text.ends_with("*/")) {
            pieces.push(Piece::Action(Action {
                text,
                position: start,
            }));
        }
        position = start + length + 2;
    }
}

/// Position of the closing braces; those within quotes do not count.
fn action_length(text: &str) -> Option<usize> {
    let mut quote = None;
    let mut escaped = false;
    for (index, letter) in text.char_indices() {
        match quote {
            Some(_) if escaped => escaped = false,
            Some('"') if letter == '\\' => escaped = true,
            Some(open) if letter == open => quote = None,
            Some(_) => {}
            None if letter == '"' || letter == '`' => quote = Some(letter),
            None if text.get(index..).is_some_and(|rest| rest.starts_with("}}")) => {
                return Some(index);
            }
            None => {}
        }
    }
    None
}

enum Stop<'a> {
    File,
    End(usize),
    Else(Action<'a>),
}

/// Parses nodes up to an `end` or `else`.
fn block<'a>(
    pieces: &mut impl Iterator<Item = Piece<'a>>,
    depth: usize,
) -> Result<(Vec<TemplateNode>, Stop<'a>), Problem> {
    let mut nodes = Vec::new();
    while let Some(piece) = pieces.next() {
        let action = match piece {
            Piece::Text(text) => {
                nodes.push(TemplateNode::Text(text));
                continue;
            }
            Piece::Action(action) => action,
        };
        if depth > MAX_DEPTH {
            return Err(Problem::NotSimulated(
                "more than a hundred blocks in one another".to_owned(),
            ));
        }
        let (word, rest) = action
            .text
            .split_once(char::is_whitespace)
            .unwrap_or((action.text, ""));
        match word {
            "end" => return Ok((nodes, Stop::End(action.position))),
            "else" => {
                return Ok((
                    nodes,
                    Stop::Else(Action {
                        text: rest.trim(),
                        position: action.position,
                    }),
                ));
            }
            "if" | "with" | "range" => {
                nodes.push(control(word, rest, action.position, pieces, depth)?)
            }
            "define" | "template" | "block" | "break" | "continue" => {
                return Err(Problem::NotSimulated(format!("{{{{{word}}}}}")));
            }
            _ => nodes.push(TemplateNode::Print(pipeline(action.text, action.position)?)),
        }
    }
    Ok((nodes, Stop::File))
}

fn control<'a>(
    word: &str,
    condition: &str,
    position: usize,
    pieces: &mut impl Iterator<Item = Piece<'a>>,
    depth: usize,
) -> Result<TemplateNode, Problem> {
    let condition = pipeline(condition, position)?;
    let (then, end) = block(&mut *pieces, depth + 1)?;
    let otherwise = match end {
        Stop::File => return Err(Problem::At(position, "unexpected EOF".to_owned())),
        Stop::End(_) => Vec::new(),
        Stop::Else(action) => alternative(word, &action, pieces, depth)?,
    };
    Ok(match word {
        "if" => TemplateNode::If {
            condition,
            then,
            otherwise,
        },
        "with" => TemplateNode::With {
            condition,
            then,
            otherwise,
        },
        _ => TemplateNode::Range {
            list: condition,
            body: then,
            otherwise,
        },
    })
}

/// Parses what follows an `else`; an `else if ...` shares the `end` of the enclosing block.
fn alternative<'a>(
    word: &str,
    action: &Action<'a>,
    pieces: &mut impl Iterator<Item = Piece<'a>>,
    depth: usize,
) -> Result<Vec<TemplateNode>, Problem> {
    if action.text.is_empty() {
        return match block(&mut *pieces, depth + 1)? {
            (nodes, Stop::End(_)) => Ok(nodes),
            _ => Err(Problem::At(
                action.position,
                "expected end; found {{else}}".to_owned(),
            )),
        };
    }
    match action.text.split_once(char::is_whitespace) {
        Some((again, rest)) if again == word && word != "range" => {
            if depth > MAX_DEPTH {
                return Err(Problem::NotSimulated(
                    "more than a hundred blocks in one another".to_owned(),
                ));
            }
            // A trait object, since otherwise every level of nesting would instantiate a function with another
            // type.
            let pieces: &mut dyn Iterator<Item = Piece<'a>> = pieces;
            Ok(vec![control(
                word,
                rest,
                action.position,
                &mut { pieces },
                depth + 1,
            )?])
        }
        _ => Err(Problem::At(
            action.position,
            format!("unexpected <{}> in else", action.text),
        )),
    }
}

fn pipeline(text: &str, position: usize) -> Result<Pipeline, Problem> {
    let mut parser = Parser {
        rest: text,
        position,
        depth: 0,
    };
    let pipeline = parser.pipeline()?;
    if parser.rest.trim_start().is_empty() {
        Ok(pipeline)
    } else {
        Err(parser.unexpected())
    }
}

struct Parser<'a> {
    rest: &'a str,
    position: usize,
    depth: usize,
}

impl<'a> Parser<'a> {
    fn unexpected(&self) -> Problem {
        let found: String = self.rest.trim_start().chars().take(20).collect();
        Problem::At(
            self.position,
            format!("unexpected {} in operand", quote(&found)),
        )
    }

    fn eat(&mut self, sign: &str) -> bool {
        let trimmed = self.rest.trim_start();
        match trimmed.strip_prefix(sign) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn word(&mut self) -> &'a str {
        let end = self
            .rest
            .find(|letter: char| letter != '_' && !letter.is_alphanumeric());
        let (word, rest) = self
            .rest
            .split_at_checked(end.unwrap_or(self.rest.len()))
            .unwrap_or(("", ""));
        self.rest = rest;
        word
    }

    fn pipeline(&mut self) -> Result<Pipeline, Problem> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Problem::NotSimulated(
                "more than a hundred parentheses in one another".to_owned(),
            ));
        }
        let (variables, declares) = self.variables();
        let mut commands = vec![self.command()?];
        while self.eat("|") {
            commands.push(self.command()?);
        }
        self.depth -= 1;
        Ok(Pipeline {
            variables,
            declares,
            commands,
        })
    }

    /// Parses `$x :=`, `$i, $x :=` or `$x =` at the start of a pipeline.
    fn variables(&mut self) -> (Vec<String>, bool) {
        let before = self.rest;
        let mut names = Vec::new();
        while self.eat("$") {
            names.push(self.word().to_owned());
            if self.eat(":=") {
                return (names, true);
            }
            if !self.rest.trim_start().starts_with("==") && self.eat("=") {
                return (names, false);
            }
            if !self.eat(",") {
                break;
            }
        }
        self.rest = before;
        (Vec::new(), false)
    }

    fn command(&mut self) -> Result<Vec<Operand>, Problem> {
        let mut operands = Vec::new();
        loop {
            let trimmed = self.rest.trim_start();
            if trimmed.is_empty() || trimmed.starts_with(['|', ')']) {
                break;
            }
            self.rest = trimmed;
            operands.push(self.operand()?);
        }
        if operands.is_empty() {
            return Err(Problem::At(
                self.position,
                "missing value for command".to_owned(),
            ));
        }
        Ok(operands)
    }

    fn operand(&mut self) -> Result<Operand, Problem> {
        let base = match self.rest.chars().next() {
            Some('.') => Base::Dot,
            Some('$') => {
                self.eat("$");
                Base::Variable(self.word().to_owned())
            }
            Some('(') => {
                self.eat("(");
                let inner = self.pipeline()?;
                if !self.eat(")") {
                    return Err(Problem::At(self.position, "unclosed left paren".to_owned()));
                }
                Base::Pipeline(Box::new(inner))
            }
            Some(quote @ ('"' | '`')) => Base::Literal(self.quoted(quote)?),
            Some(letter) if letter.is_ascii_digit() || letter == '-' || letter == '+' => {
                Base::Literal(self.number()?)
            }
            Some(letter) if letter == '_' || letter.is_alphabetic() => match self.word() {
                "true" => Base::Literal(true.into()),
                "false" => Base::Literal(false.into()),
                "nil" => Base::Literal(Value::Null),
                name if functions::NAMES.contains(&name) => Base::Function(name.to_owned()),
                name => {
                    return Err(Problem::NotSimulated(format!(
                        "the function {}",
                        quote(name)
                    )));
                }
            },
            _ => return Err(self.unexpected()),
        };
        let mut fields = Vec::new();
        while let Some(rest) = self.rest.strip_prefix('.') {
            self.rest = rest;
            match self.word() {
                "" => break,
                field => fields.push(field.to_owned()),
            }
        }
        Ok(Operand { base, fields })
    }

    fn quoted(&mut self, quote: char) -> Result<Value, Problem> {
        let unterminated = || Problem::At(self.position, "unterminated quoted string".to_owned());
        let mut escaped = false;
        let end = self.rest.char_indices().skip(1).find(|(_, letter)| {
            let ends = !escaped && *letter == quote;
            escaped = quote == '"' && !escaped && *letter == '\\';
            ends
        });
        let (end, _) = end.ok_or_else(unterminated)?;
        let (literal, rest) = self
            .rest
            .split_at_checked(end + 1)
            .ok_or_else(unterminated)?;
        self.rest = rest;
        let text = match quote {
            '`' => Some(literal.trim_matches('`').to_owned()),
            _ => crate::print::jsonpath::unquote(literal),
        };
        text.map(Value::String)
            .ok_or_else(|| Problem::At(self.position, "invalid syntax".to_owned()))
    }

    fn number(&mut self) -> Result<Value, Problem> {
        let end = self
            .rest
            .find(|letter: char| !letter.is_ascii_alphanumeric() && !"+-.".contains(letter));
        let (text, rest) = self
            .rest
            .split_at_checked(end.unwrap_or(self.rest.len()))
            .unwrap_or(("", ""));
        self.rest = rest;
        let bad = || Problem::At(self.position, format!("bad number syntax: {}", quote(text)));
        if let Ok(number) = text.parse::<i64>() {
            return Ok(number.into());
        }
        text.parse::<f64>()
            .ok()
            .filter(|number| number.is_finite())
            .map(Value::from)
            .ok_or_else(bad)
    }
}
