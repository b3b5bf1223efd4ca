//! Manifests: text into objects, with the place of every fault.

use super::commands::{Session, shown};
use super::run::{Failure, Output};
use crate::api::decode::{self, DecodeError};
use crate::api::kind::Kind;
use crate::api::object::Key;
use crate::api::yaml::{self, Document, YamlError};
use crate::engine::Engine;
use crate::store::{ApiError, Store};
use serde_json::{Map, Value, json};

/// kubectl's memory of what was applied.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// A fault in a manifest, and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// Field path, such as `spec.replicas`; empty where no field is at fault.
    pub path: String,
    /// What is wrong, in the words of Kubernetes where it has some.
    pub message: String,
    /// What to do.
    pub advice: String,
}

/// One object of a text.
#[derive(Debug, Clone)]
struct Manifest {
    kind: Kind,
    key: Key,
    /// As written, with its namespace.
    value: Value,
    document: Document,
}

/// Applies all objects of a text as one step of the timeline, or none of them.
///
/// Gives the lines that kubectl prints.
///
/// # Errors
/// All faults that were found; then nothing of the cluster is changed.
pub fn apply(engine: &mut Engine, text: &str) -> Result<Vec<String>, Vec<Diagnostic>> {
    let manifests = read(text)?;
    let mut faults = Vec::new();
    let applied = engine.act("kubectl apply -f manifests.yaml", |context| {
        let mut lines = Vec::new();
        for manifest in &manifests {
            match apply_one(context.store, manifest) {
                Ok(done) => lines.push(format!("{} {done}", shown(&manifest.key))),
                Err(error) => faults.extend(place_error(manifest, &error)),
            }
        }
        if faults.is_empty() {
            Ok(lines)
        } else {
            Err(())
        }
    });
    applied.map_err(|()| faults)
}

/// `kubectl apply -f -`.
pub(super) fn apply_command(session: &mut Session<'_>) -> Result<Output, Failure> {
    if session.invocation.flag("filename") != Some("-") {
        return Err(Failure::NotSimulated(
            "kubectl apply without -f -".to_owned(),
        ));
    }
    let text = session.stdin.unwrap_or_default();
    let documents = yaml::documents(text)
        .map_err(|error| Failure::Usage(format!("error parsing STDIN: {error}")))?;
    let mut output = Output::default();
    for document in documents {
        let manifest = manifest(document, session.namespace())?;
        let create = session.engine.store().get(&manifest.key).is_none();
        let doing = if create {
            "error when creating \"STDIN\": "
        } else {
            ""
        };
        let done = decode::strict(manifest.kind, &manifest.value)
            .map_err(|errors| Failure::Server {
                context: doing.to_owned(),
                error: ApiError::BadRequest(decode::message(manifest.kind, &errors)),
            })
            .and_then(|_| session.change(|store| apply_one(store, &manifest)))
            .map_err(|failure| in_context(failure, doing));
        match done {
            Ok(done) => output
                .stdout
                .push_str(&format!("{} {done}\n", shown(&manifest.key))),
            Err(failure) => {
                output.stderr.push_str(&format!("{failure}\n"));
                output.exit = 1;
            }
        }
    }
    Ok(output)
}

fn in_context(failure: Failure, doing: &str) -> Failure {
    match failure {
        Failure::Server { error, .. } => Failure::Server {
            context: doing.to_owned(),
            error,
        },
        other => other,
    }
}

/// All objects of a text.
fn read(text: &str) -> Result<Vec<Manifest>, Vec<Diagnostic>> {
    let documents = yaml::documents(text).map_err(|error| vec![place_yaml(&error)])?;
    let mut manifests = Vec::new();
    let mut faults = Vec::new();
    for document in documents {
        match manifest(document.clone(), "default") {
            Ok(manifest) => {
                if let Err(errors) = decode::strict(manifest.kind, &manifest.value) {
                    faults.extend(errors.iter().map(|error| place_decode(&manifest, error)));
                }
                manifests.push(manifest);
            }
            Err(failure) => faults.push(place_kind(&document, &failure)),
        }
    }
    if faults.is_empty() {
        Ok(manifests)
    } else {
        Err(faults)
    }
}

fn manifest(document: Document, namespace: &str) -> Result<Manifest, Failure> {
    let text = |pointer: &str| {
        document
            .value
            .pointer(pointer)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let (version, word) = (text("/apiVersion"), text("/kind"));
    let unset = match (version.is_empty(), word.is_empty()) {
        (true, true) => "[apiVersion not set, kind not set]",
        (true, false) => "apiVersion not set",
        (false, true) => "kind not set",
        (false, false) => "",
    };
    if !unset.is_empty() {
        return Err(Failure::Usage(format!(
            "error validating \"STDIN\": error validating data: {unset}; if you choose to ignore these errors, turn validation off with --validate=false"
        )));
    }
    let Some(kind) = Kind::from_api(&version, &word) else {
        return Err(Failure::NotSimulated(format!("{word} of {version}")));
    };
    let mut value = document.value.clone();
    let mut key = Key::of(kind, "", &text("/metadata/name"));
    if kind.info().namespaced {
        let given = text("/metadata/namespace");
        key.namespace = if given.is_empty() {
            namespace.into()
        } else {
            given.into()
        };
        if !value["metadata"].is_object() {
            value["metadata"] = json!({});
        }
        value["metadata"]["namespace"] = (*key.namespace).into();
    }
    Ok(Manifest {
        kind,
        key,
        value,
        document,
    })
}

/// Creates or changes one object; `created`, `configured` or `unchanged`.
fn apply_one(store: &mut Store, manifest: &Manifest) -> Result<&'static str, ApiError> {
    let configuration = configuration(&manifest.value);
    let Some(current) = store.get(&manifest.key).cloned() else {
        let mut value = manifest.value.clone();
        set_last_applied(&mut value, &configuration);
        store.create_value(manifest.kind, &value)?;
        return Ok("created");
    };
    let before = current.to_value();
    let annotation = before["metadata"]["annotations"].get(LAST_APPLIED);
    let last = annotation
        .and_then(Value::as_str)
        .and_then(|text| serde_json::from_str(text).ok());
    let mut wanted = manifest.value.clone();
    set_last_applied(&mut wanted, &configuration);
    let mut value = before.clone();
    merge(&mut value, last.as_ref().unwrap_or(&Value::Null), &wanted);
    let version = current.meta().resource_version;
    let after = store.update_value(&current, &value)?;
    Ok(if after.meta().resource_version == version {
        "unchanged"
    } else {
        "configured"
    })
}

