//! Forecasts: exact where times are fixed, the same for the same seed, within what the strategy allows.

use kubestep::api::kind::Kind;
use kubestep::api::object::Key;
use kubestep::diagnosis::goal;
use kubestep::engine::{Config, Engine};
use kubestep::forecast::sweep::{Axis, Sweeping};
use kubestep::forecast::{Bound, Forecast, Forecasting, Plan, Source, Times, text};
use kubestep::kubectl;
use kubestep::print::rollout::status;
use kubestep::script;
use kubestep::texts::Language;
use kubestep::world::Latency;
use proptest::prelude::*;
use std::fs;

fn run_line(engine: &mut Engine, line: &str) -> Result<(), String> {
    let output = kubectl::run(engine, line, None);
    match output.exit {
        0 => Ok(()),
        _ => Err(output.stderr),
    }
}

/// A cluster after some command lines, settled after each.
fn cluster(lines: &[&str]) -> Engine {
    let mut engine = Engine::new(Config::default());
    for line in lines {
        run_line(&mut engine, line).unwrap_or_else(|error| panic!("{line}: {error}"));
        engine.settle(100_000);
    }
    engine
}

fn forecast(engine: &Engine, plan: Plan, slice: usize) -> Forecast {
    let mut forecasting = Forecasting::new(engine, plan, &run_line).expect("a plan");
    while !forecasting.advance(slice) {}
    forecasting.forecast()
}

fn web() -> Key {
    Key::of(Kind::Deployment, "default", "web")
}

/// Fixed times: 2 s, 1 s, 3 s and 4 s.
fn fixed() -> Times {
    let [pull, start, ready, stop] = [2000, 1000, 3000, 4000].map(Latency::fixed);
    Times {
        pull,
        start,
        ready,
        stop,
        source: Source::Given,
    }
}

fn update() -> Vec<String> {
    vec!["kubectl set image deployment/web nginx=nginx:1.27".to_owned()]
}

#[test]
fn three_replicas_one_at_a_time_take_three_times_a_pods_start() {
    let engine = cluster(&["kubectl create deployment web --image=nginx:1.25 --replicas=3"]);
    let plan = Plan {
        lines: update(),
        times: fixed(),
        runs: 5,
        ..Plan::of(&engine, web())
    };
    let forecast = forecast(&engine, plan, 1_000);
    // 25 % of 3 are one pod more and none less: pull, start and become ready, three times, each on a node of its own.
    let times: Vec<_> = forecast.samples.iter().map(|one| one.complete).collect();
    assert_eq!(times, [Some(3 * 6000); 5]);
    assert_eq!(forecast.lowest_available(), Some(3));
    // The new one, and the old one that terminates for 4 s.
    assert_eq!(forecast.highest().pods, 5);
}

#[test]
fn a_deployment_without_surge_waits_for_nothing_but_the_new_pods() {
    let engine = cluster(&["kubectl create deployment web --image=nginx:1.25 --replicas=4"]);
    let patch = r#"kubectl patch deployment web -p '{"spec":{"strategy":{"rollingUpdate":{"maxSurge":0,"maxUnavailable":2}}}}'"#;
    let plan = Plan {
        lines: [&[patch.to_owned()], &*update()].concat(),
        times: fixed(),
        runs: 3,
        ..Plan::of(&engine, web())
    };
    let forecast = forecast(&engine, plan, 1_000);
    assert_eq!(forecast.lowest_available(), Some(2));
    // Two by two; terminating pods do not count, and the second two may find the image on their nodes.
    let longest = forecast.samples.iter().filter_map(|one| one.complete).max();
    assert!(
        longest.is_some_and(|longest| (10_000..=12_000).contains(&longest)),
        "{longest:?}"
    );
}

#[test]
fn a_stateful_set_replaces_its_pods_one_after_the_other() {
    let set = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db}\nspec:\n  replicas: 3\n  serviceName: db\n  selector: {matchLabels: {app: db}}\n  template:\n    metadata: {labels: {app: db}}\n    spec: {containers: [{name: pg, image: 'postgres:16'}]}\n";
    let mut engine = Engine::new(Config::default());
    kubestep::manifests::apply(&mut engine, set).expect("a manifest");
    engine.settle(100_000);
    let key = Key::of(Kind::StatefulSet, "default", "db");
    let plan = Plan {
        lines: vec!["kubectl set image statefulset/db pg=postgres:17".to_owned()],
        times: fixed(),
        runs: 3,
        ..Plan::of(&engine, key)
    };
    let forecast = forecast(&engine, plan, 1_000);
    let times: Vec<_> = forecast.samples.iter().map(|one| one.complete).collect();
    // Terminate, pull, start, become ready; rollout status calls it complete when the last pod is ready.
    assert_eq!(times, [Some(3 * 10_000); 3]);
    assert_eq!(forecast.lowest_available(), Some(2));
    assert_eq!(forecast.highest().pods, 3);
}

