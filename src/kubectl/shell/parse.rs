//! Parses a command line as POSIX' shell does, as far as it is simulated.

use super::syntax::{For, List, ListItem, ShellCommand, ShellError, Simple, When};

/// Maximum depth of loops and substitutions.
const DEPTH_MAX: usize = 16;

/// Reserved words and built-in commands that are not simulated.
const OTHERS: &[&str] = &[
    "if", "while", "until", "case", "select", "function", "{", "[", "[[", "test",
];
/// Reserved words that cannot begin a command.
const CLOSING: &[&str] = &[
    "do", "done", "then", "elif", "else", "fi", "esac", "}", "in",
];

/// The first command line of a text, and its length.
///
/// # Errors
/// It is incomplete, or a part of it is not simulated.
pub fn first(text: &str) -> Result<(List, usize), ShellError> {
    let mut parser = Parser::new(text);
    parser.blank_lines();
    // A prompt, as in what people copy.
    if text
        .get(parser.at..)
        .is_some_and(|rest| rest.starts_with("$ "))
    {
        parser.at += 2;
    }
    let list = parser.list(&[], true)?;
    Ok((list, parser.at))
}

/// A single command line.
///
/// # Errors
/// As [`first`], or there are several lines.
pub fn line(text: &str) -> Result<List, ShellError> {
    let (list, length) = first(text)?;
    match is_blank(text.get(length..).unwrap_or_default()) {
        true => Ok(list),
        false => Err(ShellError::Several),
    }
}

/// Whether a text has only spaces and comments.
pub fn is_blank(text: &str) -> bool {
    let mut parser = Parser::new(text);
    parser.blank_lines();
    parser.peek().is_none()
}

/// All lines of a text.
///
/// # Errors
/// As [`first`].
pub(super) fn script(text: &str) -> Result<List, ShellError> {
    let mut parser = Parser::new(text);
    let list = parser.list(&[], false)?;
    match parser.peek() {
        None => Ok(list),
        Some(letter) => Err(ShellError::Unexpected(letter.into())),
    }
}

/// The text, and how far it is parsed.
pub(super) struct Parser<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
    /// The substitutions of the current command.
    pub(super) substitutions: Vec<List>,
    /// The place of the next line break, and the end of the here-documents behind it.
    texts: Option<(usize, usize)>,
}

