//! What can be done with the files.

use super::{Faults, Line, Tabs};
use crate::page::action::{Action, LastApply, Pane};
use crate::page::browser;
use crate::page::console::EDITOR;
use crate::page::start::EXAMPLE;
use crate::page::words;
use kubestep::manifests::folder::{self, Joined};
use kubestep::manifests::{self, Diagnostic};
use kubestep::session::NAME;
use std::rc::Rc;

impl Tabs {
    pub(super) fn names(&self) -> Vec<String> {
        self.given.workspace.files.files()
    }

    /// The names of the manifests, in kubectl's order.
    pub(super) fn manifests(&self) -> Vec<String> {
        let mut names = self.names();
        names.retain(|name| folder::is_in("", name, true));
        names.sort_by(|one, other| folder::order(one, other));
        names
    }

    fn text(&self, name: &str) -> Rc<str> {
        self.given.workspace.files.file(name).unwrap_or_default()
    }

    /// The known faults of a file, unless it has changed since.
    pub(super) fn faults_of(&self, name: &str) -> Rc<[Diagnostic]> {
        if let (true, LastApply::Refused { problems, .. }) =
            (name == &*self.given.workspace.name, &self.given.applied)
        {
            return problems.clone();
        }
        let text = self.text(name);
        let mut known = self.faults.iter();
        let found = known.find(|(known, of, _)| &**known == name && Rc::ptr_eq(of, &text));
        found.map_or_else(Rc::default, |(_, _, faults)| faults.clone())
    }

    /// Puts a file into the editor.
    pub(super) fn open(&self, name: &str) {
        if name == &*self.given.workspace.name {
            return;
        }
        // What is wrong with the one before stays known.
        let known = self.faults_of(&self.given.workspace.name);
        let mut faults = (*self.faults).clone();
        faults.retain(|(other, ..)| *other != self.given.workspace.name);
        if !known.is_empty() {
            let text = self.text(&self.given.workspace.name);
            faults.push((self.given.workspace.name.clone(), text, known));
        }
        self.faults.set(faults);
        self.line.set(Line::None);
        self.show(name, self.text(name), self.faults_of(name));
    }

    fn show(&self, name: &str, text: Rc<str>, faults: Rc<[Diagnostic]>) {
        let send = &self.page.send;
        send.emit(Action::File(name.into(), text));
        if !faults.is_empty() {
            send.emit(Action::Refused(faults));
        }
    }

    /// A name that no file has: `manifest-2.yaml`.
    fn free_name(&self) -> String {
        let names = self.names();
        let (stem, end) = NAME.split_once('.').unwrap_or((NAME, ""));
        let candidates = (2..).map(|number| format!("{stem}-{number}.{end}"));
        let mut candidates = std::iter::once(NAME.to_owned()).chain(candidates);
        let free = candidates.find(|name| !names.contains(name));
        free.unwrap_or_default()
    }

    /// Adds an empty file, whose name can be changed at once.
    pub(super) fn add(&self) {
        self.show(&self.free_name(), Rc::default(), Rc::default());
        self.line.set(Line::Rename(None));
    }

    /// Removes the file in the editor; the next one, or an empty one, comes into it.
    pub(super) fn remove(&self) {
        let (names, name) = (self.names(), &self.given.workspace.name);
        if names.len() == 1 && **name == *NAME {
            return self.page.send.emit(Action::Edit(Rc::default()));
        }
        let at = names.iter().position(|other| **other == **name);
        let at = at.unwrap_or_default();
        let next = names
            .get(at + 1)
            .or_else(|| names.get(at.checked_sub(1)?))
            .cloned()
            .unwrap_or_else(|| self.free_name());
        let text = self.text(name);
        self.show(&next, self.text(&next), self.faults_of(&next));
        self.page.send.emit(Action::RemoveFile(name.clone()));
        self.line.set(Line::Removed(name.clone(), text));
        self.focus.set(Some(next.as_str().into()));
    }

    /// Brings back the file that was removed.
    pub(super) fn restore(&self, name: &Rc<str>, text: &Rc<str>) {
        self.show(name, text.clone(), Rc::default());
        self.line.set(Line::None);
        self.focus.set(Some(name.clone()));
    }

