//! kubestep: Kubernetes' Deployment, ReplicaSet and StatefulSet controllers, one work item at a time.

pub mod api;
pub mod controllers;
pub mod engine;
pub mod kubectl;
pub mod node;
pub mod store;
