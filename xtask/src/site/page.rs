//! Parses `index.html` with its `<link data-trunk …>` elements. Trunk uses the same elements, so `trunk serve` and
//! `trunk build` work as well as `cargo xtask`.

use std::path::PathBuf;

use anyhow::{Context, Result, bail, ensure};

/// The start of a link for the build.
const LINK: &str = "<link data-trunk ";

/// A parsed page.
#[derive(Debug, PartialEq, Eq)]
pub struct Page {
    /// Text, with assets between texts.
    pub pieces: Vec<Piece>,
}

/// A piece of a page.
#[derive(Debug, PartialEq, Eq)]
pub enum Piece {
    /// Kept as is.
    Text(String),
    /// Replaced by what the browser needs.
    Asset(Asset),
}

/// The asset of a link; paths are relative to the page.
#[derive(Debug, PartialEq, Eq)]
pub enum Asset {
    /// A stylesheet.
    Stylesheet(PathBuf),
    /// The icon.
    Icon(PathBuf),
    /// A file to copy.
    File(PathBuf),
    /// A folder to copy.
    Folder(PathBuf),
    /// The program to compile.
    Program(Program),
}

/// The program of the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    /// Its manifest.
    pub manifest: PathBuf,
    /// Its binary.
    pub bin: String,
    /// The profile for release builds.
    pub profile: String,
    /// The optimization level of wasm-opt for release builds.
    pub wasm_opt: String,
}

impl Page {
    /// Splits a page at its links. Features that only Trunk supports are an error, so that both build the same
    /// page.
    pub fn parse(text: &str) -> Result<Self> {
        let mut pieces = Vec::new();
        let mut rest = text;
        let mut plain = String::new();
        while let Some(start) = [rest.find("<!--"), rest.find(LINK)]
            .into_iter()
            .flatten()
            .min()
        {
            plain += &rest[..start];
            let begun = &rest[start..];
            if begun.starts_with(LINK) {
                let end = begun.find('>').context("a link has no end")? + 1;
                pieces.push(Piece::Text(std::mem::take(&mut plain)));
                pieces.push(Piece::Asset(asset(&begun[..end])?));
                rest = &begun[end..];
            } else {
                // Comments are not built.
                let end = begun.find("-->").context("a comment has no end")? + "-->".len();
                plain += &begun[..end];
                rest = &begun[end..];
            }
        }
        plain += rest;
        pieces.push(Piece::Text(plain));
        let page = Self { pieces };
        page.program()?;
        Ok(page)
    }

    /// The page's only program.
    pub fn program(&self) -> Result<&Program> {
        let mut programs = self.pieces.iter().filter_map(|piece| match piece {
            Piece::Asset(Asset::Program(program)) => Some(program),
            _ => None,
        });
        let program = programs.next().context("no link has rel=\"rust\"")?;
        ensure!(
            programs.next().is_none(),
            "more than one link has rel=\"rust\""
        );
        Ok(program)
    }
}

fn asset(element: &str) -> Result<Asset> {
    let mut attributes = attributes(element)?;
    let mut take = |name: &str| {
        let at = attributes.iter().position(|(found, _)| found == name);
        at.map(|at| attributes.swap_remove(at).1)
            .with_context(|| format!("`{element}` has no {name}"))
    };
    let (rel, href) = (take("rel")?, PathBuf::from(take("href")?));
    let asset = match rel.as_str() {
        "css" => Asset::Stylesheet(href),
        "icon" => Asset::Icon(href),
        "copy-file" => Asset::File(href),
        "copy-dir" => Asset::Folder(href),
        "rust" => Asset::Program(Program {
            manifest: href,
            bin: take("data-bin")?,
            profile: take("data-cargo-profile-release")?,
            wasm_opt: take("data-wasm-opt")?,
        }),
        other => bail!("`{element}`: Trunk may know rel=\"{other}\", `cargo xtask` does not"),
    };
    if let Some((name, _)) = attributes.first() {
        bail!("`{element}`: Trunk may know {name}, `cargo xtask` does not");
    }
    Ok(asset)
}

/// The attributes with a value, which must be quoted.
fn attributes(element: &str) -> Result<Vec<(String, String)>> {
    let mut found = Vec::new();
    let mut rest = &element[LINK.len()..];
    while let Some((name, after)) = rest.split_once('=') {
        let value = after
            .strip_prefix('"')
            .and_then(|after| after.split_once('"'));
        let (value, after) =
            value.with_context(|| format!("`{element}`: the value of {name} is not in quotes"))?;
        found.push((name.trim().to_owned(), value.to_owned()));
        rest = after;
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RUST: &str = "<link data-trunk rel=\"rust\" href=\"Cargo.toml\" data-bin=\"page\" \
        data-cargo-profile-release=\"site\" data-wasm-opt=\"z\" />";

    fn assets(text: &str) -> Vec<Asset> {
        let pieces = Page::parse(text).expect("a page").pieces;
        let asset = |piece| match piece {
            Piece::Asset(asset) => Some(asset),
            Piece::Text(_) => None,
        };
        pieces.into_iter().filter_map(asset).collect()
    }

    #[test]
    fn links_are_read_in_their_order() {
        let page = format!(
            "<head><link data-trunk rel=\"css\" href=\"www/b.css\" />\
            <link data-trunk href=\"www/a.css\" rel=\"css\">{RUST}</head>"
        );
        let program = Program {
            manifest: "Cargo.toml".into(),
            bin: "page".to_owned(),
            profile: "site".to_owned(),
            wasm_opt: "z".to_owned(),
        };
        let expected = [
            Asset::Stylesheet("www/b.css".into()),
            Asset::Stylesheet("www/a.css".into()),
            Asset::Program(program),
        ];
        assert_eq!(assets(&page), expected);
    }

    #[test]
    fn comments_stay_text() {
        let comment = "<!-- <link data-trunk rel=\"css\" href=\"a.css\" /> -->";
        let page = Page::parse(&format!("{comment}{RUST}")).expect("a page");
        assert_eq!(page.pieces[0], Piece::Text(comment.to_owned()));
        assert_eq!(page.pieces.len(), 3);
    }

    #[test]
    fn features_that_only_trunk_supports_are_errors() {
        let refused = |link: &str| {
            let error = Page::parse(&format!("{link}{RUST}")).expect_err("refused");
            format!("{error:#}")
        };
        assert!(refused("<link data-trunk rel=\"scss\" href=\"a\">").contains("scss"));
        let integrity = "<link data-trunk rel=\"css\" href=\"a\" data-integrity=\"none\">";
        assert!(refused(integrity).contains("data-integrity"));
        assert!(refused("<link data-trunk rel=css href=\"a\">").contains("not in quotes"));
        assert!(refused("<link data-trunk rel=\"css\" />").contains("no href"));
        assert!(refused(RUST).contains("more than one"));
        assert!(Page::parse("<head></head>").is_err());
    }

    #[test]
    fn this_projects_page_can_be_parsed() {
        let page = Page::parse(include_str!("../../../index.html")).expect("a page");
        assert_eq!(page.program().expect("a program").bin, "kubestep");
    }
}
