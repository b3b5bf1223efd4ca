//! What is to be forecast: fields whose texts are read when the forecast begins.

use super::super::context::Page;
use crate::page::words;
use kubestep::api::object::Key;
use kubestep::diagnosis::goal;
use kubestep::engine::Engine;
use kubestep::forecast::sweep::Axis;
use kubestep::forecast::{Bound, Plan, RUNS, RUNS_MAX, Source, Times};
use kubestep::texts::{Language, Text};
use kubestep::world::Latency;
use web_sys::{HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement};
use yew::prelude::*;

/// A field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormField {
    /// The workload, by the text of its key.
    Workload,
    /// The commands, one a line.
    Lines,
    /// A range of times, by its place in [`TIMES`].
    Time(usize),
    /// The number of runs.
    Runs,
    /// The bounds, separated by commas.
    Bounds,
    /// The settings to compare, separated by spaces.
    Sweep,
}

/// The labels of the times.
const TIMES: [&Text; 4] = [
    &words::FORECAST_PULL,
    &words::FORECAST_START,
    &words::FORECAST_READY,
    &words::FORECAST_STOP,
];

/// The texts of the fields.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Form {
    workload: Option<Key>,
    lines: Option<String>,
    times: [Option<String>; 4],
    runs: Option<String>,
    bounds: String,
    sweep: Option<String>,
    /// What the fields show that the user has not set.
    usual: Usual,
}

/// What follows from the cluster.
#[derive(Debug, Clone, PartialEq, Default)]
struct Usual {
    lines: String,
    times: [String; 4],
    sweep: String,
}

fn ranges(times: &Times) -> [Latency; 4] {
    [times.pull, times.start, times.ready, times.stop]
}

impl Form {
    /// Fills the fields that the user has not set, for the present of a cluster.
    pub fn follow(&mut self, engine: &Engine) {
        let known = super::workloads(engine);
        let chosen = self
            .workload
            .take()
            .filter(|workload| known.contains(workload));
        self.workload = chosen.or_else(|| {
            let unfinished = known
                .iter()
                .find(|key| !goal::is_complete(engine.store(), key));
            unfinished.or(known.first()).cloned()
        });
        let Some(workload) = &self.workload else {
            return;
        };
        let axes = Axis::usual(workload.kind);
        let axes = axes
            .iter()
            .map(|axis| format!("{}={}", axis.setting.name(), axis.values.join(",")));
        self.usual = Usual {
            // A rollout at rest has no rest to forecast.
            lines: match goal::is_complete(engine.store(), workload) {
                true => restart(workload),
                false => String::new(),
            },
            times: ranges(&Times::of(engine, workload)).map(|range| range.to_string()),
            sweep: axes.collect::<Vec<String>>().join(" "),
        };
    }

    /// Changes a field.
    pub fn set(&mut self, field: FormField, text: String, engine: &Engine) {
        match field {
            FormField::Workload => {
                let known = super::workloads(engine);
                self.workload = known.into_iter().find(|key| key.to_string() == text);
                (self.lines, self.sweep) = (None, None);
                self.follow(engine);
            }
            FormField::Lines => self.lines = Some(text),
            FormField::Time(at) => self.times[at] = (!text.trim().is_empty()).then_some(text),
            FormField::Runs => self.runs = Some(text),
            FormField::Bounds => self.bounds = text,
            FormField::Sweep => self.sweep = (!text.trim().is_empty()).then_some(text),
        }
    }

