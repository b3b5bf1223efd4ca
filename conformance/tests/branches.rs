//! Every branch that the Deployment and ReplicaSet controllers can take is taken by some story: a recorded
//! scenario, or one of the small ones here. And no decision names a branch that the tables lack.

#[path = "../../tests/common/cluster.rs"]
mod cluster;
#[path = "branches/deployments.rs"]
mod deployments;
#[path = "branches/replica_sets.rs"]
mod replica_sets;

use conformance::{load, names_in, play};
use kubestep::controllers::Controller;
use kubestep::engine::Engine;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// Name and cluster of every story, told to its end.
fn stories() -> Vec<(String, Engine)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/conformance");
    let names = names_in(&folder).expect("a folder of scenarios");
    let recorded = names.into_iter().map(|name| {
        let recording = load(&folder, &name).expect("a recording that can be read");
        let engine = play(&recording).1;
        (name, engine)
    });
    let told = deployments::STORIES.iter().chain(replica_sets::STORIES);
    recorded
        .chain(told.map(|(name, tell)| ((*name).to_owned(), tell())))
        .collect()
}

/// The branches that a story takes, each with how often.
fn taken(engine: &Engine) -> BTreeMap<&'static str, usize> {
    let mut taken = BTreeMap::new();
    for decision in engine.steps().iter().flat_map(|step| &step.decisions) {
        *taken.entry(decision.branch.id).or_default() += 1;
    }
    taken
}

#[test]
fn every_branch_is_taken_and_every_decision_has_one() {
    let mut by_branch: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for (name, engine) in stories() {
        for id in taken(&engine).into_keys() {
            by_branch.entry(id).or_default().insert(name.clone());
        }
    }
    let all = |controller: &Controller| controller.branches().iter().map(|branch| branch.id);
    let known: BTreeSet<&str> = Controller::ALL.iter().flat_map(all).collect();
    let unknown: Vec<&&str> = by_branch
        .keys()
        .filter(|id| !known.contains(**id))
        .collect();
    assert!(
        unknown.is_empty(),
        "not in a controller's table: {unknown:?}"
    );

    let ours = [Controller::Deployment, Controller::ReplicaSet];
    let ours: Vec<&str> = ours.iter().flat_map(all).collect();
    for id in &ours {
        if let Some(stories) = by_branch.get(id) {
            let first = stories.first().map_or("", |name| name);
            println!("{id}: {} stories, such as {first}", stories.len());
        }
    }
    let never: Vec<&&str> = ours
        .iter()
        .filter(|id| !by_branch.contains_key(**id))
        .collect();
    assert!(never.is_empty(), "never taken: {never:?}");
}

#[test]
fn no_two_branches_have_the_same_name() {
    let mut seen = BTreeSet::new();
    for branch in Controller::ALL
        .iter()
        .flat_map(|controller| controller.branches())
    {
        assert!(seen.insert(branch.id), "{} stands twice", branch.id);
    }
}

/// A story that says what it is about must be about it.
#[test]
fn stories_take_the_branches_they_are_named_after() {
    for (name, tell) in deployments::STORIES.iter().chain(replica_sets::STORIES) {
        let taken = taken(&tell());
        assert!(
            taken.contains_key(name),
            "{name} is not taken by its story: {taken:?}"
        );
    }
}
