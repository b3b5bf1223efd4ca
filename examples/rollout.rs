//! How long a rollout takes: a Deployment of N pods from its creation through a rolling update 25 %/25 %, with
//! nodes that answer at once; or a StatefulSet, one pod after the other.
//!
//! `cargo run --release --example rollout -- --replicas 1000 [--kind StatefulSet]`

#![allow(
    clippy::disallowed_methods,
    reason = "this measures the machine, not the cluster"
)]

use kubestep::engine::{Engine, Run};
use kubestep::kubectl::manifests;
use kubestep::node::{Config, Image, Latency, Outcome};
use std::process::ExitCode;
use std::time::Instant;

/// More steps than this are an endless loop.
const STEPS_MAX: usize = 100_000_000;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let (replicas, kind) = match words[..] {
        ["--replicas", replicas] => (replicas.parse().ok(), "Deployment"),
        ["--replicas", replicas, "--kind", kind] => (replicas.parse().ok(), kind),
        _ => (None, ""),
    };
    let Some(replicas) = replicas else {
        eprintln!("usage: rollout --replicas N [--kind Deployment|StatefulSet]");
        return ExitCode::from(2);
    };
    let instant = Image {
        pull_ms: Latency::fixed(0),
        start_ms: Latency::fixed(0),
        ready_ms: Latency::fixed(0),
        outcome: Outcome::Fine,
    };
    let mut engine = Engine::new(Config {
        image: instant,
        stop_ms: Latency::fixed(0),
        ..Config::default()
    });
    println!(
        "{:<10} {:>12} {:>12} {:>12} {:>14}",
        "phase", "wall ms", "items", "writes", "peak memory MB"
    );
    for (phase, image) in [("create", "nginx:1.25"), ("update", "nginx:1.26")] {
        let (begun, before) = (Instant::now(), engine.steps().len());
        if let Err(faults) = manifests::apply(&mut engine, &manifest(kind, replicas, image)) {
            eprintln!("{faults:?}");
            return ExitCode::FAILURE;
        }
        if engine.settle(STEPS_MAX) == Run::Limit {
            eprintln!("{phase}: no end after {STEPS_MAX} steps");
            return ExitCode::FAILURE;
        }
        let steps = &engine.steps()[before..];
        let writes: usize = steps.iter().map(|step| step.changes.len()).sum();
        let wall = begun.elapsed().as_secs_f64() * 1000.0;
        println!(
            "{phase:<10} {wall:>12.1} {:>12} {writes:>12} {:>14}",
            steps.len(),
            peak_memory()
        );
    }
    ExitCode::SUCCESS
}

fn manifest(kind: &str, replicas: u32, image: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: web}}\nspec:\n  replicas: {replicas}\n  \
         selector: {{matchLabels: {{app: web}}}}\n  template:\n    metadata: {{labels: {{app: web}}}}\n    \
         spec: {{containers: [{{name: nginx, image: \"{image}\"}}]}}\n"
    )
}

/// The most memory the process has had, in megabytes, where the system tells.
fn peak_memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kilobytes.map_or("unknown".to_owned(), |kilobytes| {
        (kilobytes / 1024).to_string()
    })
}
