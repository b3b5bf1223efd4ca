//! `kubectl rollout` (`staging/src/k8s.io/kubectl/pkg/cmd/rollout`).

use super::describe::Around;
use super::output::{DefaultOutput, OutputFormat};
use super::resources::{Bare, Found};
use super::session::{Done, Execution};
use super::waiting::WaitingCommand;
use crate::api::go::quote;
use crate::api::kind::Kind;
use crate::api::look::Look;
use crate::api::object::{Key, Object};
use crate::manifests::{DryRun, Failure, PatchType, ServedObject, patched, set_annotation, update};
use crate::print::rollout::history::{history as history_text, objects as revision_objects};
use crate::print::rollout::undo::{ROLLED_BACK, Rollback, template_text, undo as plan};
use crate::print::rollout::{RolloutError, managed_by_apply};
use serde_json::{Map, Value, json};

/// The annotation in which `rollout restart` stores the time, so that the template differs.
const RESTARTED_AT: &str = "kubectl.kubernetes.io/restartedAt";

impl From<RolloutError> for Failure {
    fn from(error: RolloutError) -> Self {
        Self::Usage(error.to_string())
    }
}

fn find(session: &Execution<'_>) -> Result<Found, Failure> {
    let words = session.words();
    if words.is_empty() && !session.invocation.has("filename") {
        return Err(Failure::Usage("required resource not specified".to_owned()));
    }
    let found = session.find(&words, Bare::All)?;
    let mut kinds = found.objects.iter().map(Object::kind);
    match kinds.any(|kind| kind == Kind::DaemonSet) {
        true => Err(Failure::NotSimulated(
            "rollouts of daemonsets.apps".to_owned(),
        )),
        false => Ok(found),
    }
}

/// Waits for rollouts to finish.
pub(super) fn status(session: &mut Execution<'_>) -> Result<(), Failure> {
    let objects = find(session)?.complete()?;
    let revision = session.invocation.int("revision").unwrap_or(0);
    if revision < 0 {
        return Err(Failure::Usage(format!(
            "revision must be a positive integer: {revision}"
        )));
    }
    if objects.is_empty() {
        let line = format!("No resources found in {} namespace.\n", session.namespace());
        session.err.push_str(&line);
        return Ok(());
    }
    if !session.invocation.switch("watch", true) {
        for object in &objects {
            let value = object.to_value();
            let status = crate::print::rollout::status::status(object.kind(), &value, revision)?;
            session.out.push_str(&status.text);
        }
        return Ok(());
    }
    let timeout = session
        .invocation
        .duration("timeout")
        .filter(|time| *time > 0);
    let deadline = timeout.map(|time| session.engine.now().plus_millis(time));
    let keys = objects.iter().map(Object::key).collect();
    session.waiting = Some(WaitingCommand::for_rollouts(keys, revision, deadline));
    Ok(())
}

/// Lists the revisions.
pub(super) fn history(session: &mut Execution<'_>) -> Result<(), Failure> {
    let revision = session.invocation.int("revision").unwrap_or(0);
    if revision < 0 {
        return Err(Failure::Usage(format!(
            "revision must be a positive integer: {revision}"
        )));
    }
    let format = OutputFormat::of(&session.invocation, DefaultOutput::Operation)?;
    let found = find(session)?;
    let mut failures = Vec::new();
    for object in &found.objects {
        if !matches!(format, OutputFormat::Human { .. }) {
            match revisions(session, object, revision) {
                Ok(found) => session.print_done(&format, &found, DryRun::No)?,
                Err(error) => failures.push(error.into()),
            }
            continue;
        }
        let around = Around(session.engine.store());
        match history_text(object.kind(), &object.to_value(), &around, revision) {
            Ok(text) => session.out.push_str(&text),
            Err(error) => failures.push(error.into()),
        }
    }
    failures.extend(found.failures);
    Failure::all(failures)
}

/// The revisions of an object as objects.
fn revisions(
    session: &Execution<'_>,
    object: &Object,
    revision: i64,
) -> Result<Vec<Done>, RolloutError> {
    let around = Around(session.engine.store());
    let found = revision_objects(object.kind(), &object.to_value(), &around, revision)?;
    let done = found.into_iter().map(|(kind, value)| Done {
        key: Key::of(kind, &object.meta().namespace, value.text("metadata.name")),
        operation: String::new(),
        object: ServedObject::Value(value),
    });
    Ok(done.collect())
}

