//! Debian's compiler for the web, unpacked into the cache, for machines that can reach a Debian mirror but not
//! rustup's server.
//!
//!
//! Nothing is installed: the packages are downloaded and unpacked, which needs no root and does not interfere with
//! rustup. Debian has no standard library for the wasm target, so it is built once from the compiler's library
//! sources.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::process::{self, describe};
use crate::versions::WASM_TARGET;

/// Prefix of the toolchain's folder in the cache; followed by the version.
const FOLDER: &str = "rustc-web-";

/// Programs that get a wrapper, because they need the libraries beside them.
const PROGRAMS: [&str; 3] = ["rustc", "rustdoc", "clippy-driver"];

/// An unpacked toolchain.
pub struct Toolchain {
    folder: PathBuf,
}

impl Toolchain {
    /// The compiler.
    pub fn rustc(&self) -> PathBuf {
        self.folder.join("wrap/rustc")
    }

    /// The compiler with clippy's lints.
    pub fn clippy_driver(&self) -> PathBuf {
        self.folder.join("wrap/clippy-driver")
    }
}

/// Finds the toolchain in the cache, or creates it. `works` tells whether a compiler can build for the wasm target.
pub fn toolchain(cache: &Path, works: fn(&Path, &Path) -> Result<bool>) -> Result<Toolchain> {
    if let Some(found) = cached(cache)? {
        if works(&found.rustc(), cache)? {
            return Ok(found);
        }
        process::say(format!(
            "{} does not work: installing it again",
            found.folder.display()
        ));
        std::fs::remove_dir_all(&found.folder)
            .with_context(|| format!("cannot remove {}", found.folder.display()))?;
    }
    let packages = Packages::find()?;
    let folder = cache.join(format!("{FOLDER}{}", packages.version));
    let part = cache.join(format!("{FOLDER}part-{}", std::process::id()));
    let made = make(&part, &packages);
    let moved = made.and_then(|()| {
        std::fs::rename(&part, &folder)
            .with_context(|| format!("cannot move the toolchain to {}", folder.display()))
    });
    if moved.is_err() {
        // The remains of a failed attempt are useless; the failure itself is reported.
        let _ = std::fs::remove_dir_all(&part);
    }
    moved?;
    let toolchain = Toolchain { folder };
    ensure!(
        works(&toolchain.rustc(), cache)?,
        "Debian's compiler in {} cannot build for {WASM_TARGET}",
        toolchain.folder.display()
    );
    Ok(toolchain)
}

/// The newest complete toolchain in the cache.
fn cached(cache: &Path) -> Result<Option<Toolchain>> {
    let entries =
        std::fs::read_dir(cache).with_context(|| format!("cannot list {}", cache.display()))?;
    let newest = entries
        .filter_map(Result::ok)
        .filter(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            name.strip_prefix(FOLDER)
                .is_some_and(|rest| !rest.starts_with("part-"))
        })
        .max_by_key(std::fs::DirEntry::file_name);
    Ok(newest.map(|entry| Toolchain {
        folder: entry.path(),
    }))
}

/// The packages of the toolchain according to the machine's package lists.
struct Packages {
    /// The version of all packages from the compiler's source: `1.96.0+dfsg3-1~deb12u1`.
    version: String,
    /// The LLVM library that the compiler is linked with: `libllvm22`.
    llvm: String,
}

impl Packages {
    fn find() -> Result<Self> {
        ensure!(
            cfg!(target_os = "linux") && process::find("apt-get").is_some(),
            "this machine has no apt-get"
        );
        let version = match candidate()? {
            Some(version) => version,
            None => {
                update_lists()?;
                candidate()?.context("the package lists have no rustc-web (Debian 12 or newer)")?
            }
        };
        let library = format!("libstd-rust-web-{}", short(&version));
        let depends =
            process::output(Command::new("apt-cache").args(["depends", library.as_str()]))?;
        let llvm = llvm_of(&depends)
            .with_context(|| format!("{library} depends on no libllvm"))?
            .to_owned();
        Ok(Self { version, llvm })
    }

    /// The packages to download.
    fn names(&self) -> Vec<String> {
        let version = &self.version;
        let mut names: Vec<String> = [
            "rustc-web",
            "libstd-rust-web-dev",
            "rust-web-src",
            "rust-web-clippy",
        ]
        .iter()
        .map(|name| format!("{name}={version}"))
        .collect();
        names.push(format!("libstd-rust-web-{}={version}", short(version)));
        names.push(self.llvm.clone());
        names.push(self.lld());
        names
    }

    /// The linker of the same LLVM; package and program have the same name.
    fn lld(&self) -> String {
        self.llvm.replace("libllvm", "lld-")
    }

