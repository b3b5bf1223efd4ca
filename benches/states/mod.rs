//! How long states take: real ones, and texts that are none.

use super::created;
use divan::Bencher;
use divan::counter::BytesCount;
use kubestep::engine::{Config, Engine};
use kubestep::kubectl;
use kubestep::manifests::state;

/// Length of the texts that are no states in bytes, just below the limit.
const BYTES: usize = 4_190_000;

/// What kubectl prints of a cluster with a Deployment.
fn exported(replicas: u32, format: &str) -> String {
    let mut engine = created("Deployment", replicas);
    let line = format!(
        "kubectl get deploy,rs,sts,pods,pvc,pv,svc,hpa,nodes,controllerrevisions,events -o {format}"
    );
    let output = kubectl::run(&mut engine, &line, None);
    assert_eq!(output.exit, 0, "{}", output.stderr);
    output.stdout
}

/// Starts from the state of a cluster with 300 pods.
#[divan::bench(args = ["yaml", "json"], sample_count = 5, sample_size = 1)]
fn start_from_state(bencher: Bencher, format: &str) {
    let text = exported(300, format);
    bencher
        .counter(BytesCount::of_str(&text))
        .with_inputs(|| Engine::new(Config::default()))
        .bench_local_values(|mut engine| {
            let started = state::start(&mut engine, &text);
            started.expect("a state").objects
        });
}

/// A text that is no state, by what is wrong with it.
fn hostile(what: &str) -> String {
    let repeated = |text: &str| text.repeat(BYTES / text.len());
    let cut = |mut text: String| {
        text.truncate(text.len() - 100);
        text
    };
    match what {
        "letters" => repeated("x"),
        "lines" => repeated("kubectl get pods -o yaml\n"),
        "lists" => repeated("["),
        "objects" => repeated("{\"a\":"),
        "items" => repeated("- a\n"),
        "documents" => repeated("---\n"),
        "indents" => repeated(" \n  a:\n   - b\n"),
        "keys" => (0..BYTES / 16)
            .map(|key| format!("key-{key:08}: x\n"))
            .collect(),
        "same keys" => repeated("a: b\n"),
        "aliases" => format!(
            "a: &a [{}]\nb: [{}]\n",
            "x,".repeat(5_000),
            "*a,".repeat(500_000)
        ),
        "anchors" => (0..BYTES / 24)
            .map(|key| format!("- &anchor-{key:08} abc\n"))
            .collect(),
        "quotes" => format!("a: \"{}", repeated("\\x")),
        "rows" => format!(
            "NAME READY STATUS RESTARTS AGE\n{}",
            repeated("web-0 1/1 Running\n")
        ),
        "pods" => {
            let rows = (0..BYTES / 40).map(|row| format!("web-{row}   1/1   Running   0   5d\n"));
            format!(
                "NAME   READY   STATUS   RESTARTS   AGE\n{}",
                rows.collect::<String>()
            )
        }
        "cut-off YAML" => cut(exported(300, "yaml")),
        "cut-off JSON" => cut(exported(200, "json")),
        _ => repeated("a long text: ").repeat(6),
    }
}

/// Refuses, or starts from, texts that are no states.
#[divan::bench(args = [
    "letters", "lines", "lists", "objects", "items", "documents", "indents", "keys", "same keys", "aliases", "anchors",
    "quotes", "rows", "pods", "cut-off YAML", "cut-off JSON", "24 MB",
], sample_count = 3, sample_size = 1)]
fn hostile_state(bencher: Bencher, what: &str) {
    let text = hostile(what);
    bencher
        .counter(BytesCount::of_str(&text))
        .with_inputs(|| Engine::new(Config::default()))
        .bench_local_values(|mut engine| state::start(&mut engine, &text).is_ok());
}
