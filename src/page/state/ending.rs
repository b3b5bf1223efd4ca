//! The end of a run: Why explains the decisive step, while the cluster shows the present.

use super::{Session, State, words};
use crate::page::action::Pane;
use crate::page::ending::Ending;
use std::fmt::Write as _;

/// The result of a run as displayed.
#[derive(Debug)]
pub struct Ended {
    /// The result.
    pub ending: Ending,
    /// The cluster after the decisive step, unless that is the last one.
    there: Option<Session>,
}

impl State {
    /// Starts a run, or continues one that has ended if nothing has happened since.
    pub(super) fn begin_run(&mut self) {
        // Whoever goes on does not want it now.
        self.offers_drop = false;
        if self.ended.is_none() {
            self.began = self.session.at().done;
        }
    }

    /// Reports how a run has ended, and why nothing happens by itself now.
    pub(super) fn tell_ending(&mut self, notice: String) {
        let ended = {
            let engine = self.session.engine();
            let done = &engine.steps()[..engine.cursor()];
            // A run without steps has the result of the previous one.
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

    /// What Why explains: the present, or the decisive step of the last run.
    pub fn explained(&self) -> &Session {
        let there = self.ended.as_ref().and_then(|ended| ended.there.as_ref());
        there.unwrap_or_else(|| self.turns.session(Pane::Why))
    }

    /// The number of the last step, if Why explains another one.
    pub fn explains_past(&self) -> Option<usize> {
        let there = self.ended.as_ref().and_then(|ended| ended.there.as_ref());
        there.map(|_| self.session.at().done)
    }
}
