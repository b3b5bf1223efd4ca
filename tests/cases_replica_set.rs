//! The ReplicaSet controller against upstream's unit test tables.

mod common;
#[path = "common/rollouts.rs"]
mod rollouts;

use common::{Case, check, check_except, same};
use kubestep::api::condition::{Condition, remove};
use kubestep::api::kind::Kind;
use kubestep::api::object::{Key, Object};
use kubestep::api::pod::Pod;
use kubestep::api::replica_set::{ReplicaSetCondition, ReplicaSetStatus};
use kubestep::api::time::Time;
use kubestep::controllers::replica_set::*;
use kubestep::store::{DeleteOptions, Store};
use kubestep::versions::{Feature, Features, Version};
use litemap::LiteMap;
use rollouts::{put, replica_set};
use serde_json::{Value, json};
use std::cmp::Ordering;
use std::rc::Rc;

/// The time of these tests, late enough for every age in the tables.
const NOW: Time = Time(31_536_000_000);

/// Milliseconds of an age such as `5h` or `1month`.
fn milliseconds(age: &str) -> i64 {
    let split = age
        .find(|letter: char| !letter.is_ascii_digit())
        .expect("a unit");
    let (count, unit) = age.split_at(split);
    let count: i64 = count.parse().expect("a number");
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        "month" => 30 * 24 * 3600,
        _ => panic!("{age}: unknown unit"),
    };
    count * seconds * 1000
}

/// The time for an age; `null` is Go's zero time.
fn ago(age: &Value) -> Value {
    match age.as_str() {
        Some(age) => json!(Time(NOW.0 - milliseconds(age)).to_string()),
        None => Value::Null,
    }
}

/// A pod of the ranking tables.
fn pod(given: &Value) -> Pod {
    let count = |name: &str| given[name].as_i64().unwrap_or(0);
    let mut conditions = Vec::new();
    if given["ready"] == true {
        conditions.push(json!({
            "type": "Ready", "status": "True", "lastTransitionTime": ago(&given["readySinceAgo"])
        }));
    }
    let status = |name: &str, restarts: i64| {
        json!([{
            "name": name, "image": "", "state": {}, "ready": true, "restartCount": restarts
        }])
    };
    let mut value = json!({
        "metadata": { "name": given["name"], "namespace": "default", "creationTimestamp": ago(&given["createdAgo"]) },
        "spec": {
            "containers": [{ "name": "app" }],
            "initContainers": [{ "name": "sidecar", "restartPolicy": "Always" }]
        },
        "status": {
            "phase": given["phase"],
            "conditions": conditions,
            "containerStatuses": status("app", count("restarts")),
            "initContainerStatuses": status("sidecar", count("sidecarRestarts"))
        }
    });
    if let Some(node) = given["node"].as_str().filter(|node| !node.is_empty()) {
        value["spec"]["nodeName"] = json!(node);
    }
    if let Some(cost) = given["deletionCost"].as_i64() {
        value["metadata"]["annotations"] =
            json!({ "controller.kubernetes.io/pod-deletion-cost": cost.to_string() });
    }
    Pod::from_value(value).expect("a pod")
}

fn ranked(given: &Value, rank: &Value) -> Ranked {
    Ranked {
        pod: Rc::new(pod(given)),
        rank: i32::try_from(rank.as_i64().expect("a rank")).expect("a rank"),
    }
}

#[test]
fn pod_deletion_ranking() {
    check("pod_deletion_ranking", |case| {
        let a = ranked(&case.input["a"], &case.input["rankA"]);
        let b = ranked(&case.input["b"], &case.input["rankB"]);
        let counts = case.input["podDeletionCostGate"] == true;
        let features = Features::from(Version::V1_36).with(Feature::PodDeletionCost, counts);
        let first = |x: &Ranked, y: &Ranked| json!(compare(x, y, NOW, features) == Ordering::Less);
        same(&first(&a, &b), &case.want["aBeforeB"])?;
        same(&first(&b, &a), &case.want["bBeforeA"])
    });
}

#[test]
fn choosing_pods_to_delete() {
    check("replicaset_pods_to_delete", |case| {
        let list = |name: &str| -> Vec<Rc<Pod>> {
            let given = case.input[name].as_array().expect("a list of pods");
            given.iter().map(|given| Rc::new(pod(given))).collect()
        };
        let mut related: LiteMap<Rc<str>, i32> = LiteMap::new_vec();
        for pod in list("related").iter().filter(|pod| pod.is_active()) {
            if let Some(node) = &pod.node_name {
                *related.entry(node.clone()).or_default() += 1;
            }
        }
        let diff = case.input["diff"].as_u64().expect("a number");
        let ranked = rank_by_node(list("pods"), &related);
        let chosen = pods_to_delete(ranked, diff as usize, NOW, Features::from(Version::V1_36));
        let names: Vec<&str> = chosen.iter().map(|pod| &*pod.metadata.name).collect();
        same(&json!(names), &case.want["deleted"])
    });
}

#[test]
fn slow_start() {
    check("replicaset_slow_start_batch", |case| {
        let given = |name: &str| i32::try_from(case.input[name].as_i64().unwrap()).unwrap();
        let mut calls = 0;
        let (made, result) = slow_start_batch(given("count"), 1, |_| {
            calls += 1;
            if calls <= given("callLimit") {
                Ok(())
            } else {
                Err("fake error")
            }
        });
        same(&json!(calls), &case.want["expectedCallCnt"])?;
        same(&json!(made), &case.want["expectedSuccesses"])?;
        same(&json!(result.err()), &case.want["expectedErr"])
    });
}

