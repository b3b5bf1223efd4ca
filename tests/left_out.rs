//! Fields of a pod spec that are not simulated are named where users look: beside Apply, on kubectl's standard error, and
//! among the decisions of the scheduler and the kubelets.

#[path = "common/cluster.rs"]
mod cluster;

use cluster::*;
use kubestep::api::kind::Kind;
use kubestep::engine::{Config, Engine};
use kubestep::kubectl::{self, run::Output};
use kubestep::manifests;
use kubestep::texts::Language;

const WEB: &str = r#"
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 4
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      hostNetwork: true
      readinessGates: [{conditionType: example.org/ready}]
      priorityClassName: system-node-critical
      containers:
      - name: app
        image: nginx
        command: [nginx]
        ports: [{containerPort: 80, name: http, hostPort: 80}]
        lifecycle: {preStop: {exec: {command: [sleep, "5"]}}}
"#;

const NOTES: [&str; 3] = [
    "not simulated: spec.template.spec.containers[0].lifecycle.preStop.exec: The hook is not run: how long containers \
     take to stop is set in Environment.",
    "not simulated: spec.template.spec.priorityClassName: Preemption is not simulated: the priority is set, but no pod is preempted, and none is scheduled before others.",
    "not simulated: spec.template.spec.readinessGates: Readiness gates are ignored: a pod is ready as soon as its \
     containers are.",
];

fn kubectl(engine: &mut Engine, line: &str) -> Output {
    let output = kubectl::run(engine, line, Some(WEB));
    assert_eq!(output.exit, 0, "{line}: {}", output.stderr);
    output
}

#[test]
fn apply_says_so_and_says_it_again_only_for_another_pod_spec() {
    let mut engine = Engine::new(Config::default());
    let told = kubectl(&mut engine, "apply -f -");
    let notes: Vec<&str> = told.stderr.lines().collect();
    assert_eq!(
        notes, NOTES,
        "in the order of the fields, and none of them reads like the server's"
    );
    let scaled = kubectl(&mut engine, "scale deploy web --replicas=5");
    assert_eq!(scaled.stderr, "");
    let image = kubectl(&mut engine, "set image deploy/web app=nginx:1.27");
    assert_eq!(image.stderr.lines().count(), NOTES.len());
    let patch = r#"patch deploy web -p '{"spec":{"template":{"spec":{"readinessGates":null}}}}'"#;
    assert_eq!(kubectl(&mut engine, patch).stderr.lines().count(), 2);
}

#[test]
fn the_page_says_so_beside_apply_in_both_languages() {
    let mut engine = Engine::new(Config::default());
    let told = manifests::apply(&mut engine, WEB).expect("a valid manifest");
    let lines = |language| told.iter().map(move |told| told.text(language));
    let mut wanted = NOTES.to_vec();
    wanted.push("deployment.apps/web created");
    assert_eq!(lines(Language::English).collect::<Vec<_>>(), wanted);
    let chinese: Vec<String> = lines(Language::Chinese).collect();
    assert!(
        chinese[1].starts_with("未模拟：spec.template.spec.priorityClassName："),
        "{chinese:?}"
    );
}

#[test]
fn scheduler_and_kubelet_name_what_they_leave_out_of_each_pod() {
    let mut engine = Engine::new(Config::default());
    kubectl(&mut engine, "apply -f -");
    settle(&mut engine);
    let named = |branch: &str| {
        let decisions = engine.steps().iter().flat_map(|step| &step.decisions);
        let found = decisions.filter(|decision| decision.branch.id == branch);
        let fields =
            found.map(|decision| decision.fact("fields").expect("which").value.to_string());
        fields.collect::<Vec<String>>()
    };
    assert_eq!(named("scheduler/left-out"), ["priorityClassName"; 4]);
    let kubelet = "containers[0].command, containers[0].lifecycle.preStop.exec, readinessGates";
    // The fourth has no node: the network of a host has each port once.
    assert_eq!(named("kubelet/left-out"), [kubelet; 3]);
}

#[test]
fn pods_on_the_network_of_their_host_take_its_ports() {
    let mut engine = Engine::new(Config::default());
    let text = WEB.replace(", hostPort: 80", "");
    manifests::apply(&mut engine, &text).expect("a valid manifest");
    settle(&mut engine);
    let pods = engine
        .store()
        .list(Kind::Pod, None)
        .map(|pod| pod.to_value());
    let pods: Vec<_> = pods.collect();
    let waiting = pods.iter().filter(|pod| pod["spec"]["nodeName"].is_null());
    assert_eq!((pods.len(), waiting.count()), (4, 1), "three nodes");
    assert_eq!(pods[0]["spec"]["containers"][0]["ports"][0]["hostPort"], 80);
}