    /// The folder of the sources in rust-web-src.
    fn source(&self) -> String {
        format!("usr/src/rustc-{}/library", upstream(&self.version))
    }
}

/// The version that would be installed.
fn candidate() -> Result<Option<String>> {
    let policy = process::output(Command::new("apt-cache").args(["policy", "rustc-web"]))?;
    Ok(candidate_of(&policy).map(str::to_owned))
}

fn candidate_of(policy: &str) -> Option<&str> {
    policy
        .lines()
        .find_map(|line| line.trim().strip_prefix("Candidate:"))
        .map(str::trim)
        .filter(|version| *version != "(none)")
}

fn llvm_of(depends: &str) -> Option<&str> {
    depends
        .split_whitespace()
        .find(|word| word.starts_with("libllvm"))
}

/// `1.96.0+dfsg3-1` is upstream's 1.96.0.
fn upstream(version: &str) -> &str {
    version.split(['+', '-']).next().unwrap_or(version)
}

/// `1.96.0+dfsg3-1` is 1.96 in package names.
fn short(version: &str) -> &str {
    let upstream = upstream(version);
    upstream
        .rsplit_once('.')
        .map_or(upstream, |(short, _)| short)
}

/// Runs `apt-get update` as root or with sudo.
pub fn update_lists() -> Result<()> {
    process::quiet(
        "updating the package lists",
        as_root("apt-get")?.arg("update"),
        None,
    )
}

/// Installs packages with `apt-get` as root or with sudo.
pub fn install(packages: &[&str]) -> Result<()> {
    ensure!(
        process::find("apt-get").is_some(),
        "this machine has no apt-get"
    );
    update_lists()?;
    process::quiet(
        &format!("installing Debian's {}", packages.join(", ")),
        as_root("apt-get")?
            .args(["install", "-y", "--no-install-recommends"])
            .args(packages)
            .env("DEBIAN_FRONTEND", "noninteractive"),
        None,
    )
}

/// A command with root privileges: directly if we are root, otherwise with non-interactive sudo.
pub fn as_root(program: &str) -> Result<Command> {
    let user = process::output(Command::new("id").arg("-u"))?;
    if user.trim() == "0" {
        return Ok(Command::new(program));
    }
    let may = Command::new("sudo").args(["-n", "true"]).output();
    ensure!(
        may.is_ok_and(|output| output.status.success()),
        "`{program}` needs root, and sudo asks for a password"
    );
    let mut command = Command::new("sudo");
    command.args(["-n", program]);
    Ok(command)
}

/// Downloads and unpacks the packages, writes the wrappers and builds the standard library.
fn make(folder: &Path, packages: &Packages) -> Result<()> {
    let downloads = folder.join("downloads");
    std::fs::create_dir_all(&downloads)
        .with_context(|| format!("cannot create {}", downloads.display()))?;
    process::quiet(
        &format!("downloading Debian's rustc-web {}", packages.version),
        Command::new("apt-get")
            .args(["download", "-q"])
            .args(packages.names())
            .current_dir(&downloads),
        None,
    )?;
    unpack(folder, &downloads, packages)?;
    wrap_programs(folder)?;
    link_linker(folder, &packages.lld())?;
    build_std(folder, &folder.join(packages.source()))?;
    std::fs::remove_dir_all(&downloads).context("cannot remove the downloaded packages")
}

fn unpack(folder: &Path, downloads: &Path, packages: &Packages) -> Result<()> {
    process::say("unpacking the packages");
    let entries = std::fs::read_dir(downloads).context("cannot list the downloaded packages")?;
    for entry in entries {
        let package = entry.context("cannot list the downloaded packages")?.path();
        let name = package.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with("rust-web-src") {
            // It contains all sources of the compiler; only the library's are needed.
            unpack_folder(folder, &package, &packages.source())?;
        } else {
            process::shown_ok(Command::new("dpkg-deb").arg("-x").arg(&package).arg(folder))?;
        }
    }
    Ok(())
}

fn unpack_folder(into: &Path, package: &Path, wanted: &str) -> Result<()> {
    let mut dpkg = Command::new("dpkg-deb")
        .arg("--fsys-tarfile")
        .arg(package)
        .stdout(std::process::Stdio::piped())
        .spawn()
        .context("cannot start dpkg-deb")?;
    let tar_file = dpkg.stdout.take().context("dpkg-deb has no output")?;
    let mut tar = Command::new("tar");
    tar.arg("-x").arg("-C").arg(into).arg(format!("./{wanted}"));
    let unpacked = tar.stdin(tar_file).status().context("cannot start tar")?;
    let read = dpkg.wait().context("cannot wait for dpkg-deb")?;
    if !unpacked.success() || !read.success() {
        bail!("`{}` failed on {}", describe(&tar), package.display());
    }
    Ok(())
}

