//! A short story for each branch of the actors in an automatic cluster: scheduler, kubelets, node lifecycle
//! controller, autoscaler.

use crate::cluster::*;
use crate::deployments::Story;
use crate::stories::{apply, change_world, edit, wait};
use kubestep::api::kind::Kind;
use kubestep::api::object::Key;
use kubestep::engine::{Config, Engine};
use kubestep::store::Propagation;
use kubestep::world::{Load, Outcome, TargetLoad};
use serde_json::{Value, json};

/// All stories.
pub const STORIES: &[Story] = &[
    ("scheduler/bind", runs),
    ("scheduler/nothing", gone_before_it_has_a_node),
    ("scheduler/unschedulable", nowhere_to_go),
    ("scheduler/other-scheduler", || {
        held_back(json!({ "schedulerName": "mine" }))
    }),
    ("scheduler/gated", || {
        held_back(json!({ "schedulingGates": [{ "name": "example.org/wait" }] }))
    }),
    ("scheduler/spread", spread),
    ("scheduler/left-out", important),
    ("kubelet/take", runs),
    ("kubelet/left-out", with_a_hook),
    ("kubelet/pre-stop", with_a_pause),
    ("kubelet/pull", runs),
    ("kubelet/pulled", runs),
    ("kubelet/start", runs),
    ("kubelet/ready", runs),
    ("kubelet/image-present", second_pod_of_an_image),
    ("kubelet/idle", an_old_timer),
    ("kubelet/never-pulled", never_pulled),
    ("kubelet/not-mounted", || {
        let map = json!({ "name": "cfg", "configMap": { "name": "nowhere" } });
        without_its_map(json!({ "volumes": [map] }), json!({}))
    }),
    ("kubelet/not-created", || {
        let map = json!({ "configMapRef": { "name": "nowhere" } });
        without_its_map(json!({}), json!({ "envFrom": [map] }))
    }),
    ("kubelet/no-tag", missing_tag),
    ("kubelet/pull-failed", missing_image),
    ("kubelet/pull-back-off", missing_image),
    ("kubelet/probe-failed", never_ready),
    ("kubelet/reject", no_room),
    ("kubelet/started", || slow_start(3)),
    ("kubelet/unhealthy", || slow_start(60)),
    ("kubelet/probe-kill", || slow_start(60)),
    ("kubelet/exit", job),
    ("kubelet/restart", crashes),
    ("kubelet/restart-back-off", crashes),
    ("kubelet/changed", another_image),
    ("kubelet/kill", ends),
    ("kubelet/ended", ends),
    ("node-lifecycle/taint", cordoned),
    ("node-lifecycle/right", cordoned),
    ("node-lifecycle/gone", node_deleted),
    ("node-lifecycle/silent", lost_and_back),
    ("node-lifecycle/lost", lost_and_back),
    ("node-lifecycle/tolerate", lost_and_back),
    ("node-lifecycle/back", lost_and_back),
    ("node-lifecycle/stay", lost_and_back),
    ("node-lifecycle/evict", lost_for_good),
    ("node-lifecycle/limited", || all_lost(2)),
    ("node-lifecycle/halted", || all_lost(3)),
    ("pod-gc/orphaned", orphaned),
    ("pod-gc/keep", node_made_anew),
    ("pod-gc/gone", gone_with_its_node),
    ("pod-gc/out-of-service", out_of_service),
    ("autoscaler/next", load_comes_and_goes),
    ("autoscaler/metric", load_comes_and_goes),
    ("autoscaler/metric-keep", load_comes_and_goes),
    ("autoscaler/stabilized", load_comes_and_goes),
    ("autoscaler/limited", load_comes_and_goes),
    ("autoscaler/scale", load_comes_and_goes),
    ("autoscaler/keep", load_comes_and_goes),
    ("autoscaler/gone", autoscaler_deleted),
    ("autoscaler/no-target", || autoscaled("nobody", 2, 1, 4)),
    ("autoscaler/no-metrics", || autoscaled("web", 2, 1, 4)),
    ("autoscaler/disabled", || autoscaled("web", 0, 1, 4)),
    ("autoscaler/below-min", || autoscaled("web", 1, 2, 4)),
    ("autoscaler/above-max", || autoscaled("web", 5, 2, 4)),
    ("autoscaler/scale-failed", || {
        autoscaled("web", 1, 1_000_000, 2_000_000)
    }),
];

