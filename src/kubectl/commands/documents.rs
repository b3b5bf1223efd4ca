//! Objects from files and standard input, one after the other: `kubectl create -f`, `replace`, and what `apply` shares
//! with them (`staging/src/k8s.io/cli-runtime/pkg/resource/visitor.go`).

use super::output::{Format, Printed, list};
use super::resources::existing;
use super::session::{Done, DryRun, Served, Session, set_annotation, update};
use crate::api::decode::{self, DecodeError, Fault, json_sort};
use crate::api::go::{self, quote};
use crate::api::kind::Kind;
use crate::api::object::Key;
use crate::api::patch::{self, LAST_APPLIED};
use crate::api::yaml;
use crate::kubectl::look::Look;
use crate::kubectl::run::Failure;
use crate::store::{ApiError, Store};
use serde_json::Value;

/// One object of a file.
#[derive(Debug, Clone)]
pub struct Manifest {
    /// Kind of the object.
    pub kind: Kind,
    /// What names it.
    pub key: Key,
    /// As written, with its namespace.
    pub value: Value,
    /// Where it comes from: `STDIN` or the name of a file.
    pub source: String,
}

/// What becomes of fields that there are not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Validation {
    /// They are errors.
    Strict,
    /// They are warned of, and left out.
    Warn,
    /// They are left out.
    Ignore,
}

/// What came of one object.
pub struct Applied {
    /// `created`, `configured` or `unchanged`.
    pub operation: &'static str,
    /// The object after it.
    pub object: Served,
    /// What to warn of.
    pub warnings: Vec<String>,
}

const UNSET: &str =
    "if you choose to ignore these errors, turn validation off with --validate=false";

/// What stands in the files that `-f` names.
#[derive(Default)]
pub struct Read {
    /// The objects in their order, and why one is not taken.
    pub manifests: Vec<Result<Manifest, Failure>>,
    /// What cannot be read, or is of a kind that there is not. kubectl gathers these apart from what goes wrong with
    /// objects that it understands (EagerVisitorList and ContinueOnErrorVisitor).
    pub unread: Vec<Failure>,
}

/// Reads what `-f` names.
///
/// # Errors
/// A file that is not there.
pub fn read(session: &Session<'_>) -> Result<Read, Failure> {
    let mut read = Read::default();
    for name in session.invocation.values("filename") {
        let (source, text) = if name == "-" {
            ("STDIN", session.input.stdin.unwrap_or_default())
        } else {
            let file = session.input.files.iter().find(|(known, _)| known == name);
            let (_, text) = file.ok_or_else(|| {
                Failure::Usage(format!("the path {} does not exist", quote(name)))
            })?;
            (name, text.as_str())
        };
        let validation = validation(session)?;
        let (documents, error) = yaml::documents_until_error(text);
        let mut values = documents.into_iter().map(|document| document.value);
        // What does not look like an object at all ends the reading.
        let stop = values.find_map(|value| {
            let (is_list, values) = match flattened(value, validation, source) {
                Ok(flattened) => flattened,
                Err(failure) => return Some(failure),
            };
            for value in values {
                read.take(session, value, source, is_list);
            }
            None
        });
        let unreadable = |error| Failure::Usage(format!("error parsing {source}: {error}"));
        read.unread.extend(stop.or_else(|| error.map(unreadable)));
    }
    Ok(read)
}

impl Read {
    fn take(&mut self, session: &Session<'_>, value: Value, source: &str, is_item: bool) {
        let unknown = is_item.then(|| no_match(&value));
        match manifest(value, session.namespace(), source) {
            Ok(manifest) => self.manifests.push(in_namespace(session, manifest)),
            Err(failure @ Failure::NotSimulated(_)) => self.manifests.push(Err(failure)),
            // What kubectl says of an item of a list does not say where that stands.
            Err(failure) => self.unread.push(unknown.map_or(failure, |unknown| {
                Failure::Raw(format!("unable to recognize {unknown}"))
            })),
        }
    }
}

