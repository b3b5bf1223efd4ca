//! Random manifests and actions.

#![allow(dead_code, reason = "every test file uses its own part of this")]

use crate::cluster::{MANY, key, object};
use crate::sets::{SET, SetChange, SetSpec, set_changes, set_specs};
use kubestep::api::kind::Kind;
use kubestep::api::object::{Key, Object};
use kubestep::engine::{Actor, Config, Engine};
use kubestep::node::manual::{Verb, schedule};
use kubestep::store::{DeleteOptions, Propagation};
use kubestep::versions::Feature;
use kubestep::world::{Image, Outcome};
use proptest::prelude::*;
use serde_json::{Value, json};

/// A history of a cluster.
#[derive(Debug, Clone)]
pub struct History {
    /// Whether pods change only by explicit verbs.
    pub manual: bool,
    /// Seed of the random generator.
    pub seed: u64,
    /// Whether the gate MaxUnavailableStatefulSet is on.
    pub several: bool,
    /// The actions, in order.
    pub actions: Vec<Action>,
}

/// An action.
#[derive(Debug, Clone)]
pub enum Action {
    /// Creates a Deployment, or replaces its spec.
    Apply(Which, Box<Spec>),
    /// Sets its image: 0 to 2 work, 3 does not exist, 4 crashes.
    SetImage(Which, u8),
    /// Scales it.
    Scale(Which, i32),
    /// Pauses or resumes it.
    Pause(Which, bool),
    /// Deletes it.
    Delete(Which, Propagation),
    /// Creates the StatefulSet, unless it exists.
    ApplySet(Box<SetSpec>),
    /// Changes it.
    ChangeSet(SetChange),
    /// Deletes it.
    DeleteSet(Propagation),
    /// Deletes a claim as a user.
    DeleteClaim(usize),
    /// Silences a node, or brings it back.
    Silence(usize, bool),
    /// Cordons or uncordons a node.
    Cordon(usize, bool),
    /// Deletes a node.
    DeleteNode(usize),
    /// Deletes a pod as a user, by force or not.
    DeletePod(usize, bool),
    /// Removes a pod's labels.
    Relabel(usize),
    /// Applies a verb to a number of pods, starting from one.
    Node(Verb, usize, usize),
    /// Takes a number of steps.
    Steps(usize),
    /// Runs what is due.
    Run,
    /// Settles; in a manual cluster, pods become ready and terminate on the way.
    Settle,
    /// Lets a number of seconds pass.
    Wait(i64),
}

/// One of two Deployments.
pub type Which = bool;

/// The spec of a Deployment.
#[derive(Debug, Clone)]
pub struct Spec {
    replicas: i32,
    strategy: Value,
    min_ready_seconds: i32,
    history_limit: i32,
    deadline: Option<i32>,
    paused: bool,
    image: u8,
}

impl History {
    /// Whether it contains anything that can prevent a rollout from completing.
    pub fn disturbs(&self) -> bool {
        let has_set = self
            .actions
            .iter()
            .any(|action| matches!(action, Action::ApplySet(_)));
        self.actions.iter().any(|action| match action {
            Action::Node(..) => true,
            Action::SetImage(_, image) => *image > 2,
            Action::Apply(_, spec) => spec.image > 2,
            Action::ApplySet(spec) => spec.image > 2,
            Action::ChangeSet(SetChange::Image(image)) => *image > 2,
            // A pod released by the set keeps its name.
            Action::Relabel(_) => has_set,
            Action::Silence(..) | Action::Cordon(..) | Action::DeleteNode(_) => true,
            _ => false,
        })
    }
}

/// Random histories.
pub fn histories() -> impl Strategy<Value = History> {
    let manual = prop_oneof![Just(true), Just(false)];
    let first = prop_oneof![
        specs().prop_map(|spec| Action::Apply(false, Box::new(spec))),
        set_specs().prop_map(|spec| Action::ApplySet(Box::new(spec))),
    ];
    let actions = prop::collection::vec(actions(), 1..14);
    let begin = (manual, 1..100u64, prop::bool::weighted(0.2));
    (begin, first, actions).prop_map(|((manual, seed, several), first, mut actions)| {
        actions.insert(0, first);
        History {
            manual,
            seed,
            several,
            actions,
        }
    })
}

