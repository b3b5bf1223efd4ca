//! The JavaScript API: a cluster that another page can step, as plain objects and strings.
//!
//! ```js
//! import init, { Kubestep } from "./kubestep.js";
//! await init();
//! const cluster = new Kubestep({ version: "1.36", seed: 7 }); // both may be left out
//! const { applied, diagnostics } = cluster.apply(yaml);
//! while (cluster.step()) console.log(cluster.decisions());
//! ```

use crate::actor::decision::{Decision, FactValue};
use crate::actor::sentence::Piece;
use crate::engine::{Action, Config, Engine, Run, Step};
use crate::kubectl;
use crate::manifests;
use crate::session::{Log, Replay, file, link};
use crate::texts::Language;
use crate::versions::{Version, VersionError};
use js_sys::{RangeError, TypeError};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsError, JsValue};

/// Maximum number of steps in one call of `settle`.
const SETTLE_MAX: usize = 100_000;

#[wasm_bindgen(typescript_custom_section)]
const OPTIONS: &str = r#"/** The options of a new cluster. */
export interface KubestepOptions {
    /** The seed of everything random; 1 by default. Clusters with the same seed behave identically. */
    seed?: number;
    /** The version of Kubernetes, such as "1.36"; the newest simulated version by default. */
    version?: string;
}
"#;

/// The options of a new cluster.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Options {
    seed: Option<f64>,
    version: Option<String>,
}

/// Invalid options.
#[derive(Debug, thiserror::Error)]
enum OptionsError {
    /// An unknown version; a RangeError in JavaScript.
    #[error(transparent)]
    Version(#[from] VersionError),
    /// Neither a number nor an object; a TypeError in JavaScript.
    #[error("the options must be an object or a seed: {0}")]
    Value(#[from] serde_wasm_bindgen::Error),
    /// An unknown field, or a value of the wrong type; a TypeError in JavaScript.
    #[error("invalid options: {0}")]
    Field(#[from] serde_json::Error),
}

impl From<OptionsError> for JsValue {
    fn from(error: OptionsError) -> Self {
        let text = error.to_string();
        match error {
            OptionsError::Version(_) => RangeError::new(&text).into(),
            OptionsError::Value(_) | OptionsError::Field(_) => TypeError::new(&text).into(),
        }
    }
}

impl Options {
    fn read(value: JsValue) -> Result<Self, OptionsError> {
        if value.is_undefined() || value.is_null() {
            return Ok(Self::default());
        }
        if let Some(seed) = value.as_f64() {
            return Ok(Self {
                seed: Some(seed),
                version: None,
            });
        }
        // Through JSON, because serde-wasm-bindgen ignores unknown fields.
        let fields: serde_json::Map<String, Value> = serde_wasm_bindgen::from_value(value)?;
        Ok(serde_json::from_value(Value::Object(fields))?)
    }

    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "JavaScript has no other numbers"
    )]
    fn config(self) -> Result<Config, OptionsError> {
        let mut config = Config::default();
        if let Some(seed) = self.seed {
            config.seed = seed as u64;
        }
        if let Some(version) = self.version {
            config.features = Version::parse(&version)?.into();
        }
        Ok(config)
    }
}

/// A cluster: three nodes, its controllers, a virtual clock, and an undoable history.
#[wasm_bindgen]
pub struct Kubestep {
    engine: Engine,
}

#[wasm_bindgen]
impl Kubestep {
    /// An empty cluster whose nodes start pods by themselves. Takes `{ version, seed }` or just a seed. Throws a
    /// `RangeError` if the version is not simulated and a `TypeError` if the options are invalid.
    #[wasm_bindgen(constructor)]
    pub fn new(
        #[wasm_bindgen(unchecked_optional_param_type = "KubestepOptions | number")]
        options: JsValue,
    ) -> Result<Kubestep, JsValue> {
        let config = Options::read(options)?.config()?;
        Ok(Kubestep {
            engine: Engine::new(config),
        })
    }

    /// Applies all objects of a YAML text, or none of them:
    /// `{ applied: [line], diagnostics: [{ line, column, path, message, advice }] }`, of which one list is empty.
    pub fn apply(&mut self, yaml: &str) -> Result<JsValue, JsError> {
        let (applied, diagnostics) = match manifests::apply(&mut self.engine, yaml) {
            Ok(told) => {
                let lines = told.iter().map(|told| told.text(Language::English));
                (lines.collect::<Vec<String>>(), Vec::new())
            }
            Err(diagnostics) => (Vec::new(), diagnostics),
        };
        let diagnostics: Vec<Value> = diagnostics
            .into_iter()
            .map(|found| {
                json!({
                    "line": found.line, "column": found.column, "path": found.path,
                    "message": found.message, "advice": found.advice.text(Language::English),
                })
            })
            .collect();
        give(&json!({ "applied": applied, "diagnostics": diagnostics }))
    }

    /// Runs a kubectl command line, with or without the word `kubectl`: `{ stdout, stderr, exit }`.
    pub fn run(&mut self, command: &str, stdin: Option<String>) -> Result<JsValue, JsError> {
        let command = command.trim();
        let command = command.strip_prefix("kubectl ").unwrap_or(command);
        let output = kubectl::run(&mut self.engine, command, stdin.as_deref());
        give(&json!({ "stdout": output.stdout, "stderr": output.stderr, "exit": output.exit }))
    }

