//! The dialog for sharing and saving: the link, exports, imports, and saved sessions.

use super::context::{Page, use_page};
use super::dialog::use_dialog;
use super::recents::Recents;
use crate::page::action::Action;
use crate::page::browser;
use crate::page::console::Door;
use crate::page::film::{self, Range};
use crate::page::sessions::{LINK_USUAL, Sessions, Workspace};
use crate::page::state::Session;
use crate::page::words;
use kubestep::api::kind::Kind;
use kubestep::texts::Text;
use std::collections::BTreeSet;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// What is shared.
#[derive(Clone, PartialEq, Properties)]
pub struct Shared {
    /// Whether the dialog is shown.
    pub open: bool,
    /// The cluster.
    pub session: Session,
    /// The files.
    pub files: Workspace,
    /// The code of sessions and kubectl, once loaded.
    pub sessions: Option<Sessions>,
    /// kubectl, once loaded.
    pub kubectl: Option<Door>,
    /// Whether the session cannot be saved.
    pub unsaved: bool,
}

/// The dialog.
#[component]
pub fn Share(shared: &Shared) -> Html {
    let page = use_page();
    let dialog = use_dialog(shared.open);
    let said = use_state(String::new);
    use_effect_with(shared.open, {
        let said = said.clone();
        move |open| {
            if *open {
                said.set(String::new());
            }
        }
    });
    let content = shared.open.then(|| content(&page, shared, &said));
    html! {
        <dialog ref={dialog} class="help share" aria-labelledby="share-title" onclose={page.on(Action::Share(false))}>
            <h2 id="share-title">{ page.say(&words::SHARE_TITLE) }</h2>
            { for content }
            <p role="status">{ &**said }</p>
            <div class="help-end">
                <button class="button" onclick={page.on(Action::Anew)}>{ page.say(&words::SHARE_ANEW) }</button>
                <button class="button" onclick={page.on(Action::Share(false))}>{ page.say(&words::CLOSE) }</button>
            </div>
        </dialog>
    }
}

type Said = UseStateHandle<String>;

