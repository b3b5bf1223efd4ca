//! How long the rest of a rollout takes, and how low its capacity falls: the cluster goes on many times, each time with
//! other times for pulling images, starting, becoming ready and terminating.
//!
//! ```
//! use kubestep::engine::{Config, Engine};
//! use kubestep::forecast::{Forecasting, Plan, Times};
//! use kubestep::api::object::Key;
//! use kubestep::api::kind::Kind;
//! use kubestep::kubectl;
//!
//! let mut engine = Engine::new(Config::default());
//! kubectl::run(&mut engine, "kubectl create deployment web --image=nginx:1.25 --replicas=3", None);
//! engine.settle(1_000);
//!
//! let plan = Plan {
//!     lines: vec!["kubectl set image deployment/web nginx=nginx:1.26".to_owned()],
//!     runs: 20,
//!     ..Plan::of(&engine, Key::of(Kind::Deployment, "default", "web"))
//! };
//! let run = |engine: &mut Engine, line: &str| {
//!     let output = kubectl::run(engine, line, None);
//!     if output.exit == 0 { Ok(()) } else { Err(output.stderr) }
//! };
//! let mut forecasting = Forecasting::new(&engine, plan, &run).expect("kubectl accepts the line");
//! while !forecasting.advance(10_000) {}
//! let forecast = forecasting.forecast();
//! assert_eq!(forecast.lowest_available(), Some(3));
//! assert!(forecast.complete().expect("all runs complete").median > 0);
//! ```

pub mod bound;
mod figures;
pub mod json;
pub mod report;
mod run;
pub mod svg;
pub mod sweep;
pub mod text;
mod times;

pub use bound::Bound;
pub use figures::{Band, Forecast, Spread};
pub use run::{ForecastLevels, Point, Sample};
pub use times::{Source, Times};

use crate::api::object::Key;
use crate::api::yaml;
use crate::diagnosis::{Finding, RunLine, found};
use crate::engine::Engine;
use crate::print::unified::unified;
use run::PendingRun;

/// Runs of a forecast unless asked for otherwise.
pub const RUNS: usize = 200;
/// The maximum number of runs.
pub const RUNS_MAX: usize = 10_000;
/// Milliseconds of the cluster's time after which a run ends: one hour.
pub const HORIZON_MS: i64 = 3_600_000;
/// Distance of the seeds of consecutive runs; any odd number with bits everywhere does.
const SEED_STRIDE: u64 = 0x9e37_79b9_7f4a_7c15;

/// What is to be forecast.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The Deployment, ReplicaSet or StatefulSet whose rollout is looked at.
    pub workload: Key,
    /// The command lines that start a change; without them, what is going on goes on.
    pub lines: Vec<String>,
    /// How long things take.
    pub times: Times,
    /// Number of runs.
    pub runs: usize,
    /// The seed; the same seed gives the same numbers.
    pub seed: u64,
    /// Milliseconds of the cluster's time after which a run ends.
    pub horizon_ms: i64,
}

impl Plan {
    /// The rest of what is going on, with times from the pods of an imported state or else from the settings of the
    /// simulated nodes.
    #[must_use]
    pub fn of(engine: &Engine, workload: Key) -> Self {
        Self {
            times: Times::of(engine, &workload),
            workload,
            lines: Vec::new(),
            runs: RUNS,
            seed: 1,
            horizon_ms: HORIZON_MS,
        }
    }

    /// The seed of a run.
    fn seed_of(&self, run: usize) -> u64 {
        let run = u64::try_from(run).unwrap_or(u64::MAX);
        self.seed.wrapping_add(run.wrapping_mul(SEED_STRIDE))
    }
}

/// Why there is no forecast.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ForecastError {
    /// A command line failed.
    #[error("{line}: {message}")]
    Refused {
        /// The line.
        line: String,
        /// What it printed.
        message: String,
    },
    /// The workload does not exist, not even after the command lines.
    #[error("{0} does not exist")]
    NotFound(Key),
}

