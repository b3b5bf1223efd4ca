//! The flow chart of the actor of a step, with the step's path highlighted.

use super::context::Page;
use crate::page::action::Action;
use crate::page::charts::{self, draw};
use crate::page::{browser, words};
use kubestep::actor::decision::Decision;
use kubestep::engine::{self, Step};
use kubestep::texts::Language;
use kubestep::versions::Features;
use web_sys::Element;
use yew::prelude::*;

/// Whether a step has a chart, because it is a work item.
pub fn has_chart(step: &Step) -> bool {
    of(step).is_some()
}

/// The chart of a step, if it has one.
pub fn chart(page: &Page, step: &Step, features: Features, whole: bool) -> Html {
    let Some(chart) = of(step) else {
        return Html::default();
    };
    let main = step.main_decision();
    let svg = draw::svg(chart, &step.decisions, main, features, page.language);
    let ids: Vec<&str> = step.decisions.iter().map(|made| made.branch.id).collect();
    // Clicking a box leads to its decision; keyboard users find the decisions below in order.
    let visit = Callback::from(move |event: MouseEvent| {
        let target = event.target_dyn_into::<Element>();
        let node = target.and_then(|target| target.closest("[data-branch]").ok()?);
        let id = node.and_then(|node| node.get_attribute("data-branch"));
        let place = id.and_then(|id| ids.iter().position(|known| *known == id));
        if let Some(place) = place {
            browser::focus(&format!("#decided-{}", place + 1));
        }
    });
    html! {
        <section class="part chart-part">
            <h3>
                { page.say(&words::CHART) }
                <button class="link" aria-pressed={whole.to_string()} onclick={page.on(Action::WholeChart)}>
                    { page.say(&words::CHART_WHOLE) }
                </button>
            </h3>
            <div
                class={classes!("chart-view", whole.then_some("whole"))}
                tabindex="0" role="group" aria-label={page.say(&words::CHART)}
                onclick={visit}
            >
                { Html::from_html_unchecked(AttrValue::from(svg)) }
            </div>
        </section>
    }
}

/// Scrolls the most significant box into view.
pub fn look_at(step: &Step, features: Features) {
    if let (Some(chart), Some(main)) = (of(step), step.main_decision()) {
        browser::scroll_within(
            ".chart-view",
            draw::depth(chart, &step.decisions[main], features),
        );
    }
}

/// The stage of a decision, as labelled in the chart.
pub fn stage(step: &Step, made: &Decision, language: Language) -> &'static str {
    let name = made.branch.stage;
    let stages = of(step).map_or(&[][..], |chart| chart.stages);
    let stage = stages.iter().find(|stage| stage.name == name);
    stage.map_or(name, |stage| stage.label.text(language))
}

fn of(step: &Step) -> Option<&'static charts::Chart> {
    match &step.action {
        engine::StepKind::Work(item) => charts::of(item.actor),
        _ => None,
    }
}