/// Rolls back to an earlier revision.
pub(super) fn undo(session: &mut Execution<'_>) -> Result<(), Failure> {
    let dry_run = session.dry_run()?;
    let revision = session.invocation.int("to-revision").unwrap_or(0);
    let found = find(session)?;
    let (mut failures, mut plans) = (Vec::new(), Vec::new());
    for object in found.objects {
        let (kind, value) = (object.kind(), object.to_value());
        if let Some(warning) = managed_by_apply(kind, &value) {
            session.err.push_str(&format!("{warning}\n"));
        }
        let around = Around(session.engine.store());
        let planned = if dry_run == DryRun::Client {
            template_text(kind, &value, &around, revision).map(Rollback::Skipped)
        } else {
            plan(kind, &value, &around, revision)
        };
        match planned {
            Ok(planned) => plans.push((object, value, planned)),
            Err(error) => failures.push(error.into()),
        }
    }
    let result = session.act(dry_run, |store| {
        let mut carry_out = |(object, value, planned): (Object, Value, Rollback)| {
            let key = object.key();
            let (patch, sort) = match planned {
                Rollback::Skipped(operation) => {
                    return Ok(Some(Done {
                        key,
                        operation,
                        object: ServedObject::Object(object),
                    }));
                }
                Rollback::JsonPatch(patch) => (patch, PatchType::Json),
                Rollback::StrategicPatch(patch) => (patch, PatchType::Strategic),
            };
            let (value, _) = patched(store.version(), object.kind(), &value, &patch, sort)?;
            Ok(Some(Done {
                key,
                operation: ROLLED_BACK.to_owned(),
                object: update(store, dry_run, &object, value)?,
            }))
        };
        plans.into_iter().map(&mut carry_out).collect()
    });
    failures.extend(result.err());
    // Missing objects are reported last (ContinueOnErrorVisitor).
    failures.extend(found.failures);
    Failure::all(failures)
}

/// Pauses rollouts.
pub(super) fn pause(session: &mut Execution<'_>) -> Result<(), Failure> {
    change(session, "paused", |object, value| {
        if object.kind() != Kind::Deployment {
            return Err("pausing is not supported".to_owned());
        }
        if value.flag("spec.paused") {
            return Err("is already paused".to_owned());
        }
        value["spec"]["paused"] = true.into();
        Ok(())
    })
}

/// Resumes rollouts.
pub(super) fn resume(session: &mut Execution<'_>) -> Result<(), Failure> {
    change(session, "resumed", |object, value| {
        if object.kind() != Kind::Deployment {
            return Err("resuming is not supported".to_owned());
        }
        if !value.flag("spec.paused") {
            return Err("is not paused".to_owned());
        }
        value["spec"]["paused"] = false.into();
        Ok(())
    })
}

/// Replaces all pods by changing an annotation of the template.
pub(super) fn restart(session: &mut Execution<'_>) -> Result<(), Failure> {
    let now = session.engine.now().whole_seconds().to_string();
    change(session, "restarted", |object, value| {
        if !object.kind().is_rolled_out() {
            return Err("restarting is not supported".to_owned());
        }
        if value.flag("spec.paused") {
            return Err("can't restart paused deployment (run rollout resume first)".to_owned());
        }
        let annotations = value.at("spec.template.metadata.annotations");
        if annotations.key(RESTARTED_AT) == &json!(now) {
            return Err(String::new());
        }
        let template = &mut value["spec"]["template"];
        if !template.is_object() {
            *template = Value::Object(Map::new());
        }
        set_annotation(template, RESTARTED_AT, &now);
        Ok(())
    })
}

/// Changes every object of the command line; an empty error is kubectl's response to an empty patch.
fn change(
    session: &mut Execution<'_>,
    operation: &str,
    change: impl Fn(&Object, &mut Value) -> Result<(), String>,
) -> Result<(), Failure> {
    let found = find(session)?;
    let mut failures = found.failures;
    let mut wanted = Vec::new();
    for object in found.objects {
        let mut value = object.to_value();
        match change(&object, &mut value) {
            Ok(()) => wanted.push((object, operation, value)),
            Err(why) if why.is_empty() => failures.push(Failure::Usage(format!(
                "failed to create patch for {}: if restart has already been triggered within the past second, please \
                 wait before attempting to trigger another",
                object.meta().name
            ))),
            Err(why) => failures.push(Failure::Usage(format!(
                "{} {} {why}",
                object.kind().resource_name(),
                quote(&object.meta().name)
            ))),
        }
    }
    session.put(DryRun::No, wanted, failures)
}
