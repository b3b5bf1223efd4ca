//! kubestep: Kubernetes' Deployment, ReplicaSet and StatefulSet controllers, one work item at a time.

pub mod api;
pub mod kubectl;
