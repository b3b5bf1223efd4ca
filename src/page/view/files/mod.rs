//! The files of the manifests pane as tabs.

mod acts;
mod name;

use super::context::{Page, use_page};
use crate::page::action::{LastApply, Pane};
use crate::page::browser;
use crate::page::sessions::{Sessions, Workspace};
use crate::page::state::Session;
use crate::page::words;
use gloo_events::EventListener;
use kubestep::manifests::Diagnostic;
use name::NameField;
use std::rc::Rc;
use web_sys::{Element, HtmlInputElement};
use yew::prelude::*;

/// The selector of the selected tab.
const SELECTED: &str = ".files [aria-selected=true]";

/// The files, and what is in the editor.
#[derive(Clone, PartialEq, Properties)]
pub struct OpenFiles {
    /// The cluster.
    pub session: Session,
    /// The code of sessions, unless it cannot be loaded.
    pub sessions: Option<Sessions>,
    /// The files.
    pub workspace: Workspace,
    /// The result of the last `Apply`.
    pub applied: LastApply,
    /// The pane shown if not all of them fit.
    pub pane: Pane,
    /// Whether the editor has a file rather than an object or the text of a scenario.
    pub is_own: bool,
}

/// Faults of a file: its name, the text that has them, and what they are.
type Faults = (Rc<str>, Rc<str>, Rc<[Diagnostic]>);

/// What the line below the tabs is for.
#[derive(Clone, PartialEq)]
enum Line {
    /// Nothing.
    None,
    /// The actions for the file in the editor.
    Tools,
    /// A new name for the file in the editor, and why the one entered is refused.
    Rename(Option<String>),
    /// A file that was removed, with its text.
    Removed(Rc<str>, Rc<str>),
    /// The files are too large.
    TooLarge,
}

/// The state of the tabs.
#[derive(Clone)]
struct Tabs {
    page: Page,
    given: OpenFiles,
    faults: UseStateHandle<Vec<Faults>>,
    line: UseStateHandle<Line>,
    /// The file whose tab gets the focus once it is selected.
    focus: UseStateHandle<Option<Rc<str>>>,
}

/// The tabs, and the buttons beside them.
#[component]
pub fn Files(given: &OpenFiles) -> Html {
    let tabs = Tabs {
        page: use_page(),
        given: given.clone(),
        faults: use_state(Vec::new),
        line: use_state(|| Line::None),
        focus: use_state(|| None),
    };
    use_effect_with(given.clone(), {
        let tabs = tabs.clone();
        move |_| {
            tabs.take_brought();
            let document = browser::document();
            let listener = document.map(|document| {
                EventListener::new(&document, browser::FILES, move |_| tabs.take_brought())
            });
            move || drop(listener)
        }
    });
    // Files that the console writes may push it out of sight, too, and a pane that is not shown has no width.
    let shown = (given.workspace.name.clone(), (tabs.names(), given.pane));
    use_effect_with((shown, (*tabs.focus).clone()), {
        let focus = tabs.focus.clone();
        move |((name, _), wanted): &((Rc<str>, _), Option<Rc<str>>)| {
            let document = browser::document();
            let tab = document.and_then(|document| document.query_selector(SELECTED).ok()?);
            if let Some(tab) = tab {
                bring_into_list(&tab);
            }
            if wanted.as_ref() == Some(name) {
                browser::focus(SELECTED);
                focus.set(None);
            }
        }
    });
    if !given.is_own {
        return Html::default();
    }
    tabs.view()
}

/// Scrolls the list of tabs as far as one of them needs. `scrollIntoView` would also make the next press of Tab begin there.
fn bring_into_list(tab: &Element) {
    let Some(list) = tab.parent_element() else {
        return;
    };
    let (own, all) = (
        tab.get_bounding_client_rect(),
        list.get_bounding_client_rect(),
    );
    let beyond = (own.right() - all.right()).max(0.0) + (own.left() - all.left()).min(0.0);
    list.set_scroll_left(list.scroll_left() + beyond.round() as i32);
}

impl Tabs {
    fn on<E>(&self, act: impl Fn(&Self) + 'static) -> Callback<E> {
        let tabs = self.clone();
        Callback::from(move |_: E| act(&tabs))
    }

    fn view(&self) -> Html {
        let page = &self.page;
        let has_tools = *self.line == Line::Tools;
        let toggle = move |tabs: &Self| {
            tabs.line
                .set(if has_tools { Line::None } else { Line::Tools });
        };
        let all = page.say(&words::APPLY_ALL);
        html! {
            <>
                <div class="files">
                    { self.list() }
                    <button class="file-tool" aria-label={page.say(&words::FILE_NEW)} title={page.say(&words::FILE_NEW)}
                        onclick={self.on(Self::add)}>{ "+" }</button>
                    <button class="file-tool" aria-label={page.say(&words::FILE_TOOLS)} title={page.say(&words::FILE_TOOLS)}
                        aria-expanded={has_tools.to_string()} onclick={self.on(toggle)}>{ "⋯" }</button>
                    if self.manifests().len() > 1 {
                        <button class="button quiet" title={page.say(&words::APPLY_ALL_HINT)} onclick={self.on(Self::apply_all)}>{ all }</button>
                    }
                </div>
                { self.line() }
            </>
        }
    }

