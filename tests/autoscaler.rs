//! The autoscaler in an automatic cluster.

#[path = "common/cluster.rs"]
mod cluster;

use cluster::*;
use kubestep::api::kind::Kind;
use kubestep::api::object::Object;
use kubestep::engine::{Config, Engine, Run};
use kubestep::world::{Load, TargetLoad};
use serde_json::{Value, json};

fn autoscaler(spec: Value) -> Object {
    let metadata = json!({ "name": "web" });
    object(
        Kind::HorizontalPodAutoscaler,
        json!({ "metadata": metadata, "spec": spec }),
    )
}

fn cpu(min: i32, max: i32) -> Value {
    json!({
        "scaleTargetRef": { "apiVersion": "apps/v1", "kind": "Deployment", "name": "web" },
        "minReplicas": min, "maxReplicas": max,
        "metrics": [{ "type": "Resource", "resource": {
            "name": "cpu", "target": { "type": "Utilization", "averageUtilization": 50 }
        } }]
    })
}

/// A Deployment with two pods that request 100m each, and an autoscaler.
fn web(spec: Value, load: Option<Load>) -> Engine {
    let mut engine = Engine::new(Config::default());
    set_load(&mut engine, load);
    for object in [deployment("web", 2), autoscaler(spec)] {
        try_create(&mut engine, object).expect("accepted");
    }
    settle(&mut engine);
    engine
}

fn set_load(engine: &mut Engine, load: Option<Load>) {
    let mut world = engine.world().clone();
    world.loads = load
        .map(|amount| TargetLoad {
            target: key(Kind::Deployment, "web"),
            resource: "cpu".to_owned(),
            amount,
        })
        .into_iter()
        .collect();
    engine.set_world("load", world);
}

fn wait(engine: &mut Engine, seconds: i64) {
    let end = engine.now().plus_seconds(seconds);
    assert_eq!(engine.run_until(end, MANY), Run::Settled);
}

fn replicas(engine: &Engine) -> i32 {
    let web = engine.store().deployment(&key(Kind::Deployment, "web"));
    web.expect("exists").spec.replicas
}

fn status(engine: &Engine) -> Value {
    let found = engine
        .store()
        .get(&key(Kind::HorizontalPodAutoscaler, "web"));
    found.expect("exists").to_value()["status"].clone()
}

fn condition(engine: &Engine, name: &str) -> (String, String) {
    let status = status(engine);
    let all = status["conditions"].as_array().expect("conditions").clone();
    let found = all
        .iter()
        .find(|known| known["type"] == name)
        .expect("the condition");
    let text = |field: &str| found[field].as_str().unwrap_or_default().to_owned();
    (text("status"), text("reason"))
}

fn events(engine: &Engine) -> Vec<String> {
    let all = engine.store().list(Kind::Event, None);
    let own = all
        .filter_map(Object::as_event)
        .filter(|event| *event.source.component == *"horizontal-pod-autoscaler");
    own.map(|event| format!("{} {}", event.reason, event.message))
        .collect()
}

fn pair(status: &str, reason: &str) -> (String, String) {
    (status.to_owned(), reason.to_owned())
}

#[test]
fn load_scales_up_and_low_load_scales_down_after_five_minutes() {
    let mut engine = web(cpu(1, 10), Some(Load::Shared(400)));
    wait(&mut engine, 400);
    // 400m with a target of 50m per pod.
    assert_eq!(replicas(&engine), 8);
    assert!(
        events(&engine).iter().any(|event| event
            .ends_with("reason: cpu resource utilization (percentage of request) above target")),
        "{:?}",
        events(&engine)
    );
    assert_eq!(
        status(&engine)["currentMetrics"][0]["resource"]["current"]["averageUtilization"],
        50
    );

    set_load(&mut engine, Some(Load::Shared(100)));
    wait(&mut engine, 200);
    assert_eq!(replicas(&engine), 8);
    assert_eq!(
        condition(&engine, "AbleToScale"),
        pair("True", "ScaleDownStabilized")
    );
    wait(&mut engine, 200);
    assert_eq!(replicas(&engine), 2);
    assert!(
        events(&engine).contains(
            &"SuccessfulRescale New size: 2; reason: All metrics below target".to_owned()
        )
    );
}

#[test]
fn without_metrics_only_the_bounds_apply() {
    let mut engine = web(cpu(1, 10), None);
    wait(&mut engine, 16);
    assert_eq!(replicas(&engine), 2);
    assert_eq!(
        condition(&engine, "ScalingActive"),
        pair("False", "FailedGetResourceMetric")
    );
    assert_eq!(status(&engine)["currentReplicas"], 2);
    let all = events(&engine);
    assert!(all[0].starts_with("FailedGetResourceMetric failed to get cpu utilization: unable to get metrics for resource cpu: "), "{all:?}");
    assert!(all[1].starts_with("FailedComputeMetricsReplicas invalid metrics (1 invalid out of 1), first error is: failed to get cpu resource metric value: failed to get cpu utilization: "), "{all:?}");

    let mut engine = web(cpu(5, 10), None);
    wait(&mut engine, 16);
    assert_eq!(replicas(&engine), 5);
    assert_eq!(
        events(&engine),
        [
            "SuccessfulRescale New size: 5; reason: Current number of replicas below Spec.MinReplicas"
        ]
    );
}

#[test]
fn a_missing_target_is_reported() {
    let mut spec = cpu(1, 3);
    spec["scaleTargetRef"]["name"] = json!("nobody");
    let mut engine = web(spec, None);
    wait(&mut engine, 16);
    assert_eq!(
        condition(&engine, "AbleToScale"),
        pair("False", "FailedGetScale")
    );
    assert_eq!(
        events(&engine),
        ["FailedGetScale deployments.apps \"nobody\" not found"]
    );
}

#[test]
fn a_policy_limits_the_rate() {
    let mut spec = cpu(1, 10);
    let policy = json!({ "type": "Pods", "value": 1, "periodSeconds": 60 });
    spec["behavior"] = json!({ "scaleUp": { "policies": [policy] } });
    let mut engine = web(spec, Some(Load::EachPod(400)));
    wait(&mut engine, 50);
    let first = replicas(&engine);
    assert_eq!(first, 3);
    assert_eq!(
        condition(&engine, "ScalingLimited"),
        pair("True", "ScaleUpLimit")
    );
}

#[test]
fn the_memory_goes_back_in_time_too() {
    let mut engine = web(cpu(1, 10), Some(Load::Shared(400)));
    let start = engine.cursor();
    wait(&mut engine, 120);
    let (first, end) = (status(&engine), engine.now());
    engine.jump(start);
    assert_eq!(engine.run_until(end, MANY), Run::Settled);
    assert_eq!(status(&engine), first);
}
