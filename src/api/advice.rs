//! Advice on how to fix a fault.

use crate::texts::{Language, Text};
use std::fmt::Display;

/// A text of the catalogues, with its values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    says: &'static Text,
    values: Vec<(&'static str, String)>,
}

impl Advice {
    /// A text, so far without values.
    #[must_use]
    pub const fn new(says: &'static Text) -> Self {
        Self {
            says,
            values: Vec::new(),
        }
    }

    /// Adds a value for the placeholders of this name.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.values.push((name, value.into()));
        self
    }

    /// The sentence with its values filled in.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        let values = self.values.iter();
        let values: Vec<(&str, &dyn Display)> = values
            .map(|(name, value)| (*name, value as &dyn Display))
            .collect();
        self.says.with(language, &values)
    }
}
