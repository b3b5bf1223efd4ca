//! Descriptions of kinds without a describer in kubectl: all fields, with their names split into words.

use serde_json::{Map, Value};

use super::header;
use super::page::Description;
use crate::print::go;

/// Fields that are in the header already, or of no interest.
const SHOWN: [&str; 5] = [
    ".metadata.managedFields",
    ".metadata.name",
    ".metadata.namespace",
    ".metadata.labels",
    ".metadata.annotations",
];
const ACRONYMS: [&str; 5] = ["API", "URL", "UID", "OSB", "GUID"];

pub(super) fn describe(page: &mut Description, object: &Value) {
    header(page, object);
    if let Some(map) = object.as_object() {
        fields(page, 0, map, "");
    }
}

fn fields(page: &mut Description, level: usize, map: &Map<String, Value>, path: &str) {
    for (name, value) in map.iter() {
        let path = format!("{path}.{name}");
        if SHOWN.contains(&path.as_str()) {
            continue;
        }
        let title = title(name);
        match value {
            Value::Object(map) => {
                page.line(level, &format!("{title}:"));
                fields(page, level + 1, map, &path);
            }
            Value::Array(items) => {
                page.line(level, &format!("{title}:"));
                for item in items {
                    match item {
                        Value::Object(map) => fields(page, level + 1, map, &path),
                        other => page.line(level + 1, &go::value(other)),
                    }
                }
            }
            other => page.field(level, &title, &go::value(other)),
        }
    }
}

/// `apiVersion` becomes `API Version`; a name with other characters than letters and dashes is kept.
fn title(name: &str) -> String {
    if name
        .chars()
        .any(|letter| !letter.is_alphabetic() && letter != '-')
    {
        return name.to_owned();
    }
    let letters: Vec<char> = name.chars().collect();
    let mut words: Vec<String> = Vec::new();
    for (index, letter) in letters.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|index| letters.get(index));
        let after = letters.get(index + 1);
        // A word begins at a capital after a small letter, and at the last of several capitals before a small
        // letter.
        let begins = match before {
            None => true,
            Some(before) if (*before == '-') != (*letter == '-') => true,
            Some(before) if letter.is_uppercase() => {
                before.is_lowercase() || after.is_some_and(|after| after.is_lowercase())
            }
            Some(_) => false,
        };
        match words.last_mut() {
            Some(word) if !begins => word.push(*letter),
            _ => words.push(letter.to_string()),
        }
    }
    let polished = words.iter().map(|word| {
        let upper = word.to_uppercase();
        if ACRONYMS.contains(&upper.as_str()) {
            return upper;
        }
        let mut rest = word.chars();
        rest.next().map_or_else(String::new, |first| {
            first.to_uppercase().chain(rest).collect()
        })
    });
    polished.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::title;

    #[test]
    fn field_names_are_split_into_words() {
        for (name, want) in [
            ("apiVersion", "API Version"),
            ("uid", "UID"),
            ("creationTimestamp", "Creation Timestamp"),
            ("podIP", "Pod IP"),
            ("hostIPs", "Host I Ps"),
            ("app.kubernetes.io/name", "app.kubernetes.io/name"),
        ] {
            assert_eq!(title(name), want);
        }
    }
}
