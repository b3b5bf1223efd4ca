//! Applying the manifests, and mending them.

use super::{Applied, Pane, Running, State};
use kubestep::manifests;
use std::rc::Rc;

impl State {
    /// Applies the manifests, or saves the object that is being edited.
    pub(super) fn apply(&mut self) {
        self.running = Running::Idle;
        if self.save_edit() {
            return;
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
                let first = diagnostics
                    .first()
                    .map(|first| format!("{}:{} {}", first.line, first.column, first.message));
                self.announcement = first.unwrap_or_default();
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
