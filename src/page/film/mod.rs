//! A range of steps as one animated SVG, for READMEs and slides: no script, nothing to load, both themes.
//!
//! [`shots`] looks at the cluster after each step and keeps what can be seen of it; [`cut`] gives each thing the time in
//! which it is seen; [`draw`] draws it.

mod cut;
mod draw;
mod shots;
mod style;

use super::words;
use kubestep::api::language::Language;
use kubestep::engine::{Engine, Step};

/// More places for pods than this do not fit into one picture.
pub const PLACES_MAX: usize = 300;
/// A film with more shots than this is too long to watch, and too large for a README.
pub const SHOTS_MAX: usize = 300;

/// The steps of a film, by their numbers; both are in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// The first step.
    pub first: usize,
    /// The last step.
    pub last: usize,
}

/// Why there is no film of a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// No workload and no pod is there.
    Empty,
    /// So many places for pods would be needed.
    Places(usize),
    /// So many shots would be needed.
    Shots(usize),
}

impl Refusal {
    /// What the user is told.
    pub fn sentence(self, language: Language) -> String {
        match self {
            Self::Empty => words::FILM_EMPTY.text(language).to_owned(),
            Self::Places(count) => {
                words::FILM_PLACES.with(language, &[("count", &count), ("most", &PLACES_MAX)])
            }
            Self::Shots(count) => {
                words::FILM_SHOTS.with(language, &[("count", &count), ("most", &SHOTS_MAX)])
            }
        }
    }
}

impl Range {
    /// The rollout that the current step belongs to: from the last step by which the user wrote a workload to the one
    /// before the user acts again.
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

    /// The same range within so many steps, with the first step first.
    pub fn within(self, steps: usize) -> Self {
        let (first, last) = (self.first.min(self.last), self.first.max(self.last));
        Self {
            first: first.clamp(1, steps.max(1)),
            last: last.clamp(1, steps.max(1)),
        }
    }

    /// What a file of it is called.
    pub fn file_name(self) -> String {
        let Self { first, last } = self;
        if first == last {
            format!("kubestep-step-{first}.svg")
        } else {
            format!("kubestep-steps-{first}-{last}.svg")
        }
    }
}

/// The film of a range, as SVG; a range of one step is a still.
///
/// # Errors
/// Where there is nothing to be seen, or too much.
pub fn film(engine: &Engine, range: Range, language: Language) -> Result<String, Refusal> {
    let range = range.within(engine.steps().len());
    let shots = shots::shots(engine, range, language)?;
    draw::svg(&shots, range, language)
}

/// What draws a film.
#[cfg(target_arch = "wasm32")]
pub type Draw = fn(&Engine, Range, Language) -> Result<String, Refusal>;

/// Fetches what draws a film, which few ever ask for.
#[cfg(all(feature = "split", target_arch = "wasm32"))]
#[wasm_split_helpers::wasm_split(film, fallible)]
pub fn fetch() -> Result<Draw, wasm_split_helpers::SplitLoaderError> {
    Ok(film)
}

/// What draws a film, which is in the same module.
#[cfg(all(not(feature = "split"), target_arch = "wasm32"))]
pub async fn fetch() -> Result<Draw, std::convert::Infallible> {
    Ok(film)
}

#[cfg(test)]
mod tests;
