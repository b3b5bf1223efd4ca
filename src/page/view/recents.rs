//! The list of the sessions that are saved in this browser, to open or delete.

use super::context::{Page, use_page};
use crate::page::action::Action;
use crate::page::browser;
use crate::page::keeper::Saved;
use crate::page::sessions::Sessions;
use crate::page::words;
use js_sys::Date;
use wasm_bindgen::JsValue;
use yew::prelude::*;

/// Properties of the list.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The code of sessions.
    pub sessions: Sessions,
}

/// The list, except for the session of this tab, which is open.
#[component]
pub fn Recents(props: &Props) -> Html {
    let page = use_page();
    let redraw = use_force_update();
    let own = browser::slot();
    let mut saved = browser::saved_sessions();
    saved.retain(|saved| own.as_ref() != Some(&saved.slot));
    html! {
        if !saved.is_empty() {
            <h3 id="recents" tabindex="-1">{ page.say(&words::RECENTS) }</h3>
            <ul class="recents" aria-labelledby="recents">
                { for saved.into_iter().map(|each| row(&page, props.sessions, each, &redraw)) }
            </ul>
        }
    }
}

fn row(page: &Page, sessions: Sessions, saved: Saved, redraw: &UseForceUpdateHandle) -> Html {
    let about = (sessions.about)(&saved.text, page.language);
    let about = about.unwrap_or_else(|| page.say(&words::RECENT_UNREADABLE).to_owned());
    let name = format!("recent-{}", saved.slot);
    let open = Action::Open(saved.text.as_str().into(), Some(saved.slot.as_str().into()));
    let delete = {
        let (slot, redraw) = (saved.slot.clone(), redraw.clone());
        Callback::from(move |_: MouseEvent| {
            browser::delete_session(&slot);
            redraw.force_update();
            // The button is gone; the list, or the dialog if it was the last one, keeps the focus.
            browser::focus("#recents, .share button");
        })
    };
    let label = format!("{}: {about}", page.say(&words::RECENT_DELETE));
    html! {
        <li key={saved.slot.clone()}>
            <button class="button" aria-describedby={name.clone()}
                onclick={page.on(open)}>{ &about }</button>
            <span id={name} class="quiet">{ saved.time.map(|time| when(page, time)) }</span>
            <button class="button quiet" aria-label={label.clone()} title={label} onclick={delete}>
                { page.say(&words::RECENT_DELETE) }
            </button>
        </li>
    }
}

/// A time in the reader's own time zone.
fn when(page: &Page, millis: u64) -> String {
    let date = Date::new(&JsValue::from_f64(millis as f64));
    let text = date.to_locale_string(page.language.tag(), &JsValue::UNDEFINED);
    text.into()
}
