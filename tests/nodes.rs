//! Cordoned nodes, and nodes that are lost and come back.

#[path = "common/cluster.rs"]
mod cluster;

use cluster::*;
use kubestep::api::kind::Kind;
use kubestep::api::object::Object;
use kubestep::engine::{Actor, Config, Engine, Run, StepKind};
use kubestep::store::Propagation;
use kubestep::world::{Latency, Outcome, World};
use serde_json::{Value, json};

fn web(replicas: i32) -> Engine {
    let mut engine = Engine::new(Config::default());
    try_create(&mut engine, deployment("web", replicas)).expect("accepted");
    settle(&mut engine);
    engine
}

fn node(engine: &Engine, name: &str) -> Value {
    let found = engine.store().get(&key(Kind::Node, name));
    found.expect("exists").to_value()
}

fn cordon(engine: &mut Engine, name: &str, cordoned: bool) {
    let mut value = node(engine, name);
    value["spec"]["unschedulable"] = json!(cordoned);
    let node = Object::from_value(Kind::Node, value).expect("a node");
    engine
        .act("cordon", |cx| cx.store.update(node))
        .expect("accepted");
    settle(engine);
}

fn set_silent(engine: &mut Engine, name: &str, silent: bool) {
    let mut world = engine.world().clone();
    if silent {
        world.silent_nodes.insert(name.to_owned(), engine.now());
    } else {
        world.silent_nodes.remove(name);
    }
    engine.set_world("node", world);
}

fn wait(engine: &mut Engine, seconds: i64) {
    let end = engine.now().plus_seconds(seconds);
    assert_eq!(engine.run_until(end, MANY), Run::Settled);
}

/// Pods on a node: all, ready, terminating.
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
    try_create(&mut engine, deployment("two", 4)).expect("accepted");
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
fn without_a_node_a_pod_is_pending_with_a_reason() {
    let mut engine = Engine::new(Config {
        nodes: 1,
        ..Config::default()
    });
    cordon(&mut engine, "node-1", true);
    try_create(&mut engine, deployment("web", 1)).expect("accepted");
    settle(&mut engine);
    let key = keys(&engine, Kind::Pod).remove(0);
    let value = engine.store().get(&key).expect("exists").to_value();
    let condition = &value["status"]["conditions"][0];
    assert_eq!(condition["reason"], "Unschedulable");
    assert_eq!(
        condition["message"],
        "0/1 nodes are available: 1 node(s) were unschedulable. preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling."
    );
    let tries = |engine: &Engine| {
        let timers = engine.queues().timers();
        timers
            .filter(|timer| timer.actor == Actor::Scheduler)
            .count()
    };
    assert_eq!(tries(&engine), 1, "it is retried eventually");
    cordon(&mut engine, "node-1", false);
    assert_eq!(pods_on(&engine, "node-1"), (1, 1, 0));
    assert_eq!(tries(&engine), 0, "it is bound");
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
        "it stays terminating: no kubelet stops it"
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
    let all = engine.store().list(Kind::Event, None).map(Object::to_value);
    let told: Vec<String> = all
        .filter_map(|event| event["message"].as_str().map(str::to_owned))
        .collect();
    let told = |text: &str| told.iter().filter(|known| known.contains(text)).count();
    assert_eq!(told("Node node-2 status is now: NodeNotReady"), 1);
    assert_eq!(told("Node node-2 status is now: NodeReady"), 1);
    assert_eq!(told("Cancelling deletion of Pod default/web-"), 1);
}

#[test]
fn a_pod_of_a_deleted_node_is_removed_within_a_minute() {
    let mut engine = web(3);
    delete(
        &mut engine,
        &key(Kind::Node, "node-2"),
        Propagation::Background,
    )
    .expect("exists");
    wait(&mut engine, 39);
    assert_eq!(pods_on(&engine, "node-2"), (1, 1, 0));
    wait(&mut engine, 22);
    assert_eq!(pods_on(&engine, "node-2"), (0, 0, 0));
    settle(&mut engine);
    let elsewhere = ["node-1", "node-3"].map(|node| pods_on(&engine, node).1);
    assert_eq!(elsewhere.iter().sum::<usize>(), 3);
    let marked = engine.steps().iter().flat_map(|step| &step.changes);
    let mut marked = marked.filter_map(|change| match &change.after {
        Some(Object::Pod(pod)) => Some(Object::Pod(pod.clone()).to_value()["status"].clone()),
        _ => None,
    });
    let failed = marked.rfind(|status| status["phase"] == "Failed");
    let conditions = failed.expect("failed before")["conditions"].clone();
    let all = conditions.as_array().expect("conditions");
    let mark = all.iter().find(|known| known["type"] == "DisruptionTarget");
    let mark = mark.expect("the mark");
    assert_eq!(mark["reason"], "DeletionByPodGC");
    assert_eq!(mark["message"], "PodGC: node no longer exists");
}

