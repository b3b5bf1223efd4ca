//! Replays scenarios.

use crate::compare::Report;
use crate::names::Names;
use crate::nodes;
use crate::normalise::normalise;
use crate::scenario::Recording;
use crate::{snapshot, writes};
use kubestep::api::kind::Kind;
use kubestep::api::object::{Key, Object};
use kubestep::api::time::Time;
use kubestep::engine::{Config, Engine, Run};
use kubestep::kubectl;
use kubestep::manifests::state;
use kubestep::node::manual::{self, Verb, schedule};
use kubestep::store::{Change, NameOrder};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// Upper bound for the steps until the cluster has settled; more would be an endless loop.
const STEPS_MAX: usize = 20_000;
/// Milliseconds of rest after each pod of a verb.
const REST: i64 = 500;

/// Replays a recorded scenario and compares every step.
#[must_use]
pub fn replay(recording: &Recording) -> Report {
    play(recording).0
}

/// Like [`replay`], but also returns the final cluster with all its steps.
#[must_use]
pub fn play(recording: &Recording) -> (Report, Engine) {
    let mut player = Player::new(recording);
    let mut report = Report::of(&recording.name);
    for index in 0..recording.steps.len() {
        player.compare(recording, index, &mut report);
    }
    (report, player.engine)
}

/// Replays a recorded scenario up to each of its snapshots but the last, exports the cluster's objects, goes on in a
/// new cluster that starts from them, and compares the steps after it. Returns a report for each snapshot.
#[must_use]
pub fn replay_from_states(recording: &Recording) -> Vec<Report> {
    let steps = recording.steps.iter().enumerate();
    let snapshots = steps.filter(|(_, step)| step.get("snapshot").is_some());
    let mut snapshots: Vec<usize> = snapshots.map(|(index, _)| index).collect();
    snapshots.pop();
    let from = |at: usize| {
        let mut player = Player::new(recording);
        let mut report = Report::of(&format!("{} from step {at}", recording.name));
        let mut before = Report::of(&recording.name);
        for index in 0..=at {
            player.compare(recording, index, &mut before);
        }
        report.goes_on_after(before);
        player.start_again(recording);
        for index in at + 1..recording.steps.len() {
            player.compare(recording, index, &mut report);
        }
        report
    };
    snapshots.into_iter().map(from).collect()
}

/// A recorded cluster at one of its snapshots, for nodes that work by themselves: a replay up to the step, exported and
/// started from. The recorded nodes report nothing, so that their objects are left out, and nodes assumed instead.
#[must_use]
pub fn cluster_at(recording: &Recording, step: usize) -> Cluster {
    let mut player = Player::new(recording);
    for step in &recording.steps[..=step] {
        player.play(step);
    }
    let config = Config {
        features: recording.features(),
        names: NameOrder::Ascending,
        // The cluster's own objects must not get the uids of recorded ones.
        seed: u64::MAX,
        ..Config::default()
    };
    let is_kept = |kind: &Kind| ![Kind::Node, Kind::Event].contains(kind);
    let engine = player.restarted(recording, config, is_kept);
    Cluster {
        engine,
        names: player.names,
    }
}

/// A recorded cluster that goes on by itself.
pub struct Cluster {
    /// The cluster.
    pub engine: Engine,
    names: Names,
}

impl Cluster {
    /// A recorded command, with the names that this cluster has given.
    #[must_use]
    pub fn command(&self, recorded: &str) -> String {
        format!("kubectl {}", self.names.to_real(recorded))
    }
}

/// Standard error without kubestep's own notes on fields that are not simulated.
fn without_notes(stderr: &str) -> String {
    let lines = stderr.split_inclusive('\n');
    lines
        .filter(|line| !line.starts_with("not simulated: spec."))
        .collect()
}

fn config(recording: &Recording) -> Config {
    Config {
        features: recording.features(),
        // Recordings list pods in the order of creation (section 3 of their FORMAT.md).
        names: NameOrder::Ascending,
        ..Config::manual()
    }
}

struct Player {
    engine: Engine,
    names: Names,
    /// Number of the engine's steps processed.
    seen: usize,
    /// Changes since the last snapshot.
    changes: Vec<Change>,
    /// Whether the controllers have failed to settle.
    endless: bool,
}

impl Player {
    fn new(recording: &Recording) -> Self {
        Self {
            engine: Engine::new(config(recording)),
            names: Names::default(),
            seen: 0,
            changes: Vec::new(),
            endless: false,
        }
    }

