//! ConfigMaps and Secrets used by a pod, in environments and volumes. References marked `optional` are left out,
//! since they may be missing.

use crate::api::kind::Kind;
use crate::api::look::Look;
use serde_json::Value;
use std::rc::Rc;

/// A ConfigMap or Secret, or some of its keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// `ConfigMap` or `Secret`.
    pub kind: Kind,
    /// Its name.
    pub name: Rc<str>,
    /// The required keys; empty if the object is used as a whole.
    pub keys: Vec<Rc<str>>,
}

/// A volume backed by ConfigMaps and Secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mount {
    /// Name of the volume.
    pub volume: Rc<str>,
    /// The required objects, in order.
    pub sources: Vec<Reference>,
}

impl Reference {
    fn of(kind: Kind, source: &Value, name: &str, keys: Vec<Rc<str>>) -> Option<Self> {
        let name = source.text(name);
        (!name.is_empty() && !source.flag("optional")).then(|| Self {
            kind,
            name: name.into(),
            keys,
        })
    }
}

/// All that a pod's environments and volumes require.
#[must_use]
pub fn all(spec: &Value) -> Vec<Reference> {
    let containers = ["initContainers", "containers"].into_iter();
    let containers = containers.flat_map(|list| spec.list(list));
    let mut all: Vec<Reference> = containers
        .flat_map(|container| environment(container).to_vec())
        .collect();
    all.extend(mounts(spec).iter().flat_map(|mount| mount.sources.clone()));
    all
}

/// What a container's environment requires: first whole objects (`envFrom`), then single keys
/// (`pkg/kubelet/kubelet_pods.go`, makeEnvironmentVariables).
pub(super) fn environment(container: &Value) -> Rc<[Reference]> {
    let whole = container.list("envFrom").iter().filter_map(|from| {
        let of = |kind, field: &str| Reference::of(kind, from.at(field), "name", Vec::new());
        of(Kind::ConfigMap, "configMapRef").or_else(|| of(Kind::Secret, "secretRef"))
    });
    let by_key = container.list("env").iter().filter_map(|variable| {
        let of = |kind, field: &str| {
            let source = variable.at("valueFrom").at(field);
            Reference::of(kind, source, "name", vec![source.text("key").into()])
        };
        of(Kind::ConfigMap, "configMapKeyRef").or_else(|| of(Kind::Secret, "secretKeyRef"))
    });
    whole.chain(by_key).collect()
}

/// The pod's volumes that require something.
pub(super) fn mounts(spec: &Value) -> Rc<[Mount]> {
    let volumes = spec.list("volumes").iter().filter_map(|volume| {
        let mut sources: Vec<Reference> = source(volume, "secretName").into_iter().collect();
        let projected = volume.at("projected").list("sources").iter();
        sources.extend(projected.filter_map(|part| source(part, "name")));
        (!sources.is_empty()).then(|| Mount {
            volume: volume.text("name").into(),
            sources,
        })
    });
    volumes.collect()
}

/// A Secret volume calls the field `secretName`, unlike other references.
fn source(of: &Value, secret_name: &str) -> Option<Reference> {
    let reference = |kind, field: &str, name: &str| {
        let source = of.at(field);
        let items = source.list("items").iter();
        let keys = items.map(|item| item.text("key").into()).collect();
        Reference::of(kind, source, name, keys)
    };
    reference(Kind::ConfigMap, "configMap", "name")
        .or_else(|| reference(Kind::Secret, "secret", secret_name))
}

/// Names of the image pull Secrets.
pub(super) fn pull_secrets(spec: &Value) -> Rc<[Rc<str>]> {
    let names = spec.list("imagePullSecrets").iter();
    let names = names.map(|secret| secret.text("name"));
    names
        .filter(|name| !name.is_empty())
        .map(Rc::from)
        .collect()
}
