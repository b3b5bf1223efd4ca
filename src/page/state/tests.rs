use super::run::SLICE_MS;
use super::*;
use crate::page::cluster::{LaneView, Pods};
use crate::page::pods::{PodState, PodWords};
use kubestep::api::kind::Kind;
use kubestep::api::object::{Key, Object};
use kubestep::api::time::Time;
use kubestep::kubectl::print;

/// More ticks than any run here needs.
const TICKS_MAX: usize = 10_000;

fn fresh() -> State {
    State::new(EXAMPLE.into(), Language::English)
}

fn act(state: &mut State, action: Action) {
    state.reduce(action, || 0.0);
}

/// Ticks until nothing goes on by itself any more.
fn run(state: &mut State, action: Action) {
    act(state, action);
    for _ in 0..TICKS_MAX {
        if state.running == Running::Idle {
            return;
        }
        act(state, Action::Tick);
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
fn a_rollout_moves_pods_from_lane_to_lane_and_back_again() {
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
    assert_eq!(&*new.set.metadata.name, "nginx-deployment-649ddf478b");
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
fn what_is_refused_changes_nothing_and_says_where() {
    let mut state = fresh();
    act(
        &mut state,
        Action::Edit(EXAMPLE.replace("replicas", "replica").into()),
    );
    let before = state.session.clone();
    act(&mut state, Action::Apply);
    let Applied::Refused(problems) = &state.applied else {
        panic!("refused");
    };
    assert_eq!((problems[0].line, problems[0].column), (9, 3));
    assert!(state.session == before);
    act(&mut state, Action::Edit(EXAMPLE.into()));
    assert_eq!(state.applied, Applied::Not);
}

#[test]
fn settling_in_slices_does_what_settling_at_once_does() {
    let (mut sliced, mut whole) = (fresh(), fresh());
    act(&mut whole, Action::Apply);
    run(&mut whole, Action::Settle);
    act(&mut sliced, Action::Apply);
    // A clock that says that every slice is over at once.
    let now = std::cell::Cell::new(0.0);
    let clock = || {
        now.set(now.get() + 2.0 * SLICE_MS);
        now.get()
    };
    sliced.reduce(Action::Settle, clock);
    let mut slices = 1;
    while sliced.running != Running::Idle {
        sliced.reduce(Action::Tick, clock);
        slices += 1;
    }
    assert!(slices > 3, "{slices}");
    assert_eq!(position(&sliced), position(&whole));
}

#[test]
fn play_stops_where_nothing_moves_on() {
    let mut state = fresh();
    act(&mut state, Action::Apply);
    run(&mut state, Action::Play);
    assert_eq!(states(&lanes(&state)[0]), [Some(PodState::Available); 3]);
    assert!(state.notice.starts_with("Settled"), "{}", state.notice);
    // A step by hand goes on to the progress deadline.
    act(&mut state, Action::Step);
    assert!(
        state.announcement.starts_with("The clock moves"),
        "{}",
        state.announcement
    );
}

#[test]
fn each_step_tells_who_did_what_and_why() {
    let mut state = fresh();
    act(&mut state, Action::Apply);
    run(&mut state, Action::Settle);
    let engine = state.session.engine();
    for language in [Language::English, Language::Chinese] {
        for (at, step) in engine.steps().iter().enumerate() {
            assert!(!story::headline(step, language).is_empty());
            let engine::Action::Work(item) = &step.action else {
                continue;
            };
            let (text, by) = story::cause(&engine, at, item, language);
            assert!(!text.contains(['{', '}']), "{text}");
            assert!(by.is_some_and(|number| number <= at), "{text} {by:?}");
        }
    }
}

#[test]
fn the_words_for_a_pod_are_those_of_the_whole_pod() {
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
fn the_speed_keeps_its_bounds() {
    let mut state = fresh();
    act(&mut state, Action::Faster(100));
    assert_eq!(state.interval(), 15);
    act(&mut state, Action::Faster(-100));
    assert_eq!(state.interval(), 2000);
    act(&mut state, Action::Speed(0));
    assert_eq!(state.interval(), 1000);
}

mod console {
    use super::*;
    use crate::page::console::{Block, Say};

    fn type_in(state: &mut State, text: &str) {
        act(state, Action::Console(Say::Enter(text.into())));
    }

    /// What the last command printed, and all that the page says under it.
    fn printed(state: &State) -> String {
        let entry = state.console.screen.entries.last().expect("a command");
        let texts = entry.blocks.iter().map(|block| match block {
            Block::Printed(_, text) => text.to_string(),
            Block::Note(phrase) => format!("({})\n", phrase.text(Language::English)),
        });
        texts.collect()
    }

    #[test]
    fn what_a_command_changes_is_one_step_that_can_be_taken_back() {
        let mut state = fresh();
        type_in(&mut state, "kubectl get deployments");
        assert_eq!(
            printed(&state),
            "No resources found in default namespace.\n"
        );
        assert_eq!(position(&state), (0, 0), "looking is no step");

        type_in(&mut state, "$ kubectl apply -f editor");
        assert_eq!(
            printed(&state),
            "deployment.apps/nginx-deployment created\n"
        );
        assert_eq!(state.announcement.trim(), printed(&state).trim());
        assert_eq!(position(&state), (1, 1));
        run(&mut state, Action::Settle);
        type_in(
            &mut state,
            "kubectl scale deployment/nginx-deployment --replicas=5",
        );
        run(&mut state, Action::Settle);
        let pods = |state: &State| states(&lanes(state)[0]).iter().flatten().count();
        assert_eq!(pods(&state), 5);

        act(&mut state, Action::BackToUser);
        type_in(&mut state, "kubectl get deployments");
        assert!(printed(&state).contains("3/3"), "{}", printed(&state));
        assert_eq!(pods(&state), 3);
    }

    #[test]
    fn a_command_that_waits_goes_on_with_the_cluster_and_those_after_it_follow() {
        let mut state = fresh();
        type_in(
            &mut state,
            "kubectl apply -f editor\n\
             kubectl rollout status deployment/nginx-deployment\n\
             kubectl get deployments --no-headers",
        );
        assert!(state.console.is_waiting());
        for _ in 0..5 {
            act(&mut state, Action::Step);
        }
        assert!(printed(&state).contains("0 out of 3 new replicas have been updated"));
        run(&mut state, Action::Settle);
        assert!(!state.console.is_waiting());
        let entries = &state.console.screen.entries;
        assert_eq!(entries.len(), 3);
        let Block::Printed(_, told) = &entries[1].blocks[0] else {
            panic!("nothing was printed");
        };
        assert!(told.contains("0 of 3 updated replicas are available"));
        assert!(told.ends_with("successfully rolled out\n"), "{told}");
        assert!(printed(&state).contains("3/3"), "{}", printed(&state));
    }

    #[test]
    fn who_waits_gives_up_in_time_and_when_taken_back() {
        let mut state = fresh();
        let wait = "kubectl rollout status deployment/nginx-deployment --timeout=1s";
        type_in(&mut state, &format!("kubectl apply -f editor\n{wait}"));
        run(&mut state, Action::Settle);
        assert!(printed(&state).ends_with("error: timed out waiting for the condition\n"));

        act(&mut state, Action::Jump(1));
        type_in(&mut state, wait);
        act(&mut state, Action::Back);
        assert!(!state.console.is_waiting());
        assert!(
            printed(&state).contains("the timeline is before this command now"),
            "{}",
            printed(&state)
        );

        act(&mut state, Action::Step);
        type_in(&mut state, &format!("{wait}\nkubectl get pods"));
        act(&mut state, Action::Console(Say::Interrupt("".into())));
        assert!(!state.console.is_waiting());
        run(&mut state, Action::Settle);
        assert!(printed(&state).ends_with("^C\n"), "nothing comes after it");
    }

    #[test]
    fn what_stands_behind_the_bar_reads_all_that_a_wait_prints() {
        let mut state = fresh();
        type_in(
            &mut state,
            "kubectl apply -f editor\n\
             kubectl rollout status deployment/nginx-deployment | grep -c available",
        );
        act(&mut state, Action::Step);
        assert_eq!(printed(&state), "");
        run(&mut state, Action::Settle);
        assert_eq!(printed(&state), "1\n", "counted at the end, once");
    }

    #[test]
    fn refusals_change_nothing_and_say_what_to_do() {
        let mut state = fresh();
        type_in(&mut state, "kubectl apply -f deployment.yaml");
        assert!(printed(&state).contains("does not exist"));
        assert!(
            printed(&state).contains("apply -f editor"),
            "{}",
            printed(&state)
        );
        type_in(&mut state, "kubectl frobnicate");
        assert!(printed(&state).contains("frobnicate"));
        assert_eq!(position(&state), (0, 0));
    }

    /// What is in the field after the key, and what was offered.
    fn complete(state: &mut State, text: &str) -> String {
        let at = text.encode_utf16().count();
        act(state, Action::Console(Say::Complete(text.into(), at)));
        state.console.field.text.to_string()
    }

    #[test]
    fn tab_completes_commands_kinds_names_and_flags() {
        let mut state = fresh();
        type_in(&mut state, "kubectl apply -f editor");
        assert_eq!(complete(&mut state, "kubectl desc"), "kubectl describe ");
        assert_eq!(
            complete(&mut state, "kubectl get deployments ng"),
            "kubectl get deployments nginx-deployment "
        );
        assert_eq!(
            complete(&mut state, "kubectl get pods\nkubectl scale --repl"),
            "kubectl get pods\nkubectl scale --replicas=",
            "the last of several lines"
        );
        let before = state.console.screen.entries.len();
        assert_eq!(
            complete(&mut state, "kubectl rollout re"),
            "kubectl rollout res"
        );
        assert_eq!(state.console.screen.entries.len(), before);
        complete(&mut state, "kubectl rollout res");
        assert!(
            printed(&state).contains("restart  resume"),
            "{}",
            printed(&state)
        );
        assert_eq!(position(&state), (1, 1));
    }

    #[test]
    fn what_a_menu_does_is_a_command_and_a_step() {
        let mut state = fresh();
        act(&mut state, Action::Apply);
        run(&mut state, Action::Settle);
        let pod = state
            .session
            .engine()
            .store()
            .list(Kind::Pod, None)
            .next()
            .map(Object::key);
        let pod = pod.expect("a pod");
        act(&mut state, Action::Select(pod.clone()));
        assert_eq!(state.selected, Some(pod.clone()));
        let (done, _) = position(&state);
        for (_, line) in crate::page::selection::deeds(&pod) {
            act(&mut state, Action::Run(line.clone().into()));
            let (_, known) = position(&state);
            assert_eq!(known, done + 1, "{line}: {}", printed(&state));
            act(&mut state, Action::Jump(done));
        }
    }

    #[test]
    fn nodes_are_drained_silenced_and_brought_back() {
        let mut state = fresh();
        act(&mut state, Action::Apply);
        run(&mut state, Action::Settle);
        let node = Key::of(Kind::Node, "", "node-1");
        for (_, line) in crate::page::selection::deeds(&node) {
            let (before, _) = position(&state);
            act(&mut state, Action::Run(line.clone().into()));
            assert!(position(&state).0 > before, "{line}: {}", printed(&state));
            run(&mut state, Action::Settle);
        }
        assert!(!state.console.is_waiting());
        assert!(state.session.engine().config().silent_nodes.is_empty());
        type_in(&mut state, "kubectl get nodes --no-headers");
        assert!(!printed(&state).contains("NotReady"), "{}", printed(&state));
    }
}

/// What stops a run, and how often the same run goes on until it has settled.
fn stops(until: Until) -> Vec<usize> {
    let mut state = fresh();
    act(&mut state, Action::Apply);
    act(&mut state, Action::Until(until));
    let mut stops = Vec::new();
    while !state.notice.starts_with("Settled") {
        run(&mut state, Action::Settle);
        stops.push(position(&state).0);
        assert!(stops.len() < 100, "{stops:?}");
    }
    stops
}

#[test]
fn a_run_stops_where_it_was_told_to() {
    let settled = stops(Until::Settled);
    assert_eq!(settled.len(), 1);
    let mut state = fresh();
    act(&mut state, Action::Apply);
    for (until, times) in [(Until::Complete, 1), (Until::PodReady, 3)] {
        let stops = stops(until);
        // The last one is where nothing moves any more.
        assert_eq!(stops.len(), times + 1, "{until:?} {stops:?}");
        assert_eq!(stops.last(), settled.last());
    }
    assert!(stops(Until::Gauge).len() > 4);
}

#[test]
fn a_run_until_the_next_action_goes_on_in_the_known_future_only() {
    let mut state = fresh();
    act(&mut state, Action::Apply);
    run(&mut state, Action::Settle);
    let before = position(&state).0;
    act(
        &mut state,
        Action::Edit(EXAMPLE.replace("replicas: 3", "replicas: 4").into()),
    );
    act(&mut state, Action::Apply);
    act(&mut state, Action::Until(Until::User));
    act(&mut state, Action::Jump(2));
    run(&mut state, Action::Settle);
    assert_eq!(position(&state).0, before + 1);
    run(&mut state, Action::Settle);
    assert_eq!(position(&state).0, before + 1);
    assert_eq!(state.notice, "You did nothing after this.");
}

#[test]
fn the_future_that_was_left_can_be_taken_up_again_and_is_compared() {
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

/// The pods that are there, and what the first gauge says of them.
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
    // Going over to it changes places, and the third one can be put beside.
    act(&mut state, Action::TakeUp(1));
    assert_eq!(both(&state), (1, (4, 4), 2, (6, 6)));
    act(&mut state, Action::Compare(0));
    assert_eq!(both(&state), (1, (4, 4), 0, (2, 2)));
    act(&mut state, Action::TakeUp(2));
    assert_eq!(both(&state), (2, (6, 6), 0, (2, 2)));
    // What is done now is done here alone.
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
fn a_future_beside_finds_what_it_found_as_the_timeline() {
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
        engine::Action::User(line.as_str().into()),
        "{}",
        state.notice
    );
    drop(engine);
    assert_eq!(state.cluster.stateful[0].object.partition(), 2);
}
