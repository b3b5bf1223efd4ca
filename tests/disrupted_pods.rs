//! Pods that were evicted but are still there, as their PodDisruptionBudget counts them.

use kubestep::engine::{Config, Engine, Run};
use kubestep::kubectl;

const MANY: usize = 20_000;

/// The output of a successful command.
fn say(engine: &mut Engine, line: &str) -> String {
    let output = kubectl::run(engine, line, None);
    assert_eq!(output.exit, 0, "{line}: {}", output.stderr);
    output.stdout
}

/// `pkg/controller/disruption/disruption.go`, buildDisruptedPodMap: a pod that was evicted but is still there counts
/// again after two minutes.
#[test]
fn an_evicted_pod_that_is_not_deleted_counts_again_after_two_minutes() {
    let mut engine = Engine::new(Config::default());
    say(
        &mut engine,
        "create deployment web --image=nginx:1.25 --replicas=3",
    );
    say(
        &mut engine,
        "create poddisruptionbudget web --selector=app=web --min-available=2",
    );
    engine.settle(MANY);
    let pod = say(
        &mut engine,
        "get pods -o jsonpath={.items[0].metadata.name}",
    );
    let now = say(
        &mut engine,
        "get pdb web -o jsonpath={.metadata.creationTimestamp}",
    );
    let patch = format!(r#"{{"status":{{"disruptedPods":{{"{pod}":"{now}"}}}}}}"#);
    say(
        &mut engine,
        &format!("patch pdb web --subresource=status --type=merge -p '{patch}'"),
    );
    let evicted =
        |engine: &mut Engine| say(engine, "get pdb web -o jsonpath={.status.disruptedPods}");
    let counts = "get pdb web -o 'jsonpath={.status.currentHealthy} {.status.disruptionsAllowed}'";
    for (seconds, expected, known) in [(60, "2 0", true), (120, "3 1", false)] {
        let end = engine.now().plus_seconds(seconds);
        assert_eq!(engine.run_until(end, MANY), Run::Settled);
        assert_eq!(say(&mut engine, counts), expected);
        assert_eq!(evicted(&mut engine).contains(&pod), known);
        let events = say(&mut engine, "get events -o jsonpath={.items[*].reason}");
        assert_eq!(events.contains("NotDeleted"), !known, "{events}");
    }
}
