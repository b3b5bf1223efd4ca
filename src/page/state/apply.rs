//! Applying the manifests, and mending them.

use super::{Activity, LastApply, Pane, State};
use crate::page::sessions::Sessions;
use crate::page::words;
use kubestep::manifests::{self, Diagnostic};
use std::rc::Rc;

impl State {
    /// Applies the manifests, or saves the object that is being edited.
    pub(super) fn apply(&mut self) {
        self.running = Activity::Idle;
        if self.save_edit() {
            return;
        }
        if let Some(sessions) = self.sessions.filter(|_| self.holds_state()) {
            return self.start_from_state(sessions);
        }
        if let Err(diagnostics) = self.apply_text(&self.manifests.clone()) {
            self.announce_fault(&diagnostics);
            let engine = self.session.engine();
            let namespace = engine.kubeconfig().current_namespace();
            let mended =
                manifests::mended(engine.store(), &self.manifests, namespace, &diagnostics);
            self.applied = LastApply::Refused {
                problems: diagnostics.into(),
                mended: mended.map(Rc::new),
            };
        }
    }

    /// Applies a text: that in the editor, or those of several files, which were tried before.
    pub(super) fn apply_text(&mut self, text: &str) -> Result<(), Vec<Diagnostic>> {
        self.running = Activity::Idle;
        let ahead = self.ahead();
        let told = manifests::apply(&mut self.session.engine.borrow_mut(), text)?;
        self.changed();
        self.notice.clear();
        let lines = told.iter().map(|told| told.text(self.language));
        self.announcement = lines.collect::<Vec<String>>().join(" ");
        self.applied = LastApply::Done(told.into());
        self.edited = false;
        // If only one pane is shown, show the result.
        self.show(Pane::Cluster);
        self.tell_new_future(ahead);
        Ok(())
    }

    /// Announces the first fault.
    pub(super) fn announce_fault(&mut self, diagnostics: &[Diagnostic]) {
        let first = diagnostics.first();
        let first = first.map(|first| format!("{}:{} {}", first.line, first.column, first.message));
        self.announcement = first.unwrap_or_default();
    }

    /// Whether the user has changed the manifests since they were applied, or refused.
    pub fn is_edited(&self) -> bool {
        let is_open = matches!(self.applied, LastApply::Not) && self.console.editing().is_none();
        self.edited && is_open
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
                self.applied = LastApply::Started(started.into());
                self.edited = false;
                self.show(Pane::Cluster);
                self.show(Pane::Diagnosis);
                self.tell_new_future(ahead);
            }
            Err(diagnostics) => {
                self.session.change().jump(position);
                self.refuse_state(diagnostics);
            }
        }
    }

    /// Replaces the names in the editor's text, which is the state of a cluster.
    pub(super) fn redact(&mut self) {
        let Some(sessions) = self.sessions else {
            return;
        };
        match (sessions.redact)(&self.manifests) {
            Ok(text) => {
                self.edited = true;
                self.manifests = text.into();
                self.applied = LastApply::Not;
                self.announcement = words::STATE_REDACTED.text(self.language).to_owned();
            }
            Err(diagnostics) => self.refuse_state(diagnostics),
        }
        self.show(Pane::Manifests);
    }

    /// Shows the faults of a state.
    fn refuse_state(&mut self, diagnostics: Vec<Diagnostic>) {
        self.announce_fault(&diagnostics);
        self.applied = LastApply::Refused {
            problems: diagnostics.into(),
            mended: None,
        };
    }

    /// Applies the manifests with the refused documents commented out.
    pub(super) fn mend(&mut self) {
        if let LastApply::Refused { mended, .. } = &mut self.applied
            && let Some(mended) = mended.take()
        {
            self.manifests = mended.text().into();
            self.apply();
        }
    }
}
