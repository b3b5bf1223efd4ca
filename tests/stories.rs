//! Random stories in the words of a user: command lines, faults, versions of Kubernetes, and movements in time in any
//! order.
//!
//! No story panics, and no controller breaks an invariant at any step. Wherever a story has been in time, it finds the
//! same bytes when it comes back, on every future. Told again from the beginning, it ends in the same bytes. When all has
//! settled, the workloads asked for are there. `KUBESTEP_STORIES` is the number of stories.

#[path = "common/dump.rs"]
mod dump;
#[path = "common/story.rs"]
mod story;
#[path = "common/travel.rs"]
mod travel;

use dump::dump;
use kubestep::api::kind::Kind;
use kubestep::engine::{Config, Engine};
use kubestep::kubectl;
use proptest::test_runner::{self, RngAlgorithm, TestCaseError, TestRng, TestRunner};
use serde_json::json;
use std::cell::RefCell;
use std::collections::BTreeMap;
use story::{Act, FAULTS, GATES, IMAGES, NODES, PATCHES, ROLLOUTS, Wanted, Workload, acts};
use travel::{Seen, difference, watch};

/// Stories without `KUBESTEP_STORIES`.
const STORIES: u32 = 120;
/// Steps of one act at most.
const MANY: usize = 5_000;

/// A cluster on its way through a story.
struct Story {
    engine: Engine,
    /// What it looked like at some steps of the current future.
    seen: BTreeMap<usize, String>,
    /// Step and wishes before each act that has not been taken back.
    past: Vec<(usize, Wanted)>,
    wanted: Wanted,
}

impl Story {
    fn new() -> Self {
        let mut engine = Engine::new(Config::default());
        for (image, outcome) in [(2, "missing"), (3, "crashes"), (4, "never-ready")] {
            let line = format!("sim image {} --outcome={outcome}", IMAGES[image]);
            assert_eq!(
                kubectl::run::run(&mut engine, &line, None).exit,
                0,
                "{line}"
            );
        }
        Self {
            engine,
            seen: BTreeMap::new(),
            past: Vec::new(),
            wanted: Wanted::default(),
        }
    }

    fn tell(acts: &[Act]) -> Result<Self, String> {
        let mut story = Self::new();
        for act in acts {
            story.act(act)?;
            story.look()?;
        }
        story.engine.settle(MANY);
        story.look()?;
        Ok(story)
    }

    /// Compares with what was there when the story was here before, or takes note.
    fn look(&mut self) -> Result<(), String> {
        let (at, now) = (self.engine.cursor(), dump(&self.engine));
        match self.seen.get(&at) {
            Some(before) if *before != now => Err(format!(
                "step {at} is another one: {}",
                difference(before, &now)
            )),
            Some(_) => Ok(()),
            None => {
                self.seen.insert(at, now);
                Ok(())
            }
        }
    }

    fn act(&mut self, act: &Act) -> Result<(), String> {
        let before = (self.engine.cursor(), self.wanted.clone());
        match act {
            Act::Steps(count) => {
                for _ in 0..*count {
                    if !self.engine.is_quiescent() {
                        self.engine.step();
                    }
                }
            }
            Act::Settle => drop(self.engine.settle(MANY)),
            Act::Clock(seconds) => {
                let end = self.engine.now().plus_seconds((*seconds).into());
                self.engine.run_until(end, MANY);
            }
            Act::Back(acts) => return self.back(*acts),
            Act::Visit(place) => return self.visit(*place),
            Act::Future(number) => return self.visit_future(*number),
            act => {
                if let Some((line, stdin)) = self.line(act) {
                    let output = kubectl::run::run(&mut self.engine, &line, stdin.as_deref());
                    if output.exit == 0 {
                        self.wanted.note(act, &output.stdout);
                    }
                }
            }
        }
        self.past.push(before);
        Ok(())
    }

