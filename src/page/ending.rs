//! How a run ends: what came of it, and the step that decided that. The last ones are mostly syncs that find nothing to
//! do.

use super::cluster::ClusterView;
use super::fold;
use super::summary::{Standing, Summary};
use kubestep::actor::decision::Weight;
use kubestep::engine::{Action, Step};
use std::rc::Rc;

/// How a run has ended.
#[derive(Debug, Clone, PartialEq)]
pub struct Ending {
    /// How the workload stands that the run was about; of several the one that needs the user most, or came to stand so
    /// last. Its name, where there are several.
    pub outcome: Option<(Option<Rc<str>>, Summary)>,
    /// The number of the step that decided it.
    pub step: Option<usize>,
}

impl Ending {
    /// After these steps, of which the first `from` were taken before, with the cluster as it is then. A rollout that was complete before the user last did something
    /// is no outcome of that; one that is stuck still is.
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
            .filter(|(_, summary)| summary.standing != Standing::Complete || is_new(summary))
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

/// The number of the step that says most about how things have come to stand: of those that show something at the last
/// instant at which any does, the one whose headline weighs most, and the last one of these. What the user did right
/// before counts where nothing came of it.
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

/// How little a step says: one whose headline weighs most comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    /// Of a controller, the scheduler or the kubelet.
    Work(Weight),
    /// Of the user.
    User,
}

fn rank(step: &Step) -> Rank {
    let main = step
        .main_decision()
        .map(|place| step.decisions[place].branch.weight);
    match (&step.action, &step.error) {
        (Action::Work(_), Some(_)) => Rank::Work(Weight::Main),
        // A write without a decision goes with those of others.
        (Action::Work(_), None) => Rank::Work(main.unwrap_or(Weight::Detail)),
        _ => Rank::User,
    }
}

/// Whether a step shows something, and is not only a move of the clock.
fn shows(step: &Step) -> bool {
    !fold::is_passed(step)
}
