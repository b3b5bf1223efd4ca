//! The autoscaler at the exact bounds of its rules: ratios, periods, windows and sizes that equal a limit. Upstream's
//! own tables stay clear of them.

use kubestep::actor::memory::{AutoscalerMemory, Recommendation, ScaleEvent};
use kubestep::api::pod::Pod;
use kubestep::api::time::Time;
use kubestep::controllers::autoscaler::behavior::{
    Behavior, DOWNSCALE_STABILIZATION, GivenRules, Sizes, limit,
};
use kubestep::controllers::autoscaler::calculator::{Calculator, Samples, Tolerances, UsageSample};
use serde::Deserialize as _;
use serde_json::{Value, json};
use std::rc::Rc;

/// Pods keep their times in whole seconds.
const SECOND: i64 = 1000;
const NOW: Time = Time(10_000_000);
/// Milliseconds after a pod's start during which its CPU usage may be disregarded.
const INITIALIZATION: i64 = 120_000;
/// Milliseconds after a pod's start during which an unready pod counts as never having been ready.
const DELAY: i64 = 10_000;
/// Length of a sampling window in milliseconds.
const WINDOW: i64 = 60_000;

/// A pod that requests one CPU, started and changed its readiness so many milliseconds ago.
fn pod(index: usize, ready: bool, started: i64, changed: i64) -> Rc<Pod> {
    let value = json!({
        "metadata": { "name": format!("p{index}"), "namespace": "default" },
        "spec": { "containers": [{ "name": "c", "resources": { "requests": { "cpu": "1" } } }] },
        "status": {
            "phase": "Running", "startTime": NOW.plus_millis(-started),
            "conditions": [{
                "type": "Ready", "status": if ready { "True" } else { "False" },
                "lastTransitionTime": NOW.plus_millis(-changed)
            }]
        }
    });
    Rc::new(Pod::from_value(value).expect("a pod"))
}

fn old(index: usize) -> Rc<Pod> {
    pod(index, true, 5_000_000, 5_000_000)
}

fn calculator(pods: &[Rc<Pod>], tolerance: f64) -> Calculator<'_> {
    Calculator {
        pods,
        current: i32::try_from(pods.len()).expect("few pods"),
        tolerances: Tolerances {
            up: tolerance,
            down: tolerance,
        },
        now: NOW,
        cpu_initialization: INITIALIZATION,
        readiness_delay: DELAY,
    }
}

fn samples(levels: &[i64]) -> Samples {
    let all = levels.iter().enumerate().map(|(index, milli)| {
        let sample = UsageSample {
            milli: *milli,
            at: NOW,
            window: WINDOW,
        };
        (format!("p{index}").into(), sample)
    });
    all.collect()
}

fn cpu(pods: &[Rc<Pod>], tolerance: f64, target: i32, levels: &[i64]) -> i32 {
    let proposal = calculator(pods, tolerance).resource("cpu", None, target, samples(levels));
    proposal.expect("a size").replicas
}

/// The size of a target with another number of pods than it wants.
fn cpu_of(current: i32, pods: &[Rc<Pod>], levels: &[i64]) -> i32 {
    let calculator = Calculator {
        current,
        ..calculator(pods, 0.1)
    };
    let proposal = calculator.resource("cpu", None, 100, samples(levels));
    proposal.expect("a size").replicas
}

/// Pods without samples are assumed to use what dampens the change. If that turns the change around, or the number of
/// pods would, the size stays.
#[test]
fn missing_pods_do_not_turn_a_change_around() {
    let pods: Vec<_> = (0..5).map(old).collect();
    // With an idle pod, 160 % are 106 %, which is tolerated.
    assert_eq!(cpu(&pods[..3], 0.1, 100, &[1600, 1600]), 3);
    // With idle pods, 130 % are 43 %.
    assert_eq!(cpu(&pods[..3], 0.1, 100, &[1300]), 3);
    // With a pod that uses its request, 30 % are 65 %, of 50 %.
    assert_eq!(cpu(&pods[..2], 0.1, 50, &[300]), 2);
    // 60 % of five pods are three, although fewer than two are wanted.
    assert_eq!(cpu_of(2, &pods, &[500, 500, 500, 500]), 2);
    // 126 % of three pods are four, although more than ten are wanted.
    assert_eq!(cpu_of(10, &pods[..3], &[1900, 1900]), 10);
}