    /// What is to be forecast, or which field is wrong.
    pub fn plan(&self, engine: &Engine, language: Language) -> Result<(Plan, Vec<Bound>), String> {
        let none = || words::FORECAST_NONE.text(language).to_owned();
        let workload = self.workload.clone().ok_or_else(none)?;
        let mut plan = Plan::of(engine, workload);
        let lines = self.lines.as_deref().unwrap_or(&self.usual.lines).lines();
        let lines = lines.map(str::trim).filter(|line| !line.is_empty());
        plan.lines = lines.map(str::to_owned).collect();
        let times = &mut plan.times;
        let fields = [
            &mut times.pull,
            &mut times.start,
            &mut times.ready,
            &mut times.stop,
        ];
        for (range, text) in fields.into_iter().zip(&self.times) {
            let Some(text) = text else { continue };
            *range = Latency::parse(text.trim())
                .map_err(|wrong| words::FORECAST_WRONG_TIMES.with(language, &[("text", &wrong)]))?;
            times.source = Source::Given;
        }
        if let Some(runs) = &self.runs {
            let runs = runs
                .trim()
                .parse()
                .ok()
                .filter(|runs| (1..=RUNS_MAX).contains(runs));
            let wrong = || words::FORECAST_WRONG_RUNS.with(language, &[("most", &RUNS_MAX)]);
            plan.runs = runs.ok_or_else(wrong)?;
        }
        let bounds = self
            .bounds
            .split(',')
            .filter(|text| !text.trim().is_empty());
        let bounds = bounds.map(|text| Bound::parse(text).map_err(|error| error.to_string()));
        Ok((plan, bounds.collect::<Result<Vec<Bound>, String>>()?))
    }

    /// The settings to compare, or which of them is wrong.
    pub fn axes(&self, workload: &Key) -> Result<Vec<Axis>, String> {
        let axes = self
            .sweep
            .as_deref()
            .unwrap_or(&self.usual.sweep)
            .split_whitespace();
        axes.map(|text| Axis::parse(text, workload).map_err(|error| error.to_string()))
            .collect()
    }

    /// The fields.
    pub fn view(&self, page: &Page, known: &[Key], set: &Callback<(FormField, String)>) -> Html {
        let usual = &self.usual;
        let lines = self.lines.as_deref().unwrap_or(&usual.lines).to_owned();
        let sweep = self.sweep.as_deref().unwrap_or(&usual.sweep);
        let runs = self.runs.clone().unwrap_or_else(|| RUNS.to_string());
        let chosen = self.workload.as_ref();
        let choose = set.reform(|event: Event| {
            let list = event.target_unchecked_into::<HtmlSelectElement>();
            (FormField::Workload, list.value())
        });
        let write = set.reform(|event: InputEvent| {
            let area = event.target_unchecked_into::<HtmlTextAreaElement>();
            (FormField::Lines, area.value())
        });
        html! {
            <div class="forecast-form pad">
                <label>
                    { page.say(&words::FORECAST_WORKLOAD) }
                    <select onchange={choose}>
                        { for known.iter().map(|key| html! {
                            <option key={key.to_string()} value={key.to_string()} selected={chosen == Some(key)}>{ key.to_string() }</option>
                        }) }
                    </select>
                </label>
                <label>
                    { page.say(&words::FORECAST_LINES) }
                    <textarea rows="2" value={lines} oninput={write} spellcheck="false" autocapitalize="off" autocomplete="off" />
                </label>
                <details>
                    <summary>{ page.say(&words::FORECAST_OPTIONS) }</summary>
                    <div class="forecast-form">
                    <fieldset>
                    { for TIMES.iter().enumerate().map(|(at, label)| {
                        let text = self.times[at].as_deref().unwrap_or(&usual.times[at]);
                        field(page.say(label), text, FormField::Time(at), set)
                    }) }
                    { field(page.say(&words::FORECAST_RUNS), &runs, FormField::Runs, set) }
                    </fieldset>
                    { field(page.say(&words::FORECAST_BOUNDS), &self.bounds, FormField::Bounds, set) }
                    { field(page.say(&words::FORECAST_SWEEP), sweep, FormField::Sweep, set) }
                    </div>
                </details>
            </div>
        }
    }
}

/// A change that every workload can make.
fn restart(workload: &Key) -> String {
    let kind = workload.kind.info().singular;
    let place = match &*workload.namespace {
        "default" => String::new(),
        namespace => format!(" -n {namespace}"),
    };
    format!("kubectl rollout restart {kind}/{}{place}", workload.name)
}

fn field(label: &str, text: &str, field: FormField, set: &Callback<(FormField, String)>) -> Html {
    let set = set.reform(move |event: Event| {
        let input = event.target_unchecked_into::<HtmlInputElement>();
        (field, input.value())
    });
    html! {
        <label>
            { label.to_owned() }
            <input value={text.to_owned()} onchange={set} spellcheck="false" autocapitalize="off" autocomplete="off" />
        </label>
    }
}
