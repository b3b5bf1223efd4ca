//! Random manifests and actions.

#![allow(dead_code, reason = "every test file uses its own part of this")]

use crate::cluster::{MANY, key, object};
use kubestep::api::kind::Kind;
use kubestep::api::object::{Key, Object};
use kubestep::engine::Engine;
use kubestep::node::manual::{Verb, schedule};
use kubestep::node::{Config, Image, Mode, Outcome};
use kubestep::store::{DeleteOptions, Propagation};
use proptest::prelude::*;
use serde_json::{Value, json};

/// What happens to a cluster, from its beginning.
#[derive(Debug, Clone)]
pub struct History {
    /// Whether pods get on by themselves.
    pub mode: Mode,
    /// Number that the random state begins with.
    pub seed: u64,
    /// What is done, in order.
    pub actions: Vec<Action>,
}

/// What is done.
#[derive(Debug, Clone)]
pub enum Action {
    /// A Deployment is made, or its spec becomes this one.
    Apply(Which, Box<Spec>),
    /// It gets another image: 0 … 2 are fine, 3 does not exist, 4 crashes.
    SetImage(Which, u8),
    /// It gets another size.
    Scale(Which, i32),
    /// It is paused, or resumed.
    Pause(Which, bool),
    /// It is deleted.
    Delete(Which, Propagation),
    /// A pod is deleted by somebody.
    DeletePod(usize),
    /// A pod loses its labels.
    Relabel(usize),
    /// Something happens to so many pods, from one on.
    Node(Verb, usize, usize),
    /// So many steps are taken.
    Steps(usize),
    /// What is due is done.
    Run,
    /// So many seconds pass.
    Wait(i64),
}

/// One of two Deployments.
pub type Which = bool;

/// What a Deployment may want.
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
    /// Whether it has something in it that can keep a rollout from its end.
    pub fn disturbs(&self) -> bool {
        self.actions.iter().any(|action| match action {
            Action::Node(..) => true,
            Action::SetImage(_, image) => *image > 2,
            Action::Apply(_, spec) => spec.image > 2,
            _ => false,
        })
    }
}

/// Random histories.
pub fn histories() -> impl Strategy<Value = History> {
    let mode = prop_oneof![Just(Mode::Manual), Just(Mode::Automatic)];
    let first = specs().prop_map(|spec| Action::Apply(false, Box::new(spec)));
    let actions = prop::collection::vec(actions(), 1..14);
    (mode, 1..100u64, first, actions).prop_map(|(mode, seed, first, mut actions)| {
        actions.insert(0, first);
        History {
            mode,
            seed,
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
        // Both at 0 is refused by validation.
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
    let propagation = prop_oneof![
        Just(Propagation::Background),
        Just(Propagation::Foreground),
        Just(Propagation::Orphan)
    ];
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
        1 => (which(), propagation).prop_map(|(which, how)| Action::Delete(which, how)),
        2 => any::<usize>().prop_map(Action::DeletePod),
        1 => any::<usize>().prop_map(Action::Relabel),
        8 => (verbs, 0..40usize, some).prop_map(|(verb, from, count)| Action::Node(verb, from, count)),
        4 => (1..30usize).prop_map(Action::Steps),
        4 => Just(Action::Run),
        3 => (1..90i64).prop_map(Action::Wait),
    ]
}

/// A cluster to which things are done.
pub struct Cluster {
    /// The cluster.
    pub engine: Engine,
}

impl Cluster {
    /// The cluster at its beginning.
    pub fn new(history: &History) -> Self {
        let mut config = Config {
            mode: history.mode,
            seed: history.seed,
            ..Config::manual()
        };
        for (image, outcome) in [(3, Outcome::NotFound), (4, Outcome::Crashes)] {
            let image_of = Image {
                outcome,
                ..config.image
            };
            config.images.insert(image_name(image), image_of);
        }
        Self {
            engine: Engine::new(config),
        }
    }

    /// Does one thing; what the API server refuses is not done.
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
            Action::DeletePod(number) => {
                if let Some(pod) = self.pod(*number) {
                    self.delete(&pod, None);
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
        let Some(known) = self.engine.store().get(&key(Kind::Deployment, name(which))) else {
            return;
        };
        let mut value = known.to_value();
        change(&mut value);
        let object = Object::from_value(Kind::Deployment, value).expect("a Deployment");
        drop(self.engine.act("change", |cx| cx.store.update(object)));
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

    /// Some pod, if there is any.
    fn pod(&self, number: usize) -> Option<Key> {
        let pods = self.engine.store().list(Kind::Pod, None);
        let keys: Vec<Key> = pods.map(Object::key).collect();
        keys.get(number.checked_rem(keys.len())?).cloned()
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
