//! `kubectl create NOUN`: objects from arguments (`staging/src/k8s.io/kubectl/pkg/cmd/create`).

use super::documents;
use super::output::{DefaultOutput, OutputFormat};
use super::session::{Done, Execution};
use crate::api::base64;
use crate::api::go::quote;
use crate::api::int_or_percent::IntOrPercent;
use crate::api::kind::Kind;
use crate::api::look::Look;
use crate::api::selector::{LabelSelector, Query, parse_labels};
use crate::manifests::{DryRun, Failure, Manifest, ServedObject};
use crate::store::ApiError;
use serde_json::{Map, Value, json};

/// `kubectl create -f`, and the error without a file and a known subcommand.
pub(super) fn from_files(session: &mut Execution<'_>) -> Result<(), Failure> {
    if session.invocation.has("filename") {
        return documents::create(session);
    }
    let words = session.words();
    Err(Failure::Usage(match words.as_slice() {
        [] => "must specify one of -f and -k".to_owned(),
        words => format!(
            "Unexpected args: [{}]\nSee 'kubectl create -h' for help and examples",
            words.join(" ")
        ),
    }))
}

/// `kubectl create namespace NAME`
pub(super) fn namespace(session: &mut Execution<'_>) -> Result<(), Failure> {
    let name = one_name(session)?;
    let value = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}, "spec": {}, "status": {}});
    create(session, Kind::Namespace, value, "created", |error| {
        error.into()
    })
}

/// `kubectl create deployment NAME --image=IMAGE`
pub(super) fn deployment(session: &mut Execution<'_>) -> Result<(), Failure> {
    let name = one_name(session)?;
    let flags = &session.invocation;
    let images: Vec<&str> = flags.values("image").collect();
    let command = &flags.after_dashes;
    if images.len() > 1 && !command.is_empty() {
        return Err(Failure::Usage(format!(
            "cannot specify multiple --image options and command\nSee 'kubectl {} -h' for help and examples",
            session.path
        )));
    }
    let mut containers: Vec<Value> = Vec::new();
    for image in &images {
        let mut name = container_name(image);
        while containers.iter().any(|known| known["name"] == name) {
            name = format!("{name}-{}", containers.len());
        }
        containers.push(json!({"image": image, "name": name, "resources": {}}));
    }
    if let Some(first) = containers.first_mut() {
        if let Some(port) = flags.int("port").filter(|port| *port >= 0) {
            first["ports"] = json!([{"containerPort": port}]);
        }
        if !command.is_empty() {
            first["command"] = json!(command);
        }
    }
    let replicas = flags.int("replicas").unwrap_or(1);
    let labels = json!({"app": name});
    let value = json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"labels": labels, "name": name},
        "spec": {
            "replicas": replicas, "selector": {"matchLabels": labels}, "strategy": {},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": containers}},
        },
        "status": {},
    });
    create(session, Kind::Deployment, value, "created", |error| {
        failed("deployment", &error)
    })
}

fn failed(what: &str, error: &ApiError) -> Failure {
    Failure::Usage(format!("failed to create {what}: {error}"))
}

/// The name of a container, derived from its image: the last path component, without tag and digest.
fn container_name(image: &str) -> String {
    let last = image.rsplit('/').next().unwrap_or_default();
    let name = last.split([':', '@']).next().unwrap_or_default();
    let clean = |letter: char| match letter.to_ascii_lowercase() {
        letter if letter.is_ascii_alphanumeric() => letter,
        _ => '-',
    };
    name.chars().map(clean).collect()
}

