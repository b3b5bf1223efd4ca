//! `xtask-bindgen WASM FOLDER NAME` writes `NAME.js` and `NAME_bg.wasm` into the folder. `cargo xtask` builds and
//! runs it as a separate program, so that it compiles in parallel with the page.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Result, bail};
use xtask_bindgen::{Exports, generate};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask-bindgen: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let arguments: Vec<_> = std::env::args_os().skip(1).collect();
    let [wasm, folder, name] = arguments.as_slice() else {
        bail!("three arguments are needed: WASM FOLDER NAME");
    };
    let name = name.to_string_lossy();
    generate(Path::new(wasm), Path::new(folder), &name, Exports::Page)
}
