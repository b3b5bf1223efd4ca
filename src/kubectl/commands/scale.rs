//! `kubectl scale` (`staging/src/k8s.io/kubectl/pkg/cmd/scale/scale.go`).

use super::resources::Bare;
use super::session::{DryRun, Session};
use super::waiting::{Awaited, Waiting};
use crate::api::kind::Kind;
use crate::api::object::Object;
use crate::kubectl::look::Look;
use crate::kubectl::run::Failure;
use serde_json::Value;

/// Sets `spec.replicas`.
pub(super) fn run(session: &mut Session<'_>) -> Result<(), Failure> {
    let dry_run = session.dry_run()?;
    let flags = &session.invocation;
    let replicas = flags.int("replicas").unwrap_or(-1);
    if replicas < 0 {
        return Err(Failure::Usage(
            "The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0"
                .to_owned(),
        ));
    }
    let expected = flags.int("current-replicas").filter(|count| *count >= 0);
    let selects = flags.has("selector") || flags.switch("all", false);
    let words = session.words();
    let bare = if selects { Bare::All } else { Bare::Refused };
    let objects = session.find(&words, bare)?.complete()?;
    if objects.is_empty() {
        return Err(Failure::Usage("no objects passed to scale".to_owned()));
    }
    let (mut wanted, mut failures) = (Vec::new(), Vec::new());
    for object in objects {
        let mut value = object.to_value();
        session.record(&mut value);
        match resize(&object, &mut value, replicas, expected) {
            Ok(()) => wanted.push((object, "scaled", value)),
            Err(failure) => failures.push(failure),
        }
    }
    let timeout = session
        .invocation
        .duration("timeout")
        .filter(|time| *time > 0);
    let Some(timeout) = timeout.filter(|_| dry_run == DryRun::No) else {
        return session.put(dry_run, wanted, failures);
    };
    // What is waited for is told when it is so.
    let keys = wanted.iter().map(|(object, ..)| object.key()).collect();
    session.put(dry_run, wanted, failures)?;
    session.out.clear();
    let deadline = session.engine.now().plus_millis(timeout);
    let waiting = Waiting::for_condition(keys, Awaited::Replicas(replicas), "scaled", deadline);
    session.waiting = Some(waiting);
    Ok(())
}

fn resize(
    object: &Object,
    value: &mut Value,
    replicas: i64,
    expected: Option<i64>,
) -> Result<(), Failure> {
    let scales = matches!(
        object.kind(),
        Kind::Deployment | Kind::ReplicaSet | Kind::StatefulSet
    );
    if !scales {
        return Err(Failure::Raw(
            "Error from server (NotFound): the server could not find the requested resource"
                .to_owned(),
        ));
    }
    let current = value.int("spec.replicas");
    if let Some(expected) = expected.filter(|expected| *expected != current) {
        return Err(Failure::Usage(format!(
            "Expected replicas to be {expected}, was {current}"
        )));
    }
    value["spec"]["replicas"] = replicas.into();
    Ok(())
}
