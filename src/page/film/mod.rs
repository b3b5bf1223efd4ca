//! A range of steps as one animated SVG for READMEs and slides: without scripts or external resources, in both
//! themes.
//!
//!
//! [`shots`] views the cluster after each step and keeps what is visible; [`cut`] computes when each element is
//! visible; [`draw`] draws it.

mod cut;
mod draw;
mod shots;
mod style;

use super::words;
use kubestep::engine::{Engine, Step};
use kubestep::texts::Language;

/// Maximum number of places for pods in a picture.
pub const PLACES_MAX: usize = 300;
/// Maximum number of shots: more would be too long to watch and too large for a README.
pub const SHOTS_MAX: usize = 300;

/// The steps of a film by number, both inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// The first step.
    pub first: usize,
    /// The last step.
    pub last: usize,
}

/// Why there is no film of a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoFilm {
    /// There are no workloads and no pods.
    Empty,
    /// It would need this many places for pods.
    Places(usize),
    /// It would need this many shots.
    Shots(usize),
    /// It begins before this step, and that part of the history was dropped.
    Dropped(usize),
}

impl NoFilm {
    /// The message to the user.
    pub fn sentence(self, language: Language) -> String {
        match self {
            Self::Empty => words::FILM_EMPTY.text(language).to_owned(),
            Self::Places(count) => {
                words::FILM_PLACES.with(language, &[("count", &count), ("most", &PLACES_MAX)])
            }
            Self::Dropped(number) => words::FILM_DROPPED.with(language, &[("number", &number)]),
            Self::Shots(count) => {
                words::FILM_SHOTS.with(language, &[("count", &count), ("most", &SHOTS_MAX)])
            }
        }
    }
}

impl Range {
    /// The rollout that the current step belongs to: from the last step in which the user changed a workload up to
    /// the next user action.
    pub fn rollout(engine: &Engine) -> Self {
        let steps = engine.steps();
        let begins = |step: &Step| {
            step.is_user() && step.changes.iter().any(|change| change.key.kind.has_pods())
        };
        let done = &steps[..engine.cursor()];
        let first = done.iter().rposition(|step| begins(step)).unwrap_or(0);
        let after = steps.iter().skip(first + 1).position(|step| step.is_user());
        Self {
            first: first + 1,
            last: after.map_or(steps.len(), |after| first + 1 + after),
        }
    }

    /// The range limited to a number of steps, in ascending order.
    pub fn within(self, steps: usize) -> Self {
        let (first, last) = (self.first.min(self.last), self.first.max(self.last));
        Self {
            first: first.clamp(1, steps.max(1)),
            last: last.clamp(1, steps.max(1)),
        }
    }

    /// The file name.
    pub fn file_name(self) -> String {
        let Self { first, last } = self;
        if first == last {
            format!("kubestep-step-{first}.svg")
        } else {
            format!("kubestep-steps-{first}-{last}.svg")
        }
    }
}

/// The film of a range as SVG; a range of one step is a still picture.
///
/// # Errors
/// There is nothing to show, or too much.
pub fn film(engine: &Engine, range: Range, language: Language) -> Result<String, NoFilm> {
    let range = range.within(engine.steps().len());
    let shots = shots::shots(engine, range, language)?;
    draw::svg(&shots, range, language)
}

/// The function that draws a film.
#[cfg(target_arch = "wasm32")]
pub type Draw = fn(&Engine, Range, Language) -> Result<String, NoFilm>;

/// Loads the function that draws a film, which is rarely used.
#[cfg(all(feature = "split", target_arch = "wasm32"))]
#[wasm_split_helpers::wasm_split(film, fallible)]
pub fn fetch() -> Result<Draw, wasm_split_helpers::SplitLoaderError> {
    Ok(film)
}

/// The function that draws a film, which is part of the same module.
#[cfg(all(not(feature = "split"), target_arch = "wasm32"))]
pub async fn fetch() -> Result<Draw, std::convert::Infallible> {
    Ok(film)
}

#[cfg(test)]
mod tests;
