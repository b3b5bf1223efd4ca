//! A cluster goes on from the state of another one, as `kubectl get -o yaml` prints it.

#[path = "common/dump.rs"]
mod dump;

use dump::dump;
#[path = "common/states.rs"]
mod common;

use common::{KINDS, export, import, run};
use kubestep::api::kind::Kind;
use kubestep::api::object::{Key, Object};
use kubestep::api::yaml::MAX_INPUT_BYTES;
use kubestep::engine::{Config, Engine};
use kubestep::kubectl::{self, repeat};
use kubestep::manifests::state;
use kubestep::session::{Log, Replay, file, link};
use kubestep::texts::Language;
use proptest::prelude::*;
use proptest::test_runner::Config as Cases;
use serde_json::json;
use std::sync::LazyLock;

/// The number of random cases: `KUBESTEP_HISTORIES`, or a few.
fn histories(usual: u32) -> u32 {
    let asked = std::env::var("KUBESTEP_HISTORIES").ok();
    asked.and_then(|asked| asked.parse().ok()).unwrap_or(usual)
}

fn cluster(lines: &[&str]) -> Engine {
    let mut engine = Engine::new(Config::default());
    for line in lines {
        run(&mut engine, line);
        engine.settle(5_000);
    }
    engine
}

fn pods(engine: &mut Engine) -> String {
    run(engine, "kubectl get pods -A --no-headers")
}

#[test]
fn a_cluster_at_rest_stays_at_rest() {
    let mut old = cluster(&[
        "kubectl create deployment web --image=nginx:1.27 --replicas=3",
        "kubectl set image deployment/web nginx=nginx:1.28",
    ]);
    let text = export(&mut old, KINDS);
    let (mut new, notes) = import(&text);
    assert_eq!(notes, Vec::<String>::new());
    new.settle(5_000);
    assert_eq!(
        export(&mut new, "deployments,replicasets,pods")
            .lines()
            .count(),
        export(&mut old, "deployments,replicasets,pods")
            .lines()
            .count()
    );
    for kind in [Kind::Deployment, Kind::ReplicaSet, Kind::Pod] {
        let of = |engine: &Engine| -> Vec<serde_json::Value> {
            let objects = engine.store().list(kind, None);
            let mut values: Vec<_> = objects.map(Object::to_value).collect();
            for value in &mut values {
                value["metadata"]["resourceVersion"] = 0.into();
            }
            values
        };
        assert_eq!(of(&new), of(&old), "{kind}");
    }
}

#[test]
fn a_rollout_goes_on_from_its_middle() {
    let mut old = Engine::new(Config::default());
    run(
        &mut old,
        "kubectl create deployment web --image=nginx:1.27 --replicas=4",
    );
    old.settle(5_000);
    run(
        &mut old,
        "kubectl set image deployment/web nginx=nginx:1.28",
    );
    for _ in 0..60 {
        old.step();
    }
    let text = export(&mut old, KINDS);
    assert!(
        pods(&mut old).contains("ContainerCreating"),
        "{}",
        pods(&mut old)
    );
    let (mut new, _) = import(&text);
    new.settle(5_000);
    let status = run(&mut new, "kubectl rollout status deployment/web");
    assert_eq!(status, "deployment \"web\" successfully rolled out\n");
    assert_eq!(pods(&mut new).lines().count(), 4);
}

#[test]
fn what_a_status_shows_goes_on() {
    let mut old = cluster(&["kubectl create deployment web --image=nginx:1.27 --replicas=2"]);
    run(
        &mut old,
        "kubectl set image deployment/web nginx=nginx:1.99",
    );
    run(&mut old, "sim image loops --outcome=crashes");
    run(&mut old, "kubectl create deployment loops --image=loops");
    old.run_until(old.now().plus_seconds(60), 20_000);
    let text = export(&mut old, KINDS).replace("nginx:1.99", "registry.example/nginx:1");
    let (mut new, notes) = import(&text);
    assert_eq!(
        notes,
        [
            "Images that could not be pulled are assumed not to exist: registry.example/nginx:1",
            "Containers that crashed are assumed to crash again: loops",
        ]
    );
    new.run_until(new.now().plus_seconds(600), 20_000);
    let shown = pods(&mut new);
    assert!(shown.contains("ImagePullBackOff"), "{shown}");
    let restarts = |text: &str| -> Option<u32> {
        let line = text.lines().find(|line| line.contains("loops-"))?;
        line.split_whitespace().nth(4)?.parse().ok()
    };
    assert!(restarts(&shown) > restarts(&pods(&mut old)), "{shown}");
}

