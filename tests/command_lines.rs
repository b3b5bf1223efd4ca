//! Whatever is typed: kubectl's commands never panic, and one that reports an error has changed nothing.

use kubestep::engine::Engine;
use kubestep::kubectl::{Input, run, run_with};
use kubestep::node::Config;
use proptest::prelude::*;

const MANIFESTS: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: nginx, image: nginx:1.25}]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: pg, image: postgres}]}
";

/// Words of command lines, right and wrong ones.
const WORDS: &[&str] = &[
    "get",
    "delete",
    "describe",
    "rollout",
    "status",
    "history",
    "undo",
    "pause",
    "resume",
    "restart",
    "patch",
    "set",
    "image",
    "resources",
    "scale",
    "label",
    "annotate",
    "apply",
    "create",
    "replace",
    "expose",
    "autoscale",
    "run",
    "deployment",
    "deploy",
    "web",
    "deployment/web",
    "sts/db",
    "sts",
    "pods",
    "pod",
    "po/x",
    "rs",
    "all",
    "svc",
    "nope",
    "deploy,rs",
    "-n",
    "prod",
    "default",
    "-l",
    "app=web",
    "app in (web",
    "-A",
    "-o",
    "yaml",
    "wide",
    "name",
    "json",
    "jsonpath={.spec",
    "jsonpath={.items[*].metadata.name}",
    "--replicas=3",
    "--replicas",
    "-1",
    "9999999999",
    "a=b",
    "a-",
    "-",
    "--",
    "=",
    "--all",
    "-f",
    "-p",
    "{}",
    "{\"spec\":{\"replicas\":1}}",
    "[{\"op\":\"remove\",\"path\":\"/x\"}]",
    "--type=json",
    "--type=merge",
    "--cascade=orphan",
    "--wait=false",
    "--timeout=1s",
    "--to-revision=1",
    "--revision=7",
    "nginx=nginx:2",
    "*=x",
    "--dry-run=server",
    "--dry-run=client",
    "--overwrite",
    "--max=3",
    "--min=5",
    "--port=80",
    "--image=nginx",
    "--limits=cpu=1",
    "--force",
    "--grace-period=0",
    "--current-replicas=9",
    "namespace",
    "'",
    "\"",
    "\\",
    "$",
    "sudo",
    "kubectl",
    "k",
    "--field-selector=status.phase=Running",
    "--sort-by=.metadata.name",
    "-L",
    "--show-labels",
    "--record",
    "é",
    "%",
    "--no-headers",
    "web-0",
    "db-0",
    "nodes",
    "node-1",
    "ns",
    "kube-system",
];

fn cluster() -> Engine {
    let mut engine = Engine::new(Config::default());
    let made = run(&mut engine, "apply -f -", Some(MANIFESTS));
    assert_eq!(made.exit, 0, "{}", made.stderr);
    engine.settle(10_000);
    engine
}

fn state(engine: &Engine) -> String {
    let objects = engine.store().all();
    objects
        .map(|object| object.to_value().to_string())
        .collect()
}

/// What kubectl has changed before it fails: of several objects those without a fault, and what a wait lets
/// happen.
fn may_change(line: &str) -> bool {
    let waits = ["status", "delete", "wait", "drain"];
    waits.iter().any(|word| line.contains(word))
}

