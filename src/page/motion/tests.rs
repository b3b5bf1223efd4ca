use super::effect::{Effect, Path};
use super::moment::Moment;
use super::plan::{ANIMATED_MAX, MotionPlan, MotionTarget, Move, Side};
use super::{Motion, STEP_MILLIS};
use crate::page::action::{Action, Activity};
use crate::page::play::Speed;
use crate::page::start::EXAMPLE;
use crate::page::state::State;
use kubestep::texts::Language;
use std::collections::BTreeSet;

/// Upper bound for the steps of any run here.
const STEPS_MAX: usize = 10_000;

fn act(state: &mut State, action: Action) -> MotionPlan {
    act_at(state, action, 0.0)
}

/// The animations of an action at a time of the real clock, in milliseconds.
fn act_at(state: &mut State, action: Action, wall: f64) -> MotionPlan {
    let before = Moment::of(state);
    state.reduce(action, || wall);
    match before.is_now(state) {
        true => MotionPlan::default(),
        false => before.plan(state),
    }
}

fn settle(state: &mut State) {
    act(state, Action::Settle);
    for _ in 0..STEPS_MAX {
        if state.running == Activity::Idle {
            return;
        }
        act(state, Action::Tick);
    }
    panic!("still running after {STEPS_MAX} ticks");
}

/// A settled cluster to which another image was applied.
fn updated(text: &str) -> State {
    let mut state = State::new(text.into(), Language::English);
    act(&mut state, Action::Apply);
    settle(&mut state);
    let text = text.replace("nginx:1.7.9", "nginx:1.9.1");
    act(&mut state, Action::Edit(text.into()));
    act(&mut state, Action::Apply);
    state
}

/// The plans of all steps until the cluster only waits.
fn steps(state: &mut State) -> Vec<MotionPlan> {
    let mut plans = Vec::new();
    act(state, Action::EveryStep(true));
    for _ in 0..STEPS_MAX {
        let engine = state.session.engine();
        let timer = engine
            .queues()
            .timers()
            .next()
            .map(|timer| timer.cause.clone());
        let waits =
            matches!(timer, Some(kubestep::actor::Cause::Timer(wait)) if wait.is_progress());
        let over = engine.is_quiescent() && !waits;
        drop(engine);
        if over {
            return plans;
        }
        plans.push(act(state, Action::Step));
    }
    panic!("still running after {STEPS_MAX} steps");
}

fn minimal(replicas: u32) -> String {
    EXAMPLE.replace(
        "replicas: 3",
        &format!("replicas: {replicas}\n  minReadySeconds: 5"),
    )
}

/// The name of an effect.
fn kind(one: &Move) -> String {
    let target = format!("{:?}", one.target);
    let effect = format!("{:?}", one.effect);
    let first = |text: &str| text.split(['(', ' ']).next().unwrap_or_default().to_owned();
    format!("{} {}", first(&target), first(&effect))
}

#[test]
fn each_kind_of_change_of_a_rolling_update_moves() {
    let plans = steps(&mut updated(&minimal(3)));
    let kinds: BTreeSet<String> = plans
        .iter()
        .flat_map(|plan| &plan.moves)
        .map(kind)
        .collect();
    for wanted in [
        "Pod Born",
        "Pod Gone",
        "Slot Return",
        "Glyph Pop",
        "Half Turn",
        "Node Slide",
        "Hatch Wipe",
        "Lane Open",
        "Lane Shift",
        "Wanted Roll",
        "Bar Stretch",
        "Weight Shift",
        "Clock Roll",
        "Row Enqueue",
        "Dot Fly",
        "Box Light",
    ] {
        assert!(kinds.contains(wanted), "{wanted} is not among {kinds:?}");
    }
}

#[test]
fn a_step_ends_in_time_and_orders_cause_effect_and_wakeups() {
    let plans = steps(&mut updated(EXAMPLE));
    let moves = plans.iter().flat_map(|plan| &plan.moves);
    for one in moves {
        let end = one.delay + one.millis;
        assert!(end <= STEP_MILLIS, "{one:?}");
        match one.effect {
            Effect::Roll if one.target == MotionTarget::Clock => assert_eq!(one.delay, 0),
            Effect::Born | Effect::Pop => assert_eq!(one.delay, 160),
            Effect::Enqueue => assert!(one.delay >= 240),
            _ => {}
        }
    }
}

