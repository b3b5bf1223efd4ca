//! Forecasts and sweeps for programs.

use super::Bound;
use super::figures::{Forecast, Spread};
use super::sweep::{Cell, Sweep};
use super::text::{assumptions, sentences};
use crate::texts::Language;
use serde_json::{Map, Value, json};

/// Maximum number of parts that the course is divided into.
const PARTS: i64 = 60;

fn spread(spread: Option<Spread>, unit: f64) -> Value {
    let Some(Spread { low, median, high }) = spread else {
        return Value::Null;
    };
    let [low, median, high] = [low, median, high].map(|number| scaled(number, unit));
    json!({ "low": low, "median": median, "high": high })
}

/// A number in another unit; whole numbers stay whole.
fn scaled(number: i64, unit: f64) -> Value {
    #[allow(clippy::cast_precision_loss, reason = "times and numbers of pods")]
    match unit {
        1.0 => number.into(),
        unit => (number as f64 / unit).into(),
    }
}

/// A forecast: times in seconds, CPU in cores, memory in bytes.
#[must_use]
pub fn forecast(forecast: &Forecast, bounds: &[Bound], language: Language) -> Value {
    let (runs, most) = (forecast.samples.len(), forecast.highest());
    let bands = forecast.bands(PARTS);
    let course = bands.iter().map(|band| {
        let [available, updated, pods] =
            [band.available, band.updated, band.pods].map(|pods| spread(Some(pods), 1.0));
        json!({
            "at": scaled(band.at, 1000.0), "available": available, "updated": updated, "pods": pods,
        })
    });
    let bounds_value = bounds.iter().map(|bound| {
        let broken = runs - forecast.held(bound);
        json!({ "bound": bound.to_string(), "broken": broken, "holds": broken == 0 })
    });
    json!({
        "workload": forecast.plan.workload.to_string(),
        "commands": forecast.plan.lines,
        "runs": runs,
        "seed": forecast.plan.seed,
        "completed": forecast.completed(),
        "complete": spread(forecast.complete(), 1000.0),
        "missedDeadlines": forecast.missed_deadlines(),
        "lowestAvailable": forecast.lowest_available(),
        "mostPods": most.pods,
        "mostRequested": { "cpu": scaled(most.cpu, 1000.0), "memory": most.memory },
        "stuck": forecast.stuck.as_ref().map(|found| found.text(language)),
        "bounds": bounds_value.collect::<Vec<Value>>(),
        "course": course.collect::<Vec<Value>>(),
        "sentences": sentences(forecast, bounds, language),
        "assumptions": assumptions(forecast, language),
    })
}

/// A sweep: the forecast of each combination, and the number of the best one.
#[must_use]
pub fn sweep(sweep: &Sweep, bounds: &[Bound], language: Language) -> Value {
    let best = sweep.best(bounds);
    let best = best.and_then(|best| {
        sweep
            .cells
            .iter()
            .position(|cell| cell.values == best.values)
    });
    let cells = sweep
        .cells
        .iter()
        .map(|cell| self::cell(sweep, cell, bounds, language));
    json!({ "cells": cells.collect::<Vec<Value>>(), "best": best })
}

fn cell(sweep: &Sweep, cell: &Cell, bounds: &[Bound], language: Language) -> Value {
    let values = sweep.axes.iter().zip(&cell.values);
    let values: Map<String, Value> = values
        .map(|(axis, value)| (axis.setting.name().to_owned(), Value::from(&**value)))
        .collect();
    match &cell.outcome {
        Ok(found) => json!({
            "values": values, "commands": cell.lines, "forecast": forecast(found, bounds, language),
        }),
        Err(error) => json!({
            "values": values, "commands": cell.lines, "refused": error.to_string(),
        }),
    }
}
