//! The programs that process the page's wasm.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use crate::process;

/// Target features that the compiler enables and wasm-opt may use.
const FEATURES: [&str; 8] = [
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-call-indirect-overlong",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// A workspace member that is a separate program, because it compiles slowly and not every command needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    /// Generates JavaScript for the page's wasm.
    Bindgen,
    /// Splits the wasm and finishes the site.
    Dist,
}

impl Tool {
    /// Its package, which has the same name as its program.
    pub fn package(self) -> &'static str {
        match self {
            Self::Bindgen => "xtask-bindgen",
            Self::Dist => "xtask-dist",
        }
    }

    /// Its description in progress messages.
    pub fn what(self) -> &'static str {
        match self {
            Self::Bindgen => "wasm-bindgen",
            Self::Dist => "wasm-bindgen, the splitter and compressors",
        }
    }

    /// The command that builds it.
    pub fn build(self, root: &Path) -> Command {
        let mut cargo = Command::new("cargo");
        cargo
            .args(["build", "--locked", "--verbose", "--profile", "tools"])
            .arg("--package")
            .arg(self.package())
            .current_dir(root)
            .env("CARGO_TARGET_DIR", root.join("target"));
        cargo
    }

    /// Its path once it is built.
    pub fn path(self, root: &Path) -> PathBuf {
        let file = format!("{}{}", self.package(), std::env::consts::EXE_SUFFIX);
        root.join("target").join("tools").join(file)
    }
}

/// The approximate number of packages still to be compiled, for progress messages; `words` are the relevant
/// arguments of the build. `None` if cargo does not report it.
pub fn packages(root: &Path, package: &str, words: &[&str], product: &Path) -> Option<usize> {
    if product.is_file() {
        return None;
    }
    let mut cargo = Command::new("cargo");
    cargo
        .args(["tree", "--locked", "--offline", "--package", package])
        .args([
            "--edges",
            "normal,build",
            "--prefix",
            "none",
            "--format",
            "{p}",
        ])
        .args(words)
        .current_dir(root);
    let tree = process::output(&mut cargo).ok()?;
    Some(count(&tree))
}

/// The number of distinct packages in a tree; repeated ones are marked in the output.
fn count(tree: &str) -> usize {
    let name = |line: &str| line.split(" (").next().unwrap_or(line).to_owned();
    tree.lines()
        .filter(|line| !line.is_empty())
        .map(name)
        .collect::<BTreeSet<_>>()
        .len()
}

/// Optimizes a module.
pub fn optimise(wasm_opt: &Path, level: &str, module: &Path) -> Result<()> {
    let mut command = Command::new(wasm_opt);
    command
        .arg(level)
        .args(FEATURES)
        .arg(module)
        .arg("-o")
        .arg(module);
    // It warns of unknown sections and drops all of them.
    process::output(&mut command).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_are_counted_once() {
        let tree = "page v0.1.0 (/a)\nserde v1.0.2\nsyn v2.0.1 (proc-macro)\nserde v1.0.2 (*)\nsyn v1.0.9\n\n";
        assert_eq!(count(tree), 4);
    }
}
