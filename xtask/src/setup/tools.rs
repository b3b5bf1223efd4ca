//! The command-line tools: a suitable one on the PATH is used, or else the one in the cache, which is built if
//! missing.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::process::{self, answer, find_all, say};
use crate::versions;

/// A tool built by `cargo install`.
struct Tool<'a> {
    /// The crate.
    krate: &'a str,
    version: &'a str,
    /// The program in it.
    program: &'a str,
    /// Additional arguments of `cargo install`.
    arguments: &'a [&'a str],
}

/// wasm-bindgen's test runner, in exactly the version that the tests are compiled with.
pub fn test_runner(cache: &Path, version: &str) -> Result<PathBuf> {
    Tool {
        krate: "wasm-bindgen-cli",
        version,
        program: "wasm-bindgen-test-runner",
        // Without --locked, since its lock file refers to a yanked version of a crate.
        arguments: &["--no-default-features"],
    }
    .ready(cache)
}

/// cargo-deny.
pub fn cargo_deny(cache: &Path) -> Result<PathBuf> {
    Tool {
        krate: "cargo-deny",
        version: versions::CARGO_DENY,
        program: "cargo-deny",
        arguments: &["--locked"],
    }
    .ready(cache)
}

impl Tool<'_> {
    /// The path of the program, built if necessary.
    fn ready(&self, cache: &Path) -> Result<PathBuf> {
        let folder = cache.join(format!("{}-{}", self.krate, self.version));
        let file = format!("{}{}", self.program, std::env::consts::EXE_SUFFIX);
        let cached = folder.join("bin").join(file);
        if self.fits(&cached) {
            return Ok(cached);
        }
        if let Some(found) = find_all(self.program).find(|program| self.fits(program)) {
            return Ok(found);
        }
        self.install(cache, &folder)?;
        ensure!(
            self.fits(&cached),
            "{} was built, yet {} does not answer with version {}; remove {} and try again",
            self.krate,
            cached.display(),
            self.version,
            folder.display()
        );
        Ok(cached)
    }

    /// Whether a program exists in the right version.
    fn fits(&self, program: &Path) -> bool {
        answer(program, "--version")
            .and_then(|text| versions::of_answer(&text).map(|version| version == self.version))
            .unwrap_or(false)
    }

    fn install(&self, cache: &Path, folder: &Path) -> Result<()> {
        let build = cache.join(format!("build-{}-{}", self.krate, self.version));
        // The tool runs for seconds only, so a fast build matters more than optimization.
        let mut cargo = Command::new("cargo");
        cargo
            .args(["install", self.krate, "--bin", self.program])
            .args(["--version", &format!("={}", self.version)])
            .args(self.arguments)
            .arg("--root")
            .arg(folder)
            .args(["--config", "profile.release.lto=false"])
            .args(["--config", "profile.release.opt-level=1"])
            .args(["--config", "profile.release.debug=0"])
            .env_remove("RUSTC")
            .env("CARGO_TARGET_DIR", &build)
            // Outside the checkout, whose cargo settings are for the project only.
            .current_dir(cache);
        say(format!(
            "{} {} is neither on the PATH nor in the cache: building it into {}, once; this takes \
             some minutes",
            self.krate,
            self.version,
            folder.display()
        ));
        let what = format!("building {} {}", self.krate, self.version);
        process::quiet(&what, &mut cargo, None).with_context(|| {
            format!(
                "{} {} is needed; `cargo install {} --version {}` would provide it",
                self.krate, self.version, self.krate, self.version
            )
        })?;
        // Only the cache of a finished build.
        let _ = std::fs::remove_dir_all(&build);
        Ok(())
    }
}

/// A sufficiently new `wasm-opt`: one on the PATH, or npm's package in the cache.
pub fn wasm_opt(cache: &Path) -> Result<PathBuf> {
    if let Some(program) = find_all("wasm-opt").find(|program| wasm_opt_fits(program)) {
        return Ok(program);
    }
    let folder = cache.join(format!("binaryen-{}", versions::BINARYEN));
    let program = folder.join("node_modules/binaryen/bin/wasm-opt");
    ensure!(
        process::find("node").is_some(),
        "no wasm-opt of version {} or newer is on the PATH, and there is no Node for npm's",
        versions::WASM_OPT_OLDEST
    );
    if wasm_opt_fits(&program) {
        return Ok(program);
    }
    let npm = process::find("npm").context("npm is not on the PATH")?;
    std::fs::create_dir_all(&folder)
        .with_context(|| format!("cannot create {}", folder.display()))?;
    process::quiet(
        &format!(
            "installing wasm-opt (npm's binaryen {})",
            versions::BINARYEN
        ),
        Command::new(npm)
            .args(["install", "--no-fund", "--no-audit", "--ignore-scripts"])
            .arg("--prefix")
            .arg(&folder)
            .arg(format!("binaryen@{}", versions::BINARYEN)),
        None,
    )?;
    ensure!(
        wasm_opt_fits(&program),
        "npm installed binaryen, yet `{}` does not run",
        program.display()
    );
    Ok(program)
}

fn wasm_opt_fits(program: &Path) -> bool {
    let number = answer(program, "--version")
        .and_then(|text| versions::of_answer(&text).and_then(|v| v.parse::<u32>().ok()));
    number.is_some_and(|number| number >= versions::WASM_OPT_OLDEST)
}
