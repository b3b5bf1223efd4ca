//! Parses words: quotes, variables, substitutions, and redirections.

use super::parse::{Parser, is_end, is_name, outside_quotes, script};
use super::syntax::{Direction, Redirect, ShellError, Word, WordPart};

impl Parser<'_> {
    /// A word; there is one at this place.
    pub(super) fn word(&mut self) -> Result<Word, ShellError> {
        let mut word = Word::default();
        if matches!(
            self.rest().as_bytes(),
            [b'~'] | [b'~', b'/' | b' ' | b'\n', ..]
        ) {
            return Err(outside_quotes("~"));
        }
        while let Some(letter) = self.peek().filter(|letter| !is_end(*letter)) {
            self.next();
            match letter {
                '\'' => self.single_quotes(&mut word)?,
                '"' => self.double_quotes(&mut word)?,
                '\\' => match self.next() {
                    Some('\n') => {}
                    Some(next) => word.push(next, true),
                    None => return Err(ShellError::OpenEscape),
                },
                '$' => self.dollar(&mut word, false)?,
                '`' => self.backquote(&mut word, false)?,
                other => word.push(other, false),
            }
        }
        Ok(word)
    }

    fn single_quotes(&mut self, word: &mut Word) -> Result<(), ShellError> {
        let Some((text, _)) = self.rest().split_once('\'') else {
            return Err(ShellError::OpenQuote('\''));
        };
        word.0.push(WordPart::Text {
            text: text.to_owned(),
            quoted: true,
        });
        self.take(text);
        self.take("'");
        Ok(())
    }

    fn double_quotes(&mut self, word: &mut Word) -> Result<(), ShellError> {
        // Empty quotes are a word too.
        word.0.push(WordPart::Text {
            text: String::new(),
            quoted: true,
        });
        while let Some(letter) = self.next() {
            match letter {
                '"' => return Ok(()),
                '\\' => match self.next() {
                    Some('\n') => {}
                    Some(next @ ('"' | '\\' | '$' | '`')) => word.push(next, true),
                    Some(next) => {
                        word.push('\\', true);
                        word.push(next, true);
                    }
                    None => return Err(ShellError::OpenEscape),
                },
                '$' => self.dollar(word, true)?,
                '`' => self.backquote(word, true)?,
                other => word.push(other, true),
            }
        }
        Err(ShellError::OpenQuote('"'))
    }

    /// What follows a dollar sign, which is literal unless a shell would expand it.
    fn dollar(&mut self, word: &mut Word, quoted: bool) -> Result<(), ShellError> {
        let of_shell = |name: String| {
            Err(ShellError::NotSimulated(format!(
                "{name}, a value of the shell"
            )))
        };
        let variable = |name: &str, default| WordPart::Variable {
            name: name.to_owned(),
            default,
            quoted,
        };
        if self.rest().starts_with("((") {
            return Err(outside_single_quotes("$(("));
        }
        if self.take("(") {
            let outer = std::mem::take(&mut self.substitutions);
            let list = self.list(&[")"], false)?;
            self.substitutions = outer;
            if !self.take(")") {
                return Err(ShellError::Unfinished("$(".to_owned()));
            }
            let index = self.substitutions.len();
            self.substitutions.push(list);
            word.0.push(WordPart::Output { index, quoted });
            return Ok(());
        }
        if self.take("{") {
            let Some((inner, _)) = self.rest().split_once('}') else {
                return Err(ShellError::Unfinished("${".to_owned()));
            };
            let (name, default) = match inner.split_once(":-") {
                Some((name, default)) => (name, Some(default.to_owned())),
                None => (inner, None),
            };
            let is_plain = |text: &String| !text.contains(['$', '`', '"', '\'', '\\', '{']);
            if !(is_name(name) || name == "?") || !default.iter().all(is_plain) {
                return of_shell(format!("${{{inner}}}"));
            }
            self.take(inner);
            self.take("}");
            word.0.push(variable(name, default));
            return Ok(());
        }
        let rest = self.rest();
        let is_letter = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
        let end = rest.find(|letter| !is_letter(letter)).unwrap_or(rest.len());
        let name = rest.get(..end).unwrap_or_default();
        match rest.chars().next() {
            Some('?') => {
                self.take("?");
                word.0.push(variable("?", None));
            }
            Some(letter @ ('0'..='9' | '#' | '@' | '*' | '!' | '$' | '-')) => {
                return of_shell(format!("${letter}"));
            }
            Some(quote @ ('\'' | '"')) if !quoted => {
                return Err(ShellError::NotSimulated(format!("${quote}")));
            }
            _ if !name.is_empty() => {
                self.take(name);
                word.0.push(variable(name, None));
            }
            _ => word.push('$', quoted),
        }
        Ok(())
    }

    fn backquote(&mut self, word: &mut Word, quoted: bool) -> Result<(), ShellError> {
        let mut text = String::new();
        loop {
            match self.next() {
                None => return Err(ShellError::OpenQuote('`')),
                Some('`') => break,
                Some('\\') => match self.next() {
                    Some(next @ ('`' | '\\' | '$')) => text.push(next),
                    Some(next) => text.extend(['\\', next]),
                    None => return Err(ShellError::OpenEscape),
                },
                Some(other) => text.push(other),
            }
        }
        // Backquotes within backquotes need backslashes, of which ever more are needed with the depth.
        let list = script(&text).map_err(|error| match error.is_open() {
            true => ShellError::Unexpected("`".to_owned()),
            false => error,
        })?;
        let index = self.substitutions.len();
        self.substitutions.push(list);
        word.0.push(WordPart::Output { index, quoted });
        Ok(())
    }

    /// A redirection, if one comes next.
    pub(super) fn redirect(&mut self, found: &mut Vec<Redirect>) -> Result<bool, ShellError> {
        let rest = self.rest();
        if self.take("&>") {
            let to = match self.take(">") {
                true => Direction::Append(self.target(">>")?),
                false => Direction::Write(self.target(">")?),
            };
            let like = Direction::Like(1);
            found.extend([Redirect { fd: 1, to }, Redirect { fd: 2, to: like }]);
            return Ok(true);
        }
        let fd = match rest.as_bytes() {
            [fd @ b'0'..=b'9', b'<' | b'>', ..] => {
                self.next();
                Some(fd - b'0')
            }
            [b'<' | b'>', ..] => None,
            _ => return Ok(false),
        };
        let to = self.direction()?;
        let is_input = matches!(to, Direction::Read(_) | Direction::Text(_));
        let fd = fd.unwrap_or(u8::from(!is_input));
        if fd > 2 || is_input != (fd == 0) {
            return Err(ShellError::NotSimulated(format!("redirection of {fd}")));
        }
        found.push(Redirect { fd, to });
        Ok(true)
    }

    fn direction(&mut self) -> Result<Direction, ShellError> {
        for (operator, what) in [
            ("<(", "<("),
            (">(", ">("),
            ("<&", "<&"),
            ("<>", "<>"),
            (">|", ">|"),
        ] {
            if self.rest().starts_with(operator) {
                return Err(outside_quotes(what));
            }
        }
        Ok(if self.take(">>") {
            Direction::Append(self.target(">>")?)
        } else if self.take(">&") {
            let word = self.target(">&")?;
            match word.bare() {
                Some("1") => Direction::Like(1),
                Some("2") => Direction::Like(2),
                _ => {
                    return Err(ShellError::NotSimulated(
                        ">& other than >&1 and >&2".to_owned(),
                    ));
                }
            }
        } else if self.take(">") {
            Direction::Write(self.target(">")?)
        } else if self.take("<<<") {
            let mut word = self.target("<<<")?;
            word.push('\n', true);
            for part in &mut word.0 {
                match part {
                    WordPart::Text { quoted, .. }
                    | WordPart::Variable { quoted, .. }
                    | WordPart::Output { quoted, .. } => {
                        *quoted = true;
                    }
                }
            }
            Direction::Text(word)
        } else if self.take("<<") {
            self.here()?
        } else {
            self.take("<");
            Direction::Read(self.target("<")?)
        })
    }

    /// The word after a redirection's operator.
    fn target(&mut self, operator: &str) -> Result<Word, ShellError> {
        self.spaces();
        match self.peek() {
            None | Some('\n') => Err(ShellError::Unexpected("newline".to_owned())),
            Some(letter) if is_end(letter) => Err(ShellError::Unexpected(letter.into())),
            Some(_) => {
                let word = self.word()?;
                match word.0.is_empty() {
                    true => Err(ShellError::Unexpected(operator.to_owned())),
                    false => Ok(word),
                }
            }
        }
    }

    /// A here-document, whose text is expanded unless any part of its end is quoted.
    fn here(&mut self) -> Result<Direction, ShellError> {
        let strips = self.take("-");
        let word = self.target("<<")?;
        let Some(end) = word.literal().filter(|end| !end.is_empty()) else {
            return Err(ShellError::NotSimulated("<< with a variable".to_owned()));
        };
        let text = self.here_document(&end, strips)?;
        if word.bare().is_none() {
            return Ok(Direction::Text(Word::quoted(text)));
        }
        let mut inner = Parser::new(&text);
        inner.substitutions = std::mem::take(&mut self.substitutions);
        let word = inner.here_text();
        self.substitutions = std::mem::take(&mut inner.substitutions);
        // More lines do not complete what is open within the text.
        Ok(Direction::Text(word.map_err(
            |error| match error.is_open() {
                true => ShellError::Unexpected(end),
                false => error,
            },
        )?))
    }

    /// The text of a here-document, in which quotes mean nothing.
    fn here_text(&mut self) -> Result<Word, ShellError> {
        let mut word = Word::quoted(String::new());
        while let Some(letter) = self.next() {
            match letter {
                '\\' => match self.next() {
                    Some('\n') => {}
                    Some(next @ ('\\' | '$' | '`')) => word.push(next, true),
                    next => {
                        word.push('\\', true);
                        next.into_iter().for_each(|next| word.push(next, true));
                    }
                },
                '$' => self.dollar(&mut word, true)?,
                '`' => self.backquote(&mut word, true)?,
                other => word.push(other, true),
            }
        }
        Ok(word)
    }
}

fn outside_single_quotes(text: &str) -> ShellError {
    ShellError::NotSimulated(format!("{text} outside single quotes"))
}
