//! Finds a compiler that can build for the wasm target.

use std::env;
use std::fmt;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};

use super::debian;
use crate::process;
use crate::versions::WASM_TARGET;

/// Forces one of the methods: `probe`, `rustup` or `debian`.
const ROUTE_VARIABLE: &str = "KUBESTEP_WASM_ROUTE";

/// Time limit of `rustup target add` in seconds. Behind some networks it hangs forever.
const LIMIT_VARIABLE: &str = "KUBESTEP_RUSTUP_LIMIT";
const LIMIT_SECONDS: u64 = 60;

/// A one-line library that needs the target's standard library and linker.
const PROBE: &str =
    "#[unsafe(no_mangle)] pub extern \"C\" fn probe() -> usize { format!(\"{}\", 1).len() }";

/// A compiler that can build for the wasm target.
pub enum Compiler {
    /// The one that cargo uses by default.
    Usual,
    /// Debian's, unpacked into the cache.
    Debian(debian::Toolchain),
}

impl Compiler {
    /// Makes a command that runs cargo use this compiler.
    pub fn configure(&self, command: &mut Command) {
        if let Self::Debian(toolchain) = self {
            command.env("RUSTC", toolchain.rustc());
        }
    }

    /// Adds clippy to a cargo command, with every warning as an error.
    pub fn clippy(&self, command: &mut Command, arguments: &[&str]) {
        match self {
            Self::Usual => {
                command.arg("clippy").args(arguments);
                command.args(["--", "-D", "warnings"]);
            }
            // Debian's clippy belongs to Debian's compiler; this is equivalent to `cargo clippy`.
            Self::Debian(toolchain) => {
                command
                    .arg("check")
                    .args(arguments)
                    .env("RUSTC_WORKSPACE_WRAPPER", toolchain.clippy_driver())
                    .env("CLIPPY_ARGS", "-Dwarnings__CLIPPY_HACKERY__");
            }
        }
    }
}

impl fmt::Display for Compiler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usual => write!(f, "{}", usual_rustc().display()),
            Self::Debian(toolchain) => write!(f, "{}", toolchain.rustc().display()),
        }
    }
}

/// Finds a compiler for the wasm target, with the first method that works or the one given by
/// `KUBESTEP_WASM_ROUTE`.
pub fn compiler(cache: &Path) -> Result<Compiler> {
    let forced = env::var(ROUTE_VARIABLE).ok();
    match forced.as_deref() {
        None | Some("") => by_any_route(cache),
        Some("probe") => {
            ensure!(
                can_build(&usual_rustc(), cache)?,
                "`{}` cannot build for {WASM_TARGET}; `rustup target add {WASM_TARGET}` would \
                 help, or unset {ROUTE_VARIABLE}",
                usual_rustc().display()
            );
            Ok(Compiler::Usual)
        }
        Some("rustup") => by_rustup(cache),
        Some("debian") => by_debian(cache),
        Some(other) => bail!("{ROUTE_VARIABLE} is `{other}`: it can be probe, rustup or debian"),
    }
}

fn by_any_route(cache: &Path) -> Result<Compiler> {
    if can_build(&usual_rustc(), cache)? {
        return Ok(Compiler::Usual);
    }
    let rustup = match by_rustup(cache) {
        Ok(compiler) => return Ok(compiler),
        Err(error) => error,
    };
    process::say(format!("rustup failed: {rustup:#}"));
    let debian = match by_debian(cache) {
        Ok(compiler) => return Ok(compiler),
        Err(error) => error,
    };
    bail!(
        "no compiler for {WASM_TARGET}, which the page is built for.\n  \
         rustup: {rustup:#}\n  Debian packages: {debian:#}\n\
         `rustup target add {WASM_TARGET}` would help where rustup reaches its server."
    )
}

fn by_rustup(cache: &Path) -> Result<Compiler> {
    let rustup = process::find("rustup").context("rustup is not on the PATH")?;
    let limit = match env::var(LIMIT_VARIABLE) {
        Ok(text) => text
            .parse()
            .with_context(|| format!("{LIMIT_VARIABLE} is `{text}`, not a number of seconds"))?,
        Err(_) => LIMIT_SECONDS,
    };
    process::quiet(
        &format!("adding {WASM_TARGET} by rustup"),
        Command::new(rustup).args(["target", "add", WASM_TARGET]),
        Some(Duration::from_secs(limit)),
    )?;
    ensure!(
        can_build(&usual_rustc(), cache)?,
        "rustup added {WASM_TARGET}, yet `{}` cannot build for it: is that rustup's compiler?",
        usual_rustc().display()
    );
    Ok(Compiler::Usual)
}

fn by_debian(cache: &Path) -> Result<Compiler> {
    debian::toolchain(cache, can_build).map(Compiler::Debian)
}

/// The compiler used by cargo.
fn usual_rustc() -> PathBuf {
    env::var_os("RUSTC").map_or_else(|| PathBuf::from("rustc"), PathBuf::from)
}

/// Whether a compiler can build for the wasm target. It is tested, because a list of installed targets would not
/// reveal a missing linker or a compiler of another origin.
fn can_build(rustc: &Path, cache: &Path) -> Result<bool> {
    let out = cache.join(format!("probe-{}.wasm", std::process::id()));
    let mut child = Command::new(rustc)
        .args(["--target", WASM_TARGET, "--crate-type", "cdylib", "-o"])
        .arg(&out)
        .arg("-")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .with_context(|| format!("cannot start the compiler `{}`", rustc.display()))?;
    if let Some(mut stdin) = child.stdin.take() {
        // A compiler that does not know the target may exit before reading its input.
        let _ = stdin.write_all(PROBE.as_bytes());
    }
    let built = child
        .wait()
        .context("cannot wait for the compiler")?
        .success();
    // It exists only if the test succeeded.
    let _ = std::fs::remove_file(&out);
    Ok(built)
}
