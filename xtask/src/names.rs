//! Checks that a name of a type means one thing: no two modules of `src/` give the same name to a type that other
//! modules can see. Types that only their own module sees may have short names.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Result, bail};

use crate::files;

/// Names that several types may have, each with the reason.
const SHARED: [(&str, &str); 2] = [
    ("Msg", "the messages of a component, by Yew's convention"),
    (
        "Props",
        "the properties of a component, by Yew's convention",
    ),
];

/// Checks all files of `src/`, and names each type whose name another one has.
pub fn check(root: &Path) -> Result<()> {
    let source = root.join("src");
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for path in files::below(&source)? {
        let file = path.strip_prefix(&source)?.to_string_lossy().into_owned();
        if file.ends_with(".rs") {
            for (line, name) in types_of(&files::read_text(&path)?) {
                let place = format!("src/{file}:{line}");
                places.entry(name.to_owned()).or_default().push(place);
            }
        }
    }
    let wrong = repeated(&places);
    if !wrong.is_empty() {
        bail!(
            "names of more than one type; name each after what it is:\n{}",
            wrong.join("\n")
        );
    }
    Ok(())
}

fn repeated(places: &BTreeMap<String, Vec<String>>) -> Vec<String> {
    let shared = |name: &str| SHARED.iter().any(|(known, _)| *known == name);
    let repeated = places.iter().filter(|(_, places)| places.len() > 1);
    repeated
        .filter(|(name, _)| !shared(name))
        .map(|(name, places)| format!("{name}: {}", places.join(", ")))
        .collect()
}

/// The types that a file declares for other modules, each with its line. Formatted code indents what is inside of
/// functions and traits.
fn types_of(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = text.lines().zip(1..);
    lines.filter_map(|(line, number)| {
        let rest = line.strip_prefix("pub")?;
        let rest = match rest.strip_prefix('(') {
            Some(limited) => limited.split_once(')')?.1,
            None => rest,
        };
        let (sort, rest) = rest.strip_prefix(' ')?.split_once(' ')?;
        let is_type = ["struct", "enum", "trait", "union", "type"].contains(&sort);
        let end = rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_');
        is_type.then(|| (number, &rest[..end.unwrap_or(rest.len())]))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_that_others_see_are_found() {
        let text = "pub struct One<T>(T);\nstruct Own;\npub(super) enum Two {\n    A,\n}\npub fn three() {}\n\
                    pub type Four = u8;\nmod tests {\n    pub struct Inner;\n}\n";
        let found: Vec<_> = types_of(text).collect();
        assert_eq!(found, [(1, "One"), (3, "Two"), (7, "Four")]);
    }

    #[test]
    fn a_name_of_two_types_is_reported_unless_it_is_shared() {
        let two = |name: &str| (name.to_owned(), vec!["a:1".to_owned(), "b:2".to_owned()]);
        let one = ("Row".to_owned(), vec!["c:3".to_owned()]);
        let places = BTreeMap::from([two("Entry"), two("Props"), one]);
        assert_eq!(repeated(&places), ["Entry: a:1, b:2"]);
    }
}