#[test]
fn the_same_seed_gives_the_same_numbers_in_slices_of_any_size() {
    let engine = cluster(&["kubectl create deployment web --image=nginx:1.25 --replicas=5"]);
    let plan = |seed| Plan {
        lines: update(),
        runs: 20,
        seed,
        ..Plan::of(&engine, web())
    };
    let whole = forecast(&engine, plan(1), usize::MAX);
    assert_eq!(whole, forecast(&engine, plan(1), 7));
    let times = |forecast: &Forecast| -> Vec<_> {
        forecast.samples.iter().map(|one| one.complete).collect()
    };
    assert_ne!(
        times(&whole),
        times(&forecast(&engine, plan(2), usize::MAX))
    );
    let spread = whole.complete().expect("complete runs");
    assert!(spread.low < spread.high, "{spread:?}");
}

#[test]
fn a_forecast_leaves_the_cluster_alone() {
    let mut engine = cluster(&["kubectl create deployment web --image=nginx:1.25 --replicas=3"]);
    let before = format!("{engine:?}");
    let output = kubectl::run(
        &mut engine,
        "sim forecast deployment/web --runs=5 --run='kubectl set image deployment/web nginx=nginx:1.27'",
        None,
    );
    assert_eq!(output.exit, 0, "{}", output.stderr);
    assert_eq!(format!("{engine:?}"), before);
}

#[test]
fn a_broken_image_is_never_complete_and_exceeds_the_deadline() {
    let engine = cluster(&["kubectl create deployment web --image=nginx:1.25 --replicas=4"]);
    let plan = Plan {
        lines: vec!["kubectl set image deployment/web nginx=nginx:nosuch".to_owned()],
        runs: 3,
        ..Plan::of(&engine, web())
    };
    let forecast = forecast(&engine, plan, 1_000);
    assert_eq!((forecast.completed(), forecast.missed_deadlines()), (0, 3));
    assert_eq!(forecast.lowest_available(), Some(3));
    // The course goes on until the deadline, although no pod changes any more.
    let end = forecast.bands(12).last().map(|band| band.at);
    assert!(end >= Some(600_000), "{end:?}");
    let stuck = forecast.stuck.as_ref().expect("a finding");
    assert_eq!(stuck.cause.id, "image");
}

#[test]
fn forecasts_of_a_state_take_the_times_that_its_pods_have_shown() {
    let mut engine = Engine::new(Config::default());
    for line in [
        "sim image --start=7s --ready=20s",
        "kubectl create deployment web --image=nginx:1.25 --replicas=3",
    ] {
        run_line(&mut engine, line).expect("a line");
        engine.settle(100_000);
    }
    let state = kubectl::run(
        &mut engine,
        "kubectl get deploy,rs,pods,nodes -o yaml",
        None,
    )
    .stdout;
    let mut own = Engine::new(Config::default());
    kubestep::manifests::state::start(&mut own, &state).expect("a state");
    let times = Times::of(&own, &web());
    assert_eq!(times.source, Source::Pods(3));
    assert_eq!(times.ready, Latency::fixed(20_000));
    // Pulling took 2 s before.
    assert_eq!(
        (times.pull, times.start),
        (Latency::fixed(0), Latency::fixed(9000))
    );
}

#[test]
fn complete_is_when_rollout_status_says_so() {
    let files = fs::read_dir("tests/diagnosis").expect("a folder");
    let mut compared = 0;
    for file in files {
        let script_text = fs::read_to_string(file.expect("a file").path()).expect("a script");
        let mut engine = Engine::new(Config::default());
        script::run(&mut engine, &script_text).expect("a script");
        let end = engine.cursor();
        for step in 0..=end {
            engine.jump(step);
            for kind in [Kind::Deployment, Kind::StatefulSet] {
                for object in engine.store().list(kind, None) {
                    let Ok(said) = status::status(kind, &object.to_value(), 0) else {
                        continue;
                    };
                    let complete = goal::is_complete(engine.store(), &object.key());
                    assert_eq!(complete, said.done, "{}: {}", object.key(), said.text);
                    compared += 1;
                }
            }
        }
    }
    assert!(compared > 1_000, "{compared}");
}

