//! `--subresource`: the status and the scale of an object, instead of the object
//! (`staging/src/k8s.io/cli-runtime/pkg/resource/helper.go`, WithSubresource).

use super::ownership::Ownership;
use super::server_side::touch;
use super::session::Execution;
use crate::api::decode::json_sort;
use crate::api::go::{self, quote};
use crate::api::kind::Kind;
use crate::api::look::{Look, format_selector};
use crate::api::managed::Managed;
use crate::api::object::{Key, Object};
use crate::api::patch;
use crate::manifests::{DryRun, Failure, PatchType, ServedObject, update};
use crate::store::{ApiError, Store};
use serde_json::{Value, json};

/// The server's answer for a resource that it does not serve.
pub(super) const NO_RESOURCE: &str =
    "Error from server (NotFound): the server could not find the requested resource";
/// Further subresources, by the plural of the kind.
const OTHERS: &[(Kind, &str)] = &[
    (
        Kind::Pod,
        "attach binding ephemeralcontainers eviction exec log portforward proxy resize",
    ),
    (Kind::Namespace, "finalize"),
    (Kind::Node, "proxy"),
    (Kind::Service, "proxy"),
    (Kind::ServiceAccount, "token"),
];

/// What a request is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subresource {
    /// The object itself.
    Whole,
    /// Its subresource `status`, which is served as the whole object.
    Status,
    /// Its subresource `scale`.
    Scale,
}

impl Subresource {
    /// The name of the subresource; none for the object itself.
    pub(super) fn name(self) -> Option<&'static str> {
        match self {
            Self::Whole => None,
            Self::Status => Some("status"),
            Self::Scale => Some("scale"),
        }
    }

    /// The part with a name, if there is such a part.
    pub(super) fn named(name: Option<&str>) -> Option<Self> {
        let all = [Self::Whole, Self::Status, Self::Scale];
        all.into_iter().find(|part| part.name() == name)
    }
}

impl Execution<'_> {
    /// Whether the requests are about a subresource. Watches are not, whatever the flag says (`get.go`, watch).
    pub(super) fn has_subresource(&self) -> bool {
        let flags = &self.invocation;
        let watches = flags.switch("watch", false) || flags.switch("watch-only", false);
        let name = flags.text("subresource").unwrap_or_default();
        !name.is_empty() && !watches
    }

    /// Whether the subresource is `scale`.
    pub(super) fn gets_scales(&self) -> bool {
        self.has_subresource() && self.invocation.text("subresource") == Some("scale")
    }

    /// What requests about objects of a kind are about.
    ///
    /// # Errors
    /// The server does not serve such a subresource, or it is not simulated.
    pub(super) fn part(&self, kind: Kind) -> Result<Subresource, Failure> {
        match self.has_subresource() {
            true => part(
                self.invocation.text("subresource").unwrap_or_default(),
                kind,
            ),
            false => Ok(Subresource::Whole),
        }
    }
}

/// The part of objects of a kind with the name of a subresource; the empty name is that of the object itself.
///
/// # Errors
/// The server does not serve such a subresource, or it is not simulated.
pub(super) fn part(name: &str, kind: Kind) -> Result<Subresource, Failure> {
    let is_other = |(of, names): &(Kind, &str)| {
        *of == kind && names.split_whitespace().any(|known| known == name)
    };
    match name {
        "" => Ok(Subresource::Whole),
        "status" if !kind.info().status_type.is_empty() => Ok(Subresource::Status),
        "scale" if kind.is_scalable() => Ok(Subresource::Scale),
        "scale" if matches!(kind, Kind::Custom(_)) => Err(Failure::NotSimulated(
            "--subresource=scale of custom resources".to_owned(),
        )),
        name if OTHERS.iter().any(is_other) => {
            Err(Failure::NotSimulated(format!("--subresource={name}")))
        }
        _ => Err(Failure::Raw(NO_RESOURCE.to_owned())),
    }
}

/// The subresource `scale` (`autoscaling/v1`) of an object.
pub(super) fn scale(object: &Object) -> Value {
    let value = object.to_value();
    let metadata = |field: &str| value.at("metadata").key(field).clone();
    let mut spec = json!({});
    let replicas = value.int("spec.replicas");
    if replicas != 0 {
        spec["replicas"] = replicas.into();
    }
    json!({
        "apiVersion": "autoscaling/v1",
        "kind": "Scale",
        "metadata": {
            "creationTimestamp": metadata("creationTimestamp"),
            "name": metadata("name"),
            "namespace": metadata("namespace"),
            "resourceVersion": metadata("resourceVersion"),
            "uid": metadata("uid"),
        },
        "spec": spec,
        "status": {
            "replicas": value.int("status.replicas"),
            "selector": format_selector(value.at("spec.selector")),
        },
    })
}

