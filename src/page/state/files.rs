//! The files of the page. The console's shell has the same ones; of the one in the editor the editor has the text.

use super::{LastApply, State};
use crate::page::console::Terminal;
use crate::page::sessions::Workspace;
use kubestep::manifests::Diagnostic;
use kubestep::session::NAME;
use std::rc::Rc;

impl State {
    /// The user's manifests, even while an object or a scenario is in the editor.
    pub fn own_manifests(&self) -> &Rc<str> {
        let stands_aside = self.kept.as_ref().or(self.aside.as_ref());
        stands_aside.unwrap_or(&self.manifests)
    }

    /// Whether the editor has a file rather than an object or the text of a scenario.
    pub fn shows_file(&self) -> bool {
        self.kept.is_none() && self.aside.is_none()
    }

    /// The files, with what was typed into the one in the editor.
    pub fn files(&self) -> &Terminal {
        let files = &self.console.terminal;
        files.put(&self.file, self.own_manifests().clone());
        files
    }

    /// The files, and the name of the one in the editor.
    pub fn workspace(&self) -> Workspace {
        let files = self.files();
        Workspace {
            files: files.clone(),
            changes: files.changes(),
            name: self.file.clone(),
        }
    }

    /// Whether there are files beside the one that there is at first.
    pub fn has_files(&self) -> bool {
        let names = self.files().files();
        names.iter().any(|name| name != NAME)
    }

    /// Takes over what the console has written into the file in the editor. If that was removed, the first one, or an
    /// empty one, comes into it.
    pub(super) fn follow_file(&mut self) {
        let files = &self.console.terminal;
        let text = files.file(&self.file).unwrap_or_else(|| {
            let first = files.files().into_iter().next();
            self.file = first.as_deref().unwrap_or(NAME).into();
            files.file(&self.file).unwrap_or_default()
        });
        if *text == **self.own_manifests() {
            return;
        }
        match self.kept.as_mut().or(self.aside.as_mut()) {
            Some(own) => *own = text,
            None => {
                self.manifests = text;
                self.applied = LastApply::Not;
            }
        }
    }

    /// Puts a file into the editor; what was typed into the one before stays in that.
    pub(super) fn open_file(&mut self, name: Rc<str>, text: Rc<str>) {
        if !self.shows_file() {
            return;
        }
        self.files();
        (self.file, self.manifests) = (name, text);
        (self.lit, self.field, self.edited) = ((0, None), None, false);
        self.applied = LastApply::Not;
    }

    /// Removes a file that is not in the editor.
    pub(super) fn remove_file(&self, name: &str) {
        if name != &*self.file {
            self.console.terminal.remove(name);
        }
    }

    /// Shows the faults of the file in the editor.
    pub(super) fn show_faults(&mut self, faults: Rc<[Diagnostic]>) {
        self.announce_fault(&faults);
        self.applied = LastApply::Refused {
            problems: faults,
            mended: None,
        };
    }
}
