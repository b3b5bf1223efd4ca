//! The items and timers that a step queued.

use super::context::Page;
use super::name;
use crate::page::names::Names;
use crate::page::story;
use crate::page::words;
use kubestep::api::object::Key;
use kubestep::api::time::duration;
use kubestep::engine::{Actor, Engine, QueueChange, Step, StepKind};
use yew::prelude::*;

/// Maximum number of items shown; the rest is only counted.
const SHOWN_MAX: usize = 12;

/// The items and timers that a step queued.
pub fn wakes(page: &Page, names: &Names<'_>, engine: &Engine, step: &Step) -> Html {
    let woken: Vec<&QueueChange> = step.woke().collect();
    let more = woken.len().saturating_sub(SHOWN_MAX);
    html! {
        if !woken.is_empty() {
            <section class="part">
                <h3>{ page.say(&words::WAKES) }</h3>
                <ul class="wakes">
                    { for woken.into_iter().take(SHOWN_MAX).map(|change| woke(page, names, engine, change)) }
                    if more > 0 {
                        <li class="quiet">{ page.fill(&words::MORE, &[("count", &more)]) }</li>
                    }
                </ul>
            </section>
        }
    }
}

/// What will make the actor process the key again.
pub fn next_look(page: &Page, names: &Names<'_>, engine: &Engine, step: &Step) -> Html {
    let StepKind::Work(item) = &step.action else {
        return Html::default();
    };
    let queues = engine.queues();
    let again = queues
        .ready()
        .find(|other| other.actor == item.actor && other.key == item.key);
    let timer = queues
        .timers()
        .find(|timer| timer.actor == item.actor && timer.key == item.key);
    let told = match (again, timer) {
        (Some(again), _) => {
            let cause = story::cause_alone(&again.cause, page.language);
            words::LOOK_QUEUED.told(page.language, &[("cause", cause)])
        }
        (None, Some(timer)) => {
            let time = duration(timer.due.since(engine.now()).max(0));
            let what = story::timer(&timer.cause, page.language);
            let values = [("time", time.into()), ("what", what)];
            words::LOOK_TIMER.told(page.language, &values)
        }
        (None, None) => page.say(&words::LOOK_CHANGE).into(),
    };
    html! {
        <section class="part">
            <h3>{ page.say(&words::NEXT_LOOK) }</h3>
            <p>{ name::sentence(page, names, &told) }</p>
        </section>
    }
}

fn woke(page: &Page, names: &Names<'_>, engine: &Engine, change: &QueueChange) -> Html {
    let line = |actor: Actor, key: &Key, note: String| {
        let object = name::name(page, names, key, key.to_string());
        line(actor, object, note)
    };
    match change {
        QueueChange::Queued(item) => line(item.actor, &item.key, String::new()),
        QueueChange::Set(timer) => {
            let left = duration(timer.due.since(engine.now()).max(0));
            let when = page.fill(&words::IN_TIME, &[("time", &left)]);
            let what = story::timer(&timer.cause, page.language);
            line(timer.actor, &timer.key, format!("{when}: {what}"))
        }
        _ => Html::default(),
    }
}

fn line(actor: Actor, object: Html, note: String) -> Html {
    html! {
        <li class={format!("by-{}", story::actor_slug(actor))}>
            <span class="actor">{ actor.to_string() }</span>{ " " }
            <span class="object">{ object }</span>
            if !note.is_empty() {
                { " " }<span class="quiet">{ note }</span>
            }
        </li>
    }
}
