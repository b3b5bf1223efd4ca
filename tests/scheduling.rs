//! Which node a pod is bound to, why there is none, and when the scheduler retries.

#[path = "common/cluster.rs"]
mod cluster;

use cluster::*;
use kubestep::api::kind::Kind;
use kubestep::api::object::Object;
use kubestep::engine::{Config, Engine, Run};
use kubestep::kubectl::run;
use kubestep::store::Propagation;
use serde_json::{Value, json};

/// A cluster of nodes with 2 CPUs, 1Gi, and room for a number of pods each.
fn nodes(count: usize, pods: i64) -> Engine {
    let mut engine = Engine::new(Config {
        nodes: count,
        ..Config::default()
    });
    for number in 1..=count {
        let line = format!("sim node node-{number} --cpu=2 --memory=1Gi --pods={pods}");
        say(&mut engine, &line);
    }
    engine
}

/// A command's output; a failing command is a test failure.
fn say(engine: &mut Engine, line: &str) -> String {
    let told = run::run(engine, line, None);
    assert_eq!(told.exit, 0, "{line}: {}", told.stderr);
    told.stdout
}

fn edit_node(engine: &mut Engine, name: &str, change: impl FnOnce(&mut Value)) {
    let node = engine.store().get(&key(Kind::Node, name)).expect("exists");
    let mut value = node.to_value();
    change(&mut value);
    let node = Object::from_value(Kind::Node, value).expect("a node");
    engine
        .act("edit", |cx| cx.store.update(node))
        .expect("accepted");
    settle(engine);
}

fn pod(name: &str, container: Value, spec: Value) -> Object {
    object(Kind::Pod, cluster::pod(name, container, spec))
}

fn asking(name: &str, requests: Value) -> Object {
    pod(
        name,
        json!({ "resources": { "requests": requests } }),
        json!({}),
    )
}

fn add(engine: &mut Engine, object: Object) {
    try_create(engine, object).expect("accepted");
    settle(engine);
}

fn end(engine: &mut Engine, name: &str) {
    delete(engine, &key(Kind::Pod, name), Propagation::Background).expect("exists");
    settle(engine);
}

fn node_of(engine: &Engine, name: &str) -> Option<String> {
    let pod = engine.store().pod(&key(Kind::Pod, name)).expect("exists");
    pod.node_name.as_deref().map(str::to_owned)
}

/// Why a pod is unschedulable, according to its condition.
fn why(engine: &Engine, name: &str) -> String {
    let pod = engine.store().get(&key(Kind::Pod, name)).expect("exists");
    let condition = pod.to_value()["status"]["conditions"][0].clone();
    assert_eq!(condition["type"], "PodScheduled");
    assert_eq!(condition["reason"], "Unschedulable");
    condition["message"].as_str().expect("a text").to_owned()
}

fn events(engine: &Engine, reason: &str) -> Vec<Value> {
    let all = engine.store().list(Kind::Event, None).map(Object::to_value);
    all.filter(|event| event["reason"] == reason).collect()
}

fn wait(engine: &mut Engine, seconds: i64) {
    let end = engine.now().plus_seconds(seconds);
    assert_eq!(engine.run_until(end, MANY), Run::Settled);
}

fn rewinds(mut engine: Engine) {
    let all =
        |engine: &Engine| -> Vec<Value> { engine.store().all().map(Object::to_value).collect() };
    let (end, after) = (engine.steps().len(), all(&engine));
    while engine.back() {}
    assert!(keys(&engine, Kind::Pod).is_empty() && keys(&engine, Kind::Event).is_empty());
    engine.jump(end);
    assert_eq!(all(&engine), after);
}

#[test]
fn pods_go_where_their_requests_fit() {
    let mut engine = nodes(2, 110);
    for name in ["a", "b"] {
        add(&mut engine, asking(name, json!({ "cpu": "1500m" })));
    }
    assert_ne!(node_of(&engine, "a"), node_of(&engine, "b"));
    add(&mut engine, asking("c", json!({ "cpu": "600m" })));
    assert_eq!(
        why(&engine, "c"),
        "0/2 nodes are available: 2 Insufficient cpu. preemption: 0/2 nodes are available: 2 No preemption victims found for incoming pod."
    );
    add(&mut engine, asking("d", json!({ "cpu": "500m" })));
    assert!(node_of(&engine, "d").is_some());
    // c fits where a was.
    let freed = node_of(&engine, "a");
    end(&mut engine, "a");
    assert_eq!(node_of(&engine, "c"), freed);
    rewinds(engine);
}