fn plain(name: &str) -> Value {
    pod(name, json!({}), json!({}))
}

pub fn started(outcome: Outcome, objects: &[Value]) -> Engine {
    let mut config = Config::default();
    config.world.image.outcome = outcome;
    let mut engine = Engine::new(config);
    apply(&mut engine, objects);
    settle(&mut engine);
    engine
}

fn phase(engine: &Engine, name: &str) -> Value {
    let found = engine.store().get(&key(Kind::Pod, name)).expect("exists");
    found.to_value()["status"]["phase"].clone()
}

fn runs() -> Engine {
    let engine = started(Outcome::Fine, &[plain("one")]);
    assert_eq!(phase(&engine, "one"), "Running");
    engine
}

fn gone_before_it_has_a_node() -> Engine {
    let mut engine = Engine::new(Config::default());
    apply(&mut engine, &[plain("one")]);
    let one = key(Kind::Pod, "one");
    delete(&mut engine, &one, Propagation::Background).expect("exists");
    settle(&mut engine);
    engine
}

fn nowhere_to_go() -> Engine {
    let one = pod(
        "one",
        json!({}),
        json!({ "nodeSelector": { "disk": "fast" } }),
    );
    let engine = started(Outcome::Fine, &[one]);
    assert_eq!(phase(&engine, "one"), "Pending");
    engine
}

fn held_back(spec: Value) -> Engine {
    let engine = started(Outcome::Fine, &[pod("one", json!({}), spec)]);
    assert_eq!(phase(&engine, "one"), "Pending");
    engine
}

fn without_its_map(spec: Value, container: Value) -> Engine {
    let engine = started(Outcome::Fine, &[pod("one", container, spec)]);
    assert_eq!(phase(&engine, "one"), "Pending");
    engine
}

fn with_a_hook() -> Engine {
    let hook = json!({ "lifecycle": { "preStop": { "httpGet": { "port": 80 } } } });
    let engine = started(Outcome::Fine, &[pod("one", hook, json!({}))]);
    assert_eq!(phase(&engine, "one"), "Running");
    engine
}

fn with_a_pause() -> Engine {
    let hook = json!({ "lifecycle": { "preStop": { "sleep": { "seconds": 5 } } } });
    let mut engine = started(Outcome::Fine, &[pod("one", hook, json!({}))]);
    kubestep::kubectl::run(&mut engine, "kubectl delete pod one", None);
    settle(&mut engine);
    engine
}

fn spread() -> Engine {
    let constraint = json!({
        "maxSkew": 1, "topologyKey": "kubernetes.io/hostname", "whenUnsatisfiable": "DoNotSchedule"
    });
    let spec = json!({ "topologySpreadConstraints": [constraint] });
    let engine = started(Outcome::Fine, &[pod("one", json!({}), spec)]);
    assert_eq!(phase(&engine, "one"), "Running");
    engine
}

fn important() -> Engine {
    let spec = json!({ "priorityClassName": "system-node-critical" });
    let engine = started(Outcome::Fine, &[pod("one", json!({}), spec)]);
    assert_eq!(phase(&engine, "one"), "Running");
    engine
}

fn second_pod_of_an_image() -> Engine {
    let mut engine = Engine::new(Config {
        nodes: 1,
        ..Config::default()
    });
    for name in ["one", "two"] {
        apply(&mut engine, &[plain(name)]);
        settle(&mut engine);
    }
    engine
}

/// A starting container gets another image, so that the timer of its start has no effect.
fn an_old_timer() -> Engine {
    let mut engine = Engine::new(Config::default());
    apply(&mut engine, &[plain("one")]);
    run(&mut engine);
    wait(&mut engine, 1);
    set_image(&mut engine, "shop/web:2");
    settle(&mut engine);
    engine
}

fn set_image(engine: &mut Engine, image: &str) {
    edit(engine, &key(Kind::Pod, "one"), |pod| {
        pod["spec"]["containers"][0]["image"] = json!(image);
    });
}

