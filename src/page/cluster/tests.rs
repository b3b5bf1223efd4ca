use super::*;
use crate::page::action::{Action, Activity};
use crate::page::state::State;
use kubestep::api::kind::Kind;
use kubestep::texts::Language;

const SET: &str = r#"
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: db
spec:
  replicas: 3
  ordinals:
    start: 5
  podManagementPolicy: Parallel
  selector:
    matchLabels:
      app: db
  template:
    metadata:
      labels:
        app: db
    spec:
      containers:
        - name: app
          image: nginx:1.27
  volumeClaimTemplates: [{metadata: {name: data}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}]
"#;

/// Applies the set with a number of replicas, and settles.
fn run(state: &mut State, replicas: i32) {
    apply(
        state,
        SET.replace("replicas: 3", &format!("replicas: {replicas}")),
    );
}

/// Applies manifests, and settles.
fn apply(state: &mut State, text: String) {
    state.reduce(Action::Edit(text.into()), || 0.0);
    state.reduce(Action::Apply, || 0.0);
    state.reduce(Action::Settle, || 0.0);
    while state.running != Activity::Idle {
        state.reduce(Action::Tick, || 0.0);
    }
}

/// For each slot: ordinal, whether it has a pod, and number of claims.
fn slots(state: &State) -> Vec<(Option<i32>, bool, usize)> {
    let Pods::Tiles(slots) = &state.cluster.stateful[0].pods else {
        panic!("too many pods for tiles");
    };
    let slots = slots.iter();
    slots
        .map(|slot| (slot.ordinal, slot.pod.is_some(), slot.claims.len()))
        .collect()
}

#[test]
fn letters_continue_after_z() {
    assert_eq!(letter(0), "A");
    assert_eq!(letter(25), "Z");
    assert_eq!(letter(26), "A2");
}

#[test]
fn wanted_ordinals_have_a_slot_before_their_pod_exists() {
    let mut state = State::new(SET.into(), Language::English);
    state.reduce(Action::Apply, || 0.0);
    let empty = [5, 6, 7].map(|number| (Some(number), false, 0));
    assert_eq!(slots(&state), empty);
}

#[test]
fn claims_stay_in_their_slots_after_their_pods() {
    let mut state = State::new(SET.into(), Language::English);
    run(&mut state, 3);
    assert_eq!(
        slots(&state),
        [5, 6, 7].map(|number| (Some(number), true, 1))
    );
    run(&mut state, 1);
    let kept = [(Some(5), true, 1), (Some(6), false, 1), (Some(7), false, 1)];
    assert_eq!(slots(&state), kept);
    assert_eq!(state.cluster.stateful[0].kept, []);
}

#[test]
fn many_kept_claims_are_counted() {
    let mut state = State::new(SET.into(), Language::English);
    run(&mut state, 45);
    run(&mut state, 2);
    assert_eq!(slots(&state), [5, 6].map(|number| (Some(number), true, 1)));
    assert_eq!(state.cluster.stateful[0].kept.len(), 43);
}

/// Ranks and texts of all nodes, top to bottom and left to right.
fn drawn(nodes: &[owners::OwnerNode], lines: &mut Vec<String>) {
    for node in nodes {
        let what = match &node.what {
            owners::What::Object(key, says) => format!("{} {says}", key.kind.name()),
            owners::What::Pod(view) => view.pod.metadata.name.to_string(),
            owners::What::Pods(state, count) => format!("{count} {}", state.slug()),
            owners::What::Missing(key) => format!("no {key}"),
            owners::What::Many(kind, count) => format!("{count} {}", kind.info().plural),
            owners::What::Empty(name) => format!("no {}", name.as_deref().unwrap_or("pod")),
        };
        lines.push(format!("{} {what}", node.rank));
        drawn(&node.owned, lines);
    }
}

/// All nodes of the owner graph as text.
fn graph(state: &State) -> Vec<String> {
    let mut lines = Vec::new();
    let engine = state.session.engine();
    drawn(&owners::owners(engine.store(), &state.cluster), &mut lines);
    lines
}

#[test]
fn owners_are_in_the_ranks_of_their_kinds() {
    let mut state = State::new(SET.into(), Language::English);
    run(&mut state, 2);
    run(&mut state, 1);
    let wanted = [
        "0 StatefulSet 1/1",
        "2 db-5",
        "3 PersistentVolumeClaim Bound",
        "4 PersistentVolume ",
        "2 no db-6",
        "3 PersistentVolumeClaim Bound",
        "4 PersistentVolume ",
    ];
    assert_eq!(graph(&state), wanted);
}

