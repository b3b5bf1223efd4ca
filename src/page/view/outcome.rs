//! Notices of the transport: the result of the last run, the next timer, and the explanation of the curves.

use super::context::Page;
use super::glyph::glyph;
use crate::page::action::Action;
use crate::page::next::Next;
use crate::page::summary::Summary;
use crate::page::words;
use std::rc::Rc;
use yew::prelude::*;

/// The state of a workload, with its name if there are several.
pub type WorkloadOutcome = (Option<Rc<str>>, Summary);

/// The notice about the last run, its result, and the next timer if the cluster makes no progress by itself.
pub fn notice(
    page: &Page,
    notice: &str,
    outcome: Option<&WorkloadOutcome>,
    next: Option<&Next>,
    drops: Option<usize>,
) -> Html {
    html! {
        <>
            if let Some(outcome) = outcome {
                { self::outcome(page, outcome) }
            }
            <p title={notice.to_owned()}>{ notice }</p>
            if let Some(count) = drops {
                <button class="link next" title={page.say(&words::BUDGET_DROP_HINT)} onclick={page.on(Action::DropOldest)}>
                    { page.fill(&words::BUDGET_DROP, &[("count", &count)]) }
                </button>
            } else if let Some(next) = next {
                <button class="link next" title={next.hint.clone()} onclick={page.on(Action::Next)}>
                    { &next.text }{ glyph("arrow") }
                </button>
            }
        </>
    }
}

/// The result of the last run in a word and a sentence.
fn outcome(page: &Page, (name, summary): &WorkloadOutcome) -> Html {
    let (standing, text) = (summary.standing, summary.text(page.language));
    let word = page.say(standing.word());
    let name = name
        .as_ref()
        .map(|name| page.fill(&words::SUMMARY_OF, &[("name", name)]));
    let title = format!("{}{word}{text}", name.as_deref().unwrap_or_default());
    html! {
        <p class={classes!("standing", standing.slug(), "outcome")} {title}>
            { name }<b>{ glyph(standing.glyph()) }{ word }</b>{ text }
        </p>
    }
}

/// Explains the curves behind the scrubber.
pub fn curves(page: &Page) -> Html {
    let lines = [
        ("pods", &words::CURVE_PODS),
        ("available", &words::CURVE_AVAILABLE),
        ("least", &words::CURVE_LEAST),
        ("most", &words::CURVE_MOST),
        ("did", &words::CURVE_USER),
        ("fault", &words::CURVE_FAULT),
        ("bug", &words::CURVE_BUG),
    ];
    html! {
        <ul>
            { for lines.into_iter().map(|(class, phrase)| html! {
                <li><i class={classes!("curve", class)} aria-hidden="true" />{ page.say(phrase) }</li>
            }) }
        </ul>
    }
}
