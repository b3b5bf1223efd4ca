//! What `wasm-bindgen --target web` does, without its command line: the page's JavaScript, and wasm that fits it.

use std::path::Path;

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

/// Which of the compiler's exports stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exports {
    /// Those of the page alone.
    Page,
    /// The linker's as well: the parts of a split module share its table of functions.
    Linker,
}

/// Writes `NAME.js` and `NAME_bg.wasm` into a folder.
pub fn generate(wasm: &Path, folder: &Path, name: &str, exports: Exports) -> Result<()> {
    Bindgen::new()
        .input_path(wasm)
        .web(true)
        .context("the target `web` is refused")?
        .typescript(false)
        .keep_lld_exports(exports == Exports::Linker)
        .out_name(name)
        .generate(folder)
        .with_context(|| format!("wasm-bindgen cannot read {}", wasm.display()))
}
