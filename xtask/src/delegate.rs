//! Commands delegated to other programs, which get the arguments and determine the exit code.

use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::Result;

use crate::{process, stories};

/// `cargo xtask bench`: native benchmarks with these arguments; without any, those of the page in a browser as
/// well.
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

/// `cargo xtask conformance DIR …` runs the workspace member `conformance`.
pub fn conformance(root: &Path, arguments: &[OsString]) -> Result<ExitCode> {
    let words = ["run", "--release", "--package", "conformance", "--"];
    cargo(root, &words, arguments)
}

fn cargo(root: &Path, words: &[&str], arguments: &[OsString]) -> Result<ExitCode> {
    // In the caller's directory, to which relative paths refer.
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
