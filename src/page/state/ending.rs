//! Where a run has ended: Why shows the step that decided the outcome, while the cluster stays at the present.

use super::{Session, State, words};
use crate::page::action::Pane;
use crate::page::ending::Ending;
use std::fmt::Write as _;

/// How a run has ended, as the page shows it.
#[derive(Debug)]
pub struct Ended {
    /// What came of it.
    pub ending: Ending,
    /// The cluster right after the step that decided it, where that is not the last one.
    there: Option<Session>,
}

impl State {
    /// A run begins here; or goes on where another one has ended and nothing has happened since.
    pub(super) fn begin_run(&mut self) {
        if self.ended.is_none() {
            self.began = self.session.at().done;
        }
    }

    /// Tells how a run has ended, and why nothing moves on by itself now.
    pub(super) fn tell_ending(&mut self, notice: String) {
        let ended = {
            let engine = self.session.engine();
            let done = &engine.steps()[..engine.cursor()];
            // A run that found nothing to do has ended as the one before it.
            let from = if self.began < done.len() {
                self.began
            } else {
                0
            };
            let ending = Ending::of(done, from, &self.cluster);
            let there = ending.step.filter(|step| *step != engine.cursor());
            let there = there.map(|step| {
                let mut there = engine.along(engine.future());
                there.jump(step);
                Session::new(there)
            });
            Ended { ending, there }
        };
        self.announcement.clear();
        if let Some((name, summary)) = &ended.ending.outcome {
            let (language, standing) = (self.language, summary.standing);
            if let Some(name) = name {
                self.announcement += &words::SUMMARY_OF.with(language, &[("name", name)]);
            }
            let (word, text) = (standing.word().text(language), summary.text(language));
            write!(self.announcement, "{word}{text} ").unwrap_or_default();
        }
        self.announcement += &notice;
        self.notice = notice;
        self.ended = Some(ended);
    }

    /// What Why explains: the present, or the step that decided how the last run ended.
    pub fn explained(&self) -> &Session {
        let there = self.ended.as_ref().and_then(|ended| ended.there.as_ref());
        there.unwrap_or_else(|| self.turns.session(Pane::Why))
    }

    /// The number of the last step, where Why explains another one.
    pub fn explains_past(&self) -> Option<usize> {
        let there = self.ended.as_ref().and_then(|ended| ended.there.as_ref());
        there.map(|_| self.session.at().done)
    }
}
