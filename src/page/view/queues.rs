//! The work queues: what is due now, and the timers.

use super::context::{Page, use_page};
use super::glyph::glyph;
use super::name;
use super::sight::use_drawn;
use crate::page::action::Action;
use crate::page::names::Names;
use crate::page::selection;
use crate::page::state::Session;
use crate::page::story;
use crate::page::words;
use kubestep::api::object::Key;
use kubestep::api::time::duration;
use kubestep::engine::{Engine, Item, Timer};
use yew::prelude::*;

/// Properties of the pane.
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
    let (drawn, scrolled) = use_drawn();
    html! {
        <section class="pane queues" id="pane-queues" aria-labelledby="title-queues" tabindex="-1">
            <div class="pane-head">
                <h2 id="title-queues">{ page.say(&words::QUEUES) }</h2>
                <p class="pane-note">
                    { format!("{} {ready} · {} {later}", page.say(&words::QUEUE_READY), page.say(&words::QUEUE_LATER)) }
                </p>
            </div>
            <div class="pane-body" tabindex="0" role="group" aria-labelledby="title-queues" onscroll={scrolled}>
                if ready == 0 {
                    <p class="quiet pad">{ page.say(&words::QUEUES_EMPTY) }</p>
                }
                <ul class="items" aria-label={page.say(&words::QUEUE_READY)}>
                    // In a list of their own they are identified by their keys.
                    <>{ for engine.queues().ready().take(drawn).enumerate().map(|(place, item)| self::item(&page, &names.by_arrows(place > 0), place, item)) }</>
                    { rest(&page, ready.saturating_sub(drawn)) }
                </ul>
                if later > 0 {
                    <h3 class="pad">{ page.say(&words::QUEUE_LATER) }</h3>
                    <ul class="items" aria-label={page.say(&words::QUEUE_LATER)}>
                        <>{ for engine.queues().timers().take(drawn).enumerate().map(|(place, timer)| self::timer(&page, &names.by_arrows(place > 0), &engine, timer)) }</>
                        { rest(&page, later.saturating_sub(drawn)) }
                    </ul>
                }
            </div>
        </section>
    }
}

fn rest(page: &Page, more: usize) -> Html {
    html! {
        if more > 0 {
            <li class="quiet pad">{ page.fill(&words::MORE, &[("count", &more)]) }</li>
        }
    }
}

/// Clicking an item processes it; a link at its end leads to its object.
fn item(page: &Page, names: &Names<'_>, place: usize, item: &Item) -> Html {
    let (actor, object) = (item.actor.to_string(), item.key.to_string());
    let mut cause = story::cause_alone(&item.cause, page.language).to_string();
    if item.more > 0 {
        cause += " ";
        cause += &page.fill(&words::CAUSE_MORE, &[("count", &item.more)]);
    }
    let label = format!("{}: {actor} {object} {cause}", page.say(&words::RUN_NEXT));
    html! {
        <li
            key={item.number.to_string()}
            data-number={item.number.to_string()}
            class={classes!("item", format!("by-{}", story::actor_slug(item.actor)), (place == 0).then_some("next"))}
        >
            <button class="over" tabindex={if place == 0 { "0" } else { "-1" }} aria-label={label} title={page.say(&words::RUN_NEXT)} onclick={page.on(Action::RunItem(item.number))} />
            <span class="item-run" aria-hidden="true">{ glyph("play") }</span>
            { line(page, names, &actor, &item.key, &cause) }
            { way(names, &item.key) }
        </li>
    }
}

fn timer(page: &Page, names: &Names<'_>, engine: &Engine, timer: &Timer) -> Html {
    let left = duration(timer.due.since(engine.now()).max(0));
    let cause = story::timer(&timer.cause, page.language).to_string();
    html! {
        <li key={timer.number.to_string()} class={classes!("timer", format!("by-{}", story::actor_slug(timer.actor)))}>
            { line(page, names, &timer.actor.to_string(), &timer.key, &cause) }
            <span class="left">{ left }</span>
            { way(names, &timer.key) }
        </li>
    }
}

/// Actor, key and cause.
fn line(page: &Page, names: &Names<'_>, actor: &str, key: &Key, cause: &str) -> Html {
    let object = key.to_string();
    let object = match names.exists(key) {
        true => html! { object },
        false => name::name(page, names, key, object),
    };
    html! {
        <>
            <span class="item-line">
                <span class="actor">{ actor }</span>{ " " }
                <span class="object">{ object }</span>
            </span>
            { " " }<span class="item-cause">{ cause }</span>
        </>
    }
}

/// A link to an object, if it exists.
fn way(names: &Names<'_>, key: &Key) -> Html {
    html! {
        if names.exists(key) {
            <button
                class="way"
                tabindex={names.by_arrows.then_some("-1")}
                data-object={selection::name(key)}
                aria-label={key.to_string()}
                title={key.to_string()}
            >{ glyph("arrow") }</button>
        }
    }
}
