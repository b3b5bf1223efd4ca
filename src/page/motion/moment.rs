//! What has to be known of the page before something is done, to see afterwards what moves.

use super::plan::{Plan, Scene, plan};
use super::{Motion, Way};
use crate::page::action::At;
use crate::page::cluster::ClusterView;
use crate::page::fold;
use crate::page::state::State;
use std::rc::Rc;

/// The page at one moment.
#[derive(Debug, Clone)]
pub struct Moment {
    view: Rc<ClusterView>,
    at: At,
    future: usize,
}

impl Moment {
    /// Now.
    pub fn of(state: &State) -> Self {
        Self {
            view: state.cluster.clone(),
            at: state.session.at(),
            future: state.session.engine().future(),
        }
    }

    /// Whether the cluster is shown as it was.
    pub fn is_now(&self, state: &State) -> bool {
        Rc::ptr_eq(&self.view, &state.cluster)
    }

    /// What moves from here to how the page is now. Two futures beside each other show most objects twice: there,
    /// nothing moves.
    pub fn plan(&self, state: &State) -> Plan {
        let motion = state.motion();
        if Rc::ptr_eq(&self.view, &state.cluster)
            || motion == Motion::None
            || state.compare.is_some()
        {
            return Plan::default();
        }
        let engine = state.session.engine();
        let (from, to) = (self.at.done, engine.cursor());
        let between = engine.steps().get(from.min(to)..from.max(to));
        // A press of Step or Back passes those that cannot be seen.
        let seen = between.unwrap_or_default().iter();
        let seen = seen.filter(|step| !fold::is_passed(step)).take(2).count();
        let way = match () {
            () if seen > 1 => Way::Net,
            () if from < to => Way::Forward,
            () if to < from && engine.future() == self.future => Way::Back,
            () => Way::Net,
        };
        plan(&Scene {
            before: &self.view,
            after: &state.cluster,
            step: engine
                .current()
                .filter(|_| way == Way::Forward)
                .map(|step| &**step),
            clock: self.at.clock != engine.now().0,
            runs: state.clock_runs(),
            way,
            motion,
        })
    }
}
