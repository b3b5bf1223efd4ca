//! Running a copy of a cluster ahead in slices.

use kubestep::api::kind::Kind;
use kubestep::engine::{Config, End, Engine, RunAhead};
use kubestep::kubectl;

/// A cluster that has a Deployment to roll out.
fn cluster() -> Engine {
    let mut engine = Engine::new(Config::default());
    let line = "kubectl create deployment web --image=nginx:1.27 --replicas=5";
    let output = kubectl::run(&mut engine, line, None);
    assert_eq!(output.exit, 0, "{}", output.stderr);
    engine
}

/// Looks for nothing.
fn nothing(_: &Engine) -> Option<()> {
    None
}

#[test]
fn slices_take_the_same_steps_as_the_cluster_itself() {
    let mut engine = cluster();
    let mut ahead = RunAhead::new(engine.clone(), 600_000, 10_000);
    let end = loop {
        if let Some(end) = ahead.advance(3, nothing) {
            break end;
        }
    };
    assert_eq!(end, End::Time);
    for _ in 0..ahead.steps() {
        engine.step();
    }
    assert_eq!(engine.steps().len(), ahead.engine().steps().len());
    assert!(engine.store().all().eq(ahead.engine().store().all()));
    assert_eq!(ahead.passed(), engine.now().since(ahead.began()));
}

#[test]
fn the_time_and_the_number_of_steps_are_limits() {
    let engine = cluster();
    let mut ahead = RunAhead::new(engine.clone(), 0, 10_000);
    assert_eq!(ahead.advance(10_000, nothing), Some(End::Time));
    assert_eq!(ahead.passed(), 0);
    assert!(ahead.steps() > 0, "what is due at once still runs");

    let mut ahead = RunAhead::new(engine, 600_000, 8);
    assert_eq!(ahead.advance(8, nothing), None);
    assert_eq!(ahead.advance(8, nothing), Some(End::Steps));
    assert_eq!(ahead.steps(), 8);
}

#[test]
fn a_known_future_is_followed_up_to_the_time() {
    let mut engine = cluster();
    engine.settle(10_000);
    let (total, late) = (engine.steps().len(), engine.now());
    engine.jump(1);
    let horizon = late.since(engine.now()) / 2;
    let mut ahead = RunAhead::new(engine, horizon, 10_000);
    assert_eq!(ahead.advance(10_000, nothing), Some(End::Time));
    assert!(ahead.passed() <= horizon, "{}", ahead.passed());
    assert_eq!(ahead.engine().steps().len(), total);
    assert!(ahead.engine().cursor() < total);
}

#[test]
fn it_ends_with_what_was_looked_for() {
    let mut ahead = RunAhead::new(cluster(), 600_000, 10_000);
    let pods = |engine: &Engine| {
        engine
            .store()
            .all()
            .filter(|one| one.kind() == Kind::Pod)
            .count()
    };
    let end = ahead.advance(10_000, |engine| {
        Some(pods(engine)).filter(|count| *count == 5)
    });
    assert_eq!(end, Some(End::Found(5)));
    // Before any of them runs.
    assert_eq!(ahead.passed(), 0);
}
