//! kubestep: Kubernetes' Deployment, ReplicaSet and StatefulSet controllers, one work item at a time.
//!
//! This is the library's manual: a tour of what you can do with a cluster, then its modules. Every example runs as
//! a test.
//!
//! # Apply
//!
//! An [`Engine`](engine::Engine) is a cluster and its timeline. It starts with three empty nodes at time 0, and two
//! engines with the same [`Config`](engine::Config) behave identically. [`manifests::apply`] does what
//! `kubectl apply` does, except that it is atomic: it applies all objects of a text in one step, or reports every fault with
//! its line and column and applies none.
//!
//! ```
//! use kubestep::engine::{Config, Engine};
//! use kubestep::manifests::{self, Line};
//!
//! let mut engine = Engine::new(Config::default());
//! let lines = manifests::apply(&mut engine, kubestep_manifest()).expect("a valid manifest");
//! assert_eq!(lines, [Line::Done("deployment.apps/web created".to_owned())]);
//!
//! let wrong = kubestep_manifest().replace("replicas", "replica");
//! let faults = manifests::apply(&mut engine, &wrong).expect_err("no such field");
//! assert_eq!((faults[0].line, &*faults[0].path), (6, "spec.replica"));
//! # fn kubestep_manifest() -> &'static str { "
//! # apiVersion: apps/v1
//! # kind: Deployment
//! # metadata: {name: web}
//! # spec:
//! #   replicas: 3
//! #   selector: {matchLabels: {app: web}}
//! #   template:
//! #     metadata: {labels: {app: web}}
//! #     spec: {containers: [{name: nginx, image: nginx:1.25}]}
//! # " }
//! ```
//!
//! # Step and ask why
//!
//! [`Engine::step`](engine::Engine::step) takes the next work item of a controller, the scheduler or a kubelet and
//! processes it; if none is due, it moves the clock to the next timer. [`Engine::settle`](engine::Engine::settle)
//! steps until the cluster makes no more progress by itself. A [`Step`](engine::Step) records the writes and each
//! [`Decision`](actor::decision::Decision): the branch of the flow chart that was taken, the numbers that went into
//! it, and the fields they came from.
//!
//! ```
//! use kubestep::texts::Language;
//! use kubestep::engine::{Config, Engine, Run};
//! use kubestep::kubectl;
//!
//! let mut engine = Engine::new(Config::default());
//! kubectl::run(&mut engine, "create deployment web --image=nginx:1.25 --replicas=3", None);
//! let step = engine.step().expect("the Deployment controller has work");
//! assert_eq!(step.actor(Language::English), "deployment-controller");
//! assert!(step.headline(Language::English).to_string().contains("with 3 replicas as revision 1"));
//!
//! assert_eq!(engine.settle(1_000), Run::Settled);
//! let step = engine.steps().iter().rev().find(|step| !step.is_quiet()).expect("a step");
//! let why = &step.decisions[step.main_decision().expect("a decision")];
//! assert_eq!(why.branch.id, "deployment/complete");
//! ```
//!
//! # Going back, and alternative futures
//!
//! All steps stay on the timeline. Going [back](engine::Engine::back) restores the exact state, and stepping
//! forward repeats the same steps. Acting in the past starts a new future; the old one is kept, and
//! [`take_up`](engine::Engine::take_up) returns to it.
//!
//! ```
//! use kubestep::engine::{Config, Engine};
//! use kubestep::kubectl;
//!
//! let mut engine = Engine::new(Config::default());
//! kubectl::run(&mut engine, "create deployment web --image=nginx:1.25", None);
//! engine.settle(1_000);
//! let (end, time) = (engine.cursor(), engine.now());
//!
//! engine.jump(1);
//! kubectl::run(&mut engine, "scale deployment web --replicas=2", None);
//! engine.settle(1_000);
//! assert_eq!((engine.futures(), engine.future()), (2, 1));
//!
//! assert!(engine.take_up(0));
//! engine.jump(end);
//! assert_eq!(engine.now(), time);
//! while engine.back() {}
//! assert_eq!(engine.cursor(), 0);
//! ```
//!
//! # kubectl
//!
//! [`kubectl::run()`] runs a command line and returns kubectl's output and exit code. A command that changes the
//! cluster is a step like any other, and commands that wait let the cluster run. What is not simulated is refused
//! by name. `sim` does what kubectl cannot: it makes images fail, containers crash and nodes fall silent.
//! [`script`] runs files of such lines.
//!
//! ```
//! use kubestep::engine::{Config, Engine};
//! use kubestep::kubectl::run;
//!
//! let mut engine = Engine::new(Config::default());
//! run(&mut engine, "kubectl create deployment web --image=nginx:1.25", None);
//! let output = run(&mut engine, "kubectl rollout status deployment/web", None);
//! assert!(output.stdout.ends_with("deployment \"web\" successfully rolled out\n"));
//!
//! let output = run(&mut engine, "kubectl debug deploy/web", None);
//! assert_eq!((&*output.stderr, output.exit), ("error: not simulated: kubectl debug\n", 1));
//! ```
//!
//! # Driving nodes by hand
//!
//! With [`Config::manual`](engine::Config::manual) neither the scheduler nor the kubelets run: a pod stays as it is
//! until you say what [happens](node::manual::Verb) to it. Recordings of a real cluster are replayed this way.
//!
//! ```
//! use kubestep::api::kind::Kind;
//! use kubestep::api::object::Object;
//! use kubestep::engine::{Config, Engine};
//! use kubestep::kubectl;
//! use kubestep::node::manual::{Verb, schedule};
//!
//! let mut engine = Engine::new(Config::manual());
//! kubectl::run(&mut engine, "create deployment web --image=nginx:1.25", None);
//! engine.settle(1_000);
//! let pod = engine.store().list(Kind::Pod, None).next().map(Object::key).expect("a pod");
//! engine.act("the node takes the pod", |cx| {
//!     schedule(cx.store, &pod)?;
//!     Verb::Run.apply(cx.store, &pod)?;
//!     Verb::Ready.apply(cx.store, &pod)
//! }).expect("the API server accepts it");
//! engine.settle(1_000);
//! let ready = kubectl::run(&mut engine, "get deployment web -o jsonpath={.status.readyReplicas}", None);
//! assert_eq!(ready.stdout, "1");
//! ```
//!
//! # Modules
//!
//! From the bottom up; each may use only those before it:
//!
//! * [`versions`]: what differs between the versions of Kubernetes;
//! * [`api`]: the Kubernetes API: kinds, strict decoding, defaults, validation, hashes;
//! * [`store`]: the API server: objects, verbs, indexes, the journal of changes;
//! * [`world`]: the behaviour of images, latencies, load and silent nodes, as set by the user;
//! * [`actor`]: what controllers, scheduler and kubelets have in common: causes, decisions, events, memory;
//! * [`controllers`] and [`node`]: the actors that change the store and explain why;
//! * [`engine`]: the registry of actors, queues, the virtual clock, and an undoable history;
//! * [`manifests`]: parses manifests into objects, and applies them to the store;
//! * [`print`](mod@print): renders objects as kubectl does;
//! * [`diagnosis`]: who waits for what, since when, and which command frees it;
//! * [`forecast`]: how long a rollout takes and how low its capacity falls, from many runs on copies;
//! * [`kubectl`]: command lines, built on both;
//! * [`script`]: files of command lines and of clicks on the page's buttons;
//! * [`session`]: everything that was done, as a file or a link, and its replay.

pub mod actor;
pub mod api;
pub mod controllers;
pub mod diagnosis;
pub mod engine;
pub mod forecast;
#[cfg(all(target_arch = "wasm32", feature = "door"))]
pub mod js;
pub mod kubectl;
pub mod manifests;
pub mod node;
pub mod print;
pub mod scenario;
pub mod script;
pub mod session;
pub mod store;
pub mod texts;
pub mod versions;
pub mod world;
