//! Creates and applies objects (`staging/src/k8s.io/kubectl/pkg/cmd/apply`).

use super::Failure;
use super::document::{Manifest, Validation};
use super::patch::{PatchType, patched};
use super::request::{DryRun, ServedObject, set_annotation, shown, update};
use crate::api::decode::{self, DecodeError, DecodeFault};
use crate::api::go::{self, quote};
use crate::api::kind::Kind;
use crate::api::look::Look;
use crate::api::object::Object;
use crate::api::patch::{self, LAST_APPLIED};
use crate::store::{ApiError, Store};
use crate::versions::Version;
use serde_json::Value;

/// The result of applying an object.
pub struct Applied {
    /// `created`, `configured` or `unchanged`.
    pub operation: &'static str,
    /// The resulting object.
    pub object: ServedObject,
    /// Warnings.
    pub warnings: Vec<String>,
}

/// Creates or updates an object as `kubectl apply` does.
///
/// # Errors
/// An error of kubectl or the server.
pub fn apply_one(
    store: &mut Store,
    dry_run: DryRun,
    validation: Validation,
    manifest: &Manifest,
) -> Result<Applied, Failure> {
    refuse_nameless(manifest)?;
    let text = patch::last_applied(&manifest.value);
    let mut wanted = manifest.value.clone();
    set_annotation(&mut wanted, LAST_APPLIED, &text);
    let Some(current) = store.get(&manifest.key).cloned() else {
        return created(store, dry_run, validation, manifest, &wanted);
    };
    change(store, dry_run, validation, manifest, &current, &wanted)
}

/// The result that `apply` would have, computed by trying it in the store. The annotation of `apply` is left
/// unchanged.
///
/// # Errors
/// An error of kubectl or the server.
pub fn merged(store: &mut Store, manifest: &Manifest) -> Result<ServedObject, Failure> {
    refuse_nameless(manifest)?;
    // As `apply` stores it, with an `annotations` field even if empty.
    let wanted: Value =
        serde_json::from_str(&patch::last_applied(&manifest.value)).unwrap_or_default();
    let (tried, strict) = (DryRun::Server, Validation::Strict);
    let applied = match store.get(&manifest.key).cloned() {
        None => created(store, tried, strict, manifest, &manifest.value),
        Some(current) => change(store, tried, strict, manifest, &current, &wanted),
    };
    applied.map(|applied| applied.object)
}

fn refuse_nameless(manifest: &Manifest) -> Result<(), Failure> {
    if !manifest.key.name.is_empty() {
        return Ok(());
    }
    let generated = manifest.value.text("metadata.generateName");
    if !generated.is_empty() {
        return Err(Failure::Usage(format!(
            "from {generated}: cannot use generate name with apply"
        )));
    }
    let source = quote(&manifest.source);
    Err(Failure::Usage(format!(
        "error when retrieving current configuration of:\n{}\nfrom server for: {source}: resource name may not be empty",
        info(manifest)
    )))
}

fn info(manifest: &Manifest) -> String {
    let (kind, key) = (manifest.kind, &manifest.key);
    let version = kind.api_version();
    format!(
        "Resource: \"{version}, Resource={}\", GroupVersionKind: \"{version}, Kind={kind}\"\nName: {}, Namespace: {}",
        kind.plural(),
        quote(&key.name),
        quote(&key.namespace)
    )
}

