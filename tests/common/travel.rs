//! What is compared before and after travelling through time, and what holds at every step.

#![allow(dead_code, reason = "every test file uses its own part of this")]

use kubestep::engine::Engine;
use kubestep::engine::invariants::{Monitor, Verdict};
use std::collections::BTreeMap;

/// Number of findings by verdict, so that a check that never sees anything is noticed.
pub type Seen = BTreeMap<(&'static str, Verdict), u64>;

/// The text around the first difference of two texts.
pub fn difference(before: &str, now: &str) -> String {
    let pairs = before.bytes().zip(now.bytes());
    let at = pairs.take_while(|(before, now)| before == now).count();
    let around = |text: &str| {
        let bytes = text.bytes().skip(at.saturating_sub(200)).take(400);
        String::from_utf8_lossy(&bytes.collect::<Vec<u8>>()).into_owned()
    };
    format!("\nwas {}\nis  {}", around(before), around(now))
}

/// Replays the whole history step by step and checks the invariants.
pub fn watch(engine: &mut Engine, verdicts: &mut Seen) -> Result<(), String> {
    engine.jump(0);
    let mut monitor = Monitor::default();
    while engine.cursor() < engine.steps().len() {
        let step = engine.step().expect("a recorded step").clone();
        for finding in monitor.look(engine.store(), &step) {
            *verdicts
                .entry((finding.invariant.id, finding.verdict))
                .or_default() += 1;
            if finding.verdict == Verdict::BrokenByController {
                let number = engine.cursor();
                return Err(format!("step {number}, {:?}: {finding:?}", step.action));
            }
        }
    }
    Ok(())
}
