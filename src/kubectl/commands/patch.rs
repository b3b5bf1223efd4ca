//! `kubectl patch` (`staging/src/k8s.io/kubectl/pkg/cmd/patch/patch.go`, and for the server side
//! `staging/src/k8s.io/apiserver/pkg/endpoints/handlers/patch.go`).

use super::ownership::Ownership;
use super::resources::Bare;
use super::session::{Done, Execution};
use super::subresource::{self, Subresource};
use crate::api::decode::json_sort;
use crate::api::go::quote;
use crate::api::kind::Kind;
use crate::api::managed::Managed;
use crate::api::object::Object;
use crate::api::yaml::{self, YamlError};
use crate::manifests::{Failure, PatchType, patched};
use crate::store::ApiError;
use serde_json::Value;

/// The server's answer to a strategic merge patch of a custom resource.
const NO_STRATEGIC: &str = "Error from server (UnsupportedMediaType): the body of the request was in an unknown format - \
    accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml";

/// Patches objects.
pub(super) fn run(session: &mut Execution<'_>) -> Result<(), Failure> {
    let dry_run = session.dry_run()?;
    let text = session
        .invocation
        .text("patch")
        .unwrap_or_default()
        .to_owned();
    let sort = match session.invocation.text("type") {
        None | Some("strategic" | "") => PatchType::Strategic,
        Some("merge") => PatchType::Merge,
        Some("json") => PatchType::Json,
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
        match wanted(session, &object, &patch, sort) {
            Ok(wanted) => changed.push((object, wanted)),
            Err(failure) => failures.push(failure),
        }
    }
    let keys = changed.iter().map(|(object, _)| object.key());
    let ownership = Ownership::of(session.engine, keys);
    let result = session.act(dry_run, |store| {
        let write = |(object, wanted): (Object, Wanted)| {
            let before = match wanted {
                Wanted::Scale(_) => subresource::scale(&object),
                _ => object.to_value(),
            };
            let after = match wanted {
                Wanted::Whole(value) => {
                    // After a write of the scale, any write changes who manages the fields.
                    let managed = ownership.get(&object.key());
                    let counts = managed.is_some_and(Managed::changes_by_any_write);
                    subresource::put(store, dry_run, &object, value, counts)?
                }
                Wanted::Status(value) => subresource::put_status(store, dry_run, &object, value)?,
                Wanted::Scale(replicas) => {
                    subresource::put_scale(store, dry_run, &object, replicas, &ownership)?
                }
            };
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

/// What a patched object or subresource should be.
enum Wanted {
    /// The object.
    Whole(Value),
    /// The object whose status is to be written.
    Status(Value),
    /// The replicas of its scale.
    Scale(i32),
}

/// Applies the patch to an object, or to its subresource.
fn wanted(
    session: &mut Execution<'_>,
    object: &Object,
    patch: &Value,
    sort: PatchType,
) -> Result<Wanted, Failure> {
    let kind = object.kind();
    let part = session.part(kind)?;
    if part == Subresource::Scale {
        return subresource::patched_scale(object, patch, sort).map(Wanted::Scale);
    }
    if sort == PatchType::Strategic
        && let Kind::Custom(_) = kind
    {
        return Err(Failure::Raw(NO_STRATEGIC.to_owned()));
    }
    let version = session.engine.store().version();
    let (mut value, warnings) = patched(version, kind, &object.to_value(), patch, sort)?;
    for warning in warnings {
        session.err.push_str(&format!("Warning: {warning}\n"));
    }
    if part == Subresource::Status {
        return Ok(Wanted::Status(value));
    }
    session.record(&mut value);
    Ok(Wanted::Whole(value))
}

/// Parses the patch. kubectl converts YAML to JSON, but leaves JSON to the server.
fn parse(text: &str, sort: PatchType) -> Result<Value, Failure> {
    let wrong = |error: &YamlError| match error {
        YamlError::Json { text, .. } => {
            let text = text
                .rsplit_once("json: ")
                .map_or(text.as_str(), |(_, text)| text);
            // For truncated JSON the server reports the end of input, while the YAML parser reports a missing
            // token.
            let text = match text {
                "unexpected EOF" => "unexpected end of JSON input",
                text => text,
            };
            let text = match text.strip_prefix("offset ") {
                Some(rest) => rest.split_once(": ").map_or(rest, |(_, text)| text),
                None => text,
            };
            let doing = match sort {
                PatchType::Strategic => "",
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
        (PatchType::Json, Value::Array(_))
        | (PatchType::Merge | PatchType::Strategic, Value::Object(_)) => Ok(value),
        (PatchType::Json, _) => refused(format!(
            "error decoding patch: json: cannot unmarshal {sort_of} into Go value of type []handlers.jsonPatchOp"
        )),
        (PatchType::Merge, _) => refused(format!(
            "error decoding patch: json: cannot unmarshal {sort_of} into Go value of type map[string]interface {{}}"
        )),
        (PatchType::Strategic, _) => refused(format!(
            "json: cannot unmarshal {sort_of} into Go value of type map[string]interface {{}}"
        )),
    }
}