/// An object of another namespace than the one that the line names is not taken (RequireNamespace).
fn in_namespace(session: &Session<'_>, manifest: Manifest) -> Result<Manifest, Failure> {
    let namespace = &*manifest.key.namespace;
    match session.invocation.text("namespace") {
        Some(given) if manifest.kind.namespaced() && given != namespace => {
            Err(Failure::Usage(format!(
                "the namespace from the provided object {} does not match the namespace {}. You must pass \
                 '--namespace={namespace}' to perform this operation.",
                quote(namespace),
                quote(given)
            )))
        }
        _ => Ok(manifest),
    }
}

/// `--validate`.
fn validation(session: &Session<'_>) -> Result<Validation, Failure> {
    Ok(match session.invocation.text("validate") {
        None | Some("strict" | "true" | "") => Validation::Strict,
        Some("warn") => Validation::Warn,
        Some("ignore" | "false") => Validation::Ignore,
        Some(other) => {
            return Err(Failure::Usage(format!(
                "invalid - validate option {}; must be one of: strict (or true), warn, ignore (or false)",
                quote(other)
            )));
        }
    })
}

/// The objects of a document: itself, or the items of a `List`, and whether they are that.
fn flattened(
    value: Value,
    validation: Validation,
    source: &str,
) -> Result<(bool, Vec<Value>), Failure> {
    if let Some(problem) = problem(&value) {
        return Err(Failure::Usage(if validation == Validation::Ignore {
            let missing = if value.text("kind").is_empty() {
                "Kind"
            } else {
                "apiVersion"
            };
            format!(
                "unable to decode {}: Object '{missing}' is missing in '{}'",
                quote(source),
                go::json(&value)
            )
        } else {
            let source = quote(source);
            format!("error validating {source}: error validating data: {problem}; {UNSET}")
        }));
    }
    if is_list(&value) {
        return Ok((true, value.list("items").to_vec()));
    }
    match metadata_fault(&value) {
        None => Ok((false, vec![value])),
        Some(fault) => Err(Failure::Usage(format!(
            "unable to decode {}: json: cannot unmarshal {fault}",
            quote(source)
        ))),
    }
}

/// What kubectl itself reads of an object is its metadata, and that by Go's types
/// (`staging/src/k8s.io/cli-runtime/pkg/resource/metadata_decoder.go`).
fn metadata_fault(value: &Value) -> Option<String> {
    const TEXTS: [&str; 6] = [
        "name",
        "generateName",
        "namespace",
        "selfLink",
        "uid",
        "resourceVersion",
    ];
    let metadata = match value.key("metadata") {
        Value::Null => return None,
        Value::Object(metadata) => metadata,
        other => {
            return Some(format!(
                "{} into Go struct field metadataOnlyObject.metadata of type v1.ObjectMeta",
                json_sort(other)
            ));
        }
    };
    let fault = |value: &Value, field: &str, of: &str| {
        let sort = json_sort(value);
        Some(format!(
            "{sort} into Go struct field ObjectMeta.metadata.{field} of type {of}"
        ))
    };
    let is_text = |value: &Value| value.is_string() || value.is_null();
    metadata.iter().find_map(|(field, value)| match value {
        value if TEXTS.contains(&field.as_str()) && !is_text(value) => {
            fault(value, field, "string")
        }
        Value::Object(entries) if field == "labels" || field == "annotations" => {
            let wrong = entries.values().find(|value| !is_text(value))?;
            fault(wrong, field, "string")
        }
        Value::Null => None,
        value if field == "labels" || field == "annotations" => {
            fault(value, field, "map[string]string")
        }
        _ => None,
    })
}

/// Why a value does not look like an object at all.
pub fn problem(value: &Value) -> Option<&'static str> {
    let is_missing = |field| value.text(field).is_empty();
    match (is_missing("apiVersion"), is_missing("kind")) {
        _ if !value.is_object() => Some("invalid object to validate"),
        (true, true) => Some("[apiVersion not set, kind not set]"),
        (true, false) => Some("apiVersion not set"),
        (false, true) => Some("kind not set"),
        (false, false) => None,
    }
}

/// Whether a value is a `List` of objects.
pub fn is_list(value: &Value) -> bool {
    value.text("kind") == "List" && value.text("apiVersion") == "v1"
}

