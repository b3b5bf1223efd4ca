//! A step in a few words: the actor and its most significant sentence.

use super::{Step, StepKind};
use crate::actor::sentence::Sentence;
use crate::api::time::duration;
use crate::texts::Language;
use crate::texts::headline::{
    CLOCK, CLOCK_MOVES, FAILED, NOTHING_TO_DO, THEN_FAILED, TIMER_SET, YOU,
};

impl Step {
    /// The actor that ran.
    #[must_use]
    pub fn actor(&self, language: Language) -> String {
        match &self.action {
            StepKind::Work(item) => item.actor.to_string(),
            StepKind::Clock { .. } => CLOCK.text(language).to_owned(),
            StepKind::User(_) => YOU.text(language).to_owned(),
        }
    }

    /// The sentence that summarizes the step. User input is quoted verbatim.
    #[must_use]
    pub fn headline(&self, language: Language) -> Sentence {
        let item = match &self.action {
            StepKind::User(command) => return (&**command).into(),
            StepKind::Clock { from, to } => {
                let time = duration(to.since(*from));
                return CLOCK_MOVES.with(language, &[("time", &time)]).into();
            }
            StepKind::Work(item) => item,
        };
        let main = self.main_decision().map(|place| &self.decisions[place]);
        let told = main.map(|decision| decision.told(language, &item.key.namespace));
        match (&self.error, told) {
            (Some(error), None) => FAILED.with(language, &[("error", error)]).into(),
            (Some(_), Some(mut told)) => {
                told.push(THEN_FAILED.text(language));
                told
            }
            (None, Some(told)) => told,
            (None, None) if self.woke().next().is_some() => TIMER_SET.text(language).into(),
            (None, None) => NOTHING_TO_DO.text(language).into(),
        }
    }
}