#[test]
fn unsatisfiable_requests_do_not_preempt() {
    let mut engine = nodes(3, 110);
    add(
        &mut engine,
        asking("big", json!({ "cpu": "3", "memory": "512Mi" })),
    );
    assert_eq!(
        why(&engine, "big"),
        "0/3 nodes are available: 3 Insufficient cpu. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling."
    );
    // A larger node suffices.
    say(&mut engine, "sim node node-4 --add --cpu=8");
    settle(&mut engine);
    assert_eq!(node_of(&engine, "big").as_deref(), Some("node-4"));
}

#[test]
fn reasons_are_counted_and_sorted_as_text() {
    let mut engine = nodes(3, 1);
    add(&mut engine, asking("a", json!({ "cpu": "2" })));
    let full = node_of(&engine, "a").expect("a node");
    for name in ["node-1", "node-2", "node-3"] {
        if name != full {
            edit_node(&mut engine, name, |node| {
                node["spec"]["unschedulable"] = json!(true)
            });
        }
    }
    add(
        &mut engine,
        asking("b", json!({ "cpu": "1", "example.org/gpu": "1" })),
    );
    assert_eq!(
        why(&engine, "b"),
        "0/3 nodes are available: 1 Insufficient cpu, 1 Insufficient example.org/gpu, 1 Too many pods, 2 node(s) were unschedulable. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling."
    );
    add(&mut engine, asking("c", json!({ "cpu": "1" })));
    assert_eq!(
        why(&engine, "c"),
        "0/3 nodes are available: 1 Insufficient cpu, 1 Too many pods, 2 node(s) were unschedulable. preemption: 0/3 nodes are available: 1 No preemption victims found for incoming pod, 2 Preemption is not helpful for scheduling."
    );
    let class = json!({
        "apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": { "name": "patient" },
        "value": 0, "preemptionPolicy": "Never"
    });
    let applied = run(&mut engine, "kubectl apply -f -", Some(&class.to_string()));
    assert_eq!(applied.exit, 0, "{}", applied.stderr);
    let never = pod("d", json!({}), json!({ "priorityClassName": "patient" }));
    add(&mut engine, never);
    assert_eq!(
        why(&engine, "d"),
        "0/3 nodes are available: 1 Too many pods, 2 node(s) were unschedulable. preemption: not eligible due to preemptionPolicy=Never."
    );
}

#[test]
fn pending_pods_are_retried_as_far_as_they_fit_oldest_first() {
    let mut engine = nodes(1, 2);
    for name in ["z", "y", "x", "w"] {
        add(&mut engine, asking(name, json!({})));
    }
    assert_eq!(node_of(&engine, "x"), None);
    let since = engine.cursor();
    end(&mut engine, "z");
    assert!(node_of(&engine, "x").is_some() && node_of(&engine, "w").is_none());
    let tried = work(&engine, since);
    let tried = tried.iter().filter(|item| item.starts_with("scheduler"));
    assert_eq!(tried.count(), 1, "the other would not fit");
    // Both are deleted, one of them before its turn.
    end(&mut engine, "y");
    end(&mut engine, "x");
    assert!(node_of(&engine, "w").is_some());
}

#[test]
fn a_finished_pod_frees_its_resources() {
    let mut engine = nodes(1, 1);
    let mut world = engine.world().clone();
    world.image.outcome = kubestep::world::Outcome::Crashes;
    engine.set_world("image", world);
    let job = pod("job", json!({}), json!({ "restartPolicy": "Never" }));
    try_create(&mut engine, job).expect("accepted");
    try_create(&mut engine, asking("next", json!({}))).expect("accepted");
    wait(&mut engine, 60);
    assert!(node_of(&engine, "next").is_some());
}

#[test]
fn host_ports_are_used_once_per_node() {
    let mut engine = nodes(1, 110);
    let port = |port: i32| json!({ "ports": [{ "containerPort": 80, "hostPort": port }] });
    add(&mut engine, pod("a", port(80), json!({})));
    add(&mut engine, pod("b", port(80), json!({})));
    add(&mut engine, pod("c", port(81), json!({})));
    assert!(node_of(&engine, "c").is_some());
    assert_eq!(
        why(&engine, "b"),
        "0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports. preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod."
    );
    end(&mut engine, "a");
    assert!(node_of(&engine, "b").is_some());
}