/// An object as written, with the namespace of the command where it says none.
///
/// # Errors
/// A kind that there is not.
pub fn manifest(mut value: Value, namespace: &str, source: &str) -> Result<Manifest, Failure> {
    let text = |path: &str| value.text(path).to_owned();
    let (version, word) = (text("apiVersion"), text("kind"));
    let (name, own) = (text("metadata.name"), text("metadata.namespace"));
    let Some(kind) = Kind::from_api(&version, &word) else {
        if super::resources::exists_elsewhere(&version, &word) {
            return Err(Failure::NotSimulated(format!("{word} of {version}")));
        }
        return Err(Failure::Usage(format!(
            "resource mapping not found for name: {} namespace: {} from {}: {}\nensure CRDs are installed first",
            quote(&name),
            quote(&own),
            quote(source),
            no_match(&value)
        )));
    };
    let mut key = Key::of(kind, "", &name);
    if kind.namespaced() {
        key.namespace = if own.is_empty() { namespace } else { &own }.into();
        if !value["metadata"].is_object() {
            value["metadata"] = serde_json::json!({});
        }
        value["metadata"]["namespace"] = (*key.namespace).into();
    }
    Ok(Manifest {
        kind,
        key,
        value,
        source: source.to_owned(),
    })
}

/// That there is no such kind (NoKindMatchError).
fn no_match(value: &Value) -> String {
    format!(
        "no matches for kind {} in version {}",
        quote(value.text("kind")),
        quote(value.text("apiVersion"))
    )
}

/// Takes out fields that there are not; gives what the server warns of.
///
/// # Errors
/// Values of a wrong type.
pub fn lenient(kind: Kind, value: &mut Value) -> Result<Vec<String>, Vec<DecodeError>> {
    let Err(errors) = decode::strict(kind, value) else {
        return Ok(Vec::new());
    };
    if errors
        .iter()
        .any(|error| error.fault != Fault::UnknownField)
    {
        return Err(errors);
    }
    for error in &errors {
        remove(value, &error.path);
    }
    Ok(errors.into_iter().map(|error| error.message).collect())
}

/// Removes the field at a path such as `spec.template.spec.containers[0].imagee`.
fn remove(value: &mut Value, path: &str) {
    let normal = path.replace('[', ".[");
    let mut steps: Vec<&str> = normal
        .split('.')
        .map(|step| step.trim_start_matches('[').trim_end_matches(']'))
        .filter(|step| !step.is_empty())
        .collect();
    let Some(last) = steps.pop() else { return };
    let parent = steps
        .into_iter()
        .try_fold(value, |value, step| match value {
            Value::Array(items) => items.get_mut(step.parse::<usize>().ok()?),
            Value::Object(fields) => fields.get_mut(step),
            _ => None,
        });
    if let Some(fields) = parent.and_then(Value::as_object_mut) {
        fields.remove(last);
    }
}

/// Checks that there is something to read.
pub(super) fn require_files(session: &Session<'_>) -> Result<(), Failure> {
    if session.invocation.has("filename") {
        Ok(())
    } else {
        Err(Failure::Usage("must specify one of -f and -k".to_owned()))
    }
}

/// `kubectl create -f`.
pub(super) fn create(session: &mut Session<'_>) -> Result<(), Failure> {
    run(session, "create", |store, dry_run, validation, manifest| {
        created(store, dry_run, validation, manifest, &manifest.value)
    })
}

/// `kubectl replace`.
pub(super) fn replace(session: &mut Session<'_>) -> Result<(), Failure> {
    require_files(session)?;
    run(
        session,
        "replace",
        |store, dry_run, validation, manifest| {
            let context = format!("error when replacing {}: ", quote(&manifest.source));
            let refuse = |error| Failure::Server {
                context: context.clone(),
                error,
            };
            let current = existing(store, &manifest.key).map_err(refuse)?;
            let (value, warnings) = checked(manifest, &manifest.value, validation, "replacing")?;
            Ok(Applied {
                operation: "replaced",
                object: update(store, dry_run, &current, value).map_err(refuse)?,
                warnings,
            })
        },
    )
}

type One = fn(&mut Store, DryRun, Validation, &Manifest) -> Result<Applied, Failure>;

