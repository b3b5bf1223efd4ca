//! Why: what the current step did, why, and on which numbers its decisions are based.

use super::candidates::candidates;
use super::chart;
use super::context::{Page, use_page};
use super::decision::decision;
use super::name;
use super::ordinals::ordinals;
use super::places::heads;
use super::wakes::{next_look, wakes};
use super::writes::writes;
use crate::page::action::{Action, Pane};
use crate::page::names::Names;
use crate::page::source::ManifestField;
use crate::page::state::Session;
use crate::page::story;
use crate::page::words;
use kubestep::engine::{self, Engine, Step};
use std::rc::Rc;
use yew::prelude::*;

/// Properties of the pane.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The engine right after the step explained.
    pub session: Session,
    /// The number of the step at which the cluster is shown, if another one is explained.
    pub now: Option<usize>,
    /// The field at the cursor in the manifests.
    pub field: Option<Rc<ManifestField>>,
    /// Whether the flow chart is shown whole.
    pub whole: bool,
    /// Whether this pane is the one shown if not all of them fit.
    pub shown: bool,
}

/// The pane.
#[component]
pub fn Why(props: &Props) -> Html {
    let page = use_page();
    let engine = props.session.engine();
    let number = engine.cursor();
    // A hidden chart cannot be scrolled, so it catches up when shown.
    use_effect_with((props.session.clone(), props.shown), |(session, _)| {
        let engine = session.engine();
        if let Some(step) = engine.current() {
            chart::look_at(step, engine.store().registers.features);
        }
    });
    html! {
        <section class="pane why" id="pane-why" aria-labelledby="title-why" tabindex="-1">
            <div class="pane-head">
                { heads(&page, Pane::Why) }
                if number > 0 {
                    <p class="pane-note">{ page.fill(&words::STEP_NUMBER, &[("number", &number)]) }</p>
                }
            </div>
            <div class="pane-body" tabindex="0" role="group" aria-labelledby="title-why">
                { match engine.current() {
                    Some(step) => explain(&page, props, &engine, step),
                    None => html! { <div class="empty"><p class="quiet">{ page.say(&words::WHY_EMPTY) }</p></div> },
                } }
            </div>
        </section>
    }
}

fn explain(page: &Page, props: &Props, engine: &Engine, step: &Step) -> Html {
    let field = props.field.as_ref();
    let names = Names::of(engine, Some(step));
    html! {
        <>
            { ending(page, engine.cursor(), props.now) }
            <div class={classes!("lead", format!("by-{}", story::slug(step)))}>
                <p class="who">
                    <span class="actor">{ step.actor(page.language) }</span>
                    if let Some(object) = story::object(step) {
                        <span class="object">{ name::name(page, &names, object, object.to_string()) }</span>
                    }
                </p>
                <p class="headline">{ name::headline(page, &names, step, name::whole) }</p>
                { cause(page, engine, step, &names) }
            </div>
            if let Some(error) = &step.error {
                <p class="failure" role="note">{ name::text(page, &names, error) }</p>
            }
            <div class={classes!("reasons", chart::has_chart(step).then_some("charted"))}>
            if !step.decisions.is_empty() {
                <section class="part">
                    <h3>{ page.say(&words::DECISIONS) }</h3>
                    <ol class="decisions">
                        { for step.decisions.iter().enumerate().map(|(place, made)| {
                            let stage = chart::stage(step, made, page.language);
                            decision(page, &names, step.version(), place, stage, made, field)
                        }) }
                    </ol>
                </section>
            }
            { candidates(page, &names, engine, step) }
            { ordinals(page, &names, engine, step) }
            { chart::chart(page, step, engine.store().registers.features, props.whole) }
            { writes(page, &names, step) }
            { wakes(page, &names, engine, step) }
            { next_look(page, &names, engine, step) }
            </div>
        </>
    }
}

/// If the decisive step of a run is explained instead of the last one, says so and links to both.
fn ending(page: &Page, number: usize, now: Option<usize>) -> Html {
    let Some(now) = now else {
        return Html::default();
    };
    html! {
        <p class="ending">
            { page.fill(&words::WHY_ENDING, &[("now", &now)]) }{ " " }
            <button class="link" onclick={page.on(Action::Jump(number))}>
                { page.fill(&words::WHY_ENDING_GO, &[("number", &number)]) }
            </button>{ " · " }
            <button class="link" onclick={page.on(Action::Jump(now))}>
                { page.fill(&words::WHY_ENDING_LAST, &[("now", &now)]) }
            </button>
        </p>
    }
}

/// Why the item was queued, with a link to the step that queued it.
fn cause(page: &Page, engine: &Engine, step: &Step, names: &Names<'_>) -> Html {
    let engine::StepKind::Work(item) = &step.action else {
        return Html::default();
    };
    let at = engine.cursor().saturating_sub(1);
    let (told, by) = story::cause(engine, at, item, page.language);
    html! {
        <p class="cause">
            { name::sentence(page, names, &told) }
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