/// `pkg/controller/nodelifecycle/node_lifecycle_controller.go`, nodeConditionToTaintKeyStatusMap: a node that says itself that
/// it is not ready has another taint than one that says nothing.
#[test]
fn a_node_that_reports_that_it_is_not_ready_has_the_taint_not_ready() {
    let mut engine = web(3);
    let mut value = node(&engine, "node-1");
    let conditions = value["status"]["conditions"].as_array_mut();
    let mut conditions = conditions.expect("conditions").iter_mut();
    let ready = conditions.find(|condition| condition["type"] == "Ready");
    ready.expect("a condition")["status"] = json!("False");
    let reported = Object::from_value(Kind::Node, value).expect("a node");
    engine
        .act("report", |cx| cx.store.update_status(reported))
        .expect("accepted");
    engine.run_due(MANY);
    let taints = node(&engine, "node-1")["spec"]["taints"].clone();
    let taints: Vec<_> = taints.as_array().into_iter().flatten().collect();
    let keys: Vec<_> = taints.iter().map(|taint| &taint["key"]).collect();
    assert_eq!(
        keys,
        [
            "node.kubernetes.io/not-ready",
            "node.kubernetes.io/not-ready"
        ]
    );
    let effects: Vec<_> = taints.iter().map(|taint| &taint["effect"]).collect();
    assert_eq!(effects, ["NoSchedule", "NoExecute"]);
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
    try_create(&mut engine, pod).expect("accepted");
    settle(&mut engine);
    set_silent(&mut engine, "node-1", true);
    wait(&mut engine, 1000);
    assert_eq!(pods_on(&engine, "node-1"), (1, 0, 0));
}

