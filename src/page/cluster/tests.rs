use super::*;
use crate::page::action::{Action, Running};
use crate::page::state::State;
use kubestep::api::kind::Kind;
use kubestep::controllers::decision::Language;

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
  volumeClaimTemplates:
    - metadata:
        name: data
      spec:
        accessModes: ["ReadWriteOnce"]
        resources:
          requests:
            storage: 1Gi
"#;

/// Applies the set with so many replicas, and lets it come to rest.
fn run(state: &mut State, replicas: i32) {
    let text = SET.replace("replicas: 3", &format!("replicas: {replicas}"));
    state.reduce(Action::Edit(text.into()), || 0.0);
    state.reduce(Action::Apply, || 0.0);
    state.reduce(Action::Settle, || 0.0);
    while state.running != Running::Idle {
        state.reduce(Action::Tick, || 0.0);
    }
}

/// Number, whether there is a pod, and how many claims: of each slot.
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
fn letters_go_on_after_z() {
    assert_eq!(letter(0), "A");
    assert_eq!(letter(25), "Z");
    assert_eq!(letter(26), "A2");
}

#[test]
fn numbers_that_are_wanted_have_a_slot_before_their_pod_comes() {
    let mut state = State::new(SET.into(), Language::English);
    state.reduce(Action::Apply, || 0.0);
    let empty = [5, 6, 7].map(|number| (Some(number), false, 0));
    assert_eq!(slots(&state), empty);
}

#[test]
fn claims_stay_in_their_slots_when_their_pods_go() {
    let mut state = State::new(SET.into(), Language::English);
    run(&mut state, 3);
    assert_eq!(
        slots(&state),
        [5, 6, 7].map(|number| (Some(number), true, 1))
    );
    run(&mut state, 1);
    let kept = [(Some(5), true, 1), (Some(6), false, 1), (Some(7), false, 1)];
    assert_eq!(slots(&state), kept);
    assert_eq!(state.cluster.stateful[0].kept, 0);
}

#[test]
fn many_kept_claims_are_counted() {
    let mut state = State::new(SET.into(), Language::English);
    run(&mut state, 45);
    run(&mut state, 2);
    assert_eq!(slots(&state), [5, 6].map(|number| (Some(number), true, 1)));
    assert_eq!(state.cluster.stateful[0].kept, 43);
}

/// Ranks and words of all nodes, from above and from the left.
fn drawn(nodes: &[owners::Node], lines: &mut Vec<String>) {
    for node in nodes {
        let what = match &node.what {
            owners::What::Object(key, says) => format!("{} {says}", key.kind.name()),
            owners::What::Pod(view) => view.pod.metadata.name.to_string(),
            owners::What::Pods(state, count) => format!("{count} {}", state.slug()),
            owners::What::Claims(count) => format!("{count} claims"),
            owners::What::Empty(name) => format!("no {}", name.as_deref().unwrap_or("pod")),
        };
        lines.push(format!("{} {what}", node.rank));
        drawn(&node.owned, lines);
    }
}

#[test]
fn owners_stand_in_the_ranks_of_their_kinds() {
    let mut state = State::new(SET.into(), Language::English);
    run(&mut state, 2);
    run(&mut state, 1);
    let mut lines = Vec::new();
    let engine = state.session.engine();
    drawn(&owners::owners(engine.store(), &state.cluster), &mut lines);
    let wanted = [
        "0 StatefulSet 1/1",
        "2 db-5",
        "3 PersistentVolumeClaim Bound",
        "4 PersistentVolume ",
        "2 no db-6",
        "3 PersistentVolumeClaim Bound",
        "4 PersistentVolume ",
    ];
    assert_eq!(lines, wanted);
}

#[test]
fn many_pods_are_a_node_for_each_state() {
    let mut state = State::new(SET.into(), Language::English);
    run(&mut state, 31);
    let mut lines = Vec::new();
    let engine = state.session.engine();
    drawn(&owners::owners(engine.store(), &state.cluster), &mut lines);
    assert_eq!(
        lines,
        ["0 StatefulSet 31/31", "2 31 available", "3 31 claims"]
    );
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
    let names = |rows: Vec<table::Row>| -> Vec<String> {
        rows.into_iter().map(|row| row.cells[0].clone()).collect()
    };
    let first = &rows(("NAME", false), (0, 1))[0];
    assert_eq!(first.cells[..4], ["db-5", "1/1", "Running", "0"]);
    assert_eq!((first.letter, first.cells.len()), (Some(0), 6));
    assert_eq!(names(rows(("NAME", false), (1, 5))), ["db-6", "db-7"]);
    assert_eq!(names(rows(("NAME", true), (0, 2))), ["db-7", "db-6"]);
}