    /// Takes one step and returns it, or null if nothing is left to do:
    /// `{ actor, object, time, headline, pieces, changes, error }`. `pieces` are those of the headline, `{ text }`,
    /// or `{ text, object }` if a piece names an object.
    pub fn step(&mut self) -> Result<JsValue, JsError> {
        match self.engine.step() {
            Some(step) => give(&step_value(step)),
            None => Ok(JsValue::NULL),
        }
    }

    /// Runs until the cluster makes no more progress by itself: `{ steps, settled }`; `settled` is false if the
    /// step limit was reached.
    pub fn settle(&mut self) -> Result<JsValue, JsError> {
        let before = self.engine.cursor();
        let settled = self.engine.settle(SETTLE_MAX) == Run::Settled;
        give(&json!({ "steps": self.engine.cursor() - before, "settled": settled }))
    }

    /// Goes one step back; false at the start.
    pub fn back(&mut self) -> bool {
        self.engine.back()
    }

    /// Goes to the state after `steps` steps.
    pub fn jump(&mut self, steps: usize) {
        self.engine.jump(steps);
    }

    /// The current state: `{ time, step, steps, quiescent, objects }`, with the objects as the API serves them.
    pub fn snapshot(&self) -> Result<JsValue, JsError> {
        let objects: Vec<Value> = self
            .engine
            .store()
            .all()
            .map(|object| object.to_value())
            .collect();
        give(&json!({
            "time": self.engine.now().to_string(),
            "step": self.engine.cursor(),
            "steps": self.engine.steps().len(),
            "quiescent": self.engine.is_quiescent(),
            "objects": objects,
        }))
    }

    /// Everything that was done, as the text of a session file, which the page and `importSession` open.
    #[wasm_bindgen(js_name = exportSession)]
    pub fn export_session(&self) -> Result<String, JsError> {
        Ok(file::write(&Log::of(&self.engine, None)?))
    }

    /// Opens a session: the text of a session file, or a link of the page. Returns whether its state is the one that
    /// was saved; it differs if the simulation was corrected since. Throws an `Error` if the session is refused; the
    /// cluster is then as before.
    #[wasm_bindgen(js_name = importSession)]
    pub fn import_session(&mut self, session: &str) -> Result<bool, JsError> {
        let log = match session.trim_start().starts_with('{') {
            true => file::read(session),
            false => link::read(session),
        };
        let opened = Replay::new(log?).finish(kubectl::repeat)?;
        self.engine = opened.engine;
        Ok(opened.is_same)
    }

    /// The decisions of the last step: `[{ branch, stage, sentence, formula, substituted, facts, source }]`.
    pub fn decisions(&self) -> Result<JsValue, JsError> {
        let step = self.engine.current();
        let decisions = step.map_or(&[][..], |step| &step.decisions);
        give(&Value::Array(
            decisions.iter().map(decision_value).collect(),
        ))
    }
}

/// Converts to plain objects and arrays instead of maps.
fn give(value: &Value) -> Result<JsValue, JsError> {
    Ok(value.serialize(&Serializer::json_compatible())?)
}

fn step_value(step: &Step) -> Value {
    let (actor, object) = match &step.action {
        Action::Work(item) => (item.actor.to_string(), item.key.to_string()),
        Action::Clock { to, .. } => ("clock".to_owned(), to.to_string()),
        Action::User(command) => ("user".to_owned(), command.to_string()),
    };
    let changes: Vec<Value> = step
        .changes
        .iter()
        .map(|change| {
            let what = match (&change.before, &change.after) {
                (None, _) => "created",
                (_, None) => "removed",
                _ => "changed",
            };
            json!({ "what": what, "object": change.key.to_string() })
        })
        .collect();
    let headline = step.headline(Language::English);
    let pieces = headline.pieces().iter().map(|piece| match piece {
        Piece::Text(text) => json!({ "text": text }),
        Piece::Object(key, text) => json!({ "text": text, "object": key.to_string() }),
    });
    json!({
        "actor": actor, "object": object, "time": step.time().to_string(),
        "headline": headline.to_string(), "pieces": pieces.collect::<Vec<_>>(),
        "changes": changes, "error": step.error,
    })
}

fn decision_value(decision: &Decision) -> Value {
    let facts: Vec<Value> = decision
        .facts
        .iter()
        .map(|fact| {
            let value = match &fact.value {
                FactValue::Number(number) => json!(number),
                other => json!(other.to_string()),
            };
            let origins = fact.origins.iter();
            let origins: Vec<Value> = origins
                .map(|origin| json!({ "object": origin.object.to_string(), "path": origin.path }))
                .collect();
            json!({ "name": fact.name, "value": value, "origins": origins })
        })
        .collect();
    json!({
        "branch": decision.branch.id, "stage": decision.branch.stage,
        "sentence": decision.sentence(Language::English),
        "formula": decision.branch.formula, "substituted": decision.substituted(),
        "facts": facts, "source": decision.branch.source,
    })
}
