//! `cargo xtask serve`: the page on this machine, rebuilt on each change.

use std::net::TcpListener;
use std::path::Path;

use anyhow::{Context, Result};

use crate::{paths, process, setup};

/// Makes everything ready and runs Trunk's server until it is interrupted.
pub fn serve(root: &Path, port: u16, release: bool) -> Result<()> {
    // Before a long set-up, rather than after it.
    check_port(port)?;
    let web = setup::web(root)?;
    let mut trunk = web.command("trunk")?;
    trunk
        .args(["serve", "--offline", "--disable-address-lookup"])
        .args(["--address", "127.0.0.1", "--port"])
        .arg(port.to_string())
        // Not dist/, which holds the site that was built last.
        .arg("--dist")
        .arg(paths::web_target(root).join("serve"));
    if release {
        if web.wasm_opt {
            trunk.arg("--release");
        } else {
            // Trunk's --release insists on wasm-opt; the profile alone does not.
            trunk.args(["--cargo-profile", "site"]);
        }
    }
    process::say(format!(
        "the page will answer on http://127.0.0.1:{port} once the first build is done; \
         Ctrl+C ends it"
    ));
    process::become_program(&mut trunk)
}

/// Fails with advice if somebody listens there already.
fn check_port(port: u16) -> Result<()> {
    let listener = TcpListener::bind(("127.0.0.1", port)).with_context(|| {
        format!(
            "cannot listen on 127.0.0.1:{port}; if another program does, end it or choose \
             another port: `cargo xtask serve --port {}`",
            port.checked_add(1).unwrap_or(8081)
        )
    })?;
    drop(listener);
    Ok(())
}
