//! The pure helpers of the Deployment controller against upstream's unit test tables.

mod common;
#[path = "common/rollouts.rs"]
mod rollouts;

use common::{Case, check, same};
use kubestep::api::condition::{find, remove};
use kubestep::api::deployment::{DeploymentConditionType, DeploymentStatus, DeploymentStrategy};
use kubestep::api::int_or_percent::IntOrPercent;
use kubestep::api::replica_set::ReplicaSet;
use kubestep::api::template::PodTemplate;
use kubestep::api::time::Time;
use kubestep::controllers::deployment::annotations::*;
use kubestep::controllers::deployment::util::*;
use kubestep::controllers::deployment::{
    cleanup_unhealthy_replicas, history_to_delete, replica_set_name, rollout_status, scale_down_old,
};
use kubestep::versions::{Features, Version};
use rollouts::{deployment, replica_set, rolling, sized};
use serde_json::{Value, json};
use std::rc::Rc;

#[test]
fn fenceposts() {
    check("deployment_resolve_fenceposts", |case| {
        let bound = |name: &str| -> Option<IntOrPercent> {
            serde_json::from_value(case.input[name].clone()).expect("a bound")
        };
        let (surge, unavailable) = (bound("maxSurge"), bound("maxUnavailable"));
        let got = resolve_fenceposts(surge.as_ref(), unavailable.as_ref(), case.given("desired"));
        same(&json!(got.is_err()), &case.want["expectError"])?;
        let want = (case.wanted("expectSurge"), case.wanted("expectUnavailable"));
        same(&got.unwrap_or((0, 0)), &want)
    });
}

#[test]
fn new_rs_sizes() {
    check("deployment_new_rs_new_replicas", |case| {
        let mut deployment = rolling(
            case.given("depReplicas"),
            &case.input["maxSurge"],
            &json!(1),
        );
        if case.input["strategyType"] == "Recreate" {
            deployment.spec.strategy = DeploymentStrategy::Recreate;
        }
        // Upstream's test has one other ReplicaSet, with this size in total.
        let total = 5;
        let got = new_rs_new_replicas(&deployment, total, case.given("newRSReplicas"));
        same(&got, &case.wanted("expected"))
    });
}

#[test]
fn cleanup_unhealthy() {
    check("deployment_cleanup_unhealthy", |case| {
        let old = case.given("oldReplicas");
        let sets = [sized("foo-v1", old, case.given("readyPods"))];
        let (steps, behind) = cleanup_unhealthy_replicas(&sets, case.given("maxCleanupCount"));
        same(&behind, &None)?;
        let cleaned: i32 = steps.iter().map(|(_, size)| old - size).sum();
        same(&cleaned, &case.wanted("cleanupCountExpected"))
    });
}

#[test]
fn scale_down_old_rs() {
    check("deployment_scale_down_old_rs", |case| {
        let old = case.given("oldReplicas");
        let available = case.given("readyPods");
        let replicas = case.given("deploymentReplicas");
        let deployment = rolling(replicas, &json!(0), &case.input["maxUnavailable"]);
        let least = replicas - max_unavailable(&deployment);
        let steps = scale_down_old(&[sized("foo-v2", old, available)], available, least);
        let want: Vec<(usize, i32)> = if case.want["scaleExpected"] == true {
            vec![(0, case.wanted("expectedOldReplicas"))]
        } else {
            Vec::new()
        };
        same(&steps, &want)
    });
}

#[test]
fn bounds() {
    check("deployment_max_unavailable", |case| {
        let deployment = deployment(&case.input["deployment"]);
        same(&max_unavailable(&deployment), &case.wanted("expected"))
    });
    check("deployment_min_available", |case| {
        let deployment = deployment(&case.input["deployment"]);
        same(&min_available(&deployment), &case.wanted("expected"))
    });
}

/// Upstream also returns an error; here an invalid number is `None`.
#[test]
fn annotation_int() {
    check("deployment_annotation_int", |case| {
        let set = replica_set(&json!({ "metadata": { "annotations": case.input["annotations"] } }));
        let got = count_annotation(&set, "test");
        same(&json!(got.is_some()), &case.want["expectedValid"])?;
        same(&json!(got.unwrap_or(0)), &case.want["expectedValue"])
    });
}

