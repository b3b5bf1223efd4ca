//! Feature gates: what a cluster can be told to do differently. Those that are on by default in 1.36 and change
//! nothing that is simulated are not here.

/// The feature gates of the cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Gates {
    /// Whether `maxUnavailable` of a StatefulSet counts. Off by default in 1.36: the API server drops the field.
    pub max_unavailable_stateful_set: bool,
}
