//! kubestep: Kubernetes' Deployment, ReplicaSet and StatefulSet controllers, one work item at a time.
//!
//! The rooms, from the ground up; each knows only those before it:
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
//!
//! ```
//! use kubestep::engine::{Config, Engine, Run};
//! use kubestep::manifests;
//!
//! let mut engine = Engine::new(Config::default());
//! let manifest = "
//! apiVersion: apps/v1
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   replicas: 3
//!   selector: {matchLabels: {app: web}}
//!   template:
//!     metadata: {labels: {app: web}}
//!     spec: {containers: [{name: nginx, image: nginx:1.25}]}
//! ";
//! manifests::apply(&mut engine, manifest).expect("a valid manifest");
//! engine.step();
//! let why = engine.current().expect("a step").decisions.last().expect("a decision");
//! assert_eq!(why.branch.id, "deployment/status-written");
//!
//! assert_eq!(engine.settle(1000), Run::Settled);
//! while engine.back() {}
//! assert_eq!(engine.cursor(), 0);
//! ```

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
