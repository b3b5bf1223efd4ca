//! Two versions of Kubernetes, and switching between them.

#[path = "common/dump.rs"]
mod dump;

use dump::dump;
use kubestep::api::kind::Kind;
use kubestep::api::object::Key;
use kubestep::engine::{Config, Engine, Run};
use kubestep::kubectl::run;
use kubestep::versions::{Feature, Version};
use serde_json::{Value, json};

/// Upper bound for the steps until any cluster here has settled.
const MANY: usize = 20_000;

const SETS: &str = "\
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: web}
spec:
  serviceName: web
  replicas: 3
  podManagementPolicy: Parallel
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: nginx:1.25}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  replicas: 1
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec: {containers: [{name: nginx, image: nginx:1.25}]}
";

fn cluster(version: Version) -> Engine {
    let mut engine = Engine::new(Config {
        features: version.into(),
        ..Config::default()
    });
    let applied = run(&mut engine, "apply -f -", Some(SETS));
    assert_eq!(applied.exit, 0, "{}", applied.stderr);
    assert_eq!(engine.settle(MANY), Run::Settled);
    engine
}

fn command(engine: &mut Engine, line: &str) -> String {
    let output = run(engine, line, None);
    assert_eq!(output.exit, 0, "{line}: {}", output.stderr);
    output.stdout
}

fn refused(engine: &mut Engine, line: &str) -> String {
    let output = run(engine, line, None);
    assert_ne!(output.exit, 0, "{line}: {}", output.stdout);
    output.stderr
}

fn set(engine: &Engine) -> Value {
    let key = Key::of(Kind::StatefulSet, "default", "web");
    engine.store().get(&key).expect("the set").to_value()
}

#[test]
fn each_version_reports_itself() {
    for version in Version::ALL {
        let mut engine = cluster(version);
        let text = command(&mut engine, "version");
        let release = version.release();
        assert_eq!(
            text,
            format!(
                "Client Version: {release}\nKustomize Version: v5.8.1\nServer Version: {release}\n"
            )
        );
        let text = command(&mut engine, "sim version");
        assert_eq!(text, format!("Kubernetes {version} ({release})\n"));
    }
}

