//! A short story for each branch of the disruption controller and of evictions.

use crate::deployments::Story;
use kubestep::engine::{Config, Engine};
use kubestep::kubectl;

/// All stories.
pub const STORIES: &[Story] = &[
    ("disruption/gone", gone),
    ("disruption/no-pods", || {
        budget(Engine::new(Config::default()), "maxUnavailable: 1")
    }),
    ("disruption/no-amount", || {
        budget(pods(), "minAvailable: null")
    }),
    ("disruption/unmanaged", || {
        budget(bare(), "maxUnavailable: 1")
    }),
    ("disruption/failed", ownerless),
    ("disruption/min-available", || {
        budget(pods(), "minAvailable: 1")
    }),
    ("disruption/min-percent", || {
        budget(pods(), "minAvailable: 50%")
    }),
    ("disruption/max-unavailable", || {
        budget(pods(), "maxUnavailable: 1")
    }),
    ("disruption/allowed", || budget(pods(), "maxUnavailable: 1")),
    ("disruption/none-allowed", || {
        budget(pods(), "maxUnavailable: 0")
    }),
    ("disruption/unchanged", || {
        let mut engine = budget(pods(), "maxUnavailable: 1");
        run(&mut engine, "label pdb web team=a");
        settled(engine)
    }),
    ("disruption/evict", || {
        drained(budget(pods(), "maxUnavailable: 1"))
    }),
    ("disruption/evict-free", || drained(pods())),
    ("disruption/evict-ignored", || {
        let mut engine = Engine::new(Config::default());
        run(&mut engine, "sim image nginx:1.25 --outcome=missing");
        drained(budget(with_pods(engine), "maxUnavailable: 1"))
    }),
    ("disruption/evict-unready", || unready("minAvailable: 1")),
    ("disruption/evict-always", || {
        unready("minAvailable: 2, unhealthyPodEvictionPolicy: AlwaysAllow")
    }),
    ("disruption/refused", || {
        drained(budget(pods(), "maxUnavailable: 0"))
    }),
    ("disruption/unobserved", || {
        let mut engine = budget(pods(), "maxUnavailable: 0");
        run(
            &mut engine,
            "patch pdb web -p '{\"spec\":{\"maxUnavailable\":1}}'",
        );
        drained(engine)
    }),
    ("disruption/several", || {
        let mut engine = budget(pods(), "maxUnavailable: 1");
        run(
            &mut engine,
            "create pdb other --selector=app=web --min-available=1",
        );
        drained(settled(engine))
    }),
];

fn run(engine: &mut Engine, line: &str) {
    let output = kubectl::run(engine, line, None);
    assert_eq!(output.exit, 0, "{line}: {}", output.stderr);
}

fn settled(mut engine: Engine) -> Engine {
    engine.settle(1_000);
    engine
}

fn apply(engine: &mut Engine, text: &str) {
    let output = kubectl::run(engine, "kubectl apply -f -", Some(text));
    assert_eq!(output.exit, 0, "{}", output.stderr);
}

/// Two pods of a Deployment.
fn with_pods(mut engine: Engine) -> Engine {
    let line = "create deployment web --image=nginx:1.25 --replicas=2";
    run(&mut engine, line);
    settled(engine)
}

fn pods() -> Engine {
    with_pods(Engine::new(Config::default()))
}

/// A pod without a controller.
fn bare() -> Engine {
    let mut engine = Engine::new(Config::default());
    run(&mut engine, "run web --image=nginx:1.25 --labels=app=web");
    settled(engine)
}

fn budget(mut engine: Engine, spec: &str) -> Engine {
    let text = format!(
        "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {{name: web}}\n\
         spec: {{selector: {{matchLabels: {{app: web}}}}, {spec}}}\n"
    );
    apply(&mut engine, &text);
    settled(engine)
}

fn drained(mut engine: Engine) -> Engine {
    // Whether it succeeds is not the point.
    kubectl::run(&mut engine, "kubectl drain node-1 --timeout=1s", None);
    settled(engine)
}

fn unready(spec: &str) -> Engine {
    let mut engine = pods();
    let line =
        "get pods --field-selector spec.nodeName=node-1 -o jsonpath={.items[0].metadata.name}";
    let pod = kubectl::run(&mut engine, line, None).stdout;
    run(&mut engine, &format!("sim unready {pod}"));
    drained(budget(engine, spec))
}

fn gone() -> Engine {
    let mut engine = budget(pods(), "maxUnavailable: 1");
    run(&mut engine, "scale deploy web --replicas=1");
    run(&mut engine, "delete pdb web");
    settled(engine)
}

/// A pod whose controller has no number of replicas.
fn ownerless() -> Engine {
    let mut engine = Engine::new(Config::default());
    let text = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n  labels: {app: web}\n  ownerReferences:\n  \
                - {apiVersion: example.org/v1, kind: Robot, name: r, uid: 00000000-0000-0000-0000-000000000001, controller: true}\n\
                spec: {containers: [{name: web, image: nginx}]}\n";
    apply(&mut engine, text);
    budget(engine, "maxUnavailable: 1")
}
