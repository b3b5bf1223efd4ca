//! `kubectl exec`: the output of a few programs, as far as it depends on the cluster only
//! (`staging/src/k8s.io/kubectl/pkg/cmd/exec/exec.go`).

use super::resources::Bare;
use super::session::Execution;
use crate::api::base64;
use crate::api::go::quote;
use crate::api::kind::Kind;
use crate::api::look::{Look, selects};
use crate::api::object::{Key, Object};
use crate::api::pod::Pod;
use crate::kubectl::shell;
use crate::manifests::Failure;
use crate::node::dns::{self, NoRecords, Record};
use crate::store::{ApiError, Store};
use crate::versions::Feature;
use serde_json::Value;
use std::rc::Rc;

/// The cluster's DNS server, as set up by kubeadm.
const NAME_SERVER: &str =
    "Server:    10.96.0.10\nAddress 1: 10.96.0.10 kube-dns.kube-system.svc.cluster.local\n\n";

/// The result of a program.
#[derive(Debug, Default)]
pub struct Ran {
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
    /// Whether it succeeded.
    pub ok: bool,
}

/// Runs a program in a container.
pub(super) fn run(session: &mut Execution<'_>) -> Result<(), Failure> {
    let usage = |text: &str| Failure::Usage(text.to_owned());
    let words = session.words();
    let command = session.invocation.after_dashes.clone();
    let Some(target) = words.first() else {
        return Err(usage("pod, type/name or --filename must be specified"));
    };
    let is_refused = session.engine.store().has(Feature::ExecRefusesMoreWords);
    if words.len() > 1 && (command.is_empty() || is_refused) {
        return Err(usage(
            "exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead\nSee 'kubectl exec -h' for \
             help and examples",
        ));
    }
    if command.is_empty() {
        return Err(usage(
            "you must specify at least one command for the container",
        ));
    }
    let pod = pod(session, target)?;
    let value = Object::Pod(pod.clone()).to_value();
    if pod.is_finished() {
        let phase = value.text("status.phase");
        let text =
            format!("cannot exec into a container in a completed pod; current phase is {phase}");
        return Err(Failure::Usage(text));
    }
    let names: Vec<&str> = value
        .list("spec.containers")
        .iter()
        .map(|one| one.text("name"))
        .collect();
    let wanted = session.invocation.text("container");
    let name = match wanted {
        Some(name) if names.contains(&name) => name,
        Some(name) => {
            let text = format!(
                "container {name} is not valid for pod {}",
                pod.metadata.name
            );
            return Err(ApiError::BadRequest(text).into());
        }
        None => names.first().copied().unwrap_or_default(),
    };
    if wanted.is_none() && names.len() > 1 && !session.invocation.switch("quiet", false) {
        let line = format!(
            "Defaulted container {} out of: {}\n",
            quote(name),
            names.join(", ")
        );
        session.err.push_str(&line);
    }
    if pod.node_name.is_none() {
        let text = format!("pod {} does not have a host assigned", pod.metadata.name);
        return Err(ApiError::BadRequest(text).into());
    }
    let runs = |status: &Value| status.text("name") == name && status.has("state.running");
    if !value.list("status.containerStatuses").iter().any(runs) {
        let text = format!(
            "Internal error occurred: unable to upgrade connection: container not found ({})",
            quote(name)
        );
        return Err(Failure::Usage(text));
    }
    let ran = program(session.engine.store(), &pod, name, &command)?;
    session.out.push_str(&ran.out);
    session.err.push_str(&ran.err);
    if ran.ok {
        return Ok(());
    }
    Err(Failure::Raw(
        "command terminated with exit code 1".to_owned(),
    ))
}

/// The pod with a name, or a pod of the named workload.
fn pod(session: &Execution<'_>, target: &str) -> Result<Rc<Pod>, Failure> {
    let words = match target.contains('/') {
        true => vec![target.to_owned()],
        false => vec!["pods".to_owned(), target.to_owned()],
    };
    let objects = session.find(&words, Bare::Refused)?.complete()?;
    let object = match objects.first() {
        Some(Object::Pod(pod)) => return Ok(pod.clone()),
        Some(object) => object,
        None => {
            return Err(Failure::Usage(
                "pod, type/name or --filename must be specified".to_owned(),
            ));
        }
    };
    let value = object.to_value();
    let selector = match object.kind() {
        kind if kind.has_pods() => value.at("spec.selector").clone(),
        Kind::Service => serde_json::json!({ "matchLabels": value.at("spec.selector") }),
        kind => {
            let text =
                format!("cannot attach to *v1.{kind}: selector for *v1.{kind} not implemented");
            return Err(Failure::Usage(text));
        }
    };
    let pods = session
        .engine
        .store()
        .list(Kind::Pod, Some(&object.meta().namespace));
    let pods = pods.filter_map(|pod| match pod {
        Object::Pod(pod) => Some(pod),
        _ => None,
    });
    let labelled = pods.filter(|pod| selects(&selector, &serde_json::json!(*pod.metadata.labels)));
    // Ready pods take precedence (`staging/src/k8s.io/kubectl/pkg/polymorphichelpers/helpers.go`, GetFirstPod).
    let best = labelled.min_by_key(|pod| {
        (
            pod.node_name.is_none(),
            !pod.is_ready(),
            pod.metadata.name.clone(),
        )
    });
    best.cloned()
        .ok_or_else(|| Failure::Usage("timed out waiting for the condition".to_owned()))
}