#[test]
fn terminating_pods_end_with_their_grace_period() {
    let mut old = cluster(&["kubectl create deployment web --image=nginx:1.27 --replicas=1"]);
    run(&mut old, "kubectl delete deployment web --wait=false");
    while !pods(&mut old).contains("Terminating") {
        old.step();
    }
    let (mut new, _) = import(&export(&mut old, KINDS));
    let ends = new.now().plus_seconds(30);
    new.run_until(ends.plus_millis(-1), 5_000);
    assert!(pods(&mut new).contains("Terminating"));
    new.run_until(ends, 5_000);
    assert_eq!(pods(&mut new), "");
}

#[test]
fn what_is_missing_is_said_and_not_invented() {
    let mut old = cluster(&["kubectl create deployment web --image=nginx:1.27 --replicas=2"]);
    let pods_only = export(&mut old, "pods");
    let (mut new, notes) = import(&pods_only);
    assert_eq!(notes.len(), 2, "{notes:?}");
    assert!(
        notes[0].starts_with("No nodes are given: node-"),
        "{notes:?}"
    );
    assert!(
        notes[1].starts_with("Owners that are not given: ReplicaSet web-"),
        "{notes:?}"
    );
    new.settle(5_000);
    assert_eq!(
        pods(&mut new).lines().count(),
        2,
        "the garbage collector leaves them alone"
    );

    let (_, notes) = import(&export(&mut old, "deployments,nodes"));
    assert_eq!(
        notes,
        [
            "No ReplicaSets are given for Deployment web: as if they had been deleted, new ones will be created."
        ]
    );
    let (_, notes) = import(&export(&mut old, "replicasets,nodes"));
    assert!(
        notes[0].starts_with("Owners that are not given: Deployment web"),
        "{notes:?}"
    );
    assert!(
        notes[1].starts_with("No pods are given for ReplicaSet web-"),
        "{notes:?}"
    );
}

#[test]
fn real_objects_have_more_fields_than_are_simulated() {
    let text = "
apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Pod
  metadata:
    name: solo
    namespace: shop
    uid: 7c9d8f10-8a5e-4a4b-9f0e-0d5d2a1b7c11
    resourceVersion: '812345'
    creationTimestamp: '2019-03-01T10:00:00Z'
    managedFields:
    - {manager: kubelet, operation: Update, apiVersion: v1, time: '2019-03-01T10:00:07Z', fieldsType: FieldsV1, fieldsV1: {'f:status': {}}}
  spec:
    nodeName: ip-10-0-0-1.internal
    containers: [{name: app, image: 'registry.example/app:3'}]
  status:
    phase: Running
    futureField: 1
    conditions:
    - {type: Ready, status: 'True', lastProbeTime: null, lastTransitionTime: '2019-03-01T10:00:05Z'}
    - {type: target-health.elbv2.k8s.aws/web, status: 'True', lastProbeTime: '2019-03-01T10:00:06Z', lastTransitionTime: '2019-03-01T10:00:06Z'}
    containerStatuses:
    - name: app
      image: registry.example/app:3
      imageID: sha256:1
      ready: true
      restartCount: 7
      started: true
      state: {running: {startedAt: '2019-03-01T10:00:05Z'}}
- apiVersion: example.com/v1
  kind: Widget
  metadata: {name: w, uid: 1b671a64-40d5-491e-99b0-da01ff1f3341}
";
    let foreign = |text: &str| {
        state::is_foreign(Engine::new(Config::default()).store(), &state::served(text))
    };
    assert!(foreign(text));
    let (mut new, notes) = import(text);
    assert_eq!(
        notes,
        [
            "Not read, because their definitions are missing: Widget (example.com/v1)",
            "Fields not read: Pod: unknown field \"status.futureField\"",
            "No nodes are given: ip-10-0-0-1.internal are assumed, Ready and with room for all pods.",
        ]
    );
    // The time of the state is the newest in it, long before the virtual clock's zero.
    assert_eq!(new.now().to_string(), "2019-03-01T10:00:07Z");
    new.run_until(new.now().plus_seconds(3_600), 20_000);
    let line = run(&mut new, "kubectl get pods -n shop --no-headers");
    assert_eq!(
        line.split_whitespace().collect::<Vec<_>>(),
        ["solo", "1/1", "Running", "7", "60m"]
    );
}

#[test]
fn faults_have_positions_and_leave_no_trace() {
    let mut engine = Engine::new(Config::default());
    let before = dump(&engine);
    for (text, line, path) in [
        (
            "apiVersion: v1\nkind: Pod\nmetadata:\n  name: [a]\n",
            4,
            "metadata.name",
        ),
        (
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  replicas: -1\n",
            5,
            "spec.replicas",
        ),
        ("", 1, ""),
        ("a: [", 2, ""),
    ] {
        let faults = state::start(&mut engine, text).expect_err(text);
        let is_there =
            |fault: &kubestep::manifests::Diagnostic| fault.line == line && fault.path == path;
        assert!(faults.iter().any(is_there), "{text}: {faults:?}");
        assert_eq!(dump(&engine), before, "{text}");
    }
    assert_eq!(
        state::served("apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n"),
        []
    );
}

