//! The command-line tools: a fitting one on the PATH is used as it is; else the cache's; else it
//! is built into the cache.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::process::{self, answer, find_all, say};
use crate::versions;

/// A tool that `cargo install` builds.
struct Tool<'a> {
    /// The crate.
    krate: &'a str,
    version: &'a str,
    /// Its programs, the one that is asked for its version first.
    programs: &'a [&'a str],
    /// Further arguments of `cargo install`.
    arguments: &'a [&'a str],
}

/// wasm-bindgen, exactly of the version that the page is compiled with; with its test runner.
pub fn wasm_bindgen(cache: &Path, version: &str) -> Result<PathBuf> {
    Tool {
        krate: "wasm-bindgen-cli",
        version,
        programs: &["wasm-bindgen", "wasm-bindgen-test-runner"],
        // Not --locked: its lock file names a version of a crate that was taken back.
        arguments: &["--no-default-features"],
    }
    .ready(cache)
}

/// Trunk.
pub fn trunk(cache: &Path) -> Result<PathBuf> {
    Tool {
        krate: "trunk",
        version: versions::TRUNK,
        programs: &["trunk"],
        arguments: &["--locked"],
    }
    .ready(cache)
}

/// cargo-deny.
pub fn cargo_deny(cache: &Path) -> Result<PathBuf> {
    Tool {
        krate: "cargo-deny",
        version: versions::CARGO_DENY,
        programs: &["cargo-deny"],
        arguments: &["--locked"],
    }
    .ready(cache)
}

impl Tool<'_> {
    /// The folder of its programs.
    fn ready(&self, cache: &Path) -> Result<PathBuf> {
        let folder = cache.join(format!("{}-{}", self.krate, self.version));
        let bin = folder.join("bin");
        if self.fits(&bin) {
            return Ok(bin);
        }
        let on_path = find_all(self.programs[0]).filter_map(|p| Some(p.parent()?.to_path_buf()));
        if let Some(found) = on_path.into_iter().find(|bin| self.fits(bin)) {
            return Ok(found);
        }
        self.install(cache, &folder)?;
        ensure!(
            self.fits(&bin),
            "{} was built, yet {} does not answer with version {}; remove {} and try again",
            self.krate,
            bin.join(self.programs[0]).display(),
            self.version,
            folder.display()
        );
        Ok(bin)
    }

    /// Whether a folder has all its programs, in the right version.
    fn fits(&self, bin: &Path) -> bool {
        let path = |program: &str| bin.join(format!("{program}{}", std::env::consts::EXE_SUFFIX));
        self.programs.iter().all(|program| path(program).is_file())
            && answer(&path(self.programs[0]), "--version")
                .and_then(|text| versions::of_answer(&text).map(|v| v == self.version))
                .unwrap_or(false)
    }

    fn install(&self, cache: &Path, folder: &Path) -> Result<()> {
        let build = cache.join(format!("build-{}-{}", self.krate, self.version));
        // A build for a tool that runs for seconds: quick to make matters more than quick to run.
        let mut cargo = Command::new("cargo");
        cargo
            .args(["install", self.krate, "--version"])
            .arg(format!("={}", self.version))
            .args(self.arguments)
            .arg("--root")
            .arg(folder)
            .args(["--config", "profile.release.lto=false"])
            .args(["--config", "profile.release.opt-level=1"])
            .args(["--config", "profile.release.debug=0"])
            .env_remove("RUSTC")
            .env("CARGO_TARGET_DIR", &build)
            // Outside the checkout, whose cargo settings are for the project.
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
        // Only a cache of a build that is done.
        let _ = std::fs::remove_dir_all(&build);
        Ok(())
    }
}

/// The folder of a `wasm-opt` that is new enough: one on the PATH, or npm's package in the cache.
pub fn wasm_opt(cache: &Path) -> Result<PathBuf> {
    let on_path = find_all("wasm-opt").find(|program| wasm_opt_fits(program));
    if let Some(bin) = on_path.as_deref().and_then(Path::parent) {
        return Ok(bin.to_path_buf());
    }
    let folder = cache.join(format!("binaryen-{}", versions::BINARYEN));
    let program = folder.join("node_modules/binaryen/bin/wasm-opt");
    let bin = program.parent().unwrap_or(&folder).to_path_buf();
    ensure!(
        process::find("node").is_some(),
        "no wasm-opt of version {} or newer is on the PATH, and there is no Node for npm's",
        versions::WASM_OPT_OLDEST
    );
    if wasm_opt_fits(&program) {
        return Ok(bin);
    }
    let npm = process::find("npm").context("npm is not on the PATH")?;
    std::fs::create_dir_all(&folder)
        .with_context(|| format!("cannot make {}", folder.display()))?;
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
    say("wasm-opt is ready");
    Ok(bin)
}

fn wasm_opt_fits(program: &Path) -> bool {
    let number = answer(program, "--version")
        .and_then(|text| versions::of_answer(&text).and_then(|v| v.parse::<u32>().ok()));
    number.is_some_and(|number| number >= versions::WASM_OPT_OLDEST)
}
