//! `sim version VERSION --again`: the user's actions replayed under another version, as another future.
//!
//! What kubectl wrote is written again as a patch, whichever command it was: neither the files nor the answers given to
//! editors are kept. Commands of sim are run again. Each action is replayed at the time of the clock at which it came.

use super::session::Execution;
use crate::api::kind::Kind;
use crate::api::managed::FieldClaim;
use crate::api::meta::ObjectMeta;
use crate::api::object::Object;
use crate::api::patch::{self, LAST_APPLIED};
use crate::engine::{Engine, Input, Run, Step, StepKind};
use crate::kubectl::run::run;
use crate::manifests::{Failure, PatchType, patched};
use crate::store::{ApiError, Change, DeleteOptions, Propagation, Store};
use crate::versions::Features;
use serde_json::Value;
use std::rc::Rc;

/// Steps after which the run between two actions stops.
const STEPS_MAX: usize = 20_000;

/// Replays all actions from the beginning.
pub(super) fn again(session: &mut Execution<'_>, features: Features) {
    let label = session.label().to_owned();
    let engine = &mut *session.engine;
    let done: Vec<Rc<Step>> = engine.steps().to_vec();
    let end = done.last().map(|step| step.time());
    let from = engine.future();
    restart(engine, &label, features);
    // Actions with no step between them have none between them again.
    let mut moved = false;
    for (place, step) in done.iter().enumerate() {
        let StepKind::User(command) = &step.action else {
            moved = true;
            continue;
        };
        if std::mem::take(&mut moved) && engine.run_until(step.time(), STEPS_MAX) == Run::Limit {
            session.err.push_str(&cut_short(command));
        }
        let result = match command.strip_prefix("sim ") {
            Some(rest) if rest.starts_with("version") => continue,
            Some(_) => rerun(engine, command),
            None if command.starts_with("kubectl config ") => rerun(engine, command),
            None => write_again(engine, from, place, step),
        };
        if let Err(error) = result {
            let text = format!("could not be replayed: {command}: {error}\n");
            session.err.push_str(&text);
        }
    }
    if let Some(end) = end.filter(|_| moved)
        && engine.run_until(end, STEPS_MAX) == Run::Limit
    {
        session.err.push_str(&cut_short("the end"));
    }
}

/// Restarts the control plane at the beginning, which is the first step of the command.
pub(in crate::kubectl) fn restart(engine: &mut Engine, label: &str, features: Features) {
    engine.jump(0);
    let input = Input::Again {
        line: label.into(),
        features,
    };
    engine.enter(input, |engine| engine.set_features(label, features));
}

/// Repeats the writes of a step of another future as a step of this one.
pub(in crate::kubectl) fn repeat_writes(engine: &mut Engine, future: usize, place: usize) {
    if let Some(step) = engine.steps_of(future).get(place).cloned() {
        drop(write_again(engine, future, place, &step));
    }
}

fn write_again(
    engine: &mut Engine,
    future: usize,
    place: usize,
    step: &Step,
) -> Result<(), String> {
    let StepKind::User(command) = &step.action else {
        return Err("it is no action of the user".to_owned());
    };
    let input = Input::Repeat {
        future,
        step: place,
    };
    let written = engine.enter(input, |engine| {
        engine.act(command, |context| rewrite(context.store, &step.changes))
    });
    written.map_err(|error| error.to_string())
}

fn cut_short(before: &str) -> String {
    format!("stopped after {STEPS_MAX} steps before {before}: more was left to do\n")
}

fn rerun(engine: &mut Engine, command: &str) -> Result<(), String> {
    let line = command.strip_prefix("kubectl ").unwrap_or(command);
    let output = run(engine, line, None);
    match output.exit {
        0 => Ok(()),
        _ => Err(output.stderr.trim_end().to_owned()),
    }
}

