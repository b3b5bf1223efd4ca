//! Everything named in `docs/fidelity.md` exists, and each claim is covered once.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

fn table() -> String {
    let path = format!("{}/docs/fidelity.md", env!("CARGO_MANIFEST_DIR"));
    fs::read_to_string(path).expect("the table")
}

/// Names after a prefix such as `R:`.
fn named(text: &str, mark: &str) -> BTreeSet<String> {
    let words = text.split(|letter: char| letter.is_whitespace() || "`,;()|".contains(letter));
    let names = words.filter_map(|word| word.strip_prefix(mark));
    names
        .map(|name| name.trim_end_matches([':', '.']).to_owned())
        .filter(|name| !name.is_empty() && name.chars().all(|letter| !letter.is_uppercase()))
        .collect()
}

fn is_there(path: &str) -> bool {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path).exists()
}

/// Whether a folder has a file with a name; a trailing star is a wildcard.
fn has(folder: &str, name: &str, extension: &str) -> bool {
    match name.strip_suffix('*') {
        None => is_there(&format!("{folder}/{name}.{extension}")),
        Some(start) => {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
            let files = fs::read_dir(folder).expect("a folder");
            let mut names = files.map(|file| file.expect("a file").file_name());
            names.any(|name| name.to_string_lossy().starts_with(start))
        }
    }
}

#[test]
fn everything_named_exists() {
    let text = table();
    let missing = |mark: &str, is_there: &dyn Fn(&str) -> bool| {
        let names = named(&text, mark);
        assert!(!names.is_empty(), "no name after {mark}");
        let missing: Vec<_> = names.into_iter().filter(|name| !is_there(name)).collect();
        assert!(missing.is_empty(), "{mark} {missing:?}");
    };
    missing("R:", &|name| {
        name == "all" || name == "every" || has("tests/conformance/recordings", name, "json")
    });
    missing("C:", &|name| has("tests/cases", name, "json"));
    missing("T:", &|name| {
        is_there(&format!("tests/{name}")) || is_there(&format!("tests/{name}.rs"))
    });
    missing("U:", &|name| {
        is_there(&format!("src/{name}")) || is_there(&format!("src/{name}.rs"))
    });
}

/// The numbers in a first cell such as `86 – 91, 93`.
fn numbers(cell: &str) -> Vec<u32> {
    let mut all = Vec::new();
    for part in cell.split(',') {
        let (first, last) = part.split_once('–').unwrap_or((part, part));
        let (first, last) = (first.trim().parse::<u32>(), last.trim().parse::<u32>());
        if let (Ok(first), Ok(last)) = (first, last) {
            all.extend(first..=last);
        }
    }
    all
}

#[test]
fn every_claim_of_the_tutorial_is_covered_once() {
    let text = table();
    let (_, claims) = text.split_once("## The tutorial's claims").expect("a part");
    let rows = claims.lines().filter_map(|line| line.strip_prefix("| "));
    let mut all: Vec<u32> = rows
        .filter_map(|row| row.split_once(" |"))
        .flat_map(|(cell, _)| numbers(cell))
        .collect();
    all.sort_unstable();
    let wanted: Vec<u32> = (1..=246).collect();
    assert_eq!(all, wanted);
}
