//! The part of `cargo xtask dist` that `cargo xtask serve` does not need: a separate program, so that it is
//! compiled only for the site.
//!
//! `xtask-dist split WASM PARTS` splits the page's wasm into a folder. `xtask-dist finish PARTS SITE
//! [ADDRESS]` adds the parts to a site that is complete except for its program, merges its stylesheets, renames its
//! files by content hash, writes its Content-Security-Policy, completes its service worker, and prints and checks its
//! size. With the address at which the site will be, it also writes oEmbed descriptions.
//! `xtask-dist library WASM FOLDER` writes the JavaScript and the types of the npm package.

mod bundle;
mod files;
mod limits;
mod names;
mod oembed;
mod policy;
mod service_worker;
mod sizes;
mod split;
mod stylesheets;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Result, bail};

fn main() -> ExitCode {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask-dist: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[PathBuf]) -> Result<()> {
    match arguments {
        [what, wasm, parts] if what == Path::new("split") => split::split(wasm, parts),
        [what, parts, site] if what == Path::new("finish") => finish(parts, site, None),
        [what, parts, site, base] if what == Path::new("finish") => {
            finish(parts, site, Some(&base.to_string_lossy()))
        }
        [what, wasm, folder] if what == Path::new("library") => {
            xtask_bindgen::library(wasm, folder, "kubestep")
        }
        _ => bail!(
            "`split WASM PARTS`, `finish PARTS SITE [ADDRESS]` or `library WASM FOLDER` is needed"
        ),
    }
}

fn finish(parts: &Path, site: &Path, base: Option<&str>) -> Result<()> {
    bundle::bundle(parts, "cluster")?;
    names::put_parts(parts, site)?;
    names::icon(site)?;
    stylesheets::merge(site, names::hash)?;
    policy::write_policy(site)?;
    service_worker::complete(site)?;
    if let Some(base) = base {
        oembed::write_all(site, base)?;
    }
    let table = sizes::measure(&files::files(site)?);
    println!("{}", sizes::render(&table));
    limits::check(&table)
}