fn check(line: &str, stdin: Option<&str>) -> Result<(), TestCaseError> {
    let mut engine = cluster();
    let before = (state(&engine), engine.steps().len());
    let output = run(&mut engine, line, stdin);
    prop_assert!(output.exit == 0 || !output.stderr.is_empty(), "{line}");
    if output.exit != 0 && output.stdout.is_empty() && !may_change(line) {
        prop_assert_eq!(before, (state(&engine), engine.steps().len()), "{}", line);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn random_lines_are_answered(words in prop::collection::vec(prop::sample::select(WORDS), 0..8)) {
        check(&words.join(" "), Some(MANIFESTS))?;
    }

    #[test]
    fn mutated_lines_are_answered(
        line in prop::sample::select(&[
            "patch deployment web -p '{\"spec\":{\"replicas\":3}}'",
            "set image deployment/web nginx=nginx:1.26 --record",
            "get pods -l 'app in (web,db)' -o jsonpath='{range .items[*]}{.metadata.name}{end}'",
            "scale deployment/web sts/db --replicas=4 --current-replicas=2",
            "label deployment web tier=front --overwrite",
            "rollout undo deployment/web --to-revision=1",
            "create deployment x --image=nginx --replicas=2 -o yaml --dry-run=client",
        ][..]),
        at in any::<prop::sample::Index>(),
        letter in any::<char>(),
    ) {
        let mut letters: Vec<char> = line.chars().collect();
        let at = at.index(letters.len());
        letters[at] = letter;
        check(&letters.into_iter().collect::<String>(), None)?;
    }

    #[test]
    fn any_text_is_answered(line in "\\PC{0,60}", stdin in "\\PC{0,60}") {
        check(&line, Some(&stdin))?;
        check(&format!("apply -f - {line}"), Some(&stdin))?;
    }
}

#[test]
fn a_command_is_one_step_and_a_question_is_none() {
    let mut engine = cluster();
    let steps = engine.steps().len();
    let output = run(
        &mut engine,
        "$ sudo kubectl scale deploy/web sts/db --replicas=3",
        None,
    );
    assert_eq!(
        output.stdout,
        "deployment.apps/web scaled\nstatefulset.apps/db scaled\n"
    );
    assert_eq!(engine.steps().len(), steps + 1);
    for line in [
        "get pods",
        "scale deploy/web --replicas=3",
        "scale deploy/web --replicas=5 --dry-run=server",
        "delete deploy/web --dry-run=client",
        "apply -f nope.yaml",
    ] {
        run(&mut engine, line, None);
        assert_eq!(engine.steps().len(), steps + 1, "{line}");
    }
}

#[test]
fn waiting_lets_the_cluster_go_on() {
    let mut engine = cluster();
    run(
        &mut engine,
        "set image deployment/web nginx=nginx:1.26",
        None,
    );
    let output = run(&mut engine, "rollout status deployment/web", None);
    assert_eq!(output.exit, 0, "{}", output.stderr);
    let first = output.stdout.lines().next();
    assert_eq!(
        first,
        Some("Waiting for deployment spec update to be observed...")
    );
    let last = output.stdout.lines().last();
    assert_eq!(last, Some("deployment \"web\" successfully rolled out"));

    let pods = run(&mut engine, "delete pods --all", None);
    assert_eq!(pods.exit, 0, "{}", pods.stderr);
    assert!(pods.stdout.lines().count() >= 3, "{}", pods.stdout);

    let output = run(&mut engine, "rollout status sts/db --timeout=10ms", None);
    assert_eq!(
        output.stderr,
        "error: timed out waiting for the condition\n"
    );
}

#[test]
fn files_are_found_by_their_names() {
    let mut engine = Engine::new(Config::default());
    let files = [("web.yaml".to_owned(), MANIFESTS.to_owned())];
    let input = Input {
        stdin: None,
        files: &files,
    };
    let output = run_with(&mut engine, "kubectl apply -f web.yaml", input);
    assert_eq!(
        output.stdout,
        "deployment.apps/web created\nstatefulset.apps/db created\n"
    );
    let output = run_with(&mut engine, "delete -f web.yaml --cascade=orphan", input);
    assert_eq!(output.exit, 0, "{}", output.stderr);
    assert_eq!(
        run(&mut engine, "get deploy,sts", None).stderr,
        "No resources found in default namespace.\n"
    );
}

#[test]
fn waits_end_when_it_is_so_or_time_is_up() {
    let mut engine = cluster();
    let mut text = |line: &str| {
        let output = run(&mut engine, line, None);
        output.stdout + &output.stderr
    };
    for (line, expected) in [
        (
            "wait deploy/web --for=condition=available",
            "deployment.apps/web condition met\n",
        ),
        (
            "wait sts/db --for=jsonpath={.status.readyReplicas}=1",
            "statefulset.apps/db condition met\n",
        ),
        (
            "wait pod/db-0 --for=delete --timeout=1s",
            "error: timed out waiting for the condition on pods/db-0\n",
        ),
        (
            "wait pod -l a=b --for=condition=Ready",
            "error: no matching resources found\n",
        ),
        ("wait pod/db-0", "error: required flag(s) \"for\" not set\n"),
    ] {
        assert_eq!(text(line), expected, "{line}");
    }
}

#[test]
fn pipes_filter_what_is_printed() {
    let mut engine = cluster();
    let output = run(&mut engine, "kubectl get pods | grep Running | wc -l", None);
    assert_eq!(output.stdout, "3\n");
    let steps = engine.steps().len();
    for line in [
        "delete pod --all | awk 1",
        "get pods > x",
        "scale deploy/web --replicas=9; get pods",
    ] {
        let output = run(&mut engine, line, None);
        assert!(
            output.stderr.contains("not simulated"),
            "{line}: {}",
            output.stderr
        );
        assert_eq!((output.exit, engine.steps().len()), (1, steps), "{line}");
    }
}
