//! Huge but valid input is refused by name before memory is taken, and leaves no trace.

use kubestep::engine::Engine;
use kubestep::kubectl::manifests;
use kubestep::node::Config;

/// What the refusal of a manifest says.
fn refusal(manifest: &str) -> String {
    let mut engine = Engine::new(Config::instant());
    let before = engine.store().all().count();
    let faults = manifests::apply(&mut engine, manifest).expect_err("this is too much");
    assert_eq!(engine.steps().len(), 0, "a refusal is no step");
    assert_eq!(engine.store().all().count(), before);
    let texts = faults
        .iter()
        .map(|fault| format!("{} {}", fault.message, fault.advice));
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
    // Short enough to be read, and over the 256 KiB that all annotations of an object may have once kubectl
    // has added what it applied.
    let said = refusal(&workload("Deployment", "1", &"x".repeat(200 * 1024)));
    assert!(said.contains("may not be more than 262144 bytes"), "{said}");
}

#[test]
fn ten_thousand_objects_in_one_text() {
    let one = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\n---\n";
    let said = refusal(&one.repeat(10_000));
    assert!(said.contains("262144"), "{said}");
}
