//! Performs cues without a page.

use super::{Cue, Scenario, ScenarioFault, Until};
use crate::engine::{Engine, Input, Run as Ran};
use crate::manifests;
use std::rc::Rc;

/// Maximum number of steps of one cue.
const STEPS_MAX: usize = 20_000;

/// Runs a command line, given the editor's text; fails with what the command printed as its error.
pub type PlayLine<'a> = &'a dyn Fn(&mut Engine, &str, &str) -> Result<String, String>;

/// Performs a cue at once. Pauses and the speed mean nothing to it.
///
/// # Errors
/// The cue has no effect: its manifests are refused, its command fails, or what it waits for does not happen.
pub fn perform(
    scenario: &Scenario,
    number: usize,
    engine: &mut Engine,
    manifests: &mut Rc<str>,
    run: PlayLine<'_>,
) -> Result<(), ScenarioFault> {
    let Some(what) = scenario.cues.get(number) else {
        return Ok(());
    };
    let cue = number + 1;
    match what {
        Cue::Replace(old, _) if !manifests.contains(old.as_str()) => {
            let text = old.clone();
            return Err(ScenarioFault::NotThere { cue, text });
        }
        Cue::Settle(limit) => {
            return match engine.settle(*limit) {
                Ran::Settled => Ok(()),
                Ran::Limit => Err(ScenarioFault::Never {
                    cue,
                    until: "a settled cluster".to_owned(),
                }),
            };
        }
        Cue::Play(until) => return play(cue, engine, until),
        _ => {}
    }
    match what.input(manifests) {
        Some(Input::Manifests(text)) => {
            *manifests = text;
            apply(cue, engine, manifests)
        }
        Some(Input::Command { line, .. }) => {
            let done = run(engine, &line, manifests);
            done.map(drop).map_err(|why| ScenarioFault::Command {
                cue,
                line: line.to_string(),
                why: why.trim_end().to_owned(),
            })
        }
        _ => Ok(()),
    }
}

fn apply(cue: usize, engine: &mut Engine, manifests: &str) -> Result<(), ScenarioFault> {
    match manifests::apply(engine, manifests) {
        Ok(_) => Ok(()),
        Err(problems) => {
            let first = problems.first();
            let why = first.map(|first| format!("{}: {}", first.line, first.message));
            let why = why.unwrap_or_default();
            Err(ScenarioFault::Refused { cue, why })
        }
    }
}

fn play(cue: usize, engine: &mut Engine, until: &Until) -> Result<(), ScenarioFault> {
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
    Err(ScenarioFault::Never { cue, until })
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
    run: PlayLine<'_>,
) -> Result<Engine, ScenarioFault> {
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
