//! The controls of time: back, step, settle, play, speed, and where we are.

use super::context::{Page, use_page};
use super::glyph::glyph;
use crate::page::action::{Action, At, FASTEST, Running, SLOWEST, Until};
use crate::page::words;
use std::rc::Rc;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

/// What the controls need.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Where in time we are.
    pub at: At,
    /// What goes on by itself.
    pub running: Running,
    /// Until when `Settle` runs.
    pub until: Until,
    /// Steps a second, as a power of two.
    pub speed: i32,
    /// The timeline in small, as SVG.
    pub map: Rc<str>,
    /// What the user should know about the last run.
    pub notice: String,
    /// The futures, where there are several.
    pub futures: Option<Html>,
}

/// The controls.
#[component]
pub fn Transport(props: &Props) -> Html {
    let page = use_page();
    let (number, total) = (props.at.done, props.at.known);
    let playing = props.running == Running::Playing;
    let settling = matches!(props.running, Running::Settling(_));
    let values: &[(&str, &dyn std::fmt::Display)] = &[("number", &number), ("total", &total)];
    let position = page.fill(&words::STEP_OF, values);
    html! {
        <div class="transport" role="group" aria-label={page.say(&words::TIMELINE)}>
            <div class="buttons">
                <button class="control" onclick={page.on(Action::Back)} aria-disabled={(number == 0).then_some("true")}>
                    { glyph("back") }<span>{ page.say(&words::BACK) }</span>
                </button>
                <button class="control primary" onclick={page.on(Action::Step)}>
                    { glyph("step") }<span>{ page.say(&words::STEP) }</span>
                </button>
                <button class="control" onclick={page.on(Action::Settle)} aria-pressed={settling.to_string()}>
                    { glyph("settle") }<span>{ page.say(if props.until == Until::Settled { &words::SETTLE } else { &words::RUN }) }</span>
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
            </div>
            <div class={classes!("position", props.futures.is_some().then_some("parted"))}>
                { for props.futures.clone() }
                <span class="at">{ position }</span>
                <span class="now">{ words::clock(props.at.clock) }</span>
            </div>
            <p class="notice">{ &props.notice }</p>
        </div>
    }
}

/// Until when `Settle` runs.
fn until(page: &Page, until: Until) -> Html {
    let send = page.send.clone();
    let change = Callback::from(move |event: Event| {
        let chosen = event.target_unchecked_into::<HtmlSelectElement>();
        let place = usize::try_from(chosen.selected_index()).unwrap_or(0);
        if let Some(until) = Until::ALL.get(place) {
            send.emit(Action::Until(*until));
        }
    });
    let name = |until| match until {
        Until::Settled => &words::UNTIL_SETTLED,
        Until::Complete => &words::UNTIL_COMPLETE,
        Until::PodReady => &words::UNTIL_POD_READY,
        Until::Gauge => &words::UNTIL_GAUGE,
        Until::User => &words::UNTIL_USER,
    };
    html! {
        <label class="until">
            <span aria-hidden="true">{ page.say(&words::UNTIL) }</span>
            <select aria-label={page.say(&words::RUN_UNTIL)} onchange={change}>
                { for Until::ALL.into_iter().map(|each| html! {
                    <option selected={each == until}>{ page.say(name(each)) }</option>
                }) }
            </select>
        </label>
    }
}

/// The power-of-two slider of the speed.
fn speed(page: &Page, speed: i32) -> Html {
    let send = page.send.clone();
    let change = Callback::from(move |event: InputEvent| {
        let value = event.target_unchecked_into::<HtmlInputElement>().value();
        if let Ok(speed) = value.parse() {
            send.emit(Action::Speed(speed));
        }
    });
    let shown = match u32::try_from(speed) {
        Ok(power) => (1 << power).to_string(),
        Err(_) => "0.5".to_owned(),
    };
    let text = page.fill(&words::STEPS_A_SECOND, &[("speed", &shown)]);
    html! {
        <label class="speed">
            <span class="unseen">{ page.say(&words::SPEED) }</span>
            <input
                type="range" min={SLOWEST.to_string()} max={FASTEST.to_string()} step="1"
                value={speed.to_string()}
                aria-valuetext={text.clone()}
                title={text}
                oninput={change}
            />
            <span class="rate" aria-hidden="true">{ format!("{shown}/s") }</span>
        </label>
    }
}

/// Drag through time.
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
