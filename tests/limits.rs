//! Huge but valid input is refused by name before memory is allocated, and leaves no trace.

use kubestep::engine::{Config, Engine};
use kubestep::kubectl::run::run;
use kubestep::manifests;
use kubestep::texts::Language;

/// The error for a manifest.
fn refusal(manifest: &str) -> String {
    let mut engine = Engine::new(Config::instant());
    let before = engine.store().all().count();
    let faults = manifests::apply(&mut engine, manifest).expect_err("over the limit");
    assert_eq!(engine.steps().len(), 0, "a refusal is not a step");
    assert_eq!(engine.store().all().count(), before);
    let texts = faults
        .iter()
        .map(|fault| format!("{} {}", fault.message, fault.advice.text(Language::English)));
    texts.collect::<Vec<_>>().join("\n")
}

fn workload(kind: &str, replicas: &str, annotation: &str) -> String {
    let service = match kind {
        "StatefulSet" => "serviceName: web",
        _ => "minReadySeconds: 0",
    };
    format!(
        "apiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: web, annotations: {{note: \"{annotation}\"}}}}\nspec:\n  \
         replicas: {replicas}\n  {service}\n  selector: {{matchLabels: {{app: web}}}}\n  template:\n    \
         metadata: {{labels: {{app: web}}}}\n    spec: {{containers: [{{name: a, image: b}}]}}\n"
    )
}

#[test]
fn more_replicas_than_can_be_simulated() {
    for kind in ["Deployment", "ReplicaSet", "StatefulSet"] {
        let said = refusal(&workload(kind, "2147483647", ""));
        assert!(
            said.contains("at most 200000 replicas of one object are simulated"),
            "{kind}: {said}"
        );
    }
}

#[test]
fn an_annotation_of_a_megabyte() {
    let said = refusal(&workload("Deployment", "1", &"x".repeat(1 << 20)));
    assert!(said.contains("262144"), "{said}");
}

#[test]
fn annotations_over_the_limit_of_kubernetes() {
    // Short enough to be parsed, but over the limit of 256 KiB for all annotations of an object once kubectl has
    // added the applied manifest.
    let said = refusal(&workload("Deployment", "1", &"x".repeat(200 * 1024)));
    assert!(said.contains("may not be more than 262144 bytes"), "{said}");
}

#[test]
fn ten_thousand_objects_in_one_text() {
    let one = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\n---\n";
    let said = refusal(&one.repeat(10_000));
    assert!(said.contains("262144"), "{said}");
}

#[test]
fn more_resources_than_can_be_counted() {
    let mut engine = Engine::new(Config::instant());
    let told = run(&mut engine, "sim node node-1 --cpu=9E --memory=9E", None);
    assert_eq!(told.exit, 0, "{}", told.stderr);
    let pods = ["a", "b"].map(|name| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}}}\nspec:\n  \
             nodeSelector: {{kubernetes.io/hostname: node-1}}\n  containers:\n  - name: c\n    image: i\n    \
             resources: {{requests: {{cpu: 9E, memory: 9E, ephemeral-storage: 1}}}}\n"
        )
    });
    manifests::apply(&mut engine, &pods.join("---\n")).expect("valid");
    assert_eq!(engine.settle(1000), kubestep::engine::Run::Settled);
    let told = run(&mut engine, "kubectl get pods --no-headers", None).stdout;
    let (running, pending) = (told.matches("Running"), told.matches("Pending"));
    assert_eq!((running.count(), pending.count()), (1, 1), "{told}");
}
