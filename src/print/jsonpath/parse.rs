//! Parses the text of a JSONPath template into nodes, with the grammar and error messages of
//! `staging/src/k8s.io/client-go/util/jsonpath/parser.go`.

/// Why a template cannot be parsed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// A `{` without its `}`.
    #[error("unclosed action")]
    UnclosedAction,
    /// A character that starts no token.
    #[error("unrecognized character in action: U+{:04X} '{_0}'", u32::from(*.0))]
    Character(char),
    /// `....`
    #[error("invalid multiple recursive descent")]
    MultipleRecursion,
    /// Digits and dots that do not form a number.
    #[error("cannot parse number {0}")]
    Number(String),
    /// A `[` without its `]`.
    #[error("unterminated array")]
    UnterminatedArray,
    /// Brackets that contain neither an index nor a slice nor a key.
    #[error("invalid array index {0}")]
    ArrayIndex(String),
    /// An index too large for an integer.
    #[error("array index {0} is not a number")]
    IndexNotANumber(String),
    /// A `[?(` without its `)`.
    #[error("unterminated filter")]
    UnterminatedFilter,
    /// A filter's `)` without the following `]`.
    #[error("unclosed array expect ]")]
    UnclosedArray,
    /// A quote that is not closed.
    #[error("unterminated quoted string")]
    UnterminatedQuote,
    /// Invalid escapes in a quoted string.
    #[error("unquote string {0} error invalid syntax")]
    Unquote(String),
}

/// One of the three numbers of `[start:end:step]`.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Index {
    pub value: i64,
    pub known: bool,
    /// The end of a single index, which is implied.
    pub derived: bool,
}

#[derive(Clone, Debug)]
pub(super) enum PathNode {
    /// `{...}`: the content of a pair of braces.
    Action(Vec<PathNode>),
    Text(String),
    Field(String),
    Identifier(String),
    Bool(bool),
    Int(i64),
    Float(f64),
    Wildcard,
    Recursive,
    Array([Index; 3]),
    Union(Vec<Vec<PathNode>>),
    Filter {
        left: Vec<PathNode>,
        right: Vec<PathNode>,
        operator: String,
    },
}

/// Parses a template: text with actions in braces.
pub(super) fn parse(text: &str) -> Result<Vec<PathNode>, ParseError> {
    let mut nodes = Vec::new();
    let mut parser = Parser {
        text,
        position: 0,
        start: 0,
    };
    loop {
        let rest = parser.rest();
        let Some(brace) = rest.find('{') else {
            if !rest.is_empty() {
                nodes.push(PathNode::Text(rest.to_owned()));
            }
            return Ok(nodes);
        };
        if brace > 0 {
            nodes.push(PathNode::Text(rest.get(..brace).unwrap_or("").to_owned()));
        }
        parser.position += brace + 1;
        let mut action = Vec::new();
        parser.action(&mut action)?;
        nodes.push(PathNode::Action(action));
    }
}

/// Parses an expression as if it were in braces.
fn parse_action(text: &str) -> Result<Vec<PathNode>, ParseError> {
    let nodes = parse(&format!("{{{text}}}"))?;
    Ok(nodes
        .into_iter()
        .next()
        .and_then(|node| {
            if let PathNode::Action(nodes) = node {
                Some(nodes)
            } else {
                None
            }
        })
        .unwrap_or_default())
}

struct Parser<'a> {
    text: &'a str,
    position: usize,
    start: usize,
}

