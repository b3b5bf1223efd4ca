//! The same forecast with other settings of the workload or another version of Kubernetes, as a table.

use super::{Bound, Forecast, ForecastError, Forecasting, Plan};
use crate::api::kind::Kind;
use crate::api::object::Key;
use crate::diagnosis::{RunLine, patch_line};
use crate::engine::Engine;
use serde_json::{Map, Value, json};

/// Runs of each cell unless asked for otherwise.
pub const RUNS: usize = 30;
/// Maximum number of cells of a sweep.
pub const CELLS_MAX: usize = 100;

/// A setting with the values to try, such as `maxSurge=0,1,25%`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Axis {
    /// What is set.
    pub setting: Setting,
    /// Its values, as in a manifest.
    pub values: Vec<String>,
}

/// What a sweep sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting {
    /// `maxSurge` of a Deployment.
    MaxSurge,
    /// `maxUnavailable` of a Deployment or a StatefulSet.
    MaxUnavailable,
    /// `minReadySeconds`.
    MinReadySeconds,
    /// `partition` of a StatefulSet.
    Partition,
    /// `replicas`.
    Replicas,
    /// The version of Kubernetes.
    Version,
}

/// Each setting with its name, and whether Deployments and StatefulSets have it.
const SETTINGS: [(Setting, &str, [bool; 2]); 6] = [
    (Setting::MaxSurge, "maxSurge", [true, false]),
    (Setting::MaxUnavailable, "maxUnavailable", [true, true]),
    (Setting::MinReadySeconds, "minReadySeconds", [true, true]),
    (Setting::Partition, "partition", [false, true]),
    (Setting::Replicas, "replicas", [true, true]),
    (Setting::Version, "version", [true, true]),
];

/// A text is not an axis, or not one of this workload.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AxisError {
    /// The name is unknown, or there is none.
    #[error(
        "invalid sweep {0:?}: it must be maxSurge=, maxUnavailable=, minReadySeconds=, partition=, replicas= or version= with values such as 0,1,25%"
    )]
    Unknown(String),
    /// A workload of this kind has no such setting.
    #[error("a {kind} has no {name}")]
    NotOf {
        /// The kind.
        kind: &'static str,
        /// The setting.
        name: &'static str,
    },
    /// There are too many combinations.
    #[error("{0} combinations are too many: at most {CELLS_MAX} are swept")]
    TooMany(usize),
}

impl Setting {
    fn row(self) -> &'static (Self, &'static str, [bool; 2]) {
        let found = SETTINGS.iter().find(|(setting, ..)| *setting == self);
        found.unwrap_or(&SETTINGS[0])
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().1
    }
}

impl Axis {
    /// Parses an axis of a workload.
    ///
    /// # Errors
    /// The text is not an axis, or the workload has no such setting.
    pub fn parse(text: &str, workload: &Key) -> Result<Self, AxisError> {
        let unknown = || AxisError::Unknown(text.to_owned());
        let (name, values) = text.split_once('=').ok_or_else(unknown)?;
        let values = values.split(',').map(|value| value.trim().to_owned());
        let values: Vec<String> = values.filter(|value| !value.is_empty()).collect();
        let known = SETTINGS.iter().find(|(_, known, _)| *known == name.trim());
        // They become part of command lines.
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '%' | '-');
        let are_plain = values.iter().all(|value| value.chars().all(plain));
        let known = known.filter(|_| !values.is_empty() && are_plain);
        let (setting, name, of) = known.ok_or_else(unknown)?;
        let has = match workload.kind {
            Kind::Deployment => of[0],
            Kind::StatefulSet => of[1],
            _ => matches!(
                setting,
                Setting::Replicas | Setting::MinReadySeconds | Setting::Version
            ),
        };
        if !has {
            let kind = workload.kind.info().name;
            return Err(AxisError::NotOf { kind, name });
        }
        Ok(Self {
            setting: *setting,
            values,
        })
    }

    /// What is worth trying for a workload of this kind.
    #[must_use]
    pub fn usual(kind: Kind) -> Vec<Self> {
        let axis = |setting, values: &[&str]| Self {
            setting,
            values: values.iter().map(|&value| value.to_owned()).collect(),
        };
        match kind {
            Kind::Deployment => vec![
                axis(Setting::MaxSurge, &["0", "1", "25%", "50%", "100%"]),
                axis(Setting::MaxUnavailable, &["0", "1", "25%", "50%"]),
            ],
            Kind::StatefulSet => vec![
                axis(Setting::MaxUnavailable, &["1", "2", "25%", "50%"]),
                axis(Setting::MinReadySeconds, &["0", "10", "30"]),
            ],
            _ => vec![axis(Setting::MinReadySeconds, &["0", "10", "30"])],
        }
    }
}

/// One combination of values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// A value for each axis.
    pub values: Vec<String>,
    /// The command lines that set them.
    pub lines: Vec<String>,
    /// Its forecast, or why there is none.
    pub outcome: Result<Forecast, ForecastError>,
}

/// A sweep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sweep {
    /// What was set; each cell has one of the values of each.
    pub axes: Vec<Axis>,
    /// The combinations, those of the last axis next to each other.
    pub cells: Vec<Cell>,
}