/// The status that the controller would write for a case's ReplicaSet and pods, with the times of the case.
fn status(case: &Case, features: Features) -> ReplicaSetStatus {
    let mut store = Store::new(1, 1);
    store.registers.now = Time::parse("2026-11-22T19:51:23Z").expect("a time");
    let given = &case.input["replicaset"];
    let mut set = (*replica_set(given)).clone();
    set.metadata.uid = Default::default();
    set.metadata.resource_version = 0;
    set.metadata.owner_references = [].into();
    put(&mut store, Object::ReplicaSet(Rc::new(set)));
    let key = Key::of(Kind::ReplicaSet, "default", "foobar");
    let uid = store
        .replica_set(&key)
        .expect("the set")
        .metadata
        .uid
        .clone();
    for list in ["activePods", "terminatingPods"] {
        for pod in case.input[list].as_array().into_iter().flatten() {
            let mut pod = pod.clone();
            let ending = !pod["metadata"]["deletionTimestamp"].is_null();
            pod["metadata"]["ownerReferences"][0]["uid"] = json!(uid);
            pod["spec"]["nodeName"] = json!("node-1");
            for field in ["uid", "deletionTimestamp"] {
                pod["metadata"].as_object_mut().unwrap().remove(field);
            }
            let pod = Object::from_value(Kind::Pod, pod).expect("a pod");
            put(&mut store, pod.clone());
            if ending {
                let deleted = store.delete(&pod.key(), &DeleteOptions::default());
                deleted.expect("the API server accepts it");
            }
        }
    }
    let set = replica_set(given);
    let counts = Counts::of(&store, store.replica_set(&key).expect("the set"));
    let failure = case.input["manageReplicasErr"].as_str().map(str::to_owned);
    calculate_status(&set, &counts, failure, store.now(), features)
}

#[test]
fn calculating_status() {
    let except = [(
        "1 fully labelled pods and 2 terminating with DeploymentReplicaSetTerminatingReplicas (ReplicationController)",
        "ReplicationControllers are not simulated",
    )];
    check_except("replicaset_calculate_status", &except, |case| {
        let gate = Feature::DeploymentReplicaSetTerminatingReplicas;
        let on = case.input["enableDeploymentReplicaSetTerminatingReplicas"] == true;
        let features = Features::from(Version::V1_36).with(gate, on);
        let want: ReplicaSetStatus =
            serde_json::from_value(case.want["expectedReplicaSetStatus"].clone())
                .expect("a status");
        same(&status(case, features), &want)
    });
}

/// Upstream ignores the time of a condition.
#[test]
fn calculating_conditions() {
    check("replicaset_calculate_status_conditions", |case| {
        let mut got = status(case, Features::from(Version::V1_36)).conditions;
        for condition in &mut got {
            condition.last_transition_time = None;
        }
        let want = &case.want["expectedReplicaSetConditions"];
        let want: Vec<ReplicaSetCondition> = match want {
            Value::Null => Vec::new(),
            list => serde_json::from_value(list.clone()).expect("conditions"),
        };
        same(&got, &want)
    });
}

/// These tables contain condition types that ReplicaSets do not have.
#[test]
fn conditions() {
    let list = |value: &Value| -> Vec<Condition<String>> {
        match &value["conditions"] {
            Value::Null => Vec::new(),
            list => serde_json::from_value(list.clone()).expect("conditions"),
        }
    };
    check("replicaset_set_condition", |case| {
        let mut got = list(&case.input["status"]);
        let condition = serde_json::from_value(case.input["cond"].clone()).expect("a condition");
        set_condition(&mut got, condition);
        same(&got, &list(&case.want["expectedStatus"]))
    });
    check("replicaset_remove_condition", |case| {
        let mut got = list(&case.input["status"]);
        let kind = case.input["condType"].as_str().expect("a type");
        remove(&mut got, kind.to_owned());
        same(&got, &list(&case.want["expectedStatus"]))
    });
}

#[test]
fn active_pods() {
    check("controller_active_pods", |case| {
        let active = |given: &&Value| {
            let phase = given["podPhase"].as_str().filter(|phase| !phase.is_empty());
            let status = phase.map_or(json!({}), |phase| json!({ "phase": phase }));
            let pod = Pod::from_value(json!({ "metadata": {}, "spec": {}, "status": status }));
            pod.expect("a pod").is_active()
        };
        let given = case.input["pods"].as_array().expect("a list").iter();
        let names: Vec<&Value> = given
            .filter(active)
            .map(|given| &given["podName"])
            .collect();
        same(&json!(names), &case.want["wantPodNames"])
    });
}

/// The table's time is when its pod became ready.
#[test]
fn next_availability_check() {
    let now = Time::parse("2026-11-22T19:26:19Z").expect("a time");
    check("pod_availability_next_check", |case| {
        let mut pod = case.input["pod"].clone();
        pod["metadata"] = json!({});
        pod["spec"] = json!({});
        let pod = Pod::from_value(pod).expect("a pod");
        let least = case.input["minReadySeconds"].as_i64().expect("a number");
        let got = next_pod_availability_check(&pod, least as i32, now);
        let got = got.map(|milliseconds| milliseconds * 1_000_000);
        same(&json!(got), &case.want["expected"]["ns"])
    });
}
