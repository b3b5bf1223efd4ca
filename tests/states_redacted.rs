//! A redacted state names nothing of the cluster it is from, and goes on as it would.

use kubestep::diagnosis;
use kubestep::engine::{Config, Engine};
use kubestep::kubectl;
use kubestep::manifests::state;
use kubestep::script;
use std::fs;
use std::path::PathBuf;

const KINDS: &str = "deployments,replicasets,statefulsets,pods,persistentvolumeclaims,persistentvolumes,services,\
                     horizontalpodautoscalers,poddisruptionbudgets,nodes,controllerrevisions,events";

fn run(engine: &mut Engine, line: &str) -> String {
    let output = kubectl::run(engine, line, None);
    assert_eq!(output.exit, 0, "{line}: {}", output.stderr);
    output.stdout
}

fn import(name: &str, text: &str) -> Engine {
    let mut engine = Engine::new(Config::default());
    let started = state::start(&mut engine, text);
    assert!(started.is_ok(), "{name}: {started:#?}\n{text}");
    engine
}

/// The causes, with the kinds that they are about.
fn causes(engine: &Engine) -> Vec<(&'static str, &'static str)> {
    let findings = diagnosis::diagnose(engine).into_iter();
    let mut causes: Vec<_> = findings
        .map(|found| (found.about.kind.name(), found.cause.id))
        .collect();
    causes.sort_unstable();
    causes
}

#[test]
fn the_causes_stay() {
    let files = fs::read_dir("tests/diagnosis").expect("a folder");
    let mut paths: Vec<PathBuf> = files.map(|file| file.expect("a file").path()).collect();
    paths.sort();
    for path in paths {
        let name = path
            .file_stem()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        let script = fs::read_to_string(&path).expect("a script");
        let mut engine = Engine::new(Config::default());
        script::run(&mut engine, &script).expect("a script");
        let text = run(&mut engine, &format!("kubectl get {KINDS} -A -o yaml"));
        let redacted = state::redact(&text).expect(&name);
        let mut plain = import(&name, &text);
        let mut shared = import(&name, &redacted);
        assert_eq!(causes(&shared), causes(&plain), "{name}\n{redacted}");
        // And both go on alike.
        for engine in [&mut plain, &mut shared] {
            engine.run_until(engine.now().plus_seconds(120), 5_000);
        }
        assert_eq!(causes(&shared), causes(&plain), "{name}, later\n{redacted}");
        let rows = |engine: &mut Engine| -> Vec<String> {
            let pods = run(engine, "kubectl get pods -A --no-headers");
            let cells = |line: &str| {
                line.split_whitespace()
                    .skip(2)
                    .collect::<Vec<_>>()
                    .join(" ")
            };
            let mut rows: Vec<String> = pods.lines().map(cells).collect();
            rows.sort();
            rows
        };
        assert_eq!(rows(&mut shared), rows(&mut plain), "{name}, later");
        let again = state::redact(&text).expect(&name);
        assert_eq!(again, redacted, "{name}: the same each time");
    }
}

const SECRETS: &str = "\
apiVersion: v1
kind: List
items:
- apiVersion: apps/v1
  kind: Deployment
  metadata:
    name: payroll
    namespace: finance
    uid: 7c9d8f10-8a5e-4a4b-9f0e-0d5d2a1b7c10
    creationTimestamp: '2026-03-01T10:00:00Z'
    annotations:
      deployment.kubernetes.io/revision: '3'
      acme.example/owner: jane@acme.example
    labels: {team: accounting}
  spec:
    replicas: 1
    selector: {matchLabels: {app: payroll}}
    template:
      metadata: {labels: {app: payroll, team: accounting}}
      spec:
        serviceAccountName: payroll-robot
        nodeSelector: {pool: gold}
        volumes:
        - {name: ledger, secret: {secretName: bank-keys}}
        containers:
        - name: calculator
          image: registry.acme.example:5000/finance/payroll:v3.1
          args: [--password=hunter2]
          env:
          - {name: DB_URL, value: 'postgres://admin:hunter2@db.acme.example'}
          - {name: TOKEN, valueFrom: {secretKeyRef: {name: bank-keys, key: token}}}
          volumeMounts: [{name: ledger, mountPath: /var/ledger}]
          readinessProbe: {httpGet: {path: /salaries, port: 8080}}
