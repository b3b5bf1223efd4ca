//! Playing the timeline: takes the steps that are due in each frame.

use super::State;
use super::run::SLICE_MS;
use crate::page::action::{Activity, At};
use crate::page::fold;
use crate::page::motion::{Motion, STEP_MILLIS};
use crate::page::play::{Ahead, Due, Player, Speed};
use kubestep::api::time::Time;
use kubestep::engine::{Step, StepKind};
use std::rc::Rc;

/// Maximum number of steps ahead that are counted.
const AHEAD_MAX: usize = 32;

impl State {
    pub(super) fn toggle_play(&mut self, wall: f64) {
        self.begin_run();
        self.running = match self.running {
            Activity::Playing => Activity::Idle,
            _ => Activity::Playing,
        };
        self.player = Player::new(wall, self.session.at().clock);
        self.notice.clear();
        self.announcement.clear();
    }

    /// Continues at another speed from the displayed time.
    pub(super) fn set_speed(&mut self, speed: Speed) {
        let shown = self.at();
        self.player.go_on_from(shown.clock);
        self.speed = speed;
    }

    /// Processes a frame of playing. Returns whether to redraw.
    pub(super) fn play_on(&mut self, clock: impl Fn() -> f64) -> bool {
        let shown = self.at();
        let begun = clock();
        self.player.pass(begun, self.speed);
        let mut took = false;
        loop {
            let ahead = self.what_is_ahead();
            match self.player.due(self.speed, ahead) {
                Due::Wait => break,
                Due::Stop => {
                    self.running = Activity::Idle;
                    break;
                }
                Due::Step => {
                    self.take_step();
                    self.follow_step();
                    if self.passes_here() {
                        self.player.passes_over();
                    }
                    took = true;
                    if self.scene_stops() {
                        self.running = Activity::Idle;
                        break;
                    }
                }
            }
            if clock() - begun >= SLICE_MS {
                self.player.falls_behind(self.what_is_ahead());
                break;
            }
        }
        if took {
            self.changed();
        }
        if self.running == Activity::Idle {
            if !self.scene_goes_on(begun) {
                self.tell_settled();
            }
            return true;
        }
        // The clock is displayed with tenths of a second.
        took || shown.clock / 100 != self.at().clock / 100
    }

    /// Whether the last step takes no time, because Step would skip it.
    fn passes_here(&self) -> bool {
        let engine = self.session.engine.borrow();
        !self.every_step && engine.current().is_some_and(|step| fold::is_passed(step))
    }

    /// Lets a waiting command see every step; checking later would require going back.
    fn follow_step(&mut self) {
        if self.console.is_waiting() {
            self.changed();
        } else {
            self.watch.follow(&mut self.session.engine.borrow_mut());
        }
    }

    /// What the cluster will do next.
    fn what_is_ahead(&self) -> Ahead {
        let engine = self.session.engine.borrow();
        let now = engine.now().0;
        let known = &engine.steps()[engine.cursor()..];
        if known.is_empty() {
            let due = self.console.progress(&engine);
            if due.is_none() && engine.is_settled() {
                return Ahead {
                    now,
                    waiting: 0,
                    sharing: 0,
                    moves: None,
                };
            }
            let timer = engine.queues().timers().next().map(|timer| timer.due);
            let moves = timer.into_iter().chain(due).min();
            let waiting = engine.queues().ready().take(AHEAD_MAX).count();
            return Ahead {
                now,
                waiting,
                sharing: waiting,
                moves: moves.map(|time| time.0),
            };
        }
        let known = &known[..known.len().min(AHEAD_MAX)];
        let is_seen = |step: &&Rc<Step>| self.every_step || !step.is_quiet();
        let clock = |action: &StepKind| match action {
            StepKind::Clock { to, .. } => Some(to.0),
            _ => None,
        };
        let moves = known.iter().map(|step| clock(&step.action));
        let waiting = moves.clone().take_while(Option::is_none).count();
        Ahead {
            now,
            waiting,
            sharing: known[..waiting].iter().filter(is_seen).count(),
            moves: moves.flatten().next(),
        }
    }

    /// The current position in time. While playing by the clock, the time is continuous.
    pub fn at(&self) -> At {
        let mut at = self.session.at();
        if self.running == Activity::Playing && self.speed.is_by_clock() {
            at.clock = self.player.shown(self.what_is_ahead());
        }
        at
    }

    /// While playing by the clock: the time up to which it runs, and in how many milliseconds.
    pub fn clock_runs(&self) -> Option<(Time, f64)> {
        let ahead = self.what_is_ahead();
        let runs = self.running == Activity::Playing && self.speed.is_by_clock();
        let to = ahead.moves.filter(|_| runs && ahead.waiting == 0)?;
        Some((Time(to), self.player.stays(self.speed, ahead)))
    }

    /// The amount of animation: as much as the time to the next step allows. Intermediate states of a run are
    /// animated briefly, its end fully.
    pub fn motion(&self) -> Motion {
        match self.running {
            Activity::Idle => Motion::Full(STEP_MILLIS),
            Activity::Settling(_) | Activity::Opening => Motion::Effects,
            Activity::Playing => {
                let stays = self.player.stays(self.speed, self.what_is_ahead());
                Motion::between(stays as u32)
            }
        }
    }
}
