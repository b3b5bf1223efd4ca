//! kubestep does what a real Kubernetes 1.36 control plane did.

use conformance::{Column, Report, load, names_in, replay};
use std::path::PathBuf;

/// Scenarios that hold in every column. The list only grows.
const HOLD: &[&str] = &[
    "deployment-adopt-orphan-pod",
    "deployment-apply-changes",
    "deployment-autoscale",
    "deployment-bad-image-undo",
    "deployment-collision",
    "deployment-create",
    "deployment-create-imperative",
    "deployment-delete-background",
    "deployment-delete-orphan",
    "deployment-delete-paused-zero",
    "deployment-dry-run",
    "deployment-errors",
    "deployment-errors-name-too-long",
    "deployment-history-change-cause",
    "deployment-history-limit-0",
    "deployment-history-limit-2",
    "deployment-history-record",
    "deployment-labels",
    "deployment-min-ready-seconds",
    "deployment-overlapping-selectors",
    "deployment-patch",
    "deployment-pause-resume",
    "deployment-percent-rounding-1",
    "deployment-pod-deleted",
    "deployment-pod-deletion-cost",
    "deployment-pod-evicted",
    "deployment-progress-deadline",
    "deployment-proportional-scale-10-to-15",
    "deployment-proportional-scale-10-to-30",
    "deployment-proportional-three-templates",
    "deployment-recreate",
    "deployment-restart",
    "deployment-restart-count",
    "deployment-return-to-old-template",
    "deployment-rolling-update-default-10",
    "deployment-rolling-update-default-3",
    "deployment-rolling-update-default-4",
    "deployment-rolling-update-terminating-kept",
    "deployment-rollover",
    "deployment-scale-down-colocated",
    "deployment-scale-to-zero-and-back",
    "deployment-scale-up",
    "deployment-service",
    "deployment-strategy-both-zero",
    "deployment-surge0-unavailable1",
    "deployment-surge1-unavailable0",
    "deployment-unavailable100",
    "deployment-unhealthy-old-cleanup",
    "replicaset-basic",
    "replicaset-too-many-orphans",
    "statefulset-broken-first-create",
    "statefulset-broken-update-stuck",
    "statefulset-create-ordered",
    "statefulset-create-parallel",
    "statefulset-delete-cascade",
    "statefulset-errors",
    "statefulset-history-limit",
    "statefulset-long-name",
    "statefulset-max-unavailable-2",
    "statefulset-max-unavailable-2-gate-on",
    "statefulset-max-unavailable-2-ordered",
    "statefulset-max-unavailable-2-ordered-gate-on",
    "statefulset-metadata-only",
    "statefulset-min-ready-seconds",
    "statefulset-on-delete",
    "statefulset-ordinals-start-5",
    "statefulset-parallel-update",
    "statefulset-partition",
    "statefulset-partition-large",
    "statefulset-partition-old-pod-deleted",
    "statefulset-pod-deleted",
    "statefulset-pvc",
    "statefulset-pvc-retention-delete-delete",
    "statefulset-pvc-retention-retain-delete",
    "statefulset-rollback",
    "statefulset-rolling-update",
    "statefulset-scale-down-mid-update",
    "statefulset-scale-ordered",
    "statefulset-scale-up-web0-fails",
    "tutorial-nginx-deployment",
    "tutorial-statefulset-web",
];

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/conformance")
}

fn play(name: &str) -> Report {
    replay(&load(&folder(), name).expect("a recording that can be read"))
}

#[test]
fn what_a_real_cluster_did_happens_here_too() {
    for name in HOLD {
        let report = play(name);
        for column in Column::ALL {
            assert!(
                report.score(column).compared > 0,
                "{name}: nothing of {column} was compared"
            );
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