    /// Takes back some acts, and leaves the future by a write.
    fn back(&mut self, acts: usize) -> Result<(), String> {
        let kept = self.past.len().saturating_sub(acts);
        let Some((at, wanted)) = self.past.get(kept).cloned() else {
            return Ok(());
        };
        self.past.truncate(kept);
        self.wanted = wanted;
        self.engine.jump(at);
        self.look()?;
        self.seen.split_off(&(at + 1));
        let line = format!(
            "kubectl annotate node node-1 futures={} --overwrite",
            self.engine.futures()
        );
        let output = kubectl::run::run(&mut self.engine, &line, None);
        // The node may have been deleted: the clock moves in any case.
        if output.exit != 0 {
            kubectl::run::run(&mut self.engine, "sim clock 1s", None);
        }
        Ok(())
    }

    /// Goes somewhere else in time, on by a step, and back again.
    fn visit(&mut self, place: u8) -> Result<(), String> {
        let here = self.engine.cursor();
        self.engine.jump(here * usize::from(place) / 255);
        self.look()?;
        if self.engine.cursor() < here {
            self.engine.step();
            self.look()?;
        }
        self.engine.jump(here);
        Ok(())
    }

    /// Takes up another future, sees its ends, and returns.
    fn visit_future(&mut self, number: usize) -> Result<(), String> {
        let (here, own) = (self.engine.cursor(), self.engine.future());
        let other = number % self.engine.futures();
        if other == own || !self.engine.take_up(other) {
            return Ok(());
        }
        self.engine.jump(self.engine.steps().len());
        let end = dump(&self.engine);
        self.engine.jump(0);
        while self.engine.cursor() < self.engine.steps().len() {
            self.engine.step();
        }
        let again = dump(&self.engine);
        if end != again {
            return Err(format!(
                "another end of future {other}: {}",
                difference(&end, &again)
            ));
        }
        self.engine.take_up(own);
        self.engine.jump(here);
        Ok(())
    }

    /// Some pod, if there are any.
    fn pod(&self, number: usize) -> Option<String> {
        let pods = self.engine.store().list(Kind::Pod, None);
        let names: Vec<String> = pods.map(|pod| pod.meta().name.to_string()).collect();
        names.get(number.checked_rem(names.len())?).cloned()
    }

    /// The command line of an act, with its standard input.
    fn line(&self, act: &Act) -> Option<(String, Option<String>)> {
        let target = |(kind, name): &Workload| format!("{kind}/{name}");
        let line = match act {
            Act::Apply(of, size, image, parallel) => {
                let manifest = manifest(*of, *size, *image, *parallel);
                return Some(("kubectl apply -f -".to_owned(), Some(manifest)));
            }
            Act::Delete(of, cascade) => format!(
                "kubectl delete {} --cascade={cascade} --wait=false",
                target(of)
            ),
            Act::Scale(of, size) => format!("kubectl scale {} --replicas={size}", target(of)),
            Act::Image(of, image) => {
                format!("kubectl set image {} app={}", target(of), IMAGES[*image])
            }
            Act::Patch(of, patch) => {
                format!("kubectl patch {} -p '{}'", target(of), PATCHES[*patch])
            }
            Act::Rollout(of, verb) => format!("kubectl rollout {} {}", ROLLOUTS[*verb], target(of)),
            Act::Autoscale(of) => {
                format!("kubectl autoscale {} --min=1 --max=4 --cpu=50%", target(of))
            }
            Act::Load(of, load) => format!("sim load {} cpu={load}m", target(of)),
            Act::DeletePod(number, force) => {
                let force = if *force {
                    "--force --grace-period=0"
                } else {
                    "--wait=false"
                };
                format!("kubectl delete pod {} {force}", self.pod(*number)?)
            }
            Act::Relabel(number) => format!(
                "kubectl label pod {} app=lost --overwrite",
                self.pod(*number)?
            ),
            Act::Fault(fault, number) => format!("sim {} {}", FAULTS[*fault], self.pod(*number)?),
            Act::Node(number, what) => NODES[*what].replace("NODE", &format!("node-{number}")),
            Act::Version(version) => format!("sim version {version}"),
            Act::Gate(gate, on) => format!("sim gate {}={on}", GATES[*gate]),
            Act::Steps(_)
            | Act::Settle
            | Act::Clock(_)
            | Act::Back(_)
            | Act::Visit(_)
            | Act::Future(_) => {
                return None;
            }
        };
        Some((line, None))
    }

