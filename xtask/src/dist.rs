//! `cargo xtask dist`: the static site in `dist/`.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::sizes::{self, Row, kilobytes};
use crate::{process, service_worker, setup, split, stylesheets};

/// A limit on what goes over the wire, in bytes.
struct Limit {
    what: &'static str,
    /// The wasm files that count, by what their names begin with.
    parts: &'static [&'static str],
    /// What they may weigh. Whoever makes them lighter lowers it.
    most: usize,
}

/// What the page fetches, in its order: its first paint, then what `Apply` needs, then kubectl.
const LIMITS: [Limit; 3] = [
    Limit {
        what: "before the page stands",
        parts: &["kubestep-"],
        most: 90_000,
    },
    Limit {
        what: "before it applies",
        parts: &["kubestep-", "chunk_", "split_cluster-"],
        most: 675_000,
    },
    Limit {
        what: "in all",
        parts: &[""],
        most: 860_000,
    },
];

/// A file of the site.
pub struct File {
    /// Its path inside the site, with forward slashes.
    pub name: String,
    /// What is in it.
    pub content: Vec<u8>,
}

/// Builds the site, completes its service worker, prints the sizes and checks the limit. Returns the
/// folder of the site.
pub fn dist(root: &Path) -> Result<PathBuf> {
    let folder = build(root)?;
    let files = files(&folder)?;
    let table = sizes::measure(&files);
    println!("{}", sizes::render(&table));
    for limit in &LIMITS {
        let weight = weight(limit, &table);
        ensure!(
            weight > 0 && weight <= limit.most,
            "the wasm {} is {} kB brotli, and at most {} kB are allowed",
            limit.what,
            kilobytes(weight),
            kilobytes(limit.most)
        );
        process::say(format!(
            "wasm {}: {} kB brotli, {} allowed",
            limit.what,
            kilobytes(weight),
            kilobytes(limit.most)
        ));
    }
    process::say(format!("{} is ready for any static host", folder.display()));
    Ok(folder)
}

/// What the files of a limit weigh.
fn weight(limit: &Limit, table: &[Row]) -> usize {
    let counts = |row: &&Row| {
        let is_part = |part: &&str| row.name.starts_with(part);
        row.name.ends_with(".wasm") && limit.parts.iter().any(is_part)
    };
    table.iter().filter(counts).map(|row| row.brotli).sum()
}

/// Builds the site, takes its wasm apart, merges its stylesheets and completes its service worker.
fn build(root: &Path) -> Result<PathBuf> {
    let web = setup::web(root)?;
    let folder = root.join("dist");
    let mut trunk = web.command("trunk")?;
    trunk.args(["build", "--offline", "--dist"]).arg(&folder);
    trunk.args(split::TRUNK_ARGUMENTS);
    process::shown_ok(&mut trunk)?;
    split::split(root, &web, &folder)?;
    stylesheets::merge(&folder, split::hash)?;
    service_worker::complete(&folder)?;
    Ok(folder)
}

/// All files of the site, in the order of their names.
pub fn files(folder: &Path) -> Result<Vec<File>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(current) = folders.pop() {
        let entries = std::fs::read_dir(&current)
            .with_context(|| format!("cannot list {}", current.display()))?;
        for entry in entries {
            let path = entry.context("cannot list the site")?.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let inside = path
                .strip_prefix(folder)
                .context("a file outside the site")?;
            let name = inside.to_string_lossy().replace('\\', "/");
            let content =
                std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
            files.push(File { name, content });
        }
    }
    files.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_later_is_weighed_with_what_came_before() {
        let row = |name: &str, brotli| Row {
            name: name.to_owned(),
            brotli,
            ..Row::default()
        };
        let table = [
            row("chunk_1-0.wasm", 1),
            row("kubestep-0.js", 2),
            row("kubestep-0_bg.wasm", 4),
            row("split_cluster-0.wasm", 8),
            row("split_kubectl-0.wasm", 16),
        ];
        let weights = LIMITS.each_ref().map(|limit| weight(limit, &table));
        assert_eq!(weights, [4, 13, 29]);
    }
}
