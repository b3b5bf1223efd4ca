//! The order in which objects are printed and applied: kubectl asks for kustomize's old one, by kind.

use super::resource::{Id, KustomizeResource};
use crate::api::light;

/// The kinds that come before all others.
const FIRST: [&str; 22] = [
    "Namespace",
    "ResourceQuota",
    "StorageClass",
    "CustomResourceDefinition",
    "ServiceAccount",
    "PodSecurityPolicy",
    "Role",
    "ClusterRole",
    "RoleBinding",
    "ClusterRoleBinding",
    "ConfigMap",
    "Secret",
    "Endpoints",
    "Service",
    "LimitRange",
    "PriorityClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "Deployment",
    "StatefulSet",
    "CronJob",
    "PodDisruptionBudget",
];

/// The kinds that come after them.
const LAST: [&str; 2] = [
    "MutatingWebhookConfiguration",
    "ValidatingWebhookConfiguration",
];

/// Puts objects in order: by kind, then by type, namespace and name.
pub(super) fn sort(resources: &mut Vec<KustomizeResource>) {
    let mut keyed: Vec<_> = resources
        .drain(..)
        .map(|one| (key(&one.current()), one))
        .collect();
    light::sort(&mut keyed, |one, other| one.0.cmp(&other.0));
    resources.extend(keyed.into_iter().map(|(_, resource)| resource));
}

fn key(id: &Id) -> (usize, String, String) {
    let place = |list: &[&str]| list.iter().position(|kind| *kind == id.gvk.kind);
    let rank = place(&FIRST).or_else(|| place(&LAST).map(|place| FIRST.len() + 1 + place));
    let or = |part: &str, none: &str| match part {
        "" => none.to_owned(),
        part => part.to_owned(),
    };
    let (group, version) = (or(&id.gvk.group, "~G"), or(&id.gvk.version, "~V"));
    let (namespace, name) = (or(&id.namespace, "~X"), or(&id.name, "~N"));
    (
        rank.unwrap_or(FIRST.len()),
        format!("{group}_{version}_{}", id.gvk.kind),
        format!("{}|{namespace}|{name}", id.gvk),
    )
}