#[test]
fn affinity_selects_nodes_by_label() {
    let mut engine = nodes(2, 110);
    let term = |key: &str| json!({ "matchExpressions": [{ "key": key, "operator": "Exists" }] });
    let affinity = |terms: Value| {
        let required = json!({ "nodeSelectorTerms": terms });
        json!({ "affinity": { "nodeAffinity": { "requiredDuringSchedulingIgnoredDuringExecution": required } } })
    };
    add(
        &mut engine,
        pod(
            "a",
            json!({}),
            affinity(json!([term("rack"), term("disk")])),
        ),
    );
    assert_eq!(
        why(&engine, "a"),
        "0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector. preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling."
    );
    edit_node(&mut engine, "node-2", |node| {
        node["metadata"]["labels"]["disk"] = json!("fast");
    });
    assert_eq!(node_of(&engine, "a").as_deref(), Some("node-2"));
    let named = json!([{ "matchFields": [{ "key": "metadata.name", "operator": "In", "values": ["gone"] }] }]);
    add(&mut engine, pod("b", json!({}), affinity(named)));
    assert!(why(&engine, "b").contains("2 node(s) didn't satisfy plugin(s) [NodeAffinity]."));
}

#[test]
fn a_pod_with_gates_waits_until_they_are_gone() {
    let mut engine = nodes(1, 110);
    let gates = json!({ "schedulingGates": [{ "name": "example.org/wait" }] });
    add(&mut engine, pod("a", json!({}), gates));
    let known = engine.store().get(&key(Kind::Pod, "a")).expect("exists");
    let mut value = known.to_value();
    assert_eq!(
        value["status"]["conditions"][0]["reason"],
        "SchedulingGated"
    );
    assert!(events(&engine, "FailedScheduling").is_empty());
    value["spec"]["schedulingGates"] = json!([]);
    let open = Object::from_value(Kind::Pod, value).expect("a pod");
    engine
        .act("edit", |cx| cx.store.update(open))
        .expect("accepted");
    settle(&mut engine);
    assert!(node_of(&engine, "a").is_some());
}

#[test]
fn the_schedulers_events_are_series() {
    let mut engine = nodes(1, 0);
    add(&mut engine, asking("a", json!({})));
    let failed = events(&engine, "FailedScheduling");
    assert_eq!(failed.len(), 1);
    let event = &failed[0];
    assert_eq!(event["action"], "Scheduling");
    assert_eq!(event["reportingComponent"], "default-scheduler");
    assert_eq!(
        event["reportingInstance"],
        "default-scheduler-control-plane"
    );
    assert_eq!(event["source"], json!({}));
    assert_eq!(event["firstTimestamp"], Value::Null);
    assert_eq!(event["eventTime"], "2026-01-01T00:00:00.000000Z");
    assert!(event.get("count").is_none() && event.get("series").is_none());
    // The first failure writes the pod, so the next event is about another version of it.
    wait(&mut engine, 331);
    let failed = events(&engine, "FailedScheduling");
    assert_eq!(failed.len(), 2);
    wait(&mut engine, 660);
    let failed = events(&engine, "FailedScheduling");
    assert_eq!(failed.len(), 2);
    let series = &failed[1]["series"];
    assert_eq!(series["count"], 2, "the third is kept in memory");
    assert_eq!(series["lastObservedTime"], "2026-01-01T00:11:00.000000Z");
    let table = say(&mut engine, "kubectl events --types=Warning --no-headers");
    let lines: Vec<&str> = table.lines().collect();
    assert!(lines[0].starts_with("16m "), "{table}");
    assert!(lines[1].starts_with("5m31s (x2 over 11m) "), "{table}");
    // After a while the series is written: its count is not lost.
    wait(&mut engine, 1800);
    let failed = events(&engine, "FailedScheduling");
    assert_eq!(failed.len(), 2);
    assert!(
        failed[1]["series"]["count"].as_i64() > Some(5),
        "{failed:?}"
    );
    rewinds(engine);
}

#[test]
fn the_scheduled_event_has_the_newer_form() {
    let mut engine = nodes(1, 110);
    add(&mut engine, asking("a", json!({})));
    let event = &events(&engine, "Scheduled")[0];
    assert_eq!(event["action"], "Binding");
    assert_eq!(
        event["message"],
        "Successfully assigned default/a to node-1"
    );
    let described = say(&mut engine, "kubectl describe pod a");
    let line = described
        .lines()
        .find(|line| line.contains("Successfully assigned"));
    assert!(
        line.is_some_and(|line| line.contains("  default-scheduler  ")),
        "{described}"
    );
    let wide = say(&mut engine, "kubectl get events -o wide");
    assert!(
        wide.contains("default-scheduler, default-scheduler-control-plane"),
        "{wide}"
    );
    let pulled = &events(&engine, "Pulled")[0];
    assert_eq!(pulled["reportingComponent"], "kubelet");
    assert_eq!(pulled["reportingInstance"], "node-1");
    assert_eq!(pulled["eventTime"], Value::Null);
}

