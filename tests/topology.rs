//! Rules about other pods: required affinity and anti-affinity, and topology spread constraints.

use kubestep::api::kind::Kind;
use kubestep::engine::{Config, Engine};
use kubestep::kubectl;
use kubestep::manifests::apply;
use kubestep::texts::Language;
use std::collections::BTreeMap;

fn say(engine: &mut Engine, line: &str) -> String {
    let printed = kubectl::run(engine, line, None);
    printed.stdout + &printed.stderr
}

/// A cluster of nodes, each in a zone.
fn zones(zones: &[&str]) -> Engine {
    let mut engine = Engine::new(Config {
        nodes: zones.len(),
        ..Config::default()
    });
    for (zone, number) in zones.iter().zip(1..) {
        say(
            &mut engine,
            &format!("kubectl label node node-{number} topology.kubernetes.io/zone={zone}"),
        );
    }
    engine
}

/// A Deployment `web` with fields of its strategy and of its pod spec.
fn web(replicas: usize, strategy: &str, spec: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web}}\nspec:\n  replicas: {replicas}\n  strategy: {strategy}\n  \
         selector: {{matchLabels: {{app: web}}}}\n  template:\n    metadata: {{labels: {{app: web}}}}\n    spec:\n      {spec}\n      \
         containers: [{{name: web, image: \"nginx:1.26\"}}]\n"
    )
}

const APART: &str = "affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: \
    kubernetes.io/hostname, labelSelector: {matchLabels: {app: web}}}]}}";

fn spread(rest: &str) -> String {
    format!(
        "topologySpreadConstraints: [{{maxSkew: 1, topologyKey: topology.kubernetes.io/zone, labelSelector: {{matchLabels: {{app: \
         web}}}}, {rest}}}]"
    )
}

/// Applies a text and lets the cluster settle.
fn run(engine: &mut Engine, text: &str) {
    apply(engine, text).unwrap_or_else(|faults| panic!("{faults:?}"));
    engine.settle(20_000);
}

/// The number of pods on each node; those without one are counted under no name.
fn places(engine: &Engine) -> BTreeMap<String, usize> {
    let mut places = BTreeMap::new();
    for pod in engine.store().list(Kind::Pod, None) {
        let pod = pod.to_value();
        let node = pod["spec"]["nodeName"].as_str().unwrap_or_default();
        *places.entry(node.to_owned()).or_default() += 1;
    }
    places
}

fn counts(engine: &Engine) -> Vec<usize> {
    places(engine).into_values().collect()
}

/// Messages of pods for which there is no node.
fn refusals(engine: &mut Engine) -> String {
    say(
        engine,
        "kubectl get events --field-selector reason=FailedScheduling -o jsonpath={.items[*].message}",
    )
}

/// All sentences of Why so far.
fn sentences(engine: &Engine) -> String {
    let decisions = engine.steps().iter().flat_map(|step| &step.decisions);
    let sentences = decisions.map(|decision| decision.sentence(Language::English));
    sentences.collect::<Vec<String>>().join("\n")
}

#[test]
fn with_anti_affinity_a_surge_stands_still_and_none_goes_on() {
    let mut engine = zones(&["a", "a", "b"]);
    let surge = "{rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}";
    run(&mut engine, &web(3, surge, APART));
    assert_eq!(counts(&engine), [1, 1, 1]);
    say(&mut engine, "kubectl set image deploy/web web=nginx:1.27");
    engine.settle(20_000);
    assert_eq!(places(&engine)[""], 1, "the fourth pod waits");
    let why = "0/3 nodes are available: 3 node(s) didn't match pod anti-affinity rules. preemption: 0/3 nodes are available: 3 \
        No preemption victims found for incoming pod.";
    assert_eq!(refusals(&mut engine), why);
    assert!(sentences(&engine).contains(why));
    say(
        &mut engine,
        "kubectl patch deploy web -p '{\"spec\":{\"strategy\":{\"rollingUpdate\":{\"maxSurge\":0,\"maxUnavailable\":1}}}}'",
    );
    engine.settle(20_000);
    assert_eq!(counts(&engine), [1, 1, 1]);
    let status = say(
        &mut engine,
        "kubectl rollout status deploy/web --watch=false",
    );
    assert_eq!(status, "deployment \"web\" successfully rolled out\n");
}

#[test]
fn pods_keep_away_from_those_that_keep_away_from_them() {
    let mut engine = zones(&["a"]);
    run(&mut engine, &web(1, "{}", APART));
    run(
        &mut engine,
        "apiVersion: v1\nkind: Pod\nmetadata: {name: other, labels: {app: web}}\nspec: {containers: [{name: a, image: \"nginx:1.26\"}]}\n",
    );
    assert_eq!(
        refusals(&mut engine),
        "0/1 nodes are available: 1 node(s) didn't satisfy existing pods anti-affinity rules. preemption: 0/1 nodes are \
         available: 1 No preemption victims found for incoming pod."
    );
    say(&mut engine, "kubectl delete deploy web");
    engine.settle(20_000);
    assert_eq!(counts(&engine), [1]);
}

#[test]
fn affinity_gathers_pods_in_the_zone_of_the_first() {
    let mut engine = zones(&["a", "b", "a", "b"]);
    let near = "affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: \
        topology.kubernetes.io/zone, labelSelector: {matchLabels: {app: web}}}]}}";
    run(&mut engine, &web(4, "{}", near));
    assert_eq!(
        places(&engine),
        BTreeMap::from([("node-1".to_owned(), 2), ("node-3".to_owned(), 2)])
    );
    let far = near.replace("app: web", "app: db");
    let mut engine = zones(&["a", "b"]);
    run(&mut engine, &web(1, "{}", &far));
    assert_eq!(
        refusals(&mut engine),
        "0/2 nodes are available: 2 node(s) didn't match pod affinity rules. preemption: 0/2 nodes are available: 2 Preemption \
         is not helpful for scheduling."
    );
    // The pod is retried once another one makes the difference.
    run(
        &mut engine,
        "apiVersion: v1\nkind: Pod\nmetadata: {name: db, labels: {app: db}}\nspec: {containers: [{name: a, image: \"nginx:1.26\"}]}\n",
    );
    assert!(!places(&engine).contains_key(""));
}

#[test]
fn pods_are_spread_three_and_three_over_two_zones() {
    for action in ["DoNotSchedule", "ScheduleAnyway"] {
        // Two of three nodes are in one zone, so that taking turns would not do.
        let mut engine = zones(&["a", "a", "b"]);
        let rule = spread(&format!("whenUnsatisfiable: {action}"));
        run(&mut engine, &web(6, "{}", &rule));
        let places = places(&engine);
        assert_eq!(places["node-3"], 3, "{action}: {places:?}");
        assert_eq!(places["node-1"] + places["node-2"], 3, "{places:?}");
        let told = sentences(&engine).contains(
            "is to be spread: the scheduler counts the matching pods in each domain (topology.kubernetes.io/zone: a 3, b 2).",
        );
        assert_eq!(told, action == "DoNotSchedule");
    }
}

#[test]
fn a_cordoned_zone_holds_up_the_spread() {
    let mut engine = zones(&["a", "b"]);
    say(&mut engine, "kubectl cordon node-2");
    run(
        &mut engine,
        &web(2, "{}", &spread("whenUnsatisfiable: DoNotSchedule")),
    );
    assert_eq!(places(&engine)[""], 1);
    assert_eq!(
        refusals(&mut engine),
        "0/2 nodes are available: 1 node(s) didn't match pod topology spread constraints, 1 node(s) were unschedulable. \
         preemption: 0/2 nodes are available: 1 No preemption victims found for incoming pod, 1 Preemption is not helpful for \
         scheduling."
    );
    // With its taint honoured, the zone does not count.
    let honor = spread("whenUnsatisfiable: DoNotSchedule, nodeTaintsPolicy: Honor");
    run(&mut engine, &web(2, "{}", &honor));
    assert!(!places(&engine).contains_key(""), "{:?}", places(&engine));
}

#[test]
fn too_few_domains_count_as_an_empty_one() {
    let mut engine = zones(&["a", "b"]);
    let rule = spread("whenUnsatisfiable: DoNotSchedule, minDomains: 3");
    run(&mut engine, &web(3, "{}", &rule));
    assert_eq!(places(&engine)[""], 1);
    say(&mut engine, "sim node node-3 --add");
    say(
        &mut engine,
        "kubectl label node node-3 topology.kubernetes.io/zone=c",
    );
    engine.settle(20_000);
    assert_eq!(counts(&engine), [1, 1, 1]);
}

#[test]
fn only_pods_of_the_same_revision_count_with_match_label_keys() {
    let mut engine = zones(&["a", "b"]);
    let rule = spread("whenUnsatisfiable: DoNotSchedule, matchLabelKeys: [pod-template-hash]");
    run(
        &mut engine,
        &web(
            2,
            "{rollingUpdate: {maxSurge: 2, maxUnavailable: 0}}",
            &rule,
        ),
    );
    say(&mut engine, "kubectl set image deploy/web web=nginx:1.27");
    engine.settle(20_000);
    assert_eq!(counts(&engine), [1, 1]);
}

#[test]
fn nodes_without_the_label_are_named() {
    let mut engine = Engine::new(Config::default());
    run(
        &mut engine,
        &web(1, "{}", &spread("whenUnsatisfiable: DoNotSchedule")),
    );
    assert!(refusals(&mut engine).contains(
        "3 node(s) didn't match pod topology spread constraints (missing required label)."
    ));
}

#[test]
fn a_sleeping_hook_takes_its_time_out_of_the_grace_period() {
    let pause = |seconds: u32| {
        web(1, "{}", "terminationGracePeriodSeconds: 30").replace(
            "image: \"nginx:1.26\"",
            &format!(
                "image: \"nginx:1.26\", lifecycle: {{preStop: {{sleep: {{seconds: {seconds}}}}}}}"
            ),
        )
    };
    for (seconds, least, most) in [(20, 20_000, 30_000), (30, 30_000, 32_000)] {
        let mut engine = zones(&["a"]);
        run(&mut engine, &pause(seconds));
        let before = engine.now();
        let old = say(&mut engine, "kubectl get pods -o name");
        say(&mut engine, "kubectl set image deploy/web web=nginx:1.27");
        while say(&mut engine, "kubectl get pods -o name").contains(old.trim()) {
            assert!(engine.step().is_some(), "the old pod stays");
        }
        let took = engine.now().since(before);
        assert!((least..=most + 5_000).contains(&took), "{took} ms");
        let told = sentences(&engine);
        let hook =
            format!("has a preStop hook: it sleeps for {seconds} s before it is told to stop.");
        assert!(told.contains(&hook), "{told}");
    }
}
