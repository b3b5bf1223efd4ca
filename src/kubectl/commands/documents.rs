//! Objects from files and standard input: `kubectl create -f`, `replace`, and what `apply` shares with them
//! (`staging/src/k8s.io/cli-runtime/pkg/resource/visitor.go`).

use super::output::{DefaultOutput, OutputFormat, list};
use super::resources::existing;
use super::session::{Done, Execution};
use super::subresource::{NO_RESOURCE, put_status};
use super::{force, paths, prune};
use crate::api::decode::{self, json_sort};
use crate::api::go::{self, quote};
use crate::api::kind::Kind;
use crate::api::look::{Look, pairs};
use crate::api::object::Object;
use crate::api::patch::{self, LAST_APPLIED};
use crate::api::selector::Query;
use crate::api::strings::Strings;
use crate::api::yaml;
use crate::manifests::{
    Applied, DryRun, Failure, Manifest, ServedObject, Validation, checked, converted, created,
    is_list, manifest, no_match, problem, set_annotation, update,
};
use crate::store::{ApiError, Store};
use serde_json::Value;

const UNSET: &str =
    "if you choose to ignore these errors, turn validation off with --validate=false";

/// The content of the files given with `-f`.
#[derive(Default)]
pub struct Read {
    /// The objects in order, or why one is rejected.
    pub manifests: Vec<Result<Manifest, Failure>>,
    /// Documents that cannot be parsed or are of an unknown kind. kubectl collects these errors separately from
    /// those of valid objects (EagerVisitorList and ContinueOnErrorVisitor).
    pub unread: Vec<Failure>,
}

/// Reads the files given with `-f`.
///
/// # Errors
/// A file does not exist.
pub fn read(session: &Execution<'_>) -> Result<Read, Failure> {
    let mut read = Read::default();
    for (source, text) in contents(session)? {
        let validation = validation(session)?;
        let (documents, error) = yaml::documents_until_error(text);
        let mut values = documents.into_iter().map(|document| document.value);
        // A document that is not an object stops the reading.
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
    let selector = session.invocation.text("selector").unwrap_or_default();
    let query = Query::parse(selector.trim()).map_err(|error| Failure::Usage(error.to_string()))?;
    read.manifests.retain(|manifest| match manifest {
        Ok(manifest) => query.matches(&labels(&manifest.value)),
        Err(_) => true,
    });
    Ok(read)
}

/// The labels of an object as written.
fn labels(value: &Value) -> Strings {
    let pairs = pairs(value.map("metadata.labels")).into_iter();
    pairs
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect()
}

/// The names of the files given with `-f` in messages, and their contents.
fn contents<'s>(session: &'s Execution<'_>) -> Result<Vec<(&'s str, &'s str)>, Failure> {
    let names = || session.invocation.values("filename");
    let is_recursive = session.invocation.switch("recursive", false);
    let mut found = Vec::new();
    for name in names() {
        if name == "-" {
            found.push(stdin(session));
            continue;
        }
        found.extend(paths::files(session.input.files, name, is_recursive)?);
    }
    match found.is_empty() && names().next().is_some() {
        true => Err(paths::nothing(names())),
        false => Ok(found),
    }
}

/// Standard input, and its name in messages.
fn stdin<'s>(session: &'s Execution<'_>) -> (&'s str, &'s str) {
    ("STDIN", session.input.stdin.unwrap_or_default())
}

/// The content of a single file; `-` is standard input.
///
/// # Errors
/// The file does not exist.
pub(super) fn content<'s>(session: &'s Execution<'_>, name: &'s str) -> Result<&'s str, Failure> {
    if name == "-" {
        return Ok(stdin(session).1);
    }
    let files = paths::files(session.input.files, name, false)?;
    let (_, text) = files
        .first()
        .ok_or_else(|| paths::nothing([name].into_iter()))?;
    Ok(text)
}

impl Read {
    fn take(&mut self, session: &Execution<'_>, value: Value, source: &str, is_item: bool) {
        let unknown = is_item.then(|| no_match(&value));
        let store = session.engine.store();
        let (kind, customs) = (Kind::HorizontalPodAutoscaler, store.customs());
        let value = match converted(store.version(), value) {
            Ok(value) => value,
            Err(errors) => {
                let message = decode::message_in("v1", kind, &errors);
                let context = format!("error when creating {}: ", quote(source));
                let error = ApiError::BadRequest(message);
                self.manifests.push(Err(Failure::Server { context, error }));
                return;
            }
        };
        match manifest(customs, value, session.namespace(), source) {
            Ok(manifest) => self.manifests.push(in_namespace(session, manifest)),
            Err(failure @ Failure::NotSimulated(_)) => self.manifests.push(Err(failure)),
            // kubectl's error about an item of a list does not name the item's source.
            Err(failure) => self.unread.push(unknown.map_or(failure, |unknown| {
                Failure::Raw(format!("unable to recognize {unknown}"))
            })),
        }
    }
}

