//! The scenario or lesson playing on the page.

use super::State;
use crate::page::action::{Action, Activity, LastApply, Pane};
use crate::page::console::Say;
use crate::page::play::Speed;
use crate::page::words;
use kubestep::engine::Input;
use kubestep::scenario::{Cue, Fill, Question, Scenario, Until};
use kubestep::texts::Language;
use std::rc::Rc;

/// A scenario or lesson and its progress.
#[derive(Debug, Clone, PartialEq)]
pub struct Scene {
    /// The scenario.
    pub scenario: Rc<Scenario>,
    /// The name of the lesson; `None` for a scenario of the start screen.
    pub lesson: Option<Rc<str>>,
    /// Index of the next cue.
    pub(super) next: usize,
    /// The current phase.
    pub(super) phase: Phase,
    /// The values for the placeholders of the current text.
    pub(super) fills: Vec<Fill>,
    /// The timeline and the position at the last pause.
    pub(super) at: (usize, usize),
    /// The editor's text at the last pause.
    pub(super) text: Rc<str>,
    /// The user's answer to the current or last question, with the engine's.
    pub(super) answer: Option<Answer>,
    /// The possible answers to the current question, by language; empty if it is a number.
    pub(super) names: Vec<Rc<str>>,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// What the user said; `None` without an answer.
    pub given: Option<Rc<str>>,
    /// What the engine does.
    pub right: Rc<str>,
}

/// Phase of a scenario.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// Playing.
    Plays,
    /// A command waits for kubectl to be loaded.
    Waits,
    /// Paused with an explanation or a question.
    Says,
    /// The user has taken over.
    TakenOver,
}

impl Scene {
    /// At its beginning.
    pub(super) fn new(scenario: Rc<Scenario>, lesson: Option<Rc<str>>) -> Self {
        Self {
            scenario,
            lesson,
            next: 0,
            phase: Phase::Says,
            fills: Vec::new(),
            at: (0, 0),
            text: "".into(),
            answer: None,
            names: Vec::new(),
        }
    }

    /// The cue that was performed last.
    pub(super) fn now(&self) -> Option<&Cue> {
        self.scenario.cues.get(self.next.checked_sub(1)?)
    }

    /// The current text.
    pub fn text(&self, language: Language) -> String {
        let callout = self.now().and_then(Cue::callout);
        match (self.phase, callout) {
            (Phase::Says, Some(callout)) => callout.text(&self.fills, language),
            (Phase::TakenOver, _) if self.lesson.is_some() => {
                words::LESSON_LEFT.text(language).to_owned()
            }
            (Phase::TakenOver, _) => words::SCENE_TAKEN_OVER.text(language).to_owned(),
            _ if self.lesson.is_some() => words::LESSON_PLAYS.text(language).to_owned(),
            _ => words::SCENE_PLAYS.text(language).to_owned(),
        }
    }

    /// The placeholders in the current text that no value fills.
    #[cfg(test)]
    pub fn unfilled(&self) -> Vec<String> {
        let callout = self.now().and_then(Cue::callout);
        callout.map_or_else(Vec::new, |callout| callout.unfilled(&self.fills))
    }

    /// Whether it is paused and can be continued.
    pub fn can_go_on(&self) -> bool {
        self.has_paused() && !self.is_last()
    }

    /// Whether it is paused with an explanation or a question.
    pub fn has_paused(&self) -> bool {
        self.phase == Phase::Says
    }

    /// Whether the user has left the path of a lesson and can return to it.
    pub fn has_left(&self) -> bool {
        self.lesson.is_some() && self.phase == Phase::TakenOver
    }

    /// Whether a lesson is playing, so that it can skip to its next pause.
    pub fn can_skip(&self) -> bool {
        self.lesson.is_some() && self.phase == Phase::Plays
    }

    /// Whether its last cue was performed.
    pub fn is_last(&self) -> bool {
        self.next >= self.scenario.cues.len()
    }

    /// The question of the current pause, and the answer that was given.
    pub fn question(&self) -> Option<(&Question, Option<&Answer>)> {
        match self.now() {
            Some(Cue::Predict(question)) if self.has_paused() => {
                Some((question, self.answer.as_ref()))
            }
            _ => None,
        }
    }