/// Repeats the writes of a command.
fn rewrite(store: &mut Store, changes: &[Change]) -> Result<(), Failure> {
    for change in changes {
        match (&change.before, &change.after) {
            (_, Some(Object::Event(_) | Object::EventEntry(_))) => {}
            (None, Some(made)) => {
                let value = as_applied(made, last_applied(made));
                match claim(store, None, made) {
                    Some(claim) => store.apply_value(change.key.kind, None, &value, claim)?,
                    None => store.create_value(change.key.kind, &value)?,
                };
            }
            (Some(before), Some(after)) if begins_to_end(before, after) => {
                store.delete(&change.key, &options(after.meta()))?;
            }
            (Some(before), Some(after)) => {
                let current = store.get(&change.key).cloned();
                let current = current.ok_or_else(|| ApiError::not_found(&change.key))?;
                repeat(store, change.key.kind, [before, after], &current)?;
            }
            // A terminating object goes by itself, with its last finalizer.
            (Some(before), None) if !before.meta().is_terminating() => {
                store.delete(&change.key, &DeleteOptions::default())?;
            }
            _ => {}
        }
    }
    Ok(())
}

fn begins_to_end(before: &Object, after: &Object) -> bool {
    after.meta().is_terminating() && !before.meta().is_terminating()
}

/// Applies the difference between two states of an object to its present state.
fn repeat(
    store: &mut Store,
    kind: Kind,
    [before, after]: [&Object; 2],
    current: &Object,
) -> Result<(), Failure> {
    let claim = claim(store, Some(before), after);
    let applied = [before, after].map(last_applied);
    // Any other command than apply changes the live object, not what was applied before.
    let is_apply = applied[0] != applied[1];
    let [before, after] =
        [before, after].map(|object| as_applied(object, last_applied(object).filter(|_| is_apply)));
    let patch = patch::two_way(kind, &before, &after);
    let patch = patch.map_err(|error| Failure::Usage(error.to_string()))?;
    let served = current.to_value();
    let (value, _) = patched(store.version(), kind, &served, &patch, PatchType::Strategic)?;
    match claim {
        Some(claim) => store.apply_value(kind, Some(current), &value, claim)?,
        None => store.update_value(current, &value)?,
    };
    Ok(())
}

/// The claim that a write made, for the next one.
fn claim(store: &Store, before: Option<&Object>, after: &Object) -> Option<Rc<FieldClaim>> {
    let known = before.and_then(|object| object.meta().claim.as_ref());
    let claim = after.meta().claim.as_ref();
    let claim = claim.filter(|claim| known != Some(claim))?;
    Some(Rc::new(FieldClaim {
        version: store.registers.resource_version + 1,
        ..(**claim).clone()
    }))
}

/// An object without the fields that the server sets.
fn as_sent(object: &Object) -> Value {
    let mut value = object.to_value();
    if let Some(fields) = value.as_object_mut() {
        fields.remove("status");
    }
    let metadata = value.get_mut("metadata").and_then(Value::as_object_mut);
    if let Some(metadata) = metadata {
        for field in ["uid", "resourceVersion", "creationTimestamp", "generation"] {
            metadata.remove(field);
        }
    }
    value
}

/// The manifest in the last-applied annotation.
fn last_applied(object: &Object) -> Option<Value> {
    let annotations = &object.meta().annotations;
    let applied = annotations.get(LAST_APPLIED)?;
    serde_json::from_str(applied).ok()
}

/// An object as it was sent, with the applied fields that the server dropped because a feature was off: it may be on
/// now.
fn as_applied(object: &Object, applied: Option<Value>) -> Value {
    let mut value = as_sent(object);
    if let Some(applied) = applied {
        restore(&mut value, applied);
    }
    value
}

/// Adds the fields that are missing.
fn restore(value: &mut Value, applied: Value) {
    let (Value::Object(fields), Value::Object(applied)) = (value, applied) else {
        return;
    };
    for (name, applied) in applied {
        match fields.get_mut(&name) {
            Some(field) => restore(field, applied),
            None => drop(fields.insert(name, applied)),
        }
    }
}

fn options(meta: &ObjectMeta) -> DeleteOptions {
    let policies = [Propagation::Foreground, Propagation::Orphan];
    let propagation = policies.into_iter().find(|policy| {
        let finalizer = policy.finalizer();
        let mut known = meta.finalizers.iter();
        known.any(|known| finalizer == Some(&**known))
    });
    DeleteOptions {
        propagation,
        grace_period_seconds: meta.deletion_grace_period_seconds,
        uid: None,
    }
}