/// The folder of the machine's libraries: `usr/lib/x86_64-linux-gnu`.
fn library_folder() -> String {
    format!("usr/lib/{}-linux-gnu", std::env::consts::ARCH)
}

/// Writes the wrappers. They find their folder by their own path, so it can be moved.
fn wrap_programs(folder: &Path) -> Result<()> {
    let wrappers = folder.join("wrap");
    std::fs::create_dir_all(&wrappers).context("cannot create the folder of the wrappers")?;
    let libraries = library_folder();
    for program in PROGRAMS {
        let script = format!(
            "#!/bin/sh\n\
             here=$(dirname \"$(dirname \"$(readlink -f \"$0\")\")\")\n\
             LD_LIBRARY_PATH=\"$here/{libraries}${{LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}}\"\n\
             export LD_LIBRARY_PATH\n\
             exec \"$here/usr/bin/{program}\" \"$@\"\n"
        );
        let path = wrappers.join(program);
        std::fs::write(&path, script)
            .with_context(|| format!("cannot write {}", path.display()))?;
        process::shown_ok(Command::new("chmod").arg("+x").arg(&path))?;
    }
    Ok(())
}

/// The compiler looks for its own linker, `rust-lld`, which is LLVM's with another name.
fn link_linker(folder: &Path, lld: &str) -> Result<()> {
    let host = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    let bin = folder.join("usr/lib/rustlib").join(host).join("bin");
    std::fs::create_dir_all(&bin).with_context(|| format!("cannot create {}", bin.display()))?;
    process::shown_ok(
        Command::new("ln")
            .arg("-sf")
            .arg(format!("../../../../bin/{lld}"))
            .arg(bin.join("rust-lld")),
    )
}

/// Builds the standard library for the wasm target and puts it where the compiler looks for it.
fn build_std(folder: &Path, source: &Path) -> Result<()> {
    let built = folder.join("std-build");
    let flags = format!("target.{WASM_TARGET}.rustflags=[\"-Zforce-unstable-if-unmarked\"]");
    let mut cargo = Command::new("cargo");
    cargo
        .args(["build", "--locked", "--profile", "dist", "--target"])
        .args([WASM_TARGET, "-p", "sysroot", "--features", "backtrace"])
        .args(["--config", "profile.dist.debug=0", "--config", &flags])
        .current_dir(source)
        .env_remove("RUSTFLAGS")
        .env("RUSTC", folder.join("wrap/rustc"))
        // The standard library uses unstable features.
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_TARGET_DIR", &built);
    let what = format!("building the standard library for {WASM_TARGET}, once");
    process::quiet(&what, &mut cargo, None)?;

    let into = folder.join("usr/lib/rustlib").join(WASM_TARGET).join("lib");
    std::fs::create_dir_all(&into).with_context(|| format!("cannot create {}", into.display()))?;
    let libraries = built.join(WASM_TARGET).join("dist/deps");
    let entries = std::fs::read_dir(&libraries)
        .with_context(|| format!("cannot list {}", libraries.display()))?;
    for entry in entries {
        let library = entry.context("cannot list the built libraries")?.path();
        if library.extension().is_some_and(|e| e == "rlib") {
            let name = library.file_name().unwrap_or_default();
            std::fs::copy(&library, into.join(name)).context("cannot copy a built library")?;
        }
    }
    std::fs::remove_dir_all(&built).context("cannot remove the build of the standard library")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_candidate_is_read_from_the_policy() {
        let policy = "rustc-web:\n  Installed: (none)\n  Candidate: 1.96.0+dfsg3-1\n";
        assert_eq!(candidate_of(policy), Some("1.96.0+dfsg3-1"));
        let none = "rustc-web:\n  Installed: (none)\n  Candidate: (none)\n";
        assert_eq!(candidate_of(none), None);
        assert_eq!(candidate_of(""), None);
    }

    #[test]
    fn names_of_packages_follow_from_the_version() {
        let packages = Packages {
            version: "1.96.0+dfsg3-1".to_owned(),
            llvm: "libllvm22".to_owned(),
        };
        assert_eq!(packages.lld(), "lld-22");
        assert_eq!(packages.source(), "usr/src/rustc-1.96.0/library");
        assert!(
            packages
                .names()
                .contains(&"libstd-rust-web-1.96=1.96.0+dfsg3-1".to_owned())
        );
    }

    #[test]
    fn the_llvm_library_is_found_among_the_dependencies() {
        let depends = "libstd-rust-web-1.96\n  Depends: libc6\n  Depends: libllvm22\n";
        assert_eq!(llvm_of(depends), Some("libllvm22"));
    }
}
