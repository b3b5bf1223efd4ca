//! `sim forecast TYPE/NAME`: how long a rollout takes and how low capacity falls, from runs on copies of the cluster.

use super::session::Execution;
use super::sim::usage;
use super::waiting::{Poll, WaitingCommand};
use crate::kubectl::forecast::{AnswerProgress, Answering, Asked, AskedError, ForecastAnswer};
use crate::manifests::Failure;
use crate::texts::Language;
use serde_json::json;

/// `sim forecast TYPE/NAME`
pub(super) fn run(session: &mut Execution<'_>) -> Result<(), Failure> {
    let words = session.words();
    let [workload] = words.as_slice() else {
        return Err(usage("name one workload: sim forecast deployment/web"));
    };
    let output = session.invocation.text("output");
    if let Some(other) = output.filter(|output| !["json", "report"].contains(output)) {
        return Err(usage(format!(
            "unknown output {other:?}: it must be json or report"
        )));
    }
    let shape = match output {
        None => Shape::Text,
        Some("json") => Shape::Json,
        Some(_) => Shape::Report,
    };
    let asked = asked(session);
    let answering = Answering::new(&*session.engine, workload, &asked).map_err(failure)?;
    session.waiting = Some(WaitingCommand::for_forecast(ForecastWork {
        answering,
        shape,
    }));
    Ok(())
}

/// Steps of the copies between two polls; few enough for a page to stay responsive.
const STEPS: usize = 128;

/// A forecast that is being worked out.
#[derive(Debug, Clone)]
pub struct ForecastWork {
    answering: Answering,
    shape: Shape,
}

/// How a forecast is printed.
#[derive(Debug, Clone, Copy)]
enum Shape {
    Text,
    Json,
    Report,
}

impl ForecastWork {
    /// How far it is.
    pub fn progress(&self) -> AnswerProgress {
        self.answering.progress()
    }

    /// Goes on for some steps of the copies.
    pub fn poll(&mut self) -> Poll {
        if !self.answering.advance(STEPS) {
            let text = String::new();
            return Poll { text, end: None };
        }
        let answer = self.answering.answer();
        let broken: Vec<String> = answer.broken().map(ToString::to_string).collect();
        let end = match broken.is_empty() {
            true => Ok(()),
            false => Err(Failure::Usage(format!(
                "not in all runs: {}",
                broken.join(", ")
            ))),
        };
        Poll {
            text: self.shape.printed(&answer),
            end: Some(end),
        }
    }
}

impl Shape {
    fn printed(self, answer: &ForecastAnswer) -> String {
        let language = Language::English;
        match self {
            Self::Text => answer.text(language),
            Self::Json => {
                let (forecast, sweep) = (
                    answer.forecast_value(language),
                    answer.sweep_value(language),
                );
                format!("{:#}\n", json!({ "forecast": forecast, "sweep": sweep }))
            }
            Self::Report => answer.report(language),
        }
    }
}

/// What the flags ask.
fn asked(session: &Execution<'_>) -> Asked {
    let flags = &session.invocation;
    let text = |flag| flags.text(flag).map(str::to_owned);
    let texts = |flag| flags.values(flag).map(str::to_owned).collect();
    Asked {
        namespace: Some(session.namespace().to_owned()),
        commands: texts("run"),
        files: session.input.files.iter().cloned().collect(),
        runs: flags.int("runs"),
        seed: flags.int("seed"),
        within: text("within"),
        pull: text("pull"),
        start: text("start"),
        ready: text("ready"),
        stop: text("stop"),
        bounds: texts("bound"),
        sweep: texts("sweep"),
    }
}

fn failure(error: AskedError) -> Failure {
    match error {
        AskedError::Type(failure) => failure,
        AskedError::Forecast(error) => Failure::Usage(error.to_string()),
        error => usage(error.to_string()),
    }
}