/// The three-way patch of the last applied, the live and the new object
/// (`staging/src/k8s.io/kubectl/pkg/cmd/apply/patcher.go`).
fn change(
    store: &mut Store,
    dry_run: DryRun,
    validation: Validation,
    manifest: &Manifest,
    current: &Object,
    wanted: &Value,
) -> Result<Applied, Failure> {
    let before = current.to_value();
    let annotation = before.at("metadata.annotations").key(LAST_APPLIED).as_str();
    let last: Option<Value> = annotation.and_then(|text| serde_json::from_str(text).ok());
    let mut warnings = Vec::new();
    if annotation.is_none() && dry_run != DryRun::Client {
        let name = format!("{}/{}", manifest.kind.plural(), manifest.key.name);
        // The warning is printed even if the patch is refused later.
        store.warn(format!(
            "resource {name} is missing the {LAST_APPLIED} annotation which is required by kubectl apply. kubectl apply \
             should only be used on resources created declaratively by either kubectl create --save-config or kubectl \
             apply. The missing annotation will be patched automatically."
        ));
    }
    let patch = patch::three_way(manifest.kind, last.as_ref(), wanted, &before)
        .map_err(|error| Failure::Usage(error.to_string()))?;
    let unchanged = patch.as_object().is_some_and(serde_json::Map::is_empty);
    if dry_run == DryRun::Client || unchanged {
        return Ok(Applied {
            operation: if unchanged && dry_run != DryRun::Client {
                "unchanged"
            } else {
                "configured"
            },
            object: ServedObject::Object(current.clone()),
            warnings,
        });
    }
    let (value, unknown) = patched(
        store.version(),
        manifest.kind,
        &before,
        &patch,
        PatchType::Strategic,
    )?;
    if validation == Validation::Strict && !unknown.is_empty() {
        let text = format!("strict decoding error: {}", unknown.join(", "));
        // The server's message quotes the part that is not merged yet.
        let mut left = patch.clone();
        drop(patch::strategic(manifest.kind, &before, &mut left));
        let shown = quote(&go::plain(&left));
        return Err(Failure::Raw(format!(
            "The request is invalid: patch: Invalid value: {shown}: {text}"
        )));
    }
    if validation == Validation::Warn {
        warnings.extend(unknown);
    }
    let source = quote(&manifest.source);
    let object = update(store, dry_run, current, value).map_err(|error| Failure::Server {
        context: format!(
            "error when applying patch:\n{}\nto:\n{}\nfor: {source}: error when patching {source}: ",
            go::json(&patch),
            info(manifest)
        ),
        error,
    })?;
    Ok(Applied {
        operation: "configured",
        object,
        warnings,
    })
}

/// A line such as `deployment.apps/web created`.
#[must_use]
pub fn line(manifest: &Manifest, applied: &Applied) -> String {
    format!("{} {}", shown(&manifest.key), applied.operation)
}

/// Removes unknown fields; returns the server's warnings about them.
///
/// # Errors
/// A value has the wrong type.
pub fn lenient(
    version: Version,
    kind: Kind,
    value: &mut Value,
) -> Result<Vec<String>, Vec<DecodeError>> {
    let Err(errors) = decode::strict(version, kind, value) else {
        return Ok(Vec::new());
    };
    if errors
        .iter()
        .any(|error| error.fault != DecodeFault::UnknownField)
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

/// The value without unknown fields.
pub(crate) fn checked(
    version: Version,
    manifest: &Manifest,
    value: &Value,
    validation: Validation,
    doing: &str,
) -> Result<(Value, Vec<String>), Failure> {
    let mut value = value.clone();
    if validation == Validation::Strict {
        return Ok((value, Vec::new()));
    }
    let warnings =
        lenient(version, manifest.kind, &mut value).map_err(|errors| Failure::Server {
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

/// Creates an object, or returns what would be sent.
pub fn created(
    store: &mut Store,
    dry_run: DryRun,
    validation: Validation,
    manifest: &Manifest,
    value: &Value,
) -> Result<Applied, Failure> {
    let (value, warnings) = checked(store.version(), manifest, value, validation, "creating")?;
    let object = if dry_run == DryRun::Client {
        ServedObject::Value(value)
    } else {
        let context = format!("error when creating {}: ", quote(&manifest.source));
        let object = store
            .create_value(manifest.kind, &value)
            .map_err(|error| Failure::Server { context, error })?;
        ServedObject::Object(object)
    };
    Ok(Applied {
        operation: "created",
        object,
        warnings,
    })
}
