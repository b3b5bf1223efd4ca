//! Replays recordings of a real Kubernetes 1.36 control plane against kubestep, and compares.
//!
//! A scenario says what is done (kubectl commands, and what happens to pods on their nodes), its recording what
//! a real cluster answered. The engine plays the scenario in manual node mode; at each `settle` the objects,
//! events and writes since the last one must be the recorded ones, at each command its output.

mod chance;
mod compare;
mod names;
mod nodes;
mod normalise;
mod replay;
mod rules;
mod scenario;
mod snapshot;
mod writes;

pub use compare::{Column, Difference, Report, Score};
pub use replay::{play, replay};
pub use scenario::{Error, Recording, load, names_in};
