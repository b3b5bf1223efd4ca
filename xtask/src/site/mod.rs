//! Builds the page into a folder for any static host; shared by `serve` and `dist`.

mod page;
mod tools;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::process::{self, Step};
use crate::setup::{self, Web};
use crate::versions::WASM_TARGET;
use crate::{files, paths};
use page::{Asset, Page, Piece, Program};

pub use tools::Tool;

/// How the page is compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Build {
    /// For a fast build.
    Debug,
    /// For size.
    Release,
    /// For size, and to be split by `xtask-dist`.
    Split,
}

/// The page and the tools that build it.
pub struct Site {
    root: PathBuf,
    web: Web,
    build: Build,
    wasm_opt: Option<PathBuf>,
}

impl Site {
    /// Sets up a build.
    pub fn new(root: &Path, build: Build) -> Result<Self> {
        let web = setup::web(root)?;
        let wasm_opt = match build {
            Build::Debug => None,
            Build::Release | Build::Split => setup::wasm_opt()?,
        };
        Ok(Self {
            root: root.to_path_buf(),
            web,
            build,
            wasm_opt,
        })
    }

    fn page(&self) -> Result<Page> {
        Page::parse(&files::read_text(&self.root.join("index.html"))?).context("index.html")
    }

    /// Compiles the page's program in parallel with the tool needed next; returns the tool's path.
    pub fn compile_with(&self, tool: Tool) -> Result<PathBuf> {
        let page = self.page()?;
        let program = page.program()?;
        let mut tool_command = tool.build(&self.root);
        let mut page_command = self.cargo(program)?;
        page_command.arg("--verbose");
        let (tool_path, wasm) = (tool.path(&self.root), self.wasm(program));
        let words = [&["--target", WASM_TARGET], self.features()].concat();
        let steps = vec![
            Step {
                what: tool.what().to_owned(),
                packages: tools::packages(&self.root, tool.package(), &[], &tool_path),
                command: &mut tool_command,
            },
            Step {
                what: "the page".to_owned(),
                packages: tools::packages(&self.root, "kubestep", &words, &wasm),
                command: &mut page_command,
            },
        ];
        process::together(steps)?;
        Ok(tool_path)
    }

    /// Compiles the page's program again, with cargo's own output.
    pub fn compile(&self) -> Result<()> {
        process::shown_ok(&mut self.cargo(self.page()?.program()?)?)
    }

    /// Compiles the library for the npm package, with the page's profile. Cargo gives its wasm the name of the page's,
    /// which it replaces.
    pub fn compile_library(&self) -> Result<PathBuf> {
        let page = self.page()?;
        let program = page.program()?;
        let mut cargo = self.web.cargo();
        cargo
            .args(["rustc", "--locked", "--target", WASM_TARGET])
            .args(["--color", process::colour(), "--manifest-path"])
            .arg(self.root.join(&program.manifest))
            .args(["--lib", "--features", "door", "--crate-type", "cdylib"])
            .args(["--profile", &program.profile]);
        self.without_local_paths(&mut cargo)?;
        process::shown_ok(&mut cargo)?;
        Ok(self.wasm(program))
    }

    fn cargo(&self, program: &Program) -> Result<Command> {
        let mut cargo = self.web.cargo();
        cargo
            .args(["build", "--locked", "--target", WASM_TARGET])
            .args(["--color", process::colour(), "--manifest-path"])
            .arg(self.root.join(&program.manifest))
            .args(["--bin", &program.bin]);
        if self.build != Build::Debug {
            cargo.args(["--profile", &program.profile]);
            self.without_local_paths(&mut cargo)?;
        }
        cargo.args(self.features());
        Ok(cargo)
    }

    /// Removes the folders of this machine from the paths in panic messages: the build does not reveal them, and its size
    /// does not depend on them.
    fn without_local_paths(&self, cargo: &mut Command) -> Result<()> {
        let sources = paths::cargo_home().map(|home| home.join("registry/src"));
        let registries = match &sources {
            Some(sources) if sources.is_dir() => files::list(sources)?,
            _ => Vec::new(),
        };
        let flags: Vec<_> = registries
            .iter()
            .chain([&self.root])
            .map(|folder| format!("--remap-path-prefix={}/=", folder.display()))
            .collect();
        // Of the variables for flags this one allows spaces in paths.
        cargo.env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}"));
        Ok(())
    }

    fn features(&self) -> &'static [&'static str] {
        match self.build {
            Build::Debug | Build::Release => &[],
            Build::Split => &["--features", "split"],
        }
    }

    /// The path of the compiled wasm.
    fn wasm(&self, program: &Program) -> PathBuf {
        let profile = match self.build {
            Build::Debug => "debug",
            Build::Release | Build::Split => &program.profile,
        };
        let target = paths::web_target(&self.root).join(WASM_TARGET);
        target.join(profile).join(format!("{}.wasm", program.bin))
    }

    /// The wasm of the last compilation.
    pub fn compiled(&self) -> Result<PathBuf> {
        Ok(self.wasm(self.page()?.program()?))
    }

    /// Optimizes modules in parallel, if wasm-opt is available.
    pub fn optimise(&self, modules: &[PathBuf]) -> Result<()> {
        let Some(wasm_opt) = &self.wasm_opt else {
            return Ok(());
        };
        let level = format!("-O{}", self.page()?.program()?.wasm_opt);
        std::thread::scope(|scope| {
            let started: Vec<_> = modules
                .iter()
                .map(|module| scope.spawn(|| tools::optimise(wasm_opt, &level, module)))
                .collect();
            started.into_iter().try_for_each(|thread| {
                thread
                    .join()
                    .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            })
        })
    }

    /// Writes everything except the wasm and its script: the page, which loads `NAME.js` and `NAME_bg.wasm`, where
    /// `NAME` is its program's name, and the files it refers to. Keeps other files in the folder.
    pub fn assemble(&self, folder: &Path) -> Result<()> {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("cannot create {}", folder.display()))?;
        let mut html = String::new();
        for piece in self.page()?.pieces {
            match piece {
                Piece::Text(text) => html += &text,
                Piece::Asset(asset) => html += &self.place(&asset, folder)?,
            }
        }
        files::write(&folder.join("index.html"), html)
    }

    /// Copies an asset, and returns the elements that replace its link.
    fn place(&self, asset: &Asset, folder: &Path) -> Result<String> {
        let copy = |path: &Path| -> Result<String> {
            let name = path
                .file_name()
                .with_context(|| format!("{} names no file", path.display()))?;
            files::copy(&self.root.join(path), &folder.join(name))?;
            Ok(name.to_string_lossy().into_owned())
        };
        Ok(match asset {
            Asset::Stylesheet(path) => {
                format!("<link rel=\"stylesheet\" href=\"./{}\" />", copy(path)?)
            }
            Asset::Icon(path) => format!("<link rel=\"icon\" href=\"./{}\" />", copy(path)?),
            Asset::File(path) | Asset::Folder(path) => {
                copy(path)?;
                String::new()
            }
            Asset::Program(program) => load(&program.bin),
        })
    }
}

/// The element that loads a program; both files are requested immediately.
fn load(name: &str) -> String {
    format!(
        "<link rel=\"modulepreload\" href=\"./{name}.js\" crossorigin=\"anonymous\" />\
        <link rel=\"preload\" href=\"./{name}_bg.wasm\" crossorigin=\"anonymous\" as=\"fetch\" \
        type=\"application/wasm\" />\n    \
        <script type=\"module\">\n      import init from \"./{name}.js\";\n      \
        await init({{ module_or_path: \"./{name}_bg.wasm\" }});\n    </script>"
    )
}