#[test]
fn a_press_that_skips_steps_animates_as_one_step() {
    let mut state = updated(EXAMPLE);
    let mut passed = 0;
    for _ in 0..20 {
        let before = state.session.at().done;
        let plan = act(&mut state, Action::Step);
        passed += state.session.at().done - before - 1;
        assert!(plan.moves.iter().any(|one| one.delay > 0), "{plan:?}");
    }
    assert!(passed > 0);
    let back = act(&mut state, Action::Back);
    assert!(back.moves.iter().all(|one| end(one) <= 200), "{back:?}");
}

#[test]
fn only_changes_are_animated() {
    let mut state = updated(EXAMPLE);
    for plan in steps(&mut state) {
        let pods = plan
            .moves
            .iter()
            .filter(|one| matches!(one.target, MotionTarget::Pod(_)));
        assert!(pods.count() <= 2, "a step creates or removes one pod here");
    }
}

#[test]
fn never_more_than_32_elements_move_and_beyond_that_lanes_fade() {
    let mut state = updated(&minimal(100));
    let plans = steps(&mut state);
    assert!(plans.iter().any(|plan| plan.moves.len() > ANIMATED_MAX));
    for plan in &plans {
        assert!(plan.shown(|_| true).len() <= ANIMATED_MAX);
        let pods = plan
            .moves
            .iter()
            .filter(|one| matches!(one.target, MotionTarget::Pod(_) | MotionTarget::Glyph(_)));
        assert!(pods.count() <= 2 * ANIMATED_MAX);
    }
    // In one jump.
    let net = act(&mut state, Action::Jump(0));
    assert!(
        net.moves.iter().any(|one| one.effect == Effect::Fade),
        "{net:?}"
    );
    assert!(
        net.moves
            .iter()
            .all(|one| !matches!(one.target, MotionTarget::Pod(_))),
        "{net:?}"
    );
}

#[test]
fn invisible_elements_do_not_use_up_the_limit() {
    let mut state = updated(EXAMPLE);
    let plan = steps(&mut state)
        .into_iter()
        .max_by_key(|plan| plan.moves.len())
        .expect("a step");
    let hidden = plan.moves[0].clone();
    let shown = plan.shown(|one| *one != hidden);
    assert!(!shown.contains(&&hidden));
    assert_eq!(shown.len(), (plan.moves.len() - 1).min(ANIMATED_MAX));
}

#[test]
fn back_is_the_same_backwards_in_200_ms_without_messages() {
    let mut state = updated(EXAMPLE);
    let forward = steps(&mut state);
    for there in forward.iter().rev() {
        let back = act(&mut state, Action::Back);
        let kinds =
            |plan: &MotionPlan| -> BTreeSet<String> { plan.moves.iter().map(kind).collect() };
        let (there, back_kinds) = (kinds(there), kinds(&back));
        assert_eq!(
            there.contains("Pod Born"),
            back_kinds.contains("Pod Unborn")
        );
        assert_eq!(
            there.contains("Pod Gone"),
            back_kinds.contains("Pod Return")
        );
        assert_eq!(
            there.contains("Glyph Pop"),
            back_kinds.contains("Glyph Pop")
        );
        assert_eq!(
            there.contains("Bar Stretch"),
            back_kinds.contains("Bar Stretch")
        );
        assert!(
            !back_kinds
                .iter()
                .any(|kind| kind.starts_with("Dot") || kind.starts_with("Row"))
        );
        let late = back.moves.iter().find(|one| one.delay + one.millis > 200);
        assert_eq!(late, None);
    }
}

#[test]
fn playing_animates_as_much_as_time_allows() {
    assert_eq!(Motion::between(2000), Motion::Full(STEP_MILLIS));
    assert_eq!(Motion::between(250), Motion::Full(250));
    assert_eq!(Motion::between(125), Motion::Effects);
    assert_eq!(Motion::between(62), Motion::Effects);
    assert_eq!(Motion::between(31), Motion::None);
    for (power, longest) in [(2, 250), (3, 80), (4, 80), (5, 0)] {
        let mut state = updated(EXAMPLE);
        act(&mut state, Action::Speed(Speed::Steps(power)));
        let plans = play(&mut state);
        let last = plans.iter().flat_map(|plan| &plan.moves).map(end).max();
        let last = last.unwrap_or_default();
        assert!(last <= longest, "{last} ms at 2^{power} a second");
        assert_eq!(last == 0, longest == 0, "2^{power} a second");
    }
}

fn end(one: &Move) -> u32 {
    one.delay + one.millis
}

