//! `cargo xtask serve`: the page on this machine, rebuilt on each change.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use anyhow::{Context, Result};

use crate::host::{self, Builds};
use crate::site::{Build, Site, Tool};
use crate::watch::Watch;
use crate::{files, paths, process};

/// Reloads the page after each build. The first number it receives is that of its own build.
const RELOAD: &str = "<script type=\"module\">
      // Only `cargo xtask serve` adds this.
      let mine;
      new EventSource(\"./~built\").onmessage = ({ data }) => (mine ??= data) === data || location.reload();
    </script>
  </body>";

/// Builds the page and serves it until interrupted.
pub fn serve(root: &Path, port: u16, release: bool) -> Result<()> {
    // Before a long build rather than after it; early requests wait for the first build.
    let listener = host::listen(port, "serve")?;
    let build = if release {
        Build::Release
    } else {
        Build::Debug
    };
    let site = Site::new(root, build)?;
    let mut watch = Watch::new(root);
    let tool = site.compile_with(Tool::Bindgen)?;
    let mut served = Served::new(root, tool);
    served.update(&site)?;
    let builds = Builds::new();
    host::in_background(listener, served.folder.clone(), Some(builds.clone()));
    process::say(format!(
        "the page is on http://127.0.0.1:{port}, rebuilt on each change; Ctrl+C to stop"
    ));
    loop {
        watch.wait();
        match site.compile().and_then(|()| served.update(&site)) {
            Ok(()) => {
                builds.one_more();
                process::say("rebuilt");
            }
            Err(error) => process::say(format!("{error:#}; the previous build stays in place")),
        }
    }
}

/// The folder being served.
struct Served {
    tool: PathBuf,
    folder: PathBuf,
    /// The folder of the next build, which replaces it atomically.
    next: PathBuf,
    /// The output of wasm-bindgen, and the compilation time of the wasm it was generated from.
    bindgen: PathBuf,
    made_from: Option<SystemTime>,
}

impl Served {
    fn new(root: &Path, tool: PathBuf) -> Self {
        let target = paths::web_target(root);
        Self {
            tool,
            // Not dist/, which contains the last site built.
            folder: target.join("serve"),
            next: target.join("serve-next"),
            bindgen: target.join("bindgen"),
            made_from: None,
        }
    }

    /// Recreates the folder from the compiled files.
    fn update(&mut self, site: &Site) -> Result<()> {
        let wasm = site.compiled()?;
        let compiled = wasm
            .metadata()
            .and_then(|about| about.modified())
            .with_context(|| format!("cannot read {}", wasm.display()))?;
        if self.made_from != Some(compiled) {
            self.made_from = None;
            self.bind(site, &wasm)?;
            self.made_from = Some(compiled);
        }
        files::remove_folder(&self.next)?;
        files::copy(&self.bindgen, &self.next)?;
        site.assemble(&self.next)?;
        let page = self.next.join("index.html");
        let text = files::read_text(&page)?;
        files::write(&page, text.replacen("</body>", RELOAD, 1))?;
        files::remove_folder(&self.folder)?;
        std::fs::rename(&self.next, &self.folder)
            .with_context(|| format!("cannot rename {}", self.next.display()))
    }

    fn bind(&self, site: &Site, wasm: &Path) -> Result<()> {
        files::remove_folder(&self.bindgen)?;
        let name = wasm.file_stem().context("the wasm has no name")?;
        let mut command = Command::new(&self.tool);
        command.arg(wasm).arg(&self.bindgen).arg(name);
        process::shown_ok(&mut command)?;
        let module = format!("{}_bg.wasm", name.to_string_lossy());
        site.optimise(&[self.bindgen.join(module)])
    }
}