impl<'a> Parser<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.position..).unwrap_or("")
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let letter = self.peek()?;
        self.position += letter.len_utf8();
        Some(letter)
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) {
        while self.peek().is_some_and(&wanted) {
            self.next();
        }
    }

    /// The text consumed since the last call.
    fn consume(&mut self) -> &'a str {
        let text = self.text.get(self.start..self.position).unwrap_or("");
        self.start = self.position;
        text
    }

    /// Whether the character before the last one is a backslash.
    fn escaped(&self) -> bool {
        self.position
            .checked_sub(2)
            .and_then(|at| self.text.as_bytes().get(at))
            == Some(&b'\\')
    }

    /// Parses the content of braces, including the closing one.
    fn action(&mut self, nodes: &mut Vec<PathNode>) -> Result<(), ParseError> {
        loop {
            self.consume();
            let rest = self.rest();
            if rest.starts_with("[?(") {
                self.filter(nodes)?;
                continue;
            }
            if rest.starts_with("..") {
                self.recursive(nodes)?;
                continue;
            }
            match self.peek() {
                None | Some('\r' | '\n') => return Err(ParseError::UnclosedAction),
                Some('}') => {
                    self.next();
                    return Ok(());
                }
                // Both `@` and `$` denote the current object.
                Some(' ' | '@' | '$') => {
                    self.next();
                }
                Some('[') => self.array(nodes)?,
                Some(quote @ ('"' | '\'')) => self.quote(nodes, quote)?,
                Some('.') => {
                    self.next();
                    self.field(nodes);
                }
                Some(letter) if letter == '+' || letter == '-' || is_digit(letter) => {
                    self.number(nodes)?
                }
                Some(letter) if is_alphanumeric(letter) => self.identifier(nodes),
                Some(letter) => return Err(ParseError::Character(letter)),
            }
        }
    }

    fn identifier(&mut self, nodes: &mut Vec<PathNode>) {
        self.take_while(|letter| !is_terminator(letter));
        nodes.push(match self.consume() {
            "true" => PathNode::Bool(true),
            "false" => PathNode::Bool(false),
            name => PathNode::Identifier(name.to_owned()),
        });
    }

    fn recursive(&mut self, nodes: &mut Vec<PathNode>) -> Result<(), ParseError> {
        if matches!(nodes.last(), Some(PathNode::Recursive)) {
            return Err(ParseError::MultipleRecursion);
        }
        self.position += 2;
        nodes.push(PathNode::Recursive);
        if self.peek().is_some_and(is_alphanumeric) {
            self.field(nodes);
        }
        Ok(())
    }

    fn field(&mut self, nodes: &mut Vec<PathNode>) {
        self.consume();
        while let Some(letter) = self.peek() {
            if letter == '\\' {
                // A character after a backslash never ends a name.
                self.next();
            } else if is_terminator(letter) {
                break;
            }
            self.next();
        }
        nodes.push(match self.consume() {
            "*" => PathNode::Wildcard,
            name => PathNode::Field(name.replace('\\', "")),
        });
    }

    fn number(&mut self, nodes: &mut Vec<PathNode>) -> Result<(), ParseError> {
        if matches!(self.peek(), Some('+' | '-')) {
            self.next();
        }
        self.take_while(|letter| letter == '.' || is_digit(letter));
        let text = self.consume();
        nodes.push(if let Ok(number) = text.parse() {
            PathNode::Int(number)
        } else {
            PathNode::Float(
                text.parse()
                    .map_err(|_| ParseError::Number(text.to_owned()))?,
            )
        });
        Ok(())
    }

    fn quote(&mut self, nodes: &mut Vec<PathNode>, quote: char) -> Result<(), ParseError> {
        self.next();
        loop {
            match self.next() {
                None | Some('\n') => return Err(ParseError::UnterminatedQuote),
                Some(letter) if letter == quote && !self.escaped() => break,
                Some(_) => {}
            }
        }
        let text = self.consume();
        let unquoted =
            super::unquote::unquote(text).ok_or_else(|| ParseError::Unquote(text.to_owned()))?;
        nodes.push(PathNode::Text(unquoted));
        Ok(())
    }

    fn array(&mut self, nodes: &mut Vec<PathNode>) -> Result<(), ParseError> {
        loop {
            match self.next() {
                None | Some('\n') => return Err(ParseError::UnterminatedArray),
                Some(']') => break,
                Some(_) => {}
            }
        }
        let text = self.consume();
        let text = text
            .strip_prefix('[')
            .and_then(|text| text.strip_suffix(']'))
            .unwrap_or("");
        if text.contains(',') {
            let parts = text
                .split(',')
                .map(|part| parse_action(&format!("[{}]", part.trim_matches(' '))));
            nodes.push(PathNode::Union(parts.collect::<Result<_, _>>()?));
        } else if let Some(key) = dictionary_key(text) {
            nodes.extend(parse_action(&format!(".{key}"))?);
        } else {
            nodes.push(PathNode::Array(slice(if text == "*" {
                ":"
            } else {
                text
            })?));
        }
        Ok(())
    }

    fn filter(&mut self, nodes: &mut Vec<PathNode>) -> Result<(), ParseError> {
        self.position += "[?(".len();
        self.consume();
        let mut quote = None;
        let mut closed = false;
        loop {
            match self.next() {
                None | Some('\n') => return Err(ParseError::UnterminatedFilter),
                Some(letter @ ('"' | '\'')) => match quote {
                    None => quote = Some(letter),
                    Some(open) if open == letter && !self.escaped() => closed = true,
                    Some(_) => {}
                },
                Some(')') if quote.is_some() == closed => break,
                Some(_) => {}
            }
        }
        if self.next() != Some(']') {
            return Err(ParseError::UnclosedArray);
        }
        let text = self.consume();
        let text = text.strip_suffix(")]").unwrap_or("");
        nodes.push(match split_comparison(text) {
            Some((left, operator, right)) => PathNode::Filter {
                left: parse_action(left)?,
                right: parse_action(right)?,
                operator: operator.to_owned(),
            },
            None => PathNode::Filter {
                left: parse_action(text)?,
                right: Vec::new(),
                operator: "exists".to_owned(),
            },
        });
        Ok(())
    }
}

