//! The files of kustomizations: a directory is what the names of files begin with.

use super::text;
use crate::manifests::Failure;
use std::collections::BTreeSet;

/// The names that a kustomization can have.
const NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// Beginnings of addresses, all of which kustomize fetches.
const REMOTE: [&str; 8] = [
    "http://",
    "https://",
    "ssh://",
    "git::",
    "git@",
    "file://",
    "github.com/",
    "github.com:",
];

/// All files, and what was read of them.
pub(super) struct KustomizeFiles<'f> {
    files: Vec<(String, &'f (String, String))>,
    /// The names of the files that were read.
    pub read: BTreeSet<String>,
}

impl<'f> KustomizeFiles<'f> {
    /// These files, by name and content.
    pub fn new(files: &'f [(String, String)]) -> Self {
        let named = |file: &'f (String, String)| Some((joined("", &file.0)?, file));
        Self {
            files: files.iter().filter_map(named).collect(),
            read: BTreeSet::new(),
        }
    }

    fn content(&mut self, path: &str) -> Option<String> {
        let (_, (name, content)) = self.files.iter().find(|(known, _)| known == path)?;
        self.read.insert(name.clone());
        Some(content.clone())
    }

    /// Whether there is a file of this name.
    pub fn is_file(&self, path: &str) -> bool {
        self.files.iter().any(|(name, _)| name == path)
    }

    /// Whether a path is the beginning of a file's name.
    fn is_directory(&self, path: &str) -> bool {
        let is_below = |name: &str| name != path && is_within(name, path);
        path.is_empty() || self.files.iter().any(|(name, _)| is_below(name))
    }

    /// The directory at a path, which messages also show as it was written.
    ///
    /// # Errors
    /// There is none.
    pub fn directory(&self, path: Option<String>, written: &str) -> Result<String, Failure> {
        let wrong = |fault: String| Err(text(&format!("must build at directory: {fault}")));
        match path {
            Some(path) if self.is_directory(&path) => Ok(path),
            Some(path) if self.is_file(&path) => {
                wrong(format!("'{written}': file is not directory"))
            }
            path => {
                let full = path.as_deref().unwrap_or(written);
                wrong(format!(
                    "not a valid directory: evalsymlink failure on '{written}' : lstat {full}: no such file or directory"
                ))
            }
        }
    }

    /// The content of the kustomization in a directory.
    ///
    /// # Errors
    /// There is none, or more than one.
    pub fn kustomization(&mut self, root: &str) -> Result<String, Failure> {
        let paths = NAMES.iter().filter_map(|name| joined(root, name));
        let mut found: Vec<String> = paths.filter(|path| self.is_file(path)).collect();
        match (found.pop(), found.is_empty()) {
            (Some(path), true) => Ok(self.content(&path).unwrap_or_default()),
            (Some(_), false) => {
                let root = shown(root);
                Err(text(&format!(
                    "Found multiple kustomization files under: {root}\n"
                )))
            }
            (None, _) => Err(text(&format!(
                "unable to find one of '{}', '{}' or '{}' in directory '{}'",
                NAMES[0],
                NAMES[1],
                NAMES[2],
                shown(root)
            ))),
        }
    }
}

/// A directory with its kustomization.
pub(super) struct Directory<'s, 'f> {
    pub source: &'s mut KustomizeFiles<'f>,
    pub root: &'s str,
}

impl Directory<'_, '_> {
    /// The content of a file, which has to be in or below the directory.
    ///
    /// # Errors
    /// There is none, or it is elsewhere.
    pub fn load(&mut self, path: &str) -> Result<String, Failure> {
        if is_remote(path) {
            return Err(Failure::NotSimulated(format!(
                "a URL in a kustomization: {path}"
            )));
        }
        let full = joined(self.root, path);
        let name = full.as_deref().unwrap_or(path);
        if full
            .as_deref()
            .is_some_and(|full| self.source.is_directory(full) && !self.source.is_file(full))
        {
            return Err(text(&format!("'{name}' must resolve to a file")));
        }
        if !self.source.is_file(name) {
            return Err(text(&format!(
                "evalsymlink failure on '{name}' : lstat {name}: no such file or directory"
            )));
        }
        if !is_within(name, self.root) {
            let root = shown(self.root);
            let fault = format!("security; file '{name}' is not in or below '{root}'");
            return Err(text(&fault));
        }
        Ok(self.source.content(name).unwrap_or_default())
    }
}

/// Whether a path is an address.
pub(super) fn is_remote(path: &str) -> bool {
    REMOTE.iter().any(|scheme| path.starts_with(scheme)) || path.contains("?ref=")
}

/// Whether a path is a directory or in it.
pub(super) fn is_within(path: &str, directory: &str) -> bool {
    let rest = path.strip_prefix(directory);
    rest.is_some_and(|rest| directory.is_empty() || rest.is_empty() || rest.starts_with('/'))
}

/// A directory as it is written in messages.
pub(super) fn shown(directory: &str) -> &str {
    if directory.is_empty() { "." } else { directory }
}

/// A path from a directory on, without `.` and `..`; `None` if it leads out of the directory of all files.
pub(crate) fn joined(directory: &str, path: &str) -> Option<String> {
    let mut names: Vec<&str> = Vec::new();
    let start = if path.starts_with('/') { "" } else { directory };
    for name in start.split('/').chain(path.split('/')) {
        match name {
            "" | "." => {}
            ".." => {
                names.pop()?;
            }
            name => names.push(name),
        }
    }
    Some(names.join("/"))
}
