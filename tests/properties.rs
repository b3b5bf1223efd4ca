//! Random histories: Deployments and StatefulSets with arbitrary strategies and sizes, and actions of users, nodes
//! and faults.
//!
//! No controller may break an invariant at any step; every history settles; going back to the start and forward
//! again, or jumping anywhere, restores every state byte for byte; and repeating the actions from the past has the
//! same result. `KUBESTEP_HISTORIES` sets their number.

#[path = "common/cluster.rs"]
mod cluster;
#[path = "common/dump.rs"]
mod dump;
#[path = "common/histories.rs"]
mod histories;
#[path = "common/sets.rs"]
mod sets;
#[path = "common/travel.rs"]
mod travel;

use cluster::MANY;
use dump::dump;
use histories::{Cluster, History, histories};
use kubestep::api::kind::Kind;
use kubestep::api::object::Object;
use kubestep::controllers::deployment::util::deployment_complete;
use kubestep::engine::invariants::stateful_set::is_rolled_out;
use kubestep::engine::{Engine, Run};
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};
use std::cell::RefCell;
use travel::{Seen, difference, watch};

/// Default number of histories.
const HISTORIES: u32 = 200;

/// Number of actions between snapshots.
const EVERY: usize = 4;

/// A cluster after a history, with snapshots taken during it.
fn tell(history: &History) -> Result<(Engine, Vec<(usize, String)>), String> {
    let mut cluster = Cluster::new(history);
    let mut seen = vec![(0, dump(&cluster.engine))];
    for (index, action) in history.actions.iter().enumerate() {
        cluster.act(action);
        // A few snapshots suffice, since each is large.
        if index % EVERY == 0 {
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

/// Jumps in any order restore the snapshots.
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

/// If nothing disturbs the pods, every rollout that can proceed has completed.
fn finished(engine: &Engine, history: &History) -> Result<(), String> {
    if history.manual || history.disturbs() {
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
    for object in engine.store().list(Kind::StatefulSet, None) {
        if let Object::StatefulSet(set) = object
            && !is_rolled_out(set)
        {
            return Err(format!("not finished: {:?}", set.status));
        }
    }
    Ok(())
}

/// Goes back to the middle, and repeats the actions from there.
fn do_again(
    engine: &mut Engine,
    history: &History,
    seen: &[(usize, String)],
) -> Result<(), String> {
    let middle = seen.len() / 2;
    let Some((at, _)) = seen.get(middle).filter(|_| middle + 1 < seen.len()) else {
        return Ok(());
    };
    let end = dump(engine);
    engine.jump(*at);
    // The known future is abandoned, so that steps are computed instead of replayed.
    let world = engine.world().clone();
    engine.set_world("again", world);
    let mut cluster = Cluster {
        engine: engine.clone(),
    };
    let done = match middle {
        0 => 0,
        _ => (middle - 1) * EVERY + 1,
    };
    for action in &history.actions[done..] {
        cluster.act(action);
    }
    let mut again = cluster.engine;
    again.settle(MANY);
    let now = dump(&again);
    if now == end {
        Ok(())
    } else {
        Err(format!(
            "doing it again from step {at} ends otherwise: {}",
            difference(&end, &now)
        ))
    }
}

fn check(history: &History, verdicts: &mut Seen) -> Result<(), String> {
    let (mut engine, seen) = tell(history)?;
    finished(&engine, history)?;
    let (again, _) = tell(history)?;
    if dump(&engine) != dump(&again) {
        return Err("the same history ends otherwise".to_owned());
    }
    watch(&mut engine, verdicts)?;
    travel(&mut engine, &seen)?;
    engine.jump(engine.steps().len());
    do_again(&mut engine, history, &seen)
}

#[test]
fn histories_break_no_invariant_and_can_be_replayed() {
    let asked = std::env::var("KUBESTEP_HISTORIES").ok();
    let cases = asked.map_or(HISTORIES, |text| text.parse().expect("a number"));
    let config = Config {
        cases,
        failure_persistence: None,
        max_shrink_iters: 500,
        ..Config::default()
    };
    // The same histories in every run, so that failures are reproducible.
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
