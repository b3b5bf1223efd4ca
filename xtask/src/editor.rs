//! `cargo xtask editor`: bundles the editor's JavaScript. The bundle is committed so that building the page does
//! not require Node.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::{process, setup};

/// The output files of the bundler.
const FILES: [&str; 3] = ["editor.js", "format.js", "README.md"];

/// Replaces the committed bundle.
pub fn build(root: &Path) -> Result<()> {
    let vendor = root.join("www/vendor");
    bundle_into(root, &vendor)?;
    process::say(format!("{} has been rebuilt", vendor.display()));
    Ok(())
}

/// Fails unless bundling reproduces the committed bytes.
pub fn check(root: &Path) -> Result<()> {
    let again = root.join("target/editor");
    std::fs::create_dir_all(&again)
        .with_context(|| format!("cannot create {}", again.display()))?;
    bundle_into(root, &again)?;
    for name in FILES {
        let committed = root.join("www/vendor").join(name);
        let read = |path: &Path| {
            std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))
        };
        ensure!(
            read(&committed)? == read(&again.join(name))?,
            "{} does not match www/editor: run `cargo xtask editor` and commit the result",
            committed.display()
        );
    }
    process::say("the editor's bundle matches www/editor");
    Ok(())
}

fn bundle_into(root: &Path, folder: &Path) -> Result<()> {
    let source = root.join("www/editor");
    setup::node::packages(&source)?;
    process::shown_ok(
        Command::new("node")
            .arg("build.js")
            .arg(folder)
            .current_dir(&source),
    )
}
