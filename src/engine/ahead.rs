//! Running a copy of a cluster ahead, in slices: whoever calls decides how much is run at once.

use super::Engine;
use crate::api::time::Time;

/// A copy of a cluster that is run ahead of the original, up to a time and a number of steps.
#[derive(Debug, Clone)]
pub struct RunAhead {
    engine: Engine,
    began: Time,
    end: Time,
    steps: usize,
    steps_max: usize,
}

/// How a run ahead ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End<T> {
    /// What was looked for was found.
    Found(T),
    /// Nothing is due until the end of its time.
    Time,
    /// The maximum number of steps was taken.
    Steps,
}

impl RunAhead {
    /// Begins now, for at most so many milliseconds of the cluster's time and so many steps.
    #[must_use]
    pub fn new(engine: Engine, horizon_ms: i64, steps_max: usize) -> Self {
        let began = engine.now();
        Self {
            end: began.plus_millis(horizon_ms),
            engine,
            began,
            steps: 0,
            steps_max,
        }
    }

    /// The copy.
    #[must_use]
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// The number of steps taken so far.
    #[must_use]
    pub fn steps(&self) -> usize {
        self.steps
    }

    /// The time at which it began.
    #[must_use]
    pub fn began(&self) -> Time {
        self.began
    }

    /// The milliseconds of the cluster's time that have passed so far.
    #[must_use]
    pub fn passed(&self) -> i64 {
        self.engine.now().since(self.began)
    }

    /// Takes at most `budget` steps, and looks at the cluster before each of them and at the end; `None` if it can be
    /// called again to go on.
    pub fn advance<T>(
        &mut self,
        budget: usize,
        mut look: impl FnMut(&Engine) -> Option<T>,
    ) -> Option<End<T>> {
        for _ in 0..budget {
            if let Some(found) = look(&self.engine) {
                return Some(End::Found(found));
            }
            if self.is_over() {
                return Some(End::Time);
            }
            if self.steps == self.steps_max {
                return Some(End::Steps);
            }
            self.engine.step();
            self.steps += 1;
        }
        None
    }

    /// Whether nothing is due until the end. Back-offs and watchdogs count, unlike in [`Engine::is_settled`].
    fn is_over(&self) -> bool {
        let engine = &self.engine;
        if let Some(known) = engine.steps().get(engine.cursor()) {
            return known.time() > self.end;
        }
        let next = engine.queues().timers().next();
        engine.is_quiescent() && next.is_none_or(|timer| timer.due > self.end)
    }
}
