use super::*;
use crate::page::action::{Action, Running};
use crate::page::state::State;
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