fn another_image() -> Engine {
    let mut engine = runs();
    set_image(&mut engine, "shop/web:2");
    settle(&mut engine);
    let value = engine.store().get(&key(Kind::Pod, "one")).expect("exists");
    let status = value.to_value()["status"]["containerStatuses"][0].clone();
    assert_eq!(status["restartCount"], 1);
    assert_eq!(status["ready"], true);
    engine
}

fn never_pulled() -> Engine {
    let never = json!({ "imagePullPolicy": "Never" });
    started(Outcome::Fine, &[pod("one", never, json!({}))])
}

fn missing_image() -> Engine {
    let mut engine = started(Outcome::NotFound, &[plain("one")]);
    wait(&mut engine, 60);
    engine
}

fn missing_tag() -> Engine {
    let typo = json!({ "image": "nginx:1.91" });
    started(Outcome::Fine, &[pod("one", typo, json!({}))])
}

fn never_ready() -> Engine {
    let mut engine = started(Outcome::NeverReady, &[plain("one")]);
    wait(&mut engine, 60);
    engine
}

/// A container with a startup probe that needs a number of seconds.
fn slow_start(seconds: i64) -> Engine {
    let mut config = Config::default();
    config.world.image.ready_ms = kubestep::world::Latency::fixed(seconds * 1000);
    let mut engine = Engine::new(config);
    let probe = json!({ "startupProbe": { "periodSeconds": 2, "tcpSocket": { "port": 80 } } });
    apply(&mut engine, &[pod("one", probe, json!({}))]);
    wait(&mut engine, 30);
    engine
}

/// A pod bound by `nodeName` to a node without room for it.
fn no_room() -> Engine {
    let mut engine = Engine::new(Config::default());
    let told = kubestep::kubectl::run::run(&mut engine, "sim node node-1 --pods=0", None);
    assert_eq!(told.exit, 0, "{}", told.stderr);
    apply(
        &mut engine,
        &[pod("one", json!({}), json!({ "nodeName": "node-1" }))],
    );
    settle(&mut engine);
    assert_eq!(phase(&engine, "one"), "Failed");
    engine
}

fn crashes() -> Engine {
    let mut engine = started(Outcome::Crashes, &[plain("one")]);
    wait(&mut engine, 60);
    engine
}

fn job() -> Engine {
    let never = json!({ "restartPolicy": "Never" });
    let engine = started(Outcome::Crashes, &[pod("one", json!({}), never)]);
    assert_eq!(phase(&engine, "one"), "Failed");
    engine
}

fn ends() -> Engine {
    let mut engine = runs();
    let one = key(Kind::Pod, "one");
    delete(&mut engine, &one, Propagation::Background).expect("exists");
    settle(&mut engine);
    assert!(engine.store().get(&one).is_none());
    engine
}

fn node(name: &str) -> Key {
    key(Kind::Node, name)
}

fn cordoned() -> Engine {
    let mut engine = Engine::new(Config::default());
    edit(&mut engine, &node("node-1"), |node| {
        node["spec"]["unschedulable"] = json!(true);
    });
    settle(&mut engine);
    engine
}

/// A node is deleted before the controller processes its change.
fn node_deleted() -> Engine {
    let mut engine = Engine::new(Config::default());
    edit(&mut engine, &node("node-1"), |node| {
        node["spec"]["unschedulable"] = json!(true);
    });
    delete(&mut engine, &node("node-1"), Propagation::Background).expect("exists");
    settle(&mut engine);
    engine
}

fn silence(engine: &mut Engine, silent: bool) {
    let now = engine.now();
    change_world(engine, |world| {
        if silent {
            world.silent_nodes.insert("node-1".to_owned(), now);
        } else {
            world.silent_nodes.remove("node-1");
        }
    });
}

fn lost_and_back() -> Engine {
    let mut engine = runs();
    silence(&mut engine, true);
    wait(&mut engine, 100);
    silence(&mut engine, false);
    wait(&mut engine, 600);
    assert_eq!(phase(&engine, "one"), "Running");
    engine
}

fn lost_for_good() -> Engine {
    let mut engine = runs();
    silence(&mut engine, true);
    wait(&mut engine, 400);
    let one = engine
        .store()
        .pod(&key(Kind::Pod, "one"))
        .expect("still exists");
    assert!(one.metadata.is_terminating());
    engine
}