/// The output of a program in a container.
///
/// # Errors
/// The program is not simulated.
pub(super) fn program(
    store: &Store,
    pod: &Rc<Pod>,
    container: &str,
    words: &[String],
) -> Result<Ran, Failure> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let host = || {
        let identity = pod
            .identity
            .as_ref()
            .map(|identity| identity.hostname.clone());
        identity
            .filter(|name| !name.is_empty())
            .unwrap_or_else(|| pod.metadata.name.clone())
    };
    let well = |out: String| Ran {
        out,
        ok: true,
        ..Ran::default()
    };
    Ok(match words.as_slice() {
        ["sh" | "/bin/sh" | "bash" | "/bin/bash", "-c", line] => match shell::words(line) {
            Some(words) if words.first().is_some_and(|word| word != "sh") => {
                return program(store, pod, container, &words);
            }
            _ => return Err(Failure::NotSimulated(format!("sh -c {line}"))),
        },
        ["hostname"] | ["cat", "/etc/hostname"] => well(format!("{}\n", host())),
        ["nslookup", name] => nslookup(store, &pod.metadata.namespace, name),
        ["env"] | ["printenv"] => {
            let (variables, left_out) = environment(store, pod, container, &host());
            let lines = variables
                .iter()
                .map(|(name, value)| format!("{name}={value}\n"));
            let mut ran = well(lines.collect());
            ran.err = format!("not simulated: variables of the image and of services{left_out}\n");
            ran
        }
        ["printenv", name] => {
            let (variables, _) = environment(store, pod, container, &host());
            match variables.iter().find(|(known, _)| known == name) {
                Some((_, value)) => well(format!("{value}\n")),
                None => Ran::default(),
            }
        }
        words => {
            return Err(Failure::NotSimulated(format!(
                "exec {}: of the programs in a container there are hostname, cat /etc/hostname, nslookup, env and printenv",
                words.join(" ")
            )));
        }
    })
}

/// The output of busybox' nslookup.
fn nslookup(store: &Store, namespace: &str, name: &str) -> Ran {
    let answer = dns::resolve(store, namespace, name);
    let full = answer.asked.last().map(String::as_str).unwrap_or(name);
    let mut out = NAME_SERVER.to_owned();
    match answer.result {
        Ok(records) => {
            out.push_str(&format!("Name:      {name}\n"));
            for (index, record) in records.iter().enumerate() {
                let address = match record {
                    Record::Address(address) | Record::Alias(address) => address,
                    Record::Service { target, .. } => &Rc::from(target.as_str()),
                };
                let full = full.trim_end_matches('.');
                out.push_str(&format!("Address {}: {address} {full}\n", index + 1));
            }
            Ran {
                out,
                ok: true,
                ..Ran::default()
            }
        }
        Err(why) => {
            let kubestep = match why {
                NoRecords::Outside(_) => "not simulated",
                _ => "why",
            };
            Ran {
                out,
                err: format!("nslookup: can't resolve '{name}'\n({kubestep}: {why})\n"),
                ok: false,
            }
        }
    }
}

/// The container's variables, and the names of those whose source does not exist.
fn environment(
    store: &Store,
    pod: &Rc<Pod>,
    container: &str,
    host: &str,
) -> (Vec<(String, String)>, String) {
    let value = Object::Pod(pod.clone()).to_value();
    let mut variables = vec![("HOSTNAME".to_owned(), host.to_owned())];
    let mut left_out = String::new();
    let containers = value.list("spec.containers").iter();
    for variable in containers
        .filter(|one| one.text("name") == container)
        .flat_map(|one| one.list("env"))
    {
        let name = variable.text("name").to_owned();
        match resolved(store, &value, variable) {
            Some(text) => variables.push((name, text)),
            None => left_out.push_str(&format!(", {name}")),
        }
    }
    (variables, left_out)
}

fn resolved(store: &Store, pod: &Value, variable: &Value) -> Option<String> {
    if !variable.has("valueFrom") {
        return Some(variable.text("value").to_owned());
    }
    let namespace = pod.text("metadata.namespace");
    let data = |kind: Kind, field: &str| {
        let reference = variable.at("valueFrom").key(field);
        let object = store.get(&Key::of(kind, namespace, reference.text("name")))?;
        let value = object.to_value();
        let text = value.at("data").key(reference.text("key")).as_str();
        text.map(str::to_owned)
    };
    if variable.has("valueFrom.configMapKeyRef") {
        return data(Kind::ConfigMap, "configMapKeyRef");
    }
    if variable.has("valueFrom.secretKeyRef") {
        let bytes = base64::decode(&data(Kind::Secret, "secretKeyRef")?).ok()?;
        return String::from_utf8(bytes).ok();
    }
    let path = variable.text("valueFrom.fieldRef.fieldPath");
    let key = path
        .split_once("['")
        .and_then(|(map, key)| Some((map, key.strip_suffix("']")?)));
    let text = match key {
        Some((map, key)) => pod.at(map).key(key).as_str()?.to_owned(),
        None => pod.scalar(path),
    };
    (!path.is_empty()).then_some(text)
}
