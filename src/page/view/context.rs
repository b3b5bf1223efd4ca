//! What every component needs: the language, and a way to ask for something.

use crate::page::action::Action;
use crate::page::words::Phrase;
use kubestep::api::language::Language;
use std::fmt::Display;
use yew::prelude::*;

/// The language, and a way to ask for something.
#[derive(Clone, PartialEq, Default)]
pub struct Page {
    /// The language of all sentences.
    pub language: Language,
    /// Where actions go.
    pub send: Callback<Action>,
}

impl Page {
    /// A text.
    pub fn say(&self, phrase: &Phrase) -> &'static str {
        phrase.text(self.language)
    }

    /// A text with values in it.
    pub fn fill(&self, phrase: &Phrase, values: &[(&str, &dyn Display)]) -> String {
        phrase.with(self.language, values)
    }

    /// A callback that asks for an action, whatever the event.
    pub fn on<E: 'static>(&self, action: Action) -> Callback<E> {
        let send = self.send.clone();
        Callback::from(move |_| send.emit(action.clone()))
    }
}

/// The page's context.
#[hook]
pub fn use_page() -> Page {
    use_context::<Page>().unwrap_or_default()
}
