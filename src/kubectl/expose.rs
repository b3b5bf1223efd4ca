//! The fields of an object that `kubectl expose` uses (`mapbasedselectorforobject.go`, `portsforobject.go` and
//! `protocolsforobject.go` in `staging/src/k8s.io/kubectl/pkg/polymorphichelpers`).

use serde_json::Value;

use crate::api::kind::Kind;
use crate::api::look::{Look, pairs};

/// Why an object cannot be exposed; printed after `error: `.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExposeError {
    /// A kind without pods, or unsupported by kubectl.
    #[error("cannot expose a {0}")]
    Kind(String),
    /// A pod without labels.
    #[error("the pod has no labels and cannot be exposed")]
    NoLabels,
    /// A Service without selector.
    #[error("the service has no pod selector set")]
    NoSelector,
    /// A Deployment or ReplicaSet without labels to select by.
    #[error("invalid {0}: no selectors, therefore cannot be exposed")]
    NoMatchLabels(&'static str),
    /// A selector with expressions.
    #[error("couldn't convert expressions - \"{0}\" to map-based selector format")]
    Expressions(String),
}

/// Whether objects of a kind can be exposed.
///
/// # Errors
/// They cannot.
pub fn can_be_exposed(kind: Kind) -> Result<(), ExposeError> {
    match kind.is_exposable() {
        true => Ok(()),
        false => Err(ExposeError::Kind(kind.kind_name())),
    }
}

/// The selector of the new Service in the form `k=v,k2=v2`.
///
/// # Errors
/// The object has no labels to select by, or selects by expressions.
pub fn selector(kind: Kind, object: &Value) -> Result<String, ExposeError> {
    can_be_exposed(kind)?;
    let (field, missing) = match kind {
        Kind::Pod => ("metadata.labels", ExposeError::NoLabels),
        Kind::Service => ("spec.selector", ExposeError::NoSelector),
        Kind::Deployment => (
            "spec.selector.matchLabels",
            ExposeError::NoMatchLabels("deployment"),
        ),
        _ => (
            "spec.selector.matchLabels",
            ExposeError::NoMatchLabels("replicaset"),
        ),
    };
    let labels = object.map(field).ok_or(missing)?;
    let expressions = object.list("spec.selector.matchExpressions");
    if !expressions.is_empty() {
        let text = |expression: &Value| {
            let values: Vec<&str> = expression
                .list("values")
                .iter()
                .filter_map(Value::as_str)
                .collect();
            let (key, operator) = (expression.text("key"), expression.text("operator"));
            format!(
                "{{Key:{key} Operator:{operator} Values:[{}]}}",
                values.join(" ")
            )
        };
        let texts: Vec<String> = expressions.iter().map(text).collect();
        return Err(ExposeError::Expressions(format!("[{}]", texts.join(" "))));
    }
    let labels: Vec<String> = pairs(Some(labels))
        .iter()
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    Ok(labels.join(","))
}

/// The distinct ports of the object's containers (or of the Service), with the protocols of each.
///
/// # Errors
/// The kind cannot be exposed.
pub fn ports(kind: Kind, object: &Value) -> Result<Vec<(String, Vec<String>)>, ExposeError> {
    can_be_exposed(kind)?;
    let containers = match kind {
        Kind::Pod => object.list("spec.containers"),
        _ => object.list("spec.template.spec.containers"),
    };
    let opened = containers
        .iter()
        .flat_map(|container| container.list("ports"));
    let found: Vec<(String, &Value)> = match kind {
        Kind::Service => object
            .list("spec.ports")
            .iter()
            .map(|port| (port.scalar("port"), port))
            .collect(),
        _ => opened
            .map(|port| (port.scalar("containerPort"), port))
            .collect(),
    };
    let mut ports: Vec<(String, Vec<String>)> = Vec::new();
    for (number, port) in found {
        let protocol = match port.text("protocol") {
            "" => "TCP",
            protocol => protocol,
        };
        match ports.iter_mut().find(|(known, _)| *known == number) {
            Some((_, protocols)) => protocols.push(protocol.to_owned()),
            None => ports.push((number, vec![protocol.to_owned()])),
        }
    }
    Ok(ports)
}
