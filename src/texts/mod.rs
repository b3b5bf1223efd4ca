//! All texts, one catalogue a language: `en.toml`, `zh-CN.toml`.
//!
//! The build script reads the catalogues, checks them against each other ([`catalogue`]) and writes them as Rust. The
//! texts of branches and invariants are found by their ids, all others by a name of their own: a text that is missing
//! does not compile.

pub mod language;
pub mod pattern;
#[cfg(feature = "pseudo")]
pub mod pseudo;

#[cfg(test)]
mod catalogue;

pub use language::Language;

use std::fmt::Display;

include!(concat!(env!("OUT_DIR"), "/core.rs"));

/// A text in every language, with `{name}` where a value goes, or words that go with it ([`pattern`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Text([&'static str; Language::ALL.len()]);

impl Text {
    /// A text; the build script alone makes them, from the catalogues.
    #[must_use]
    pub const fn new(says: [&'static str; Language::ALL.len()]) -> Self {
        Self(says)
    }

    /// A text that is the same in every language.
    #[must_use]
    pub const fn same(text: &'static str) -> Self {
        Self([text; Language::ALL.len()])
    }

    /// The text in a language.
    #[must_use]
    pub const fn text(&self, language: Language) -> &'static str {
        self.0[language as usize]
    }

    /// The text with values in their places.
    #[must_use]
    pub fn with(&self, language: Language, values: &[(&str, &dyn Display)]) -> String {
        pattern::filled(self.text(language), &|name| {
            let value = values.iter().find(|(known, _)| *known == name);
            value.map(|(_, value)| value.to_string())
        })
    }
}

/// The text of an id in a table of the catalogues.
#[must_use]
pub const fn get(table: &[(&str, Text)], id: &str) -> Option<Text> {
    let mut at = 0;
    while at < table.len() {
        if is_same(table[at].0.as_bytes(), id.as_bytes()) {
            return Some(table[at].1);
        }
        at += 1;
    }
    None
}

const fn is_same(one: &[u8], other: &[u8]) -> bool {
    let mut at = 0;
    while at < one.len() && at < other.len() && one[at] == other[at] {
        at += 1;
    }
    at == one.len() && at == other.len()
}