/// A forecast being made, some steps at a time.
#[derive(Debug, Clone)]
pub struct Forecasting {
    plan: Plan,
    /// The cluster after the command lines.
    base: Engine,
    before: ForecastLevels,
    diff: String,
    current: Option<PendingRun>,
    samples: Vec<Sample>,
    /// What kept a run from completing.
    stuck: Option<Finding>,
    is_explained: bool,
}

/// What the user writes of a workload: without its status, and without what the API server sets. Empty if it does not
/// exist.
fn manifest(engine: &Engine, workload: &Key) -> String {
    let Some(object) = engine.store().get(workload) else {
        return String::new();
    };
    let mut value = object.to_value();
    if let Some(fields) = value.as_object_mut() {
        fields.remove("status");
    }
    if let Some(metadata) = value["metadata"].as_object_mut() {
        metadata.retain(|field, _| ["name", "namespace", "labels"].contains(&&**field));
    }
    yaml::to_string(&value)
}

impl Forecasting {
    /// Begins a forecast on copies of a cluster.
    ///
    /// # Errors
    /// A command line fails, or the workload does not exist.
    pub fn new(engine: &Engine, plan: Plan, run: &RunLine<'_>) -> Result<Self, ForecastError> {
        let mut base = engine.without_history(None);
        let before = ForecastLevels::of(&base, &plan.workload);
        let old = manifest(&base, &plan.workload);
        let world = plan.times.applied(base.world(), &base, &plan.workload);
        base.set_world("sim image", world);
        for line in &plan.lines {
            run(&mut base, line).map_err(|message| ForecastError::Refused {
                line: line.clone(),
                message,
            })?;
        }
        if base.store().get(&plan.workload).is_none() {
            return Err(ForecastError::NotFound(plan.workload));
        }
        let diff = unified(&old, &manifest(&base, &plan.workload));
        Ok(Self {
            base: base.without_history(None),
            plan,
            before,
            diff,
            current: None,
            samples: Vec::new(),
            stuck: None,
            is_explained: false,
        })
    }

    /// Takes at most so many steps; `true` once all runs have ended.
    pub fn advance(&mut self, steps: usize) -> bool {
        let mut left = steps;
        while left > 0 && !self.is_over() {
            let mut run = self.current.take().unwrap_or_else(|| self.next_run());
            let (taken, sample) = run.advance(left);
            left = left.saturating_sub(taken.max(1));
            match sample {
                None => self.current = Some(run),
                Some(sample) if self.samples.len() < self.plan.runs => self.samples.push(sample),
                Some(_) => {
                    self.is_explained = true;
                    self.stuck = found(run.engine(), &self.plan.workload);
                }
            }
        }
        self.is_over()
    }

    fn is_over(&self) -> bool {
        let explained = self.is_explained || self.incomplete().is_none();
        self.samples.len() >= self.plan.runs && explained
    }

    /// The first run that did not complete.
    fn incomplete(&self) -> Option<usize> {
        self.samples.iter().position(|one| one.complete.is_none())
    }

    /// Begins the next run. Nobody reads its events, except for those of a last run, which is done only to say what keeps
    /// the rollout from completing.
    fn next_run(&self) -> PendingRun {
        let explains = self.samples.len() >= self.plan.runs;
        let number = match explains {
            true => self.incomplete().unwrap_or_default(),
            false => self.samples.len(),
        };
        let seed = self.plan.seed_of(number);
        let mut engine = self.base.without_history(Some(seed));
        engine.stop_recording();
        if !explains {
            engine.stop_explaining();
        }
        PendingRun::new(engine, &self.plan, self.before)
    }

    /// Number of runs that have ended.
    #[must_use]
    pub fn ended(&self) -> usize {
        self.samples.len()
    }

    /// What is being forecast.
    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// What the runs that have ended say.
    #[must_use]
    pub fn forecast(&self) -> Forecast {
        Forecast {
            plan: self.plan.clone(),
            diff: self.diff.clone(),
            samples: self.samples.clone(),
            stuck: self.stuck.clone(),
            assumed: self.base.world().assumed.clone(),
        }
    }
}
