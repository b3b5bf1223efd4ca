//! `kubectl patch` (`staging/src/k8s.io/kubectl/pkg/cmd/patch/patch.go`, and for the server's half
//! `staging/src/k8s.io/apiserver/pkg/endpoints/handlers/patch.go`).

use super::documents::lenient;
use super::resources::Bare;
use super::session::{Done, Session, update};
use crate::api::decode::json_sort;
use crate::api::go::{self, quote};
use crate::api::kind::Kind;
use crate::api::object::Object;
use crate::api::patch::{self, PatchError};
use crate::api::yaml::{self, YamlError};
use crate::kubectl::look::Look;
use crate::kubectl::run::Failure;
use crate::store::ApiError;
use serde_json::Value;

/// How the server words a request that it cannot carry out, where it says no more.
const REJECTED: &str =
    "The request is invalid: the server rejected our request due to an error in our request";

/// The three sorts of patches.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// RFC 6902.
    Json,
    /// RFC 7386.
    Merge,
    /// Lists are merged by the keys that the types name.
    Strategic,
}

/// Patches objects.
pub(super) fn run(session: &mut Session<'_>) -> Result<(), Failure> {
    let dry_run = session.dry_run()?;
    let text = session
        .invocation
        .text("patch")
        .unwrap_or_default()
        .to_owned();
    let sort = match session.invocation.text("type") {
        None | Some("strategic" | "") => Sort::Strategic,
        Some("merge") => Sort::Merge,
        Some("json") => Sort::Json,
        Some(other) => {
            return Err(Failure::Usage(format!(
                "--type must be one of [json merge strategic], not {}",
                quote(other)
            )));
        }
    };
    if text.is_empty() {
        return Err(Failure::Usage(
            "must specify --patch or --patch-file containing the contents of the patch".to_owned(),
        ));
    }
    let words = session.words();
    let found = session.find(&words, Bare::Refused)?;
    if found.objects.is_empty() {
        Failure::all(found.failures)?;
        return Err(Failure::Usage("no objects passed to patch".to_owned()));
    }
    let patch = parse(&text, sort)?;
    let (mut changed, mut failures) = (Vec::new(), Vec::new());
    for object in found.objects {
        match patched(object.kind(), &object.to_value(), &patch, sort) {
            Ok((mut value, warnings)) => {
                for warning in warnings {
                    session.err.push_str(&format!("Warning: {warning}\n"));
                }
                session.record(&mut value);
                changed.push((object, value));
            }
            Err(failure) => failures.push(failure),
        }
    }
    let result = session.act(dry_run, |store| {
        let write = |(object, value): (Object, Value)| {
            let before = object.to_value();
            let after = update(store, dry_run, &object, value)?;
            let same = after.value() == before;
            let operation = if same {
                "patched (no change)"
            } else {
                "patched"
            };
            Ok(Some(Done {
                key: object.key(),
                operation: operation.to_owned(),
                object: after,
            }))
        };
        changed.into_iter().map(write).collect()
    });
    failures.extend(result.err());
    failures.extend(found.failures);
    Failure::all(failures)
}

/// The patch as a value. kubectl turns YAML into JSON and leaves JSON to the server.
fn parse(text: &str, sort: Sort) -> Result<Value, Failure> {
    let wrong = |error: &YamlError| match error {
        YamlError::Json { text, .. } => {
            let text = text
                .rsplit_once("json: ")
                .map_or(text.as_str(), |(_, text)| text);
            // In JSON text that ends too soon the server finds the end, YAML's reader finds no token.
            let text = match text {
                "unexpected EOF" => "unexpected end of JSON input",
                text => text,
            };
            let text = match text.strip_prefix("offset ") {
                Some(rest) => rest.split_once(": ").map_or(rest, |(_, text)| text),
                None => text,
            };
            let doing = match sort {
                Sort::Strategic => "",
                _ => "error decoding patch: ",
            };
            Failure::from(ApiError::BadRequest(format!("{doing}{text}")))
        }
        error => Failure::Usage(format!("unable to parse {}: {error}", quote(text))),
    };
    let mut documents = yaml::documents(text).map_err(|error| wrong(&error))?;
    let value = documents.pop().map(|document| document.value);
    let value = value.unwrap_or_default();
    let sort_of = json_sort(&value);
    let refused = |why: String| Err(ApiError::BadRequest(why).into());
    match (sort, &value) {
        (Sort::Json, Value::Array(_)) | (Sort::Merge | Sort::Strategic, Value::Object(_)) => {
            Ok(value)
        }
        (Sort::Json, _) => refused(format!(
            "error decoding patch: json: cannot unmarshal {sort_of} into Go value of type []handlers.jsonPatchOp"
        )),
        (Sort::Merge, _) => refused(format!(
            "error decoding patch: json: cannot unmarshal {sort_of} into Go value of type map[string]interface {{}}"
        )),
        (Sort::Strategic, _) => refused(format!(
            "json: cannot unmarshal {sort_of} into Go value of type map[string]interface {{}}"
        )),
    }
}

/// The object with the patch, and what the server warns of.
///
/// # Errors
/// The patch does not fit the object, or the result is none.
pub fn patched(
    kind: Kind,
    current: &Value,
    patch: &Value,
    sort: Sort,
) -> Result<(Value, Vec<String>), Failure> {
    let mut left = patch.clone();
    let mut value = match sort {
        Sort::Merge => {
            let mut value = current.clone();
            patch::merge(&mut value, patch);
            value
        }
        Sort::Json => {
            let mut value = current.clone();
            patch::json_patch(&mut value, patch).map_err(|_| Failure::Raw(REJECTED.to_owned()))?;
            value
        }
        Sort::Strategic => {
            patch::strategic(kind, current, &mut left).map_err(|error| refused(&error))?
        }
    };
    if sort != Sort::Strategic {
        same_kind(kind, &value)?;
    }
    let shown = match sort {
        Sort::Strategic => left,
        _ => Value::String(go::json(patch)),
    };
    let warnings = lenient(kind, &mut value).map_err(|errors| {
        Failure::Raw(format!(
            "The request is invalid: {}",
            patch::undecodable(&shown, &errors)
        ))
    })?;
    Ok((value, warnings))
}

/// A strategic merge patch that cannot be applied: only some faults have a reason (interpretStrategicMergePatchError).
fn refused(error: &PatchError) -> Failure {
    match error {
        PatchError::RetainKeys | PatchError::ElementOrder | PatchError::NoObject => {
            ApiError::BadRequest(error.to_string()).into()
        }
        PatchError::ListOfLists => Failure::Raw(REJECTED.to_owned()),
        _ => Failure::Raw(format!("Error from server: {error}")),
    }
}

/// What a patch makes of an object must be of the same kind.
fn same_kind(kind: Kind, value: &Value) -> Result<(), Failure> {
    let (version, name) = (value.text("apiVersion"), value.text("kind"));
    if name.is_empty() || Kind::from_api(version, name) == Some(kind) {
        return Ok(());
    }
    let group = match kind.group() {
        "" => "core",
        group => group.split('.').next().unwrap_or(group),
    };
    let (_, other) = version.rsplit_once('/').unwrap_or(("", version));
    Err(Failure::Raw(format!(
        "The request is invalid: patch: Invalid value: {}: converting ({other}.{name}) to ({group}.{}): unknown conversion",
        quote(&go::json(value)),
        kind.name()
    )))
}
