//! Animations between one view of the cluster and the next: planned here from the two views and the step between
//! them, and carried out by `view::motion` with the Web Animations API.
//!
//!
//! No state depends on an animation: elements always have their final position and style, so an animation can be
//! cancelled or skipped without consequences.

pub mod change;
pub mod effect;
pub mod moment;
pub mod plan;

/// The amount of animation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Motion {
    /// All animations of a step, within this many milliseconds.
    Full(u32),
    /// Only brief animations of the objects themselves.
    Effects,
    /// None.
    None,
}

/// Milliseconds that the animations of a step take if no other step follows immediately.
pub const STEP_MILLIS: u32 = 420;
/// Minimum interval between steps for full animation: at most four steps per second.
const FULL_FROM: u32 = 250;
/// Minimum interval between steps for any animation: at most 16 steps per second.
const EFFECTS_FROM: u32 = 62;

impl Motion {
    /// The amount for steps this many milliseconds apart.
    pub fn between(millis: u32) -> Self {
        match millis {
            FULL_FROM.. => Self::Full(millis.min(STEP_MILLIS)),
            EFFECTS_FROM.. => Self::Effects,
            _ => Self::None,
        }
    }
}

/// The direction from one view to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepDirection {
    /// A step was done.
    Forward,
    /// A step was undone.
    Back,
    /// Several steps at once: only the net effect is shown.
    Net,
}

#[cfg(test)]
mod tests;
