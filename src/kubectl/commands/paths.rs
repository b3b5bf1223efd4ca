//! The files that `-f` names: a file, or the manifests in a directory.

use super::{Invocation, find};
use crate::api::go::quote;
use crate::api::light;
use crate::manifests::folder::{self, EXTENSIONS, is_in};
use crate::manifests::{Failure, kustomize};
use crate::versions::Version;

/// A file: its name, and its content.
type File = (String, String);

/// The files that a path names, in the order in which kubectl reads them: their names in messages, and their contents.
///
/// # Errors
/// There is neither a file nor a directory of this name.
pub(super) fn files<'f>(
    files: &'f [File],
    path: &'f str,
    is_recursive: bool,
) -> Result<Vec<(&'f str, &'f str)>, Failure> {
    let is_url = ["http://", "https://"]
        .iter()
        .any(|scheme| path.starts_with(scheme));
    if is_url {
        return Err(Failure::NotSimulated(format!("-f with a URL: {path}")));
    }
    // What `-k` has built has the name of its directory.
    if let Some((_, text)) = files.iter().find(|(name, _)| name == path) {
        return Ok(vec![(path, text)]);
    }
    let Some(full) = kustomize::joined("", path) else {
        return Err(Failure::NotSimulated(format!(
            "-f with a directory: {path}"
        )));
    };
    let has_name = |file: &&File| kustomize::joined("", &file.0).as_deref() == Some(&full);
    match files.iter().find(has_name) {
        Some((_, text)) if !path.ends_with('/') => return Ok(vec![(path, text)]),
        _ => {}
    }
    let is_below = |file: &File| folder::below(&full, &file.0).is_some();
    if !full.is_empty() && !files.iter().any(is_below) {
        return Err(Failure::Usage(format!(
            "the path {} does not exist",
            quote(path)
        )));
    }
    let mut found: Vec<&File> = files
        .iter()
        .filter(|file| is_in(&full, &file.0, is_recursive))
        .collect();
    light::sort(&mut found, |one, other| folder::order(&one.0, &other.0));
    found.dedup_by(|one, other| one.0 == other.0);
    let found = found
        .into_iter()
        .map(|(name, text)| (name.as_str(), text.as_str()));
    Ok(found.collect())
}

/// The error if no path names a file.
pub(super) fn nothing<'p>(paths: impl Iterator<Item = &'p str>) -> Failure {
    let paths: Vec<&str> = paths.collect();
    Failure::Usage(format!(
        "error reading [{}]: recognized file extensions are [{}]",
        paths.join(" "),
        EXTENSIONS.join(" ")
    ))
}

/// Whether `-f` of a command reads a file by naming a directory.
pub(in crate::kubectl) fn by_directory(words: &[String]) -> impl Fn(&str) -> bool {
    let invocation = find(words).ok().and_then(|(command, words)| {
        Invocation::parse(Version::default(), command.path, command.flags, &words).ok()
    });
    let directories = invocation.map_or_else(Vec::new, |invocation| {
        let is_recursive = invocation.switch("recursive", false);
        let paths = invocation.values("filename");
        let directories = paths.filter_map(|path| kustomize::joined("", path));
        directories.map(|path| (path, is_recursive)).collect()
    });
    move |name| {
        directories
            .iter()
            .any(|(directory, is_recursive)| is_in(directory, name, *is_recursive))
    }
}
