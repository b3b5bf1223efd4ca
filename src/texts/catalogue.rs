//! Reads catalogues, checks them against the English one, and generates Rust from them. Used by the build script; the
//! library includes this module only for its tests.
//!
//! A catalogue is TOML: each table `[group.section]` holds `key = "text"`. [`OUTPUTS`] says what each group becomes.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// The groups that are written to each file.
pub const OUTPUTS: [(&str, &[(&str, GroupForm)]); 2] = [
    (
        "core.rs",
        &[
            ("core", GroupForm::Statics),
            ("branch", GroupForm::Table),
            ("invariant", GroupForm::Table),
            ("field", GroupForm::Table),
        ],
    ),
    (
        "page.rs",
        &[
            ("page", GroupForm::Statics),
            ("stage", GroupForm::Table),
            ("box", GroupForm::Table),
            ("numbers", GroupForm::Table),
        ],
    ),
];

/// The generated form of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupForm {
    /// A module per section, with a `static` per key.
    Statics,
    /// One table with ids of the form `section/key`.
    Table,
}

/// The address of a text: group, section and key.
type Place = (String, String, String);

/// The texts of a language.
pub type Catalogue = BTreeMap<Place, String>;

/// Reads a catalogue.
///
/// # Errors
/// The text is not TOML, or not nested tables of strings.
pub fn read(text: &str) -> Result<Catalogue, String> {
    type Sections = BTreeMap<String, BTreeMap<String, String>>;
    let groups: BTreeMap<String, Sections> =
        basic_toml::from_str(text).map_err(|error| error.to_string())?;
    let mut catalogue = Catalogue::new();
    for (group, sections) in groups {
        for (section, texts) in sections {
            for (key, text) in texts {
                catalogue.insert((group.clone(), section.clone(), key), text);
            }
        }
    }
    Ok(catalogue)
}

/// The differences of a catalogue from the English one: it must have the same texts, with the same placeholders, and no
/// others.
pub fn faults(english: &Catalogue, catalogue: &Catalogue) -> Vec<String> {
    let mut faults = Vec::new();
    for (place, text) in english {
        let Some(said) = catalogue.get(place) else {
            faults.push(format!("{} is missing", name(place)));
            continue;
        };
        if let Some(fault) = fault(text, said) {
            faults.push(format!("{}: {fault}", name(place)));
        }
    }
    let unknown = catalogue
        .keys()
        .filter(|place| !english.contains_key(*place));
    faults.extend(unknown.map(|place| format!("{} is in no other catalogue", name(place))));
    let groups: BTreeSet<&str> = OUTPUTS
        .iter()
        .flat_map(|(_, groups)| groups.iter())
        .map(|(group, _)| *group)
        .collect();
    let lost = catalogue
        .keys()
        .filter(|(group, ..)| !groups.contains(group.as_str()));
    faults.extend(lost.map(|place| format!("{}: nobody reads this group", name(place))));
    faults
}

fn fault(english: &str, text: &str) -> Option<String> {
    if text.is_empty() {
        return Some("it is empty".to_owned());
    }
    let (wanted, found) = match (values(english), values(text)) {
        (Ok(wanted), Ok(found)) => (wanted, found),
        (Err(fault), _) | (_, Err(fault)) => return Some(fault),
    };
    let missing = wanted
        .difference(&found)
        .map(|name| format!("{{{name}}} is missing"));
    let unknown = found
        .difference(&wanted)
        .map(|name| format!("{{{name}}} has no value"));
    let faults: Vec<String> = missing.chain(unknown).collect();
    (!faults.is_empty()).then(|| faults.join(", "))
}

/// The names of a text's placeholders.
fn values(text: &str) -> Result<BTreeSet<&str>, String> {
    let mut names = BTreeSet::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        let place = rest[at..]
            .strip_prefix('{')
            .and_then(|rest| rest.split_once('}'));
        let Some((place, after)) = place.filter(|(place, _)| !place.contains('{')) else {
            return Err(format!("a brace without the other in {text:?}"));
        };
        let mut parts = place.split('|');
        let name = parts.next().unwrap_or_default();
        let is_name = !name.is_empty() && name.chars().all(|letter| letter.is_ascii_alphanumeric());
        if !is_name || !matches!(parts.count(), 0 | 2) {
            return Err(format!(
                "{{{place}}} is neither {{name}} nor {{name|one|other}}"
            ));
        }
        names.insert(name);
        rest = after;
    }
    Ok(names)
}

fn name((group, section, key): &Place) -> String {
    format!("{group}.{section}.{key}")
}

/// Generates the Rust source of some groups, with the texts in the order of the languages.
pub fn source(groups: &[(&str, GroupForm)], catalogues: &[Catalogue]) -> String {
    let mut source = String::new();
    for (group, form) in groups {
        let texts = catalogues.first().into_iter().flat_map(Catalogue::keys);
        let places: Vec<&Place> = texts.filter(|place| place.0 == *group).collect();
        match form {
            GroupForm::Statics => statics(&mut source, &places, catalogues),
            GroupForm::Table => table(&mut source, group, &places, catalogues),
        }
        .unwrap_or_default();
    }
    source
}

