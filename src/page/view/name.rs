//! An object by its name, wherever one is named: whoever presses it selects the object.

use super::context::Page;
use crate::page::names::{Names, Piece};
use crate::page::selection;
use crate::page::words;
use kubestep::api::object::Key;
use yew::prelude::*;

/// The name of an object that is there.
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

/// The name of an object; one that is not there now is struck, and says so.
pub fn name(page: &Page, names: &Names<'_>, key: &Key, text: String) -> Html {
    if names.exists(key) {
        return button(key, text, names.by_arrows);
    }
    let gone = page.fill(&words::OBJECT_GONE, &[("object", key)]);
    html! {
        <s class="object-name" title={gone.clone()}>{ text }<span class="unseen">{ format!(" ({gone})") }</span></s>
    }
}

/// A text with the names in it.
pub fn text(page: &Page, names: &Names<'_>, text: &str) -> Html {
    html! {
        { for names.pieces(text).into_iter().map(|piece| match piece {
            Piece::Text(text) => html! { text },
            Piece::Name(text, key) => name(page, names, &key, text.to_owned()),
        }) }
    }
}