/// The nodes with the NoExecute taint.
fn marked(engine: &Engine) -> Vec<String> {
    let nodes = engine.store().list(Kind::Node, None).map(Object::to_value);
    let is_marked = |node: &Value| {
        let taints = node["spec"]["taints"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        taints.iter().any(|taint| taint["effect"] == "NoExecute")
    };
    let names = nodes
        .filter(is_marked)
        .map(|node| node["metadata"]["name"].clone());
    names
        .filter_map(|name| name.as_str().map(str::to_owned))
        .collect()
}

fn cluster_of(nodes: usize) -> Engine {
    Engine::new(Config {
        nodes,
        ..Config::default()
    })
}

#[test]
fn lost_nodes_are_evicted_ten_seconds_apart() {
    let mut engine = cluster_of(5);
    for name in ["node-1", "node-2"] {
        set_silent(&mut engine, name, true);
    }
    wait(&mut engine, 50);
    assert_eq!(marked(&engine), ["node-1"]);
    wait(&mut engine, 9);
    assert_eq!(marked(&engine), ["node-1"]);
    wait(&mut engine, 1);
    assert_eq!(marked(&engine), ["node-1", "node-2"]);
}

#[test]
fn each_zone_has_its_own_eviction_rate() {
    let mut engine = cluster_of(4);
    for (name, zone) in [
        ("node-1", "a"),
        ("node-2", "a"),
        ("node-3", "b"),
        ("node-4", "b"),
    ] {
        let mut value = node(&engine, name);
        value["metadata"]["labels"]["topology.kubernetes.io/zone"] = json!(zone);
        let node = Object::from_value(Kind::Node, value).expect("a node");
        engine
            .act("label", |cx| cx.store.update(node))
            .expect("accepted");
    }
    for name in ["node-1", "node-2", "node-3"] {
        set_silent(&mut engine, name, true);
    }
    wait(&mut engine, 51);
    assert_eq!(marked(&engine), ["node-1", "node-3"]);
    wait(&mut engine, 10);
    assert_eq!(
        marked(&engine),
        ["node-1", "node-2", "node-3"],
        "a whole zone may be lost"
    );
}

#[test]
fn no_evictions_while_most_of_a_zone_is_lost() {
    let mut engine = cluster_of(4);
    set_silent(&mut engine, "node-1", true);
    wait(&mut engine, 60);
    for name in ["node-2", "node-3"] {
        set_silent(&mut engine, name, true);
    }
    wait(&mut engine, 500);
    // 3 of 4 nodes are lost; the second one was tainted before the third was lost.
    assert_eq!(marked(&engine), ["node-1", "node-2"]);
    set_silent(&mut engine, "node-1", false);
    wait(&mut engine, 20);
    assert_eq!(marked(&engine), ["node-2", "node-3"]);
}

/// Less than 55 % of a zone (`--unhealthy-zone-threshold`) is not an outage of the zone.
#[test]
fn fewer_than_most_nodes_of_a_zone_are_evicted() {
    let mut engine = cluster_of(7);
    let lost = ["node-1", "node-2", "node-3"];
    for name in lost {
        set_silent(&mut engine, name, true);
    }
    wait(&mut engine, 80);
    assert_eq!(marked(&engine), lost);
}

#[test]
fn a_large_zone_is_evicted_slowly() {
    let mut engine = cluster_of(51);
    for number in 1..=30 {
        set_silent(&mut engine, &format!("node-{number}"), true);
    }
    wait(&mut engine, 51);
    let begun = marked(&engine).len();
    wait(&mut engine, 98);
    assert_eq!(marked(&engine).len(), begun);
    wait(&mut engine, 1);
    assert_eq!(marked(&engine).len(), begun + 1);
}

#[test]
fn taints_are_removed_once_all_nodes_are_lost() {
    let mut engine = web(3);
    set_silent(&mut engine, "node-1", true);
    wait(&mut engine, 60);
    assert_eq!(marked(&engine), ["node-1"]);
    for name in ["node-2", "node-3"] {
        set_silent(&mut engine, name, true);
    }
    wait(&mut engine, 500);
    assert_eq!(marked(&engine), [""; 0]);
    let ending = ["node-1", "node-2", "node-3"].map(|name| pods_on(&engine, name).2);
    assert_eq!(ending, [0, 0, 0], "no pod was evicted");
    set_silent(&mut engine, "node-3", false);
    wait(&mut engine, 15);
    assert_eq!(marked(&engine), ["node-1", "node-2"]);
}

#[test]
fn a_pod_bound_to_a_tainted_node_has_its_toleration_time() {
    let mut engine = cluster_of(1);
    let mut value = node(&engine, "node-1");
    value["spec"]["taints"] = json!([{
        "key": "old", "effect": "NoExecute", "timeAdded": "2026-01-01T00:00:00Z"
    }]);
    let tainted = Object::from_value(Kind::Node, value).expect("a node");
    engine
        .act("taint", |cx| cx.store.update(tainted))
        .expect("accepted");
    wait(&mut engine, 100);
    let mut value = lone("shop/web:1").to_value();
    value["spec"]["tolerations"] = json!([{
        "key": "old", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 20
    }]);
    try_create(&mut engine, object(Kind::Pod, value)).expect("accepted");
    wait(&mut engine, 19);
    assert_eq!(pods_on(&engine, "node-1"), (1, 1, 0));
    wait(&mut engine, 2);
    assert_eq!(
        pods_on(&engine, "node-1").2 + usize::from(keys(&engine, Kind::Pod).is_empty()),
        1
    );
}

fn lone(image: &str) -> Object {
    let spec = json!({
        "containers": [{ "name": "web", "image": image }],
        "terminationGracePeriodSeconds": 5
    });
    let metadata = json!({ "name": "lone" });
    object(Kind::Pod, json!({ "metadata": metadata, "spec": spec }))
}

fn with(outcome: Outcome) -> Engine {
    let mut config = Config::default();
    config.world.image.outcome = outcome;
    let mut engine = Engine::new(config);
    try_create(&mut engine, lone("shop/web:1")).expect("accepted");
    settle(&mut engine);
    engine
}

fn lone_status(engine: &Engine) -> Value {
    let found = engine.store().get(&key(Kind::Pod, "lone"));
    found.expect("exists").to_value()["status"].clone()
}

/// Reason and message of all events about the pod, ordered by name.
fn events(engine: &Engine) -> Vec<String> {
    let events = engine.store().list(Kind::Event, None).map(Object::to_value);
    let events = events.filter(|event| event["involvedObject"]["name"] == "lone");
    let text = |event: &Value, field: &str| event[field].as_str().unwrap_or_default().to_owned();
    events
        .map(|event| format!("{} {}", text(&event, "reason"), text(&event, "message")))
        .collect()
}

fn rewinds(mut engine: Engine) {
    let end = engine.steps().len();
    let after = lone_events_and_pods(&engine);
    while engine.back() {}
    assert!(keys(&engine, Kind::Pod).is_empty() && keys(&engine, Kind::Event).is_empty());
    engine.jump(end);
    assert_eq!(lone_events_and_pods(&engine), after);
}

fn lone_events_and_pods(engine: &Engine) -> Vec<Value> {
    let kinds = [Kind::Pod, Kind::Event].into_iter();
    let all = kinds.flat_map(|kind| engine.store().list(kind, None));
    all.map(Object::to_value).collect()
}

#[test]
fn an_image_is_pulled_once_per_node() {
    let mut engine = with(Outcome::Fine);
    assert_eq!(lone_status(&engine)["containerStatuses"][0]["ready"], true);
    let found = events(&engine);
    assert_eq!(
        found[0],
        "Scheduled Successfully assigned default/lone to node-1"
    );
    assert_eq!(found[1], "Pulling Pulling image \"shop/web:1\"");
    assert!(found[2].starts_with(
        "Pulled Successfully pulled image \"shop/web:1\" in 2s (2s including waiting). Image size: "
    ));
    assert_eq!(found[3], "Created Container created");
    assert_eq!(found[4], "Started Container started");
    let started = engine.store().list(Kind::Event, None).map(Object::to_value);
    let started = started.last().expect("events");
    assert_eq!(
        started["involvedObject"]["fieldPath"],
        "spec.containers{web}"
    );
    assert_eq!(started["source"]["host"], "node-1");
    delete(
        &mut engine,
        &key(Kind::Pod, "lone"),
        Propagation::Background,
    )
    .expect("exists");
    settle(&mut engine);
    assert!(events(&engine).contains(&"Killing Stopping container web".to_owned()));
    rewinds(engine);
}

#[test]
fn a_missing_image_is_retried_until_it_exists() {
    let mut engine = with(Outcome::NotFound);
    let waiting = |engine: &Engine| {
        let status = lone_status(engine);
        status["containerStatuses"][0]["state"]["waiting"]["reason"].clone()
    };
    assert_eq!(waiting(&engine), "ErrImagePull");
    assert!(events(&engine).contains(&"Failed Error: ErrImagePull".to_owned()));
    wait(&mut engine, 11);
    assert_eq!(waiting(&engine), "ImagePullBackOff");
    let found = events(&engine);
    assert!(found.contains(&"BackOff Back-off pulling image \"shop/web:1\"".to_owned()));
    let mut world = engine.world().clone();
    world.image.outcome = Outcome::Fine;
    engine.set_world("image", world);
    wait(&mut engine, 60);
    assert_eq!(lone_status(&engine)["phase"], "Running");
    rewinds(engine);
}

#[test]
fn an_unknown_nginx_tag_is_not_found_until_declared() {
    let mut engine = web(1);
    let ran = kubestep::kubectl::run::run(
        &mut engine,
        "kubectl set image deploy/web *=nginx:1.91",
        None,
    );
    assert_eq!(ran.exit, 0, "{}", ran.stderr);
    settle(&mut engine);
    let told = |engine: &Engine, since: usize| {
        let steps = engine.steps()[since..].iter();
        let decisions = steps.flat_map(|step| step.decisions.iter());
        let sentences = decisions.map(|made| made.sentence(kubestep::texts::Language::English));
        sentences
            .filter(|text| text.contains("has no tag"))
            .collect::<Vec<_>>()
    };
    let said = told(&engine, 0);
    assert!(
        said[0].starts_with("nginx has no tag 1.91 in kubestep's catalogue of well-known images"),
        "{said:?}"
    );

    let since = engine.cursor();
    kubestep::kubectl::run::run(&mut engine, "sim image nginx:1.91 --outcome=fine", None);
    wait(&mut engine, 60);
    assert!(told(&engine, since).is_empty());
    let web = engine
        .store()
        .get(&key(Kind::Deployment, "web"))
        .expect("exists")
        .to_value();
    assert_eq!(web["status"]["updatedReplicas"], 1);
    assert_eq!(web["status"]["availableReplicas"], 1);
    rewinds(engine);
}

#[test]
fn a_crash_loop_doubles_its_back_off() {
    let mut engine = with(Outcome::Crashes);
    let one = |engine: &Engine| lone_status(engine)["containerStatuses"][0].clone();
    let found = one(&engine);
    assert_eq!(found["restartCount"], 1);
    assert_eq!(found["state"]["waiting"]["reason"], "CrashLoopBackOff");
    let message = found["state"]["waiting"]["message"].as_str().expect("text");
    assert!(message.starts_with("back-off 10s restarting failed container=web pod=lone_default("));
    assert_eq!(found["lastState"]["terminated"]["exitCode"], 1);
    wait(&mut engine, 13);
    let message = one(&engine)["state"]["waiting"]["message"].clone();
    assert!(message.as_str().expect("text").starts_with("back-off 20s"));
    assert_eq!(one(&engine)["restartCount"], 2);
    wait(&mut engine, 3600);
    let message = one(&engine)["state"]["waiting"]["message"].clone();
    assert!(message.as_str().expect("text").starts_with("back-off 5m0s"));
    rewinds(engine);
}

#[test]
fn a_pod_that_is_never_ready_fails_its_probes() {
    let mut engine = with(Outcome::NeverReady);
    wait(&mut engine, 100);
    assert_eq!(lone_status(&engine)["phase"], "Running");
    let text = "Unhealthy Readiness probe failed: HTTP probe failed with statuscode: 503";
    assert!(events(&engine).contains(&text.to_owned()));
    rewinds(engine);
}

#[test]
fn a_pod_terminates_within_its_grace_period() {
    let mut engine = Engine::new(Config {
        world: World {
            stop_ms: Latency::fixed(60_000),
            ..World::default()
        },
        ..Config::default()
    });
    try_create(&mut engine, lone("shop/web:1")).expect("accepted");
    settle(&mut engine);
    delete(
        &mut engine,
        &key(Kind::Pod, "lone"),
        Propagation::Background,
    )
    .expect("exists");
    wait(&mut engine, 4);
    assert!(lone_status(&engine)["containerStatuses"][0]["ready"] == true);
    wait(&mut engine, 2);
    assert!(keys(&engine, Kind::Pod).is_empty());
    rewinds(engine);
}

#[test]
fn a_readiness_probe_follows_its_own_schedule() {
    let mut value = lone("shop/web:1").to_value();
    let container = &mut value["spec"]["containers"][0];
    container["readinessProbe"] = json!({
        "initialDelaySeconds": 5, "periodSeconds": 10, "successThreshold": 2, "tcpSocket": { "port": 80 }
    });
    let mut config = Config::default();
    config.world.image.ready_ms = Latency::fixed(8000);
    let mut engine = Engine::new(config);
    try_create(&mut engine, object(Kind::Pod, value)).expect("accepted");
    settle(&mut engine);
    // Pulled after 2 s, started after 0.5 s, probed after 5 s and 15 s unsuccessfully, and after 25 s successfully.
    assert_eq!(engine.now().0, 27_500);
    assert_eq!(lone_status(&engine)["containerStatuses"][0]["ready"], true);
    let found = events(&engine);
    let failed: Vec<&String> = found
        .iter()
        .filter(|text| text.starts_with("Unhealthy"))
        .collect();
    assert_eq!(
        failed,
        ["Unhealthy Readiness probe failed: dial tcp 10.244.0.3:80: connect: connection refused"]
    );
    rewinds(engine);
}

#[test]
fn every_kubelet_sync_has_a_purpose() {
    let engine = with(Outcome::Fine);
    let mut kubelet = engine.steps().iter().filter(
        |step| matches!(&step.action, StepKind::Work(item) if item.actor == Actor::Kubelet),
    );
    let taken: Vec<Vec<&str>> = kubelet
        .by_ref()
        .map(|step| step.decisions.iter().map(|made| made.branch.id).collect())
        .collect();
    let expected: [&[&str]; 4] = [
        &["kubelet/take", "kubelet/pull"],
        &["kubelet/pulled"],
        &["kubelet/start"],
        &["kubelet/ready"],
    ];
    assert_eq!(taken, expected);
}

/// The periods in which the only pod's container is being prepared, in milliseconds, whenever they change.
fn starts(engine: &mut Engine) -> Vec<[i64; 2]> {
    let mut known = Vec::new();
    while engine.settle(1) == Run::Limit {
        let found = engine.store().list(Kind::Pod, None).next();
        if let Some(Object::Pod(pod)) = found {
            let start = engine.container_start(pod);
            known.extend(start.map(|times| times.map(|time| time.0)));
        }
    }
    known.dedup();
    known
}

#[test]
fn the_start_of_a_container_is_known_from_the_pull_on() {
    let mut engine = Engine::new(Config::default());
    try_create(&mut engine, deployment("web", 1)).expect("accepted");
    // Two seconds for the pull, and half a second for the start.
    assert_eq!(starts(&mut engine), [[0, 2500]]);
}

#[test]
fn a_pull_that_will_fail_ends_when_it_fails() {
    let mut config = Config::default();
    config.world.image.outcome = Outcome::NotFound;
    let mut engine = Engine::new(config);
    try_create(&mut engine, deployment("web", 1)).expect("accepted");
    assert_eq!(starts(&mut engine).first(), Some(&[0, 2000]));
}
