//! The browser engines other than Chromium. They are installed only in continuous integration, where a missing one
//! is an error; on a contributor's machine it is only reported.

use std::env;
use std::path::PathBuf;

use anyhow::{Result, ensure};

use super::browser::named;
use super::debian;
use crate::process::find;

/// The requirements of an engine.
struct Engine {
    name: &'static str,
    /// The programs: the variable by which each is passed on and can be overridden, and its possible names.
    programs: &'static [(&'static str, &'static [&'static str])],
    /// Their Debian packages.
    packages: &'static [&'static str],
}

const ENGINES: [Engine; 2] = [
    Engine {
        name: "Firefox",
        programs: &[("KUBESTEP_FIREFOX", &["firefox-esr", "firefox"])],
        packages: &["firefox-esr"],
    },
    Engine {
        name: "WebKit",
        programs: &[
            ("KUBESTEP_WEBKIT_DRIVER", &["WebKitWebDriver"]),
            // WebKitGTK's browser needs a display.
            ("KUBESTEP_XVFB", &["Xvfb"]),
        ],
        packages: &["webkit2gtk-driver", "xvfb"],
    },
];

/// The engines of this machine.
#[derive(Default)]
pub struct Engines {
    /// Variables that name the programs.
    pub programs: Vec<(&'static str, PathBuf)>,
    /// Missing engines, and how to install them.
    pub absent: Vec<String>,
}

/// Finds the engines; in continuous integration, installs missing ones.
pub fn find_or_name() -> Result<Engines> {
    let must = env::var_os("CI").is_some_and(|value| !value.is_empty());
    let mut found = look()?;
    if must && !found.absent.is_empty() {
        let packages: Vec<&str> = ENGINES
            .iter()
            .flat_map(|engine| engine.packages)
            .copied()
            .collect();
        debian::install(&packages)?;
        found = look()?;
        ensure!(found.absent.is_empty(), "{}", found.absent.join("; "));
    }
    Ok(found)
}

fn look() -> Result<Engines> {
    let mut engines = Engines::default();
    for engine in &ENGINES {
        let mut programs = Vec::new();
        for (variable, names) in engine.programs {
            let program = named(variable)?.or_else(|| names.iter().find_map(|name| find(name)));
            programs.extend(program.map(|program| (*variable, program)));
        }
        if programs.len() == engine.programs.len() {
            engines.programs.extend(programs);
        } else {
            engines.absent.push(absence(engine));
        }
    }
    Ok(engines)
}

fn absence(engine: &Engine) -> String {
    let packages = engine.packages.join(" ");
    format!(
        "{} is not here (on Debian: `apt-get install {packages}`)",
        engine.name
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_engine_is_named_with_its_packages() {
        let told = absence(&ENGINES[1]);
        assert_eq!(
            told,
            "WebKit is not here (on Debian: `apt-get install webkit2gtk-driver xvfb`)"
        );
    }
}
