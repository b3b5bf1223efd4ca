//! `cargo xtask dist`: the static site in `dist/`.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::sizes::{self, kilobytes};
use crate::{process, service_worker, setup};

/// What the program of the page is to weigh on the wire at most, in bytes: less than the nearest peer sends.
const WASM_GOAL: usize = 280_000;
/// What it may weigh until it has reached the goal: whoever makes it lighter lowers it. It rose with what kubectl
/// prints, which is a third of the program.
const WASM_LIMIT: usize = 790_000;

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
    let wasm: usize = table
        .iter()
        .filter(|row| row.name.ends_with(".wasm"))
        .map(|row| row.brotli)
        .sum();
    ensure!(wasm > 0, "the site has no .wasm file");
    ensure!(
        wasm <= WASM_LIMIT,
        "the wasm is {} kB brotli, and at most {} kB are allowed",
        kilobytes(wasm),
        kilobytes(WASM_LIMIT)
    );
    process::say(format!(
        "{} is ready for any static host; the wasm is {} kB brotli, {} allowed, {} the goal",
        folder.display(),
        kilobytes(wasm),
        kilobytes(WASM_LIMIT),
        kilobytes(WASM_GOAL)
    ));
    Ok(folder)
}

/// Builds the site and completes its service worker.
fn build(root: &Path) -> Result<PathBuf> {
    let web = setup::web(root)?;
    let folder = root.join("dist");
    let mut trunk = web.command("trunk")?;
    trunk.args(["build", "--offline", "--dist"]).arg(&folder);
    if web.wasm_opt {
        trunk.arg("--release");
    } else {
        // Trunk's --release insists on wasm-opt; the profile alone does not.
        trunk.args(["--cargo-profile", "site"]);
    }
    process::shown_ok(&mut trunk)?;
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
