//! Performs cues without a page.

use super::{Cue, Fault, Scenario, Until};
use crate::engine::{Engine, Run as Ran};
use crate::manifests;
use std::rc::Rc;

/// Maximum number of steps of one cue.
const STEPS_MAX: usize = 20_000;

/// Runs a command line, given the editor's text; fails with what the command printed as its error.
pub type Run<'a> = &'a dyn Fn(&mut Engine, &str, &str) -> Result<String, String>;

/// Performs a cue at once. Pauses and the speed mean nothing to it.
///
/// # Errors
/// The cue has no effect: its manifests are refused, its command fails, or what it waits for does not happen.
pub fn perform(
    scenario: &Scenario,
    number: usize,
    engine: &mut Engine,
    manifests: &mut Rc<str>,
    run: Run<'_>,
) -> Result<(), Fault> {
    let cue = number + 1;
    match scenario.cues.get(number) {
        Some(Cue::Apply(text)) => {
            *manifests = text.clone();
            apply(cue, engine, manifests)
        }
        Some(Cue::Replace(old, new)) => {
            if !manifests.contains(old.as_str()) {
                let text = old.clone();
                return Err(Fault::NotThere { cue, text });
            }
            *manifests = manifests.replace(old.as_str(), new).into();
            apply(cue, engine, manifests)
        }
        Some(Cue::Command(line)) => {
            let done = run(engine, line, manifests);
            done.map(drop).map_err(|why| Fault::Command {
                cue,
                line: line.clone(),
                why: why.trim_end().to_owned(),
            })
        }
        Some(Cue::Settle(limit)) => match engine.settle(*limit) {
            Ran::Settled => Ok(()),
            Ran::Limit => Err(Fault::Never {
                cue,
                until: "a settled cluster".to_owned(),
            }),
        },
        Some(Cue::Play(until)) => play(cue, engine, until),
        Some(Cue::Speed(_) | Cue::Say(_) | Cue::Predict(_)) | None => Ok(()),
    }
}

fn apply(cue: usize, engine: &mut Engine, manifests: &str) -> Result<(), Fault> {
    match manifests::apply(engine, manifests) {
        Ok(_) => Ok(()),
        Err(problems) => {
            let first = problems.first();
            let why = first.map(|first| format!("{}: {}", first.line, first.message));
            let why = why.unwrap_or_default();
            Err(Fault::Refused { cue, why })
        }
    }
}

fn play(cue: usize, engine: &mut Engine, until: &Until) -> Result<(), Fault> {
    let settled = *until == Until::Settled;
    for _ in 0..STEPS_MAX {
        if engine.is_settled() {
            if settled {
                return Ok(());
            }
            break;
        }
        engine.step();
        if until.is_reached(engine) {
            return Ok(());
        }
    }
    let until = match until {
        Until::Settled => "a settled cluster".to_owned(),
        Until::Branch(id) => id.clone(),
    };
    Err(Fault::Never { cue, until })
}

/// Plays ahead from the cue after a pause to the next pause, on a copy of the engine, and returns the copy.
///
/// # Errors
/// As [`perform`].
pub fn ahead(
    scenario: &Scenario,
    next: usize,
    engine: &Engine,
    manifests: &Rc<str>,
    run: Run<'_>,
) -> Result<Engine, Fault> {
    let (mut copy, mut text) = (engine.clone(), manifests.clone());
    let cues = scenario.cues.iter().enumerate().skip(next);
    for (number, cue) in cues {
        if cue.callout().is_some() {
            break;
        }
        perform(scenario, number, &mut copy, &mut text, run)?;
    }
    Ok(copy)
}
