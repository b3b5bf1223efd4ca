//! kubestep: Kubernetes' Deployment, ReplicaSet and StatefulSet controllers, one work item at a time.

pub mod api;
pub mod controllers;
pub mod engine;
#[cfg(target_arch = "wasm32")]
pub mod js;
pub mod kubectl;
pub mod node;
pub mod store;
