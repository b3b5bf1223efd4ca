//! The scenarios of the start screen, played to the end.

use super::*;
use crate::page::play::Speed;
use kubestep::actor::decision::FactValue;
use kubestep::scenario::deletion;

/// Ticks until the scenario pauses or ends.
fn play_on(state: &mut State, action: Action) {
    run(state, action);
    assert!(state.scene.as_ref().is_some_and(Scene::has_paused));
}

/// The scenario's current text.
fn said(state: &State) -> String {
    let scene = state.scene.as_ref().expect("a scenario");
    scene.text(state.language)
}

/// A fact of the last decision with a branch.
fn fact(state: &State, id: &str, name: &str) -> i64 {
    let engine = state.session.engine();
    let steps = engine.steps()[..engine.cursor()].iter().rev();
    let mut made = steps
        .flat_map(|step| step.decisions.iter())
        .filter(|made| made.branch.id == id);
    let found = made
        .next()
        .and_then(|made| made.fact(name))
        .map(|fact| fact.value.clone());
    match found {
        Some(FactValue::Number(number)) => number,
        other => panic!("{id} {name}: {other:?}"),
    }
}

#[test]
fn every_scenario_plays_to_its_end_with_all_facts_filled() {
    for language in Language::ALL.iter().copied() {
        let count = fresh().scenarios.len();
        for number in 0..count {
            let mut state = fresh();
            state.language = language;
            play_on(&mut state, Action::Scenario(number));
            let mut pauses = 1;
            loop {
                let scene = state.scene.as_ref().expect("a scenario");
                assert_eq!(scene.unfilled(), Vec::<String>::new());
                let text = said(&state);
                assert!(text.len() > 40 && !text.contains(['{', '}']), "{text}");
                if !scene.can_go_on() {
                    break;
                }
                play_on(&mut state, Action::GoOn);
                pauses += 1;
            }
            assert!(pauses >= 2, "{number}");
            assert!(state.session.engine().is_settled());
            assert_eq!(state.speed == Speed::default(), number != 1);
        }
    }
}

#[test]
fn the_rolling_update_explains_the_first_deletion() {
    let mut state = fresh();
    play_on(&mut state, Action::Scenario(0));
    let available = fact(&state, "deployment/scale-down-old", "available");
    let least = fact(&state, "deployment/scale-down-old", "minAvailable");
    assert_eq!((available, least), (4, 3));
    let engine = state.session.engine();
    let going = |pod: &&Object| pod.meta().is_terminating();
    let pods: Vec<&Object> = engine.store().list(Kind::Pod, None).collect();
    let gone: Vec<_> = pods.iter().copied().filter(going).collect();
    assert_eq!((pods.len(), gone.len()), (4, 1));
    // The reason: the nodes' pods are counted independently here.
    let node = |pod: &Object| match pod {
        Object::Pod(pod) => pod.node_name.clone(),
        _ => None,
    };
    let on = |there: &Object| pods.iter().filter(|pod| node(pod) == node(there)).count();
    let most = on(gone[0]);
    let as_many: Vec<&&Object> = pods.iter().filter(|pod| on(pod) >= most).collect();
    assert_eq!(
        (most, as_many.len()),
        (2, 2),
        "the new pod and the terminating one share a node"
    );
    let facts = deletion(&engine);
    let expected = [
        (
            "pod",
            gone[0].meta().name[gone[0].meta().name.len() - 5..].to_owned(),
        ),
        ("node", node(gone[0]).expect("bound").to_string()),
        ("crowd", most.to_string()),
    ];
    assert_eq!(facts, expected);
    drop(engine);
    let text = said(&state);
    for (_, value) in &expected {
        assert!(text.contains(value), "{text}");
    }
    assert!(
        text.starts_with("4 pods are available and 3 must be, so 1 old pod may go. It is "),
        "{text}"
    );
}

#[test]
fn the_broken_image_is_undone_without_unavailable_pods() {
    let mut state = fresh();
    play_on(&mut state, Action::Scenario(2));
    assert!(
        said(&state).starts_with("nginx has no tag 1.91"),
        "{}",
        said(&state)
    );
    play_on(&mut state, Action::Play);
    assert_eq!(
        state.cluster.deployments[0]
            .object
            .status
            .available_replicas,
        3
    );
    let broken = state.cluster.deployments[0]
        .gauges
        .iter()
        .flat_map(|gauge| &gauge.dips);
    assert_eq!(broken.count(), 0);
}

#[test]
fn any_user_action_takes_over() {
    for action in [
        Action::Step,
        Action::Play,
        Action::Back,
        Action::Settle,
        Action::Apply,
        Action::Edit(EXAMPLE.into()),
        Action::Console(Say::Enter("kubectl get pods".into())),
    ] {
        let mut state = fresh();
        act(&mut state, Action::Scenario(0));
        assert_eq!(state.running, Activity::Playing);
        act(&mut state, action.clone());
        assert!(
            said(&state).starts_with("You have taken over"),
            "{action:?}"
        );
        let speed = state.running;
        // Viewing does not take over, and the next action closes the text.
        act(&mut state, Action::Show(Pane::Queues));
        assert_eq!(state.running, speed);
        act(&mut state, Action::Step);
        assert!(state.scene.is_none());
    }
}

#[test]
fn looking_around_does_not_disturb_a_scenario() {
    let mut state = fresh();
    act(&mut state, Action::Scenario(0));
    for action in [
        Action::Show(Pane::Why),
        Action::Language(Language::Chinese),
        Action::Faster(1),
        Action::Help(true),
    ] {
        act(&mut state, action);
    }
    assert_eq!(state.running, Activity::Playing);
    assert!(
        state
            .scene
            .as_ref()
            .is_some_and(|scene| !scene.has_paused())
    );
}

#[test]
fn returning_to_the_start_screen_loses_nothing() {
    let mut state = fresh();
    let own = EXAMPLE.replace("replicas: 3", "replicas: 7");
    act(&mut state, Action::Edit(own.as_str().into()));
    act(&mut state, Action::Apply);
    run(&mut state, Action::Settle);
    let known = position(&state).1;
    act(&mut state, Action::Scenario(1));
    // The page stores the user's own text across reloads, not the scenario's.
    assert_eq!(**state.own_manifests(), *own);
    assert_ne!(*state.manifests, *own);
    act(&mut state, Action::Home);
    assert_eq!(
        (&*state.manifests, state.own_manifests()),
        (own.as_str(), &own.as_str().into())
    );
    assert!(state.cluster.is_empty() && state.scene.is_none());
    // The first timeline is another future now.
    act(&mut state, Action::TakeUp(0));
    act(&mut state, Action::Jump(usize::MAX));
    assert_eq!(position(&state), (known, known));
    assert_eq!(
        state.cluster.deployments[0]
            .object
            .status
            .available_replicas,
        7
    );
}

#[test]
fn a_command_of_a_scenario_waits_for_kubectl() {
    let mut state = fresh();
    let door = state.console.kubectl.take().expect("kubectl is linked in");
    act(&mut state, Action::Scenario(2));
    assert!(state.wants_kubectl() && state.running == Activity::Idle);
    run(&mut state, Action::Kubectl(Some(door)));
    assert!(
        said(&state).starts_with("nginx has no tag"),
        "{}",
        said(&state)
    );
}
