//! The ReplicaSet controller against the tables of upstream's own tests.

mod common;

use common::{check, same};
use kubestep::api::gates::Gates;
use kubestep::api::pod::Pod;
use kubestep::api::time::Time;
use kubestep::controllers::replica_set::{
    Ranked, compare, pods_to_delete, rank_by_node, slow_start_batch,
};
use serde_json::{Value, json};
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::rc::Rc;

/// The clock of these tests, long enough after the beginning for every age in the tables.
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

/// The point of time that an age names; `null` is Go's zero time.
fn ago(age: &Value) -> Value {
    match age.as_str() {
        Some(age) => json!(Time(NOW.0 - milliseconds(age)).to_string()),
        None => Value::Null,
    }
}

/// A pod of the tables about which one goes first.
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
        let gates = Gates {
            pod_deletion_cost: case.input["podDeletionCostGate"] == true,
            ..Gates::default()
        };
        let first = |x: &Ranked, y: &Ranked| json!(compare(x, y, NOW, gates) == Ordering::Less);
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
        let mut related: BTreeMap<Rc<str>, i32> = BTreeMap::new();
        for pod in list("related").iter().filter(|pod| pod.is_active()) {
            if let Some(node) = &pod.node_name {
                *related.entry(node.clone()).or_default() += 1;
            }
        }
        let diff = case.input["diff"].as_u64().expect("a number");
        let ranked = rank_by_node(list("pods"), &related);
        let chosen = pods_to_delete(ranked, diff as usize, NOW, Gates::default());
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
