//! Running on: playing, settling, and until something happens.

use super::*;
use crate::page::state::run::SLICE_MS;

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
fn the_speed_keeps_its_bounds() {
    let mut state = fresh();
    act(&mut state, Action::Faster(100));
    assert_eq!(state.interval(), 15);
    act(&mut state, Action::Faster(-100));
    assert_eq!(state.interval(), 2000);
    act(&mut state, Action::Speed(0));
    assert_eq!(state.interval(), 1000);
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
