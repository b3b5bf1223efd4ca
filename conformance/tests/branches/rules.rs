//! A short story for each rule that keeps pods from being created or scheduled: quotas, the API server, other pods.

use crate::deployments::Story;
use kubestep::engine::{Config, Engine};
use kubestep::kubectl;

/// All stories.
pub const STORIES: &[Story] = &[
    ("replicaset/quota", || {
        told(&[
            "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: q}\nspec: {hard: {pods: \"0\"}}\n".to_owned(),
            web("web", "{}"),
        ])
    }),
    ("replicaset/refused", || {
        let text = web("web", "{}");
        told(&[text.replace("affinity", "serviceAccountName: nowhere, affinity")])
    }),
    ("scheduler/anti-affinity", || {
        told(&[web(
            "web",
            &near("podAntiAffinity", "web", "kubernetes.io/os"),
        )])
    }),
    ("scheduler/existing-anti-affinity", || {
        let apart = near("podAntiAffinity", "other", "kubernetes.io/os");
        told(&[
            web("web", &apart).replace("replicas: 2", "replicas: 1"),
            web("other", "{}"),
        ])
    }),
    ("scheduler/affinity", || {
        told(&[web(
            "web",
            &near("podAffinity", "other", "kubernetes.io/os"),
        )])
    }),
    ("scheduler/skew", crowded),
];

fn told(texts: &[String]) -> Engine {
    let mut engine = Engine::new(Config::default());
    for text in texts {
        let output = kubectl::run(&mut engine, "kubectl apply -f -", Some(text));
        assert_eq!(output.exit, 0, "{}", output.stderr);
        engine.settle(1_000);
    }
    engine
}

/// A Deployment of two pods with an affinity.
fn web(name: &str, affinity: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}}}\nspec:\n  replicas: 2\n  selector: {{matchLabels: {{app: \
         {name}}}}}\n  template:\n    metadata: {{labels: {{app: {name}}}}}\n    spec: {{affinity: {affinity}, containers: [{{name: \
         web, image: \"nginx:1.25\"}}]}}\n"
    )
}

fn near(side: &str, app: &str, key: &str) -> String {
    format!(
        "{{{side}: {{requiredDuringSchedulingIgnoredDuringExecution: [{{topologyKey: {key}, labelSelector: {{matchLabels: {{app: \
         {app}}}}}}}]}}}}"
    )
}

/// Pods to be spread over nodes, of which only one takes pods.
fn crowded() -> Engine {
    let spread = "topologySpreadConstraints: [{maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: DoNotSchedule, \
                  labelSelector: {matchLabels: {app: web}}}], affinity";
    let mut engine = Engine::new(Config::default());
    for node in ["node-2", "node-3"] {
        kubectl::run(&mut engine, &format!("kubectl cordon {node}"), None);
    }
    let text = web("web", "{}").replace("affinity", spread);
    let output = kubectl::run(&mut engine, "kubectl apply -f -", Some(&text));
    assert_eq!(output.exit, 0, "{}", output.stderr);
    engine.settle(1_000);
    engine
}