/// `scale.autoscaling/web`, as kubectl names the scale of an object.
pub(super) fn shown_scale(key: &Key) -> String {
    format!("scale.autoscaling/{}", key.name)
}

/// Patches the scale of an object, and returns the wanted number of replicas.
///
/// # Errors
/// The patch cannot be applied, or the result is not a valid scale.
pub(super) fn patched_scale(
    object: &Object,
    patch: &Value,
    sort: PatchType,
) -> Result<i32, Failure> {
    let mut value = scale(object);
    match sort {
        // A Scale has no lists, so both kinds of merge patches do the same.
        PatchType::Merge | PatchType::Strategic => patch::merge(&mut value, patch),
        PatchType::Json => {
            patch::json_patch(&mut value, patch).map_err(|_| {
                Failure::Raw(
                    "The request is invalid: the server rejected our request due to an error in our request"
                        .to_owned(),
                )
            })?;
        }
    }
    let replicas = value.at("spec.replicas");
    let number = match replicas {
        Value::Null => Some(0),
        number => number
            .as_i64()
            .and_then(|number| i32::try_from(number).ok()),
    };
    let Some(number) = number else {
        let given = quote(&go::json(patch));
        let sort = match replicas {
            Value::Number(number) => format!("number {number}"),
            other => json_sort(other).to_owned(),
        };
        return Err(Failure::Raw(format!(
            "The request is invalid: patch: Invalid value: {given}: json: cannot unmarshal {sort} into Go struct field \
             ScaleSpec.spec.replicas of type int32"
        )));
    };
    if number < 0 {
        let name = quote(&object.meta().name);
        return Err(Failure::Raw(format!(
            "The Scale {name} is invalid: spec.replicas: Invalid value: {number}: must be greater than or equal to 0"
        )));
    }
    Ok(number)
}

/// Writes an object whose number of replicas is set by its scale. The write counts even if it only changes who manages
/// the number.
///
/// # Errors
/// The server refuses it.
pub(super) fn put_replicas(
    store: &mut Store,
    dry_run: DryRun,
    object: &Object,
    value: Value,
    ownership: &Ownership,
) -> Result<ServedObject, ApiError> {
    let counts = ownership
        .get(&object.key())
        .is_some_and(Managed::changes_by_scale);
    put(store, dry_run, object, value, counts)
}

/// Writes an object; if `counts`, even a write that changes nothing but who manages the fields.
///
/// # Errors
/// The server refuses it.
pub(super) fn put(
    store: &mut Store,
    dry_run: DryRun,
    object: &Object,
    value: Value,
    counts: bool,
) -> Result<ServedObject, ApiError> {
    match update(store, dry_run, object, value)? {
        ServedObject::Object(written) if counts && written.version() == object.version() => {
            touch(store, object).map(ServedObject::Object)
        }
        written => Ok(written),
    }
}

/// Writes the number of replicas through the scale of an object.
///
/// # Errors
/// The server refuses it.
pub(super) fn put_scale(
    store: &mut Store,
    dry_run: DryRun,
    object: &Object,
    replicas: i32,
    ownership: &Ownership,
) -> Result<ServedObject, ApiError> {
    let mut value = object.to_value();
    value["spec"]["replicas"] = replicas.into();
    Ok(
        match put_replicas(store, dry_run, object, value, ownership)? {
            ServedObject::Object(object) => ServedObject::Scale(scale(&object)),
            ServedObject::Value(value) | ServedObject::Scale(value) => {
                let mut scale = scale(object);
                scale["spec"]["replicas"] = value.int("spec.replicas").into();
                ServedObject::Scale(scale)
            }
        },
    )
}

/// Writes the status of an object, unless it is a client-side dry run.
///
/// # Errors
/// The server refuses it.
pub(super) fn put_status(
    store: &mut Store,
    dry_run: DryRun,
    object: &Object,
    value: Value,
) -> Result<ServedObject, ApiError> {
    match dry_run {
        DryRun::Client => Ok(ServedObject::Value(value)),
        _ => store
            .update_status_value(object, &value, None)
            .map(ServedObject::Object),
    }
}
