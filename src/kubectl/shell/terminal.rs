//! What a shell remembers between its command lines: variables, and files, which the page shows too.

use litemap::LiteMap;
use std::cell::RefCell;
use std::rc::Rc;

/// Maximum size of all files and variables, in bytes.
const SIZE_MAX: usize = 4 << 20;

/// The variables and files of a shell, shared by its command lines. They are not part of the cluster: going back in time
/// leaves them alone.
#[derive(Debug, Clone, Default)]
pub struct Terminal(Rc<RefCell<Memory>>);

impl PartialEq for Terminal {
    /// Equal only to itself.
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

#[derive(Debug, Default)]
struct Memory {
    variables: LiteMap<String, String>,
    files: LiteMap<String, Rc<str>>,
    /// Number of changes of files.
    changes: u64,
}

impl Memory {
    fn size(&self) -> usize {
        let variables = self.variables.values().map(String::len);
        let files = self.files.values().map(|text| text.len());
        variables.chain(files).sum()
    }
}

impl Terminal {
    /// The value of a variable; empty if it is not set.
    #[must_use]
    pub fn variable(&self, name: &str) -> String {
        let memory = self.0.borrow();
        memory.variables.get(name).cloned().unwrap_or_default()
    }

    /// Sets a variable, unless there is no room for it.
    pub(super) fn set(&self, name: &str, value: String) {
        let mut memory = self.0.borrow_mut();
        if memory.size() + value.len() <= SIZE_MAX {
            memory.variables.insert(name.to_owned(), value);
        }
    }

    /// Removes a variable.
    pub(super) fn unset(&self, name: &str) {
        self.0.borrow_mut().variables.remove(name);
    }

    /// The content of a file.
    #[must_use]
    pub fn file(&self, name: &str) -> Option<Rc<str>> {
        self.0.borrow().files.get(plain(name)).cloned()
    }

    /// The names of the files, in order.
    #[must_use]
    pub fn files(&self) -> Vec<String> {
        self.0.borrow().files.keys().cloned().collect()
    }

    /// A number that grows with each change of a file.
    #[must_use]
    pub fn changes(&self) -> u64 {
        self.0.borrow().changes
    }

    /// Whether there is room for a text of this length, in bytes.
    #[must_use]
    pub fn has_room(&self, length: usize) -> bool {
        self.0.borrow().size() + length <= SIZE_MAX
    }

    /// Writes a file, or replaces its content.
    pub fn put(&self, name: &str, text: Rc<str>) {
        let mut memory = self.0.borrow_mut();
        let name = plain(name);
        let before = memory.files.get(name);
        if before.is_none_or(|before| !Rc::ptr_eq(before, &text)) {
            memory.changes += 1;
            memory.files.insert(name.to_owned(), text);
        }
    }

    /// Removes a file; returns its content.
    pub fn remove(&self, name: &str) -> Option<Rc<str>> {
        let mut memory = self.0.borrow_mut();
        memory.changes += 1;
        memory.files.remove(plain(name))
    }

    /// Writes a file, or appends to it. Returns whether there is room for it.
    pub(super) fn write(&self, name: &str, text: &str, appends: bool) -> bool {
        if !self.has_room(text.len()) {
            return false;
        }
        let before = self.file(name).filter(|_| appends);
        match before {
            Some(_) if text.is_empty() => {}
            Some(before) => self.put(name, format!("{before}{text}").into()),
            None => self.put(name, text.into()),
        }
        true
    }
}

/// The name of a file in the only directory that there is.
fn plain(name: &str) -> &str {
    name.trim_start_matches("./")
}