#[test]
fn a_deviation_of_exactly_the_tolerance_is_tolerated() {
    let pods = [old(0), old(1)];
    assert_eq!(cpu(&pods, 0.5, 50, &[750, 750]), 2);
    assert_eq!(cpu(&pods, 0.5, 50, &[760, 760]), 4);
    assert_eq!(cpu(&pods, 0.5, 50, &[250, 250]), 2);
    assert_eq!(cpu(&pods, 0.5, 50, &[240, 240]), 1);
}

/// A pod at exactly the end of the CPU's initialization period is no longer young: its usage counts although the
/// sampling window began before it was ready.
#[test]
fn a_pod_is_young_until_just_before_the_end_of_its_initialization() {
    let sized = |started| {
        let pods = [old(0), pod(1, true, started, WINDOW - SECOND)];
        cpu(&pods, 0.1, 50, &[1000, 1000])
    };
    // Both pods use twice the target. A young one counts as idle, which leaves the size as it is.
    assert_eq!(sized(INITIALIZATION), 4);
    assert_eq!(sized(INITIALIZATION - SECOND), 2);
}

/// Within the initialization period, a ready pod counts once its sampling window began when it was ready.
#[test]
fn a_young_pod_counts_from_its_first_full_window_on() {
    let sized = |changed| {
        let pods = [old(0), pod(1, true, INITIALIZATION - SECOND, changed)];
        cpu(&pods, 0.1, 50, &[1000, 1000])
    };
    assert_eq!(sized(WINDOW), 4);
    assert_eq!(sized(WINDOW - SECOND), 2);
}

/// After the initialization period, an unready pod is disregarded if it was never ready, which is assumed if its
/// readiness last changed within the delay after its start.
#[test]
fn an_unready_pod_was_never_ready_if_that_changed_before_the_delay() {
    let sized = |changed| {
        let pods = [old(0), pod(1, false, 1_000_000, changed)];
        cpu(&pods, 0.1, 50, &[1000, 1000])
    };
    assert_eq!(sized(1_000_000 - DELAY), 4);
    assert_eq!(sized(1_000_000 - DELAY + SECOND), 2);
}

#[test]
fn a_pod_without_sample_changes_nothing_at_exactly_the_target() {
    // Below 100 % a missing pod would be assumed to use more than the target.
    assert_eq!(cpu(&[old(0), old(1)], 0.1, 50, &[500]), 2);
}

/// A missing pod counts as using its request when scaling down, and the target if that is more.
#[test]
fn a_missing_pod_counts_as_fully_used_when_scaling_down() {
    let pods = [old(0), old(1), old(2), old(3)];
    // (100 + 100 + 100 + 1000) / 4000 = 32 % of 50 %: 0.64 × 4 pods.
    assert_eq!(cpu(&pods, 0.1, 50, &[100, 100, 100]), 3);
    // (300 + 300 + 300 + 1500) / 4000 = 60 % of 150 %: 0.4 × 4 pods.
    assert_eq!(cpu(&pods, 0.1, 150, &[300, 300, 300]), 2);
}

#[test]
fn whole_metrics_count_ready_pods_and_tolerate_the_same() {
    let unready = pod(1, false, 5_000_000, 1_000);
    let pods = [old(0), unready];
    let whole = |target, usage| {
        let proposal = calculator(&pods, 0.5).whole(target, usage);
        proposal.expect("a size").replicas
    };
    assert_eq!(whole(100, 150), 2, "tolerated");
    assert_eq!(whole(100, 160), 2, "1.6 × the one ready pod");
    assert_eq!(whole(100, 210), 3, "2.1 × the one ready pod");
    let each = |target, usage| calculator(&pods, 0.5).whole_per_pod(target, usage);
    assert_eq!(each(100, 300).replicas, 2, "tolerated");
    assert_eq!(each(100, 301).replicas, 4);
    assert_eq!(each(100, 301).average, 151, "rounded up");
}