    /// Plays a step and compares its result.
    fn compare(&mut self, recording: &Recording, index: usize, report: &mut Report) {
        let step = &recording.steps[index];
        let mut got = self.play(step);
        if self.endless {
            got = json!({ "stderr": "the controllers did not come to rest", "snapshot": null });
        }
        if step.get("command").is_some() || step.get("snapshot").is_some() {
            let equal_pods = self.chose_another_equal_pod(step, &got);
            report.compare(recording, index, &got, equal_pods);
        }
    }

    /// Goes on in a new cluster that knows only what the API serves of this one.
    fn start_again(&mut self, recording: &Recording) {
        let old = self.engine.store().registers;
        let mut engine = self.restarted(recording, config(recording), |_| true);
        // The harness' own nodes go on as before, and generated names in the order of creation.
        let carried = engine.act("nodes and names", |context| {
            let registers = &mut context.store.registers;
            registers.name_suffix = old.name_suffix;
            registers.bindings = old.bindings;
            registers.pod_ips = old.pod_ips;
            Ok::<(), String>(())
        });
        assert_eq!(carried, Ok(()));
        // Objects have whole seconds only.
        engine.advance(old.now);
        self.seen = engine.steps().len();
        self.engine = engine;
        self.rest();
    }

    /// A new cluster that starts from the objects of some kinds.
    fn restarted(
        &mut self,
        recording: &Recording,
        config: Config,
        is_kept: impl Fn(&Kind) -> bool,
    ) -> Engine {
        let mut exported = String::new();
        for kind in Kind::all().filter(is_kept) {
            let line = format!("kubectl get {} -A -o yaml", kind.plural());
            let printed = kubectl::run(&mut self.engine, &line, None);
            exported.push_str("---\n");
            exported.push_str(&printed.stdout);
        }
        let mut engine = Engine::new(config);
        if let Err(faults) = state::start(&mut engine, &exported) {
            panic!(
                "{}: what was exported cannot be imported: {faults:?}",
                recording.name
            );
        }
        engine
    }

    fn play(&mut self, step: &Value) -> Value {
        let end = step["t"]
            .as_f64()
            .map_or(self.engine.now(), |seconds| Time((seconds * 1000.0) as i64));
        if let Some(command) = step["command"].as_str() {
            self.wait_until(end);
            return self.run_command(command, step["stdin"].as_str());
        }
        if let Some(verb) = step.get("node") {
            self.play_node(verb, end);
            return Value::Null;
        }
        self.wait_until(end);
        if step.get("snapshot").is_some() {
            return json!({ "snapshot": self.snapshot() });
        }
        Value::Null
    }

    /// Lets the same time pass as in the recording.
    fn wait_until(&mut self, end: Time) {
        self.ended(|engine| engine.run_until(end, STEPS_MAX));
    }

    fn rest(&mut self) {
        self.ended(|engine| engine.run_due(STEPS_MAX));
    }

    /// Once the controllers have looped endlessly, they are not run again.
    fn ended(&mut self, run: impl FnOnce(&mut Engine) -> Run) {
        if !self.endless {
            self.endless = run(&mut self.engine) == Run::Limit;
        }
        self.look();
    }

    /// Processes new steps of the engine.
    fn look(&mut self) {
        let steps: Vec<_> = self.engine.steps()[self.seen..].to_vec();
        self.seen = self.engine.steps().len();
        for change in steps.iter().flat_map(|step| &step.changes) {
            self.names.learn(change);
            self.changes.push(change.clone());
        }
    }

    fn run_command(&mut self, command: &str, stdin: Option<&str>) -> Value {
        let command = self.names.to_real(command);
        let stdin = stdin.map(|stdin| self.names.to_real(stdin));
        let output = kubectl::run(&mut self.engine, &command, stdin.as_deref());
        self.rest();
        let shown = |text: &str| normalise(&self.names.to_recorded(text));
        json!({
            "stdout": shown(&output.stdout),
            "stderr": shown(&without_notes(&output.stderr)),
            "exit": output.exit,
        })
    }

    /// The storage's part: binds claims without a volume.
    fn bind_claims(&mut self, step: &Value, end: Time) {
        self.rest();
        let namespace = step.get("namespace").and_then(Value::as_str);
        let mut keys = manual::unbound_claims(self.engine.store(), namespace);
        if let Some(name) = step.get("name").and_then(Value::as_str) {
            keys.retain(|key| *key.name == *name);
        }
        let number = |field: &str| step[field].as_u64().and_then(|n| usize::try_from(n).ok());
        let chosen = keys.into_iter().skip(number("skip").unwrap_or(0));
        for key in chosen.take(number("count").unwrap_or(usize::MAX)) {
            self.act(|store| manual::bind_claim(store, &key));
            self.rest();
        }
        self.wait_until(end);
    }