/// The content of single quotes, if that is the whole text.
fn dictionary_key(text: &str) -> Option<&str> {
    text.strip_prefix('\'')?
        .strip_suffix('\'')
        .filter(|key| !key.contains('\''))
}

/// Splits at the first run of comparison characters, which needs text on both sides.
fn split_comparison(text: &str) -> Option<(&str, &str, &str)> {
    let is_sign = |letter: char| "!<>=".contains(letter);
    let from = text.find(is_sign).filter(|from| *from > 0)?;
    let (left, rest) = text.split_at_checked(from)?;
    let mut length = rest.find(|letter| !is_sign(letter)).unwrap_or(rest.len());
    if length == rest.len() {
        // The right side needs a character, even if it is a comparison character.
        length = length.checked_sub(1).filter(|length| *length > 0)?;
    }
    let (operator, right) = rest.split_at_checked(length)?;
    Some((left, operator, right))
}

/// `start:end:step`, each of them optional, or a single index.
fn slice(text: &str) -> Result<[Index; 3], ParseError> {
    let invalid = || ParseError::ArrayIndex(text.to_owned());
    let parts: Vec<&str> = text.split(':').collect();
    let is_index = |part: &&str| {
        part.strip_prefix('-')
            .unwrap_or(part)
            .bytes()
            .all(|byte| byte.is_ascii_digit())
    };
    if parts.len() > 3 || !parts.iter().all(is_index) {
        return Err(invalid());
    }
    let mut indexes = [Index::default(); 3];
    for (index, part) in indexes.iter_mut().zip(&parts) {
        if !part.is_empty() {
            index.known = true;
            index.value = part
                .parse()
                .map_err(|_| ParseError::IndexNotANumber((*part).to_owned()))?;
        }
    }
    if let ([_], [start, end, _]) = (parts.as_slice(), &mut indexes) {
        *end = Index {
            value: start.value.saturating_add(1),
            known: true,
            derived: true,
        };
    }
    Ok(indexes)
}

fn is_digit(letter: char) -> bool {
    letter.is_ascii_digit() || (!letter.is_ascii() && letter.is_numeric())
}

fn is_alphanumeric(letter: char) -> bool {
    letter == '_' || letter.is_alphanumeric()
}

fn is_terminator(letter: char) -> bool {
    matches!(
        letter,
        ' ' | '\t' | '\r' | '\n' | '.' | ',' | '[' | ']' | '$' | '@' | '{' | '}'
    )
}
