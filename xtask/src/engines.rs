//! The short story in each browser engine.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::{setup, stories};

/// Node with the story, against a built site or one that is built now, and which engines are absent.
pub fn command(
    root: &Path,
    folder: &Path,
    site: Option<&Path>,
) -> Result<(Command, Option<String>)> {
    let engines = setup::engines::find_or_name()?;
    let mut command = stories::command(root, folder, site)?;
    command
        // Node 20 has WebSocket, which Firefox is driven by, only behind this switch.
        .args(["--experimental-websocket", "--test", "--test-reporter=spec"])
        .arg("engines/story.test.js")
        .envs(engines.programs);
    let absent = engines.absent;
    Ok((command, (!absent.is_empty()).then(|| absent.join("; "))))
}
