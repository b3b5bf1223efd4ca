//! Detects changes by polling: checking the few hundred watched files takes a millisecond or two, works on every
//! system and file system, and needs no library.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// The files of the checkout that the page is built from.
const WATCHED: [&str; 6] = [
    "src",
    "www",
    "index.html",
    "build.rs",
    "Cargo.toml",
    "Cargo.lock",
];

/// Not part of the page: the sources of the editor's bundle.
const IGNORED: [&str; 1] = ["www/editor"];

/// Polling interval.
const PAUSE: Duration = Duration::from_millis(300);

/// Modification time and length of each file.
type State = BTreeMap<PathBuf, (Option<SystemTime>, u64)>;

/// Watches the sources of a checkout.
pub struct Watch {
    root: PathBuf,
    last: State,
}

impl Watch {
    /// Starts with the current state of the files.
    pub fn new(root: &Path) -> Self {
        Self {
            root: root.to_path_buf(),
            last: state(root),
        }
    }

    /// Waits until something has changed, and then until nothing has for a moment.
    pub fn wait(&mut self) {
        let before = std::mem::take(&mut self.last);
        loop {
            std::thread::sleep(PAUSE);
            let now = state(&self.root);
            let at_rest = now == self.last;
            self.last = now;
            if at_rest && self.last != before {
                return;
            }
        }
    }
}

fn state(root: &Path) -> State {
    let mut state = State::new();
    for name in WATCHED {
        look(root, &root.join(name), &mut state);
    }
    state
}

/// A file that disappears meanwhile counts as missing.
fn look(root: &Path, path: &Path, state: &mut State) {
    if IGNORED.iter().any(|ignored| path == root.join(ignored)) {
        return;
    }
    let Ok(about) = path.metadata() else { return };
    if !about.is_dir() {
        state.insert(path.to_path_buf(), (about.modified().ok(), about.len()));
        return;
    }
    for entry in std::fs::read_dir(path).into_iter().flatten().flatten() {
        look(root, &entry.path(), state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_detected_except_ignored_ones() {
        let root = std::env::temp_dir().join(format!("kubestep-watch-{}", std::process::id()));
        for folder in ["src/page", "www/editor"] {
            std::fs::create_dir_all(root.join(folder)).expect("a temporary folder");
        }
        let write = |file: &str, text: &str| std::fs::write(root.join(file), text).expect("a file");
        write("src/page/a.rs", "1");
        let before = state(&root);
        write("www/editor/editor.js", "1");
        write("README.md", "1");
        assert_eq!(state(&root), before);
        let mut watch = Watch::new(&root);
        write("src/page/b.rs", "1");
        watch.wait();
        assert_eq!(watch.last.len(), before.len() + 1);
        write("src/page/a.rs", "two");
        watch.wait();
        std::fs::remove_file(root.join("src/page/a.rs")).expect("the file can be removed");
        watch.wait();
        assert_eq!(watch.last.len(), before.len());
        std::fs::remove_dir_all(&root).expect("the folder can be removed");
    }
}
