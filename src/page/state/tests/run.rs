//! Running: playing, settling, and stopping conditions.

use super::*;
use crate::page::fold;
use crate::page::state::run::SLICE_MS;

#[test]
fn settling_in_slices_has_the_same_result() {
    let (mut sliced, mut whole) = (fresh(), fresh());
    act(&mut whole, Action::Apply);
    run(&mut whole, Action::Settle);
    act(&mut sliced, Action::Apply);
    // A clock by which every slice ends immediately.
    let now = std::cell::Cell::new(0.0);
    let clock = || {
        now.set(now.get() + 2.0 * SLICE_MS);
        now.get()
    };
    sliced.reduce(Action::Settle, clock);
    let mut slices = 1;
    while sliced.running != Activity::Idle {
        sliced.reduce(Action::Tick, clock);
        slices += 1;
    }
    assert!(slices > 3, "{slices}");
    assert_eq!(position(&sliced), position(&whole));
}

#[test]
fn playing_stops_when_settled() {
    let mut state = fresh();
    act(&mut state, Action::Apply);
    run(&mut state, Action::Play);
    assert_eq!(states(&lanes(&state)[0]), [Some(PodState::Available); 3]);
    assert!(state.notice.starts_with("Settled"), "{}", state.notice);
    // A single step goes on to the progress deadline, which has no effect.
    act(&mut state, Action::Step);
    let passed = "Passed 1 sync with nothing to do; the clock moved on by 9 min 57 s.";
    assert_eq!(state.announcement, passed);
    act(&mut state, Action::BackOne);
    assert!(
        state
            .session
            .engine()
            .current()
            .is_some_and(|step| fold::is_clock(step)),
        "going back once leads to the clock's step"
    );
}

/// Plays frame by frame until settled; returns the duration in milliseconds and the maximum steps per frame.
fn play(state: &mut State, frame: f64) -> (f64, usize) {
    let (mut wall, mut most) = (0.0, 0);
    state.reduce(Action::Play, || wall);
    while state.running == Activity::Playing {
        wall += frame;
        let before = position(state).0;
        let shown = state.at().clock;
        state.reduce(Action::Tick, || wall);
        most = most.max(position(state).0 - before);
        assert!(state.at().clock >= shown, "the displayed clock went back");
        assert!(state.at().clock >= state.session.at().clock);
        assert!(wall < 1e6);
    }
    (wall, most)
}

#[test]
fn playing_by_the_clock_takes_virtual_time() {
    for rate in [1, 5, 20, 100] {
        let mut state = fresh();
        act(&mut state, Action::Apply);
        act(&mut state, Action::Speed(Speed::Clock(rate)));
        let (wall, _) = play(&mut state, 16.0);
        assert_eq!(states(&lanes(&state)[0]), [Some(PodState::Available); 3]);
        let due = state.session.at().clock as f64 / f64::from(rate);
        assert!(
            wall >= due && wall <= due + 450.0,
            "{rate}: {wall} for {due}"
        );
    }
}

#[test]
fn playing_repeats_known_steps() {
    let mut state = fresh();
    act(&mut state, Action::Apply);
    run(&mut state, Action::Settle);
    let known = position(&state).1;
    act(&mut state, Action::Jump(1));
    act(&mut state, Action::Speed(Speed::Clock(5)));
    let (wall, _) = play(&mut state, 16.0);
    assert_eq!(position(&state), (known, known));
    let due = state.session.at().clock as f64 / 5.0;
    assert!(wall >= due && wall <= due + 450.0, "{wall} for {due}");
}

#[test]
fn a_late_frame_takes_the_steps_that_are_due() {
    let mut state = fresh();
    act(&mut state, Action::Apply);
    act(&mut state, Action::Speed(Speed::Steps(6)));
    let (wall, most) = play(&mut state, 100.0);
    let steps = position(&state).0 as f64;
    assert!(most > 5, "{most}");
    assert!(wall <= steps / 64.0 * 1000.0 + 200.0, "{steps} in {wall}");
}

#[test]
fn the_displayed_clock_runs_between_steps() {
    let mut state = fresh();
    act(&mut state, Action::Apply);
    let mut wall = 0.0;
    state.reduce(Action::Play, || wall);
    let mut ran = 0;
    while state.running == Activity::Playing && wall < 1e6 {
        wall += 100.0;
        let (before, shown) = (position(&state), state.at().clock);
        let new = state.reduce(Action::Tick, || wall);
        if position(&state) == before && state.at().clock > shown {
            assert!(new, "shown");
            ran += 1;
        }
    }
    assert!(ran > 10, "{ran}");
    assert_eq!(state.at(), state.session.at());
}

