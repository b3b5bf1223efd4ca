//! The nodes of a cluster: stand-ins for the scheduler and the kubelets.
//!
//! If both run, pods are bound, pulled, started and terminated automatically on the virtual clock; otherwise each
//! pod stays as it is until told what happens to it (see [`manual`]).

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
mod neighbours;
mod pod_status;
mod references;
mod resume;
mod retry;
pub mod scheduler;
pub mod scheduler_branches;
mod spread;
mod status;
mod topology;
mod work;

pub use status::pass_address;

pub use fault::Fault;
