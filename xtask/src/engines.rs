//! The short story in each browser engine.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::{setup, stories};

/// The Node command for the story, with a given or newly built site, and the missing engines.
pub fn command(
    root: &Path,
    folder: &Path,
    site: Option<&Path>,
) -> Result<(Command, Option<String>)> {
    let engines = setup::engines::find_or_name()?;
    let mut command = stories::command(root, folder, site)?;
    command
        // Firefox is driven through WebSocket, which Node 20 has only behind this flag.
        .args(["--experimental-websocket", "--test", "--test-reporter=spec"])
        .arg("engines/story.test.js")
        .envs(engines.programs);
    let absent = engines.absent;
    Ok((command, (!absent.is_empty()).then(|| absent.join("; "))))
}