fn bounds() -> impl Strategy<Value = Value> {
    let bound = || {
        prop_oneof![
            (0..8i32).prop_map(|count| (json!(count), count == 0)),
            (0..=100i32).prop_map(|percent| (json!(format!("{percent}%")), percent == 0)),
        ]
    };
    let rolling = (bound(), bound()).prop_map(|((surge, no_surge), (missing, none_missing))| {
        // Validation refuses both being 0.
        let missing = if no_surge && none_missing {
            json!(1)
        } else {
            missing
        };
        let bounds = json!({ "maxSurge": surge, "maxUnavailable": missing });
        json!({ "type": "RollingUpdate", "rollingUpdate": bounds })
    });
    prop_oneof![5 => rolling, 1 => Just(json!({ "type": "Recreate" }))]
}

fn specs() -> impl Strategy<Value = Spec> {
    let sizes = prop_oneof![4 => 0..12i32, 1 => 12..=50i32];
    let min_ready = prop_oneof![4 => Just(0), 1 => 1..20i32];
    let deadline = prop_oneof![Just(None), (21..60i32).prop_map(Some), Just(Some(600))];
    let rest = (
        min_ready,
        0..4i32,
        deadline,
        prop::bool::weighted(0.1),
        0..5u8,
    );
    (sizes, bounds(), rest).prop_map(|(replicas, strategy, rest)| Spec {
        replicas,
        strategy,
        min_ready_seconds: rest.0,
        history_limit: rest.1,
        deadline: rest.2,
        paused: rest.3,
        image: rest.4,
    })
}

fn actions() -> impl Strategy<Value = Action> {
    let which = any::<Which>;
    let propagation = || {
        prop_oneof![
            Just(Propagation::Background),
            Just(Propagation::Foreground),
            Just(Propagation::Orphan)
        ]
    };
    let verbs = prop_oneof![
        6 => Just(Verb::Ready),
        1 => Just(Verb::Unready),
        1 => Just(Verb::Run),
        1 => Just(Verb::Waiting("CrashLoopBackOff".to_owned())),
        1 => Just(Verb::Fail(None)),
        1 => Just(Verb::Fail(Some("Evicted".to_owned()))),
        1 => Just(Verb::Succeed),
        3 => Just(Verb::Stopped),
    ];
    let some = prop_oneof![1..4usize, Just(100usize)];
    prop_oneof![
        2 => (which(), specs()).prop_map(|(which, spec)| Action::Apply(which, Box::new(spec))),
        4 => (which(), 0..5u8).prop_map(|(which, image)| Action::SetImage(which, image)),
        3 => (which(), prop_oneof![4 => 0..12i32, 1 => 12..=50i32])
            .prop_map(|(which, size)| Action::Scale(which, size)),
        2 => (which(), any::<bool>()).prop_map(|(which, pause)| Action::Pause(which, pause)),
        1 => (which(), propagation()).prop_map(|(which, how)| Action::Delete(which, how)),
        2 => set_specs().prop_map(|spec| Action::ApplySet(Box::new(spec))),
        6 => set_changes().prop_map(Action::ChangeSet),
        1 => propagation().prop_map(Action::DeleteSet),
        1 => any::<usize>().prop_map(Action::DeleteClaim),
        1 => (0..3usize, any::<bool>()).prop_map(|(node, silent)| Action::Silence(node, silent)),
        1 => (0..3usize, any::<bool>()).prop_map(|(node, yes)| Action::Cordon(node, yes)),
        1 => (0..6usize).prop_map(Action::DeleteNode),
        2 => (any::<usize>(), prop::bool::weighted(0.2))
            .prop_map(|(pod, force)| Action::DeletePod(pod, force)),
        1 => any::<usize>().prop_map(Action::Relabel),
        8 => (verbs, 0..40usize, some).prop_map(|(verb, from, count)| Action::Node(verb, from, count)),
        4 => (1..30usize).prop_map(Action::Steps),
        4 => Just(Action::Run),
        6 => Just(Action::Settle),
        3 => (1..90i64).prop_map(Action::Wait),
    ]
}

