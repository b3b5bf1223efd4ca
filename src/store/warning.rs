//! Warnings about a write that is accepted.

use crate::api::pod::left_out::LeftOutNote;
use crate::texts::Language;

/// A warning about a write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Warning {
    /// A warning of the API server.
    Server(String),
    /// A field that a real cluster acts on and this one does not. The real server does not warn of it.
    NotSimulated(LeftOutNote),
}

impl Warning {
    /// The line to print. Only warnings of the server begin with `Warning: `.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        match self {
            Self::Server(text) => format!("Warning: {text}"),
            Self::NotSimulated(note) => note.text(language),
        }
    }
}
