//! Replays recordings of a real Kubernetes control plane with kubestep, and compares the results.
//!
//!
//! A scenario contains kubectl commands and what happens to pods on their nodes; its recording has the responses of
//! a real cluster. The engine replays the scenario with manual nodes; at each `settle`, the objects, events and
//! writes since the last one must match the recording, and at each command its output.

mod chance;
mod compare;
mod names;
mod nodes;
mod normalise;
mod replay;
mod rollouts;
mod rules;
mod scenario;
mod snapshot;
mod writes;

pub use compare::{Column, Difference, Report, Score};
pub use replay::{Cluster, cluster_at, play, replay, replay_from_states};
pub use rollouts::{Rollout, rollouts};
pub use scenario::{Error, Recording, load, names_in};
