//! The history: futures left by acting in the past.

#[path = "common/dump.rs"]
mod dump;

use dump::dump;
use kubestep::engine::{Config, Engine, Run, Step};
use kubestep::kubectl::run;
use kubestep::manifests;
use kubestep::texts::Language;
use std::rc::Rc;

/// Upper bound for the steps until any cluster here has settled.
const MANY: usize = 100_000;

fn command(engine: &mut Engine, line: &str) {
    let output = run::run(engine, line, None);
    assert_eq!(output.exit, 0, "{line}: {}", output.stderr);
}

/// A settled Deployment.
fn settled(replicas: usize) -> Engine {
    let mut engine = Engine::new(Config::default());
    let line = format!("kubectl create deployment web --image=nginx:1.27 --replicas={replicas}");
    command(&mut engine, &line);
    assert_eq!(engine.settle(MANY), Run::Settled);
    engine
}

#[test]
fn a_future_has_the_same_states_as_the_timeline() {
    let mut engine = settled(3);
    engine.jump(9);
    command(&mut engine, "kubectl scale deployment/web --replicas=5");
    engine.settle(MANY);
    for future in [0, 1] {
        let mut along = engine.along(future);
        assert!(engine.take_up(future));
        let total = engine.steps().len();
        for place in [total, 4, 0, total / 2] {
            engine.jump(place);
            along.jump(place);
            assert_eq!((engine.cursor(), along.cursor()), (place, place));
            assert!(dump(&engine) == dump(&along), "future {future} at {place}");
        }
    }
}

/// Pods that existed before their StatefulSet, two of them with the same ordinal.
const ODD_NAMES: &str = "
{apiVersion: v1, kind: Pod, metadata: {name: web-01, labels: {app: web}}, spec: {containers: [{name: web, image: nginx}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: web-001, labels: {app: web}}, spec: {containers: [{name: web, image: nginx}]}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: web}
spec:
  replicas: 1
  serviceName: web
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: nginx, ports: [{containerPort: 80, hostPort: 80}]}]}
";

#[test]
fn a_jump_has_the_result_of_its_steps() {
    let mut engine = settled(3);
    for line in [
        "kubectl set image deployment/web nginx=nginx:1.28",
        "kubectl delete pod --all --wait=false",
        "kubectl autoscale deployment/web --min=2 --max=5",
        "kubectl delete deployment web",
    ] {
        command(&mut engine, line);
        assert_eq!(engine.settle(MANY), Run::Settled);
    }
    manifests::apply(&mut engine, ODD_NAMES).expect("valid manifests");
    assert_eq!(engine.settle(MANY), Run::Settled);
    // A second pod reuses the name of the first.
    for line in [
        "kubectl scale statefulset/web --replicas=3",
        "kubectl delete pod web-0 --wait=false",
    ] {
        command(&mut engine, line);
        assert_eq!(engine.settle(MANY), Run::Settled);
    }
    let total = engine.steps().len();
    let mut seen = vec![dump(&engine)];
    while engine.back() {
        seen.push(dump(&engine));
    }
    seen.reverse();
    assert_eq!(seen.len(), total + 1);
    let ways = [7, 31, 64, total - 1].into_iter();
    for width in ways {
        for first in (0..=total - width).step_by(5) {
            for place in [first, first + width, first] {
                engine.jump(place);
                assert!(dump(&engine) == seen[place], "step {place} by {width}");
            }
        }
    }
}

#[test]
fn futures_keep_their_numbers_and_their_steps() {
    let mut engine = settled(2);
    let whole = engine.steps().to_vec();
    assert_eq!((engine.futures(), engine.future()), (1, 0));
    for (at, replicas) in [(5, 3), (3, 4), (20, 5)] {
        engine.jump(at);
        command(
            &mut engine,
            &format!("kubectl scale deployment/web --replicas={replicas}"),
        );
        engine.settle(MANY);
    }
    assert_eq!((engine.futures(), engine.future()), (4, 3));
    assert_eq!(
        (0..4)
            .map(|future| engine.shared(future))
            .collect::<Vec<_>>(),
        [3, 3, 20, engine.steps().len()]
    );
    let end = dump(&engine);
    assert!(engine.take_up(0));
    assert_eq!((engine.future(), engine.cursor()), (0, 3));
    assert!(
        engine
            .steps()
            .iter()
            .zip(&whole)
            .all(|(a, b)| Rc::ptr_eq(a, b))
    );
    assert_eq!(engine.steps().len(), whole.len());
    assert_eq!(engine.shared(1), 5);
    assert!(engine.take_up(3));
    engine.jump(MANY);
    assert!(dump(&engine) == end);
    assert!(!engine.take_up(4));
    assert_eq!(engine.steps_of(4).len(), 0);
    // At the end of the timeline no future is left behind.
    command(&mut engine, "kubectl scale deployment/web --replicas=1");
    assert_eq!(engine.futures(), 4);
}