    fn play_node(&mut self, step: &Value, end: Time) {
        let reason = step.get("reason").and_then(Value::as_str);
        let word = step["do"].as_str().unwrap_or_default();
        if word == "bindpvc" {
            return self.bind_claims(step, end);
        }
        let Some(verb) = Verb::parse(word, reason) else {
            return;
        };
        self.rest();
        let mut pods = nodes::select(self.engine.store(), &self.names, step);
        pods.retain(|pod| verb.applies_to(pod));
        if step["order"] == "descending" {
            pods.reverse();
        }
        let number = |field: &str| step[field].as_u64().and_then(|n| usize::try_from(n).ok());
        let chosen = pods.into_iter().skip(number("skip").unwrap_or(0));
        let keys: Vec<Key> = chosen
            .take(number("count").unwrap_or(usize::MAX))
            .map(|pod| Object::Pod(Rc::clone(&pod)).key())
            .collect();
        if verb.binds_first() {
            for key in &keys {
                if self.lacks_node(key) {
                    self.act(|store| schedule(store, key));
                }
            }
            if verb != Verb::Schedule {
                self.rest();
            }
        }
        for (index, key) in keys.iter().enumerate() {
            if verb != Verb::Schedule {
                let later = i64::try_from(keys.len() - index - 1).unwrap_or(0);
                self.wait_until(end.plus_millis(-REST * later - REST));
                self.act(|store| verb.apply(store, key));
                self.rest();
            }
        }
        self.wait_until(end);
    }

    fn lacks_node(&self, key: &Key) -> bool {
        self.engine
            .store()
            .pod(key)
            .is_some_and(|pod| pod.node_name.is_none())
    }

    /// As in the recorder, a verb refused by the API server changes nothing.
    fn act(
        &mut self,
        verb: impl FnOnce(&mut kubestep::store::Store) -> Result<(), kubestep::actor::SyncError>,
    ) {
        drop(self.engine.act("sim node", |context| verb(context.store)));
    }

    /// Whether a ReplicaSet deleted as many pods as in the recording, but other ones, among candidates that had
    /// been ready for about as long, where a second's difference changes the rank
    /// (`pkg/controller/controller_utils.go`, ActivePodsWithRanks: ages are compared by powers of two of
    /// nanoseconds, while pods have times in whole seconds).
    fn chose_another_equal_pod(&self, expected: &Value, got: &Value) -> bool {
        let deleted = |side: &Value| -> BTreeMap<String, BTreeSet<String>> {
            let owners = side
                .pointer("/snapshot/podWrites")
                .and_then(Value::as_object);
            let owners = owners.into_iter().flatten();
            let pods = owners.map(|(owner, writes)| {
                let writes = writes.as_array().into_iter().flatten();
                let deleted = writes.filter(|write| write[0] == "delete");
                let names = deleted.filter_map(|write| write[1].as_str().map(str::to_owned));
                (owner.clone(), names.collect())
            });
            pods.collect()
        };
        let (theirs, ours) = (deleted(expected), deleted(got));
        theirs.iter().any(|(owner, theirs)| {
            let Some(ours) = ours
                .get(owner)
                .filter(|ours| owner.starts_with("ReplicaSet/") && ours.len() == theirs.len())
            else {
                return false;
            };
            let mut other = theirs.symmetric_difference(ours).peekable();
            other.peek().is_some() && other.all(|pod| self.is_near_another_rank(pod))
        })
    }

    fn is_near_another_rank(&self, recorded: &str) -> bool {
        let name = self.names.to_real(recorded);
        let mut pods = self.engine.store().list(Kind::Pod, None);
        let pod = pods.find_map(|object| match object {
            Object::Pod(pod) if *pod.metadata.name == *name => Some(pod),
            _ => None,
        });
        let since = pod.and_then(|pod| pod.ready_since());
        since.is_some_and(|since| {
            let age = self.engine.now().since(since);
            (30..40).any(|power| (age - (1_i64 << power) / 1_000_000).abs() <= 2 * 1000)
        })
    }

    fn snapshot(&mut self) -> Value {
        let mut lists = snapshot::objects(self.engine.store(), &self.names);
        writes::add(&self.changes, &self.names, &mut lists);
        self.changes.clear();
        Value::Object(lists)
    }
}