/// A number of the three nodes fall silent.
fn all_lost(count: usize) -> Engine {
    let mut engine = runs();
    let now = engine.now();
    change_world(&mut engine, |world| {
        let names = (1..=count).map(|number| format!("node-{number}"));
        world.silent_nodes.extend(names.map(|name| (name, now)));
    });
    wait(&mut engine, 100);
    engine
}

/// The node of the pod `one`, after it was deleted.
fn without_node() -> (Engine, Value) {
    let mut engine = runs();
    let node = engine
        .store()
        .get(&node("node-1"))
        .expect("exists")
        .to_value();
    delete(&mut engine, &self::node("node-1"), Propagation::Background).expect("exists");
    wait(&mut engine, 39);
    assert_eq!(phase(&engine, "one"), "Running");
    (engine, node)
}

fn orphaned() -> Engine {
    let (mut engine, _) = without_node();
    wait(&mut engine, 22);
    assert!(keys(&engine, Kind::Pod).is_empty());
    engine
}

fn node_made_anew() -> Engine {
    let (mut engine, mut node) = without_node();
    node["metadata"] = json!({ "name": "node-1" });
    create(&mut engine, [object(Kind::Node, node)]);
    wait(&mut engine, 60);
    assert_eq!(phase(&engine, "one"), "Running");
    engine
}

/// The pod is force-deleted just before the collector processes it.
fn gone_with_its_node() -> Engine {
    let (mut engine, _) = without_node();
    let is_collector = |item: &kubestep::engine::Item| item.to_string().starts_with("pod-garbage");
    while !engine.queues().ready().any(is_collector) {
        engine.step().expect("a next step");
    }
    let options = kubestep::store::DeleteOptions {
        grace_period_seconds: Some(0),
        ..Default::default()
    };
    let one = key(Kind::Pod, "one");
    let forced = engine.act("delete", |cx| cx.store.delete(&one, &options));
    forced.expect("exists");
    settle(&mut engine);
    engine
}

fn out_of_service() -> Engine {
    let mut engine = runs();
    silence(&mut engine, true);
    wait(&mut engine, 60);
    edit(&mut engine, &node("node-1"), |node| {
        let taint = json!({ "key": "node.kubernetes.io/out-of-service", "effect": "NoExecute" });
        node["spec"]["taints"]
            .as_array_mut()
            .expect("taints")
            .push(taint);
    });
    wait(&mut engine, 25);
    assert!(keys(&engine, Kind::Pod).is_empty());
    engine
}

/// A Deployment with a given size, and an autoscaler for a target with a given name.
fn autoscaled(target: &str, replicas: i32, min: i32, max: i32) -> Engine {
    let autoscaler = json!({
        "apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler",
        "metadata": { "name": "web" },
        "spec": {
            "scaleTargetRef": { "apiVersion": "apps/v1", "kind": "Deployment", "name": target },
            "minReplicas": min, "maxReplicas": max,
            "metrics": [{ "type": "Resource", "resource": {
                "name": "cpu", "target": { "type": "Utilization", "averageUtilization": 50 }
            } }]
        }
    });
    let mut engine = Engine::new(Config::default());
    create(&mut engine, [deployment("web", replicas)]);
    apply(&mut engine, &[autoscaler]);
    wait(&mut engine, 40);
    engine
}

fn load_comes_and_goes() -> Engine {
    let mut engine = autoscaled("web", 2, 1, 10);
    for load in [1000, 100] {
        change_world(&mut engine, |world| {
            world.loads = vec![TargetLoad {
                target: key(Kind::Deployment, "web"),
                resource: "cpu".to_owned(),
                amount: Load::Shared(load),
            }];
        });
        wait(&mut engine, 500);
    }
    let web = engine.store().deployment(&key(Kind::Deployment, "web"));
    assert_eq!(web.expect("exists").spec.replicas, 2);
    engine
}

fn autoscaler_deleted() -> Engine {
    let mut engine = autoscaled("web", 2, 1, 4);
    let web = key(Kind::HorizontalPodAutoscaler, "web");
    delete(&mut engine, &web, Propagation::Background).expect("exists");
    settle(&mut engine);
    engine
}
