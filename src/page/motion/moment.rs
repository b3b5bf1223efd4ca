//! A snapshot of the page before an action, used to plan animations afterwards.

use super::plan::{MotionPlan, MotionScene, Side, plan};
use super::{Motion, StepDirection};
use crate::page::action::At;
use crate::page::cluster::ClusterView;
use crate::page::compare::Compare;
use crate::page::fold;
use crate::page::state::{Session, State};
use std::rc::Rc;

/// A snapshot of the page.
#[derive(Debug, Clone)]
pub struct Moment {
    here: Seen,
    /// The future compared with the timeline.
    there: Option<Seen>,
}

/// A snapshot of a cluster.
#[derive(Debug, Clone)]
struct Seen {
    view: Rc<ClusterView>,
    session: Session,
    at: At,
    future: usize,
}

impl Moment {
    /// Takes a snapshot.
    pub fn of(state: &State) -> Self {
        let beside = state.compare.as_ref().map(Compare::beside);
        Self {
            here: Seen {
                view: state.cluster.clone(),
                session: state.session.clone(),
                at: state.session.at(),
                future: state.session.engine().future(),
            },
            there: beside.map(|there| Seen {
                view: there.cluster.clone(),
                session: there.session.clone(),
                at: there.session.at(),
                future: there.future,
            }),
        }
    }

    /// Whether nothing visible has changed.
    pub fn is_now(&self, state: &State) -> bool {
        let there = match (&self.there, &state.compare) {
            (Some(was), Some(is)) => Rc::ptr_eq(&was.view, &is.beside().cluster),
            (was, is) => was.is_some() == is.is_some(),
        };
        there && Rc::ptr_eq(&self.here.view, &state.cluster)
    }

    /// The animations from this snapshot to the current state.
    pub fn plan(&self, state: &State) -> MotionPlan {
        if state.motion() == Motion::None {
            return MotionPlan::default();
        }
        let now = Self::of(state);
        let here = |side| self.here.plan(&now.here, state, side);
        match (&self.there, &now.there) {
            (None, None) => here(Side::Only),
            (Some(was), Some(is))
                if (self.here.future, was.future) == (now.here.future, is.future) =>
            {
                here(Side::Here).beside(was.plan(is, state, Side::There))
            }
            // Other clusters in other places are not animated.
            _ => MotionPlan::default(),
        }
    }
}

impl Seen {
    /// The animations of one cluster. The queues and the decisions are those of the timeline.
    fn plan(&self, now: &Self, state: &State, side: Side) -> MotionPlan {
        if Rc::ptr_eq(&self.view, &now.view) {
            return MotionPlan::default();
        }
        let engine = now.session.engine();
        let (from, to) = (self.at.done, now.at.done);
        let between = engine.steps().get(from.min(to)..from.max(to));
        // A press of Step or Back skips invisible steps.
        let seen = between.unwrap_or_default().iter();
        let seen = seen.filter(|step| !fold::is_passed(step)).take(2).count();
        let way = match () {
            () if seen > 1 => StepDirection::Net,
            () if from < to => StepDirection::Forward,
            () if to < from && now.future == self.future => StepDirection::Back,
            () => StepDirection::Net,
        };
        let is_told = side != Side::There;
        plan(&MotionScene {
            before: &self.view,
            after: &now.view,
            step: engine
                .current()
                .filter(|_| is_told && way == StepDirection::Forward)
                .map(|step| &**step),
            clock: is_told && self.at.clock != now.at.clock,
            runs: state.clock_runs(),
            way,
            motion: state.motion(),
            side,
        })
    }
}