#[test]
fn positions_map_to_the_same_time_in_another_future() {
    let mut engine = settled(3);
    engine.jump(1);
    command(&mut engine, "kubectl scale deployment/web --replicas=6");
    engine.settle(MANY);
    let other = engine.steps_of(0).to_vec();
    engine.jump(1);
    assert_eq!(engine.same_time(0), 1);
    let mut last = 1;
    while engine.cursor() < engine.steps().len() {
        engine.step();
        let there = engine.same_time(0);
        assert!(there >= last, "time goes on in both");
        last = there;
        let now = engine.now();
        assert!(other[there - 1].time() <= now, "neither future is ahead");
        // A finished instant maps to a finished instant.
        let ends = engine
            .steps()
            .get(engine.cursor())
            .is_none_or(|next| next.time() > now);
        if ends {
            assert!(other.get(there).is_none_or(|next| next.time() > now));
        }
    }
    assert_eq!(last, other.len());
    // Within the instant of divergence, both are the same number of steps into it.
    engine.jump(4);
    assert_eq!(engine.same_time(0), 4);
}

#[test]
fn after_compaction_later_states_and_the_beginning_are_reachable() {
    let mut engine = settled(3);
    command(
        &mut engine,
        "kubectl set image deployment/web nginx=nginx:1.28",
    );
    engine.settle(MANY);
    let total = engine.steps().len();
    let mut seen = Vec::new();
    for place in 0..=total {
        engine.jump(place);
        seen.push(dump(&engine));
    }
    let told: Vec<String> = engine.steps().iter().map(told).collect();
    for first in [5, 30, total / 2, total - 1] {
        engine.compact(first);
        assert_eq!(engine.compacted(), first);
        for place in [total, 0, first, 0, total, first + 1, 2, 0, 1, total] {
            engine.jump(place);
            let there = if place == 0 { 0 } else { place.max(first) };
            assert_eq!(engine.cursor(), there, "{place}");
            assert!(dump(&engine) == seen[there], "{place} after {first}");
        }
        engine.jump(0);
        assert!(engine.step().is_some(), "the next known state");
        assert_eq!(engine.cursor(), first);
        while engine.cursor() < total {
            engine.step();
            assert!(
                dump(&engine) == seen[engine.cursor()],
                "{}",
                engine.cursor()
            );
        }
        while engine.back() {}
        assert_eq!(engine.cursor(), first);
        engine.jump(total);
    }
    let still: Vec<String> = engine.steps().iter().map(self::told).collect();
    assert_eq!(told, still, "what was done and why stays");
}

/// What the list of steps says about a step.
fn told(step: &Rc<Step>) -> String {
    let (actor, headline) = (
        step.actor(Language::English),
        step.headline(Language::English),
    );
    format!("{} {actor}: {headline}", step.time().0)
}

#[test]
fn compaction_keeps_the_futures_that_begin_later_or_at_the_beginning() {
    let mut engine = settled(2);
    for (at, replicas) in [(5, 3), (20, 4), (0, 5)] {
        engine.jump(at);
        let line =
            format!("kubectl create deployment other --image=nginx:1.27 --replicas={replicas}");
        command(&mut engine, &line);
        engine.settle(MANY);
        engine.take_up(0);
        engine.jump(MANY);
    }
    let ends: Vec<String> = (0..4).map(|future| end(&engine, future)).collect();
    engine.compact(10);
    let reachable: Vec<bool> = (0..4).map(|future| engine.is_reachable(future)).collect();
    assert_eq!(reachable, [true, false, true, true]);
    assert!(!engine.take_up(1));
    for future in [2, 3, 0, 3, 2, 0] {
        assert!(engine.take_up(future), "{future}");
        engine.jump(MANY);
        assert!(dump(&engine) == ends[future], "{future}");
    }
    // Another timeline has its own oldest state.
    engine.take_up(3);
    engine.jump(MANY);
    engine.compact(7);
    for future in [0, 3, 2] {
        assert!(engine.take_up(future), "{future}");
        engine.jump(MANY);
        assert!(dump(&engine) == ends[future], "{future}");
    }
}

/// The state at the end of a future.
fn end(engine: &Engine, future: usize) -> String {
    let mut engine = engine.along(future);
    engine.jump(MANY);
    dump(&engine)
}

#[test]
fn kubectl_says_that_the_managers_of_an_older_pods_fields_are_not_known() {
    let mut engine = settled(1);
    let show = "kubectl get -o yaml --show-managed-fields";
    let managers = |engine: &mut Engine, what: &str| {
        let output = run::run(engine, &format!("{show} {what}"), None);
        let told = output.stdout.matches("manager: ").count();
        (told, output.stderr)
    };
    let all = managers(&mut engine, "deployment");
    assert_eq!(managers(&mut engine, "pods"), (2, String::new()));
    engine.compact(MANY);
    assert_eq!(managers(&mut engine, "deployment"), all);
    let steps = engine.compacted();
    let warning = format!(
        "Warning: the history before step {steps} was dropped to free memory: who manages the fields of "
    );
    assert!(managers(&mut engine, "pods").1.starts_with(&warning));
    command(&mut engine, "kubectl scale deployment/web --replicas=2");
    engine.settle(MANY);
    let new = "pod -l app=web --field-selector=status.phase=Pending";
    command(&mut engine, "kubectl delete pod --all --wait=false");
    engine.step();
    assert_eq!(managers(&mut engine, new).1, "");
}

#[test]
fn taking_up_the_timeline_itself_changes_nothing() {
    let mut engine = settled(2);
    engine.jump(7);
    let before = dump(&engine);
    assert!(engine.take_up(0));
    assert_eq!((engine.future(), engine.cursor()), (0, 7));
    assert!(engine.steps().len() > 7);
    assert!(dump(&engine) == before);
}
