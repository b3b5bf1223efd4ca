//! Applying the manifests, and mending them.

use super::{Applied, Pane, Running, State};
use crate::page::sessions::Sessions;
use crate::page::words;
use kubestep::manifests::{self, Diagnostic};
use std::rc::Rc;

impl State {
    /// Applies the manifests, or saves the object that is being edited.
    pub(super) fn apply(&mut self) {
        self.running = Running::Idle;
        if self.save_edit() {
            return;
        }
        if let Some(sessions) = self.sessions.filter(|_| self.holds_state()) {
            return self.start_from_state(sessions);
        }
        let ahead = self.ahead();
        let result = manifests::apply(&mut self.session.engine.borrow_mut(), &self.manifests);
        match result {
            Ok(told) => {
                self.changed();
                self.notice.clear();
                let lines = told.iter().map(|told| told.text(self.language));
                self.announcement = lines.collect::<Vec<String>>().join(" ");
                self.applied = Applied::Done(told.into());
                self.edited = false;
                // If only one pane is shown, show the result.
                self.show(Pane::Cluster);
                self.tell_new_future(ahead);
            }
            Err(diagnostics) => {
                self.announce_fault(&diagnostics);
                let engine = self.session.engine();
                let namespace = engine.kubeconfig().current_namespace();
                let mended =
                    manifests::mended(engine.store(), &self.manifests, namespace, &diagnostics);
                self.applied = Applied::Refused {
                    problems: diagnostics.into(),
                    mended: mended.map(Rc::new),
                };
            }
        }
    }

    /// Announces the first fault.
    fn announce_fault(&mut self, diagnostics: &[Diagnostic]) {
        let first = diagnostics.first();
        let first = first.map(|first| format!("{}:{} {}", first.line, first.column, first.message));
        self.announcement = first.unwrap_or_default();
    }

    /// Whether the editor holds the state of another cluster rather than manifests or an object being edited.
    pub fn holds_state(&self) -> bool {
        let Some(sessions) = self.sessions.filter(|_| self.console.editing().is_none()) else {
            return false;
        };
        let mut known = self.served.borrow_mut();
        if !Rc::ptr_eq(&known.0, &self.manifests) {
            *known = (self.manifests.clone(), (sessions.served)(&self.manifests));
        }
        (sessions.is_foreign)(self.session.engine().store(), &known.1)
    }

    /// Starts the cluster from the state of another one, on a timeline of its own.
    fn start_from_state(&mut self, sessions: Sessions) {
        let ahead = self.ahead();
        let position = self.session.engine().cursor();
        self.session.change().jump(0);
        let result = (sessions.start)(&mut self.session.engine.borrow_mut(), &self.manifests);
        match result {
            Ok(started) => {
                self.changed();
                self.notice.clear();
                let count = started.objects;
                self.announcement = words::STATE_STARTED.with(self.language, &[("count", &count)]);
                self.applied = Applied::Started(started.into());
                self.edited = false;
                self.show(Pane::Cluster);
                self.show(Pane::Diagnosis);
                self.tell_new_future(ahead);
            }
            Err(diagnostics) => {
                self.session.change().jump(position);
                self.announce_fault(&diagnostics);
                self.applied = Applied::Refused {
                    problems: diagnostics.into(),
                    mended: None,
                };
            }
        }
    }

    /// Applies the manifests with the refused documents commented out.
    pub(super) fn mend(&mut self) {
        if let Applied::Refused { mended, .. } = &mut self.applied
            && let Some(mended) = mended.take()
        {
            self.manifests = mended.text().into();
            self.apply();
        }
    }
}
