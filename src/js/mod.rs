//! The JavaScript API: a cluster that another page or a program can step, as plain objects and strings. It is what the
//! npm package (`npm/`) contains; `types.d.ts` describes the objects.
//!
//! ```js
//! import init, { Kubestep } from "kubestep";
//! await init();
//! const cluster = new Kubestep({ version: "1.36", seed: 7 }); // all options may be left out
//! const { applied, diagnostics } = cluster.apply(yaml);
//! while (cluster.step()) console.log(cluster.decisions());
//! ```

mod listeners;
mod options;
mod outlook;
mod values;

use crate::api::kind::Kind;
use crate::api::object::Object;
use crate::engine::{Engine, Run};
use crate::kubectl::{self, CommandInput, Terminal};
use crate::manifests;
use crate::session::{Log, Replay, file, link};
use crate::texts::Language;
use js_sys::{Function, RangeError};
use listeners::Listeners;
use options::ClusterOptions;
use serde_json::json;
use values::{
    Gauges, decision_value, diagnostics_value, give, item_value, rollout_value, step_value,
    timer_value,
};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsError, JsValue};

/// Maximum number of steps in one call of `settle` or `runUntil`, unless the call has its own.
const STEPS_MAX: usize = 100_000;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = include_str!("types.d.ts");

/// A cluster: three nodes, its controllers, a virtual clock, and an undoable history. `free()` gives its memory back.
#[wasm_bindgen]
pub struct Kubestep {
    engine: Engine,
    /// The variables and files of its command lines.
    terminal: Terminal,
    language: Language,
    listeners: Listeners,
}

#[wasm_bindgen]
impl Kubestep {
    /// An empty cluster whose nodes start pods by themselves. Takes options or just a seed. Throws a `RangeError` if
    /// the version or the language is unknown and a `TypeError` if the options are invalid.
    #[wasm_bindgen(constructor)]
    pub fn new(
        #[wasm_bindgen(unchecked_optional_param_type = "KubestepOptions | number")]
        options: JsValue,
    ) -> Result<Kubestep, JsValue> {
        let options = ClusterOptions::read(options)?;
        Ok(Kubestep {
            language: options.language()?,
            engine: Engine::new(options.config()?),
            terminal: Terminal::default(),
            listeners: Listeners::default(),
        })
    }

    /// Applies all objects of a YAML text, or none of them; one of the two lists is empty.
    #[wasm_bindgen(unchecked_return_type = "Applied")]
    pub fn apply(&mut self, yaml: &str) -> Result<JsValue, JsError> {
        let (applied, diagnostics) = match manifests::apply(&mut self.engine, yaml) {
            Ok(told) => {
                let lines = told.iter().map(|told| told.text(self.language));
                (lines.collect::<Vec<String>>(), Vec::new())
            }
            Err(diagnostics) => (Vec::new(), diagnostics),
        };
        let diagnostics = diagnostics_value(&diagnostics, self.language);
        let answer = json!({ "applied": applied, "diagnostics": diagnostics });
        self.changed();
        give(&answer)
    }

    /// Runs a kubectl or `sim` command line, with or without the word `kubectl`. A command that waits runs the cluster
    /// until it has finished.
    #[wasm_bindgen(unchecked_return_type = "Output")]
    pub fn run(&mut self, command: &str, stdin: Option<String>) -> Result<JsValue, JsError> {
        let input = CommandInput {
            stdin: stdin.as_deref(),
            files: &[],
        };
        let output = kubectl::run_in(&mut self.engine, command, input, &self.terminal);
        self.changed();
        give(&json!({ "stdout": output.stdout, "stderr": output.stderr, "exit": output.exit }))
    }

    /// Takes one step and returns it, or null if nothing is left to do.
    #[wasm_bindgen(unchecked_return_type = "Step | null")]
    pub fn step(&mut self) -> Result<JsValue, JsError> {
        let stepped = self.engine.step().is_some();
        self.stepped(stepped)
    }

