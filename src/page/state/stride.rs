//! A press of Step or Back: to the next visible step, or by exactly one step.

use super::{State, words};
use crate::page::fold::{self, Passed};
use kubestep::api::time::duration;

/// Maximum number of steps that one press skips, in case of a loop.
const PASS_MAX: usize = 1000;

impl State {
    /// Takes a step and skips those without a visible effect, unless every step is to be shown.
    pub(super) fn step(&mut self) {
        if self.every_step {
            return self.step_one();
        }
        self.running = super::Activity::Idle;
        let mut passed = Passed::default();
        let mut taken = 0;
        while taken < PASS_MAX && !self.rests(taken, passed) && self.take_step() {
            taken += 1;
            self.let_console_look();
            let engine = self.session.engine();
            match engine.current() {
                Some(step) if fold::is_passed(step) => passed.add(step),
                _ => break,
            }
        }
        if taken == 0 {
            return self.tell_no_step();
        }
        self.tell_step();
        self.tell_passed(passed);
        self.changed();
    }

    /// Whether skipping ends before the next step: when the cluster makes no progress by itself, and before the
    /// clock would move a second time, so that a press covers at most one instant.
    fn rests(&self, taken: usize, passed: Passed) -> bool {
        let engine = self.session.engine();
        let clock_is_next = match engine.steps().get(engine.cursor()) {
            Some(next) => fold::is_clock(next),
            None => engine.is_quiescent(),
        };
        taken > 0 && clock_is_next && (passed.clock > 0 || engine.is_settled())
    }

    /// Prefixes the message with the number of steps skipped.
    fn tell_passed(&mut self, passed: Passed) {
        if passed.quiet == 0 {
            return;
        }
        let values: &[(&str, &dyn std::fmt::Display)] =
            &[("count", &passed.quiet), ("time", &duration(passed.clock))];
        let phrase = match passed.clock {
            0 => &words::PASSED,
            _ => &words::PASSED_IN_TIME,
        };
        self.notice = phrase.with(self.language, values);
        let last = self.session.engine().current().cloned();
        if last.is_some_and(|last| fold::is_passed(&last)) {
            self.announcement.clone_from(&self.notice);
        } else {
            self.announcement = format!("{} {}", self.notice, self.announcement);
        }
    }

    /// Takes exactly one step.
    pub(super) fn step_one(&mut self) {
        self.running = super::Activity::Idle;
        if self.take_step() {
            self.tell_step();
            self.changed();
        } else {
            self.tell_no_step();
        }
    }

    /// Goes back to the previous visible step, or by exactly one.
    pub(super) fn back(&mut self, exactly_one: bool) {
        let (cursor, to) = {
            let engine = self.session.engine();
            let cursor = engine.cursor();
            let to = if exactly_one || self.every_step {
                cursor.saturating_sub(1)
            } else {
                fold::back(engine.steps(), cursor)
            };
            (cursor, to)
        };
        if cursor == 0 {
            self.running = super::Activity::Idle;
            return self.say(words::AT_BEGINNING.text(self.language).to_owned());
        }
        if cursor == self.session.engine().compacted() {
            self.running = super::Activity::Idle;
            return self.tell_oldest();
        }
        self.jump(to);
    }
}
