//! `kubectl apply --prune` (`staging/src/k8s.io/kubectl/pkg/cmd/apply/prune.go`, `…/pkg/util/prune`).

use super::session::{Done, Execution};
use crate::api::go::quote;
use crate::api::kind::Kind;
use crate::api::meta::Uid;
use crate::api::object::Object;
use crate::api::patch::LAST_APPLIED;
use crate::manifests::{DryRun, Failure, ServedObject};
use crate::store::{DeleteOptions, Propagation};
use std::collections::BTreeSet;

/// The kinds that are pruned by default, in order. Endpoints and ReplicationControllers have no objects here.
const DEFAULT: &[Kind] = &[
    Kind::ConfigMap,
    Kind::PersistentVolumeClaim,
    Kind::Pod,
    Kind::Secret,
    Kind::Service,
    Kind::Job,
    Kind::CronJob,
    Kind::Ingress,
    Kind::DaemonSet,
    Kind::Deployment,
    Kind::ReplicaSet,
    Kind::StatefulSet,
    Kind::Namespace,
    Kind::PersistentVolume,
];
const WARNINGS: &str = "W Deprecated: kubectl apply will no longer prune non-namespaced resources by default when used with \
    the --namespace flag in a future release. To preserve the current behaviour, list the resources you want to target \
    explicitly in the --prune-allowlist flag.\nWarning: v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 \
    EndpointSlice\n";

/// The kinds of `--prune-allowlist`.
///
/// # Errors
/// One of them does not exist.
pub(super) fn allowed(session: &Execution<'_>) -> Result<Vec<Kind>, Failure> {
    let customs = session.engine.store().customs();
    let kind = |text: &str| {
        let parts: Vec<&str> = text.split('/').collect();
        let [group, version, kind] = parts.as_slice() else {
            return Err(Failure::Usage(format!(
                "invalid GroupVersionKind format: {text}, please follow <group/version/kind>"
            )));
        };
        let api = match *group {
            "" | "core" => (*version).to_owned(),
            group => format!("{group}/{version}"),
        };
        customs.from_api(&api, kind).ok_or_else(|| {
            Failure::Usage(format!(
                "no matches for kind {} in version {}",
                quote(kind),
                quote(&api)
            ))
        })
    };
    session
        .invocation
        .values("prune-allowlist")
        .map(kind)
        .collect()
}

/// Deletes what was applied once and is not among the objects just applied.
///
/// # Errors
/// An object cannot be deleted, or a selector not be parsed.
pub(super) fn run(
    session: &mut Execution<'_>,
    dry_run: DryRun,
    applied: &[Object],
) -> Result<(), Failure> {
    let mut kinds = allowed(session)?;
    if kinds.is_empty() {
        session.err.push_str(WARNINGS);
        kinds = DEFAULT.to_vec();
    }
    let kept: BTreeSet<&Uid> = applied.iter().map(|object| &object.meta().uid).collect();
    let mut namespaces: BTreeSet<&str> = applied
        .iter()
        .map(|object| &*object.meta().namespace)
        .filter(|namespace| !namespace.is_empty())
        .collect();
    namespaces.extend(session.invocation.text("namespace"));
    let mut pruned: Vec<Object> = Vec::new();
    let (namespaced, others): (Vec<Kind>, Vec<Kind>) =
        kinds.into_iter().partition(|kind| kind.namespaced());
    let everywhere = namespaces.into_iter().map(|name| (Some(name), &namespaced));
    for (namespace, kinds) in everywhere.chain([(None, &others)]) {
        for kind in kinds {
            let selection = session.selection(*kind)?;
            let objects = session.engine.store().list(*kind, namespace);
            let goes = |object: &&Object| {
                let meta = object.meta();
                let is_applied = meta.annotation(LAST_APPLIED).is_some();
                is_applied && !kept.contains(&meta.uid) && selection.fits(object)
            };
            pruned.extend(objects.filter(goes).cloned());
        }
    }
    session.act(dry_run, |store| {
        let options = DeleteOptions {
            propagation: Some(Propagation::Background),
            ..DeleteOptions::default()
        };
        let one = |object: Object| {
            let key = object.key();
            if dry_run != DryRun::Client {
                store.delete(&key, &options)?;
            }
            Ok(Some(Done {
                key,
                operation: "pruned".to_owned(),
                object: ServedObject::Object(object),
            }))
        };
        pruned.into_iter().map(one).collect()
    })
}