    /// The workloads that are asked for are there, and no others.
    fn is_as_wanted(&self) -> Result<(), String> {
        if self.wanted.disturbed {
            return Ok(());
        }
        let store = self.engine.store();
        let kinds = [(Kind::Deployment, "deploy"), (Kind::StatefulSet, "sts")];
        let mut there = BTreeMap::new();
        for (kind, word) in kinds {
            for object in store.list(kind, None) {
                let replicas = object.to_value()["spec"]["replicas"]
                    .as_u64()
                    .unwrap_or_default();
                there.insert((word, object.meta().name.to_string()), replicas);
            }
        }
        let wanted = self.wanted.replicas.iter();
        let wanted: BTreeMap<_, _> = wanted
            .map(|((word, name), size)| ((*word, (*name).to_owned()), u64::from(*size)))
            .collect();
        if there == wanted {
            return Ok(());
        }
        Err(format!("wanted {wanted:?}, there are {there:?}"))
    }
}

fn manifest((kind, name): Workload, size: u8, image: usize, parallel: bool) -> String {
    let mut spec = json!({
        "replicas": size,
        "selector": { "matchLabels": { "app": name } },
        "template": {
            "metadata": { "labels": { "app": name } },
            "spec": { "containers": [{ "name": "app", "image": IMAGES[image] }] },
        },
    });
    let kind = match kind {
        "deploy" => Kind::Deployment,
        _ => {
            spec["serviceName"] = json!(name);
            if parallel {
                spec["podManagementPolicy"] = json!("Parallel");
            }
            Kind::StatefulSet
        }
    };
    let metadata = json!({ "name": name });
    json!({ "apiVersion": "apps/v1", "kind": kind.name(), "metadata": metadata, "spec": spec })
        .to_string()
}

fn check(acts: &[Act], verdicts: &mut Seen) -> Result<(), String> {
    let mut story = Story::tell(acts)?;
    story.is_as_wanted()?;
    let end = dump(&story.engine);
    let again = Story::tell(acts)?;
    let told_again = dump(&again.engine);
    if end != told_again {
        return Err(format!(
            "told again it ends otherwise: {}",
            difference(&end, &told_again)
        ));
    }
    watch(&mut story.engine, verdicts)?;
    story.look()?;
    let places: Vec<usize> = story.seen.keys().copied().collect();
    for at in places.into_iter().rev() {
        story.engine.jump(at);
        story.look()?;
    }
    Ok(())
}

#[test]
fn stories_break_no_invariant_and_find_every_moment_again() {
    let asked = std::env::var("KUBESTEP_STORIES").ok();
    let cases = asked.map_or(STORIES, |text| text.parse().expect("a number"));
    let config = test_runner::Config {
        cases,
        failure_persistence: None,
        max_shrink_iters: 1_000,
        ..test_runner::Config::default()
    };
    // The same stories at every run.
    let random = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(config, random);
    let verdicts = RefCell::new(Seen::new());
    let result = runner.run(&acts(), |acts| {
        check(&acts, &mut verdicts.borrow_mut()).map_err(TestCaseError::fail)
    });
    println!("{cases} stories");
    for ((id, verdict), count) in verdicts.borrow().iter() {
        println!("{id}: {verdict:?} {count} times");
    }
    if let Err(error) = result {
        panic!("{error}");
    }
}