#[test]
fn a_sweep_finds_the_fastest_combination_within_the_bounds() {
    let engine = cluster(&["kubectl create deployment web --image=nginx:1.25 --replicas=8"]);
    let axes = ["maxSurge=0,1,50%", "maxUnavailable=0,1,50%"];
    let axes = axes.map(|text| Axis::parse(text, &web()).expect("an axis"));
    let plan = Plan {
        lines: update(),
        times: fixed(),
        runs: 2,
        ..Plan::of(&engine, web())
    };
    let mut sweeping = Sweeping::new(&engine, plan, axes.to_vec()).expect("few cells");
    while !sweeping.advance(500, &run_line) {}
    let sweep = sweeping.sweep();
    assert_eq!(sweep.cells.len(), 9);
    assert!(
        sweep.cells[0].outcome.is_err(),
        "neither surge nor unavailable pods"
    );
    let best = |bounds: &[&str]| {
        let bounds = bounds
            .iter()
            .map(|text| Bound::parse(text).expect("a bound"));
        let bounds: Vec<Bound> = bounds.collect();
        sweep.best(&bounds).map(|cell| cell.values.clone())
    };
    assert_eq!(best(&[]), Some(vec!["50%".to_owned(), "50%".to_owned()]));
    assert_eq!(
        best(&["available>=8"]),
        Some(vec!["50%".to_owned(), "0".to_owned()])
    );
    assert_eq!(best(&["available>=9"]), None);
    insta::assert_snapshot!(text::sweep(sweep, &[], Language::English));
}

#[test]
fn the_report_says_what_changes_how_long_it_takes_and_what_was_assumed() {
    let mut engine = cluster(&["kubectl create deployment web --image=nginx:1.25 --replicas=4"]);
    let line = "sim forecast deployment/web --runs=20 --run='kubectl set image deployment/web nginx=nginx:1.27' --bound='available>=3' --bound='pods<=5' --sweep=maxSurge=1,100% -o report";
    let output = kubectl::run(&mut engine, line, None);
    assert_eq!(output.stderr, "error: not in all runs: pods <= 5\n");
    insta::assert_snapshot!(output.stdout);
}

#[test]
fn sentences_read_well_in_both_languages() {
    let engine = cluster(&["kubectl create deployment web --image=nginx:1.25 --replicas=4"]);
    let mut said = String::new();
    for lines in [
        update(),
        vec!["kubectl set image deployment/web nginx=nginx:nosuch".to_owned()],
        Vec::new(),
    ] {
        let plan = Plan {
            lines,
            runs: 20,
            ..Plan::of(&engine, web())
        };
        let forecast = forecast(&engine, plan, 100_000);
        let bounds =
            ["available>=4", "complete<=10s"].map(|text| Bound::parse(text).expect("a bound"));
        for language in [Language::English, Language::Chinese] {
            said += &text::sentences(&forecast, &bounds, language).join("\n");
            said += "\n";
            said += &text::assumptions(&forecast, language).join("\n");
            said += "\n\n";
        }
    }
    insta::assert_snapshot!(said);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn no_run_goes_below_what_the_strategy_allows(
        replicas in 1_i64..9,
        surge in 0_i64..4,
        unavailable in 0_i64..4,
        seed in any::<u64>(),
    ) {
        prop_assume!(surge + unavailable > 0);
        let create = format!("kubectl create deployment web --image=nginx:1.25 --replicas={replicas}");
        let engine = cluster(&[&create]);
        let patch = format!(r#"kubectl patch deployment web -p '{{"spec":{{"strategy":{{"rollingUpdate":{{"maxSurge":{surge},"maxUnavailable":{unavailable}}}}}}}}}'"#);
        let plan = Plan {
            lines: [&[patch], &*update()].concat(),
            runs: 5,
            seed,
            ..Plan::of(&engine, web())
        };
        let forecast = forecast(&engine, plan, 10_000);
        prop_assert_eq!(forecast.completed(), 5);
        prop_assert!(forecast.lowest_available() >= Some((replicas - unavailable).max(0)));
        for sample in &forecast.samples {
            let updated = sample.course.iter().map(|point| point.levels.updated);
            prop_assert!(updated.max() >= Some(replicas));
        }
    }
}
