//! The autoscaler in an automatic cluster.

#[path = "common/cluster.rs"]
mod cluster;

use cluster::*;
use kubestep::api::kind::Kind;
use kubestep::api::object::Object;
use kubestep::api::time::Time;
use kubestep::engine::{Config, Engine, Run};
use kubestep::kubectl::run as kubectl;
use kubestep::versions::Version;
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
    web_of(Version::default(), spec, load)
}

fn web_of(version: Version, spec: Value, load: Option<Load>) -> Engine {
    let mut engine = Engine::new(Config {
        features: version.into(),
        ..Config::default()
    });
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
    wait(&mut engine, 1);
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

/// Seconds from the start until the Deployment has so many replicas.
fn seconds_until(engine: &mut Engine, wanted: i32, start: Time) -> i64 {
    for second in 0..60 {
        let end = start.plus_seconds(second);
        assert_eq!(engine.run_until(end, MANY), Run::Settled);
        if replicas(engine) == wanted {
            return second;
        }
    }
    panic!("{} replicas", replicas(engine));
}

#[test]
fn a_new_autoscaler_and_another_spec_are_synced_at_once_from_1_37_on() {
    for (version, first, second) in [(Version::V1_36, 15, 10), (Version::V1_37, 0, 0)] {
        let mut engine = Engine::new(Config {
            features: version.into(),
            ..Config::default()
        });
        let start = engine.now();
        for object in [deployment("web", 2), autoscaler(cpu(4, 10))] {
            try_create(&mut engine, object).expect("taken");
        }
        assert_eq!(seconds_until(&mut engine, 4, start), first, "{version}");
        wait(&mut engine, 5);
        let start = engine.now();
        patch(&mut engine, r#"{"spec": {"minReplicas": 6}}"#);
        assert_eq!(seconds_until(&mut engine, 6, start), second, "{version}");
    }
}

fn patch(engine: &mut Engine, patch: &str) {
    let line = format!("patch hpa web -p '{patch}'");
    let output = kubectl(engine, &line, None);
    assert_eq!(output.exit, 0, "{}", output.stderr);
}

#[test]
fn generations_are_counted_and_observed_from_1_37_on() {
    for (version, counts) in [(Version::V1_36, false), (Version::V1_37, true)] {
        let mut engine = web_of(version, cpu(1, 10), Some(Load::Shared(400)));
        let generations = |engine: &Engine| {
            let key = key(Kind::HorizontalPodAutoscaler, "web");
            let object = engine.store().get(&key).expect("there").to_value();
            let conditions = object["status"]["conditions"].as_array().cloned();
            let mut all: Vec<Option<i64>> = conditions
                .unwrap_or_default()
                .iter()
                .map(|condition| condition["observedGeneration"].as_i64())
                .collect();
            all.dedup();
            all.push(object["status"]["observedGeneration"].as_i64());
            all.push(object["metadata"]["generation"].as_i64());
            all
        };
        wait(&mut engine, 60);
        let one = counts.then_some(1);
        assert_eq!(generations(&engine), [one, one, one], "{version}");
        patch(&mut engine, r#"{"metadata": {"labels": {"a": "b"}}}"#);
        wait(&mut engine, 60);
        assert_eq!(generations(&engine), [one, one, one], "{version}");
        patch(&mut engine, r#"{"spec": {"maxReplicas": 6}}"#);
        wait(&mut engine, 60);
        let two = counts.then_some(2);
        assert_eq!(generations(&engine), [two, two, two], "{version}");
    }
}

#[test]
fn a_rescale_says_whether_it_was_one_to_zero_from_1_37_on() {
    for (version, says) in [(Version::V1_36, false), (Version::V1_37, true)] {
        let mut engine = web_of(version, cpu(2, 10), Some(Load::Shared(100)));
        wait(&mut engine, 60);
        let names = |engine: &Engine| {
            let conditions = status(engine)["conditions"].as_array().cloned();
            let conditions = conditions.unwrap_or_default();
            let name = |condition: &Value| condition["type"].as_str().unwrap_or("").to_owned();
            conditions.iter().map(name).collect::<Vec<_>>()
        };
        let three = ["AbleToScale", "ScalingActive", "ScalingLimited"];
        assert_eq!(names(&engine), three, "{version}: nothing was rescaled");
        set_load(&mut engine, Some(Load::Shared(400)));
        wait(&mut engine, 60);
        assert_eq!(replicas(&engine), 8);
        let four = [&three[..], &["ScaledToZero"][..usize::from(says)]].concat();
        assert_eq!(names(&engine), four, "{version}");
        if says {
            assert_eq!(
                condition(&engine, "ScaledToZero"),
                pair("False", "NotScaledToZero")
            );
        }
    }
}

#[test]
fn no_replicas_are_allowed_from_1_37_on_with_a_metric_that_needs_no_pods() {
    let refused = |version: Version, min: i32, metric: &str| {
        let mut engine = Engine::new(Config {
            features: version.into(),
            ..Config::default()
        });
        let text = format!(
            "{{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {{name: web}}, spec: {{minReplicas: {min}, \
             maxReplicas: 3, scaleTargetRef: {{apiVersion: apps/v1, kind: Deployment, name: web}}, metrics: [{metric}]}}}}"
        );
        kubectl(&mut engine, "create -f -", Some(&text)).stderr
    };
    let cpu = "{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}}";
    let invalid = |min: i32, least: i32| {
        format!("spec.minReplicas: Invalid value: {min}: must be greater than or equal to {least}")
    };
    let no_metric = "spec.metrics: Forbidden: must specify at least one Object or External metric to support scaling to \
                     zero replicas";
    let head = "The HorizontalPodAutoscaler \"web\" is invalid: ";
    let (old, new) = (Version::V1_36, Version::V1_37);
    let one = |cause: String| format!("{head}{cause}\n");
    let two = format!("{head}\n* {}\n* {no_metric}\n", invalid(0, 1));
    assert_eq!(refused(old, 0, cpu), two);
    assert_eq!(refused(new, 0, cpu), one(no_metric.to_owned()));
    assert_eq!(refused(old, 0, QUEUE), one(invalid(0, 1)));
    assert_eq!(refused(new, 0, QUEUE), "");
    assert_eq!(refused(old, -1, cpu), one(invalid(-1, 1)));
    assert_eq!(refused(new, -1, cpu), one(invalid(-1, 0)));
}

const QUEUE: &str =
    "{type: External, external: {metric: {name: queue}, target: {type: Value, value: 30}}}";

fn queue(min: i32) -> Value {
    json!({
        "scaleTargetRef": { "apiVersion": "apps/v1", "kind": "Deployment", "name": "web" },
        "minReplicas": min, "maxReplicas": 10,
        "metrics": [{ "type": "External", "external": {
            "metric": { "name": "queue" }, "target": { "type": "Value", "value": "30" }
        } }]
    })
}

fn line(engine: &mut Engine, line: &str) -> String {
    let output = kubectl(engine, line, None);
    assert_eq!(output.exit, 0, "{line}: {}", output.stderr);
    output.stdout
}

#[test]
fn an_external_metric_is_what_the_user_says() {
    let mut spec = queue(1);
    spec["metrics"][0]["external"]["metric"]["selector"] = json!({
        "matchLabels": { "a": "b" },
        "matchExpressions": [{ "key": "c", "operator": "In", "values": ["d", "e"] }]
    });
    let mut engine = web(spec, None);
    wait(&mut engine, 16);
    let selector = "&LabelSelector{MatchLabels:map[string]string{a: b,},MatchExpressions:[]LabelSelectorRequirement{\
                    LabelSelectorRequirement{Key:c,Operator:In,Values:[d e],},},}";
    let failed = format!(
        "FailedGetExternalMetric unable to get external metric default/queue/{selector}: unable to fetch metrics \
         from external metrics API: the server could not find the requested resource (get queue.external.metrics.k8s.io)"
    );
    assert_eq!(events(&engine)[0], failed);
    assert_eq!(line(&mut engine, "sim metric other=1"), "other: 1\n");
    wait(&mut engine, 16);
    let none = "no metrics returned from external metrics API";
    assert!(events(&engine).iter().any(|event| event.ends_with(none)));
    assert_eq!(
        line(&mut engine, "sim metric queue=60 other-"),
        "queue: 60\n"
    );
    wait(&mut engine, 16);
    assert_eq!(replicas(&engine), 4, "twice the target for two ready pods");
    assert_eq!(
        status(&engine)["currentMetrics"][0]["external"]["current"],
        json!({ "value": "60" })
    );
    let reason = format!(
        "SuccessfulRescale New size: 4; reason: external metric queue({selector}) above target"
    );
    assert!(events(&engine).contains(&reason), "{:?}", events(&engine));

    let mut spec = queue(1);
    spec["metrics"][0]["external"]["target"] =
        json!({ "type": "AverageValue", "averageValue": "20" });
    let mut engine = web(spec, None);
    line(&mut engine, "sim metric queue=100");
    wait(&mut engine, 60);
    assert_eq!(replicas(&engine), 5, "20 for each pod");
    assert_eq!(
        line(&mut engine, "sim metric queue-"),
        "no metric, so there is no external metrics API\n"
    );
}

#[test]
fn an_empty_queue_scales_to_zero_and_a_full_one_back() {
    let mut engine = web(queue(0), None);
    line(&mut engine, "sim metric queue=0");
    wait(&mut engine, 400);
    assert_eq!(replicas(&engine), 0);
    assert_eq!(
        condition(&engine, "ScaledToZero"),
        pair("True", "ScaledToZero")
    );
    wait(&mut engine, 60);
    assert_eq!(replicas(&engine), 0);
    line(&mut engine, "sim metric queue=90");
    wait(&mut engine, 16);
    assert_eq!(replicas(&engine), 3, "ceil(90 / 30)");
    assert_eq!(
        condition(&engine, "ScaledToZero"),
        pair("False", "NotScaledToZero")
    );
    // A person's zero stays.
    line(&mut engine, "scale deployment web --replicas=0");
    wait(&mut engine, 60);
    assert_eq!(replicas(&engine), 0);
    assert_eq!(
        condition(&engine, "ScalingActive"),
        pair("False", "ScalingDisabled")
    );
}

#[test]
fn what_was_scaled_to_zero_comes_back_when_zero_is_no_longer_allowed() {
    let mut spec = queue(0);
    spec["behavior"] = json!({ "scaleDown": { "stabilizationWindowSeconds": 0 } });
    let mut engine = web(spec, None);
    line(&mut engine, "sim metric queue=0");
    wait(&mut engine, 30);
    assert_eq!(replicas(&engine), 0);
    patch(&mut engine, r#"{"spec": {"minReplicas": 2}}"#);
    wait(&mut engine, 1);
    assert_eq!(replicas(&engine), 2);
    let reason =
        "SuccessfulRescale New size: 2; reason: Current number of replicas below Spec.MinReplicas";
    assert!(
        events(&engine).contains(&reason.to_owned()),
        "{:?}",
        events(&engine)
    );
}

/// `pkg/controller/podautoscaler/horizontal.go`, validateAndParseSelector.
#[test]
fn two_autoscalers_of_one_target_are_ambiguous() {
    let mut engine = web(cpu(1, 10), Some(Load::Shared(100)));
    wait(&mut engine, 60);
    for (target, active) in [
        ("db", pair("True", "ValidMetricFound")),
        ("web", pair("False", "AmbiguousSelector")),
    ] {
        let mut other = autoscaler(cpu(1, 10)).to_value();
        other["metadata"]["name"] = json!(format!("other-{target}"));
        other["spec"]["scaleTargetRef"]["name"] = json!(target);
        create(&mut engine, [object(Kind::HorizontalPodAutoscaler, other)]);
        wait(&mut engine, 20);
        assert_eq!(condition(&engine, "ScalingActive"), active, "{target}");
    }
}

#[test]
fn a_target_without_replicas_disables_scaling() {
    let mut engine = web_of(Version::V1_36, cpu(1, 10), None);
    line(&mut engine, "scale deployment web --replicas=0");
    wait(&mut engine, 20);
    let disabled = pair("False", "ScalingDisabled");
    assert_eq!(
        (condition(&engine, "ScalingActive"), replicas(&engine)),
        (disabled, 0)
    );
    assert_eq!(status(&engine).get("currentReplicas"), None);
}

#[test]
fn a_window_for_scaling_up_takes_the_lowest_recommendation() {
    let mut spec = cpu(1, 10);
    spec["behavior"] = json!({ "scaleUp": { "stabilizationWindowSeconds": 120 } });
    let mut engine = web(spec, Some(Load::Shared(20)));
    wait(&mut engine, 60);
    for (load, reason) in [(20, "ScaleDownStabilized"), (400, "ScaleUpStabilized")] {
        set_load(&mut engine, Some(Load::Shared(load)));
        wait(&mut engine, 60);
        assert_eq!(condition(&engine, "AbleToScale"), pair("True", reason));
        assert_eq!(replicas(&engine), 2);
    }
}

#[test]
fn a_size_changed_by_hand_is_restored_without_a_reason() {
    let mut engine = web(cpu(1, 10), Some(Load::Shared(400)));
    wait(&mut engine, 400);
    assert_eq!(replicas(&engine), 8);
    // Half of the load on half of the pods: the metrics agree with the size, and the last five minutes do not.
    set_load(&mut engine, Some(Load::Shared(200)));
    line(&mut engine, "scale deployment web --replicas=4");
    wait(&mut engine, 30);
    assert_eq!(replicas(&engine), 8);
    let last = events(&engine)
        .into_iter()
        .rfind(|event| event.starts_with("SuccessfulRescale"));
    assert_eq!(
        last.as_deref(),
        Some("SuccessfulRescale New size: 8; reason: ")
    );
}
