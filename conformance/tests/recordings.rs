//! kubestep does what a real Kubernetes 1.36 control plane did.

use conformance::{Column, Report, load, names_in, replay};
use std::path::PathBuf;

/// Scenarios that hold, and in which columns. The list only grows.
const HOLD: &[(&str, &[Column])] = &[
    ("deployment-adopt-orphan-pod", ALL),
    ("deployment-autoscale", ALL),
    ("deployment-bad-image-undo", ALL),
    ("deployment-collision", ALL),
    ("deployment-create", ALL),
    ("deployment-create-imperative", ALL),
    ("deployment-delete-background", ALL),
    ("deployment-delete-orphan", ALL),
    ("deployment-delete-paused-zero", ALL),
    ("deployment-dry-run", ALL),
    ("deployment-errors", ALL),
    ("deployment-history-change-cause", ALL),
    ("deployment-history-limit-0", ALL),
    ("deployment-history-limit-2", ALL),
    ("deployment-history-record", ALL),
    ("deployment-labels", ALL),
    ("deployment-min-ready-seconds", ALL),
    ("deployment-overlapping-selectors", ALL),
    ("deployment-patch", ALL),
    ("deployment-pause-resume", ALL),
    ("deployment-percent-rounding-1", ALL),
    ("deployment-pod-deletion-cost", ALL),
    ("deployment-pod-evicted", ALL),
    ("deployment-progress-deadline", ALL),
    ("deployment-proportional-scale-10-to-30", ALL),
    ("deployment-proportional-three-templates", ALL),
    ("deployment-recreate", ALL),
    ("deployment-restart", ALL),
    ("deployment-restart-count", ALL),
    ("deployment-return-to-old-template", ALL),
    ("deployment-rolling-update-default-10", ALL),
    ("deployment-rolling-update-default-3", ALL),
    ("deployment-rolling-update-default-4", ALL),
    ("deployment-rolling-update-terminating-kept", ALL),
    ("deployment-rollover", ALL),
    ("deployment-scale-down-colocated", ALL),
    ("deployment-scale-to-zero-and-back", ALL),
    ("deployment-scale-up", ALL),
    ("deployment-service", ALL),
    ("deployment-strategy-both-zero", ALL),
    ("deployment-surge0-unavailable1", ALL),
    ("deployment-surge1-unavailable0", ALL),
    ("deployment-unavailable100", ALL),
    ("deployment-unhealthy-old-cleanup", ALL),
    ("replicaset-basic", ALL),
    ("replicaset-too-many-orphans", ALL),
    ("statefulset-broken-first-create", ALL),
    ("statefulset-broken-update-stuck", ALL),
    ("statefulset-create-ordered", ALL),
    ("statefulset-create-parallel", ALL),
    ("statefulset-errors", ALL),
    ("statefulset-history-limit", ALL),
    ("statefulset-long-name", ALL),
    ("statefulset-max-unavailable-2", ALL),
    ("statefulset-max-unavailable-2-gate-on", ALL),
    ("statefulset-max-unavailable-2-ordered", ALL),
    ("statefulset-max-unavailable-2-ordered-gate-on", ALL),
    ("statefulset-metadata-only", ALL),
    ("statefulset-min-ready-seconds", ALL),
    ("statefulset-on-delete", ALL),
    ("statefulset-ordinals-start-5", ALL),
    ("statefulset-parallel-update", ALL),
    ("statefulset-partition", ALL),
    ("statefulset-partition-large", ALL),
    ("statefulset-partition-old-pod-deleted", ALL),
    ("statefulset-pod-deleted", ALL),
    ("statefulset-pvc", ALL),
    ("statefulset-pvc-retention-delete-delete", ALL),
    ("statefulset-pvc-retention-retain-delete", ALL),
    ("statefulset-rollback", ALL),
    ("statefulset-rolling-update", ALL),
    ("statefulset-scale-down-mid-update", ALL),
    ("statefulset-scale-ordered", ALL),
    ("statefulset-scale-up-web0-fails", ALL),
    ("tutorial-nginx-deployment", ALL),
    ("tutorial-statefulset-web", ALL),
];

/// Everything.
const ALL: &[Column] = &Column::ALL;

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
