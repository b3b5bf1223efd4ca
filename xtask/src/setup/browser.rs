//! A Chromium for the browser tests: an installed one, or else Debian's packages.

use std::env;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};

use super::debian;
use crate::process::find;

/// Names the Chromium or Chrome to use, for machines with several or with an unusual location.
const CHROMIUM_VARIABLE: &str = "KUBESTEP_CHROMIUM";

/// Names the driver to use; wasm-bindgen's test runner uses this variable as well.
const DRIVER_VARIABLE: &str = "CHROMEDRIVER";

const CHROMIUM_NAMES: [&str; 5] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
];

/// Where the installers of macOS and Windows put Chrome, which is not on the PATH there.
const CHROMIUM_PLACES: [&str; 3] = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

/// A Chromium and its driver.
pub struct Browser {
    /// Chromium or Chrome.
    pub chromium: PathBuf,
    /// The chromedriver of the same version.
    pub driver: PathBuf,
    /// Whether this Chromium was chosen explicitly, instead of the one found by the driver.
    pub chosen: bool,
}

/// Finds a Chromium and its driver, or installs Debian's.
pub fn find_or_install() -> Result<Browser> {
    if let Some(browser) = installed()? {
        return Ok(browser);
    }
    install().context(
        "the browser tests need Chromium or Chrome, and a chromedriver of the same version. \
         On Debian and Ubuntu `apt-get install chromium chromium-driver` would help; elsewhere \
         install them and set KUBESTEP_CHROMIUM and CHROMEDRIVER to the two programs",
    )?;
    installed()?.context("chromium and chromium-driver were installed, yet are not on the PATH")
}

fn installed() -> Result<Option<Browser>> {
    let named_one = named(CHROMIUM_VARIABLE)?;
    let chosen = named_one.is_some();
    let chromium = named_one
        .or_else(|| CHROMIUM_NAMES.iter().find_map(|name| find(name)))
        .or_else(|| {
            let places = CHROMIUM_PLACES.iter().map(PathBuf::from);
            places.into_iter().find(|place| place.is_file())
        });
    let driver = named(DRIVER_VARIABLE)?.or_else(|| find("chromedriver"));
    Ok(chromium.zip(driver).map(|(chromium, driver)| Browser {
        chromium,
        driver,
        chosen,
    }))
}

/// The program named by a variable.
pub(super) fn named(variable: &str) -> Result<Option<PathBuf>> {
    let Some(value) = env::var_os(variable).filter(|value| !value.is_empty()) else {
        return Ok(None);
    };
    let path = PathBuf::from(value);
    ensure!(
        path.is_file(),
        "{variable} is `{}`, which is not a file",
        path.display()
    );
    Ok(Some(path))
}

fn install() -> Result<()> {
    debian::install(&["chromium", "chromium-driver"])
}
