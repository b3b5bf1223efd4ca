//! The selected object: its actions, its current YAML, and its changes in the last step.

use super::context::{Page, use_page};
use super::name;
use super::places::heads;
use crate::page::action::{Action, Pane};
use crate::page::browser;
use crate::page::lines::{self, Mark};
use crate::page::names::Names;
use crate::page::selection;
use crate::page::state::Session;
use crate::page::words;
use kubestep::api::object::{Key, Object as Stored};
use kubestep::api::yaml;
use kubestep::engine::Engine;
use std::ops::RangeInclusive;
use std::rc::Rc;
use yew::prelude::*;

/// Maximum number of objects of the last step offered.
const OFFERED_MAX: usize = 30;

/// Properties of the pane.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The engine.
    pub session: Session,
    /// The selected object.
    pub selected: Option<Key>,
    /// The path of its field that is to be shown.
    pub inspected: Option<Rc<str>>,
}

/// The object pane.
#[component]
pub fn Object(props: &Props) -> Html {
    let page = use_page();
    let engine = props.session.engine();
    // If the user followed a link in a pane that this one covers, the focus moves here.
    let shown = (props.selected.clone(), props.inspected.clone());
    use_effect_with(shown, |(_, inspected)| {
        browser::focus_if_lost("#pane-object");
        if inspected.is_some() {
            browser::bring_into_sight(".yaml mark");
        }
    });
    html! {
        <section class="pane object-pane" id="pane-object" aria-labelledby="title-object" tabindex="-1">
            <div class="pane-head">
                { heads(&page, Pane::Object) }
            </div>
            { lead(&page, &engine) }
            <div class="pane-body" tabindex="0" role="group" aria-labelledby="title-object">
                { match &props.selected {
                    Some(key) => show(&page, &engine, key, props.inspected.as_deref()),
                    None => html! { <p class="quiet pad">{ page.say(&words::OBJECT_HINT) }</p> },
                } }
                { written(&page, &engine) }
            </div>
        </section>
    }
}

/// What the current step did, with a link to its explanation, which this pane covers.
fn lead(page: &Page, engine: &Engine) -> Html {
    let Some(step) = engine.current() else {
        return Html::default();
    };
    let number: &[(&str, &dyn std::fmt::Display)] = &[("number", &engine.cursor())];
    html! {
        <div class="step-lead">
            <p>
                <b>{ page.fill(&words::STEP_NUMBER, number) }</b>{ " " }
                <span class="quiet">{ step.actor(page.language) }</span>{ " " }
                { step.headline(page.language).to_string() }
            </p>
            <button class="button" onclick={page.on(Action::Show(Pane::Why))}>{ page.say(&words::SHOW_WHY) }</button>
        </div>
    }
}

fn show(page: &Page, engine: &Engine, key: &Key, inspected: Option<&str>) -> Html {
    let text = |object: &Stored| yaml::to_string(&object.to_value());
    let now = engine.store().get(key).map(text).unwrap_or_default();
    let step = engine.current();
    let change = step.and_then(|step| step.changes.iter().find(|change| change.key == *key));
    let before = match change {
        Some(change) => change.before.as_ref().map(text).unwrap_or_default(),
        None => now.clone(),
    };
    let marked = inspected.and_then(|path| lines_of(&now, path));
    html! {
        <>
            <div class="lead">
                <p class="headline"><span class="kind">{ key.kind.name() }</span>{ " " }<b class="name">{ &*key.name }</b></p>
                { deeds(page, engine, key, "deeds") }
                if now.is_empty() {
                    <p class="quiet">{ page.say(&words::OBJECT_ABSENT) }</p>
                }
                if key.kind.is_stored() {
                    <p class="quiet">{ page.say(&words::OBJECT_STORED) }</p>
                }
                if now != before {
                    <p class="quiet">{ page.say(&words::OBJECT_CHANGED_LINES) }</p>
                }
            </div>
            <pre class="yaml">{ for diff(&before, &now, marked) }</pre>
        </>
    }
}

/// The lines of a field in an object's text.
fn lines_of(text: &str, path: &str) -> Option<RangeInclusive<u32>> {
    let documents = yaml::documents(text).ok()?;
    documents.first()?.lines(path)
}

/// The lines of an object with its changes; those of the inspected field are marked.
fn diff(before: &str, now: &str, marked: Option<RangeInclusive<u32>>) -> Vec<Html> {
    let (mut shown, mut inside) = (Vec::new(), Vec::new());
    let mut number = 1;
    for (mark, line) in lines::compare(before, now) {
        let is_marked = marked.as_ref().is_some_and(|lines| lines.contains(&number));
        let into = if is_marked { &mut inside } else { &mut shown };
        into.push(match mark {
            Mark::Same => html! { <span>{ line }{ "\n" }</span> },
            Mark::Removed => html! { <del>{ line }{ "\n" }</del> },
            Mark::Added => html! { <ins>{ line }{ "\n" }</ins> },
        });
        if mark != Mark::Removed {
            number += 1;
        }
        let is_last = marked.as_ref().is_some_and(|lines| *lines.end() < number);
        if is_last && !inside.is_empty() {
            let inside = std::mem::take(&mut inside);
            shown.push(html! { <mark>{ for inside }</mark> });
        }
    }
    shown.extend(inside);
    shown
}

/// A button for each available action on an object; its command could also be typed.
pub fn deeds(page: &Page, engine: &Engine, key: &Key, class: &'static str) -> Html {
    let mut deeds = selection::deeds(engine, key);
    if page.mode.is_readonly() {
        deeds.clear();
    }
    let is_menu = class == "menu";
    html! {
        if !deeds.is_empty() {
            <div {class} role={if is_menu { "menu" } else { "group" }} aria-label={page.say(&words::DEEDS)}>
                { for deeds.into_iter().map(|(phrase, line)| html! {
                    <button class="button quiet" role={is_menu.then_some("menuitem")} title={line.clone()}
                        onclick={page.on(Action::Run(line.into()))}>{ page.say(phrase) }</button>
                }) }
            </div>
        }
    }
}

/// The objects written by the last step.
fn written(page: &Page, engine: &Engine) -> Html {
    let changes = engine.current().map_or(&[][..], |step| &step.changes);
    let mut keys: Vec<&Key> = changes.iter().map(|change| &change.key).collect();
    keys.dedup();
    let names = Names::of(engine, None);
    html! {
        if !keys.is_empty() {
            <section class="part">
                <h3>{ page.say(&words::OBJECT_WRITTEN) }</h3>
                <ul class="objects">
                    { for keys.into_iter().take(OFFERED_MAX).map(|key| html! {
                        <li>{ name::name(page, &names, key, key.to_string()) }</li>
                    }) }
                </ul>
            </section>
        }
    }
}
