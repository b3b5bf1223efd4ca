//! `cargo xtask check`: all static checks.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

use crate::process::{self, say, shown_ok};
use crate::versions::WASM_TARGET;
use crate::{editor, files, layers, names, paths, setup};

/// The name of a check, and its function.
type Part = (&'static str, fn(&Path) -> Result<()>);

const PARTS: [Part; 9] = [
    ("formatting", formatting),
    ("layers", layers::check),
    ("names of types", names::check),
    ("lints, native", lints_native),
    ("lints, wasm", lints_wasm),
    ("documentation", documentation),
    ("lessons", lessons),
    ("licences and sources", licences),
    ("the editor's bundle", bundle),
];

/// Runs all checks, even after a failure, and names those that failed.
pub fn check(root: &Path) -> Result<()> {
    let mut failed = Vec::new();
    for (name, part) in PARTS {
        say(format!("checking: {name}"));
        if let Err(error) = part(root) {
            say(format!("{name}: {error:#}"));
            failed.push(name);
        }
    }
    if !failed.is_empty() {
        bail!("failed checks: {}", failed.join("; "));
    }
    say("all checks passed");
    Ok(())
}

fn cargo(root: &Path) -> Command {
    let mut command = Command::new("cargo");
    command.current_dir(root);
    command
}

fn formatting(root: &Path) -> Result<()> {
    shown_ok(cargo(root).args(["fmt", "--all", "--check"]))
}

fn lints_native(root: &Path) -> Result<()> {
    let words = [
        "clippy",
        "--quiet",
        "--workspace",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ];
    shown_ok(cargo(root).args(words))
}

fn lints_wasm(root: &Path) -> Result<()> {
    let web = setup::web(root)?;
    let mut words = vec!["--quiet", "--package", "kubestep", "--target", WASM_TARGET];
    words.extend(["--lib", "--bins"]);
    if root.join("tests/browser/main.rs").is_file() {
        words.extend(["--test", "browser", "--features", "door"]);
    }
    let mut command = web.cargo();
    web.compiler.clippy(&mut command, &words);
    shown_ok(&mut command)
}

/// The documentation is for contributors, so it includes private items and links to them.
const DOC_FLAGS: &str = "-D warnings -A rustdoc::private_intra_doc_links";

fn documentation(root: &Path) -> Result<()> {
    let words = [
        "doc",
        "--quiet",
        "--workspace",
        "--no-deps",
        "--document-private-items",
    ];
    shown_ok(cargo(root).args(words).env("RUSTDOCFLAGS", DOC_FLAGS))
}

/// Plays all lessons and scenarios to their ends.
fn lessons(root: &Path) -> Result<()> {
    let mut command = cargo(root);
    command.args(["run", "--quiet", "--example", "lesson", "--"]);
    let folders = ["www/lessons", "www/scenarios"].map(|folder| root.join(folder));
    for folder in &folders {
        for file in files::below(folder)? {
            // The list, which a test compares with the lessons.
            if file.file_name().is_some_and(|name| name != "index.yaml") {
                command.arg(file);
            }
        }
    }
    shown_ok(&mut command)
}

/// Without advisories: their database is on a server that may be unreachable, and a check whose result depends on
/// the date is not reproducible. `cargo deny check advisories` checks them.
fn licences(root: &Path) -> Result<()> {
    let program = setup::cargo_deny(&paths::cache()?)?;
    let words = [
        "--locked",
        "--all-features",
        "check",
        "licenses",
        "bans",
        "sources",
    ];
    shown_ok(Command::new(program).args(words).current_dir(root))
}

fn bundle(root: &Path) -> Result<()> {
    if process::find("node").is_none() {
        say("skipped: bundling needs Node");
        return Ok(());
    }
    editor::check(root)
}
