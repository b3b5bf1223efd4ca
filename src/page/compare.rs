//! A comparison of the timeline with another future, at the same virtual time.

use super::cluster::{self, ClusterView, LastView};
use super::course::{self, Course, Name};
use super::state::Session;
use super::watch::Watch;
use kubestep::engine::Engine;
use std::rc::Rc;

/// The other future: a separate engine that follows the timeline's.
#[derive(Debug)]
pub struct Compare {
    watch: Watch,
    memory: LastView,
    beside: Beside,
    /// Numbers and lengths of the futures from which `sides` was computed.
    made_of: [(usize, usize); 2],
}

/// What is shown of the other future, and of the timeline compared with it.
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
    /// Its position: number of steps done, number of steps.
    pub at: (usize, usize),
    /// The position of the timeline.
    pub ours: (usize, usize),
    /// Number of shared steps.
    pub shared: usize,
    /// The virtual time.
    pub now: i64,
    /// All futures but the timeline.
    pub others: Vec<usize>,
    /// Both from where they diverge, the one created first on the left.
    pub sides: Rc<[ComparedFuture; 2]>,
    /// Their pod counts over time, as SVG.
    pub curves: Rc<str>,
}

/// A future from where it diverges from the other one.
#[derive(Debug, PartialEq)]
pub struct ComparedFuture {
    /// Its number.
    pub future: usize,
    /// Its name.
    pub name: Name,
    /// Its course.
    pub course: Course,
}

impl Compare {
    /// Compares a future with the timeline, given what has been observed of either; `memory` is the timeline's.
    pub fn new(engine: &Engine, future: usize, watch: &Watch, memory: &LastView) -> Option<Self> {
        if future == engine.future() || !engine.is_reachable(future) {
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
                sides: Rc::new([0, future].map(|future| ComparedFuture {
                    future,
                    name: Name::Same,
                    course: Course::default(),
                })),
                curves: Rc::default(),
            },
            made_of: Default::default(),
        };
        // Only unobserved steps are processed.
        compare.watch.follow(&mut compare.beside.session.change());
        compare.look();
        compare.follow(engine, watch);
        Some(compare)
    }

    /// The number of the future.
    pub fn future(&self) -> usize {
        self.beside.future
    }

    /// What is shown.
    pub fn beside(&self) -> &Beside {
        &self.beside
    }

    /// Swaps the observations when this future becomes the timeline.
    pub fn swap_watch(&mut self, watch: &mut Watch) {
        std::mem::swap(&mut self.watch, watch);
    }

    /// Its virtual time.
    #[cfg(test)]
    pub fn now(&self) -> kubestep::api::time::Time {
        self.beside.session.engine().now()
    }

    /// What has been observed of it.
    pub fn watch(&self) -> &Watch {
        &self.watch
    }

    /// Goes to the timeline's position; `watch` is the timeline's.
    pub fn follow(&mut self, engine: &Engine, watch: &Watch) {
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
        let others = engine.reachable().filter(|other| *other != engine.future());
        self.beside.others = others.collect();
        self.sum_up(engine, watch);
    }

    /// Names both futures and draws their curves, once either has become longer.
    fn sum_up(&mut self, engine: &Engine, watch: &Watch) {
        let (here, future) = (engine.future(), self.beside.future);
        let mut both = [(here, watch), (future, &self.watch)];
        if future < here {
            both.reverse();
        }
        let made_of = both.map(|(future, _)| (future, engine.steps_of(future).len()));
        if self.made_of == made_of {
            return;
        }
        self.made_of = made_of;
        let shared = self.beside.shared;
        let own = both.map(|(future, _)| &engine.steps_of(future)[shared..]);
        let [first, second] = course::names(own);
        let side = |(future, watch): (usize, &Watch), name| ComparedFuture {
            future,
            name,
            course: Course::of(watch, engine.steps_of(future), shared),
        };
        let sides = [side(both[0], first), side(both[1], second)];
        let courses = [&sides[0].course, &sides[1].course];
        self.beside.curves = course::curves(courses).into();
        self.beside.sides = Rc::new(sides);
    }

    fn look(&mut self) {
        let engine = self.beside.session.engine();
        let view = cluster::view(&engine, &mut self.memory, &self.watch);
        drop(engine);
        self.beside.cluster = Rc::new(view);
    }
}