/// Old ReplicaSets of a case, in the order of creation.
fn old_sets(case: &Case) -> Vec<Rc<ReplicaSet>> {
    let list = case.input["oldRSs"].as_array().expect("a list");
    let set = |given: &Value| {
        let created = Time(given["createdOrder"].as_i64().unwrap() * 60_000).to_string();
        let mut annotations = json!({});
        if let Some(revision) = given["revision"].as_str() {
            annotations[REVISION] = json!(revision);
        }
        replica_set(&json!({
            "metadata": {
                "name": given["name"], "creationTimestamp": created, "annotations": annotations,
                "deletionTimestamp": (given["terminating"] == true).then_some(&created)
            },
            "spec": { "replicas": given["specReplicas"] },
            "status": { "replicas": given["statusReplicas"] }
        }))
    };
    list.iter().map(set).collect()
}

#[test]
fn history() {
    let deleted = |case: &Case| -> Vec<Rc<str>> {
        let limit = case.input["revisionHistoryLimit"].as_u64().unwrap() as usize;
        let sets = old_sets(case);
        let deleted = history_to_delete(&sets, limit).into_iter();
        deleted.map(|set| set.metadata.name.clone()).collect()
    };
    check("deployment_cleanup_history", |case| {
        same(&json!(deleted(case).len()), &case.want["expectedDeletions"])
    });
    check("deployment_cleanup_history_order", |case| {
        let mut deleted = deleted(case);
        deleted.sort();
        same(&json!(deleted), &case.want["expectedDeletedRSs"])
    });
}

#[test]
fn progress() {
    check("deployment_complete", |case| {
        let deployment = deployment(&case.input["d"]);
        let got = deployment_complete(&deployment, &deployment.status);
        same(&json!(got), &case.want["expected"])
    });
    check("deployment_progressing", |case| {
        let status = serde_json::from_value(case.input["newStatus"].clone()).expect("a status");
        let got = deployment_progressing(&deployment(&case.input["d"]), &status);
        same(&json!(got), &case.want["expected"])
    });
    check("deployment_timed_out", |case| {
        let deployment = deployment(&case.input["d"]);
        let got = deployment_timed_out(&deployment, &deployment.status, clock(case));
        same(&json!(got), &case.want["expected"])
    });
}

/// The time of a case; without one, the previous case's time applies, as upstream. Fractions of a millisecond are
/// rounded up.
fn clock(case: &Case) -> Time {
    let text = case.input["nowFn"]
        .as_str()
        .unwrap_or("2017-02-15T18:49:00Z");
    let part = i64::from(text.contains('.'));
    Time::parse(text).expect("a time").plus_millis(part)
}

#[test]
fn requeue_stuck() {
    check("deployment_requeue_stuck", |case| {
        let status = serde_json::from_value(case.input["status"].clone()).expect("a status");
        let got = stuck_check_after(&deployment(&case.input["d"]), &status, clock(case));
        let got = got.map_or(-1, |after| after * 1_000_000);
        same(&json!(got), &case.want["expected"]["ns"])
    });
}

/// Times are compared only where upstream requires that they do not change.
#[test]
fn sync_rollout_status() {
    check("deployment_sync_rollout_status", |case| {
        let deployment = deployment(&case.input["d"]);
        let list = case.input["allRSs"].as_array().expect("a list");
        let new = case.input["newRS"]
            .is_object()
            .then(|| replica_set(&case.input["newRS"]));
        let all: Vec<_> = list.iter().map(replica_set).chain(new.clone()).collect();
        let now = Time::parse("2017-02-15T19:49:00Z").expect("a time");
        let features = Features::from(Version::V1_36);
        let (status, _) = rollout_status(&deployment, &all, new.as_ref(), now, features);
        let kind = DeploymentConditionType::Progressing;
        let (Some(got), true) = (
            find(&status.conditions, kind),
            case.want["conditionType"] != "",
        ) else {
            same(&find(&status.conditions, kind), &None)?;
            return same(&json!(""), &case.want["conditionType"]);
        };
        same(&json!(got.status), &case.want["conditionStatus"])?;
        same(&json!(got.reason), &case.want["conditionReason"])?;
        let before = find(&deployment.status.conditions, kind);
        if case.want["lastUpdate"].is_string() {
            same(
                &got.last_update_time,
                &before.and_then(|known| known.last_update_time),
            )?;
        }
        if case.want["lastTransition"].is_string() {
            let known = before.and_then(|known| known.last_transition_time);
            same(&got.last_transition_time, &known)?;
        }
        Ok(())
    });
}

