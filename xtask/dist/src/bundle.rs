//! Combines all modules required by one part of the page into one file. They are always loaded together, and
//! compress a twentieth better together, because they contain the same code for different types.
//!
//!
//! The file is a WebAssembly module of custom sections only, so that its MIME type is correct for hosts and tools.
//! The script extracts the modules by offset.

use std::ops::Range;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use crate::files::{read, read_text, write};
use crate::names::TOKEN;
use crate::split::{PART, script_name};

/// The header of every module.
const HEADER: [u8; 8] = *b"\0asm\x01\0\0\0";

/// How the script lists the parts that share a module before it loads the module.
const SHARED: (&str, &str) = ("/* ", " */");

/// Loads the file once, and extracts a module from it.
const TAKE_JS: &str = "
let bundle;
async function take(from, to) {
  bundle ??= fetch(new URL(\"./BUNDLE\", import.meta.url)).then((answer) => {
    if (!answer.ok) throw new Error(`${answer.url}: ${answer.status}`);
    return answer.arrayBuffer();
  });
  try {
    return (await bundle).slice(from, to);
  } catch (error) {
    bundle = undefined;
    throw error;
  }
}
";

/// The file name of a part.
pub fn name(part: &str) -> String {
    format!("{part}-{TOKEN}.wasm")
}

/// Replaces the modules that a part needs by one file in a folder, and makes the script extract them from it.
///
/// # Errors
/// The folder contains no script, or not this part.
pub fn bundle(folder: &Path, part: &str) -> Result<()> {
    let script = folder.join(script_name());
    let mut text = read_text(&script)?;
    let modules = needed(&text, part);
    ensure!(
        !modules.is_empty(),
        "the script fetches nothing for the part {part}"
    );
    let mut file = HEADER.to_vec();
    for module in modules {
        let path = folder.join(&module);
        let place = append(&mut file, &read(&path)?);
        let fetch = format!("fetch(new URL(\"./{module}\", import.meta.url))");
        ensure!(
            text.contains(&fetch),
            "the script does not fetch {module} as it should"
        );
        text = text.replace(&fetch, &format!("take({}, {})", place.start, place.end));
        std::fs::remove_file(&path).with_context(|| format!("cannot remove {}", path.display()))?;
    }
    write(&folder.join(name(part)), file)?;
    text += &TAKE_JS.replace("BUNDLE", &name(part));
    write(&script, text)
}

/// The modules that a part needs, in the order in which the script loads them.
fn needed(script: &str, part: &str) -> Vec<String> {
    let fetches = script.split("fetch(new URL(\"./").skip(1);
    let modules = fetches
        .filter_map(|rest| rest.split_once('"'))
        .map(|(module, _)| module);
    modules
        .filter(|module| is_needed(script, module, part))
        .map(str::to_owned)
        .collect()
}

fn is_needed(script: &str, module: &str, part: &str) -> bool {
    if module == format!("{PART}{part}-{TOKEN}.wasm") {
        return true;
    }
    let (before, _) = script
        .split_once(&format!("\"./{module}\""))
        .unwrap_or_default();
    let shared = before
        .rsplit_once(SHARED.0)
        .and_then(|(_, after)| after.split_once(SHARED.1));
    !module.starts_with(PART)
        && shared.is_some_and(|(parts, _)| parts.split(", ").any(|known| known == part))
}

/// Appends a module as an unnamed custom section; returns its range.
fn append(file: &mut Vec<u8>, module: &[u8]) -> Range<usize> {
    file.push(0);
    leb128(file, module.len() + 1);
    file.push(0);
    let from = file.len();
    file.extend_from_slice(module);
    from..file.len()
}

fn leb128(file: &mut Vec<u8>, mut number: usize) {
    loop {
        let (low, rest) = ((number & 0x7f) as u8, number >> 7);
        if rest == 0 {
            return file.push(low);
        }
        file.push(low | 0x80);
        number = rest;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fetches(module: &str) -> String {
        format!("fetch(new URL(\"./{module}-{TOKEN}.wasm\", import.meta.url));\n")
    }

    #[test]
    fn the_modules_of_a_part_are_in_one_file() {
        let script = [
            "/* cluster, kubectl */\n",
            &fetches("chunk_1"),
            "/* film, kubectl */\n",
            &fetches("chunk_2"),
            &fetches("split_cluster"),
            &fetches("split_kubectl"),
        ]
        .concat();
        let folder = std::env::temp_dir().join(format!("kubestep-bundle-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        write(&folder.join(script_name()), script).expect("the script");
        let modules = ["chunk_1", "chunk_2", "split_cluster", "split_kubectl"];
        for module in modules {
            let content = module.repeat(50);
            write(&folder.join(format!("{module}-{TOKEN}.wasm")), content).expect("a module");
        }

        bundle(&folder, "cluster").expect("a bundle");

        let script = read_text(&folder.join(script_name())).expect("the script");
        let file = read(&folder.join(name("cluster"))).expect("the file");
        for (module, taken) in modules.into_iter().zip([true, false, true, false]) {
            assert_eq!(
                !script.contains(&fetches(module)),
                taken,
                "{module}: {script}"
            );
            assert_eq!(
                !folder.join(format!("{module}-{TOKEN}.wasm")).exists(),
                taken
            );
        }
        let mut taken = script.split("take(").skip(1).filter_map(|rest| {
            let (from, rest) = rest.split_once(", ")?;
            let (to, _) = rest.split_once(')')?;
            file.get(from.parse().ok()?..to.parse().ok()?)
        });
        assert_eq!(taken.next(), Some("chunk_1".repeat(50).as_bytes()));
        assert_eq!(taken.next(), Some("split_cluster".repeat(50).as_bytes()));
        assert!(file.starts_with(&HEADER));
        assert!(bundle(&folder, "nothing").is_err());
        std::fs::remove_dir_all(&folder).expect("the folder can be removed");
    }

    #[test]
    fn sections_have_their_length() {
        let mut file = Vec::new();
        let place = append(&mut file, &[7; 300]);
        assert_eq!((&file[..4], place), (&[0, 0xad, 2, 0][..], 4..304));
    }
}
