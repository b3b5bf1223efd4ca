//! What runs against the site in a real browser.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::{dist, setup, site};

/// Builds the site and serves it for as long as this process lives. Gives Node, in the folder of the stories, told
/// where the site and the browser are.
pub fn command(root: &Path, folder: &Path) -> Result<Command> {
    let browser = setup::browser::find_or_install()?;
    setup::node::packages(folder)?;
    let port = site::in_background(dist::dist(root)?)?;
    let mut command = Command::new("node");
    command
        .current_dir(folder)
        .env("KUBESTEP_URL", format!("http://127.0.0.1:{port}"))
        .env("KUBESTEP_CHROMIUM", &browser.chromium);
    Ok(command)
}
