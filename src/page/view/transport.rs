//! The transport: back, step, settle, play, speed, and the position in time.

use super::context::{Page, use_page};
use super::glyph::glyph;
use crate::page::action::{Action, Activity, At, RunUntil};
use crate::page::play::Speed;
use crate::page::words;
use std::rc::Rc;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

/// Properties of the transport.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The position in time.
    pub at: At,
    /// The time there, as text.
    pub now: AttrValue,
    /// What is running.
    pub running: Activity,
    /// When `Settle` stops.
    pub until: RunUntil,
    /// The speed of playing.
    pub speed: Speed,
    /// The timeline's miniature as SVG.
    pub map: Rc<str>,
    /// The explanation of its curves.
    pub curves: Html,
    /// The notice about the last run.
    pub notice: Html,
    /// Whether Step is the control to press next.
    pub primary: bool,
    /// The futures, if there are several.
    pub futures: Option<Html>,
}

/// The transport.
#[component]
pub fn Transport(props: &Props) -> Html {
    let page = use_page();
    let (number, total) = (props.at.done, props.at.known);
    let playing = props.running == Activity::Playing;
    let settling = matches!(props.running, Activity::Settling(_));
    let values: &[(&str, &dyn std::fmt::Display)] = &[("number", &number), ("total", &total)];
    let position = page.fill(&words::STEP_OF, values);
    html! {
        <div class="transport" role="group" aria-label={page.say(&words::TIMELINE)}>
            <div class="buttons">
                <button class="control" onclick={shifted(&page, Action::Back, Action::BackOne)} title={page.say(&words::BACK_HINT)} aria-disabled={(number == 0).then_some("true")}>
                    { glyph("back") }<span>{ page.say(&words::BACK) }</span>
                </button>
                <button class={classes!("control", "step", props.primary.then_some("primary"))} onclick={shifted(&page, Action::Step, Action::StepOne)} title={page.say(&words::STEP_HINT)}>
                    { glyph("step") }<span>{ page.say(&words::STEP) }</span>
                </button>
                <button class="control" onclick={page.on(Action::Settle)} aria-pressed={settling.to_string()}>
                    { glyph("settle") }<span>{ page.say(if props.until == RunUntil::Settled { &words::SETTLE } else { &words::RUN }) }</span>
                </button>
                <button class="control" onclick={page.on(Action::Play)} aria-pressed={playing.to_string()}>
                    if playing {
                        { glyph("pause") }<span>{ page.say(&words::PAUSE) }</span>
                    } else {
                        { glyph("play") }<span>{ page.say(&words::PLAY) }</span>
                    }
                </button>
            </div>
            { until(&page, props.until) }
            { speed(&page, props.speed) }
            <div class="timebar">
                { Html::from_html_unchecked(AttrValue::from(props.map.clone())) }
                { scrubber(&page, number, total, position.clone()) }
                { legend(&page, &props.curves) }
            </div>
            <div class="whereabouts">
                // In its own place, so that nothing moves when it appears.
                <div class="notice">{ props.notice.clone() }</div>
                <div class={classes!("position", props.futures.is_some().then_some("parted"))}>
                    { for props.futures.clone() }
                    <span class="at">{ position }</span>
                    <span class="now">{ &props.now }</span>
                </div>
            </div>
        </div>
    }
}

/// Sends an action, or another one while Shift is held.
fn shifted(page: &Page, plain: Action, with_shift: Action) -> Callback<MouseEvent> {
    let send = page.send.clone();
    Callback::from(move |event: MouseEvent| {
        let action = if event.shift_key() {
            &with_shift
        } else {
            &plain
        };
        send.emit(action.clone());
    })
}

/// The choice of when `Settle` stops.
fn until(page: &Page, until: RunUntil) -> Html {
    let name = |until| match until {
        RunUntil::Settled => &words::UNTIL_SETTLED,
        RunUntil::Complete => &words::UNTIL_COMPLETE,
        RunUntil::PodReady => &words::UNTIL_POD_READY,
        RunUntil::Gauge => &words::UNTIL_GAUGE,
        RunUntil::User => &words::UNTIL_USER,
    };
    let change = chosen(page, |place| {
        RunUntil::ALL.get(place).copied().map(Action::Until)
    });
    html! {
        <label class="until">
            <span aria-hidden="true">{ page.say(&words::UNTIL) }</span>
            <select aria-label={page.say(&words::RUN_UNTIL)} onchange={change}>
                { for RunUntil::ALL.into_iter().map(|each| html! {
                    <option selected={each == until}>{ page.say(name(each)) }</option>
                }) }
            </select>
        </label>
    }
}

/// The choice of the unit and speed of playing.
fn speed(page: &Page, speed: Speed) -> Html {
    let kinds = [(true, &words::BY_CLOCK), (false, &words::BY_STEPS)];
    let options = |by_clock: bool| {
        let all = Speed::ALL.into_iter();
        all.filter(move |each| each.is_by_clock() == by_clock)
    };
    let change = chosen(page, |place| {
        Speed::ALL.get(place).copied().map(Action::Speed)
    });
    html! {
        <label class="speed">
            <select aria-label={page.say(&words::SPEED)} title={page.say(&words::SPEED_HINT)} onchange={change}>
                { for kinds.into_iter().map(|(by_clock, kind)| html! {
                    <optgroup label={page.say(kind)}>
                        { for options(by_clock).map(|each| html! {
                            <option selected={each == speed}>{ rate(page, each) }</option>
                        }) }
                    </optgroup>
                }) }
            </select>
        </label>
    }
}

fn rate(page: &Page, speed: Speed) -> String {
    let phrase = if speed.is_by_clock() {
        &words::TIMES_THE_CLOCK
    } else {
        &words::STEPS_A_SECOND
    };
    page.fill(phrase, &[("speed", &speed.number())])
}

/// Sends the action for the chosen index.
fn chosen(page: &Page, action: fn(usize) -> Option<Action>) -> Callback<Event> {
    let send = page.send.clone();
    Callback::from(move |event: Event| {
        let chosen = event.target_unchecked_into::<HtmlSelectElement>();
        let place = usize::try_from(chosen.selected_index());
        if let Some(action) = place.ok().and_then(action) {
            send.emit(action);
        }
    })
}

/// Explains the curves behind the scrubber once there are any.
fn legend(page: &Page, curves: &Html) -> Html {
    html! {
        <details class="curve-legend">
            <summary aria-label={page.say(&words::CURVES)} title={page.say(&words::CURVES)}>{ "?" }</summary>
            { curves.clone() }
        </details>
    }
}

/// The scrubber for moving through time.
fn scrubber(page: &Page, number: usize, total: usize, text: String) -> Html {
    let send = page.send.clone();
    let change = Callback::from(move |event: InputEvent| {
        let value = event.target_unchecked_into::<HtmlInputElement>().value();
        if let Ok(steps) = value.parse() {
            send.emit(Action::Jump(steps));
        }
    });
    html! {
        <input
            class="scrubber"
            type="range" min="0" step="1"
            max={total.to_string()}
            value={number.to_string()}
            disabled={total == 0}
            aria-label={page.say(&words::POSITION)}
            aria-valuetext={text}
            oninput={change}
        />
    }
}
