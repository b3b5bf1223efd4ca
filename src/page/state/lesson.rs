//! What lessons have beyond scenarios: questions, skipping, and returning to their path.

use super::scene::{Answer, Phase, Scene};
use super::{Activity, State, words};
use crate::page::console::Door;
use crate::page::play::Speed;
use kubestep::api::object::Object;
use kubestep::engine::Engine;
use kubestep::scenario::{Cue, Map, Question, Scenario, ScenarioFault, ahead, perform};
use std::rc::Rc;

/// A lesson that was asked for before kubectl was loaded: its name, text and step.
pub(super) type Coming = (Rc<str>, Rc<str>, usize);

impl State {
    /// Opens a lesson at one of its pauses, from 1.
    pub(super) fn open_lesson(&mut self, name: Rc<str>, text: Rc<str>, step: usize) {
        if self.console.kubectl.is_none() {
            self.coming = Some((name, text, step));
            return self.say(words::KUBECTL_COMES.text(self.language).to_owned());
        }
        match Scenario::parse(&text) {
            Ok(scenario) => {
                self.lessons = Some(false);
                // The user's session stays as it was saved.
                self.saved_as = self.saved_as.next();
                self.begin(Scene::new(Rc::new(scenario), Some(name)));
                self.return_to(step);
            }
            Err(fault) => self.tell_fault(&fault),
        }
    }

    /// The list of lessons is loaded, or cannot be.
    pub(super) fn take_map(&mut self, text: Option<Rc<str>>) {
        let map = text.map(|text| Map::parse(&text).map_err(|fault| fault.to_string()));
        let away = || words::LESSON_MAP_AWAY.text(self.language).to_owned();
        self.lesson_map = Some(map.unwrap_or_else(|| Err(away())).map(Rc::new));
    }

    /// A lesson could not be loaded.
    pub(super) fn lesson_is_away(&mut self, name: &str) {
        self.say(words::LESSON_AWAY.with(self.language, &[("name", &name)]));
    }

    fn tell_fault(&mut self, fault: &ScenarioFault) {
        self.running = Activity::Idle;
        self.say(words::LESSON_FAULT.with(self.language, &[("why", fault)]));
    }

    /// Plays a lesson from its beginning to one of its pauses at once.
    pub(super) fn return_to(&mut self, step: usize) {
        let Some(scene) = &mut self.scene else {
            return;
        };
        *scene = Scene::new(scene.scenario.clone(), scene.lesson.clone());
        self.jump(0);
        self.applied = super::LastApply::Not;
        let pauses = step.clamp(1, self.scene.as_ref().map_or(1, Scene::steps).max(1));
        for _ in 0..pauses {
            // A text may name the answer of the question before it.
            self.answer(None);
            self.hurry();
        }
    }

    /// Finishes the current cue at once, and those up to the next pause.
    pub(super) fn skip(&mut self) {
        let Some(scene) = &mut self.scene else {
            return;
        };
        if scene.can_skip() {
            // The cue that is being played is played to its end.
            if matches!(scene.now(), Some(Cue::Play(_))) {
                scene.next -= 1;
            }
            self.running = Activity::Idle;
            self.hurry();
        }
    }

    /// Performs the cues up to the next pause at once.
    fn hurry(&mut self) {
        let Some(door) = self.console.kubectl else {
            return;
        };
        while let Some(scene) = &mut self.scene {
            let (scenario, number) = (scene.scenario.clone(), scene.next);
            let Some(cue) = scenario.cues.get(number) else {
                break;
            };
            scene.next += 1;
            match cue {
                Cue::Say(_) | Cue::Predict(_) => {
                    scene.phase = Phase::Says;
                    self.changed();
                    return self.pause_scene();
                }
                Cue::Speed(rate) => self.set_speed(Speed::Clock(*rate)),
                _ => {
                    let mut text = self.manifests.clone();
                    let mut engine = self.session.change();
                    let done = perform(&scenario, number, &mut engine, &mut text, &run(door));
                    self.watch.follow(&mut engine);
                    drop(engine);
                    self.manifests = text;
                    if let Err(fault) = done {
                        self.scene = None;
                        self.changed();
                        return self.tell_fault(&fault);
                    }
                }
            }
        }
        self.changed();
    }