#[test]
fn what_a_cluster_has_served_itself_is_not_another_state() {
    let mut own = cluster(&["kubectl create deployment web --image=nginx:1.27 --replicas=2"]);
    let text = run(&mut own, "kubectl get deployment web -o yaml");
    let served = state::served(&text);
    assert_eq!(served.len(), 1);
    run(&mut own, "kubectl scale deployment web --replicas=3");
    assert!(
        !state::is_foreign(own.store(), &served),
        "an earlier version of its own"
    );
    let empty = Engine::new(Config::default());
    assert!(state::is_foreign(empty.store(), &served));
}

#[test]
fn a_session_contains_the_state() {
    let mut old = cluster(&["kubectl create deployment web --image=nginx:1.27 --replicas=2"]);
    let text = export(&mut old, KINDS);
    let mut engine = Engine::new(Config::default());
    state::start(&mut engine, &text).expect("a state");
    run(&mut engine, "kubectl scale deployment/web --replicas=4");
    engine.settle(5_000);
    engine.jump(engine.cursor() - 3);
    let log = Log::of(&engine, None).expect("a log");
    for read in [
        link::read(&link::write(&log)).expect("a link"),
        file::read(&file::write(&log)).expect("a file"),
    ] {
        let opened = Replay::new(read).finish(repeat).expect("a cluster");
        assert!(opened.is_same);
        assert_eq!(dump(&opened.engine), dump(&engine));
    }
    let steps = engine.cursor();
    let there = dump(&engine);
    engine.jump(0);
    assert!(
        engine
            .store()
            .get(&Key::of(Kind::Node, "", "node-1"))
            .is_some()
    );
    engine.jump(steps);
    assert_eq!(dump(&engine), there);
}

#[test]
fn an_import_replaces_what_was_there() {
    let mut old = cluster(&["kubectl create deployment web --image=nginx:1.27 --replicas=1"]);
    let text = export(&mut old, KINDS);
    let mut new = cluster(&[
        "kubectl create namespace shop",
        "kubectl create deployment web --image=redis:7 --replicas=2",
        "kubectl create deployment other --image=redis:7 -n shop",
    ]);
    let (steps, before) = (new.cursor(), dump(&new));
    let output = kubectl::run(&mut new, "sim import -f -", Some(&text));
    assert_eq!((output.exit, &*output.stderr), (0, ""));
    assert_eq!(pods(&mut new), pods(&mut old));
    new.settle(5_000);
    let names = |engine: &mut Engine| run(engine, "kubectl get pods -A -o name");
    assert_eq!(names(&mut new), names(&mut old));
    assert!(!run(&mut new, "kubectl get namespaces -o name").contains("shop"));
    new.jump(steps);
    assert_eq!(dump(&new), before);
}

#[test]
fn the_console_imports_a_file() {
    let mut old = cluster(&["kubectl create deployment web --image=nginx:1.27 --replicas=1"]);
    let text = export(&mut old, KINDS);
    let mut new = Engine::new(Config::default());
    let output = kubectl::run(&mut new, "sim import -f -", Some(&text));
    assert_eq!((output.exit, &*output.stderr), (0, ""));
    assert!(
        output.stdout.ends_with(" objects imported\n"),
        "{}",
        output.stdout
    );
    assert_eq!(pods(&mut new), pods(&mut old));
    let output = kubectl::run(&mut new, "sim import -f -", Some("a: 1"));
    assert_eq!(output.exit, 1);
}

/// A place in a value, and what is put there; `None` removes it.
#[derive(Debug, Clone)]
struct Damage {
    place: usize,
    with: Option<serde_json::Value>,
}

fn damage() -> impl Strategy<Value = Damage> {
    let odd = prop_oneof![
        Just(json!(null)),
        Just(json!(-1)),
        Just(json!(i64::MAX)),
        Just(json!("")),
        Just(json!("x\u{0}/y")),
        Just(json!("2026-01-01T00:00:00Z")),
        Just(json!("9999-12-31T23:59:59Z")),
        Just(json!([])),
        Just(json!({})),
        Just(json!([null])),
        Just(json!({ "a": {} })),
    ];
    (0_usize..100_000, proptest::option::weighted(0.8, odd))
        .prop_map(|(place, with)| Damage { place, with })
}

