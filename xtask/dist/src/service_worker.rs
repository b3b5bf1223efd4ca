//! Completes the site's service worker: the files it caches for offline use, and the version of the cache.

use std::path::Path;

use anyhow::{Result, ensure};
use sha2::{Digest, Sha256};

use crate::files::{File, files, read_text, write};

/// The worker's file in the site.
const NAME: &str = "sw.js";

/// Files that the page does not load: the worker itself, and the element for other pages.
const NOT_KEPT: [&str; 2] = [NAME, "kube-step.js"];

/// The version's placeholder in `www/sw.js`. If it is not replaced, the worker unregisters itself.
const VERSION_LINE: &str = "const VERSION = null;";

/// The files' placeholder in `www/sw.js`.
const FILES_LINE: &str = "const FILES = [];";

/// Fills version and files into the worker of a built site.
pub fn complete(folder: &Path) -> Result<()> {
    let path = folder.join(NAME);
    let template = read_text(&path)?;
    let mut files = files(folder)?;
    files.retain(|file| !NOT_KEPT.contains(&&*file.name));
    let worker = completed(&template, &files)?;
    write(&path, worker)
}

fn completed(template: &str, files: &[File]) -> Result<String> {
    for line in [VERSION_LINE, FILES_LINE] {
        ensure!(
            template.matches(line).count() == 1,
            "www/sw.js must contain `{line}` once: the build replaces it"
        );
    }
    let list: String = files
        .iter()
        .map(|file| format!("\n  {},", quoted(address(&file.name))))
        .collect();
    let version = format!("const VERSION = \"{}\";", version(template, files));
    Ok(template
        .replace(VERSION_LINE, &version)
        .replace(FILES_LINE, &format!("const FILES = [{list}\n];")))
}

/// The page itself is cached under the address that users open.
fn address(name: &str) -> &str {
    if name == "index.html" { "./" } else { name }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A version that changes with any byte of the site, including the worker, and with nothing else.
fn version(template: &str, files: &[File]) -> String {
    let mut hash = Sha256::new();
    hash.update(template.as_bytes());
    for file in files {
        hash.update(file.name.as_bytes());
        hash.update([0]);
        hash.update(Sha256::digest(&file.content));
    }
    let digest = hash.finalize();
    digest[..8]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEMPLATE: &str = include_str!("../../../www/sw.js");

    fn site(content: &str) -> Vec<File> {
        ["index.html", "page-0123.js"]
            .into_iter()
            .map(|name| File {
                name: name.to_owned(),
                content: content.as_bytes().to_vec(),
            })
            .collect()
    }

    #[test]
    fn the_worker_in_www_can_be_completed() {
        let worker = completed(TEMPLATE, &site("x")).expect("the template has both lines");
        assert!(!worker.contains(VERSION_LINE) && !worker.contains(FILES_LINE));
        assert!(worker.contains("const FILES = [\n  \"./\",\n  \"page-0123.js\",\n];"));
    }

    #[test]
    fn the_version_follows_the_content() {
        let of = |content| version(TEMPLATE, &site(content));
        assert_eq!(of("x"), of("x"));
        assert_ne!(of("x"), of("y"));
        assert_ne!(of("x"), version("another worker", &site("x")));
    }
}
