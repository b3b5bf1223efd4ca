//! `kubectl scale` (`staging/src/k8s.io/kubectl/pkg/cmd/scale/scale.go`).

use super::ownership::Ownership;
use super::resources::Bare;
use super::session::{Done, Execution};
use super::subresource::{NO_RESOURCE, put_replicas};
use super::waiting::{Awaited, WaitingCommand};
use crate::api::look::Look;
use crate::api::object::Object;
use crate::manifests::{DryRun, Failure, ServedObject};
use serde_json::Value;

/// Sets `spec.replicas`.
pub(super) fn run(session: &mut Execution<'_>) -> Result<(), Failure> {
    let dry_run = session.dry_run()?;
    let flags = &session.invocation;
    let replicas = flags.int("replicas").unwrap_or(-1);
    if replicas < 0 {
        return Err(Failure::Usage(
            "The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0"
                .to_owned(),
        ));
    }
    let size = flags.int("current-replicas").unwrap_or(-1);
    if size < -1 {
        return Err(Failure::Usage(
            "The --current-replicas must specify an integer of -1 or greater".to_owned(),
        ));
    }
    let version = flags
        .text("resource-version")
        .filter(|text| !text.is_empty());
    let expected = Expected {
        size: (size != -1).then_some(size),
        version: version.map(str::to_owned),
    };
    let selects = flags.has("selector") || flags.switch("all", false);
    let words = session.words();
    let bare = if selects { Bare::All } else { Bare::Refused };
    let found = session.find(&words, bare)?;
    if expected.version.is_some() && found.objects.len() > 1 {
        return Err(Failure::Usage(
            "cannot use --resource-version with multiple resources".to_owned(),
        ));
    }
    if found.objects.is_empty() {
        Failure::all(found.failures)?;
        return Err(Failure::Usage("no objects passed to scale".to_owned()));
    }
    // Missing objects do not affect the others, but the first one that cannot be scaled ends the command.
    let (mut wanted, mut failed) = (Vec::new(), None);
    for object in found.objects {
        let mut value = object.to_value();
        session.record(&mut value);
        let checked = match dry_run {
            DryRun::Client => Ok(()),
            _ => expected.check(&object, &value),
        };
        if let Err(failure) = checked {
            failed = Some(failure);
            break;
        }
        value["spec"]["replicas"] = replicas.into();
        wanted.push((object, value));
    }
    let timeout = session
        .invocation
        .duration("timeout")
        .filter(|time| *time > 0 && dry_run == DryRun::No);
    let keys = wanted.iter().map(|(object, _)| object.key()).collect();
    write(session, dry_run, wanted)?;
    if let Some(failure) = failed {
        return Err(failure);
    }
    if let Some(timeout) = timeout {
        // With a wait, the message is printed once the size is reached.
        session.out.clear();
        let deadline = session.engine.now().plus_millis(timeout);
        let waiting =
            WaitingCommand::for_condition(keys, Awaited::Replicas(replicas), "scaled", deadline);
        session.waiting = Some(waiting);
    }
    Failure::all(found.failures)
}

/// Writes the new sizes, up to the first error.
fn write(
    session: &mut Execution<'_>,
    dry_run: DryRun,
    wanted: Vec<(Object, Value)>,
) -> Result<(), Failure> {
    let keys = wanted.iter().map(|(object, _)| object.key());
    let ownership = Ownership::of(session.engine, keys);
    session.act(dry_run, |store| {
        let mut results = Vec::new();
        for (object, value) in wanted {
            let key = object.key();
            let written = put_replicas(store, dry_run, &object, value.clone(), &ownership);
            let refused = written.is_err();
            results.push(written.map_err(Failure::from).map(|_| {
                Some(Done {
                    key,
                    operation: "scaled".to_owned(),
                    // kubectl prints the old object with its new size (updateReplicas).
                    object: ServedObject::Value(value),
                })
            }));
            if refused {
                break;
            }
        }
        results
    })
}

/// Preconditions for scaling (ScalePrecondition).
struct Expected {
    /// `--current-replicas`.
    size: Option<i64>,
    /// `--resource-version`.
    version: Option<String>,
}

impl Expected {
    fn check(&self, object: &Object, value: &Value) -> Result<(), Failure> {
        if !object.kind().is_scalable() {
            return Err(Failure::Raw(NO_RESOURCE.to_owned()));
        }
        let differs = |what: &str, wanted: &str, is: &str| {
            Err(Failure::Usage(format!(
                "Expected {what} to be {wanted}, was {is}"
            )))
        };
        let current = value.int("spec.replicas");
        if let Some(size) = self.size.filter(|size| *size != current) {
            return differs("replicas", &size.to_string(), &current.to_string());
        }
        let version = object.meta().resource_version.to_string();
        match &self.version {
            Some(wanted) if *wanted != version => differs("resource version", wanted, &version),
            _ => Ok(()),
        }
    }
}