    /// Pauses with the text of the current cue.
    pub(super) fn pause_scene(&mut self) {
        let Some(mut scene) = self.scene.take() else {
            return;
        };
        let engine = self.session.engine();
        let scenario = scene.scenario.clone();
        let cue = scene
            .next
            .checked_sub(1)
            .and_then(|now| scenario.cues.get(now));
        if let Some(callout) = cue.and_then(Cue::callout) {
            let since = scene.at.1.min(engine.cursor());
            let read = self
                .console
                .kubectl
                .map_or(no_field as _, |door| door.read_field);
            let mut fills = callout.fills(&engine, since, read);
            let right = scene.answer.take().map(|answer| answer.right);
            fills.extend(right.map(|right| ("answer".into(), right.to_string())));
            scene.fills = fills;
            self.announcement = callout.text(&scene.fills, self.language);
        }
        scene.at = (engine.future(), engine.cursor());
        scene.text = self.manifests.clone();
        let question = match cue {
            Some(Cue::Predict(question)) => question.choices(&engine, self.language),
            _ => None,
        };
        let names = question.into_iter().flatten().map(|(name, _)| name);
        scene.names = names.collect();
        drop(engine);
        self.notice.clear();
        self.scene = Some(scene);
    }

    /// Checks an answer against what the engine will do.
    pub(super) fn answer(&mut self, given: Option<Rc<str>>) {
        if self.scene.as_ref().and_then(Scene::question).is_none() {
            return;
        }
        match self.foretell() {
            Ok(Some(right)) => {
                let phrase = match given.as_ref() {
                    Some(given) if *given == right => &words::LESSON_RIGHT,
                    Some(_) => &words::LESSON_WRONG,
                    None => &words::LESSON_ANSWER,
                };
                let scene = self.scene.as_ref();
                let text = |value: &str| match scene.and_then(Scene::question) {
                    Some((question, _)) => question.answer_text(value, self.language),
                    None => value.to_owned(),
                };
                let said = given.as_deref().map(text).unwrap_or_default();
                self.announcement = phrase.with(
                    self.language,
                    &[("answer", &text(&right)), ("given", &said)],
                );
                if let Some(scene) = &mut self.scene {
                    scene.answer = Some(Answer { given, right });
                }
            }
            Ok(None) => {}
            Err(fault) => self.tell_fault(&fault),
        }
    }

    /// The answer to the current question: plays ahead on a copy of the engine.
    fn foretell(&self) -> Result<Option<Rc<str>>, ScenarioFault> {
        let (Some(scene), Some(door)) = (&self.scene, self.console.kubectl) else {
            return Ok(None);
        };
        let Some(Question { answer, .. }) = scene.question().map(|(question, _)| question) else {
            return Ok(None);
        };
        let engine = self.session.engine();
        let future = ahead(
            &scene.scenario,
            scene.next,
            &engine,
            &scene.text,
            &run(door),
        )?;
        Ok(answer
            .value(&future, scene.at.1, door.read_field)
            .map(Rc::from))
    }

    /// After each action: whether it has led away from the path of the lesson.
    pub(super) fn watch_path(&mut self) {
        let engine = self.session.engine();
        let at = (engine.future(), engine.cursor());
        if let Some(scene) = &mut self.scene
            && scene.lesson.is_some()
            && scene.can_go_on()
            && scene.at != at
        {
            scene.phase = Phase::TakenOver;
        }
    }

    /// A lesson continues with its own text in the editor.
    pub(super) fn put_back_text(&mut self) {
        if let Some(scene) = &self.scene
            && scene.lesson.is_some()
            && scene.has_paused()
            && scene.next > 0
        {
            self.manifests = scene.text.clone();
            self.edited = false;
        }
    }
}

/// Before kubectl is loaded, no field can be read; texts with one belong to lessons, which wait for kubectl.
fn no_field(_: &Object, _: &str) -> Option<String> {
    None
}

/// kubectl for the functions that play without a page.
fn run(door: Door) -> impl Fn(&mut Engine, &str, &str) -> Result<String, String> {
    move |engine, line, editor| {
        let answer = (door.run)(engine, line, editor, None);
        let printed = answer.printed.into_iter().map(|(_, text)| text).collect();
        match answer.exit {
            0 => Ok(printed),
            _ => Err(printed),
        }
    }
}
