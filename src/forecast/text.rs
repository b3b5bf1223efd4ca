//! Forecasts and sweeps as sentences and as text.

use super::figures::{Band, Forecast, Spread};
use super::sweep::{Cell, Sweep};
use super::{Bound, Source};
use crate::api::quantity::Quantity;
use crate::api::time::duration;
use crate::print::tabwriter::{self, TabWriter};
use crate::texts::{Language, Text, forecast as texts};
use crate::world::latency::Latency;
use std::fmt::Display;

/// Maximum number of rows of the course as text, apart from the first.
const ROWS: i64 = 12;

/// What a forecast says, one sentence a line: how long it takes, how low it falls, how much it needs, and whether the
/// deadline and the bounds hold.
#[must_use]
pub fn sentences(forecast: &Forecast, bounds: &[Bound], language: Language) -> Vec<String> {
    let runs = forecast.samples.len();
    let mut lines = vec![completion(forecast, language)];
    if let Some(stuck) = &forecast.stuck {
        lines.push(texts::STUCK.with(language, &[("what", &stuck.text(language))]));
    }
    if let Some(lowest) = forecast.lowest_available() {
        lines.push(texts::LOWEST.with(language, &[("pods", &lowest)]));
    }
    lines.push(most(forecast, language));
    let missed = forecast.missed_deadlines();
    if missed > 0 {
        lines.push(texts::DEADLINE.with(language, &[("missed", &missed), ("runs", &runs)]));
    }
    lines.extend(bounds.iter().map(|bound| {
        let held = forecast.held(bound);
        let text = if held == runs {
            &texts::HELD
        } else {
            &texts::BROKEN
        };
        text.with(
            language,
            &[
                ("bound", bound),
                ("broken", &(runs - held)),
                ("runs", &runs),
            ],
        )
    }));
    lines
}

fn completion(forecast: &Forecast, language: Language) -> String {
    let (runs, completed) = (forecast.samples.len(), forecast.completed());
    let Some(Spread { low, median, high }) = forecast.complete() else {
        let horizon = duration(forecast.plan.horizon_ms);
        return texts::NEVER.with(language, &[("runs", &runs), ("time", &horizon)]);
    };
    if high == 0 && completed == runs {
        return texts::COMPLETE_ALREADY.text(language).to_owned();
    }
    let [low, median, high] = [low, median, high].map(duration);
    if low == high && completed == runs {
        return texts::COMPLETE_EXACTLY.with(language, &[("time", &median)]);
    }
    let values: &[(&str, &dyn Display)] = &[
        ("runs", &runs),
        ("completed", &completed),
        ("median", &median),
        ("low", &low),
        ("high", &high),
    ];
    let text = match completed == runs {
        true => &texts::COMPLETE,
        false => &texts::COMPLETE_IN_SOME,
    };
    text.with(language, values)
}

fn most(forecast: &Forecast, language: Language) -> String {
    let most = forecast.highest();
    let requests: Vec<String> = [
        (most.cpu > 0).then(|| format!("{} CPU", Quantity::milli(most.cpu))),
        (most.memory > 0).then(|| Quantity::bytes(most.memory).to_string()),
    ]
    .into_iter()
    .flatten()
    .collect();
    match requests.is_empty() {
        true => texts::MOST.with(language, &[("pods", &most.pods)]),
        false => texts::MOST_REQUESTS.with(
            language,
            &[("pods", &most.pods), ("requests", &requests.join(", "))],
        ),
    }
}

/// What the forecast assumes.
#[must_use]
pub fn assumptions(forecast: &Forecast, language: Language) -> Vec<String> {
    let (times, plan) = (forecast.plan.times, &forecast.plan);
    let [pull, start, ready, stop] = [times.pull, times.start, times.ready, times.stop].map(range);
    let values: &[(&str, &dyn Display)] = &[
        ("pull", &pull),
        ("start", &start),
        ("ready", &ready),
        ("stop", &stop),
    ];
    let source = match times.source {
        Source::Pods(pods) => texts::TIMES_OF_PODS.with(language, &[("pods", &pods)]),
        Source::Environment => texts::TIMES_OF_ENVIRONMENT.text(language).to_owned(),
        Source::Given => texts::TIMES_GIVEN.text(language).to_owned(),
    };
    let mut lines = vec![
        texts::TIMES.with(language, values),
        source,
        texts::RUNS.with(
            language,
            &[("runs", &forecast.samples.len()), ("seed", &plan.seed)],
        ),
    ];
    let of_state = forecast.assumed.iter();
    lines.extend(of_state.map(|assumed| assumed.text(language)));
    lines
}

/// A range of times: `2 s` or `1 s–3 s`.
#[must_use]
pub fn range(latency: Latency) -> String {
    let (least, most) = (duration(latency.least), duration(latency.most));
    if least == most {
        least
    } else {
        format!("{least}–{most}")
    }
}

