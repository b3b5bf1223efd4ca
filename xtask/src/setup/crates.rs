//! The crates of `Cargo.lock`, downloaded before anything is built.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::process;

/// Downloads every crate that `Cargo.lock` names and the machine does not have yet: those of optional features and of
/// other targets too, so that whatever is built afterwards needs no network.
pub fn fetch(root: &Path) -> Result<()> {
    let command = || {
        let mut cargo = Command::new("cargo");
        cargo.args(["fetch", "--locked"]).current_dir(root);
        cargo
    };
    // Without the network first: it answers at once where everything is here.
    if process::output(command().arg("--offline")).is_ok() {
        return Ok(());
    }
    process::quiet("downloading the crates of Cargo.lock", &mut command(), None).context(
        "the crates of Cargo.lock are not all on this machine, and they could not be downloaded: \
         connect it to the network once (or set `http.proxy` in cargo's configuration) and try again",
    )
}
