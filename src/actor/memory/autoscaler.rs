//! What the autoscaler remembers about one HorizontalPodAutoscaler.

use crate::api::time::Time;

/// A recommended size, before any limits are applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recommendation {
    /// Replicas.
    pub replicas: i32,
    /// When it was computed.
    pub at: Time,
}

/// A scaling that was carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScaleEvent {
    /// Absolute number of replicas added or removed.
    pub change: i32,
    /// When it was carried out.
    pub at: Time,
}

/// What the controller remembers about one autoscaler.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AutoscalerMemory {
    /// Recent recommendations, unordered.
    pub recommendations: Vec<Recommendation>,
    /// Recent scale-ups.
    pub up: Vec<ScaleEvent>,
    /// Recent scale-downs.
    pub down: Vec<ScaleEvent>,
}
