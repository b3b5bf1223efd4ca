//! Tries a remedy on a copy of the cluster.

use super::goal::is_complete;
use super::{Finding, Remedy, found};
use crate::api::time::Time;
use crate::engine::{End, Engine, RunAhead};

/// The maximum number of steps of a trial.
const STEPS_MAX: usize = 20_000;
/// The maximum time that a trial lets pass, in milliseconds.
const HORIZON_MS: i64 = 900_000;

/// What came of a remedy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TrialOutcome {
    /// A command failed, with its message.
    Refused(String),
    /// The rollout is complete, after so many milliseconds.
    Complete(i64),
    /// Something else keeps it from going on.
    Then(Box<Finding>),
    /// It did not come to rest within the limit of steps.
    Endless,
}

/// Runs a command line; an error is its message.
pub type RunLine<'r> = dyn Fn(&mut Engine, &str) -> Result<(), String> + 'r;

/// A remedy that is being tried on a copy of the cluster, which runs until the workload is complete, for 15 minutes at
/// most.
#[derive(Debug)]
pub struct Trial {
    finding: Finding,
    refused: Option<String>,
    ahead: RunAhead,
    /// Since when the workload has been complete.
    complete: Option<Time>,
}

impl Trial {
    /// Runs the remedy's commands on a copy.
    #[must_use]
    pub fn new(engine: &Engine, finding: &Finding, remedy: &Remedy, run: &RunLine<'_>) -> Self {
        let mut copy = engine.clone();
        let mut lines = remedy.lines.iter();
        let refused = lines.find_map(|line| run(&mut copy, line).err());
        Self {
            finding: finding.clone(),
            refused,
            ahead: RunAhead::new(copy, HORIZON_MS, STEPS_MAX),
            complete: None,
        }
    }

    /// The number of steps that the copy has taken.
    #[must_use]
    pub fn steps(&self) -> usize {
        self.ahead.steps()
    }

    /// The milliseconds that have passed in the copy.
    #[must_use]
    pub fn passed(&self) -> i64 {
        self.ahead.passed()
    }

    /// Takes at most `budget` steps. Returns what came of the remedy; `None` if it is to be called again.
    pub fn advance(&mut self, budget: usize) -> Option<TrialOutcome> {
        if let Some(message) = &self.refused {
            return Some(TrialOutcome::Refused(message.clone()));
        }
        let (finding, complete) = (&self.finding, &mut self.complete);
        let end = self.ahead.advance(budget, |copy| {
            *complete = match is_complete(copy.store(), &finding.about) {
                true => complete.or(Some(copy.now())),
                false => None,
            };
            complete.filter(|_| copy.is_settled())
        })?;
        Some(match end {
            End::Found(since) => TrialOutcome::Complete(since.since(self.ahead.began())),
            End::Time => match found(self.ahead.engine(), &finding.about) {
                Some(then) => TrialOutcome::Then(Box::new(then)),
                None => TrialOutcome::Complete(self.ahead.passed()),
            },
            End::Steps => TrialOutcome::Endless,
        })
    }
}

/// Tries a remedy at once.
#[must_use]
pub fn attempt(
    engine: &Engine,
    finding: &Finding,
    remedy: &Remedy,
    run: &RunLine<'_>,
) -> TrialOutcome {
    let mut trial = Trial::new(engine, finding, remedy, run);
    loop {
        if let Some(outcome) = trial.advance(STEPS_MAX) {
            return outcome;
        }
    }
}
