//! The log of what was done, from the engine's timelines.

use super::{Log, NAME, SavedAction, SavedFuture};
use crate::engine::{Config, Engine, Input, Step, StepKind, Turn};
use std::rc::Rc;

/// Why a cluster has no log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unrepeatable {
    /// Its initial configuration differs in more than the seed, the version and the feature gates.
    #[error("the cluster was not set up like the page's")]
    Config,
    /// A step was made by calling the engine directly.
    #[error("step {0} was made by calling the engine, so it is not known how to repeat it")]
    Step(usize),
}

impl Log {
    /// The log of a cluster, with the editor's text.
    ///
    /// # Errors
    /// It is not known how to repeat a step.
    pub fn of(engine: &Engine, editor: Option<&str>) -> Result<Self, Unrepeatable> {
        let config = engine.config();
        let usual = Config {
            seed: config.seed,
            features: config.features,
            ..Config::default()
        };
        if *config != usual {
            return Err(Unrepeatable::Config);
        }
        let mut log = Self {
            features: config.features,
            seed: config.seed,
            futures: Vec::new(),
            future: engine.future(),
            step: engine.cursor(),
            mark: Some(engine.store().registers.mark()),
            editor: None,
            name: NAME.into(),
            files: Vec::new(),
        };
        for number in 0..engine.futures() {
            let (of, after) = parent(engine, number);
            let own = engine.steps_of(number).iter().enumerate().skip(after);
            let entries = entries(own)?;
            log.futures.push(SavedFuture { of, after, entries });
        }
        let is_applied = |text: &&str| log.applied().is_some_and(|applied| **applied == **text);
        log.editor = editor.filter(|text| !is_applied(text)).map(Into::into);
        Ok(log)
    }
}

/// The future that another one left, and the number of steps that they share.
fn parent(engine: &Engine, number: usize) -> (usize, usize) {
    let shares = (0..number).filter_map(|other| {
        let shared = engine.shared_by(number, other);
        // Acting at the end of a timeline does not leave it.
        (engine.steps_of(other).len() > shared).then_some((other, shared))
    });
    let best = shares.max_by_key(|(other, shared)| (*shared, std::cmp::Reverse(*other)));
    best.unwrap_or((number, 0))
}

fn entries<'s>(
    steps: impl Iterator<Item = (usize, &'s Rc<Step>)>,
) -> Result<Vec<SavedAction>, Unrepeatable> {
    let mut entries = Vec::new();
    for (place, step) in steps {
        match (&step.turn, &step.action) {
            (Turn::Next, _) => match entries.last_mut() {
                Some(SavedAction::Steps(count)) => *count += 1,
                _ => entries.push(SavedAction::Steps(1)),
            },
            (Turn::Item(place), _) => entries.push(SavedAction::Item(*place)),
            (Turn::Clock, StepKind::Clock { to, .. }) => entries.push(SavedAction::Clock(to.0)),
            (Turn::User(Some(input)), _) if **input == Input::More => {}
            (Turn::User(Some(input)), _) => entries.push(SavedAction::Input(input.clone())),
            (Turn::User(None) | Turn::Clock, _) => return Err(Unrepeatable::Step(place + 1)),
        }
    }
    Ok(entries)
}
