//! Views that many visits never open. With the feature `split` they are a module of their own, loaded when the
//! first of them is opened, or after everything else.

use super::assist::Assist;
use super::context::{Page, use_page};
use super::diagnosis::Diagnosis;
use super::environment::Environment;
use super::export::{self, ExportForm};
use super::files::{Files, OpenFiles};
use super::forecast::{Forecast, LinkSource};
use super::help::Help;
use super::lessons::Lessons;
use super::object::Object;
use super::owners::Owners;
use super::places::heads;
use super::share::{Share, Shared};
use super::table::{SortBy, Tables};
use crate::page::action::Pane;
use crate::page::cluster::ClusterView;
use crate::page::console::Door;
use crate::page::state::Session;
use crate::page::words;
use kubestep::api::object::Key;
use kubestep::scenario::Map;
use std::cell::Cell;
use std::rc::Rc;
use yew::platform::spawn_local;
use yew::prelude::*;

/// A view with its content.
#[derive(Clone, PartialEq)]
pub enum View {
    /// The pane of nodes, images and services.
    Environment(Session),
    /// The pane of the diagnosis, which tries remedies with kubectl.
    Diagnosis(Session, Option<Door>),
    /// The pane of the forecast, which runs its commands with kubectl.
    Forecast(Session, Option<Door>, LinkSource),
    /// The pane of an object, and the path of the field shown.
    Object(Session, Option<Key>, Option<Rc<str>>),
    /// The cluster as tables, sorted by a column.
    Tables(Session, Rc<ClusterView>, SortBy, Callback<SortBy>),
    /// The cluster as a graph of owners.
    Owners(Session, Rc<ClusterView>),
    /// The form for exporting steps as a picture.
    Export(ExportForm),
    /// The help: whether it is open, and whether single-key shortcuts are enabled.
    Help(bool, bool),
    /// The list of lessons: whether it is open, and its content.
    Lessons(bool, Option<Result<Rc<Map>, String>>),
    /// The dialog for sharing and saving.
    Share(Shared),
    /// Assistance for the manifest being typed: the text, and whether it has been changed since it was applied.
    Assist(Session, Rc<str>, bool),
    /// The files as tabs.
    Files(OpenFiles),
}

impl View {
    /// The pane that it fills; `None` for a view within another pane.
    fn pane(&self) -> Option<Pane> {
        match self {
            Self::Environment(_) => Some(Pane::Environment),
            Self::Object(..) => Some(Pane::Object),
            Self::Diagnosis(..) => Some(Pane::Diagnosis),
            Self::Forecast(..) => Some(Pane::Forecast),
            _ => None,
        }
    }
}

/// The function that draws the views.
pub type DrawViews = fn(&Page, &View) -> Html;

thread_local! {
    static DRAW: Cell<Option<DrawViews>> = const { Cell::new(None) };
}

/// Loads the function that draws the views.
#[cfg(feature = "split")]
#[wasm_split_helpers::wasm_split(opened, fallible)]
fn fetch() -> Result<DrawViews, wasm_split_helpers::SplitLoaderError> {
    Ok(draw)
}

/// The function that draws the views, which is part of the same module.
#[cfg(not(feature = "split"))]
async fn fetch() -> Result<DrawViews, std::convert::Infallible> {
    Ok(draw)
}

/// Loads the function that draws the views before one of them is opened.
pub async fn prepare() -> Option<DrawViews> {
    let draw = fetch().await.ok();
    if draw.is_some() {
        DRAW.set(draw);
    }
    draw
}

fn draw(page: &Page, view: &View) -> Html {
    match view.clone() {
        View::Environment(session) => html! { <Environment {session} /> },
        View::Diagnosis(session, kubectl) => html! { <Diagnosis {session} {kubectl} /> },
        View::Forecast(session, kubectl, source) => {
            html! { <Forecast {session} {kubectl} {source} /> }
        }
        View::Object(session, selected, inspected) => {
            html! { <Object {session} {selected} {inspected} /> }
        }
        View::Tables(session, view, by, order) => {
            html! { <Tables {session} {view} {by} {order} /> }
        }
        View::Owners(session, view) => html! { <Owners {session} {view} /> },
        View::Export(form) => export::form(page, &form),
        View::Share(shared) => html! { <Share ..shared /> },
        View::Help(open, keys) => html! { <Help {open} {keys} /> },
        View::Files(given) => html! { <Files ..given /> },
        View::Assist(session, text, is_edited) => {
            html! { <Assist {session} {text} {is_edited} /> }
        }
        View::Lessons(open, map) => html! { <Lessons {open} {map} /> },
    }
}

/// Properties of an opened view.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The view.
    pub view: View,
}

/// A view, or an empty place while it is being loaded.
#[component]
pub fn Opened(props: &Props) -> Html {
    let page = use_page();
    let come = use_force_update();
    let fails = use_state(|| false);
    let failed = *fails;
    use_effect_with((), move |()| {
        if DRAW.get().is_none() {
            spawn_local(async move {
                match prepare().await {
                    Some(_) => come.force_update(),
                    None => fails.set(true),
                }
            });
        }
    });
    let says = failed.then(|| page.say(&words::VIEW_AWAY));
    let says = html! { <p class="quiet pad">{ says }</p> };
    match (DRAW.get(), props.view.pane()) {
        (Some(draw), _) => draw(&page, &props.view),
        (None, Some(pane)) => place(&page, pane, says),
        (None, None) => says,
    }
}

/// The place of a pane that is not loaded yet.
fn place(page: &Page, pane: Pane, says: Html) -> Html {
    let name = pane.name();
    html! {
        <section class={classes!("pane", name)} id={format!("pane-{name}")} aria-labelledby={format!("title-{name}")} tabindex="-1">
            <div class="pane-head">{ heads(page, pane) }</div>
            <div class="pane-body">{ says }</div>
        </section>
    }
}