- apiVersion: apps/v1
  kind: ReplicaSet
  metadata:
    name: payroll-5d4f8c7b9
    namespace: finance
    uid: 7c9d8f10-8a5e-4a4b-9f0e-0d5d2a1b7c11
    ownerReferences:
    - {apiVersion: apps/v1, kind: Deployment, name: payroll, uid: 7c9d8f10-8a5e-4a4b-9f0e-0d5d2a1b7c10, controller: true}
    labels: {app: payroll, pod-template-hash: 5d4f8c7b9}
  spec: {replicas: 1, selector: {matchLabels: {app: payroll, pod-template-hash: 5d4f8c7b9}}, template: {metadata: {labels: {app: payroll, pod-template-hash: 5d4f8c7b9}}, spec: {containers: [{name: calculator, image: 'registry.acme.example:5000/finance/payroll:v3.1'}]}}}
- apiVersion: v1
  kind: Pod
  metadata:
    name: payroll-5d4f8c7b9-x2x7k
    generateName: payroll-5d4f8c7b9-
    namespace: finance
    uid: 7c9d8f10-8a5e-4a4b-9f0e-0d5d2a1b7c12
    creationTimestamp: '2026-03-01T10:00:00Z'
    ownerReferences:
    - {apiVersion: apps/v1, kind: ReplicaSet, name: payroll-5d4f8c7b9, uid: 7c9d8f10-8a5e-4a4b-9f0e-0d5d2a1b7c11, controller: true}
    labels: {app: payroll, pod-template-hash: 5d4f8c7b9}
  spec:
    nodeName: ip-10-1-2-3.acme.example
    containers: [{name: calculator, image: 'registry.acme.example:5000/finance/payroll:v3.1'}]
  status:
    phase: Pending
    hostIP: 10.1.2.3
    podIP: 10.9.8.7
    podIPs: [{ip: 10.9.8.7}]
    containerStatuses:
    - name: calculator
      image: registry.acme.example:5000/finance/payroll:v3.1
      imageID: ''
      ready: false
      restartCount: 0
      state: {waiting: {reason: ImagePullBackOff, message: 'Back-off pulling image \"registry.acme.example:5000/finance/payroll:v3.1\" for pod payroll-5d4f8c7b9-x2x7k on 10.1.2.3'}}
- apiVersion: v1
  kind: ConfigMap
  metadata: {name: payroll-settings, namespace: finance}
  data: {mode: '1000'}
";

#[test]
fn names_and_values_are_gone_and_still_fit() {
    let redacted = state::redact(SECRETS).expect("a state");
    for secret in [
        "payroll",
        "finance",
        "acme",
        "jane",
        "accounting",
        "robot",
        "gold",
        "ledger",
        "bank",
        "calculator",
        "v3.1",
        "hunter2",
        "postgres",
        "salaries",
        "10.1.2.3",
        "10.9.8.7",
        "1000",
    ] {
        assert!(!redacted.contains(secret), "{secret}:\n{redacted}");
    }
    for kept in [
        "name: deploy-1-5d4f8c7b9-x2x7k",
        "generateName: deploy-1-5d4f8c7b9-",
        "deployment.kubernetes.io/revision: \"3\"",
        "namespace: ns-1",
        "nodeName: node-1",
        "image: image-1:tag-1",
        "reason: ImagePullBackOff",
        "message: Back-off pulling image \"image-1:tag-1\" for pod deploy-1-5d4f8c7b9-x2x7k",
        "pod-template-hash: 5d4f8c7b9",
        "uid: 7c9d8f10-8a5e-4a4b-9f0e-0d5d2a1b7c12",
    ] {
        assert!(redacted.contains(kept), "{kept}:\n{redacted}");
    }
    let mut engine = import("secrets", &redacted);
    assert_eq!(causes(&engine)[0], ("Deployment", "image"));
    let pods = run(&mut engine, "kubectl get pods -n ns-1 --no-headers");
    assert!(pods.starts_with("deploy-1-5d4f8c7b9-x2x7k "), "{pods}");
}

#[test]
fn tables_become_yaml_and_anything_else_is_refused() {
    let table =
        "NAME READY STATUS RESTARTS AGE\npayroll-5d4f8c7b9-x2x7k 0/1 CrashLoopBackOff 3 5m\n";
    let redacted = state::redact(table).expect("a state");
    assert!(!redacted.contains("payroll"), "{redacted}");
    let engine = import("table", &redacted);
    assert_eq!(causes(&engine)[0], ("Deployment", "crash"));
    for text in ["", "a: [", "NAME READY AGE\nweb\n"] {
        assert!(!state::redact(text).expect_err(text).is_empty());
    }
    let mut engine = Engine::new(Config::default());
    let output = kubectl::run(&mut engine, "sim redact -f -", Some(table));
    assert_eq!((output.exit, output.stdout), (0, redacted));
}
