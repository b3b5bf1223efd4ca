//! Texts of a scenario's file, in the languages that it has.

use super::ScenarioFault;
use crate::texts::Language;
use serde_json::{Map, Value};
use std::rc::Rc;

/// A text by language.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words(Vec<(Language, Rc<str>)>);

impl Words {
    /// Takes the texts from a mapping, whose other fields stay.
    ///
    /// # Errors
    /// A text is not a string, or there is none.
    pub(super) fn take(fields: &mut Map<String, Value>, of: &str) -> Result<Self, ScenarioFault> {
        let mut texts = Vec::new();
        for language in Language::ALL {
            match fields.remove(language.tag()) {
                None => {}
                Some(Value::String(text)) => texts.push((*language, text.trim_end().into())),
                Some(_) => return Err(ScenarioFault::wanted(of, "a text")),
            }
        }
        match texts.is_empty() {
            true => Err(ScenarioFault::wanted(
                of,
                "a text in a language of the page",
            )),
            false => Ok(Self(texts)),
        }
    }

    /// The text in a language, or else in the first one that there is.
    #[must_use]
    pub fn text(&self, language: Language) -> &str {
        let own = self.0.iter().find(|(own, _)| *own == language);
        own.or(self.0.first()).map_or("", |(_, text)| text)
    }

    /// The text in a language, if it has one.
    #[must_use]
    pub fn only(&self, language: Language) -> Option<&str> {
        let own = self.0.iter().find(|(own, _)| *own == language);
        own.map(|(_, text)| &**text)
    }

    /// The languages.
    pub fn languages(&self) -> impl Iterator<Item = Language> + '_ {
        self.0.iter().map(|(language, _)| *language)
    }
}
