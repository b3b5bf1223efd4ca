//! `cargo xtask dist`: the static site in `dist/`, and the npm package in `dist/npm/`.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::site::{Build, Site, Tool};
use crate::{files, paths, process};

/// Builds the site, splits its wasm, prints the sizes and checks their limits. With its address, the site also has oEmbed
/// descriptions. Returns the site's folder.
pub fn dist(root: &Path, base_url: Option<&str>) -> Result<PathBuf> {
    let site = Site::new(root, Build::Split)?;
    let tool = site.compile_with(Tool::Dist)?;
    let parts = paths::web_target(root).join("split");
    files::remove_folder(&parts)?;
    let mut split = Command::new(&tool);
    split.arg("split").arg(site.compiled()?).arg(&parts);
    process::shown_ok(&mut split)?;
    process::say("optimizing the modules");
    site.optimise(&modules(&parts)?)?;
    let folder = root.join("dist");
    files::remove_folder(&folder)?;
    site.assemble(&folder)?;
    let mut finish = Command::new(&tool);
    finish.arg("finish").arg(&parts).arg(&folder).args(base_url);
    process::shown_ok(&mut finish)?;
    package(root, &site, &tool, &folder.join("npm"))?;
    process::say(format!("{} is ready for any static host", folder.display()));
    Ok(folder)
}

/// Writes the npm package: the library as a module, and what `npm/` contains.
fn package(root: &Path, site: &Site, tool: &Path, folder: &Path) -> Result<()> {
    process::say("building the npm package");
    let wasm = site.compile_library()?;
    files::copy(&root.join("npm"), folder)?;
    for license in ["LICENSE-APACHE", "LICENSE-MIT"] {
        files::copy(&root.join(license), &folder.join(license))?;
    }
    process::shown_ok(Command::new(tool).arg("library").arg(&wasm).arg(folder))?;
    site.optimise(&modules(folder)?)
}

/// The wasm files of a folder.
fn modules(folder: &Path) -> Result<Vec<PathBuf>> {
    let what = || format!("cannot list {}", folder.display());
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(what)? {
        let path = entry.with_context(what)?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "wasm")
        {
            found.push(path);
        }
    }
    Ok(found)
}
