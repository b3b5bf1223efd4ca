//! The result of a run, and the step that decided it; the last steps are usually syncs that find nothing to do.

use super::cluster::ClusterView;
use super::fold;
use super::summary::{Summary, WorkloadStanding};
use kubestep::actor::decision::Weight;
use kubestep::engine::{Step, StepKind};
use std::rc::Rc;

/// The result of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Ending {
    /// State of the workload that the run was about: among several, the one that needs the user most, or else
    /// reached its state last. With its name, if there are several.
    pub outcome: Option<(Option<Rc<str>>, Summary)>,
    /// The number of the decisive step.
    pub step: Option<usize>,
}

impl Ending {
    /// The result after `done`, of which the first `from` steps precede the run, given the view of the cluster. A
    /// rollout that was already complete before the last user action is no result of the run; one that is stuck
    /// still is.
    pub fn of(done: &[Rc<Step>], from: usize, view: &ClusterView) -> Self {
        let user = done.iter().rposition(|step| step.is_user());
        let is_new = |summary: &Summary| summary.began > user;
        let deployments = view.deployments.iter();
        let deployments = deployments.map(|view| (&view.object.metadata.name, &view.summary));
        let sets = view.stateful.iter();
        let sets = sets.map(|view| (&view.object.metadata.name, &view.summary));
        let standing = deployments.chain(sets);
        let standing = standing.filter_map(|(name, summary)| Some((name, summary.as_ref()?)));
        let found = standing
            .filter(|(_, summary)| {
                summary.standing != WorkloadStanding::Complete || is_new(summary)
            })
            .max_by_key(|(_, summary)| (is_new(summary), summary.standing, summary.began));
        let began = found.and_then(|(_, summary)| summary.began);
        let began = began.filter(|began| Some(*began) > user && *began >= from);
        let several = view.deployments.len() + view.stateful.len() > 1;
        Self {
            step: began
                .map(|place| place + 1)
                .or_else(|| decisive(done, from)),
            outcome: found.map(|(name, summary)| (several.then(|| name.clone()), summary.clone())),
        }
    }
}

/// The number of the step that explains the current state best: among the visible steps at the last instant with
/// any, the last one with the most significant headline. A directly preceding user action counts if it had no
/// effect.
fn decisive(done: &[Rc<Step>], from: usize) -> Option<usize> {
    let last = done.iter().rposition(|step| shows(step))?;
    let time = done[last].time();
    let mut found: Option<(usize, Rank)> = None;
    for (place, step) in done[..=last].iter().enumerate().rev() {
        if step.time() != time || place < from && !step.is_user() {
            break;
        }
        let rank = rank(step);
        if shows(step) && found.is_none_or(|(_, best)| rank < best) {
            found = Some((place, rank));
        }
        if step.is_user() {
            break;
        }
    }
    found.map(|(place, _)| place + 1)
}

/// Significance of a step; the most significant headline compares lowest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    /// Of an actor.
    Work(Weight),
    /// Of the user.
    User,
}

fn rank(step: &Step) -> Rank {
    let main = step
        .main_decision()
        .map(|place| step.decisions[place].branch.weight);
    match (&step.action, &step.error) {
        (StepKind::Work(_), Some(_)) => Rank::Work(Weight::Main),
        // A write without a decision ranks with writes of other actors.
        (StepKind::Work(_), None) => Rank::Work(main.unwrap_or(Weight::Detail)),
        _ => Rank::User,
    }
}

/// Whether a step is visible and not just a move of the clock.
fn shows(step: &Step) -> bool {
    !fold::is_passed(step)
}