    /// Runs a ready work item out of turn, by its number in `queues()`, and returns the step; null if there is no such
    /// item.
    #[wasm_bindgen(js_name = stepItem, unchecked_return_type = "Step | null")]
    pub fn step_item(&mut self, number: f64) -> Result<JsValue, JsError> {
        let stepped = number >= 0.0 && self.engine.step_item(number as u64).is_some();
        self.stepped(stepped)
    }

    /// Runs until the cluster makes no more progress by itself, or for at most `limit` steps.
    #[wasm_bindgen(unchecked_return_type = "Ran")]
    pub fn settle(&mut self, limit: Option<u32>) -> Result<JsValue, JsError> {
        self.ran(limit, Engine::settle)
    }

    /// Runs everything that is due in the next seconds of the cluster's clock and leaves the clock there; at most
    /// `limit` steps. Throws a `RangeError` if the number of seconds is negative or not finite.
    #[wasm_bindgen(js_name = runFor, unchecked_return_type = "Ran")]
    pub fn run_for(&mut self, seconds: f64, limit: Option<u32>) -> Result<JsValue, JsValue> {
        let end = self.engine.now().0 as f64 / 1000.0 + seconds;
        self.run_until(end, limit)
    }

    /// Runs everything that is due until the cluster's clock shows a number of seconds since its start, and leaves the
    /// clock there; at most `limit` steps. Throws a `RangeError` if that is in the past or not finite.
    #[wasm_bindgen(js_name = runUntil, unchecked_return_type = "Ran")]
    pub fn run_until(&mut self, seconds: f64, limit: Option<u32>) -> Result<JsValue, JsValue> {
        let now = self.engine.now();
        let millis = (seconds * 1000.0).round();
        if !millis.is_finite() || millis < now.0 as f64 {
            let text = format!(
                "{seconds} s is not in the future: the clock shows {} s",
                now.0 as f64 / 1000.0
            );
            return Err(RangeError::new(&text).into());
        }
        let end = now.plus_millis(millis as i64 - now.0);
        Ok(self.ran(limit, |engine, limit| engine.run_until(end, limit))?)
    }

    /// Goes one step back; false at the start.
    pub fn back(&mut self) -> bool {
        let moved = self.engine.back();
        self.changed();
        moved
    }

    /// Goes to the state after `steps` steps.
    pub fn jump(&mut self, steps: usize) {
        self.engine.jump(steps);
        self.changed();
    }

    /// The futures: acting in the past begins another one, and the one that it leaves is kept.
    #[wasm_bindgen(unchecked_return_type = "Future[]")]
    pub fn futures(&self) -> Result<JsValue, JsError> {
        let futures = (0..self.engine.futures()).map(|number| {
            json!({
                "number": number, "steps": self.engine.steps_of(number).len(),
                "shared": self.engine.shared(number), "current": number == self.engine.future(),
            })
        });
        give(&futures.collect())
    }

    /// Continues with another future, at the same time if possible; false if there is no such future.
    #[wasm_bindgen(js_name = takeUp)]
    pub fn take_up(&mut self, future: usize) -> bool {
        let is_there = self.engine.take_up(future);
        self.changed();
        is_there
    }

    /// The current state, with the objects as the API serves them.
    #[wasm_bindgen(unchecked_return_type = "Snapshot")]
    pub fn snapshot(&self) -> Result<JsValue, JsError> {
        let engine = &self.engine;
        let objects = engine.store().all().map(|object| object.to_value());
        give(&json!({
            "time": engine.now().to_string(), "at": engine.now().0,
            "step": engine.cursor(), "steps": engine.steps().len(),
            "quiescent": engine.is_quiescent(), "objects": objects.collect::<Vec<_>>(),
        }))
    }

    /// The work items that are ready, in order, and the timers, the earliest first.
    #[wasm_bindgen(unchecked_return_type = "Queues")]
    pub fn queues(&self) -> Result<JsValue, JsError> {
        let queues = self.engine.queues();
        give(&json!({
            "ready": queues.ready().map(item_value).collect::<Vec<_>>(),
            "timers": queues.timers().map(timer_value).collect::<Vec<_>>(),
        }))
    }

