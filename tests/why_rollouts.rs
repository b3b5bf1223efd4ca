//! What decides a rollout beside its own numbers, with the right sentence in Why: quotas, anti-affinity, topology
//! spread, preStop hooks. Budgets: `disruption.rs`.

use kubestep::api::kind::Kind;
use kubestep::engine::{Config, Engine};
use kubestep::kubectl;
use kubestep::manifests::apply;
use kubestep::texts::Language;
use std::collections::BTreeMap;

const MANY: usize = 20_000;

fn say(engine: &mut Engine, line: &str) -> String {
    let output = kubectl::run(engine, line, None);
    assert_eq!(output.exit, 0, "{line}: {}", output.stderr);
    output.stdout
}

fn run(engine: &mut Engine, text: &str) {
    apply(engine, text).unwrap_or_else(|faults| panic!("{faults:?}"));
    engine.settle(MANY);
}

/// A cluster of nodes, each in a zone.
fn zones(zones: &[&str]) -> Engine {
    let mut engine = Engine::new(Config {
        nodes: zones.len(),
        ..Config::default()
    });
    for (zone, number) in zones.iter().zip(1..) {
        let line = format!("label node node-{number} topology.kubernetes.io/zone={zone}");
        say(&mut engine, &line);
    }
    engine
}

