//! Startup and liveness probes, and containers that fail them.

#[path = "common/cluster.rs"]
mod cluster;

use cluster::*;
use kubestep::api::kind::Kind;
use kubestep::api::object::Object;
use kubestep::engine::{Config, Engine, Run};
use kubestep::kubectl::run;
use kubestep::world::{Latency, Outcome};
use serde_json::{Value, json};

fn config(ready_seconds: i64, outcome: Outcome) -> Config {
    let mut config = Config::default();
    config.world.image.ready_ms = Latency::fixed(ready_seconds * 1000);
    config.world.image.outcome = outcome;
    config
}

fn pod(mut container: Value, spec: Value) -> Object {
    container["name"] = json!("web");
    object(Kind::Pod, cluster::pod("one", container, spec))
}

fn begun(config: Config, pod: Object) -> Engine {
    let mut engine = Engine::new(config);
    try_create(&mut engine, pod).expect("accepted");
    engine
}

fn until(engine: &mut Engine, seconds: i64) {
    let end = kubestep::api::time::Time(seconds * 1000);
    assert_eq!(engine.run_until(end, MANY), Run::Settled);
}

fn container(engine: &Engine, list: &str) -> Value {
    let found = engine.store().get(&key(Kind::Pod, "one"));
    found.expect("exists").to_value()["status"][list][0].clone()
}

fn web(engine: &Engine) -> Value {
    container(engine, "containerStatuses")
}

/// The count and message of each event with a reason.
fn events(engine: &Engine, reason: &str) -> Vec<(i64, String)> {
    let all = engine.store().list(Kind::Event, None).map(Object::to_value);
    let all = all.filter(|event| event["reason"] == reason);
    all.map(|event| {
        let message = event["message"].as_str().unwrap_or_default().to_owned();
        (event["count"].as_i64().unwrap_or(1), message)
    })
    .collect()
}

fn rewinds(mut engine: Engine) {
    let all =
        |engine: &Engine| -> Vec<Value> { engine.store().all().map(Object::to_value).collect() };
    let (end, after) = (engine.steps().len(), all(&engine));
    while engine.back() {}
    assert!(keys(&engine, Kind::Pod).is_empty());
    engine.jump(end);
    assert_eq!(all(&engine), after);
}

// Pulled after 2 s, started after 2.5 s.

#[test]
fn the_startup_probe_precedes_the_others() {
    let probes = json!({
        "startupProbe": { "periodSeconds": 2, "httpGet": { "port": 80 } },
        "livenessProbe": { "periodSeconds": 1, "httpGet": { "port": 80 } },
        "readinessProbe": { "periodSeconds": 1, "httpGet": { "port": 80 } }
    });
    let mut engine = begun(config(3, Outcome::Fine), pod(probes, json!({})));
    until(&mut engine, 6);
    let one = web(&engine);
    assert_eq!(
        (&one["started"], &one["ready"]),
        (&json!(false), &json!(false))
    );
    assert!(one["state"]["running"].is_object());
    settle(&mut engine);
    // Probed at 2.5, 4.5 and 6.5 s; the other probes start then.
    assert_eq!(engine.now().0, 6500);
    let one = web(&engine);
    assert_eq!(
        (&one["started"], &one["ready"]),
        (&json!(true), &json!(true))
    );
    let text = "Startup probe failed: HTTP probe failed with statuscode: 503";
    assert_eq!(events(&engine, "Unhealthy"), [(2, text.to_owned())]);
    assert!(events(&engine, "Killing").is_empty());
    assert_eq!(engine.settle(MANY), Run::Settled);
    rewinds(engine);
}

