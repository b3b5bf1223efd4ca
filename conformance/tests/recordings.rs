//! kubestep does what a real Kubernetes 1.36 control plane did.

use conformance::{Column, load, names_in, replay};
use std::path::PathBuf;

/// How many there are, so that none is lost. The number only grows.
const SCENARIOS: usize = 114;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/conformance")
}

/// Every column is equal, or differs by nothing but chance.
#[test]
fn what_a_real_cluster_did_happens_here_too() {
    let names = names_in(&folder()).expect("a folder of scenarios");
    assert!(names.len() >= SCENARIOS, "{} scenarios", names.len());
    for name in names {
        let report = replay(&load(&folder(), &name).expect("a recording that can be read"));
        let compared = Column::ALL.map(|column| report.score(column).compared);
        assert!(
            compared.iter().sum::<usize>() > 0,
            "{name}: nothing was compared"
        );
        for column in Column::ALL {
            assert!(report.holds(column), "{column} differ:\n{report}");
        }
    }
}

/// StatefulSets with the control loop of 1.37. Their texts were printed by the kubectl of 1.36.
#[test]
fn the_next_version_does_what_its_controllers_did() {
    let folder = folder().join("1.37");
    let names = names_in(&folder).expect("a folder of scenarios");
    assert_eq!(names.len(), 40);
    for name in names {
        let report = replay(&load(&folder, &name).expect("a recording that can be read"));
        for column in [Column::Objects, Column::Events, Column::Writes] {
            assert!(
                report.score(column).compared > 0,
                "{name}: nothing of {column} was compared"
            );
            assert!(report.holds(column), "{column} differ:\n{report}");
        }
    }
}