impl<'t> Parser<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self {
            text,
            at: 0,
            depth: 0,
            substitutions: Vec::new(),
            texts: None,
        }
    }

    pub(super) fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(super) fn next(&mut self) -> Option<char> {
        let letter = self.peek()?;
        self.at += letter.len_utf8();
        Some(letter)
    }

    /// Goes past a text if it comes next.
    pub(super) fn take(&mut self, text: &str) -> bool {
        let found = self.rest().starts_with(text);
        if found {
            self.at += text.len();
        }
        found
    }

    /// Goes past spaces, comments and continued line ends.
    pub(super) fn spaces(&mut self) {
        loop {
            match self.peek() {
                Some('#') => {
                    let end = self.rest().find('\n').unwrap_or(self.rest().len());
                    self.at += end;
                }
                Some(letter) if letter != '\n' && letter.is_whitespace() => {
                    self.at += letter.len_utf8()
                }
                _ if self.take("\\\n") => {}
                _ => return,
            }
        }
    }

    /// Goes past a line end and the here-documents that follow it.
    fn line_end(&mut self) -> bool {
        let at = self.at;
        if !self.take("\n") {
            return false;
        }
        if let Some((_, end)) = self.texts.take_if(|(place, _)| *place == at) {
            self.at = end;
        }
        true
    }

    fn blank_lines(&mut self) {
        self.spaces();
        while self.line_end() {
            self.spaces();
        }
    }

    /// The text of a here-document, which begins after the current line or after the text before it.
    pub(super) fn here_document(&mut self, end: &str, strips: bool) -> Result<String, ShellError> {
        let (place, mut at) = match self.texts {
            Some(texts) => texts,
            None => {
                let place = self.at + line_length(self.rest());
                (place, place + 1)
            }
        };
        let mut body = String::new();
        for line in self
            .text
            .get(at..)
            .unwrap_or_default()
            .split_inclusive('\n')
        {
            at += line.len();
            let line = match strips {
                true => line.trim_start_matches('\t'),
                false => line,
            };
            if line.trim_end_matches(['\n', '\r']) == end {
                self.texts = Some((place, at));
                return Ok(body);
            }
            body.push_str(line);
        }
        Err(ShellError::OpenText(end.to_owned()))
    }

    /// A list of pipelines up to one of these words, or up to the end of the line or of the text.
    pub(super) fn list(&mut self, ends: &[&str], is_line: bool) -> Result<List, ShellError> {
        if self.depth == DEPTH_MAX {
            let text = format!("commands within each other more than {DEPTH_MAX} times");
            return Err(ShellError::NotSimulated(text));
        }
        self.depth += 1;
        let mut list = List::default();
        let mut before: Option<(When, &str)> = None;
        loop {
            match is_line && before.is_none() {
                true => self.spaces(),
                false => self.blank_lines(),
            }
            if self.is_at(ends) {
                break;
            }
            let when = before.take().map_or(When::Always, |(when, _)| when);
            list.items.push(self.pipeline(when)?);
            self.spaces();
            before = match self.operator()? {
                None if is_line && self.peek() == Some(')') => {
                    return Err(ShellError::Unexpected(")".to_owned()));
                }
                None if is_line => {
                    self.line_end();
                    break;
                }
                None if self.line_end() => None,
                None => break,
                Some((When::Always, _)) => None,
                found => found,
            };
            if is_line && before.is_none() && self.ends_line() {
                break;
            }
        }
        self.depth -= 1;
        match before {
            Some((_, operator)) => Err(self.unexpected(operator)),
            None => Ok(list),
        }
    }

    /// Whether nothing more is on the line; goes past its end.
    fn ends_line(&mut self) -> bool {
        self.spaces();
        self.peek().is_none() || self.line_end()
    }

    /// The operator after a pipeline; `None` at a line end, or at what ends the list.
    fn operator(&mut self) -> Result<Option<(When, &'static str)>, ShellError> {
        let found = match self.peek() {
            None | Some('\n' | ')') => return Ok(None),
            _ if self.take("&&") => (When::Succeeded, "&&"),
            _ if self.take("||") => (When::Failed, "||"),
            _ if self.take(";;") => return Err(ShellError::Unexpected(";;".to_owned())),
            _ if self.take(";") => (When::Always, ";"),
            Some('&') => return Err(outside_quotes("&")),
            Some(other) => return Err(ShellError::Unexpected(other.to_string())),
        };
        Ok(Some(found))
    }

    /// The error for what comes next instead of a command after a word or operator.
    fn unexpected(&self, after: &str) -> ShellError {
        match self.peek() {
            None => ShellError::Unfinished(after.to_owned()),
            Some(_) => ShellError::Unexpected(self.reserved().to_owned()),
        }
    }

    /// Whether the list ends here.
    fn is_at(&self, ends: &[&str]) -> bool {
        let found = self.reserved();
        self.peek().is_none() || ends.contains(&found)
    }

    /// What comes next, up to a character that ends a word.
    fn reserved(&self) -> &'t str {
        let rest = self.rest();
        let end = rest.find(is_end).unwrap_or(rest.len());
        match rest.chars().next() {
            Some(first) if end == 0 => rest.get(..first.len_utf8()).unwrap_or_default(),
            _ => rest.get(..end).unwrap_or_default(),
        }
    }

    fn pipeline(&mut self, when: When) -> Result<ListItem, ShellError> {
        let negated = self.reserved() == "!" && self.take("!");
        let mut commands = Vec::new();
        loop {
            self.spaces();
            commands.push(self.command()?);
            self.spaces();
            if self.rest().starts_with("||") || !self.take("|") {
                break;
            }
            if self.peek() == Some('&') {
                return Err(outside_quotes("|&"));
            }
            self.blank_lines();
            if self.peek().is_none() {
                return Err(ShellError::Unfinished("|".to_owned()));
            }
        }
        Ok(ListItem {
            when,
            negated,
            commands,
        })
    }

    fn command(&mut self) -> Result<ShellCommand, ShellError> {
        let word = self.reserved();
        if word == "for" {
            return Ok(ShellCommand::For(self.for_loop()?));
        }
        if OTHERS.contains(&word) {
            return Err(ShellError::NotSimulated(word.to_owned()));
        }
        if CLOSING.contains(&word) {
            return Err(ShellError::Unexpected(word.to_owned()));
        }
        if word == "(" {
            return Err(outside_quotes("("));
        }
        let simple = self.simple()?;
        match simple == Simple::default() {
            true => Err(self.unexpected("!")),
            false => Ok(ShellCommand::Simple(simple)),
        }
    }

    fn for_loop(&mut self) -> Result<For, ShellError> {
        let open = || ShellError::Unfinished("for".to_owned());
        self.take("for");
        self.spaces();
        if self.rest().starts_with("((") {
            return Err(ShellError::NotSimulated("for ((".to_owned()));
        }
        let name = self.reserved();
        if !is_name(name) {
            return Err(self.unexpected("for"));
        }
        self.take(name);
        self.blank_lines();
        if self.reserved() != "in" {
            return Err(match self.peek() {
                None => open(),
                _ => ShellError::NotSimulated("for without in".to_owned()),
            });
        }
        self.take("in");
        let outer = std::mem::take(&mut self.substitutions);
        let mut words = Vec::new();
        loop {
            self.spaces();
            match self.peek() {
                None => return Err(open()),
                Some(';' | '\n') => break,
                Some(letter) if is_end(letter) => {
                    return Err(ShellError::Unexpected(letter.into()));
                }
                Some(_) => words.push(self.word()?),
            }
        }
        let substitutions = std::mem::replace(&mut self.substitutions, outer);
        self.take(";");
        self.blank_lines();
        if self.reserved() != "do" {
            return Err(self.unexpected("for"));
        }
        self.take("do");
        let body = self.list(&["done"], false)?;
        if self.reserved() != "done" {
            return Err(self.unexpected("do"));
        }
        self.take("done");
        self.spaces();
        if self
            .peek()
            .is_some_and(|letter| matches!(letter, '<' | '>'))
        {
            return Err(ShellError::NotSimulated(
                "redirections after done".to_owned(),
            ));
        }
        Ok(For {
            name: name.to_owned(),
            words,
            substitutions,
            body,
        })
    }

    fn simple(&mut self) -> Result<Simple, ShellError> {
        let outer = std::mem::take(&mut self.substitutions);
        let mut simple = Simple::default();
        let (mut from, mut to) = (None, self.at);
        loop {
            self.spaces();
            if self.redirect(&mut simple.redirects)? {
                continue;
            }
            match self.peek() {
                None | Some('\n' | ';' | '&' | '|' | ')') => break,
                Some('(') => return Err(ShellError::Unexpected("(".to_owned())),
                Some(_) => {}
            }
            if simple.words.is_empty()
                && let Some(name) = self.assigned()
            {
                self.take(name);
                self.take("=");
                let value = self.word()?;
                simple.assignments.push((name.to_owned(), value));
                continue;
            }
            from.get_or_insert(self.at);
            simple.words.push(self.word()?);
            to = self.at;
        }
        simple.substitutions = std::mem::replace(&mut self.substitutions, outer);
        let source = from.and_then(|from| self.text.get(from..to));
        let source = source.filter(|text| simple.redirects.is_empty() && !text.contains('\n'));
        simple.source = source.map(str::to_owned);
        Ok(simple)
    }

    /// The name of a variable that is assigned next.
    fn assigned(&self) -> Option<&'t str> {
        let (name, _) = self.rest().split_once('=')?;
        is_name(name).then_some(name)
    }
}

/// The length of a line, which goes on after a backslash and within quotes.
fn line_length(text: &str) -> usize {
    let mut open = None;
    let mut letters = text.char_indices();
    while let Some((at, letter)) = letters.next() {
        match (letter, open) {
            ('\n', None) => return at,
            ('\\', None | Some('"')) => drop(letters.next()),
            ('\'' | '"', None) => open = Some(letter),
            (letter, Some(quote)) if letter == quote => open = None,
            _ => {}
        }
    }
    text.len()
}

/// Whether a character outside quotes ends a word.
pub(super) fn is_end(letter: char) -> bool {
    letter.is_whitespace() || matches!(letter, '|' | '&' | ';' | '<' | '>' | '(' | ')')
}

/// Whether a text can be the name of a variable.
pub(super) fn is_name(text: &str) -> bool {
    let is_letter = |letter: char| letter.is_ascii_alphabetic() || letter == '_';
    text.starts_with(is_letter) && text.chars().all(|c| is_letter(c) || c.is_ascii_digit())
}

pub(super) fn outside_quotes(text: &str) -> ShellError {
    ShellError::NotSimulated(format!("{text} outside quotes"))
}
