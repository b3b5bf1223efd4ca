//! The manifests of several files, in the order in which kubectl reads a directory (`ExpandPathsToFileVisitors` in
//! `staging/src/k8s.io/cli-runtime/pkg/resource/visitor.go`). A directory is what the names of files begin with.

use std::cmp::Ordering;

/// Endings of the names of files that are read in directories.
pub const EXTENSIONS: [&str; 3] = [".json", ".yaml", ".yml"];

/// Whether a directory's manifests include a file; the empty name is the directory of all files.
#[must_use]
pub fn is_in(directory: &str, name: &str, is_recursive: bool) -> bool {
    let is_manifest = EXTENSIONS.iter().any(|extension| name.ends_with(extension));
    let rest = below(directory, name);
    is_manifest && rest.is_some_and(|rest| is_recursive || !rest.contains('/'))
}

/// The name of a file from a directory on; `None` if it is elsewhere.
#[must_use]
pub fn below<'n>(directory: &str, name: &'n str) -> Option<&'n str> {
    let name = name.trim_start_matches("./");
    match directory {
        "" => Some(name),
        _ => name.strip_prefix(directory)?.strip_prefix('/'),
    }
}

/// The order of two files.
#[must_use]
pub fn order(one: &str, other: &str) -> Ordering {
    one.split('/').cmp(other.split('/'))
}

/// The texts of several files as one, which is applied as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Joined {
    /// The text.
    pub text: String,
    /// The number of lines before the text of each file.
    before: Vec<u32>,
}

impl Joined {
    /// Joins files, given by name and text.
    pub fn of<'f>(files: impl IntoIterator<Item = (&'f str, &'f str)>) -> Self {
        let mut all = Self::default();
        let mut lines = 0;
        for (name, text) in files {
            let start = if all.before.is_empty() { "" } else { "---\n" };
            let head = format!("{start}# Source: {name}\n");
            lines += count(&head);
            all.before.push(lines);
            all.text.push_str(&head);
            all.text.push_str(text);
            if !text.is_empty() && !text.ends_with('\n') {
                all.text.push('\n');
            }
            lines = count(&all.text);
        }
        all
    }

    /// The index of the file that a line belongs to, and the line there. Lines are counted from 1.
    #[must_use]
    pub fn place(&self, line: u32) -> (usize, u32) {
        let files = self.before.iter().enumerate().rev();
        let mut found = files.filter(|(_, before)| **before < line);
        let found = found.next();
        found.map_or((0, line), |(place, before)| (place, line - before))
    }
}

fn count(text: &str) -> u32 {
    u32::try_from(text.matches('\n').count()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directories_contain_manifests() {
        assert!(is_in("", "web.yaml", false) && is_in("", "./web.yml", false));
        assert!(is_in("k8s", "k8s/web.json", false) && is_in("", "k8s/web.json", true));
        assert!(!is_in("", "k8s/web.json", false) && !is_in("", "notes.txt", true));
        assert!(!is_in("k8", "k8s/web.json", true) && !is_in("k8s", "k8s", true));
    }

    #[test]
    fn files_are_in_the_order_of_a_walk() {
        let mut names = ["b.yaml", "a-b/x.yaml", "a/x.yaml", "a.yaml"];
        names.sort_by(|one, other| order(one, other));
        assert_eq!(names, ["a/x.yaml", "a-b/x.yaml", "a.yaml", "b.yaml"]);
    }

    #[test]
    fn lines_are_found_in_their_files() {
        let joined = Joined::of([("a", "1\n2"), ("b", ""), ("c", "1\n2\n")]);
        let text = "# Source: a\n1\n2\n---\n# Source: b\n---\n# Source: c\n1\n2\n";
        assert_eq!(joined.text, text);
        let places = [2, 3, 8, 9].map(|line| joined.place(line));
        assert_eq!(places, [(0, 1), (0, 2), (2, 1), (2, 2)]);
        assert_eq!(joined.place(1), (0, 1));
    }
}
