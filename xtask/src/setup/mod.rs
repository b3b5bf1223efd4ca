//! Makes ready what a command needs, and nothing more: looks first, installs what is missing into
//! the cache, says what it does. Running it again finds everything in place.

pub mod browser;
mod crates;
mod debian;
pub mod engines;
pub mod node;
mod target;
mod tools;

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::{paths, process, versions};

pub use target::Compiler;
pub use tools::cargo_deny;

/// Everything that builds the page.
pub struct Web {
    root: PathBuf,
    /// The compiler that knows the wasm target.
    pub compiler: Compiler,
    /// Folders of tools, in front of everything else on the PATH.
    bins: Vec<PathBuf>,
    /// Whether `wasm-opt` is there. Builds work without it; they are larger.
    pub wasm_opt: bool,
}

/// Makes ready what builds the page: compiler, wasm-bindgen, Trunk and, where it can be had,
/// wasm-opt.
pub fn web(root: &Path) -> Result<Web> {
    let cache = paths::cache()?;
    let mut web = compiler_and_bindgen(root, &cache)?;
    web.bins.push(tools::trunk(&cache)?);
    match tools::wasm_opt(&cache) {
        Ok(bin) => {
            web.bins.push(bin);
            web.wasm_opt = true;
        }
        Err(reason) => process::say(format!(
            "going on without wasm-opt ({reason:#}); release builds will be larger"
        )),
    }
    Ok(web)
}

/// Makes ready what compiles and runs tests for wasm: compiler and wasm-bindgen's test runner.
pub fn web_tests(root: &Path) -> Result<Web> {
    compiler_and_bindgen(root, &paths::cache()?)
}

fn compiler_and_bindgen(root: &Path, cache: &Path) -> Result<Web> {
    crates::fetch(root)?;
    Ok(Web {
        root: root.to_path_buf(),
        compiler: target::compiler(cache)?,
        bins: vec![tools::wasm_bindgen(cache, &versions::wasm_bindgen(root)?)?],
        wasm_opt: false,
    })
}

impl Web {
    /// A command in the root of the checkout that finds all of this.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Result<Command> {
        let mut command = Command::new(program);
        command
            .current_dir(&self.root)
            .env("PATH", self.path()?)
            .env("CARGO_TARGET_DIR", paths::web_target(&self.root))
            // It asks a server which version of Trunk is the newest.
            .env("TRUNK_SKIP_VERSION_CHECK", "true")
            // Trunk refuses the usual value of this variable, "1".
            .env_remove("NO_COLOR");
        self.compiler.configure(&mut command);
        Ok(command)
    }

    fn path(&self) -> Result<std::ffi::OsString> {
        let old = env::var_os("PATH").unwrap_or_default();
        let folders = self.bins.iter().cloned().chain(env::split_paths(&old));
        env::join_paths(folders).context("a folder on the PATH has a separator in its name")
    }
}

/// `cargo xtask setup`: everything that any command needs.
pub fn all(root: &Path) -> Result<()> {
    let web = web(root)?;
    process::say(format!("compiler for the page: {}", web.compiler));
    let browser = browser::find_or_install()?;
    process::say(format!("browser: {}", browser.chromium.display()));
    node::packages(&root.join("tests/e2e"))?;
    process::say("ready: `cargo xtask serve`, `cargo xtask test`");
    Ok(())
}
