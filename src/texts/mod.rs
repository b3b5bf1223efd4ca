//! All texts, in one catalogue per language: `en.toml`, `zh-CN.toml`.
//!
//! The build script reads the catalogues, checks them against each other and generates Rust (`catalogue.rs`). Texts of
//! branches and invariants are looked up by id at compile time, all others have names: a missing text does not compile.

pub mod language;
pub mod pattern;
#[cfg(feature = "pseudo")]
pub mod pseudo;

#[cfg(test)]
mod catalogue;

pub use language::Language;

use std::fmt::Display;

include!(concat!(env!("OUT_DIR"), "/core.rs"));

/// A text in every language, with placeholders for values and words that depend on them ([`pattern`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Text([&'static str; Language::ALL.len()]);

impl Text {
    /// A text; only the build script creates them, from the catalogues.
    #[must_use]
    pub const fn new(says: [&'static str; Language::ALL.len()]) -> Self {
        Self(says)
    }

    /// A text that is the same in every language.
    #[must_use]
    pub const fn same(text: &'static str) -> Self {
        Self([text; Language::ALL.len()])
    }

    /// Whether all of its placeholders are among these names.
    #[must_use]
    pub const fn has_only(&self, names: &[&str]) -> bool {
        let mut language = 0;
        while language < self.0.len() {
            let text = self.0[language].as_bytes();
            let mut at = 0;
            while at < text.len() {
                if text[at] == b'{' && !begins_with_one(text, at + 1, names) {
                    return false;
                }
                at += 1;
            }
            language += 1;
        }
        true
    }

    /// The text in a language.
    #[must_use]
    pub const fn text(&self, language: Language) -> &'static str {
        self.0[language as usize]
    }

    /// The text with its placeholders replaced by values.
    #[must_use]
    pub fn with(&self, language: Language, values: &[(&str, &dyn Display)]) -> String {
        pattern::filled(self.text(language), &|name| {
            let value = values.iter().find(|(known, _)| *known == name);
            value.map(|(_, value)| value.to_string())
        })
    }
}

/// Looks up a text by id in a generated table.
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

/// The sentence of a branch; its placeholders must be facts of the branch.
pub(crate) const fn sentence(branch: &str, facts: &[&str]) -> Text {
    let text = get(BRANCH, branch).expect("the catalogues have a sentence for the branch");
    assert!(
        text.has_only(facts),
        "the sentence has no placeholder that is not a fact of the branch"
    );
    text
}

/// Whether the placeholder at a position has one of these names.
const fn begins_with_one(text: &[u8], from: usize, names: &[&str]) -> bool {
    let mut index = 0;
    while index < names.len() {
        let name = names[index].as_bytes();
        let mut at = 0;
        while at < name.len() && from + at < text.len() && text[from + at] == name[at] {
            at += 1;
        }
        let ends = from + at < text.len() && matches!(text[from + at], b'}' | b'|');
        if at == name.len() && ends {
            return true;
        }
        index += 1;
    }
    false
}

const fn is_same(one: &[u8], other: &[u8]) -> bool {
    let mut at = 0;
    while at < one.len() && at < other.len() && one[at] == other[at] {
        at += 1;
    }
    at == one.len() && at == other.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_found_by_their_ids() {
        let table = [("a", Text::same("one")), ("ab", Text::same("two"))];
        let found = ["a", "ab", "b", "abc", ""].map(|id| get(&table, id));
        let said = found.map(|text| text.map(|text| text.text(Language::English)));
        assert_eq!(said, [Some("one"), Some("two"), None, None, None]);
    }

    #[test]
    fn placeholders_are_compared_with_names() {
        let has_only = |text, names: &[&str]| Text::same(text).has_only(names);
        assert!(has_only("nothing", &[]));
        assert!(has_only("{pod} of {count|# pod|# pods}", &["count", "pod"]));
        assert!(!has_only("{pod} of {count}", &["count"]));
        assert!(!has_only("{pods}", &["pod"]));
        assert!(!has_only("{pod}", &["pods", ""]));
    }
}
