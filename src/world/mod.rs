//! What the user says about the world around the control plane: what images do, how long nodes take, which nodes are
//! silent, what the pods use. Nothing here follows from objects.

pub mod catalogue;
pub mod latency;

pub use latency::Latency;

use crate::api::object::Key;
use crate::api::time::Time;
use litemap::LiteMap;

/// How the world around the control plane behaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct World {
    /// What containers of an image do that has no line of its own in `images`.
    pub image: Image,
    /// What containers of an image do, by the image as the manifest writes it.
    pub images: LiteMap<String, Image>,
    /// Milliseconds that a container takes to end.
    pub stop_ms: Latency,
    /// What the pods use, as a metrics server would measure it; without any there is no metrics server.
    pub loads: Vec<TargetLoad>,
    /// Nodes whose kubelet does and says nothing any more, and since when.
    pub silent_nodes: LiteMap<String, Time>,
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
            silent_nodes: LiteMap::new_vec(),
        }
    }
}

impl World {
    /// A world in which nodes answer at once.
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

    /// Since when a node says nothing, if it does not.
    #[must_use]
    pub fn silent_since(&self, node: &str) -> Option<Time> {
        self.silent_nodes.get(node).copied()
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

    /// The same for an image that is there, whatever its tag.
    #[must_use]
    pub fn pulled(&self, image: &str) -> &Image {
        self.images.get(image).unwrap_or(&self.image)
    }

    /// The name and the tag of a well-known image that has no such tag, where nobody said anything else.
    #[must_use]
    pub fn missing_tag<'a>(&self, image: &'a str) -> Option<(&'a str, &'a str)> {
        let known = self.images.contains_key(image);
        catalogue::missing_tag(image).filter(|_| !known)
    }
}
