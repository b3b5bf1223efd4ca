//! A step in a few words: the actor and its most significant sentence.

use super::{Action, Step};
use crate::actor::sentence::Sentence;
use crate::api::advice::Advice;
use crate::api::time::duration;
use crate::texts::Language;

const YOU: Advice = Advice::new("You", "你");
const CLOCK: Advice = Advice::new("Clock", "时钟");
const CLOCK_MOVES: Advice = Advice::new(
    "Nothing to do now; advancing {} to the next timer.",
    "目前无事可做；时钟前进 {}，到下一个定时器。",
);
const FAILED: Advice = Advice::new("Failed: {} It will be tried again.", "失败：{} 将会重试。");
const THEN_FAILED: Advice = Advice::new(
    " Then a write failed: it will be tried again.",
    "随后一次写入失败：将会重试。",
);
const TIMER_SET: Advice = Advice::new(
    "A timer is set: nothing to write yet.",
    "设置了定时器：暂无写入。",
);
const NOTHING_TO_DO: Advice = Advice::new("There was nothing to do.", "没有需要做的事。");

impl Step {
    /// The actor that ran.
    #[must_use]
    pub fn actor(&self, language: Language) -> String {
        match &self.action {
            Action::Work(item) => item.actor.to_string(),
            Action::Clock { .. } => CLOCK.text(language),
            Action::User(_) => YOU.text(language),
        }
    }

    /// The sentence that summarizes the step. User input is quoted verbatim.
    #[must_use]
    pub fn headline(&self, language: Language) -> Sentence {
        let item = match &self.action {
            Action::User(command) => return (&**command).into(),
            Action::Clock { from, to } => {
                let time = duration(to.since(*from));
                return CLOCK_MOVES.with(time).text(language).into();
            }
            Action::Work(item) => item,
        };
        let main = self.main_decision().map(|place| &self.decisions[place]);
        let told = main.map(|decision| decision.told(language, &item.key.namespace));
        match (&self.error, told) {
            (Some(error), None) => FAILED.with(&**error).text(language).into(),
            (Some(_), Some(mut told)) => {
                told.push(&THEN_FAILED.text(language));
                told
            }
            (None, Some(told)) => told,
            (None, None) if self.woke().next().is_some() => TIMER_SET.text(language).into(),
            (None, None) => NOTHING_TO_DO.text(language).into(),
        }
    }
}
