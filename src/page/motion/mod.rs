//! What moves when the page goes from one view of the cluster to the next: planned here, from the two views and the
//! step between them, and carried out by `view::motion` with the Web Animations API.
//!
//! Nothing that is shown depends on a movement: an element's own place and look are always those of the end, so a
//! movement that is cancelled, left out or never begun leaves the page right.

pub mod change;
pub mod effect;
pub mod moment;
pub mod plan;

/// How much moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Motion {
    /// The whole choreography of a step, in at most so many milliseconds.
    Full(u32),
    /// Only what became of the objects, briefly.
    Effects,
    /// Nothing.
    None,
}

/// How long the choreography of a step takes, where nothing follows at once.
pub const STEP_MILLIS: u32 = 420;
/// Between steps that are nearer to each other than this, only effects are shown: more than four a second.
const FULL_FROM: u32 = 250;
/// Between steps that are nearer to each other than this, nothing moves: more than 16 a second.
const EFFECTS_FROM: u32 = 62;

impl Motion {
    /// What fits between two steps that are so many milliseconds apart.
    pub fn between(millis: u32) -> Self {
        match millis {
            FULL_FROM.. => Self::Full(millis.min(STEP_MILLIS)),
            EFFECTS_FROM.. => Self::Effects,
            _ => Self::None,
        }
    }
}

/// The way from one view to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// One step was done.
    Forward,
    /// One step was undone.
    Back,
    /// Several steps at once: only what they come to is shown.
    Net,
}

#[cfg(test)]
mod tests;
