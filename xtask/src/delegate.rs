//! Commands that another program does: its arguments and its exit code are passed on.

use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::Result;

use crate::{process, stories};

/// `cargo xtask bench`: the cluster natively, with these arguments; without any, the page in a browser too.
pub fn bench(root: &Path, arguments: &[OsString]) -> Result<ExitCode> {
    let code = cargo(root, &["bench", "--package", "kubestep"], arguments)?;
    if code != ExitCode::SUCCESS || !arguments.is_empty() {
        return Ok(code);
    }
    let folder = root.join("tests/e2e");
    let mut command = stories::command(root, &folder, None)?;
    process::shown_ok(command.arg("measure.js"))?;
    Ok(ExitCode::SUCCESS)
}

/// `cargo xtask conformance DIR …`: the program is the workspace member `conformance`.
pub fn conformance(root: &Path, arguments: &[OsString]) -> Result<ExitCode> {
    let words = ["run", "--release", "--package", "conformance", "--"];
    cargo(root, &words, arguments)
}

fn cargo(root: &Path, words: &[&str], arguments: &[OsString]) -> Result<ExitCode> {
    // In the folder of the caller, whose relative paths are meant.
    let status = process::shown(
        Command::new("cargo")
            .args(&words[..1])
            .arg("--manifest-path")
            .arg(root.join("Cargo.toml"))
            .args(&words[1..])
            .args(arguments),
    )?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(ExitCode::from(code.unwrap_or(1)))
}
