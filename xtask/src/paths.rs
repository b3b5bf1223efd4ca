//! Locations: the checkout, and the cache shared by all checkouts.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The root of the checkout.
pub fn root() -> PathBuf {
    // Set by cargo for `cargo xtask`: the folder of xtask's own manifest.
    let xtask = env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    xtask.parent().unwrap_or(Path::new(".")).to_path_buf()
}

/// The target folder of web builds. It is separate, because they may use another compiler than native builds, and
/// two compilers in one folder invalidate each other's artifacts.
pub fn web_target(root: &Path) -> PathBuf {
    root.join("target").join("web")
}

/// The folder outside the checkout with the tools by version; created if missing.
pub fn cache() -> Result<PathBuf> {
    let base = env::var_os("XDG_CACHE_HOME")
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
        .or_else(|| env::home_dir().map(|home| home.join(".cache")))
        .context("neither XDG_CACHE_HOME nor a home folder is known: set XDG_CACHE_HOME")?;
    let cache = base.join("kubestep");
    std::fs::create_dir_all(&cache)
        .with_context(|| format!("cannot create the cache folder {}", cache.display()))?;
    Ok(cache)
}

/// The cargo home of this machine.
pub fn cargo_home() -> Option<PathBuf> {
    let named = env::var_os("CARGO_HOME").filter(|value| !value.is_empty());
    named
        .map(PathBuf::from)
        .or_else(|| env::home_dir().map(|home| home.join(".cargo")))
}
