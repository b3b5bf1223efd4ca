//! Node packages for the browser stories and the editor's bundle.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::process;

/// Installs the packages of a folder's lock file, unless they are installed already.
pub fn packages(folder: &Path) -> Result<()> {
    ensure!(
        process::find("node").is_some(),
        "Node is not on the PATH; the browser tests and the editor's bundle need version 20 or \
         newer (on Debian: `apt-get install nodejs npm`)"
    );
    let lock = folder.join("package-lock.json");
    let wanted = std::fs::read(&lock).with_context(|| format!("cannot read {}", lock.display()))?;
    let stamp = folder.join("node_modules/.installed-lock.json");
    if std::fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    let npm = process::find("npm").context("npm is not on the PATH; it comes with Node")?;
    process::quiet(
        &format!("installing the npm packages of {}", folder.display()),
        Command::new(npm)
            .args(["ci", "--no-fund", "--no-audit", "--ignore-scripts"])
            .current_dir(folder),
        None,
    )?;
    std::fs::write(&stamp, wanted).with_context(|| format!("cannot write {}", stamp.display()))
}
