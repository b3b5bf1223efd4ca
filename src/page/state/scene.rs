//! The scenario playing on the page.

use super::State;
use crate::page::action::{Action, Running};
use crate::page::console::Say;
use crate::page::play::Speed;
use crate::page::scenario::{Callout, Cue, Scenario, Until};
use crate::page::words;
use kubestep::engine::Engine;
use kubestep::texts::Language;
use std::rc::Rc;

/// A scenario and its progress.
#[derive(Debug, Clone, PartialEq)]
pub struct Scene {
    /// The scenario.
    pub scenario: Rc<Scenario>,
    /// Index of the next cue.
    next: usize,
    /// The current phase.
    phase: Phase,
}

/// Phase of a scenario.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Playing.
    Plays,
    /// A command waits for kubectl to be loaded.
    Waits,
    /// Paused with an explanation.
    Says,
    /// The user has taken over.
    TakenOver,
}

impl Scene {
    /// The current text.
    pub fn text(&self, engine: &Engine, language: Language) -> String {
        let now = self.next.checked_sub(1);
        match (self.phase, now.and_then(|now| self.scenario.cues.get(now))) {
            (Phase::Says, Some(Cue::Say(callout))) => Callout::text(callout, engine, language),
            (Phase::TakenOver, _) => words::SCENE_TAKEN_OVER.text(language).to_owned(),
            _ => words::SCENE_PLAYS.text(language).to_owned(),
        }
    }

    /// The placeholders in the current text that no fact fills.
    #[cfg(test)]
    pub fn unfilled(&self, engine: &Engine) -> Vec<String> {
        match self.scenario.cues.get(self.next - 1) {
            Some(Cue::Say(callout)) => callout.unfilled(engine),
            _ => Vec::new(),
        }
    }

    /// Whether it is paused and can be continued.
    pub fn can_go_on(&self) -> bool {
        self.phase == Phase::Says && self.next < self.scenario.cues.len()
    }

    /// Whether it is paused with an explanation.
    pub fn has_paused(&self) -> bool {
        self.phase == Phase::Says
    }

    fn until(&self) -> Option<&Until> {
        match (
            self.phase,
            self.scenario.cues.get(self.next.checked_sub(1)?),
        ) {
            (Phase::Plays, Some(Cue::Play(until))) => Some(until),
            _ => None,
        }
    }
}

/// Whether an action changes the cluster, the position in time or the manifests, and thereby takes over.
fn takes_over(action: &Action) -> bool {
    match action {
        Action::Step
        | Action::StepOne
        | Action::RunItem(_)
        | Action::Back
        | Action::BackOne
        | Action::Jump(_)
        | Action::BackToUser
        | Action::Settle
        | Action::TakeUp(_)
        | Action::Command(_)
        | Action::Play
        | Action::Edit(_)
        | Action::Example
        | Action::Apply
        | Action::Mend
        | Action::Run(_) => true,
        Action::Console(say) => matches!(say, Say::Enter(_) | Say::Order(_) | Say::Ask(_)),
        _ => false,
    }
}

impl State {
    /// Starts a scenario on an empty cluster; the previous timeline becomes another future.
    pub(super) fn begin_scene(&mut self, number: usize, wall: f64) {
        let Some(scenario) = self.scenarios.get(number).cloned() else {
            return;
        };
        self.go_home();
        self.kept = Some(self.manifests.clone());
        self.scene = Some(Scene {
            scenario,
            next: 0,
            phase: Phase::Says,
        });
        self.go_on(wall);
    }

    /// Returns to the empty cluster and the user's manifests. The timeline is kept as a future.
    pub(super) fn go_home(&mut self) {
        let scene = self.scene.take();
        if let (Some(own), true) = (self.kept.take(), scene.is_some()) {
            self.manifests = own;
            self.applied = crate::page::action::Applied::Not;
        }
        self.jump(0);
        self.show(crate::page::action::Pane::Cluster);
    }

    /// The meaning of an action during a scenario; `None` if the scenario has handled it.
    pub(super) fn meet_scene(&mut self, action: Action, wall: f64) -> Option<Action> {
        let Some(scene) = &mut self.scene else {
            return Some(action);
        };
        if action == Action::GoOn || action == Action::Play && scene.can_go_on() {
            if scene.can_go_on() {
                self.go_on(wall);
            }
            return None;
        }
        if takes_over(&action) {
            match scene.phase {
                Phase::TakenOver => self.scene = None,
                _ => scene.phase = Phase::TakenOver,
            }
            if matches!(action, Action::Edit(_)) {
                // From now on the text is the user's.
                self.kept = None;
            }
        }
        Some(action)
    }

    /// Whether the last step is the one up to which the scenario plays.
    pub(super) fn scene_stops(&self) -> bool {
        let until = self.scene.as_ref().and_then(Scene::until);
        until.is_some_and(|until| until.is_reached(&self.session.engine()))
    }

    /// Continues a scenario after playing or a command has ended. Returns whether there is one.
    pub(super) fn scene_goes_on(&mut self, wall: f64) -> bool {
        let phase = self.scene.as_ref().map(|scene| scene.phase);
        let goes_on = match phase {
            Some(Phase::Plays) => true,
            Some(Phase::Waits) => !self.wants_kubectl(),
            _ => false,
        };
        if goes_on {
            self.go_on(wall);
        }
        goes_on
    }

    /// Performs cues up to one that takes time.
    fn go_on(&mut self, wall: f64) {
        while let Some(scene) = &mut self.scene {
            let scenario = scene.scenario.clone();
            let Some(cue) = scenario.cues.get(scene.next) else {
                self.scene = None;
                return;
            };
            scene.next += 1;
            scene.phase = match cue {
                Cue::Say(_) => Phase::Says,
                Cue::Command(_) => Phase::Waits,
                _ => Phase::Plays,
            };
            if self.perform(cue, wall) {
                return;
            }
        }
    }

    /// Performs a cue. Returns whether it takes time.
    fn perform(&mut self, cue: &Cue, wall: f64) -> bool {
        match cue {
            Cue::Apply(text) => {
                self.manifests = text.clone();
                self.apply();
            }
            Cue::Replace(old, new) => {
                self.manifests = self.manifests.replace(old.as_str(), new).into();
                self.apply();
            }
            Cue::Command(line) => {
                self.command(line.clone());
                return self.wants_kubectl();
            }
            Cue::Settle(limit) => {
                self.session.change().settle(*limit);
                self.changed();
            }
            Cue::Speed(rate) => self.set_speed(Speed::Clock(*rate)),
            Cue::Play(_) => {
                self.running = Running::Idle;
                self.toggle_play(wall);
                return true;
            }
            Cue::Say(callout) => {
                self.notice.clear();
                self.announcement = callout.text(&self.session.engine(), self.language);
                return true;
            }
        }
        false
    }
}
