//! What a cluster's nodes do: stand-ins for the scheduler and the kubelets.
//!
//! In automatic mode pods are bound, pulled, started and ended by themselves on the virtual clock; in manual
//! mode every pod stays as it is until somebody says what happens (see [`manual`]).

mod admission;
mod affinity;
pub mod catalogue;
mod claims;
pub mod dns;
mod fault;
mod filters;
mod health;
pub mod kubelet;
pub mod kubelet_branches;
pub mod latency;
pub mod manual;
mod memory;
mod pod_status;
mod probe;
pub mod retry;
pub mod scheduler;
pub mod scheduler_branches;
mod spec;
mod status;
pub mod taints;
mod work;

pub use fault::Fault;
pub use latency::Latency;
pub use memory::Memory;

use crate::api::gates::Gates;
use crate::api::object::Key;
use crate::api::time::Time;
use crate::controllers::Controller;
use std::collections::{BTreeMap, BTreeSet};

/// Failed tries in a row for which settling still waits.
pub const SETTLE_RETRIES: u32 = 8;

/// How the nodes behave, and what the cluster was told to do differently.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Whether pods get on by themselves.
    pub mode: Mode,
    /// Which controllers run; a controller that is not in the set hears and does nothing.
    pub controllers: BTreeSet<Controller>,
    /// What all that is random begins with.
    pub seed: u64,
    /// How many nodes there are at the beginning.
    pub nodes: usize,
    /// What containers of an image do that has no line of its own in `images`.
    pub image: Image,
    /// What containers of an image do, by the image as the manifest writes it.
    pub images: BTreeMap<String, Image>,
    /// Milliseconds that a container takes to end.
    pub stop_ms: Latency,
    /// The feature gates of the cluster.
    pub gates: Gates,
    /// What the pods use, as a metrics server would measure it; without any there is no metrics server.
    pub loads: Vec<TargetLoad>,
    /// Nodes whose kubelet does and says nothing any more, and since when.
    pub silent_nodes: BTreeMap<String, Time>,
    /// The namespace that kubectl's context names; empty where it names none.
    pub namespace: String,
}

/// What the pods of one object use of one resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetLoad {
    /// The Deployment, ReplicaSet or StatefulSet.
    pub target: Key,
    /// `cpu` or `memory`.
    pub resource: String,
    /// How much.
    pub amount: Load,
}

/// How much pods use, in thousandths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Load {
    /// So much all together: what comes in is shared by the pods that are ready.
    Shared(i64),
    /// So much each, however many there are.
    EachPod(i64),
}

/// Whether pods get on by themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Scheduler and kubelets do their work on the virtual clock.
    Automatic,
    /// Nothing happens to a pod until somebody says so.
    Manual,
}

/// What a container of an image does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Image {
    /// Milliseconds to pull the image.
    pub pull_ms: Latency,
    /// Milliseconds to start the container.
    pub start_ms: Latency,
    /// Milliseconds from its start until the container is ready, or ends where it crashes or is an init container.
    pub ready_ms: Latency,
    /// What becomes of it.
    pub outcome: Outcome,
}

/// What becomes of a container.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It starts and becomes ready.
    Fine,
    /// The image does not exist.
    NotFound,
    /// It starts and crashes, again and again.
    Crashes,
    /// It starts and never becomes ready.
    NeverReady,
    /// It starts, becomes ready, and does not answer its liveness probe.
    Unhealthy,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            mode: Mode::Automatic,
            controllers: Controller::ALL.into(),
            seed: 1,
            nodes: 3,
            image: Image {
                pull_ms: Latency::fixed(2000),
                start_ms: Latency::fixed(500),
                ready_ms: Latency::fixed(1000),
                outcome: Outcome::Fine,
            },
            images: BTreeMap::new(),
            stop_ms: Latency::fixed(1000),
            loads: Vec::new(),
            silent_nodes: BTreeMap::new(),
            namespace: String::new(),
            gates: Gates::default(),
        }
    }
}

impl Config {
    /// The namespace of commands that name none.
    #[must_use]
    pub fn current_namespace(&self) -> &str {
        match self.namespace.as_str() {
            "" => "default",
            name => name,
        }
    }

    /// A cluster whose pods and claims wait for somebody to say what happens to them (see [`manual`]): of the
    /// controllers only those run that look after objects, none that stand for nodes, load or storage.
    #[must_use]
    pub fn manual() -> Self {
        Self {
            mode: Mode::Manual,
            controllers: Controller::OF_OBJECTS.into(),
            ..Self::default()
        }
    }

    /// A cluster whose nodes answer at once.
    #[must_use]
    pub fn instant() -> Self {
        let at_once = Latency::fixed(0);
        Self {
            image: Image {
                pull_ms: at_once,
                start_ms: at_once,
                ready_ms: at_once,
                outcome: Outcome::Fine,
            },
            stop_ms: at_once,
            ..Self::default()
        }
    }

    /// What containers of an image do. A tag that a well-known image does not have is not found, unless the image has
    /// a line of its own in `images`.
    #[must_use]
    pub fn image(&self, image: &str) -> Image {
        self.images.get(image).copied().unwrap_or(Image {
            outcome: match self.missing_tag(image) {
                Some(_) => Outcome::NotFound,
                None => self.image.outcome,
            },
            ..self.image
        })
    }

    /// The name and the tag of a well-known image that has no such tag, where nobody said anything else.
    #[must_use]
    pub fn missing_tag<'a>(&self, image: &'a str) -> Option<(&'a str, &'a str)> {
        let known = self.images.contains_key(image);
        catalogue::missing_tag(image).filter(|_| !known)
    }
}
