//! Runs the stories against the site in a real browser.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use anyhow::{Result, ensure};

use crate::{dist, host, setup};

/// Serves a given or newly built site until this process ends. Returns the Node command in the stories' folder,
/// with the addresses of the site and the browser, and the site's folder.
pub fn command(root: &Path, folder: &Path, site: Option<&Path>) -> Result<Command> {
    let browser = setup::browser::find_or_install()?;
    setup::node::packages(folder)?;
    let (site, port) = served(root, site)?;
    let mut command = Command::new("node");
    command
        .current_dir(folder)
        .env("KUBESTEP_URL", format!("http://127.0.0.1:{port}"))
        .env("KUBESTEP_SITE", site)
        .env("KUBESTEP_CHROMIUM", &browser.chromium)
        .env("CHROMEDRIVER", &browser.driver);
    Ok(command)
}

/// The folder and the port of the site, which is built and served only once.
fn served(root: &Path, site: Option<&Path>) -> Result<&'static (PathBuf, u16)> {
    static SERVED: OnceLock<(PathBuf, u16)> = OnceLock::new();
    if let Some(served) = SERVED.get() {
        return Ok(served);
    }
    let site = match site {
        Some(site) => site.to_path_buf(),
        None => dist::dist(root, None)?,
    };
    ensure!(
        site.join("index.html").is_file(),
        "there is no built site in {}",
        site.display()
    );
    let site = std::path::absolute(site)?;
    let port = host::on_a_free_port(site.clone())?;
    Ok(SERVED.get_or_init(|| (site, port)))
}
