//! Renames files by content hash, so that hosts and browsers can cache them forever.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use sha2::{Digest, Sha256};

use crate::files::{File, files, read_text, write};
use crate::split;

/// Placeholder for the hash in names until the content is known; of the same length.
pub const TOKEN: &str = "hash-of-all-here";

/// The hash of a content in file names; it changes with every byte.
pub fn hash(content: &[u8]) -> String {
    let bytes = &Sha256::digest(content)[..TOKEN.len() / 2];
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Adds the program's parts to a site, whose page loads them as one. All of them share a hash, since they refer to
/// each other.
pub fn put_parts(parts: &Path, site: &Path) -> Result<()> {
    let parts = files(parts)?;
    let digests: Vec<u8> = parts
        .iter()
        .flat_map(|part| Sha256::digest(&part.content))
        .collect();
    let hash = hash(&digests);
    let page = site.join("index.html");
    write(&page, page_of(&read_text(&page)?, &parts, &hash)?)?;
    for File { name, content } in parts {
        write(
            &site.join(name.replace(TOKEN, &hash)),
            with_hash(content, &hash),
        )?;
    }
    Ok(())
}

/// The page that loads the parts. The script that loads them is requested together with the first one.
fn page_of(page: &str, parts: &[File], hash: &str) -> Result<String> {
    let mut page = page.to_owned();
    let token = format!("-{TOKEN}");
    for part in parts {
        let whole = format!("\"./{}\"", part.name.replace(&token, ""));
        let named = format!("\"./{}\"", part.name.replace(TOKEN, hash));
        page = page.replace(&whole, &named);
    }
    let preload = "<link rel=\"modulepreload\"";
    ensure!(
        page.matches(preload).count() == 1 && page.contains(hash),
        "index.html does not load the program as it should"
    );
    let script = split::script_name().replace(TOKEN, hash);
    let both = format!("{preload} href=\"./{script}\" crossorigin=\"anonymous\" />{preload}");
    Ok(page.replacen(preload, &both, 1))
}

/// Replaces the placeholder by the hash, which has the same length and hence does not shift offsets.
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

/// Renames the page's icon by content hash.
pub fn icon(site: &Path) -> Result<()> {
    const LINK: &str = "<link rel=\"icon\" href=\"./";
    let page = site.join("index.html");
    let text = read_text(&page)?;
    let (_, after) = text.split_once(LINK).context("index.html links no icon")?;
    let (name, _) = after
        .split_once('"')
        .context("the icon's link has no end")?;
    let (stem, ending) = name.rsplit_once('.').context("the icon has no ending")?;
    let old = site.join(name);
    let content = std::fs::read(&old).with_context(|| format!("cannot read {}", old.display()))?;
    let new = format!("{stem}-{}.{ending}", hash(&content));
    std::fs::rename(&old, site.join(&new))
        .with_context(|| format!("cannot rename {}", old.display()))?;
    write(
        &page,
        text.replacen(&format!("{LINK}{name}"), &format!("{LINK}{new}"), 1),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: &str = "0123456789abcdef";

    fn part(name: &str) -> File {
        File {
            name: name.replace("TOKEN", TOKEN),
            content: Vec::new(),
        }
    }

    #[test]
    fn the_hash_replaces_its_placeholder() {
        assert_eq!(TOKEN.len(), HASH.len());
        assert_eq!(hash(b"").len(), HASH.len());
        let content = format!("a {TOKEN}{TOKEN} b").into_bytes();
        let expected = format!("a {HASH}{HASH} b").into_bytes();
        assert_eq!(with_hash(content, HASH), expected);
    }

    #[test]
    fn the_page_loads_the_parts_instead_of_the_whole() {
        let page = "<link rel=\"modulepreload\" href=\"./page.js\">\
            import init from \"./page.js\"; init(\"./page_bg.wasm\")";
        let parts = ["page-TOKEN.js", "page-TOKEN_bg.wasm", "split-TOKEN.js"].map(part);
        assert_eq!(
            page_of(page, &parts, HASH).expect("a page that loads"),
            "<link rel=\"modulepreload\" href=\"./split-0123456789abcdef.js\" crossorigin=\"anonymous\" />\
            <link rel=\"modulepreload\" href=\"./page-0123456789abcdef.js\">\
            import init from \"./page-0123456789abcdef.js\"; init(\"./page-0123456789abcdef_bg.wasm\")"
        );
        assert!(page_of("<p>nothing</p>", &parts, HASH).is_err());
    }
}
