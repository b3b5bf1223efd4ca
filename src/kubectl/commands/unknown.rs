//! Errors for words that are not commands.

use super::flags::Invocation;
use super::help;
use crate::api::go::quote;
use crate::manifests::Failure;
use crate::versions::Version;

/// Aliases of the commands of a group.
const ALIASES: &[(&str, &str, &str)] = &[
    ("create", "deploy", "deployment"),
    ("create", "dep", "deployment"),
    ("create", "ns", "namespace"),
    ("create", "svc", "service"),
    ("create", "cm", "configmap"),
    ("create", "cj", "cronjob"),
    ("create", "ing", "ingress"),
    ("create", "pdb", "poddisruptionbudget"),
    ("create", "pc", "priorityclass"),
    ("create", "sa", "serviceaccount"),
    ("set", "sa", "serviceaccount"),
    ("top", "pods", "pod"),
    ("top", "po", "pod"),
    ("top", "nodes", "node"),
    ("top", "no", "node"),
    ("config", "use", "use-context"),
    ("sim", "images", "image"),
    ("sim", "nodes", "node"),
    ("sim", "loads", "load"),
    ("sim", "metrics", "metric"),
];

/// Commands that kubectl has in a group and that are not simulated.
const OTHERS: &[(&str, &str)] = &[
    (
        "create",
        "clusterrole clusterrolebinding cronjob ingress job priorityclass quota role rolebinding token",
    ),
    ("create secret", "docker-registry tls"),
    ("set", "subject"),
    ("auth", "reconcile whoami"),
    (
        "config",
        "delete-cluster delete-context delete-user rename-context set set-cluster set-credentials unset",
    ),
    ("cluster-info", "dump"),
];

/// The commands of a group that are not simulated.
pub(super) fn others(group: &str) -> Vec<&'static str> {
    let lists = OTHERS.iter().filter(|(of, _)| *of == group);
    lists
        .flat_map(|(_, others)| others.split_whitespace())
        .collect()
}

/// Refuses by name a sub-command that is not simulated. This comes before flags are parsed, since its flags are not known
/// either.
pub(super) fn simulated(path: &str, words: &[String]) -> Result<(), Failure> {
    let first = words.iter().find(|word| !word.starts_with('-'));
    let Some(first) = first.map(|word| alias(path, word)) else {
        return Ok(());
    };
    match others(path).contains(&first) {
        true => Err(Failure::NotSimulated(format!("kubectl {path} {first}"))),
        false => Ok(()),
    }
}

/// The command that an alias stands for.
pub(super) fn alias<'w>(group: &str, word: &'w str) -> &'w str {
    let known = ALIASES
        .iter()
        .find(|(of, alias, _)| *of == group && *alias == word);
    known.map_or(word, |(_, _, command)| command)
}

/// A word that is not a command, with suggestions (cobra's `SuggestionsFor`).
pub(super) fn command(word: &str) -> Failure {
    if help::names().any(|known| known == word) {
        return Failure::NotSimulated(format!("kubectl {word}"));
    }
    let lower = word.to_lowercase();
    let near = |known: &&str| known.starts_with(&lower) || distance(&lower, known) <= 2;
    let near: Vec<&str> = help::names().filter(near).collect();
    let mut text = format!("unknown command {} for \"kubectl\"", quote(word));
    if !near.is_empty() {
        text.push_str("\n\nDid you mean this?\n");
        text.extend(near.iter().map(|known| format!("\t{known}\n")));
    }
    Failure::Usage(text)
}

/// A word that is not a command of a group (`staging/src/k8s.io/kubectl/pkg/cmd/util/helpers.go`,
/// DefaultSubCommandRun).
pub(super) fn sub_command(group: &str, words: &[String]) -> Failure {
    let all = words;
    let words: Vec<&str> = all
        .iter()
        .map(String::as_str)
        .filter(|word| !word.starts_with('-'))
        .collect();
    // A group without a command prints its help and fails.
    let Some(first) = words.first() else {
        return Failure::Raw(help::of(Version::default(), group).unwrap_or_default());
    };
    let other = others(group).into_iter().find(|other| other == first);
    if let Some(other) = other {
        return Failure::NotSimulated(format!("kubectl {group} {other}"));
    }
    // Flags are read before the words, and a group has none of its own.
    if let Err(unknown) = Invocation::parse(Version::default(), group, &[], all) {
        return unknown;
    }
    let words = quote(&words.join(" "));
    Failure::Usage(match group {
        "sim" => format!("unknown command {words}\nSee 'sim help'"),
        group => format!("unknown command {words}\nSee 'kubectl {group} -h' for help and examples"),
    })
}

/// The Levenshtein distance of two words.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut corner = i;
        let mut left = i + 1;
        if let Some(first) = row.first_mut() {
            *first = left;
        }
        for (place, y) in row.iter_mut().skip(1).zip(&b) {
            let above = *place;
            let cost = usize::from(x != *y);
            left = (above + 1).min(left + 1).min(corner + cost);
            corner = above;
            *place = left;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_words_are_suggested() {
        assert_eq!(distance("gett", "get"), 1);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(
            command("gte").to_string(),
            "error: unknown command \"gte\" for \"kubectl\"\n\nDid you mean this?\n\tget\n"
        );
        assert_eq!(
            command("frobnicate").to_string(),
            "error: unknown command \"frobnicate\" for \"kubectl\""
        );
    }
}
