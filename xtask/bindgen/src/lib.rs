//! Equivalent to `wasm-bindgen --target web`: generates the page's JavaScript and matching wasm.

use std::path::Path;

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

/// Which of the compiler's exports are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exports {
    /// Only those of the page.
    Page,
    /// Those of the linker as well: the parts of a split module share its function table.
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

/// Writes `NAME.js`, `NAME_bg.wasm` and `NAME.d.ts` for other programs into a folder.
pub fn library(wasm: &Path, folder: &Path, name: &str) -> Result<()> {
    Bindgen::new()
        .input_path(wasm)
        .web(true)
        .context("the target `web` is refused")?
        .typescript(true)
        // Bundlers find the wasm by its address in the script.
        .omit_default_module_path(false)
        .out_name(name)
        .generate(folder)
        .with_context(|| format!("wasm-bindgen cannot read {}", wasm.display()))
}
