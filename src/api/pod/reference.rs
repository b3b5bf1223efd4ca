//! What a pod takes from ConfigMaps and Secrets: for the environment of its containers and as volumes. What is marked
//! `optional` may be missing, and is left out here.

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
    /// The keys that must be there; none where it is taken as it is.
    pub keys: Vec<Rc<str>>,
}

/// A volume that is made from ConfigMaps and Secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mount {
    /// Name of the volume.
    pub volume: Rc<str>,
    /// What must be there, in order.
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

/// What the environment of a container needs: first what it takes whole, then what it takes by key
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

/// The volumes of a pod that need something.
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

/// A Secret has its name in a field of its own where it is a volume by itself.
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

/// Names of the Secrets that images are pulled with.
pub(super) fn pull_secrets(spec: &Value) -> Rc<[Rc<str>]> {
    let names = spec.list("imagePullSecrets").iter();
    let names = names.map(|secret| secret.text("name"));
    names
        .filter(|name| !name.is_empty())
        .map(Rc::from)
        .collect()
}
