//! Nodes that are cordoned, and nodes that are lost and come back.

#[path = "common/cluster.rs"]
mod cluster;

use cluster::*;
use kubestep::api::kind::Kind;
use kubestep::api::object::Object;
use kubestep::engine::{Engine, Run};
use kubestep::node::Config;
use serde_json::{Value, json};

fn web(replicas: i32) -> Engine {
    let mut engine = Engine::new(Config::default());
    try_create(&mut engine, deployment("web", replicas)).expect("taken");
    settle(&mut engine);
    engine
}

fn node(engine: &Engine, name: &str) -> Value {
    let found = engine.store().get(&key(Kind::Node, name));
    found.expect("there").to_value()
}

fn cordon(engine: &mut Engine, name: &str, cordoned: bool) {
    let mut value = node(engine, name);
    value["spec"]["unschedulable"] = json!(cordoned);
    let node = Object::from_value(Kind::Node, value).expect("a node");
    engine
        .act("cordon", |cx| cx.store.update(node))
        .expect("taken");
    settle(engine);
}

fn set_silent(engine: &mut Engine, name: &str, silent: bool) {
    let mut config = engine.config().clone();
    if silent {
        config.silent_nodes.insert(name.to_owned(), engine.now());
    } else {
        config.silent_nodes.remove(name);
    }
    engine.configure("node", config);
}

fn wait(engine: &mut Engine, seconds: i64) {
    let end = engine.now().plus_seconds(seconds);
    assert_eq!(engine.run_until(end, MANY), Run::Settled);
}

/// Pods on a node: all, those that are ready, those that are ending.
fn pods_on(engine: &Engine, name: &str) -> (usize, usize, usize) {
    let keys = engine.store().indexes().on_node(name);
    let pods: Vec<_> = keys.filter_map(|key| engine.store().pod(key)).collect();
    let ready = pods.iter().filter(|pod| pod.is_ready()).count();
    let ending = pods
        .iter()
        .filter(|pod| pod.metadata.is_terminating())
        .count();
    (pods.len(), ready, ending)
}

#[test]
fn a_cordoned_node_takes_no_new_pods() {
    let mut engine = web(3);
    cordon(&mut engine, "node-1", true);
    let taints = node(&engine, "node-1")["spec"]["taints"].clone();
    assert_eq!(taints[0]["key"], "node.kubernetes.io/unschedulable");
    assert_eq!(taints[0]["effect"], "NoSchedule");
    assert_eq!(pods_on(&engine, "node-1"), (1, 1, 0));
    try_create(&mut engine, deployment("two", 4)).expect("taken");
    settle(&mut engine);
    assert_eq!(pods_on(&engine, "node-1").0, 1);
    assert_eq!(
        pods_on(&engine, "node-2").0 + pods_on(&engine, "node-3").0,
        6
    );
    cordon(&mut engine, "node-1", false);
    assert_eq!(node(&engine, "node-1")["spec"]["taints"], json!([]));
}

#[test]
fn without_a_node_a_pod_waits_and_says_why() {
    let mut engine = Engine::new(Config {
        nodes: 1,
        ..Config::default()
    });
    cordon(&mut engine, "node-1", true);
    try_create(&mut engine, deployment("web", 1)).expect("taken");
    settle(&mut engine);
    let key = keys(&engine, Kind::Pod).remove(0);
    let value = engine.store().get(&key).expect("there").to_value();
    let condition = &value["status"]["conditions"][0];
    assert_eq!(condition["reason"], "Unschedulable");
    assert_eq!(
        condition["message"],
        "0/1 nodes are available: 1 node(s) were unschedulable. preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling."
    );
    cordon(&mut engine, "node-1", false);
    assert_eq!(pods_on(&engine, "node-1"), (1, 1, 0));
}

#[test]
fn a_lost_node_loses_its_pods_after_five_minutes() {
    let mut engine = web(3);
    set_silent(&mut engine, "node-2", true);
    wait(&mut engine, 49);
    assert_eq!(pods_on(&engine, "node-2"), (1, 1, 0));
    wait(&mut engine, 2);
    assert_eq!(pods_on(&engine, "node-2"), (1, 0, 0));
    let lost = node(&engine, "node-2");
    assert_eq!(lost["status"]["conditions"][3]["status"], "Unknown");
    assert_eq!(
        lost["spec"]["taints"][1]["key"],
        "node.kubernetes.io/unreachable"
    );
    assert_eq!(lost["spec"]["taints"][1]["effect"], "NoExecute");
    wait(&mut engine, 295);
    assert_eq!(pods_on(&engine, "node-2"), (1, 0, 0));
    wait(&mut engine, 30);
    assert_eq!(
        pods_on(&engine, "node-2"),
        (1, 0, 1),
        "it lingers, nobody ends it"
    );
    assert_eq!(
        pods_on(&engine, "node-1").0 + pods_on(&engine, "node-3").0,
        3
    );

    set_silent(&mut engine, "node-2", false);
    settle(&mut engine);
    assert_eq!(pods_on(&engine, "node-2"), (0, 0, 0));
    assert_eq!(node(&engine, "node-2")["spec"]["taints"], json!([]));
}

#[test]
fn a_node_that_is_back_in_time_keeps_its_pods() {
    let mut engine = web(3);
    set_silent(&mut engine, "node-2", true);
    wait(&mut engine, 100);
    set_silent(&mut engine, "node-2", false);
    settle(&mut engine);
    assert_eq!(pods_on(&engine, "node-2"), (1, 1, 0));
    wait(&mut engine, 600);
    assert_eq!(pods_on(&engine, "node-2"), (1, 1, 0));
}

#[test]
fn while_no_node_is_ready_nothing_is_evicted() {
    let mut engine = Engine::new(Config {
        nodes: 1,
        ..Config::default()
    });
    let spec = json!({ "containers": [{ "name": "c", "image": "i" }] });
    let pod = object(
        Kind::Pod,
        json!({ "metadata": { "name": "one" }, "spec": spec }),
    );
    try_create(&mut engine, pod).expect("taken");
    settle(&mut engine);
    set_silent(&mut engine, "node-1", true);
    wait(&mut engine, 1000);
    assert_eq!(pods_on(&engine, "node-1"), (1, 0, 0));
}