#[test]
fn many_pods_are_a_node_for_each_state() {
    let mut state = State::new(SET.into(), Language::English);
    run(&mut state, 45);
    let all = ["0 StatefulSet 45/45", "2 45 available"];
    let claims = |count: usize| format!("3 {count} persistentvolumeclaims");
    assert_eq!(graph(&state)[..2], all);
    assert_eq!(graph(&state)[2..], [claims(45)]);
    run(&mut state, 1);
    // One claim has its pod, and 44 are retained without a slot.
    assert_eq!(graph(&state).last(), Some(&claims(44)));
    assert_eq!(graph(&state).len(), 5);
}

/// Claims used by a Deployment's pods, and by no pod.
const CLAIMED: &str = "
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: shared}
spec: {accessModes: [ReadWriteMany], resources: {requests: {storage: 1Gi}}}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: spare}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
apiVersion: v1
kind: PersistentVolume
metadata: {name: free}
spec: {accessModes: [ReadWriteOnce], capacity: {storage: 9Gi}, storageClassName: slow, hostPath: {path: /free}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: app, image: nginx}]
      volumes: [{name: data, persistentVolumeClaim: {claimName: shared}}]
---
apiVersion: v1
kind: Pod
metadata: {name: bare}
spec:
  containers: [{name: app, image: nginx}]
  volumes: [{name: data, persistentVolumeClaim: {claimName: lost}}]
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
";

#[test]
fn ownerless_objects_are_shown() {
    let mut state = State::new(SET.into(), Language::English);
    apply(&mut state, CLAIMED.to_owned());
    let lines = graph(&state);
    let (lane, rest) = lines.split_at(6);
    assert_eq!(lane[..2], ["0 Deployment 2/2", "1 ReplicaSet 2/2"]);
    assert!(lane[2].starts_with("2 web-") && lane[3].starts_with("2 web-"));
    // The pods share a claim, which follows them.
    let shared = ["3 PersistentVolumeClaim Bound", "4 PersistentVolume "];
    assert_eq!(lane[4..], shared);
    let wanted = [
        "2 bare",
        "3 no PersistentVolumeClaim lost",
        "3 PersistentVolumeClaim Bound",
        "4 PersistentVolume ",
        "4 PersistentVolume Available",
        "0 ConfigMap ",
    ];
    assert_eq!(rest, wanted);
}

#[test]
fn many_ownerless_objects_share_a_node() {
    let mut state = State::new(SET.into(), Language::English);
    let settings = |number: usize| {
        format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: settings-{number}}}\n")
    };
    let all: Vec<String> = (0..31).map(settings).collect();
    apply(&mut state, all[..30].join("---\n"));
    assert_eq!(graph(&state).len(), 30);
    apply(&mut state, all.join("---\n"));
    assert_eq!(graph(&state), ["0 31 configmaps"]);
}

#[test]
fn objects_are_placed_with_their_owners() {
    let mut state = State::new(SET.into(), Language::English);
    run(&mut state, 0);
    let uid = state.cluster.stateful[0].object.metadata.uid.to_string();
    let settings = format!(
        "
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  ownerReferences: [{{apiVersion: apps/v1, kind: StatefulSet, name: db, uid: {uid}}}]
"
    );
    apply(&mut state, settings);
    assert_eq!(graph(&state), ["0 StatefulSet 0/0", "1 ConfigMap "]);
}

#[test]
fn tables_have_the_columns_of_kubectl_and_the_revision() {
    let mut state = State::new(SET.into(), Language::English);
    run(&mut state, 3);
    let engine = state.session.engine();
    let tables = table::tables(engine.store());
    let pods = tables.iter().find(|table| table.kind == Kind::Pod);
    let pods = pods.expect("there are pods");
    assert_eq!(
        pods.columns(),
        [
            "NAME", "READY", "STATUS", "RESTARTS", "AGE", "NODE", "REVISION"
        ]
    );
    let rows = |by, range| pods.rows(&engine, &state.cluster, by, range);
    let names = |rows: Vec<table::TableRow>| -> Vec<String> {
        rows.into_iter().map(|row| row.cells[0].clone()).collect()
    };
    let first = &rows(("NAME", false), (0, 1))[0];
    assert_eq!(first.cells[..4], ["db-5", "1/1", "Running", "0"]);
    assert_eq!((first.letter, first.cells.len()), (Some(0), 6));
    assert_eq!(names(rows(("NAME", false), (1, 5))), ["db-6", "db-7"]);
    assert_eq!(names(rows(("NAME", true), (0, 2))), ["db-7", "db-6"]);
}
