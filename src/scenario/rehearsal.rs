//! Plays a scenario to its end without a page, and checks everything that it says and asks.

use super::{
    Callout, Cue, Fill, PlayLine, Question, Scenario, ScenarioFault, ahead, perform, read_field,
};
use crate::engine::{Config, Engine};
use crate::texts::Language;
use std::rc::Rc;

/// What a scenario said and asked.
#[derive(Debug)]
pub struct Rehearsal {
    /// Its pauses.
    pub pauses: Vec<Pause>,
    /// The cluster at its end.
    pub engine: Engine,
}

/// A pause, in a language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pause {
    /// The text.
    pub text: String,
    /// The answer, if it is a question.
    pub answer: Option<String>,
    /// The possible answers, if there is a choice.
    pub choices: Vec<String>,
    /// The commands to try, with their output.
    pub tried: Vec<(Rc<str>, String)>,
}

/// Plays a scenario to its end.
///
/// # Errors
/// A cue fails, a text has an unfilled placeholder, or a question has no answer among the possible ones.
pub fn rehearse(
    scenario: &Scenario,
    language: Language,
    run: PlayLine<'_>,
) -> Result<Rehearsal, ScenarioFault> {
    let mut engine = Engine::new(Config::default());
    let mut manifests: Rc<str> = "".into();
    let mut pauses = Vec::new();
    let (mut since, mut answer): (usize, Vec<Fill>) = (0, Vec::new());
    if !matches!(scenario.cues.last(), Some(Cue::Say(_))) {
        return Err(ScenarioFault::NoEnd);
    }
    for (number, cue) in scenario.cues.iter().enumerate() {
        perform(scenario, number, &mut engine, &mut manifests, run)?;
        let Some(callout) = cue.callout() else {
            continue;
        };
        let mut fills = callout.fills(&engine, since, read_field);
        fills.append(&mut answer);
        if let Some(name) = callout.unfilled(&fills).into_iter().next() {
            return Err(ScenarioFault::Unfilled {
                cue: number + 1,
                name,
            });
        }
        let is_last = number + 1 == scenario.cues.len();
        let mut pause = Pause {
            text: callout.text(&fills, language),
            answer: None,
            choices: Vec::new(),
            tried: tried(number + 1, callout, &engine, &manifests, run, is_last)?,
        };
        since = engine.cursor();
        if let Cue::Predict(question) = cue {
            let future = ahead(scenario, number + 1, &engine, &manifests, run)?;
            let value = question.answer.value(&future, since, read_field);
            pause.choices = choices(number + 1, question, &engine, value.as_deref(), language)?;
            answer.extend(value.clone().map(|value| ("answer".into(), value)));
            pause.answer = value;
        }
        pauses.push(pause);
    }
    Ok(Rehearsal { pauses, engine })
}

/// The commands to try and their output. Each is run on a copy of the engine.
fn tried(
    cue: usize,
    callout: &Callout,
    engine: &Engine,
    manifests: &str,
    run: PlayLine<'_>,
    is_last: bool,
) -> Result<Vec<(Rc<str>, String)>, ScenarioFault> {
    let mut tried = Vec::new();
    for line in &callout.commands {
        let mut copy = engine.clone();
        let printed = run(&mut copy, line, manifests).map_err(|why| ScenarioFault::Command {
            cue,
            line: line.to_string(),
            why: why.trim_end().to_owned(),
        })?;
        if !is_last && copy.cursor() != engine.cursor() {
            let line = line.to_string();
            return Err(ScenarioFault::Changes { cue, line });
        }
        tried.push((line.clone(), printed));
    }
    Ok(tried)
}

/// The possible answers, which must contain the right one and another.
fn choices(
    cue: usize,
    question: &Question,
    engine: &Engine,
    answer: Option<&str>,
    language: Language,
) -> Result<Vec<String>, ScenarioFault> {
    let choices = question.choices(engine, language);
    let fits = match (&choices, answer) {
        (None, Some(answer)) => answer.parse::<u64>().is_ok(),
        (Some(choices), Some(answer)) => {
            choices.len() > 1 && choices.iter().any(|(value, _)| **value == *answer)
        }
        (_, None) => false,
    };
    let values = choices.into_iter().flatten().map(|(value, _)| value);
    let values: Vec<String> = values.map(|value| value.to_string()).collect();
    match fits {
        true => Ok(values),
        false => Err(ScenarioFault::Answer {
            cue,
            answer: answer.unwrap_or("unknown").to_owned(),
            choices: match values.as_slice() {
                [] => "the numbers".to_owned(),
                values => values.join(", "),
            },
        }),
    }
}