/// Plays frame by frame to the end; returns all plans.
fn play(state: &mut State) -> Vec<MotionPlan> {
    let mut wall = 0.0;
    act_at(state, Action::Play, wall);
    let mut plans = Vec::new();
    for _ in 0..STEPS_MAX {
        wall += 16.0;
        let plan = act_at(state, Action::Tick, wall);
        if state.running == Activity::Idle {
            return plans;
        }
        plans.push(plan);
    }
    panic!("still playing after {wall} ms");
}

#[test]
fn by_the_clock_rings_turn_as_long_as_the_clock_runs_to_the_next_timer() {
    let mut state = updated(EXAMPLE);
    act(&mut state, Action::Speed(Speed::Clock(1)));
    let plans = play(&mut state);
    let moves = plans.iter().flat_map(|plan| &plan.moves);
    let turns: Vec<&Move> = moves
        .filter(|one| matches!(one.effect, Effect::Turn(..)))
        .collect();
    assert!(!turns.is_empty());
    // The longest pull takes two seconds, some of which pass with the steps at its start.
    let longest = turns.iter().map(|one| end(one)).max().unwrap_or_default();
    assert!((1500..=2000).contains(&longest), "{longest}");
}

#[test]
fn rings_turn_from_half_to_half_without_a_jump() {
    let plans = steps(&mut updated(&minimal(3)));
    let moves = plans.iter().flat_map(|plan| &plan.moves);
    let mut turns = 0;
    for one in moves {
        if let Effect::Turn([from, to], [begin, end]) = one.effect {
            turns += 1;
            assert!(
                (0.0..=180.0).contains(&from) && (0.0..=180.0).contains(&to),
                "{one:?}"
            );
            assert!(
                from != to && begin < end && (0.0..=1.0).contains(&begin) && end <= 1.0,
                "{one:?}"
            );
        }
    }
    assert!(turns > 0);
}

#[test]
fn only_transform_and_opacity_are_animated() {
    let path = Path {
        from: [10.0, -4.0],
        to: [1.0, 2.0],
        wide: [0.5, 1.0],
    };
    let plans = steps(&mut updated(&minimal(3)));
    for one in plans.iter().flat_map(|plan| &plan.moves) {
        let keyframes: serde_json::Value =
            serde_json::from_str(&one.effect.keyframes(path)).expect("JSON");
        for property in keyframes.as_object().expect("properties").keys() {
            assert!(
                ["transform", "opacity", "offset"].contains(&&**property),
                "{property}"
            );
        }
    }
}

/// The effects in one of the clusters.
fn kinds_in(plans: &[MotionPlan], side: Side) -> BTreeSet<String> {
    let moves = plans.iter().flat_map(|plan| &plan.moves);
    moves.filter(|one| one.side == side).map(kind).collect()
}

#[test]
fn two_futures_are_animated_within_one_limit() {
    let mut state = updated(&minimal(12));
    let fork = state.session.at().done - 1;
    settle(&mut state);
    act(&mut state, Action::Jump(fork));
    let other = minimal(12).replace("nginx:1.7.9", "nginx:1.28");
    act(&mut state, Action::Edit(other.into()));
    act(&mut state, Action::Apply);
    settle(&mut state);
    act(&mut state, Action::Jump(fork + 1));
    let put = act(&mut state, Action::ToggleCompare);
    assert_eq!(
        put,
        MotionPlan::default(),
        "no animation: the whole layout changes"
    );
    assert!(state.compare.is_some());
    let plans = steps(&mut state);
    for side in [Side::Here, Side::There] {
        let kinds = kinds_in(&plans, side);
        for wanted in [
            "Pod Born",
            "Pod Gone",
            "Glyph Pop",
            "Wanted Roll",
            "Bar Stretch",
        ] {
            assert!(kinds.contains(wanted), "{wanted} is not among {kinds:?}");
        }
    }
    assert!(kinds_in(&plans, Side::Only).is_empty());
    // The queues, the decisions and the clock belong to the timeline.
    let there = kinds_in(&plans, Side::There);
    for told in ["Dot Fly", "Row Enqueue", "Box Light", "Clock Roll"] {
        assert!(kinds_in(&plans, Side::Here).contains(told), "{told}");
        assert!(!there.contains(told), "{told}");
    }
    // If much happens in both, neither uses up the limit.
    let net = act(&mut state, Action::Jump(fork + 1));
    let shown = net.shown(|_| true);
    assert!(shown.len() <= ANIMATED_MAX);
    let sides = shown.iter().map(|one| one.side == Side::There);
    let there = sides.filter(|there| *there).count();
    assert!(
        there > 0 && there < shown.len(),
        "{there} of {}",
        shown.len()
    );
    let went = act(&mut state, Action::TakeUp(0));
    assert_eq!(
        went,
        MotionPlan::default(),
        "no animation: the two swap places"
    );
}

