//! Forecasts of the rollouts that a real control plane has carried out.

use conformance::{Recording, Rollout, cluster_at, load, names_in, rollouts};
use kubestep::api::kind::Kind;
use kubestep::api::object::Key;
use kubestep::engine::Engine;
use kubestep::forecast::{Forecast, Forecasting, Plan, Sample, Source, Times};
use kubestep::kubectl;
use kubestep::world::Latency;
use std::path::PathBuf;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/conformance")
}

fn recorded() -> Vec<(Recording, Rollout)> {
    let folders = [folder(), folder().join("1.37")];
    let mut found = Vec::new();
    for folder in folders {
        for name in names_in(&folder).expect("a folder of scenarios") {
            let recording = load(&folder, &name).expect("a readable recording");
            for rollout in rollouts(&recording) {
                found.push((recording.clone(), rollout));
            }
        }
    }
    found
}

/// A forecast from the recorded cluster before the change, with times for becoming ready and terminating.
fn forecast(
    recording: &Recording,
    rollout: &Rollout,
    [ready, stop]: [Latency; 2],
    runs: usize,
) -> Forecast {
    let cluster = cluster_at(recording, rollout.before);
    let step = &recording.steps[rollout.command];
    let line = cluster.command(step["command"].as_str().expect("a command"));
    let stdin = step["stdin"].as_str();
    let run = |engine: &mut Engine, line: &str| {
        let output = kubectl::run(engine, line, stdin);
        if output.exit == 0 {
            Ok(())
        } else {
            Err(output.stderr)
        }
    };
    let kind = if rollout.kind == "Deployment" {
        Kind::Deployment
    } else {
        Kind::StatefulSet
    };
    let at_once = Latency::fixed(0);
    let plan = Plan {
        lines: vec![line],
        times: Times {
            pull: at_once,
            start: at_once,
            ready,
            stop,
            source: Source::Given,
        },
        runs,
        ..Plan::of(&cluster.engine, Key::of(kind, "default", &rollout.name))
    };
    let forecasting = Forecasting::new(&cluster.engine, plan, &run);
    let mut forecasting = forecasting.unwrap_or_else(|error| panic!("{}: {error}", recording.name));
    while !forecasting.advance(100_000) {}
    forecasting.forecast()
}

/// Seconds; all values of a range are equally likely.
fn seconds(least: i64, most: i64) -> Latency {
    Latency {
        least: least * 1_000,
        most: most * 1_000,
    }
}

/// Whether a run passes through counts in this order.
fn passes(run: &Sample, course: &[(i64, i64)]) -> bool {
    let mut points = run.course.iter();
    course.iter().all(|(available, updated)| {
        points.any(|point| (point.levels.available, point.levels.updated) == (*available, *updated))
    })
}

/// The recorded counts at rest and what the runs of a forecast go through. The recordings' nodes let one pod become ready
/// at a time, and terminate pods sooner or later: so there are runs in which pods end soon, in which they end late, and in
/// which both take random times.
#[test]
fn recorded_rollouts_are_among_the_runs_of_their_forecasts() {
    let rollouts = recorded();
    assert_eq!(rollouts.len(), 47);
    let (mut as_many_pods, mut passed) = (0, 0);
    for (recording, rollout) in &rollouts {
        let name = format!("{} from step {}", recording.name, rollout.command);
        let soon = forecast(recording, rollout, [seconds(10, 10), seconds(1, 1)], 1);
        let late = forecast(recording, rollout, [seconds(1, 1), seconds(30, 30)], 1);
        let random = forecast(recording, rollout, [seconds(1, 20), seconds(1, 20)], 20);
        for forecast in [&soon, &late, &random] {
            assert_eq!(forecast.completed(), forecast.samples.len(), "{name}");
            assert_eq!(
                forecast.lowest_available(),
                Some(rollout.available),
                "{name}"
            );
            assert!(forecast.highest().pods >= rollout.pods, "{name}");
            let updated = forecast
                .samples
                .iter()
                .map(|run| run.course.last().map(|point| point.levels.updated));
            assert!(
                updated
                    .into_iter()
                    .all(|updated| updated == Some(rollout.created)),
                "{name}"
            );
        }
        as_many_pods += usize::from(soon.highest().pods == rollout.pods);
        let mut course = rollout.course.clone();
        course.dedup();
        passed += usize::from(random.samples.iter().any(|run| passes(run, &course)));
    }
    assert_eq!((as_many_pods, passed), (32, 44));
}

/// In the only one of these recordings whose times mean something, it takes as long as the forecast with the recorded times
/// of its pods says.
#[test]
fn a_recorded_rollout_takes_as_long_as_its_forecast() {
    let mut rollouts = recorded();
    rollouts.retain(|(_, rollout)| rollout.times.is_some());
    let [(recording, rollout)] = rollouts.as_slice() else {
        panic!("{} rollouts with times", rollouts.len());
    };
    let times = rollout.times.as_ref().expect("times");
    let ready = Latency {
        least: times.ready[0],
        most: times.ready[1],
    };
    let forecast = forecast(recording, rollout, [ready, seconds(1, 1)], 100);
    let complete = forecast.complete().expect("all runs complete");
    assert!(
        complete.low <= times.complete[1] && complete.high >= times.complete[0],
        "{complete:?} {times:?}"
    );
    assert!(
        (times.complete[0]..=times.complete[1]).contains(&complete.median),
        "{complete:?} {times:?}"
    );
}