    /// The possible answers to the current question and their texts; none if it is a number.
    pub fn choices(&self, language: Language) -> Vec<(Rc<str>, String)> {
        let Some((question, _)) = self.question() else {
            return Vec::new();
        };
        let names = self.names.iter();
        let choices = names.map(|name| (name.clone(), question.answer_text(name, language)));
        choices.collect()
    }

    /// The commands to try at the current pause.
    pub fn commands(&self) -> &[Rc<str>] {
        let callout = self.now().and_then(Cue::callout);
        match callout.filter(|_| self.has_paused()) {
            Some(callout) => &callout.commands,
            None => &[],
        }
    }

    /// The number of the current or last pause, from 1.
    pub fn step(&self) -> usize {
        self.scenario.pauses_before(self.next).max(1)
    }

    /// The number of pauses.
    pub fn steps(&self) -> usize {
        self.scenario.pauses()
    }

    fn until(&self) -> Option<&Until> {
        match (self.phase, self.now()) {
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
        | Action::ApplyAll(_)
        | Action::Mend
        | Action::Redact
        | Action::Run(_)
        | Action::Try(_)
        | Action::Open(..)
        | Action::Anew => true,
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
        self.begin(Scene::new(scenario, None));
        self.go_on(wall);
    }

    pub(super) fn begin(&mut self, scene: Scene) {
        self.go_home();
        self.kept = Some(self.manifests.clone());
        self.scene = Some(scene);
    }

    /// Returns to the empty cluster and the user's manifests. The timeline is kept as a future.
    pub(super) fn go_home(&mut self) {
        let scene = self.scene.take();
        if let (Some(own), true) = (self.kept.take(), scene.is_some()) {
            self.manifests = own;
            self.applied = LastApply::Not;
        }
        self.jump(0);
        self.show(Pane::Cluster);
    }

    /// The meaning of an action during a scenario; `None` if the scenario has handled it.
    pub(super) fn meet_scene(&mut self, action: Action, wall: f64) -> Option<Action> {
        let Some(scene) = &mut self.scene else {
            return Some(action);
        };
        if action == Action::GoOn || action == Action::Play && scene.can_go_on() {
            let unanswered = matches!(scene.question(), Some((_, None)));
            if scene.has_left() {
                let step = scene.step();
                self.return_to(step);
            } else if scene.can_go_on() && !(unanswered && action == Action::Play) {
                if unanswered {
                    self.answer(None);
                }
                self.go_on(wall);
            }
            return None;
        }
        if takes_over(&action) {
            match scene.phase {
                // A lesson can be continued after looking around.
                Phase::Says | Phase::TakenOver if scene.lesson.is_some() => {}
                Phase::TakenOver => self.scene = None,
                _ => scene.phase = Phase::TakenOver,
            }
            let is_lesson = self.scene.as_ref().is_some_and(|now| now.lesson.is_some());
            if matches!(action, Action::Edit(_)) && !is_lesson {
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
    pub(super) fn go_on(&mut self, wall: f64) {
        self.put_back_text();
        while let Some(scene) = &mut self.scene {
            let scenario = scene.scenario.clone();
            let Some(cue) = scenario.cues.get(scene.next) else {
                self.scene = None;
                return;
            };
            scene.next += 1;
            scene.phase = match cue {
                Cue::Say(_) | Cue::Predict(_) => Phase::Says,
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
        match cue.input(&self.manifests) {
            Some(Input::Manifests(text)) => {
                self.manifests = text;
                self.apply();
            }
            Some(Input::Command { line, .. }) => {
                self.command(line.to_string());
                return self.wants_kubectl();
            }
            _ => {}
        }
        match cue {
            Cue::Settle(limit) => {
                self.session.change().settle(*limit);
                self.changed();
            }
            Cue::Speed(rate) => self.set_speed(Speed::Clock(*rate)),
            Cue::Play(_) => {
                self.running = Activity::Idle;
                self.toggle_play(wall);
                return true;
            }
            Cue::Say(_) | Cue::Predict(_) => {
                self.pause_scene();
                return true;
            }
            Cue::Apply(_) | Cue::Replace(..) | Cue::Command(_) => {}
        }
        false
    }
}
