//! Another future beside the timeline, at the same time of the clock.

use super::cluster::{self, ClusterView, Memory};
use super::course::{self, Course, Name};
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
    /// Numbers and lengths of the futures that `sides` was made of.
    made_of: [(usize, usize); 2],
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
    /// Both from where they part, the one that began first first.
    pub sides: Rc<[Side; 2]>,
    /// Their pods over time, as SVG.
    pub curves: Rc<str>,
}

/// A future from where it parts from the other one.
#[derive(Debug, PartialEq)]
pub struct Side {
    /// Its number.
    pub future: usize,
    /// What it is called.
    pub name: Name,
    /// How it goes.
    pub course: Course,
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
                sides: Rc::new([0, future].map(|future| Side {
                    future,
                    name: Name::Same,
                    course: Course::default(),
                })),
                curves: Rc::default(),
            },
            made_of: Default::default(),
        };
        // Only what is not known of it is looked at.
        compare.watch.follow(&mut compare.beside.session.change());
        compare.look();
        compare.follow(engine, watch);
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

    /// Goes to where the timeline is; `watch` is the timeline's.
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
        let others = (0..engine.futures()).filter(|other| *other != engine.future());
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
        let side = |(future, watch): (usize, &Watch), name| Side {
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
