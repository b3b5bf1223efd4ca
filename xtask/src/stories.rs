//! What runs against the site in a real browser.

use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

use anyhow::Result;

use crate::{dist, setup, site};

/// Builds the site and serves it for as long as this process lives. Gives Node, in the folder of the stories, told
/// where the site and the browser are.
pub fn command(root: &Path, folder: &Path) -> Result<Command> {
    let browser = setup::browser::find_or_install()?;
    setup::node::packages(folder)?;
    let port = port(root)?;
    let mut command = Command::new("node");
    command
        .current_dir(folder)
        .env("KUBESTEP_URL", format!("http://127.0.0.1:{port}"))
        .env("KUBESTEP_CHROMIUM", &browser.chromium)
        .env("CHROMEDRIVER", &browser.driver);
    Ok(command)
}

/// Where the site is served: it is built only once, whatever runs against it.
fn port(root: &Path) -> Result<u16> {
    static PORT: OnceLock<u16> = OnceLock::new();
    if let Some(port) = PORT.get() {
        return Ok(*port);
    }
    let port = site::in_background(dist::dist(root)?)?;
    Ok(*PORT.get_or_init(|| port))
}
