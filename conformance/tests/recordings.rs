//! kubestep does what a real Kubernetes 1.36 control plane did.

use conformance::{Column, Report, load, names_in, replay};
use std::path::PathBuf;

/// Scenarios that hold, and in which columns. The list only grows.
const HOLD: &[(&str, &[Column])] = &[
    ("deployment-create", CLUSTER),
    ("deployment-rolling-update-default-10", CLUSTER),
    ("deployment-rolling-update-default-3", CLUSTER),
    ("deployment-rolling-update-default-4", CLUSTER),
    ("deployment-scale-up", CLUSTER),
    ("deployment-surge0-unavailable1", CLUSTER),
    ("deployment-surge1-unavailable0", CLUSTER),
    ("deployment-unavailable100", CLUSTER),
];

/// Everything but the texts.
const CLUSTER: &[Column] = &[Column::Objects, Column::Events, Column::Writes];

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/conformance")
}

fn play(name: &str) -> Report {
    replay(&load(&folder(), name).expect("a recording that can be read"))
}

#[test]
fn what_a_real_cluster_did_happens_here_too() {
    for (name, columns) in HOLD {
        let report = play(name);
        for column in *columns {
            assert!(
                report.score(*column).compared > 0,
                "{name}: nothing of {column} was compared"
            );
            assert!(report.holds(*column), "{column} differ:\n{report}");
        }
    }
}

#[test]
fn every_recording_in_the_folder_plays_without_a_panic() {
    let names = names_in(&folder()).expect("a folder of scenarios");
    assert!(names.len() >= HOLD.len());
    for name in names {
        let report = play(&name);
        assert!(
            Column::ALL
                .iter()
                .any(|column| report.score(*column).compared > 0),
            "{name}"
        );
    }
}
