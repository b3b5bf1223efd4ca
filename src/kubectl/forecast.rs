//! Forecasts as they are asked for, in words: `sim forecast` and the JavaScript API share it.

use super::commands::kind_of;
use super::{CommandInput, run_with};
use crate::api::go::parse_duration;
use crate::api::object::Key;
use crate::engine::Engine;
use crate::forecast::bound::BoundError;
use crate::forecast::report::ForecastReport;
use crate::forecast::sweep::{self, Axis, AxisError, Sweep, Sweeping};
use crate::forecast::{
    Bound, Forecast, ForecastError, Forecasting, Plan, RUNS_MAX, Source, json, svg, text,
};
use crate::manifests::Failure;
use crate::texts::Language;
use crate::versions::Version;
use crate::world::Latency;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// Steps between two looks at whether it is done.
const SLICE: usize = 1_000_000;

/// What is asked of a forecast; whatever is left out is as in [`Plan::of`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Asked {
    /// The namespace of the workload; the one called `default` unless given.
    pub namespace: Option<String>,
    /// The command lines that start the change.
    pub commands: Vec<String>,
    /// Files for their `-f`, by name.
    pub files: BTreeMap<String, String>,
    /// Number of runs.
    pub runs: Option<i64>,
    /// The seed.
    pub seed: Option<i64>,
    /// The duration after which a run ends: `1h`.
    pub within: Option<String>,
    /// How long pulling an image takes: `2s` or `1s..3s`.
    pub pull: Option<String>,
    /// How long starting a container takes.
    pub start: Option<String>,
    /// How long a container takes to become ready.
    pub ready: Option<String>,
    /// How long a container takes to terminate.
    pub stop: Option<String>,
    /// Bounds, such as `available>=7`.
    pub bounds: Vec<String>,
    /// Settings to compare, such as `maxSurge=0,1,25%`.
    pub sweep: Vec<String>,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum AskedError {
    /// The workload is not named by type and name.
    #[error("{0:?} does not name a workload: it must be TYPE/NAME, such as deployment/web")]
    Workload(String),
    /// There is no such type.
    #[error(transparent)]
    Type(Failure),
    /// It is no workload with replicas.
    #[error("{0:?} has no forecast: only Deployments, ReplicaSets and StatefulSets have one")]
    Kind(String),
    /// A duration, or a range of durations, is neither.
    #[error("invalid {option}: {wrong:?} is not a duration such as 30s")]
    Duration {
        /// The option.
        option: &'static str,
        /// What is wrong.
        wrong: String,
    },
    /// There are too few or too many runs.
    #[error("runs must be from 1 to {RUNS_MAX}, not {0}")]
    Runs(i64),
    /// A bound is invalid.
    #[error(transparent)]
    Bound(#[from] BoundError),
    /// What is to be swept is invalid.
    #[error(transparent)]
    Axis(#[from] AxisError),
    /// A command failed, or the workload does not exist.
    #[error(transparent)]
    Forecast(#[from] ForecastError),
}

/// A forecast, with what was asked about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForecastAnswer {
    /// The forecast.
    pub forecast: Forecast,
    /// The comparison, if one was asked for.
    pub sweep: Option<Sweep>,
    /// The bounds.
    pub bounds: Vec<Bound>,
    version: Version,
}

/// An answer being worked out on copies of a cluster, some steps at a time.
#[derive(Debug, Clone)]
pub struct Answering {
    forecasting: Forecasting,
    sweeping: Option<Sweeping>,
    bounds: Vec<Bound>,
    /// Files for `-f` of the command lines.
    files: Vec<(String, String)>,
    version: Version,
}

/// How far an answer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerProgress {
    /// So many runs have ended, of so many.
    Runs(usize, usize),
    /// So many combinations of settings are done, of so many.
    Cells(usize, usize),
}

/// Answers by running copies of a cluster, which itself stays as it is. The workload is named as in `deployment/web`; it
/// may be one that the commands create.
///
/// # Errors
/// What was asked is invalid, a command fails, or the workload does not exist.
pub fn answer(
    engine: &Engine,
    workload: &str,
    asked: &Asked,
) -> Result<ForecastAnswer, AskedError> {
    let mut answering = Answering::new(engine, workload, asked)?;
    while !answering.advance(SLICE) {}
    Ok(answering.answer())
}

impl Answering {
    /// Begins an answer; see [`answer`].
    ///
    /// # Errors
    /// What was asked is invalid, a command fails, or the workload does not exist.
    pub fn new(engine: &Engine, workload: &str, asked: &Asked) -> Result<Self, AskedError> {
        let plan = plan(engine, self::workload(engine, workload, asked)?, asked)?;
        let bounds = asked.bounds.iter().map(|text| Bound::parse(text));
        let bounds = bounds.collect::<Result<Vec<Bound>, _>>()?;
        let axes = asked.sweep.iter();
        let axes = axes.map(|text| Axis::parse(text, &plan.workload));
        let axes = axes.collect::<Result<Vec<Axis>, _>>()?;
        let files: Vec<(String, String)> = asked.files.clone().into_iter().collect();
        // The one that finds mistakes at once is begun first.
        let sweeping = match axes.is_empty() {
            true => None,
            false => {
                let runs = asked.runs.map_or(sweep::RUNS, |_| plan.runs);
                let plan = Plan {
                    runs,
                    ..plan.clone()
                };
                Some(Sweeping::new(engine, plan, axes)?)
            }
        };
        let run = |engine: &mut Engine, line: &str| run_line(engine, line, &files);
        let forecasting = Forecasting::new(engine, plan, &run)?;
        Ok(Self {
            forecasting,
            sweeping,
            bounds,
            files,
            version: engine.store().version(),
        })
    }

    /// Takes about so many steps; `true` once it is done.
    pub fn advance(&mut self, steps: usize) -> bool {
        if !self.forecasting.advance(steps) {
            return false;
        }
        let files = &self.files;
        let run = |engine: &mut Engine, line: &str| run_line(engine, line, files);
        let sweeping = self.sweeping.as_mut();
        sweeping.is_none_or(|sweeping| sweeping.advance(steps, &run))
    }

    /// How far it is.
    #[must_use]
    pub fn progress(&self) -> AnswerProgress {
        let (ended, runs) = (self.forecasting.ended(), self.forecasting.plan().runs);
        match &self.sweeping {
            Some(sweeping) if ended == runs => {
                let (done, total) = sweeping.progress();
                AnswerProgress::Cells(done, total)
            }
            _ => AnswerProgress::Runs(ended, runs),
        }
    }

    /// What is known so far.
    #[must_use]
    pub fn answer(&self) -> ForecastAnswer {
        let sweeping = self.sweeping.as_ref();
        ForecastAnswer {
            forecast: self.forecasting.forecast(),
            sweep: sweeping.map(|sweeping| sweeping.sweep().clone()),
            bounds: self.bounds.clone(),
            version: self.version,
        }
    }
}

fn workload(engine: &Engine, text: &str, asked: &Asked) -> Result<Key, AskedError> {
    let parts = text.split_once('/').filter(|(_, name)| !name.is_empty());
    let (word, name) = parts.ok_or_else(|| AskedError::Workload(text.to_owned()))?;
    let kind = kind_of(engine.store(), word).map_err(AskedError::Type)?;
    match kind.is_scalable() {
        true => {
            let namespace = asked.namespace.as_deref().unwrap_or("default");
            Ok(Key::of(kind, namespace, name))
        }
        false => Err(AskedError::Kind(text.to_owned())),
    }
}

fn plan(engine: &Engine, workload: Key, asked: &Asked) -> Result<Plan, AskedError> {
    let mut plan = Plan::of(engine, workload);
    plan.lines.clone_from(&asked.commands);
    let times = &mut plan.times;
    for (option, given, range) in [
        ("pull", &asked.pull, &mut times.pull),
        ("start", &asked.start, &mut times.start),
        ("ready", &asked.ready, &mut times.ready),
        ("stop", &asked.stop, &mut times.stop),
    ] {
        if let Some(given) = given {
            *range = Latency::parse(given).map_err(|wrong| not_a_duration(option, wrong))?;
            times.source = Source::Given;
        }
    }
    if let Some(given) = asked.runs {
        let runs = usize::try_from(given).ok();
        let runs = runs.filter(|runs| (1..=RUNS_MAX).contains(runs));
        plan.runs = runs.ok_or(AskedError::Runs(given))?;
    }
    if let Some(seed) = asked.seed {
        plan.seed = seed.unsigned_abs();
    }
    if let Some(within) = &asked.within {
        let millis = parse_duration(within).filter(|millis| *millis >= 0);
        plan.horizon_ms = millis.ok_or_else(|| not_a_duration("within", within))?;
    }
    Ok(plan)
}

fn not_a_duration(option: &'static str, wrong: &str) -> AskedError {
    let wrong = wrong.to_owned();
    AskedError::Duration { option, wrong }
}

/// Runs a line of a plan on a copy.
fn run_line(engine: &mut Engine, line: &str, files: &[(String, String)]) -> Result<(), String> {
    let output = run_with(engine, line, CommandInput { stdin: None, files });
    match output.exit {
        0 => Ok(()),
        _ => Err(output.stderr.trim_end().to_owned()),
    }
}

impl ForecastAnswer {
    /// The bounds that do not hold in all runs.
    pub fn broken(&self) -> impl Iterator<Item = &Bound> {
        let runs = self.forecast.samples.len();
        let bounds = self.bounds.iter();
        bounds.filter(move |bound| self.forecast.held(bound) < runs)
    }

    /// The forecast, for programs.
    #[must_use]
    pub fn forecast_value(&self, language: Language) -> Value {
        json::forecast(&self.forecast, &self.bounds, language)
    }

    /// The comparison, for programs; null if none was asked for.
    #[must_use]
    pub fn sweep_value(&self, language: Language) -> Value {
        let sweep = self.sweep.as_ref();
        sweep.map_or(Value::Null, |sweep| {
            json::sweep(sweep, &self.bounds, language)
        })
    }

    /// Sentences, the course, and the comparison.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        let (forecast, bounds) = (&self.forecast, &*self.bounds);
        let mut lines = text::sentences(forecast, bounds, language);
        lines.extend(text::assumptions(forecast, language));
        let mut printed = lines.join("\n") + "\n\n" + &text::course(forecast);
        if let Some(sweep) = &self.sweep {
            printed += &format!("\n{}\n\n", text::best(sweep, bounds, language));
            printed += &text::sweep(sweep, bounds, language);
        }
        printed
    }

    /// The page of Markdown.
    #[must_use]
    pub fn report(&self, language: Language) -> String {
        let report = ForecastReport {
            version: self.version,
            forecast: &self.forecast,
            sweep: self.sweep.as_ref(),
            bounds: &self.bounds,
            origin: None,
        };
        report.markdown(language)
    }

    /// The course as a picture, an SVG element.
    #[must_use]
    pub fn picture(&self, language: Language) -> String {
        svg::picture(&self.forecast, language)
    }
}