fn rules(value: &Value) -> GivenRules {
    GivenRules::deserialize(value).expect("rules")
}

/// Rules of both directions: a window of 100 s up and 200 s down, and a policy for each direction.
fn behavior(up: &Value, down: &Value) -> Behavior {
    Behavior {
        up: rules(&json!({ "stabilizationWindowSeconds": 100, "policies": [up] })).up(),
        down: rules(&json!({ "stabilizationWindowSeconds": 200, "policies": [down] })).down(),
    }
}

fn policy(kind: &str, value: i32, seconds: i64) -> Value {
    json!({ "type": kind, "value": value, "periodSeconds": seconds })
}

fn remembered(recommendations: &[(i32, i64)]) -> AutoscalerMemory {
    let all = recommendations.iter();
    AutoscalerMemory {
        recommendations: all
            .map(|(replicas, millis)| Recommendation {
                replicas: *replicas,
                at: NOW.plus_millis(-millis),
            })
            .collect(),
        ..AutoscalerMemory::default()
    }
}

fn kept(memory: &AutoscalerMemory) -> Vec<i32> {
    let all = memory.recommendations.iter();
    all.map(|one| one.replicas).collect()
}

#[test]
fn a_recommendation_counts_for_exactly_five_minutes() {
    let window = DOWNSCALE_STABILIZATION * 1000;
    let mut memory = remembered(&[(9, window)]);
    assert_eq!(memory.stabilize(3, NOW), 9);
    assert_eq!(kept(&memory), [9, 3]);
    let mut memory = remembered(&[(9, window + 1)]);
    assert_eq!(memory.stabilize(3, NOW), 3);
    assert_eq!(kept(&memory), [3], "replaced");
}

/// With a behavior, a recommendation at exactly the start of a window neither counts nor is it old.
#[test]
fn a_recommendation_counts_until_just_before_the_end_of_its_window() {
    let policy = policy("Pods", 9, 15);
    let behavior = behavior(&policy, &policy);
    let up = |ago| remembered(&[(4, ago)]).stabilize_with(&behavior, 2, 7, NOW);
    assert_eq!((up(99_999), up(100_000)), (4, 7));
    let down = |ago| {
        let mut memory = remembered(&[(6, ago)]);
        (memory.stabilize_with(&behavior, 9, 3, NOW), kept(&memory))
    };
    assert_eq!(down(199_999), (6, vec![6, 3]));
    assert_eq!(down(200_000), (3, vec![6, 3]));
    assert_eq!(down(200_001), (3, vec![3]));
    let longer_up = Behavior {
        up: behavior.down.clone(),
        down: behavior.up.clone(),
    };
    let after = |ago| {
        let mut memory = remembered(&[(6, ago)]);
        memory.stabilize_with(&longer_up, 9, 3, NOW);
        kept(&memory)
    };
    assert_eq!(after(200_000), [6, 3]);
    assert_eq!(after(200_001), [3]);
}

fn event(change: i32, ago: i64) -> ScaleEvent {
    ScaleEvent {
        change,
        at: NOW.plus_millis(-ago),
    }
}

#[test]
fn changes_of_size_are_kept_for_exactly_the_longest_period() {
    let policy = policy("Pods", 9, 60);
    let behavior = behavior(&policy, &policy);
    let mut memory = AutoscalerMemory {
        up: vec![event(1, 60_000), event(2, 60_001)],
        down: vec![event(3, 60_000), event(4, 60_001)],
        ..AutoscalerMemory::default()
    };
    memory.store_scale_event(&behavior, 5, 8, NOW);
    assert_eq!(memory.up, [event(1, 60_000), event(3, 0)]);
    memory.store_scale_event(&behavior, 8, 4, NOW);
    assert_eq!(memory.down, [event(3, 60_000), event(4, 0)]);
}

