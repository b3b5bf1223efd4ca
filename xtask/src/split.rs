//! Takes the page's wasm apart: what it needs at once, and modules that it fetches when it needs them.
//!
//! The split points are functions with `#[wasm_split]` in the page. Trunk knows nothing of them, so this does once more
//! what Trunk does with the wasm, on each of the parts, and puts them into Trunk's site.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, ensure};
use sha2::{Digest, Sha256};
use wasm_split_cli_support::{Options, transform};

use crate::setup::Web;
use crate::versions::WASM_TARGET;
use crate::{paths, process};

/// The profile, and the feature, that the page is built with to be taken apart.
pub const TRUNK_ARGUMENTS: [&str; 4] = ["--cargo-profile", "site", "--features", "split"];

/// Stands for the hash in names until the content is known; exactly as long as a hash.
const TOKEN: &str = "hash-of-all-here";

/// What the compiler switches on for the target, and wasm-opt may make use of.
const FEATURES: [&str; 8] = [
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-call-indirect-overlong",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// How the script instantiates a module, and what is done instead: hosts may not know the type of wasm.
const STREAMING: &str = "WebAssembly.instantiateStreaming(src, imports)";
const INSTANTIATE: &str = "instantiate(src, imports)";
const INSTANTIATE_JS: &str = "
async function instantiate(source, imports) {
  const answer = await source;
  if (!answer.ok) throw new Error(`${answer.url}: ${answer.status}`);
  if (answer.headers.get(\"Content-Type\")?.startsWith(\"application/wasm\")) {
    return WebAssembly.instantiateStreaming(answer, imports);
  }
  return WebAssembly.instantiate(await answer.arrayBuffer(), imports);
}
";

/// Puts the parts into a site that Trunk has built with [`TRUNK_ARGUMENTS`], in the place of its wasm.
pub fn split(root: &Path, web: &Web, site: &Path) -> Result<()> {
    let target = paths::web_target(root);
    let whole = target.join(WASM_TARGET).join("site/kubestep.wasm");
    let folder = target.join("split");
    if folder.exists() {
        std::fs::remove_dir_all(&folder)
            .with_context(|| format!("cannot empty {}", folder.display()))?;
    }
    let parts = take_apart(&whole, &folder)?;
    let script = folder.join(script_name(TOKEN));
    let text = read_text(&script)?;
    write(&script, with_names(&text, &parts)?.as_bytes())?;
    bindgen(web, &folder)?;
    for part in &parts {
        optimise(web, &folder.join(format!("{part}.wasm")))?;
    }
    optimise(web, &folder.join(format!("kubestep-{TOKEN}_bg.wasm")))?;
    put(&folder, &parts, site)
}

fn script_name(hash: &str) -> String {
    format!("split-{hash}.js")
}

/// Writes `main.wasm`, the parts and the script that fetches them. Gives the names of the parts.
fn take_apart(whole: &Path, folder: &Path) -> Result<Vec<String>> {
    let wasm = std::fs::read(whole).with_context(|| format!("cannot read {}", whole.display()))?;
    let (main, link, module) = (
        folder.join("main.wasm"),
        format!("./{}", script_name(TOKEN)),
        format!("./kubestep-{TOKEN}.js"),
    );
    let mut options = Options::new(&wasm);
    options.output_dir = folder;
    options.main_out_path = &main;
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

/// The script, with the names that the parts get, and for hosts that do not know the type of wasm.
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

fn bindgen(web: &Web, folder: &Path) -> Result<()> {
    let name = format!("kubestep-{TOKEN}");
    let mut command = web.command("wasm-bindgen")?;
    command
        .args(["--target", "web", "--no-typescript", "--out-name", &name])
        // The parts share the table of functions, which it would hide otherwise.
        .arg("--keep-lld-exports")
        .arg("--out-dir")
        .arg(folder)
        .arg(folder.join("main.wasm"));
    process::shown_ok(&mut command)
}

/// Makes a module smaller, where there is wasm-opt.
fn optimise(web: &Web, wasm: &Path) -> Result<()> {
    if !web.wasm_opt {
        return Ok(());
    }
    let mut command = web.command("wasm-opt")?;
    command
        .arg("-Oz")
        .args(FEATURES)
        .arg(wasm)
        .arg("-o")
        .arg(wasm);
    // It warns of names that it does not know, and drops all of them.
    process::output(&mut command).map(drop)
}

/// Puts the files into the site, under names that change with their content.
fn put(folder: &Path, parts: &[String], site: &Path) -> Result<()> {
    let mut files = vec![
        (
            format!("kubestep-{TOKEN}.js"),
            format!("kubestep-{TOKEN}.js"),
        ),
        (
            format!("kubestep-{TOKEN}_bg.wasm"),
            format!("kubestep-{TOKEN}_bg.wasm"),
        ),
        (script_name(TOKEN), script_name(TOKEN)),
    ];
    let part = |part: &String| (format!("{part}.wasm"), format!("{part}-{TOKEN}.wasm"));
    files.extend(parts.iter().map(part));
    let mut contents = Vec::new();
    let mut digested = Vec::new();
    for (from, to) in files {
        let path = folder.join(from);
        let content =
            std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        digested.extend(Sha256::digest(&content));
        contents.push((to, content));
    }
    let hash = hash(&digested);
    let page = site.join("index.html");
    let text = read_text(&page)?;
    let old = trunk_name(&text).context("index.html does not load kubestep-….js")?;
    for name in [format!("{old}.js"), format!("{old}_bg.wasm")] {
        let path = site.join(name);
        std::fs::remove_file(&path).with_context(|| format!("cannot remove {}", path.display()))?;
    }
    for (name, content) in contents {
        write(
            &site.join(name.replace(TOKEN, &hash)),
            &with_hash(content, &hash),
        )?;
    }
    write(&page, page_of(&text, &old, &hash).as_bytes())
}

/// What names of files hold of a content: it changes with any byte of it.
pub fn hash(content: &[u8]) -> String {
    let bytes = &Sha256::digest(content)[..TOKEN.len() / 2];
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The page with the new names. The script that fetches the parts is asked for together with the first one.
fn page_of(text: &str, old: &str, hash: &str) -> String {
    let preload = "<link rel=\"modulepreload\"";
    let script = script_name(hash);
    let both = format!("{preload} href=\"./{script}\" crossorigin=\"anonymous\">{preload}");
    text.replace(old, &format!("kubestep-{hash}"))
        .replacen(preload, &both, 1)
}

/// What Trunk has called the page's script, without its ending.
fn trunk_name(page: &str) -> Option<String> {
    let start = page.find("'./kubestep-")? + "'./".len();
    let length = page[start..].find(".js'")?;
    Some(page[start..start + length].to_owned())
}

/// A content with the hash in the place of its token, which is as long: offsets stay what they are.
fn with_hash(mut content: Vec<u8>, hash: &str) -> Vec<u8> {
    let mut at = 0;
    while let Some(found) = content[at..]
        .windows(TOKEN.len())
        .position(|window| window == TOKEN.as_bytes())
    {
        at += found;
        content[at..at + TOKEN.len()].copy_from_slice(hash.as_bytes());
    }
    content
}

fn read_text(path: &PathBuf) -> Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

fn write(path: &PathBuf, content: &[u8]) -> Result<()> {
    std::fs::write(path, content).with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: &str = "0123456789abcdef";

    #[test]
    fn the_hash_takes_the_place_of_its_token() {
        assert_eq!(TOKEN.len(), HASH.len());
        let content = format!("a {TOKEN}{TOKEN} b").into_bytes();
        assert_eq!(
            with_hash(content, HASH),
            format!("a {HASH}{HASH} b").into_bytes()
        );
    }

    #[test]
    fn the_page_loads_the_parts_instead_of_the_whole() {
        let page = "import init from './kubestep-aa.js'; init('./kubestep-aa_bg.wasm')\
            <link rel=\"modulepreload\" href=\"./kubestep-aa.js\">";
        let old = trunk_name(page).expect("a name");
        assert_eq!(old, "kubestep-aa");
        assert_eq!(
            page_of(page, &old, HASH),
            "import init from './kubestep-0123456789abcdef.js'; init('./kubestep-0123456789abcdef_bg.wasm')\
            <link rel=\"modulepreload\" href=\"./split-0123456789abcdef.js\" crossorigin=\"anonymous\">\
            <link rel=\"modulepreload\" href=\"./kubestep-0123456789abcdef.js\">"
        );
        assert_eq!(trunk_name("<p>nothing</p>"), None);
    }

    #[test]
    fn the_script_must_be_what_it_is_taken_for() {
        let parts = ["split_a".to_owned()];
        let script = format!("fetch(\"./split_a.wasm\"); {STREAMING}");
        let named = with_names(&script, &parts).expect("a script as it should be");
        assert!(named.starts_with(&format!("fetch(\"./split_a-{TOKEN}.wasm\"); {INSTANTIATE}")));
        assert!(with_names("fetch(\"./split_b.wasm\")", &parts).is_err());
        assert!(with_names("fetch(\"./split_a.wasm\")", &parts).is_err());
    }
}