#[test]
fn a_container_that_starts_too_slowly_is_restarted_forever() {
    let probes = json!({ "startupProbe": { "periodSeconds": 2, "failureThreshold": 2, "tcpSocket": { "port": 80 } } });
    let mut engine = begun(config(60, Outcome::Fine), pod(probes, json!({})));
    // Fails at 2.5 and 4.5 s, is stopped until 5.5 s and restarted immediately; it runs 0.5 s later.
    until(&mut engine, 7);
    let one = web(&engine);
    assert_eq!(one["restartCount"], 1);
    assert_eq!(one["started"], false);
    assert_eq!(one["lastState"]["terminated"]["exitCode"], 0);
    let killing = "Container web failed startup probe, will be restarted";
    assert_eq!(events(&engine, "Killing"), [(1, killing.to_owned())]);
    // The second restart starts the back-off of 10 s; the third run is shorter than that.
    until(&mut engine, 60);
    let one = web(&engine);
    assert_eq!(one["state"]["waiting"]["reason"], "CrashLoopBackOff");
    assert!(!events(&engine, "BackOff").is_empty());
    assert_eq!(
        engine.settle(MANY),
        Run::Settled,
        "endless restarts do not prevent settling"
    );
    rewinds(engine);
}

#[test]
fn a_hanging_container_is_restarted() {
    let probes = json!({ "livenessProbe": { "periodSeconds": 5, "initialDelaySeconds": 1, "exec": { "command": ["check"] } } });
    let mut engine = begun(config(1, Outcome::Fine), pod(probes, json!({})));
    settle(&mut engine);
    assert_eq!(web(&engine)["ready"], true);
    until(&mut engine, 60);
    assert!(events(&engine, "Unhealthy").is_empty());
    let told = run::run(&mut engine, "sim hang one", None);
    assert_eq!((told.exit, told.stdout.as_str()), (0, "pod/one hangs\n"));
    // Probed at 63.5, 68.5 and 73.5 s.
    until(&mut engine, 74);
    assert_eq!(
        events(&engine, "Unhealthy"),
        [(3, "Liveness probe failed: ".to_owned())]
    );
    assert_eq!(web(&engine)["restartCount"], 0);
    until(&mut engine, 80);
    let one = web(&engine);
    assert_eq!(
        (&one["restartCount"], &one["ready"]),
        (&json!(1), &json!(true))
    );
    // The new container is healthy.
    until(&mut engine, 200);
    assert_eq!(web(&engine)["restartCount"], 1);
    rewinds(engine);
}

#[test]
fn a_container_that_recovers_in_time_is_not_restarted() {
    let probes = json!({ "livenessProbe": { "periodSeconds": 5, "httpGet": { "port": 80 } } });
    let mut engine = begun(config(1, Outcome::Fine), pod(probes, json!({})));
    settle(&mut engine);
    for line in [
        "sim hang one",
        "sim clock 7s",
        "sim ready one",
        "sim clock 60s",
    ] {
        let told = run::run(&mut engine, line, None);
        assert_eq!(told.exit, 0, "{line}: {}", told.stderr);
    }
    assert!(!events(&engine, "Unhealthy").is_empty());
    let one = web(&engine);
    assert_eq!(
        (&one["restartCount"], &one["ready"]),
        (&json!(0), &json!(true))
    );
}

#[test]
fn a_liveness_probe_that_starts_too_early_kills() {
    let probes = json!({ "livenessProbe": { "periodSeconds": 2, "httpGet": { "port": 80 } } });
    let mut engine = begun(config(20, Outcome::Fine), pod(probes, json!({})));
    until(&mut engine, 9);
    assert_eq!(web(&engine)["restartCount"], 1);
}

#[test]
fn an_unhealthy_image_crash_loops_until_repaired() {
    let probes = json!({ "livenessProbe": { "periodSeconds": 1, "grpc": { "port": 80 } } });
    let mut engine = begun(config(1, Outcome::Unhealthy), pod(probes, json!({})));
    until(&mut engine, 120);
    assert_eq!(
        web(&engine)["state"]["waiting"]["reason"],
        "CrashLoopBackOff"
    );
    let text = "Liveness probe failed: service unhealthy (responded with \"NOT_SERVING\")";
    assert_eq!(events(&engine, "Unhealthy")[0].1, text);
    let told = run::run(&mut engine, "sim image shop/web:1 --outcome=fine", None);
    assert_eq!(told.exit, 0, "{}", told.stderr);
    until(&mut engine, 500);
    assert_eq!(web(&engine)["ready"], true);
    rewinds(engine);
}

