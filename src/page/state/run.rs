//! Running until the cluster has settled or something happens.

use super::{Activity, Pace, State, words};
use crate::page::action::RunUntil;
use crate::page::console::Heard;
use crate::page::next::Next;
use crate::page::watch::Watch;
use kubestep::api::object::Object;
use kubestep::engine::{Circle, Engine, Run, Step};

/// Maximum duration of a slice of settling in milliseconds, so that the page stays responsive.
pub(super) const SLICE_MS: f64 = 8.0;
/// Maximum number of steps of settling.
const SETTLE_MAX: usize = 100_000;
/// Number of steps between readings of the clock while settling.
const SETTLE_CHUNK: usize = 4;
/// Branches that complete a rollout.
const COMPLETE: [&str; 2] = ["deployment/complete", "statefulset/update-complete"];

impl State {
    pub(super) fn toggle_settle(&mut self, clock: impl Fn() -> f64) -> bool {
        if let Activity::Settling(_) = self.running {
            self.running = Activity::Idle;
            self.changed();
            return true;
        }
        if self.until == RunUntil::User {
            self.go_to_user();
            return true;
        }
        self.settle(clock);
        true
    }

    fn settle(&mut self, clock: impl Fn() -> f64) {
        self.begin_run();
        self.running = Activity::Settling(0);
        self.notice.clear();
        self.pace = Pace::new(clock());
        self.settle_slice(clock);
    }

    /// Goes to the next user action.
    fn go_to_user(&mut self) {
        let next = {
            let engine = self.session.engine.borrow();
            let ahead = engine.steps().iter().enumerate().skip(engine.cursor());
            let mut users = ahead.filter(|(_, step)| step.is_user());
            users.next().map(|(place, _)| place + 1)
        };
        match next {
            Some(steps) => self.jump(steps),
            None => self.say(words::UNTIL_NO_USER.text(self.language).to_owned()),
        }
    }

    pub(super) fn tell_settled(&mut self) {
        let phrase = if self.is_fresh() {
            return self.say(words::APPLY_FIRST.text(self.language).to_owned());
        } else if self.next().is_some() {
            &words::SETTLED_UNTIL
        } else {
            &words::SETTLED_ALREADY
        };
        self.tell_ending(phrase.text(self.language).to_owned());
    }

    /// Reports why there is no step to take.
    pub(super) fn tell_no_step(&mut self) {
        let phrase = if self.is_fresh() {
            &words::APPLY_FIRST
        } else {
            &words::NO_STEP
        };
        self.say(phrase.text(self.language).to_owned());
    }

    /// The next timer if the cluster makes no progress by itself; `None` if it does, or there is no timer.
    pub fn next(&self) -> Option<Next> {
        let engine = self.session.engine.borrow();
        if self.running != Activity::Idle || !engine.is_settled() {
            return None;
        }
        let timer = engine.queues().timers().next()?;
        Some(Next::of(timer, engine.store(), self.language))
    }

    /// Goes to the next timer, and settles from there.
    pub(super) fn go_next(&mut self, clock: impl Fn() -> f64) {
        if self.next().is_some() && self.take_step() {
            self.changed();
            self.running = Activity::Idle;
            self.settle(clock);
        }
    }

    /// Settles for some milliseconds. Returns whether to redraw.
    pub(super) fn settle_slice(&mut self, clock: impl Fn() -> f64) -> bool {
        let Activity::Settling(before) = self.running else {
            return false;
        };
        self.pace.begin(clock());
        let end = clock() + SLICE_MS;
        let (mut count, mut run, mut reached) = (before, Run::Limit, false);
        let mut heard = Heard::default();
        {
            let mut engine = self.session.engine.borrow_mut();
            while run == Run::Limit && count < SETTLE_MAX {
                let (from, waits) = (engine.cursor(), self.console.is_waiting());
                // Let a waiting command see every step; checking later would require going back.
                for _ in 0..if waits { 1 } else { SETTLE_CHUNK } {
                    let due = self.console.progress(&engine);
                    run = engine.settle_before(due);
                    self.watch.follow(&mut engine);
                    // A waiting command has its own end.
                    reached =
                        !waits && run == Run::Limit && is_reached(self.until, &engine, &self.watch);
                    if reached {
                        break;
                    }
                }
                count += engine.cursor() - from;
                let ended = waits && self.console.poll(&engine, &mut heard);
                if ended || reached || clock() >= end {
                    break;
                }
            }
        }
        // Commands entered after the one that has finished can run now.
        if self.run_console() {
            run = Run::Limit;
        }
        let circle = match run {
            Run::Limit if !reached => self.session.engine.borrow().circle(),
            _ => None,
        };
        if let Some(circle) = circle {
            self.running = Activity::Idle;
            self.pace.end(clock());
            self.changed();
            self.tell_circle(&circle);
            return true;
        }
        let over = reached || run == Run::Settled || count >= SETTLE_MAX;
        let show = self.pace.end(clock()) || over;
        if show {
            self.changed();
        }
        self.tell_run(count, run, reached);
        show
    }

    /// Reports that the cluster would loop forever, and why.
    fn tell_circle(&mut self, circle: &Circle) {
        let why = {
            let engine = self.session.engine.borrow();
            let step = circle.removed_by.checked_sub(1);
            let step = step.and_then(|index| engine.steps().get(index));
            step.map_or_else(String::new, |step| step.headline(self.language).to_string())
        };
        let values: &[(&str, &dyn std::fmt::Display)] =
            &[("object", &circle.object), ("why", &why)];
        self.say(words::CIRCLE.with(self.language, values));
    }

    /// Reports the progress of a run.
    fn tell_run(&mut self, count: usize, run: Run, reached: bool) {
        let goes_on = !reached && run == Run::Limit && count < SETTLE_MAX;
        if goes_on {
            self.running = Activity::Settling(count);
            self.notice = words::SETTLING.with(self.language, &[("count", &count)]);
            return;
        }
        self.running = Activity::Idle;
        let phrase = match (run, self.until) {
            _ if reached => return self.tell_step(),
            (Run::Settled, _) if count == 0 => return self.tell_settled(),
            (Run::Settled, RunUntil::Settled) => &words::SETTLED,
            (Run::Settled, _) => &words::UNTIL_NEVER,
            (Run::Limit, _) => &words::SETTLE_LIMIT,
        };
        let notice = phrase.with(self.language, &[("count", &count)]);
        match run {
            Run::Settled => self.tell_ending(notice),
            Run::Limit => self.say(notice),
        }
    }
}

/// Whether the last step is what was waited for.
fn is_reached(until: RunUntil, engine: &Engine, watch: &Watch) -> bool {
    let Some(step) = engine.current() else {
        return false;
    };
    match until {
        RunUntil::Settled | RunUntil::User => false,
        RunUntil::Complete => {
            let mut decisions = step.decisions.iter();
            decisions.any(|made| COMPLETE.contains(&made.branch.id))
        }
        RunUntil::PodReady => makes_pod_ready(step),
        RunUntil::Gauge => {
            let steps = engine.cursor();
            watch.shown(steps).ne(watch.shown(steps - 1))
        }
    }
}

fn makes_pod_ready(step: &Step) -> bool {
    let ready = |object: &Option<Object>| match object {
        Some(Object::Pod(pod)) => pod.is_ready(),
        _ => false,
    };
    let mut changes = step.changes.iter();
    changes.any(|change| ready(&change.after) && !ready(&change.before))
}