fn limited(
    memory: &AutoscalerMemory,
    behavior: &Behavior,
    sizes: [i32; 3],
    desired: i32,
) -> (i32, &'static str) {
    let [current, min, max] = sizes;
    let sizes = Sizes { current, min, max };
    let (size, (reason, _)) = memory.limit_with(behavior, sizes, desired, NOW);
    (size, reason)
}

#[test]
fn policies_and_bounds_that_agree_name_the_bound() {
    let none = AutoscalerMemory::default();
    let two = policy("Pods", 2, 60);
    let rules = behavior(&two, &two);
    let up = |max, desired| limited(&none, &rules, [4, 1, max], desired);
    assert_eq!(up(7, 7), (6, "ScaleUpLimit"));
    assert_eq!(up(7, 6), (6, "DesiredWithinRange"));
    assert_eq!(up(6, 7), (6, "TooManyReplicas"));
    let down = |min, desired| limited(&none, &rules, [4, min, 9], desired);
    assert_eq!(down(1, 1), (2, "ScaleDownLimit"));
    assert_eq!(down(1, 2), (2, "DesiredWithinRange"));
    assert_eq!(down(2, 1), (2, "TooFewReplicas"));
    assert_eq!(down(1, 4), (4, "DesiredWithinRange"));
    // Bounds that exclude the current size are enforced elsewhere.
    assert_eq!(up(3, 4), (4, "DesiredWithinRange"));
    assert_eq!(down(5, 4), (4, "DesiredWithinRange"));
}

#[test]
fn a_change_counts_until_just_before_the_end_of_the_period() {
    let two = policy("Pods", 2, 60);
    let rules = behavior(&two, &two);
    let after = |ago| {
        let memory = AutoscalerMemory {
            up: vec![event(1, ago)],
            ..AutoscalerMemory::default()
        };
        limited(&memory, &rules, [4, 1, 9], 9).0
    };
    assert_eq!((after(59_999), after(60_000)), (5, 6));
}

#[test]
fn shares_are_rounded_in_favor_of_the_change() {
    let none = AutoscalerMemory::default();
    let share = policy("Percent", 30, 60);
    let rules = behavior(&share, &share);
    // 5 × 1.3 = 6.5 and 5 × 0.7 = 3.5.
    assert_eq!(limited(&none, &rules, [5, 1, 9], 9).0, 7);
    assert_eq!(limited(&none, &rules, [5, 1, 9], 1).0, 3);
}

#[test]
fn without_a_behavior_the_size_at_most_doubles() {
    let limit = |current, min, max, desired| {
        let (size, (reason, _)) = limit(Sizes { current, min, max }, desired);
        (size, reason)
    };
    assert_eq!(limit(3, 1, 9, 7), (6, "ScaleUpLimit"));
    assert_eq!(limit(3, 1, 9, 6), (6, "DesiredWithinRange"));
    assert_eq!(limit(3, 1, 6, 7), (6, "TooManyReplicas"));
    assert_eq!(
        limit(1, 1, 9, 5),
        (4, "ScaleUpLimit"),
        "four is always allowed"
    );
    assert_eq!(limit(3, 2, 9, 1), (2, "TooFewReplicas"));
    assert_eq!(limit(3, 2, 9, 2), (2, "DesiredWithinRange"));
}

#[test]
fn a_tolerance_is_a_quantity() {
    let tolerance = |text: &str| rules(&json!({ "tolerance": text })).up().tolerance;
    assert_eq!(tolerance("0.05"), Some(0.05));
    assert_eq!(tolerance("50m"), Some(0.05));
    assert_eq!(tolerance("2"), Some(2.0));
}
