//! The engine's values as plain objects; `types.d.ts` describes them.

use crate::actor::Cause;
use crate::actor::decision::{Decision, FactValue};
use crate::actor::sentence::Piece;
use crate::api::object::{Key, Object};
use crate::engine::invariants::{InvariantFinding, Monitor, Verdict};
use crate::engine::{Engine, Item, Step, StepKind, Timer};
use crate::manifests::Diagnostic;
use crate::print::rollout::status;
use crate::texts::Language;
use serde::Serialize as _;
use serde_json::{Value, json};
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::{JsError, JsValue};

/// Converts to plain objects and arrays instead of maps.
pub(super) fn give(value: &Value) -> Result<JsValue, JsError> {
    Ok(value.serialize(&Serializer::json_compatible())?)
}

/// Problems in a text.
pub(super) fn diagnostics_value(diagnostics: &[Diagnostic], language: Language) -> Value {
    let diagnostics = diagnostics.iter().map(|found| {
        json!({
            "line": found.line, "column": found.column, "path": found.path,
            "message": found.message, "advice": found.advice.text(language),
        })
    });
    diagnostics.collect()
}

/// A step, which is the `number`th of the timeline.
pub(super) fn step_value(step: &Step, number: usize, language: Language) -> Value {
    let (actor, object) = match &step.action {
        StepKind::Work(item) => (item.actor.to_string(), item.key.to_string()),
        StepKind::Clock { to, .. } => ("clock".to_owned(), to.to_string()),
        StepKind::User(command) => ("user".to_owned(), command.to_string()),
    };
    let changes = step.changes.iter().map(|change| {
        let what = match (&change.before, &change.after) {
            (None, _) => "created",
            (_, None) => "removed",
            _ => "changed",
        };
        json!({ "what": what, "object": change.key.to_string() })
    });
    let headline = step.headline(language);
    let pieces = headline.pieces().iter().map(|piece| match piece {
        Piece::Text(text) => json!({ "text": text }),
        Piece::Object(key, text) => json!({ "text": text, "object": key.to_string() }),
    });
    json!({
        "number": number, "actor": actor, "object": object,
        "time": step.time().to_string(), "at": step.time().0, "quiet": step.is_quiet(),
        "headline": headline.to_string(), "pieces": pieces.collect::<Vec<_>>(),
        "changes": changes.collect::<Vec<_>>(), "error": step.error,
    })
}

pub(super) fn decision_value(decision: &Decision, language: Language) -> Value {
    let facts = decision.facts.iter().map(|fact| {
        let value = match &fact.value {
            FactValue::Number(number) => json!(number),
            other => json!(other.to_string()),
        };
        let origins = fact.origins.iter();
        let origins = origins
            .map(|origin| json!({ "object": origin.object.to_string(), "path": origin.path }));
        json!({ "name": fact.name, "value": value, "origins": origins.collect::<Vec<_>>() })
    });
    json!({
        "branch": decision.branch.id, "stage": decision.branch.stage,
        "sentence": decision.sentence(language),
        "formula": decision.branch.formula, "substituted": decision.substituted(),
        "facts": facts.collect::<Vec<_>>(), "source": decision.branch.source,
    })
}

fn cause_value(cause: &Cause) -> Value {
    let of = |what: &str, key: &Key| json!({ "what": what, "object": key.to_string() });
    match cause {
        Cause::Added(key) => of("added", key),
        Cause::Modified(key) => of("modified", key),
        Cause::Deleted(key) => of("deleted", key),
        Cause::Restart => json!({ "what": "restart" }),
        // The name of what it waits for is that of the variant.
        Cause::Timer(wait) => json!({ "what": "timer", "wait": format!("{wait:?}") }),
        Cause::Retry { attempt, error } => {
            json!({ "what": "retry", "attempt": attempt, "error": error })
        }
    }
}

pub(super) fn item_value(item: &Item) -> Value {
    json!({
        "number": item.number, "actor": item.actor.to_string(), "object": item.key.to_string(),
        "cause": cause_value(&item.cause), "merged": item.more,
    })
}

pub(super) fn timer_value(timer: &Timer) -> Value {
    json!({
        "time": timer.due.to_string(), "at": timer.due.0, "actor": timer.actor.to_string(),
        "object": timer.key.to_string(), "cause": cause_value(&timer.cause),
    })
}

/// Whether a Deployment or StatefulSet has been rolled out.
pub(super) fn rollout_value(object: &Object) -> Value {
    let found = status::status(object.kind(), &object.to_value(), 0);
    let (complete, failed, text) = match found {
        Ok(status) => (status.done, false, status.text),
        Err(error) => (false, true, error.to_string()),
    };
    json!({
        "object": object.key().to_string(), "complete": complete, "failed": failed,
        "text": text.trim_end(),
    })
}

/// The invariants of the rollouts up to the current position.
pub(super) struct Gauges(Vec<Extremes>);

/// A finding, and what came before it.
struct Extremes {
    last: InvariantFinding,
    /// The lowest and the highest value while it was not pending.
    range: Option<(i32, i32)>,
    /// Number of steps after which a controller or a fault had broken it.
    broken: usize,
}

impl Gauges {
    /// Follows the invariants from the start to the current position.
    pub(super) fn of(engine: &Engine) -> Self {
        let mut past = engine.clone();
        let (mut monitor, mut seen) = (Monitor::default(), Vec::<Extremes>::new());
        let mut now = Vec::new();
        for done in 0..engine.cursor() {
            past.jump(done + 1);
            let Some(step) = past.current().cloned() else {
                break;
            };
            now = monitor.look(past.store(), &step);
            for finding in &now {
                follow(&mut seen, finding);
            }
        }
        let place = |one: &Extremes| now.iter().position(|finding| is_same(finding, &one.last));
        seen.retain(|one| place(one).is_some());
        seen.sort_by_key(place);
        Self(seen)
    }

    /// The value for JavaScript.
    pub(super) fn value(&self, language: Language) -> Value {
        let gauges = self.0.iter().map(|one| {
            let last = &one.last;
            json!({
                "object": last.about.to_string(), "invariant": last.invariant.id,
                "formula": last.invariant.formula, "meaning": last.invariant.says.text(language),
                "value": last.value, "bound": last.bound, "verdict": verdict(last.verdict),
                "lowest": one.range.map(|(low, _)| low), "highest": one.range.map(|(_, high)| high),
                "broken": one.broken,
            })
        });
        gauges.collect()
    }
}

fn is_same(one: &InvariantFinding, other: &InvariantFinding) -> bool {
    one.invariant == other.invariant && one.about == other.about
}

fn follow(seen: &mut Vec<Extremes>, finding: &InvariantFinding) {
    let place = seen.iter().position(|one| is_same(&one.last, finding));
    let before = place.map(|place| seen.swap_remove(place));
    let (range, broken) = before.map_or((None, 0), |one| (one.range, one.broken));
    let value = finding.value;
    let range = match (finding.verdict, range) {
        (Verdict::Pending, range) => range,
        (_, None) => Some((value, value)),
        (_, Some((low, high))) => Some((low.min(value), high.max(value))),
    };
    seen.push(Extremes {
        last: finding.clone(),
        range,
        broken: broken + usize::from(finding.verdict >= Verdict::BrokenByFault),
    });
}

fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Holds => "holds",
        Verdict::AtLimit => "at-limit",
        Verdict::Pending => "pending",
        Verdict::BrokenByFault => "broken-by-fault",
        Verdict::BrokenByController => "broken-by-controller",
    }
}
