//! Exports a range of steps as a picture.

use super::context::{Page, use_page};
use super::opened::{Opened, View};
use crate::page::browser;
use crate::page::film::{self, Range};
use crate::page::state::Session;
use crate::page::words;
use web_sys::{Element, HtmlInputElement};
use yew::prelude::*;

/// Properties of the button.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The engine.
    pub session: Session,
}

/// The state of the form.
#[derive(Clone, PartialEq)]
pub struct ExportForm {
    session: Session,
    chosen: Range,
    range: UseStateHandle<Option<Range>>,
    said: UseStateHandle<String>,
}

/// A button and the form it opens.
#[component]
pub fn Export(props: &Props) -> Html {
    let page = use_page();
    // The chosen steps while the form is open.
    let range = use_state(|| None::<Range>);
    let said = use_state(String::new);
    let toggled = {
        let (session, range, said) = (props.session.clone(), range.clone(), said.clone());
        Callback::from(move |event: Event| {
            let form = event.target_unchecked_into::<Element>();
            let is_open = form.matches(":popover-open").unwrap_or(false);
            range.set(is_open.then(|| Range::rollout(&session.engine())));
            said.set(String::new());
        })
    };
    html! {
        <>
            <button class="button" popovertarget="export">{ page.say(&words::EXPORT) }</button>
            <div id="export" class="export" popover="auto" role="dialog" aria-labelledby="export-title" ontoggle={toggled}>
                if let Some(chosen) = *range {
                    <Opened view={View::Export(ExportForm { session: props.session.clone(), chosen, range: range.clone(), said })} />
                }
            </div>
        </>
    }
}

/// The range, the actions, and their result.
pub fn form(page: &Page, form: &ExportForm) -> Html {
    let ExportForm {
        session,
        range,
        said,
        ..
    } = form;
    let chosen = form.chosen;
    let most = session.engine().steps().len();
    let save = {
        let (session, said, page) = (session.clone(), said.clone(), page.clone());
        move |range: Range| save(&page, &session, range, &said)
    };
    let film = {
        let save = save.clone();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            save(chosen);
        })
    };
    let still = {
        let session = session.clone();
        Callback::from(move |_: MouseEvent| {
            let here = session.engine().cursor();
            save(Range {
                first: here,
                last: here,
            });
        })
    };
    let set = |change: fn(&mut Range, usize)| {
        let range = range.clone();
        Callback::from(move |event: InputEvent| {
            let value = event.target_unchecked_into::<HtmlInputElement>().value();
            if let Ok(number) = value.parse() {
                let mut chosen = chosen;
                change(&mut chosen, number);
                range.set(Some(chosen));
            }
        })
    };
    let number = |label, value: usize, change| {
        html! {
            <label>
                { page.say(label) }
                <input type="number" required=true min="1" max={most.to_string()} value={value.to_string()} oninput={set(change)} />
            </label>
        }
    };
    html! {
        <>
            <h3 id="export-title">{ page.say(&words::EXPORT_TITLE) }</h3>
            <p>{ page.say(&words::EXPORT_HINT) }</p>
            <form onsubmit={film}>
                { number(&words::EXPORT_FIRST, chosen.first, |range, number| range.first = number) }
                { number(&words::EXPORT_LAST, chosen.last, |range, number| range.last = number) }
                <button class="button primary">{ page.say(&words::EXPORT_FILM) }</button>
                <button class="button" type="button" onclick={still}>{ page.say(&words::EXPORT_STILL) }</button>
            </form>
            <p role="status">{ &**said }</p>
        </>
    }
}

/// Draws the picture and passes it to the browser; reports the result.
fn save(page: &Page, session: &Session, range: Range, said: &UseStateHandle<String>) {
    let (session, said, language) = (session.clone(), said.clone(), page.language);
    wasm_bindgen_futures::spawn_local(async move {
        let Some(draw) = film::fetch().await.ok() else {
            said.set(words::EXPORT_AWAY.text(language).to_owned());
            return;
        };
        let range = range.within(session.engine().steps().len());
        let drawn = draw(&session.engine(), range, language);
        said.set(match drawn {
            Ok(svg) => {
                let name = range.file_name();
                browser::save(&name, "image/svg+xml", &svg);
                words::EXPORT_DONE.with(language, &[("name", &name)])
            }
            Err(refusal) => refusal.sentence(language),
        });
    });
}
