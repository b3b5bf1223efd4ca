//! Native benchmarks of the cluster: `cargo bench`.

use divan::Bencher;
use kubestep::api::kind::Kind;
use kubestep::engine::{Config, Engine, Run};
use kubestep::forecast::{Forecasting, Plan};
use kubestep::kubectl;
use kubestep::manifests;
use kubestep::session::{Log, Replay, link};

mod states;
mod web;

/// Upper bound for the number of steps; more would be an endless loop.
const STEPS_MAX: usize = 100_000_000;

fn main() {
    divan::main();
}

fn apply(engine: &mut Engine, kind: &str, replicas: u32, image: &str) {
    let applied = manifests::apply(engine, &web::manifest(kind, replicas, image));
    assert!(applied.is_ok(), "{applied:?}");
    assert_eq!(engine.settle(STEPS_MAX), Run::Settled);
}

/// A pod with a number of containers.
fn pod_of(containers: u32) -> String {
    let one = |number| format!("    - {{name: c{number}, image: \"nginx:1.25\"}}\n");
    let containers: String = (0..containers).map(one).collect();
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: many}}\nspec:\n  containers:\n{containers}"
    )
}

fn created(kind: &str, replicas: u32) -> Engine {
    let mut engine = Engine::new(Config::instant());
    apply(&mut engine, kind, replicas, "nginx:1.25");
    engine
}

fn updated(replicas: u32) -> Engine {
    let mut engine = created("Deployment", replicas);
    apply(&mut engine, "Deployment", replicas, "nginx:1.26");
    engine
}

/// A complete rolling update with 25 %/25 %.
#[divan::bench(args = [100, 500, 1_000, 10_000], sample_count = 10, sample_size = 1)]
fn rolling_update(bencher: Bencher, replicas: u32) {
    bencher
        .with_inputs(|| created("Deployment", replicas))
        .bench_local_values(|mut engine| {
            apply(&mut engine, "Deployment", replicas, "nginx:1.26");
            engine
        });
}

/// A forecast of 200 runs of an update with 25 %/25 %.
#[divan::bench(args = [10, 50], sample_count = 3, sample_size = 1)]
fn forecast(bencher: Bencher, replicas: u32) {
    let mut engine = Engine::new(Config::default());
    apply(&mut engine, "Deployment", replicas, "nginx:1.25");
    let web = engine.store().list(Kind::Deployment, None).next();
    let web = web.expect("a Deployment").key();
    let run = |engine: &mut Engine, _: &str| {
        let update = web::manifest("Deployment", replicas, "nginx:1.26");
        let applied = manifests::apply(engine, &update);
        applied.map(drop).map_err(|faults| format!("{faults:?}"))
    };
    bencher.bench_local(|| {
        let plan = Plan {
            lines: vec!["apply".to_owned()],
            ..Plan::of(&engine, web.clone())
        };
        let mut forecasting = Forecasting::new(&engine, plan, &run).expect("a plan");
        while !forecasting.advance(100_000) {}
        forecasting.forecast().complete()
    });
}

/// Creates a StatefulSet in order.
#[divan::bench(args = [100, 1_000], sample_count = 10, sample_size = 1)]
fn stateful_set_in_order(replicas: u32) -> Engine {
    created("StatefulSet", replicas)
}

/// Runs a pod with many containers until all of them are ready.
#[divan::bench(args = [400, 2_000], sample_count = 5, sample_size = 1)]
fn pod_of_many_containers(containers: u32) -> Engine {
    let mut engine = Engine::new(Config::default());
    let applied = manifests::apply(&mut engine, &pod_of(containers));
    assert!(applied.is_ok(), "{applied:?}");
    assert_eq!(engine.settle(STEPS_MAX), Run::Settled);
    engine
}

/// Goes one step back in the middle of an update.
#[divan::bench(args = [1_000, 10_000])]
fn step_back(bencher: Bencher, replicas: u32) {
    let mut engine = updated(replicas);
    let middle = engine.steps().len() / 2;
    engine.jump(middle);
    bencher.bench_local(|| {
        if !engine.back() {
            engine.jump(middle);
        }
    });
}

/// Goes from the end of a history of 10,000 steps to its start.
#[divan::bench(sample_count = 20, sample_size = 1)]
fn jump_10_000_steps(bencher: Bencher) {
    let whole = updated(1_500);
    assert!(whole.steps().len() >= 10_000);
    bencher
        .with_inputs(|| whole.clone())
        .bench_local_values(|mut engine| {
            engine.jump(engine.steps().len() - 10_000);
            engine
        });
}

/// A link to a creation and an update, more than 10,000 steps long.
fn long_link() -> String {
    let mut engine = Engine::new(Config::default());
    for line in [
        "kubectl create deployment web --image=nginx:1.25 --replicas=900",
        "kubectl set image deployment/web *=nginx:1.27",
    ] {
        assert_eq!(kubectl::run(&mut engine, line, None).exit, 0);
        assert_eq!(engine.settle(STEPS_MAX), Run::Settled);
    }
    assert!(engine.steps().len() > 10_000);
    link::write(&Log::of(&engine, None).expect("it can be repeated"))
}

/// Opens a link to 10,000 steps: reads it and replays it.
#[divan::bench(sample_count = 10, sample_size = 1)]
fn open_link_of_10_000_steps(bencher: Bencher) {
    let text = long_link();
    bencher.bench_local(|| {
        let log = link::read(&text).expect("a link");
        let opened = Replay::new(log).finish(kubectl::repeat).expect("a session");
        assert!(opened.is_same);
        opened
    });
}
