//! The sentences of complete stories, as users read them: every decision with its sentence and formula. Changes of
//! wording show up in the snapshots; `INSTA_UPDATE=always cargo test --test sentences` rewrites them.

use kubestep::engine::{Config, Engine, Step, StepKind};
use kubestep::kubectl;
use kubestep::manifests;
use kubestep::texts::Language;
use std::fmt::Write as _;

/// Upper bound for the steps of any story.
const MANY: usize = 1_000;

/// A workload of two replicas, with additional lines in its spec.
fn workload(kind: &str, own: &str) -> String {
    format!(
        "\
apiVersion: apps/v1
kind: {kind}
metadata:
  name: web
spec:
  replicas: 2
{own}  selector:
    matchLabels: {{app: nginx}}
  template:
    metadata:
      labels: {{app: nginx}}
    spec:
      containers:
      - name: nginx
        image: nginx:1.7.9
"
    )
}

/// A settled cluster with such a workload.
fn settled(kind: &str, own: &str) -> Engine {
    let mut engine = Engine::new(Config::default());
    manifests::apply(&mut engine, &workload(kind, own)).expect("a valid manifest");
    engine.settle(MANY);
    engine
}

fn run(engine: &mut Engine, line: &str) {
    let output = kubectl::run(engine, line, None);
    assert_eq!(output.exit, 0, "{line}: {}", output.stderr);
    engine.settle(MANY);
}

/// All steps from an index on.
fn told(engine: &Engine, since: usize, language: Language) -> String {
    let mut text = String::new();
    for (at, step) in engine.steps().iter().enumerate().skip(since) {
        write!(text, "{:>3} ", at + 1).expect("writing to a string cannot fail");
        tell(&mut text, step, language).expect("writing to a string cannot fail");
    }
    text
}

fn tell(text: &mut String, step: &Step, language: Language) -> std::fmt::Result {
    match &step.action {
        StepKind::User(line) => writeln!(text, "$ {line}")?,
        StepKind::Clock { from, to } => writeln!(text, "+ {} ms", to.since(*from))?,
        StepKind::Work(item) => writeln!(text, "{}: {}", item.actor, item.key)?,
    }
    for decision in &step.decisions {
        writeln!(text, "    {}", decision.sentence(language))?;
        let formula = decision.substituted();
        if !formula.is_empty() {
            writeln!(text, "        {formula}")?;
        }
    }
    if let Some(error) = &step.error {
        writeln!(text, "    ! {error}")?;
    }
    Ok(())
}

#[test]
fn a_rolling_update() {
    let mut engine = settled("Deployment", "");
    run(&mut engine, "set image deployment/web nginx=nginx:1.9.1");
    insta::assert_snapshot!("rolling_update", told(&engine, 0, Language::English));
    insta::assert_snapshot!(
        "rolling_update_chinese",
        told(&engine, 0, Language::Chinese)
    );
}

#[test]
fn a_broken_image_and_its_rollback() {
    let mut engine = settled("Deployment", "");
    let since = engine.cursor();
    run(&mut engine, "set image deployment/web nginx=nginx:1.91");
    run(&mut engine, "rollout undo deployment/web");
    insta::assert_snapshot!("broken_image", told(&engine, since, Language::English));
}

#[test]
fn a_partition_canary() {
    let mut engine = settled(
        "StatefulSet",
        "  serviceName: nginx\n  updateStrategy:\n    rollingUpdate: {partition: 1}\n",
    );
    let since = engine.cursor();
    run(&mut engine, "set image statefulset/web nginx=nginx:1.9.1");
    run(
        &mut engine,
        r#"patch statefulset web -p '{"spec":{"updateStrategy":{"rollingUpdate":{"partition":0}}}}'"#,
    );
    run(&mut engine, "scale statefulset web --replicas=1");
    insta::assert_snapshot!("partition_canary", told(&engine, since, Language::English));
}
