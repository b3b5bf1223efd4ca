//! Measures a rollout: a Deployment of N pods from its creation through a rolling update with 25 %/25 % on nodes
//! that respond immediately; or a StatefulSet in order.
//!
//!
//! `cargo run --release --example rollout -- --replicas 100,1000,10000 [--kind StatefulSet]`
//!
//! The last column shows how the time of the update grows from one size to the next, as an exponent of N.

#![allow(
    clippy::disallowed_methods,
    reason = "this measures the machine, not the cluster"
)]

use kubestep::engine::{Config, Engine, Run};
use kubestep::manifests;
use std::process::ExitCode;
use std::time::Instant;

#[path = "../benches/web/mod.rs"]
mod web;

use web::manifest;

/// Upper bound for the number of steps; more would be an endless loop.
const STEPS_MAX: usize = 100_000_000;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let (sizes, kind) = match words[..] {
        ["--replicas", sizes] => (numbers(sizes), "Deployment"),
        ["--replicas", sizes, "--kind", kind] => (numbers(sizes), kind),
        _ => (None, ""),
    };
    let Some(sizes) = sizes else {
        eprintln!("usage: rollout --replicas N[,N…] [--kind Deployment|StatefulSet]");
        return ExitCode::from(2);
    };
    println!("replicas phase         wall ms      items     writes  peak memory MB  growth");
    let mut known: Option<(u32, f64)> = None;
    for replicas in sizes {
        match rollout(kind, replicas) {
            Ok(wall) => {
                let growth = known.map(|(fewer, less)| {
                    let times = f64::from(replicas) / f64::from(fewer);
                    (wall / less).ln() / times.ln()
                });
                println!(
                    "{}",
                    growth.map_or(String::new(), |growth| format!("{growth:>79.2}"))
                );
                known = Some((replicas, wall));
            }
            Err(why) => {
                eprintln!("{why}");
                return ExitCode::FAILURE;
            }
        }
    }
    ExitCode::SUCCESS
}

fn numbers(list: &str) -> Option<Vec<u32>> {
    list.split(',').map(|number| number.parse().ok()).collect()
}

/// Runs and prints the phases for one size; returns the duration of the update in milliseconds.
fn rollout(kind: &str, replicas: u32) -> Result<f64, String> {
    let mut engine = Engine::new(Config::instant());
    let mut wall = 0.0;
    for (phase, image) in [("create", "nginx:1.25"), ("update", "nginx:1.26")] {
        let (begun, before) = (Instant::now(), engine.steps().len());
        manifests::apply(&mut engine, &manifest(kind, replicas, image))
            .map_err(|faults| format!("{faults:?}"))?;
        if engine.settle(STEPS_MAX) == Run::Limit {
            return Err(format!("{phase}: no end after {STEPS_MAX} steps"));
        }
        wall = begun.elapsed().as_secs_f64() * 1000.0;
        let steps = &engine.steps()[before..];
        let writes: usize = steps.iter().map(|step| step.changes.len()).sum();
        println!(
            "{replicas:>8} {phase:<8} {wall:>12.1} {:>10} {writes:>10} {:>15}",
            steps.len(),
            peak_memory()
        );
    }
    Ok(wall)
}

/// The peak memory of the process in megabytes, if the system reports it.
fn peak_memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kilobytes.map_or("unknown".to_owned(), |kilobytes| {
        (kilobytes / 1024).to_string()
    })
}
