//! What a shell remembers between its command lines: variables and files.

use litemap::LiteMap;
use std::cell::RefCell;
use std::rc::Rc;

/// Maximum size of all files and variables, in bytes.
const SIZE_MAX: usize = 4 << 20;

/// The variables and files of a shell, shared by its command lines. They are not part of the cluster: going back in time
/// leaves them alone.
#[derive(Debug, Clone, Default)]
pub struct Terminal(Rc<RefCell<Memory>>);

#[derive(Debug, Default)]
struct Memory {
    variables: LiteMap<String, String>,
    files: LiteMap<String, String>,
}

impl Memory {
    fn size(&self) -> usize {
        let both = self.variables.values().chain(self.files.values());
        both.map(String::len).sum()
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
    pub fn file(&self, name: &str) -> Option<String> {
        self.0.borrow().files.get(plain(name)).cloned()
    }

    /// The names of the files, in order.
    #[must_use]
    pub fn files(&self) -> Vec<String> {
        self.0.borrow().files.keys().cloned().collect()
    }

    /// Writes a file, or appends to it. Returns whether there is room for it.
    pub(super) fn write(&self, name: &str, text: &str, appends: bool) -> bool {
        let mut memory = self.0.borrow_mut();
        let name = plain(name);
        if memory.size() + text.len() > SIZE_MAX {
            return false;
        }
        match memory.files.get_mut(name).filter(|_| appends) {
            Some(file) => file.push_str(text),
            None => drop(memory.files.insert(name.to_owned(), text.to_owned())),
        }
        true
    }
}

/// The name of a file in the only directory that there is.
fn plain(name: &str) -> &str {
    name.trim_start_matches("./")
}
