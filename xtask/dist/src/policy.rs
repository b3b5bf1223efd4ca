//! The site's Content-Security-Policy, in its page: it holds on any host, also on those that cannot send headers.

use std::fmt::Write;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use crate::files::{read_text, write};

/// The policy comes after it: the encoding has to be among the first bytes of a page.
const CHARSET: &str = "<meta charset=\"utf-8\" />";

/// Every directive but `script-src`, which lists the page's own scripts. Style attributes are allowed and style
/// elements are not: where a selection is overwritten in an editable element, Chromium itself writes a style attribute.
/// The icons in stylesheets are `data:` addresses. `frame-ancestors` has no effect in a page.
const DIRECTIVES: &str = "default-src 'self'; img-src 'self' data: blob:; style-src 'self'; \
    style-src-attr 'unsafe-inline'; object-src 'none'; base-uri 'none'; form-action 'none'; \
    script-src 'self' 'wasm-unsafe-eval'";

/// Writes the policy into the page of a built site, which must not change afterwards.
pub fn write_policy(site: &Path) -> Result<()> {
    let page = site.join("index.html");
    write(&page, with_policy(&read_text(&page)?)?)
}

fn with_policy(page: &str) -> Result<String> {
    ensure!(
        page.matches(CHARSET).count() == 1,
        "index.html must contain `{CHARSET}` once"
    );
    let mut policy = DIRECTIVES.to_owned();
    for script in inline_scripts(page)? {
        let digest = STANDARD.encode(Sha256::digest(script));
        write!(policy, " 'sha256-{digest}'").context("a policy that cannot be written")?;
    }
    let element = format!(
        "{CHARSET}\n    <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\" />"
    );
    Ok(page.replacen(CHARSET, &element, 1))
}

/// The contents of the page's inline scripts, byte for byte, as browsers hash them.
fn inline_scripts(page: &str) -> Result<Vec<&str>> {
    let mut found = Vec::new();
    for begun in page.split("<script").skip(1) {
        let (attributes, rest) = begun.split_once('>').context("a <script has no >")?;
        let (content, _) = rest
            .split_once("</script>")
            .context("a script has no end")?;
        if !attributes.contains("src=") {
            found.push(content);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inline_scripts_are_allowed_by_their_digests_and_nothing_else_is() {
        let page = format!(
            "<head>{CHARSET}<script>alert(1)</script><script src=\"./a.js\"></script>\
            <script type=\"module\">\n  x();\n</script></head>"
        );
        let built = with_policy(&page).expect("a page");
        // printf 'alert(1)' | openssl dgst -sha256 -binary | base64
        assert!(
            built.contains("'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='"),
            "{built}"
        );
        assert_eq!(built.matches("'sha256-").count(), 2, "{built}");
        let (_, scripts) = built.split_once("script-src ").expect("a directive");
        assert!(!scripts.contains("'unsafe-"), "{built}");
    }

    #[test]
    fn a_page_without_its_charset_is_an_error() {
        assert!(with_policy("<head></head>").is_err());
        assert!(with_policy(&format!("{CHARSET}<script>x()")).is_err());
    }
}