fn statics(source: &mut String, places: &[&Place], catalogues: &[Catalogue]) -> std::fmt::Result {
    for texts in places.chunk_by(|one, other| one.1 == other.1) {
        let section = &texts[0].1;
        writeln!(
            source,
            "#[doc = \"The texts of `[{}.{section}]`.\"]",
            texts[0].0
        )?;
        writeln!(source, "pub(crate) mod {section} {{\nuse super::Text;")?;
        for place in texts {
            let name = place.2.replace('-', "_").to_uppercase();
            let doc = &catalogues[0][*place];
            writeln!(source, "#[doc = {doc:?}]")?;
            writeln!(
                source,
                "pub(crate) static {name}: Text = {};",
                text(place, catalogues)
            )?;
        }
        writeln!(source, "}}")?;
    }
    Ok(())
}

fn table(
    source: &mut String,
    group: &str,
    places: &[&Place],
    catalogues: &[Catalogue],
) -> std::fmt::Result {
    writeln!(
        source,
        "#[doc = \"The texts of `[{group}.*]` by their ids.\"]"
    )?;
    writeln!(
        source,
        "pub(crate) const {}: &[(&str, Text)] = &[",
        group.to_uppercase()
    )?;
    for place in places {
        let id = format!("{}/{}", place.1, place.2);
        writeln!(source, "({id:?}, {}),", text(place, catalogues))?;
    }
    writeln!(source, "];")
}

fn text(place: &Place, catalogues: &[Catalogue]) -> String {
    let says: Vec<&String> = catalogues
        .iter()
        .map(|catalogue| &catalogue[place])
        .collect();
    format!("Text::new({says:?})")
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENGLISH: &str = r#"
[branch.deployment]
scale-up = "Scaling {replicaSet} to {replicas|# pod|# pods}."
[core.headline]
you = "You"
"#;

    /// The differences of a catalogue from the English one.
    fn said(text: &str) -> Vec<String> {
        let read = |text| read(text).unwrap_or_else(|fault| panic!("{fault}"));
        faults(&read(ENGLISH), &read(text))
    }

    #[test]
    fn catalogues_have_the_same_texts_and_placeholders() {
        assert_eq!(said(ENGLISH), [""; 0]);
        let other = ENGLISH.replace(
            "Scaling {replicaSet} to {replicas|# pod|# pods}",
            "{replicas}: {replicaSet}",
        );
        assert_eq!(said(&other), [""; 0]);
        for (old, new, fault) in [
            ("you = ", "you = 1 # ", "invalid type"),
            ("you = \"You\"", "", "core.headline.you is missing"),
            (
                "you",
                "me",
                "core.headline.you is missing; core.headline.me is in no other catalogue",
            ),
            ("\"You\"", "\"\"", "core.headline.you: it is empty"),
            ("You", "{you}", "core.headline.you: {you} has no value"),
            (
                "{replicaSet} ",
                "",
                "branch.deployment.scale-up: {replicaSet} is missing",
            ),
            (
                "replicaSet",
                "set",
                "branch.deployment.scale-up: {replicaSet} is missing, {set} has no value",
            ),
            (
                "|# pods",
                "",
                "branch.deployment.scale-up: {replicas|# pod} is neither {name} nor {name|one|other}",
            ),
            ("{replicaSet}", "{replicaSet", "a brace without the other"),
            ("{replicaSet}", "replicaSet}", "a brace without the other"),
        ] {
            let text = ENGLISH.replace(old, new);
            let said = match read(&text) {
                Ok(catalogue) => faults(&read(ENGLISH).unwrap_or_default(), &catalogue).join("; "),
                Err(fault) => fault,
            };
            assert!(said.contains(fault), "{said}");
        }
    }

    #[test]
    fn unused_groups_are_rejected() {
        let text = "[other.words]\nyou = \"You\"\n";
        let catalogue = read(text).unwrap_or_else(|fault| panic!("{fault}"));
        assert_eq!(
            faults(&catalogue, &catalogue),
            ["other.words.you: nobody reads this group"]
        );
    }

    #[test]
    fn generated_source_has_a_name_or_an_id_for_each_text() {
        let catalogue = read(ENGLISH).unwrap_or_else(|fault| panic!("{fault}"));
        let source = source(OUTPUTS[0].1, &[catalogue.clone(), catalogue]);
        for line in [
            "pub(crate) static YOU: Text = Text::new([\"You\", \"You\"]);",
            "(\"deployment/scale-up\", Text::new([",
        ] {
            assert!(source.contains(line), "{source}");
        }
    }
}
