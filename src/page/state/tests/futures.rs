//! Several futures: switching between and comparing them.

use super::*;

#[test]
fn the_future_left_behind_can_be_resumed_and_compared() {
    let mut state = fresh();
    act(&mut state, Action::Apply);
    run(&mut state, Action::Settle);
    let scaled = |count: &str| EXAMPLE.replace("replicas: 3", count);
    let fork = position(&state).0;
    let dump = |state: &State| format!("{:?}", state.session.engine().store());
    for count in ["replicas: 4", "replicas: 6"] {
        act(&mut state, Action::Jump(fork));
        act(&mut state, Action::Edit(scaled(count).into()));
        act(&mut state, Action::Apply);
        run(&mut state, Action::Settle);
    }
    let (six, end) = (dump(&state), position(&state));
    act(&mut state, Action::TakeUp(0));
    assert_eq!(lanes(&state)[0].set.spec.replicas, 4, "at the same time");
    act(&mut state, Action::Jump(fork));
    act(&mut state, Action::TakeUp(1));
    assert_eq!(position(&state), (fork, end.1));
    act(&mut state, Action::Jump(usize::MAX));
    assert_eq!((dump(&state), position(&state)), (six, end));
}

/// The number of pods, and the value of the first gauge.
fn seen(cluster: &ClusterView) -> (usize, i32) {
    let deployment = &cluster.deployments[0];
    let pods = states(&deployment.lanes[0]).iter().flatten().count();
    (pods, deployment.gauges[0].now.value)
}

#[test]
fn two_futures_stand_side_by_side_and_move_together() {
    let mut state = fresh();
    act(&mut state, Action::ToggleCompare);
    assert!(state.compare.is_none() && state.notice.starts_with("There is only one"));
    act(&mut state, Action::Apply);
    run(&mut state, Action::Settle);
    let fork = position(&state).0;
    for count in ["replicas: 2", "replicas: 4", "replicas: 6"] {
        act(&mut state, Action::Jump(fork));
        act(
            &mut state,
            Action::Edit(EXAMPLE.replace("replicas: 3", count).into()),
        );
        act(&mut state, Action::Apply);
        run(&mut state, Action::Settle);
    }
    act(&mut state, Action::ToggleCompare);
    let both = |state: &State| {
        let beside = state.compare.as_ref().expect("another future").beside();
        (
            beside.here,
            seen(&state.cluster),
            beside.future,
            seen(&beside.cluster),
        )
    };
    assert_eq!(both(&state), (2, (6, 6), 1, (4, 4)));
    let mut counts = std::collections::BTreeSet::new();
    while position(&state).0 > fork {
        act(&mut state, Action::Back);
        let (_, ours, _, theirs) = both(&state);
        counts.insert((ours.0, theirs.0));
        let compare = state.compare.as_ref().expect("another future");
        assert!(compare.now() <= state.session.engine().now());
    }
    assert_eq!(both(&state), (2, (3, 3), 1, (3, 3)));
    assert!(
        counts.contains(&(4, 4)) || counts.contains(&(6, 4)),
        "{counts:?}"
    );
    act(&mut state, Action::Jump(usize::MAX));
    // Switching to it swaps the two, and the third one can be compared.
    act(&mut state, Action::TakeUp(1));
    assert_eq!(both(&state), (1, (4, 4), 2, (6, 6)));
    act(&mut state, Action::Compare(0));
    assert_eq!(both(&state), (1, (4, 4), 0, (2, 2)));
    act(&mut state, Action::TakeUp(2));
    assert_eq!(both(&state), (2, (6, 6), 0, (2, 2)));
    // New actions affect only the timeline.
    act(
        &mut state,
        Action::Edit(EXAMPLE.replace("replicas: 3", "replicas: 1").into()),
    );
    act(&mut state, Action::Apply);
    run(&mut state, Action::Settle);
    assert_eq!(both(&state), (2, (1, 1), 0, (2, 2)));
    act(&mut state, Action::EndCompare);
    assert!(state.compare.is_none());
}

#[test]
fn a_compared_future_keeps_its_findings() {
    let mut state = fresh();
    act(&mut state, Action::Apply);
    run(&mut state, Action::Settle);
    act(
        &mut state,
        Action::Command("kubectl delete pod --all --wait=false".into()),
    );
    run(&mut state, Action::Settle);
    let gauges = state.cluster.deployments[0].gauges.clone();
    assert!(!gauges[0].dips.is_empty());
    act(&mut state, Action::BackToUser);
    act(&mut state, Action::Apply);
    run(&mut state, Action::Settle);
    act(&mut state, Action::Compare(0));
    act(&mut state, Action::Step);
    let compare = state.compare.as_ref().expect("another future");
    assert_eq!(compare.beside().cluster.deployments[0].gauges, gauges);
}
