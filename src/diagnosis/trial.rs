//! Tries a remedy on a copy of the cluster.

use super::{Finding, Remedy, diagnose};
use crate::api::object::Object;
use crate::controllers::deployment::util::deployment_complete;
use crate::engine::Engine;

/// The maximum number of steps of a trial.
const STEPS_MAX: usize = 20_000;
/// The maximum time that a trial lets pass, in milliseconds.
const HORIZON_MS: i64 = 900_000;

/// What came of a remedy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trial {
    /// A command failed, with its message.
    Refused(String),
    /// The workload is as its spec wants it, after so many milliseconds.
    Complete(i64),
    /// Something else keeps it from going on.
    Then(Box<Finding>),
    /// It did not come to rest within the limit of steps.
    Endless,
}

/// Runs a command line; an error is its message.
pub type RunLine<'r> = dyn Fn(&mut Engine, &str) -> Result<(), String> + 'r;

/// Tries a remedy on a copy of the cluster, which runs until the workload is complete, for 15 minutes at most.
#[must_use]
pub fn attempt(engine: &Engine, finding: &Finding, remedy: &Remedy, run: &RunLine<'_>) -> Trial {
    let mut copy = engine.clone();
    let began = copy.now();
    for line in &remedy.lines {
        if let Err(message) = run(&mut copy, line) {
            return Trial::Refused(message);
        }
    }
    let end = began.plus_millis(HORIZON_MS);
    let mut since = None;
    for _ in 0..STEPS_MAX {
        since = match is_complete(&copy, finding) {
            true => since.or(Some(copy.now())),
            false => None,
        };
        if let Some(since) = since.filter(|_| copy.is_settled()) {
            return Trial::Complete(since.since(began));
        }
        // Back-offs count too: a kubelet tries again by itself.
        let waits = copy.is_quiescent() && copy.cursor() == copy.steps().len();
        let next = copy.queues().timers().next().map(|timer| timer.due);
        if waits && next.is_none_or(|due| due > end) {
            return match found_after(&copy, finding) {
                Some(then) => Trial::Then(Box::new(then)),
                None => Trial::Complete(copy.now().since(began)),
            };
        }
        copy.step();
    }
    Trial::Endless
}

/// What is found about the same object afterwards.
fn found_after(engine: &Engine, finding: &Finding) -> Option<Finding> {
    let mut findings = diagnose(engine).into_iter();
    findings.find(|found| found.about == finding.about)
}

/// Whether the object is as its spec wants it, or gone.
fn is_complete(engine: &Engine, finding: &Finding) -> bool {
    match engine.store().get(&finding.about) {
        Some(Object::Deployment(one)) => {
            one.status.observed_generation >= one.metadata.generation
                && deployment_complete(one, &one.status)
        }
        Some(Object::StatefulSet(one)) => {
            let status = &one.status;
            status.observed_generation >= one.metadata.generation
                && status.update_revision == status.current_revision
                && status.available_replicas == one.spec.replicas
                && status.replicas == one.spec.replicas
        }
        Some(Object::ReplicaSet(one)) => one.status.available_replicas == one.spec.replicas,
        Some(_) => false,
        None => true,
    }
}
