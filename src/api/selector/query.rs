//! Selectors in text form: `-l 'app=web,tier in (a,b),!canary'`
//! (`staging/src/k8s.io/apimachinery/pkg/labels/selector.go`).

use super::{LabelSelector, Operator, Requirement};
use crate::api::light;
use crate::api::strings::Strings;
use crate::api::{go, names};
use std::fmt;

/// Why a text is not a selector, in kubectl's words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SelectorError(String);

/// The operator of a [`Term`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// `key=value`
    Equals,
    /// `key==value`
    DoubleEquals,
    /// `key!=value`: another value, or no such label.
    NotEquals,
    /// `key in (a,b)`
    In,
    /// `key notin (a,b)`: another value, or no such label.
    NotIn,
    /// `key`
    Exists,
    /// `!key`
    DoesNotExist,
    /// `key>1`
    GreaterThan,
    /// `key<1`
    LessThan,
}

/// One requirement of a [`Query`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// The label's key.
    pub key: String,
    /// The operator.
    pub relation: Relation,
    /// The values, sorted and unique.
    pub values: Vec<String>,
}

/// A selector as kubectl parses and prints it: requirements sorted by key, which must all hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query(pub Vec<Term>);

impl Query {
    /// Parses a selector; an empty text selects everything.
    ///
    /// # Errors
    /// The text is not a valid selector.
    pub fn parse(text: &str) -> Result<Self, SelectorError> {
        let mut terms = Parser::new(text).terms().map_err(SelectorError)?;
        light::sort(&mut terms, |a, b| a.key.cmp(&b.key));
        Ok(Self(terms))
    }

    /// Whether the labels satisfy every requirement.
    #[must_use]
    pub fn matches(&self, labels: &Strings) -> bool {
        self.0
            .iter()
            .all(|term| term.matches(labels.get(&term.key)))
    }
}

impl Term {
    fn matches(&self, value: Option<&String>) -> bool {
        let listed = || value.is_some_and(|value| self.values.contains(value));
        let number = |text: &String| text.parse::<i64>().ok();
        let compare = || Some((number(value?)?, number(self.values.first()?)?));
        match self.relation {
            Relation::Equals | Relation::DoubleEquals | Relation::In => listed(),
            Relation::NotEquals | Relation::NotIn => !listed(),
            Relation::Exists => value.is_some(),
            Relation::DoesNotExist => value.is_none(),
            Relation::GreaterThan => compare().is_some_and(|(a, b)| a > b),
            Relation::LessThan => compare().is_some_and(|(a, b)| a < b),
        }
    }
}

impl TryFrom<Query> for LabelSelector {
    type Error = SelectorError;

    /// The requirements of a command line as those of a spec (`metav1.ParseToLabelSelector`).
    fn try_from(query: Query) -> Result<Self, SelectorError> {
        let mut selector = Self::default();
        for Term {
            key,
            relation,
            mut values,
        } in query.0
        {
            let operator = match relation {
                Relation::Equals | Relation::DoubleEquals => {
                    let value = values.pop().unwrap_or_default();
                    selector.match_labels.insert(key, value);
                    continue;
                }
                Relation::In => Operator::In,
                Relation::NotEquals | Relation::NotIn => Operator::NotIn,
                Relation::Exists => Operator::Exists,
                Relation::DoesNotExist => Operator::DoesNotExist,
                Relation::GreaterThan | Relation::LessThan => {
                    let sign = if relation == Relation::LessThan {
                        "lt"
                    } else {
                        "gt"
                    };
                    let text = format!("{sign:?} isn't supported in label selectors");
                    return Err(SelectorError(text));
                }
            };
            selector.match_expressions.push(Requirement {
                key,
                operator,
                values,
            });
        }
        Ok(selector)
    }
}

impl From<&LabelSelector> for Query {
    /// The same requirements in the form that `kubectl describe` prints (`metav1.LabelSelectorAsSelector`).
    fn from(selector: &LabelSelector) -> Self {
        let labels = selector.match_labels.iter().map(|(key, value)| Term {
            key: key.clone(),
            relation: Relation::Equals,
            values: vec![value.clone()],
        });
        let expressions = selector.match_expressions.iter().map(|requirement| {
            let mut values = requirement.values.clone();
            light::sort(&mut values, Ord::cmp);
            values.dedup();
            let relation = match requirement.operator {
                Operator::In => Relation::In,
                Operator::NotIn => Relation::NotIn,
                Operator::Exists => Relation::Exists,
                Operator::DoesNotExist => Relation::DoesNotExist,
            };
            Term {
                key: requirement.key.clone(),
                relation,
                values,
            }
        });
        let mut terms: Vec<Term> = labels.chain(expressions).collect();
        light::sort(&mut terms, |a, b| a.key.cmp(&b.key));
        Self(terms)
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (key, values) = (&self.key, self.values.join(","));
        match self.relation {
            Relation::Equals => write!(f, "{key}={values}"),
            Relation::DoubleEquals => write!(f, "{key}=={values}"),
            Relation::NotEquals => write!(f, "{key}!={values}"),
            Relation::In => write!(f, "{key} in ({values})"),
            Relation::NotIn => write!(f, "{key} notin ({values})"),
            Relation::Exists => write!(f, "{key}"),
            Relation::DoesNotExist => write!(f, "!{key}"),
            Relation::GreaterThan => write!(f, "{key}>{values}"),
            Relation::LessThan => write!(f, "{key}<{values}"),
        }
    }
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, term) in self.0.iter().enumerate() {
            let comma = if index > 0 { "," } else { "" };
            write!(f, "{comma}{term}")?;
        }
        Ok(())
    }
}

