//! Sets up what a command needs and nothing else: checks first, installs missing tools into the cache, and reports
//! it. Running it again changes nothing.

pub mod browser;
mod crates;
mod debian;
pub mod engines;
pub mod node;
mod target;
mod tools;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use crate::{paths, process, versions};

pub use target::Compiler;
pub use tools::cargo_deny;

/// The setup for web builds.
pub struct Web {
    root: PathBuf,
    /// The compiler with the wasm target.
    pub compiler: Compiler,
}

/// Sets up web builds: all crates, and a compiler.
pub fn web(root: &Path) -> Result<Web> {
    crates::fetch(root)?;
    Ok(Web {
        root: root.to_path_buf(),
        compiler: target::compiler(&paths::cache()?)?,
    })
}

impl Web {
    /// A cargo command for web builds in the root of the checkout.
    pub fn cargo(&self) -> Command {
        let mut command = Command::new("cargo");
        command
            .current_dir(&self.root)
            .env("CARGO_TARGET_DIR", paths::web_target(&self.root));
        self.compiler.configure(&mut command);
        command
    }
}

/// `wasm-opt`, if available. Builds work without it but are larger.
pub fn wasm_opt() -> Result<Option<PathBuf>> {
    let found = tools::wasm_opt(&paths::cache()?);
    if let Err(reason) = &found {
        process::say(format!(
            "continuing without wasm-opt ({reason:#}); the release build will be larger"
        ));
    }
    Ok(found.ok())
}

/// The program that runs wasm-bindgen tests in a browser.
pub fn test_runner(root: &Path) -> Result<PathBuf> {
    tools::test_runner(&paths::cache()?, &versions::wasm_bindgen(root)?)
}

/// `cargo xtask setup`: everything that any command needs.
pub fn all(root: &Path) -> Result<()> {
    let web = web(root)?;
    process::say(format!("compiler for the page: {}", web.compiler));
    wasm_opt()?;
    let runner = test_runner(root)?;
    process::say(format!("runner of the browser tests: {}", runner.display()));
    let browser = browser::find_or_install()?;
    process::say(format!("browser: {}", browser.chromium.display()));
    node::packages(&root.join("tests/e2e"))?;
    process::say("ready: `cargo xtask serve`, `cargo xtask test`");
    Ok(())
}
