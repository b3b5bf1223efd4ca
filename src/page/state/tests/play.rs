//! Which text panes are redrawn while playing.

use super::*;
use crate::page::play::Speed;

const TEXT: [Pane; 4] = [Pane::Why, Pane::Queues, Pane::Timeline, Pane::Events];

/// Plays the tutorial's first rollout, with a frame every 16 ms. For each frame: whether a step was taken, and how
/// many text panes were redrawn.
fn play(state: &mut State, speed: Speed) -> Vec<(bool, usize)> {
    act(state, Action::Apply);
    act(state, Action::Speed(speed));
    act(state, Action::Play);
    let mut frames = Vec::new();
    let mut wall = 0.0;
    let mut shown = TEXT.map(|pane| state.session_of(pane));
    while frames.len() < TICKS_MAX {
        wall += 16.0;
        let from = position(state);
        state.reduce(Action::Tick, || wall);
        if state.running == Activity::Idle {
            return frames;
        }
        let before = std::mem::replace(&mut shown, TEXT.map(|pane| state.session_of(pane)));
        let drawn = before.iter().zip(&shown).filter(|(was, is)| was != is);
        frames.push((position(state) != from, drawn.count()));
    }
    panic!("still playing after {TICKS_MAX} frames");
}

#[test]
fn fast_steps_redraw_one_text_pane_per_frame_and_all_at_the_end() {
    for (speed, least) in [(Speed::Steps(6), 6), (Speed::Steps(4), 20)] {
        let mut state = fresh();
        let frames = play(&mut state, speed);
        assert!(frames.iter().all(|(_, drawn)| *drawn <= 1), "{frames:?}");
        let drawn: usize = frames.iter().map(|(_, drawn)| drawn).sum();
        assert!(drawn > least, "{frames:?}");
        // The curves take turns as well, and are complete in the end.
        let (map, cluster) = (state.map.clone(), state.cluster.clone());
        let at = position(&state).0;
        act(&mut state, Action::Jump(at));
        assert_eq!(state.map, map);
        let lines = |view: &ClusterView| view.deployments[0].gauges.clone();
        assert_eq!(lines(&state.cluster), lines(&cluster));
        for pane in TEXT {
            assert_eq!(state.session_of(pane), state.session, "{pane:?}");
        }
    }
}

#[test]
fn slow_steps_draw_all_panes_at_once() {
    let frames = play(&mut fresh(), Speed::Steps(1));
    assert!(frames.iter().any(|(took, _)| *took));
    for (took, drawn) in frames {
        assert_eq!(drawn, if took { TEXT.len() } else { 0 });
    }
}

#[test]
fn a_pause_brings_all_panes_up_to_date() {
    let mut state = fresh();
    act(&mut state, Action::Apply);
    act(&mut state, Action::Speed(Speed::Steps(6)));
    act(&mut state, Action::Play);
    state.reduce(Action::Tick, || 16.0);
    state.reduce(Action::Tick, || 32.0);
    assert_ne!(state.session_of(Pane::Events), state.session);
    act(&mut state, Action::Play);
    assert_eq!(state.session_of(Pane::Events), state.session);
}

#[test]
fn the_curves_rest_between_their_turns() {
    let mut state = fresh();
    let many = EXAMPLE.replace("replicas: 3", "replicas: 30");
    act(&mut state, Action::Edit(many.into()));
    act(&mut state, Action::Apply);
    act(&mut state, Action::Speed(Speed::Steps(6)));
    act(&mut state, Action::Play);
    let (mut frames, mut maps, mut lines) = (0, 0, 0);
    while frames < 60 {
        let line = |state: &State| {
            let deployment = state.cluster.deployments.first();
            deployment.map(|view| view.gauges[0].line.clone())
        };
        let (map, before) = (state.map.clone(), line(&state));
        frames += 1;
        state.reduce(Action::Tick, || f64::from(frames) * 16.0);
        assert_eq!(state.running, Activity::Playing);
        maps += usize::from(state.map != map);
        lines += usize::from(line(&state) != before);
    }
    assert!((4..=8).contains(&maps), "{maps} of {frames} frames");
    assert!((4..=8).contains(&lines), "{lines} of {frames} frames");
}
