//! kubestep behaves like a real Kubernetes control plane.

use conformance::{Column, load, names_in, replay};
use std::path::PathBuf;

/// The number of scenarios, so that none is lost. It can only grow.
const SCENARIOS: usize = 114;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/conformance")
}

/// Every column is equal, or differs only in what is random.
#[test]
fn recordings_of_a_real_cluster_are_reproduced() {
    let names = names_in(&folder()).expect("a folder of scenarios");
    assert!(names.len() >= SCENARIOS, "{} scenarios", names.len());
    for name in names {
        let report = replay(&load(&folder(), &name).expect("a readable recording"));
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

/// StatefulSets with the control loop of 1.37. The output was printed by kubectl 1.36: descriptions are left out.
#[test]
fn recordings_of_the_next_versions_controllers_are_reproduced() {
    let folder = folder().join("1.37");
    let names = names_in(&folder).expect("a folder of scenarios");
    assert_eq!(names.len(), 40);
    for name in names {
        let report = replay(&load(&folder, &name).expect("a readable recording"));
        for column in Column::ALL {
            assert!(
                report.score(column).compared > 0,
                "{name}: nothing of {column} was compared"
            );
            assert!(report.holds(column), "{column} differ:\n{report}");
        }
    }
}