/// The pods over time as a table.
#[must_use]
pub fn course(forecast: &Forecast) -> String {
    let mut rows = vec![
        ["TIME", "AVAILABLE", "UPDATED", "PODS"]
            .map(str::to_owned)
            .to_vec(),
    ];
    rows.extend(forecast.bands(ROWS).iter().map(row));
    aligned(&rows)
}

fn row(band: &Band) -> Vec<String> {
    let Band {
        at,
        available,
        updated,
        pods,
    } = band;
    let spreads = [available, updated, pods].map(|spread| spread_of_pods(*spread));
    let at = passed(*at);
    [&[at], &spreads[..]].concat()
}

/// How much time has passed.
#[must_use]
pub fn passed(millis: i64) -> String {
    match millis {
        0 => "0 s".to_owned(),
        millis => duration(millis),
    }
}

/// From the 5th to the 95th percentile: `3` or `3–4`.
#[must_use]
pub fn spread_of_pods(Spread { low, high, .. }: Spread) -> String {
    if low == high {
        low.to_string()
    } else {
        format!("{low}–{high}")
    }
}

/// Rows of cells as a table in kubectl's format.
fn aligned(rows: &[Vec<String>]) -> String {
    let rows = rows.iter().map(|row| row.join("\t") + "\n");
    TabWriter::new(tabwriter::GET).layout(&rows.collect::<String>())
}

/// A sweep as a table, a row for each combination.
#[must_use]
pub fn sweep(sweep: &Sweep, bounds: &[Bound], language: Language) -> String {
    let head = columns(sweep, bounds, language);
    let mut rows = vec![head.iter().map(|title| title.to_uppercase()).collect()];
    let cells = sweep.cells.iter();
    rows.extend(cells.map(|cell| row_of(cell, bounds, language)));
    aligned(&rows)
}

/// The columns of a sweep's table: the settings, then the figures.
#[must_use]
pub fn columns(sweep: &Sweep, bounds: &[Bound], language: Language) -> Vec<&'static str> {
    let settings = sweep.axes.iter().map(|axis| axis.setting.name());
    let figures = [
        &texts::COLUMN_COMPLETE,
        &texts::COLUMN_LOW,
        &texts::COLUMN_HIGH,
        &texts::COLUMN_AVAILABLE,
        &texts::COLUMN_PODS,
        &texts::COLUMN_BOUNDS,
    ];
    let shown = figures.len() - usize::from(bounds.is_empty());
    let figures = figures[..shown].iter().map(|text| text.text(language));
    settings.chain(figures).collect()
}

/// A row of a sweep's table: the values of the settings, time to complete, lowest available, most pods, and whether the
/// bounds hold in all runs.
#[must_use]
pub fn row_of(cell: &Cell, bounds: &[Bound], language: Language) -> Vec<String> {
    let mut row = cell.values.clone();
    let Ok(forecast) = &cell.outcome else {
        row.push(texts::CELL_REFUSED.text(language).to_owned());
        row.extend(vec![String::new(); 4 + usize::from(!bounds.is_empty())]);
        return row;
    };
    let runs = forecast.samples.len();
    let complete = forecast.complete();
    match complete.filter(|_| forecast.completed() == runs) {
        Some(Spread { low, median, high }) => row.extend([median, low, high].map(duration)),
        None => row.extend([
            format!("{}/{runs}", forecast.completed()),
            String::new(),
            String::new(),
        ]),
    }
    row.push(forecast.lowest_available().unwrap_or_default().to_string());
    row.push(forecast.highest().pods.to_string());
    if !bounds.is_empty() {
        let hold = bounds.iter().all(|bound| forecast.held(bound) == runs);
        let says = if hold {
            &texts::CELL_WITHIN
        } else {
            &texts::CELL_OUTSIDE
        };
        row.push(says.text(language).to_owned());
    }
    row
}

/// Which combination is the fastest within the bounds.
#[must_use]
pub fn best(sweep: &Sweep, bounds: &[Bound], language: Language) -> String {
    let found = sweep.best(bounds);
    let figures = found.and_then(|cell| Some((cell, cell.outcome.as_ref().ok()?)));
    let Some((cell, forecast)) = figures else {
        return texts::BEST_NONE.text(language).to_owned();
    };
    let settings: Vec<String> = sweep
        .axes
        .iter()
        .zip(&cell.values)
        .map(|(axis, value)| format!("{} {value}", axis.setting.name()))
        .collect();
    let median = forecast
        .complete()
        .map_or_else(String::new, |spread| duration(spread.median));
    let values: &[(&str, &dyn Display)] = &[
        ("settings", &settings.join(", ")),
        ("median", &median),
        (
            "available",
            &forecast.lowest_available().unwrap_or_default(),
        ),
        ("pods", &forecast.highest().pods),
    ];
    let text: &Text = match bounds.is_empty() {
        true => &texts::BEST,
        false => &texts::BEST_WITHIN,
    };
    text.with(language, values)
}