impl Sweep {
    /// The fastest cell in all of whose runs the rollout is complete and all bounds hold; of equally fast ones the one
    /// with the most available pods, then the one with the fewest pods.
    #[must_use]
    pub fn best(&self, bounds: &[Bound]) -> Option<&Cell> {
        let within = |forecast: &&Forecast| {
            let runs = forecast.samples.len();
            forecast.completed() == runs && bounds.iter().all(|one| forecast.held(one) == runs)
        };
        let rank = |cell: &&Cell| {
            let forecast = cell.outcome.as_ref().ok()?;
            let median = forecast.complete()?.median;
            let lowest = forecast.lowest_available().unwrap_or_default();
            Some((median, -lowest, forecast.highest().pods))
        };
        let cells = self
            .cells
            .iter()
            .filter(|cell| cell.outcome.as_ref().ok().filter(within).is_some());
        cells.min_by_key(rank)
    }
}

/// A sweep being made, some steps at a time.
#[derive(Debug, Clone)]
pub struct Sweeping {
    engine: Engine,
    plan: Plan,
    sweep: Sweep,
    /// The combinations that are left, the last one first.
    left: Vec<Vec<String>>,
    current: Option<(Vec<String>, Vec<String>, Forecasting)>,
    total: usize,
}

impl Sweeping {
    /// Begins a sweep; all cells draw the same random times, so that they differ by their settings only.
    ///
    /// # Errors
    /// There are too many combinations.
    pub fn new(engine: &Engine, plan: Plan, axes: Vec<Axis>) -> Result<Self, AxisError> {
        let mut left = vec![Vec::new()];
        for axis in &axes {
            left = left
                .iter()
                .flat_map(|so_far: &Vec<String>| {
                    axis.values
                        .iter()
                        .map(move |value| [&**so_far, std::slice::from_ref(value)].concat())
                })
                .collect();
            if left.len() > CELLS_MAX {
                return Err(AxisError::TooMany(left.len()));
            }
        }
        let total = left.len();
        left.reverse();
        Ok(Self {
            // Times follow from imports, so the history is needed no longer.
            engine: engine.without_history(None),
            plan,
            sweep: Sweep {
                axes,
                cells: Vec::new(),
            },
            left,
            current: None,
            total,
        })
    }

    /// Takes at most so many steps; `true` once all cells are done.
    pub fn advance(&mut self, steps: usize, run: &RunLine<'_>) -> bool {
        let Some((values, lines, mut forecasting)) = self.current.take() else {
            return self.begin(run);
        };
        if forecasting.advance(steps) {
            let outcome = Ok(forecasting.forecast());
            self.sweep.cells.push(Cell {
                values,
                lines,
                outcome,
            });
        } else {
            self.current = Some((values, lines, forecasting));
        }
        self.current.is_none() && self.left.is_empty()
    }

    /// Begins the next cell; `true` if there is none.
    fn begin(&mut self, run: &RunLine<'_>) -> bool {
        let Some(values) = self.left.pop() else {
            return true;
        };
        let lines = lines(&self.plan.workload, &self.sweep.axes, &values);
        // A workload that the change creates can be set only afterwards.
        let exists = self.engine.store().get(&self.plan.workload).is_some();
        let lines_of_plan = match exists {
            true => [&*lines, &*self.plan.lines].concat(),
            false => [&*self.plan.lines, &*lines].concat(),
        };
        let plan = Plan {
            lines: lines_of_plan,
            ..self.plan.clone()
        };
        match Forecasting::new(&self.engine, plan, run) {
            Ok(forecasting) => self.current = Some((values, lines, forecasting)),
            Err(error) => self.sweep.cells.push(Cell {
                values,
                lines,
                outcome: Err(error),
            }),
        }
        self.current.is_none() && self.left.is_empty()
    }

    /// Number of cells that are done, and of all cells.
    #[must_use]
    pub fn progress(&self) -> (usize, usize) {
        (self.sweep.cells.len(), self.total)
    }

    /// What is done so far.
    #[must_use]
    pub fn sweep(&self) -> &Sweep {
        &self.sweep
    }
}

/// The command lines that set a combination of values.
fn lines(workload: &Key, axes: &[Axis], values: &[String]) -> Vec<String> {
    let (mut spec, mut rolling) = (Map::new(), Map::new());
    let mut lines = Vec::new();
    for (axis, text) in axes.iter().zip(values) {
        let value = text
            .parse()
            .map_or_else(|_| Value::from(&**text), |number: i64| number.into());
        match axis.setting {
            Setting::Version => lines.push(format!("sim version {text}")),
            Setting::MinReadySeconds | Setting::Replicas => {
                spec.insert(axis.setting.name().to_owned(), value);
            }
            Setting::MaxSurge | Setting::MaxUnavailable | Setting::Partition => {
                rolling.insert(axis.setting.name().to_owned(), value);
            }
        }
    }
    if !rolling.is_empty() {
        let strategy = match workload.kind {
            Kind::StatefulSet => "updateStrategy",
            _ => "strategy",
        };
        let update = json!({ "type": "RollingUpdate", "rollingUpdate": rolling });
        spec.insert(strategy.to_owned(), update);
    }
    if !spec.is_empty() {
        lines.push(patch_line(workload, &json!({ "spec": spec }).to_string()));
    }
    lines
}
