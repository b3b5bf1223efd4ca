//! The work queues: what waits to be done now, and what comes later.

use super::context::{Page, use_page};
use super::glyph::glyph;
use super::name;
use crate::page::action::Action;
use crate::page::names::Names;
use crate::page::state::Session;
use crate::page::story;
use crate::page::words;
use kubestep::engine::{Engine, Item, Timer};
use yew::prelude::*;

/// Items of either list that are shown; the rest is counted.
const SHOWN_MAX: usize = 40;

/// What the pane needs.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The engine.
    pub session: Session,
}

/// The queues pane.
#[component]
pub fn Queues(props: &Props) -> Html {
    let page = use_page();
    let engine = props.session.engine();
    let ready = engine.queues().ready().count();
    let later = engine.queues().timers().count();
    let names = Names::of(&engine, None);
    html! {
        <section class="pane queues" id="pane-queues" aria-labelledby="title-queues" tabindex="-1">
            <div class="pane-head">
                <h2 id="title-queues">{ page.say(&words::QUEUES) }</h2>
                <p class="pane-note">
                    { format!("{} {ready} · {} {later}", page.say(&words::QUEUE_READY), page.say(&words::QUEUE_LATER)) }
                </p>
            </div>
            <div class="pane-body" tabindex="0" role="group" aria-labelledby="title-queues">
                if ready == 0 {
                    <p class="quiet pad">{ page.say(&words::QUEUES_EMPTY) }</p>
                }
                <ul class="items" aria-label={page.say(&words::QUEUE_READY)}>
                    // By themselves in a list, they are told apart by their keys.
                    <>{ for engine.queues().ready().take(SHOWN_MAX).enumerate().map(|(place, item)| self::item(&page, &names.by_arrows(true), place, item)) }</>
                    { rest(&page, ready) }
                </ul>
                if later > 0 {
                    <h3 class="pad">{ page.say(&words::QUEUE_LATER) }</h3>
                    <ul class="items" aria-label={page.say(&words::QUEUE_LATER)}>
                        <>{ for engine.queues().timers().take(SHOWN_MAX).enumerate().map(|(place, timer)| self::timer(&page, &names.by_arrows(place > 0), &engine, timer)) }</>
                        { rest(&page, later) }
                    </ul>
                }
            </div>
        </section>
    }
}

fn rest(page: &Page, count: usize) -> Html {
    let more = count.saturating_sub(SHOWN_MAX);
    html! {
        if more > 0 {
            <li class="quiet pad">{ page.fill(&words::MORE, &[("count", &more)]) }</li>
        }
    }
}

/// The whole item is pressed to run it; the names in it lead to their objects.
fn item(page: &Page, names: &Names<'_>, place: usize, item: &Item) -> Html {
    let (actor, object) = (item.actor.to_string(), item.key.to_string());
    let cause = story::cause_alone(&item.cause, page.language);
    let label = format!("{}: {actor} {object} {cause}", page.say(&words::RUN_NEXT));
    html! {
        <li
            key={item.number.to_string()}
            class={classes!("item", format!("by-{}", story::actor_slug(item.actor)), (place == 0).then_some("next"))}
        >
            <button class="over" tabindex={if place == 0 { "0" } else { "-1" }} aria-label={label} onclick={page.on(Action::RunItem(item.number))} />
            <span class="item-line">
                <span class="actor">{ actor }</span>{ " " }
                <span class="object">{ name::name(page, names, &item.key, object) }</span>
            </span>
            { " " }
            <span class="item-cause">
                { name::text(page, names, &cause) }
                if item.more > 0 {
                    { " " }{ page.fill(&words::CAUSE_MORE, &[("count", &item.more)]) }
                }
            </span>
            <span class="item-run" aria-hidden="true">{ glyph("play") }</span>
        </li>
    }
}

fn timer(page: &Page, names: &Names<'_>, engine: &Engine, timer: &Timer) -> Html {
    let left = words::duration(timer.due.since(engine.now()).max(0));
    html! {
        <li key={timer.number.to_string()} class={classes!("timer", format!("by-{}", story::actor_slug(timer.actor)))}>
            <span class="item-line">
                <span class="actor">{ timer.actor.to_string() }</span>
                <span class="object">{ name::name(page, names, &timer.key, timer.key.to_string()) }</span>
            </span>
            <span class="item-cause">{ story::timer(&timer.cause, page.language) }</span>
            <span class="left">{ left }</span>
        </li>
    }
}
