//! Feature gates: what a cluster can be told to do differently. Those that are on by default in 1.36 and change
//! nothing that is simulated are not here.

/// The feature gates of the cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gates {
    /// Whether `maxUnavailable` of a StatefulSet counts. Off by default in 1.36: the API server drops the field.
    pub max_unavailable_stateful_set: bool,
    /// Whether a pod's annotation `controller.kubernetes.io/pod-deletion-cost` counts. On by default.
    pub pod_deletion_cost: bool,
    /// Whether Deployments and ReplicaSets report `terminatingReplicas`
    /// (`DeploymentReplicaSetTerminatingReplicas`). On by default since 1.35.
    pub terminating_replicas: bool,
}

impl Default for Gates {
    fn default() -> Self {
        Self {
            max_unavailable_stateful_set: false,
            pod_deletion_cost: true,
            terminating_replicas: true,
        }
    }
}