fn web(replicas: usize, strategy: &str, spec: &str, container: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web}}\nspec:\n  replicas: {replicas}\n  strategy: {{rollingUpdate: \
         {{{strategy}}}}}\n  selector: {{matchLabels: {{app: web}}}}\n  template:\n    metadata: {{labels: {{app: web}}}}\n    spec:\n      \
         {spec}\n      containers: [{{name: web, image: \"nginx:1.26\"{container}}}]\n"
    )
}

/// All sentences and formulas of Why from a step on.
fn reasons(engine: &Engine, since: usize) -> String {
    let steps = engine.steps().iter().skip(since);
    let decisions = steps.flat_map(|step| &step.decisions);
    let texts = decisions.map(|made| {
        let formula = made.substituted();
        format!("{} [{formula}]", made.sentence(Language::English))
    });
    texts.collect::<Vec<String>>().join("\n")
}

fn status(engine: &mut Engine) -> String {
    say(engine, "rollout status deploy/web --watch=false")
}

const DONE: &str = "deployment \"web\" successfully rolled out\n";

#[test]
fn a_quota_that_stalls_a_rollout_is_named_with_its_numbers_until_it_is_raised() {
    let mut engine = Engine::new(Config::default());
    let quota = |hard: &str| {
        format!(
            "apiVersion: v1\nkind: ResourceQuota\nmetadata: {{name: compute}}\nspec: {{hard: {{{hard}}}}}\n"
        )
    };
    run(&mut engine, &quota("pods: 3, requests.cpu: 300m"));
    let resources = ", resources: {requests: {cpu: 100m}}";
    let text = web(
        3,
        "maxSurge: 1, maxUnavailable: 0",
        "restartPolicy: Always",
        resources,
    );
    run(&mut engine, &text);
    let before = engine.cursor();
    say(&mut engine, "set image deploy/web web=nginx:1.27");
    engine.settle(MANY);
    assert!(status(&mut engine).starts_with("Waiting for deployment"));
    let told = reasons(&engine, before);
    for wanted in [
        "ResourceQuota compute refuses another pod: it limits pods to 3, 3 is used, and the pod needs 1.",
        "ResourceQuota compute refuses another pod: it limits requests.cpu to 300m, 300m is used, and the pod needs 100m.",
    ] {
        assert!(told.contains(wanted), "{told}");
    }
    let before = engine.cursor();
    run(&mut engine, &quota("pods: 4, requests.cpu: 400m"));
    // The controller retries with its back-off.
    let end = engine.now().plus_millis(1_000_000);
    engine.run_until(end, MANY);
    assert_eq!(status(&mut engine), DONE);
    // At the limit again, it still goes on.
    assert!(!reasons(&engine, before).contains("limits pods to 3"));
}

#[test]
fn anti_affinity_stands_still_with_a_surge_and_goes_on_without() {
    let apart = "affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: \
                 kubernetes.io/hostname, labelSelector: {matchLabels: {app: web}}}]}}";
    let mut engine = Engine::new(Config::default());
    run(
        &mut engine,
        &web(3, "maxSurge: 1, maxUnavailable: 0", apart, ""),
    );
    let pods = say(
        &mut engine,
        "get pods -o jsonpath={.items[*].metadata.name}",
    );
    let before = engine.cursor();
    say(&mut engine, "set image deploy/web web=nginx:1.27");
    engine.settle(MANY);
    assert!(status(&mut engine).starts_with("Waiting for deployment"));
    let waiting = say(
        &mut engine,
        "get pods --field-selector status.phase=Pending -o jsonpath={.items[0].metadata.name}",
    );
    let wanted = format!(
        "Pod {waiting} must not share a kubernetes.io/hostname with {}, which its anti-affinity selects: 3 of 3 nodes are ruled out.",
        pods.split(' ').collect::<Vec<_>>().join(", ")
    );
    let told = reasons(&engine, before);
    assert!(told.contains(&wanted), "{wanted}\n{told}");

    let before = engine.cursor();
    let text = web(3, "maxSurge: 0, maxUnavailable: 1", apart, "");
    run(&mut engine, &text.replace("nginx:1.26", "nginx:1.27"));
    assert_eq!(status(&mut engine), DONE);
    let told = reasons(&engine, before);
    assert!(told.contains("maxScaledDown"), "{told}");
}

#[test]
fn pods_are_spread_evenly_over_two_zones_and_wait_where_they_cannot_be() {
    let spread = "topologySpreadConstraints: [{maxSkew: 1, topologyKey: topology.kubernetes.io/zone, whenUnsatisfiable: \
                  DoNotSchedule, labelSelector: {matchLabels: {app: web}}}]";
    let mut engine = zones(&["a", "a", "b"]);
    run(&mut engine, &web(6, "maxSurge: 1", spread, ""));
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for pod in engine.store().list(Kind::Pod, None) {
        let pod = pod.to_value();
        let zone = match pod["spec"]["nodeName"].as_str() {
            Some("node-3") => "b",
            _ => "a",
        };
        *places.entry(zone.to_owned()).or_default() += 1;
    }
    assert_eq!(places.into_values().collect::<Vec<_>>(), [3, 3]);
    let told = reasons(&engine, 0);
    let counts = "the scheduler counts the matching pods in each domain (topology.kubernetes.io/zone: a 3, b 2)";
    assert!(told.contains(counts), "{told}");

    // Without room in one zone, the other may not run ahead.
    say(&mut engine, "cordon node-3");
    let before = engine.cursor();
    say(&mut engine, "scale deploy web --replicas=8");
    engine.settle(MANY);
    let told = reasons(&engine, before);
    let wanted = "a (topology.kubernetes.io/zone) would have 2 more than the domain with the fewest, which has 3; maxSkew allows 1. \
                  [skew = 4 + 1 − 3 = 2]";
    assert!(told.contains(wanted), "{told}");
}

#[test]
fn affinity_to_missing_pods_and_the_anti_affinity_of_others_are_told() {
    let mut engine = zones(&["a"]);
    let near = "affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: \
                topology.kubernetes.io/zone, labelSelector: {matchLabels: {app: db}}}]}}";
    run(&mut engine, &web(1, "maxSurge: 1", near, ""));
    let told = reasons(&engine, 0);
    let wanted = "must share a topology.kubernetes.io/zone with a pod that its affinity selects, and there is none: 1 of 1 node are ruled out.";
    assert!(
        told.contains(&wanted.replace("node are", "node is")),
        "{told}"
    );

    let mut engine = zones(&["a"]);
    let apart = near
        .replace("podAffinity", "podAntiAffinity")
        .replace("app: db", "app: other");
    run(&mut engine, &web(1, "maxSurge: 1", &apart, ""));
    let first = say(
        &mut engine,
        "get pods -o jsonpath={.items[0].metadata.name}",
    );
    let other = "apiVersion: v1\nkind: Pod\nmetadata: {name: other, labels: {app: other}}\nspec: {containers: [{name: a, image: nginx}]}\n";
    run(&mut engine, other);
    let told = reasons(&engine, 0);
    let wanted = format!(
        "The anti-affinity of {first} selects pod other, so that they must not share a topology.kubernetes.io/zone: 1 of 1 node is ruled out."
    );
    assert!(told.contains(&wanted), "{told}");
}

#[test]
fn a_pre_stop_hook_of_twenty_seconds_takes_its_time_in_a_rollout() {
    let hook = ", lifecycle: {preStop: {sleep: {seconds: 20}}}";
    let mut engine = Engine::new(Config::default());
    run(
        &mut engine,
        &web(
            1,
            "maxSurge: 0, maxUnavailable: 1",
            "restartPolicy: Always",
            hook,
        ),
    );
    let (before, began) = (engine.cursor(), engine.now());
    say(&mut engine, "set image deploy/web web=nginx:1.27");
    engine.settle(MANY);
    assert_eq!(status(&mut engine), DONE);
    let told = reasons(&engine, before);
    assert!(told.contains("20 s"), "{told}");
    let gone = engine.steps().iter().skip(before).find(|step| {
        step.changes
            .iter()
            .any(|change| change.key.kind == Kind::Pod && change.after.is_none())
    });
    let gone = gone.expect("the old pod is removed").time();
    assert!(gone.since(began) >= 20_000, "{}", gone.since(began));
}