/// What kubectl remembers: the manifest with its namespace, and its annotations without the memory itself.
fn configuration(value: &Value) -> String {
    let mut value = value.clone();
    let annotations = &mut value["metadata"]["annotations"];
    if !annotations.is_object() {
        *annotations = json!({});
    }
    if let Some(annotations) = annotations.as_object_mut() {
        annotations.remove(LAST_APPLIED);
    }
    format!("{value}\n")
}

fn set_last_applied(value: &mut Value, configuration: &str) {
    let annotations = &mut value["metadata"]["annotations"];
    if !annotations.is_object() {
        *annotations = json!({});
    }
    annotations[LAST_APPLIED] = configuration.into();
}

/// Three ways: what is written now is set, what was written last time and is not any more goes, the rest stays.
fn merge(current: &mut Value, last: &Value, now: &Value) {
    let Value::Object(wanted) = now else {
        *current = now.clone();
        return;
    };
    if !current.is_object() {
        *current = Value::Object(Map::new());
    }
    let Some(fields) = current.as_object_mut() else {
        return;
    };
    for key in last.as_object().into_iter().flat_map(|last| last.keys()) {
        if !wanted.contains_key(key) {
            fields.remove(key);
        }
    }
    for (key, value) in wanted {
        let last = last.get(key).unwrap_or(&Value::Null);
        merge(
            fields.entry(key.clone()).or_insert(Value::Null),
            last,
            value,
        );
    }
}

fn place_yaml(error: &YamlError) -> Diagnostic {
    let place = error.place();
    Diagnostic {
        line: place.map_or(1, |place| place.line),
        column: place.map_or(1, |place| place.column),
        path: String::new(),
        message: error.to_string(),
        advice: "Mend the YAML here: look at the indentation, colons and quotes of this line and the one above."
            .to_owned(),
    }
}

fn place_decode(manifest: &Manifest, error: &DecodeError) -> Diagnostic {
    let place = manifest.document.positions.nearest(&error.path);
    let unknown = error.fault == decode::Fault::UnknownField;
    let key = manifest
        .document
        .positions
        .key(&error.path)
        .filter(|_| unknown);
    let place = key.or(place);
    Diagnostic {
        line: place.map_or(manifest.document.line, |place| place.line),
        column: place.map_or(1, |place| place.column),
        path: error.path.clone(),
        message: error.message.clone(),
        advice: error.hint.clone().unwrap_or_else(|| {
            if unknown {
                "Remove the field, or move it to where it belongs."
            } else {
                "Correct the value."
            }
            .to_owned()
        }),
    }
}

fn place_kind(document: &Document, failure: &Failure) -> Diagnostic {
    let place = document.positions.value("kind");
    let kinds: Vec<&str> = Kind::all().map(|kind| kind.info().name).collect();
    Diagnostic {
        line: place.map_or(document.line, |place| place.line),
        column: place.map_or(1, |place| place.column),
        path: "kind".to_owned(),
        message: failure.to_string().trim_start_matches("error: ").to_owned(),
        advice: format!("kubestep simulates {}.", kinds.join(", ")),
    }
}

/// A refusal of the API server, at the fields that it names.
fn place_error(manifest: &Manifest, error: &ApiError) -> Vec<Diagnostic> {
    let at = |path: &str, message: String| {
        let place = manifest.document.positions.nearest(path);
        Diagnostic {
            line: place.map_or(manifest.document.line, |place| place.line),
            column: place.map_or(1, |place| place.column),
            path: path.to_owned(),
            message,
            advice: advice(error).to_owned(),
        }
    };
    match error {
        ApiError::Invalid { causes, .. } => causes
            .iter()
            .map(|cause| at(&cause.field, cause.body.clone()))
            .collect(),
        ApiError::Limit(_) => vec![at("spec.replicas", error.to_string())],
        ApiError::NotFound { .. } => vec![at("metadata.namespace", error.to_string())],
        _ => vec![at("", error.to_string())],
    }
}

fn advice(error: &ApiError) -> &'static str {
    match error {
        ApiError::Invalid { .. } => "Give the field a value that is allowed.",
        ApiError::Limit(_) => {
            "Choose a smaller number: this is a limit of kubestep, not of Kubernetes."
        }
        ApiError::NotFound { .. } => "Create the namespace first, or leave the field out.",
        _ => "Change the manifest, or the object in the cluster, and apply again.",
    }
}
