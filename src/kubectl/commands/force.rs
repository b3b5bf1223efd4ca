//! `kubectl replace --force` and `kubectl apply --force`: what cannot be changed is deleted and created anew
//! (`staging/src/k8s.io/kubectl/pkg/cmd/replace/replace.go`, forceReplace; `…/cmd/apply/patcher.go`, deleteAndCreate).

use super::delete;
use super::documents::{self, Read};
use super::output::{DefaultOutput, OutputFormat};
use super::session::{Done, Execution};
use super::waiting::WaitingCommand;
use crate::api::object::Key;
use crate::api::patch::{self, LAST_APPLIED};
use crate::manifests::{
    Applied, DryRun, Failure, Manifest, ServedObject, Validation, checked, set_annotation, shown,
};
use crate::store::{ApiError, DeleteOptions, Propagation, Store};

/// How long a replacement waits for an object to be gone, in milliseconds.
const PATIENCE: i64 = 300_000;

/// Deletes the objects of the files, and creates them once they are gone.
pub(super) fn replace(session: &mut Execution<'_>) -> Result<(), Failure> {
    let format = OutputFormat::of(&session.invocation, DefaultOutput::Operation)?;
    let validation = documents::validation(session)?;
    let grace = session.invocation.int("grace-period");
    let options = DeleteOptions {
        propagation: Some(delete::propagation(session)?),
        // Not even a grace period of 0 means not to wait for the kubelet.
        grace_period_seconds: grace.filter(|grace| *grace >= 0).map(|grace| grace.max(1)),
        uid: None,
    };
    let manifests = manifests(session)?;
    let is_there = |manifest: &Manifest| session.engine.store().get(&manifest.key).is_some();
    if manifests.iter().any(is_there) {
        delete_all(session, &manifests, &options, &format)?;
        wait(session, manifests.into_iter().map(|manifest| manifest.key));
        return Ok(());
    }
    let created = session.write(DryRun::No, |store| {
        let create = |manifest: &Manifest| create(store, validation, manifest);
        manifests.iter().map(create).collect::<Vec<_>>()
    });
    let (mut done, mut failures) = (Vec::new(), Vec::new());
    for result in created {
        match result {
            Ok(one) => done.push(one),
            Err(failure) => failures.push(failure),
        }
    }
    session.print_done(&format, &done, DryRun::No)?;
    Failure::all(failures)
}

/// The objects of the files, all of which are needed.
fn manifests(session: &Execution<'_>) -> Result<Vec<Manifest>, Failure> {
    let Read { manifests, unread } = documents::read(session)?;
    let (mut read, mut failures) = (Vec::new(), Vec::new());
    for manifest in manifests {
        match manifest {
            Ok(mut manifest) => {
                documents::annotate(session, &mut manifest);
                read.push(manifest);
            }
            Err(failure) => failures.push(failure),
        }
    }
    Failure::all(Failure::nested(failures, unread))?;
    match read.is_empty() {
        true => Err(Failure::Usage("no objects passed to replace".to_owned())),
        false => Ok(read),
    }
}

/// Deletes the objects that exist.
fn delete_all(
    session: &mut Execution<'_>,
    manifests: &[Manifest],
    options: &DeleteOptions,
    format: &OutputFormat,
) -> Result<(), Failure> {
    let deleted = session.write(DryRun::No, |store| {
        let delete = |manifest: &Manifest| {
            let object = store.get(&manifest.key).cloned()?;
            Some((store.delete(&manifest.key, options), object))
        };
        manifests.iter().filter_map(delete).collect::<Vec<_>>()
    });
    let short = matches!(format, OutputFormat::Name);
    let mut failures = Vec::new();
    for (result, object) in deleted {
        match result {
            Ok(()) => {
                let line = delete::line(&object, false, DryRun::No, short);
                session.out.push_str(&line);
            }
            Err(error) => failures.push(error.into()),
        }
    }
    Failure::all(failures)
}

/// Waits until the objects are gone; then the same command finds none, and creates them. The controllers are faster than
/// kubectl: they have dealt with the deletion before it goes on.
fn wait(session: &mut Execution<'_>, keys: impl Iterator<Item = Key>) {
    let timeout = session.invocation.duration("timeout");
    let timeout = timeout.filter(|time| *time > 0).unwrap_or(PATIENCE);
    let deadline = session.engine.now().plus_millis(timeout);
    let waiting = WaitingCommand::for_replacement(keys.collect(), deadline);
    session.waiting = Some(waiting);
}

fn create(store: &mut Store, validation: Validation, manifest: &Manifest) -> Result<Done, Failure> {
    let version = store.version();
    let (value, _) = checked(version, manifest, &manifest.value, validation, "creating")?;
    let object = store.create_value(manifest.kind, &value)?;
    Ok(Done {
        key: object.key(),
        operation: "replaced".to_owned(),
        object: ServedObject::Object(object),
    })
}

/// `apply --force`: replaces an object whose patch the server refused.
///
/// # Errors
/// The original refusal, if it has another reason; or the error of creating the object.
pub(super) fn apply(
    store: &mut Store,
    manifest: &Manifest,
    refused: Failure,
) -> Result<Applied, Failure> {
    let is_for_good = |failure: &Failure| {
        let Failure::Server { error, .. } = failure else {
            return false;
        };
        matches!(error, ApiError::Invalid { .. } | ApiError::Conflict { .. })
    };
    let current = store.get(&manifest.key).cloned();
    let Some(current) = current.filter(|_| is_for_good(&refused)) else {
        return Err(refused);
    };
    let options = DeleteOptions {
        propagation: Some(Propagation::Background),
        ..DeleteOptions::default()
    };
    let mut trial = store.clone();
    trial.delete(&manifest.key, &options)?;
    if trial.get(&manifest.key).is_some() {
        let name = shown(&manifest.key);
        return Err(Failure::NotSimulated(format!(
            "--force for {name}, which is not gone at once"
        )));
    }
    store.delete(&manifest.key, &options)?;
    let mut wanted = manifest.value.clone();
    set_annotation(
        &mut wanted,
        LAST_APPLIED,
        &patch::last_applied(&manifest.value),
    );
    let object = match store.create_value(manifest.kind, &wanted) {
        Ok(object) => object,
        Err(error) => {
            // kubectl restores the original object, and still reports the error.
            drop(store.create_value(manifest.kind, &current.to_value()));
            return Err(error.into());
        }
    };
    Ok(Applied {
        operation: "configured",
        object: ServedObject::Object(object),
        warnings: Vec::new(),
    })
}