#[test]
fn quick_settling_is_one_animation() {
    let mut state = updated(EXAMPLE);
    let plan = act(&mut state, Action::Settle);
    assert_eq!(state.running, Activity::Idle, "within one slice");
    let kinds: BTreeSet<String> = plan.moves.iter().map(kind).collect();
    for wanted in ["Pod Born", "Pod Gone", "Lane Open", "Weight Shift"] {
        assert!(kinds.contains(wanted), "{wanted} is not among {kinds:?}");
    }
    assert!(plan.moves.iter().all(|one| end(one) <= 240), "{plan:?}");
}

#[test]
fn long_settling_shows_changes_without_flicker() {
    let mut state = updated(&minimal(40));
    // Each reading of the clock takes some milliseconds.
    let now = std::cell::Cell::new(0.0);
    let clock = || {
        now.set(now.get() + 10.0);
        now.get()
    };
    let before = Moment::of(&state);
    state.reduce(Action::Settle, clock);
    assert!(before.is_now(&state), "it may end immediately");
    let mut effects = BTreeSet::new();
    let mut shown = 0;
    while state.running != Activity::Idle {
        let before = Moment::of(&state);
        state.reduce(Action::Tick, clock);
        if state.running == Activity::Idle || before.is_now(&state) {
            continue;
        }
        shown += 1;
        assert!(now.get() >= 150.0, "{}", now.get());
        let plan = before.plan(&state);
        assert!(plan.moves.iter().all(|one| end(one) <= 80), "{plan:?}");
        effects.extend(plan.moves.iter().map(kind));
    }
    assert!(shown > 5, "{shown}");
    for wanted in ["Pod Born", "Pod Gone", "Bar Stretch"] {
        assert!(
            effects.contains(wanted),
            "{wanted} is not among {effects:?}"
        );
    }
    assert!(!effects.contains("Lane Fade"), "{effects:?}");
}

#[test]
fn a_deleted_workload_disappears_and_its_orphans_move() {
    for (kind_of, name, rest) in [
        ("deployment", "nginx-deployment", "Lane Shift"),
        ("statefulset", "db", "Pod Shift"),
    ] {
        let text = match kind_of {
            "deployment" => minimal(3),
            _ => minimal(3)
                .replace("kind: Deployment", "kind: StatefulSet")
                .replace("nginx-deployment", "db"),
        };
        let mut state = State::new(text.into(), Language::English);
        act(&mut state, Action::Apply);
        settle(&mut state);
        let before = Moment::of(&state);
        let line = format!("kubectl delete {kind_of} {name} --wait=false");
        let first = act(&mut state, Action::Command(line));
        let kinds: BTreeSet<String> = first.moves.iter().map(kind).collect();
        assert!(kinds.contains("Lane Gone"), "{kind_of}: {kinds:?}");
        assert!(kinds.contains(rest), "{kind_of}: {kinds:?}");
        assert!(!kinds.contains("Pod Gone"), "{kind_of}: {kinds:?}");
        assert!(!kinds.contains("Pod Born"), "{kind_of}: {kinds:?}");
        let plans = steps(&mut state);
        let gone = plans.iter().flat_map(|plan| &plan.moves);
        let gone = gone.filter(|one| kind(one) == "Pod Gone").count();
        assert_eq!(gone, 3, "{kind_of}: each pod leaves once");
        assert!(state.cluster.is_empty(), "{kind_of}");
        // In one jump.
        let net = before.plan(&state);
        let kinds: BTreeSet<String> = net.moves.iter().map(kind).collect();
        assert!(kinds.contains("Lane Gone"), "{kind_of}: {kinds:?}");
        // And back again.
        let begin = before_deletion(&state);
        let back = act(&mut state, Action::Jump(begin));
        assert!(!state.cluster.is_empty(), "{kind_of}");
        let kinds: BTreeSet<String> = back.moves.iter().map(kind).collect();
        assert!(kinds.contains("Lane Open"), "{kind_of}: {kinds:?}");
    }
}

/// Number of steps before the last user action.
fn before_deletion(state: &State) -> usize {
    let engine = state.session.engine();
    let mut steps = engine.steps().iter();
    let last = steps.rposition(|step| step.is_user());
    last.unwrap_or_default()
}