/// A cluster for a history.
pub struct Cluster {
    /// The engine.
    pub engine: Engine,
}

impl Cluster {
    /// The cluster at its start.
    pub fn new(history: &History) -> Self {
        let base = match history.manual {
            true => Config::manual(),
            false => Config::default(),
        };
        let mut config = Config {
            seed: history.seed,
            ..base
        };
        config.features = config
            .features
            .with(Feature::MaxUnavailableStatefulSet, history.several);
        for (image, outcome) in [(3, Outcome::NotFound), (4, Outcome::Crashes)] {
            let image_of = Image {
                outcome,
                ..config.world.image
            };
            config.world.images.insert(image_name(image), image_of);
        }
        Self {
            engine: Engine::new(config),
        }
    }

    /// Performs an action, unless the API server refuses it.
    pub fn act(&mut self, action: &Action) {
        match action {
            Action::Apply(which, spec) => self.apply(*which, spec),
            Action::SetImage(which, image) => self.change(*which, |value| {
                value["spec"]["template"]["spec"]["containers"][0]["image"] =
                    json!(image_name(*image));
            }),
            Action::Scale(which, size) => {
                self.change(*which, |value| value["spec"]["replicas"] = json!(size));
            }
            Action::Pause(which, pause) => {
                self.change(*which, |value| value["spec"]["paused"] = json!(pause));
            }
            Action::Delete(which, propagation) => {
                self.delete(&key(Kind::Deployment, name(*which)), Some(*propagation));
            }
            Action::ApplySet(spec) => {
                let set = object(Kind::StatefulSet, spec.value(image_name));
                drop(self.engine.act("create", |cx| cx.store.create(set)));
            }
            Action::ChangeSet(change) => {
                self.edit(&key(Kind::StatefulSet, SET), |set| {
                    change.apply(set, image_name);
                });
            }
            Action::DeleteSet(propagation) => {
                self.delete(&key(Kind::StatefulSet, SET), Some(*propagation));
            }
            Action::DeleteClaim(number) => {
                if let Some(claim) = self.some(Kind::PersistentVolumeClaim, *number) {
                    self.delete(&claim, None);
                }
            }
            Action::Silence(number, silent) => self.silence(*number, *silent),
            Action::Cordon(number, cordoned) => {
                if let Some(node) = self.some(Kind::Node, *number) {
                    self.edit(&node, |node| {
                        node["spec"]["unschedulable"] = json!(cordoned)
                    });
                }
            }
            Action::DeleteNode(number) => {
                let node = key(Kind::Node, &format!("node-{}", number + 1));
                self.delete(&node, None);
            }
            Action::DeletePod(number, force) => {
                if let Some(pod) = self.pod(*number) {
                    let options = DeleteOptions {
                        grace_period_seconds: force.then_some(0),
                        ..DeleteOptions::default()
                    };
                    drop(
                        self.engine
                            .act("delete", |cx| cx.store.delete(&pod, &options)),
                    );
                }
            }
            Action::Relabel(number) => self.relabel(*number),
            Action::Node(verb, from, count) => self.node(verb, *from, *count),
            Action::Steps(count) => {
                for _ in 0..*count {
                    if !self.engine.is_quiescent() {
                        self.engine.step();
                    }
                }
            }
            Action::Run => drop(self.engine.run_due(MANY)),
            Action::Settle => {
                for _ in 0..8 {
                    self.engine.settle(MANY);
                    if !self.engine.runs(Actor::Kubelet) {
                        self.node(&Verb::Stopped, 0, MANY);
                        self.engine.settle(MANY);
                        self.node(&Verb::Ready, 0, MANY);
                    }
                }
            }
            Action::Wait(seconds) => {
                let end = self.engine.now().plus_seconds(*seconds);
                self.engine.run_until(end, MANY);
            }
        }
    }

