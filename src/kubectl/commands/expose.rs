//! `kubectl expose` and `kubectl autoscale`: new objects for existing ones
//! (`staging/src/k8s.io/kubectl/pkg/cmd/expose`, `…/autoscale`).

use super::create::{create, labels};
use super::resources::{Bare, group_version};
use super::session::Execution;
use crate::api::go::quote;
use crate::api::kind::Kind;
use crate::api::look::Look;
use crate::api::object::Object;
use crate::kubectl::autoscale::{self, AutoscaleOptions};
use crate::kubectl::expose;
use crate::manifests::Failure;
use serde_json::{Map, Value, json};

/// `kubectl expose KIND NAME --port=PORT`
pub(super) fn expose(session: &mut Execution<'_>) -> Result<(), Failure> {
    let refused = |error: expose::ExposeError| Failure::Usage(error.to_string());
    let words = session.words();
    let objects = session.find(&words, Bare::Refused)?.complete()?;
    for object in objects {
        let (kind, value) = (object.kind(), object.to_value());
        expose::can_be_exposed(kind).map_err(refused)?;
        let service = exposed(session, &object, &value)?;
        create(session, Kind::Service, service, "exposed", |error| {
            error.into()
        })?;
    }
    Ok(())
}

fn exposed(session: &Execution<'_>, object: &Object, value: &Value) -> Result<Value, Failure> {
    let refused = |error: expose::ExposeError| Failure::Usage(error.to_string());
    let (kind, flags) = (object.kind(), &session.invocation);
    let selector = match flags.text("selector").filter(|text| !text.is_empty()) {
        Some(text) => text.to_owned(),
        None => expose::selector(kind, value).map_err(refused)?,
    };
    let protocol = flags.text("protocol");
    let opened = match flags.text("port") {
        Some(list) => {
            let known = expose::ports(kind, value).map_err(refused)?;
            let of = |port: &str| known.iter().find(|(number, _)| number == port);
            list.split(',')
                .map(|port| {
                    let protocols = of(port).map(|(_, protocols)| protocols.clone());
                    (
                        port.to_owned(),
                        protocols.unwrap_or_else(|| vec!["TCP".to_owned()]),
                    )
                })
                .collect()
        }
        None => expose::ports(kind, value).map_err(refused)?,
    };
    if opened.is_empty() && flags.text("cluster-ip") != Some("None") {
        return Err(Failure::Usage(
            "couldn't find port via --port flag or introspection\nSee 'kubectl expose -h' for help and examples"
                .to_owned(),
        ));
    }
    let target = flags.text("target-port");
    let mut ports = Vec::new();
    for (port, protocols) in &opened {
        let number: i64 = port.parse().map_err(|_| {
            Failure::Usage(format!(
                "strconv.Atoi: parsing {}: invalid syntax",
                quote(port)
            ))
        })?;
        for known in protocols {
            let target = target.map_or(json!(number), |text| {
                text.parse::<i64>()
                    .map_or_else(|_| json!(text), |number| json!(number))
            });
            ports.push(json!({
                "port": number, "protocol": protocol.unwrap_or(known), "targetPort": target,
            }));
        }
    }
    if ports.len() > 1 {
        for (index, port) in ports.iter_mut().enumerate() {
            port["name"] = format!("port-{}", index + 1).into();
        }
    }
    let name = flags.text("name").unwrap_or(&object.meta().name);
    let name: String = name.chars().take(63).collect();
    let mut metadata = json!({"name": name});
    match flags.text("labels") {
        Some(text) => metadata["labels"] = labels(text)?,
        None => {
            if let Some(labels) = value.map("metadata.labels") {
                metadata["labels"] = labels.clone().into();
            }
        }
    }
    let mut spec = Map::new();
    if !ports.is_empty() {
        spec.insert("ports".to_owned(), ports.into());
    }
    spec.insert("selector".to_owned(), labels(&selector)?);
    for (flag, field) in [
        ("type", "type"),
        ("cluster-ip", "clusterIP"),
        ("load-balancer-ip", "loadBalancerIP"),
        ("session-affinity", "sessionAffinity"),
    ] {
        if let Some(text) = flags.text(flag).filter(|text| !text.is_empty()) {
            spec.insert(field.to_owned(), text.into());
        }
    }
    if let Some(address) = flags.text("external-ip") {
        spec.insert("externalIPs".to_owned(), json!([address]));
    }
    Ok(json!({
        "apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec, "status": {"loadBalancer": {}},
    }))
}

/// `kubectl autoscale KIND NAME --max=MAX`
pub(super) fn autoscale(session: &mut Execution<'_>) -> Result<(), Failure> {
    let flags = &session.invocation;
    let text = |name: &str| flags.text(name).unwrap_or_default().to_owned();
    let options = AutoscaleOptions {
        min: flags.int("min").unwrap_or(-1),
        max: flags.int("max").unwrap_or(-1),
        cpu_percent: flags.int("cpu-percent").unwrap_or(-1),
        cpu: text("cpu"),
        memory: text("memory"),
    };
    autoscale::validate(&options).map_err(|error| Failure::Usage(error.to_string()))?;
    let words = session.words();
    let found = session.find(&words, Bare::Refused)?;
    if found.objects.is_empty() {
        Failure::all(found.failures)?;
        return Err(Failure::Usage("no objects passed to autoscale".to_owned()));
    }
    // Objects that are missing or not scalable do not affect the others.
    let mut failures = Vec::new();
    for object in found.objects {
        failures.extend(autoscale_one(session, &object, &options).err());
    }
    failures.extend(found.failures);
    Failure::all(failures)
}

fn autoscale_one(
    session: &mut Execution<'_>,
    object: &Object,
    options: &AutoscaleOptions,
) -> Result<(), Failure> {
    let kind = object.kind();
    if !kind.is_scalable() {
        return Err(Failure::Usage(format!(
            "cannot autoscale a {}: could not find scale subresource for {}, Resource={} in discovery information",
            kind.name(),
            group_version(kind),
            kind.plural()
        )));
    }
    let named = session.invocation.text("name");
    let name = named.filter(|name| !name.is_empty());
    let name = name.unwrap_or(&object.meta().name);
    let value = autoscale::autoscaler(name, kind, &object.meta().name, options)
        .map_err(|error| Failure::Usage(error.to_string()))?;
    // kubectl retries with the older API version after a failure, which always fails.
    let refused = "failed to create autoscaling/v2 HPA and the configuration is incompatible with autoscaling/v1: empty input";
    create(
        session,
        Kind::HorizontalPodAutoscaler,
        value,
        "autoscaled",
        |_| Failure::Usage(refused.to_owned()),
    )
}