pub(super) fn run(session: &mut Session<'_>, verb: &str, one: One) -> Result<(), Failure> {
    let dry_run = session.dry_run()?;
    let format = Format::of(&session.invocation, Printed::Operation)?;
    let validation = validation(session)?;
    let Read {
        mut manifests,
        unread,
    } = read(session)?;
    if manifests.is_empty() && unread.is_empty() {
        return Err(Failure::Usage(format!("no objects passed to {verb}")));
    }
    let saves = session.invocation.switch("save-config", false);
    for manifest in manifests.iter_mut().flatten() {
        session.record(&mut manifest.value);
        if saves {
            let text = patch::last_applied(&manifest.value);
            set_annotation(&mut manifest.value, LAST_APPLIED, &text);
        }
    }
    let mut early = Vec::new();
    if verb == "apply" {
        // It reads everything before it begins (apply.go, GetObjects): what goes wrong then comes first.
        manifests.retain(|manifest| match manifest {
            Ok(_) | Err(Failure::NotSimulated(_)) => true,
            Err(failure) => {
                early.push(failure.clone());
                false
            }
        });
    }
    let results = session.write(dry_run, |store| {
        let one = |manifest: Result<Manifest, Failure>| {
            let manifest = manifest?;
            let applied = one(store, dry_run, validation, &manifest)?;
            Ok((manifest.key, applied))
        };
        manifests.into_iter().map(one).collect::<Vec<_>>()
    });
    let (mut done, mut failures) = (Vec::new(), Vec::new());
    for result in results {
        let (mut key, applied) = match result {
            Ok(applied) => applied,
            Err(failure) => {
                failures.push(failure);
                continue;
            }
        };
        for warning in applied.warnings {
            session.err.push_str(&format!("Warning: {warning}\n"));
        }
        if let Served::Object(object) = &applied.object {
            key.name = object.meta().name.clone();
        }
        done.push(Done {
            key,
            operation: applied.operation.to_owned(),
            object: applied.object,
        });
    }
    print(session, &format, &done, dry_run, verb)?;
    Failure::all(match verb {
        "apply" if failures.is_empty() => Failure::nested(early, unread),
        "apply" => {
            early.extend(unread);
            let early = Failure::one_line(&early);
            early.into_iter().chain(failures).collect()
        }
        _ => Failure::nested(failures, unread),
    })
}

/// `apply` prints several objects as one list, the others one after the other.
fn print(
    session: &mut Session<'_>,
    format: &Format,
    done: &[Done],
    dry_run: DryRun,
    verb: &str,
) -> Result<(), Failure> {
    let as_list = !matches!(format, Format::Human { .. } | Format::Name);
    if as_list && verb == "apply" && done.len() > 1 {
        let values = done
            .iter()
            .map(|one| session.as_kept(one, dry_run))
            .collect();
        let text = format.text(&list(values))?;
        session.out.push_str(&text);
        return Ok(());
    }
    session.print_done(format, done, dry_run)
}

/// The value without fields that there are not.
fn checked(
    manifest: &Manifest,
    value: &Value,
    validation: Validation,
    doing: &str,
) -> Result<(Value, Vec<String>), Failure> {
    let mut value = value.clone();
    if validation == Validation::Strict {
        return Ok((value, Vec::new()));
    }
    let warnings = lenient(manifest.kind, &mut value).map_err(|errors| Failure::Server {
        context: format!("error when {doing} {}: ", quote(&manifest.source)),
        error: ApiError::BadRequest(decode::message(manifest.kind, &errors)),
    })?;
    let warned = if validation == Validation::Warn {
        warnings
    } else {
        Vec::new()
    };
    Ok((value, warned))
}

/// Creates an object, or says what would be sent.
pub(super) fn created(
    store: &mut Store,
    dry_run: DryRun,
    validation: Validation,
    manifest: &Manifest,
    value: &Value,
) -> Result<Applied, Failure> {
    let (value, warnings) = checked(manifest, value, validation, "creating")?;
    let object = if dry_run == DryRun::Client {
        Served::Value(value)
    } else {
        let context = format!("error when creating {}: ", quote(&manifest.source));
        let object = store
            .create_value(manifest.kind, &value)
            .map_err(|error| Failure::Server { context, error })?;
        Served::Object(object)
    };
    Ok(Applied {
        operation: "created",
        object,
        warnings,
    })
}