#[test]
fn keys_change_the_speed_within_its_unit_and_the_menu_across() {
    let mut state = fresh();
    assert_eq!(state.speed, Speed::Clock(1));
    act(&mut state, Action::Faster(100));
    assert_eq!(state.speed, Speed::Clock(100));
    act(&mut state, Action::Speed(Speed::Steps(2)));
    act(&mut state, Action::Faster(-1));
    assert_eq!(state.speed, Speed::Steps(1));
}

#[test]
fn stepping_an_empty_cluster_gives_advice() {
    for action in [Action::Step, Action::Settle, Action::Play] {
        let mut state = fresh();
        assert_eq!(state.asks_for(), Press::Scenario);
        run(&mut state, action);
        assert!(state.notice.starts_with("Apply a manifest first"));
        assert_eq!(state.next(), None);
    }
}

#[test]
fn apply_is_suggested_after_edits() {
    let mut state = fresh();
    let edit = Action::Edit(EXAMPLE.replace("replicas: 3", "replicas: 4").into());
    act(&mut state, edit.clone());
    assert_eq!(state.asks_for(), Press::Apply);
    act(&mut state, Action::Apply);
    assert_eq!(state.asks_for(), Press::Step);
    act(&mut state, edit);
    assert_eq!(state.asks_for(), Press::Apply);
    act(&mut state, Action::Apply);
    assert_eq!(state.asks_for(), Press::Step);
    act(&mut state, Action::Jump(0));
    assert_eq!(
        state.asks_for(),
        Press::Any,
        "the start screen offers several"
    );
}

#[test]
fn a_settled_cluster_offers_the_next_timer() {
    let autoscaler = "---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: web
spec:
  minReplicas: 1
  maxReplicas: 5
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: nginx-deployment
  metrics:
    - type: Resource
      resource:
        name: cpu
        target:
          type: Utilization
          averageUtilization: 50
";
    let mut state = fresh();
    act(
        &mut state,
        Action::Edit(format!("{EXAMPLE}{autoscaler}").into()),
    );
    act(&mut state, Action::Apply);
    assert_eq!(state.next(), None, "the cluster has something to do");
    run(&mut state, Action::Settle);
    let next = state.next().expect("the autoscaler syncs again").text;
    assert!(next.starts_with("The autoscaler looks again in "), "{next}");
    let before = state.session.at().clock;
    run(&mut state, Action::Settle);
    assert_eq!(
        state.notice,
        "Settled: nothing to do before the next timer."
    );
    run(&mut state, Action::Next);
    assert!(state.session.at().clock > before);
    let engine = state.session.engine();
    let looked = engine.steps().iter().rev().any(|step| {
        step.time().0 > before
            && matches!(&step.action, engine::StepKind::Work(item) if item.key.kind == Kind::HorizontalPodAutoscaler)
    });
    assert!(looked, "the autoscaler has synced");
}

/// The positions at which a run stops and is resumed until it has settled.
fn stops(until: RunUntil) -> Vec<usize> {
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
fn a_run_stops_at_its_condition() {
    let settled = stops(RunUntil::Settled);
    assert_eq!(settled.len(), 1);
    let mut state = fresh();
    act(&mut state, Action::Apply);
    for (until, times) in [(RunUntil::Complete, 1), (RunUntil::PodReady, 3)] {
        let stops = stops(until);
        // The last stop is where the cluster has settled.
        assert_eq!(stops.len(), times + 1, "{until:?} {stops:?}");
        assert_eq!(stops.last(), settled.last());
    }
    assert!(stops(RunUntil::Gauge).len() > 4);
}

#[test]
fn running_to_the_next_action_stays_in_the_known_future() {
    let mut state = fresh();
    act(&mut state, Action::Apply);
    run(&mut state, Action::Settle);
    let before = position(&state).0;
    act(
        &mut state,
        Action::Edit(EXAMPLE.replace("replicas: 3", "replicas: 4").into()),
    );
    act(&mut state, Action::Apply);
    act(&mut state, Action::Until(RunUntil::User));
    act(&mut state, Action::Jump(2));
    run(&mut state, Action::Settle);
    assert_eq!(position(&state).0, before + 1);
    run(&mut state, Action::Settle);
    assert_eq!(position(&state).0, before + 1);
    assert_eq!(state.notice, "You took no action after this.");
}
