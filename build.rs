//! Writes the catalogues of texts as Rust, and sets the linker options required to split the page's module
//! (`xtask/dist/src/split.rs`).

#[allow(dead_code, reason = "the library's part of it is not used here")]
#[path = "src/texts/catalogue.rs"]
mod catalogue;
#[allow(dead_code, reason = "the library's part of it is not used here")]
#[path = "src/texts/language.rs"]
mod language;

#[cfg(feature = "pseudo")]
#[allow(dead_code, reason = "the tests' part of it is not used here")]
#[path = "src/texts/pseudo.rs"]
mod pseudo;

use catalogue::Catalogue;
use language::Language;
use std::error::Error;
use std::path::Path;
use std::{env, fs};

/// The folder of the catalogues.
const TEXTS: &str = "src/texts";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={TEXTS}");
    texts(Path::new(&env::var("OUT_DIR")?))?;
    let wasm = env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|arch| arch == "wasm32");
    if wasm && env::var_os("CARGO_FEATURE_SPLIT").is_some() {
        println!("cargo::rustc-link-arg-bins=--emit-relocs");
    }
    Ok(())
}

/// Reads the catalogue of each language, and generates the files that the library and the page include. A difference
/// between catalogues fails the build.
fn texts(out: &Path) -> Result<(), Box<dyn Error>> {
    let mut catalogues = Vec::new();
    let mut faulty = false;
    for language in Language::ALL {
        let path = format!("{TEXTS}/{}.toml", language.tag());
        let catalogue = match catalogues.first() {
            #[cfg(feature = "pseudo")]
            Some(english) if *language == Language::Pseudo => marked(english),
            _ => read(&path).map_err(|error| format!("{path}: {error}"))?,
        };
        let faults = catalogue::faults(catalogues.first().unwrap_or(&catalogue), &catalogue);
        for fault in &faults {
            println!("cargo::error={path}: {fault}");
        }
        faulty |= !faults.is_empty();
        catalogues.push(catalogue);
    }
    if faulty {
        return Ok(());
    }
    for (file, groups) in catalogue::OUTPUTS {
        fs::write(out.join(file), catalogue::source(groups, &catalogues))?;
    }
    Ok(())
}

fn read(path: &str) -> Result<Catalogue, Box<dyn Error>> {
    Ok(catalogue::read(&fs::read_to_string(path)?)?)
}

#[cfg(feature = "pseudo")]
fn marked(english: &Catalogue) -> Catalogue {
    let texts = english.iter();
    texts
        .map(|(place, text)| (place.clone(), pseudo::mark(text)))
        .collect()
}