/// `kubectl create service TYPE NAME --tcp=PORT[:TARGET]`
pub(super) fn service(session: &mut Execution<'_>) -> Result<(), Failure> {
    let (sort, needs_ports) = match session.path.rsplit(' ').next().unwrap_or_default() {
        "nodeport" => ("NodePort", true),
        "loadbalancer" => ("LoadBalancer", true),
        "externalname" => ("ExternalName", false),
        _ => ("ClusterIP", true),
    };
    let name = one_name(session)?;
    let flags = &session.invocation;
    let headless = flags.text("clusterip") == Some("None");
    let tcp: Vec<&str> = flags
        .values("tcp")
        .flat_map(|list| list.split(','))
        .collect();
    if tcp.is_empty() && needs_ports && !headless {
        return Err(Failure::Usage(
            "at least one tcp port specifier must be provided".to_owned(),
        ));
    }
    let mut ports = Vec::new();
    for text in tcp {
        let (port, target) = text.split_once(':').unwrap_or((text, text));
        let Ok(number) = port.parse::<u16>() else {
            return Err(Failure::Usage(format!(
                "strconv.Atoi: parsing {}: invalid syntax",
                quote(port)
            )));
        };
        let target = target
            .parse::<u16>()
            .map_or_else(|_| json!(target), |target| json!(target));
        let mut entry = json!({
            "name": text.replace(':', "-"), "port": number, "protocol": "TCP", "targetPort": target,
        });
        if let Some(node) = flags.int("node-port").filter(|node| *node > 0) {
            entry["nodePort"] = node.into();
        }
        ports.push(entry);
    }
    let labels = json!({"app": name});
    let mut spec = json!({"selector": labels, "type": sort});
    if !ports.is_empty() {
        spec["ports"] = ports.into();
    }
    if let Some(address) = flags.text("clusterip").filter(|text| !text.is_empty()) {
        spec["clusterIP"] = address.into();
    }
    if let Some(external) = flags.text("external-name") {
        spec["externalName"] = external.into();
    }
    let value = json!({
        "apiVersion": "v1", "kind": "Service", "metadata": {"labels": labels, "name": name}, "spec": spec,
        "status": {"loadBalancer": {}},
    });
    create(session, Kind::Service, value, "created", |error| {
        failed(&format!("{sort} service"), &error)
    })
}

/// `kubectl create configmap NAME`, `create secret generic NAME`: data from literals and files.
pub(super) fn data(session: &mut Execution<'_>) -> Result<(), Failure> {
    let name = one_name(session)?;
    let usage = |text: String| Failure::Usage(text);
    let flags = &session.invocation;
    let mut pairs: Vec<(String, String)> = Vec::new();
    for literal in flags.values("from-literal") {
        let pair = literal.split_once('=').filter(|(key, _)| !key.is_empty());
        let (key, value) = pair.ok_or_else(|| {
            usage(format!(
                "invalid literal source {literal}, expected key=value"
            ))
        })?;
        pairs.push((key.to_owned(), value.to_owned()));
    }
    for source in flags.values("from-file") {
        let (key, path) = source
            .split_once('=')
            .unwrap_or_else(|| (source.rsplit('/').next().unwrap_or(source), source));
        let file = session.input.files.iter().find(|(known, _)| known == path);
        let (_, text) =
            file.ok_or_else(|| usage(format!("error reading {path}: no such file or directory")))?;
        pairs.push((key.to_owned(), text.clone()));
    }
    let is_secret = session.path != "create configmap";
    let (kind, word) = match is_secret {
        true => (Kind::Secret, "secret"),
        false => (Kind::ConfigMap, "configmap"),
    };
    let mut data = Map::new();
    for (key, value) in pairs {
        let value = match is_secret {
            true => base64::encode(value.as_bytes()),
            false => value,
        };
        if data.insert(key.clone(), value.into()).is_some() {
            return Err(usage(format!(
                "cannot add key {}, another key by that name already exists in Data for {} {}",
                quote(&key),
                kind.name(),
                quote(&name)
            )));
        }
    }
    let mut value = json!({"apiVersion": "v1", "kind": kind.name(), "metadata": {"name": name}});
    if !data.is_empty() {
        value["data"] = data.into();
    }
    if let Some(sort) = flags.text("type").filter(|sort| !sort.is_empty()) {
        value["type"] = sort.into();
    }
    create(session, kind, value, "created", |error| {
        failed(word, &error)
    })
}

