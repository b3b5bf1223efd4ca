//! kubestep: Kubernetes' Deployment, ReplicaSet and StatefulSet controllers, one work item at a time.
//!
//! This is the manual of the library: a tour of what can be done with a cluster, then its modules. Every
//! example runs as a test.
//!
//! # Apply
//!
//! An [`Engine`](engine::Engine) is a cluster on its timeline. It begins with three empty nodes at time 0, and two with
//! the same [`Config`](engine::Config) do the same. [`manifests::apply`] does what `kubectl apply` does: all objects of a
//! text in one step, or none of them and every fault with its line and column.
//!
//! ```
//! use kubestep::engine::{Config, Engine};
//! use kubestep::manifests;
//!
//! let mut engine = Engine::new(Config::default());
//! let lines = manifests::apply(&mut engine, kubestep_manifest()).expect("a valid manifest");
//! assert_eq!(lines, ["deployment.apps/web created"]);
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
//! # Step, and ask why
//!
//! [`Engine::step`](engine::Engine::step) takes the next work item of one controller, of the scheduler or of a kubelet and
//! runs it to its end; with nothing left to do it moves the clock to the next timer.
//! [`Engine::settle`](engine::Engine::settle) steps until nothing more happens by itself. A [`Step`](engine::Step) keeps what
//! was written and each [`Decision`](actor::decision::Decision) with the branch of the flow chart that was taken, the
//! numbers that went in, and the fields they came from.
//!
//! ```
//! use kubestep::api::language::Language;
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
//! # Back, and another future
//!
//! All steps stay on the timeline. Going [back](engine::Engine::back) restores the exact state, and stepping forward does
//! the same again. Acting in the past begins another future; the old one is kept and can be
//! [taken up](engine::Engine::take_up).
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
//! [`kubectl::run()`] takes a command line and gives what kubectl prints and its exit code. What changes the cluster is a
//! step like any other, and commands that wait let the cluster go on. What is not simulated is refused by name. `sim` does
//! what no kubectl can: it makes images fail, containers crash and nodes fall silent. [`script`] runs files of such lines.
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
//! # Nodes by hand
//!
//! With [`Config::manual`](engine::Config::manual) neither scheduler nor kubelets run: a pod stays as it is until
//! you say what [happens](node::manual::Verb) to it. This is how recordings of a real cluster are replayed.
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
//! }).expect("the API server takes it");
//! engine.settle(1_000);
//! let ready = kubectl::run(&mut engine, "get deployment web -o jsonpath={.status.readyReplicas}", None);
//! assert_eq!(ready.stdout, "1");
//! ```
//!
//! # Modules
//!
//! From the ground up; each knows only those before it:
//!
//! * [`versions`]: what differs between the versions of Kubernetes;
//! * [`api`]: Kubernetes' vocabulary: kinds, strict decoding, defaults, validation, hashes;
//! * [`store`]: the API server: objects, verbs, indexes, the journal of changes;
//! * [`world`]: what the user says about images, latencies, load and silent nodes;
//! * [`actor`]: what controllers, scheduler and kubelets have in common: causes, decisions, events, memory;
//! * [`controllers`] and [`node`]: those who act on the store, and say why;
//! * [`engine`]: the registry of actors, queues, the virtual clock, and a history that goes both ways;
//! * [`manifests`]: texts into objects, and those into the store;
//! * [`print`](mod@print): objects into kubectl's texts;
//! * [`kubectl`]: command lines into both;
//! * [`script`]: files of command lines and presses of the page's buttons.

pub mod actor;
pub mod api;
pub mod controllers;
pub mod engine;
#[cfg(all(target_arch = "wasm32", feature = "door"))]
pub mod js;
pub mod kubectl;
pub mod manifests;
pub mod node;
pub mod print;
pub mod script;
pub mod store;
pub mod versions;
pub mod world;
