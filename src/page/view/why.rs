//! Why: what the current step did, for what reason, and which numbers led to it.

use super::context::{Page, use_page};
use super::decision::decision;
use super::wakes::wakes;
use super::writes::writes;
use crate::page::action::Action;
use crate::page::state::Session;
use crate::page::story::{self, Names};
use crate::page::words;
use kubestep::engine::{self, Engine, Step};
use yew::prelude::*;

/// What the pane needs.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The engine.
    pub session: Session,
}

/// The why pane.
#[component]
pub fn Why(props: &Props) -> Html {
    let page = use_page();
    let engine = props.session.engine();
    let number = engine.cursor();
    html! {
        <section class="pane why" id="pane-why" aria-labelledby="title-why" tabindex="-1">
            <div class="pane-head">
                <h2 id="title-why">{ page.say(&words::WHY) }</h2>
                if number > 0 {
                    <p class="pane-note">{ page.fill(&words::STEP_NUMBER, &[("number", &number)]) }</p>
                }
            </div>
            <div class="pane-body" tabindex="0" role="group" aria-labelledby="title-why">
                { match engine.current() {
                    Some(step) => explain(&page, &engine, step),
                    None => html! { <div class="empty"><p class="quiet">{ page.say(&words::WHY_EMPTY) }</p></div> },
                } }
            </div>
        </section>
    }
}

fn explain(page: &Page, engine: &Engine, step: &Step) -> Html {
    html! {
        <>
            <div class={classes!("lead", format!("by-{}", story::slug(step)))}>
                <p class="who">
                    <span class="actor">{ story::actor(step, page.language) }</span>
                    if let Some(object) = story::object(step) {
                        <span class="object">{ object.to_string() }</span>
                    }
                </p>
                <p class="headline">{ story::headline(step, page.language, Names::Whole) }</p>
                { cause(page, engine, step) }
            </div>
            if let Some(error) = &step.error {
                <p class="failure" role="note">{ error }</p>
            }
            if !step.decisions.is_empty() {
                <section class="part">
                    <h3>{ page.say(&words::DECISIONS) }</h3>
                    <ol class="decisions">
                        { for step.decisions.iter().map(|made| decision(page, made)) }
                    </ol>
                </section>
            }
            { writes(page, step) }
            { wakes(page, engine, step) }
        </>
    }
}

/// Why the item was queued, with the way to the step that did it.
fn cause(page: &Page, engine: &Engine, step: &Step) -> Html {
    let engine::Action::Work(item) = &step.action else {
        return Html::default();
    };
    let at = engine.cursor().saturating_sub(1);
    let (text, by) = story::cause(engine, at, item, page.language);
    html! {
        <p class="cause">
            { text }
            if let Some(number) = by {
                { " " }
                <button class="link" onclick={page.on(Action::Jump(number))}>
                    { page.fill(&words::CAUSE_BY_STEP, &[("number", &number)]) }
                </button>
            }
            if item.more > 0 {
                { " " }{ page.fill(&words::CAUSE_MORE, &[("count", &item.more)]) }
            }
        </p>
    }
}
