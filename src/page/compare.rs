//! Another future beside the timeline, at the same time of the clock.

use super::cluster::{self, ClusterView, Memory};
use super::state::Session;
use super::watch::Watch;
use kubestep::engine::Engine;
use std::rc::Rc;

/// The other future: a cluster of its own, which follows the timeline's.
#[derive(Debug)]
pub struct Compare {
    watch: Watch,
    memory: Memory,
    beside: Beside,
}

/// What is shown of the other future, and of the timeline above it.
#[derive(Debug, Clone, PartialEq)]
pub struct Beside {
    /// The number of the timeline.
    pub here: usize,
    /// The number of the other future.
    pub future: usize,
    /// The engine there.
    pub session: Session,
    /// The cluster there.
    pub cluster: Rc<ClusterView>,
    /// After how many of how many steps it is there.
    pub at: (usize, usize),
    /// The same of the timeline.
    pub ours: (usize, usize),
    /// How many steps both have in common.
    pub shared: usize,
    /// The time of the clock.
    pub now: i64,
    /// All futures but the timeline.
    pub others: Vec<usize>,
}

impl Compare {
    /// Puts a future beside the timeline, with what is known of either; `memory` is the timeline's.
    pub fn new(engine: &Engine, future: usize, watch: &Watch, memory: &Memory) -> Option<Self> {
        if future == engine.future() || future >= engine.futures() {
            return None;
        }
        let mut compare = Self {
            watch: watch.clone(),
            memory: memory.anew(),
            beside: Beside {
                here: 0,
                future,
                session: Session::new(engine.along(future)),
                cluster: Rc::default(),
                at: (0, 0),
                ours: (0, 0),
                shared: 0,
                now: 0,
                others: Vec::new(),
            },
        };
        // Only what is not known of it is looked at.
        compare.watch.follow(&mut compare.beside.session.change());
        compare.look();
        compare.follow(engine);
        Some(compare)
    }

    /// Which future it is.
    pub fn future(&self) -> usize {
        self.beside.future
    }

    /// What is shown.
    pub fn beside(&self) -> &Beside {
        &self.beside
    }

    /// The timeline has become this future: what was found of it is handed over, and that of the timeline kept.
    pub fn swap_watch(&mut self, watch: &mut Watch) {
        std::mem::swap(&mut self.watch, watch);
    }

    /// Its clock.
    #[cfg(test)]
    pub fn now(&self) -> kubestep::api::time::Time {
        self.beside.session.engine().now()
    }

    /// What was found of it.
    pub fn watch(&self) -> &Watch {
        &self.watch
    }

    /// Goes to where the timeline is.
    pub fn follow(&mut self, engine: &Engine) {
        let future = self.beside.future;
        let at = engine.same_time(future);
        let there = self.beside.session.at();
        if at != there.done {
            self.beside.session.change().jump(at);
            self.look();
        }
        self.beside.here = engine.future();
        self.beside.at = (at, there.known);
        self.beside.ours = (engine.cursor(), engine.steps().len());
        self.beside.shared = engine.shared(future);
        self.beside.now = engine.now().0;
        let others = (0..engine.futures()).filter(|other| *other != engine.future());
        self.beside.others = others.collect();
    }

    fn look(&mut self) {
        let engine = self.beside.session.engine();
        let view = cluster::view(&engine, &mut self.memory, &self.watch);
        drop(engine);
        self.beside.cluster = Rc::new(view);
    }
}