#[test]
fn describe_node_shows_allocated_resources() {
    let mut engine = nodes(1, 110);
    add(&mut engine, asking("a", json!({ "cpu": "500m" })));
    let described = say(&mut engine, "kubectl describe node node-1");
    assert!(
        described.contains("cpu                500m (25%)"),
        "{described}"
    );
    let told = say(&mut engine, "sim node node-1 --cpu=1");
    assert_eq!(
        told,
        "node/node-1 has cpu 1 ephemeral-storage 100Gi memory 1Gi pods 110\n"
    );
    assert_eq!(
        run::run(&mut engine, "sim node node-1 --cpu=x", None).exit,
        1
    );
}

// ---- claims

fn claim(name: &str, class: &str) -> Object {
    object(
        Kind::PersistentVolumeClaim,
        json!({
            "metadata": { "name": name },
            "spec": {
                "accessModes": ["ReadWriteOnce"], "storageClassName": class,
                "resources": { "requests": { "storage": "1Gi" } }
            }
        }),
    )
}

fn class(name: &str, provisioner: &str, mode: &str) -> Object {
    let value = json!({ "metadata": { "name": name }, "provisioner": provisioner, "volumeBindingMode": mode });
    object(Kind::StorageClass, value)
}

fn volume(name: &str, class: &str, node: &str) -> Object {
    let here = json!({ "key": "kubernetes.io/hostname", "operator": "In", "values": [node] });
    let terms = json!([{ "matchExpressions": [here] }]);
    let spec = json!({
        "accessModes": ["ReadWriteOnce"], "capacity": { "storage": "1Gi" },
        "persistentVolumeReclaimPolicy": "Retain", "storageClassName": class,
        "volumeMode": "Filesystem", "local": { "path": "/data" },
        "nodeAffinity": { "required": { "nodeSelectorTerms": terms } }
    });
    object(
        Kind::PersistentVolume,
        json!({ "metadata": { "name": name }, "spec": spec }),
    )
}

fn using(name: &str, claims: &[&str]) -> Object {
    let volume =
        |claim: &&str| json!({ "name": claim, "persistentVolumeClaim": { "claimName": claim } });
    let volumes: Vec<Value> = claims.iter().map(volume).collect();
    pod(name, json!({}), json!({ "volumes": volumes }))
}

fn for_good(count: usize, why: &str) -> String {
    format!(
        "0/{count} nodes are available: {why}. preemption: 0/{count} nodes are available: {count} Preemption is not helpful for scheduling."
    )
}

#[test]
fn a_pod_waits_for_its_claim_to_be_created_and_bound() {
    let mut engine = nodes(3, 110);
    add(&mut engine, using("a", &["data"]));
    assert_eq!(
        why(&engine, "a"),
        for_good(3, "persistentvolumeclaim \"data\" not found")
    );
    try_create(&mut engine, claim("data", "standard")).expect("accepted");
    cluster::run(&mut engine);
    let waits = "pod has unbound immediate PersistentVolumeClaims";
    assert_eq!(why(&engine, "a"), for_good(3, waits));
    settle(&mut engine);
    assert!(node_of(&engine, "a").is_some());
    // Because the claim was bound, not by the periodic check.
    assert!(engine.now().0 < 10_000);
    rewinds(engine);
}

#[test]
fn a_terminating_claim_blocks_new_pods() {
    let mut engine = nodes(1, 110);
    add(&mut engine, claim("data", "standard"));
    add(&mut engine, using("a", &["data"]));
    let data = key(Kind::PersistentVolumeClaim, "data");
    delete(&mut engine, &data, Propagation::Background).expect("exists");
    add(&mut engine, using("b", &["data"]));
    assert_eq!(
        why(&engine, "b"),
        for_good(1, "persistentvolumeclaim \"data\" is being deleted")
    );
    end(&mut engine, "a");
    assert_eq!(
        why(&engine, "b"),
        for_good(1, "persistentvolumeclaim \"data\" not found")
    );
}

