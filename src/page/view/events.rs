//! The events of the cluster, the most recent first.

use super::context::{Page, use_page};
use super::name;
use super::places::heads;
use super::sight::use_drawn;
use crate::page::action::Pane;
use crate::page::names::Names;
use crate::page::state::Session;
use crate::page::words;
use kubestep::api::event::{Event, EventType};
use kubestep::api::kind::Kind;
use kubestep::api::object::{Key, Object};
use kubestep::engine::Engine;
use yew::prelude::*;

/// Properties of the pane.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The engine.
    pub session: Session,
}

/// The events pane.
#[component]
pub fn Events(props: &Props) -> Html {
    let page = use_page();
    let engine = props.session.engine();
    let count = engine.store().event_count();
    let (drawn, scrolled) = use_drawn();
    let events = latest(&engine, drawn);
    let more = count.saturating_sub(drawn);
    html! {
        <section class="pane events" id="pane-events" aria-labelledby="title-events" tabindex="-1">
            <div class="pane-head">
                { heads(&page, Pane::Events) }
                if !events.is_empty() {
                    <p class="pane-note">{ count }</p>
                }
            </div>
            <div class="pane-body" tabindex="0" role="group" aria-labelledby="title-events" onscroll={scrolled}>
                if events.is_empty() {
                    <p class="quiet pad">{ page.say(&words::EVENTS_EMPTY) }</p>
                }
                <ul class="event-list">
                    // In a list of their own they are identified by their keys.
                    <>{ for events.iter().map(|event| line(&page, &engine, event)) }</>
                    if more > 0 {
                        <li class="quiet pad">{ page.fill(&words::MORE, &[("count", &more)]) }</li>
                    }
                </ul>
            </div>
        </section>
    }
}

/// The events written last. There may be very many, so they are not sorted, but collected from the latest steps.
fn latest(engine: &Engine, count: usize) -> Vec<&Event> {
    let done = &engine.steps()[..engine.cursor()];
    let written = done.iter().rev().flat_map(|step| step.changes.iter().rev());
    let events = written.filter(|change| change.key.kind == Kind::Event);
    // Skips events that were written again or removed later.
    let still_there = events.filter_map(|change| {
        let event = change.after.as_ref()?;
        let known = engine.store().get(&change.key)?;
        known.is_same_version(event).then_some(event)
    });
    still_there
        .filter_map(Object::as_event)
        .take(count)
        .collect()
}

fn line(page: &Page, engine: &Engine, event: &Event) -> Html {
    let about = &event.involved_object;
    let names = Names::within(engine, &event.metadata.namespace);
    let object = format!("{} {}", about.kind, about.name);
    let customs = engine.store().customs();
    let object = match customs.from_api(&about.api_version, &about.kind) {
        Some(kind) => {
            let key = Key::of(kind, &about.namespace, &about.name);
            name::name(page, &names, &key, object)
        }
        None => html! { object },
    };
    let at = event.last_seen();
    html! {
        <li key={event.metadata.uid.to_string()} class={classes!("event", (event.kind == EventType::Warning).then_some("warning"))}>
            <p class="event-line">
                <span class="when">{ words::stored(at.0) }</span>
                <b class="reason">{ &*event.reason }</b>
                if event.times_seen() > 1 {
                    <span class="count">{ format!("×{}", event.times_seen()) }</span>
                }
                <span class="object">{ object }</span>
            </p>
            <p class="message">{ name::text(page, &names, &event.message) }</p>
        </li>
    }
}