/// Parses labels in the form `a=b,c=d` (`labels.ConvertSelectorToLabelsMap`).
///
/// # Errors
/// The text is not a list of labels.
pub fn parse_labels(text: &str) -> Result<Strings, SelectorError> {
    let mut labels = Strings::default();
    if text.is_empty() {
        return Ok(labels);
    }
    for part in text.split(',') {
        let [key, value] = part.split('=').collect::<Vec<_>>()[..] else {
            return Err(SelectorError(format!("invalid selector: {part}")));
        };
        let (key, value) = (key.trim(), value.trim());
        check("<nil>", key, names::qualified_name(key)).map_err(SelectorError)?;
        check(&format!("[{key}]"), value, names::label_value(value)).map_err(SelectorError)?;
        labels.insert(key.to_owned(), value.to_owned());
    }
    Ok(labels)
}

/// `PATH: Invalid value: "x": complaint; complaint`.
fn check(path: &str, text: &str, complaints: names::Complaints) -> Result<(), String> {
    if complaints.is_empty() {
        return Ok(());
    }
    Err(format!(
        "{path}: Invalid value: {}: {}",
        go::quote(text),
        complaints.join("; ")
    ))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Token {
    Error,
    End,
    Close,
    Comma,
    Not,
    DoubleEquals,
    Equals,
    Greater,
    Identifier,
    In,
    Less,
    NotEquals,
    NotIn,
    Open,
}

fn keyword(text: &str) -> Option<Token> {
    Some(match text {
        ")" => Token::Close,
        "," => Token::Comma,
        "!" => Token::Not,
        "==" => Token::DoubleEquals,
        "=" => Token::Equals,
        ">" => Token::Greater,
        "in" => Token::In,
        "<" => Token::Less,
        "!=" => Token::NotEquals,
        "notin" => Token::NotIn,
        "(" => Token::Open,
        _ => return None,
    })
}

/// Tokenizes the text; the last token marks its end.
fn scan(text: &str) -> Vec<(Token, String)> {
    let is_space = |c: char| matches!(c, ' ' | '\t' | '\r' | '\n');
    let is_symbol = |c: char| "=!(),><".contains(c);
    let mut tokens = Vec::new();
    let mut rest = text.trim_start_matches(is_space);
    while !rest.is_empty() {
        let (token, length) = if rest.starts_with(is_symbol) {
            let run = rest.len() - rest.trim_start_matches(is_symbol).len();
            // The longest operator wins; a character that starts none ends the text.
            let longest = (1..=run.min(2))
                .rev()
                .find_map(|n| keyword(&rest[..n]).map(|token| (token, n)));
            longest.unwrap_or((Token::Error, run))
        } else {
            let length = rest
                .find(|c| is_space(c) || is_symbol(c))
                .unwrap_or(rest.len());
            (
                keyword(&rest[..length]).unwrap_or(Token::Identifier),
                length,
            )
        };
        tokens.push((token, rest[..length].to_owned()));
        rest = rest[length..].trim_start_matches(is_space);
    }
    tokens.push((Token::End, String::new()));
    tokens
}

struct Parser {
    tokens: Vec<(Token, String)>,
    at: usize,
}

type Parsed<T> = Result<T, String>;

impl Parser {
    fn new(text: &str) -> Self {
        Self {
            tokens: scan(text),
            at: 0,
        }
    }

    /// The next token; `in` and `notin` are identifiers where no operator is expected.
    fn look(&self) -> (Token, String) {
        let (token, text) = self
            .tokens
            .get(self.at)
            .cloned()
            .unwrap_or((Token::End, String::new()));
        let token = if matches!(token, Token::In | Token::NotIn) {
            Token::Identifier
        } else {
            token
        };
        (token, text)
    }

    fn take(&mut self) -> (Token, String) {
        let token = self.look();
        self.at += 1;
        token
    }

    fn terms(mut self) -> Parsed<Vec<Term>> {
        let mut terms = Vec::new();
        loop {
            match self.look() {
                (Token::Identifier | Token::Not, _) => {
                    terms.push(
                        self.term()
                            .map_err(|error| format!("unable to parse requirement: {error}"))?,
                    );
                    match self.take() {
                        (Token::End, _) => return Ok(terms),
                        (Token::Comma, _) => match self.look() {
                            (Token::Identifier | Token::Not, _) => {}
                            (_, text) => {
                                return Err(format!(
                                    "found '{text}', expected: identifier after ','"
                                ));
                            }
                        },
                        (_, text) => {
                            return Err(format!(
                                "found '{text}', expected: ',' or 'end of string'"
                            ));
                        }
                    }
                }
                (Token::End, _) => return Ok(terms),
                (_, text) => {
                    return Err(format!(
                        "found '{text}', expected: !, identifier, or 'end of string'"
                    ));
                }
            }
        }
    }

    fn term(&mut self) -> Parsed<Term> {
        let mut token = self.take();
        let negated = token.0 == Token::Not;
        if negated {
            token = self.take();
        }
        let (Token::Identifier, key) = token else {
            return Err(format!("found '{}', expected: identifier", token.1));
        };
        check("<nil>", &key, names::qualified_name(&key))?;
        if negated {
            return Ok(Term {
                key,
                relation: Relation::DoesNotExist,
                values: Vec::new(),
            });
        }
        if matches!(self.look().0, Token::End | Token::Comma) {
            return Ok(Term {
                key,
                relation: Relation::Exists,
                values: Vec::new(),
            });
        }
        let relation = self.relation()?;
        let mut values = match relation {
            Relation::In | Relation::NotIn => self.values()?,
            _ => vec![self.exact_value()?],
        };
        light::sort(&mut values, Ord::cmp);
        values.dedup();
        if values.is_empty() {
            return Err(
                "values: Invalid value: []: for 'in', 'notin' operators, values set can't be empty"
                    .to_owned(),
            );
        }
        for (index, value) in values.iter().enumerate() {
            if matches!(relation, Relation::GreaterThan | Relation::LessThan)
                && value.parse::<i64>().is_err()
            {
                let value = go::quote(value);
                return Err(format!(
                    "values[{index}]: Invalid value: {value}: for 'Gt', 'Lt' operators, the value must be an integer"
                ));
            }
            check(
                &format!("values[{index}][{key}]"),
                value,
                names::label_value(value),
            )?;
        }
        Ok(Term {
            key,
            relation,
            values,
        })
    }

    fn relation(&mut self) -> Parsed<Relation> {
        let (token, text) = self
            .tokens
            .get(self.at)
            .cloned()
            .unwrap_or((Token::End, String::new()));
        self.at += 1;
        Ok(match token {
            Token::In => Relation::In,
            Token::NotIn => Relation::NotIn,
            Token::Equals => Relation::Equals,
            Token::DoubleEquals => Relation::DoubleEquals,
            Token::NotEquals => Relation::NotEquals,
            Token::Greater => Relation::GreaterThan,
            Token::Less => Relation::LessThan,
            _ => {
                return Err(format!(
                    "found '{text}', expected: in, notin, =, ==, !=, gt, lt"
                ));
            }
        })
    }

    fn exact_value(&mut self) -> Parsed<String> {
        if matches!(self.look().0, Token::End | Token::Comma) {
            return Ok(String::new());
        }
        match self.take() {
            (Token::Identifier, text) => Ok(text),
            (_, text) => Err(format!("found '{text}', expected: identifier")),
        }
    }

    fn values(&mut self) -> Parsed<Vec<String>> {
        let (token, text) = self.take();
        if token != Token::Open {
            return Err(format!("found '{text}' expected: '('"));
        }
        let mut values = Vec::new();
        match self.look() {
            (Token::Identifier | Token::Comma, _) => {}
            (Token::Close, _) => {
                self.take();
                return Ok(values);
            }
            (_, text) => return Err(format!("found '{text}', expected: ',', ')' or identifier")),
        }
        // Empty values are allowed between commas and next to the parentheses.
        loop {
            match self.take() {
                (Token::Identifier, text) => {
                    values.push(text);
                    match self.look() {
                        (Token::Comma, _) => {}
                        (Token::Close, _) => break,
                        (_, text) => return Err(format!("found '{text}', expected: ',' or ')'")),
                    }
                }
                (Token::Comma, _) => {
                    if values.is_empty() {
                        values.push(String::new());
                    }
                    match self.look().0 {
                        Token::Close => {
                            values.push(String::new());
                            break;
                        }
                        Token::Comma => {
                            self.take();
                            values.push(String::new());
                        }
                        _ => {}
                    }
                }
                (_, text) => return Err(format!("found '{text}', expected: ',', or identifier")),
            }
        }
        self.take();
        Ok(values)
    }
}

#[cfg(test)]
mod tests;
