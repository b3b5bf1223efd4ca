//! Which steps of a rolling update of three pods are quiet.

use kubestep::actor::decision::Weight;
use kubestep::api::kind::Kind;
use kubestep::engine::{Config, Engine, Step, StepKind};
use kubestep::kubectl::run;

const WEB: &str = "apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 3
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: nginx:1.27
";

fn kubectl(engine: &mut Engine, line: &str) {
    let done = run::run(engine, line, Some(WEB));
    assert_eq!(done.exit, 0, "{line}: {}", done.stderr);
    engine.settle(1000);
}

fn settled() -> Engine {
    let mut engine = Engine::new(Config::default());
    kubectl(&mut engine, "kubectl apply -f -");
    engine
}

/// All objects except events, without bookkeeping fields.
fn seen(engine: &Engine) -> Vec<serde_json::Value> {
    let objects = engine.store().all();
    let objects = objects.filter(|object| object.kind() != Kind::Event);
    let values = objects.map(|object| {
        let mut value = object.to_value();
        for (parent, field) in [
            ("/metadata", "resourceVersion"),
            ("/status", "observedGeneration"),
        ] {
            if let Some(parent) = value
                .pointer_mut(parent)
                .and_then(|parent| parent.as_object_mut())
            {
                parent.remove(field);
            }
        }
        value
    });
    values.collect()
}

#[test]
fn of_94_steps_of_a_rolling_update_26_are_quiet() {
    let mut engine = settled();
    let before = engine.cursor();
    kubectl(
        &mut engine,
        "kubectl set image deployment/web web=nginx:1.28",
    );
    let steps = &engine.steps()[before..];
    let quiet = steps.iter().filter(|step| step.is_quiet()).count();
    let clock = steps
        .iter()
        .filter(|step| matches!(step.action, StepKind::Clock { .. }));
    assert_eq!((steps.len(), quiet, clock.count()), (94, 26, 12));
}

#[test]
fn a_quiet_step_changes_nothing_visible() {
    let mut engine = settled();
    kubectl(
        &mut engine,
        "kubectl set image deployment/web web=nginx:1.28",
    );
    let total = engine.steps().len();
    engine.jump(0);
    let mut before = seen(&engine);
    for _ in 0..total {
        let step = engine.step().expect("a known step").clone();
        let after = seen(&engine);
        if step.is_quiet() {
            assert_eq!(before, after, "step {}", engine.cursor());
            assert!(matches!(step.action, StepKind::Work(_)) && step.error.is_none());
        }
        before = after;
    }
}

#[test]
fn starting_something_without_a_write_is_not_quiet() {
    let engine = settled();
    let writes_a_pod = |step: &Step| {
        step.changes
            .iter()
            .any(|change| change.key.kind == Kind::Pod)
    };
    let begins = |step: &Step| {
        let mut weights = step.decisions.iter().map(|made| made.branch.weight);
        weights.any(|weight| weight == Weight::Main)
    };
    for step in engine.steps() {
        if writes_a_pod(step) || begins(step) || step.error.is_some() {
            assert!(!step.is_quiet(), "{step:?}");
        }
    }
}

#[test]
fn observing_a_new_generation_is_quiet() {
    let mut engine = settled();
    let before = engine.cursor();
    let patch = r#"kubectl patch deployment web -p '{"spec":{"revisionHistoryLimit":5}}'"#;
    kubectl(&mut engine, patch);
    let [user, first, ..] = &engine.steps()[before..] else {
        panic!("no sync of the Deployment");
    };
    assert!(!user.is_quiet());
    assert_eq!(first.changes.len(), 1, "{first:?}");
    assert!(first.is_quiet(), "{first:?}");
}