/// `kubectl create serviceaccount NAME`
pub(super) fn service_account(session: &mut Execution<'_>) -> Result<(), Failure> {
    let name = one_name(session)?;
    let kind = Kind::ServiceAccount;
    let value = json!({"apiVersion": "v1", "kind": kind.name(), "metadata": {"name": name}});
    create(session, kind, value, "created", |error| {
        failed("serviceaccount", &error)
    })
}

/// `kubectl create poddisruptionbudget NAME --selector=SELECTOR --min-available=N`
pub(super) fn disruption_budget(session: &mut Execution<'_>) -> Result<(), Failure> {
    let name = one_name(session)?;
    let flags = &session.invocation;
    let given = |flag: &str| flags.text(flag).filter(|text| !text.is_empty());
    let usage = |text: &str| Failure::Usage(text.to_owned());
    let selector = given("selector").ok_or_else(|| usage("a selector must be specified"))?;
    let (flag, field, amount) = match (given("min-available"), given("max-unavailable")) {
        (Some(least), None) => ("min-available", "minAvailable", least),
        (None, Some(most)) => ("max-unavailable", "maxUnavailable", most),
        (None, None) => {
            let text = "one of min-available or max-unavailable must be specified";
            return Err(usage(text));
        }
        (Some(_), Some(_)) => {
            let text = "min-available and max-unavailable cannot be both specified";
            return Err(usage(text));
        }
    };
    let digits = amount.strip_suffix('%').unwrap_or(amount);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(usage(&format!("invalid format specified for {flag}")));
    }
    let selector = Query::parse(selector).map_err(|error| usage(&error.to_string()))?;
    let selector = LabelSelector::try_from(selector).map_err(|error| usage(&error.to_string()))?;
    let kind = Kind::PodDisruptionBudget;
    let amount = IntOrPercent::parse(amount);
    let value = json!({
        "apiVersion": kind.api_version(), "kind": kind.name(), "metadata": {"name": name},
        "spec": {field: amount, "selector": selector},
        "status": {"currentHealthy": 0, "desiredHealthy": 0, "disruptionsAllowed": 0, "expectedPods": 0},
    });
    create(session, kind, value, "created", |error| {
        failed("poddisruptionbudgets", &error)
    })
}

pub(super) fn labels(text: &str) -> Result<Value, Failure> {
    let labels = parse_labels(text).map_err(|error| Failure::Usage(error.to_string()))?;
    Ok(json!(labels))
}

fn one_name(session: &Execution<'_>) -> Result<String, Failure> {
    match session.invocation.words.as_slice() {
        [name] => Ok(name.clone()),
        words => Err(Failure::Usage(format!(
            "exactly one NAME is required, got {}\nSee 'kubectl {} -h' for help and examples",
            words.len(),
            session.path
        ))),
    }
}

/// Creates an object and prints the result.
pub(super) fn create(
    session: &mut Execution<'_>,
    kind: Kind,
    mut value: Value,
    operation: &str,
    refused: impl Fn(ApiError) -> Failure,
) -> Result<(), Failure> {
    let dry_run = session.dry_run()?;
    let format = OutputFormat::of(&session.invocation, DefaultOutput::Operation)?;
    session.record(&mut value);
    let key = session.key(kind, value.text("metadata.name"));
    // A client-side dry run includes the namespace only if the command line has one.
    if kind.namespaced() && (dry_run != DryRun::Client || session.invocation.has("namespace")) {
        value["metadata"]["namespace"] = (*key.namespace).into();
    }
    let manifest = Manifest {
        kind,
        key: key.clone(),
        value,
        source: String::new(),
    };
    let created = session.write(dry_run, |store| match dry_run {
        DryRun::Client => Ok(ServedObject::Value(manifest.value.clone())),
        _ => store
            .create_value(kind, &manifest.value)
            .map(ServedObject::Object),
    });
    let done = Done {
        key,
        operation: operation.to_owned(),
        object: created.map_err(refused)?,
    };
    session.print_done(&format, &[done], dry_run)
}
