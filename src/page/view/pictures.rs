//! The tabs that choose how the cluster is shown.

use super::context::Page;
use crate::page::action::{Action, Picture};
use crate::page::browser;
use crate::page::words;
use yew::prelude::*;

/// The name of a view in the document and in storage.
pub fn picture_name(picture: Picture) -> &'static str {
    match picture {
        Picture::Lanes => "lanes",
        Picture::Table => "table",
        Picture::Owners => "owners",
    }
}

/// The view with a name, or the default one.
pub fn picture_of(name: Option<String>) -> Picture {
    let mut all = Picture::ALL.into_iter();
    all.find(|picture| name.as_deref() == Some(picture_name(*picture)))
        .unwrap_or_default()
}

/// The tabs.
pub fn tabs(page: &Page, shown: Picture) -> Html {
    let send = page.send.clone();
    let keydown = Callback::from(move |event: KeyboardEvent| {
        let count = Picture::ALL.len();
        let at = Picture::ALL.iter().position(|picture| *picture == shown);
        let to = match event.key().as_str() {
            "ArrowRight" => at.map(|at| (at + 1) % count),
            "ArrowLeft" => at.map(|at| (at + count - 1) % count),
            "Home" => Some(0),
            "End" => Some(count - 1),
            _ => None,
        };
        let plain = !(event.shift_key() || event.ctrl_key() || event.alt_key() || event.meta_key());
        if let Some(to) = to.filter(|_| plain) {
            event.prevent_default();
            browser::focus(&format!("#picture-{}", picture_name(Picture::ALL[to])));
            send.emit(Action::Picture(Picture::ALL[to]));
        }
    });
    html! {
        <div class="pictures" role="tablist" aria-label={page.say(&words::PICTURES)} onkeydown={keydown}>
            { for Picture::ALL.into_iter().map(|picture| {
                let phrase = match picture {
                    Picture::Lanes => &words::PICTURE_LANES,
                    Picture::Table => &words::PICTURE_TABLE,
                    Picture::Owners => &words::PICTURE_OWNERS,
                };
                let selected = picture == shown;
                html! {
                    <button role="tab" id={format!("picture-{}", picture_name(picture))}
                        aria-selected={selected.to_string()} aria-controls={selected.then_some("picture")}
                        tabindex={if selected { "0" } else { "-1" }} onclick={page.on(Action::Picture(picture))}
                    >{ page.say(phrase) }</button>
                }
            }) }
        </div>
    }
}

/// The panel of a tab.
pub fn panel(picture: Picture, content: Html) -> Html {
    let name = picture_name(picture);
    html! {
        <div key={name} class="pane-body" id="picture" role="tabpanel" tabindex="0" aria-labelledby={format!("picture-{name}")}>
            { content }
        </div>
    }
}
