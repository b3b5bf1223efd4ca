//! How a cluster begins, and what kubectl remembers of it.

use super::Actor;
use crate::versions::Features;
use crate::world::World;
use std::collections::BTreeSet;

/// How a cluster begins. Its world, its version and its feature gates may change later; who runs does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Who runs; an actor that is not in the set hears and does nothing.
    pub actors: BTreeSet<Actor>,
    /// What all that is random begins with.
    pub seed: u64,
    /// How many nodes there are.
    pub nodes: usize,
    /// Which Kubernetes it is, and its feature gates.
    pub features: Features,
    /// How the world around the control plane behaves.
    pub world: World,
}

/// What kubectl keeps on the user's machine. Nothing in the cluster reads it; it goes back in time with the rest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Kubeconfig {
    /// The namespace that the current context names; empty where it names none.
    pub namespace: String,
}

impl Kubeconfig {
    /// The namespace of commands that name none.
    #[must_use]
    pub fn current_namespace(&self) -> &str {
        match self.namespace.as_str() {
            "" => "default",
            name => name,
        }
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            actors: Actor::ALL.iter().copied().collect(),
            seed: 1,
            nodes: 3,
            features: Features::default(),
            world: World::default(),
        }
    }
}

impl Config {
    /// A cluster whose pods and claims wait for somebody to say what happens to them
    /// (see [`manual`](crate::node::manual)): nobody stands for nodes, load or storage.
    #[must_use]
    pub fn manual() -> Self {
        let all = Actor::ALL.iter().copied();
        Self {
            actors: all.filter(|actor| actor.spec().runs_in_manual).collect(),
            ..Self::default()
        }
    }

    /// A cluster whose nodes answer at once.
    #[must_use]
    pub fn instant() -> Self {
        Self {
            world: World::instant(),
            ..Self::default()
        }
    }
}