/// Rejects an object in another namespace than that of the command line (RequireNamespace).
fn in_namespace(session: &Execution<'_>, manifest: Manifest) -> Result<Manifest, Failure> {
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
pub(super) fn validation(session: &Execution<'_>) -> Result<Validation, Failure> {
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

/// The objects of a document, which is either an object or a `List`, and whether it is a `List`.
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

/// kubectl itself decodes only an object's metadata, with the Go types
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

/// Checks that any files are given.
pub(super) fn require_files(session: &Execution<'_>) -> Result<(), Failure> {
    if session.invocation.has("filename") {
        Ok(())
    } else {
        Err(Failure::Usage("must specify one of -f and -k".to_owned()))
    }
}

/// `kubectl create -f`.
pub(super) fn create(session: &mut Execution<'_>) -> Result<(), Failure> {
    run(session, "create", |store, dry_run, validation, manifest| {
        created(store, dry_run, validation, manifest, &manifest.value)
    })
}

/// `kubectl replace`.
pub(super) fn replace(session: &mut Execution<'_>) -> Result<(), Failure> {
    require_files(session)?;
    let flags = &session.invocation;
    let refuse = |text: &str| Err(Failure::Usage(text.to_owned()));
    if flags.switch("force", false) {
        return match session.dry_run()? {
            DryRun::No => force::replace(session),
            _ => refuse("--dry-run can not be used when --force is set"),
        };
    }
    if flags.int("grace-period").is_some_and(|grace| grace >= 0) {
        return refuse("--grace-period must have --force specified");
    }
    if flags
        .duration("timeout")
        .is_some_and(|timeout| timeout != 0)
    {
        return refuse("--timeout must have --force specified");
    }
    match session.invocation.text("subresource").unwrap_or_default() {
        "" => run(
            session,
            "replace",
            |store, dry_run, validation, manifest| {
                replaced(store, dry_run, validation, manifest, update)
            },
        ),
        "status" => run(
            session,
            "replace",
            |store, dry_run, validation, manifest| {
                if manifest.kind.info().status_type.is_empty() {
                    return Err(Failure::Raw(NO_RESOURCE.to_owned()));
                }
                replaced(store, dry_run, validation, manifest, put_status)
            },
        ),
        other => Err(Failure::NotSimulated(format!("--subresource={other}"))),
    }
}

/// Replaces an object, or its status, by a manifest.
fn replaced(
    store: &mut Store,
    dry_run: DryRun,
    validation: Validation,
    manifest: &Manifest,
    put: fn(&mut Store, DryRun, &Object, Value) -> Result<ServedObject, ApiError>,
) -> Result<Applied, Failure> {
    let context = format!("error when replacing {}: ", quote(&manifest.source));
    let refuse = |error| Failure::Server {
        context: context.clone(),
        error,
    };
    let current = existing(store, &manifest.key).map_err(refuse)?;
    let (value, warnings) = checked(
        store.version(),
        manifest,
        &manifest.value,
        validation,
        "replacing",
    )?;
    Ok(Applied {
        operation: "replaced",
        object: put(store, dry_run, &current, value).map_err(refuse)?,
        warnings,
    })
}

/// Adds the annotations of `--record` and `--save-config`.
pub(super) fn annotate(session: &Execution<'_>, manifest: &mut Manifest) {
    session.record(&mut manifest.value);
    if session.invocation.switch("save-config", false) {
        let text = patch::last_applied(&manifest.value);
        set_annotation(&mut manifest.value, LAST_APPLIED, &text);
    }
}

/// Reads the objects of the files, writes each of them, and prints the results.
pub(super) fn run(
    session: &mut Execution<'_>,
    verb: &str,
    mut one: impl FnMut(&mut Store, DryRun, Validation, &Manifest) -> Result<Applied, Failure>,
) -> Result<(), Failure> {
    let dry_run = session.dry_run()?;
    let format = OutputFormat::of(&session.invocation, DefaultOutput::Operation)?;
    let validation = validation(session)?;
    let Read {
        mut manifests,
        unread,
    } = read(session)?;
    if manifests.is_empty() && unread.is_empty() {
        return Err(Failure::Usage(format!("no objects passed to {verb}")));
    }
    for manifest in manifests.iter_mut().flatten() {
        annotate(session, manifest);
    }
    let mut early = Vec::new();
    if verb == "apply" {
        // `apply` reads all objects first (apply.go, GetObjects), so read errors precede all others.
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
        if let ServedObject::Object(object) = &applied.object {
            key.name = object.meta().name.clone();
            if verb == "apply" && dry_run != DryRun::Client && object.meta().is_terminating() {
                let line = format!(
                    "Warning: Detected changes to resource {} which is currently being deleted.\n",
                    key.name
                );
                session.err.push_str(&line);
            }
        }
        done.push(Done {
            key,
            operation: applied.operation.to_owned(),
            object: applied.object,
        });
    }
    print(session, &format, &done, dry_run, verb)?;
    let is_complete = failures.is_empty() && early.is_empty() && unread.is_empty();
    if verb == "apply" && is_complete && session.invocation.switch("prune", false) {
        let objects = done.into_iter().filter_map(|one| match one.object {
            ServedObject::Object(object) => Some(object),
            ServedObject::Value(_) | ServedObject::Scale(_) => None,
        });
        return prune::run(session, dry_run, &objects.collect::<Vec<_>>());
    }
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

/// `apply` prints several objects as a list, the other commands print them separately.
fn print(
    session: &mut Execution<'_>,
    format: &OutputFormat,
    done: &[Done],
    dry_run: DryRun,
    verb: &str,
) -> Result<(), Failure> {
    let as_list = !matches!(format, OutputFormat::Human { .. } | OutputFormat::Name);
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