fn content(page: &Page, shared: &Shared, said: &Said) -> Html {
    let kept = if shared.unsaved {
        &words::SESSION_UNSAVED
    } else {
        &words::SHARE_SAVED
    };
    let saves: [(&'static Text, Save); 5] = [
        (&words::SHARE_SESSION, session_file),
        (&words::SHARE_MARKDOWN, markdown),
        (&words::SHARE_YAML, objects),
        (&words::SHARE_PICTURE, picture),
        (&words::SHARE_EVENTS, events),
    ];
    html! {
        <>
            { link(page, shared, said) }
            <h3>{ page.say(&words::SHARE_SAVE) }</h3>
            <div class="share-row">
                { for saves.map(|(name, save)| button(page, shared, said, name, save)) }
            </div>
            <h3><label for="share-file">{ page.say(&words::SHARE_IMPORT) }</label></h3>
            <input id="share-file" type="file" accept=".json,application/json" onchange={|event: Event| {
                browser::open_files(&event.target_unchecked_into::<HtmlInputElement>());
            }} />
            <p>{ page.say(&words::SHARE_IMPORT_HINT) }</p>
            <p>{ page.say(kept) }</p>
            if let Some(sessions) = shared.sessions {
                <Recents {sessions} />
            }
        </>
    }
}

/// The link, its length, and the button that copies it.
fn link(page: &Page, shared: &Shared, said: &Said) -> Html {
    let address = match address(shared) {
        Some(Ok(address)) => address,
        Some(Err(error)) => return html! { <p>{ error }</p> },
        None => return html! { <p>{ page.say(&words::SHARE_COMES) }</p> },
    };
    let length = if address.len() > LINK_USUAL {
        &words::SHARE_TOO_LONG
    } else {
        &words::SHARE_LENGTH
    };
    let copy = {
        let (said, address, language) = (said.clone(), address.clone(), page.language);
        Callback::from(move |_: MouseEvent| {
            let (said, address) = (said.clone(), address.clone());
            spawn_local(async move {
                let phrase = match browser::copy(&address).await {
                    Ok(()) => &words::SHARE_COPIED,
                    Err(_) => &words::SHARE_SELECT,
                };
                said.set(phrase.text(language).to_owned());
            });
        })
    };
    let select = |event: FocusEvent| event.target_unchecked_into::<HtmlInputElement>().select();
    html! {
        <>
            <h3><label for="share-link">{ page.say(&words::SHARE_LINK) }</label></h3>
            <div class="share-row">
                <input id="share-link" readonly=true value={address.clone()} onfocus={select} />
                <button class="button primary" autofocus=true onclick={copy}>{ page.say(&words::SHARE_COPY) }</button>
            </div>
            <p>{ page.fill(length, &[("count", &address.len())]) }</p>
        </>
    }
}

/// The link to the session; `None` before the code for it is loaded.
fn address(shared: &Shared) -> Option<Result<String, String>> {
    let sessions = shared.sessions?;
    let link = (sessions.link)(&shared.session.engine(), &shared.files);
    let link = link.map_err(|error| error.to_string());
    Some(link.map(|link| format!("{}#{link}", browser::address())))
}

/// Saves a file; returns its name or the error.
type Save = fn(&Page, &Shared, &Said) -> Option<Result<(), String>>;

fn button(page: &Page, shared: &Shared, said: &Said, name: &'static Text, save: Save) -> Html {
    let click = {
        let (page, shared, said) = (page.clone(), shared.clone(), said.clone());
        Callback::from(move |_: MouseEvent| match save(&page, &shared, &said) {
            Some(Ok(())) => {}
            Some(Err(error)) => said.set(error),
            None => said.set(words::KUBECTL_COMES.text(page.language).to_owned()),
        })
    };
    html! { <button class="button" onclick={click}>{ page.say(name) }</button> }
}

fn saved(page: &Page, said: &Said, name: &str, kind: &str, text: &str) {
    browser::save(name, kind, text);
    said.set(words::EXPORT_DONE.with(page.language, &[("name", &name)]));
}

fn session_file(page: &Page, shared: &Shared, said: &Said) -> Option<Result<(), String>> {
    let sessions = shared.sessions?;
    let text = (sessions.write)(&shared.session.engine(), &shared.files);
    Some(text.map_err(|error| error.to_string()).map(|text| {
        saved(
            page,
            said,
            "kubestep-session.json",
            "application/json",
            &text,
        );
    }))
}

fn markdown(page: &Page, shared: &Shared, said: &Said) -> Option<Result<(), String>> {
    let sessions = shared.sessions?;
    let text = address(shared)?.and_then(|address| {
        let engine = shared.session.engine();
        let text = (sessions.markdown)(&engine, &shared.files, &address, page.language);
        text.map_err(|error| error.to_string())
    });
    Some(text.map(|text| saved(page, said, "kubestep-session.md", "text/markdown", &text)))
}

/// The output of a command that changes nothing.
fn output(shared: &Shared, line: &str) -> Option<String> {
    let kubectl = shared.kubectl?;
    // In a copy, although nothing is written.
    let mut engine = shared.session.engine().clone();
    let answer = (kubectl.run)(&mut engine, line, "", None);
    Some(answer.printed.into_iter().map(|(_, text)| text).collect())
}

fn objects(page: &Page, shared: &Shared, said: &Said) -> Option<Result<(), String>> {
    let kinds: BTreeSet<&str> = {
        let engine = shared.session.engine();
        let all = engine.store().all().map(|object| object.key().kind);
        all.filter(|kind| !matches!(kind, Kind::Event))
            .map(|kind| kind.plural())
            .collect()
    };
    let kinds: Vec<&str> = kinds.into_iter().collect();
    let text = output(
        shared,
        &format!("kubectl get {} -A -o yaml", kinds.join(",")),
    )?;
    saved(
        page,
        said,
        "kubestep-objects.yaml",
        "application/yaml",
        &text,
    );
    Some(Ok(()))
}

fn events(page: &Page, shared: &Shared, said: &Said) -> Option<Result<(), String>> {
    let text = output(shared, "kubectl events -A")?;
    saved(page, said, "kubestep-events.txt", "text/plain", &text);
    Some(Ok(()))
}

/// The current step as a picture.
fn picture(page: &Page, shared: &Shared, said: &Said) -> Option<Result<(), String>> {
    let (page, session, said) = (page.clone(), shared.session.clone(), said.clone());
    spawn_local(async move {
        let Some(draw) = film::fetch().await.ok() else {
            said.set(words::EXPORT_AWAY.text(page.language).to_owned());
            return;
        };
        let here = session.engine().cursor();
        let range = Range {
            first: here,
            last: here,
        };
        let range = range.within(session.engine().steps().len());
        let drawn = draw(&session.engine(), range, page.language);
        match drawn {
            Ok(svg) => saved(&page, &said, &range.file_name(), "image/svg+xml", &svg),
            Err(refusal) => said.set(refusal.sentence(page.language)),
        }
    });
    Some(Ok(()))
}