#[test]
fn an_upgrade_keeps_existing_objects() {
    let mut engine = cluster(Version::V1_36);
    let sets = command(&mut engine, "get rs,pods -o name");
    let before = set(&engine);
    assert_eq!(
        before["spec"]["updateStrategy"]["rollingUpdate"],
        json!({ "partition": 0 })
    );
    command(&mut engine, "sim version 1.37");
    assert_eq!(engine.settle(MANY), Run::Settled);
    assert_eq!(command(&mut engine, "get rs,pods -o name"), sets);
    let after = set(&engine);
    assert_eq!(
        after["spec"]["updateStrategy"]["rollingUpdate"],
        json!({ "maxUnavailable": 1, "partition": 0 })
    );
    assert_eq!(
        after["metadata"]["generation"],
        before["metadata"]["generation"]
    );
    // A manifest applied in the older version is unchanged.
    let again = run(&mut engine, "apply -f -", Some(SETS));
    assert_eq!(
        again.stdout,
        "statefulset.apps/web unchanged\ndeployment.apps/shop unchanged\n"
    );
    // Only new ReplicaSets have the hashes of the newer version.
    command(&mut engine, "set image deployment/shop nginx=nginx:1.26");
    assert_eq!(engine.settle(MANY), Run::Settled);
    let mut other = cluster(Version::V1_37);
    command(&mut other, "set image deployment/shop nginx=nginx:1.26");
    assert_eq!(other.settle(MANY), Run::Settled);
    let newest = |engine: &mut Engine| {
        let text = command(engine, "get rs -l app=shop -o name");
        text.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    let (old, new) = (newest(&mut engine), newest(&mut other));
    assert_eq!(old.iter().filter(|name| new.contains(name)).count(), 1);
}

#[test]
fn switching_can_be_undone_and_redone_exactly() {
    let mut engine = cluster(Version::V1_36);
    let start = engine.cursor();
    let before = dump(&engine);
    command(&mut engine, "sim version 1.37");
    command(&mut engine, "sim gate PodDeletionCost=false");
    command(&mut engine, "set image sts/web web=nginx:1.26");
    engine.settle(MANY);
    let (end, after) = (engine.cursor(), dump(&engine));
    engine.jump(start);
    assert!(dump(&engine) == before);
    assert_eq!(engine.store().version(), Version::V1_36);
    engine.jump(end);
    assert!(dump(&engine) == after);
    assert_eq!(engine.store().version(), Version::V1_37);
    assert!(!engine.store().has(Feature::PodDeletionCost));
    while engine.back() {}
    while engine.cursor() < end {
        engine.step();
    }
    assert!(dump(&engine) == after);
}

#[test]
fn gates_are_listed_and_switched() {
    let mut engine = cluster(Version::V1_36);
    let listed = command(&mut engine, "sim gates");
    let line = |text: &str, gate: &str| {
        let found = text.lines().find(|line| line.starts_with(gate));
        let words = found.unwrap_or_default().split_whitespace();
        words.skip(1).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(
        line(&listed, "MaxUnavailableStatefulSet "),
        ["BETA", "false", "false"]
    );
    command(&mut engine, "sim gate MaxUnavailableStatefulSet=true");
    let listed = command(&mut engine, "sim gates");
    assert_eq!(
        line(&listed, "MaxUnavailableStatefulSet "),
        ["BETA", "false", "true"]
    );
    assert_eq!(
        set(&engine)["spec"]["updateStrategy"]["rollingUpdate"]["maxUnavailable"],
        1
    );
    let steps = engine.steps().len();
    assert_eq!(
        refused(&mut engine, "sim gate Nonsense=true"),
        "error: unrecognized feature gate: Nonsense\nSee 'sim help'\n"
    );
    assert_eq!(
        refused(&mut engine, "sim gate PodDeletionCost"),
        "error: PodDeletionCost is neither NAME=true nor NAME=false\nSee 'sim help'\n"
    );
    assert_eq!(
        refused(&mut engine, "sim version 1.35"),
        "error: unknown version 1.35: it must be one of 1.36, 1.37\nSee 'sim help'\n"
    );
    assert_eq!(engine.steps().len(), steps, "a refusal is not a step");
}

/// Manifests with a field that 1.37 added, and where it is. The gates of all of them are off.
const NEW_FIELDS: &[(&str, &str)] = &[
    (
        "{kind: Pod, spec: {containers: [{name: a, image: nginx}], evictionResponders: [{name: a.example.org/b, priority: 1}]}}",
        "spec.evictionResponders",
    ),
    (
        "{kind: Pod, spec: {containers: [{name: a, image: nginx, volumeMounts: [{name: v, mountPath: /v, bindMountOptions: \
         [noexec]}]}], volumes: [{name: v, emptyDir: {}}]}}",
        "spec.containers[0].volumeMounts[0].bindMountOptions",
    ),
    (
        "{kind: Pod, spec: {containers: [{name: a, image: nginx, livenessProbe: {httpGet: {port: 80, protocol: HTTP2}}}]}}",
        "spec.containers[0].livenessProbe.httpGet.protocol",
    ),
    (
        "{kind: Pod, spec: {containers: [{name: a, image: nginx, livenessProbe: {grpc: {port: 80, mode: TLS}}}]}}",
        "spec.containers[0].livenessProbe.grpc.mode",
    ),
    (
        "{kind: Pod, spec: {containers: [{name: a, image: nginx}], volumes: [{name: v, emptyDir: {mode: 511}}]}}",
        "spec.volumes[0].emptyDir.mode",
    ),
    (
        "{kind: Pod, spec: {containers: [{name: a, image: nginx}], volumes: [{name: v, secret: {secretName: s, items: \
         [{key: k, path: p, user: 1}]}}]}}",
        "spec.volumes[0].secret.items[0].user",
    ),
    (
        "{kind: Pod, spec: {containers: [{name: a, image: nginx}]}, status: {volumeHealth: [{name: v}]}}",
        "status.volumeHealth",
    ),
    (
        "{kind: PersistentVolumeClaim, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}, status: \
         {healthStatus: {healthConditions: [{status: Degraded, reason: Slow}]}}}",
        "status.healthStatus",
    ),
    (
        "{kind: Node, spec: {podPreemptionPolicy: {disableResizePreemption: [a.example.org/b]}}}",
        "spec.podPreemptionPolicy",
    ),
];

#[test]
fn fields_of_a_newer_version_are_unknown_to_the_older_one() {
    for (manifest, field) in NEW_FIELDS {
        let manifest = manifest.replacen('{', "{apiVersion: v1, metadata: {name: new}, ", 1);
        let text = run(&mut cluster(Version::V1_36), "create -f -", Some(&manifest));
        let unknown = format!("unknown field {field:?}");
        assert!(text.stderr.contains(&unknown), "{field}: {}", text.stderr);
        let mut new = cluster(Version::V1_37);
        let line = "create -f - -o json";
        let created = run(&mut new, line, Some(&manifest));
        assert_eq!(created.exit, 0, "{field}: {}", created.stderr);
        let name = field.rsplit('.').next().expect("a name");
        assert!(!created.stderr.contains(name), "{}", created.stderr);
        let there = created.stdout.contains(&format!("\"{name}\": "));
        assert!(!there, "{field} is dropped: {}", created.stdout);
    }
    let explained = |version| command(&mut cluster(version), "explain pod.spec");
    let line = "\n  evictionResponders\t<[]EvictionResponder>\n";
    assert!(explained(Version::V1_37).contains(line));
    assert!(!explained(Version::V1_36).contains("evictionResponders"));
}

/// The actions in one version, repeated in the other one at the same times.
#[test]
fn actions_are_repeated_in_the_other_version() {
    let mut engine = cluster(Version::V1_36);
    command(&mut engine, "sim unready web-0");
    engine.settle(MANY);
    command(&mut engine, "set image sts/web web=nginx:1.26");
    engine.settle(MANY);
    command(&mut engine, "sim version 1.37 --again");
    assert_eq!((engine.futures(), engine.future()), (2, 1));
    assert_eq!(engine.store().version(), Version::V1_37);
    let branches = |future: usize| {
        let steps = engine.steps_of(future).iter();
        let decisions = steps.flat_map(|step| &step.decisions);
        decisions.map(|made| made.branch.id).collect::<Vec<_>>()
    };
    let (old, new) = (branches(0), branches(1));
    assert!(old.contains(&"statefulset/update-delete"));
    assert!(!old.contains(&"statefulset/unavailable-delete"));
    assert!(
        new.contains(&"statefulset/unavailable-delete"),
        "web-0 goes first"
    );
    let lines = |future: usize| {
        let steps = engine.steps_of(future).iter();
        let lines = steps.filter(|step| step.is_user());
        lines.map(|step| step.time()).collect::<Vec<_>>()
    };
    assert_eq!(lines(0), lines(1)[1..], "at the same times");
    // And back: the older version's ReplicaSet has its own hash again.
    let of = |engine: &Engine| {
        let sets = engine.store().list(Kind::ReplicaSet, None);
        sets.map(|set| set.key().name).collect::<Vec<_>>()
    };
    let newer = of(&engine);
    command(&mut engine, "sim version 1.36 --again");
    assert_eq!(engine.futures(), 3);
    assert_eq!(of(&engine), of(&cluster(Version::V1_36)));
    assert_ne!(of(&engine), newer);
}

/// Upstream's endless loop (a strategy without parameters, and a missing pod below those that are not updated) is
/// reproduced, and detected as such.
#[test]
fn an_endless_loop_is_detected() {
    let sets = SETS.replace(
        "podManagementPolicy",
        "updateStrategy: {type: RollingUpdate}\n  podManagementPolicy",
    );
    let told = |version: Version| {
        let mut engine = Engine::new(Config {
            features: version.into(),
            ..Config::default()
        });
        let applied = run(&mut engine, "apply -f -", Some(&sets));
        assert_eq!(applied.exit, 0, "{}", applied.stderr);
        assert_eq!(engine.settle(MANY), Run::Settled);
        assert_eq!(engine.circle(), None);
        command(&mut engine, "delete pod web-0 --wait=false");
        command(&mut engine, "set image sts/web web=nginx:1.26");
        (engine.settle(MANY), engine)
    };
    let (run, engine) = told(Version::V1_37);
    assert_eq!(run, Run::Limit);
    let circle = engine.circle().expect("a circle");
    assert_eq!(circle.object.to_string(), "Pod web-0");
    let why = &engine.steps()[circle.removed_by - 1].decisions;
    assert!(
        why.iter()
            .any(|made| made.branch.id == "statefulset/unavailable-delete")
    );
    assert!(
        why.iter()
            .any(|made| made.branch.id == "statefulset/create-not-updated")
    );
    assert_eq!(told(Version::V1_36).0, Run::Settled);
}

#[test]
fn a_newer_kubectl_describes_more() {
    let mut engine = cluster(Version::V1_37);
    let text = command(&mut engine, "describe sts web");
    let head = "\
Annotations:            <none>
Pod Management Policy:  Parallel
Replicas:               3 desired | 3 total
Update Strategy:        RollingUpdate
  Partition:            0
  MaxUnavailable:       1
Persistent Volume Claim Retention Policy:
  WhenDeleted:  Retain
  WhenScaled:   Retain
Pods Status:    3 Running / 0 Waiting / 0 Succeeded / 0 Failed
Pod Template:
";
    let head = head.replace(
        "Pod Management",
        "Service Name:           web\nPod Management",
    );
    assert!(text.contains(&head), "{text}");
    let pod = "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [{name: a, image: nginx, \
               readinessProbe: {tcpSocket: {port: 80}}}]}}";
    run(&mut engine, "apply -f -", Some(pod));
    let text = command(&mut engine, "describe pod a");
    let probe = "Readiness:    tcp-socket :80 delay=0s timeout=1s period=10s successThreshold=1 failureThreshold=3\n";
    assert!(text.contains(probe), "{text}");
    let text = command(&mut engine, "explain pod.spec --recursive --max-depth=1");
    assert_eq!(text, command(&mut engine, "explain pod.spec"));
    assert_eq!(
        refused(&mut engine, "explain pod --max-depth=1"),
        "error: --max-depth requires --recursive\n"
    );
    assert_eq!(
        refused(&mut cluster(Version::V1_36), "explain pod --max-depth=1"),
        "error: unknown flag: --max-depth\nSee 'kubectl explain --help' for usage.\n"
    );
}

#[test]
fn a_field_dropped_by_the_older_version_is_restored_by_reapplying() {
    let mut engine = Engine::new(Config::default());
    command(&mut engine, "sim version 1.36");
    let set = "apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  replicas: 3
  serviceName: db
  updateStrategy: {rollingUpdate: {maxUnavailable: 2}}
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: app, image: 'nginx:1.27'}]}
";
    let most = "get sts db -o jsonpath={.spec.updateStrategy.rollingUpdate.maxUnavailable}";
    assert_eq!(run(&mut engine, "apply -f -", Some(set)).exit, 0);
    engine.settle(1000);
    let more = set.replace("maxUnavailable: 2", "maxUnavailable: 3");
    assert_eq!(run(&mut engine, "apply -f -", Some(&more)).exit, 0);
    command(&mut engine, "kubectl scale sts db --replicas=2");
    engine.settle(1000);
    assert_eq!(run(&mut engine, most, None).stdout, "");
    command(&mut engine, "sim version 1.37 --again");
    assert_eq!(run(&mut engine, most, None).stdout, "3");
    let size = run(&mut engine, "get sts db -o jsonpath={.spec.replicas}", None);
    assert_eq!(size.stdout, "2");
}
