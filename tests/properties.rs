//! Random histories: Deployments with any strategy and size, and what users and nodes may do to them.
//!
//! At every step no controller may break an invariant; every history comes to rest; back to the beginning and
//! forward again, or anywhere else, is byte for byte what was there. `KUBESTEP_HISTORIES` says how many.

#[path = "common/cluster.rs"]
mod cluster;
#[path = "common/histories.rs"]
mod histories;

use cluster::MANY;
use histories::{Cluster, History, histories};
use kubestep::api::kind::Kind;
use kubestep::api::object::Object;
use kubestep::controllers::deployment::util::deployment_complete;
use kubestep::engine::invariants::{Monitor, Verdict};
use kubestep::engine::{Engine, Run};
use kubestep::node::Mode;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// Histories that are told where nobody says how many.
const HISTORIES: u32 = 200;

/// All of a cluster that can be seen, and what the store finds things by.
fn dump(engine: &Engine) -> String {
    format!(
        "{:?}\n{:?}\n{:?}",
        engine.store(),
        engine.queues(),
        engine.config()
    )
}

/// A cluster after a history, and what it looked like after each of its actions.
fn tell(history: &History) -> Result<(Engine, Vec<(usize, String)>), String> {
    let mut cluster = Cluster::new(history);
    let mut seen = vec![(0, dump(&cluster.engine))];
    for (index, action) in history.actions.iter().enumerate() {
        cluster.act(action);
        // A few looks are enough, and each is large.
        if index % 4 == 0 {
            seen.push((cluster.engine.cursor(), dump(&cluster.engine)));
        }
    }
    let mut engine = cluster.engine;
    if engine.settle(MANY) != Run::Settled {
        return Err(format!("no rest after {MANY} steps"));
    }
    seen.push((engine.cursor(), dump(&engine)));
    Ok((engine, seen))
}

/// Counts of all verdicts, so that a check that never sees anything shows.
type Seen = BTreeMap<(&'static str, Verdict), u64>;

/// Goes through the whole history again, step by step, and looks at the invariants.
fn watch(engine: &mut Engine, verdicts: &mut Seen) -> Result<(), String> {
    engine.jump(0);
    let mut monitor = Monitor::default();
    while engine.cursor() < engine.steps().len() {
        let step = engine.step().expect("the known future").clone();
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

/// The text around the first difference of two texts.
fn difference(before: &str, now: &str) -> String {
    let pairs = before.bytes().zip(now.bytes());
    let at = pairs.take_while(|(before, now)| before == now).count();
    let around = |text: &str| {
        let bytes = text.bytes().skip(at.saturating_sub(200)).take(400);
        String::from_utf8_lossy(&bytes.collect::<Vec<u8>>()).into_owned()
    };
    format!("\nwas {}\nis  {}", around(before), around(now))
}

/// Back and forth in any order is what was there.
fn travel(engine: &mut Engine, seen: &[(usize, String)]) -> Result<(), String> {
    let there = seen
        .iter()
        .rev()
        .chain(seen)
        .chain(seen.iter().step_by(2).rev());
    for (number, (at, before)) in there.enumerate() {
        engine.jump(*at);
        let now = dump(engine);
        if now != *before {
            let difference = difference(before, &now);
            return Err(format!(
                "jump {number} to step {at} finds something else: {difference}"
            ));
        }
    }
    Ok(())
}

/// Where nothing disturbs the pods, every rollout that may go on is finished.
fn finished(engine: &Engine, history: &History) -> Result<(), String> {
    if history.mode == Mode::Manual || history.disturbs() {
        return Ok(());
    }
    for object in engine.store().list(Kind::Deployment, None) {
        if let Object::Deployment(deployment) = object
            && !deployment.spec.paused
            && !deployment_complete(deployment, &deployment.status)
        {
            return Err(format!("not finished: {:?}", deployment.status));
        }
    }
    Ok(())
}

fn check(history: &History, verdicts: &mut Seen) -> Result<(), String> {
    let (mut engine, seen) = tell(history)?;
    finished(&engine, history)?;
    let (again, _) = tell(history)?;
    if dump(&engine) != dump(&again) {
        return Err("the same history ends otherwise".to_owned());
    }
    watch(&mut engine, verdicts)?;
    travel(&mut engine, &seen)
}

#[test]
fn histories_break_no_invariant_and_can_be_travelled() {
    let asked = std::env::var("KUBESTEP_HISTORIES").ok();
    let cases = asked.map_or(HISTORIES, |text| text.parse().expect("a number"));
    let config = Config {
        cases,
        failure_persistence: None,
        max_shrink_iters: 500,
        ..Config::default()
    };
    // The same histories at every run: what fails once fails again.
    let random = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(config, random);
    let verdicts = RefCell::new(Seen::new());
    let result = runner.run(&histories(), |history| {
        check(&history, &mut verdicts.borrow_mut()).map_err(TestCaseError::fail)
    });
    println!("{cases} histories");
    for ((id, verdict), count) in verdicts.borrow().iter() {
        println!("{id}: {verdict:?} {count} times");
    }
    if let Err(error) = result {
        panic!("{error}");
    }
}