    /// Renames the file in the editor, unless the name is taken or none at all.
    pub(super) fn rename(&self, entered: &str) {
        let (before, name) = (
            &self.given.workspace.name,
            entered.trim().trim_start_matches("./"),
        );
        let is_name = !name.is_empty()
            && name.split('/').all(|part| !["", ".", ".."].contains(&part))
            && !["-", EDITOR].contains(&name)
            && !name.chars().any(char::is_control);
        let refusal = match (name == &**before, is_name) {
            (true, _) => None,
            (_, false) => Some(self.page.say(&words::FILE_NAME_BAD).to_owned()),
            (_, true) => {
                let is_taken = self.names().iter().any(|other| other == name);
                is_taken.then(|| self.page.fill(&words::FILE_NAME_TAKEN, &[("name", &name)]))
            }
        };
        if refusal.is_some() {
            return self.line.set(Line::Rename(refusal));
        }
        if name != &**before {
            self.show(name, self.text(before), self.faults_of(before));
            self.page.send.emit(Action::RemoveFile(before.clone()));
        }
        self.line.set(Line::None);
        self.focus.set(Some(name.into()));
    }

    /// Applies all manifests, or shows what is wrong with the first one that is refused.
    pub(super) fn apply_all(&self) {
        let names = self.manifests();
        let texts: Vec<Rc<str>> = names.iter().map(|name| self.text(name)).collect();
        let each = names.iter().zip(&texts);
        let joined = Joined::of(each.map(|(name, text)| (name.as_str(), &**text)));
        let session = &self.given.session;
        let tried = session.attempt(|engine| manifests::preview(engine, &joined.text));
        let Err(found) = tried else {
            self.faults.set(Vec::new());
            return self.page.send.emit(Action::ApplyAll(joined.text.into()));
        };
        let mut faults: Vec<(usize, Vec<Diagnostic>)> = Vec::new();
        for mut fault in found {
            let (file, line) = joined.place(fault.line);
            fault.line = line;
            match faults.iter_mut().find(|(known, _)| *known == file) {
                Some((_, known)) => known.push(fault),
                None => faults.push((file, vec![fault])),
            }
        }
        let faults = faults.into_iter().filter_map(|(file, faults)| {
            let (name, text) = (names.get(file)?, texts.get(file)?);
            Some((name.as_str().into(), text.clone(), faults.into()))
        });
        let faults: Vec<Faults> = faults.collect();
        if let Some((name, text, first)) = faults.first() {
            match *name == self.given.workspace.name {
                true => self.page.send.emit(Action::Refused(first.clone())),
                false => self.show(name, text.clone(), first.clone()),
            }
        }
        self.faults.set(faults);
    }

    /// Takes the files that were dropped or chosen.
    pub(super) fn take_brought(&self) {
        while let Some(files) = browser::written() {
            self.bring(files);
        }
    }

    /// Opens files. Those that are the state of a cluster, which go together, are a single one.
    fn bring(&self, mut files: Vec<(String, Rc<str>)>) {
        files.sort_by(|(one, _), (other, _)| folder::order(one, other));
        let send = &self.page.send;
        let together = || {
            let each = files.iter().map(|(name, text)| (name.as_str(), &**text));
            match files.as_slice() {
                [(_, text)] => text.clone(),
                _ => Joined::of(each).text.into(),
            }
        };
        if !self.given.is_own {
            send.emit(Action::Edit(together()));
            return send.emit(Action::Show(Pane::Manifests));
        }
        let is_state = self.given.sessions.is_some_and(|sessions| {
            let served = (sessions.served)(&together());
            (sessions.is_foreign)(self.given.session.engine().store(), &served)
        });
        if is_state && files.len() > 1 {
            files = vec![("state.txt".to_owned(), together())];
        }
        let size = files.iter().map(|(_, text)| text.len()).sum();
        if !self.given.workspace.files.has_room(size) {
            return self.line.set(Line::TooLarge);
        }
        let shown = &self.given.workspace.name;
        let own = self.text(shown);
        let gives_way = own.trim().is_empty() || &*own == EXAMPLE;
        for (name, text) in &files {
            match **name == **shown {
                true => self.show(name, text.clone(), Rc::default()),
                false => self.given.workspace.files.put(name, text.clone()),
            }
        }
        if let Some((name, text)) = files.first() {
            self.show(name, text.clone(), Rc::default());
        }
        if gives_way && files.iter().all(|(name, _)| **name != **shown) {
            send.emit(Action::RemoveFile(shown.clone()));
        }
        self.line.set(Line::None);
        send.emit(Action::Show(Pane::Manifests));
    }
}
