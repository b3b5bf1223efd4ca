//! Page actions, and the output that the page shows for them.

use crate::api::time::duration;
use crate::engine::{Engine, Run, Step, StepKind};
use crate::kubectl::Output;
use crate::manifests;
use crate::print::tabwriter::{GET, TabWriter};
use crate::texts::Language;
use std::fmt::Write as _;

/// The maximum number of steps of one action.
const STEPS_MAX: usize = 100_000;
const LANGUAGE: Language = Language::English;

pub fn settle(engine: &mut Engine) -> Output {
    let before = engine.cursor();
    let run = engine.settle(STEPS_MAX);
    went(engine, before, run)
}

pub fn advance(engine: &mut Engine, millis: i64) -> Output {
    let before = engine.cursor();
    let run = engine.run_until(engine.now().plus_millis(millis), STEPS_MAX);
    went(engine, before, run)
}

pub fn step(engine: &mut Engine, count: usize) -> Output {
    let before = engine.cursor();
    for _ in 0..count {
        if engine.step().is_none() {
            let mut output = went(engine, before, Run::Settled);
            output.stderr = "nothing more will happen by itself\n".to_owned();
            return output;
        }
    }
    went(engine, before, Run::Settled)
}

pub fn back(engine: &mut Engine, count: usize) -> Output {
    let before = engine.cursor();
    engine.jump(before.saturating_sub(count));
    Output::printed(format!(
        "{} back: step {} at {}\n",
        steps(before - engine.cursor()),
        engine.cursor(),
        duration(engine.now().0)
    ))
}

/// Reports where an action has ended.
fn went(engine: &Engine, before: usize, run: Run) -> Output {
    let done = engine.cursor() - before;
    let mut output = Output::printed(format!(
        "{}: step {} at {}\n",
        steps(done),
        engine.cursor(),
        duration(engine.now().0)
    ));
    if run == Run::Limit {
        output.stderr = match engine.circle() {
            Some(circle) => format!(
                "stopped: {} is created and deleted again and again and would be for ever; step {} says why\n",
                circle.object, circle.removed_by
            ),
            None => format!("stopped after {STEPS_MAX} steps: more is left to do\n"),
        };
        output.exit = 1;
    }
    output
}

fn steps(count: usize) -> String {
    match count {
        1 => "1 step".to_owned(),
        _ => format!("{count} steps"),
    }
}

/// The text of Why for the current step.
pub fn why(engine: &Engine) -> Output {
    let Some(step) = engine.current() else {
        return Output::printed("no step has been taken yet\n");
    };
    let mut text = format!(
        "step {} at {}: {}",
        engine.cursor(),
        duration(step.time().0),
        step.actor(LANGUAGE)
    );
    if let Some(object) = object(step) {
        text = text + ", " + &object;
    }
    text = format!("{text}\n{}\n", step.headline(LANGUAGE));
    if let Some(error) = &step.error {
        text = text + "error: " + error + "\n";
    }
    for decision in &step.decisions {
        text = text + "- " + &decision.sentence(LANGUAGE) + "\n";
        let formula = decision.substituted();
        if !formula.is_empty() {
            text = text + "    " + decision.branch.formula + "\n    " + &formula + "\n";
        }
    }
    Output::printed(text)
}

fn object(step: &Step) -> Option<String> {
    match &step.action {
        StepKind::Work(item) => Some(item.key.to_string()),
        StepKind::Clock { .. } | StepKind::User(_) => None,
    }
}

/// All steps so far, one per line.
pub fn trace(engine: &Engine) -> Output {
    let mut text = "STEP\tTIME\tACTOR\tOBJECT\tWHAT\n".to_owned();
    let done = engine.steps().iter().take(engine.cursor());
    for (place, step) in done.enumerate() {
        let time = duration(step.time().0);
        let actor = step.actor(LANGUAGE);
        let object = object(step).unwrap_or_default();
        let headline = step
            .headline(LANGUAGE)
            .to_string()
            .replace(['\t', '\n'], " ");
        writeln!(text, "{}\t{time}\t{actor}\t{object}\t{headline}", place + 1).unwrap_or_default();
    }
    Output::printed(TabWriter::new(GET).layout(&text))
}

/// The result of Apply for the text of the editor.
pub fn apply(engine: &mut Engine, text: &str) -> Output {
    match manifests::apply(engine, text) {
        Ok(lines) => Output::printed(
            lines
                .into_iter()
                .map(|told| told.text(LANGUAGE) + "\n")
                .collect::<String>(),
        ),
        Err(faults) => {
            let mut stderr = String::new();
            for fault in faults {
                let place = format!("{}:{}", fault.line, fault.column);
                let path = if fault.path.is_empty() {
                    String::new()
                } else {
                    format!("{}: ", fault.path)
                };
                let advice = fault.advice.text(LANGUAGE);
                writeln!(stderr, "{place} {path}{}\n    {advice}", fault.message)
                    .unwrap_or_default();
            }
            Output {
                stderr,
                exit: 1,
                ..Output::default()
            }
        }
    }
}
