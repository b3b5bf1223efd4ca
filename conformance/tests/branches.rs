//! Every branch of the controllers, the scheduler and the kubelets is taken by some story: a recorded scenario, or
//! one of the short ones here. Conversely, no decision has a branch that is not in the tables.

#[path = "branches/automatic.rs"]
mod automatic;
#[path = "../../tests/common/cluster.rs"]
mod cluster;
#[path = "branches/deployments.rs"]
mod deployments;
#[path = "branches/disruption.rs"]
mod disruption;
#[path = "branches/numbers.rs"]
mod numbers;
#[path = "branches/objects.rs"]
mod objects;
#[path = "branches/replica_sets.rs"]
mod replica_sets;
#[path = "branches/rules.rs"]
mod rules;
#[path = "branches/stateful_sets.rs"]
mod stateful_sets;
#[path = "branches/stories.rs"]
mod stories;
#[path = "branches/volumes.rs"]
mod volumes;

use conformance::{load, names_in, play};
use kubestep::actor::decision::{Branch, Part};
use kubestep::engine::{Actor, Engine, StepKind};
use kubestep::texts::Language;
use kubestep::texts::pseudo::unmarked;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// The stories in this folder.
fn own_stories() -> impl Iterator<Item = &'static deployments::Story> {
    let all = [
        deployments::STORIES,
        replica_sets::STORIES,
        stateful_sets::STORIES,
        objects::STORIES,
        automatic::STORIES,
        volumes::STORIES,
        disruption::STORIES,
        rules::STORIES,
    ];
    all.into_iter().flatten()
}

/// Name and final cluster of every story.
fn all_stories() -> Vec<(String, Engine)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/conformance");
    let recorded = [folder.join("1.37"), folder]
        .into_iter()
        .flat_map(|folder| {
            let names = names_in(&folder).expect("a folder of scenarios");
            names.into_iter().map(move |name| {
                let recording = load(&folder, &name).expect("a readable recording");
                let engine = play(&recording).1;
                (name, engine)
            })
        });
    recorded
        .chain(own_stories().map(|(name, tell)| ((*name).to_owned(), tell())))
        .collect()
}

/// The branches taken in a story, with counts.
fn taken(engine: &Engine) -> BTreeMap<&'static str, usize> {
    let mut taken = BTreeMap::new();
    for decision in engine.steps().iter().flat_map(|step| &step.decisions) {
        *taken.entry(decision.branch.id).or_default() += 1;
    }
    taken
}

/// The branches of all actors.
fn tables() -> impl Iterator<Item = &'static Branch> {
    let tables = Actor::ALL.iter().map(|actor| actor.spec().branches);
    tables.flatten().copied()
}

#[test]
fn every_branch_is_taken_and_every_decision_has_a_branch() {
    let mut by_branch: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for (name, engine) in all_stories() {
        for id in taken(&engine).into_keys() {
            by_branch.entry(id).or_default().insert(name.clone());
        }
    }
    let known: BTreeSet<&str> = tables().map(|branch| branch.id).collect();
    let unknown: Vec<&&str> = by_branch
        .keys()
        .filter(|id| !known.contains(**id))
        .collect();
    assert!(unknown.is_empty(), "in no branch table: {unknown:?}");

    for (id, stories) in &by_branch {
        let first = stories.first().map_or("", |name| name);
        println!("{id}: {} stories, such as {first}", stories.len());
    }
    let never: Vec<&str> = tables()
        .map(|branch| branch.id)
        .filter(|id| !by_branch.contains_key(id))
        .collect();
    assert!(never.is_empty(), "never taken: {never:#?}");
}

/// Every write is explained by a sentence that is complete in both languages.
#[test]
fn every_write_is_explained_by_a_sentence() {
    for (name, engine) in all_stories() {
        for (number, step) in engine.steps().iter().enumerate() {
            let at = || format!("{name}, step {}", number + 1);
            if matches!(step.action, StepKind::Work(_)) && !step.changes.is_empty() {
                assert!(!step.decisions.is_empty(), "{}: no reason", at());
            }
            for decision in &step.decisions {
                for language in Language::ALL.iter().copied() {
                    let text = decision.sentence(language);
                    assert!(!text.contains('{'), "{}: {text}", at());
                }
            }
        }
    }
}

/// What is said of a step comes from the catalogues, but for its facts and for errors.
#[test]
fn nothing_is_said_but_what_stands_in_the_catalogues() {
    let pseudo = Language::Pseudo;
    for (name, engine) in all_stories() {
        for step in engine.steps() {
            for decision in &step.decisions {
                for part in decision.sentence_parts(pseudo) {
                    if let Part::Text(text) = part {
                        assert_eq!(unmarked(text), "", "{name}: {text}");
                    }
                }
            }
            if step.error.is_none() && step.main_decision().is_none() && !step.is_user() {
                let told = step.headline(pseudo).to_string();
                // The clock says for how long it moves on.
                let values = unmarked(&told);
                let is_time = |letter: char| letter.is_ascii_digit() || ". sminh".contains(letter);
                assert!(
                    values.len() < told.len() && values.chars().all(is_time),
                    "{name}: {told}"
                );
            }
        }
    }
}

/// The facts in the tables are those that decisions have.
#[test]
fn decisions_have_the_facts_of_their_branch() {
    let mut seen: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (_, engine) in all_stories() {
        for decision in engine.steps().iter().flat_map(|step| &step.decisions) {
            let names = decision.facts.iter().map(|fact| fact.name);
            seen.entry(decision.branch.id).or_default().extend(names);
        }
    }
    for branch in tables() {
        let facts: BTreeSet<&str> = branch.facts.iter().copied().collect();
        assert_eq!(seen.get(branch.id), Some(&facts), "{}", branch.id);
    }
}

#[test]
fn no_two_branches_have_the_same_name() {
    let mut seen = BTreeSet::new();
    for branch in tables() {
        assert!(seen.insert(branch.id), "{} is listed twice", branch.id);
    }
}

/// A story named after a branch must take it.
#[test]
fn stories_take_the_branches_they_are_named_after() {
    let missed = own_stories().filter(|(name, tell)| !taken(&tell()).contains_key(name));
    let missed: Vec<&str> = missed.map(|(name, _)| *name).collect();
    assert!(missed.is_empty(), "not taken by their stories: {missed:?}");
}
