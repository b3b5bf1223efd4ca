//! Downloads the crates of `Cargo.lock` before anything is built.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::process;

/// Downloads every missing crate of `Cargo.lock`, including those of optional features and of other targets, so
/// that later builds need no network.
pub fn fetch(root: &Path) -> Result<()> {
    let command = || {
        let mut cargo = Command::new("cargo");
        cargo.args(["fetch", "--locked"]).current_dir(root);
        cargo
    };
    // First without the network, which is fast if nothing is missing.
    if process::output(command().arg("--offline")).is_ok() {
        return Ok(());
    }
    process::quiet("downloading the crates of Cargo.lock", &mut command(), None).context(
        "the crates of Cargo.lock are not all on this machine, and they could not be downloaded: \
         connect it to the network once (or set `http.proxy` in cargo's configuration) and try again",
    )
}
