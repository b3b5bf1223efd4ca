//! Advice on how to fix a fault, in both languages.

use crate::texts::Language;

/// A sentence with `{}` for each value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    says: [&'static str; 2],
    values: Vec<String>,
}

impl Advice {
    /// A sentence without values.
    #[must_use]
    pub const fn new(english: &'static str, chinese: &'static str) -> Self {
        Self {
            says: [english, chinese],
            values: Vec::new(),
        }
    }

    /// Adds the value for the next `{}`.
    #[must_use]
    pub fn with(mut self, value: impl Into<String>) -> Self {
        self.values.push(value.into());
        self
    }

    /// The sentence with its values filled in.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        let mut text = String::new();
        let mut rest = self.says[language as usize];
        for value in &self.values {
            let Some((before, after)) = rest.split_once('{') else {
                break;
            };
            text.push_str(before);
            text.push_str(value);
            rest = after.strip_prefix('}').unwrap_or(after);
        }
        text + rest
    }
}