    /// The bounds of the rollouts at the current position, each with its extremes since the start.
    #[wasm_bindgen(unchecked_return_type = "Gauge[]")]
    pub fn gauges(&self) -> Result<JsValue, JsError> {
        give(&Gauges::of(&self.engine).value(self.language))
    }

    /// Whether each Deployment and StatefulSet has been rolled out, as `kubectl rollout status` reports it.
    #[wasm_bindgen(unchecked_return_type = "Rollout[]")]
    pub fn rollouts(&self) -> Result<JsValue, JsError> {
        let store = self.engine.store();
        let kinds = [Kind::Deployment, Kind::StatefulSet].into_iter();
        let objects = kinds.flat_map(|kind| store.list(kind, None));
        give(&objects.map(rollout_value).collect())
    }

    /// The events, as the API serves them.
    #[wasm_bindgen(unchecked_return_type = "KubernetesObject[]")]
    pub fn events(&self) -> Result<JsValue, JsError> {
        let events = self.engine.store().list(Kind::Event, None);
        give(&events.map(Object::to_value).collect())
    }

    /// The decisions of the last step.
    #[wasm_bindgen(unchecked_return_type = "Decision[]")]
    pub fn decisions(&self) -> Result<JsValue, JsError> {
        let step = self.engine.current();
        let decisions = step.map_or(&[][..], |step| &step.decisions);
        let decisions = decisions.iter();
        give(
            &decisions
                .map(|made| decision_value(made, self.language))
                .collect(),
        )
    }

    /// Everything that was done, as the text of a session file, which the page and `importSession` open.
    #[wasm_bindgen(js_name = exportSession)]
    pub fn export_session(&self) -> Result<String, JsError> {
        Ok(file::write(&Log::of(&self.engine, None)?))
    }

    /// Opens a session: the text of a session file, or a link of the page. Returns whether its state is the one that
    /// was saved; it differs if the simulation was corrected since. Throws an `Error` with the name `SessionError` if
    /// the session is refused; the cluster is then as before.
    #[wasm_bindgen(js_name = importSession)]
    pub fn import_session(&mut self, session: &str) -> Result<bool, JsValue> {
        let log = match session.trim_start().starts_with('{') {
            true => file::read(session),
            false => link::read(session),
        };
        let opened = log.and_then(|log| Replay::new(log).finish(kubectl::repeat));
        let opened = opened.map_err(|refusal| {
            let error = js_sys::Error::new(&refusal.to_string());
            error.set_name("SessionError");
            error
        })?;
        self.engine = opened.engine;
        self.changed();
        Ok(opened.is_same)
    }

    /// Calls a function after changes: once the current code has run, however many changes it made. Returns a function
    /// that ends this.
    #[wasm_bindgen(js_name = onChange, unchecked_return_type = "() => void")]
    pub fn on_change(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "() => void")] listener: Function,
    ) -> JsValue {
        self.listeners.add(listener)
    }
}

impl Kubestep {
    fn changed(&self) {
        self.listeners.call();
    }

    /// The step that was just taken, if one was.
    fn stepped(&self, stepped: bool) -> Result<JsValue, JsError> {
        self.changed();
        match self.engine.current().filter(|_| stepped) {
            Some(step) => give(&step_value(step, self.engine.cursor(), self.language)),
            None => Ok(JsValue::NULL),
        }
    }

    fn ran(
        &mut self,
        limit: Option<u32>,
        run: impl FnOnce(&mut Engine, usize) -> Run,
    ) -> Result<JsValue, JsError> {
        let before = self.engine.cursor();
        let limit = limit.map_or(STEPS_MAX, |limit| limit as usize);
        let settled = run(&mut self.engine, limit) == Run::Settled;
        self.changed();
        give(&json!({ "steps": self.engine.cursor() - before, "settled": settled }))
    }
}
