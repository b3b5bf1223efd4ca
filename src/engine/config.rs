//! How a cluster starts, and kubectl's client-side configuration.

use super::Actor;
use crate::store::NameOrder;
use crate::versions::Features;
use crate::world::World;
use std::collections::BTreeSet;

/// The initial configuration of a cluster. World, version and feature gates can change later; the set of actors
/// cannot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The actors that run. An actor outside this set ignores every change.
    pub actors: BTreeSet<Actor>,
    /// Seed of the random generator.
    pub seed: u64,
    /// How generated names sort.
    pub names: NameOrder,
    /// Number of nodes.
    pub nodes: usize,
    /// Kubernetes version and feature gates.
    pub features: Features,
    /// Behaviour of the world around the control plane.
    pub world: World,
}

/// kubectl's configuration on the user's machine. Nothing in the cluster reads it; it goes back in time with the
/// rest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Kubeconfig {
    /// Namespace of the current context; empty if the context sets none.
    pub namespace: String,
}

impl Kubeconfig {
    /// Namespace of commands that give none.
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
            names: NameOrder::default(),
            nodes: 3,
            features: Features::default(),
            world: World::default(),
        }
    }
}

impl Config {
    /// A cluster without nodes, load or storage of its own: pods and claims change only by hand (see
    /// [`manual`](crate::node::manual)).
    #[must_use]
    pub fn manual() -> Self {
        let all = Actor::ALL.iter().copied();
        Self {
            actors: all.filter(|actor| actor.spec().runs_in_manual).collect(),
            ..Self::default()
        }
    }

    /// A cluster whose nodes respond immediately.
    #[must_use]
    pub fn instant() -> Self {
        Self {
            world: World::instant(),
            ..Self::default()
        }
    }
}
