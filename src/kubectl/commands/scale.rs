//! `kubectl scale` (`staging/src/k8s.io/kubectl/pkg/cmd/scale/scale.go`).

use super::resources::Bare;
use super::session::{Done, DryRun, Served, Session, update};
use crate::api::kind::Kind;
use crate::api::object::Object;
use crate::kubectl::look::Look;
use crate::kubectl::run::Failure;
use crate::store::Store;
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
    let recorded = session.invocation.switch("record", false);
    let values: Vec<(Object, Value)> = objects
        .into_iter()
        .map(|object| {
            let mut value = object.to_value();
            if recorded {
                session.record(&mut value);
            }
            (object, value)
        })
        .collect();
    session.act(dry_run, |store| {
        let scale = |(object, value)| one(store, dry_run, &object, value, replicas, expected);
        values.into_iter().map(scale).collect()
    })
}

fn one(
    store: &mut Store,
    dry_run: DryRun,
    object: &Object,
    mut value: Value,
    replicas: i64,
    expected: Option<i64>,
) -> Result<Option<Done>, Failure> {
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
    let after: Served = update(store, dry_run, object, value)?;
    Ok(Some(Done {
        key: object.key(),
        operation: "scaled".to_owned(),
        object: after,
    }))
}
