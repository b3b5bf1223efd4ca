//! What is said to lines that name no command.

use super::table::TABLE;
use crate::api::go::quote;
use crate::kubectl::run::Failure;

/// Commands that kubectl has beside those that are simulated, in the order in which kubectl knows them
/// (`staging/src/k8s.io/kubectl/pkg/cmd/cmd.go`); suggestions come in this order.
const KUBECTL: &str = "create expose run set explain get edit delete rollout scale autoscale certificate cluster-info top \
    cordon uncordon drain taint describe logs attach exec port-forward proxy cp auth debug events diff apply patch \
    replace wait kustomize label annotate completion alpha config plugin version api-versions api-resources options help";

/// Other names of commands within a group.
const ALIASES: &[(&str, &str, &str)] = &[
    ("create", "deploy", "deployment"),
    ("create", "dep", "deployment"),
    ("create", "ns", "namespace"),
    ("create", "svc", "service"),
    ("set", "sa", "serviceaccount"),
    ("top", "pods", "pod"),
    ("top", "po", "pod"),
    ("top", "nodes", "node"),
    ("top", "no", "node"),
];

/// Commands of groups that kubectl has beside those that are simulated.
const OTHERS: &[(&str, &str)] = &[
    (
        "create",
        "clusterrole clusterrolebinding configmap cm cronjob cj ingress ing job poddisruptionbudget pdb priorityclass pc \
         quota role rolebinding secret serviceaccount sa token",
    ),
    ("set", "env selector serviceaccount subject"),
];

/// What a word within a group stands for.
pub(super) fn alias<'w>(group: &str, word: &'w str) -> &'w str {
    let known = ALIASES
        .iter()
        .find(|(of, alias, _)| *of == group && *alias == word);
    known.map_or(word, |(_, _, command)| command)
}

/// A line without a command.
pub(super) fn no_command() -> Failure {
    Failure::Usage("a command is missing, such as: kubectl get pods".to_owned())
}

/// A word that is no command, with those that it may have meant (cobra's `SuggestionsFor`).
pub(super) fn command(word: &str) -> Failure {
    if KUBECTL.split_whitespace().any(|known| known == word) {
        return Failure::NotSimulated(format!("kubectl {word}"));
    }
    let lower = word.to_lowercase();
    let near = |known: &&str| known.starts_with(&lower) || distance(&lower, known) <= 2;
    let near: Vec<&str> = KUBECTL.split_whitespace().filter(near).collect();
    let mut text = format!("unknown command {} for \"kubectl\"", quote(word));
    if !near.is_empty() {
        text.push_str("\n\nDid you mean this?\n");
        text.extend(near.iter().map(|known| format!("\t{known}\n")));
    }
    Failure::Usage(text)
}

/// A word that is no command of a group (`staging/src/k8s.io/kubectl/pkg/cmd/util/helpers.go`,
/// DefaultSubCommandRun).
pub(super) fn sub_command(group: &str, words: &[String]) -> Failure {
    let words: Vec<&str> = words
        .iter()
        .map(String::as_str)
        .filter(|word| !word.starts_with('-'))
        .collect();
    if words.is_empty() {
        let commands = TABLE
            .iter()
            .filter_map(|command| command.path.split_once(' '));
        let known: Vec<&str> = commands
            .filter(|(of, _)| *of == group)
            .map(|(_, command)| command)
            .collect();
        return Failure::Usage(format!(
            "kubectl {group} needs one of: {}",
            known.join(", ")
        ));
    }
    let others = OTHERS.iter().filter(|(of, _)| *of == group);
    let other = others
        .flat_map(|(_, others)| others.split_whitespace())
        .find(|other| words.first() == Some(other));
    if let Some(other) = other {
        return Failure::NotSimulated(format!("kubectl {group} {other}"));
    }
    Failure::Usage(format!(
        "unknown command {}\nSee 'kubectl {group} -h' for help and examples",
        quote(&words.join(" "))
    ))
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
