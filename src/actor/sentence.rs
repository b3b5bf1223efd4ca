//! Sentences in parts, so that the page can link each object they mention.

use crate::api::object::Key;
use crate::texts::pattern::{self, PatternPart};
use crate::texts::{Language, Text};
use std::fmt;

/// A sentence, or a part of one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sentence(Vec<Piece>);

/// A piece of a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Words.
    Text(String),
    /// An object, and its name in the sentence.
    Object(Key, String),
}

impl Sentence {
    /// An object under a name that may be shorter than its full one.
    #[must_use]
    pub fn object(key: Key, called: impl Into<String>) -> Self {
        Self(vec![Piece::Object(key, called.into())])
    }

    /// The pieces, in order.
    #[must_use]
    pub fn pieces(&self) -> &[Piece] {
        &self.0
    }

    /// Adds words.
    pub fn push(&mut self, words: &str) {
        match self.0.last_mut() {
            _ if words.is_empty() => {}
            Some(Piece::Text(text)) => text.push_str(words),
            _ => self.0.push(Piece::Text(words.to_owned())),
        }
    }

    /// Appends another sentence or part of one.
    pub fn extend(&mut self, other: Self) {
        for piece in other.0 {
            match piece {
                Piece::Text(text) => self.push(&text),
                object @ Piece::Object(..) => self.0.push(object),
            }
        }
    }
}

impl Text {
    /// The text with values in their places, and the objects among them.
    #[must_use]
    pub fn told(&self, language: Language, values: &[(&str, Sentence)]) -> Sentence {
        let mut told = Sentence::default();
        pattern::each(self.text(language), &|_| false, &mut |part| match part {
            PatternPart::Text(text) => told.push(text),
            PatternPart::Value { name, .. } => {
                let value = values.iter().find(|(known, _)| *known == name);
                told.extend(value.map_or_else(|| name.into(), |(_, value)| value.clone()));
            }
        });
        told
    }
}

impl From<String> for Sentence {
    fn from(text: String) -> Self {
        Self(vec![Piece::Text(text)])
    }
}

impl From<&str> for Sentence {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

/// Displays an object with its kind: `Deployment web`.
impl From<&Key> for Sentence {
    fn from(key: &Key) -> Self {
        Self::object(key.clone(), key.to_string())
    }
}

impl fmt::Display for Sentence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|piece| match piece {
            Piece::Text(text) | Piece::Object(_, text) => f.write_str(text),
        })
    }
}
