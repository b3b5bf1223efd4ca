//! The futures: choosing one, and comparing two.

use super::context::Page;
use super::glyph::glyph;
use crate::page::action::Action;
use crate::page::compare::{Beside, ComparedFuture};
use crate::page::course::{self, Name};
use crate::page::words;
use kubestep::api::time::duration;
use kubestep::engine::Engine;
use std::fmt::Display;
use yew::prelude::*;

/// A number for each future if there are several, and whether two are being compared.
pub fn control(page: &Page, engine: &Engine, compares: bool) -> Option<Html> {
    // A single one needs no choice.
    engine.reachable().nth(1)?;
    Some(html! {
        <div class="futures choice" role="group" aria-label={page.say(&words::FUTURES)}>
            { for engine.reachable().map(|future| {
                let here = future == engine.future();
                let label = label(page, engine, future);
                html! {
                    <button
                        aria-pressed={here.to_string()}
                        aria-label={label.clone()}
                        title={label}
                        onclick={page.on(Action::TakeUp(future))}
                    >{ future + 1 }</button>
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

/// Describes a future: its length and its first step.
fn label(page: &Page, engine: &Engine, future: usize) -> String {
    let (name, steps) = (future + 1, engine.steps_of(future));
    if future == engine.future() {
        let values: &[(&str, &dyn Display)] =
            &[("future", &name), ("total", &engine.steps().len())];
        return page.fill(&words::FUTURE_HERE, values);
    }
    let shared = engine.shared(future);
    let what = steps.get(shared).map(|step| step.headline(page.language));
    let values: &[(&str, &dyn Display)] = &[
        ("future", &name),
        ("total", &steps.len()),
        ("number", &(shared + 1)),
        ("what", &what.unwrap_or_default()),
    ];
    page.fill(&words::FUTURE_OTHER, values)
}

/// Both clusters side by side, the future created first on the left: the timeline, and the other one for viewing
/// only.
pub fn beside(page: &Page, beside: &Beside, ours: Html, theirs: Html) -> Html {
    let time = words::clock(beside.now);
    let values: &[(&str, &dyn Display)] = &[("time", &time), ("number", &beside.shared)];
    let says = if beside.ours.0 > beside.shared {
        &words::COMPARE_SAME_TIME
    } else {
        &words::COMPARE_ALIKE
    };
    let here = html! { <span class="flag">{ page.say(&words::COMPARE_HERE) }</span> };
    // Controls act on the timeline, so those of the other future are disabled.
    let theirs = html! { <fieldset disabled=true>{ theirs }</fieldset> };
    let mut shown = [
        side(page, beside, beside.here, beside.ours, here, ours),
        side(
            page,
            beside,
            beside.future,
            beside.at,
            others(page, beside),
            theirs,
        ),
    ];
    if beside.future < beside.here {
        shown.reverse();
    }
    html! {
        <div class="compared">
            <p class="compared-head">
                <span class="quiet">{ page.fill(says, values) }</span>
                <button class="button quiet" title="Esc" onclick={page.on(Action::EndCompare)}>{ page.say(&words::COMPARE_END) }</button>
            </p>
            { totals(page, beside) }
            { for shown }
        </div>
    }
}

/// One of the two futures.
fn side(
    page: &Page,
    beside: &Beside,
    future: usize,
    (number, total): (usize, usize),
    more: Html,
    cluster: Html,
) -> Html {
    let label = page.fill(&words::FUTURE, &[("future", &(future + 1))]);
    let values: &[(&str, &dyn Display)] = &[("number", &number), ("total", &total)];
    let mut sides = beside.sides.iter();
    let name = sides.find(|side| side.future == future);
    let name = name.map(|side| self::name(page, side)).unwrap_or_default();
    html! {
        <section key={future} class={classes!("future", (future != beside.here).then_some("there"))} aria-label={label.clone()}>
            <header class="future-head">
                <h3>{ label }</h3>
                <span class="future-name" title={name.clone()}>{ name }</span>
                <span class="quiet">{ page.fill(&words::STEP_IN, values) }</span>
                { more }
            </header>
            { cluster }
        </section>
    }
}

/// The name of a future.
fn name(page: &Page, side: &ComparedFuture) -> String {
    match &side.name {
        Name::Fields(fields) => fields.clone(),
        Name::Begun(step) => step.headline(page.language).to_string(),
        Name::Same => String::new(),
    }
}

/// Duration and extremes of both futures, and their pods over time.
fn totals(page: &Page, beside: &Beside) -> Html {
    let [one, other] = &*beside.sides;
    let (begin, end) = course::span([&one.course, &other.course]);
    let share = (beside.now - begin).clamp(0, end - begin) as f64 / (end - begin).max(1) as f64;
    let heads = [
        &words::TOTAL_DURATION,
        &words::TOTAL_FEWEST,
        &words::TOTAL_MOST,
    ];
    let row = |side: &ComparedFuture| {
        let course = &side.course;
        let time = duration(course.duration);
        let time = if course.complete {
            time
        } else {
            page.fill(&words::TOTAL_OPEN, &[("time", &time)])
        };
        let label = page.fill(&words::FUTURE, &[("future", &(side.future + 1))]);
        html! {
            <tr>
                <th scope="row">
                    <b aria-label={label}>{ side.future + 1 }</b>{ " " }{ name(page, side) }
                </th>
                <td>{ time }</td>
                <td>{ course.fewest }</td>
                <td>{ course.most }</td>
            </tr>
        }
    };
    html! {
        <div class="totals">
            <table>
                <thead>
                    <tr>
                        <th scope="col">{ page.fill(&words::COMPARE_TOTALS, &[("number", &beside.shared)]) }</th>
                        { for heads.into_iter().map(|head| html! { <th scope="col">{ page.say(head) }</th> }) }
                    </tr>
                </thead>
                <tbody>{ row(one) }{ row(other) }</tbody>
            </table>
            <div
                class="courses" role="img"
                aria-label={page.fill(&words::COMPARE_CURVES, &[("second", &(other.future + 1))])}
                title={page.fill(&words::COMPARE_CURVES, &[("second", &(other.future + 1))])}
            >
                { Html::from_html_unchecked(AttrValue::from(beside.curves.clone())) }
                <i class="moment" style={format!("left: {:.1}%", 100.0 * share)} />
            </div>
        </div>
    }
}

/// Links to the other future, and the choice of another one to compare.
fn others(page: &Page, beside: &Beside) -> Html {
    html! {
        <>
            if beside.others.len() > 1 {
                <div class="futures choice" role="group" aria-label={page.say(&words::COMPARE_WITH)}>
                    { for beside.others.iter().map(|other| html! {
                        <button
                            aria-pressed={(*other == beside.future).to_string()}
                            onclick={page.on(Action::Compare(*other))}
                        >{ *other + 1 }</button>
                    }) }
                </div>
            }
            <button class="link" onclick={page.on(Action::TakeUp(beside.future))}>{ page.say(&words::COMPARE_GO) }</button>
        </>
    }
}