#[test]
fn conditions() {
    let status = |value: &Value| -> DeploymentStatus {
        serde_json::from_value(value.clone()).expect("a status")
    };
    check("deployment_set_condition", |case| {
        let mut got = status(&case.input["status"]);
        let condition = serde_json::from_value(case.input["cond"].clone()).expect("a condition");
        set_condition(&mut got, condition);
        same(&got, &status(&case.want["expectedStatus"]))
    });
    check("deployment_remove_condition", |case| {
        let mut got = status(&case.input["status"]);
        let kind = serde_json::from_value(case.input["condType"].clone()).expect("a type");
        remove(&mut got.conditions, kind);
        same(&got, &status(&case.want["expectedStatus"]))
    });
}

#[test]
fn templates() {
    check("deployment_equal_ignore_hash", |case| {
        let template = |name: &str| PodTemplate::new(case.input[name].clone()).expect("a template");
        let got = template("former").equal_ignore_hash(&template("latter"));
        same(&json!(got), &case.want["expected"])
    });
}

/// Names of ReplicaSets, which identify them in these tables.
fn names(sets: &[Rc<ReplicaSet>]) -> Vec<&str> {
    sets.iter().map(|set| &*set.metadata.name).collect()
}

#[test]
fn finding_replica_sets() {
    let sets = |value: &Value| -> Vec<Rc<ReplicaSet>> {
        let list = value.as_array().map(Vec::as_slice).unwrap_or_default();
        list.iter().map(replica_set).collect()
    };
    check("deployment_find_new_rs", |case| {
        let all = sets(&case.input["rsList"]);
        let got = find_new_replica_set(&deployment(&case.input["deployment"]), &all);
        let got = got.map(|set| &*set.metadata.name);
        same(&json!(got), &case.want["expected"]["metadata"]["name"])
    });
    check("deployment_find_old_rs", |case| {
        let all = sets(&case.input["rsList"]);
        let got = find_old_replica_sets(&deployment(&case.input["deployment"]), &all);
        same(&names(&got), &names(&sets(&case.want["expected"])))?;
        let active = filter_active(&got);
        same(
            &names(&active),
            &names(&sets(&case.want["expectedRequire"])),
        )
    });
}

#[test]
fn replica_sums() {
    check("deployment_replica_sums", |case| {
        let list = case.input["sets"].as_array().expect("a list");
        let set = |given: &Value| {
            replica_set(&json!({
                "spec": { "replicas": given["specReplicas"] },
                "status": {
                    "replicas": given["statusReplicas"],
                    "observedGeneration": given["observedGeneration"],
                    "terminatingReplicas": given["terminatingReplicas"]
                }
            }))
        };
        let sets: Vec<_> = list.iter().map(set).collect();
        same(&json!(replica_count(&sets)), &case.want["count"])?;
        same(&json!(actual_replica_count(&sets)), &case.want["actual"])?;
        same(&json!(terminating_count(&sets)), &case.want["terminating"])
    });
}

/// Upstream's test uses 10 replicas and at most 20.
#[test]
fn replicas_annotations() {
    check("deployment_replicas_annotations_need_update", |case| {
        let deployment = rolling(10, &json!(10), &json!(0));
        let set = replica_set(&case.input["replicaSet"]);
        let got = replicas_annotations_need_update(&deployment, &set);
        same(&json!(got), &case.want["expected"])
    });
}

#[test]
fn fractions() {
    check("deployment_replicaset_fraction", |case| {
        let replicas = case.given("deploymentReplicas");
        let mut deployment = rolling(replicas, &case.input["deploymentMaxSurge"], &json!(1));
        deployment.status.replicas = case.given("deploymentStatusReplicas");
        let set = replica_set(&json!({
            "metadata": { "annotations": case.input["rsAnnotations"] },
            "spec": { "replicas": case.input["rsReplicas"] }
        }));
        same(
            &replica_set_fraction(&set, &deployment),
            &case.wanted("expectedFraction"),
        )
    });
}

#[test]
fn replica_set_names() {
    check("deployment_rs_name", |case| {
        let text = |name: &str| case.input[name].as_str().unwrap_or_default();
        let got = replica_set_name(text("deploymentName"), text("hash"));
        same(&json!(got), &case.want["want"])
    });
    check("deployment_rs_name_portion", |case| {
        let name = case.input["deploymentName"].as_str().expect("a name");
        let got = replica_set_name(name, "75675f5897");
        same(
            &json!(got.strip_suffix("-75675f5897")),
            &case.want["wantDeploymentPortion"],
        )
    });
}
