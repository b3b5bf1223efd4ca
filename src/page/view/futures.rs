//! The futures: which one we are in, and another one beside it.

use super::context::Page;
use super::glyph::glyph;
use crate::page::action::Action;
use crate::page::cluster::letter;
use crate::page::compare::Beside;
use crate::page::story;
use crate::page::words;
use kubestep::engine::Engine;
use std::fmt::Display;
use yew::prelude::*;

/// A letter for each future, once there are several, and whether two are shown.
pub fn control(page: &Page, engine: &Engine, compares: bool) -> Option<Html> {
    if engine.futures() < 2 {
        return None;
    }
    Some(html! {
        <div class="futures choice" role="group" aria-label={page.say(&words::FUTURES)}>
            { for (0..engine.futures()).map(|future| {
                let here = future == engine.future();
                let label = label(page, engine, future);
                html! {
                    <button
                        aria-pressed={here.to_string()}
                        aria-label={label.clone()}
                        title={label}
                        onclick={page.on(Action::TakeUp(future))}
                    >{ letter(future) }</button>
                }
            }) }
            <button
                class="compare"
                aria-pressed={compares.to_string()}
                title={page.say(&words::COMPARE_HINT)}
                onclick={page.on(Action::ToggleCompare)}
            >{ glyph("beside") }{ page.say(&words::COMPARE) }</button>
        </div>
    })
}

/// What a future is: how long, and what it began with.
fn label(page: &Page, engine: &Engine, future: usize) -> String {
    let (letter, steps) = (letter(future), engine.steps_of(future));
    if future == engine.future() {
        let values: &[(&str, &dyn Display)] =
            &[("letter", &letter), ("total", &engine.steps().len())];
        return page.fill(&words::FUTURE_HERE, values);
    }
    let shared = engine.shared(future);
    let what = steps
        .get(shared)
        .map(|step| story::headline(step, page.language));
    let values: &[(&str, &dyn Display)] = &[
        ("letter", &letter),
        ("total", &steps.len()),
        ("number", &(shared + 1)),
        ("what", &what.unwrap_or_default()),
    ];
    page.fill(&words::FUTURE_OTHER, values)
}

/// Both clusters side by side: where we are, and the other one to look at.
pub fn beside(page: &Page, beside: &Beside, ours: Html, theirs: Html) -> Html {
    let time = words::clock(beside.now);
    let values: &[(&str, &dyn Display)] = &[("time", &time), ("number", &beside.shared)];
    let says = if beside.ours.0 > beside.shared {
        &words::COMPARE_SAME_TIME
    } else {
        &words::COMPARE_ALIKE
    };
    let name = |future: usize| page.fill(&words::FUTURE, &[("letter", &letter(future))]);
    html! {
        <div class="compared">
            <p class="compared-head">
                <span class="quiet">{ page.fill(says, values) }</span>
                <button class="button quiet" title="Esc" onclick={page.on(Action::EndCompare)}>{ page.say(&words::COMPARE_END) }</button>
            </p>
            <section class="future" aria-label={name(beside.here)}>
                { head(page, &name(beside.here), beside.ours, Html::default()) }
                { ours }
            </section>
            <section class="future there" aria-label={name(beside.future)}>
                { head(page, &name(beside.future), beside.at, others(page, beside)) }
                // What is pressed acts on the timeline: this one is to look at.
                <fieldset disabled=true>{ theirs }</fieldset>
            </section>
        </div>
    }
}

fn head(page: &Page, name: &str, (number, total): (usize, usize), more: Html) -> Html {
    let values: &[(&str, &dyn Display)] = &[("number", &number), ("total", &total)];
    html! {
        <header class="future-head">
            <h3>{ name }</h3>
            <span class="quiet">{ page.fill(&words::STEP_IN, values) }</span>
            { more }
        </header>
    }
}

/// The way to the other future, and which one it is to be.
fn others(page: &Page, beside: &Beside) -> Html {
    html! {
        <>
            if beside.others.len() > 1 {
                <div class="futures choice" role="group" aria-label={page.say(&words::COMPARE_WITH)}>
                    { for beside.others.iter().map(|other| html! {
                        <button
                            aria-pressed={(*other == beside.future).to_string()}
                            onclick={page.on(Action::Compare(*other))}
                        >{ letter(*other) }</button>
                    }) }
                </div>
            }
            <button class="link" onclick={page.on(Action::TakeUp(beside.future))}>{ page.say(&words::COMPARE_GO) }</button>
        </>
    }
}
