//! What runs against the site in a real browser.

use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

use anyhow::{Result, ensure};

use crate::{dist, host, setup};

/// Serves a built site, or builds one, for as long as this process lives. Gives Node, in the folder of the stories, told
/// where the site and the browser are.
pub fn command(root: &Path, folder: &Path, site: Option<&Path>) -> Result<Command> {
    let browser = setup::browser::find_or_install()?;
    setup::node::packages(folder)?;
    let port = port(root, site)?;
    let mut command = Command::new("node");
    command
        .current_dir(folder)
        .env("KUBESTEP_URL", format!("http://127.0.0.1:{port}"))
        .env("KUBESTEP_CHROMIUM", &browser.chromium)
        .env("CHROMEDRIVER", &browser.driver);
    Ok(command)
}

/// Where the site is served: it is built only once, whatever runs against it.
fn port(root: &Path, site: Option<&Path>) -> Result<u16> {
    static PORT: OnceLock<u16> = OnceLock::new();
    if let Some(port) = PORT.get() {
        return Ok(*port);
    }
    let site = match site {
        Some(site) => site.to_path_buf(),
        None => dist::dist(root)?,
    };
    ensure!(
        site.join("index.html").is_file(),
        "there is no built site in {}",
        site.display()
    );
    let port = host::on_a_free_port(site)?;
    Ok(*PORT.get_or_init(|| port))
}
