//! The only place where versions of tools are pinned.
//!
//!
//! Versions pinned by lock files are read from there: wasm-bindgen from `Cargo.lock`, the packages of the editor
//! and the stories from the `package-lock.json` beside them.

use std::path::Path;

use anyhow::{Context, Result};

/// The compiler target of the page.
pub const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// Version of the npm package that contains `wasm-opt`.
pub const BINARYEN: &str = "132.0.0";

/// Minimum version of an installed `wasm-opt`. Older ones do not support the features that the compiler enables.
pub const WASM_OPT_OLDEST: u32 = 120;

/// Version of cargo-deny, which checks licences, banned crates and sources.
pub const CARGO_DENY: &str = "0.20.2";

/// The version of wasm-bindgen in `Cargo.lock`: its test runner must be exactly the same.
pub fn wasm_bindgen(root: &Path) -> Result<String> {
    let path = root.join("Cargo.lock");
    let lock = std::fs::read_to_string(&path)
        .with_context(|| format!("cannot read {}", path.display()))?;
    locked_version(&lock, "wasm-bindgen")
        .context("Cargo.lock has no wasm-bindgen, which the page is built with")
}

/// The version of a package in the text of a `Cargo.lock`.
fn locked_version(lock: &str, package: &str) -> Option<String> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    lines.next()?;
    let version = lines.next()?.strip_prefix("version = \"")?;
    Some(version.strip_suffix('"')?.to_owned())
}

/// The version in a tool's `--version` output. In `trunk 0.21.14`, `wasm-opt version 132 (version_132)` and
/// `rustc 1.95.0 (59807616e 2026-04-14)` it is the first word that begins with a digit.
pub fn of_answer(answer: &str) -> Option<&str> {
    answer
        .split_whitespace()
        .find(|word| word.starts_with(|c: char| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = "\
[[package]]
name = \"wasm-bindgen\"
version = \"0.2.130\"

[[package]]
name = \"wasm-bindgen-macro\"
version = \"9.9.9\"
";

    #[test]
    fn a_locked_version_is_found_by_full_name() {
        assert_eq!(
            locked_version(LOCK, "wasm-bindgen").as_deref(),
            Some("0.2.130")
        );
        assert_eq!(locked_version(LOCK, "wasm"), None);
        assert_eq!(locked_version("", "wasm-bindgen"), None);
    }

    #[test]
    fn versions_are_found_in_the_answers_of_tools() {
        assert_eq!(of_answer("trunk 0.21.14"), Some("0.21.14"));
        assert_eq!(of_answer("wasm-opt version 132 (version_132)"), Some("132"));
        assert_eq!(
            of_answer("rustc 1.95.0 (59807616e 2026-04-14)"),
            Some("1.95.0")
        );
        assert_eq!(of_answer("no such thing"), None);
    }

    #[test]
    fn the_npm_package_has_the_version_of_the_crate() {
        let version = format!("\"version\": \"{}\"", env!("CARGO_PKG_VERSION"));
        let package = include_str!("../../npm/package.json");
        assert!(package.contains(&version), "{version}");
    }
}
