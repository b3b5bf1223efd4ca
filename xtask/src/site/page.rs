//! Reads `index.html`: what its `<link data-trunk …>` elements ask for. Trunk reads the same elements, so that
//! `trunk serve` and `trunk build` work beside `cargo xtask`.

use std::path::PathBuf;

use anyhow::{Context, Result, bail, ensure};

/// How a link for the build begins.
const LINK: &str = "<link data-trunk ";

/// A page, in the order of its text.
#[derive(Debug, PartialEq, Eq)]
pub struct Page {
    /// Text, and between any two texts the asset that stands there.
    pub pieces: Vec<Piece>,
}

/// A piece of a page.
#[derive(Debug, PartialEq, Eq)]
pub enum Piece {
    /// Stays as it is.
    Text(String),
    /// Is replaced by what the browser needs.
    Asset(Asset),
}

/// What a link asks for; paths are relative to the page.
#[derive(Debug, PartialEq, Eq)]
pub enum Asset {
    /// A stylesheet.
    Stylesheet(PathBuf),
    /// The icon.
    Icon(PathBuf),
    /// A file that is copied.
    File(PathBuf),
    /// A folder that is copied.
    Folder(PathBuf),
    /// The program that is compiled.
    Program(Program),
}

/// The program of the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    /// Its manifest.
    pub manifest: PathBuf,
    /// The binary in it.
    pub bin: String,
    /// The profile of a release build.
    pub profile: String,
    /// The level at which wasm-opt works on a release build.
    pub wasm_opt: String,
}

impl Page {
    /// Takes a page apart at its links. What only Trunk understands is an error, so that both build the same.
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
                // What is commented out is not built.
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

    /// The one program of the page.
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
    fn what_is_commented_out_stays_text() {
        let comment = "<!-- <link data-trunk rel=\"css\" href=\"a.css\" /> -->";
        let page = Page::parse(&format!("{comment}{RUST}")).expect("a page");
        assert_eq!(page.pieces[0], Piece::Text(comment.to_owned()));
        assert_eq!(page.pieces.len(), 3);
    }

    #[test]
    fn what_only_trunk_understands_is_an_error() {
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
    fn the_page_of_this_project_can_be_read() {
        let page = Page::parse(include_str!("../../../index.html")).expect("a page");
        assert_eq!(page.program().expect("a program").bin, "kubestep");
    }
}
