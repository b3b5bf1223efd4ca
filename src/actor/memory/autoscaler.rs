//! What the autoscaler remembers of one HorizontalPodAutoscaler.

use crate::api::time::Time;

/// A size that the metrics asked for, before anything limited it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recommendation {
    /// Replicas.
    pub replicas: i32,
    /// When.
    pub at: Time,
}

/// A change of size that was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScaleEvent {
    /// Replicas more or fewer, always positive.
    pub change: i32,
    /// When.
    pub at: Time,
}

/// What the controller remembers of one autoscaler.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AutoscalerMemory {
    /// Recent recommendations, in no order.
    pub recommendations: Vec<Recommendation>,
    /// Recent changes upwards.
    pub up: Vec<ScaleEvent>,
    /// Recent changes downwards.
    pub down: Vec<ScaleEvent>,
}
