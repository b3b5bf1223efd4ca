//! Merges the page's stylesheets: a file per pane is convenient to edit, a single request is faster to load.

use std::path::Path;

use anyhow::{Context, Result, ensure};

use crate::files::{read_text, write};

/// How `cargo xtask` links a stylesheet; followed by its address.
const LINK: &str = "<link rel=\"stylesheet\" href=\"./";

/// File extension of stylesheets.
const ENDING: &str = ".css";

/// Merges the stylesheets linked by the page of a built site, in order. `name` returns the new file's name for its
/// content.
pub fn merge(site: &Path, name: impl Fn(&[u8]) -> String) -> Result<()> {
    let page = site.join("index.html");
    let text = read_text(&page)?;
    let links = links(&text)?;
    let mut content = String::new();
    for link in &links {
        let path = site.join(link.file);
        content += &read_text(&path)?;
        content.push('\n');
        std::fs::remove_file(&path).with_context(|| format!("cannot remove {}", path.display()))?;
    }
    let file = format!("style-{}{ENDING}", name(content.as_bytes()));
    let merged = with_one(&text, &links, &file);
    write(&site.join(&file), &content)?;
    write(&page, &merged)
}

/// A link in the page.
struct Link<'a> {
    /// The whole element.
    element: &'a str,
    /// The file, inside the site.
    file: &'a str,
}

fn links(page: &str) -> Result<Vec<Link<'_>>> {
    let mut found = Vec::new();
    let mut rest = page;
    while let Some(start) = rest.find(LINK) {
        let begun = &rest[start..];
        let end = begun.find('>').context("a stylesheet's link has no end")? + 1;
        let address = &begun[LINK.len()..end];
        let file = address
            .split('"')
            .next()
            .filter(|file| file.ends_with(ENDING));
        found.push(Link {
            element: &begun[..end],
            file: file.context("a stylesheet's link names no .css file")?,
        });
        rest = &begun[end..];
    }
    ensure!(!found.is_empty(), "index.html links no stylesheet");
    Ok(found)
}

/// The page with a single link instead of these.
fn with_one(page: &str, links: &[Link<'_>], file: &str) -> String {
    let mut page = page.to_owned();
    for (number, link) in links.iter().enumerate() {
        let one = format!("{LINK}{file}\" />");
        page = page.replacen(link.element, if number == 0 { &one } else { "" }, 1);
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_link_replaces_the_first() {
        let page = "<head><link rel=\"stylesheet\" href=\"./a-01.css\" />\
            <link rel=\"icon\" href=\"./i.svg\"><link rel=\"stylesheet\" href=\"./b-02.css\"/></head>";
        let links = links(page).expect("two links");
        let files: Vec<&str> = links.iter().map(|link| link.file).collect();
        assert_eq!(files, ["a-01.css", "b-02.css"]);
        assert_eq!(
            with_one(page, &links, "style-03.css"),
            "<head><link rel=\"stylesheet\" href=\"./style-03.css\" />\
            <link rel=\"icon\" href=\"./i.svg\"></head>"
        );
    }

    #[test]
    fn a_page_without_a_stylesheet_is_an_error() {
        assert!(links("<head></head>").is_err());
        assert!(links("<link rel=\"stylesheet\" href=\"./a.less\">").is_err());
    }
}
