//! Names of objects as links that select the object.

use super::context::Page;
use crate::page::names::Names;
use crate::page::selection;
use crate::page::words;
use kubestep::actor::sentence::{Piece, Sentence};
use kubestep::api::object::Key;
use kubestep::engine::{Step, StepKind};
use yew::prelude::*;

/// The name of an existing object.
pub fn link(key: &Key, text: String) -> Html {
    button(key, text, false)
}

fn button(key: &Key, text: String, by_arrows: bool) -> Html {
    html! {
        <button
            class="object-name"
            tabindex={by_arrows.then_some("-1")}
            data-object={selection::name(key)}
            title={key.to_string()}
        >{ text }</button>
    }
}

/// The name of an object; one that does not exist any more is struck through and marked as gone.
pub fn name(page: &Page, names: &Names<'_>, key: &Key, text: String) -> Html {
    if names.exists(key) {
        return button(key, text, names.by_arrows);
    }
    let gone = page.fill(&words::OBJECT_GONE, &[("object", key)]);
    html! {
        <s class="object-name" title={gone.clone()}>{ text }<span class="unseen">{ format!(" ({gone})") }</span></s>
    }
}

/// The headline of a step with links to its objects; `called` returns the displayed name.
pub fn headline(
    page: &Page,
    names: &Names<'_>,
    step: &Step,
    called: fn(&Key, &str) -> String,
) -> Html {
    match &step.action {
        StepKind::User(command) => pieces(page, names, &names.pieces(command), called),
        _ => pieces(page, names, step.headline(page.language).pieces(), called),
    }
}

/// A sentence with links to its objects.
pub fn sentence(page: &Page, names: &Names<'_>, sentence: &Sentence) -> Html {
    pieces(page, names, sentence.pieces(), whole)
}

/// A text from elsewhere, such as the message of an event, with links to the objects it names.
pub fn text(page: &Page, names: &Names<'_>, text: &str) -> Html {
    pieces(page, names, &names.pieces(text), whole)
}

/// The full name of an object.
pub fn whole(_: &Key, text: &str) -> String {
    text.to_owned()
}

fn pieces(
    page: &Page,
    names: &Names<'_>,
    pieces: &[Piece],
    called: fn(&Key, &str) -> String,
) -> Html {
    html! {
        { for pieces.iter().map(|piece| match piece {
            Piece::Text(text) => html! { text },
            Piece::Object(key, text) => name(page, names, key, called(key, text)),
        }) }
    }
}