    fn list(&self) -> Html {
        let names = self.names();
        let keydown = {
            let (tabs, names) = (self.clone(), names.clone());
            Callback::from(move |event: KeyboardEvent| tabs.key(&event, &names))
        };
        html! {
            <div class="file-tabs" role="tablist" aria-label={self.page.say(&words::FILES)} onkeydown={keydown}>
                { for names.iter().enumerate().map(|(at, name)| self.tab(at, name)) }
            </div>
        }
    }

    fn tab(&self, at: usize, name: &str) -> Html {
        let is_open = name == &*self.given.workspace.name;
        let count = self.faults_of(name).len();
        let open = {
            let name = name.to_owned();
            self.on(move |tabs: &Self| tabs.open(&name))
        };
        let rename = self.on(|tabs: &Self| tabs.line.set(Line::Rename(None)));
        html! {
            <button key={name} role="tab" id={format!("file-{at}")} title={name.to_owned()} aria-selected={is_open.to_string()}
                aria-controls={is_open.then_some("file-panel")} tabindex={if is_open { "0" } else { "-1" }}
                onclick={open} ondblclick={is_open.then_some(rename)}
            >
                <span class="file-name">{ name }</span>
                if count > 0 {
                    <span class="file-fault" aria-hidden="true">{ "!" }</span>
                    <span class="unseen">{ self.page.fill(&words::FILE_FAULTS, &[("count", &count)]) }</span>
                }
            </button>
        }
    }

    /// The keys of tabs: arrows, Home and End, F2 to rename, Delete to remove.
    fn key(&self, event: &KeyboardEvent, names: &[String]) {
        let is_plain =
            !(event.shift_key() || event.ctrl_key() || event.alt_key() || event.meta_key());
        let at = names
            .iter()
            .position(|name| **name == *self.given.workspace.name);
        let (Some(at), true, count) = (at, is_plain, names.len()) else {
            return;
        };
        let to = match event.key().as_str() {
            "ArrowRight" => (at + 1) % count,
            "ArrowLeft" => (at + count - 1) % count,
            "Home" => 0,
            "End" => count - 1,
            "F2" => {
                event.prevent_default();
                return self.line.set(Line::Rename(None));
            }
            "Delete" => {
                event.prevent_default();
                return self.remove();
            }
            _ => return,
        };
        event.prevent_default();
        browser::focus(&format!("#file-{to}"));
        if let Some(name) = names.get(to) {
            self.open(name);
        }
    }

    /// The line below the tabs.
    fn line(&self) -> Html {
        let page = &self.page;
        let link = |phrase, act: fn(&Self)| {
            html! { <button class="link" onclick={self.on(act)}>{ page.say(phrase) }</button> }
        };
        match &*self.line {
            Line::None => Html::default(),
            Line::Tools => html! {
                <div class="file-line">
                    { link(&words::FILE_RENAME, |tabs| tabs.line.set(Line::Rename(None))) }
                    { link(&words::FILE_REMOVE, Self::remove) }
                    <button class="link" onclick={|_| browser::choose(true)}>{ page.say(&words::FILE_FOLDER) }</button>
                </div>
            },
            Line::Rename(refusal) => self.rename_line(refusal.as_deref()),
            Line::Removed(name, text) => {
                let restore = {
                    let (name, text) = (name.clone(), text.clone());
                    self.on(move |tabs: &Self| tabs.restore(&name, &text))
                };
                html! {
                    <div class="file-line">
                        <span role="status">{ page.fill(&words::FILE_REMOVED, &[("name", name)]) }</span>
                        <button class="link" onclick={restore}>{ page.say(&words::FILE_RESTORE) }</button>
                    </div>
                }
            }
            Line::TooLarge => html! {
                <div class="file-line"><span role="alert">{ page.say(&words::FILE_TOO_LARGE) }</span></div>
            },
        }
    }

    fn rename_line(&self, refusal: Option<&str>) -> Html {
        let tabs = self.clone();
        let field = move || {
            let field = browser::document()?.get_element_by_id("file-name")?;
            wasm_bindgen::JsCast::dyn_into::<HtmlInputElement>(field).ok()
        };
        let submit = Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if let Some(field) = field() {
                tabs.rename(&field.value());
            }
        });
        let escape = {
            let tabs = self.clone();
            Callback::from(move |event: KeyboardEvent| {
                if event.key() == "Escape" {
                    event.prevent_default();
                    tabs.line.set(Line::None);
                    tabs.focus.set(Some(tabs.given.workspace.name.clone()));
                }
            })
        };
        html! {
            <form class="file-line" onsubmit={submit} onkeydown={escape}>
                <label for="file-name">{ self.page.say(&words::FILE_NAME) }</label>
                <NameField name={self.given.workspace.name.clone()} is_wrong={refusal.is_some()} />
                <button class="link">{ self.page.say(&words::FILE_RENAME) }</button>
                if let Some(refusal) = refusal {
                    <span role="alert" id="file-name-why">{ refusal.to_owned() }</span>
                }
            </form>
        }
    }
}
