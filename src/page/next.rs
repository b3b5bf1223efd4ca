//! What comes next where nothing moves on by itself: a timer that settling does not wait for.

use super::story;
use super::words;
use kubestep::api::language::Language;
use kubestep::api::time::duration;
use kubestep::controllers::{Cause, Wait};
use kubestep::engine::Timer;

/// What comes next, to be shown and gone to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Next {
    /// The sentence.
    pub text: String,
    /// The object that it is about, and what going there does.
    pub hint: String,
}

impl Next {
    /// What a timer will bring, in so many milliseconds.
    pub fn of(timer: &Timer, left: i64, language: Language) -> Self {
        Self {
            text: sentence(timer, left, language),
            hint: words::NEXT_HINT.with(language, &[("object", &timer.key)]),
        }
    }
}

fn sentence(timer: &Timer, left: i64, language: Language) -> String {
    let time = duration(left.max(0));
    let phrase = match timer.cause {
        Cause::Timer(Wait::AutoscalerPeriod) => &words::NEXT_AUTOSCALER,
        Cause::Timer(Wait::ProgressDeadline) => &words::NEXT_DEADLINE,
        Cause::Timer(Wait::RestartBackoff) => &words::NEXT_RESTART,
        Cause::Timer(Wait::Probe) => &words::NEXT_PROBE,
        Cause::Timer(Wait::Unschedulable) => &words::NEXT_SCHEDULER,
        _ => &words::NEXT_OTHER,
    };
    let what = story::timer(&timer.cause, language);
    phrase.with(language, &[("time", &time), ("what", &what)])
}