#[test]
fn a_volume_is_provisioned_for_the_first_pods_node() {
    let mut engine = nodes(2, 110);
    add(
        &mut engine,
        class("late", "example.org/p", "WaitForFirstConsumer"),
    );
    add(&mut engine, claim("data", "late"));
    assert_eq!(events(&engine, "WaitForFirstConsumer").len(), 1);
    add(&mut engine, using("a", &["data"]));
    let node = node_of(&engine, "a").expect("a node");
    let claim = engine
        .store()
        .claim(&key(Kind::PersistentVolumeClaim, "data"));
    let claim = claim.expect("exists");
    let selected = claim
        .metadata
        .annotation("volume.kubernetes.io/selected-node");
    assert_eq!(selected, Some(&*node));
    assert!(claim.volume_name.is_some());
    let order: Vec<&str> = branches(&engine, 0, "")
        .into_iter()
        .filter(|id| ["scheduler/reserve", "volume-binder/bind", "scheduler/bind"].contains(id))
        .collect();
    assert_eq!(
        order,
        ["scheduler/reserve", "volume-binder/bind", "scheduler/bind"]
    );
    rewinds(engine);
}

#[test]
fn local_volumes_determine_the_node() {
    let mut engine = nodes(3, 110);
    add(
        &mut engine,
        class(
            "local",
            "kubernetes.io/no-provisioner",
            "WaitForFirstConsumer",
        ),
    );
    add(&mut engine, claim("data", "local"));
    add(&mut engine, using("a", &["data"]));
    let nothing = "3 node(s) didn't find available persistent volumes to bind";
    assert_eq!(why(&engine, "a"), for_good(3, nothing));
    add(&mut engine, volume("disk", "local", "node-3"));
    assert_eq!(node_of(&engine, "a").as_deref(), Some("node-3"));
    // Another pod with the same claim must be bound to the same node.
    edit_node(&mut engine, "node-3", |node| {
        node["spec"]["unschedulable"] = json!(true)
    });
    add(&mut engine, using("b", &["data"]));
    let elsewhere =
        "1 node(s) were unschedulable, 2 node(s) didn't match PersistentVolume's node affinity";
    assert_eq!(why(&engine, "b"), for_good(3, elsewhere));
    edit_node(&mut engine, "node-3", |node| {
        node["spec"]["unschedulable"] = json!(false)
    });
    assert_eq!(node_of(&engine, "b").as_deref(), Some("node-3"));
    rewinds(engine);
}

#[test]
fn two_claims_need_two_volumes_on_one_node() {
    let mut engine = nodes(2, 110);
    add(
        &mut engine,
        class(
            "local",
            "kubernetes.io/no-provisioner",
            "WaitForFirstConsumer",
        ),
    );
    add(&mut engine, claim("one", "local"));
    add(&mut engine, claim("two", "local"));
    add(&mut engine, volume("a", "local", "node-1"));
    add(&mut engine, volume("b", "local", "node-2"));
    add(&mut engine, using("pod", &["one", "two"]));
    let nothing = "2 node(s) didn't find available persistent volumes to bind";
    assert_eq!(why(&engine, "pod"), for_good(2, nothing));
    add(&mut engine, volume("c", "local", "node-2"));
    assert_eq!(node_of(&engine, "pod").as_deref(), Some("node-2"));
}

#[test]
fn a_class_can_be_limited_to_some_nodes() {
    let mut engine = nodes(2, 110);
    let mut late = class("late", "example.org/p", "WaitForFirstConsumer").to_value();
    let here = json!({ "key": "kubernetes.io/hostname", "values": ["node-2"] });
    late["allowedTopologies"] = json!([{ "matchLabelExpressions": [here] }]);
    add(&mut engine, object(Kind::StorageClass, late));
    add(&mut engine, claim("data", "late"));
    add(&mut engine, using("a", &["data"]));
    assert_eq!(node_of(&engine, "a").as_deref(), Some("node-2"));
}

#[test]
fn a_read_write_once_pod_claim_allows_one_pod() {
    let mut engine = nodes(1, 110);
    let mut alone = claim("data", "standard").to_value();
    alone["spec"]["accessModes"] = json!(["ReadWriteOncePod"]);
    add(&mut engine, object(Kind::PersistentVolumeClaim, alone));
    add(&mut engine, using("a", &["data"]));
    add(&mut engine, using("b", &["data"]));
    assert!(node_of(&engine, "a").is_some());
    assert!(why(&engine, "b").contains(
        "1 node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod. preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod."
    ));
}
