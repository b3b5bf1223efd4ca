//! Splits the page's wasm into what is needed immediately and modules loaded on demand.
//!
//! The split points are functions with `#[wasm_split]` in the page.

use std::path::Path;

use anyhow::{Context, Result, anyhow, ensure};
use wasm_split_cli_support::{Options, transform};
use xtask_bindgen::Exports;

use crate::files::{read_text, write};
use crate::names::TOKEN;

/// How the script instantiates a module; it is replaced, because hosts may not know the MIME type of wasm.
const STREAMING: &str = "WebAssembly.instantiateStreaming(src, imports)";
const INSTANTIATE: &str = "instantiate(src, imports)";
const INSTANTIATE_JS: &str = "
async function instantiate(source, imports) {
  const answer = await source;
  if (answer instanceof ArrayBuffer) return WebAssembly.instantiate(answer, imports);
  if (!answer.ok) throw new Error(`${answer.url}: ${answer.status}`);
  if (answer.headers.get(\"Content-Type\")?.startsWith(\"application/wasm\")) {
    return WebAssembly.instantiateStreaming(answer, imports);
  }
  return WebAssembly.instantiate(await answer.arrayBuffer(), imports);
}
";

/// Name prefix of modules that belong to a single part.
pub const PART: &str = "split_";

/// Writes the parts of a program's wasm and their scripts into a new folder. All files have [`TOKEN`] in their
/// names.
pub fn split(whole: &Path, folder: &Path) -> Result<()> {
    let program = whole.file_stem().context("the wasm has no name")?;
    let name = format!("{}-{TOKEN}", program.to_string_lossy());
    let main = folder.join("main.wasm");
    let parts = take_apart(whole, folder, &main, &name)?;
    let script = folder.join(script_name());
    let text = read_text(&script)?;
    write(&script, with_names(&text, &parts)?)?;
    xtask_bindgen::generate(&main, folder, &name, Exports::Linker)?;
    std::fs::remove_file(&main).with_context(|| format!("cannot remove {}", main.display()))?;
    for part in &parts {
        let path = |name: String| folder.join(format!("{name}.wasm"));
        let (from, to) = (path(part.clone()), path(format!("{part}-{TOKEN}")));
        std::fs::rename(&from, &to).with_context(|| format!("cannot rename {}", from.display()))?;
    }
    Ok(())
}

/// The script that loads the parts.
pub fn script_name() -> String {
    format!("split-{TOKEN}.js")
}

/// Writes `main`, the parts, and the script that loads them. Returns the names of the parts.
fn take_apart(whole: &Path, folder: &Path, main: &Path, name: &str) -> Result<Vec<String>> {
    let wasm = std::fs::read(whole).with_context(|| format!("cannot read {}", whole.display()))?;
    let link = format!("./{}", script_name());
    let module = format!("./{name}.js");
    let mut options = Options::new(&wasm);
    options.output_dir = folder;
    options.main_out_path = main;
    options.link_name = &link;
    options.main_module = &module;
    let split = transform(options).map_err(|error| anyhow!("cannot split the wasm: {error:#}"))?;
    let mut parts: Vec<String> = split
        .split_modules
        .iter()
        .filter_map(|path| Some(path.file_stem()?.to_string_lossy().into_owned()))
        .collect();
    parts.sort();
    ensure!(!parts.is_empty(), "the wasm has no split points");
    Ok(parts)
}

/// The script with the final names of the parts, and adapted to hosts that do not know the MIME type of wasm.
fn with_names(script: &str, parts: &[String]) -> Result<String> {
    let mut script = script.to_owned();
    for part in parts {
        let name = format!("\"./{part}.wasm\"");
        ensure!(
            script.contains(&name),
            "the script of the split does not fetch {part}.wasm"
        );
        script = script.replace(&name, &format!("\"./{part}-{TOKEN}.wasm\""));
    }
    ensure!(
        script.matches(STREAMING).count() == parts.len(),
        "the script of the split does not say `{STREAMING}` for each part"
    );
    Ok(script.replace(STREAMING, INSTANTIATE) + INSTANTIATE_JS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unexpected_script_is_an_error() {
        let parts = ["split_a".to_owned()];
        let script = format!("fetch(\"./split_a.wasm\"); {STREAMING}");
        let named = with_names(&script, &parts).expect("the expected script");
        assert!(named.starts_with(&format!("fetch(\"./split_a-{TOKEN}.wasm\"); {INSTANTIATE}")));
        assert!(with_names("fetch(\"./split_b.wasm\")", &parts).is_err());
        assert!(with_names("fetch(\"./split_a.wasm\")", &parts).is_err());
    }
}