    fn apply(&mut self, which: Which, spec: &Spec) {
        let name = name(which);
        let mut value = json!({
            "metadata": { "name": name },
            "spec": {
                "replicas": spec.replicas,
                "minReadySeconds": spec.min_ready_seconds,
                "revisionHistoryLimit": spec.history_limit,
                "paused": spec.paused,
                "selector": { "matchLabels": { "app": name } },
                "strategy": spec.strategy,
                "template": {
                    "metadata": { "labels": { "app": name } },
                    "spec": { "containers": [{ "name": "app", "image": image_name(spec.image) }] }
                }
            }
        });
        if let Some(seconds) = spec.deadline {
            value["spec"]["progressDeadlineSeconds"] = json!(seconds);
        }
        if self
            .engine
            .store()
            .get(&key(Kind::Deployment, name))
            .is_some()
        {
            self.change(which, |known| known["spec"] = value["spec"].take());
        } else {
            let object = object(Kind::Deployment, value);
            drop(self.engine.act("create", |cx| cx.store.create(object)));
        }
    }

    fn change(&mut self, which: Which, change: impl FnOnce(&mut Value)) {
        self.edit(&key(Kind::Deployment, name(which)), change);
    }

    fn edit(&mut self, key: &Key, change: impl FnOnce(&mut Value)) {
        let Some(known) = self.engine.store().get(key) else {
            return;
        };
        let mut value = known.to_value();
        change(&mut value);
        let object = Object::from_value(key.kind, value).expect("a valid object");
        drop(self.engine.act("change", |cx| cx.store.update(object)));
    }

    fn silence(&mut self, number: usize, silent: bool) {
        let mut world = self.engine.world().clone();
        let node = format!("node-{}", number + 1);
        if silent {
            let now = self.engine.now();
            world.silent_nodes.entry(node).or_insert(now);
        } else {
            world.silent_nodes.remove(&node);
        }
        self.engine.set_world("silence", world);
    }

    fn delete(&mut self, key: &Key, propagation: Option<Propagation>) {
        let options = DeleteOptions {
            propagation,
            ..DeleteOptions::default()
        };
        drop(
            self.engine
                .act("delete", |cx| cx.store.delete(key, &options)),
        );
    }

    /// An object of a kind, if there are any.
    fn some(&self, kind: Kind, number: usize) -> Option<Key> {
        let objects = self.engine.store().list(kind, None);
        let keys: Vec<Key> = objects.map(Object::key).collect();
        keys.get(number.checked_rem(keys.len())?).cloned()
    }

    fn pod(&self, number: usize) -> Option<Key> {
        self.some(Kind::Pod, number)
    }

    fn relabel(&mut self, number: usize) {
        let pod = self.pod(number);
        let Some(known) = pod.and_then(|key| self.engine.store().get(&key).cloned()) else {
            return;
        };
        let mut relabelled = known;
        relabelled.meta_mut().labels = Default::default();
        drop(self.engine.act("label", |cx| cx.store.update(relabelled)));
    }

    fn node(&mut self, verb: &Verb, from: usize, count: usize) {
        let pods = self.engine.store().list(Kind::Pod, None);
        let keys: Vec<Key> = pods.map(Object::key).skip(from).take(count).collect();
        for key in keys {
            let pod = self.engine.store().pod(&key);
            let Some(bound) = pod
                .filter(|pod| verb.applies_to(pod))
                .map(|pod| pod.node_name.is_some())
            else {
                continue;
            };
            drop(self.engine.act("node", |cx| {
                if verb.binds_first() && !bound {
                    schedule(cx.store, &key)?;
                }
                verb.apply(cx.store, &key)
            }));
        }
    }
}

fn name(which: Which) -> &'static str {
    if which { "api" } else { "web" }
}

fn image_name(image: u8) -> String {
    format!("app:{image}")
}
