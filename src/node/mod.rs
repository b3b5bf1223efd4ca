//! What a cluster's nodes do: stand-ins for the scheduler and the kubelets.
//!
//! In a cluster in which both run, pods are bound, pulled, started and ended by themselves on the virtual clock;
//! without them every pod stays as it is until somebody says what happens (see [`manual`]).

mod admission;
mod affinity;
mod claims;
pub mod dns;
mod fault;
mod filters;
mod health;
pub mod kubelet;
pub mod kubelet_branches;
pub mod manual;
mod memory;
mod pod_status;
mod references;
mod retry;
pub mod scheduler;
pub mod scheduler_branches;
mod status;
mod work;

pub use fault::Fault;
