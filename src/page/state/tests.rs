use super::*;
use crate::page::cluster::{LaneView, Pods};
use crate::page::pods::{PodState, PodWords};
use crate::page::story;
use kubestep::api::kind::Kind;
use kubestep::api::object::{Key, Object};
use kubestep::api::time::Time;
use kubestep::engine;
use kubestep::print;

/// Upper bound for the ticks of any run here.
const TICKS_MAX: usize = 10_000;

fn fresh() -> State {
    State::new(EXAMPLE.into(), Language::English)
}

fn act(state: &mut State, action: Action) {
    state.reduce(action, || 0.0);
}

/// Ticks until nothing is running; time passes.
fn run(state: &mut State, action: Action) {
    let now = std::cell::Cell::new(0.0);
    let clock = || {
        now.set(now.get() + 2.0);
        now.get()
    };
    state.reduce(action, clock);
    for _ in 0..TICKS_MAX {
        if state.running == Activity::Idle {
            return;
        }
        state.reduce(Action::Tick, clock);
    }
    panic!("still running after {TICKS_MAX} ticks");
}

fn lanes(state: &State) -> &[LaneView] {
    &state.cluster.deployments[0].lanes
}

fn states(lane: &LaneView) -> Vec<Option<PodState>> {
    let Pods::Tiles(slots) = &lane.pods else {
        panic!("too many pods for tiles");
    };
    slots
        .iter()
        .map(|slot| slot.pod.as_ref().map(|pod| pod.state))
        .collect()
}

fn position(state: &State) -> (usize, usize) {
    let engine = state.session.engine();
    (engine.cursor(), engine.steps().len())
}

#[test]
fn a_rollout_moves_pods_between_lanes_and_back() {
    let mut state = fresh();
    act(&mut state, Action::Apply);
    run(&mut state, Action::Settle);
    assert_eq!(states(&lanes(&state)[0]), [Some(PodState::Available); 3]);

    act(
        &mut state,
        Action::Edit(EXAMPLE.replace("1.7.9", "1.9.1").into()),
    );
    act(&mut state, Action::Apply);
    run(&mut state, Action::Settle);
    let [new, old] = lanes(&state) else {
        panic!("two ReplicaSets");
    };
    assert_eq!(&*new.set.metadata.name, "nginx-deployment-6596694446");
    assert_eq!((new.letter, new.is_new), (Some(1), Some(true)));
    assert_eq!(states(new), [Some(PodState::Available); 3]);
    assert_eq!((old.letter, old.is_new), (Some(0), Some(false)));
    assert!(!old.has_pods());

    act(&mut state, Action::BackToUser);
    let [only] = lanes(&state) else {
        panic!("one ReplicaSet");
    };
    assert_eq!(only.is_new, Some(true));
    assert_eq!(states(only), [Some(PodState::Available); 3]);
}

#[test]
fn refused_manifests_change_nothing_and_have_positions() {
    let mut state = fresh();
    act(
        &mut state,
        Action::Edit(EXAMPLE.replace("replicas", "replica").into()),
    );
    let before = state.session.clone();
    act(&mut state, Action::Apply);
    let LastApply::Refused {
        problems,
        mended: None,
    } = &state.applied
    else {
        panic!("refused");
    };
    assert_eq!((problems[0].line, problems[0].column), (9, 3));
    assert!(state.session == before);
    act(&mut state, Action::Edit(EXAMPLE.into()));
    assert_eq!(state.applied, LastApply::Not);
}

#[test]
fn fixable_manifests_are_fixed_and_applied() {
    let mut state = fresh();
    let text =
        format!("{EXAMPLE}---\napiVersion: v1\nkind: PodTemplate\nmetadata:\n  name: migrate\n");
    act(&mut state, Action::Edit(text.clone().into()));
    act(&mut state, Action::Apply);
    act(&mut state, Action::Mend);
    assert_eq!(
        &*state.manifests,
        text.replace(
            "apiVersion: v1\nkind: PodTemplate\nmetadata:\n  name: migrate",
            "# apiVersion: v1\n# kind: PodTemplate\n# metadata:\n#   name: migrate"
        )
    );
    assert!(matches!(&state.applied, LastApply::Done(lines) if lines.len() == 1));
}

#[test]
fn each_step_tells_who_did_what_and_why() {
    let mut state = fresh();
    act(&mut state, Action::Apply);
    run(&mut state, Action::Settle);
    let engine = state.session.engine();
    for language in Language::ALL.iter().copied() {
        for (at, step) in engine.steps().iter().enumerate() {
            assert!(!step.headline(language).pieces().is_empty());
            let engine::StepKind::Work(item) = &step.action else {
                continue;
            };
            let (told, by) = story::cause(&engine, at, item, language);
            let text = told.to_string();
            assert!(!text.contains(['{', '}']), "{text}");
            assert!(by.is_some_and(|number| number <= at), "{text} {by:?}");
        }
    }
}

#[test]
fn typed_and_served_pods_have_the_same_words() {
    let mut state = fresh();
    act(&mut state, Action::Apply);
    run(&mut state, Action::Settle);
    let engine = state.session.engine();
    let changes = engine.steps().iter().flat_map(|step| &step.changes);
    let mut seen = std::collections::BTreeSet::new();
    for pod in changes.filter_map(|change| match &change.after {
        Some(Object::Pod(pod)) => Some(pod),
        _ => None,
    }) {
        let row = print::row(Kind::Pod, &pod.to_value(), false, Time(0));
        let words = PodWords::of(pod);
        assert_eq!([&words.ready, &words.status], [&row[1], &row[2]]);
        seen.insert(words.status);
    }
    assert_eq!(seen.len(), 3, "{seen:?}");
}

#[test]
fn the_partition_handle_is_a_patch_on_the_timeline() {
    let mut state = fresh();
    let set = EXAMPLE
        .replace("kind: Deployment", "kind: StatefulSet")
        .replace("spec:\n  replicas", "spec:\n  serviceName: web\n  replicas");
    act(&mut state, Action::Edit(set.into()));
    act(&mut state, Action::Apply);
    run(&mut state, Action::Settle);
    let patch = r#"'{"spec":{"updateStrategy":{"rollingUpdate":{"partition":2}}}}'"#;
    let line =
        format!("kubectl patch statefulset nginx-deployment -n default --type merge -p {patch}");
    act(&mut state, Action::Command(line.clone()));
    let engine = state.session.engine();
    let step = engine.current().expect("a step");
    assert_eq!(
        step.action,
        engine::StepKind::User(line.as_str().into()),
        "{}",
        state.notice
    );
    drop(engine);
    assert_eq!(state.cluster.stateful[0].object.partition(), 2);
}

mod compact;
mod console;
mod embed;
mod futures;
mod languages;
mod lesson;
mod play;
mod run;
mod scene;
mod sessions;
mod stride;
mod summary;