#[test]
fn a_failed_probe_ends_a_pod_that_is_not_restarted() {
    let probes = json!({ "livenessProbe": { "periodSeconds": 1, "httpGet": { "port": 80 }, "terminationGracePeriodSeconds": 3 } });
    let mut config = config(1, Outcome::Unhealthy);
    config.world.stop_ms = Latency::fixed(60_000);
    let mut engine = begun(config, pod(probes, json!({ "restartPolicy": "Never" })));
    until(&mut engine, 20);
    let one = web(&engine);
    assert_eq!(one["state"]["terminated"]["exitCode"], 137);
    let killing = "Container web failed liveness probe";
    assert_eq!(events(&engine, "Killing"), [(1, killing.to_owned())]);
    let found = engine.store().get(&key(Kind::Pod, "one"));
    assert_eq!(
        found.expect("exists").to_value()["status"]["phase"],
        "Failed"
    );
}

#[test]
fn a_sidecar_must_have_started() {
    let sidecar = json!({
        "name": "proxy", "image": "proxy:1", "restartPolicy": "Always",
        "startupProbe": { "periodSeconds": 1, "httpGet": { "port": 80 } }
    });
    let mut engine = begun(
        config(2, Outcome::Fine),
        pod(json!({}), json!({ "initContainers": [sidecar] })),
    );
    until(&mut engine, 4);
    let proxy = |engine: &Engine| container(engine, "initContainerStatuses");
    assert!(proxy(&engine)["state"]["running"].is_object());
    assert_eq!(proxy(&engine)["started"], false);
    assert_eq!(
        web(&engine)["state"]["waiting"]["reason"],
        "PodInitializing"
    );
    settle(&mut engine);
    assert_eq!(proxy(&engine)["started"], true);
    assert_eq!(web(&engine)["ready"], true);
    rewinds(engine);
}

#[test]
fn a_completed_init_container_is_ready() {
    let init = json!({ "name": "setup", "image": "setup:1" });
    let mut engine = begun(
        config(2, Outcome::Fine),
        pod(json!({}), json!({ "initContainers": [init] })),
    );
    let setup = |engine: &Engine| container(engine, "initContainerStatuses");
    until(&mut engine, 1);
    assert_eq!(setup(&engine)["ready"], false);
    settle(&mut engine);
    assert_eq!(setup(&engine)["state"]["terminated"]["reason"], "Completed");
    assert_eq!(setup(&engine)["ready"], true);
    assert_eq!(web(&engine)["ready"], true);
    rewinds(engine);
}

#[test]
fn a_pod_with_a_node_name_can_be_rejected() {
    let mut engine = Engine::new(Config::default());
    run::run(&mut engine, "sim node node-1 --cpu=1", None);
    let asks = json!({ "resources": { "requests": { "cpu": "1500m" } } });
    let one = pod(asks, json!({ "nodeName": "node-1" }));
    try_create(&mut engine, one).expect("accepted");
    settle(&mut engine);
    let status = engine.store().get(&key(Kind::Pod, "one")).expect("exists");
    let status = status.to_value()["status"].clone();
    let why = "Node didn't have enough resource: cpu, requested: 1500, used: 0, capacity: 1000";
    assert_eq!(status["phase"], "Failed");
    assert_eq!(status["reason"], "OutOfcpu");
    assert_eq!(status["message"], format!("Pod was rejected: {why}"));
    assert_eq!(events(&engine, "OutOfcpu"), [(1, why.to_owned())]);
    assert!(events(&engine, "Scheduled").is_empty());
}
