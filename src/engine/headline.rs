//! A step in a few words: who did it, and the one sentence that says most about it.

use super::{Action, Step};
use crate::api::advice::Advice;
use crate::api::language::Language;
use crate::api::time::duration;

const YOU: Advice = Advice::new("You", "你");
const CLOCK: Advice = Advice::new("Clock", "时钟");
const CLOCK_MOVES: Advice = Advice::new(
    "Nothing to do now; advancing {} to the next timer.",
    "目前无事可做；时钟前进 {}，到下一个定时器。",
);
const FAILED: Advice = Advice::new("Failed: {} It will be tried again.", "失败：{} 将会重试。");
const THEN_FAILED: Advice = Advice::new(
    "{} Then a write failed: it will be tried again.",
    "{}随后一次写入失败：将会重试。",
);
const TIMER_SET: Advice = Advice::new(
    "A timer is set: nothing to write yet.",
    "设置了定时器：暂无写入。",
);
const NOTHING_TO_DO: Advice = Advice::new("There was nothing to do.", "没有需要做的事。");

impl Step {
    /// Who did it.
    #[must_use]
    pub fn actor(&self, language: Language) -> String {
        match &self.action {
            Action::Work(item) => item.actor.to_string(),
            Action::Clock { .. } => CLOCK.text(language),
            Action::User(_) => YOU.text(language),
        }
    }

    /// The one plain sentence about it.
    #[must_use]
    pub fn headline(&self, language: Language) -> String {
        let advice = match &self.action {
            Action::User(command) => return command.to_string(),
            Action::Clock { from, to } => CLOCK_MOVES.with(duration(to.since(*from))),
            Action::Work(_) => {
                let main = self.main_decision().map(|place| &self.decisions[place]);
                let sentence = main.map(|decision| decision.sentence(language));
                match (&self.error, sentence) {
                    (Some(error), None) => FAILED.with(&**error),
                    (Some(_), Some(sentence)) => THEN_FAILED.with(sentence),
                    (None, Some(sentence)) => return sentence,
                    (None, None) if self.woke().next().is_some() => TIMER_SET,
                    (None, None) => NOTHING_TO_DO,
                }
            }
        };
        advice.text(language)
    }
}
