//! Dropping the oldest part of the history when the page uses too much memory.

use super::*;
use crate::page::budget::Budget;
use kubestep::session::{Log, link};
use std::cell::Cell;

thread_local! {
    static USED: Cell<usize> = const { Cell::new(0) };
}

/// A page that may use 800 bytes.
fn page() -> State {
    USED.set(0);
    let mut state = fresh();
    state.budget = Budget::new(800, || USED.get());
    state
}

/// A complete rollout, and its number of steps.
fn rolled(mut state: State) -> (State, usize) {
    act(&mut state, Action::Apply);
    run(&mut state, Action::Settle);
    let line = "kubectl set image deploy/nginx-deployment nginx=nginx:1.9.1";
    act(&mut state, Action::Command(line.to_owned()));
    run(&mut state, Action::Settle);
    let steps = state.session.at().done;
    (state, steps)
}

#[test]
fn a_run_pauses_when_the_budget_is_used_and_offers_to_drop_the_oldest_half() {
    let mut state = page();
    act(&mut state, Action::Apply);
    state.reduce(Action::Play, || 0.0);
    USED.set(900);
    state.reduce(Action::Tick, || 100.0);
    assert_eq!(state.running, Activity::Idle);
    assert!(state.notice.starts_with("Paused: "), "{}", state.notice);
    let (mut state, steps) = rolled(page());
    USED.set(900);
    let before = lanes(&state).to_vec();
    act(&mut state, Action::Show(Pane::Timeline));
    let drops = state.drops().expect("an offer");
    // Going on declines it.
    act(&mut state, Action::Play);
    act(&mut state, Action::Play);
    assert_eq!(state.drops(), None);
    USED.set(1100);
    act(&mut state, Action::Show(Pane::Timeline));
    assert_eq!(state.drops(), Some(drops));
    assert_eq!(drops, steps / 2);
    // Dropping takes memory, too.
    state.budget = Budget::new(800, || USED.replace(USED.get() + 50));
    act(&mut state, Action::DropOldest);
    assert_eq!(state.session.engine().compacted(), drops);
    assert_eq!((lanes(&state), state.session.at().done), (&*before, steps));
    assert_eq!(state.drops(), None);
    let told = format!(
        "Dropped the history of the oldest {drops} steps to free memory. Back returns as far as step {drops}."
    );
    assert_eq!(state.notice, told);
}

#[test]
fn back_ends_at_the_oldest_step_and_says_so_while_the_beginning_stays_reachable() {
    let (mut state, steps) = rolled(page());
    let map = state.map.clone();
    USED.set(900);
    act(&mut state, Action::EveryStep(true));
    act(&mut state, Action::DropOldest);
    let oldest = state.session.engine().compacted();
    act(&mut state, Action::Jump(1));
    assert_eq!(state.session.at().done, oldest);
    let told = format!(
        "Back cannot return further than step {oldest}: the history before it was dropped to free memory."
    );
    assert_eq!(state.notice, told);
    act(&mut state, Action::Jump(oldest + 1));
    act(&mut state, Action::Back);
    assert_eq!((state.session.at().done, &*state.notice), (oldest, ""));
    act(&mut state, Action::Back);
    assert_eq!((state.session.at().done, &state.notice), (oldest, &told));
    act(&mut state, Action::Jump(steps));
    assert_eq!(state.map, map, "what was found after each step stays");
    act(&mut state, Action::Home);
    assert_eq!(state.session.at().done, 0);
    assert!(state.cluster.is_empty());
}

#[test]
fn futures_that_began_in_the_dropped_part_cannot_be_compared_or_taken_up() {
    let (mut state, steps) = rolled(page());
    for at in [5, steps - 5] {
        act(&mut state, Action::Jump(at));
        let line = "kubectl scale deploy/nginx-deployment --replicas=4";
        act(&mut state, Action::Command(line.to_owned()));
        act(&mut state, Action::TakeUp(0));
        act(&mut state, Action::Jump(steps));
    }
    act(&mut state, Action::Compare(1));
    assert!(state.compare.is_some());
    USED.set(900);
    act(&mut state, Action::EveryStep(true));
    act(&mut state, Action::DropOldest);
    assert!(state.compare.is_none());
    act(&mut state, Action::TakeUp(1));
    assert_eq!(state.session.engine().future(), 0);
    act(&mut state, Action::Compare(2));
    let compare = state.compare.as_ref().expect("a comparison");
    assert!(compare.beside().others.iter().eq(&[2]));
    act(&mut state, Action::TakeUp(2));
    assert_eq!(state.session.engine().future(), 2);
}

#[test]
fn at_twice_the_budget_it_is_dropped_without_being_asked() {
    let (mut state, steps) = rolled(page());
    USED.set(1700);
    act(&mut state, Action::EveryStep(true));
    assert_eq!(state.session.engine().compacted(), steps / 2);
    // At the beginning there is nothing to drop.
    act(&mut state, Action::Jump(0));
    USED.set(1900);
    act(&mut state, Action::EveryStep(false));
    assert!(
        state.notice.contains("no older history"),
        "{}",
        state.notice
    );
}

#[test]
fn a_session_that_uses_the_budget_opens_without_its_oldest_history() {
    let (told, steps) = rolled(page());
    let log = Log::of(&told.session.engine(), None).expect("a log");
    let mut state = page();
    USED.set(900);
    // Each reading of the clock ends a slice.
    let now = Cell::new(0.0);
    let clock = || {
        now.set(now.get() + 50.0);
        now.get()
    };
    state.reduce(Action::Open(link::write(&log).into(), None), clock);
    while state.running != Activity::Idle {
        state.reduce(Action::Tick, clock);
    }
    assert_eq!(state.session.at(), told.session.at());
    assert_eq!(state.notice, words::SESSION_OPENED.text(Language::English));
    let [ours, theirs] = [&state, &told].map(|state| format!("{:?}", state.cluster));
    assert_eq!(ours, theirs);
    let oldest = state.session.engine().compacted();
    assert!((1..steps).contains(&oldest), "{oldest}");
    let again = Log::of(&state.session.engine(), None).expect("a log");
    assert_eq!(again, log, "the session is saved as it was");
}