/// The number of values within a value.
fn places(value: &serde_json::Value) -> usize {
    match value {
        serde_json::Value::Array(items) => items.iter().map(|item| 1 + places(item)).sum(),
        serde_json::Value::Object(fields) => fields.values().map(|item| 1 + places(item)).sum(),
        _ => 0,
    }
}

/// Replaces or removes the value at a place; whether it was reached.
fn hit(value: &mut serde_json::Value, place: &mut usize, with: Option<&serde_json::Value>) -> bool {
    let mut removed = None;
    match value {
        serde_json::Value::Array(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                if *place == 0 {
                    removed = Some(index);
                    break;
                }
                *place -= 1;
                if hit(item, place, with) {
                    return true;
                }
            }
            match (removed, with) {
                (Some(index), Some(with)) => items[index] = with.clone(),
                (Some(index), None) => drop(items.remove(index)),
                (None, _) => return false,
            }
        }
        serde_json::Value::Object(fields) => {
            let mut found = None;
            for (name, item) in fields.iter_mut() {
                if *place == 0 {
                    found = Some(name.clone());
                    break;
                }
                *place -= 1;
                if hit(item, place, with) {
                    return true;
                }
            }
            match (found, with) {
                (Some(name), Some(with)) => drop(fields.insert(name, with.clone())),
                (Some(name), None) => drop(fields.remove(&name)),
                (None, _) => return false,
            }
        }
        _ => return false,
    }
    true
}

/// A state with something of everything, exported once.
static EXPORTED: LazyLock<serde_json::Value> = LazyLock::new(exported);

fn exported() -> serde_json::Value {
    let mut old = cluster(&["kubectl create deployment web --image=nginx:1.27 --replicas=2"]);
    let set = "kubectl create service clusterip db --tcp=80";
    run(&mut old, set);
    let text = "{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: db}, spec: {replicas: 2, serviceName: db, \
                selector: {matchLabels: {app: db}}, template: {metadata: {labels: {app: db}}, spec: {containers: \
                [{name: db, image: 'redis:7'}]}}, volumeClaimTemplates: [{metadata: {name: data}, spec: {accessModes: \
                [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}]}}";
    kubestep::manifests::apply(&mut old, text).expect("a manifest");
    old.settle(5_000);
    run(
        &mut old,
        "kubectl set image deployment/web nginx=nginx:1.91",
    );
    run(&mut old, "kubectl delete pod db-1 --wait=false");
    old.step();
    let text = run(&mut old, &format!("kubectl get {KINDS} -A -o json"));
    serde_json::from_str(&text).expect("JSON")
}

proptest! {
    #![proptest_config(Cases::with_cases(histories(300)))]

    /// Whatever is damaged in a state is refused or simulated, and explained, without a panic.
    #[test]
    fn damaged_states_are_refused_or_go_on(damages in proptest::collection::vec(damage(), 1..4)) {
        let mut value = EXPORTED.clone();
        for Damage { place, with } in &damages {
            let count = places(&value).max(1);
            hit(&mut value, &mut (place % count), with.as_ref());
        }
        let mut engine = Engine::new(Config::default());
        let before = dump(&engine);
        match state::start(&mut engine, &value.to_string()) {
            Ok(_) => {
                engine.settle(300);
                for finding in kubestep::diagnosis::diagnose(&engine) {
                    prop_assert!(!finding.text(Language::English).is_empty());
                }
                engine.jump(0);
                prop_assert_eq!(dump(&engine), before);
            }
            Err(faults) => {
                prop_assert!(!faults.is_empty());
                prop_assert_eq!(dump(&engine), before);
            }
        }
    }
}

#[test]
fn a_state_may_be_longer_than_manifests_up_to_a_limit() {
    let mut cluster = Engine::new(Config::default());
    kubectl::run(
        &mut cluster,
        "create deployment web --image=nginx:1.27 --replicas=120",
        None,
    );
    cluster.settle(100_000);
    let exported = kubectl::run(&mut cluster, "get deploy,rs,pods,nodes -o yaml", None).stdout;
    assert!(exported.len() > MAX_INPUT_BYTES, "{}", exported.len());
    assert!(!state::served(&exported).is_empty());
    let mut own = Engine::new(Config::default());
    let started = state::start(&mut own, &exported).expect("a state");
    assert_eq!(started.objects, 1 + 1 + 120 + 3);

    let row = "web-5d4f8c7b9-x2x7k 1/1 Running 0 5m\n";
    let table = format!("NAME READY STATUS RESTARTS AGE\n{}", row.repeat(200_000));
    for text in [exported.repeat(20), table] {
        let faults = state::start(&mut own, &text).expect_err("too long");
        let says = format!("at most {} bytes (4096 KiB) are read", 4 << 20);
        assert!(faults[0].message.ends_with(&says), "{}", faults[0].message);
    }
}
