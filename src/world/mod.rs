//! The world around the control plane, as set by the user: how images behave, how long nodes take, which nodes are
//! silent, how much load the pods have. None of it follows from objects.

pub mod catalogue;
pub mod latency;

pub use latency::Latency;

use crate::api::advice::Advice;
use crate::api::meta::Uid;
use crate::api::object::Key;
use crate::api::time::Time;
use litemap::LiteMap;
use std::rc::Rc;

/// Behaviour of the world around the control plane.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct World {
    /// Behaviour of containers whose image has no entry in `images`.
    pub image: Image,
    /// Behaviour of containers by image, as written in the manifest.
    pub images: LiteMap<String, Image>,
    /// Milliseconds that a container takes to terminate.
    pub stop_ms: Latency,
    /// The resource usage of pods as a metrics server would report it; if empty, there is no metrics server.
    pub loads: Vec<TargetLoad>,
    /// Values of external metrics by name, in thousandths; if empty, there is no external metrics API.
    pub metrics: LiteMap<String, i64>,
    /// Nodes whose kubelet has stopped responding, and since when.
    pub silent_nodes: LiteMap<String, Time>,
    /// Owners that exist although they are not among the objects: of a cluster whose objects were given in part.
    pub owners_elsewhere: Rc<[Uid]>,
    /// What was assumed, missing or not read when the cluster was started from a state.
    pub assumed: Rc<[Advice]>,
}

/// The usage of one resource by the pods of one object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetLoad {
    /// The Deployment, ReplicaSet or StatefulSet.
    pub target: Key,
    /// `cpu` or `memory`.
    pub resource: String,
    /// The usage.
    pub amount: Load,
}

/// How much the pods use, in thousandths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Load {
    /// A total shared by the ready pods, as with incoming traffic.
    Shared(i64),
    /// A fixed amount per pod, however many there are.
    EachPod(i64),
}

/// Behaviour of an image's containers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Image {
    /// Milliseconds to pull the image.
    pub pull_ms: Latency,
    /// Milliseconds to start the container.
    pub start_ms: Latency,
    /// Milliseconds from the container's start until it is ready, or until it exits if it crashes or is an init
    /// container.
    pub ready_ms: Latency,
    /// How it turns out.
    pub outcome: Outcome,
}

/// How a container turns out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It starts and becomes ready.
    Fine,
    /// The image does not exist.
    NotFound,
    /// It starts and crashes repeatedly.
    Crashes,
    /// It starts and never becomes ready.
    NeverReady,
    /// It starts and becomes ready, but fails its liveness probe.
    Unhealthy,
}

impl Default for World {
    fn default() -> Self {
        Self {
            image: Image {
                pull_ms: Latency::fixed(2000),
                start_ms: Latency::fixed(500),
                ready_ms: Latency::fixed(1000),
                outcome: Outcome::Fine,
            },
            images: LiteMap::new_vec(),
            stop_ms: Latency::fixed(1000),
            loads: Vec::new(),
            metrics: LiteMap::new_vec(),
            silent_nodes: LiteMap::new_vec(),
            owners_elsewhere: Rc::default(),
            assumed: Rc::default(),
        }
    }
}

impl World {
    /// A world in which nodes respond immediately.
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

    /// Since when a node has been silent, if it is.
    #[must_use]
    pub fn silent_since(&self, node: &str) -> Option<Time> {
        self.silent_nodes.get(node).copied()
    }

    /// Behaviour of an image's containers. A tag that a well-known image does not have cannot be pulled, unless the
    /// image has an entry in `images`.
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

    /// Behaviour of an image's containers, assuming that its tag exists.
    #[must_use]
    pub fn pulled(&self, image: &str) -> &Image {
        self.images.get(image).unwrap_or(&self.image)
    }

    /// The name and tag of a well-known image without such a tag, unless the image has an entry in `images`.
    #[must_use]
    pub fn missing_tag<'a>(&self, image: &'a str) -> Option<(&'a str, &'a str)> {
        let known = self.images.contains_key(image);
        catalogue::missing_tag(image).filter(|_| !known)
    }
}
