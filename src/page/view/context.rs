//! The context of all components: the language, the callback for actions, and whether the page is in a frame.

use crate::page::action::Action;
use crate::page::embed::Mode;
use kubestep::texts::{Language, Text};
use std::fmt::Display;
use yew::prelude::*;

/// The language, the callback for actions, and whether the page is in a frame.
#[derive(Clone, PartialEq, Default)]
pub struct Page {
    /// The language of all sentences.
    pub language: Language,
    /// The callback for actions.
    pub send: Callback<Action>,
    /// Whether the page is in a frame of another page.
    pub mode: Mode,
}

impl Page {
    /// A phrase in the page's language.
    pub fn say(&self, phrase: &Text) -> &'static str {
        phrase.text(self.language)
    }

    /// A phrase with values filled in.
    pub fn fill(&self, phrase: &Text, values: &[(&str, &dyn Display)]) -> String {
        phrase.with(self.language, values)
    }

    /// A callback that sends an action on any event.
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
