//! Step and Back, skipping steps without a visible effect, and by exactly one step.

use super::*;
use crate::page::fold;

/// The example, applied and settled, back at its start.
fn at_beginning() -> State {
    let mut state = fresh();
    act(&mut state, Action::Apply);
    run(&mut state, Action::Settle);
    act(&mut state, Action::Jump(0));
    state
}

fn presses(state: &mut State, action: &Action) -> Vec<usize> {
    let mut at = Vec::new();
    loop {
        let before = position(state).0;
        act(state, action.clone());
        let now = position(state).0;
        let ended = now == before || now >= 32;
        if now != before {
            at.push(now);
        }
        if ended {
            return at;
        }
    }
}

#[test]
fn step_and_back_stop_at_visible_steps() {
    let mut state = at_beginning();
    let seen = [
        1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 16, 17, 18, 21, 22, 23, 26, 27, 28, 29, 30,
    ];
    let forward = presses(&mut state, &Action::Step);
    // The end is a stop too, since nothing happens by itself there.
    assert_eq!(forward, [&seen[..], &[32]].concat());
    let mut back = presses(&mut state, &Action::Back);
    back.reverse();
    assert_eq!(back, [&[0], &seen[..]].concat());
}

#[test]
fn new_and_known_steps_have_the_same_stops() {
    let mut known = at_beginning();
    let mut fresh = fresh();
    act(&mut fresh, Action::Apply);
    act(&mut known, Action::Step);
    assert_eq!(
        presses(&mut fresh, &Action::Step),
        presses(&mut known, &Action::Step)
    );
}

#[test]
fn shift_and_the_switch_stop_at_every_step() {
    let every: Vec<usize> = (1..=32).collect();
    let mut state = at_beginning();
    assert_eq!(presses(&mut state, &Action::StepOne), every);
    act(&mut state, Action::BackOne);
    assert_eq!(position(&state), (31, 32));
    act(&mut state, Action::Jump(0));
    act(&mut state, Action::EveryStep(true));
    assert_eq!(presses(&mut state, &Action::Step), every);
    act(&mut state, Action::Back);
    assert_eq!(position(&state), (31, 32));
}

#[test]
fn skipped_steps_are_reported() {
    let mut state = at_beginning();
    act(&mut state, Action::Jump(12));
    act(&mut state, Action::Step);
    assert_eq!(
        state.notice,
        "Passed 2 syncs with nothing to do; the clock moved on by 2 s."
    );
    assert!(
        state.announcement.starts_with(&state.notice) && state.announcement.contains("Image nginx"),
        "{}",
        state.announcement
    );
    act(&mut state, Action::Step);
    assert_eq!(state.notice, "");
}

#[test]
fn a_press_moves_the_clock_at_most_once() {
    let mut state = at_beginning();
    act(&mut state, Action::Jump(usize::MAX));
    for _ in 0..3 {
        let before = state.session.at();
        act(&mut state, Action::Step);
        let engine = state.session.engine();
        let taken = &engine.steps()[before.done..engine.cursor()];
        let clock = taken.iter().filter(|step| fold::is_clock(step)).count();
        assert!(clock <= 1, "{taken:?}");
    }
}
